/** Something comes back: asked by the buyer, answered by the seller, on its way, there, refunded. Each step has an end of its own. */
import type { z } from 'zod'
import { z as zod } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { goods, Return as ReturnShape } from '../../shared/goods.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl, dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { giveRefund } from '../refunds/index.ts'
import { followLink } from '../shipping/index.ts'
import { settleAt } from '../shop/index.ts'
import { answerDays, comeBackDays, faultDays, isFault, later, may, sendBackDays, type ReturnReason } from './policy.ts'
import { allowPage } from './products.ts'
import { putBack } from './stock.ts'
import {
  addReturnPicture,
  changeReturn,
  insertReturn,
  listReturns,
  openReturns,
  readReturn,
  returnsOf,
  type ReturnChange,
  type ReturnRow,
} from './store-returns.ts'
import { readManySettings, readSettings, type SettingsRow } from './store-shipping.ts'
import { changeSold, lineWords, lockSold, readSold, type LineWords, type SoldRow } from './store-sold.ts'
import { countDesk } from './store.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Return = z.output<typeof ReturnShape>
const mostPictures = 6

/** What so many more pieces of a line cost, when so many came back before: all together exactly the line. */
export const priceOf = (line: Pick<LineWords, 'amount' | 'quantity'>, before: number, pieces: number): bigint => {
  const upTo = (n: number): bigint => (line.amount * BigInt(n)) / BigInt(line.quantity)
  return upTo(before + pieces) - upTo(before)
}
const paidBy = (reason: ReturnReason, settings: SettingsRow): 'buyer' | 'seller' => (isFault(reason) ? 'seller' : settings.returnPaidBy)

async function showAll(db: Read | Tx, viewer: Viewer, rows: readonly ReturnRow[]): Promise<Return[]> {
  const lines = rows.map(row => row.line)
  const words = await lineWords(db, lines)
  const sold = await readSold(db, lines)
  const settings = await readManySettings(db, [...new Set(rows.map(row => row.page))])
  const packs = new Map<string, boolean>()
  for (const page of settings.keys()) packs.set(page, await mayEditPage(db, viewer, page))
  return rows.map((row): Return => {
    const of = words.get(row.line)!
    const value = (amount: bigint) => ({ amount, currency: of.currency as Currency })
    const seller = packs.get(row.page) === true
    const buyer = row.buyer === viewer.id
    const before = (sold.get(row.line)?.back ?? 0) - (row.state === 'refunded' || row.state === 'short' ? row.quantity : 0)
    return {
      id: row.id,
      line: row.line,
      order: { id: row.order, number: of.number },
      title: of.title,
      detail: of.detail,
      picture: of.picture === null ? null : coverUrl(of.picture, 300),
      buyer: { id: row.buyer, name: row.buyerName },
      seller: { id: row.page, name: of.seller },
      quantity: row.quantity,
      reason: row.reason,
      words: row.words,
      pictures: row.pictures.map(asset => coverUrl(asset, 640)),
      state: row.state,
      answer: row.answer,
      address: row.address,
      carrier: row.carrier,
      tracking: row.tracking,
      follow: followLink(row.carrier, row.tracking),
      paidBy: paidBy(row.reason, settings.get(row.page)!),
      price: value(priceOf(of, Math.max(0, before), row.quantity)),
      amount: row.amount === null ? null : value(row.amount),
      restocked: row.restocked,
      until: row.until,
      createdAt: row.createdAt,
      closedAt: row.closedAt,
      can: {
        accept: seller && may.accept(row.state),
        decline: seller && may.decline(row.state),
        withdraw: buyer && may.withdraw(row.state),
        send: buyer && may.send(row.state),
        receive: seller && may.receive(row.state),
      },
    }
  })
}
const again = async (tx: Read | Tx, viewer: Viewer, id: string): Promise<Return> =>
  (await showAll(tx, viewer, [(await readReturn(tx, id))!]))[0]!

/** A return for one of the two it is between; locked when it is going to change. */
async function seen(db: Read | Tx, viewer: Viewer, id: string, as: 'both' | 'buyer' | 'seller', lock: boolean): Promise<ReturnRow> {
  const row = await readReturn(db, id, lock)
  if (row === undefined) throw fault('not_found')
  const buyer = row.buyer === viewer.id && as !== 'seller'
  if (!buyer && (as === 'buyer' || !(await mayEditPage(db, viewer, row.page)))) throw fault('not_found')
  return row
}

