/**
 * Selling on, never above face value: kind `resale`. The buyer's line carries a new ticket and the show's money; as much goes back to who paid first, by a job
 * of its own since that is another order with locks of its own.
 */
import { fault, type Fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { unfit } from '../policy/index.ts'
import { closeOffers, leftOf, lockLines, putOffer, takeBack, type Kind, type SoldLine, type Wanted } from '../shop/index.ts'
import { idTail as tailShape } from '../../shared/tickets.ts'
import { newCode, tellHolders, voidTickets } from './issuing.ts'
import { can, mostFor, named, paidBy } from './policy.ts'
import { getTicket, mine, type Input, type Shown } from './showing.ts'
import { leftFor, showOf, showsOf, tellFreed } from './source.ts'
import { changeTicket, insertTickets, linesOf, readTickets } from './store.ts'
import {
  closeTransfer,
  insertResale,
  liveResales,
  markSold,
  readResales,
  releaseResales,
  reservedBy,
  reserveResales,
  setOffer,
  setPaidBack,
  voidSold,
  withdrawResale,
} from './store-handing.ts'

export const resaleTopic = (show: string): string => `resale:${show}`
const changed = (tx: Tx, show: string): void => publish(tx, resaleTopic(show), { kind: 'resale' })

export async function putResale(tx: Tx, viewer: Viewer, input: Input<'POST /tickets/:id/resale'>): Promise<Shown> {
  const row = await mine(tx, viewer, input.id, true)
  const at = clock.now()
  const id = input.resale ?? newId('rsl')
  const [before] = input.resale === undefined ? [] : await readResales(tx, [id])
  if (before !== undefined) {
    if (before.ticket !== row.id || before.price !== input.price.amount || before.currency !== input.price.currency)
      throw fault('conflict', 'key_reused')
    return getTicket(tx, viewer, input)
  }
  const show = await showOf(tx, row.show)
  if (row.state !== 'issued') throw fault('conflict', 'ticket_state')
  const line = row.line === null ? undefined : (await linesOf(tx, [row.line])).get(row.line)
  if (!paidBy(row, line)) throw fault('conflict', 'resale_not_yours')
  if (!can.resell(row, line, show, at)) throw fault('conflict', 'ticket_fixed')
  const { amount, currency } = input.price
  if (currency !== row.currency || amount <= 0n) throw fault('invalid', 'invalid', { fields: { price: row.currency } })
  const most = mostFor(row)
  if (amount > most) throw fault('unprocessable', 'above_face_value', { fields: { price: most.toString() } })
  await closeTransfer(tx, row.id, 'withdrawn', null, at)
  if (
    !(await insertResale(tx, {
      id,
      ticket: row.id,
      show: row.show,
      seller: viewer.id,
      price: amount,
      faceValue: most,
      currency,
      offer: null,
      at,
    }))
  )
    throw fault('conflict', 'key_reused')
  const offer = await putOffer(tx, {
    kind: 'resale',
    subject: id,
    page: show.page,
    title: show.title.slice(0, 300),
    detail: [row.tierName, row.seatLabel].filter(Boolean).join(' · ').slice(0, 300),
    picture: show.picture,
    pricing: 'fixed',
    amount,
    currency,
    closesAt: show.resaleUntil,
    mostEach: 1,
    listed: false,
    by: viewer.id,
    at,
  })
  await setOffer(tx, id, offer)
  await changeTicket(tx, row, { state: 'offered' }, 'offered', viewer.id, at)
  changed(tx, row.show)
  return getTicket(tx, viewer, input)
}

/** Kept after all. While someone pays for it, it is theirs for that time. */
export async function dropResale(tx: Tx, viewer: Viewer, input: Input<'DELETE /tickets/:id/resale'>): Promise<Shown> {
  const row = await mine(tx, viewer, input.id, true)
  const at = clock.now()
  const live = (await liveResales(tx, [row.id])).get(row.id)
  if (live === undefined) return getTicket(tx, viewer, input)
  const gone = await withdrawResale(tx, row.id, at)
  if (gone === undefined) throw fault('conflict', 'resale_reserved')
  await closeOffers(tx, 'resale', [gone])
  if (row.state === 'offered') await changeTicket(tx, row, { state: 'issued' }, 'kept', viewer.id, at)
  changed(tx, row.show)
  return getTicket(tx, viewer, input)
}

/** The lines of these (not for sale to whoever has as many as a show gives one person); who asks twice at once is counted. */
async function overLimit(tx: Tx, wanted: readonly { line: string; resale: string; buyer: string }[]): Promise<Set<string>> {
  const shows = new Map(
    (
      await readResales(
        tx,
        wanted.map(one => one.resale),
      )
    ).map(row => [row.id, row.show]),
  )
  const asked = wanted.flatMap(({ line, resale: id, buyer }) => (shows.has(id) ? [{ line, show: shows.get(id)!, person: buyer }] : []))
  const left = new Map(await leftFor(tx, asked))
  const over = new Set<string>()
  for (const { line, show, person } of asked) {
    const more = left.get(`${show} ${person}`)
    if (more === undefined) continue
    if (more < 1) over.add(line)
    else left.set(`${show} ${person}`, more - 1)
  }
  return over
}

/** Whose lines are of shows that they are too young for. */
async function unfitOf(
  tx: Tx,
  wanted: readonly Wanted[],
  rows: ReadonlyMap<string, { show: string }>,
  shows: ReadonlyMap<string, { minAge: number }>,
): Promise<Map<string, string>> {
  const out = new Map<string, string>()
  for (const { line, offer, basket } of wanted) {
    const minAge = shows.get(rows.get(offer.subject)?.show ?? '')?.minAge ?? 0
    const why = minAge === 0 ? null : await unfit(tx, basket.buyer, { minAge, regions: [] }, basket.at)
    if (why !== null) out.set(line, why)
  }
  return out
}

type Names = { name: string | null; idTail: string | null }
const namesIn = (choice: Readonly<Record<string, unknown>> | null): Names => {
  const name = typeof choice?.['name'] === 'string' ? choice['name'].trim().slice(0, 100) : ''
  const tail = tailShape.safeParse(choice?.['idTail'])
  return { name: name === '' ? null : name, idTail: tail.success ? tail.data : null }
}

export const resale: Kind = {
  kind: 'resale',
  async price(tx, wanted) {
    const rows = new Map(
      (
        await readResales(
          tx,
          wanted.map(({ offer }) => offer.subject),
        )
      ).map(row => [row.id, row]),
    )
    const shows = await showsOf(
      tx,
      [...rows.values()].map(row => row.show),
    )
    const bad = await unfitOf(tx, wanted, rows, shows)
    return wanted.map(({ line, index, offer, quantity, choice, basket }) => {
      const row = rows.get(offer.subject)
      const show = row === undefined ? undefined : shows.get(row.show)
      if (row === undefined || show === undefined) return fault('not_found')
      if (row.state !== 'open') return fault('conflict', 'sold_out', { fields: { [`lines.${index}.offer`]: offer.id } })
      if (row.seller === basket.buyer) return fault('conflict', 'ticket_own')
      if (bad.has(line)) return fault('forbidden', bad.get(line)!)
      if (quantity !== 1) return fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: '1' } })
      const names = namesIn(choice)
      if (!named(show, names)) return fault('invalid', 'name_needed', { fields: { [`lines.${index}.choice`]: show.realName } })
      // The price its first buyer asked; whatever the offer says by now.
      return { unit: row.price, detail: offer.detail, choice: { ...names } }
    })
  },
  async reserve(tx, wanted) {
    const over = await overLimit(
      tx,
      wanted.map(({ line, offer, basket }) => ({ line, resale: offer.subject, buyer: basket.buyer })),
    )
    const got = await reserveResales(
      tx,
      wanted.flatMap(({ line, offer }) => (over.has(line) ? [] : [{ line, resale: offer.subject }])),
    )
    return new Map<string, Fault>(
      wanted.flatMap(({ line }) => (got.has(line) ? [] : [[line, fault('conflict', over.has(line) ? 'too_many_each' : 'sold_out')]])),
    )
  },
  async reserveAgain(tx, lines) {
    const over = await overLimit(
      tx,
      lines.map(({ id, subject, buyer }) => ({ line: id, resale: subject, buyer })),
    )
    if (over.size > 0) return false
    const got = await reserveResales(
      tx,
      lines.map(({ id, subject }) => ({ line: id, resale: subject })),
    )
    if (got.size === lines.length) return true
    await releaseResales(tx, [...got])
    return false
  },
  fulfil,
  release: (tx, lines) =>
    releaseResales(
      tx,
      lines.map(line => line.id),
    ),
  async cancel(tx, lines) {
    const gone = await voidTickets(tx, { lines: lines.map(line => line.id) }, 'refunded', clock.now(), { used: true })
    await tellFreed(tx, gone)
  },
  async follow(db, lines) {
    const tickets = await readTickets(db, { lines: lines.map(line => line.id) })
    const shows = await showsOf(
      db,
      tickets.map(ticket => ticket.show),
    )
    return new Map(
      tickets.map(ticket => {
        const { startsAt: at = null, zone } = shows.get(ticket.show) ?? {}
        const step = { code: 'ticket', at, ...(zone === undefined ? {} : { zone }), url: `/tickets/${ticket.id}`, text: ticket.seatLabel }
        return [ticket.line!, [step]]
      }),
    )
  },
  async shares(tx, lines) {
    const rows = new Map(
      (
        await readResales(
          tx,
          lines.map(line => line.subject),
        )
      ).map(row => [row.id, row]),
    )
    return new Map(
      lines.map(({ id, subject }) => [id, [{ receiver: `show:${rows.get(subject)!.show}`, role: 'tickets', weight: 1n, shareBp: 10_000 }]]),
    )
  },
}

