import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Newspaper, Plus, Search, UsersRound } from 'lucide-react'
import { useDeferredValue, useEffect, useEffectEvent, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { GroupCard, GroupRound } from './card.tsx'
import { groupsQuery, myGroupsQuery } from './queries.ts'

export type GroupsView = { q?: string; kind?: 'official' | 'fans'; sort?: 'new' }

/** Groups: one's own, and all that may be found. */
export function Groups({ view }: { view: GroupsView }) {
  const t = useWords()
  const me = useMe()
  const navigate = useNavigate()
  const [q, setQ] = useState(view.q ?? '')
  const asked = useDeferredValue(q.trim())
  const keep = useEffectEvent((text: string) => {
    if (text !== (view.q ?? ''))
      void navigate({ to: '/groups', search: { ...view, q: text || undefined } as GroupsView, replace: true, resetScroll: false })
  })
  useEffect(() => keep(asked), [asked])
  const mine = useQuery({ ...myGroupsQuery, enabled: me !== null })
  const list = useInfiniteQuery(groupsQuery({ q: asked, kind: view.kind ?? '', sort: view.sort ?? 'members' }))
  const groups = list.data?.pages.flatMap(page => page.items) ?? []
  const choose = (change: GroupsView) =>
    void navigate({ to: '/groups', search: { ...view, ...change } as GroupsView, replace: true, resetScroll: false })
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-2xl">{t.groups.title}</h1>
          <p className="mt-1 max-w-[60ch] text-muted max-sm:hidden">{t.groups.lead}</p>
        </div>
        {me ? (
          <Link to="/feed" className={buttonClass('primary')}>
            <Newspaper size={16} aria-hidden />
            {t.feed.title}
          </Link>
        ) : null}
        <Link to="/groups/new" className={buttonClass('quiet')}>
          <Plus size={16} aria-hidden />
          {t.groups.openShort}
        </Link>
      </header>
      {mine.data && mine.data.items.length > 0 ? (
        <section aria-label={t.groups.mine} className="mb-7">
          <h2 className="mb-3 text-sm text-muted">{t.groups.mine}</h2>
          <ul className="no-bar -mx-4 flex gap-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
            {mine.data.items.map(group => (
              <li key={group.id}>
                <GroupRound group={group} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {mine.data && mine.data.waiting.length > 0 ? (
        <section aria-label={t.groups.waitingTitle} className="mb-7">
          <h2 className="mb-3 text-sm text-muted">{t.groups.waitingTitle}</h2>
          <ul className="no-bar -mx-4 flex gap-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
            {mine.data.waiting.map(({ id, group }) => (
              <li key={id} className="opacity-70">
                <GroupRound group={group} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section aria-label={t.groups.discover}>
        <h2 className="mb-3 text-sm text-muted">{t.groups.discover}</h2>
        <div className="mb-5 flex flex-col gap-3 sm:flex-row sm:items-center">
          <Input
            label={t.groups.searchLabel}
            hideLabel
            type="search"
            placeholder={t.groups.searchPlaceholder}
            maxLength={60}
            value={q}
            onChange={event => setQ(event.target.value)}
            suffix={<Search size={16} aria-hidden />}
            className="sm:w-80"
          />
          <div className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0">
            <Chip on={!view.kind} onClick={() => choose({ kind: undefined } as GroupsView)} name={t.groups.kindAll} />
            <Chip on={view.kind === 'official'} onClick={() => choose({ kind: 'official' })} name={t.groups.official} />
            <Chip on={view.kind === 'fans'} onClick={() => choose({ kind: 'fans' })} name={t.groups.fans} />
            <span aria-hidden className="mx-1 my-2 w-px shrink-0 bg-line" />
            <Chip on={!view.sort} onClick={() => choose({ sort: undefined } as GroupsView)} name={t.groups.sortMembers} />
            <Chip on={view.sort === 'new'} onClick={() => choose({ sort: 'new' })} name={t.groups.sortNew} />
          </div>
        </div>
        {list.error ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : list.isPending ? (
          <Loading className={grid}>
            {Array.from({ length: 8 }, (_, n) => (
              <Skeleton key={n} className="h-48 rounded-lg" />
            ))}
          </Loading>
        ) : groups.length === 0 ? (
          <EmptyState
            icon={UsersRound}
            title={asked ? t.groups.noneFound(asked) : t.groups.none}
            action={
              <Link to="/groups/new" className={buttonClass()}>
                {t.groups.open}
              </Link>
            }
          >
            {asked ? null : t.groups.noneBody}
          </EmptyState>
        ) : (
          <ul className={grid}>
            {groups.map(group => (
              <li key={group.id}>
                <GroupCard group={group} />
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage ? (
          <div className="mt-6 text-center">
            <Button look="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t.common.showMore}
            </Button>
          </div>
        ) : null}
      </section>
    </>
  )
}

const grid = 'grid gap-4 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4'

const Chip = ({ on, name, onClick }: { on: boolean; name: string; onClick: () => void }) => (
  <button
    type="button"
    aria-pressed={on}
    onClick={onClick}
    className={cx(
      'h-10 shrink-0 rounded-full px-4 font-medium whitespace-nowrap transition-colors',
      on ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
    )}
  >
    {name}
  </button>
)
