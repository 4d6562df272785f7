/** Tables of products: looked at first, then put in; the same table again changes nothing. And the way out, with the same columns. */
import type { Readable } from 'node:stream'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { goods } from '../../shared/goods.ts'
import type { Currency } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { allowPage, firstStock, mostProducts, offerAgain } from './products.ts'
import {
  byHandle,
  bySku,
  countDesk,
  countProducts,
  knownFetches,
  listProducts,
  lockProducts,
  readProducts,
  saveProducts,
  saveVariants,
  setProductState,
  wantPictures,
  type GivenProduct,
  type GivenVariant,
  type ProductRow,
  type ProductState,
} from './store.ts'
import { columns, linesOf, readTable, type Bad, type TableRow } from './table.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Answer = Decoded<Entries['POST /pages/:page/goods/table']['ok']>
const mostBad = 200
const mostPreview = 30

type Change = 'new' | 'changed' | 'same'
type Planned = {
  product: GivenProduct & { state: ProductState }
  change: Change
  before: ProductRow | undefined
  variants: { variant: GivenVariant; change: Change; stock: number | null | undefined }[]
  pictures: { place: number; url: string }[]
}
const found = <T>(rows: readonly TableRow[], of: (row: TableRow) => T | null | undefined): T | undefined => {
  for (const row of rows) {
    const value = of(row)
    if (value !== null && value !== undefined) return value
  }
  return undefined
}
const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What the product will be: what the table says, else what it was. */
function productOf(page: string, id: string, rows: readonly TableRow[], before: ProductRow | undefined): GivenProduct {
  const first = rows[0]!
  return {
    id,
    page,
    title: first.title,
    about: found(rows, row => row.about) ?? before?.about ?? '',
    tags: found(rows, row => row.tags) ?? before?.tags ?? [],
    taxClass: found(rows, row => row.taxClass) ?? before?.taxClass ?? 'standard',
    physical: found(rows, row => row.physical) ?? before?.physical ?? true,
    handover: found(rows, row => row.handover) ?? before?.handover ?? '',
    pricing: before?.pricing ?? 'fixed',
    currency: first.currency,
    preorderOn: found(rows, row => row.preorderOn) ?? before?.preorderOn ?? null,
    mostEach: found(rows, row => row.limit) ?? before?.mostEach ?? null,
    opensAt: before?.opensAt ?? null,
    closesAt: before?.closesAt ?? null,
    options: first.optionNames,
    handle: first.handle ?? before?.handle ?? first.title.slice(0, 80),
  }
}
const asGiven = (row: ProductRow): GivenProduct => {
  const {
    id,
    page,
    title,
    about,
    tags,
    taxClass,
    physical,
    handover,
    pricing,
    currency,
    preorderOn,
    mostEach,
    opensAt,
    closesAt,
    options,
    handle,
  } = row
  return {
    id,
    page,
    title,
    about,
    tags,
    taxClass,
    physical,
    handover,
    pricing,
    currency,
    preorderOn,
    mostEach,
    opensAt,
    closesAt,
    options,
    handle,
  }
}
const asVariant = (v: ProductRow['variants'][number]): GivenVariant => ({
  id: v.id,
  options: v.options,
  sku: v.sku,
  price: BigInt(v.price),
  weightG: v.weightG,
  picture: v.picture,
  bundle: v.bundle,
  parts: v.parts.map(({ variant, quantity }) => ({ variant, quantity })),
})

