/** Products at the desk: made, changed, put up for sale. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { goods } from '../../shared/goods.ts'
import { clock, newId } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { coverUrl, dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { closeOffers, putOffers } from '../shop/index.ts'
import { showCard, showProduct, type Product } from './showing.ts'
import {
  countDesk,
  countProducts,
  listProducts,
  lockProducts,
  readProduct,
  readProducts,
  saveProducts,
  saveVariants,
  setPictures,
  setProductState,
  skusTaken,
  variantOwners,
  type GivenVariant,
  type ProductRow,
} from './store.ts'
import { insertMovements, lockShelf, setShelves } from './store-stock.ts'
import { columns, linesOf } from './table.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export const mostProducts = 20_000
const mostPictures = 12

/** What a page sells is its editors' business; for everybody else there is no such desk. */
export async function allowPage(db: Read, viewer: Viewer, page: string): Promise<void> {
  if (!(await mayEditPage(db, viewer, page))) throw fault('not_found')
}

const states = ['draft', 'open', 'archived'] as const
export async function getProducts(db: Read, viewer: Viewer, input: Input<'GET /pages/:page/goods'>): Promise<Ok<'GET /pages/:page/goods'>> {
  await allowPage(db, viewer, input.page)
  const { page, state, q, low, limit } = input
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listProducts(db, { page, states: state === undefined ? states : [state], q, low, after, limit: limit + 1 })
  return { ...pageOf(rows, limit, showCard, row => toCursor(row.changedAt, row.id)), counts: await countDesk(db, page) }
}

/** What keeps it from being sold. */
const missing = (row: ProductRow, noZones: boolean): Product['missing'] => [
  ...(row.physical && noZones ? (['zone'] as const) : []),
  ...(!row.physical && row.handover === '' ? (['handover'] as const) : []),
  ...(row.owner === null ? (['owner'] as const) : []),
  ...(row.pricing === 'fixed' && row.variants.some(v => v.price === '0') ? (['price'] as const) : []),
]
const lacks = async (db: Read | Tx, row: ProductRow): Promise<Product['missing']> => missing(row, (await countDesk(db, row.page)).noZones)

async function mine(db: Read | Tx, viewer: Viewer, id: string): Promise<ProductRow> {
  const row = await readProduct(db, id)
  if (row === undefined) throw fault('not_found')
  await allowPage(db, viewer, row.page)
  return row
}
async function again(db: Read | Tx, id: string): Promise<Product> {
  const row = (await readProduct(db, id))!
  return showProduct(row, await lacks(db, row))
}
export const getProduct = async (db: Read, viewer: Viewer, { id }: Input<'GET /goods/:id'>): Promise<Product> =>
  again(db, (await mine(db, viewer, id)).id)

/** The offers of products as they are now: one for each variant of an open one; others are closed. */
export async function offerAgain(tx: Tx, ids: readonly string[], by: string, at: Date): Promise<void> {
  const rows = [...(await readProducts(tx, ids)).values()]
  await putOffers(
    tx,
    rows
      .filter(row => row.state === 'open')
      .flatMap(row =>
        row.variants.map(v => ({
          kind: 'merch',
          subject: v.id,
          page: row.page,
          title: row.title,
          detail: v.options.length === 0 ? null : v.options.join(' / '),
          picture: v.picture ?? row.pictures[0] ?? null,
          pricing: row.pricing,
          amount: BigInt(v.price),
          currency: row.currency,
          opensAt: row.opensAt,
          closesAt: row.closesAt,
          // Of all variants together: counted by the kind.
          mostEach: null,
          listed: v === row.variants[0],
          by,
          at,
        })),
      ),
  )
  await closeOffers(
    tx,
    'merch',
    rows.filter(row => row.state !== 'open').flatMap(row => row.variants.map(v => v.id)),
  )
}

