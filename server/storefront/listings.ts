/** The planet's shop: things of all kinds as cards, found by words, kind and price. And the index behind it. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { Currency } from '../../shared/money.ts'
import type { storefront } from '../../shared/storefront.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { spell, wanted } from '../search/index.ts'
import {
  countKinds,
  dropListings,
  keyOf,
  listCards,
  putListings,
  readSources,
  staleThings,
  thingsOf,
  type CardRow,
  type Filter,
  type Sort,
} from './store-listing.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Card = Ok<'GET /listings'>['items'][number]

/** Where a thing is bought: each kind has a page of its own. */
export function urlOf(kind: string, id: string, page: string): string {
  switch (kind) {
    case 'digital':
      return `/releases/${id}`
    case 'merch':
      return `/products/${id}`
    case 'service':
    case 'voucher':
      return `/services/${id}`
    case 'membership':
      return `/memberships/${id}`
    case 'ticket':
      return `/shows/${id}`
    case 'booking':
      return `/book/${id}`
    case 'gift_card':
      return '/gift-cards'
    default:
      return `/shops/${page}`
  }
}

export const averageOf = (count: number, stars: number): number | null => (count === 0 ? null : Math.round((stars / count) * 10) / 10)

export const cardOf = (row: CardRow): Card => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  detail: row.detail,
  picture: row.picture === null ? null : coverUrl(row.picture, 640),
  accent: row.accent,
  seller: { id: row.page, name: row.seller },
  price: { amount: row.amount, currency: row.currency as Currency },
  upTo: row.most > row.amount ? { amount: row.most, currency: row.currency as Currency } : null,
  pricing: row.named ? 'name_your_price' : row.most === 0n ? 'free' : 'fixed',
  sold: row.sold,
  rating: { count: row.reviews, average: averageOf(row.reviews, row.stars) },
  left: row.left,
  soldOut: row.left !== null && row.left <= 0,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  url: urlOf(row.kind, row.id, row.page),
})

/** What a search asks of a row. */
export const found = (q: string | undefined): Pick<Filter, 'terms' | 'pieces'> => {
  if (q === undefined || q === '') return {}
  const { terms, pieces } = wanted(q)
  // Nothing is left of it: nothing is found, instead of everything.
  return terms.length === 0 ? { terms: [' '] } : { terms, pieces: pieces.map(piece => piece.text) }
}

const cursorKey = (sort: Sort) => (sort === 'new' ? cursorTime : sort === 'cheap' || sort === 'dear' ? z.coerce.bigint() : z.number().int())
/** A page of cards. */
export async function cardsPage(
  db: Read,
  filter: Filter,
  { sort, cursor, limit }: { sort: Sort; cursor: string | undefined; limit: number },
): Promise<{ items: Card[]; next: string | null }> {
  const [key, id] = fromCursor(cursor, [cursorKey(sort) as z.ZodType<Date | number | bigint>, z.string()]) ?? []
  const rows = await listCards(db, filter, { sort, after: key === undefined ? null : { key, id: id! }, limit: limit + 1 })
  return pageOf(rows, limit, cardOf, row => toCursor(keyOf(row, sort), row.id))
}

export function getListings(db: Read, _viewer: Viewer | null, input: Input<'GET /listings'>): Promise<Ok<'GET /listings'>> {
  const { q, kind, sort, from, to, free, currency } = input
  const priced = from !== undefined || to !== undefined || free === true || sort === 'cheap' || sort === 'dear'
  const price = priced ? { currency, from: from ?? null, to: free === true ? 0n : (to ?? null) } : null
  return cardsPage(
    db,
    { ...found(q), kinds: kind === undefined ? null : [kind], price },
    { sort, cursor: input.cursor, limit: input.limit },
  )
}
/** What there is at all changes slowly, and counting it reads everything: told again for a while. */
const kindsForMs = 10_000
let kinds: { at: number; items: Ok<'GET /listings/kinds'>['items'] } | undefined
export async function getKinds(db: Read): Promise<Ok<'GET /listings/kinds'>> {
  const now = clock.ticks()
  if (kinds === undefined || now - kinds.at > kindsForMs) kinds = { at: now, items: await countKinds(db) }
  return { items: kinds.items }
}

/** Cards of things in the order of their ids as given; those that are not for sale are left out. */
export async function cardsOf(db: Read | Tx, ids: readonly string[], own = false): Promise<Card[]> {
  if (ids.length === 0) return []
  const rows = new Map((await listCards(db, { ids, own }, { sort: 'new', after: null, limit: ids.length })).map(row => [row.id, row]))
  return ids.flatMap(id => (rows.has(id) ? [cardOf(rows.get(id)!)] : []))
}

// The index.

/** Looks at these things anew: what is for sale is found as it is now, the rest is not found. */
export async function indexThings(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const sources = await readSources(tx, ids)
  const still = new Set(sources.map(source => source.id))
  await dropListings(
    tx,
    ids.filter(id => !still.has(id)),
  )
  await putListings(
    tx,
    sources.map(source => {
      const spelled = [source.title, source.seller, source.artists, ...source.tags].filter(text => text !== '').map(text => spell(text))
      return {
        ...source,
        own: spelled.map(one => one.own).join(' '),
        sound: spelled.map(one => one.sound).join(' '),
        terms: [...new Set(spelled.flatMap(one => [...one.terms]))],
      }
    }),
  )
}
/** Offers of these subjects were put up, changed or closed. */
export async function indexOffers(tx: Tx, changed: readonly { kind: string; subject: string }[]): Promise<void> {
  const things = new Set<string>()
  for (const [kind, own] of Map.groupBy(changed, one => one.kind))
    for (const id of await thingsOf(
      tx,
      kind,
      own.map(one => one.subject),
    ))
      things.add(id)
  await indexThings(tx, [...things])
}
/** A part of what is not as its offers say; false when all is. */
export async function indexStale(tx: Tx, most = 500): Promise<boolean> {
  const ids = await staleThings(tx, most)
  await indexThings(tx, ids)
  return ids.length === most
}