/** Until when it can be sent back, and why not (any more). */
function window(sold: SoldRow | undefined, settings: SettingsRow, open: boolean, now: Date) {
  const most = sold === undefined || !sold.physical ? 0 : sold.arrived - sold.back
  const arrivedAt = sold?.arrivedAt ?? null
  const plainUntil = arrivedAt === null ? null : later(arrivedAt, settings.returnDays)
  const until = arrivedAt === null ? null : later(arrivedAt, Math.max(settings.returnDays, faultDays))
  const why = open ? 'return_open' : most <= 0 || until === null ? 'return_nothing' : now > until ? 'return_too_late' : null
  return { most, until, plainUntil, why }
}

export async function getLineReturn(
  db: Read,
  viewer: Viewer,
  { line }: Input<'GET /lines/:line/return'>,
): Promise<Ok<'GET /lines/:line/return'>> {
  const of = (await lineWords(db, [line])).get(line)
  const sold = (await readSold(db, [line])).get(line)
  if (of === undefined || sold === undefined || of.buyer !== viewer.id) throw fault('not_found')
  const settings = await readSettings(db, sold.page)
  return {
    line,
    title: of.title,
    detail: of.detail,
    picture: of.picture === null ? null : coverUrl(of.picture, 640),
    seller: { id: of.page, name: of.seller },
    unit: { amount: of.amount / BigInt(of.quantity), currency: of.currency as Currency },
    paidBy: settings.returnPaidBy,
    ...window(sold, settings, (await openReturns(db, [line])).has(line), clock.now()),
    returns: await showAll(db, viewer, await returnsOf(db, [line])),
  }
}

/** The line's money waits as long as something of it is on its way back. */
const waits = (tx: Tx, line: string, until: Date): Promise<void> => settleAt(tx, [{ line, at: later(until, 60) }])
/** It goes on as it would have. */
async function goesOn(tx: Tx, line: string, at: Date): Promise<void> {
  const sold = (await readSold(tx, [line])).get(line)!
  await settleAt(tx, [{ line, at: sold.dueAt !== null && sold.dueAt > at ? sold.dueAt : at }])
}
async function told(tx: Tx, row: Pick<ReturnRow, 'id' | 'page' | 'buyer' | 'order'>): Promise<void> {
  await tell(tx, { type: 'return_changed', return: row.id, page: row.page, person: row.buyer })
  publish(tx, topicOf(row.buyer), { kind: 'order', id: row.order })
}

export async function askReturn(tx: Tx, viewer: Viewer, input: Input<'POST /returns'>): Promise<Return> {
  const { id, line, quantity, reason, words = '' } = input
  const sold = (await lockSold(tx, [line])).get(line)
  if (sold === undefined || sold.buyer !== viewer.id) throw fault('not_found')
  const before = await readReturn(tx, id)
  if (before !== undefined) {
    const same =
      before.line === line &&
      before.buyer === viewer.id &&
      before.quantity === quantity &&
      before.reason === reason &&
      before.words === words
    if (!same) throw fault('conflict', 'key_reused')
    return again(tx, viewer, id)
  }
  const at = clock.now()
  const { most, plainUntil, why } = window(sold, await readSettings(tx, sold.page), (await openReturns(tx, [line])).has(line), at)
  if (why === 'return_open') throw fault('conflict', why)
  if (why !== null) throw fault('unprocessable', why)
  if (!isFault(reason) && at > plainUntil!) throw fault('unprocessable', 'return_too_late')
  if (quantity > most) throw fault('unprocessable', 'return_nothing', { fields: { quantity: most.toString() } })
  const { order, page, buyer } = sold
  const until = later(at, answerDays)
  if (!(await insertReturn(tx, { id, line, order, page, buyer, quantity, reason, words, until, at }))) throw fault('conflict', 'key_reused')
  await waits(tx, line, until)
  await told(tx, { id, page, buyer, order })
  return again(tx, viewer, id)
}

