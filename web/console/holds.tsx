import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { DecideAppeal, PlaceHold, ReleaseHold, type Hold } from './hold-dialogs.tsx'
import { ownerName, RowLink } from './rows.tsx'

export type HoldsSearch = { show?: 'all' | 'appealed'; reason?: string }

/** Money set aside: what is open, why and until when; appeals wait for another pair of eyes. */
export function ConsoleHolds({ search }: { search: HoldsSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const [placing, setPlacing] = useState(false)
  const [releasing, setReleasing] = useState<Hold | null>(null)
  const [deciding, setDeciding] = useState<Hold | null>(null)
  const choice = {
    ...(search.show === 'all' ? {} : search.show === 'appealed' ? { appealed: 'true' as const } : { open: 'true' as const }),
    ...(search.reason ? { reason: search.reason } : {}),
  }
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/holds', choice],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /console/holds', { ...choice, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const reasons = [...new Set([...rows.map(row => row.reason), ...(search.reason ? [search.reason] : [])])].sort()
  const go = (next: HoldsSearch) => void navigate({ to: '/console/holds', search: next, replace: true })
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.console.holds}</h1>
        <div className="flex flex-wrap items-end gap-3">
          <Select
            label={t.console.state}
            className="w-40"
            value={search.show ?? ''}
            onChange={event => {
              const { show: _, ...rest } = search
              go(event.target.value ? { ...rest, show: event.target.value as 'all' | 'appealed' } : rest)
            }}
            options={[
              { value: '', name: t.console.queues.holds },
              { value: 'appealed', name: t.console.queues.appeals },
              { value: 'all', name: t.console.allHolds },
            ]}
          />
          <Select
            label={t.console.holdReason}
            className="w-40"
            value={search.reason ?? ''}
            onChange={event => {
              const { reason: _, ...rest } = search
              go(event.target.value ? { ...rest, reason: event.target.value } : rest)
            }}
            options={[{ value: '', name: t.console.allReasons }, ...reasons.map(value => ({ value, name: codeName(t, value) }))]}
          />
          <Button icon={Lock} onClick={() => setPlacing(true)}>
            {t.console.placeHold}
          </Button>
        </div>
      </header>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={Lock} title={t.console.noHolds} compact />
        ) : (
          <Table<Hold>
            label={t.console.holds}
            dense
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'owner',
                name: t.console.owner,
                cell: row => (
                  <RowLink to="/console/accounts" search={{ q: row.owner, asset: row.open.currency }}>
                    {ownerName(t, row.party, row.owner)}
                  </RowLink>
                ),
              },
              {
                key: 'reason',
                name: t.console.holdReason,
                cell: row => (
                  <>
                    <Tag tone="held">{codeName(t, row.reason)}</Tag>
                    {row.note ? <span className="mt-1 block text-xs text-muted md:ml-2 md:inline">{row.note}</span> : null}
                  </>
                ),
              },
              { key: 'at', name: t.money.date, wide: true, cell: row => <When at={row.at} /> },
              { key: 'until', name: t.console.holdUntil, wide: true, cell: row => (row.until ? <When at={row.until} /> : '') },
              { key: 'by', name: t.console.placedBy, wide: true, cell: row => row.placedBy ?? codeName(t, row.cause.split(':')[0]!) },
              {
                key: 'open',
                name: t.console.onHold,
                align: 'end',
                cell: row => (
                  <>
                    <Money value={row.open} className="font-semibold" />
                    {row.open.amount === row.amount.amount ? null : (
                      <span className="block text-xs text-muted">
                        <Money value={row.amount} />
                      </span>
                    )}
                  </>
                ),
              },
              {
                key: 'act',
                name: t.console.why,
                hideName: true,
                align: 'end',
                cell: row => (
                  <span className="inline-flex flex-wrap justify-end gap-2">
                    {row.appeal && row.appeal.decision === null ? (
                      row.can.decide ? (
                        <Button size="sm" onClick={() => setDeciding(row)}>
                          {t.console.appeal}
                        </Button>
                      ) : (
                        <Tag tone="accent">{t.console.appealForOther}</Tag>
                      )
                    ) : null}
                    {row.can.release ? (
                      <Button size="sm" look="quiet" onClick={() => setReleasing(row)}>
                        {t.console.releaseHold}
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
      {placing ? <PlaceHold open onOpenChange={setPlacing} /> : null}
      {releasing ? <ReleaseHold hold={releasing} onOpenChange={() => setReleasing(null)} /> : null}
      {deciding ? <DecideAppeal hold={deciding} onOpenChange={() => setDeciding(null)} /> : null}
    </>
  )
}
