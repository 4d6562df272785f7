import { useInfiniteQuery } from '@tanstack/react-query'
import { Stamp } from 'lucide-react'
import type { ReactNode } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useNow } from '../moderation/now.ts'
import { hasRole, useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { DeskClaim } from './desk-claim.tsx'
import { stateTones } from './parts.tsx'
import { queueNames, type Queued, type QueueName } from './queries.ts'

type Go = (to: { tab?: QueueName; claim?: string | undefined }) => void

/** The desk of claims: what waits longest first, and beside it all there is to say of one. */
export function ClaimsDesk({ tab, claim, go }: { tab: QueueName; claim: string | undefined; go: Go }) {
  const t = useWords()
  const me = useMe()
  if (!hasRole(me, 'reviewer')) return <EmptyState icon={Stamp} title={t.console.staffOnly} />
  return (
    <>
      <h1 className="mb-4 text-xl">{t.claiming.desk.title}</h1>
      <Tabs
        label={t.claiming.desk.title}
        value={tab}
        onChange={value => go({ tab: value as QueueName })}
        tabs={queueNames.map(name => ({
          value: name,
          name: t.claiming.desk.tabs[name],
          content: name === tab ? <Queue key={name} name={name} claim={claim} go={go} /> : null,
        }))}
      />
    </>
  )
}

function Queue({ name, claim, go }: { name: QueueName; claim: string | undefined; go: Go }): ReactNode {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/page-claims', name],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/page-claims', { state: name, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
    refetchInterval: 60_000,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const rows = data.pages.flatMap(page => page.items)
  const detail = claim ? <DeskClaim key={claim} id={claim} onBack={() => go({ tab: name })} /> : null
  if (rows.length === 0 && !detail)
    return (
      <EmptyState icon={Stamp} title={t.claiming.desk.none[name]}>
        {name === 'review' ? t.claiming.desk.noneBody : null}
      </EmptyState>
    )
  return (
    <div className={cx('grid items-start gap-6', detail && 'xl:grid-cols-[340px_minmax(0,1fr)]')}>
      <div className={cx('flex flex-col gap-3', detail && 'max-xl:hidden')}>
        <ul className="flex flex-col gap-2">
          {rows.map(row => (
            <li key={row.id}>
              <Row row={row} open={row.id === claim} narrow={detail !== null} onOpen={() => go({ tab: name, claim: row.id })} />
            </li>
          ))}
        </ul>
        {hasNextPage ? (
          <Button look="quiet" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        ) : null}
      </div>
      {detail}
    </div>
  )
}

function Row({ row, open, narrow, onOpen }: { row: Queued; open: boolean; narrow: boolean; onOpen: () => void }) {
  const t = useWords()
  const d = t.claiming.desk
  return (
    <button
      type="button"
      data-jk
      aria-current={open || undefined}
      onClick={onOpen}
      className={cx(
        'flex w-full flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border px-4 py-3 text-left transition-colors',
        open ? 'border-accent-mark bg-accent-soft' : 'border-line bg-surface hover:bg-raised',
      )}
    >
      <Cover id={row.page.id} picture={row.page.picture} alt="" size={40} round className="size-10 shrink-0" />
      <span className="min-w-0 flex-1 basis-48">
        <span className="block truncate font-medium">{row.page.name}</span>
        <span className="block truncate text-sm text-muted">{row.beneficiary.name}</span>
      </span>
      <span className={cx('flex flex-wrap items-center gap-1.5', narrow ? 'w-full' : 'max-sm:w-full')}>
        {row.state === 'granted' || row.state === 'refused' || row.state === 'withdrawn' ? (
          <Tag tone={stateTones[row.state]}>{t.claiming.states[row.state]}</Tag>
        ) : (
          <>
            <Tag tone={row.found ? 'good' : 'plain'}>{row.found ? d.codeFound : d.codeNone}</Tag>
            {row.files > 0 ? <Tag>{d.filesCount(row.files)}</Tag> : null}
            {row.objections > 0 ? <Tag tone="bad">{t.claiming.objections(row.objections)}</Tag> : null}
            {row.rivals > 0 ? <Tag tone="held">{d.rivalsCount(row.rivals)}</Tag> : null}
          </>
        )}
        <Wait row={row} />
      </span>
    </button>
  )
}

/** For how long it waits; of an announced one when it ends. */
function Wait({ row }: { row: Queued }) {
  const t = useWords()
  const d = t.claiming.desk
  const format = useFormat()
  const now = useNow()
  if (row.state === 'announced' && row.endsAt) return <span className="text-sm text-muted">{d.ends(format.date(row.endsAt))}</span>
  if (row.state !== 'review' && row.state !== 'contested') return <span className="text-sm text-muted">{format.date(row.since)}</span>
  if (now === null) return null
  const hours = Math.max(0, Math.floor((now - Date.parse(row.since)) / 3_600_000))
  const waited = hours < 1 ? d.justNow : d.waits(hours >= 48 ? d.days(Math.floor(hours / 24)) : d.hours(hours))
  return <span className={cx('text-sm', hours >= 72 ? 'font-medium text-held' : 'text-muted')}>{waited}</span>
}