export async function addReturnPhoto(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'POST /returns/:id/pictures'>,
): Promise<{ ok: true }> {
  const { write, config } = context
  await seen(context.read, viewer, input.id, 'buyer', false)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    const row = await seen(tx, viewer, input.id, 'buyer', true)
    if (row.state !== 'asked' || row.pictures.length >= mostPictures) throw fault('conflict', 'return_state')
    await addReturnPicture(tx, input.id, made.asset, clock.now())
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}

export const getReturn = async (db: Read, viewer: Viewer, { id }: Input<'GET /returns/:id'>): Promise<Return> =>
  again(db, viewer, (await seen(db, viewer, id, 'both', false)).id)

async function listed(db: Read, viewer: Viewer, rows: ReturnRow[], limit: number): Promise<Ok<'GET /me/returns'>> {
  const shown = new Map((await showAll(db, viewer, rows.slice(0, limit))).map(one => [one.id, one]))
  return pageOf(
    rows,
    limit,
    row => shown.get(row.id)!,
    row => toCursor(row.createdAt, row.id),
  )
}
const afterOf = (cursor: string | undefined) => fromCursor(cursor, [cursorTime, zod.string()])
export const getMyReturns = async (db: Read, viewer: Viewer, { cursor, limit }: Input<'GET /me/returns'>): Promise<Ok<'GET /me/returns'>> =>
  listed(db, viewer, await listReturns(db, { buyer: viewer.id }, afterOf(cursor), limit + 1), limit)
export async function getReturns(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/returns'>,
): Promise<Ok<'GET /pages/:page/returns'>> {
  const { page, state, cursor, limit } = input
  await allowPage(db, viewer, page)
  const rows = await listReturns(db, { page, state }, afterOf(cursor), limit + 1)
  return { ...(await listed(db, viewer, rows, limit)), counts: await countDesk(db, page) }
}

async function move(tx: Tx, row: ReturnRow, to: ReturnChange, at: Date): Promise<void> {
  await changeReturn(tx, row.id, to, at)
  if (to.until === null) await goesOn(tx, row.line, at)
  else await waits(tx, row.line, to.until)
  await told(tx, row)
}

const refundReasons = {
  changed_mind: 'goodwill',
  faulty: 'faulty',
  damaged: 'faulty',
  wrong: 'mistake',
  not_as_described: 'not_as_described',
  other: 'other',
} as const
/** The money goes back, pieces on the shelf where they can be sold again. `amount` null: what they cost. */
async function finish(
  tx: Tx,
  row: ReturnRow,
  given: { restock: number; amount: bigint | null; answer?: string; by: string | null },
  at: Date,
): Promise<void> {
  const of = (await lineWords(tx, [row.line])).get(row.line)!
  const before = (await readSold(tx, [row.line])).get(row.line)!
  const left = of.amount - of.refunded
  const price = priceOf(of, before.back, row.quantity)
  const wanted = given.amount ?? price
  const amount = wanted < left ? wanted : left
  let state: 'refunded' | 'short' = 'refunded'
  if (amount > 0n) {
    const back = {
      key: `return:${row.id}`,
      line: row.line,
      amount,
      by: given.by ?? row.buyer,
      reason: refundReasons[row.reason],
      note: null,
      at,
    }
    if ((await giveRefund(tx, back)) === 'short') state = 'short'
  }
  const sold = (await lockSold(tx, [row.line])).get(row.line)!
  await putBack(tx, [{ line: row.line, takes: sold.takes, pieces: given.restock }], given.by, at)
  await changeSold(tx, [{ line: row.line, back: row.quantity }], at)
  const { answer } = given
  await move(tx, row, { state, until: null, restocked: given.restock, amount, by: given.by, ...(answer ? { answer } : {}) }, at)
}