export type Given = Input<'PUT /goods/:id'>
const wrong = (field: string): never => {
  throw fault('unprocessable', 'product_invalid', { fields: { [field]: 'product_invalid' } })
}
/** Variants as given, checked against each other and the page’s other variants. */
async function fitting(
  tx: Tx,
  input: Given,
  before: ProductRow | undefined,
): Promise<(GivenVariant & { stock: number | null | undefined })[]> {
  const { page, options = [] } = input
  const seen = new Set<string>()
  const owners = await variantOwners(
    tx,
    input.variants.flatMap(v => [v.id, ...(v.parts ?? []).map(part => part.variant)]),
  )
  const out = input.variants.map((given, index) => {
    const { id, options: own = [], sku = null, weightG = 0, picture = null, parts = [], price, stock } = given
    const owner = owners.get(id)
    if (owner !== undefined && owner.product !== input.id) throw fault('conflict', 'key_reused')
    const key = JSON.stringify(own)
    if (own.length !== options.length || seen.has(key)) wrong(`variants.${index}.options`)
    seen.add(key)
    if (input.pricing !== 'name_your_price' && price === 0n) wrong(`variants.${index}.price`)
    if (picture !== null && before?.pictures.includes(picture) !== true) wrong(`variants.${index}.picture`)
    const bundle = parts.length > 0
    // What has stock or orders of its own becomes no bundle, and a bundle no piece.
    if (owner !== undefined && owner.bundle !== bundle) wrong(`variants.${index}.parts`)
    for (const part of parts) {
      const of = owners.get(part.variant)
      if (of === undefined || of.page !== page || of.bundle || part.variant === id) wrong(`variants.${index}.parts`)
    }
    if (new Set(parts.map(part => part.variant)).size !== parts.length) wrong(`variants.${index}.parts`)
    return {
      id,
      options: own,
      sku,
      price,
      weightG,
      picture,
      bundle,
      parts,
      stock: bundle ? undefined : owner === undefined ? (stock ?? null) : undefined,
    }
  })
  const skus = out.flatMap(v => (v.sku === null ? [] : [v.sku]))
  const twice = skus.find((sku, index) => skus.indexOf(sku) !== index) ?? (await skusTaken(tx, page, input.id, skus))[0]
  if (twice !== undefined)
    throw fault('conflict', 'sku_taken', { fields: { [`variants.${out.findIndex(v => v.sku === twice)}.sku`]: 'sku_taken' } })
  return out
}

export async function putProduct(tx: Tx, viewer: Viewer, input: Given): Promise<Product> {
  await allowPage(tx, viewer, input.page)
  return putProductAs(tx, viewer.id, input)
}
/** Makes or changes a product; the caller has checked who may. */
export async function putProductAs(tx: Tx, by: string, input: Given): Promise<Product> {
  const at = clock.now()
  await lockProducts(tx, [input.id])
  const before = await readProduct(tx, input.id)
  if (before !== undefined && before.page !== input.page) throw fault('conflict', 'key_reused')
  if (before === undefined && (await countProducts(tx, input.page)) >= mostProducts) throw fault('conflict', 'too_many_products')
  const { opensAt = null, closesAt = null, options = [] } = input
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt) wrong('closesAt')
  if (new Set(options).size !== options.length) wrong('options')
  if (input.variants.length > 1 && options.length === 0) wrong('options')
  if (before?.state === 'open' && input.physical === false && (input.handover ?? '') === '') wrong('handover')
  if (before !== undefined && before.currency !== (input.currency ?? 'CNY') && before.variants.some(v => v.sold > 0)) wrong('currency')
  const variants = await fitting(tx, input, before)
  await saveProducts(
    tx,
    [
      {
        id: input.id,
        page: input.page,
        title: input.title,
        about: input.about ?? '',
        tags: [...new Set(input.tags ?? [])],
        taxClass: input.taxClass ?? 'standard',
        physical: input.physical ?? true,
        handover: input.handover ?? '',
        pricing: input.pricing ?? 'fixed',
        currency: input.currency ?? 'CNY',
        preorderOn: input.preorderOn ?? null,
        mostEach: input.mostEach ?? null,
        opensAt,
        closesAt,
        options,
        handle: before?.handle ?? null,
      },
    ],
    by,
    at,
  )
  const gone = before?.variants.filter(v => !variants.some(one => one.id === v.id)).map(v => v.id) ?? []
  await saveVariants(tx, [{ id: input.id, page: input.page, variants }])
  await closeOffers(tx, 'merch', gone)
  await firstStock(
    tx,
    variants.flatMap(v => (typeof v.stock === 'number' ? [{ variant: v.id, stock: v.stock }] : [])),
    'received',
    by,
    at,
  )
  await offerAgain(tx, [input.id], by, at)
  return again(tx, input.id)
}
/** What variants have on the shelf from now on, with the movements that say so; what does not differ is left alone. */
export async function firstStock(
  tx: Tx,
  rows: readonly { variant: string; stock: number | null }[],
  cause: 'received' | 'table',
  by: string,
  at: Date,
): Promise<void> {
  const shelf = await lockShelf(
    tx,
    rows.map(row => row.variant),
  )
  const differing = rows.filter(row => shelf.get(row.variant)!.stock !== row.stock)
  await setShelves(tx, differing)
  await insertMovements(
    tx,
    differing.flatMap(({ variant, stock }) => {
      const change = (stock ?? 0) - (shelf.get(variant)!.stock ?? 0)
      return change === 0
        ? []
        : [{ id: newId('stk', at), variant, change, after: stock ?? 0, cause: stock === null ? ('unlimited' as const) : cause, by, at }]
    }),
  )
}

