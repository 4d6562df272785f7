/** Tickets that go back: one by one by the ladder, all of one person's when a show was put off, all of everybody's when it is cancelled. */
import { Fault, fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { giveRefund } from '../refunds/index.ts'
import { lockLines, settleAt } from '../shop/index.ts'
import { countHeld, ticketsOf, voidTickets, type TicketRow } from '../tickets/index.ts'
import { freePlaces } from './kind.ts'
import { isAsked, moneyAt, percentNow, shareOf } from './policy.ts'
import { moneyOf, seeShow, type Input, type Ok } from './showing.ts'
import { readShow, type ShowRow } from './store.ts'
import { heldLines, insertRefund, linesToRefund, putAnswer, readLines, readRefund, setOutcome, type LineRow } from './store-sale.ts'

const good = (ticket: TicketRow): boolean => ticket.state === 'issued' || ticket.state === 'offered'
/** Only who paid gets money back, and only for a ticket that is still theirs. */
const theirs = (ticket: TicketRow, line: LineRow | undefined, person: string): boolean =>
  good(ticket) && ticket.holder === person && line?.buyer === person && (line.state === 'held' || line.state === 'settled')

export async function getMine(db: Read, viewer: Viewer, { id }: Input<'GET /shows/:id/mine'>): Promise<Ok<'GET /shows/:id/mine'>> {
  const show = await seeShow(db, viewer, id)
  if ((await countHeld(db, id, viewer.id)).size === 0) return { items: [] }
  const tickets = (await ticketsOf(db, { show: id })).filter(ticket => ticket.holder === viewer.id && ticket.state !== 'void')
  const lines = await readLines(
    db,
    tickets.flatMap(ticket => ticket.line ?? []),
  )
  const percent = percentNow(show, clock.now())
  return {
    items: tickets.map(ticket => {
      const can = percent > 0 && ticket.line !== null && theirs(ticket, lines.get(ticket.line), viewer.id)
      return {
        ticket: ticket.id,
        tierName: ticket.tierName,
        seat: ticket.seatLabel,
        paid: moneyOf(ticket.paid, ticket.currency),
        percent,
        refund: moneyOf(can ? least(shareOf(ticket.paid, percent), lines.get(ticket.line!)) : 0n, ticket.currency),
        can,
      }
    }),
  }
}

const least = (amount: bigint, line: LineRow | undefined): bigint => {
  const left = line === undefined ? 0n : line.amount - line.refunded
  return amount < left ? amount : left
}
/** One ticket, the line's order locked first: its money, then its place. Undefined when it went back before. */
async function takeTicket(
  tx: Tx,
  show: ShowRow,
  ticket: TicketRow,
  percent: number,
  by: string,
  note: string,
  at: Date,
): Promise<'done' | 'short' | undefined> {
  const line = ticket.line!
  // What went back of the line otherwise (as goodwill, say) is not there any more.
  const amount = least(shareOf(ticket.paid, percent), (await readLines(tx, [line])).get(line))
  if (!(await insertRefund(tx, { ticket: ticket.id, line, show: show.id, percent, amount, by, outcome: 'done', at }))) return undefined
  const outcome = amount === 0n ? 'done' : await giveRefund(tx, { key: `ticket:${ticket.id}`, line, amount, by, reason: 'other', note, at })
  if (outcome === 'short') await setOutcome(tx, ticket.id, 'short')
  // Where it was the line's last money its kind has taken it back already: then there is nothing left to void.
  await freePlaces(tx, await voidTickets(tx, { ids: [ticket.id] }, 'refunded', at, { by }))
  return outcome
}

export async function refundTicket(
  tx: Tx,
  viewer: Viewer,
  { ticket: id }: Input<'POST /show-tickets/:ticket/refund'>,
): Promise<Ok<'POST /show-tickets/:ticket/refund'>> {
  const [seen] = await ticketsOf(tx, { ids: [id] })
  const line = seen?.line ?? null
  if (seen === undefined || line === null) throw fault('not_found')
  // Payment and order before the ticket: as everywhere.
  await lockLines(tx, [line])
  const [ticket] = await ticketsOf(tx, { ids: [id] }, true)
  const before = await readRefund(tx, id)
  if (before !== undefined && before.by === viewer.id) return { percent: before.percent, outcome: before.outcome }
  if (ticket?.holder !== viewer.id) throw fault('not_found')
  const show = await seeShow(tx, viewer, ticket.show)
  const at = clock.now()
  const percent = percentNow(show, at)
  if (percent === 0 || !theirs(ticket, (await readLines(tx, [line])).get(line), viewer.id)) throw fault('conflict', 'not_refundable')
  const outcome = await takeTicket(tx, show, ticket, percent, viewer.id, `${show.title}: ${percent} %`, at)
  if (outcome === undefined) throw fault('conflict', 'not_refundable')
  publish(tx, `show:${show.id}`, { kind: 'back', id: show.id })
  return { percent, outcome }
}

export async function answer(tx: Tx, viewer: Viewer, { id, keep }: Input<'POST /shows/:id/answer'>): Promise<Ok<'POST /shows/:id/answer'>> {
  const show = await seeShow(tx, viewer, id)
  const at = clock.now()
  const asked = show.askUntil !== null && isAsked(show, at)
  const mine = asked ? (await ticketsOf(tx, { show: id })).filter(ticket => ticket.holder === viewer.id && good(ticket)) : []
  if (!asked || (mine.length === 0 && keep)) throw fault('conflict', 'not_asked')
  await putAnswer(tx, { show: id, person: viewer.id, asked: show.askUntil!, keep, at })
  if (keep) return { keep, refunded: 0 }
  const own = mine.filter(ticket => ticket.line !== null)
  await lockLines(
    tx,
    own.map(ticket => ticket.line!),
  )
  const locked = await ticketsOf(tx, { ids: own.map(ticket => ticket.id) }, true)
  const lines = await readLines(
    tx,
    own.map(ticket => ticket.line!),
  )
  let refunded = 0
  for (const ticket of locked)
    if (
      theirs(ticket, lines.get(ticket.line!), viewer.id) &&
      (await takeTicket(tx, show, ticket, 100, viewer.id, show.title, at)) !== undefined
    )
      refunded++
  publish(tx, `show:${show.id}`, { kind: 'back', id: show.id })
  return { keep, refunded }
}

/** One line of a cancelled show: all that is left of its money (also what a ladder kept of tickets given back before), and its tickets. Harmless again. */
async function refundLine(tx: Tx, show: ShowRow, line: string, by: string): Promise<void> {
  const at = clock.now()
  const [row] = (await readLines(tx, [line])).values()
  if (row !== undefined && row.amount > row.refunded && (row.state === 'held' || row.state === 'settled'))
    await giveRefund(tx, { key: `show:${show.id}:${line}`, line, amount: null, by, reason: 'other', note: show.reason, at })
  else await lockLines(tx, [line])
  await freePlaces(tx, await voidTickets(tx, { lines: [line] }, 'show_cancelled', at, { by, used: true }))
}
const batch = 50
/**
 * Everybody's money back after a cancellation: line by line, each in a transaction of its own, so that one that cannot go back stops no other and a killed run
 * goes on where it was. Gives how many lines are still open (a dispute, say): asked again by the night.
 */
export async function refundShow(
  db: Pick<Db, 'read' | 'transaction'>,
  id: string,
  wrong?: (line: string, error: unknown) => void,
): Promise<number> {
  let open = 0
  for (let after = ''; ;) {
    const lines = await linesToRefund(db.read, id, after, batch)
    for (const line of lines)
      await db
        .transaction(async tx => {
          const show = await readShow(tx, id)
          const by = show?.closedBy ?? show?.owner
          if (show?.state === 'cancelled' && by != null) await refundLine(tx, show, line, by)
        })
        .catch((error: unknown) => {
          if (!(error instanceof Fault)) wrong?.(line, error)
          open++
        })
    after = lines.at(-1) ?? after
    if (lines.length < batch) break
  }
  // What was given away goes, too.
  await db.transaction(async tx => {
    const show = await readShow(tx, id)
    if (show?.state !== 'cancelled') return
    const given = (await ticketsOf(tx, { show: id })).filter(ticket => ticket.line === null && ticket.state !== 'void')
    if (given.length > 0)
      await freePlaces(tx, await voidTickets(tx, { ids: given.map(ticket => ticket.id) }, 'show_cancelled', clock.now(), { used: true }))
    publish(tx, `show:${id}`, { kind: 'cancelled', id })
  })
  return open
}

/** The day on which the money goes on follows a show that was put off; by hundreds. */
export async function moveMoney(db: Pick<Db, 'read' | 'transaction'>, id: string): Promise<void> {
  const lines = await heldLines(db.read, id)
  for (let at = 0; at < lines.length; at += 200)
    await db.transaction(async tx => {
      const show = await readShow(tx, id)
      if (show === undefined) return
      const due = moneyAt(show, clock.now())
      await settleAt(
        tx,
        lines.slice(at, at + 200).map(line => ({ line, at: due })),
      )
    })
}
