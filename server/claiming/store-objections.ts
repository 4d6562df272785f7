/** SQL of objections, of what everybody sees on a page, and of the desk. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { State } from './policy.ts'

type Db = Read | Tx
export type ObjectionRow = { id: string; claim: string; person: string; personName: string; words: string; links: string[]; at: Date }
const columns = sql`o.id, o.claim, o.person, n.name as "personName", o.words, o.links, o.at`

export async function objectionsOf(db: Db, claims: readonly string[]): Promise<ObjectionRow[]> {
  const { rows } = await sql<ObjectionRow>`
    select ${columns} from claiming.objection o join people.public_party n on n.id = o.person where o.claim = any(${[...claims]}::text[]) order by o.claim, o.at, o.id limit 2000`.execute(
    db,
  )
  return rows
}
export async function readObjection(db: Db, id: string): Promise<ObjectionRow | undefined> {
  const { rows } =
    await sql<ObjectionRow>`select ${columns} from claiming.objection o join people.public_party n on n.id = o.person where o.id = ${id}`.execute(
      db,
    )
  return rows[0]
}
/** False when this id is known, or the person objected to this claim before. */
export async function insertObjection(tx: Tx, row: Omit<ObjectionRow, 'personName'>): Promise<boolean> {
  const { rows } = await sql`
    insert into claiming.objection (id, claim, person, words, links, at) values (${row.id}, ${row.claim}, ${row.person}, ${row.words}, ${JSON.stringify(row.links)}::jsonb, ${row.at})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}

export type RivalRow = { page: string; id: string; beneficiary: string; beneficiaryName: string; state: State }
/** Open claims of these pages. */
export async function openOf(db: Db, pages: readonly string[]): Promise<RivalRow[]> {
  const { rows } = await sql<RivalRow>`
    select c.page, c.id, c.beneficiary, b.name as "beneficiaryName", c.state from claiming.claim c join people.public_party b on b.id = c.beneficiary
    where c.page = any(${[...pages]}::text[]) and c.state in ('review', 'announced', 'contested') order by c.id`.execute(db)
  return rows
}

export type OnPage = { free: boolean; announced: string | null; mine: string | null; objected: string | null }
/** What there is to say of claims on a page to this viewer (null: nobody); undefined without the page. */
export async function readOnPage(db: Read, page: string, viewer: string | null): Promise<OnPage | undefined> {
  const { rows } = await sql<OnPage>`
    select p.owner is null as free, (select id from claiming.claim where page = p.id and state in ('announced', 'contested')) as announced,
      (select id from claiming.claim where page = p.id and person = ${viewer} order by at desc, id desc limit 1) as mine,
      (select o.claim from claiming.objection o join claiming.claim c on c.id = o.claim where c.page = p.id and o.person = ${viewer} order by o.at desc limit 1) as objected
    from people.public_page p where p.id = ${page}`.execute(db)
  return rows[0]
}

export type QueueRow = {
  id: string
  page: string
  pageName: string
  pageHandle: string
  pagePicture: string | null
  beneficiary: string
  beneficiaryName: string
  state: State
  at: Date
  since: Date
  endsAt: Date | null
  found: boolean
  files: number
  objections: number
  rivals: number
}
const queues = {
  review: { since: sql.ref('c.at'), where: sql`c.state = 'review'`, newest: false },
  announced: { since: sql.ref('c.ends_at'), where: sql`c.state = 'announced'`, newest: false },
  contested: { since: sql.ref('c.contested_at'), where: sql`c.state = 'contested'`, newest: false },
  closed: { since: sql.ref('c.closed_at'), where: sql`c.closed_at is not null`, newest: true },
}
/** Those that wait longest first (announced: those that end first); closed ones newest first. */
export async function listQueue(
  db: Read,
  state: keyof typeof queues,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<(QueueRow & { sort: Date })[]> {
  const { since, where, newest } = queues[state]
  const past =
    after === undefined
      ? sql`true`
      : newest
        ? sql`(${since}, c.id) < (${after[0]}, ${after[1]})`
        : sql`(${since}, c.id) > (${after[0]}, ${after[1]})`
  const { rows } = await sql<QueueRow & { sort: Date }>`
    select c.id, c.page, p.name as "pageName", p.handle as "pageHandle", p.picture as "pagePicture", c.beneficiary, b.name as "beneficiaryName", c.state, c.at,
      coalesce(c.closed_at, c.contested_at, c.announced_at, c.at) as since, c.ends_at as "endsAt", ${since} as sort,
      exists (select from claiming.link l where l.claim = c.id and l.found_at is not null) as found, (select count(*)::int from claiming.file f where f.claim = c.id) as files,
      (select count(*)::int from claiming.objection o where o.claim = c.id) as objections,
      (select count(*)::int from claiming.claim r where r.page = c.page and r.id <> c.id and r.state in ('review', 'announced', 'contested')) as rivals
    from claiming.claim c join people.public_page p on p.id = c.page join people.public_party b on b.id = c.beneficiary
    where ${where} and ${past} order by ${newest ? sql`${since} desc, c.id desc` : sql`${since}, c.id`} limit ${limit}`.execute(db)
  return rows
}
