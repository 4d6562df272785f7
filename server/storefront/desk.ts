/** Keeping a shop: opening it, what it says of itself, its shelves. By those who may edit its page. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { storefront } from '../../shared/storefront.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl, dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { screen } from '../moderation/index.ts'
import { cardsOf, indexThings } from './listings.ts'
import { shopHead } from './shops.ts'
import { applicationOf, standing } from './standing.ts'
import { countKinds, thingsIn } from './store-listing.ts'
import {
  insertStore,
  lockStore,
  ownThings,
  putSections,
  readSections,
  readStore,
  salesOf,
  setBanner,
  storesOfEditor,
  unansweredOf,
  updateStore,
  type SectionRow,
  type StoreRow,
} from './store.ts'
import { sellingTerms } from './terms.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Desk = Ok<'GET /shops/:id/desk'>
export type Kept = StoreRow & { state: NonNullable<StoreRow['state']>; openedAt: Date; name: string }
const monthMs = 30 * 86_400_000

/** The shop, if the viewer keeps it. Pages of others are public: who may not keep a shop is told so. */
export async function keeping(db: Read | Tx, viewer: Viewer, page: string): Promise<Kept> {
  const row = await readStore(db, page, viewer.id)
  if (row === undefined) throw fault('not_found')
  if (!row.mayEdit) throw fault('forbidden', 'own_page_only')
  if (row.state === null || row.openedAt === null || row.name === null) throw fault('not_found')
  return row as Kept
}

export async function deskOf(db: Read | Tx, viewer: Viewer, page: string): Promise<Desk> {
  const row = await keeping(db, viewer, page)
  const now = clock.now()
  const since = new Date(now.getTime() - monthMs)
  const [kinds, sections, terms, sales, unanswered, reached] = [
    await countKinds(db, page),
    await readSections(db, page),
    await sellingTerms(db, row.owner),
    await salesOf(db, page, since),
    await unansweredOf(db, page),
    await standing(db, row, now),
  ]
  const cards = new Map(
    (
      await cardsOf(
        db,
        sections.flatMap(section => section.things),
        true,
      )
    ).map(card => [card.id, card]),
  )
  const sold = sales[0] ?? { currency: 'CNY', lines: 0, recent: 0n, all: 0n }
  const currency = sold.currency as Currency
  const todo: Desk['todo'] = []
  if (kinds.length === 0) todo.push('thing')
  if (row.banner === null) todo.push('banner')
  if (row.about === '') todo.push('about')
  if (row.returns === '') todo.push('returns')
  if (row.shipping === '' && kinds.some(one => one.kind === 'merch')) todo.push('shipping')
  if (sections.length === 0 && kinds.length > 0) todo.push('section')
  return {
    shop: shopHead(row, kinds),
    version: row.version,
    sections: sections.map(({ key, kind, title, tag, layout, things }) => ({
      key,
      kind,
      title,
      tag,
      layout,
      things: things.flatMap(id => cards.get(id) ?? []),
    })),
    terms,
    agreedAt: row.openedAt,
    todo,
    sales: { lines30d: sold.lines, amount30d: { amount: sold.recent, currency }, amount: { amount: sold.all, currency } },
    unanswered,
    partner: {
      can: reached.can,
      months: reached.months,
      turnover: { amount: reached.turnover, currency: reached.currency as Currency },
      application: reached.application === undefined ? null : applicationOf(reached.application),
    },
  }
}
export const getDesk = (db: Read, viewer: Viewer, input: Input<'GET /shops/:id/desk'>): Promise<Desk> => deskOf(db, viewer, input.id)

const look = (tx: Tx, person: string, text: string, edit: boolean): Promise<unknown> =>
  text.trim() === '' ? Promise.resolve() : screen(tx, { kind: 'page', group: null, person, text, links: [], now: clock.now(), edit })

