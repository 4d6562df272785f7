/** Gift cards: bought, shown, mailed, kept. What a card is worth lies in the ledger under its name. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { GiftChoice, type coupons } from '../../shared/coupons.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import type { Viewer } from '../foundation/session.ts'
import type { AccountRef } from '../ledger/index.ts'
import { actsFor, mayEditPage } from '../people/index.ts'
import { offersOf, putOffer } from '../shop/index.ts'
import { hashOf, newGiftCode, tailOf } from './codes.ts'
import {
  giftSums,
  keepGift,
  listGifts,
  movesOf,
  pageName,
  pagesOfOwners,
  readGift,
  setAddress,
  setCode,
  type GiftRow,
} from './store-gifts.ts'

type Entries = typeof coupons.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type GiftCard = Ok<'GET /me/gift-cards'>['items'][number]

/** All cards are offers of one subject. */
export const giftSubject = 'gift_card'
const giftCurrency: Currency = 'CNY'
/** Where the money of a card lies. */
export const giftAccount = (card: string, currency: string): AccountRef => ({
  owner: `gift:${card}`,
  purpose: 'available',
  asset: currency,
  floor: 0n,
})

type Terms = { page: string; amounts: string[]; least: string; most: string; open: boolean }
const settingName = 'coupons.gift_cards'
export const giftTerms = (db: Read | Tx): Promise<Terms | undefined> => readSetting<Terms>(db, settingName)

async function saleOf(db: Read | Tx): Promise<(NonNullable<Ok<'GET /gift-cards/sale'>['sale']> & { open: boolean }) | null> {
  const terms = await giftTerms(db)
  if (terms === undefined) return null
  const offer = (await offersOf(db, 'gift_card', [giftSubject])).get(giftSubject)
  const name = await pageName(db, terms.page)
  if (offer === undefined || name === undefined) return null
  return {
    offer: offer.id,
    page: { id: terms.page, name },
    currency: giftCurrency,
    amounts: terms.amounts.map(BigInt),
    least: BigInt(terms.least),
    most: BigInt(terms.most),
    open: terms.open && offer.state === 'open',
  }
}
export async function getSale(db: Read): Promise<Ok<'GET /gift-cards/sale'>> {
  const sale = await saleOf(db)
  return { sale: sale === null || !sale.open ? null : sale }
}
/** Whose page sells them decides nothing about the money: that stays with the card. */
export async function putSale(tx: Tx, viewer: Viewer, input: Input<'PUT /console/gift-cards/sale'>): Promise<{ ok: true }> {
  if (!(await mayEditPage(tx, viewer, input.page))) throw fault('forbidden', 'own_page_only')
  await openGiftSale(tx, { ...input, by: viewer.id })
  return { ok: true }
}
export async function openGiftSale(
  tx: Tx,
  { page, amounts, least, most, open, by }: Input<'PUT /console/gift-cards/sale'> & { by: string },
): Promise<string> {
  if (least > most || amounts.some(one => one < least || one > most))
    throw fault('invalid', 'invalid', { fields: { amounts: 'least … most' } })
  const before = await giftTerms(tx)
  const known = before === undefined ? undefined : (await offersOf(tx, 'gift_card', [giftSubject])).get(giftSubject)
  const terms: Terms = { page: known?.page ?? page, amounts: amounts.map(String), least: least.toString(), most: most.toString(), open }
  if (known !== undefined && known.page !== page) throw fault('invalid', 'invalid', { fields: { page: known.page } })
  const id = await putOffer(tx, {
    kind: 'gift_card',
    subject: giftSubject,
    page: terms.page,
    title: 'Gift card',
    pricing: 'name_your_price',
    amount: least,
    currency: giftCurrency,
    listed: false,
    state: open ? 'open' : 'closed',
    by,
  })
  await writeSetting(tx, settingName, terms)
  return id
}

