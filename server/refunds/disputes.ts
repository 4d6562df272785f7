/**
 * Disputes: a payer's bank takes money back and it is contested. Only what is disputed is touched: of lines that were not settled the line is frozen, of settled
 * ones each receiver's part is set aside, and they see why. Payments keeps the provider's side and calls these handlers in the notification's transaction.
 */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { splitByWeight, type Currency } from '../../shared/money.ts'
import type { refunds } from '../../shared/refunds.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { post } from '../ledger/index.ts'
import { disputed, planetCosts, type Dispute, type DisputeHandler } from '../payments/index.ts'
import { leftOf, lockLines, lockLinesOf, setFrozen, settleDue, takeBack, type OpenLine } from '../shop/index.ts'
import { causeOf, givesFor, letGo, noteShort, setAside, takeAside } from './clawback.ts'
import { endRequests } from './requests.ts'
import { spokenFor } from './store.ts'
import {
  endDispute,
  insertDispute,
  insertEvidence,
  listDisputes,
  lockDispute,
  openPartsOfLine,
  partsOf,
  readDispute,
  setMode,
  type DisputeRow,
  type Part,
} from './store-disputes.ts'

type Entries = (typeof refunds)['entries']
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** What of a dispute falls on which line: in proportion to what was neither refunded nor disputed before. */
async function shareOut(tx: Tx, dispute: Dispute, lines: readonly OpenLine[]): Promise<{ line: OpenLine; amount: bigint }[]> {
  const open = lines.filter(
    line => line.payment === dispute.payment && (line.state === 'held' || line.state === 'settled') && leftOf(line) > 0n,
  )
  const spoken = await spokenFor(
    tx,
    open.map(line => line.id),
  )
  const left = open.map(line => leftOf(line) - spoken.get(line.id)!.disputed)
  const whole = left.reduce((a, b) => a + b, 0n)
  if (whole === 0n) return []
  const parts = splitByWeight(dispute.amount < whole ? dispute.amount : whole, left)
  return open.map((line, index) => ({ line, amount: parts[index]! })).filter(({ amount }) => amount > 0n)
}

async function opened(tx: Tx, dispute: Dispute): Promise<void> {
  const { id, payment, subject, provider, currency, amount, fee, reason, at } = dispute
  const lines = await lockLinesOf(tx, [subject])
  const shares = await shareOut(tx, dispute, lines)
  const parts: Part[] = shares.map(share => ({
    line: share.line.id,
    amount: share.amount,
    mode: share.line.state === 'held' ? 'escrow' : 'given',
  }))
  const shared = parts.reduce((sum, part) => sum + part.amount, 0n)
  await insertDispute(tx, { id, payment, order: subject, provider, currency, amount, parts: shared, fee, reason, at }, parts)
  for (const { line } of shares) await endRequests(tx, line.id, 'dispute', at)
  for (const { line, amount: part } of shares)
    if (line.state === 'settled') await setAside(tx, id, line, await givesFor(tx, line.id, part), 'dispute', at)
  const held = parts.filter(part => part.mode === 'escrow').map(part => part.line)
  if (held.length === 0) return
  await setFrozen(tx, held, true)
  // What of them is not disputed may be due.
  await enqueue(tx, 'refunds.sweep', {}, { key: 'refunds.sweep', queue: 'refunds.sweep' })
}

/** Lines that no other open dispute holds go on. */
async function thaw(tx: Tx, parts: readonly Part[]): Promise<void> {
  for (const { line } of parts) {
    const others = await openPartsOfLine(tx, line)
    if (!others.some(other => other.mode === 'escrow')) await setFrozen(tx, [line], false)
  }
}

async function won(tx: Tx, { id, subject, at }: Dispute): Promise<void> {
  await lockLinesOf(tx, [subject])
  if ((await lockDispute(tx, id))?.state !== 'open') return
  const parts = await partsOf(tx, id)
  for (const { line, mode } of parts) if (mode === 'given') await letGo(tx, id, line, 'dispute_won', at)
  await endDispute(tx, id, 'won', at)
  await thaw(
    tx,
    parts.filter(part => part.mode === 'escrow'),
  )
  await enqueue(tx, 'shop.settle', {}, { key: 'shop.settle', queue: 'shop.settle', maxAttempts: 25 })
}

