/** What people see of refunds: a buyer's order, a seller's and finance's queues, and the exact preview of who gives back how much. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { splitByWeight, type Currency } from '../../shared/money.ts'
import type { refunds } from '../../shared/refunds.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { writeSetting } from '../foundation/settings.ts'
import { balancesOf } from '../ledger/index.ts'
import { actsFor, partyNames } from '../people/index.ts'
import { byParty, sharesOf, isParty } from './clawback.ts'
import { askUntil, isStaffFor, whyNot } from './policy.ts'
import { askDays, daysSetting, roleIn, sellers, shown } from './requests.ts'
import { linesOfOrder, listRequests, readLines, requestsOfLines, returnsOf, spokenFor, type RequestState } from './store.ts'

type Entries = (typeof refunds)['entries']
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

export async function getOrderRefunds(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /orders/:id/refunds'>,
): Promise<Ok<'GET /orders/:id/refunds'>> {
  const lines = await linesOfOrder(db, input.id)
  if (lines[0]?.buyer !== viewer.id) throw fault('not_found')
  const ids = lines.map(line => line.id)
  const spoken = await spokenFor(db, ids)
  const requests = Map.groupBy(await requestsOfLines(db, ids), request => request.line)
  const returns = Map.groupBy(await returnsOf(db, ids), one => one.line)
  const days = await askDays(db)
  const now = clock.now()
  const role = { buyer: true, seller: false, staff: false }
  return {
    lines: lines.map(line => {
      const value = (amount: bigint) => ({ amount, currency: line.currency as Currency })
      const own = requests.get(line.id) ?? []
      const left = line.state === 'held' || line.state === 'settled' ? line.amount - line.refunded : 0n
      const isDisputed = spoken.get(line.id)!.disputed > 0n
      const why = whyNot({ ...line, left, disputed: isDisputed, waiting: own.some(request => request.until !== null) }, days, now)
      return {
        line: line.id,
        title: line.title,
        price: value(line.amount),
        refunded: value(line.refunded),
        left: value(left),
        disputed: isDisputed,
        can: {
          ask: why === null,
          why,
          until: line.paidAt === null ? null : askUntil(line.paidAt, days),
        },
        requests: own.map(request => shown(request, role)),
        returns: (returns.get(line.id) ?? []).map(({ id, amount, state, at }) => ({
          id,
          amount: value(amount),
          state,
          at,
        })),
      }
    }),
  }
}

async function listed(
  db: Read,
  viewer: Viewer,
  input: { state?: RequestState | undefined; line?: string | undefined; cursor?: string | undefined; limit: number },
  owners: readonly string[] | null,
): Promise<Ok<'GET /me/refunds'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const after = at === undefined ? null : { at, id: id! }
  const rows = await listRequests(db, { state: input.state ?? null, line: input.line ?? null, owners, after, limit: input.limit + 1 })
  return pageOf(
    rows,
    input.limit,
    row =>
      shown(row, {
        buyer: row.buyer === viewer.id,
        seller: owners === null ? row.owner === viewer.id : owners.includes(row.owner ?? ''),
        staff: isStaffFor(viewer, row.buyer),
      }),
    row => toCursor(row.createdAt, row.id),
  )
}

export const getMyRefunds = async (db: Read, viewer: Viewer, input: Input<'GET /me/refunds'>): Promise<Ok<'GET /me/refunds'>> =>
  listed(db, viewer, input, await actsFor(db, viewer, sellers))
export const getRefunds = (db: Read, viewer: Viewer, input: Input<'GET /console/refunds'>): Promise<Ok<'GET /console/refunds'>> =>
  listed(db, viewer, input, null)

const kindOf = (owner: string): Ok<'GET /lines/:line/refund-preview'>['gives'][number]['kind'] =>
  owner.startsWith('usr_')
    ? 'person'
    : owner.startsWith('org_')
      ? 'organisation'
      : owner.startsWith('provider:')
        ? 'provider'
        : owner.startsWith('tax:')
          ? 'tax'
          : 'planet'

/** Who would give back how much, to the fen, before and after: the same division that moves it. */
export async function previewRefund(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /lines/:line/refund-preview'>,
): Promise<Ok<'GET /lines/:line/refund-preview'>> {
  const [line] = await readLines(db, [input.line])
  const role = line && (await roleIn(db, viewer, line))
  if (line === undefined || role === undefined || (!role.seller && !role.staff)) throw fault('not_found')
  const { id, title, amount: price, refunded, currency, state, downloaded } = line
  const left = price - refunded
  if ((state !== 'held' && state !== 'settled') || left === 0n) throw fault('conflict', 'nothing_to_refund')
  const spoken = (await spokenFor(db, [id])).get(id)!
  if (spoken.disputed > 0n) throw fault('conflict', 'dispute_open')
  if (spoken.short > 0n) throw fault('conflict', 'refund_waits')
  const amount = input.amount ?? left
  if (amount > left) throw fault('unprocessable', 'refund_too_much', { fields: { amount: left.toString() } })
  const shares = state === 'held' ? [{ owner: `escrow:${id}`, purpose: 'escrow', step: 'escrow', amount: left }] : await sharesOf(db, id)
  const parts = splitByWeight(
    amount,
    shares.map(share => share.amount),
  )
  const gives = shares.map((share, index) => ({ ...share, had: share.amount, amount: parts[index]! })).filter(share => share.had > 0n)
  const names = await partyNames(db, gives.map(give => give.owner).filter(isParty))
  const wanted = [...byParty(gives)]
  const balances = await balancesOf(
    db,
    wanted.flatMap(([owner]) => [
      { owner, purpose: 'available', asset: currency },
      { owner, purpose: 'reserve', asset: currency },
    ]),
  )
  const missing = wanted.reduce((sum, [, part], index) => {
    const there = balances[2 * index]! + balances[2 * index + 1]!
    return part > there ? sum + part - there : sum
  }, 0n)
  const value = (of: bigint) => ({ amount: of, currency: currency as Currency })
  return {
    line: id,
    title,
    state,
    downloaded,
    price: value(price),
    refunded: value(refunded),
    left: value(left),
    amount: value(amount),
    gives: gives.map(({ owner, step, had, amount: part }) => ({
      receiver: {
        id: owner,
        name: names.get(owner) ?? owner.replace(/^(provider|tax):/, ''),
      },
      kind: state === 'held' ? ('escrow' as const) : kindOf(owner),
      step,
      before: value(had),
      gives: value(part),
      after: value(had - part),
    })),
    waits: missing > 0n,
    missing: role.staff && missing > 0n ? [value(missing)] : [],
  }
}

export const getRefundPolicy = async (db: Read): Promise<Ok<'GET /console/refund-policy'>> => ({ days: await askDays(db) })

export async function setRefundPolicy(
  tx: Tx,
  _viewer: Viewer,
  input: Input<'PUT /console/refund-policy'>,
): Promise<Ok<'PUT /console/refund-policy'>> {
  await writeSetting(tx, daysSetting, input.days)
  return { days: input.days }
}
