import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CalendarCheck, Check, Flame } from 'lucide-react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { missionsQuery, refreshMissions, type Missions } from './queries.ts'

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

function useCheckIn(group: string, address: string) {
  const t = useWords()
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => api('POST /groups/:id/check-in', { id: group }),
    onSuccess: answer => {
      client.setQueryData(missionsQuery(address).queryKey, before => (before ? { ...before, checkIns: answer } : before))
      toast(t.missions.checkInDone, { tone: 'good' })
      return refreshMissions(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
}

/** On a phone, at the thumb, until one has checked in. */
export function StickyCheckIn({ missions, address }: { missions: Missions; address: string }) {
  const t = useWords()
  const press = useCheckIn(missions.group.id, address)
  return (
    <div className="sticky bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] z-10 md:hidden">
      <Button size="lg" icon={CalendarCheck} busy={press.isPending} onClick={() => press.mutate()} className="w-full shadow-pop">
        {t.missions.checkIn}
        {missions.checkIns.streak > 0 ? ` · ${t.missions.streak(missions.checkIns.streak)}` : ''}
      </Button>
    </div>
  )
}

/** One press a day; the row of days under it is one's own, for nobody else. */
export function CheckInCard({ missions, address }: { missions: Missions; address: string }) {
  const t = useWords()
  const { checkIns, today, member, group } = missions
  const press = useCheckIn(group.id, address)
  return (
    <section className="flex min-w-0 flex-col rounded-lg border border-line bg-surface p-5">
      <div className="flex items-center gap-3">
        <span
          className={cx(
            'grid size-12 shrink-0 place-items-center rounded-full',
            checkIns.streak > 0 ? 'bg-accent-soft text-accent-ink' : 'bg-raised text-muted',
          )}
        >
          <Flame size={26} strokeWidth={1.8} fill={checkIns.today ? 'currentColor' : 'none'} aria-hidden />
        </span>
        <div className="min-w-0 flex-1">
          <h2 className="tabular truncate text-lg font-semibold">
            {checkIns.streak > 0 ? t.missions.streak(checkIns.streak) : t.missions.streakNone}
          </h2>
          {checkIns.total > 0 ? (
            <p className="tabular text-xs text-muted">
              {t.missions.best(checkIns.best)} · {t.missions.total(checkIns.total)}
            </p>
          ) : null}
        </div>
      </div>
      <Days days={checkIns.days} today={today} />
      {member ? (
        <Button
          size="lg"
          look={checkIns.today ? 'quiet' : 'primary'}
          icon={checkIns.today ? Check : CalendarCheck}
          busy={press.isPending}
          disabled={checkIns.today}
          onClick={() => press.mutate()}
          className="mt-auto w-full"
        >
          {checkIns.today ? t.missions.checkedIn : t.missions.checkIn}
        </Button>
      ) : (
        <p className="mt-auto text-muted">{t.missions.joinFirst}</p>
      )}
    </section>
  )
}

/** Five weeks, Monday to Sunday, this one last. */
function Days({ days, today }: { days: readonly string[]; today: string }) {
  const t = useWords()
  const format = useFormat()
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
  const first = addDays(today, -weekday - 28)
  const had = new Set(days)
  const all = Array.from({ length: 35 }, (_, index) => addDays(first, index))
  return (
    <div className="my-4">
      <div aria-hidden className="mb-1.5 grid grid-cols-7 text-center text-xs text-muted">
        {t.missions.weekdays.map((name, index) => (
          <span key={index}>{name}</span>
        ))}
      </div>
      <ol aria-label={t.missions.weeks} className="grid grid-cols-7 gap-y-1.5">
        {all.map(day => {
          const done = had.has(day)
          const joined = done && had.has(addDays(day, 1)) && (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7 < 6
          return (
            <li key={day} className="relative grid place-items-center">
              {joined ? <span aria-hidden className="absolute inset-y-1.5 left-1/2 w-full bg-accent-soft" /> : null}
              <span
                className={cx(
                  'tabular relative grid size-7 place-items-center rounded-full text-xs',
                  done
                    ? 'bg-accent font-semibold text-on-accent'
                    : day > today
                      ? 'text-muted opacity-0'
                      : day === today
                        ? 'text-ink inset-ring-2 inset-ring-accent-mark'
                        : 'text-muted',
                )}
              >
                <span aria-hidden>{Number(day.slice(8))}</span>
                {day > today ? null : (
                  <span className="sr-only">{done ? t.missions.checkedOn(format.day(day)) : t.missions.notOn(format.day(day))}</span>
                )}
              </span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}
