/** The waiting list: whoever is next gets what comes back as a hold of their own, for a time. Winners of a lottery are its first. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { unfit } from '../policy/index.ts'
import { holdIn, poolsOf, releaseHold } from '../seating/index.ts'
import { offerUntil, tierState } from './policy.ts'
import { cardsOf, moneyOf, seeShow, type Input, type Ok } from './showing.ts'
import { lockShow, readShow, readTiers } from './store.ts'
import {
  readEntrant,
  readLottery,
  insertWaiting,
  nextWaiting,
  offerTo,
  openOffers,
  readWaiting,
  setWaiting,
  waitingOf,
  type WaitRow,
} from './store-lists.ts'
import { ticketsOfBuyer } from './store-sale.ts'

type Waiting = Ok<'GET /waiting/:id'>

async function shown(db: Read | Tx, rows: readonly WaitRow[], person: string): Promise<Waiting[]> {
  const shows = await cardsOf(db, person, [...new Set(rows.map(row => row.show))])
  const tiers = new Map((await readTiers(db, [...new Set(rows.map(row => row.tier))])).map(tier => [tier.id, tier]))
  return rows.flatMap(row => {
    const show = shows.get(row.show)
    const tier = tiers.get(row.tier)
    if (show === undefined || tier === undefined) return []
    const { id, count, fewer, state, ahead, won, offered, hold, until, at } = row
    return {
      id,
      show,
      tier: { id: tier.id, name: tier.name, price: moneyOf(tier.price, show.from?.currency ?? 'CNY') },
      count,
      fewer,
      state,
      ahead,
      won,
      offered,
      hold,
      until,
      at,
    }
  })
}
async function own(db: Read | Tx, viewer: Viewer, id: string, lock = false): Promise<WaitRow> {
  const row = await readWaiting(db, id, lock)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}
async function one(db: Read | Tx, viewer: Viewer, id: string): Promise<Waiting> {
  const [made] = await shown(db, [await own(db, viewer, id)], viewer.id)
  if (made === undefined) throw fault('not_found')
  return made
}
export const getWaiting = (db: Read, viewer: Viewer, { id }: Input<'GET /waiting/:id'>): Promise<Waiting> => one(db, viewer, id)
export const getMyWaiting = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/waiting'>> => ({
  items: await shown(db, await waitingOf(db, viewer.id), viewer.id),
})

export async function joinWaiting(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:id/waiting'>): Promise<Waiting> {
  const show = await seeShow(tx, viewer, input.id)
  const now = clock.now()
  const before = await readWaiting(tx, input.waiting)
  if (before !== undefined) {
    if (before.person !== viewer.id || before.show !== show.id || before.tier !== input.tier || before.count !== input.count)
      throw fault('conflict', 'key_reused')
    return one(tx, viewer, before.id)
  }
  const bad = await unfit(tx, viewer.id, { minAge: show.minAge, regions: [] }, now)
  if (bad !== null) throw fault('forbidden', bad)
  const tier = (await readTiers(tx, [input.tier])).find(found => found.show === show.id && !found.secret)
  if (tier === undefined) throw fault('not_found')
  if (!show.waitingList || show.state !== 'on_sale') throw fault('conflict', 'show_state')
  const state = tierState(show, tier, null, now)
  if (state === 'closed') throw fault('conflict', 'sale_over')
  if (state !== 'sold_out' && state !== 'queued') throw fault('conflict', 'waiting_not_needed')
  const left = Math.min(tier.mostEach ?? show.mostEach, show.mostEach - (await ticketsOfBuyer(tx, show.id, viewer.id)))
  if (input.count > left) throw fault('unprocessable', 'too_many_each', { fields: { count: String(Math.max(0, left)) } })
  if (
    !(await insertWaiting(tx, {
      id: input.waiting,
      show: show.id,
      tier: tier.id,
      person: viewer.id,
      count: input.count,
      fewer: input.fewer ?? false,
      at: now,
    }))
  )
    throw fault('conflict', 'waiting_already')
  await serveSoon(tx, tier.id)
  publish(tx, `show:${show.id}`, { kind: 'waiting', id: show.id })
  return one(tx, viewer, input.waiting)
}
export const serveSoon = (tx: Tx, tier: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'shows.waiting',
    { tier },
    {
      key: runAt === undefined ? `shows.waiting:${tier}` : `shows.waiting:${tier}:${runAt.getTime()}`,
      ...(runAt === undefined ? {} : { runAt }),
    },
  )

export async function leaveWaiting(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /waiting/:id'>): Promise<Waiting> {
  const row = await own(tx, viewer, id, true)
  if (row.state === 'left') return one(tx, viewer, id)
  if (row.state !== 'waiting' && row.state !== 'offered') throw fault('conflict', 'waiting_over')
  await setWaiting(tx, id, row.state, 'left', clock.now())
  if (row.state === 'offered') {
    await releaseHold(tx, [row.hold!], viewer.id)
    await serveSoon(tx, row.tier)
  }
  return one(tx, viewer, id)
}

/**
 * Serves a tier: offers whose time is over are missed, what is free goes to the next who would take it, as a hold in the same transaction. One tier at a time
 * under its show's lock; harmless at any time and again. Gives how many were offered something.
 */