/** Not used, not in anybody's account: whoever bought it may have a new code. */
const untouched = (row: GiftRow): boolean => row.owner === null && !row.spent && row.state === 'active'
const shown = (row: GiftRow, viewer: string): GiftCard => {
  const bought = row.buyer === viewer
  const mine = row.owner === viewer
  return {
    id: row.id,
    state: row.state,
    design: row.design,
    amount: { amount: row.amount, currency: row.currency as Currency },
    left: mine || untouched(row) ? { amount: row.left, currency: row.currency as Currency } : null,
    toName: row.toName,
    toMail: bought ? row.toMail : null,
    fromName: row.fromName,
    message: row.message,
    deliverAt: row.deliverAt,
    deliveredAt: row.deliveredAt,
    tail: row.tail,
    bought,
    mine,
    kept: row.owner !== null,
    createdAt: row.createdAt,
    can: { showCode: bought && untouched(row), keep: bought && untouched(row), resend: bought && untouched(row) },
  }
}
export async function getMine(db: Read, viewer: Viewer, input: Input<'GET /me/gift-cards'>): Promise<Ok<'GET /me/gift-cards'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listGifts(db, viewer.id, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => shown(row, viewer.id),
    row => toCursor(row.createdAt, row.id),
  )
}
async function load(db: Read | Tx, viewer: Viewer, id: string, lock = false): Promise<GiftRow> {
  const row = await readGift(db, id, lock)
  if (row === undefined || (row.buyer !== viewer.id && row.owner !== viewer.id)) throw fault('not_found')
  return row
}
export async function getGift(db: Read, viewer: Viewer, { id }: Input<'GET /gift-cards/:id'>): Promise<Ok<'GET /gift-cards/:id'>> {
  const row = await load(db, viewer, id)
  // What a present was spent on is nobody's business but its owner's.
  const moves = row.owner === viewer.id ? await movesOf(db, id, viewer.id) : []
  const currency = row.currency as Currency
  return {
    ...shown(row, viewer.id),
    moves: moves.flatMap(({ at, amount, back, order, number }) => [
      ...(back > 0n ? [{ at, what: 'back' as const, amount: { amount: back, currency }, order, number }] : []),
      { at, what: 'spent' as const, amount: { amount, currency }, order, number },
    ]),
  }
}
/** A card of one's own buying that nobody used or keeps, locked. */
async function fresh(tx: Tx, viewer: Viewer, id: string): Promise<GiftRow> {
  const row = await load(tx, viewer, id, true)
  if (row.buyer !== viewer.id) throw fault('not_found')
  if (row.state !== 'active') throw fault('conflict', 'gift_not_ready')
  if (!untouched(row)) throw fault('conflict', 'gift_kept')
  return row
}
/** A new code; the one before is no good any more. */
export async function giveCode(tx: Tx, id: string, at: Date): Promise<string> {
  const code = newGiftCode()
  await setCode(tx, id, { hash: hashOf(code), tail: tailOf(code) }, at)
  return code
}
export async function showCode(
  tx: Tx,
  viewer: Viewer,
  { id }: Input<'POST /gift-cards/:id/code'>,
): Promise<Ok<'POST /gift-cards/:id/code'>> {
  await fresh(tx, viewer, id)
  const code = await giveCode(tx, id, clock.now())
  return { code, card: shown((await readGift(tx, id))!, viewer.id) }
}
export async function keepMine(tx: Tx, viewer: Viewer, { id }: Input<'POST /gift-cards/:id/keep'>): Promise<GiftCard> {
  const row = await load(tx, viewer, id, true)
  if (row.owner === viewer.id) return shown(row, viewer.id)
  await fresh(tx, viewer, id)
  await keepGift(tx, id, viewer.id, clock.now())
  return shown((await readGift(tx, id))!, viewer.id)
}
export async function sendAgain(tx: Tx, viewer: Viewer, { id, toMail }: Input<'POST /gift-cards/:id/send'>): Promise<GiftCard> {
  await fresh(tx, viewer, id)
  await setAddress(tx, id, toMail, clock.now())
  await enqueue(tx, 'coupons.deliver', { card: id })
  return shown((await readGift(tx, id))!, viewer.id)
}

/** What a buyer asked for, or undefined when that makes no sense. */
export function choiceOf(choice: Readonly<Record<string, unknown>> | null): z.output<typeof GiftChoice> | undefined {
  const parsed = GiftChoice.safeParse(choice ?? {})
  return parsed.success ? parsed.data : undefined
}

export async function getDesk(db: Read, viewer: Viewer, input: Input<'GET /console/gift-cards'>): Promise<Ok<'GET /console/gift-cards'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listGifts(db, null, after, input.limit + 1)
  const { sold, owed, held, cards } = await giftSums(db, giftCurrency)
  const money = (amount: bigint) => ({ amount, currency: giftCurrency })
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => {
      const { can: _can, mine: _mine, bought: _bought, message: _message, toMail: _toMail, ...rest } = shown(row, '')
      return { ...rest, left: { amount: row.left, currency: row.currency as Currency }, buyer: row.buyerName }
    },
    row => toCursor(row.createdAt, row.id),
  )
  return {
    items,
    next,
    sale: await saleOf(db),
    pages: await pagesOfOwners(db, await actsFor(db, viewer)),
    sold: money(sold),
    spent: money(sold - owed),
    owed: money(owed),
    held: money(held),
    cards,
  }
}
