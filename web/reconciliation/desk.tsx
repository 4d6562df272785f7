import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck, Download, FileSpreadsheet } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { RowLink } from '../console/rows.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select, Switch } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { DailyProof, sourceName } from './proof.tsx'
import { TakeStatement, useStatementFile } from './upload.tsx'

export type Exception = Ok<'GET /console/reconciliation/exceptions'>['items'][number]
type Source = Ok<'GET /console/reconciliation/sources'>['items'][number]
type Report = Ok<'GET /console/reconciliation/reports'>['items'][number]
type Rule = Ok<'GET /console/reconciliation/rules'>['items'][number]

export const stateTones: Record<Exception['state'], Tone> = {
  open: 'bad',
  proposed: 'held',
  explained: 'ion',
  matched: 'good',
  booked: 'good',
}
const states = ['open', 'proposed', 'explained', 'matched', 'booked'] as const
const kinds = ['missing_here', 'missing_there', 'amount_differs', 'fee_differs', 'currency_differs', 'duplicate', 'unknown'] as const

/** What differs between providers, banks and the ledger; the reports; the proof of the day. */
export function ConsoleReconciliation() {
  const t = useWords()
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl">{t.reconciliation.title}</h1>
        <p className="mt-1 max-w-[70ch] text-muted">{t.reconciliation.intro}</p>
      </header>
      <Exceptions />
      <DailyProof />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <Sources />
        <Rules />
      </div>
      <Reports />
    </div>
  )
}

function Exceptions() {
  const t = useWords()
  const [state, setState] = useState<Exception['state'] | ''>('')
  const [kind, setKind] = useState<Exception['kind'] | ''>('')
  const [source, setSource] = useState('')
  const { data: sources } = useQuery(read('GET /console/reconciliation/sources'))
  const filter = { ...(state ? { state } : {}), ...(kind ? { kind } : {}), ...(source ? { source } : {}) }
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/reconciliation/exceptions', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/reconciliation/exceptions', { ...filter, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel
      title={t.reconciliation.exceptions}
      action={
        <a href="/api/v1/console/reconciliation/exceptions.csv" download className={buttonClass('quiet', 'sm')}>
          <Download size={14} aria-hidden />
          {t.reconciliation.csv}
        </a>
      }
    >
      <div className="mb-4 grid grid-cols-2 gap-3 sm:max-w-2xl sm:grid-cols-3">
        <Select
          label={t.reconciliation.state}
          value={state}
          onChange={event => setState(event.target.value as typeof state)}
          options={[
            { value: '', name: t.reconciliation.allOpen },
            ...states.map(value => ({ value, name: t.reconciliation.states[value] })),
          ]}
        />
        <Select
          label={t.reconciliation.kind}
          value={kind}
          onChange={event => setKind(event.target.value as typeof kind)}
          options={[
            { value: '', name: t.reconciliation.allKinds },
            ...kinds.map(value => ({ value, name: t.reconciliation.kinds[value] })),
          ]}
        />
        <Select
          label={t.reconciliation.source}
          className="max-sm:col-span-2"
          value={source}
          onChange={event => setSource(event.target.value)}
          options={[
            { value: '', name: t.reconciliation.allSources },
            ...(sources?.items ?? []).map(one => ({ value: one.id, name: sourceName(t, one.id) })),
          ]}
        />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : rows.length === 0 ? (
        <EmptyState icon={CircleCheck} title={t.reconciliation.noExceptions} compact>
          {t.reconciliation.noExceptionsBody}
        </EmptyState>
      ) : (
        <Table<Exception>
          label={t.reconciliation.exceptions}
          dense
          rows={rows}
          rowKey={row => row.id}
          columns={[
            {
              key: 'kind',
              name: t.reconciliation.kind,
              cell: row => <RowLink to={`/console/reconciliation/${row.id}`}>{t.reconciliation.kinds[row.kind]}</RowLink>,
              sort: row => row.kind,
            },
            { key: 'source', name: t.reconciliation.source, cell: row => sourceName(t, row.source), wide: true, sort: row => row.source },
            {
              key: 'reference',
              name: t.reconciliation.reference,
              wide: true,
              cell: row => (
                <span className="block max-w-56 truncate">{row.there?.ref ?? row.there?.reference ?? row.here?.reference ?? '–'}</span>
              ),
            },
            { key: 'age', name: t.reconciliation.age, align: 'end', cell: row => <Age days={row.ageDays} />, sort: row => row.ageDays },
            {
              key: 'state',
              name: t.reconciliation.state,
              cell: row => <Tag tone={stateTones[row.state]}>{t.reconciliation.states[row.state]}</Tag>,
              sort: row => row.state,
            },
            {
              key: 'effect',
              name: t.reconciliation.effect,
              align: 'end',
              cell: row => <Money value={row.effect} signed className="font-semibold" />,
              sort: row => BigInt(row.effect.amount),
            },
          ]}
        />
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.showMore}
        </Button>
      ) : null}
    </Panel>
  )
}

function Age({ days }: { days: number }) {
  const t = useWords()
  return <span className="whitespace-nowrap">{days === 0 ? t.reconciliation.today : t.reconciliation.days(String(days))}</span>
}

