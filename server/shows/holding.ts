/** Setting places aside from the moment one chooses them, and seeing what one has set aside. */
import { fault } from '../../shared/faults.ts'
import { holdFor } from '../../shared/hold-time.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { unfit } from '../policy/index.ts'
import { hold, partsHeld, releaseHold } from '../seating/index.ts'
import { labelsOf } from './capacity.ts'
import { membersAt } from './policy.ts'
import { moneyOf, seenTiers, seeShow, type Input, type Ok, type SeenTier } from './showing.ts'
import { readShow, readTiers, type ShowRow } from './store.ts'
import { readLottery } from './store-lists.ts'
import { aliveHold, showOfHall, ticketsOfBuyer, unusePromo, usePromo } from './store-sale.ts'

type Hold = Ok<'GET /show-holds/:hold'>
type Want = Input<'POST /shows/:id/holds'>['wants'][number]

/** Why a tier cannot be had by this viewer now. */
function refuse(tier: SeenTier, now: Date): void {
  const members = membersAt(tier)
  if (tier.now === 'soon' && members !== null && members <= now) throw fault('forbidden', 'members_first', { fields: { tier: tier.id } })
  if (tier.now === 'soon') throw fault('conflict', 'not_on_sale_yet', { fields: { tier: tier.id } })
  if (tier.now === 'closed') throw fault('conflict', 'sale_over', { fields: { tier: tier.id } })
  // What is free by now is for those who wait.
  if (tier.now === 'sold_out' || tier.now === 'queued') throw fault('conflict', 'sold_out', { fields: { tier: tier.id } })
}
const countOf = (want: Want): number => want.seats?.length ?? want.count ?? 1
function countsOf(wants: readonly Want[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const want of wants) counts.set(want.tier, (counts.get(want.tier) ?? 0) + countOf(want))
  return counts
}

async function allowed(
  db: Read,
  viewer: Viewer,
  show: ShowRow,
  input: Input<'POST /shows/:id/holds'>,
  now: Date,
): Promise<{ promo: number; secret: string[] }> {
  if (show.state !== 'on_sale' || show.hall === null) throw fault('conflict', show.state === 'announced' ? 'not_on_sale_yet' : 'sale_over')
  const lottery = show.sale === 'lottery' ? await readLottery(db, show.id) : undefined
  if (show.sale === 'lottery' && lottery?.state !== 'drawn') throw fault('conflict', 'lottery_only')
  const bad = await unfit(db, viewer.id, { minAge: show.minAge, regions: [] }, now)
  if (bad !== null) throw fault('forbidden', bad)
  const { tiers, opened } = await seenTiers(db, show, viewer, input.code, now)
  const counts = countsOf(input.wants)
  let promo = 0
  const secret: string[] = []
  for (const [id, count] of counts) {
    const tier = tiers.find(one => one.id === id && (!one.secret || opened.has(one.id)))
    if (tier === undefined) throw fault('not_found')
    // One's own hold, which this one replaces, makes a sold-out tier possible: seating decides that.
    if (tier.now !== 'sold_out' || (await aliveHold(db, show.hall, viewer.id, now)) === null) refuse(tier, now)
    if (count > (tier.mostEach ?? show.mostEach))
      throw fault('unprocessable', 'too_many_each', { fields: { [id]: String(tier.mostEach ?? show.mostEach) } })
    if (!tier.secret) continue
    promo += count
    secret.push(id)
  }
  const all = [...counts.values()].reduce((sum, n) => sum + n, 0)
  const left = show.mostEach - (await ticketsOfBuyer(db, show.id, viewer.id))
  if (all > left) throw fault('unprocessable', 'too_many_each', { fields: { count: String(Math.max(0, left)) } })
  return { promo, secret }
}

