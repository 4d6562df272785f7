import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CalendarSync } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { ErrorState, faultText, Loading, Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshBookings, timesQuery, type Booking, type MoveTime } from './queries.ts'
import { TimeButton } from './time-button.tsx'
import { dayName, momentThere, timeThere } from './times.ts'
import { DayStrip } from './week.tsx'

/** One’s booking to another free time of its room: days with what is free, then a time, then a word. */
export function Move({ booking }: { booking: Booking }) {
  const b = useWords().bookings
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="quiet" icon={CalendarSync} onClick={() => setOpen(true)}>
        {b.move}
      </Button>
      {open ? <Choose booking={booking} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Choose({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const t = useWords()
  const { zone: zoneName } = useFormat()
  const b = t.bookings
  const { locale } = useLanguage()
  const client = useQueryClient()
  const now = booking.localStart.slice(0, 10)
  const [from, setFrom] = useState(now)
  const [day, setDay] = useState(now)
  const [chosen, setChosen] = useState<MoveTime | null>(null)
  const { data, error, refetch } = useQuery(timesQuery(booking.id, from))
  const days = data?.items ?? []
  const shown = days.find(one => one.day === day) ?? days[0]
  const move = useMutation({
    mutationFn: (start: string) => api('PUT /bookings/:id/time', { id: booking.id, start }),
    onSuccess: () => {
      toast(b.moved, { tone: 'good' })
      onClose()
    },
    onError: failed => {
      // Somebody else has it by now: what is free is asked anew.
      setChosen(null)
      toast(faultText(t, failed), { tone: 'bad' })
    },
    onSettled: () => refreshBookings(client),
  })
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={b.move}
      description={booking.moveUntil ? b.moveRule(momentThere(booking.moveUntil, booking.zone, locale)) : undefined}
      footer={
        <Button className="w-full" disabled={chosen === null} busy={move.isPending} onClick={() => chosen && move.mutate(chosen.start)}>
          {chosen
            ? b.moveAsk(
                `${dayName(dayThere(chosen.start, booking.zone), locale)} ${chosen.local.slice(0, 5)}–${timeThere(chosen.end, booking.zone)}`,
              )
            : b.choose}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <DayStrip
          from={from}
          today={data?.today ?? now}
          last={data?.last}
          day={shown?.day}
          days={days.map(one => ({
            day: one.day,
            holiday: one.holiday,
            states: one.times.map(({ state }) => (state === 'own' || state === 'dearer' ? 'taken' : state)),
          }))}
          onDay={setDay}
          onFrom={to => {
            setFrom(to)
            setDay(to)
          }}
        />
        {error ? (
          <ErrorState compact error={error} onRetry={() => void refetch()} />
        ) : !shown ? (
          <Loading className="grid grid-cols-3 gap-2">
            {Array.from({ length: 9 }, (_, n) => (
              <Skeleton key={n} className="h-14 rounded-md" />
            ))}
          </Loading>
        ) : shown.times.length === 0 ? (
          <p className="rounded-md bg-raised p-4 text-center text-muted">{shown.note ? `${b.moveNone} ${shown.note}` : b.moveNone}</p>
        ) : (
          <ul className="grid grid-cols-3 gap-2">
            {shown.times.map(time => (
              <li key={time.start}>
                <TimeButton
                  time={time}
                  currency={booking.amount.currency}
                  on={chosen?.start === time.start}
                  why={time.state === 'free' ? '' : b.moveState[time.state]}
                  onPress={() => setChosen(time)}
                />
              </li>
            ))}
          </ul>
        )}
        <p className="text-xs text-muted">{b.zone(zoneName(booking.zone))}</p>
      </div>
    </Sheet>
  )
}
const dayThere = (iso: string, zone: string): string =>
  new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' }).format(new Date(iso))
