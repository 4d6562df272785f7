import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { CalendarPlus, CalendarX2, Check, ExternalLink, Heart, MapPin, MonitorSmartphone, Pencil, Plus, ScanLine } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { AttendDialog } from './attend.tsx'
import { CalendarDialog } from './calendar.tsx'
import { groupQuery, refreshSchedule, type GroupEvent } from './queries.ts'
import { monthOf, span, there, tile } from './times.ts'

const EventDialog = lazy(() => import('./event-form.tsx').then(module => ({ default: module.EventDialog })))
const CodeScreen = lazy(() => import('./code-screen.tsx').then(module => ({ default: module.CodeScreen })))

/** The schedule of a group. `event` and `code` come with the code that was scanned. */
export function GroupSchedule({ id, event, code }: { id: string; event?: string | undefined; code?: string | undefined }) {
  const t = useWords()
  const me = useMe()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  const [past, setPast] = useState(false)
  const [calendar, setCalendar] = useState(false)
  const [editing, setEditing] = useState<GroupEvent | 'new' | null>(null)
  const coming = useQuery(read('GET /groups/:id/schedule', { id: group.id }))
  const before = useQuery({
    ...read('GET /groups/:id/schedule', { id: group.id, from: hoursAgo(400 * 24), to: hoursAgo(0) }),
    enabled: past,
  })
  const now = useNow()
  const items = coming.data?.items ?? []
  const gone = (before.data?.items ?? []).filter(one => !items.some(other => other.id === one.id)).toReversed()
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center gap-2">
        <Button look="quiet" icon={CalendarPlus} onClick={() => setCalendar(true)}>
          {t.groups.calendar}
        </Button>
        {group.can.host && group.state === 'open' ? (
          <Button icon={Plus} onClick={() => setEditing('new')}>
            {t.groups.addEvent}
          </Button>
        ) : null}
      </div>
      {coming.error ? (
        <ErrorState error={coming.error} onRetry={() => void coming.refetch()} />
      ) : coming.isPending ? (
        <SkeletonRows rows={4} />
      ) : items.length === 0 ? (
        <EmptyState icon={CalendarX2} title={t.groups.noEvents}>
          {t.groups.noEventsBody}
        </EmptyState>
      ) : (
        <Months items={items} now={now} wanted={event} code={code} onEdit={setEditing} />
      )}
      <div className="mt-8">
        {past ? (
          before.isPending ? (
            <SkeletonRows rows={3} />
          ) : (
            <section aria-label={t.groups.past} className="opacity-80">
              <Months items={gone} now={now} wanted={event} code={code} onEdit={setEditing} />
            </section>
          )
        ) : (
          <Button look="plain" size="sm" onClick={() => setPast(true)}>
            {t.groups.showPast}
          </Button>
        )}
      </div>
      {calendar ? <CalendarDialog group={group} signedIn={me !== null} onClose={() => setCalendar(false)} /> : null}
      <Suspense>
        {editing ? <EventDialog group={group} event={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
      </Suspense>
    </>
  )
}

/** So many hours before this one began: a query's key must not change while one looks. */
const hoursAgo = (hours: number): string => new Date((Math.floor(Date.now() / 3_600_000) - hours) * 3_600_000).toISOString()

/** This moment, anew each half minute: buttons appear when an event's door opens. Null while the page is made. */
function useNow(): Date | null {
  const hydrated = useHydrated()
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return hydrated ? now : null
}

type ListProps = {
  items: readonly GroupEvent[]
  now: Date | null
  wanted: string | undefined
  code: string | undefined
  onEdit: (event: GroupEvent) => void
}
function Months({ items, now, wanted, code, onEdit }: ListProps) {
  const { locale } = useLanguage()
  // Until the page is awake the reader's zone is not known.
  const own = now ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined
  const months = Map.groupBy(items, event => monthOf(event, locale, own))
  return (
    <div className="flex flex-col gap-8">
      {[...months].map(([month, events]) => (
        <section key={month} aria-label={month}>
          <h2 className="mb-3 text-sm font-semibold text-muted">{month}</h2>
          <ul className="flex flex-col gap-3">
            {events.map(event => (
              <Row
                key={event.id}
                event={event}
                own={own}
                now={now}
                code={wanted === event.id ? code : undefined}
                asked={wanted === event.id}
                onEdit={onEdit}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Row({
  event,
  own,
  now,
  code,
  asked,
  onEdit,
}: {
  event: GroupEvent
  own: string | undefined
  now: Date | null
  code: string | undefined
  asked: boolean
  onEdit: (event: GroupEvent) => void
}) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  const [attending, setAttending] = useState(asked && code !== undefined && event.can.attend)
  const [screen, setScreen] = useState(false)
  const go = useMutation({
    mutationFn: (going: boolean) =>
      going ? api('PUT /schedule/:id/going', { id: event.id }) : api('DELETE /schedule/:id/going', { id: event.id }),
    onSuccess: () => refreshSchedule(client),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const date = tile(event, locale, own)
  const off = event.state === 'cancelled'
  const between = span(event, locale, own)
  const elsewhere = there(event, locale, own)
  const on = now !== null && new Date(event.startsAt) <= now && now <= new Date(event.endsAt) && !event.allDay && !off
  const door =
    event.can.edit &&
    event.attendance &&
    !off &&
    now !== null &&
    Math.abs(now.getTime() - new Date(event.startsAt).getTime()) < 36 * 3_600_000
  return (
    <li
      id={event.id}
      className={cx(
        'flex gap-4 rounded-lg border bg-surface p-3.5 sm:p-4',
        asked ? 'border-accent-mark' : 'border-line',
        off && 'opacity-65',
      )}
    >
      <p className="flex w-14 shrink-0 flex-col items-center self-start rounded-md bg-raised py-2 leading-none">
        <span className="text-xs font-medium text-accent-ink">{date.month}</span>
        <span className="tabular my-1 text-xl font-bold">{date.day}</span>
        <span className="text-xs text-muted">{date.weekday}</span>
      </p>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-1.5">
          <Tag tone={event.kind === 'show' || event.kind === 'broadcast' ? 'accent' : 'plain'}>{t.groups.kinds[event.kind]}</Tag>
          {off ? <Tag tone="bad">{t.groups.cancelled}</Tag> : null}
          {on ? <Tag tone="good">{t.groups.today}</Tag> : null}
          {event.audience === 'members' ? <Tag>{t.groups.membersOnly}</Tag> : null}
        </p>
        <h3 className={cx('mt-1.5 text-base leading-snug font-semibold break-words', off && 'line-through')}>{event.title}</h3>
        <p className="tabular mt-1 text-muted">
          {between ?? t.groups.allDay}
          {elsewhere ? <span className="ml-2 text-xs">{t.groups.localTime(elsewhere)}</span> : null}
        </p>
        {event.place ? (
          <p className="mt-1 flex items-start gap-1.5 text-muted">
            <MapPin size={14} aria-hidden className="mt-0.5 shrink-0" />
            <span className="min-w-0 break-words">{event.place}</span>
          </p>
        ) : null}
        {event.note ? <p className="mt-2 max-w-[70ch] break-words whitespace-pre-line">{event.note}</p> : null}
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {event.you.attended ? (
            <Tag tone="good">
              <Check size={12} aria-hidden />
              {t.groups.attended}
            </Tag>
          ) : event.can.attend ? (
            <Button size="sm" icon={ScanLine} onClick={() => setAttending(true)}>
              {t.groups.attend}
            </Button>
          ) : null}
          {event.can.go || (!me && !off && event.audience === 'group') ? (
            <Button
              look="quiet"
              size="sm"
              icon={Heart}
              filled={event.you.going}
              aria-pressed={event.you.going}
              busy={go.isPending}
              onClick={() =>
                me ? go.mutate(!event.you.going) : void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } })
              }
            >
              {t.groups.going}
            </Button>
          ) : null}
          {event.link ? (
            <a href={event.link} target="_blank" rel="noopener noreferrer nofollow ugc" className={buttonClass('quiet', 'sm')}>
              <ExternalLink size={14} aria-hidden />
              {t.groups.openLink}
            </a>
          ) : null}
          {event.going > 0 ? <span className="text-xs text-muted">{t.groups.goingCount(format.compact(event.going))}</span> : null}
          {event.attended > 0 ? <span className="text-xs text-muted">{t.groups.attendedCount(format.compact(event.attended))}</span> : null}
          {event.can.edit ? (
            <span className="ml-auto flex">
              {door ? <IconButton size="sm" icon={MonitorSmartphone} label={t.groups.screen} onClick={() => setScreen(true)} /> : null}
              <IconButton size="sm" icon={Pencil} label={t.groups.editEvent} onClick={() => onEdit(event)} />
            </span>
          ) : null}
        </div>
      </div>
      {attending ? <AttendDialog event={event} code={code} onClose={() => setAttending(false)} /> : null}
      <Suspense>{screen ? <CodeScreen event={event} onClose={() => setScreen(false)} /> : null}</Suspense>
    </li>
  )
}
