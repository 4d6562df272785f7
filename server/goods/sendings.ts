/** What goes in which parcel: packed when it is paid, split, sent, arrived, taken out again when it is refunded. */
import type { z } from 'zod'
import { z as zod } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { goods, Sending as SendingShape } from '../../shared/goods.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { coverUrl } from '../media/index.ts'
import { askParcels, cancelParcel, changeParcel, parcelArrived, type ParcelState } from '../shipping/index.ts'
import { settleAt } from '../shop/index.ts'
import { confirmDays, later, readyOn, sentDays, waitDays, workingDays } from './policy.ts'
import { allowPage } from './products.ts'
import { leaveShelf, putBack } from './stock.ts'
import { openReturns } from './store-returns.ts'
import { readSettings } from './store-shipping.ts'
import {
  carriageLines,
  changePacked,
  changeSold,
  insertSendings,
  lineWords,
  listSendings,
  lockSending,
  lockSold,
  moveSending,
  noteDue,
  orderWords,
  packWords,
  parcelsOf,
  readSendings,
  sendingsOf,
  type LineWords,
  type NewSending,
  type SendingRow,
  type SoldChange,
  type SoldRow,
} from './store-sold.ts'
import { lockShelf, moveShelf } from './store-stock.ts'
import { countDesk } from './store.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Sending = z.output<typeof SendingShape>

/** How a parcel is called on a packing list: `2 × T-shirt (M), 1 × CD`. */
function titleOf(lines: readonly { line: string; quantity: number }[], words: ReadonlyMap<string, LineWords>): string {
  const all = lines.map(({ line, quantity }) => {
    const of = words.get(line)
    return `${quantity} × ${of?.title ?? line}${of?.detail ? ` (${of.detail})` : ''}`
  })
  const text = all.join(', ')
  return text.length <= 200 ? text : `${[...text].slice(0, 190).join('')} …`
}
const pieces = (lines: readonly { quantity: number }[]): number =>
  Math.min(
    1000,
    lines.reduce((sum, one) => sum + one.quantity, 0),
  )

/** Parcels to pack for lines that were just paid: one for each order and seller; what is sold before it is there in one of its own. Gives lines without an address. */
export async function packLines(tx: Tx, rows: readonly SoldRow[], at: Date): Promise<string[]> {
  if (rows.length === 0) return []
  const orders = await orderWords(
    tx,
    rows.map(row => row.order),
  )
  const known = rows.filter(row => orders.get(row.order)?.address)
  const made = [...Map.groupBy(known, row => `${row.order} ${row.page} ${row.preorderOn ?? ''}`).values()].map((own): NewSending => {
    const { order, page, buyer, preorderOn } = own[0]!
    return {
      id: newId('snd', at),
      order,
      page,
      buyer,
      notBefore: preorderOn,
      at,
      lines: own.map(({ line, quantity }) => ({ line, quantity })),
    }
  })
  await insertSendings(tx, made)
  await askFor(tx, made, orders)
  return rows.filter(row => !known.includes(row)).map(row => row.line)
}
async function askFor(tx: Tx, made: readonly NewSending[], orders: Awaited<ReturnType<typeof orderWords>>): Promise<void> {
  const words = await lineWords(
    tx,
    made.flatMap(one => one.lines.map(l => l.line)),
  )
  await askParcels(
    tx,
    made.map(({ id, order, page, buyer, lines, at }) => ({
      purpose: 'order' as const,
      subject: id,
      sender: page,
      person: buyer,
      title: titleOf(lines, words),
      quantity: pieces(lines),
      address: orders.get(order)!.address!,
      at,
    })),
  )
}

/** The parcel of this sending holds what it holds now; an empty one is not sent. */
async function repack(tx: Tx, sending: SendingRow, by: string | null, at: Date): Promise<void> {
  if (sending.lines.length === 0) {
    await cancelParcel(tx, 'order', sending.id, by, '')
    await moveSending(tx, sending.id, 'cancelled', at)
    return
  }
  const words = await lineWords(
    tx,
    sending.lines.map(one => one.line),
  )
  await changeParcel(tx, 'order', sending.id, { title: titleOf(sending.lines, words), quantity: pieces(sending.lines) })
}