type Known = {
  products: ReadonlyMap<string, ProductRow>
  skus: ReadonlyMap<string, { id: string; product: string }>
  handles: ReadonlyMap<string, string>
}
/** What the lines of one product will make of it; lines that do not fit are named in `bad`. */
function plan(page: string, given: readonly TableRow[], known: Known, open: boolean, bad: Bad[]): Planned | undefined {
  const ids = new Set(given.flatMap(row => known.skus.get(row.sku)?.product ?? []))
  const id = [...ids][0] ?? known.handles.get(given[0]!.handle ?? given[0]!.title.slice(0, 80))
  const before = id === undefined ? undefined : known.products.get(id)
  const refuse = (row: TableRow, column: string, value: string, code: Bad['code']): boolean => {
    bad.push({ line: row.line, column, value, code })
    return false
  }
  const byId = new Map(before?.variants.map(v => [v.id, v]))
  const rows = given.filter(row => {
    const of = known.skus.get(row.sku)
    if (of !== undefined && of.product !== id) return refuse(row, 'sku', row.sku, 'other_product')
    const was = of === undefined ? undefined : byId.get(of.id)
    if (was?.bundle === true && row.stock !== undefined) return refuse(row, 'stock', String(row.stock), 'stock_wrong')
    if (was !== undefined && typeof row.stock === 'number' && row.stock < was.reserved)
      return refuse(row, 'stock', String(row.stock), 'stock_spoken_for')
    if (before !== undefined && before.variants.some(v => v.sold > 0) && before.currency !== row.currency)
      return refuse(row, 'currency', row.currency, 'currency_mixed')
    return true
  })
  if (rows.length === 0) return undefined
  const product = productOf(page, id ?? newId('prd'), rows, before)
  const kept = before?.variants.map(asVariant) ?? []
  // Variants the table does not name stay: their options must still fit.
  const named = new Set(rows.flatMap(row => known.skus.get(row.sku)?.id ?? []))
  const others = kept.filter(v => !named.has(v.id))
  const taken = new Set(others.map(v => JSON.stringify(v.options)))
  const good = rows.filter(row => {
    if (others.length > 0 && row.optionNames.length !== (before?.options.length ?? 0))
      return refuse(row, 'option1_name', row.optionNames.join(' / '), 'options_wrong')
    return taken.has(JSON.stringify(row.options)) ? refuse(row, 'option1', row.options.join(' / '), 'options_twice') : true
  })
  if (good.length === 0) return undefined
  const changed = good.map(row => {
    const of = known.skus.get(row.sku)
    const was = of === undefined ? undefined : byId.get(of.id)
    const variant: GivenVariant = {
      id: was?.id ?? newId('var'),
      options: row.options,
      sku: was !== undefined && row.sku === was.id ? was.sku : row.sku,
      price: row.price,
      weightG: row.weightG ?? was?.weightG ?? 0,
      picture: was?.picture ?? null,
      bundle: was?.bundle ?? false,
      parts: was?.parts.map(({ variant: part, quantity }) => ({ variant: part, quantity })) ?? [],
    }
    const stock = row.stock === undefined || (was !== undefined && was.stock === row.stock) ? undefined : row.stock
    const text = (v: GivenVariant) => ({ ...v, price: v.price.toString() })
    const change: Change = was === undefined ? 'new' : same(text(variant), text(asVariant(was))) && stock === undefined ? 'same' : 'changed'
    return { variant, change, stock }
  })
  const order = new Map(kept.map((v, index) => [v.id, index]))
  const variants = [...changed, ...others.map(variant => ({ variant, change: 'same' as const, stock: undefined }))].toSorted(
    (a, b) => (order.get(a.variant.id) ?? 1e6) - (order.get(b.variant.id) ?? 1e6),
  )
  const wantedState = found(good, row => row.state) ?? before?.state ?? (open ? 'open' : 'draft')
  const urls = [...new Set(good.flatMap(row => row.pictures))].slice(0, 12)
  const isSame =
    before !== undefined && same(product, asGiven(before)) && wantedState === before.state && changed.every(one => one.change === 'same')
  return {
    product: { ...product, state: wantedState },
    change: before === undefined ? 'new' : isSame ? 'same' : 'changed',
    before,
    variants,
    pictures: urls.map((url, place) => ({ place, url })),
  }
}

export async function takeTable(tx: Tx, viewer: Viewer, input: Input<'POST /pages/:page/goods/table'>): Promise<Answer> {
  await allowPage(tx, viewer, input.page)
  return importProducts(tx, viewer.id, input)
}

