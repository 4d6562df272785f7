/** The guest list, free tickets, and codes. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { bindHold, holdIn, sellHold } from '../seating/index.ts'
import { issue } from '../tickets/index.ts'
import { labelsOf } from './capacity.ts'
import { deskOf, type Desk } from './desk.ts'
import { ownShow, type Input, type Ok } from './showing.ts'
import { lockShow, readTiers, tiersOf } from './store.ts'
import { dropPromo, putPromo } from './store-sale.ts'
import { givenOf, insertGiven, listGuests, putGuest as writeGuest, removeGuest, type GuestRow } from './store-lists.ts'
import { Fault } from '../../shared/faults.ts'

type Guest = Ok<'PUT /shows/:id/guests/:guest'>
const mostGuests = 5000
const shown = ({ id, name, plus, tier, note, vip }: GuestRow): Guest => ({ id, name, plus, tier, note, vip })

export async function getGuests(db: Read, viewer: Viewer, { id }: Input<'GET /shows/:id/guests'>): Promise<Ok<'GET /shows/:id/guests'>> {
  await ownShow(db, viewer, id)
  return { items: (await listGuests(db, id)).map(shown) }
}
export async function putGuest(tx: Tx, viewer: Viewer, input: Input<'PUT /shows/:id/guests/:guest'>): Promise<Guest> {
  const show = await ownShow(tx, viewer, input.id)
  if (show.state === 'cancelled' || show.state === 'over') throw fault('conflict', 'show_state')
  const tier = input.tier ?? null
  if (tier !== null && !(await tiersOf(tx, [show.id])).some(one => one.id === tier)) throw fault('not_found')
  const row: GuestRow = {
    id: input.guest,
    show: show.id,
    name: input.name,
    plus: input.plus ?? 0,
    tier,
    note: input.note ?? '',
    vip: input.vip ?? false,
  }
  const listed = await listGuests(tx, show.id)
  if (listed.length >= mostGuests && !listed.some(one => one.id === row.id)) throw fault('limited', 'limited')
  if (!(await writeGuest(tx, row, viewer.id, clock.now()))) throw fault('conflict', 'key_reused')
  return shown(row)
}
export async function dropGuest(tx: Tx, viewer: Viewer, { id, guest }: Input<'DELETE /shows/:id/guests/:guest'>): Promise<{ ok: true }> {
  await ownShow(tx, viewer, id)
  if (!(await removeGuest(tx, id, guest, clock.now()))) throw fault('not_found')
  return { ok: true }
}

/** Free tickets come out of the capacity as paid ones do, in the name of who makes them, who hands them on. */
export async function giveTickets(
  ctx: Pick<StreamContext, 'write'>,
  viewer: Viewer,
  input: Input<'POST /shows/:id/free-tickets'>,
): Promise<{ tickets: string[] }> {
  return ctx.write(async tx => {
    const show = await ownShow(tx, viewer, input.id)
    const [tier] = await readTiers(tx, [input.tier])
    if (tier?.show !== show.id) throw fault('not_found')
    if (show.hall === null || (show.state !== 'on_sale' && show.state !== 'announced')) throw fault('conflict', 'show_state')
    // One at a time: the same hold twice at once is one.
    await lockShow(tx, show.id)
    const now = clock.now()
    const until = new Date(now.getTime() + 60_000)
    const [held] = await holdIn(tx, [
      { id: input.hold, hall: show.hall, person: viewer.id, wants: [{ tier: tier.id, count: input.count }], until, loose: true },
    ])
    if (held === undefined) throw new Error('a hold was not answered')
    if (held instanceof Fault) throw held
    // The same again: what was made of it.
    const before = await givenOf(tx, input.hold)
    if (before.length > 0) return { tickets: before }
    const refused = await bindHold(tx, [
      { hold: input.hold, tier: tier.id, person: viewer.id, line: input.hold, count: input.count, until },
    ])
    if (refused.size > 0) throw [...refused.values()][0]!
    const sold = (await sellHold(tx, [input.hold])).get(input.hold)
    if (sold === undefined) throw fault('conflict', 'sold_out')
    const labels = await labelsOf(tx, show.hall, sold.seats)
    const made = await issue(
      tx,
      Array.from({ length: input.count }, (_, n) => ({
        show: show.id,
        tier: tier.id,
        tierName: tier.name,
        line: null,
        holder: viewer.id,
        seat: sold.seats[n] ?? null,
        seatLabel: sold.seats[n] === undefined ? null : (labels.get(sold.seats[n]) ?? sold.seats[n]),
        faceValue: 0n,
        currency: show.currency,
        mark: 'guest',
        name: input.name,
      })),
      now,
      viewer.id,
    )
    const tickets = made.map(ticket => ticket.id)
    await insertGiven(tx, show.id, input.hold, tickets)
    return { tickets }
  })
}

const codeOf = (text: string): string => {
  const code = text.toUpperCase()
  if (!/^[A-Z0-9-]{3,30}$/.test(code)) throw fault('invalid', 'invalid', { fields: { code: 'A–Z 0–9 -' } })
  return code
}
export async function putCode(tx: Tx, viewer: Viewer, input: Input<'PUT /shows/:id/promos/:code'>): Promise<Desk> {
  const show = await ownShow(tx, viewer, input.id)
  const tiers = new Set((await tiersOf(tx, [show.id])).map(tier => tier.id))
  if (!input.tiers.every(tier => tiers.has(tier))) throw fault('not_found')
  const row = {
    code: codeOf(input.code),
    note: input.note ?? '',
    tiers: input.tiers,
    most: input.most ?? null,
    closesAt: input.closesAt ?? null,
  }
  if (!(await putPromo(tx, show.id, row, clock.now()))) throw fault('conflict', 'promo_used')
  return deskOf(tx, viewer, show.id)
}
export async function dropCode(tx: Tx, viewer: Viewer, { id, code }: Input<'DELETE /shows/:id/promos/:code'>): Promise<Desk> {
  await ownShow(tx, viewer, id)
  if (!(await dropPromo(tx, id, code.toUpperCase()))) throw fault('not_found')
  return deskOf(tx, viewer, id)
}
