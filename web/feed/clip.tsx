import { AudioLines, Pause, Play } from 'lucide-react'
import { useEffect, useReducer, useRef, useState } from 'react'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { useSounding } from '../player/use.ts'
import { Waveform } from '../ui/waveform.tsx'

/** The one clip that sounds. */
let loud: HTMLAudioElement | null = null

type ClipProps = { url: string; durationMs: number; /** 0 … 1. */ peaks: readonly number[]; by: string }

/** A clip in a post: its waveform is its slider. It and the player never sound together; nor do two clips. */
export function ClipPlayer({ url, durationMs, peaks, by }: ClipProps) {
  const t = useWords()
  const [audio, setAudio] = useState<HTMLAudioElement | null>(null)
  const [failed, setFailed] = useState(false)
  const [, changed] = useReducer((count: number) => count + 1, 0)
  const music = useSounding()
  const live = useRef<HTMLAudioElement | null>(null)
  useEffect(() => {
    if (music) live.current?.pause()
  }, [music])
  useEffect(
    () => () => {
      live.current?.pause()
      live.current?.removeAttribute('src')
      if (loud === live.current) loud = null
    },
    [],
  )
  const ready = (): HTMLAudioElement => {
    if (audio) return audio
    const made = new Audio(url)
    made.preload = 'metadata'
    for (const name of ['play', 'pause', 'ended', 'timeupdate', 'seeked']) made.addEventListener(name, changed)
    made.addEventListener('error', () => setFailed(made.error !== null && made.hasAttribute('src')))
    live.current = made
    setAudio(made)
    return made
  }
  const sounding = audio !== null && !audio.paused && !audio.ended
  const toggle = () => {
    const sound = ready()
    if (sounding) return sound.pause()
    if (loud !== sound) loud?.pause()
    loud = sound
    player.pause()
    setFailed(false)
    void sound.play().catch(() => setFailed(sound.error !== null))
  }
  const at = (audio?.currentTime ?? 0) * 1000
  const Icon = sounding ? Pause : Play
  return (
    <div className="flex items-center gap-3 rounded-md bg-raised px-3 py-2.5">
      <button
        type="button"
        onClick={toggle}
        aria-label={`${sounding ? t.feed.clipPause : t.feed.clipPlay}: ${by}`}
        className="grid size-11 shrink-0 place-items-center rounded-full bg-ink text-bg transition-transform duration-120 hover:scale-105 focus-visible:rounded-full"
      >
        <Icon size={19} fill="currentColor" strokeWidth={1.5} aria-hidden className={sounding ? '' : 'translate-x-[1px]'} />
      </button>
      <div className="min-w-0 flex-1">
        <Waveform
          peaks={peaks}
          durationMs={durationMs}
          positionMs={at}
          height={36}
          label={t.feed.clipSeek}
          onSeek={ms => {
            ready().currentTime = ms / 1000
            changed()
          }}
        />
        {failed ? (
          <p role="alert" className="mt-1 text-xs text-danger">
            {t.feed.clipFailed}
          </p>
        ) : null}
      </div>
      <span className="tabular w-10 shrink-0 text-right text-xs text-muted">
        {clockText(sounding || at > 0 ? durationMs - at : durationMs)}
      </span>
    </div>
  )
}

/** Where the clip is still being prepared, or could not be. `added`: said to who writes the post, and may post it already. */
export function ClipNote({ failed, added }: { failed: boolean; added?: boolean }) {
  const t = useWords()
  return (
    <p className="flex items-center gap-2.5 rounded-md bg-raised px-4 py-4 text-muted">
      <AudioLines size={18} aria-hidden className={failed ? 'text-danger' : ''} />
      {failed ? t.feed.clipFailed : added ? t.feed.clipAdded : t.feed.clipWaiting}
    </p>
  )
}
