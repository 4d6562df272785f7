import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, CircleHelp, Flag, MicVocal, Play, X } from 'lucide-react'
import { useMemo, useState, type FormEvent, type ReactNode } from 'react'
import { api, asApiError, read, type Ok } from '../api.ts'
import { clockText } from '../i18n/format.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Switch } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { diffLines, diffText, type DiffLine, type DiffRow } from './diff.ts'
import { langOf, languageName, type Contribution } from './names.ts'
import { stateTones } from './send.tsx'
import { useTrackSound } from './sounding.ts'

type Open = Ok<'GET /lyrics/contributions/:id'>

/** Proposals and reports that wait for whoever is signed in: those of their pages; of all for reviewers. */
export function LyricsReview() {
  const t = useWords()
  return (
    <>
      <h1 className="mb-5 text-xl">{t.lyrics.reviewTitle}</h1>
      <Tabs
        label={t.lyrics.reviewTitle}
        tabs={[
          { value: 'waiting', name: t.lyrics.states.open, content: <Waiting /> },
          { value: 'reports', name: t.lyrics.reports, content: <Reports /> },
        ]}
      />
    </>
  )
}

function Waiting() {
  const t = useWords()
  const { locale } = useLanguage()
  const [open, setOpen] = useState<string | null>(null)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /lyrics/contributions'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /lyrics/contributions', pageParam ? { cursor: pageParam } : {}, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (rows.length === 0) return <EmptyState icon={MicVocal} title={t.lyrics.nothingWaiting} />
  return (
    <>
      <ul className="flex flex-col gap-2">
        {rows.map(row => (
          <li key={row.id}>
            <button
              type="button"
              onClick={() => setOpen(row.id)}
              className="flex w-full flex-wrap items-center gap-x-4 gap-y-1 rounded-lg border border-line bg-surface px-4 py-3 text-left hover:bg-raised"
            >
              <span className="min-w-48 flex-1">
                <span className="font-medium">{row.track.title}</span> <span className="text-muted">{row.track.artists}</span>
                <span className="block text-sm text-muted">
                  {t.lyrics.partNames[row.kind]} · {languageName(row.language, locale, t.lyrics.otherLanguage)} ·{' '}
                  {t.lyrics.timings[row.timing]} · {t.lyrics.by(row.by.name)}
                </span>
              </span>
              {row.stale ? <Tag tone="held">{t.lyrics.stale}</Tag> : null}
              <Tag tone={stateTones[row.state]}>{t.lyrics.states[row.state]}</Tag>
              <span className="text-sm text-muted">
                <When at={row.at} />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="mt-4" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
      {open ? <OneDialog id={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function OneDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords()
  const { data, error, refetch } = useQuery(read('GET /lyrics/contributions/:id', { id }))
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={data ? data.track.title : t.lyrics.reviewTitle}
      {...(data ? { description: `${t.lyrics.partNames[data.kind]} · ${t.lyrics.by(data.by.name)}` } : {})}
      wide
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : data ? (
        <One one={data} onClose={onClose} />
      ) : (
        <SkeletonRows rows={5} />
      )}
    </Dialog>
  )
}

function One({ one, onClose }: { one: Open; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [onlyChanges, setOnlyChanges] = useState(true)
  const [why, setWhy] = useState<'refuse' | 'ask' | null>(null)
  const [text, setText] = useState('')
  const { data: track } = useQuery(read('GET /tracks/:id', { id: one.track.id }))
  const rows = useMemo(() => diffOf(one), [one])
  const changed = rows.filter(row => row.what !== 'same').length
  const decide = useMutation({
    mutationFn: (what: 'accept' | 'refuse' | 'ask'): Promise<Contribution> =>
      what === 'accept'
        ? api('POST /lyrics/contributions/:id/accept', { id: one.id, base: one.shownBase })
        : what === 'refuse'
          ? api('POST /lyrics/contributions/:id/refuse', { id: one.id, reason: text })
          : api('POST /lyrics/contributions/:id/ask', { id: one.id, question: text }),
    onSuccess: async (_, what) => {
      toast({ accept: t.lyrics.accepted, refuse: t.lyrics.refused, ask: t.lyrics.asked }[what], { tone: 'good' })
      onClose()
      await Promise.all(
        ['GET /lyrics/contributions', 'GET /tracks/:id/lyrics', 'GET /tracks/:id/lyrics/sheet'].map(key =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      )
    },
    onError: async error => {
      toast(faultText(t, error), { tone: 'bad' })
      if (asApiError(error).status === 409) await client.invalidateQueries({ queryKey: ['GET /lyrics/contributions/:id'] })
    },
  })
  return (
    <div className="flex flex-col gap-4">
      {one.note || one.licence || one.reason ? (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          {one.note ? (
            <>
              <dt className="text-muted">{t.lyrics.note}</dt>
              <dd>{one.note}</dd>
            </>
          ) : null}
          {one.licence ? (
            <>
              <dt className="text-muted">{t.lyrics.licence}</dt>
              <dd>{one.licence}</dd>
            </>
          ) : null}
          {one.reason ? (
            <>
              <dt className="text-muted">{t.lyrics.question}</dt>
              <dd>{one.reason}</dd>
            </>
          ) : null}
        </dl>
      ) : null}
      {one.stale ? <p className="rounded-lg bg-held-soft px-3 py-2 text-sm text-held">{t.lyrics.stale}</p> : null}
      <div className="flex items-center justify-between gap-3">
        <p className="text-sm text-muted">{t.lyrics.changed(changed)}</p>
        <Switch label={t.lyrics.onlyChanges} checked={onlyChanges} onChange={event => setOnlyChanges(event.target.checked)} />
      </div>
      <DiffTable one={one} rows={onlyChanges ? rows.filter(row => row.what !== 'same') : rows} track={track} />
      {one.can.review ? (
        why === null ? (
          <div className="flex flex-wrap gap-2">
            <Button icon={Check} busy={decide.isPending} disabled={one.stale} onClick={() => decide.mutate('accept')}>
              {t.lyrics.accept}
            </Button>
            <Button look="quiet" icon={CircleHelp} onClick={() => setWhy('ask')}>
              {t.lyrics.ask}
            </Button>
            <Button look="danger" icon={X} onClick={() => setWhy('refuse')}>
              {t.lyrics.refuse}
            </Button>
          </div>
        ) : (
          <form
            className="flex flex-col gap-3"
            onSubmit={(event: FormEvent) => {
              event.preventDefault()
              if (text.trim() !== '') decide.mutate(why)
            }}
          >
            <Input
              label={why === 'ask' ? t.lyrics.question : t.lyrics.reason}
              hint={t.lyrics.reasonNeeded}
              value={text}
              maxLength={500}
              required
              autoFocus
              onChange={event => setText(event.target.value)}
            />
            <div className="flex gap-2">
              <Button type="submit" look={why === 'ask' ? 'primary' : 'danger'} busy={decide.isPending} disabled={text.trim() === ''}>
                {why === 'ask' ? t.lyrics.ask : t.lyrics.refuse}
              </Button>
              <Button look="plain" onClick={() => setWhy(null)}>
                {t.common.cancel}
              </Button>
            </div>
          </form>
        )
      ) : null}
    </div>
  )
}

/** Translations and romanisations stand beside the words: they are compared place by place. */
function diffOf(one: Open): DiffRow[] {
  if (one.kind === 'main') return diffLines(one.shownLines, one.lines)
  return one.mainLines.map((words, i): DiffRow => {
    const [before, after] = [one.shownLines[i] ?? null, one.lines[i] ?? null]
    const [was, is] = [before?.text ?? '', after?.text ?? '']
    return { what: was === is ? 'same' : was === '' ? 'added' : is === '' ? 'removed' : 'text', before, after, of: words.text }
  })
}

const marks: Record<DiffRow['what'], string> = {
  same: '',
  time: 'bg-ion-soft',
  text: 'bg-held-soft',
  added: 'bg-paid-soft',
  removed: 'bg-danger-soft',
}

function DiffTable({ one, rows, track }: { one: Open; rows: readonly DiffRow[]; track: Ok<'GET /tracks/:id'> | undefined }) {
  const t = useWords()
  const language = langOf(one.language)
  return (
    <div className="max-h-[46dvh] overflow-y-auto rounded-lg border border-line" tabIndex={0} role="region" aria-label={t.lyrics.changes}>
      <table className="w-full border-collapse text-sm">
        <thead className="sticky top-0 bg-surface text-left text-xs text-muted">
          <tr>
            <th className="px-3 py-2 font-medium">{t.lyrics.before}</th>
            <th className="px-3 py-2 font-medium">{t.lyrics.after}</th>
            <th className="w-12">
              <span className="sr-only">{t.lyrics.listenHere}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} className={cx('border-t border-line align-top', marks[row.what])}>
              <td lang={language} className="w-1/2 px-3 py-2">
                {row.of ? <span className="block text-xs text-muted">{row.of}</span> : null}
                <Side line={row.before} />
              </td>
              <td lang={language} className="w-1/2 px-3 py-2">
                {row.what === 'text' && row.before && row.after ? (
                  <Side
                    line={row.after}
                    text={diffText(row.before.text, row.after.text).map((part, n) =>
                      part.changed ? (
                        <mark key={n} className="rounded-sm bg-accent px-0.5 text-on-accent">
                          {part.text}
                        </mark>
                      ) : (
                        part.text
                      ),
                    )}
                  />
                ) : (
                  <Side line={row.after} />
                )}
                {row.what === 'time' ? <span className="block text-xs text-ion">{t.lyrics.timesOnly}</span> : null}
              </td>
              <td className="px-1 py-1">{track ? <Listen track={track} line={row.after ?? row.before} /> : null}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Side = ({ line, text }: { line: DiffLine | null; text?: ReactNode }) =>
  line === null || line.text === '' ? (
    <span className="text-muted">–</span>
  ) : (
    <>
      {line.endMs > 0 ? (
        <span className="tabular mr-2 text-xs text-muted">{`${clockText(line.startMs)}.${String(Math.floor((line.startMs % 1000) / 10)).padStart(2, '0')}`}</span>
      ) : null}
      {text ?? line.text}
    </>
  )

function Listen({ track, line }: { track: Ok<'GET /tracks/:id'>; line: DiffLine | null }) {
  const t = useWords()
  const sound = useTrackSound(track)
  if (!line || line.endMs === 0 || !sound.ready) return null
  return (
    <IconButton
      icon={Play}
      size="sm"
      tip={false}
      label={`${t.lyrics.listenHere}: ${line.text}`}
      onClick={() => sound.playFrom(line.startMs - 1000)}
    />
  )
}

function Reports() {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(read('GET /lyrics/reports', { limit: 100 }))
  const [answers, setAnswers] = useState<Record<string, string>>({})
  const settle = useMutation({
    mutationFn: (id: string) => api('POST /lyrics/reports/:id/settle', { id, answer: (answers[id] ?? '').trim() || t.lyrics.settle }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['GET /lyrics/reports'] }),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.items.length === 0) return <EmptyState icon={Flag} title={t.lyrics.nothingReported} />
  return (
    <ul className="flex flex-col gap-3">
      {data.items.map(one => (
        <li key={one.id}>
          <Panel>
            <p>
              <a href={`/lyrics/${one.track.id}`} className="font-medium hover:underline">
                {one.track.title}
              </a>{' '}
              <span className="text-muted">{one.track.artists}</span>
            </p>
            {one.line ? (
              <p className="mt-1 text-sm text-muted">
                {one.startMs === null ? '' : `${clockText(one.startMs)} · `}“{one.line}”
              </p>
            ) : null}
            <p className="mt-2">{one.reason}</p>
            <p className="mt-1 text-xs text-muted">
              {t.lyrics.by(one.by)} · <When at={one.at} />
            </p>
            <form
              className="mt-3 flex flex-wrap items-end gap-2"
              onSubmit={event => {
                event.preventDefault()
                settle.mutate(one.id)
              }}
            >
              <Input
                label={t.lyrics.answer}
                hideLabel
                placeholder={t.lyrics.answer}
                className="min-w-56 flex-1"
                maxLength={500}
                value={answers[one.id] ?? ''}
                onChange={event => setAnswers({ ...answers, [one.id]: event.target.value })}
              />
              <Button type="submit" look="quiet" busy={settle.isPending}>
                {t.lyrics.settle}
              </Button>
            </form>
          </Panel>
        </li>
      ))}
    </ul>
  )
}