/** All of what is wanted or nothing. Many come at once: the holding itself is gathered by seating, outside of a transaction of our own. */
export async function takeHold(
  ctx: Pick<StreamContext, 'read' | 'write'>,
  viewer: Viewer,
  input: Input<'POST /shows/:id/holds'>,
): Promise<Hold> {
  const now = clock.now()
  const show = await seeShow(ctx.read, viewer, input.id)
  const known = (await partsHeld(ctx.read, [input.hold])).length > 0
  const { promo, secret } = known ? { promo: 0, secret: [] } : await allowed(ctx.read, viewer, show, input, now)
  if (show.hall === null) throw fault('conflict', 'sale_over')
  const before = known ? null : await aliveHold(ctx.read, show.hall, viewer.id, now)
  // A code's tickets are counted before they are had, and as long as this hold holds or its tickets are good.
  const { code } = input
  const use = { show: show.id, code: code ?? '', hold: input.hold, tiers: secret, count: promo, replaces: before, at: now }
  const counted = promo > 0 && code !== undefined
  if (counted && !(await ctx.write(tx => usePromo(tx, use)))) throw fault('conflict', 'promo_used')
  const back = async (): Promise<void> => {
    if (counted) await ctx.write(tx => unusePromo(tx, input.hold))
  }
  try {
    await hold({ transaction: ctx.write } as Pick<Db, 'transaction'>, {
      id: input.hold,
      hall: show.hall,
      person: viewer.id,
      wants: input.wants.map(want => (want.seats === undefined ? { tier: want.tier, count: countOf(want) } : { seats: want.seats })),
      until: new Date(now.getTime() + holdFor(input.sinceOpen)),
      most: show.mostEach,
      ...(before === null ? {} : { replaces: before }),
    })
  } catch (error) {
    await back()
    throw error
  }
  const made = await shownHold(ctx.read, viewer, input.hold)
  const counts = countsOf(input.wants)
  // Seats that were named are of the tiers they were named with, which is where they were counted: a seat of a secret tier is not got by its name alone.
  if (made.lines.some(line => line.quantity !== counts.get(line.tier))) {
    await ctx.write(tx => releaseHold(tx, [input.hold], viewer.id))
    await back()
    throw fault('not_found')
  }
  return made
}

export async function shownHold(db: Read | Tx, viewer: Viewer, id: string): Promise<Hold> {
  const parts = await partsHeld(db, [id])
  const [first] = parts
  if (first === undefined || first.person !== viewer.id) throw fault('not_found')
  const showId = await showOfHall(db, first.hall)
  const show = showId === undefined ? undefined : await readShow(db, showId)
  if (show === undefined) throw fault('not_found')
  const tiers = new Map(
    (
      await readTiers(
        db,
        parts.map(part => part.tier),
      )
    ).map(tier => [tier.id, tier]),
  )
  const labels = await labelsOf(
    db,
    first.hall,
    parts.flatMap(part => part.seats),
  )
  const now = clock.now()
  const alive = parts.every(part => part.state === 'held' && part.until > now)
  const lines = parts.flatMap(part => {
    const tier = tiers.get(part.tier)
    if (tier?.offer == null) return []
    return {
      tier: tier.id,
      tierName: tier.name,
      offer: tier.offer,
      quantity: part.count,
      unit: moneyOf(tier.price, show.currency),
      seats: part.seats.map(key => labels.get(key) ?? key),
    }
  })
  return {
    id,
    show: show.id,
    title: show.title,
    lines,
    total: moneyOf(
      lines.reduce((sum, line) => sum + line.unit.amount * BigInt(line.quantity), 0n),
      show.currency,
    ),
    until: parts.reduce((least, part) => (part.until < least ? part.until : least), first.until),
    state: parts.some(part => part.line !== null && (part.state === 'held' || part.state === 'sold')) ? 'ordered' : alive ? 'held' : 'over',
    realName: show.realName,
  }
}
export const getHold = (db: Read, viewer: Viewer, { hold: id }: Input<'GET /show-holds/:hold'>): Promise<Hold> => shownHold(db, viewer, id)

export async function dropHold(tx: Tx, viewer: Viewer, { hold: id }: Input<'DELETE /show-holds/:hold'>): Promise<{ ok: true }> {
  const [first] = await partsHeld(tx, [id])
  if (first === undefined || first.person !== viewer.id) throw fault('not_found')
  await releaseHold(tx, [id], viewer.id)
  return { ok: true }
}
