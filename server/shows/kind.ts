/** Tickets of shows, as the checkout sells them (kind `ticket`): a line stands on what its buyer holds of one tier. Choice: `{ hold, names? }`. */
import { z } from 'zod'
import { Fault, fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import { idTail } from '../../shared/tickets.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { bindHold, giveBack, holdAgain, partsHeld, releaseLines, sellHold, unbindLines, type Part } from '../seating/index.ts'
import type { Kind, Priced, Progress, SoldLine, Wanted } from '../shop/index.ts'
import { issue, voidTickets, type NewTicket, type TicketRow } from '../tickets/index.ts'
import { labelsOf } from './capacity.ts'
import { moneyAt, orderMs } from './policy.ts'
import { readShows, readTiers, type ShowRow, type TierRow } from './store.ts'
import {
  countBuyers,
  dropReservations,
  insertReservations,
  linesPaid,
  moveReservations,
  noteBack,
  ordersThere,
  promosFit,
  reservationsOf,
  uncountBuyers,
  type Name,
  type Reservation,
} from './store-sale.ts'
import { boughtOf, holdsGiven } from './store-lists.ts'

const Choice = z.object({
  hold: z.string().regex(/^sth_[0-9a-z]{26}$/),
  names: z
    .array(z.object({ name: z.string().trim().min(1).max(100), idTail: idTail.optional() }))
    .max(100)
    .optional(),
})
type Choice = z.output<typeof Choice>
const choiceOf = (choice: unknown): Choice | undefined => Choice.safeParse(choice).data

type Facts = { shows: Map<string, ShowRow>; tiers: Map<string, TierRow>; parts: Map<string, Part> }
async function factsOf(tx: Tx, wanted: readonly Wanted[]): Promise<Facts> {
  const tiers = new Map((await readTiers(tx, [...new Set(wanted.map(one => one.offer.subject))])).map(tier => [tier.id, tier]))
  const shows = new Map((await readShows(tx, [...new Set([...tiers.values()].map(tier => tier.show))])).map(show => [show.id, show]))
  const holds = wanted.flatMap(one => choiceOf(one.choice)?.hold ?? [])
  const parts = new Map(
    (holds.length === 0 ? [] : await partsHeld(tx, [...new Set(holds)])).map(part => [`${part.hold} ${part.tier}`, part]),
  )
  return { shows, tiers, parts }
}

function priceOf({ shows, tiers, parts }: Facts, one: Wanted): { part: Part; tier: TierRow; names: Name[] | null } | Fault {
  const tier = tiers.get(one.offer.subject)
  const show = tier === undefined ? undefined : shows.get(tier.show)
  if (tier === undefined || show === undefined) return fault('not_found')
  if (show.state !== 'on_sale' || tier.state === 'closed' || show.endsAt <= one.basket.at) return fault('conflict', 'sale_over')
  const choice = choiceOf(one.choice)
  if (choice === undefined) return fault('conflict', 'hold_missing', { fields: { [`lines.${one.index}.choice`]: 'hold_missing' } })
  const part = parts.get(`${choice.hold} ${tier.id}`)
  if (
    part === undefined ||
    part.person !== one.basket.buyer ||
    part.hall !== show.hall ||
    part.state !== 'held' ||
    part.until <= one.basket.at
  )
    return fault('conflict', 'hold_over', { fields: { [`lines.${one.index}.choice`]: 'hold_over' } })
  if (part.count !== one.quantity)
    return fault('conflict', 'hold_differs', { fields: { [`lines.${one.index}.quantity`]: String(part.count) } })
  const names = show.realName === 'none' ? null : (choice.names ?? [])
  if (names !== null && (names.length !== one.quantity || (show.realName === 'id' && names.some(name => name.idTail === undefined))))
    return fault('unprocessable', 'name_needed', { fields: { [`lines.${one.index}.choice`]: 'name_needed' } })
  return { part, tier, names }
}

async function price(tx: Tx, wanted: readonly Wanted[]): Promise<(Priced | Fault)[]> {
  const facts = await factsOf(tx, wanted)
  const labels = new Map<string, Map<string, string>>()
  for (const [hall, own] of Map.groupBy(
    [...facts.parts.values()].filter(part => part.seats.length > 0),
    part => part.hall,
  ))
    labels.set(
      hall,
      await labelsOf(
        tx,
        hall,
        own.flatMap(part => part.seats),
      ),
    )
  return wanted.map(one => {
    const found = priceOf(facts, one)
    if (found instanceof Fault) return found
    const seats = found.part.seats.map(key => labels.get(found.part.hall)?.get(key) ?? key)
    return {
      unit: found.tier.price,
      detail: [found.tier.name, seats.join(', ')].filter(Boolean).join(' · ').slice(0, 300),
      choice: { hold: found.part.hold },
    }
  })
}

async function reserve(tx: Tx, wanted: readonly Wanted[]): Promise<Map<string, Fault>> {
  const out = new Map<string, Fault>()
  const facts = await factsOf(tx, wanted)
  const rows = wanted.flatMap(one => {
    const found = priceOf(facts, one)
    if (found instanceof Fault) {
      out.set(one.line, found)
      return []
    }
    const { part, tier, names } = found
    return {
      line: one.line,
      order: one.basket.order,
      show: tier.show,
      tier: tier.id,
      hold: part.hold,
      buyer: one.basket.buyer,
      quantity: one.quantity,
      unit: tier.price,
      names,
    }
  })
  const refuse = (some: readonly { line: string }[], code: string): void =>
    some.forEach(row => void out.set(row.line, fault('conflict', code)))
  const written = await insertReservations(tx, rows, clock.now())
  refuse(
    rows.filter(row => !written.has(row.line)),
    'hold_used',
  )
  let good = rows.filter(row => written.has(row.line))
  // The limit per person of a show: over all its tiers, also of other orders at this moment.
  const over = await countBuyers(tx, perBuyer(good, facts.shows))
  const tooMany = good.filter(row => over.has(`${row.show} ${row.buyer}`))
  refuse(tooMany, 'too_many_each')
  await dropReservations(
    tx,
    tooMany.map(row => row.line),
  )
  good = good.filter(row => !tooMany.includes(row))
  const until = new Date(clock.now().getTime() + orderMs)
  const bound = await bindHold(
    tx,
    good.map(row => ({ hold: row.hold, tier: row.tier, person: row.buyer, line: row.line, count: row.quantity, until })),
  )
  const lost = good.filter(row => bound.has(row.line))
  for (const row of lost) out.set(row.line, bound.get(row.line)!)
  await dropReservations(
    tx,
    lost.map(row => row.line),
  )
  await uncountBuyers(
    tx,
    lost.map(row => ({ show: row.show, person: row.buyer, count: row.quantity })),
  )
  return out
}
type Piece = Pick<Reservation, 'show' | 'buyer' | 'quantity'>
function perBuyer(
  rows: readonly Piece[],
  shows: ReadonlyMap<string, ShowRow>,
): { show: string; person: string; count: number; most: number }[] {
  const sums = new Map<string, { show: string; person: string; count: number; most: number }>()
  for (const { show, buyer, quantity } of rows) {
    const one = sums.get(`${show} ${buyer}`)
    if (one === undefined) sums.set(`${show} ${buyer}`, { show, person: buyer, count: quantity, most: shows.get(show)!.mostEach })
    else one.count += quantity
  }
  return [...sums.values()]
}

async function reserveAgain(tx: Tx, lines: readonly SoldLine[]): Promise<boolean> {
  const ids = lines.map(line => line.id)
  const rows = await reservationsOf(tx, ids, true)
  if (rows.length < new Set(ids).size || rows.some(row => row.state === 'sold' || row.state === 'returned')) return false
  const shows = new Map((await readShows(tx, [...new Set(rows.map(row => row.show))])).map(show => [show.id, show]))
  if (rows.some(row => shows.get(row.show)?.state !== 'on_sale')) return false
  const gone = rows.filter(row => row.state === 'released')
  const counted = perBuyer(gone, shows)
  const over = await countBuyers(tx, counted)
  const undo = (): Promise<void> =>
    uncountBuyers(
      tx,
      counted.filter(one => !over.has(`${one.show} ${one.person}`)),
    )
  const holds = gone.map(row => row.hold)
  if (
    over.size > 0 ||
    !(await promosFit(tx, holds, clock.now())) ||
    !(await holdAgain(tx, ids, new Date(clock.now().getTime() + orderMs)))
  ) {
    await undo()
    return false
  }
  await moveReservations(
    tx,
    gone.map(row => row.line),
    'released',
    'reserved',
    clock.now(),
  )
  return true
}

async function fulfil(tx: Tx, lines: readonly SoldLine[], at: Date): Promise<Map<string, Date | 'refused'>> {
  const out = new Map<string, Date | 'refused'>()
  const ids = lines.map(line => line.id)
  const before = await reservationsOf(tx, ids, true)
  const shows = new Map((await readShows(tx, [...new Set(before.map(row => row.show))])).map(show => [show.id, show]))
  const tiers = new Map((await readTiers(tx, [...new Set(before.map(row => row.tier))])).map(tier => [tier.id, tier]))
  const sellable = before.filter(
    row => row.state === 'reserved' && shows.get(row.show)?.state !== 'cancelled' && shows.get(row.show)?.state !== 'over',
  )
  const sold =
    sellable.length === 0
      ? new Map<string, never>()
      : await sellHold(
          tx,
          sellable.map(row => row.line),
        )
  for (const id of ids) if (!sold.has(id)) out.set(id, 'refused')
  const rows = await moveReservations(tx, [...sold.keys()], 'reserved', 'sold', at)
  const labels = new Map<string, string>()
  for (const [hall, own] of Map.groupBy([...sold.values()], one => one.hall))
    for (const [key, label] of await labelsOf(
      tx,
      hall,
      own.flatMap(one => one.seats),
    ))
      labels.set(`${hall} ${key}`, label)
  const paid = await linesPaid(tx, [...sold.keys()])
  const tickets = rows.flatMap((row): NewTicket[] => {
    const { hall, seats } = sold.get(row.line)!
    const show = shows.get(row.show)!
    // What was taken off the price is spread over the tickets to the fen.
    const parts = splitByWeight(
      paid.get(row.line) ?? row.unit * BigInt(row.quantity),
      Array.from({ length: row.quantity }, () => 1n),
    )
    return Array.from({ length: row.quantity }, (_, n) => {
      const seat = seats[n] ?? null
      return {
        show: row.show,
        tier: row.tier,
        tierName: tiers.get(row.tier)?.name ?? '',
        line: row.line,
        holder: row.buyer,
        seat,
        seatLabel: seat === null ? null : (labels.get(`${hall} ${seat}`) ?? seat),
        faceValue: row.unit,
        paid: parts[n]!,
        currency: show.currency,
        name: row.names?.[n]?.name ?? null,
        idTail: row.names?.[n]?.idTail ?? null,
      }
    })
  })
  await issue(tx, tickets, at)
  await boughtOf(
    tx,
    rows.map(row => row.hold),
    at,
  )
  for (const row of rows) out.set(row.line, moneyAt(shows.get(row.show)!, at))
  return out
}

async function release(tx: Tx, lines: readonly SoldLine[]): Promise<void> {
  const rows = await moveReservations(
    tx,
    lines.map(line => line.id),
    'reserved',
    'released',
    clock.now(),
  )
  await uncountBuyers(
    tx,
    rows.map(row => ({ show: row.show, person: row.buyer, count: row.quantity })),
  )
  // A basket that was refused for something else leaves its buyer what they held; an order that ended gives it up.
  const there = await ordersThere(tx, [...new Set(rows.map(row => row.order))])
  const never = rows.filter(row => !there.has(row.order)).map(row => row.line)
  if (never.length > 0) await unbindLines(tx, never)
  const ended = rows.filter(row => there.has(row.order)).map(row => row.line)
  if (ended.length > 0) await releaseLines(tx, ended)
}

type Gone = Pick<TicketRow, 'id' | 'origin' | 'seat' | 'show' | 'tier'>
/** Places of tickets that became void go back to the sale, or to who waits; each once. `origin`: the line by which the place was first sold; free ones know their hold. */
export async function freePlaces(tx: Tx, gone: readonly Gone[]): Promise<void> {
  const free = gone.filter(ticket => ticket.origin === null)
  const holds =
    free.length === 0
      ? new Map<string, string>()
      : await holdsGiven(
          tx,
          free.map(ticket => ticket.id),
        )
  const own = gone
    .map(ticket => ({ ...ticket, origin: ticket.origin ?? holds.get(ticket.id) ?? null }))
    .filter(ticket => ticket.origin !== null)
  if (own.length === 0) return
  const asks = [...Map.groupBy(own, ticket => ticket.origin!)].map(([line, tickets]) => {
    const seats = tickets.flatMap(ticket => ticket.seat ?? [])
    return seats.length > 0 ? { line, seats } : { line, count: tickets.length }
  })
  const back = await giveBack(
    tx,
    asks.toSorted((a, b) => (a.line < b.line ? -1 : 1)),
  )
  const lines = [...back].map(([line, count]) => ({ line, count }))
  const rows = new Map(
    (
      await reservationsOf(
        tx,
        lines.map(one => one.line),
        true,
      )
    ).map(row => [row.line, row]),
  )
  await noteBack(
    tx,
    lines.filter(one => rows.has(one.line)),
  )
  await uncountBuyers(
    tx,
    lines.flatMap(({ line, count }) => {
      const row = rows.get(line)
      return row === undefined ? [] : { show: row.show, person: row.buyer, count }
    }),
  )
  for (const tier of new Set(own.map(ticket => ticket.tier))) await enqueue(tx, 'shows.waiting', { tier }, { key: `shows.waiting:${tier}` })
}

async function cancel(tx: Tx, lines: readonly SoldLine[]): Promise<void> {
  await freePlaces(tx, await voidTickets(tx, { lines: lines.map(line => line.id) }, 'refunded', clock.now(), { used: true }))
}

async function follow(db: Read | Tx, lines: readonly SoldLine[]): Promise<Map<string, readonly Progress[]>> {
  const tiers = new Map(
    (
      await readTiers(
        db,
        lines.map(line => line.subject),
      )
    ).map(tier => [tier.id, tier]),
  )
  const shows = new Map((await readShows(db, [...new Set([...tiers.values()].map(tier => tier.show))])).map(show => [show.id, show]))
  const rows = new Map(
    (
      await reservationsOf(
        db,
        lines.map(line => line.id),
      )
    ).map(row => [row.line, row]),
  )
  return new Map(
    lines.map(line => {
      const show = shows.get(tiers.get(line.subject)?.show ?? '')
      const row = rows.get(line.id)
      const url = show === undefined ? null : `/shows/${show.id}`
      const out: Progress[] = []
      if (row?.state === 'sold') out.push({ code: 'tickets_ready', at: null, url: '/tickets', text: null })
      if (show?.state === 'cancelled') out.push({ code: 'show_cancelled', at: null, url, text: show.reason })
      else if (show?.state === 'postponed')
        out.push({ code: 'show_postponed', at: show.dateOpen ? null : show.startsAt, zone: show.zone, url, text: show.reason || null })
      else if (show !== undefined)
        out.push({ code: 'show_at', at: show.startsAt, zone: show.zone, url, text: `${show.place} · ${show.city}` })
      return [line.id, out] as const
    }),
  )
}

export const ticket: Kind = {
  kind: 'ticket',
  price,
  reserve,
  reserveAgain,
  fulfil,
  release,
  cancel,
  follow,
  // The money of a show waits together until organiser and artist have settled it (room deals), or else goes on to the organiser.
  async shares(tx, lines) {
    const tiers = new Map(
      (
        await readTiers(
          tx,
          lines.map(line => line.subject),
        )
      ).map(tier => [tier.id, tier.show]),
    )
    return new Map(
      lines.map(line => [line.id, [{ receiver: `show:${tiers.get(line.subject)!}`, role: 'show', weight: 1n, shareBp: 10_000 }]]),
    )
  },
}
