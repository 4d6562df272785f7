import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { ExternalLink, Lock } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { groupQuery } from './queries.ts'
import { RouteTabs } from './tabs.tsx'

/** The desk of a group: its head and tabs; the tab's page below reads the group with `groupQuery(id)`. */
export function GroupDesk({ id }: { id: string }) {
  const t = useWords()
  const me = useMe()
  const { data: group, error, isPending, refetch } = useQuery(groupQuery(id))
  if (!group || (!group.can.host && !hasRole(me, 'operator')))
    return (
      <>
        <h1 className="sr-only">{t.hosting.title}</h1>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : isPending ? (
          <SkeletonRows />
        ) : (
          <EmptyState icon={Lock} title={t.hosting.notHost} />
        )}
      </>
    )
  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-4">
        <Cover id={group.id} picture={group.picture} alt="" size={56} round className="size-14" />
        <div className="min-w-0 flex-1">
          <h1 className="truncate text-xl">{group.name}</h1>
          <p className="truncate text-muted">@{group.handle}</p>
        </div>
        <Link to="/groups/$id" params={{ id: group.handle }} className={buttonClass('quiet')}>
          <ExternalLink size={15} aria-hidden />
          {t.hosting.toGroup}
        </Link>
      </header>
      <RouteTabs
        label={t.hosting.tabs.label}
        id={id}
        base="/studio/groups/$id"
        tabs={[
          { name: t.hosting.tabs.overview, to: '', exact: true },
          { name: t.hosting.tabs.members, to: '/members' },
          { name: t.hosting.tabs.moderation, to: '/moderation' },
          { name: t.hosting.tabs.missions, to: '/missions' },
          { name: t.hosting.tabs.points, to: '/points' },
          { name: t.hosting.tabs.rewards, to: '/rewards' },
          { name: t.hosting.tabs.settings, to: '/settings' },
        ]}
      />
      <Outlet />
    </>
  )
}