export async function acceptReturn(tx: Tx, viewer: Viewer, input: Input<'POST /returns/:id/accept'>): Promise<Return> {
  const row = await seen(tx, viewer, input.id, 'seller', true)
  const { answer = '', keep = false } = input
  if (keep ? row.state === 'refunded' || row.state === 'short' : row.state === 'accepted') return again(tx, viewer, row.id)
  if (!may.accept(row.state)) throw fault('conflict', 'return_state')
  const at = clock.now()
  if (keep) await finish(tx, row, { restock: 0, amount: null, answer, by: viewer.id }, at)
  else {
    const address = input.address ?? (await readSettings(tx, row.page)).returnAddress
    if (address === null) throw fault('invalid', 'address_needed')
    await move(tx, row, { state: 'accepted', until: later(at, sendBackDays), answer, address, by: viewer.id }, at)
  }
  return again(tx, viewer, row.id)
}
export async function declineReturn(tx: Tx, viewer: Viewer, input: Input<'POST /returns/:id/decline'>): Promise<Return> {
  const row = await seen(tx, viewer, input.id, 'seller', true)
  if (row.state === 'declined' && row.answer === input.answer) return again(tx, viewer, row.id)
  if (!may.decline(row.state)) throw fault('conflict', 'return_state')
  await move(tx, row, { state: 'declined', until: null, answer: input.answer, by: viewer.id }, clock.now())
  return again(tx, viewer, row.id)
}
export async function withdrawReturn(tx: Tx, viewer: Viewer, { id }: Input<'POST /returns/:id/withdraw'>): Promise<Return> {
  const row = await seen(tx, viewer, id, 'buyer', true)
  if (row.state === 'withdrawn') return again(tx, viewer, id)
  if (!may.withdraw(row.state)) throw fault('conflict', 'return_state')
  await move(tx, row, { state: 'withdrawn', until: null, by: viewer.id }, clock.now())
  return again(tx, viewer, id)
}
export async function sendReturn(tx: Tx, viewer: Viewer, { id, carrier, tracking }: Input<'POST /returns/:id/sent'>): Promise<Return> {
  const row = await seen(tx, viewer, id, 'buyer', true)
  if (row.state === 'sent' && row.carrier === carrier && row.tracking === tracking) return again(tx, viewer, id)
  if (!may.send(row.state)) throw fault('conflict', 'return_state')
  const at = clock.now()
  // Another number for what is on its way gives no more time.
  const until = row.state === 'sent' ? row.until : later(at, comeBackDays)
  await move(tx, row, { state: 'sent', until, carrier, tracking, by: null }, at)
  return again(tx, viewer, id)
}
export async function receiveReturn(tx: Tx, viewer: Viewer, input: Input<'POST /returns/:id/received'>): Promise<Return> {
  const row = await seen(tx, viewer, input.id, 'seller', true)
  const { restock, amount, answer = '' } = input
  if (row.state === 'refunded' || row.state === 'short') return again(tx, viewer, row.id)
  if (!may.receive(row.state)) throw fault('conflict', 'return_state')
  const of = (await lineWords(tx, [row.line])).get(row.line)!
  const price = priceOf(of, (await readSold(tx, [row.line])).get(row.line)!.back, row.quantity)
  if (restock > row.quantity) throw fault('unprocessable', 'return_amount', { fields: { restock: row.quantity.toString() } })
  if (amount !== undefined && (amount < 0n || amount > price))
    throw fault('unprocessable', 'return_amount', { fields: { amount: price.toString() } })
  if (amount !== undefined && amount < price && answer === '') throw fault('invalid', 'reason_needed', { fields: { answer: 'reason' } })
  await finish(tx, row, { restock, amount: amount ?? null, answer, by: viewer.id }, clock.now())
  return again(tx, viewer, row.id)
}

/** Whose turn it was let its time pass: silence of the seller is a yes, of the buyer a no. */
export async function nextReturnStep(tx: Tx, id: string, at: Date): Promise<void> {
  const row = await readReturn(tx, id, true)
  if (row === undefined || row.until === null || row.until > at) return
  try {
    if (row.state === 'accepted') await move(tx, row, { state: 'withdrawn', until: null, by: null }, at)
    else {
      const { returnAddress } = await readSettings(tx, row.page)
      if (row.state === 'asked' && returnAddress !== null)
        await move(tx, row, { state: 'accepted', until: later(at, sendBackDays), address: returnAddress, by: null }, at)
      else await finish(tx, row, { restock: 0, amount: null, by: null }, at)
    }
  } catch (error) {
    // A dispute decides about the money: asked again tomorrow.
    if (!(error instanceof Fault)) throw error
    await changeReturn(tx, id, { state: row.state, until: later(at, 1), by: null }, at)
  }
}
