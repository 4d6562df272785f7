import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { BadgeCheck, Flag, Lock, MoreHorizontal, Settings2, Share2, UsersRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { useLive } from '../shell/live.ts'
import { PointsChip } from '../points/chip.tsx'
import { buttonClass, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Menu } from '../ui/menu.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { JoinButton, NewCharter } from './join.tsx'
import { groupQuery, refreshGroup, refreshSchedule, type Group } from './queries.ts'
import { RouteTabs } from './tabs.tsx'

const ReportDialog = lazy(() => import('../moderation/report.tsx').then(module => ({ default: module.ReportDialog })))

/** The head of a group, its tabs, and the tab's page below. Pages below read the group with `useSuspenseQuery(groupQuery(id))`. */
export function GroupLayout({ id, invite }: { id: string; invite?: string | undefined }) {
  const t = useWords()
  const client = useQueryClient()
  const { data: group } = useSuspenseQuery(groupQuery(id, invite))
  useLive(group.can.read ? [`group:${group.id}`] : [], message => {
    if (message.kind === 'schedule' || message.kind === 'attended') void refreshSchedule(client)
    if (message.kind === 'group') void refreshGroup(client)
    if (message.kind === 'letters') void client.invalidateQueries({ queryKey: ['GET /groups/:id/letters'] })
    if (message.kind === 'requests' && group.can.host) void client.invalidateQueries({ queryKey: ['GET /groups/:id/requests'] })
  })
  return (
    <>
      <Head group={group} invite={invite} />
      {group.can.read ? (
        <RouteTabs
          label={t.groups.tabs.label}
          id={id}
          base="/groups/$id"
          tabs={[
            { name: t.groups.tabs.feed, to: '', exact: true },
            { name: t.groups.tabs.missions, to: '/missions' },
            { name: t.groups.tabs.rewards, to: '/rewards' },
            { name: t.groups.tabs.schedule, to: '/schedule' },
            ...(group.kind === 'official' ? [{ name: t.groups.tabs.letters, to: '/letters' }] : []),
            { name: t.groups.tabs.members, to: '/members' },
            { name: t.groups.tabs.about, to: '/about' },
          ]}
        />
      ) : null}
      <NewCharter group={group} />
      {group.you.banned ? <p className="mb-5 rounded-lg bg-danger-soft p-4 text-danger">{t.groups.bannedHere}</p> : null}
      {group.can.read ? <Outlet /> : <Closed group={group} />}
    </>
  )
}

/** What who may not read is told: what it is about, and that one joins to see more. */
function Closed({ group }: { group: Group }) {
  const t = useWords()
  return (
    <div className="flex flex-col gap-6">
      {group.about ? <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{group.about}</p> : null}
      <EmptyState icon={Lock} title={t.groups.locked}>
        {t.groups.lockedBody}
      </EmptyState>
    </div>
  )
}

function Head({ group, invite }: { group: Group; invite: string | undefined }) {
  const t = useWords()
  const format = useFormat()
  return (
    <header className="relative isolate -mx-4 -mt-18 mb-1 sm:-mx-6 sm:mb-3 lg:-mx-9">
      <div aria-hidden className="relative h-44 overflow-hidden [mask-image:linear-gradient(black_50%,transparent)] sm:h-60">
        {group.cover ? (
          <img src={group.cover} alt="" className="size-full object-cover" />
        ) : (
          <Planet id={group.id} className="size-full scale-110 opacity-70 blur-[38px] saturate-150" />
        )}
      </div>
      <div className="-mt-18 flex flex-col gap-3 px-4 sm:-mt-22 sm:flex-row sm:items-end sm:gap-6 sm:px-6 lg:px-9">
        <div className="flex min-w-0 flex-1 items-start gap-4 sm:gap-6">
          {group.picture ? (
            <Cover
              id={group.id}
              picture={group.picture}
              alt={t.groups.emblem(group.name)}
              size={144}
              round
              eager
              className="size-22 shrink-0 shadow-pop ring-4 ring-bg sm:size-36"
            />
          ) : (
            <Planet
              id={group.id}
              measure={group.members}
              label={t.groups.emblem(group.name)}
              bare
              className="size-24 shrink-0 overflow-visible drop-shadow-lg sm:size-38"
            />
          )}
          <div className="min-w-0 flex-1 pt-12 sm:pt-16">
            <h1 className="text-lg leading-tight font-[710] tracking-tight break-words sm:text-2xl">
              {group.name}
              {group.kind === 'official' ? (
                <BadgeCheck
                  size={21}
                  role="img"
                  aria-label={t.groups.officialLong}
                  className="ml-2 inline-block align-[-0.15em] text-ion"
                />
              ) : null}
            </h1>
            <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-muted">
              <span className="inline-flex items-center gap-1.5">
                <UsersRound size={15} aria-hidden />
                {t.groups.members(format.compact(group.members))}
              </span>
              {group.page ? (
                <Link to="/artists/$id" params={{ id: group.page.handle }} className="hover:text-ink max-sm:hidden">
                  {group.page.name}
                </Link>
              ) : null}
              {group.you.member ? <Tag tone="accent">{t.groups.level(group.you.level)}</Tag> : null}
              {group.you.member ? <PointsChip group={group.handle} id={group.id} /> : null}
              {group.visibility === 'public' ? null : <Tag>{t.groups.readsWho[group.visibility]}</Tag>}
              {group.state === 'closed' ? <Tag tone="held">{t.groups.closed}</Tag> : null}
            </p>
          </div>
        </div>
        <div className="flex items-center gap-2 sm:pb-3">
          <Actions group={group} invite={invite} />
        </div>
      </div>
    </header>
  )
}

function Actions({ group, invite }: { group: Group; invite: string | undefined }) {
  const t = useWords()
  const me = useMe()
  const [reporting, setReporting] = useState(false)
  const share = async () => {
    const url = `${location.origin}/groups/${group.handle}`
    if ('share' in navigator && matchMedia('(pointer: coarse)').matches)
      return navigator.share({ url, title: group.name }).catch(() => undefined)
    await navigator.clipboard.writeText(url)
    toast(t.music.linkCopied, { tone: 'good' })
  }
  return (
    <>
      <JoinButton group={group} invite={invite} className="max-sm:flex-1" />
      {group.can.host ? (
        <Link to="/studio/groups/$id" params={{ id: group.handle }} className={buttonClass('quiet', 'md', 'max-sm:flex-1')}>
          <Settings2 size={15} aria-hidden />
          {t.groups.host}
        </Link>
      ) : null}
      <Menu
        label={t.groups.more}
        trigger={<IconButton icon={MoreHorizontal} label={t.groups.more} />}
        entries={[
          { kind: 'action', name: t.groups.share, icon: Share2, run: () => void share() },
          ...(me && group.you.role !== 'owner'
            ? [{ kind: 'action' as const, name: t.groups.report, icon: Flag, run: () => setReporting(true) }]
            : []),
        ]}
      />
      {reporting ? (
        <Suspense>
          <ReportDialog kind="group" subject={group.id} open={reporting} onOpenChange={setReporting} />
        </Suspense>
      ) : null}
    </>
  )
}