async function lost(tx: Tx, dispute: Dispute): Promise<void> {
  const { id, subject, provider, currency, amount, at } = dispute
  const lines = new Map((await lockLinesOf(tx, [subject])).map(line => [line.id, line]))
  if ((await lockDispute(tx, id))?.state !== 'open') return
  // In the order of the basket: where money is short, who lacks how much must not hang on ids made by chance.
  const places = [...lines.keys()]
  const parts = (await partsOf(tx, id)).toSorted((a, b) => places.indexOf(a.line) - places.indexOf(b.line))
  await endDispute(tx, id, 'lost', at)
  const gone = disputed(provider, currency)
  for (const part of parts) {
    const line = lines.get(part.line)!
    if (part.mode === 'given') {
      // The bank has the money: what a receiver lacks is the planet's cost at once, and the operator decides whether they owe it.
      const short = await takeAside(tx, id, line, () => 'borne', at, true)
      await noteShort(tx, 'dispute', id, line, short, at)
    }
    await takeBack(tx, line, {
      amount: part.amount,
      key: `chargeback_lost:${id}:${line.id}`,
      cause: causeOf(id),
      reason: 'dispute',
      at,
      taken: gone,
    })
  }
  await thaw(
    tx,
    parts.filter(part => part.mode === 'escrow'),
  )
  const rest = amount - parts.reduce((sum, part) => sum + part.amount, 0n)
  if (rest > 0n)
    await post(tx, [
      {
        key: `chargeback_lost:${id}:rest`,
        kind: 'chargeback_lost',
        cause: causeOf(id),
        at,
        entries: [
          {
            account: planetCosts(currency),
            amount: -rest,
          },
          {
            account: gone,
            amount: rest,
            step: 'dispute',
          },
        ],
      },
    ])
  await enqueue(tx, 'shop.settle', {}, { key: 'shop.settle', queue: 'shop.settle', maxAttempts: 25 })
}

export const handler: DisputeHandler = { opened, won, lost }

/**
 * A frozen line that is due by now: what of it is not disputed reaches its receivers, and the disputed share is set aside with them in the same transaction.
 * A line that is disputed whole stays frozen.
 */
export async function settleFrozen(tx: Tx, lineId: string, at: Date): Promise<boolean> {
  const line = (await lockLines(tx, [lineId])).get(lineId)
  if (line === undefined || line.state !== 'held' || !line.frozen) return false
  const parts = (await openPartsOfLine(tx, lineId)).filter(part => part.mode === 'escrow')
  if (parts.reduce((sum, part) => sum + part.amount, 0n) >= leftOf(line)) return false
  await setFrozen(tx, [lineId], false)
  if ((await settleDue(tx, at, 1, [lineId])) === 0) throw new Error(`${lineId} was frozen and is not due`)
  for (const { dispute, amount } of parts) {
    await setAside(tx, dispute, line, await givesFor(tx, lineId, amount), 'dispute', at)
    await setMode(tx, dispute, lineId, 'given')
  }
  return true
}

type Shown = Ok<'GET /console/disputes'>['items'][number]
function shown(row: DisputeRow): Shown {
  const value = (amount: bigint | string) => ({ amount: BigInt(amount), currency: row.currency as Currency })
  return {
    id: row.id,
    order: {
      id: row.order,
      number: row.number,
    },
    buyer: {
      id: row.buyer,
      name: row.buyerName,
    },
    provider: row.provider,
    reason: row.reason,
    state: row.state,
    amount: value(row.amount),
    parts: value(row.parts),
    fee: value(row.fee),
    openedAt: row.openedAt,
    endedAt: row.endedAt,
    respondBy: row.respondBy,
    lines: (row.lines ?? []).map(line => ({
      line: line.line,
      title: line.title,
      amount: value(line.amount),
      mode: line.mode,
      holds: (line.holds ?? []).map(hold => ({
        receiver: {
          id: hold.owner,
          name: hold.name,
        },
        wanted: value(hold.wanted),
        held: value(hold.held),
        hold: hold.hold,
      })),
    })),
    evidence: (row.evidence ?? []).map(({ by, text, at }) => ({
      by,
      text,
      at: new Date(at),
    })),
  }
}

export async function getDisputes(db: Read, _viewer: Viewer, input: Input<'GET /console/disputes'>): Promise<Ok<'GET /console/disputes'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listDisputes(db, {
    state: input.state ?? null,
    after: at === undefined ? null : { at, id: id! },
    limit: input.limit + 1,
  })
  return pageOf(rows, input.limit, shown, row => toCursor(row.openedAt, row.id))
}

/** Notes what speaks for us; the same words of the same person again are one note. */
export async function addEvidence(tx: Tx, viewer: Viewer, input: Input<'POST /console/disputes/:id/evidence'>): Promise<Shown> {
  const dispute = await lockDispute(tx, input.id)
  if (dispute === undefined) throw fault('not_found')
  if (dispute.state !== 'open') throw fault('conflict', 'already_decided')
  await insertEvidence(tx, input.id, viewer.id, input.text, clock.now())
  return shown((await readDispute(tx, input.id))!)
}
