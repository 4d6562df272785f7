import { LocateFixed } from 'lucide-react'
import { memo, useEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { dots, lineAt, sung, type LyricRow, type TimedWord } from './lyrics.ts'
import { player } from './player.ts'
import { useSounding } from './use.ts'

/** What is shown beside the words. */
export type Beside = { translation: boolean; romanisation: boolean; language: string | null }

/** A language as `lang` wants it; `other` says nothing. */
const langOf = (language: string | null): string | undefined =>
  !language || language === 'other' ? undefined : language === 'zh' ? 'zh-CN' : language

/** The eye is this much ahead of the voice, in ms. */
const ahead = 120
let motion: MediaQueryList | undefined
/** Whether the reader wants no motion. */
const calm = () => (motion ??= matchMedia('(prefers-reduced-motion: reduce)')).matches

type LinesProps = { rows: readonly LyricRow[]; language: string; beside: Beside; foot: ReactNode }

/** Words without time: to read. */
export const Plain = ({ rows, language, beside, foot }: LinesProps) => (
  <div lang={langOf(language)} className="min-h-0 flex-1 overflow-y-auto overscroll-contain pt-2 pb-16" tabIndex={0}>
    {rows.map((row, index) =>
      row.kind === 'break' ? null : (
        <p key={index} className="mb-3 px-3 text-[calc(var(--line)*0.72)] leading-relaxed font-medium">
          {row.text}
          <Aside row={row} beside={beside} />
        </p>
      ),
    )}
    {foot}
  </div>
)

function Aside({ row, beside }: { row: LyricRow & { kind: 'line' }; beside: Beside }) {
  return (
    <>
      {beside.romanisation && row.romanisation ? (
        <span className="mt-1 block text-[0.6em] leading-snug font-medium tracking-normal text-muted">{row.romanisation}</span>
      ) : null}
      {beside.translation && row.translation ? (
        <span lang={langOf(beside.language)} className="mt-1 block text-[0.62em] leading-snug font-medium tracking-normal text-muted">
          {row.translation}
        </span>
      ) : null}
    </>
  )
}

/**
 * Lines that follow the voice. React renders when another line begins; within a line each frame writes how far it is sung into the line's own words. Who scrolls
 * by hand reads on undisturbed until they go back.
 */
export function Following({ rows, byWord, language, beside, foot }: LinesProps & { byWord: boolean }) {
  const t = useWords()
  const sounding = useSounding()
  const list = useRef<HTMLOListElement>(null)
  const [at, setAt] = useState(() => lineAt(rows, player.positionMs + ahead))
  const [held, setHeld] = useState(false)

  useEffect(() => {
    let frame = 0
    let last = -2
    const paint = () => {
      const position = player.positionMs + ahead
      const now = lineAt(rows, position)
      if (now !== last) setAt((last = now))
      fill(list.current?.children[now], rows[now], position)
    }
    const step = () => {
      paint()
      frame = requestAnimationFrame(step)
    }
    // While it rests only a seek moves anything.
    const stop = sounding ? undefined : player.subscribe(paint)
    if (sounding) step()
    else paint()
    return () => {
      cancelAnimationFrame(frame)
      stop?.()
    }
  }, [rows, sounding, at])

  const first = useRef(true)
  useEffect(() => {
    const box = list.current
    const line = box?.children[Math.max(0, at)] as HTMLElement | undefined
    if (!box || !line || held) return
    box.scrollTo({ top: line.offsetTop - box.clientHeight * 0.34, behavior: first.current || calm() ? 'auto' : 'smooth' })
    first.current = false
  }, [at, held, beside.translation, beside.romanisation])

  const keys = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])]
    const here = buttons.indexOf(event.target as HTMLButtonElement)
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[event.key]
    if (here < 0 || to === undefined || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    setHeld(true)
    buttons[Math.min(buttons.length - 1, Math.max(0, to))]?.focus()
  }
  // One stop for the Tab key: the line that is sung, or the first one.
  const stop =
    rows[at]?.kind === 'line'
      ? at
      : Math.max(
          0,
          rows.findIndex((row, index) => row.kind === 'line' && index >= at),
        )
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <ol
        ref={list}
        aria-label={t.listening.lyricsLabel}
        lang={langOf(language)}
        onWheel={() => setHeld(true)}
        onTouchMove={() => setHeld(true)}
        onKeyDown={keys}
        className="no-bar relative min-h-0 flex-1 overflow-y-auto overscroll-contain [mask-image:linear-gradient(transparent,black_9%,black_84%,transparent)] pt-[9vh] pb-[45vh]"
      >
        {rows.map((row, index) =>
          row.kind === 'break' ? (
            <Break key={index} on={index === at} />
          ) : (
            <Line
              key={index}
              row={row}
              state={index === at ? 'on' : index < at ? 'past' : 'to come'}
              words={byWord && index === at ? row.words : none}
              stop={index === stop}
              beside={beside}
              onGo={() => {
                player.seek(row.startMs)
                setHeld(false)
              }}
            />
          ),
        )}
        <li>{foot}</li>
      </ol>
      {held ? (
        <Button
          look="quiet"
          size="sm"
          icon={LocateFixed}
          onClick={() => setHeld(false)}
          className="animate-rise absolute bottom-4 left-1/2 -translate-x-1/2 bg-surface shadow-pop"
        >
          {t.listening.backToNow}
        </Button>
      ) : null}
    </div>
  )
}
const none: TimedWord[] = []

