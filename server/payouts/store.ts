/** SQL of batches, their payouts, files and decisions. Accounts of payees: store-methods.ts; months: store-periods.ts. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
const numbers = (items: readonly bigint[]) => sql`${[...items]}::bigint[]`

export type BatchState = 'draft' | 'submitted' | 'approved' | 'done' | 'cancelled'
export type BatchRow = {
  id: string
  currency: string
  day: string
  state: BatchState
  madeBy: string
  madeAt: Date
  submittedBy: string | null
  approvedBy: string | null
  approvedAt: Date | null
}
const batchColumns = sql`b.id, b.currency, b.day, b.state, b.made_by as "madeBy", b.made_at as "madeAt", b.submitted_by as "submittedBy", b.approved_by as "approvedBy",
  b.approved_at as "approvedAt"`

export async function readBatch(db: Db, id: string, lock = false): Promise<BatchRow | undefined> {
  return (
    await sql<BatchRow>`select ${batchColumns} from payouts.batch b where b.id = ${id} ${lock ? sql`for no key update` : sql``}`.execute(db)
  ).rows[0]
}
export const openBatch = async (db: Db, currency: string): Promise<string | undefined> =>
  (await sql<{ id: string }>`select id from payouts.batch where currency = ${currency} and state in ('draft', 'submitted')`.execute(db))
    .rows[0]?.id

export type BatchSummary = BatchRow & {
  madeByName: string | null
  submittedByName: string | null
  approvedByName: string | null
  payouts: number
  amount: bigint
  withheld: bigint
  paying: number
  paid: number
  returned: number
  dropped: number
}
/** Batches with their sums (without what was dropped), newest first. */
export async function listBatches(
  db: Db,
  q: { id?: string; before?: readonly [Date, string] | undefined; limit: number },
): Promise<BatchSummary[]> {
  return (
    await sql<BatchSummary>`
      select ${batchColumns}, m.name as "madeByName", u.name as "submittedByName", a.name as "approvedByName", s.*
      from payouts.batch b left join people.public_party m on m.id = b.made_by left join people.public_party u on u.id = b.submitted_by
      left join people.public_party a on a.id = b.approved_by
      cross join lateral (select count(*) filter (where p.state <> 'dropped')::int as payouts, coalesce(sum(p.amount) filter (where p.state <> 'dropped'), 0)::bigint as amount,
        coalesce(sum(p.withheld) filter (where p.state <> 'dropped'), 0)::bigint as withheld, count(*) filter (where p.state = 'paying')::int as paying,
        count(*) filter (where p.state = 'paid')::int as paid, count(*) filter (where p.state = 'returned')::int as returned, count(*) filter (where p.state = 'dropped')::int as dropped
        from payouts.payout p where p.batch = b.id) s
      where true ${q.id === undefined ? sql`` : sql`and b.id = ${q.id}`} ${q.before === undefined ? sql`` : sql`and (b.made_at, b.id) < (${q.before[0]}, ${q.before[1]})`}
      order by b.made_at desc, b.id desc limit ${q.limit}`.execute(db)
  ).rows
}

/** False when another batch of the currency waits already. */
export async function insertBatch(tx: Tx, b: { id: string; currency: string; day: string; by: string; at: Date }): Promise<boolean> {
  const made =
    await sql`insert into payouts.batch (id, currency, day, made_by, made_at) values (${b.id}, ${b.currency}, ${b.day}, ${b.by}, ${b.at}) on conflict do nothing`.execute(
      tx,
    )
  return made.numAffectedRows === 1n
}
export const submitBatch = async (tx: Tx, id: string, by: string, at: Date): Promise<void> => {
  await sql`update payouts.batch set state = 'submitted', submitted_by = ${by}, submitted_at = ${at} where id = ${id}`.execute(tx)
}
export const approveBatch = async (tx: Tx, id: string, by: string, at: Date): Promise<void> => {
  await sql`update payouts.batch set state = 'approved', approved_by = ${by}, approved_at = ${at} where id = ${id}`.execute(tx)
}
export const cancelBatch = async (tx: Tx, id: string, by: string, at: Date): Promise<void> => {
  await sql`update payouts.batch set state = 'cancelled', cancelled_by = ${by}, cancelled_at = ${at} where id = ${id}`.execute(tx)
  await sql`update payouts.payout set state = 'cancelled', ended_at = ${at} where batch = ${id} and state = 'listed'`.execute(tx)
}
/** Ends an approved batch of which nothing is on its way any more. */
export const endBatch = async (tx: Tx, id: string, at: Date): Promise<void> => {
  await sql`update payouts.batch set state = 'done', done_at = ${at} where id = ${id} and state = 'approved'
    and not exists (select from payouts.payout where batch = ${id} and state = 'paying')`.execute(tx)
}

