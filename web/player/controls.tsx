import { LoaderCircle, Pause, Play, Repeat, Repeat1, Shuffle, SkipBack, SkipForward, Volume1, Volume2, VolumeX } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Slider } from '../ui/slider.tsx'
import { Tip } from '../ui/tooltip.tsx'
import { player } from './player.ts'
import { usePlayer } from './use.ts'

/** The one big button. */
export function PlayPause({ size = 'md' }: { size?: 'md' | 'lg' }) {
  const t = useWords()
  const status = usePlayer(state => state.status)
  const empty = usePlayer(state => state.queue.at < 0)
  const on = status === 'playing' || status === 'loading'
  const Icon = on ? Pause : Play
  const px = size === 'lg' ? 28 : 19
  return (
    <Tip text={on ? t.player.pause : t.player.play}>
      <button
        type="button"
        data-player-toggle
        aria-label={on ? t.player.pause : t.player.play}
        disabled={empty}
        onClick={() => player.toggle()}
        className={cx(
          'grid shrink-0 place-items-center rounded-full bg-ink text-bg transition-transform hover:scale-105 active:scale-95 disabled:opacity-40',
          size === 'lg' ? 'size-16' : 'size-11',
        )}
      >
        {status === 'loading' ? (
          <LoaderCircle size={px} aria-hidden className="animate-spin" />
        ) : (
          <Icon size={px} fill="currentColor" strokeWidth={1.5} aria-hidden className={on ? '' : 'translate-x-[6%]'} />
        )}
      </button>
    </Tip>
  )
}

export function Previous({ size = 'md' }: { size?: 'sm' | 'md' | 'lg' }) {
  const t = useWords()
  const empty = usePlayer(state => state.queue.at < 0)
  return <IconButton icon={SkipBack} filled label={t.player.previous} size={size} disabled={empty} onClick={() => player.previous()} />
}

export function Next({ size = 'md' }: { size?: 'sm' | 'md' | 'lg' }) {
  const t = useWords()
  const last = usePlayer(state => state.queue.repeat === 'off' && state.queue.at + 1 >= state.queue.entries.length)
  return <IconButton icon={SkipForward} filled label={t.player.next} size={size} disabled={last} onClick={() => player.next()} />
}

export function ShuffleButton() {
  const t = useWords()
  const on = usePlayer(state => state.queue.shuffle)
  return <IconButton icon={Shuffle} label={t.player.shuffle} pressed={on} onClick={() => player.toggleShuffle()} />
}

export function RepeatButton() {
  const t = useWords()
  const repeat = usePlayer(state => state.queue.repeat)
  const label = repeat === 'off' ? t.player.repeatOff : repeat === 'all' ? t.player.repeatAll : t.player.repeatOne
  return (
    <IconButton icon={repeat === 'one' ? Repeat1 : Repeat} label={label} pressed={repeat !== 'off'} onClick={() => player.nextRepeat()} />
  )
}

export function Volume({ className }: { className?: string }) {
  const t = useWords()
  const volume = usePlayer(state => state.volume)
  const muted = usePlayer(state => state.muted)
  const Icon = muted ? VolumeX : volume < 0.5 ? Volume1 : Volume2
  return (
    <div className={cx('flex items-center gap-1', className)}>
      <IconButton icon={Icon} label={muted ? t.player.unmute : t.player.mute} onClick={() => player.toggleMute()} />
      <Slider
        label={t.player.volume}
        value={muted ? 0 : volume}
        onChange={value => player.setVolume(value)}
        text={`${Math.round((muted ? 0 : volume) * 100)}%`}
        className="w-22"
      />
    </div>
  )
}
