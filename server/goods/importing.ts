/** Tables of products: looked at first, then put in; the same table again changes nothing. The way out: products.ts. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { goods } from '../../shared/goods.ts'
import type { Currency } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowPage, firstStock, mostProducts, offerAgain } from './products.ts'
import {
  byHandle,
  bySku,
  countDesk,
  countProducts,
  knownFetches,
  lockProducts,
  ownPictures,
  readProducts,
  saveProducts,
  saveVariants,
  setManyPictures,
  setProductState,
  wantPictures,
  type GivenProduct,
  type GivenVariant,
  type KnownVariant,
  type ProductRow,
  type ProductState,
} from './store.ts'
import { handleOf, readTable, told, type Bad, type TableRow } from './table.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Answer = Decoded<Entries['POST /pages/:page/goods/table']['ok']>
const mostBad = 200
const mostPreview = 30
const mostPictures = 12
/** Which picture of ours an address names. */
const assetOf = (url: string): string | undefined => /\/media\/covers\/(ast_[0-9a-z]{26})\/\d+\.webp$/.exec(url)?.[1]

type Change = 'new' | 'changed' | 'same'
type Planned = {
  product: GivenProduct & { state: ProductState }
  change: Change
  before: ProductRow | undefined
  variants: { variant: GivenVariant; change: Change; stock: number | null | undefined }[]
  /** To be fetched. */
  pictures: { place: number; url: string }[]
  /** All pictures it will have, when the table names some of the page that it lacks. */
  own: string[] | null
}
/** What the table says, else what was there. */
const said = <T, N>(rows: readonly TableRow[], of: (row: TableRow) => T | null | undefined, was: T | null | undefined, none: N): T | N => {
  const value = told(rows, of)
  return (value === undefined ? was : value) ?? none
}
const same = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b)

const pricingOf = (rows: readonly TableRow[], before: ProductRow | undefined): GivenProduct['pricing'] =>
  told(rows, row => row.pricing) ?? before?.pricing ?? 'fixed'
