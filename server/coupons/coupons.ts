/** Coupons of a page: made, changed, their codes and uses. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { coupons } from '../../shared/coupons.ts'
import { fault } from '../../shared/faults.ts'
import { decimal, type Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { mayEditPage } from '../people/index.ts'
import { newSeriesCode } from './codes.ts'
import { pageName } from './store-gifts.ts'
import {
  automaticsOf,
  codeTaken,
  codesOf,
  currencyOf,
  insertCodes,
  insertCoupon,
  listCoupons,
  listUses,
  lockCoupon,
  ownOffers,
  readCoupon,
  updateCoupon,
  type CouponShown,
  type GivenRow,
} from './store.ts'

type Entries = typeof coupons.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Coupon = Ok<'GET /coupons/:id'>

const mostCoupons = 500
/** Of one page, open at once: all of them are tried for every basket. */
const mostAutomatic = 20

const shown = (row: CouponShown): Coupon => {
  const { used, given, offerTitles, offers, currency, kinds, ...rest } = row
  return {
    ...rest,
    currency: currency as Currency,
    kinds,
    offers: offers === null ? null : (offerTitles ?? []),
    used,
    given: { amount: given, currency: currency as Currency },
  }
}

/** Only its people know of a page's coupons. */
export async function allowPage(db: Read | Tx, viewer: Viewer, page: string): Promise<void> {
  if (!(await mayEditPage(db, viewer, page))) throw fault('not_found')
}
async function load(db: Read | Tx, viewer: Viewer, id: string): Promise<CouponShown> {
  const row = await readCoupon(db, id)
  if (row === undefined) throw fault('not_found')
  await allowPage(db, viewer, row.page)
  return row
}

export const getCoupon = async (db: Read, viewer: Viewer, { id }: Input<'GET /coupons/:id'>): Promise<Coupon> =>
  shown(await load(db, viewer, id))

const soldIn = async (db: Read | Tx, page: string): Promise<Currency> => ((await currencyOf(db, page)) ?? 'CNY') as Currency

export async function getCoupons(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/coupons'>,
): Promise<Ok<'GET /pages/:page/coupons'>> {
  await allowPage(db, viewer, input.page)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listCoupons(db, input.page, after, input.limit + 1)
  return { ...pageOf(rows, input.limit, shown, row => toCursor(row.createdAt, row.id)), currency: await soldIn(db, input.page) }
}

export async function getUses(db: Read, viewer: Viewer, input: Input<'GET /coupons/:id/uses'>): Promise<Ok<'GET /coupons/:id/uses'>> {
  const { currency } = await load(db, viewer, input.id)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listUses(db, input.id, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ order, number, code, buyer, amount, at, ended }) => ({
      order,
      number,
      code,
      buyer,
      off: { amount, currency: currency as Currency },
      at,
      ended,
    }),
    row => toCursor(row.at, row.order),
  )
}

function checked(input: Input<'PUT /coupons/:id'>, currency: string): GivenRow {
  const wrong = (field: string): never => {
    throw fault('unprocessable', 'coupon_invalid', { fields: { [field]: 'coupon_invalid' } })
  }
  const { percentBp = null, amount = null, mostOff = null, opensAt = null, closesAt = null } = input
  if ((percentBp === null) === (amount === null)) wrong('percentBp')
  if (mostOff !== null && percentBp === null) wrong('mostOff')
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt) wrong('closesAt')
  if (input.kinds?.includes('gift_card')) wrong('kinds')
  if (input.automatic === true && input.code != null) wrong('code')
  return {
    id: input.id,
    page: input.page,
    name: input.name,
    code: input.code ?? null,
    percentBp,
    amount,
    currency,
    mostOff,
    least: input.least ?? 0n,
    kinds: input.kinds ?? null,
    offers: input.offers ?? null,
    opensAt,
    closesAt,
    usesMost: input.usesMost ?? null,
    eachMost: input.eachMost ?? null,
    firstOnly: input.firstOnly ?? false,
    membersOnly: input.membersOnly ?? false,
    stacks: input.stacks ?? false,
    automatic: input.automatic ?? false,
    state: input.state ?? 'open',
  }
}

