/** Tickets as their holders see them. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { tickets } from '../../shared/tickets.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { qrOf } from '../foundation/qr.ts'
import { readSetting } from '../foundation/settings.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { can } from './policy.ts'
import { findSigner, readSigner } from './signing.ts'
import { showOf, showsOf, type ShowFacts } from './source.ts'
import { linesOf, readTicket, showsOfHolder, ticketsOfHolder, type TicketRow } from './store.ts'
import { listResales, liveResales, openTransfers } from './store-handing.ts'
import { offersOf } from '../shop/index.ts'

export type Entries = typeof tickets.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Shown = Ok<'GET /tickets/:id'>

/** A show is over for its tickets some hours after its end: late trains, encores. */
const graceMs = 6 * 3_600_000
export const walletSetting = 'tickets.wallet'

export const showShown = (show: ShowFacts): Shown['show'] => ({
  id: show.id,
  title: show.title,
  artists: show.artists,
  page: show.page,
  pageName: show.pageName,
  state: show.state,
  venue: show.venue,
  address: show.address,
  city: show.city,
  zone: show.zone,
  doorsAt: show.doorsAt,
  startsAt: show.startsAt,
  endsAt: show.endsAt,
  picture: pictureAddress(show.picture, 640),
  accent: show.accent,
})

/** Many at once: a handful of statements whatever their number. */
export async function shownTickets(db: Read | Tx, rows: readonly TicketRow[]): Promise<Shown[]> {
  if (rows.length === 0) return []
  const ids = rows.map(row => row.id)
  const [shows, transfers, resales, lines, signer, wallet] = await Promise.all([
    showsOf(
      db,
      rows.map(row => row.show),
    ),
    openTransfers(db, ids),
    liveResales(db, ids),
    linesOf(
      db,
      rows.flatMap(row => row.line ?? []),
    ),
    readSigner(db),
    readSetting(db, walletSetting),
  ])
  const now = clock.now()
  return rows.flatMap(row => {
    const show = shows.get(row.show)
    if (show === undefined) return []
    const line = row.line === null ? undefined : lines.get(row.line)
    const transfer = transfers.get(row.id)
    const resale = resales.get(row.id)
    const payload = row.state === 'void' ? null : signer.code(row)
    const currency = row.currency as Currency
    return [
      {
        id: row.id,
        show: showShown(show),
        tierName: row.tierName,
        seat: row.seatLabel,
        mark: row.mark,
        state: row.state,
        voidWhy: row.voidWhy,
        name: row.name,
        idTail: row.idTail,
        realName: show.realName,
        faceValue: { amount: row.faceValue, currency },
        code: row.code,
        payload,
        qr: payload === null ? null : qrOf(payload),
        order: line !== undefined && line.buyer === row.holder ? line.order : null,
        issuedAt: row.issuedAt,
        usedAt: row.usedAt,
        transfer:
          transfer === undefined || transfer.expiresAt <= now
            ? null
            : { id: transfer.id, email: transfer.email, until: transfer.expiresAt },
        resale:
          resale === undefined
            ? null
            : { id: resale.id, price: { amount: resale.price, currency }, state: resale.state as 'open' | 'reserved' },
        wallet: wallet !== undefined && payload !== null,
        can: {
          rename: show.realName !== 'none' && can.rename(row, show, now),
          transfer: can.transfer(row, show, now),
          resell: can.resell(row, line, show, now),
        },
        until: { rename: show.renameUntil, transfer: show.transferUntil, resale: show.resaleUntil },
      },
    ]
  })
}

/** One’s own, or not found. */
export async function mine(db: Read | Tx, viewer: Viewer, id: string, lock = false): Promise<TicketRow> {
  const row = await readTicket(db, id, lock)
  if (row === undefined || row.holder !== viewer.id) throw fault('not_found')
  return row
}
export async function getTicket(db: Read | Tx, viewer: Viewer, { id }: { id: string }): Promise<Shown> {
  const [shown] = await shownTickets(db, [await mine(db, viewer, id)])
  if (shown === undefined) throw fault('not_found')
  return shown
}

/** Show by show, soonest first (of those that are over, the last one first), their tickets together. */
export async function getMine(db: Read, viewer: Viewer, input: Input<'GET /me/tickets'>): Promise<Ok<'GET /me/tickets'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string(), z.coerce.number().int()])
  const past = input.when === 'past'
  const now = clock.now().getTime()
  const shows = await showsOf(db, await showsOfHolder(db, viewer.id))
  const wanted = [...shows.values()]
    .filter(show => show.endsAt.getTime() + graceMs < now === past)
    .toSorted((a, b) => (past ? -1 : 1) * (a.startsAt.getTime() - b.startsAt.getTime()) || (a.id < b.id ? -1 : 1))
  const order = new Map(wanted.map((show, index) => [show.id, index]))
  const rows = (await ticketsOfHolder(db, viewer.id, [...order.keys()])).toSorted((a, b) => order.get(a.show)! - order.get(b.show)!)
  // What is sold on or refunded is told with the past, or where its show has no other ticket.
  const places = new Map<string, number>()
  const placed = rows.map(row => {
    const place = (places.get(row.show) ?? 0) + 1
    places.set(row.show, place)
    return { row, show: shows.get(row.show)!, place }
  })
  const rest = after === undefined ? placed : placed.filter(({ show, place }) => isAfter(show, place, after, past))
  const page = pageOf(
    rest.slice(0, input.limit + 1),
    input.limit,
    ({ row }) => row,
    ({ show, place }) => toCursor(show.startsAt, show.id, place),
  )
  return { items: await shownTickets(db, page.items), next: page.next }
}
function isAfter(show: ShowFacts, place: number, [at, id, before]: readonly [Date, string, number], past: boolean): boolean {
  const by = (past ? -1 : 1) * (show.startsAt.getTime() - at.getTime())
  return by > 0 || (by === 0 && (show.id > id || (show.id === id && place > before)))
}

export async function getKeys(db: Read): Promise<Ok<'GET /tickets/keys'>> {
  const signer = await findSigner(db)
  return { keys: signer === undefined ? [] : [signer.publicKey] }
}

export async function getResales(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /shows/:show/resale'>,
): Promise<Ok<'GET /shows/:show/resale'>> {
  const show = await showOf(db, input.show)
  if (show.state === 'draft') throw fault('not_found')
  const after = fromCursor(input.cursor, [z.coerce.bigint(), z.string()])
  const open = show.resaleUntil !== null && clock.now() < show.resaleUntil && show.state !== 'cancelled'
  const rows = open ? await listResales(db, show.id, after, input.limit + 1) : []
  const offers = await offersOf(
    db,
    'resale',
    rows.map(row => row.id),
  )
  const page = pageOf(
    rows,
    input.limit,
    row => {
      const currency = row.currency as Currency
      return {
        id: row.id,
        offer: offers.get(row.id)?.id ?? row.offer ?? '',
        tierName: row.tierName,
        seat: row.seatLabel,
        price: { amount: row.price, currency },
        faceValue: { amount: row.faceValue, currency },
        mine: viewer !== null && row.seller === viewer.id,
      }
    },
    row => toCursor(row.price, row.id),
  )
  return { items: page.items.filter(item => item.offer !== ''), next: page.next }
}