export async function serve(db: Pick<Db, 'transaction'>, tierId: string): Promise<number> {
  let made = 0
  while (await db.transaction(tx => serveOne(tx, tierId))) made++
  return made
}
async function serveOne(tx: Tx, tierId: string): Promise<boolean> {
  const [found] = await readTiers(tx, [tierId])
  if (found === undefined) return false
  await lockShow(tx, found.show)
  const show = (await readShow(tx, found.show))!
  const [tier] = await readTiers(tx, [tierId])
  if (show.hall === null || tier === undefined) return false
  const now = clock.now()
  for (const offer of await openOffers(tx, tierId)) {
    // An order has it: it is bought, or comes back when the order ends.
    if (offer.holdState === 'sold') await setWaiting(tx, offer.id, 'offered', 'bought', now)
    else if (offer.until! <= now || (offer.holdState !== 'held' && offer.holdState !== null)) {
      await setWaiting(tx, offer.id, 'offered', 'missed', now)
      await releaseHold(tx, [offer.hold!])
      publish(tx, topicOf(offer.person), { waiting: offer.id })
    }
  }
  if (show.state !== 'on_sale' || show.startsAt <= now || (tier.closesAt !== null && tier.closesAt <= now) || tier.state === 'closed')
    return false
  const pool = (await poolsOf(tx, [show.hall])).find(one => one.tier === tierId)
  const free = pool?.free ?? 0
  if (free === 0) return false
  const next = await nextWaiting(tx, tierId, free)
  if (next === undefined) return false
  const lottery = show.sale === 'lottery' ? await readLottery(tx, show.id) : undefined
  const won = lottery?.state === 'drawn' && (await readEntrant(tx, show.id, next.person))?.tier === tierId && next.rank < 1_000_000_000n
  const until = won ? new Date(Math.min(now.getTime() + lottery.hours * 3_600_000, show.startsAt.getTime())) : offerUntil(show, now)
  const hold = newId('sth', now)
  let count = Math.min(next.count, free)
  let answer: Awaited<ReturnType<typeof holdIn>>[number] | undefined
  // Seats may not lie together, or leave one alone: whoever would take fewer is asked for fewer.
  for (; count > 0; count--) {
    ;[answer] = await holdIn(tx, [{ id: hold, hall: show.hall, person: next.person, wants: [{ tier: tierId, count }], until, loose: true }])
    if (!(answer instanceof Fault) || !next.fewer) break
  }
  if (answer === undefined || answer instanceof Fault) return false
  await offerTo(tx, next.id, { hold, count, until, won, at: now })
  await tell(tx, { type: 'places_offered', waiting: next.id, person: next.person })
  await serveSoon(tx, tierId, new Date(until.getTime() + 1000))
  publish(tx, topicOf(next.person), { waiting: next.id })
  publish(tx, `show:${show.id}`, { kind: 'waiting', id: show.id })
  return true
}