/** The old ticket dies, a new one is there; the first buyer's money follows. What was taken down meanwhile is refunded. */
async function fulfil(tx: Tx, lines: readonly SoldLine[], at: Date): Promise<ReadonlyMap<string, Date | 'refused'>> {
  const answers = new Map<string, Date | 'refused'>(lines.map(line => [line.id, 'refused']))
  const byLine = new Map(lines.map(line => [line.id, line]))
  const rows = await reservedBy(tx, [...byLine.keys()])
  const gone = new Map(
    (
      await voidSold(
        tx,
        rows.map(row => row.ticket),
        at,
      )
    ).map(ticket => [ticket.id, ticket]),
  )
  const shows = await showsOf(
    tx,
    rows.map(row => row.show),
  )
  const sold = rows.flatMap(row => {
    const old = gone.get(row.ticket)
    return old === undefined || row.line === null ? [] : [{ row, old, line: byLine.get(row.line)!, became: newId('tkt', at) }]
  })
  if (sold.length === 0) return answers
  await insertTickets(
    tx,
    sold.map(({ row, old, line, became }) => ({
      ...old,
      ...namesIn(line.choice),
      id: became,
      line: line.id,
      n: 0,
      holder: line.buyer,
      paid: row.price,
      code: newCode(),
      replaces: old.id,
      issuedAt: at,
      by: line.buyer,
    })),
  )
  await markSold(
    tx,
    sold.map(({ row, became }) => ({ resale: row.id, became })),
    at,
  )
  await closeOffers(
    tx,
    'resale',
    sold.map(({ row }) => row.id),
  )
  for (const { row, line } of sold) {
    await enqueue(tx, 'tickets.pay_back', { resale: row.id }, { key: `tickets.pay_back:${row.id}`, maxAttempts: 25 })
    answers.set(line.id, shows.get(row.show)?.moneyAt ?? at)
  }
  await tellAll(
    tx,
    sold.map(({ row, became }) => ({ type: 'ticket_sold_on', resale: row.id, ticket: became, seller: row.seller })),
  )
  tellHolders(
    tx,
    sold.flatMap(({ old, line }) => [old, { holder: line.buyer }]),
  )
  for (const show of new Set(sold.map(({ row }) => row.show))) changed(tx, show)
  return answers
}

