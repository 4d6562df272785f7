import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Send, Trash2, Undo2, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox } from '../ui/field.tsx'
import { fileText } from '../ui/file-text.ts'
import { Figure, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, Progress, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'

type List = Ok<'GET /enrolments/:id'>
type Row = Ok<'GET /enrolments/:id/rows'>['items'][number]
type Outcome = Row['outcome']

const stateTone: Record<List['state'], Tone> = { ready: 'accent', applying: 'accent', applied: 'good', undone: 'plain', discarded: 'plain' }
const outcomeTone: Record<Outcome, Tone> = {
  invite: 'good',
  no_consent: 'plain',
  no_address: 'bad',
  double: 'plain',
  asked: 'ion',
  declined: 'plain',
}

/** A fan club moves in: a list is read, looked through, applied, and can be taken back. */
export function EnrolmentDesk({ group }: { group: string }) {
  const t = useWords()
  const w = t.enrolment
  const client = useQueryClient()
  const query = read('GET /groups/:group/enrolments', { group })
  const { data, error, isPending, refetch } = useQuery({
    ...query,
    refetchInterval: asked => (asked.state.data?.items.some(list => list.state === 'applying') ? 1500 : false),
  })
  const [chosen, choose] = useState<string | null>(null)
  const bring = useMutation({
    mutationFn: async (file: File) =>
      api('POST /groups/:group/enrolments', {
        group,
        id: newClientId('enr'),
        file: file.name.slice(0, 200) || 'members.csv',
        csv: await fileText(file),
      }),
    onSuccess: async list => {
      await client.invalidateQueries({ queryKey: query.queryKey })
      choose(list.id)
    },
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const open = data.items.find(list => list.id === chosen) ?? data.items.find(list => list.state === 'ready') ?? data.items[0]
  return (
    <div className="flex flex-col gap-6">
      <header>
        <h2 className="text-lg">{w.title}</h2>
        <p className="mt-1 max-w-[70ch] text-muted">{w.intro}</p>
      </header>
      <Panel>
        <DropZone label={w.drop} hint={w.dropHint} accept=".csv,.tsv,.txt,text/csv" compact onFiles={files => bring.mutate(files[0]!)} />
        <p className="mt-3 flex flex-wrap items-center justify-between gap-2 text-xs text-muted">
          {w.privacy}
          <a
            className="font-medium text-accent-ink hover:underline"
            download="members.csv"
            href={`data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${w.exampleFile}`)}`}
          >
            {w.example}
          </a>
        </p>
      </Panel>
      {data.items.length > 1 ? (
        <Panel title={w.lists}>
          <Table
            label={w.lists}
            rows={data.items}
            rowKey={row => row.id}
            columns={[
              {
                key: 'file',
                name: t.enrolment.lists,
                cell: row => (
                  <button type="button" className="font-medium break-all hover:underline" onClick={() => choose(row.id)}>
                    {row.file}
                  </button>
                ),
              },
              { key: 'at', name: t.money.date, wide: true, cell: row => <When at={row.at} /> },
              { key: 'joined', name: w.outcome.invite, align: 'end', cell: row => `${row.progress.joined}/${row.progress.of}` },
              { key: 'state', name: t.studio.state, cell: row => <Tag tone={stateTone[row.state]}>{w.state[row.state]}</Tag> },
            ]}
          />
        </Panel>
      ) : null}
      {open ? (
        <OneList key={open.id} list={open} onChange={() => void client.invalidateQueries({ queryKey: query.queryKey })} />
      ) : (
        <EmptyState icon={UsersRound} title={w.none}>
          {w.noneHint}
        </EmptyState>
      )}
    </div>
  )
}

function OneList({ list, onChange }: { list: List; onChange: () => void }) {
  const t = useWords()
  const w = t.enrolment
  const format = useFormat()
  const [declared, declare] = useState(false)
  const [asking, ask] = useState<'undo' | 'discard' | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const act = useMutation({
    mutationFn: (what: 'apply' | 'undo' | 'discard'): Promise<unknown> =>
      what === 'apply'
        ? api('POST /enrolments/:id/apply', { id: list.id, declared: true })
        : what === 'undo'
          ? api('POST /enrolments/:id/undo', { id: list.id })
          : api('DELETE /enrolments/:id', { id: list.id }),
    onSuccess: (_, what) => what === 'apply' && toast(w.applied, { tone: 'good' }),
    onSettled: onChange,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  const { progress } = list
  const outcomes = (Object.entries(list.outcomes) as [Outcome, number][]).filter(([, lines]) => lines > 0)
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2.5 break-all">
          {list.file}
          <Tag tone={stateTone[list.state]}>{w.state[list.state]}</Tag>
        </span>
      }
      note={`${list.by} · ${format.dateTime(list.at)} · ${w.columns}: ${format.list(Object.entries(list.columns).map(([column, name]) => (name === w.column[column as 'name'] ? name : `${name} (${w.column[column as 'name']})`)))}`}
    >
      {list.state === 'ready' ? (
        <div className="mb-5 flex flex-col gap-4 rounded-md bg-raised p-4">
          {list.points > 0 ? <Figure label={w.points} value={format.number(list.points)} note={w.pointsHint} /> : null}
          <Checkbox label={w.declare} checked={declared} onChange={event => declare(event.target.checked)} />
          <div className="flex flex-wrap gap-2">
            <Button icon={Send} disabled={!declared || progress.of === 0} busy={act.isPending} onClick={() => act.mutate('apply')}>
              {w.apply(progress.of)}
            </Button>
            <Button look="plain" icon={Trash2} onClick={() => ask('discard')}>
              {w.discard}
            </Button>
          </div>
        </div>
      ) : (
        <div className="mb-5 flex flex-col gap-4">
          <div aria-live="polite">
            <Progress
              label={w.sent(progress.sent, progress.of)}
              share={progress.of === 0 ? 1 : progress.sent / progress.of}
              detail={`${w.joined(progress.joined)} · ${w.refused(progress.declined)}`}
            />
          </div>
          <div className="flex flex-wrap items-center gap-3">
            {list.state !== 'undone' ? (
              <a href={`/api/v1/enrolments/${list.id}/links.csv`} download className={buttonClass('quiet')}>
                <Download size={16} aria-hidden />
                {w.links}
              </a>
            ) : null}
            {list.undoUntil ? (
              <Button look="quiet" icon={Undo2} onClick={() => ask('undo')}>
                {w.undo}
              </Button>
            ) : null}
            {list.undoUntil ? (
              <span className="text-xs text-muted">
                {w.undoUntil} <When at={list.undoUntil} />
              </span>
            ) : null}
          </div>
        </div>
      )}
      <div role="group" aria-label={w.line} className="mb-4 flex flex-wrap gap-2">
        {[null, ...outcomes.map(([one]) => one)].map(one => (
          <button
            key={one ?? 'all'}
            type="button"
            aria-pressed={outcome === one}
            onClick={() => setOutcome(one)}
            className={cx(
              'rounded-full border px-3.5 py-1.5 text-sm font-medium transition-colors',
              outcome === one ? 'border-transparent bg-ink text-surface' : 'border-line-strong hover:bg-raised',
            )}
          >
            {one === null ? w.all : w.outcome[one]}{' '}
            <span className="tabular opacity-75">
              {one === null ? outcomes.reduce((sum, [, lines]) => sum + lines, 0) : list.outcomes[one]}
            </span>
          </button>
        ))}
      </div>
      <Lines id={list.id} outcome={outcome} state={`${list.state} ${progress.sent} ${progress.joined}`} />
      <Confirm
        open={asking !== null}
        onOpenChange={open => !open && ask(null)}
        title={asking === 'undo' ? w.undoAsk : w.discardAsk}
        body={asking === 'undo' ? w.undoBody : w.discardBody}
        action={asking === 'undo' ? w.undo : w.discard}
        onConfirm={async () => {
          await act.mutateAsync(asking!)
        }}
      />
    </Panel>
  )
}

function Lines({ id, outcome, state }: { id: string; outcome: Outcome | null; state: string }) {
  const t = useWords()
  const w = t.enrolment
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /enrolments/:id/rows', id, outcome, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /enrolments/:id/rows', { id, ...(outcome ? { outcome } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <>
      <Table
        label={w.line}
        dense
        rows={data.pages.flatMap(page => page.items)}
        rowKey={row => String(row.n)}
        columns={[
          { key: 'n', name: w.line, align: 'end', wide: true, cell: row => row.n },
          { key: 'name', name: w.column.name, cell: row => row.name || '–' },
          { key: 'email', name: w.column.email, wide: true, cell: row => row.email || '–' },
          { key: 'since', name: w.column.since, wide: true, cell: row => row.since ?? '–' },
          { key: 'points', name: w.column.points, align: 'end', cell: row => row.points },
          {
            key: 'outcome',
            name: t.studio.state,
            cell: row =>
              row.state ? (
                <Tag tone={row.state === 'joined' ? 'good' : 'plain'}>{w.rowState[row.state]}</Tag>
              ) : (
                <Tag tone={outcomeTone[row.outcome]}>{w.outcome[row.outcome]}</Tag>
              ),
          },
        ]}
      />
      {hasNextPage ? (
        <Button look="quiet" className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
}