/** Opens the shop of a page for somebody who may; gives false when there is one. For requests, and for the demo world. */
export async function openStore(
  tx: Tx,
  given: { page: string; owner: string | null; name: string; about?: string; by: string; at?: Date },
): Promise<boolean> {
  const { at: _at, digest, ...terms } = await sellingTerms(tx, given.owner)
  const kept = JSON.parse(
    JSON.stringify(terms, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  ) as unknown
  return insertStore(tx, {
    page: given.page,
    name: given.name,
    about: given.about ?? '',
    terms: kept,
    digest,
    by: given.by,
    at: given.at ?? clock.now(),
  })
}

export async function openShop(tx: Tx, viewer: Viewer, input: Input<'POST /shops'>): Promise<Desk> {
  const { page, name, about } = input
  const row = await readStore(tx, page, viewer.id)
  if (row === undefined) throw fault('not_found')
  if (!row.mayEdit) throw fault('forbidden', 'own_page_only')
  if (row.state === null) {
    if ((await sellingTerms(tx, row.owner)).digest !== input.terms) throw fault('conflict', 'terms_changed')
    await look(tx, viewer.id, `${name}\n${about}`, false)
    if (await openStore(tx, { page, owner: row.owner, name, about, by: viewer.id })) return deskOf(tx, viewer, page)
  }
  const before = (await readStore(tx, page, viewer.id))!
  if (before.name !== name || before.about !== about) throw fault('conflict', 'key_reused')
  return deskOf(tx, viewer, page)
}

export async function changeShop(tx: Tx, viewer: Viewer, input: Input<'PATCH /shops/:id'>): Promise<Desk> {
  const { id, state, ...words } = input
  await keeping(tx, viewer, id)
  await look(tx, viewer.id, Object.values(words).join('\n'), true)
  await updateStore(tx, id, { ...words, ...(state === undefined ? {} : { state }) } as Parameters<typeof updateStore>[2], clock.now())
  return deskOf(tx, viewer, id)
}

export async function putBanner(context: StreamContext, viewer: Viewer, input: Input<'PUT /shops/:id/banner'>): Promise<{ ok: true }> {
  const { write, config } = context
  await keeping(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    await keeping(tx, viewer, input.id)
    await setBanner(tx, input.id, made.asset, clock.now())
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}
export async function dropBanner(tx: Tx, viewer: Viewer, input: Input<'DELETE /shops/:id/banner'>): Promise<{ ok: true }> {
  await keeping(tx, viewer, input.id)
  await setBanner(tx, input.id, null, clock.now())
  return { ok: true }
}

export async function setSections(tx: Tx, viewer: Viewer, input: Input<'PUT /shops/:id/sections'>): Promise<Desk> {
  await keeping(tx, viewer, input.id)
  await lockStore(tx, input.id)
  const sections: SectionRow[] = input.sections.map(section => ({
    ...section,
    tag: section.kind === 'tag' ? section.tag : null,
    things: section.kind === 'pinned' ? [...new Set(section.things)] : [],
  }))
  const bad = (index: number, field: string): never => {
    throw fault('invalid', 'invalid', { fields: { [`sections.${index}.${field}`]: field } })
  }
  sections.forEach(({ key, kind, tag }, index) => {
    if (sections.some((other, before) => before < index && other.key === key)) bad(index, 'key')
    if (kind === 'tag' && tag === null) bad(index, 'tag')
  })
  const pinned = sections.flatMap(section => section.things)
  // What was put up a moment ago can be pinned at once.
  await indexThings(tx, pinned)
  const own = await ownThings(tx, input.id, pinned)
  sections.forEach(({ things }, index) => {
    if (things.some(thing => !own.has(thing))) bad(index, 'things')
  })
  await look(tx, viewer.id, sections.map(section => section.title).join('\n'), true)
  if (!(await putSections(tx, input.id, input.version, sections, clock.now()))) throw fault('conflict', 'changed_meanwhile')
  return deskOf(tx, viewer, input.id)
}

export async function getMyShops(db: Read, viewer: Viewer): Promise<Ok<'GET /me/shops'>> {
  const rows = await storesOfEditor(db, viewer.id)
  const things = await thingsIn(
    db,
    rows.map(row => row.page),
  )
  return {
    items: rows.map(row => ({
      page: row.page,
      name: row.pageName,
      handle: row.handle,
      picture: row.picture === null ? null : coverUrl(row.picture, 300),
      shop:
        row.state === null
          ? null
          : { name: row.name ?? row.pageName, state: row.state, things: things.get(row.page) ?? 0, unanswered: row.unanswered },
    })),
  }
}
