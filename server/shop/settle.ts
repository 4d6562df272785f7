/** Settling: what is paid and due is handed over and its money goes through the waterfall, many lines in one transaction, each line once. */
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Log } from '../foundation/log.ts'
import { isAway } from '../foundation/problems.ts'
import { post, type TransferInput } from '../ledger/index.ts'
import { divide, type Divided } from '../settlement/index.ts'
import { byKind, type Part } from './kinds.ts'
import { escrow, refundLines } from './payee.ts'
import { lockDueLines, markWaiting, markSettled, noteTrouble, type DueLine } from './store-due.ts'

const most = 500

/** A title as one short line of a statement. */
const noteOf = (title: string): string => {
  const line = title.replace(/\p{Cc}/gu, ' ')
  return line.length <= 200 ? line : [...line].slice(0, 200).join('')
}

const transferOf = (line: DueLine, { entries }: Divided, at: Date): TransferInput => ({
  key: `settle:${line.id}`,
  kind: 'settle',
  cause: `line:${line.id}`,
  subject: line.release,
  note: noteOf(line.title),
  at,
  entries: [{ account: escrow(line.id, line.currency), amount: -line.amount }, ...entries],
})

/**
 * Deals with up to `limit` due lines (or just `only`) in this transaction; gives how many. What was paid is handed over; what need not wait longer is settled.
 * A line that cannot be handed over any more (its buyer owns it by another order) is refunded. `at` is now unless history is being written.
 */
export async function settleDue(tx: Tx, at: Date = clock.now(), limit = most, only: readonly string[] | null = null): Promise<number> {
  const due = await lockDueLines(tx, at, limit, only)
  if (due.length === 0) return 0
  const { refused, waiting } = await handOver(
    tx,
    due.filter(line => line.fulfilledAt === null),
    at,
  )
  const lines = due.filter(line => !refused.has(line.id) && !waiting.has(line.id))
  if (lines.length > 0) {
    const divided = await divide(tx, await withShares(tx, lines), at)
    const made = lines.map((line, index) => ({ line, divided: divided[index]! }))
    await post(
      tx,
      made.filter(({ line }) => line.amount > 0n).map(({ line, divided }) => transferOf(line, divided, at)),
    )
    await markSettled(
      tx,
      made.map(({ line: { id, order, offer, quantity }, divided }) => ({ ...divided, id, order, offer, quantity })),
      at,
    )
    await tell(tx, { type: 'lines_settled', lines: lines.map(line => line.id) })
  }
  if (refused.size > 0)
    await refundLines(
      tx,
      due.filter(line => refused.has(line.id)),
      due.some(line => refused.has(line.id) && line.kind !== 'digital') ? 'not_to_be_had' : 'already_owned',
      at,
    )
  return due.length
}

/** Hands over what was paid: which lines could not be, and which wait on with their money. */
async function handOver(tx: Tx, lines: readonly DueLine[], at: Date): Promise<{ refused: Set<string>; waiting: Set<string> }> {
  const refused = new Set<string>()
  const waits: { line: string; until: Date }[] = []
  const later: { line: string; until: Date }[] = []
  await byKind(lines, async (kind, own) => {
    for (const [line, answer] of await kind.fulfil(tx, own, at))
      if (answer === 'refused') refused.add(line)
      else if ('again' in answer) later.push({ line, until: answer.again })
      else if (answer > at) waits.push({ line, until: answer })
  })
  if (waits.length > 0) await markWaiting(tx, waits, at)
  if (later.length > 0) await markWaiting(tx, later, null)
  return { refused, waiting: new Set([...waits, ...later].map(({ line }) => line)) }
}

/** Whose the money is, for kinds that say so. */
async function withShares(tx: Tx, lines: readonly DueLine[]): Promise<(DueLine & { shares?: readonly Part[] })[]> {
  const shares = new Map<string, readonly Part[]>()
  await byKind(
    lines.filter(line => line.release === null),
    async (kind, own) => {
      for (const [line, parts] of (await kind.shares?.(tx, own)) ?? []) shares.set(line, parts)
    },
  )
  return shares.size === 0 ? [...lines] : lines.map(line => (shares.has(line.id) ? { ...line, shares: shares.get(line.id)! } : line))
}

/** How long a line that could not be settled rests: a minute, then longer, at most a day. */
const restMs = (attempts: number): number => Math.min(24 * 3600_000, 60_000 * 2 ** attempts)

/** Settles all that is due, batch by batch. A line that fails does not hold up the others: it is tried alone, then rests with its problem noted. */
export async function settleAll(write: Db['transaction'], log: Log, signal?: AbortSignal): Promise<number> {
  let total = 0
  while (signal?.aborted !== true) {
    try {
      const count = await write(tx => settleDue(tx))
      total += count
      if (count < most) return total
    } catch (error) {
      log.warn({ err: error }, 'a batch could not be settled; its lines are tried one by one')
      total += await settleEach(write, log)
      return total
    }
  }
  return total
}

async function settleEach(write: Db['transaction'], log: Log): Promise<number> {
  const due = await write(tx => lockDueLines(tx, clock.now(), most))
  let total = 0
  for (const line of due) {
    try {
      total += await write(tx => settleDue(tx, clock.now(), 1, [line.id]))
    } catch (error) {
      // PostgreSQL is away or has no room: nothing is wrong with the line, so it need not rest.
      if (isAway(error)) throw error
      log.error({ err: error, line: line.id }, 'a line could not be settled')
      const again = new Date(clock.now().getTime() + restMs(line.attempts))
      await write(tx => noteTrouble(tx, line.id, error instanceof Error ? error.message.slice(0, 300) : 'failed', again))
    }
  }
  return total
}
