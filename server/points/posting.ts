/** From changed purses to the ledger, and to whoever looks at them now. */
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { publish, topicOf } from '../foundation/live.ts'
import { ensureAccounts, lockAccounts, post, refKey, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { held, unissued } from './accounts.ts'
import type { Lot, Purse } from './purse.ts'

/** One line of at most 200 characters, as the ledger takes it; null for none. */
export function oneLine(text: string | null | undefined): string | null {
  const line = [...(text ?? '').replace(/\p{Cc}+/gu, ' ').trim()].slice(0, 190).join('')
  return line === '' ? null : line
}

export const moved = (
  key: string,
  kind: string,
  cause: string,
  note: string | null,
  from: AccountRef,
  to: AccountRef,
  amount: bigint,
): TransferInput => ({
  key,
  kind,
  cause,
  note,
  entries: [
    { account: from, amount: -amount },
    { account: to, amount },
  ],
})

/** Lots that ended unused go back to what may be given. A lot can end again after some of it came back: the moment is part of the key. */
export const endingsOf = ({ group, person }: Purse, ended: readonly { lot: Lot; points: bigint }[]): TransferInput[] =>
  ended.map(({ lot, points }) =>
    moved(`end:${lot.id}:${lot.endsAt.getTime()}`, 'points_end', lot.cause, lot.note, held(group, person), unissued(group), points),
  )

/** Locks what may still be given in these groups, in one order, and reads it. */
export async function lockUnissued(tx: Tx, groups: readonly string[]): Promise<Map<string, bigint>> {
  const refs = groups.map(unissued)
  const ids = await ensureAccounts(tx, refs)
  const balances = await lockAccounts(tx, [...ids.values()])
  return new Map(groups.map((group, index) => [group, balances.get(ids.get(refKey(refs[index]!))!)!.balance]))
}

/** Posts in portions; then tells the owners' open pages. */
export async function postAll(tx: Tx, transfers: readonly TransferInput[], purses: Iterable<Purse>): Promise<void> {
  for (let at = 0; at < transfers.length; at += 1000) await post(tx, transfers.slice(at, at + 1000))
  for (const { group, person, balance } of new Set(purses))
    publish(tx, topicOf(person), { kind: 'points', group, balance: Number(balance) })
}

const days = new Map<string, Intl.DateTimeFormat>()
/** The calendar day there at that moment, `2026-11-20`. */
export function dayIn(zone: string, at: Date): string {
  let format = days.get(zone)
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    } catch {
      format = new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', year: 'numeric', month: '2-digit', day: '2-digit' })
    }
    days.set(zone, format)
  }
  return format.format(at)
}
export const today = (zone: string): string => dayIn(zone, clock.now())
