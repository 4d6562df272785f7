import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, Pause, Play, Redo2, Undo2 } from 'lucide-react'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { read } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Following, Plain } from '../player/lyrics-lines.tsx'
import { lyricRows } from '../player/lyrics.ts'
import { artistNames, type Track } from '../player/track.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Select } from '../ui/field.tsx'
import { Menu } from '../ui/menu.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { clearTimes, isTimed, linesOf, moveLine, shiftAll, textOf, workFrom, type Work } from './edit.ts'
import { partName, type Contribution, type Sheet } from './names.ts'
import { SendStep } from './send.tsx'
import { useSpeed, useTrackSound } from './sounding.ts'
import { backToStage, TapStage } from './tap.tsx'
import { BesideStep, WordsStep } from './texts.tsx'
import { Timeline } from './timeline.tsx'
import { shownWork, useEditor, type Editor } from './use-editor.ts'

export type EditorSearch = { proposal?: string }

/** Lyrics of a track: written, timed by tapping along, translated, checked and sent. */
export function LyricsEditor({ id, search }: { id: string; search: EditorSearch }) {
  const { data: track } = useSuspenseQuery(read('GET /tracks/:id', { id }))
  const { data: sheet } = useSuspenseQuery(read('GET /tracks/:id/lyrics/sheet', { id }))
  if (search.proposal) return <Revising key={search.proposal} track={track} sheet={sheet} proposal={search.proposal} />
  return <EditorBody track={track} sheet={sheet} proposed={null} revising={null} />
}

/** A proposal of one's own, to be made better. */
function Revising({ track, sheet, proposal }: { track: Track; sheet: Sheet; proposal: string }) {
  const { data, error, refetch } = useQuery({ ...read('GET /lyrics/contributions/:id', { id: proposal }), staleTime: Infinity })
  const proposed = useMemo((): Work | null => {
    if (!data) return null
    const { work } = shownWork(sheet)
    if (data.kind === 'main') {
      const own = workFrom(data.lines, data.language)
      const beside = new Map(work.lines.map(line => [textOf(line).trim(), line.beside]))
      return { ...own, lines: own.lines.map(line => ({ ...line, beside: beside.get(textOf(line).trim()) ?? {} })) }
    }
    const name = partName(data.kind, data.language)
    return { ...work, lines: work.lines.map((line, i) => ({ ...line, beside: { ...line.beside, [name]: data.lines[i]?.text ?? '' } })) }
  }, [data, sheet])
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data || !proposed) return <SkeletonRows rows={6} />
  return <EditorBody track={track} sheet={sheet} proposed={proposed} revising={data.can.revise ? data : null} />
}

type WorkProps = { track: Track; sheet: Sheet; proposed: Work | null; revising: Contribution | null }
function EditorBody({ track, sheet, proposed, revising }: WorkProps) {
  const t = useWords()
  const editor = useEditor(track.id, sheet, proposed)
  const sound = useTrackSound(track)
  const [step, setStep] = useState('')
  const [discarding, setDiscarding] = useState(false)
  const { work, dirty, undo, redo } = editor
  const at = step || (work.lines.length === 0 ? 'words' : 'timing')

  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'z') return
      // A field takes back its own typing.
      if ((event.target as HTMLElement).closest('input, textarea')) return
      event.preventDefault()
      if (event.shiftKey) redo()
      else undo()
    }
    document.addEventListener('keydown', keys)
    return () => document.removeEventListener('keydown', keys)
  }, [undo, redo])

  const show = (line: number) => {
    setStep('timing')
    editor.go({ line, word: 0 }, { line, word: null })
  }
  return (
    <>
      <header className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <Cover id={track.release.id} picture={track.cover} alt="" size={64} className="size-16 rounded-sm" />
        <div className="min-w-0 flex-1 max-sm:min-w-[55%]">
          <h1 className="truncate text-xl">{t.lyrics.editorTitle(track.title)}</h1>
          <p className="truncate text-muted">{artistNames(track.artists)}</p>
        </div>
        <div className="flex items-center gap-1">
          <IconButton icon={Undo2} label={t.lyrics.undo} disabled={editor.past.length === 0} onClick={editor.undo} />
          <IconButton icon={Redo2} label={t.lyrics.redo} disabled={editor.future.length === 0} onClick={editor.redo} />
          <Link
            to="/tracks/$id"
            params={{ id: track.id }}
            className="inline-flex items-center gap-1.5 rounded-full px-3 py-2 text-sm font-semibold text-muted hover:bg-raised hover:text-ink"
          >
            <ArrowLeft size={16} aria-hidden /> {t.lyrics.back}
          </Link>
        </div>
      </header>
      {editor.moved ? (
        <Notice
          text={t.lyrics.moved}
          action={
            <Button
              size="sm"
              onClick={() => {
                editor.relay()
                toast(t.lyrics.rebased)
              }}
            >
              {t.lyrics.rebase}
            </Button>
          }
        />
      ) : null}
      {dirty.length > 0 ? (
        <p className="mb-4 flex flex-wrap items-center gap-x-3 text-sm text-muted" role="status">
          {editor.fromDraft ? t.lyrics.draftFound : t.lyrics.draftKept}
          <Button look="plain" size="sm" onClick={() => setDiscarding(true)}>
            {t.lyrics.discard}
          </Button>
        </p>
      ) : null}
      <Confirm
        open={discarding}
        onOpenChange={setDiscarding}
        title={t.lyrics.discard}
        body={t.lyrics.discardAsk}
        action={t.lyrics.discard}
        onConfirm={() => editor.restart()}
      />
      <Tabs
        label={t.lyrics.steps}
        value={at}
        onChange={setStep}
        tabs={[
          { value: 'words', name: t.lyrics.words, content: <WordsStep editor={editor} /> },
          {
            value: 'timing',
            name: t.lyrics.timing,
            content: (
              <div className="grid gap-5 xl:grid-cols-[minmax(0,1.35fr)_minmax(300px,1fr)]">
                <div className="flex min-w-0 flex-col gap-4">
                  <Transport editor={editor} track={track} />
                  <Timeline
                    track={track.id}
                    durationMs={track.durationMs}
                    lines={work.lines}
                    chosen={editor.chosen.line}
                    sound={sound}
                    onChoose={line => editor.go({ line, word: 0 }, { line, word: null })}
                    onMove={(line, to) => editor.change(moveLine(work, line, to), 'move', { chosen: { line, word: null } })}
                  />
                  <TapStage editor={editor} sound={sound} />
                </div>
                <Preview editor={editor} durationMs={track.durationMs} on={sound.on} />
              </div>
            ),
          },
          { value: 'beside', name: t.lyrics.beside, content: <BesideStep editor={editor} /> },
          { value: 'send', name: t.lyrics.send, content: <SendStep editor={editor} sheet={sheet} revising={revising} onShow={show} /> },
        ]}
      />
    </>
  )
}