/** Where the money lies, how far each has told of it, and the way in for what they say. */
function Sources() {
  const t = useWords()
  const format = useFormat()
  const query = read('GET /console/reconciliation/sources')
  const { data, error, isPending, refetch } = useQuery(query)
  const [chosen, setChosen] = useState('bank:main')
  const [day, setDay] = useState('')
  const { chosen: file, clear, look } = useStatementFile(chosen)
  const fetch = useMutation({
    mutationFn: () => api('POST /console/reconciliation/fetch', { source: chosen, day }),
    onSuccess: () => toast(t.reconciliation.fetching, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  const source = data?.items.find(one => one.id === chosen)
  return (
    <Panel title={t.reconciliation.sources}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <div className="flex flex-col gap-5">
          <Table<Source>
            label={t.reconciliation.sources}
            dense
            rows={data.items}
            rowKey={row => row.id}
            columns={[
              { key: 'id', name: t.reconciliation.source, cell: row => sourceName(t, row.id) },
              {
                key: 'to',
                name: t.reconciliation.reportedTo,
                cell: row =>
                  row.reportedTo ? format.day(`${row.reportedTo}T00:00:00Z`) : <span className="text-muted">{t.reconciliation.never}</span>,
              },
              {
                key: 'exceptions',
                name: t.reconciliation.exceptions,
                align: 'end',
                cell: row => (row.exceptions > 0 ? <Tag tone="bad">{format.number(row.exceptions)}</Tag> : <Tag tone="good">0</Tag>),
              },
            ]}
          />
          <Select
            label={t.reconciliation.source}
            value={chosen}
            onChange={event => setChosen(event.target.value)}
            options={data.items.map(one => ({ value: one.id, name: sourceName(t, one.id) }))}
          />
          {source?.canFetch ? (
            <form
              className="flex items-end gap-3"
              onSubmit={event => {
                event.preventDefault()
                if (day) fetch.mutate()
              }}
            >
              <Input
                label={t.reconciliation.fetchDay}
                type="date"
                value={day}
                onChange={event => setDay(event.target.value)}
                className="flex-1"
              />
              <Button type="submit" look="quiet" busy={fetch.isPending} disabled={!day}>
                {t.reconciliation.fetch}
              </Button>
            </form>
          ) : null}
          <DropZone
            compact
            label={t.reconciliation.upload}
            hint={t.reconciliation.uploadHint}
            accept=".csv,.txt,text/csv"
            onFiles={([one]) => (one ? look.mutate(one) : undefined)}
          />
        </div>
      )}
      {file ? <TakeStatement file={file.file} preview={file.preview} onClose={clear} /> : null}
    </Panel>
  )
}

/** What is settled without a person; an operator turns it on and off, and says why. */
function Rules() {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const [asked, setAsked] = useState<Rule | null>(null)
  const [reason, setReason] = useState('')
  const query = read('GET /console/reconciliation/rules')
  const { data, error, isPending, refetch } = useQuery(query)
  const turn = useMutation({
    mutationFn: (rule: Rule) => api('PATCH /console/reconciliation/rules/:id', { id: rule.id, active: !rule.active, reason }),
    onSuccess: () => {
      toast(t.reconciliation.decided, { tone: 'good' })
      setAsked(null)
      setReason('')
    },
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  const told = (rule: Rule): string =>
    [
      t.reconciliation.kinds[rule.kind],
      rule.type ? t.reconciliation.types[rule.type] : null,
      rule.most === null ? null : t.reconciliation.upTo(rule.most),
    ]
      .filter(Boolean)
      .join(' · ')
  return (
    <Panel title={t.reconciliation.rules} note={t.reconciliation.rulesHint}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {data.items.map(rule => (
            <li key={rule.id} className="py-2.5">
              <Switch
                label={told(rule)}
                hint={`→ ${rule.action === 'sweep' ? t.reconciliation.toBank : t.reconciliation.toCosts}`}
                checked={rule.active}
                disabled={!hasRole(me, 'operator')}
                onChange={() => setAsked(rule)}
              />
            </li>
          ))}
        </ul>
      )}
      {asked ? (
        <Dialog
          open
          onOpenChange={open => (open ? undefined : setAsked(null))}
          title={asked.active ? t.reconciliation.turnOff : t.reconciliation.turnOn}
          description={told(asked)}
        >
          <form
            className="flex flex-col gap-4"
            onSubmit={event => {
              event.preventDefault()
              if (reason.trim()) turn.mutate(asked)
            }}
          >
            <Input
              label={t.reconciliation.why}
              hint={t.reconciliation.whyHint}
              required
              maxLength={300}
              value={reason}
              onChange={event => setReason(event.target.value)}
            />
            <Button type="submit" busy={turn.isPending} disabled={!reason.trim()} className="self-end">
              {asked.active ? t.reconciliation.turnOff : t.reconciliation.turnOn}
            </Button>
          </form>
        </Dialog>
      ) : null}
    </Panel>
  )
}

function Reports() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/reconciliation/reports'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/reconciliation/reports', { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.reconciliation.reports}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : rows.length === 0 ? (
        <EmptyState icon={FileSpreadsheet} title={t.reconciliation.noReports} compact>
          {t.reconciliation.noReportsBody}
        </EmptyState>
      ) : (
        <Table<Report>
          label={t.reconciliation.reports}
          dense
          rows={rows}
          rowKey={row => row.id}
          columns={[
            {
              key: 'name',
              name: t.reconciliation.reports,
              cell: row => <RowLink to={`/console/reconciliation/${row.id}`}>{row.name}</RowLink>,
            },
            { key: 'source', name: t.reconciliation.source, wide: true, cell: row => sourceName(t, row.source) },
            { key: 'by', name: t.console.buyer, hideName: true, wide: true, cell: row => row.by ?? '' },
            { key: 'at', name: t.reconciliation.at, wide: true, cell: row => <When at={row.at} show="dateTime" /> },
            { key: 'lines', name: t.reconciliation.line, align: 'end', cell: row => format.number(row.lines) },
            {
              key: 'open',
              name: t.reconciliation.open,
              align: 'end',
              cell: row => <Tag tone={row.open > 0 ? 'bad' : 'good'}>{format.number(row.open)}</Tag>,
            },
          ]}
        />
      )}
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.showMore}
        </Button>
      ) : null}
    </Panel>
  )
}
