import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Briefcase, HeartHandshake, IdCard, Pencil, Plus, Ticket } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Select } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { draftOf, givenOf } from './draft.ts'
import type { Kind } from './editor.tsx'
import { JobItem } from './mine.tsx'
import { deskQuery, membersQuery, pageJobsQuery, refreshServices, type DeskService } from './queries.ts'
import { tabOf, tabs, type Tab } from './tabs.ts'

const Editor = lazy(() => import('./editor.tsx').then(module => ({ default: module.Editor })))
const Counter = lazy(() => import('./counter.tsx').then(module => ({ default: module.Counter })))

/** The desk of services, memberships and vouchers of one page. */
export function ServicesDesk({
  page: given,
  tab,
  onView,
}: {
  page: string | undefined
  tab: Tab
  onView: (view: { page?: string; tab?: Tab }) => void
}) {
  const t = useWords()
  const d = t.offering.services
  const me = useMe()
  // Parts of the desk come when they are looked at, in the browser.
  const hydrated = useHydrated()
  const pages = me?.pages ?? []
  const page = pages.find(one => one.id === given) ?? pages[0]
  if (!page)
    return (
      <EmptyState
        main
        icon={IdCard}
        title={d.noPages}
        action={
          <Link to="/studio/pages" className={buttonClass()}>
            {t.people.newPage}
          </Link>
        }
      >
        {d.noPagesBody}
      </EmptyState>
    )
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl">{d.title}</h1>
          <p className="mt-1 text-muted">{d.intro}</p>
        </div>
        {pages.length > 1 ? (
          <Select
            label={t.offering.coupons.page}
            hideLabel
            className="w-56"
            value={page.id}
            options={pages.map(one => ({ value: one.id, name: one.name }))}
            onChange={event => onView({ page: event.target.value })}
          />
        ) : null}
      </header>
      <Tabs
        label={d.title}
        value={tab}
        onChange={value => onView({ tab: tabOf(value) })}
        tabs={tabs.map(value => ({
          value,
          name: d.tabs[value],
          content:
            value !== tab ? null : !hydrated ? (
              <SkeletonRows />
            ) : (
              <Suspense fallback={<SkeletonRows />}>
                {tab === 'offered' ? <Offered key={page.id} page={page.id} /> : null}
                {tab === 'jobs' ? <Jobs key={page.id} page={page.id} /> : null}
                {tab === 'counter' ? <Counter key={page.id} page={page.id} /> : null}
                {tab === 'members' ? <Members key={page.id} page={page.id} /> : null}
              </Suspense>
            ),
        }))}
      />
    </>
  )
}

const icons = { svc: Briefcase, mbs: HeartHandshake, vou: Ticket } as const
function Offered({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.services
  const { data, error, isPending, refetch } = useQuery(deskQuery(page))
  const [editing, setEditing] = useState<{ it: DeskService | null; kind: Kind } | null>(null)
  if (editing)
    return (
      <Suspense fallback={<SkeletonRows />}>
        <Editor page={page} it={editing.it} kind={editing.kind} onClose={() => setEditing(null)} />
      </Suspense>
    )
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        {(['svc', 'mbs', 'vou'] as const).map((kind, n) => (
          <Button key={kind} look={n === 0 ? 'primary' : 'quiet'} icon={Plus} onClick={() => setEditing({ it: null, kind })}>
            {d.add[kind]}
          </Button>
        ))}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={Briefcase} title={d.none}>
          {d.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {data.items.map(it => (
            <Item key={it.id} it={it} onEdit={() => setEditing({ it, kind: it.id.slice(0, 3) as Kind })} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Item({ it, onEdit }: { it: DeskService; onEdit: () => void }) {
  const t = useWords()
  const d = t.offering.services
  const format = useFormat()
  const client = useQueryClient()
  const kind = it.id.slice(0, 3) as Kind
  const Icon = icons[kind]
  const turn = useMutation({
    mutationFn: () =>
      api('PUT /services/:id', { id: it.id, page: it.page.id, ...givenOf(draftOf(it), kind, it.state === 'open' ? 'closed' : 'open') }),
    onSuccess: () => toast(d.saved, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshServices(client),
  })
  return (
    <li className="flex min-w-0 gap-4 rounded-lg border border-line bg-surface p-4">
      <Cover id={it.id} picture={it.picture} alt="" size={96} className="w-22 shrink-0 self-start" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <p className="flex flex-wrap items-center gap-2">
          <Tag tone={it.state === 'open' ? 'good' : it.state === 'draft' ? 'held' : 'plain'}>{d.states[it.state]}</Tag>
          <Tag>
            <Icon size={13} aria-hidden />
            {t.services.kinds[it.kind]}
          </Tag>
        </p>
        <h2 className="text-base leading-snug [overflow-wrap:anywhere]">{it.title}</h2>
        <p className="tabular text-sm text-muted">
          <b className="text-ink">{format.money(it.price)}</b>
          {it.period ? ` ${it.period === 'month' ? t.services.perMonth : t.services.perYear}` : ''} · {d.sold(format.number(it.sold))}
          {it.most === null ? '' : ` · ${d.taken(format.number(it.taken), format.number(it.most))}`}
        </p>
        <div className="mt-auto flex flex-wrap gap-2 pt-1">
          <Button size="sm" look="quiet" icon={Pencil} onClick={onEdit}>
            {d.edit}
          </Button>
          <Button size="sm" look="quiet" busy={turn.isPending} onClick={() => turn.mutate()}>
            {it.state === 'open' ? d.closeIt : d.openIt}
          </Button>
          {it.state === 'open' ? (
            <Link to={kind === 'mbs' ? '/memberships/$id' : '/services/$id'} params={{ id: it.id }} className={buttonClass('quiet', 'sm')}>
              {d.see}
            </Link>
          ) : null}
        </div>
      </div>
    </li>
  )
}

function Jobs({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.services
  const [open, setOpen] = useState(true)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(pageJobsQuery(page, open))
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <div role="group" aria-label={d.tabs['jobs']} className="flex gap-2">
        {[true, false].map(one => (
          <Button
            key={String(one)}
            size="sm"
            look={open === one ? 'primary' : 'quiet'}
            aria-pressed={open === one}
            onClick={() => setOpen(one)}
          >
            {one ? d.toDo : d.doneJobs}
          </Button>
        ))}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Briefcase} title={d.jobsNone}>
          {d.jobsNoneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {items.map(job => (
            <JobItem key={job.line} job={job} seller />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

function Members({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.services
  const format = useFormat()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(membersQuery(page))
  const items = data?.pages.flatMap(one => one.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (items.length === 0) return <EmptyState icon={HeartHandshake} title={d.membersNone} />
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <p className="font-semibold">{d.active(format.number(data.pages[0]?.active ?? 0))}</p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
        {items.map(one => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
            <span className="min-w-0 flex-1 basis-40 truncate font-semibold">{one.name}</span>
            <span className="tabular text-sm text-muted">
              {d.since} {format.date(one.since)} · {d.until} {format.date(one.until)}
            </span>
            <Tag tone={one.active ? 'good' : 'plain'}>{one.active ? d.member : d.isOver}</Tag>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="self-start" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}
