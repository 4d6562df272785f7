/** What people see of their money: balances, the statement on screen and as a table, single transfers. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Counterparty, ledger, StatementItem } from '../../shared/ledger.ts'
import { decimal } from '../../shared/money.ts'
import { csv, Decimal, type Cell } from '../foundation/csv.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { actsFor, mayActFor } from '../people/index.ts'
import { ownerSums, readStatement, readTransfer, type StatementRow } from './store-reads.ts'

type Entries = typeof ledger.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Who may see an organisation's books. */
const readers = ['owner', 'finance'] as const

/** The owner whose books are asked for: oneself, or an organisation that one may read the books of; others do not exist. */
export async function bookOwner(db: Read, viewer: Viewer, as: string | undefined): Promise<string> {
  if (as === undefined || as === viewer.id) return viewer.id
  if (!(await mayActFor(db, viewer, as, readers))) throw fault('not_found')
  return as
}

const value = (amount: bigint, currency: string) => ({ amount, currency })

/** How an owner of an account is named to people. */
export function partyOf(owner: string, name: string | null, mine: ReadonlySet<string>): Decoded<typeof Counterparty> {
  if (mine.has(owner)) return { kind: 'you', name: name ?? '' }
  if (owner.startsWith('usr_')) return { kind: 'person', name: name ?? '' }
  if (owner.startsWith('org_')) return { kind: 'organisation', name: name ?? '' }
  if (owner.startsWith('provider:')) return { kind: 'provider', name: owner.slice('provider:'.length) }
  if (owner.startsWith('bank:')) return { kind: 'bank', name: owner.slice('bank:'.length) }
  if (owner.startsWith('tax:')) return { kind: 'tax', name: owner.slice('tax:'.length) }
  if (owner.startsWith('escrow:') || owner.startsWith('credit:')) return { kind: 'escrow', name: '' }
  if (owner.startsWith('gift:')) return { kind: 'gift', name: '' }
  if (owner.startsWith('show:')) return { kind: 'show', name: '' }
  return { kind: 'planet', name: '' }
}

export async function getBalances(db: Read, viewer: Viewer, input: Input<'GET /me/balances'>): Promise<Ok<'GET /me/balances'>> {
  const sums = await ownerSums(db, await bookOwner(db, viewer, input.as))
  const assets = [...new Set(sums.map(sum => sum.asset))]
  const of = (asset: string, purpose: string) =>
    value(sums.find(sum => sum.asset === asset && sum.purpose === purpose)?.balance ?? 0n, asset)
  return {
    items: (assets.length > 0 ? assets : ['CNY']).map(asset => ({
      asset,
      held: of(asset, 'held'),
      available: of(asset, 'available'),
      paid: of(asset, 'payout'),
    })),
  }
}

const itemOf =
  (asset: string, owner: string) =>
  (row: StatementRow): Decoded<typeof StatementItem> => ({
    version: Number(row.version),
    transfer: String(row.transfer),
    at: row.at,
    kind: row.kind,
    amount: value(row.amount, asset),
    balanceAfter: value(row.balance_after, asset),
    cause: row.cause,
    subject: row.subject,
    note: row.note,
    step: row.step,
    shareBp: row.share,
    counterparty: row.other === null ? null : partyOf(row.other, row.other_name, new Set([owner])),
  })

export async function getStatement(db: Read, viewer: Viewer, input: Input<'GET /me/statement'>): Promise<Ok<'GET /me/statement'>> {
  const { as, cursor, limit, asset, purpose, from, to, kind } = input
  const owner = await bookOwner(db, viewer, as)
  const after = fromCursor(cursor, [z.string().regex(/^\d{1,18}$/)])
  const rows = await readStatement(db, {
    owner,
    purpose,
    asset,
    from,
    to,
    kind,
    after: after === undefined ? undefined : BigInt(after[0]),
    newestFirst: true,
    limit: limit + 1,
  })
  return pageOf(rows, limit, itemOf(asset, owner), row => toCursor(row.version))
}

const head = [
  'time',
  'kind',
  'note',
  'step',
  'share_percent',
  'amount',
  'currency',
  'balance',
  'counterparty',
  'cause',
  'subject',
  'transfer',
]

/** The whole statement, oldest first, read page by page while it is sent. */
export async function sendStatementCsv({ read, reply }: StreamContext, viewer: Viewer, input: Input<'GET /me/statement.csv'>) {
  const { as, asset, purpose, from, to, kind } = input
  const owner = await bookOwner(read, viewer, as)
  async function* rows(): AsyncGenerator<Cell[]> {
    let after = 0n
    for (;;) {
      const part = await readStatement(read, { owner, purpose, asset, from, to, kind, after, newestFirst: false, limit: 1000 })
      for (const row of part) {
        const party = row.other === null ? null : partyOf(row.other, row.other_name, new Set())
        const number = (amount: bigint) => new Decimal(decimal({ amount, currency: asset }))
        const share = row.share === null ? null : new Decimal((row.share / 100).toFixed(2))
        yield [
          row.at,
          row.kind,
          row.note,
          row.step,
          share,
          number(row.amount),
          asset,
          number(row.balance_after),
          party === null ? null : party.name || party.kind,
          row.cause,
          row.subject,
          row.transfer,
        ]
      }
      if (part.length < 1000) return
      after = part.at(-1)!.version
    }
  }
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="statement-${asset.replace(/[^A-Za-z0-9]/g, '-')}.csv"`)
  return reply.send(csv(head, rows()))
}

/** All entries of a transfer, for its parties and the finance desk; for others it does not exist. */
export async function getTransfer(db: Read, viewer: Viewer, input: Input<'GET /transfers/:id'>): Promise<Ok<'GET /transfers/:id'>> {
  const id = BigInt(input.id)
  if (id >= 2n ** 63n) throw fault('not_found')
  const rows = await readTransfer(db, id)
  const first = rows[0]
  if (first === undefined) throw fault('not_found')
  const mine = new Set(await actsFor(db, viewer, readers))
  const staff = viewer.roles.includes('finance') || viewer.roles.includes('operator')
  if (!staff && !rows.some(row => mine.has(row.owner))) throw fault('not_found')
  return {
    id: String(first.id),
    at: first.at,
    kind: first.kind,
    cause: first.cause,
    subject: first.subject,
    note: first.note,
    entries: rows.map(row => ({
      party: partyOf(row.owner, row.name, mine),
      purpose: row.purpose,
      amount: value(row.amount, row.asset),
      step: row.step,
      shareBp: row.share,
    })),
    seal: first.place === null || first.hash === null ? null : { place: Number(first.place), hash: first.hash },
  }
}
