/** SQL of vouchers that were sold. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const list = (items: readonly string[]) => sql`${[...items]}::text[]`
export type VoucherState = 'good' | 'used' | 'over' | 'void'
export type VoucherRow = {
  id: string
  line: string
  product: string
  page: string
  person: string
  code: string
  worth: bigint
  used: bigint
  paid: bigint
  currency: string
  state: VoucherState
  until: Date
  at: Date
}
export type VoucherShown = VoucherRow & {
  title: string
  how: string
  picture: string | null
  parts: boolean
  pageName: string
  personName: string
  redemptions: { amount: string; at: string; note: string }[]
}
const columns: RawBuilder<unknown> = sql`v.id, v.line, v.product, v.page, v.person, v.code, v.worth, v.used, v.paid, v.currency, v.state, v.until, v.at`
const shown: RawBuilder<unknown> = sql`${columns}, p.title, p.how, p.picture, p.worth is not null as parts, coalesce(g.name, '') as "pageName", coalesce(n.name, '') as "personName",
  (select coalesce(json_agg(json_build_object('amount', r.amount::text, 'note', r.note, 'at', to_char(r.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by r.at), '[]')
    from services.redemption r where r.voucher = v.id) as redemptions`
const tables = sql`services.voucher v join services.product p on p.id = v.product left join people.public_page g on g.id = v.page left join people.public_party n on n.id = v.person`

export async function insertVouchers(tx: Tx, rows: readonly Omit<VoucherRow, 'used' | 'state'>[]): Promise<void> {
  await sql`
    insert into services.voucher (id, line, product, page, person, code, worth, paid, currency, until, at)
    select id, line, product, page, person, code, worth, paid, currency, until, at from jsonb_to_recordset(${JSON.stringify(rows.map(r => ({ ...r, worth: r.worth.toString(), paid: r.paid.toString() })))}::jsonb)
      as v(id text, line text, product text, page text, person text, code text, worth bigint, paid bigint, currency text, until timestamptz, at timestamptz)`.execute(
    tx,
  )
}
export async function readVoucher(db: Read | Tx, id: string): Promise<VoucherShown | undefined> {
  const { rows } = await sql<VoucherShown>`select ${shown} from ${tables} where v.id = ${id}`.execute(db)
  return rows[0]
}
export async function voucherByCode(db: Read | Tx, page: string, code: string): Promise<VoucherShown | undefined> {
  const { rows } = await sql<VoucherShown>`select ${shown} from ${tables} where v.code = ${code} and v.page = ${page}`.execute(db)
  return rows[0]
}
export async function lockVoucher(tx: Tx, id: string): Promise<VoucherRow | undefined> {
  const { rows } = await sql<VoucherRow>`select ${columns} from services.voucher v where v.id = ${id} for update`.execute(tx)
  return rows[0]
}
export async function vouchersOfLines(db: Read | Tx, lines: readonly string[]): Promise<VoucherRow[]> {
  const { rows } =
    await sql<VoucherRow>`select ${columns} from services.voucher v where v.line = any(${list(lines)}) order by v.id`.execute(db)
  return rows
}
export async function listVouchers(
  db: Read,
  whose: { person: string } | { page: string },
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<VoucherShown[]> {
  const { rows } = await sql<VoucherShown>`
    select ${shown} from ${tables} where ${'person' in whose ? sql`v.person = ${whose.person}` : sql`v.page = ${whose.page}`}
      ${after === undefined ? sql`` : sql`and (v.at, v.id) < (${after[0]}, ${after[1]})`} order by v.at desc, v.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}
export type RedemptionRow = { key: string; voucher: string; amount: bigint; note: string; by: string; at: Date }
export async function readRedemption(db: Read | Tx, key: string): Promise<RedemptionRow | undefined> {
  const { rows } = await sql<RedemptionRow>`select key, voucher, amount, note, by, at from services.redemption where key = ${key}`.execute(
    db,
  )
  return rows[0]
}
/** The caller holds the voucher's lock. */
export async function insertRedemption(tx: Tx, row: RedemptionRow): Promise<void> {
  await sql`insert into services.redemption (key, voucher, amount, note, by, at) values (${row.key}, ${row.voucher}, ${row.amount}, ${row.note}, ${row.by}, ${row.at})`.execute(
    tx,
  )
  await sql`update services.voucher set used = used + ${row.amount}, state = case when used + ${row.amount} = worth then 'used' else state end where id = ${row.voucher}`.execute(
    tx,
  )
}
/** Ends good vouchers; gives which. */
export async function endVouchers(tx: Tx, ids: readonly string[], to: 'over' | 'void'): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`update services.voucher set state = ${to} where id = any(${list(ids)}) and state = 'good' returning id`.execute(tx)
  return rows.map(row => row.id)
}
export async function voidVouchersOf(tx: Tx, lines: readonly string[]): Promise<void> {
  await sql`update services.voucher set state = 'void' where line = any(${list(lines)}) and state = 'good'`.execute(tx)
}
/** Lines with good vouchers whose time is over. */
export async function overVoucherLines(db: Read, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    line: string
  }>`select distinct line from services.voucher where state = 'good' and until < ${at} limit ${limit}`.execute(db)
  return rows.map(row => row.line)
}
/** Good ones that end on one day. */
export async function endingVouchers(db: Read, from: Date, to: Date): Promise<{ id: string; person: string; until: Date }[]> {
  const { rows } = await sql<{
    id: string
    person: string
    until: Date
  }>`select id, person, until from services.voucher where state = 'good' and until >= ${from} and until < ${to}`.execute(db)
  return rows
}