/** What the product will be: what the table says, else what it was. */
function productOf(page: string, id: string, rows: readonly TableRow[], before: ProductRow | undefined, isFree: boolean): GivenProduct {
  const first = rows[0]!
  // As the way out names those without a handle, or as another product is called already.
  const handle = first.handle === id || !isFree ? (before?.handle ?? null) : (first.handle ?? before?.handle ?? handleOf(first.title))
  return {
    id,
    page,
    title: first.title,
    about: said(rows, row => row.about, before?.about, ''),
    tags: said(rows, row => row.tags, before?.tags, []),
    taxClass: told(rows, row => row.taxClass) ?? before?.taxClass ?? 'standard',
    physical: told(rows, row => row.physical) ?? before?.physical ?? true,
    handover: said(rows, row => row.handover, before?.handover, ''),
    pricing: pricingOf(rows, before),
    currency: first.currency,
    preorderOn: said(rows, row => row.preorderOn, before?.preorderOn, null),
    mostEach: said(rows, row => row.limit, before?.mostEach, null),
    opensAt: said(rows, row => row.opensAt, before?.opensAt, null),
    closesAt: said(rows, row => row.closesAt, before?.closesAt, null),
    options: first.optionNames,
    handle,
  }
}
/** Whether it says what is there already. */
const isAs = (given: GivenProduct, row: ProductRow): boolean =>
  (Object.keys(given) as (keyof GivenProduct)[]).every(key => JSON.stringify(given[key]) === JSON.stringify(row[key]))
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
  skus: ReadonlyMap<string, KnownVariant>
  handles: ReadonlyMap<string, string>
  /** Ids of the variants that the table makes, by sku. */
  fresh: ReadonlyMap<string, string>
  /** Skus that are bundles, there or in the table. */
  bundles: ReadonlySet<string>
  /** Assets that are pictures of the page. */
  pictures: ReadonlySet<string>
  /** What was asked for before, by product and place. */
  fetches: ReadonlyMap<string, string>
}
type Parts = GivenVariant['parts']
/** What a bundle is made of: parts it has are as they were, others are known by their skus. Undefined: one is not there, or is a bundle itself. */
function partsOf(row: TableRow, was: ProductRow['variants'][number] | undefined, known: Known): Parts | undefined {
  const before = was?.parts.map(({ variant, quantity }) => ({ variant, quantity })) ?? []
  if (row.parts === undefined) return before
  const parts = row.parts.map(({ sku, quantity }) => ({
    variant:
      was?.parts.find(part => (part.sku ?? part.variant) === sku)?.variant ??
      (known.bundles.has(sku) ? undefined : (known.skus.get(sku)?.id ?? known.fresh.get(sku))),
    quantity,
  }))
  const good = parts.flatMap(({ variant, quantity }) => (variant === undefined ? [] : [{ variant, quantity }]))
  if (good.length < parts.length || new Set(good.map(part => part.variant)).size < good.length) return undefined
  const isSame = good.length === before.length && good.every(one => before.some(old => same(old, one)))
  return isSame ? before : good
}
/** What the pictures of a product become: those of the page that it lacks come in where the table has them. */
function picturesOf(urls: readonly string[], id: string, before: ProductRow | undefined, known: Known): Pick<Planned, 'pictures' | 'own'> {
  const own = [...(before?.pictures ?? [])]
  const pictures: Planned['pictures'] = []
  for (const [place, url] of urls.entries()) {
    const asset = assetOf(url)
    if (asset === undefined || !known.pictures.has(asset)) {
      if (known.fetches.get(`${id} ${place}`) !== url) pictures.push({ place, url })
    } else if (!own.includes(asset) && own.length < mostPictures) own.splice(place, 0, asset)
  }
  return { pictures, own: own.length === (before?.pictures.length ?? 0) ? null : own }
}
/** A variant's own picture: one its product has; what it lacks (a table of another page) changes nothing. */
function pictureOf(row: TableRow, was: ProductRow['variants'][number] | undefined, pictures: readonly string[]): string | null {
  const asset = row.picture === null ? null : assetOf(row.picture ?? '')
  return asset === null || (asset !== undefined && pictures.includes(asset)) ? asset : (was?.picture ?? null)
}
/** What the lines of one product will make of it; lines that do not fit are named in `bad`. */
function plan(
  page: string,
  given: readonly TableRow[],
  known: Known,
  open: boolean,
  bad: Bad[],
  claimed: Set<string>,
): Planned | undefined {
  const ids = new Set(given.flatMap(row => known.skus.get(row.sku)?.product ?? []))
  const id = [...ids][0] ?? known.handles.get(given[0]!.handle ?? handleOf(given[0]!.title))
  const before = id === undefined ? undefined : known.products.get(id)
  const holder = known.handles.get(given[0]!.handle ?? '')
  const refuse = (row: TableRow, column: string, value: string, code: Bad['code']): boolean => {
    bad.push({ line: row.line, column, value, code })
    return false
  }
  const byId = new Map(before?.variants.map(v => [v.id, v]))
  const opensAt = said(given, row => row.opensAt, before?.opensAt, null)
  const closesAt = said(given, row => row.closesAt, before?.closesAt, null)
  const isShut = opensAt !== null && closesAt !== null && closesAt <= opensAt
  // Two names of one product: what the first says counts.
  const isTaken = id !== undefined && claimed.has(id)
  if (id !== undefined) claimed.add(id)
  const rows = given.filter(row => {
    const of = known.skus.get(row.sku)
    if (isTaken) return refuse(row, 'product', row.key, 'other_product')
    if (of !== undefined && of.product !== id) return refuse(row, 'sku', row.sku, 'other_product')
    if (isShut) return refuse(row, 'closes_at', closesAt.toISOString(), 'time_wrong')
    const was = of === undefined ? undefined : byId.get(of.id)
    // What has stock or orders of its own becomes no bundle, and a bundle no piece.
    if (was?.bundle === false && row.parts !== undefined) return refuse(row, 'parts', row.parts[0]!.sku, 'parts_wrong')
    if (partsOf(row, was, known) === undefined) return refuse(row, 'parts', row.parts!.map(part => part.sku).join(', '), 'part_unknown')
    if ((was?.bundle === true || row.parts !== undefined) && row.stock !== undefined)
      return refuse(row, 'stock', String(row.stock), 'stock_wrong')
    if (was !== undefined && typeof row.stock === 'number' && row.stock < was.reserved)
      return refuse(row, 'stock', String(row.stock), 'stock_spoken_for')
    if (before !== undefined && before.variants.some(v => v.sold > 0) && before.currency !== row.currency)
      return refuse(row, 'currency', row.currency, 'currency_mixed')
    return true
  })
  if (rows.length === 0) return undefined
  const pricing = pricingOf(rows, before)
  const product = productOf(page, id ?? newId('prd'), rows, before, holder === undefined || holder === id)
  const kept = before?.variants.map(asVariant) ?? []
  // Variants the table does not name stay: their options must still fit.
  const named = new Set(rows.flatMap(row => known.skus.get(row.sku)?.id ?? []))
  const others = kept.filter(v => !named.has(v.id))
  const taken = new Set(others.map(v => JSON.stringify(v.options)))
  const good = rows.filter(row => {
    if (pricing === 'fixed' && row.price === 0n) return refuse(row, 'price', '0', 'price_wrong')
    if (pricing === 'fixed' && others.some(v => v.price === 0n)) return refuse(row, 'pricing', pricing, 'price_wrong')
    if (others.length > 0 && row.optionNames.length !== (before?.options.length ?? 0))
      return refuse(row, 'option1_name', row.optionNames.join(' / '), 'options_wrong')
    return taken.has(JSON.stringify(row.options)) ? refuse(row, 'option1', row.options.join(' / '), 'options_twice') : true
  })
  if (good.length === 0) return undefined
  const urls = [...new Set(good.flatMap(row => row.pictures))].slice(0, mostPictures)
  const seen = picturesOf(urls, product.id, before, known)
  const changed = good.map(row => {
    const of = known.skus.get(row.sku)
    const was = of === undefined ? undefined : byId.get(of.id)
    const variant: GivenVariant = {
      id: was?.id ?? known.fresh.get(row.sku)!,
      options: row.options,
      sku: was !== undefined && row.sku === was.id ? was.sku : row.sku,
      price: row.price,
      weightG: row.weightG ?? was?.weightG ?? 0,
      picture: pictureOf(row, was, seen.own ?? before?.pictures ?? []),
      bundle: was?.bundle ?? row.parts !== undefined,
      parts: partsOf(row, was, known)!,
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
  const wantedState = told(good, row => row.state) ?? before?.state ?? (open ? 'open' : 'draft')
  const isSame =
    before !== undefined &&
    isAs(product, before) &&
    wantedState === before.state &&
    changed.every(one => one.change === 'same') &&
    seen.own === null
  return {
    product: { ...product, state: wantedState },
    change: before === undefined ? 'new' : isSame ? 'same' : 'changed',
    before,
    variants,
    ...seen,
  }
}

/** The plans of all products. A bundle whose parts did not get in stays out, which may spoil what stood beside it: looked at again without it. */
function planAll(page: string, rows: readonly TableRow[], known: Known, open: boolean): { plans: Planned[]; bad: Bad[] } {
  const out: Bad[] = []
  let left = rows
  for (let round = 0; ; round++) {
    const bad: Bad[] = []
    const claimed = new Set<string>()
    const plans = [...Map.groupBy(left, row => row.key).values()].flatMap(group => plan(page, group, known, open, bad, claimed) ?? [])
    const made = new Set(plans.flatMap(one => one.variants.map(({ variant }) => variant.id)))
    const missing = new Set([...known.fresh.values()].filter(id => !made.has(id)))
    const isWhole = (parts: Parts): boolean => parts.every(part => !missing.has(part.variant))
    if (plans.every(one => one.variants.every(({ variant }) => isWhole(variant.parts)))) return { plans, bad: [...out, ...bad] }
    // The second time all bundles that need something new go: nothing can be missing any more.
    const isOut = ({ parts = [] }: TableRow): boolean =>
      parts.some(({ sku }) => known.fresh.has(sku) && (round > 0 || missing.has(known.fresh.get(sku)!)))
    for (const row of left)
      if (isOut(row))
        out.push({
          line: row.line,
          column: 'parts',
          value: row
            .parts!.map(part => part.sku)
            .join(', ')
            .slice(0, 80),
          code: 'part_unknown',
        })
    left = left.filter(row => !isOut(row))
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
  const skus = await bySku(
    tx,
    page,
    rows.flatMap(row => [row.sku, ...(row.parts?.map(part => part.sku) ?? [])]),
  )
  const handles = await byHandle(
    tx,
    page,
    rows.map(row => row.handle ?? handleOf(row.title)),
  )
  const ids = [...new Set([...[...skus.values()].map(one => one.product), ...handles.values()])]
  if (apply) await lockProducts(tx, ids)
  const known: Known = {
    products: await readProducts(tx, ids),
    skus,
    handles,
    fresh: new Map(rows.flatMap(row => (skus.has(row.sku) ? [] : [[row.sku, newId('var', at)]]))),
    bundles: new Set([
      ...[...skus].flatMap(([sku, { bundle }]) => (bundle ? [sku] : [])),
      ...rows.flatMap(row => (row.parts === undefined ? [] : [row.sku])),
    ]),
    pictures: await ownPictures(
      tx,
      page,
      rows.flatMap(row => row.pictures.flatMap(url => assetOf(url) ?? [])),
    ),
    fetches: await knownFetches(tx, ids),
  }
  const { plans, bad: unfit } = planAll(page, rows, known, open)
  bad.push(...unfit)
  // Without anywhere to send to, or nothing to hand over, a product stays a draft.
  const { noZones } = await countDesk(tx, page)
  const held = plans.filter(one => one.product.state === 'open' && (one.product.physical ? noZones : one.product.handover === ''))
  for (const one of held) one.product.state = one.before?.state === 'open' ? 'open' : 'draft'
  const fresh = plans.filter(one => one.change !== 'same')
  const pictures = plans.flatMap(({ product, pictures: all }) => all.map(one => ({ product: product.id, ...one })))
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
  await setManyPictures(
    tx,
    plans.flatMap(({ product, own }) => (own === null ? [] : [{ id: product.id, pictures: own }])),
    at,
  )
  await offerAgain(
    tx,
    plans.map(one => one.product.id),
    by,
    at,
  )
}
