/** Shops as buyers see them: shelves, things, and what stands beside a thing. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { storefront } from '../../shared/storefront.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { publicProduct } from '../goods/index.ts'
import { coverUrl } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { averageOf, cardOf, cardsOf, cardsPage, found } from './listings.ts'
import { countKinds, listCards, picturesOf, thingsIn, type Filter, type Sort } from './store-listing.ts'
import { ratingOf, readRating } from './ratings.ts'
import { listStores, readSections, readStore, type SectionRow, type StoreRow } from './store.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Shop = Ok<'GET /shops/:id'>
type Section = Shop['sections'][number]

const most = { grid: 12, strip: 12, large: 6 }
const onCards = 3

const faceOf = (row: StoreRow, things: number) => ({
  id: row.page,
  handle: row.handle,
  name: row.name ?? row.pageName,
  about: row.about,
  picture: row.picture === null ? null : coverUrl(row.picture, 640),
  banner: row.banner === null ? null : coverUrl(row.banner, 1200),
  accent: row.accent,
  verified: row.verified,
  state: row.state ?? ('open' as const),
  things,
})
export const shopHead = (row: StoreRow, kinds: readonly { kind: string; things: number }[]): Omit<Shop, 'sections' | 'opened'> => ({
  ...faceOf(
    row,
    kinds.reduce((sum, one) => sum + one.things, 0),
  ),
  rating: ratingOf(row.count === 0 ? undefined : { count: row.count, stars: row.stars, byStars: row.byStars! }),
  pageName: row.pageName,
  followers: row.followers,
  notice: row.notice,
  shipping: row.shipping,
  returns: row.returns,
  openedAt: row.openedAt,
  kinds: kinds.map(one => one.kind),
  can: { edit: row.mayEdit },
})

/** The shop as this viewer may see it: a closed one is its people's; a page that sells nothing and has none is not there. */
async function seeStore(db: Read, viewer: Viewer | null, id: string): Promise<StoreRow> {
  const row = await readStore(db, id.toLowerCase(), viewer?.id ?? null)
  if (row === undefined || (row.state === 'closed' && !row.mayEdit)) throw fault('not_found')
  return row
}

const kindShelves = ['digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher'] as const
/** What a shop shows that has no shelves of its own: the newest of each kind, what sells most first where that says something. */
function shelvesOf(kinds: readonly { kind: string; things: number }[]): SectionRow[] {
  const shelf = (kind: SectionRow['kind'], layout: SectionRow['layout']): SectionRow => ({
    key: kind,
    kind,
    title: '',
    tag: null,
    layout,
    things: [],
  })
  const have = kindShelves.filter(kind => kinds.some(one => one.kind === kind))
  const many = kinds.reduce((sum, one) => sum + one.things, 0)
  if (have.length === 1) return many > 8 ? [shelf('best', 'strip'), shelf(have[0]!, 'grid')] : [shelf(have[0]!, 'grid')]
  return [...(many > 8 ? [shelf('best', 'strip')] : []), ...have.map(kind => shelf(kind, 'grid'))]
}
function filterOf(page: string, section: SectionRow): { filter: Filter; sort: Sort } {
  const { kind, tag } = section
  if (kind === 'new') return { filter: { page }, sort: 'new' }
  if (kind === 'best') return { filter: { page }, sort: 'popular' }
  if (kind === 'tag') return { filter: { page, tag }, sort: 'new' }
  return { filter: { page, kinds: [kind] }, sort: 'new' }
}
const named = ({ key, kind, title, tag, layout }: SectionRow): Omit<Section, 'items' | 'more'> => ({ key, kind, title, tag, layout })

async function fill(db: Read, page: string, section: SectionRow): Promise<Section> {
  const limit = most[section.layout]
  if (section.kind === 'pinned') {
    const items = await cardsOf(db, section.things)
    return { ...named(section), items: items.slice(0, limit), more: items.length > limit }
  }
  const { filter, sort } = filterOf(page, section)
  const rows = await listCards(db, filter, { sort, after: null, limit: limit + 1 })
  return { ...named(section), items: rows.slice(0, limit).map(cardOf), more: rows.length > limit }
}