/** Reads a table of a page's products and, with `apply`, puts its good lines in. The caller has checked who may. */
export async function importProducts(
  tx: Tx,
  by: string,
  { page, table, apply = false, open = false }: { page: string; table: string; apply?: boolean; open?: boolean },
): Promise<Answer> {
  const at = clock.now()
  const { rows, bad, lines, unknown } = readTable(table)
  const groups = [...Map.groupBy(rows, row => row.key).values()]
  const skus = await bySku(
    tx,
    page,
    rows.map(row => row.sku),
  )
  const handles = await byHandle(
    tx,
    page,
    groups.map(([first]) => first!.handle ?? first!.title.slice(0, 80)),
  )
  const ids = [...new Set([...[...skus.values()].map(one => one.product), ...handles.values()])]
  if (apply) await lockProducts(tx, ids)
  const known = { products: await readProducts(tx, ids), skus, handles }
  const plans = groups.flatMap(group => plan(page, group, known, open, bad) ?? [])
  // Without anywhere to send to, or nothing to hand over, a product stays a draft.
  const { noZones } = await countDesk(tx, page)
  const held = plans.filter(one => one.product.state === 'open' && (one.product.physical ? noZones : one.product.handover === ''))
  for (const one of held) one.product.state = one.before?.state === 'open' ? 'open' : 'draft'
  const fresh = plans.filter(one => one.change !== 'same')
  const fetches = await knownFetches(tx, ids)
  const pictures = plans.flatMap(({ product, pictures: all }) =>
    all.flatMap(one => (fetches.get(`${product.id} ${one.place}`) === one.url ? [] : [{ product: product.id, ...one }])),
  )
  if (apply) {
    const makes = fresh.filter(one => one.change === 'new').length
    if ((await countProducts(tx, page)) + makes > mostProducts) throw fault('conflict', 'too_many_products')
    await put(tx, by, fresh, at)
    await wantPictures(tx, pictures)
    if (pictures.length > 0) await enqueue(tx, 'goods.pictures', {}, { key: 'goods.pictures' })
  }
  const counts = (changes: readonly Change[]) => ({
    new: changes.filter(one => one === 'new').length,
    changed: changes.filter(one => one === 'changed').length,
    same: changes.filter(one => one === 'same').length,
  })
  return {
    lines,
    products: counts(plans.map(one => one.change)),
    variants: counts(plans.flatMap(one => one.variants.map(v => v.change))),
    pictures: pictures.length,
    drafts: held.length,
    bad: bad.toSorted((a, b) => a.line - b.line).slice(0, mostBad),
    badCount: new Set(bad.map(one => one.line)).size,
    unknown,
    preview: plans.slice(0, mostPreview).map(({ product, change, variants }) => ({
      title: product.title,
      change,
      variants: variants.length,
      from: {
        amount: variants.map(v => v.variant.price).reduce((a, b) => (a < b ? a : b)),
        currency: product.currency as Currency,
      },
      stock: variants.reduce<number | null>((sum, v) => (sum === null || v.stock === null ? null : sum + (v.stock ?? 0)), 0),
    })),
    applied: apply,
  }
}

async function put(tx: Tx, by: string, plans: readonly Planned[], at: Date): Promise<void> {
  if (plans.length === 0) return
  await saveProducts(
    tx,
    plans.map(one => one.product),
    by,
    at,
  )
  await saveVariants(
    tx,
    plans.map(({ product, variants }) => ({ id: product.id, page: product.page, variants: variants.map(v => v.variant) })),
  )
  for (const [state, own] of Map.groupBy(
    plans.filter(one => one.before !== undefined && one.before.state !== one.product.state),
    one => one.product.state,
  ))
    await setProductState(
      tx,
      own.map(one => one.product.id),
      state,
      at,
    )
  await firstStock(
    tx,
    plans.flatMap(({ variants }) =>
      variants.flatMap(({ variant, stock }) => (stock === undefined ? [] : [{ variant: variant.id, stock }])),
    ),
    'table',
    by,
    at,
  )
  await offerAgain(
    tx,
    plans.map(one => one.product.id),
    by,
    at,
  )
}

async function* exported(read: Read, page: string): AsyncGenerator<Cell[]> {
  let after: readonly [Date, string] | undefined
  for (;;) {
    const rows = await listProducts(read, { page, states: ['open', 'draft', 'archived'], after, limit: 200 })
    for (const row of rows) yield* linesOf(row)
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
    .send(csv(columns, exported(ctx.read, page))) as unknown as Readable
}
