/** SQL of products and their variants. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type ProductState = 'draft' | 'open' | 'archived'
export type VariantRow = {
  id: string
  options: string[]
  sku: string | null
  /** Minor units, as text: it comes in JSON. */
  price: string
  weightG: number
  picture: string | null
  stock: number | null
  reserved: number
  /** Null: unlimited. Of a bundle as many as its parts make. */
  available: number | null
  bundle: boolean
  parts: { variant: string; title: string; sku: string | null; quantity: number }[]
  offer: string | null
  sold: number
}
export type ProductRow = {
  id: string
  page: string
  pageName: string
  owner: string | null
  title: string
  about: string
  tags: string[]
  taxClass: 'standard' | 'reduced' | 'exempt'
  state: ProductState
  physical: boolean
  handover: string
  pricing: 'fixed' | 'name_your_price'
  currency: string
  preorderOn: string | null
  mostEach: number | null
  opensAt: Date | null
  closesAt: Date | null
  options: string[]
  pictures: string[]
  handle: string | null
  createdBy: string
  createdAt: Date
  changedAt: Date
  variants: VariantRow[]
  waiting: { url: string; problem: string | null }[]
}

/** What can be ordered of a variant `v`. */
const available: RawBuilder<unknown> = sql`case when v.bundle then (
    select min((c.stock - c.reserved) / b.quantity) from goods.part b join goods.variant c on c.id = b.part where b.bundle = v.id and c.stock is not null)
  else v.stock - v.reserved end`
const variants: RawBuilder<unknown> = sql`(
  select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'options', v.options, 'sku', v.sku, 'price', v.price::text, 'weightG', v.weight_g, 'picture', v.picture, 'stock', v.stock,
      'reserved', v.reserved, 'available', ${available}, 'bundle', v.bundle, 'offer', o.id, 'sold', coalesce(s.sold, 0),
      'parts', (select coalesce(jsonb_agg(jsonb_build_object('variant', c.id, 'title', d.title || case when c.options = '{}' then '' else ' · ' || array_to_string(c.options, ' / ') end,
          'sku', c.sku, 'quantity', b.quantity) order by d.title, c.place), '[]') from goods.part b join goods.variant c on c.id = b.part join goods.product d on d.id = c.product where b.bundle = v.id))
    order by v.place, v.id), '[]')
  from goods.variant v left join shop.public_offer o on o.kind = 'merch' and o.subject = v.id and o.state = 'open'
    left join lateral (select sum(x.sold)::int as sold from shop.public_offer x where x.kind = 'merch' and x.subject = v.id) s on true
  where v.product = p.id and v.state = 'open')`
const columns: RawBuilder<unknown> = sql`p.id, p.page, g.name as "pageName", g.owner, p.title, p.about, p.tags, p.tax_class as "taxClass", p.state, p.physical, p.handover, p.pricing, p.currency,
  p.preorder_on::text as "preorderOn", p.most_each as "mostEach", p.opens_at as "opensAt", p.closes_at as "closesAt", p.options, p.pictures, p.handle, p.created_by as "createdBy",
  p.created_at as "createdAt", p.changed_at as "changedAt", ${variants} as variants,
  (select coalesce(jsonb_agg(jsonb_build_object('url', f.url, 'problem', f.problem) order by f.place), '[]') from goods.fetch f where f.product = p.id and f.done_at is null) as waiting`
const tables: RawBuilder<unknown> = sql`goods.product p join people.public_page g on g.id = p.page`

