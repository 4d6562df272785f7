import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Briefcase, Ticket } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { myJobsQuery, myVouchersQuery, type JobCard } from './queries.ts'

export type Tab = 'jobs' | 'vouchers'
/** What one ordered: work in hand, and vouchers to show. */
export function MyServicesPage({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }) {
  const t = useWords()
  const s = t.services
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="mb-4 text-xl">{s.mine}</h1>
      <Tabs
        label={s.mine}
        value={tab}
        onChange={value => onTab(value as Tab)}
        tabs={[
          { value: 'jobs', name: s.jobs, content: tab === 'jobs' ? <Jobs /> : null },
          { value: 'vouchers', name: s.vouchers, content: tab === 'vouchers' ? <Vouchers /> : null },
        ]}
      />
    </div>
  )
}

export const jobTone = ({ state, late }: Pick<JobCard, 'state' | 'late'>): Tone =>
  late || state === 'cancelled' ? 'bad' : state === 'accepted' ? 'good' : state === 'delivered' ? 'accent' : 'held'

export function JobItem({ job, seller }: { job: JobCard; seller?: boolean }) {
  const t = useWords()
  const j = t.services.job
  const format = useFormat()
  return (
    <li className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-3 transition-colors hover:border-line-strong">
      <Cover id={job.product} picture={job.picture} alt="" size={64} className="size-16 shrink-0" />
      <div className="min-w-0 flex-1">
        <Link to="/services/jobs/$line" params={{ line: job.line }} className="card-link block truncate font-semibold">
          {job.title}
        </Link>
        <p className="truncate text-sm text-muted">{seller ? job.buyer.name : job.page.name}</p>
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
          <Tag tone={jobTone(job)}>{(seller ? j.sellerStates : j.states)[job.state]}</Tag>
          {job.state === 'working' ? (
            <span className={job.late ? 'font-semibold text-danger' : ''}>{j.due(format.date(job.dueAt))}</span>
          ) : null}
          {job.state === 'delivered' && job.acceptAt ? <span>{j.acceptBy(format.date(job.acceptAt))}</span> : null}
        </p>
      </div>
      <span className="tabular shrink-0 font-semibold">{format.money(job.price)}</span>
    </li>
  )
}

function Jobs() {
  const t = useWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(myJobsQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  if (items.length === 0)
    return (
      <EmptyState
        icon={Briefcase}
        title={t.services.jobsNone}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.music.goShop}
          </Link>
        }
      >
        {t.services.jobsNoneBody}
      </EmptyState>
    )
  return (
    <>
      <ul className="flex flex-col gap-3">
        {items.map(job => (
          <JobItem key={job.line} job={job} />
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="mt-5" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
}

export const voucherTone = (state: string): Tone => (state === 'good' ? 'good' : state === 'used' ? 'plain' : 'held')
function Vouchers() {
  const t = useWords()
  const v = t.services.voucher
  const format = useFormat()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(myVouchersQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  if (items.length === 0)
    return (
      <EmptyState
        icon={Ticket}
        title={t.services.vouchersNone}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.music.goShop}
          </Link>
        }
      >
        {t.services.vouchersNoneBody}
      </EmptyState>
    )
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2">
        {items.map(one => (
          <li
            key={one.id}
            className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-3 hover:border-line-strong"
          >
            <Cover id={one.product} picture={one.picture} alt="" size={72} className="size-18 shrink-0" />
            <div className="min-w-0">
              <Link to="/services/vouchers/$id" params={{ id: one.id }} className="card-link block truncate font-semibold">
                {one.title}
              </Link>
              <p className="truncate text-sm text-muted">{one.page.name}</p>
              <p className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
                <Tag tone={voucherTone(one.state)}>{v.states[one.state]}</Tag>
                {one.left && one.state === 'good' ? format.money(one.left) : one.state === 'good' ? v.until(format.date(one.until)) : null}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="mt-5" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
}
