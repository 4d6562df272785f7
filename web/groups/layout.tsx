import { useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { BadgeCheck, Settings2 } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { Tag } from '../ui/states.tsx'
import { groupQuery } from './queries.ts'
import { RouteTabs } from './tabs.tsx'

/** The head of a group, its tabs, and the tab's page below. Pages below read the group with `useSuspenseQuery(groupQuery(id))`. */
export function GroupLayout({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  return (
    <>
      <header className="relative isolate -mx-4 -mt-18 mb-4 overflow-hidden px-4 pt-26 pb-2 sm:-mx-6 sm:px-6 lg:-mx-9 lg:px-9">
        <div
          aria-hidden
          className="absolute inset-0 -z-10 opacity-35 blur-[70px] saturate-150 [mask-image:linear-gradient(black,transparent)]"
        >
          {group.cover ? (
            <img src={group.cover} alt="" className="size-full object-cover" />
          ) : (
            <Planet id={group.id} className="size-full" />
          )}
        </div>
        <div className="flex items-center gap-4">
          <Cover
            id={group.id}
            picture={group.picture}
            alt={t.groups.emblem(group.name)}
            size={96}
            round
            eager
            className="size-20 shrink-0 sm:size-24"
          />
          <div className="min-w-0 flex-1">
            <h1 className="flex items-center gap-2 text-xl leading-tight font-[700]">
              <span className="min-w-0 break-words">{group.name}</span>
              {group.kind === 'official' ? (
                <BadgeCheck size={20} role="img" aria-label={t.groups.official} className="shrink-0 text-ion" />
              ) : null}
            </h1>
            <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
              {t.groups.members(format.compact(group.members))}
              {group.state === 'closed' ? <Tag>{t.groups.closed}</Tag> : null}
            </p>
          </div>
          {group.can.host ? (
            <Link to="/studio/groups/$id" params={{ id: group.handle }} className={buttonClass('quiet')}>
              <Settings2 size={15} aria-hidden />
              {t.groups.host}
            </Link>
          ) : null}
        </div>
      </header>
      <RouteTabs
        label={t.groups.tabs.label}
        id={id}
        base="/groups/$id"
        tabs={[
          { name: t.groups.tabs.feed, to: '', exact: true },
          { name: t.groups.tabs.missions, to: '/missions' },
          { name: t.groups.tabs.rewards, to: '/rewards' },
          { name: t.groups.tabs.schedule, to: '/schedule' },
          { name: t.groups.tabs.letters, to: '/letters' },
          { name: t.groups.tabs.members, to: '/members' },
          { name: t.groups.tabs.about, to: '/about' },
        ]}
      />
      <Outlet />
    </>
  )
}
