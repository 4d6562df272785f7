import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../../api.ts'
import { useFormat, useWords } from '../../i18n/use.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import { Money, When } from '../../ui/money.tsx'
import { Dialog } from '../../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useRefundsChanged } from './refund-sale.tsx'
import { Reserves, SetReserve, type Party } from './reserves.tsx'

type Shortfall = Ok<'GET /console/shortfalls'>['items'][number]
type Decision = 'receivable' | 'borne' | 'refuse'
const tones: Record<Shortfall['state'], Tone> = { open: 'accent', receivable: 'held', borne: 'bad', refused: 'plain', covered: 'good' }
const states = ['open', 'receivable', 'borne', 'refused', 'covered'] as const
export type ShortfallsSearch = { state?: Shortfall['state'] }

/** What receivers should have given back and could not: who pays for now is decided here. */
export function ConsoleShortfalls({ search }: { search: ShortfallsSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Shortfall | null>(null)
  const [resting, setResting] = useState<Party | null>(null)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/shortfalls', search.state ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/shortfalls', { ...search, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.disputes.shortfalls}</h1>
        <Select
          label={t.disputes.state}
          className="w-48"
          value={search.state ?? ''}
          onChange={event => {
            const state = event.target.value as Shortfall['state'] | ''
            void navigate({ to: '/console/shortfalls', search: state ? { state } : {}, replace: true })
          }}
          options={[
            { value: '', name: t.disputes.allStates },
            ...states.map(value => ({ value, name: t.disputes.shortfallStates[value] })),
          ]}
        />
      </header>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={Scale} title={t.disputes.noShortfalls} compact>
            {t.disputes.noShortfallsBody}
          </EmptyState>
        ) : (
          <Table<Shortfall>
            label={t.disputes.shortfalls}
            dense
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'party',
                name: t.disputes.party,
                sort: row => row.party.name,
                cell: row => (
                  <>
                    <Link
                      to="/console/accounts"
                      search={{ q: row.party.id } as never}
                      data-jk
                      className="underline decoration-line-strong underline-offset-4"
                    >
                      {row.party.name}
                    </Link>
                    <span className="block text-xs text-muted">
                      {t.disputes.kind[row.kind]} · {row.title} · {row.order.number}
                    </span>
                    {row.reason ? <span className="block max-w-[44ch] text-xs">{row.reason}</span> : null}
                  </>
                ),
              },
              {
                key: 'at',
                name: t.disputes.at,
                wide: true,
                cell: row => <When at={row.createdAt} show="dateTime" />,
                sort: row => row.createdAt,
              },
              {
                key: 'state',
                name: t.disputes.state,
                sort: row => row.state,
                cell: row => (
                  <>
                    <Tag tone={tones[row.state]}>{t.disputes.shortfallStates[row.state]}</Tag>
                    {row.until ? (
                      <span className="mt-1 block text-xs text-muted">
                        {t.disputes.decideBefore} <When at={row.until} />
                      </span>
                    ) : null}
                  </>
                ),
              },
              {
                key: 'amount',
                name: t.disputes.lacking,
                align: 'end',
                sort: row => BigInt(row.amount.amount),
                cell: row => (
                  <>
                    <Money value={row.amount} className="font-semibold" />
                    {row.recovered.amount === '0' ? null : (
                      <span className="block text-xs text-muted">
                        {t.disputes.recovered} <Money value={row.recovered} />
                      </span>
                    )}
                  </>
                ),
              },
              {
                key: 'act',
                name: t.disputes.decide,
                hideName: true,
                align: 'end',
                cell: row => (
                  <span className="inline-flex flex-wrap justify-end gap-2">
                    <Button look="plain" size="sm" onClick={() => setResting(row.party)}>
                      {t.disputes.setReserve}
                    </Button>
                    {row.state === 'open' ? (
                      <Button size="sm" onClick={() => setChosen(row)}>
                        {t.disputes.decide}
                      </Button>
                    ) : null}
                  </span>
                ),
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
      <Reserves onChange={setResting} />
      {resting ? <SetReserve party={resting} onClose={() => setResting(null)} /> : null}
      {chosen ? <Decide shortfall={chosen} onClose={() => setChosen(null)} /> : null}
    </>
  )
}

function Decide({ shortfall, onClose }: { shortfall: Shortfall; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const changed = useRefundsChanged()
  const [decision, setDecision] = useState<Decision>('receivable')
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: () => api('POST /console/shortfalls/:id/decide', { id: shortfall.id, decision, reason }),
    onSuccess: () => {
      toast(t.disputes.decided, { tone: 'good' })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const decisions: readonly Decision[] = shortfall.kind === 'refund' ? ['receivable', 'borne', 'refuse'] : ['receivable', 'borne']
  // Of a dispute the planet has paid already: owing it brings it back to its books.
  const after = decision === 'refuse' ? shortfall.own.before : shortfall.own.after
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.disputes.decideTitle(shortfall.party.name, format.money(shortfall.amount))}
      description={`${t.disputes.kind[shortfall.kind]} · ${shortfall.title} · ${shortfall.order.number}`}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button look="danger" busy={decide.isPending} disabled={!reason.trim()} onClick={() => decide.mutate()}>
            {t.disputes.decide}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Select
          label={t.disputes.decide}
          value={decision}
          onChange={event => setDecision(event.target.value as Decision)}
          options={decisions.map(value => ({ value, name: t.disputes.decisions[value] }))}
        />
        <TextArea
          label={t.disputes.why}
          hint={t.disputes.whyHint}
          rows={2}
          maxLength={500}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
        <dl className="tabular grid grid-cols-[1fr_auto] gap-y-1 rounded-md bg-raised px-4 py-3" role="status">
          <dt className="text-muted">{t.disputes.lacking}</dt>
          <dd className="text-right">
            <Money value={shortfall.amount} className="font-semibold" />
          </dd>
          <dt className="text-muted">{t.disputes.there}</dt>
          <dd className="text-right">
            <Money value={shortfall.there} />
          </dd>
          <dt className="text-muted">{t.disputes.ownMoney}</dt>
          <dd className="text-right">
            <Money value={shortfall.own.before} /> <span aria-label={t.disputes.becomes}>→</span>{' '}
            <Money value={after} className="font-semibold" />
          </dd>
        </dl>
      </div>
    </Dialog>
  )
}