export type PayoutState = 'listed' | 'dropped' | 'cancelled' | 'paying' | 'paid' | 'returned'
export type PayoutRow = {
  id: string
  batch: string
  party: string
  currency: string
  method: string
  route: string
  amount: bigint
  withheld: bigint
  net: bigint
  taxCode: string | null
  threshold: bigint
  state: PayoutState
  reason: string | null
  note: string | null
  ref: string | null
  balanceBefore: bigint | null
  transfer: bigint | null
  madeAt: Date
  approvedAt: Date | null
  paidAt: Date | null
  endedAt: Date | null
  /** Of the account it goes to. */
  account: string
  holder: string
  bank: string | null
  branch: string | null
  country: string
  methodState: string
  usableFrom: Date
  name: string | null
}
const payoutColumns = sql`p.id, p.batch, p.party, p.currency, p.method, p.route, p.amount, p.withheld, p.net, p.tax_code as "taxCode", p.threshold, p.state, p.reason, p.note, p.ref,
  p.balance_before as "balanceBefore", p.transfer, p.made_at as "madeAt", p.approved_at as "approvedAt", p.paid_at as "paidAt", p.ended_at as "endedAt",
  m.account, m.holder, m.bank, m.branch, m.country, m.state as "methodState", m.usable_from as "usableFrom", n.name`
const payoutFrom = sql`payouts.payout p join payouts.method m on m.id = p.method left join people.public_party n on n.id = p.party`

export async function payoutsOf(db: Db, batch: string): Promise<PayoutRow[]> {
  return (await sql<PayoutRow>`select ${payoutColumns} from ${payoutFrom} where p.batch = ${batch} order by p.id`.execute(db)).rows
}
export async function readPayout(db: Db, id: string): Promise<PayoutRow | undefined> {
  return (await sql<PayoutRow>`select ${payoutColumns} from ${payoutFrom} where p.id = ${id}`.execute(db)).rows[0]
}
/** Locks the batch, then these payouts of it (all when none are named) in id order. */
export async function lockPayouts(tx: Tx, batch: string, ids?: readonly string[]): Promise<PayoutRow[]> {
  await readBatch(tx, batch, true)
  return (
    await sql<PayoutRow>`select ${payoutColumns} from ${payoutFrom} where p.batch = ${batch} ${ids === undefined ? sql`` : sql`and p.id = any(${list(ids)})`}
      order by p.id for no key update of p`.execute(tx)
  ).rows
}
export async function partyPayouts(db: Db, party: string, before: string | undefined, limit: number): Promise<PayoutRow[]> {
  return (
    await sql<PayoutRow>`select ${payoutColumns} from ${payoutFrom} where p.party = ${party} and p.state not in ('listed', 'cancelled', 'dropped')
      ${before === undefined ? sql`` : sql`and p.id < ${before}`} order by p.id desc limit ${limit}`.execute(db)
  ).rows
}
/** Of the ledger's transfers, those that are payouts or gave one back. */
export async function payoutsByCause(db: Db, ids: readonly string[]): Promise<Set<string>> {
  return new Set(
    (await sql<{ id: string }>`select id from payouts.payout where id = any(${list(ids)})`.execute(db)).rows.map(row => row.id),
  )
}