export async function readProducts(db: Read | Tx, ids: readonly string[]): Promise<Map<string, ProductRow>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<ProductRow>`select ${columns} from ${tables} where p.id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}
export const readProduct = async (db: Read | Tx, id: string): Promise<ProductRow | undefined> => (await readProducts(db, [id])).get(id)

export type Wanted = {
  page: string
  states: readonly ProductState[]
  q?: string | undefined
  tag?: string | undefined
  low?: boolean | undefined
  after?: readonly [Date, string] | undefined
  limit: number
}
const low: RawBuilder<unknown> = sql`exists (select from goods.variant v where v.product = p.id and v.state = 'open' and v.stock is not null
  and v.stock - v.reserved <= coalesce((select low_at from goods.setting where page = p.page), 3))`
export async function listProducts(db: Read | Tx, { page, states, q, tag, low: few, after, limit }: Wanted): Promise<ProductRow[]> {
  const like = q === undefined || q === '' ? null : `%${q.replaceAll(/[\\%_]/g, '\\$&')}%`
  const { rows } = await sql<ProductRow>`
    select ${columns} from ${tables} where p.page = ${page} and p.state = any(${[...states]}::text[])
      ${like === null ? sql`` : sql`and (p.title ilike ${like} or exists (select from goods.variant v where v.product = p.id and v.sku ilike ${like}))`}
      ${tag === undefined ? sql`` : sql`and ${tag} = any(p.tags)`}
      ${few === true ? sql`and ${low}` : sql``}
      ${after === undefined ? sql`` : sql`and (p.changed_at, p.id) < (${after[0]}, ${after[1]})`}
    order by p.changed_at desc, p.id desc limit ${limit}`.execute(db)
  return rows
}

export type CountsRow = {
  draft: number
  open: number
  archived: number
  low: number
  toPack: number
  returns: number
  noZones: boolean
}
export async function countDesk(db: Read | Tx, page: string): Promise<CountsRow> {
  const { rows } = await sql<CountsRow>`
    select count(*) filter (where p.state = 'draft')::int as draft, count(*) filter (where p.state = 'open')::int as open, count(*) filter (where p.state = 'archived')::int as archived,
      (select count(*)::int from goods.variant v join goods.product q on q.id = v.product where v.page = ${page} and v.state = 'open' and q.state = 'open' and v.stock is not null
        and v.stock - v.reserved <= coalesce((select low_at from goods.setting where page = ${page}), 3)) as low,
      (select count(*)::int from goods.sending where page = ${page} and state = 'to_pack') as "toPack",
      (select count(*)::int from goods.comeback where page = ${page} and state in ('asked', 'sent')) as returns,
      not exists (select from goods.rate where page = ${page} and state = 'open') as "noZones"
    from goods.product p where p.page = ${page}`.execute(db)
  return rows[0]!
}

export type GivenProduct = Omit<
  ProductRow,
  'pageName' | 'owner' | 'variants' | 'waiting' | 'state' | 'pictures' | 'createdBy' | 'createdAt' | 'changedAt'
>
export type GivenVariant = {
  id: string
  options: readonly string[]
  sku: string | null
  price: bigint
  weightG: number
  picture: string | null
  bundle: boolean
  parts: readonly { variant: string; quantity: number }[]
}

/** Locks products in the order of their ids; gives who has them. */
export async function lockProducts(tx: Tx, ids: readonly string[]): Promise<Map<string, { page: string; state: ProductState }>> {
  const { rows } = await sql<{ id: string; page: string; state: ProductState }>`
    select id, page, state from goods.product where id = any(${[...ids]}::text[]) order by id for update`.execute(tx)
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}

/** Makes or changes products; the caller knows that those that are there are the page's. */
export async function saveProducts(
  tx: Tx,
  products: readonly (GivenProduct & { state?: ProductState })[],
  by: string,
  at: Date,
): Promise<void> {
  if (products.length === 0) return
  await sql`
    insert into goods.product (id, page, title, about, tags, tax_class, state, physical, handover, pricing, currency, preorder_on, most_each, opens_at, closes_at, options, handle,
      created_by, created_at, changed_at)
    select x.id, x.page, x.title, x.about, x.tags, x."taxClass", coalesce(x.state, 'draft'), x.physical, x.handover, x.pricing, x.currency, x."preorderOn", x."mostEach", x."opensAt",
      x."closesAt", x.options, x.handle, ${by}, ${at}, ${at}
    from jsonb_to_recordset(${JSON.stringify(products)}::jsonb) as x(id text, page text, title text, about text, tags text[], "taxClass" text, state text, physical boolean, handover text,
      pricing text, currency text, "preorderOn" date, "mostEach" int, "opensAt" timestamptz, "closesAt" timestamptz, options text[], handle text)
    on conflict (id) do update set title = excluded.title, about = excluded.about, tags = excluded.tags, tax_class = excluded.tax_class, physical = excluded.physical,
      handover = excluded.handover, pricing = excluded.pricing, currency = excluded.currency, preorder_on = excluded.preorder_on, most_each = excluded.most_each,
      opens_at = excluded.opens_at, closes_at = excluded.closes_at, options = excluded.options, handle = excluded.handle, changed_at = excluded.changed_at`.execute(
    tx,
  )
}

/** Whose variants these are. */
export async function variantOwners(
  tx: Read | Tx,
  ids: readonly string[],
): Promise<Map<string, { product: string; page: string; bundle: boolean }>> {
  const { rows } = await sql<{ id: string; product: string; page: string; bundle: boolean }>`
    select id, product, page, bundle from goods.variant where id = any(${[...ids]}::text[])`.execute(tx)
  return new Map(rows.map(({ id, ...row }) => [id, row]))
}
/** Which of these skus other products of the page have. */
export async function skusTaken(tx: Read | Tx, page: string, product: string, skus: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ sku: string }>`
    select sku from goods.variant where page = ${page} and state = 'open' and product <> ${product} and sku = any(${[...skus]}::text[])`.execute(
    tx,
  )
  return rows.map(row => row.sku)
}

/** Makes or changes variants, in the order given. `keepOthers`: variants of these products that are not named stay; else they are gone. Stock is not touched. */
export async function saveVariants(
  tx: Tx,
  products: readonly { id: string; page: string; variants: readonly GivenVariant[] }[],
  keepOthers = false,
): Promise<void> {
  const rows = products.flatMap(({ id, page, variants: all }) =>
    all.map((variant, place) => ({ ...variant, product: id, page, place, price: variant.price.toString() })),
  )
  if (!keepOthers)
    await sql`update goods.variant set state = 'gone' where product = any(${products.map(p => p.id)}::text[]) and state = 'open' and id <> all(${rows.map(v => v.id)}::text[])`.execute(
      tx,
    )
  // What two variants swap (a sku, an option) is free in between.
  await sql`
    update goods.variant v set sku = null, options = array[v.id] from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, sku text, options text[])
    where v.id = x.id and (v.sku is distinct from x.sku or v.options <> x.options)`.execute(tx)
  await sql`
    insert into goods.variant (id, product, page, options, place, sku, price, weight_g, picture, stock, bundle)
    select x.id, x.product, x.page, x.options, x.place, x.sku, x.price, x."weightG", x.picture, null, x.bundle
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, product text, page text, options text[], place smallint, sku text, price bigint, "weightG" int, picture text, bundle boolean)
    order by x.id
    on conflict (id) do update set options = excluded.options, place = excluded.place, sku = excluded.sku, price = excluded.price, weight_g = excluded.weight_g,
      picture = excluded.picture, bundle = excluded.bundle, state = 'open'`.execute(tx)
  const parts = rows.flatMap(({ id, parts: own }) => own.map(part => ({ bundle: id, ...part })))
  await sql`delete from goods.part where bundle = any(${rows.map(v => v.id)}::text[])`.execute(tx)
  if (parts.length > 0)
    await sql`insert into goods.part (bundle, part, quantity)
      select * from unnest(${parts.map(p => p.bundle)}::text[], ${parts.map(p => p.variant)}::text[], ${parts.map(p => p.quantity)}::smallint[])`.execute(
      tx,
    )
}

export async function setProductState(tx: Tx, ids: readonly string[], state: ProductState, at: Date): Promise<void> {
  await sql`update goods.product set state = ${state}, changed_at = ${at} where id = any(${[...ids]}::text[])`.execute(tx)
}
export async function setPictures(tx: Tx, id: string, pictures: readonly string[], at: Date): Promise<void> {
  await sql`update goods.product set pictures = ${[...pictures]}::text[], changed_at = ${at} where id = ${id}`.execute(tx)
}
/** Pictures of several products at once; the caller has their rows locked. */
export async function setManyPictures(tx: Tx, rows: readonly { id: string; pictures: readonly string[] }[], at: Date): Promise<void> {
  if (rows.length === 0) return
  await sql`update goods.product p set pictures = x.pictures, changed_at = ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, pictures text[]) where p.id = x.id`.execute(tx)
}
export type KnownVariant = { id: string; product: string; bundle: boolean }
/** Variants of a page by their skus, or by their ids (so the way out names those without a sku). */
export async function bySku(db: Read | Tx, page: string, skus: readonly string[]): Promise<Map<string, KnownVariant>> {
  const { rows } = await sql<KnownVariant & { sku: string }>`
    select case when sku = any(${[...skus]}::text[]) then sku else id end as sku, id, product, bundle from goods.variant
    where page = ${page} and state = 'open' and (sku = any(${[...skus]}::text[]) or id = any(${[...skus]}::text[]))`.execute(db)
  return new Map(rows.map(({ sku, ...row }) => [sku, row]))
}
/** Products of a page by their handles, or by their ids (so the way out names those without a handle). */
export async function byHandle(db: Read | Tx, page: string, handles: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ handle: string; id: string }>`
    select case when handle = any(${[...handles]}::text[]) then handle else id end as handle, id from goods.product
    where page = ${page} and (handle = any(${[...handles]}::text[]) or id = any(${[...handles]}::text[]))`.execute(db)
  return new Map(rows.map(row => [row.handle, row.id]))
}
/** Which of these assets are pictures of the page's products. */
export async function ownPictures(db: Read | Tx, page: string, assets: readonly string[]): Promise<Set<string>> {
  if (assets.length === 0) return new Set()
  const { rows } = await sql<{ asset: string }>`
    select distinct x.asset from goods.product p cross join unnest(p.pictures) as x(asset) where p.page = ${page} and x.asset = any(${[...assets]}::text[])`.execute(
    db,
  )
  return new Set(rows.map(row => row.asset))
}
export async function countProducts(db: Read | Tx, page: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from goods.product where page = ${page}`.execute(db)
  return rows[0]!.n
}

