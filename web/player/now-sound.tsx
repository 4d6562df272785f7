import { Moon, Repeat2, SlidersHorizontal } from 'lucide-react'
import { Suspense, useState } from 'react'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { SoundPanel, useLoop, useSleepTimer, useSound } from './sound.tsx'

/** The way to everything that changes how music sounds; lit when something does. */
export function SoundButton() {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  const [sound] = useSound()
  const changed = sound.speed !== 1 || sound.equaliser.on || sound.crossfade > 0 || sound.mono || sound.balance !== 0
  return (
    <>
      <IconButton
        icon={SlidersHorizontal}
        label={t.sound.title}
        pressed={changed}
        aria-haspopup="dialog"
        onClick={() => {
          setAsked(true)
          setOpen(true)
        }}
      />
      {asked ? (
        <Suspense>
          <SoundPanel open={open} onOpenChange={setOpen} />
        </Suspense>
      ) : null}
    </>
  )
}

/** What is on that will surprise who forgot it: the time until it falls asleep, the speed, the loop. */
export function SoundSigns() {
  const t = useWords()
  const { sleep, leftMs } = useSleepTimer()
  const { loop } = useLoop()
  const [{ speed }] = useSound()
  if (!sleep && !loop && speed === 1) return null
  const sign = 'tabular inline-flex items-center gap-1.5 rounded-full bg-raised/80 px-2.5 py-1 text-xs font-medium text-muted'
  return (
    <div className="flex flex-wrap justify-center gap-1.5">
      {sleep ? (
        <span className={sign}>
          <Moon size={13} aria-hidden />
          <span className="sr-only">{t.sound.sleep} </span>
          {leftMs === null ? t.listening.sleepAt[sleep.kind === 'minutes' ? 'queue' : sleep.kind] : clockText(leftMs)}
        </span>
      ) : null}
      {speed === 1 ? null : <span className={sign}>{speed}×</span>}
      {loop ? (
        <span className={sign}>
          <Repeat2 size={13} aria-hidden />
          <span className="sr-only">{t.sound.loop} </span>
          {clockText(loop.from)} – {loop.to === null ? '…' : clockText(loop.to)}
        </span>
      ) : null}
    </div>
  )
}
