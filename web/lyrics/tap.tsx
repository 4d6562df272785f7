import { CornerDownLeft, Delete, Repeat, RotateCcw } from 'lucide-react'
import { memo, useEffect, useMemo, useRef, type KeyboardEvent } from 'react'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState } from '../ui/states.tsx'
import { linesOf, nudge, startOf, tap, tapLine, textOf, untap, type EditLine, type Place } from './edit.ts'
import { langOf } from './names.ts'
import { useSungLine, type TrackSound } from './sounding.ts'
import type { Chosen, Editor } from './use-editor.ts'

/** Brings the keys back to the stage after a click elsewhere; who came by keyboard stays where they are. */
export const backToStage = (event: { detail: number }): void => {
  if (event.detail > 0) document.querySelector<HTMLElement>('[data-tap-stage]')?.focus({ preventScroll: true })
}

/** How far before a place one listens again. */
const runUpMs = 1500

/** Where the words are tapped to the music: by the keyboard, or by large buttons under the thumbs. */
export function TapStage({ editor, sound }: { editor: Editor; sound: TrackSound }) {
  const t = useWords()
  const stage = useRef<HTMLDivElement>(null)
  const { work, place, chosen } = editor
  const done = place.line >= work.lines.length

  const stamp = (which: typeof tap) => {
    if (!sound.on || done) return
    const next = which(work, place, sound.at())
    const was = Math.min(place.line, work.lines.length - 1)
    // What was tapped last is what arrows move.
    const word = which === tap && next.place.word > 0 ? next.place.word - 1 : null
    editor.change(next.work, '', { place: next.place, chosen: { line: word === null ? was : next.place.line, word } })
  }
  const back = () => {
    const next = untap(work, place)
    editor.change(next.work, '', { place: next.place, chosen: { line: Math.min(next.place.line, work.lines.length - 1), word: null } })
    if (next.at !== null && sound.on) sound.playFrom(next.at - runUpMs)
  }
  const choose = (line: number, word: number | null) => {
    editor.go({ line, word: word ?? 0 }, { line, word })
    // Keys go on being heard after a click on a word.
    stage.current?.focus({ preventScroll: true })
  }
  const keys = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const acts: Record<string, () => void> = {
      ' ': () => !event.repeat && (sound.on && sound.sounding ? stamp(tap) : sound.toggle()),
      Enter: () => !event.repeat && stamp(tapLine),
      Backspace: back,
      ArrowLeft: () => editor.change(nudge(work, chosen, event.shiftKey ? -100 : -10), 'nudge'),
      ArrowRight: () => editor.change(nudge(work, chosen, event.shiftKey ? 100 : 10), 'nudge'),
      ArrowUp: () => choose(Math.max(0, chosen.line - 1), null),
      ArrowDown: () => choose(Math.min(work.lines.length - 1, chosen.line + 1), null),
    }
    const act = acts[event.key]
    if (!act || event.target !== event.currentTarget) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }

  const timed = useMemo(
    () =>
      work.lines
        .map((line, index) => ({ index, startMs: startOf(line) ?? -1 }))
        .filter(one => one.startMs >= 0)
        .sort((a, b) => a.startMs - b.startMs),
    [work],
  )
  const sungAt = useSungLine(timed, sound.on)
  const sung = timed[sungAt]?.index ?? -1

  const list = useRef<HTMLOListElement>(null)
  const follow = sound.sounding && !done ? place.line : chosen.line
  useEffect(() => {
    const box = list.current
    const row = box?.children[follow] as HTMLElement | undefined
    if (box && row) box.scrollTo({ top: row.offsetTop - box.clientHeight * 0.35 })
  }, [follow])

  const all = work.lines.filter(line => textOf(line).trim() !== '').length
  if (all === 0) return <EmptyState icon={CornerDownLeft} title={t.lyrics.nothingToTime} compact />
  const chosenLine = work.lines[chosen.line]
  const loopLine = () => {
    if (sound.loop) return sound.endLoop()
    const from = chosenLine ? startOf(chosenLine) : null
    const line = from === null ? undefined : linesOf(work).find(one => one.startMs === from)
    if (line) {
      sound.playFrom(line.startMs)
      sound.setLoop(Math.max(0, line.startMs - 300), line.endMs + 200)
    }
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted max-lg:hidden">
        {t.lyrics.tapHelp} {t.lyrics.tapKeys}
      </p>
      <div
        ref={stage}
        role="application"
        tabIndex={0}
        aria-label={t.lyrics.tapArea}
        data-tap-stage
        onKeyDown={keys}
        className="rounded-lg border border-line bg-surface focus:border-focus focus:outline-2 focus:outline-focus"
      >
        <ol ref={list} className="relative h-[min(46dvh,460px)] overflow-y-auto max-lg:h-[36dvh] overscroll-contain p-2">
          {work.lines.map((line, index) => (
            <TapLine
              key={line.key}
              line={line}
              index={index}
              language={work.language}
              place={place.line === index ? place : null}
              chosen={chosen.line === index ? chosen : null}
              sung={sung === index}
              onChoose={choose}
              onPlay={line => sound.playFrom((startOf(line) ?? 0) - 300)}
            />
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          look="quiet"
          size="sm"
          icon={Repeat}
          aria-pressed={!!sound.loop}
          disabled={!sound.ready || !chosenLine || startOf(chosenLine) === null}
          onClick={loopLine}
        >
          {t.lyrics.loopLine}
        </Button>
        <p className="text-sm text-muted" aria-live="polite">
          {done ? t.lyrics.done : t.lyrics.timed(timed.length, all)}
        </p>
      </div>
      {/* Under the thumbs on phones, above the player. */}
      <div className="sticky bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] z-10 grid grid-cols-[auto_1fr_auto] gap-2 lg:hidden">
        <IconButton
          icon={Delete}
          size="lg"
          label={t.lyrics.backButton}
          tip={false}
          onClick={back}
          className="size-16 border border-line bg-surface shadow-pop"
        />
        <button
          type="button"
          onPointerDown={event => {
            // At the touch, not when the finger leaves.
            event.preventDefault()
            if (sound.sounding) stamp(tap)
            else sound.toggle()
          }}
          onKeyDown={event => {
            if (event.key !== ' ' || event.repeat) return
            event.preventDefault()
            if (sound.sounding) stamp(tap)
            else sound.toggle()
          }}
          disabled={!sound.ready}
          className="h-16 touch-manipulation rounded-lg bg-accent text-lg font-semibold text-on-accent shadow-pop select-none active:bg-accent-hover disabled:opacity-50"
        >
          {sound.sounding ? t.lyrics.tapButton : t.lyrics.play}
        </button>
        <IconButton
          icon={CornerDownLeft}
          size="lg"
          label={t.lyrics.lineButton}
          tip={false}
          onPointerDown={event => {
            event.preventDefault()
            stamp(tapLine)
          }}
          onClick={event => event.detail === 0 && stamp(tapLine)}
          className="size-16 border border-line bg-surface shadow-pop"
        />
      </div>
    </div>
  )
}

type TapLineProps = {
  line: EditLine
  index: number
  language: string
  place: Place | null
  chosen: Chosen | null
  sung: boolean
  onChoose: (line: number, word: number | null) => void
  onPlay: (line: EditLine) => void
}
const TapLine = memo(function TapLine({ line, index, language, place, chosen, sung, onChoose, onPlay }: TapLineProps) {
  const t = useWords()
  const text = textOf(line).trim()
  const start = startOf(line)
  if (text === '') return <li aria-hidden className="h-3" />
  return (
    <li
      className={cx(
        'group flex items-baseline gap-2 rounded-sm px-2 py-1.5',
        place ? 'bg-accent-soft' : chosen ? 'bg-raised' : '',
        sung && 'inset-ring inset-ring-accent-mark/50',
      )}
    >
      <button
        type="button"
        tabIndex={-1}
        onClick={() => onChoose(index, null)}
        className={cx('tabular w-16 shrink-0 text-left text-xs', start === null ? 'text-muted' : 'text-ink')}
        aria-label={`${start === null ? '–:––' : preciseClock(start)} ${t.lyrics.lineAt(index + 1, text)}`}
      >
        {start === null ? '–:––' : preciseClock(start)}
      </button>
      <span lang={langOf(language)} className="min-w-0 flex-1 text-base leading-relaxed">
        {line.words.map((word, n) => (
          <button
            key={n}
            type="button"
            tabIndex={-1}
            onClick={() => onChoose(index, n)}
            className={cx(
              'rounded-sm whitespace-pre-wrap transition-colors',
              word.at !== null ? 'text-accent-ink' : place && n >= place.word ? 'text-ink' : 'text-muted',
              place?.word === n && 'underline decoration-accent-mark decoration-2 underline-offset-4',
              chosen?.word === n && 'bg-accent text-on-accent',
            )}
          >
            {word.text}
          </button>
        ))}
      </span>
      <IconButton
        icon={RotateCcw}
        size="sm"
        tip={false}
        tabIndex={-1}
        label={`${t.lyrics.fromLine}: ${text}`}
        onClick={() => onPlay(line)}
        className={cx('self-center', start === null && 'invisible')}
      />
    </li>
  )
})

/** A time to the hundredth. */
const preciseClock = (ms: number): string => `${clockText(ms)}.${String(Math.floor((ms % 1000) / 10)).padStart(2, '0')}`
