/** SQL of shops and their shelves, and of what they have sold. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type StoreState = 'open' | 'paused' | 'closed'
/** A page with its shop; `state` null: nobody opened one. */
export type StoreRow = {
  page: string
  pageName: string
  handle: string
  owner: string | null
  verified: boolean
  followers: number
  picture: string | null
  name: string | null
  about: string
  notice: string
  shipping: string
  returns: string
  banner: string | null
  accent: string | null
  state: StoreState | null
  version: number
  openedAt: Date | null
  openedBy: string | null
  count: number
  stars: number
  byStars: number[] | null
  mayEdit: boolean
}
const columns = (
  viewer: string | null,
) => sql`p.id as page, p.name as "pageName", p.handle, p.owner, p.verified, p.followers, p.picture, s.name, coalesce(s.about, '') as about,
  coalesce(s.notice, '') as notice, coalesce(s.shipping, '') as shipping, coalesce(s.returns, '') as returns, s.banner, i.accent, s.state, coalesce(s.version, 0) as version,
  s.opened_at as "openedAt", s.opened_by as "openedBy", coalesce(r.count, 0) as count, coalesce(r.stars, 0) as stars, r.by_stars as "byStars",
  exists (select from people.public_page_editor e where e.page = p.id and e.person = ${viewer}) as "mayEdit"`
const tables = sql`people.public_page p left join storefront.store s on s.page = p.id left join media.public_image i on i.asset = coalesce(s.banner, p.picture)
  left join storefront.rating r on r.subject = p.id`

/** By the id of the page or its handle. */
export async function readStore(db: Db, page: string, viewer: string | null): Promise<StoreRow | undefined> {
  const by = page.startsWith('pag_') ? sql`p.id = ${page}` : sql`p.handle = ${page}`
  return (await sql<StoreRow>`select ${columns(viewer)} from ${tables} where ${by}`.execute(db)).rows[0]
}
export const lockStore = async (tx: Tx, page: string): Promise<void> => {
  await sql`select 1 from storefront.store where page = ${page} for update`.execute(tx)
}
/** Opened shops that are not closed, newest first; those of a name are found anywhere in it. */
export async function listStores(
  db: Db,
  q: string | null,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<(StoreRow & { openedAt: Date })[]> {
  const { rows } = await sql<StoreRow & { openedAt: Date }>`
    select ${columns(null)} from ${tables} where s.state in ('open', 'paused')
      ${q === null ? sql`` : sql`and (s.name ilike ${`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`} or p.name ilike ${`%${q.replaceAll(/[\\%_]/g, '\\$&')}%`} or p.handle ilike ${`${q.replaceAll(/[\\%_]/g, '\\$&')}%`})`}
      ${after === null ? sql`` : sql`and (s.opened_at, p.id) < (${after.at}, ${after.id})`}
    order by s.opened_at desc, p.id desc limit ${limit}`.execute(db)
  return rows
}
export async function storesOfEditor(db: Db, person: string): Promise<(StoreRow & { unanswered: number })[]> {
  const { rows } = await sql<StoreRow & { unanswered: number }>`
    select ${columns(person)}, (select count(*)::int from storefront.review w where w.page = p.id and w.answer is null and not w.hidden) as unanswered
    from ${tables} where p.id in (select page from people.public_page_editor where person = ${person}) order by p.name, p.id limit 200`.execute(
    db,
  )
  return rows
}

export type NewStore = { page: string; name: string; about: string; terms: unknown; digest: string; by: string; at: Date }
export async function insertStore(tx: Tx, s: NewStore): Promise<boolean> {
  const made = await sql`
    insert into storefront.store (page, name, about, terms, terms_digest, opened_at, opened_by, changed_at)
    values (${s.page}, ${s.name}, ${s.about}, ${JSON.stringify(s.terms)}::jsonb, ${s.digest}, ${s.at}, ${s.by}, ${s.at}) on conflict (page) do nothing`.execute(
    tx,
  )
  return made.numAffectedRows === 1n
}
export type StoreChange = Partial<Record<'name' | 'about' | 'notice' | 'shipping' | 'returns', string>> & { state?: StoreState }
export async function updateStore(tx: Tx, page: string, change: StoreChange, at: Date): Promise<void> {
  const { name = null, about = null, notice = null, shipping = null, returns = null, state = null } = change
  await sql`update storefront.store set name = coalesce(${name}, name), about = coalesce(${about}, about), notice = coalesce(${notice}, notice),
    shipping = coalesce(${shipping}, shipping), returns = coalesce(${returns}, returns), state = coalesce(${state}, state), changed_at = ${at} where page = ${page}`.execute(
    tx,
  )
}
export async function setBanner(tx: Tx, page: string, asset: string | null, at: Date): Promise<void> {
  await sql`update storefront.store set banner = ${asset}, changed_at = ${at} where page = ${page}`.execute(tx)
}

export type SectionRow = {
  key: string
  kind: 'pinned' | 'new' | 'best' | 'tag' | 'digital' | 'merch' | 'ticket' | 'booking' | 'service' | 'membership' | 'voucher'
  title: string
  tag: string | null
  layout: 'grid' | 'strip' | 'large'
  things: string[]
}
export const readSections = async (db: Db, page: string): Promise<SectionRow[]> =>
  (
    await sql<SectionRow>`select key, kind, title, tag, layout, things from storefront.section where page = ${page} order by position`.execute(
      db,
    )
  ).rows
/** All of them anew. False when somebody else changed them since `version`. */
export async function putSections(tx: Tx, page: string, version: number, sections: readonly SectionRow[], at: Date): Promise<boolean> {
  const taken =
    await sql`update storefront.store set version = version + 1, changed_at = ${at} where page = ${page} and version = ${version}`.execute(
      tx,
    )
  if (taken.numAffectedRows !== 1n) return false
  await sql`delete from storefront.section where page = ${page}`.execute(tx)
  if (sections.length > 0)
    await sql`
      insert into storefront.section (page, position, key, kind, title, tag, layout, things)
      select ${page}, position, key, kind, title, tag, layout, things from jsonb_to_recordset(${JSON.stringify(
        sections.map((section, index) => ({ ...section, position: index + 1 })),
      )}::jsonb) as t(position smallint, key text, kind text, title text, tag text, layout text, things text[])`.execute(tx)
  return true
}
/** Of these things those that are the page's. */
export const ownThings = async (db: Db, page: string, things: readonly string[]): Promise<Set<string>> =>
  new Set(
    (await sql<{ id: string }>`select id from storefront.listing where page = ${page} and id = any(${list(things)})`.execute(db)).rows.map(
      row => row.id,
    ),
  )

/** Lines of a page that are paid for and were not taken back, since a moment and in all: minor units by currency. */
export async function salesOf(
  db: Db,
  page: string,
  since: Date,
): Promise<{ currency: string; lines: number; recent: bigint; all: bigint }[]> {
  const { rows } = await sql<{ currency: string; lines: number; recent: bigint; all: bigint }>`
    select currency, count(*) filter (where paid_at >= ${since})::int as lines, coalesce(sum(amount - refunded) filter (where paid_at >= ${since}), 0)::int8 as recent,
      coalesce(sum(amount - refunded), 0)::int8 as all
    from shop.public_line where page = ${page} and state in ('held', 'settled') group by currency order by 4 desc, 1`.execute(db)
  return rows
}
export const unansweredOf = async (db: Db, page: string): Promise<number> =>
  (
    await sql<{
      count: number
    }>`select count(*)::int as count from storefront.review where page = ${page} and answer is null and not hidden`.execute(db)
  ).rows[0]!.count