export async function getShop(db: Read, viewer: Viewer | null, input: Input<'GET /shops/:id'>): Promise<Shop> {
  const row = await seeStore(db, viewer, input.id)
  const kinds = await countKinds(db, row.page)
  if (row.state === null && kinds.length === 0) throw fault('not_found')
  const own = await readSections(db, row.page)
  const sections = await Promise.all((own.length > 0 ? own : shelvesOf(kinds)).map(section => fill(db, row.page, section)))
  return {
    ...shopHead(row, kinds),
    opened: row.state !== null,
    sections: sections.filter(({ items }) => items.length > 0),
  }
}

export async function getThings(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /shops/:id/things'>,
): Promise<Ok<'GET /shops/:id/things'>> {
  const row = await seeStore(db, viewer, input.id)
  const { q, kind, section: key, sort, cursor, limit } = input
  const words = found(q)
  if (key !== undefined) {
    const own = await readSections(db, row.page)
    const section = (own.length > 0 ? own : shelvesOf(await countKinds(db, row.page))).find(one => one.key === key)
    if (section === undefined) throw fault('not_found')
    if (section.kind === 'pinned') return { items: await cardsOf(db, section.things), next: null }
    const shelf = filterOf(row.page, section)
    return cardsPage(db, { ...shelf.filter, ...words }, { sort: shelf.sort === 'popular' ? 'popular' : sort, cursor, limit })
  }
  return cardsPage(db, { page: row.page, kinds: kind === undefined ? null : [kind], ...words }, { sort, cursor, limit })
}

export async function getShops(db: Read, _viewer: Viewer | null, input: Input<'GET /shops'>): Promise<Ok<'GET /shops'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listStores(db, input.q || null, at === undefined ? null : { at, id: id! }, input.limit + 1)
  const pages = rows.map(row => row.page)
  const [things, pictures] = await Promise.all([thingsIn(db, pages), picturesOf(db, pages, onCards)])
  return pageOf(
    rows,
    input.limit,
    row => ({
      ...faceOf(row, things.get(row.page) ?? 0),
      rating: { count: row.count, average: averageOf(row.count, row.stars) },
      pictures: (pictures.get(row.page) ?? []).map(asset => coverUrl(asset, 300)),
    }),
    row => toCursor(row.openedAt, row.page),
  )
}

export async function getProduct(db: Read, viewer: Viewer | null, input: Input<'GET /products/:id'>): Promise<Ok<'GET /products/:id'>> {
  const found = await publicProduct(db, viewer, input.id)
  if (found === undefined) throw fault('not_found')
  const edit = await mayEditPage(db, viewer, found.page)
  const store = await readStore(db, found.page, null)
  if (store?.state === 'closed' && !edit) throw fault('not_found')
  const { waiting: _waiting, missing: _missing, handover: _handover, taxClass: _tax, changedAt: _at, ...shown } = found
  return { ...shown, rating: ratingOf(await readRating(db, input.id)), can: { edit } }
}

const mostBeside = 8
export async function getBeside(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /things/:id/beside'>,
): Promise<Ok<'GET /things/:id/beside'>> {
  const [card] = await cardsOf(db, [input.id])
  if (card === undefined) throw fault('not_found')
  const [row, rating, others] = await Promise.all([
    readStore(db, card.seller.id, viewer?.id ?? null),
    readRating(db, input.id),
    listCards(db, { page: card.seller.id }, { sort: 'popular', after: null, limit: mostBeside + 1 }),
  ])
  const things = row === undefined ? 0 : ((await thingsIn(db, [row.page])).get(row.page) ?? 0)
  return {
    rating: ratingOf(rating),
    shop: row === undefined ? null : { ...faceOf(row, things), rating: { count: row.count, average: averageOf(row.count, row.stars) } },
    shipping: row?.shipping ?? '',
    returns: row?.returns ?? '',
    others: others
      .filter(one => one.id !== input.id)
      .slice(0, mostBeside)
      .map(cardOf),
  }
}
