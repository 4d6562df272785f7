/**
 * Before ordering. The cart of a person, the same on each of their devices: nothing is set aside for it and nothing of it is believed. And what an order
 * would come to: placed like any other in a transaction that is then undone, so that a quote and an order never differ.
 */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault, type Fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { Cart, type shop } from '../../shared/shop.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { publish, topicOf } from '../foundation/live.ts'
import { sentence } from '../foundation/problems.ts'
import type { Viewer } from '../foundation/session.ts'
import { amountsOf, draftOf, fillBaskets, type Draft } from './baskets.ts'
import { carriagesFor } from './kinds.ts'
import { loadForSale, readCart, writeCart, type CartRow } from './store.ts'

/** Characters of all that was chosen; the table takes a little more. */
const mostText = 300_000

type Kept = Decoded<typeof Cart>
/** As it is written down: amounts and times as text. */
const textOf = (lines: Kept['lines']): string => JSON.stringify(z.encode(Cart, { version: 0, lines }).lines)
const decode = (row: CartRow | undefined): Kept => (row === undefined ? { version: 0, lines: [] } : Cart.parse(row))

export const getCart = async (db: Read, viewer: Viewer): Promise<Kept> => decode(await readCart(db, viewer.id))

export async function putCart(tx: Tx, viewer: Viewer, input: InputOf<(typeof shop.entries)['PUT /me/cart']['input']>): Promise<Kept> {
  const { version, lines } = input
  const text = textOf(lines)
  if (text.length > mostText) throw fault('too_large')
  if (await writeCart(tx, viewer.id, version, text, clock.now())) {
    // Other devices of theirs read it anew.
    publish(tx, topicOf(viewer.id), { kind: 'cart' })
    return { version: version + 1, lines }
  }
  // The same again (an answer was lost) is the same cart.
  const now = decode(await readCart(tx, viewer.id))
  if (now.version !== version + 1 || textOf(now.lines) !== text) throw fault('conflict', 'cart_changed')
  return now
}

type Quote = Decoded<(typeof shop.entries)['POST /orders/quote']['ok']>
type Input = InputOf<(typeof shop.entries)['POST /orders/quote']['input']>

/** Codes with which a kind says that the basket lacks an address or a way of sending: no fault of the thing. */
const lacks = { address: 'address_missing', carriage: 'shipping_missing' } as const
export const carriageKind = 'shipping'

class Undo extends Error {
  readonly quote: Quote
  constructor(quote: Quote) {
    super('a quote is undone')
    this.quote = quote
  }
}

export async function quoteOrder(db: Pick<Db, 'transaction'>, viewer: Viewer, input: Input): Promise<Quote> {
  try {
    return await db.transaction(async tx => {
      throw new Undo(await quote(tx, viewer, input))
    })
  } catch (error) {
    if (error instanceof Undo) return error.quote
    throw error
  }
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n)

async function quote(tx: Tx, viewer: Viewer, input: Input): Promise<Quote> {
  const at = clock.now()
  const [found] = await loadForSale(tx, [{ buyer: viewer.id, order: null, offers: input.lines.map(line => line.offer) }])
  const draft = draftOf({ buyer: viewer.id, input, at }, found!.offers)
  // A problem of one line is that line's: the others are priced all the same.
  await fillBaskets(tx, [draft], true)
  const { wanted, currency, priced, problems, reduced, credit } = draft
  const money = (amount: bigint) => ({ amount, currency: currency as Currency })
  const amounts = amountsOf(draft)
  const known = (problem: Fault | undefined) =>
    problem === undefined || problem.code === lacks.address || problem.code === lacks.carriage
      ? null
      : { code: problem.code, title: sentence(problem.code, problem.kind, viewer.locale ?? 'zh') }
  const coded = (code: string) => wanted.filter(one => problems.get(one.line)?.code === code)
  const country = input.address?.country
  const carriages =
    country === undefined
      ? []
      : await carriagesFor(tx, {
          lines: wanted.filter(one => one.offer.kind !== carriageKind),
          country,
          region: input.address!.region,
          at,
        })
  const isWay = (one: Draft['wanted'][number]): boolean => one.offer.kind === carriageKind
  const total = sum(amounts)
  return {
    lines: wanted.map((one, n) => {
      const price = priced.get(one.line)
      return {
        index: one.index,
        offer: one.offer.id,
        kind: one.offer.kind,
        title: one.offer.title,
        detail: price?.detail ?? one.offer.detail,
        seller: { id: one.offer.page, name: one.offer.seller },
        quantity: one.quantity,
        unit: price === undefined ? null : money(price.unit),
        discount: price === undefined ? null : money(reduced.get(one.line)?.amount ?? 0n),
        discountCode: reduced.get(one.line)?.code ?? null,
        amount: price === undefined ? null : money(amounts[n]!),
        problem: known(problems.get(one.line)),
      }
    }),
    carriages: carriages.map(({ page, offer, name, amount, minDays, maxDays }) => ({
      page,
      offer,
      name,
      price: money(amount),
      minDays,
      maxDays,
    })),
    needCarriage: [...new Set(coded(lacks.carriage).map(one => one.offer.page))],
    needAddress: coded(lacks.address).length > 0,
    problem: [...problems.values()].includes(draft.problem!) ? null : known(draft.problem),
    goods: money(sum(amounts.filter((_, n) => !isWay(wanted[n]!))) + sum([...reduced.values()].map(one => one.amount))),
    discount: money(sum([...reduced.values()].map(one => one.amount))),
    shipping: money(sum(amounts.filter((_, n) => isWay(wanted[n]!)))),
    credit: money(credit),
    total: money(total),
    toPay: money(total - credit),
  }
}