export async function putState(tx: Tx, viewer: Viewer, { id, state }: Input<'PUT /goods/:id/state'>): Promise<Product> {
  const row = await mine(tx, viewer, id)
  await lockProducts(tx, [id])
  if (state === 'open') {
    const why = await lacks(tx, row)
    if (why.length > 0) throw fault('conflict', 'product_unready', { fields: Object.fromEntries(why.map(one => [one, 'product_unready'])) })
  }
  const at = clock.now()
  await setProductState(tx, [id], state, at)
  await offerAgain(tx, [id], viewer.id, at)
  return again(tx, id)
}

export async function addPicture(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'POST /goods/:id/pictures'>,
): Promise<Ok<'POST /goods/:id/pictures'>> {
  const { write, config } = context
  await mine(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    await lockProducts(tx, [input.id])
    const row = await mine(tx, viewer, input.id)
    if (row.pictures.includes(made.asset)) return
    if (row.pictures.length >= mostPictures) wrong('pictures')
    await showPictures(tx, viewer, input.id, [...row.pictures, made.asset])
  })
  await dropUpload(config, input.upload)
  return { asset: made.asset, picture: coverUrl(made.asset, 640) }
}
async function showPictures(tx: Tx, viewer: Viewer, id: string, pictures: readonly string[]): Promise<void> {
  const at = clock.now()
  await setPictures(tx, id, pictures, at)
  await offerAgain(tx, [id], viewer.id, at)
}
export async function putPictures(tx: Tx, viewer: Viewer, { id, pictures }: Input<'PUT /goods/:id/pictures'>): Promise<Product> {
  await lockProducts(tx, [id])
  const row = await mine(tx, viewer, id)
  if (pictures.some(asset => !row.pictures.includes(asset)) || new Set(pictures).size !== pictures.length) wrong('pictures')
  await showPictures(tx, viewer, id, pictures)
  return again(tx, id)
}

/** The size in which the way out names pictures: every picture has it. */
const pictureSize = 1200
/** The page's products as a table: importing.ts takes it in again. */
async function* exported(read: Read, page: string, base: string): AsyncGenerator<Cell[]> {
  let after: readonly [Date, string] | undefined
  for (;;) {
    const rows = await listProducts(read, { page, states: ['open', 'draft', 'archived'], after, limit: 200 })
    for (const row of rows) yield* linesOf(row, asset => `${base}${coverUrl(asset, pictureSize)}`)
    const last = rows.at(-1)
    if (last === undefined || rows.length < 200) return
    after = [last.changedAt, last.id]
  }
}
export async function sendTable(ctx: StreamContext, viewer: Viewer, { page }: Input<'GET /pages/:page/goods.csv'>): Promise<Readable> {
  await allowPage(ctx.read, viewer, page)
  return ctx.reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment('products.csv'),
      'cache-control': 'private, no-store',
    })
    .send(csv(columns, exported(ctx.read, page, ctx.config.url))) as unknown as Readable
}

// The demo world, and other rooms that make products: the caller has checked who may.

/** Puts products up for sale. */
export async function openProducts(tx: Tx, ids: readonly string[], by: string): Promise<void> {
  const at = clock.now()
  await setProductState(tx, ids, 'open', at)
  await offerAgain(tx, ids, by, at)
}
/** Pictures (assets) of a product. */
export async function showPicturesOf(tx: Tx, id: string, pictures: readonly string[], by: string): Promise<void> {
  const at = clock.now()
  await setPictures(tx, id, pictures, at)
  await offerAgain(tx, [id], by, at)
}
