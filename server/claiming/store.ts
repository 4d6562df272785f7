/** SQL of claims, their links and files, and objections. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Standing, State } from './policy.ts'

type Db = Read | Tx
export type ContestedWhy = 'objection' | 'rival' | 'standing'
export type ClaimRow = Standing & {
  id: string
  page: string
  pageName: string
  pageHandle: string
  pagePicture: string | null
  personName: string
  organisation: string | null
  beneficiary: string
  beneficiaryName: string
  words: string
  code: string
  request: string
  at: Date
  announcedByName: string | null
  announcedAt: Date | null
  contestedAt: Date | null
  contestedWhy: ContestedWhy | null
  decidedBy: string | null
  decidedByName: string | null
  closedAt: Date | null
  refusedWhy: 'staff' | 'given' | null
  reason: string | null
  answer: string | null
  filesGoneAt: Date | null
}
const open = sql`state in ('review', 'announced', 'contested')`
const columns = (viewer: string | null): RawBuilder<unknown> => sql`
  c.id, c.page, p.name as "pageName", p.handle as "pageHandle", p.picture as "pagePicture", c.person, n.name as "personName", c.organisation, c.beneficiary, b.name as "beneficiaryName",
  c.words, c.code, c.request, c.state, c.at, c.announced_by as "announcedBy", a.name as "announcedByName", c.announced_at as "announcedAt", c.ends_at as "endsAt",
  c.contested_at as "contestedAt", c.contested_why as "contestedWhy", c.decided_by as "decidedBy", d.name as "decidedByName", c.closed_at as "closedAt", c.refused_why as "refusedWhy",
  c.reason, c.answer, c.files_gone_at as "filesGoneAt",
  exists (select from people.public_member m where m.organisation = c.organisation and m.person = ${viewer}) as "viewerMember",
  exists (select from claiming.objection o where o.claim = c.id and o.person = ${viewer}) as "viewerObjected",
  exists (select from claiming.claim r where r.page = c.page and r.id <> c.id and r.${open}
    and (r.person = ${viewer} or exists (select from people.public_member m where m.organisation = r.organisation and m.person = ${viewer}))) as "viewerRival"`
const tables = sql`claiming.claim c join people.public_page p on p.id = c.page join people.public_party n on n.id = c.person join people.public_party b on b.id = c.beneficiary
  left join people.public_party a on a.id = c.announced_by left join people.public_party d on d.id = c.decided_by`

/** A claim, with what this viewer (null: nobody) has to do with it. */
export async function readClaim(db: Db, id: string, viewer: string | null): Promise<ClaimRow | undefined> {
  const { rows } = await sql<ClaimRow>`select ${columns(viewer)} from ${tables} where c.id = ${id}`.execute(db)
  return rows[0]
}
export async function pageOfClaim(db: Db, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ page: string }>`select page from claiming.claim where id = ${id}`.execute(db)
  return rows[0]?.page
}
/** Claims of this person, or those of others this person objected to, newest claim first. */
export async function listOwn(
  db: Read,
  person: string,
  as: 'claimant' | 'objector',
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ClaimRow[]> {
  const theirs =
    as === 'claimant' ? sql`c.person = ${person}` : sql`c.id in (select claim from claiming.objection where person = ${person})`
  const { rows } = await sql<ClaimRow>`
    select ${columns(person)} from ${tables} where ${theirs} and ${after === undefined ? sql`true` : sql`(c.at, c.id) < (${after[0]}, ${after[1]})`}
    order by c.at desc, c.id desc limit ${limit}`.execute(db)
  return rows
}

/** Whoever makes claims makes them one after the other, so that nobody has more than they may. */
export async function lockClaimant(tx: Tx, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('claiming:' || ${person}, 0))`.execute(tx)
}
/** All open claims of a page, in the order of their ids; the page's own lock comes before. */
export async function lockOpen(tx: Tx, page: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from claiming.claim where page = ${page} and ${open} order by id for update`.execute(
    tx,
  )
  return rows.map(row => row.id)
}
export async function countOpen(db: Db, person: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from claiming.claim where person = ${person} and ${open}`.execute(db)
  return rows[0]!.n
}

export type NewFile = { name: string; kind: 'picture' | 'pdf'; bytes: number; key: string }
export type NewClaim = {
  id: string
  page: string
  person: string
  organisation: string | null
  words: string
  code: string
  request: string
  at: Date
  links: readonly string[]
  files: readonly NewFile[]
}
/** False when the id is known, the code is taken, or there is an open claim of this page by the same person or for the same one. */
export async function insertClaim(tx: Tx, claim: NewClaim): Promise<boolean> {
  const { rows } = await sql`
    insert into claiming.claim (id, page, person, organisation, words, code, request, at)
    values (${claim.id}, ${claim.page}, ${claim.person}, ${claim.organisation}, ${claim.words}, ${claim.code}, ${claim.request}, ${claim.at}) on conflict do nothing returning 1`.execute(
    tx,
  )
  if (rows.length === 0) return false
  if (claim.links.length > 0)
    await sql`insert into claiming.link (claim, place, url) select ${claim.id}, place - 1, url from unnest(${[...claim.links]}::text[]) with ordinality as l(url, place)`.execute(
      tx,
    )
  if (claim.files.length > 0)
    await sql`
      insert into claiming.file (claim, place, name, kind, bytes, key) select ${claim.id}, (place - 1)::int, f->>'name', f->>'kind', (f->>'bytes')::int, f->>'key'
      from jsonb_array_elements(${JSON.stringify(claim.files)}::jsonb) with ordinality as l(f, place)`.execute(tx)
  return true
}

export type LinkRow = {
  claim: string
  place: number
  url: string
  askedAt: Date | null
  outcome: Outcome | null
  lookedAt: Date | null
  foundAt: Date | null
}
export type Outcome = 'found' | 'missing' | 'unreachable' | 'elsewhere'
export async function linksOf(db: Db, claims: readonly string[]): Promise<LinkRow[]> {
  const { rows } = await sql<LinkRow>`
    select claim, place, url, asked_at as "askedAt", outcome, looked_at as "lookedAt", found_at as "foundAt" from claiming.link where claim = any(${[...claims]}::text[]) order by claim, place`.execute(
    db,
  )
  return rows
}
export async function askLook(tx: Tx, claim: string, place: number, at: Date): Promise<void> {
  await sql`update claiming.link set asked_at = ${at} where claim = ${claim} and place = ${place}`.execute(tx)
}
export async function noteLook(tx: Tx, claim: string, place: number, outcome: Outcome, at: Date): Promise<void> {
  await sql`update claiming.link set outcome = ${outcome}, looked_at = ${at}, found_at = case when ${outcome === 'found'} then ${at}::timestamptz else found_at end where claim = ${claim} and place = ${place}`.execute(
    tx,
  )
}

export type FileRow = { claim: string; place: number; name: string; kind: 'picture' | 'pdf'; bytes: number; key: string }
export async function filesOf(db: Db, claims: readonly string[]): Promise<FileRow[]> {
  const { rows } =
    await sql<FileRow>`select claim, place, name, kind, bytes, key from claiming.file where claim = any(${[...claims]}::text[]) order by claim, place`.execute(
      db,
    )
  return rows
}
/** Claims with files that ended before then. */
export async function filesBefore(db: Read, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from claiming.claim c where c.closed_at < ${before} and c.files_gone_at is null and exists (select from claiming.file f where f.claim = c.id) order by c.closed_at limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}
export async function noteFilesGone(tx: Tx, claim: string, at: Date): Promise<void> {
  await sql`update claiming.claim set files_gone_at = ${at} where id = ${claim}`.execute(tx)
}

// ── What becomes of a claim. Whoever calls holds the page and its open claims.

export async function setAnnounced(tx: Tx, id: string, by: string, at: Date, endsAt: Date): Promise<void> {
  await sql`update claiming.claim set state = 'announced', announced_by = ${by}, announced_at = ${at}, ends_at = ${endsAt} where id = ${id} and state = 'review'`.execute(
    tx,
  )
}
export async function setContested(tx: Tx, id: string, why: ContestedWhy, at: Date): Promise<void> {
  await sql`update claiming.claim set state = 'contested', contested_at = ${at}, contested_why = ${why} where id = ${id} and state = 'announced'`.execute(
    tx,
  )
}
export type Closing = {
  state: Extract<State, 'granted' | 'refused' | 'withdrawn'>
  by?: string | null
  why?: 'staff' | 'given' | null
  reason?: string | null
  answer?: string | null
}
export async function setClosed(
  tx: Tx,
  ids: readonly string[],
  { state, by = null, why = null, reason = null, answer = null }: Closing,
  at: Date,
): Promise<void> {
  await sql`
    update claiming.claim set state = ${state}, decided_by = ${by}, refused_why = ${why}, reason = ${reason}, answer = ${answer}, closed_at = ${at}
    where id = any(${[...ids]}::text[]) and ${open}`.execute(tx)
}
/** Whether whoever claims may still speak for whom they claim it. */
export async function stillSpeaks(db: Db, person: string, organisation: string | null): Promise<boolean> {
  if (organisation === null) return true
  const { rows } =
    await sql`select 1 from people.public_member where organisation = ${organisation} and person = ${person} and role in ('owner', 'manager')`.execute(
      db,
    )
  return rows.length > 0
}
/** Announced claims whose time is over. */
export async function dueClaims(db: Read, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select id from claiming.claim where state = 'announced' and ends_at <= ${now} order by ends_at, id limit ${limit}`.execute(db)
  return rows.map(row => row.id)
}