/** What of these lines is not on its way goes back to the shelf and out of its parcel: not paid, or refunded. Twice is once. */
export async function freeLines(tx: Tx, lines: readonly string[]): Promise<void> {
  const at = clock.now()
  const rows = [...(await lockSold(tx, lines)).values()].filter(row => row.state !== 'freed')
  const paid = rows.filter(row => row.state === 'paid' && row.physical)
  const sendings = (
    await sendingsOf(
      tx,
      paid.map(row => row.line),
    )
  ).filter(one => one.state === 'to_pack' || one.state === 'returned')
  const changes: SoldChange[] = []
  const back: { line: string; takes: SoldRow['takes']; pieces: number }[] = []
  for (const row of rows) {
    // A parcel that came back holds pieces that left the shelf.
    const returned = sendings
      .filter(one => one.state === 'returned')
      .reduce((sum, one) => sum + (one.lines.find(l => l.line === row.line)?.quantity ?? 0), 0)
    if (returned > 0) back.push({ line: row.line, takes: row.takes, pieces: returned })
    const freed = row.sent - returned === 0
    changes.push({ line: row.line, open: -row.open, sent: -returned, ...(freed ? { state: 'freed' as const } : {}) })
  }
  await lockShelf(
    tx,
    rows.flatMap(row => row.takes.map(t => t.variant)),
  )
  await moveShelf(
    tx,
    rows.flatMap(row => row.takes.map(({ variant, each }) => ({ variant, reserved: -each * row.open }))),
  )
  await changeSold(tx, changes, at)
  await putBack(tx, back, null, at)
  const gone = new Set(rows.map(row => row.line))
  await changePacked(
    tx,
    sendings.flatMap(one => one.lines.filter(l => gone.has(l.line)).map(l => ({ sending: one.id, line: l.line, change: -l.quantity }))),
  )
  for (const one of sendings) await repack(tx, { ...one, lines: one.lines.filter(l => !gone.has(l.line)) }, null, at)
  // With nothing left to send, sending is not paid for either.
  for (const key of new Set(paid.map(row => `${row.order} ${row.page}`))) {
    const [order, page] = key.split(' ')
    await enqueue(tx, 'goods.carriage', { order, page }, { key: `goods.carriage:${key}` })
  }
}

const confirmSetting = 'goods.confirm_days'
export const daysToConfirm = async (db: Read | Tx): Promise<number> => (await readSetting<number>(db, confirmSetting)) ?? confirmDays
export const getGoodsPolicy = async (db: Read): Promise<{ days: number }> => ({ days: await daysToConfirm(db) })
export async function setGoodsPolicy(tx: Tx, _viewer: Viewer, { days }: { days: number }): Promise<{ days: number }> {
  await writeSetting(tx, confirmSetting, days)
  return { days }
}

/** The money of these lines, and of having them sent, goes to the seller at that moment. */
async function due(tx: Tx, rows: readonly SoldRow[], order: string, page: string, at: Date): Promise<void> {
  const open = await openReturns(
    tx,
    rows.map(row => row.line),
  )
  const own = rows.filter(row => !open.has(row.line)).map(row => ({ line: row.line, at }))
  const carriage = (await carriageLines(tx, [order])).get(`${order} ${page}`)
  await noteDue(
    tx,
    rows.map(row => ({ line: row.line, at })),
  )
  await settleAt(tx, carriage === undefined ? own : [...own, { line: carriage.line, at }])
}

