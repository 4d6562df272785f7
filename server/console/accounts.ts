/** Any balance down to its postings: accounts of a kind, the changes of one, a transfer whole, an order's trail. Looks at people's books are recorded. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { console_, type DeskAccount, type DeskEntry } from '../../shared/console.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { entriesOf, partyOf, type DeskEntry as EntryRow } from '../ledger/index.ts'
import { actsFor } from '../people/index.ts'
import {
  accountAndSiblings,
  insertLook,
  kindsOf,
  listAccounts,
  looksAt,
  ordersOf,
  readOrder,
  readTransfer,
  type AccountRow,
  type CauseRow,
} from './store-books.ts'

type Entries = typeof console_.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const nobody: ReadonlySet<string> = new Set()
const value = (amount: bigint, currency: string) => ({ amount, currency })
const number = z.string().regex(/^-?\d{1,18}$/)

const accountOf = (row: AccountRow): Decoded<typeof DeskAccount> => ({
  id: String(row.id),
  owner: row.owner,
  party: partyOf(row.owner, row.name, nobody),
  purpose: row.purpose,
  balance: value(row.balance, row.asset),
  changes: Number(row.changes),
})

export async function getBalancesOf(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/balances'>,
): Promise<Ok<'GET /console/balances'>> {
  const after = fromCursor(input.cursor, [number, number])
  const rows = await listAccounts(db, input, after, input.limit + 1)
  return pageOf(rows, input.limit, accountOf, row => toCursor(row.balance, row.id))
}

/** Keeps that someone of the staff looked at books of others than themselves. */
async function recordLook({ write }: StreamContext, viewer: Viewer, owners: readonly string[], what: string): Promise<void> {
  const seen = [...new Set(owners)].filter(owner => /^(?:usr|org)_/.test(owner) && owner !== viewer.id).sort()
  if (seen.length === 0) return
  const at = clock.now()
  await write(async tx => {
    for (const owner of seen) await insertLook(tx, { person: viewer.id, owner, what, at })
  })
}

const entryOf =
  (asset: string) =>
  (row: EntryRow): Decoded<typeof DeskEntry> => ({
    version: Number(row.version),
    transfer: String(row.transfer),
    at: row.at,
    kind: row.kind,
    cause: row.cause,
    subject: row.subject,
    note: row.note,
    amount: value(row.amount, asset),
    balanceAfter: value(row.balance_after, asset),
    step: row.step,
    shareBp: row.share,
    counterparty: row.other === null ? null : partyOf(row.other, row.other_name, nobody),
  })

/** One account, its neighbours and its changes. */
export async function openAccount(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'GET /console/balances/:id'>,
): Promise<Ok<'GET /console/balances/:id'>> {
  const id = BigInt(input.id)
  const before = fromCursor(input.cursor, [number])
  const [account, ...siblings] = await accountAndSiblings(context.read, id)
  if (account === undefined) throw fault('not_found')
  await recordLook(context, viewer, [account.owner], `account:${input.id}`)
  const { kind, from, to } = input
  const rows = await entriesOf(context.read, {
    account: id,
    kind,
    from,
    to,
    before: before === undefined ? undefined : BigInt(before[0]),
    limit: input.limit + 1,
  })
  return {
    account: accountOf(account),
    siblings: siblings.map(accountOf),
    kinds: before === undefined ? await kindsOf(context.read, id) : [],
    ...pageOf(rows, input.limit, entryOf(account.asset), row => toCursor(row.version)),
  }
}

/** Ids in a cause or subject lead to places: `line:lin_…` to the line, its order and payment. */
async function causesOf(db: Read, cause: string): Promise<CauseRow[]> {
  const [, word = '', id = cause] = /^([a-z_]+):(.+)$/.exec(cause) ?? []
  const behind = /^(?:lin|ord|pay|rfd)_/.test(id) ? await ordersOf(db, id) : []
  return behind.some(one => one.id === id) ? behind : [{ kind: word === '' ? 'other' : word, id, label: null }, ...behind]
}

export async function openTransfer(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'GET /console/transfers/:id'>,
): Promise<Ok<'GET /console/transfers/:id'>> {
  const id = BigInt(input.id)
  const rows = id >= 2n ** 63n ? [] : await readTransfer(context.read, id)
  const first = rows[0]
  if (first === undefined) throw fault('not_found')
  await recordLook(
    context,
    viewer,
    rows.map(row => row.owner),
    `transfer:${input.id}`,
  )
  return {
    id: String(first.id),
    at: first.at,
    kind: first.kind,
    cause: first.cause,
    subject: first.subject,
    note: first.note,
    entries: rows.map(row => ({
      account: String(row.account),
      owner: row.owner,
      party: partyOf(row.owner, row.name, nobody),
      purpose: row.purpose,
      amount: value(row.amount, row.asset),
      balanceAfter: value(row.balance_after, row.asset),
      step: row.step,
      shareBp: row.share,
    })),
    causes: await causesOf(context.read, first.cause),
    seal: first.place === null || first.hash === null ? null : { place: Number(first.place), hash: first.hash },
  }
}

export async function getOrder(db: Read, _viewer: Viewer, input: Input<'GET /console/orders/:id'>): Promise<Ok<'GET /console/orders/:id'>> {
  const found = await readOrder(db, input.id)
  if (found === undefined) throw fault('not_found')
  const { head, lines, payments, trail } = found
  const money = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })
  return {
    id: head.id,
    number: head.number,
    at: head.at,
    buyer: head.buyer ?? '',
    total: money(head.total, head.currency),
    state: head.state,
    lines: lines.map(({ amount, refunded, currency, paid_at, settled_at, ...line }) => ({
      ...line,
      amount: money(amount, currency),
      refunded: money(refunded, currency),
      paidAt: paid_at,
      settledAt: settled_at,
    })),
    payments: payments.map(({ amount, refunded, currency, paid_at, ...payment }) => ({
      ...payment,
      amount: money(amount, currency),
      refunded: money(refunded, currency),
      paidAt: paid_at,
    })),
    trail: trail.map(({ transfer, amount, asset, ...row }) => ({ ...row, transfer: String(transfer), amount: value(amount, asset) })),
  }
}

/** Who of the staff looked at one's own books, or those of an organisation one reads the books of. */
export async function getLooks(db: Read, viewer: Viewer, input: Input<'GET /me/looks'>): Promise<Ok<'GET /me/looks'>> {
  const before = fromCursor(input.cursor, [number])
  const owners = await actsFor(db, viewer, ['owner', 'finance'])
  const rows = await looksAt(db, owners, before === undefined ? undefined : BigInt(before[0]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => ({ id: String(row.id), by: row.by ?? '', what: row.what as 'account' | 'transfer' | 'order', owner: row.owner, at: row.at }),
    row => toCursor(row.id),
  )
}
