import { clockText } from '../../i18n/format.ts'
import { useWords } from '../../i18n/use.tsx'
import { Button } from '../../ui/button.tsx'
import { player } from '../player.ts'
import type { Sleep } from '../sleep.ts'
import { useLoop, useSleepTimer } from '../sound-hooks.ts'
import { usePlayer, useTrack } from '../use.ts'
import { Choice, Section } from './parts.tsx'

const times = [5, 15, 30, 45, 60, 90]

/** When the music stops by itself. */
export function SleepSection() {
  const t = useWords()
  const words = t.sound
  const { sleep, leftMs, set, minutes } = useSleepTimer()
  // The choice of minutes is remembered by its end: nothing stays marked but what runs.
  const value = sleep === null ? 'off' : sleep.kind
  const status =
    sleep === null
      ? words.sleepHint
      : sleep.kind === 'minutes'
        ? words.sleepIn(clockText(leftMs ?? 0))
        : { track: words.sleepAfterTrack, album: words.sleepAfterAlbum, queue: words.sleepAfterQueue }[sleep.kind]
  const choose = (chosen: string) => {
    if (chosen === 'off') set(null)
    else if (/^\d+$/.test(chosen)) minutes(Number(chosen))
    else set({ kind: chosen } as Sleep)
  }
  return (
    <Section title={words.sleep}>
      <Choice
        label={words.sleep}
        value={value}
        onChange={choose}
        options={[
          { value: 'off', name: words.sleepOff },
          ...times.map(count => ({ value: String(count), name: words.minutes(count) })),
          { value: 'track', name: words.endOfTrack },
          { value: 'album', name: words.endOfAlbum },
          { value: 'queue', name: words.endOfQueue },
        ]}
      />
      <p className="tabular text-xs text-muted">{status}</p>
    </Section>
  )
}

/** A part of the track again and again. */
export function LoopSection() {
  const t = useWords()
  const words = t.sound
  const track = useTrack()
  const durationMs = usePlayer(state => state.durationMs)
  const { loop, set } = useLoop()
  const here = () => Math.round(player.positionMs)
  return (
    <Section title={words.loop}>
      <p className="text-xs text-muted">{track ? words.loopHint : words.noTrack}</p>
      <div className="grid grid-cols-2 gap-3">
        <Point
          name={words.loopFrom}
          at={loop ? clockText(loop.from) : null}
          disabled={!track}
          onSet={() => {
            const from = Math.min(here(), Math.max(0, durationMs - 1000))
            set({ from, to: loop?.to && loop.to > from + 1000 ? loop.to : null })
          }}
        />
        <Point
          name={words.loopTo}
          at={loop?.to ? clockText(loop.to) : null}
          disabled={!track}
          onSet={() => {
            const to = here()
            const from = loop && loop.from < to - 500 ? loop.from : 0
            if (to - from >= 500) set({ from, to })
          }}
        />
      </div>
      {loop ? (
        <Button look="quiet" size="sm" className="self-start" onClick={() => set(null)}>
          {words.loopOff}
        </Button>
      ) : null}
    </Section>
  )
}

function Point(props: { name: string; at: string | null; disabled: boolean; onSet: () => void }) {
  const t = useWords()
  return (
    <div className="flex items-center justify-between gap-2 rounded-md border border-line px-3 py-2">
      <div className="min-w-0">
        <p className="truncate text-xs text-muted">{props.name}</p>
        <p className="tabular font-medium">{props.at ?? t.sound.loopEmpty}</p>
      </div>
      <Button look="quiet" size="sm" disabled={props.disabled} onClick={props.onSet}>
        {t.sound.setHere}
        <span className="sr-only">: {props.name}</span>
      </Button>
    </div>
  )
}