const Notice = ({ text, action }: { text: string; action: ReactNode }) => (
  <div role="alert" className="mb-4 flex flex-wrap items-center justify-between gap-3 rounded-lg bg-held-soft px-4 py-3 text-held">
    <p>{text}</p>
    {action}
  </div>
)

/** Playing this track, slower where the singing is quick, and moving all of the times. */
function Transport({ editor, track }: { editor: Editor; track: Track }) {
  const t = useWords()
  const sound = useTrackSound(track)
  const [speed, setSpeed] = useSpeed()
  const { work, chosen, change } = editor
  if (!sound.ready) return <p className="text-held">{track.state === 'ready' ? t.lyrics.notPlayable : t.lyrics.waiting}</p>
  return (
    <div className="flex flex-wrap items-end gap-2">
      <Button
        icon={sound.sounding ? Pause : Play}
        filled
        onClick={event => {
          sound.toggle()
          backToStage(event)
        }}
      >
        {sound.sounding ? t.lyrics.pause : t.lyrics.play}
      </Button>
      <Select
        label={t.lyrics.speed}
        hideLabel
        className="w-28"
        value={String(speed)}
        onChange={event => {
          setSpeed(Number(event.target.value))
          backToStage({ detail: 1 })
        }}
        options={[0.5, 0.6, 0.75, 0.9, 1].map(value => ({ value: String(value), name: `${value}×` }))}
      />
      <Menu
        label={t.lyrics.shift}
        trigger={
          <Button look="quiet" disabled={!isTimed(work.lines)}>
            {t.lyrics.shift}
          </Button>
        }
        entries={[
          ...[-500, -100, -50].map(by => ({ kind: 'action' as const, name: t.lyrics.earlier(-by), run: () => change(shiftAll(work, by)) })),
          ...[50, 100, 500].map(by => ({ kind: 'action' as const, name: t.lyrics.later(by), run: () => change(shiftAll(work, by)) })),
          { kind: 'line' },
          {
            kind: 'action',
            name: t.lyrics.clearFrom,
            run: () => change(clearTimes(work, chosen.line), '', { place: { line: chosen.line, word: 0 } }),
          },
          {
            kind: 'action',
            name: t.lyrics.clearAll,
            danger: true,
            run: () => change(clearTimes(work), '', { place: { line: 0, word: 0 } }),
          },
        ]}
      />
    </div>
  )
}

/** How it will look while the music plays. */
function Preview({ editor, durationMs, on }: { editor: Editor; durationMs: number; on: boolean }) {
  const t = useWords()
  const { locale } = useLanguage()
  const { work } = editor
  const names = [...new Set(work.lines.flatMap(line => Object.keys(line.beside)))]
  const translation = names.find(name => name === `translation:${locale}`) ?? names.find(name => name.startsWith('translation:'))
  const { rows, byWord } = useMemo(() => {
    const sung = work.lines.filter(line => textOf(line).trim() !== '')
    const lines = linesOf({ lines: isTimed(work.lines) ? sung : work.lines }, durationMs).map((line, i) => ({
      ...line,
      translation: (translation && sung[i]?.beside[translation]) || null,
      romanisation: sung[i]?.beside['romanisation'] || null,
    }))
    return { rows: lyricRows(lines), byWord: lines.some(line => line.words.length > 0) }
  }, [work, durationMs, translation])
  const beside = { translation: true, romanisation: true, language: translation?.slice(12) ?? null }
  return (
    <section
      aria-label={t.lyrics.preview}
      className="flex h-[520px] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface p-3 max-xl:h-[380px] xl:sticky xl:top-20"
    >
      <h2 className="px-3 pb-1 text-sm text-muted">{t.lyrics.preview}</h2>
      {/* The lines take their size from this; it is the name of a colour everywhere else. */}
      <div className="flex min-h-0 flex-1 flex-col [--line:1.35rem]">
        {on && isTimed(work.lines) ? (
          <Following rows={rows} byWord={byWord} language={work.language} beside={beside} foot={null} />
        ) : (
          <Plain rows={rows} language={work.language} beside={beside} foot={null} />
        )}
      </div>
    </section>
  )
}