export type NewPayout = Pick<PayoutRow, 'id' | 'party' | 'method' | 'route' | 'amount' | 'withheld' | 'taxCode' | 'threshold'>
export async function insertPayouts(tx: Tx, batch: string, currency: string, rows: readonly NewPayout[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into payouts.payout (id, batch, party, currency, method, route, amount, withheld, tax_code, threshold, made_at)
    select r.id, ${batch}, r.party, ${currency}, r.method, r.route, r.amount, r.withheld, r.tax_code, r.threshold, ${at}
    from unnest(${list(rows.map(r => r.id))}, ${list(rows.map(r => r.party))}, ${list(rows.map(r => r.method))}, ${list(rows.map(r => r.route))}, ${numbers(rows.map(r => r.amount))},
      ${numbers(rows.map(r => r.withheld))}, ${rows.map(r => r.taxCode)}::text[], ${numbers(rows.map(r => r.threshold))})
      as r(id, party, method, route, amount, withheld, tax_code, threshold)`.execute(tx)
}

export type LeftOut = { party: string; amount: bigint; reason: string; until: Date | null }
export async function insertLeftOut(tx: Tx, batch: string, rows: readonly LeftOut[]): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into payouts.left_out (batch, party, amount, reason, until)
    select ${batch}, * from unnest(${list(rows.map(r => r.party))}, ${numbers(rows.map(r => r.amount))}, ${list(rows.map(r => r.reason))}, ${rows.map(r => r.until)}::timestamptz[])`.execute(
    tx,
  )
}
/** The largest first; a page shows no more. */
export async function leftOutOf(db: Db, batch: string): Promise<(LeftOut & { name: string | null })[]> {
  return (
    await sql<
      LeftOut & { name: string | null }
    >`select l.party, l.amount, l.reason, l.until, n.name from payouts.left_out l left join people.public_party n on n.id = l.party
      where l.batch = ${batch} order by l.amount desc, l.party limit 500`.execute(db)
  ).rows
}

/** Which of these have had a payout of a batch of this month (`2026-11`) that was not returned. */
export async function paidInMonth(db: Db, parties: readonly string[], currency: string, month: string): Promise<Set<string>> {
  const rows = await sql<{ party: string }>`select distinct p.party from payouts.payout p join payouts.batch b on b.id = p.batch
    where p.party = any(${list(parties)}) and p.currency = ${currency} and p.state in ('paying', 'paid') and to_char(b.day, 'YYYY-MM') = ${month}`.execute(
    db,
  )
  return new Set(rows.rows.map(row => row.party))
}
/** Which of these stand in a batch that waits, as party and currency. */
export async function listedNow(db: Db, party: string): Promise<Set<string>> {
  const rows = await sql<{
    currency: string
  }>`select p.currency from payouts.payout p where p.party = ${party} and p.state = 'listed'`.execute(db)
  return new Set(rows.rows.map(row => row.currency))
}
export async function paidSums(db: Db, party: string): Promise<Map<string, bigint>> {
  const rows = await sql<{ asset: string; amount: bigint }>`select asset, amount from payouts.public_paid where party = ${party}`.execute(
    db,
  )
  return new Map(rows.rows.map(row => [row.asset, row.amount]))
}

export const dropPayouts = async (tx: Tx, drops: readonly { id: string; reason: string }[], at: Date): Promise<void> => {
  if (drops.length === 0) return
  await sql`update payouts.payout p set state = 'dropped', reason = d.reason, ended_at = ${at}
    from unnest(${list(drops.map(d => d.id))}, ${list(drops.map(d => d.reason))}) as d(id, reason) where p.id = d.id`.execute(tx)
}
export const startPayouts = async (
  tx: Tx,
  starts: readonly { id: string; transfer: bigint; balanceBefore: bigint }[],
  at: Date,
): Promise<void> => {
  if (starts.length === 0) return
  await sql`update payouts.payout p set state = 'paying', transfer = s.transfer, balance_before = s.before, approved_at = ${at}
    from unnest(${list(starts.map(s => s.id))}, ${numbers(starts.map(s => s.transfer))}, ${numbers(starts.map(s => s.balanceBefore))}) as s(id, transfer, before) where p.id = s.id`.execute(
    tx,
  )
}
export const markPaid = async (tx: Tx, ids: readonly string[], ref: string | null, at: Date): Promise<void> => {
  await sql`update payouts.payout set state = 'paid', paid_at = ${at}, ended_at = ${at}, ref = coalesce(${ref}, ref) where id = any(${list(ids)})`.execute(
    tx,
  )
}
export const markReturned = async (
  tx: Tx,
  id: string,
  r: { reason: string; note: string | null; ref: string | null; at: Date },
): Promise<void> => {
  await sql`update payouts.payout set state = 'returned', reason = ${r.reason}, note = ${r.note}, ref = coalesce(${r.ref}, ref), ended_at = ${r.at} where id = ${id}`.execute(
    tx,
  )
}
export const noteRef = async (tx: Tx, id: string, ref: string): Promise<void> => {
  await sql`update payouts.payout set ref = ${ref} where id = ${id} and state = 'paying'`.execute(tx)
}

/** Who pays, as the bank knows it. */
export type Debtor = { name: string; account: string; bic?: string | undefined }
export type FileRow = {
  format: string
  sha256: string
  bytes: number
  payouts: number
  total: bigint
  debtor: Debtor
  madeAt: Date
  fetchedAt: Date | null
  fetchedBy: string | null
}
export const insertFile = async (tx: Tx, batch: string, f: Omit<FileRow, 'fetchedAt' | 'fetchedBy'>): Promise<void> => {
  await sql`insert into payouts.bank_file (batch, format, sha256, bytes, payouts, total, debtor, made_at)
    values (${batch}, ${f.format}, ${f.sha256}, ${f.bytes}, ${f.payouts}, ${f.total}, ${JSON.stringify(f.debtor)}::jsonb, ${f.madeAt})`.execute(
    tx,
  )
}
export async function filesOf(db: Db, batch: string): Promise<FileRow[]> {
  return (
    await sql<FileRow>`select f.format, f.sha256, f.bytes, f.payouts, f.total, f.debtor, f.made_at as "madeAt", f.fetched_at as "fetchedAt", coalesce(n.name, f.fetched_by) as "fetchedBy"
      from payouts.bank_file f left join people.public_party n on n.id = f.fetched_by where f.batch = ${batch} order by f.format`.execute(
      db,
    )
  ).rows
}
export const noteFetched = async (tx: Tx, batch: string, format: string, by: string, at: Date): Promise<void> => {
  await sql`update payouts.bank_file set fetched_by = ${by}, fetched_at = ${at} where batch = ${batch} and format = ${format} and fetched_at is null`.execute(
    tx,
  )
}

export const insertDecision = async (tx: Tx, d: { subject: string; act: string; reason: string; by: string; at: Date }): Promise<void> => {
  await sql`insert into payouts.decision (subject, act, reason, by, at) values (${d.subject}, ${d.act}, ${d.reason}, ${d.by}, ${d.at})`.execute(
    tx,
  )
}
export async function decisionsOf(db: Db, subject: string): Promise<{ act: string; reason: string; by: string; at: Date }[]> {
  return (
    await sql<{
      act: string
      reason: string
      by: string
      at: Date
    }>`select d.act, d.reason, coalesce(n.name, d.by) as by, d.at from payouts.decision d
      left join people.public_party n on n.id = d.by where d.subject = ${subject} order by d.id`.execute(db)
  ).rows
}

export type CreditRow = {
  version: bigint
  transfer: bigint
  at: Date
  kind: string
  cause: string
  subject: string | null
  note: string | null
  step: string | null
  amount: bigint
}
/** Credits of what a party has available, before a version, newest first. */
export async function creditsBefore(db: Db, party: string, currency: string, version: bigint, limit: number): Promise<CreditRow[]> {
  return (
    await sql<CreditRow>`select e.version, e.transfer, e.at, t.kind, t.cause, t.subject, t.note, e.step, e.amount
      from (select e.* from ledger.public_entry e where e.account = (select id from ledger.public_account where owner = ${party} and purpose = 'available' and asset = ${currency})
        and e.version < ${version} and e.amount > 0 order by e.version desc limit ${limit}) e
      join ledger.public_transfer t on t.id = e.transfer order by e.version desc`.execute(db)
  ).rows
}
/** The version at which a transfer changed what a party has available. */
export async function versionOf(db: Db, transfer: bigint, party: string): Promise<bigint | undefined> {
  return (
    await sql<{
      version: bigint
    }>`select min(version) as version from ledger.public_posting where transfer = ${transfer} and owner = ${party} and purpose = 'available'`.execute(
      db,
    )
  ).rows[0]?.version
}