type LineProps = {
  row: LyricRow & { kind: 'line' }
  state: 'on' | 'past' | 'to come'
  words: readonly TimedWord[]
  stop: boolean
  beside: Beside
  onGo: () => void
}

const Line = memo(
  function Line({ row, state, words, stop, beside, onGo }: LineProps) {
    const second = row.agent !== null && row.agent !== undefined && /^v[2-9]/.test(row.agent)
    const behind = row.agent === 'bg'
    return (
      <li>
        <button
          type="button"
          tabIndex={stop ? 0 : -1}
          aria-current={state === 'on' || undefined}
          onClick={onGo}
          className={cx(
            'block w-full rounded-md px-3 py-[0.38em] text-[length:var(--line)] leading-snug font-[660] tracking-tight text-balance transition-[color,scale] duration-240 ease-out',
            second ? 'origin-right text-right' : 'origin-left text-left',
            behind && 'text-[length:calc(var(--line)*0.78)]',
            state === 'on' ? 'text-ink sm:scale-[1.03]' : 'text-[color-mix(in_oklch,var(--muted)_90%,var(--bg))] hover:text-ink',
          )}
        >
          {words.length > 0
            ? words.map((word, index) => (
                <span key={index} data-word className="whitespace-pre-wrap" style={wordStyle}>
                  {word.text}
                </span>
              ))
            : row.text}
          <Aside row={row} beside={beside} />
        </button>
      </li>
    )
  },
  // Where it leads never changes: only what it looks like matters.
  (a, b) => a.row === b.row && a.state === b.state && a.words === b.words && a.stop === b.stop && same(a.beside, b.beside),
)
const same = (a: Beside, b: Beside) => a.translation === b.translation && a.romanisation === b.romanisation && a.language === b.language

/** `--sung` runs from 0 to 100 within the word; its edge is soft. */
const wordStyle: CSSProperties = {
  backgroundImage:
    'linear-gradient(90deg, var(--accent-ink) calc(var(--sung, 0) * 1.12% - 12%), color-mix(in oklch, var(--ink) 74%, var(--bg)) calc(var(--sung, 0) * 1.12%))',
  backgroundClip: 'text',
  WebkitBackgroundClip: 'text',
  color: 'transparent',
}

function Break({ on }: { on: boolean }) {
  const t = useWords()
  return (
    <li
      aria-label={t.listening.breakLabel}
      className={cx('flex items-center gap-2.5 px-3 transition-[height] duration-240', on ? 'h-16' : 'h-9')}
    >
      {[0, 1, 2].map(index => (
        <span
          key={index}
          data-dot
          className={cx('size-2 rounded-full bg-current transition-[scale] duration-240', on ? 'scale-125 text-accent-ink' : 'text-muted')}
          style={{ opacity: on ? 'calc(0.28 + 0.72 * var(--sung, 0))' : 0.4 }}
        />
      ))}
    </li>
  )
}

/** Writes into the line that is sung how far it is. */
function fill(element: Element | undefined, row: LyricRow | undefined, position: number): void {
  if (!element || !row) return
  if (row.kind === 'break') {
    const lit = dots(sung(row, position))
    element.querySelectorAll<HTMLElement>('[data-dot]').forEach((dot, index) => dot.style.setProperty('--sung', lit[index]!.toFixed(3)))
    return
  }
  const whole = calm()
  element.querySelectorAll<HTMLElement>('[data-word]').forEach((span, index) => {
    const word = row.words[index]
    if (!word) return
    const share = sung(word, position)
    const to = whole ? (share > 0 ? '100' : '0') : (share * 100).toFixed(1)
    if (span.style.getPropertyValue('--sung') !== to) span.style.setProperty('--sung', to)
  })
}
