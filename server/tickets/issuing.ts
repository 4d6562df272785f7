/** Issuing and voiding, for the room shows: in its transactions, in one statement each. */
import { randomBytes } from 'node:crypto'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publishAll, topicOf } from '../foundation/live.ts'
import { closeOffers } from '../shop/index.ts'
import { ensureKey } from './signing.ts'
import { insertTickets, readTickets, voidRows, type TicketRow, type Which } from './store.ts'
import { withdrawnAt } from './store-handing.ts'

const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 50 random bits in ten signs that nobody mixes up. */
export const newCode = (): string => Array.from(randomBytes(10), byte => signs[byte & 31]).join('')

export type NewTicket = {
  show: string
  tier: string
  tierName: string
  /** The order line; null for what was given away. */
  line: string | null
  holder: string | null
  seat: string | null
  /** e.g. `A 区 3 排 12 座`. */
  seatLabel: string | null
  /** Minor units: the most it may be sold on for. `paid`: what goes back on a refund (after discounts); the face value unless told. */
  faceValue: bigint
  paid?: bigint
  currency: string
  mark?: string
  name?: string | null
  idTail?: string | null
}

/** Issues tickets, each with a code of its own. A piece of a line that has a ticket already gets no second one: calling twice is harmless. */
export async function issue(tx: Tx, given: readonly NewTicket[], at: Date = clock.now(), by: string | null = null): Promise<TicketRow[]> {
  if (given.length === 0) return []
  await ensureKey(tx)
  const seen = new Map<string, number>()
  const made = await insertTickets(
    tx,
    given.map(one => {
      const n = one.line === null ? 0 : (seen.get(one.line) ?? 0)
      if (one.line !== null) seen.set(one.line, n + 1)
      return {
        ...one,
        id: newId('tkt', at),
        n,
        origin: one.line,
        mark: one.mark ?? '',
        paid: one.paid ?? one.faceValue,
        code: newCode(),
        name: one.name ?? null,
        idTail: one.idTail ?? null,
        replaces: null,
        issuedAt: at,
        by,
      }
    }),
  )
  tellHolders(tx, made)
  return made
}

/**
 * Voids tickets (by id, of lines, or all of a show) and gives those that became void **now**: give back capacity for these and no others. What was sold on is
 * void already, so a line whose place another buyer has gives nothing. Used ones stay unless `used` says so. `why`: refunded, show_cancelled …
 */
export async function voidTickets(
  tx: Tx,
  which: Which,
  why: string,
  at: Date = clock.now(),
  options: { by?: string | null; used?: boolean } = {},
): Promise<TicketRow[]> {
  const gone = await voidRows(tx, which, why, at, options.by ?? null, options.used === true)
  const offered = await withdrawnAt(
    tx,
    gone.map(row => row.id),
    at,
  )
  if (offered.length > 0) await closeOffers(tx, 'resale', offered)
  tellHolders(tx, gone)
  return gone
}

/** Tickets by id, of lines, or of a show; `lock` for changing what hangs on them. */
export const ticketsOf = (db: Read | Tx, which: Which, lock = false): Promise<TicketRow[]> => readTickets(db, which, lock)

export const tellHolders = (tx: Tx, rows: readonly { holder: string | null }[]): void => {
  const holders = [...new Set(rows.flatMap(row => row.holder ?? []))]
  if (holders.length > 0) publishAll(tx, holders.map(topicOf), { kind: 'tickets' })
}
