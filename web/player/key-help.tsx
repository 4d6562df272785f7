import { useWords } from '../i18n/use.tsx'
import { Dialog } from '../ui/overlay.tsx'

/** The list of keys, for `?`. */
export function KeyHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const rows: [string[], string][] = [
    [[t.player.keySpace, 'K'], t.player.helpPlay],
    [['←', '→'], t.player.helpSeek],
    [['J', 'L'], t.listening.keySeekMore],
    [['0', '…', '9'], t.listening.keyTenth],
    [['P', 'N'], t.player.helpTrack],
    [['−', '+'], t.listening.keyVolume],
    [['M'], t.player.helpMute],
    [['S'], t.player.shuffle],
    [['R'], t.listening.keyRepeat],
    [['F'], t.player.helpFull],
    [['Y'], t.player.helpLyrics],
    [['Q'], t.player.helpQueue],
    [['Ctrl Z', '⇧'], t.listening.keyUndo],
    [['/'], t.player.helpSearch],
    [['?'], t.player.helpHelp],
    [['Esc'], t.player.helpClose],
  ]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.player.help}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {rows.map(([keys, meaning]) => (
          <div key={meaning} className="contents">
            <dt>{meaning}</dt>
            <dd className="flex justify-end gap-1.5">
              {keys.map(key => (
                <kbd
                  key={key}
                  className="min-w-7 rounded-sm border border-line-strong/60 bg-raised px-2 py-0.5 text-center font-sans text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
