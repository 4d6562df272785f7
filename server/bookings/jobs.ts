/** Background work: the clock's part (over, nobody came, not answered in time), and calendars outside. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { tell } from '../foundation/events.ts'
import { readOutside } from './calendars.ts'
import { livePages } from './showing.ts'
import { endNow } from './counter.ts'
import { changeBooking, dueBookings, noteEvents, readBooking } from './store-bookings.ts'
import { staleCalendars } from './store-calendars.ts'
import { lockResources } from './store.ts'

const most = 500
const hourMs = 3600_000

/** Does for each booking what its time says, each in a transaction of its own. Twice or at once, it happens once. */
export async function turnClock(db: Db): Promise<Record<'done' | 'no_show' | 'expired', number>> {
  const counts = { done: 0, no_show: 0, expired: 0 }
  for (const { id, what } of await dueBookings(db.write, clock.now(), most))
    await db.transaction(async tx => {
      const before = await readBooking(tx, id)
      if (before === undefined) return
      await lockResources(tx, [before.resource])
      const row = (await readBooking(tx, id))!
      const now = clock.now()
      if (what === 'expired') {
        if ((row.state !== 'asked' && row.state !== 'accepted') || row.until === null || row.until > now) return
        await changeBooking(tx, id, { state: 'expired', closed: true }, now)
        await tell(tx, { type: 'booking_changed', booking: id })
      } else if (what === 'no_show') {
        if (row.state !== 'confirmed' || row.noShow === null || row.startsAt.getTime() + row.noShow * 60_000 > now.getTime()) return
        await endNow(tx, row, 'no_show', now)
        if (row.person !== null) await tell(tx, { type: 'booking_changed', booking: id })
      } else {
        if ((row.state !== 'confirmed' && row.state !== 'arrived') || row.endsAt > now) return
        await changeBooking(tx, id, { state: 'done', closed: true }, now)
      }
      counts[what]++
      if (row.kind !== 'block') await noteEvents(tx, [{ booking: id, what }], now)
      livePages(tx, [row.page])
    })
  return counts
}

/** How often the clock is looked at, in ms. */
const everyMs = 60_000
const sweep = async ({ db, log }: JobContext): Promise<void> => {
  try {
    const counts = await turnClock(db)
    if (counts.no_show + counts.expired > 0) log.info(counts, 'bookings: some ran out, to some nobody came')
    const stale = await staleCalendars(db.write, new Date(clock.now().getTime() - hourMs), most)
    if (stale.length > 0)
      await db.transaction(async tx => {
        for (const id of stale) await enqueue(tx, 'bookings.calendar', { id }, { key: `bookings.calendar:${id}` })
      })
  } finally {
    await db.transaction(tx =>
      enqueue(
        tx,
        'bookings.clock',
        {},
        { key: 'bookings.clock', queue: 'bookings.clock', runAt: new Date(clock.now().getTime() + everyMs) },
      ),
    )
  }
}

export const jobs = {
  'bookings.clock': sweep,
  'bookings.calendar': ({ db }: JobContext, { id }: { id: string }) => readOutside(db, id, []),
} satisfies Jobs

/** At the start of a worker: the clock that keeps itself going. */
export const startBookingsWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'bookings.clock', {}, { key: 'bookings.clock' }))
