import { useWords } from '../i18n/use.tsx'
import { Dialog } from '../ui/overlay.tsx'

/** The list of keys, for `?`. */
export function KeyHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const rows: [string[], string][] = [
    [[t.player.keySpace], t.player.helpPlay],
    [['←', '→'], t.player.helpSeek],
    [['⇧ ←', '⇧ →'], t.player.helpTrack],
    [['⇧ ↑', '⇧ ↓'], t.player.helpVolume],
    [['M'], t.player.helpMute],
    [['/'], t.player.helpSearch],
    [['F'], t.player.helpFull],
    [['L'], t.player.helpLyrics],
    [['Q'], t.player.helpQueue],
    [['?'], t.player.helpHelp],
    [['Esc'], t.player.helpClose],
  ]
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.player.help}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2.5">
        {rows.map(([keys, meaning]) => (
          <div key={meaning} className="contents">
            <dt>{meaning}</dt>
            <dd className="flex gap-1.5">
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