/** Runs in the transaction in which a parcel of an order is sent, arrives or comes back. */
export async function parcelMoved(tx: Tx, id: string, state: ParcelState, at: Date): Promise<void> {
  const sending = await lockSending(tx, id)
  if (sending === undefined) return
  const sold = await lockSold(
    tx,
    sending.lines.map(one => one.line),
  )
  const own = sending.lines.flatMap(one => (sold.has(one.line) ? [{ row: sold.get(one.line)!, pieces: one.quantity }] : []))
  if (state === 'sent' && sending.state === 'to_pack') {
    const shelf = await lockShelf(
      tx,
      own.flatMap(({ row }) => row.takes.map(t => t.variant)),
    )
    await leaveShelf(
      tx,
      own.map(({ row, pieces: many }) => ({ ...row, pieces: many })),
      shelf,
      at,
    )
    await changeSold(
      tx,
      own.map(({ row, pieces: many }) => ({ line: row.line, open: -many, sent: many })),
      at,
    )
  }
  if (state === 'arrived')
    await changeSold(
      tx,
      own.map(({ row, pieces: many }) => ({ line: row.line, arrived: many })),
      at,
    )
  await moveSending(tx, id, state, at)
  publish(tx, topicOf(sending.buyer), { kind: 'order', id: sending.order })
  const whole = own
    .filter(({ row, pieces: many }) => (sending.state === 'to_pack' ? row.open === many : row.open === 0))
    .map(({ row }) => row)
  if (state === 'sent') await due(tx, whole, sending.order, sending.page, later(at, sentDays))
  else if (state === 'returned') await due(tx, whole, sending.order, sending.page, later(at, waitDays))
  else if (state === 'arrived') {
    const others = (
      await sendingsOf(
        tx,
        whole.map(row => row.line),
      )
    ).filter(one => one.state === 'sent')
    const there = whole.filter(row => !others.some(one => one.lines.some(l => l.line === row.line)))
    const silent = sending.sentAt !== null && at >= later(sending.sentAt, sentDays)
    await due(tx, there, sending.order, sending.page, silent ? at : later(at, await daysToConfirm(tx)))
  }
}

async function shownAll(db: Read, rows: readonly SendingRow[], handling: number): Promise<Sending[]> {
  const lines = rows.flatMap(row => row.lines.map(l => l.line))
  const [words, packs, orders, parcels, ways] = await Promise.all([
    lineWords(db, lines),
    packWords(db, lines),
    orderWords(
      db,
      rows.map(row => row.order),
    ),
    parcelsOf(
      db,
      rows.map(row => row.id),
    ),
    carriageLines(
      db,
      rows.map(row => row.order),
    ),
  ])
  return rows.map((row): Sending => {
    const order = orders.get(row.order)!
    const parcel = parcels.get(row.id)
    return {
      id: row.id,
      order: { id: row.order, number: order.number, note: order.note, at: order.at },
      buyer: { id: row.buyer, name: order.buyerName },
      state: row.state,
      notBefore: row.notBefore,
      sendBy: row.state === 'to_pack' ? workingDays(readyOn(row.createdAt, row.notBefore), handling) : null,
      parcel: parcel?.id ?? null,
      parcelState: parcel?.state ?? null,
      carrier: parcel?.carrier ?? null,
      tracking: parcel?.tracking ?? null,
      address: parcel?.address ?? null,
      carriage: ways.get(`${row.order} ${row.page}`)?.title ?? null,
      lines: row.lines.map(({ line, quantity }) => {
        const of = words.get(line)
        const pack = packs.get(line)
        return {
          line,
          title: of?.title ?? '',
          detail: of?.detail ?? null,
          picture: of?.picture ? coverUrl(of.picture, 300) : null,
          sku: pack?.sku ?? null,
          quantity,
          parts: pack?.parts ?? [],
        }
      }),
      createdAt: row.createdAt,
      sentAt: row.sentAt,
      arrivedAt: row.arrivedAt,
    }
  })
}