const waitMs = 3_600_000
/** As much of the first buyer's payment as the ticket was sold on for. Twice is once. What their bank disputes waits until it has decided: it may take it itself. */
export async function payBack({ write }: Pick<JobContext, 'write'>, { resale: id }: { resale: string }): Promise<void> {
  await write(async tx => {
    const [row] = await readResales(tx, [id])
    if (row?.state !== 'sold') return
    const [old] = await readTickets(tx, { ids: [row.ticket] })
    const line = (await lockLines(tx, [old!.line!])).get(old!.line!)
    const [locked] = await readResales(tx, [id], true)
    if (line === undefined || locked === undefined || locked.paidBackAt !== null) return
    if (line.frozen) {
      const runAt = new Date(clock.now().getTime() + waitMs)
      return enqueue(tx, 'tickets.pay_back', { resale: id }, { key: `tickets.pay_back:${id}`, maxAttempts: 25, runAt })
    }
    // What a dispute took is not there any more; what is left of it goes.
    const amount = row.price < leftOf(line) ? row.price : leftOf(line)
    if (amount > 0n) await takeBack(tx, line, { amount, key: `resale:${id}`, cause: `resale:${id}`, reason: 'sold_on', at: clock.now() })
    await setPaidBack(tx, id, clock.now())
  })
}
