/** Vouchers: had by people, redeemed by a page's staff, given back, run out. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { services } from '../../shared/services.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { qrOf } from '../foundation/qr.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayActFor, mayEditPage, pictureAddress } from '../people/index.ts'
import { settleAt } from '../shop/index.ts'
import { codeOf } from './codes.ts'
import { settleWhenDone } from './kinds.ts'
import { unusedOf } from './policy.ts'
import { refundLine } from './refunding.ts'
import { pageOwner } from './store.ts'
import {
  endVouchers,
  insertRedemption,
  listVouchers,
  lockVoucher,
  readRedemption,
  readVoucher,
  voucherByCode,
  vouchersOfLines,
  type VoucherRow,
  type VoucherShown,
} from './store-vouchers.ts'

type Entries = typeof services.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Voucher = Ok<'GET /vouchers/:id'>
type Look = Ok<'GET /pages/:page/vouchers/:code'>

const stateOf = ({ state, until }: VoucherRow): VoucherRow['state'] => (state === 'good' && until <= clock.now() ? 'over' : state)
const shown = (row: VoucherShown, qr: boolean): Voucher => {
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  const state = stateOf(row)
  return {
    id: row.id,
    product: row.product,
    title: row.title,
    how: row.how,
    picture: pictureAddress(row.picture),
    page: { id: row.page, name: row.pageName },
    code: row.code,
    state,
    worth: row.parts ? money(row.worth) : null,
    left: row.parts ? money(row.worth - row.used) : null,
    until: row.until,
    at: row.at,
    qr: qr && state === 'good' ? qrOf(row.code) : null,
    redemptions: row.redemptions.map(one => ({
      amount: row.parts ? money(BigInt(one.amount)) : null,
      at: new Date(one.at),
      note: one.note,
    })),
    can: { giveBack: state === 'good' && unusedOf(row) > 0n },
  }
}
const looked = (row: VoucherShown): Look => {
  const { qr: _qr, can: _can, ...rest } = shown(row, false)
  return { ...rest, person: { id: row.person, name: row.personName }, problem: rest.state === 'good' ? null : rest.state }
}

export async function getMine(db: Read, viewer: Viewer, input: Input<'GET /me/vouchers'>): Promise<Ok<'GET /me/vouchers'>> {
  const rows = await listVouchers(db, { person: viewer.id }, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => shown(row, false),
    row => toCursor(row.at, row.id),
  )
}
async function own(db: Read | Tx, viewer: Viewer, id: string): Promise<VoucherShown> {
  const row = await readVoucher(db, id)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}
export const getVoucher = async (db: Read, viewer: Viewer, { id }: Input<'GET /vouchers/:id'>): Promise<Voucher> =>
  shown(await own(db, viewer, id), true)

/** What was not used goes back in proportion. */
export async function giveBack(tx: Tx, viewer: Viewer, { id }: Input<'POST /vouchers/:id/return'>): Promise<Voucher> {
  const before = await own(tx, viewer, id)
  if (before.state === 'void') return shown(before, true)
  if (stateOf(before) !== 'good') throw fault('conflict', 'voucher_over')
  await refundLine(tx, { line: before.line, key: `voucher:${id}`, amount: unusedOf(before), by: viewer.id, reason: 'mistake', note: null })
  const now = (await lockVoucher(tx, id))!
  // Used at the counter meanwhile: then not.
  if (now.used !== before.used || (now.state !== 'good' && now.state !== 'void')) throw fault('conflict', 'voucher_over')
  await endVouchers(tx, [id], 'void')
  await settleWhenDone(tx, before.line)
  return shown((await readVoucher(tx, id))!, true)
}

/** The page's people, and the door staff of the organisation it belongs to. */
async function allowCounter(db: Read | Tx, viewer: Viewer, page: string): Promise<void> {
  if (!(await mayActFor(db, viewer, await pageOwner(db, page), ['owner', 'manager', 'finance', 'door']))) throw fault('not_found')
}
async function find(db: Read | Tx, page: string, typed: string): Promise<VoucherShown> {
  const row = await voucherByCode(db, page, codeOf(typed))
  if (row === undefined) throw fault('not_found')
  return row
}
export async function look(db: Read, viewer: Viewer, { page, code }: Input<'GET /pages/:page/vouchers/:code'>): Promise<Look> {
  await allowCounter(db, viewer, page)
  return looked(await find(db, page, code))
}
export async function redeem(
  tx: Tx,
  viewer: Viewer,
  { page, code, id, amount, note = '' }: Input<'POST /pages/:page/vouchers/:code/redeem'>,
): Promise<Look> {
  await allowCounter(tx, viewer, page)
  const found = await find(tx, page, code)
  const row = (await lockVoucher(tx, found.id))!
  const wanted = found.parts ? (amount ?? row.worth - row.used) : 1n
  const before = await readRedemption(tx, id)
  if (before !== undefined) {
    if (before.voucher !== row.id || (amount !== undefined && before.amount !== amount)) throw fault('conflict', 'key_reused')
    return looked(found)
  }
  if (row.state === 'used') throw fault('conflict', 'voucher_redeemed', { detail: found.redemptions.at(-1)?.at ?? '' })
  if (stateOf(row) !== 'good') throw fault('conflict', 'voucher_over')
  if (wanted <= 0n || wanted > row.worth - row.used)
    throw fault('unprocessable', 'voucher_short', { fields: { amount: (row.worth - row.used).toString() } })
  await insertRedemption(tx, { key: id, voucher: row.id, amount: wanted, note, by: viewer.id, at: clock.now() })
  if (row.used + wanted === row.worth) await settleWhenDone(tx, row.line)
  return looked((await readVoucher(tx, row.id))!)
}
export async function getSold(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/vouchers'>,
): Promise<Ok<'GET /pages/:page/vouchers'>> {
  if (!(await mayEditPage(db, viewer, input.page))) throw fault('not_found')
  const rows = await listVouchers(db, { page: input.page }, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(rows, input.limit, looked, row => toCursor(row.at, row.id))
}

/** What ran out unused goes back; the money of what was used goes to the seller. One line. */
export async function runOut(tx: Tx, line: string): Promise<void> {
  const at = clock.now()
  const over = (await vouchersOfLines(tx, [line])).filter(row => row.state === 'good' && row.until <= at)
  if (over.length === 0) return
  const amount = over.reduce((sum, row) => sum + unusedOf(row), 0n)
  await refundLine(tx, { line, key: `vouchers:${line}:over`, amount, by: over[0]!.person, reason: 'other', note: null })
  for (const row of over) {
    const now = (await lockVoucher(tx, row.id))!
    if (now.used !== row.used) throw new Error(`voucher ${row.id} was used while it ran out`)
  }
  await endVouchers(
    tx,
    over.map(row => row.id),
    'over',
  )
  await settleWhenDone(tx, line)
}
/** None of the line's vouchers can be used any more: its seller is paid. */
export async function settleDone(tx: Tx, line: string): Promise<void> {
  const at = clock.now()
  const rows = await vouchersOfLines(tx, [line])
  if (rows.length > 0 && rows.every(row => row.state !== 'good')) await settleAt(tx, [{ line, at }])
}
