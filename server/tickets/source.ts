/** Shows stand on tickets: what a show is, the room shows says here (`registerShows`). */
import { fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type RealName = 'none' | 'name' | 'id'
export type ShowFacts = {
  id: string
  /** The page that sells it, and its name. */
  page: string
  pageName: string
  title: string
  artists: string
  /** draft · announced · on_sale · postponed · cancelled · over … */
  state: string
  venue: string
  address: string
  city: string
  /** IANA name, e.g. `Asia/Shanghai`. */
  zone: string
  doorsAt: Date | null
  startsAt: Date
  endsAt: Date
  /** An asset, or null. */
  picture: string | null
  accent: string | null
  realName: RealName
  /** Years; 0: for everybody. */
  minAge: number
  /** Until when a name can be changed, a ticket handed on or sold on; null: never. */
  renameUntil: Date | null
  transferUntil: Date | null
  resaleUntil: Date | null
  /** Whether who went out may come in again. */
  reentry: boolean
  /** When the money of its tickets is due (the day after it). */
  moneyAt: Date
}
/** Someone on the guest list without a ticket: `plus` more may come along. */
export type Guest = { id: string; name: string; plus: number; mark: string; note: string }
export type FreedTicket = { id: string; show: string; tier: string; seat: string | null; line: string | null; origin: string | null }
export type ShowSource = {
  /** Facts of these shows; those that do not exist are left out. Whoever may see them. */
  describe: (db: Read | Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, ShowFacts>>
  /** The guest list for the door. */
  guests: (db: Read | Tx, show: string) => Promise<readonly Guest[]>
  /**
   * Tickets that were bought from another person and are refunded now (kind `resale`): they are void, their places are free again. `origin` is the line the
   * place was first sold by. Tickets of kind `ticket` are the show's own affair (`voidTickets` gives which became void).
   */
  freed: (tx: Tx, tickets: readonly FreedTicket[]) => Promise<void>
  /** How many more places each may have, by `show person`, until the transaction ends; none is said where there is no limit. */
  left: (tx: Tx, wanted: readonly { show: string; person: string }[]) => Promise<ReadonlyMap<string, number>>
}
let source: ShowSource | undefined
export const registerShows = (given: ShowSource): void => void (source = given)
/** None are known before the room shows has registered. */
export const showsOf = async (db: Read | Tx, ids: readonly string[]): Promise<ReadonlyMap<string, ShowFacts>> =>
  source === undefined || ids.length === 0 ? new Map() : source.describe(db, [...new Set(ids)])
export const guestsOf = async (db: Read | Tx, show: string): Promise<readonly Guest[]> =>
  source === undefined ? [] : source.guests(db, show)
export const tellFreed = async (tx: Tx, tickets: readonly FreedTicket[]): Promise<void> => {
  if (source !== undefined && tickets.length > 0) await source.freed(tx, tickets)
}
export const leftFor: ShowSource['left'] = async (tx, wanted) =>
  source === undefined || wanted.length === 0 ? new Map() : source.left(tx, wanted)
export async function showOf(db: Read | Tx, id: string): Promise<ShowFacts> {
  const found = (await showsOf(db, [id])).get(id)
  if (found === undefined) throw fault('not_found')
  return found
}