export async function getSendings(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/sendings'>,
): Promise<Ok<'GET /pages/:page/sendings'>> {
  await allowPage(db, viewer, input.page)
  const rows = await listSendings(
    db,
    input.page,
    input.state ?? 'to_pack',
    fromCursor(input.cursor, [cursorTime, zod.string()]),
    input.limit + 1,
  )
  const { handlingDays } = await readSettings(db, input.page)
  const shown = new Map((await shownAll(db, rows.slice(0, input.limit), handlingDays)).map(one => [one.id, one]))
  return {
    ...pageOf(
      rows,
      input.limit,
      row => shown.get(row.id)!,
      row => toCursor(row.createdAt, row.id),
    ),
    counts: await countDesk(db, input.page),
  }
}

/** Some of it goes in a parcel of its own. */
export async function splitSending(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /sendings/:id/split'>,
): Promise<Ok<'POST /sendings/:id/split'>> {
  const first = await lockSending(tx, input.id)
  if (first === undefined) throw fault('not_found')
  await allowPage(tx, viewer, first.page)
  const { handlingDays } = await readSettings(tx, first.page)
  const wanted = [...Map.groupBy(input.lines, one => one.line)].map(([line, own]) => ({
    line,
    quantity: own.reduce((sum, one) => sum + one.quantity, 0),
  }))
  const answer = async () => ({ items: await shownAll(tx, await readSendings(tx, [input.id, input.sending]), handlingDays) })
  const [before] = await readSendings(tx, [input.sending])
  if (before !== undefined) {
    const same =
      before.order === first.order &&
      before.page === first.page &&
      before.lines.length === wanted.length &&
      wanted.every(one => before.lines.some(l => l.line === one.line && l.quantity === one.quantity))
    if (!same) throw fault('conflict', 'key_reused')
    return answer()
  }
  if (first.state !== 'to_pack') throw fault('conflict', 'sending_state')
  const left = first.lines
    .map(l => ({ ...l, quantity: l.quantity - (wanted.find(one => one.line === l.line)?.quantity ?? 0) }))
    .filter(l => l.quantity !== 0)
  if (wanted.some(one => !first.lines.some(l => l.line === one.line)) || left.some(l => l.quantity < 0) || left.length === 0)
    throw fault('unprocessable', 'sending_split', { fields: { lines: 'sending_split' } })
  const at = clock.now()
  const { order, page, buyer, notBefore } = first
  await changePacked(
    tx,
    wanted.map(one => ({ sending: first.id, line: one.line, change: -one.quantity })),
  )
  const made = { id: input.sending, order, page, buyer, notBefore, at, lines: wanted }
  await insertSendings(tx, [made])
  await askFor(tx, [made], await orderWords(tx, [order]))
  await repack(tx, { ...first, lines: left }, viewer.id, at)
  return answer()
}

/** The buyer has it: what was sent arrived; with nothing more to come its money goes to the seller now. */
export async function received(
  tx: Tx,
  viewer: Viewer,
  { line }: Input<'POST /lines/:line/received'>,
): Promise<Ok<'POST /lines/:line/received'>> {
  const of = (await lineWords(tx, [line])).get(line)
  if (of === undefined || of.buyer !== viewer.id) throw fault('not_found')
  if ((await openReturns(tx, [line])).has(line)) throw fault('conflict', 'return_open')
  const at = clock.now()
  for (const one of await sendingsOf(tx, [line]))
    if (one.state === 'sent') {
      const parcel = (await parcelsOf(tx, [one.id])).get(one.id)!
      await parcelArrived(tx, viewer, { id: parcel.id })
    }
  const row = (await lockSold(tx, [line])).get(line)
  if (row === undefined) throw fault('not_found')
  if (!row.physical || row.arrived === 0) throw fault('conflict', 'sending_state')
  if (row.open > 0 || row.arrived < row.sent) return { line, pieces: row.arrived, settlesAt: row.dueAt }
  if (row.dueAt === null || row.dueAt > at) await due(tx, [row], row.order, row.page, at)
  return { line, pieces: row.arrived, settlesAt: row.dueAt !== null && row.dueAt < at ? row.dueAt : at }
}