export async function putCoupon(tx: Tx, viewer: Viewer, input: Input<'PUT /coupons/:id'>): Promise<Coupon> {
  if (!(await mayEditPage(tx, viewer, input.page)))
    throw (await pageName(tx, input.page)) === undefined ? fault('not_found') : fault('forbidden', 'own_page_only')
  const before = await lockCoupon(tx, input.id)
  if (before !== undefined && before.page !== input.page) throw fault('conflict', 'key_reused')
  const row = checked(input, input.currency ?? before?.currency ?? (await soldIn(tx, input.page)))
  if (row.offers !== null) {
    const own = await ownOffers(tx, row.page, row.offers)
    if (own.length < new Set(row.offers).size) throw fault('unprocessable', 'coupon_invalid', { fields: { offers: 'coupon_invalid' } })
  }
  if (row.code !== null && row.state === 'open' && (await codeTaken(tx, row.page, row.code, row.id)))
    throw fault('conflict', 'code_taken', { fields: { code: 'code_taken' } })
  if (row.automatic && row.state === 'open' && (await automaticsOf(tx, [row.page])).filter(id => id !== row.id).length >= mostAutomatic)
    throw fault('unprocessable', 'coupon_invalid', { fields: { automatic: String(mostAutomatic) } })
  const at = clock.now()
  if (before === undefined && (await listCoupons(tx, row.page, undefined, mostCoupons)).length >= mostCoupons)
    throw fault('limited', 'limited')
  const made = before === undefined && (await insertCoupon(tx, row, viewer.id, at))
  if (!made) {
    // The same twice at once: the second finds it.
    const there = before ?? (await lockCoupon(tx, row.id))
    if (there?.page !== row.page) throw fault('conflict', 'key_reused')
    // Whoever has the code was promised what it says.
    const fixed =
      there.percentBp !== row.percentBp ||
      there.amount !== row.amount ||
      there.currency !== row.currency ||
      (there.code === null) !== (row.code === null) ||
      there.automatic !== row.automatic
    if (fixed && there.used > 0) throw fault('conflict', 'coupon_fixed')
    // Codes that were given out stay good for what they are.
    if ((there.automatic !== row.automatic || (there.code === null) !== (row.code === null)) && (await readCoupon(tx, row.id))!.codes > 0)
      throw fault('conflict', 'coupon_fixed')
    if (row.usesMost !== null && row.usesMost < there.used)
      throw fault('unprocessable', 'coupon_invalid', { fields: { usesMost: String(there.used) } })
    await updateCoupon(tx, row, at)
  }
  return shown((await readCoupon(tx, row.id))!)
}

export async function addCodes(tx: Tx, viewer: Viewer, { id, total, prefix = '' }: Input<'POST /coupons/:id/codes'>): Promise<Coupon> {
  const { page, code, automatic } = await load(tx, viewer, id)
  if (code !== null || automatic) throw fault('unprocessable', 'coupon_invalid')
  if ((await lockCoupon(tx, id))?.automatic === true) throw fault('unprocessable', 'coupon_invalid')
  let missing = total - (await readCoupon(tx, id))!.codes
  // 40 bits each: now and then one is there already.
  while (missing > 0) {
    const codes = Array.from({ length: missing }, () => newSeriesCode(prefix))
    // oxlint-disable-next-line no-await-in-loop -- hardly ever twice
    missing -= await insertCodes(tx, { id, page }, [...new Set(codes)], clock.now())
  }
  return shown((await readCoupon(tx, id))!)
}

const head = ['code', 'discount', 'used by order', 'used at']
export async function sendCodes(ctx: StreamContext, viewer: Viewer, { id }: Input<'GET /coupons/:id/codes.csv'>): Promise<Readable> {
  const row = await load(ctx.read, viewer, id)
  const off: Cell =
    row.percentBp === null ? new Decimal(decimal({ amount: row.amount!, currency: row.currency })) : `${row.percentBp / 100} %`
  async function* rows(): AsyncGenerator<Cell[]> {
    for (let after = ''; ;) {
      const some = await codesOf(ctx.read, id, after, 1000)
      for (const one of some) yield [one.code, off, one.number, one.at]
      if (some.length < 1000) return
      after = some.at(-1)!.code
    }
  }
  return ctx.reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment(`${row.name}.csv`),
      'cache-control': 'private, no-store',
    })
    .send(csv(head, rows())) as unknown as Readable
}
