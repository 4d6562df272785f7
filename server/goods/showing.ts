/** Products as pages, the shop window and the desk read them. */
import type { z } from 'zod'
import type { Product as ProductShape, ProductCard } from '../../shared/goods.ts'
import type { Currency } from '../../shared/money.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { listProducts, readProduct, readProducts, type ProductRow, type ProductState } from './store.ts'

export type Card = z.output<typeof ProductCard>
export type Product = z.output<typeof ProductShape>
const fewAt = 3

/** What can be ordered of all of it together; null: one of them is unlimited. */
const inAll = (row: ProductRow): number | null =>
  row.variants.some(v => v.available === null) ? null : row.variants.reduce((sum, v) => sum + Math.max(0, v.available!), 0)

export function showCard(row: ProductRow): Card {
  const prices = row.variants.map(v => BigInt(v.price)).toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const money = (amount: bigint | undefined) => ({ amount: amount ?? 0n, currency: row.currency as Currency })
  return {
    id: row.id,
    page: row.page,
    title: row.title,
    state: row.state,
    picture: row.pictures[0] === undefined ? null : coverUrl(row.pictures[0], 640),
    tags: row.tags,
    physical: row.physical,
    preorderOn: row.preorderOn,
    variants: row.variants.length,
    from: money(prices[0]),
    to: money(prices.at(-1)),
    available: inAll(row),
    low: row.variants.filter(v => v.available !== null && v.available <= fewAt).length,
    changedAt: row.changedAt,
  }
}

export const showProduct = (row: ProductRow, missing: Product['missing']): Product => ({
  id: row.id,
  page: row.page,
  pageName: row.pageName,
  title: row.title,
  about: row.about,
  tags: row.tags,
  taxClass: row.taxClass,
  state: row.state,
  physical: row.physical,
  handover: row.handover,
  pricing: row.pricing,
  currency: row.currency as Currency,
  preorderOn: row.preorderOn,
  mostEach: row.mostEach,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  options: row.options,
  pictures: row.pictures.map(asset => ({ asset, small: coverUrl(asset, 300), large: coverUrl(asset, 1200) })),
  waiting: row.waiting,
  variants: row.variants.map(({ parts, ...v }) => ({
    ...v,
    price: BigInt(v.price),
    parts: parts.map(({ variant, title, quantity }) => ({ variant, title, quantity })),
  })),
  missing,
  changedAt: row.changedAt,
})

/** Products of a page for its shop window, changed last first; `states`: open ones unless told. */
export async function productsOf(
  db: Read | Tx,
  page: string,
  more: { states?: readonly ProductState[]; tag?: string; after?: readonly [Date, string]; limit?: number } = {},
): Promise<Card[]> {
  const { states = ['open'], limit = 100, tag, after } = more
  return (await listProducts(db, { page, states, tag, after, limit })).map(showCard)
}

/** Cards of products by their ids; those that the viewer cannot see are missing. */
export async function productCards(db: Read, viewer: Viewer | null, ids: readonly string[]): Promise<Map<string, Card>> {
  const rows = [...(await readProducts(db, ids)).values()]
  const pages = [...new Set(rows.filter(row => row.state !== 'open').map(row => row.page))]
  const mine = new Set<string>()
  for (const page of pages) if (await mayEditPage(db, viewer, page)) mine.add(page)
  return new Map(rows.filter(row => row.state === 'open' || mine.has(row.page)).map(row => [row.id, showCard(row)]))
}

/** A product with its variants, their offers and what is left of them, as its page shows it; a draft only to its sellers. Handed-over words are left out. */
export async function publicProduct(db: Read, viewer: Viewer | null, id: string): Promise<Product | undefined> {
  const row = await readProduct(db, id)
  if (row === undefined) return undefined
  if (row.state === 'draft' && !(await mayEditPage(db, viewer, row.page))) return undefined
  return { ...showProduct(row, []), handover: '', waiting: [] }
}