// Pictures of a table.

export async function wantPictures(tx: Tx, wanted: readonly { product: string; place: number; url: string }[]): Promise<void> {
  if (wanted.length === 0) return
  await sql`
    insert into goods.fetch (product, place, url) select * from unnest(${wanted.map(w => w.product)}::text[], ${wanted.map(w => w.place)}::smallint[], ${wanted.map(w => w.url)}::text[])
    on conflict (product, place) do update set url = excluded.url, tries = 0, problem = null, done_at = null where goods.fetch.url <> excluded.url`.execute(
    tx,
  )
}
export async function knownFetches(db: Read | Tx, products: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ product: string; place: number; url: string }>`
    select product, place, url from goods.fetch where product = any(${[...products]}::text[])`.execute(db)
  return new Map(rows.map(row => [`${row.product} ${row.place}`, row.url]))
}
export async function waitingFetches(
  db: Read | Tx,
  limit: number,
): Promise<{ product: string; place: number; url: string; tries: number }[]> {
  const { rows } = await sql<{ product: string; place: number; url: string; tries: number }>`
    select product, place, url, tries from goods.fetch where done_at is null and tries < 3 order by tries, product, place limit ${limit}`.execute(
    db,
  )
  return rows
}
/** A picture that came; it stands where the table had it. */
export async function fetched(tx: Tx, product: string, place: number, asset: string, at: Date): Promise<void> {
  await sql`update goods.fetch set done_at = ${at}, problem = null where product = ${product} and place = ${place}`.execute(tx)
  await sql`
    update goods.product set pictures = (pictures[1:${place}] || ${asset}::text || pictures[${place + 1}:])[1:12], changed_at = ${at}
    where id = ${product} and not ${asset} = any(pictures)`.execute(tx)
}
export async function notFetched(tx: Tx, product: string, place: number, problem: string): Promise<void> {
  await sql`update goods.fetch set tries = tries + 1, problem = ${problem} where product = ${product} and place = ${place}`.execute(tx)
}
