import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Target } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { useMe } from '../shell/me.ts'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { MissionCard } from './card.tsx'
import { CheckInCard, StickyCheckIn } from './check-in.tsx'
import { tones } from './looks.ts'
import { missionsQuery, nameOf, refreshMissions, shareOf, type Mission, type Missions } from './queries.ts'
import { Rings } from './ring.tsx'

const order = ['daily', 'weekly', 'monthly', 'once'] as const

const everyMinute = (tell: () => void) => {
  const timer = setInterval(tell, 60_000)
  return () => clearInterval(timer)
}
/** The minute it is (milliseconds), after the first picture; null before. */
const useMinute = (): number | null =>
  useSyncExternalStore(
    everyMinute,
    () => Math.floor(Date.now() / 60_000) * 60_000,
    () => null,
  )

/** Missions of a group: today in rings, the streak, and what there is to do. Fills while one listens. */
export function MissionsPage({ id }: { id: string }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const now = useMinute()
  const { data, error, isPending, refetch } = useQuery(missionsQuery(id))
  useLive(
    me ? ['me'] : [],
    message => {
      if (message.kind === 'missions' || message.kind === 'points') void refreshMissions(client)
    },
    () => void refreshMissions(client),
  )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <Waiting />
  const shown = data.items.filter(mission => mission.state !== 'draft')
  return (
    <div className="flex flex-col gap-6">
      <div className="grid gap-4 md:grid-cols-2">
        <Today missions={data} />
        <CheckInCard missions={data} address={id} />
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={Target} title={t.missions.none}>
          {t.missions.noneBody}
        </EmptyState>
      ) : (
        order.map(every => {
          const items = shown.filter(mission => mission.every === every).toSorted(byNeed)
          return items.length === 0 ? null : (
            <section key={every} aria-labelledby={`missions-${every}`}>
              <h2 id={`missions-${every}`} className="mb-3 text-base">
                {t.missions.groups[every]}
              </h2>
              <ul className="grid gap-3 md:grid-cols-2">
                {items.map(mission => (
                  <MissionCard key={mission.id} mission={mission} now={now} address={id} page={data.group.page} />
                ))}
              </ul>
            </section>
          )
        })
      )}
      {data.member && !data.checkIns.today ? <StickyCheckIn missions={data} address={id} /> : null}
    </div>
  )
}

/** What can be done first, then what is done, then what is not for one or over. */
const rank = (mission: Mission): number =>
  mission.state === 'ended'
    ? 4
    : mission.state === 'planned'
      ? 3
      : mission.locked !== null && mission.locked !== 'stranger'
        ? 2
        : mission.progress?.done
          ? 1
          : 0
const byNeed = (a: Mission, b: Mission): number => rank(a) - rank(b) || shareOf(b) - shareOf(a)

/** Today at a glance: the daily missions as rings in each other (else those of the week), at most four. */
function Today({ missions }: { missions: Missions }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const open = missions.items.filter(mission => mission.state === 'open' && (mission.locked === null || mission.locked === 'stranger'))
  const daily = open.filter(mission => mission.every === 'daily')
  const ringed = (daily.length > 0 ? daily : open).slice(0, 4)
  const done = daily.filter(mission => mission.progress?.done).length
  const points = missions.items.reduce((sum, mission) => sum + (mission.every === 'daily' ? (mission.progress?.granted ?? 0) : 0), 0)
  return (
    <section className="flex min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      <header>
        <h2 className="text-lg">{t.missions.today}</h2>
        <p className="text-muted">{daily.length > 0 ? t.missions.todayOf(done, daily.length) : t.missions.todayNone}</p>
      </header>
      <div className="flex flex-1 items-center gap-5">
        <Rings
          rings={
            ringed.length > 0
              ? ringed.map(mission => ({ share: shareOf(mission), colour: tones[mission.event] }))
              : [{ share: 0, colour: 'var(--line-strong)' }]
          }
          width={ringed.length > 2 ? 8.5 : 11}
          className="size-36 sm:size-40"
        >
          {ringed.length <= 2 ? (
            <span className="tabular text-center leading-none">
              <b className="text-xl">{format.number(points)}</b>
              <span className="block text-xs text-muted">{t.points.title}</span>
            </span>
          ) : null}
        </Rings>
        <ul className="flex min-w-0 flex-1 flex-col gap-2.5">
          {ringed.map(mission => (
            <li key={mission.id} className="flex min-w-0 items-start gap-2">
              <span aria-hidden className="mt-1 size-2.5 shrink-0 rounded-full" style={{ background: tones[mission.event] }} />
              <span className="min-w-0">
                <span className="line-clamp-2 text-sm leading-tight font-medium">{nameOf(mission, locale)}</span>
                <span className="tabular text-xs text-muted">{format.percent(Math.floor(shareOf(mission) * 100) / 100)}</span>
              </span>
            </li>
          ))}
          {ringed.length > 2 && points > 0 ? (
            <li className="tabular text-sm font-semibold text-accent-ink">{t.missions.earned(format.number(points))}</li>
          ) : null}
        </ul>
      </div>
      <p className="text-xs text-muted">{t.missions.lead}</p>
    </section>
  )
}

const Waiting = () => (
  <Loading className="flex flex-col gap-6">
    <div className="grid gap-4 md:grid-cols-2">
      <Skeleton className="h-72 rounded-lg" />
      <Skeleton className="h-72 rounded-lg" />
    </div>
    <div className="grid gap-3 md:grid-cols-2">
      {Array.from({ length: 4 }, (_, index) => (
        <Skeleton key={index} className="h-28 rounded-lg" />
      ))}
    </div>
  </Loading>
)
