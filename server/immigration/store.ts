/** SQL of immigration. Reads other rooms only through their public views. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type PieceKind = 'release' | 'files' | 'playlist' | 'favourite' | 'follow' | 'plays' | 'followers'
export type Outcome = 'new' | 'duplicate' | 'conflict' | 'partly' | 'missing' | 'refused'
export type Note = { code: string; text: string | null }
export type NewPiece = {
  n: number
  kind: PieceKind
  title: string
  detail: string
  file: string
  outcome: Outcome
  count: number
  usable: number
  take: boolean
  notes: Note[]
  data: unknown
}
export type PieceRow = Omit<NewPiece, 'data'> & { result: 'done' | 'failed' | 'left' | 'undone' | null; made: string | null }
export type State = 'reading' | 'ready' | 'applying' | 'applied' | 'undoing' | 'undone' | 'failed' | 'discarded'
export type ArchiveRow = {
  id: string
  person: string
  page: { id: string; name: string } | null
  uploads: string[]
  files: string[]
  formats: string[]
  state: State
  problem: Note | null
  startedAt: Date
  appliedAt: Date | null
}

/** Releases of a page, or of all pages a person may edit, with the titles of their tracks. */
export async function readOwnReleases(
  db: Read,
  person: string,
  page: string | null,
): Promise<{ id: string; title: string; upc: string | null; tracks: string[] }[]> {
  const { rows } = await sql<{ id: string; title: string; upc: string | null; tracks: string[] }>`
    select r.id, r.title, u.upc, array(select t.title from catalogue.public_track t where t.release = r.id) as tracks
    from catalogue.public_release r left join catalogue.public_upc u on u.release = r.id
    where ${page === null ? sql`r.page in (select e.page from people.public_page_editor e where e.person = ${person})` : sql`r.page = ${page}`}`.execute(
    db,
  )
  return rows
}

/** Which of these are tracks of this planet. */
export async function readKeptTrackIds(db: Read, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{
    id: string
  }>`select f.id from catalogue.public_track_fact f where f.id = any(${ids}::text[]) and f.visibility <> 'draft'`.execute(db)
  return new Set(rows.map(row => row.id))
}

/** Which of these a person likes (by id) or follows (`<id> follow`) already. */
export async function readKept(db: Read | Tx, person: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select f.thing as id from playlists.public_favourite f where f.person = ${person} and f.thing = any(${ids}::text[])
    union select f.page || ' follow' from people.public_follow f where f.person = ${person} and f.page = any(${ids}::text[])`.execute(db)
  return new Set(rows.map(row => row.id))
}

export async function readPageNames(db: Read, ids: readonly string[]): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: string; name: string }>`
    select p.id, p.name from unnest(${ids}::text[]) with ordinality w(id, n) join people.public_page p on p.id = w.id order by w.n`.execute(
    db,
  )
  return rows
}

const archive = sql`
  a.id, a.person, case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end as page, a.uploads, a.files, a.formats, a.state, a.problem,
  a.started_at as "startedAt", a.applied_at as "appliedAt"`

export async function insertArchive(
  tx: Tx,
  row: { id: string; person: string; page: string | null; uploads: string[]; files: string[]; at: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into immigration.archive (id, person, page, uploads, files, state, started_at) values (${row.id}, ${row.person}, ${row.page}, ${row.uploads}, ${row.files}, 'reading', ${row.at})
    on conflict (id) do nothing`.execute(tx)
  return numAffectedRows === 1n
}
/** Whether something of this person is at work: one at a time. */
export async function isBusy(tx: Tx, person: string): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(7029, hashtext(${person}))`.execute(tx)
  const { rows } =
    await sql`select 1 from immigration.archive where person = ${person} and state in ('reading', 'applying', 'undoing')`.execute(tx)
  return rows.length > 0
}
export async function readArchive(db: Read, id: string): Promise<ArchiveRow | undefined> {
  const { rows } =
    await sql<ArchiveRow>`select ${archive} from immigration.archive a left join people.public_page p on p.id = a.page where a.id = ${id}`.execute(
      db,
    )
  return rows[0]
}
export async function lockArchive(tx: Tx, id: string): Promise<ArchiveRow | undefined> {
  await sql`select 1 from immigration.archive where id = ${id} for update`.execute(tx)
  return readArchive(tx, id)
}
export async function listArchives(
  db: Read,
  person: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ArchiveRow[]> {
  const { rows } = await sql<ArchiveRow>`
    select ${archive} from immigration.archive a left join people.public_page p on p.id = a.page
    where a.person = ${person} and ${after === undefined ? sql`true` : sql`(a.started_at, a.id) < (${after[0]}, ${after[1]})`} order by a.started_at desc, a.id desc limit ${limit}`.execute(
    db,
  )
  return rows
}
/** Moves an archive on; false when it is in none of the states `from` (any more). */
export async function move(tx: Tx, id: string, from: readonly State[], to: State, at: Date, problem: Note | null = null): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update immigration.archive set state = ${to}, problem = ${problem === null ? null : jsonText(problem)}::jsonb,
      applied_at = case when ${to} = 'applied' and applied_at is null then ${at}::timestamptz else applied_at end, ended_at = ${at}
    where id = ${id} and state = any(${from}::text[])`.execute(tx)
  return numAffectedRows === 1n
}

export async function replacePieces(tx: Tx, id: string, pieces: readonly NewPiece[], formats: readonly string[]): Promise<void> {
  await sql`delete from immigration.piece where archive = ${id}`.execute(tx)
  for (let i = 0; i < pieces.length; i += 1000)
    await sql`
      insert into immigration.piece (archive, n, kind, title, detail, file, outcome, count, usable, take, notes, data)
      select ${id}, x.n, x.kind, x.title, x.detail, x.file, x.outcome, x.count, x.usable, x.take, x.notes, x.data
      from jsonb_to_recordset(${jsonText(pieces.slice(i, i + 1000))}::jsonb)
        as x(n int, kind text, title text, detail text, file text, outcome text, count int, usable int, take boolean, notes jsonb, data jsonb)`.execute(
      tx,
    )
  await sql`update immigration.archive set formats = ${formats} where id = ${id}`.execute(tx)
}

export type Summary = { kind: PieceKind; outcome: Outcome; pieces: number; usable: number; taken: number; done: number; failed: number }
export async function readSummary(db: Read, ids: readonly string[]): Promise<Map<string, Summary[]>> {
  const { rows } = await sql<Summary & { archive: string }>`
    select archive, kind, outcome, count(*)::int as pieces, sum(usable)::int as usable, (count(*) filter (where take))::int as taken,
      (count(*) filter (where result is not null))::int as done, (count(*) filter (where result = 'failed'))::int as failed
    from immigration.piece where archive = any(${ids}::text[]) group by archive, kind, outcome order by kind, outcome`.execute(db)
  return Map.groupBy(rows, row => row.archive)
}

const shown = sql`n, kind, title, detail, file, outcome, count, usable, take, notes, result, made`
export async function listPieces(
  db: Read,
  id: string,
  filter: { kind: string | null; outcome: string | null },
  after: number,
  limit: number,
): Promise<PieceRow[]> {
  const { rows } = await sql<PieceRow>`
    select ${shown} from immigration.piece
    where archive = ${id} and n > ${after} and (${filter.kind}::text is null or kind = ${filter.kind}) and (${filter.outcome}::text is null or outcome = ${filter.outcome})
    order by n limit ${limit}`.execute(db)
  return rows
}
export async function choosePieces(
  tx: Tx,
  id: string,
  filter: { n: number | null; kind: string | null; outcome: string | null },
  take: boolean,
): Promise<void> {
  await sql`
    update immigration.piece set take = ${take}
    where archive = ${id} and outcome not in ('duplicate', 'refused') and (${filter.n}::int is null or n = ${filter.n})
      and (${filter.kind}::text is null or kind = ${filter.kind}) and (${filter.outcome}::text is null or outcome = ${filter.outcome})`.execute(
    tx,
  )
}

export type OpenPiece = {
  n: number
  kind: PieceKind
  title: string
  outcome: Outcome
  data: never
  undo: never
  made: string | null
  notes: Note[]
}
const whole = sql<OpenPiece>`select n, kind, title, outcome, data, undo, made, notes from immigration.piece`
/** The next pieces to bring in. */
export async function openPieces(db: Read, id: string, limit: number): Promise<OpenPiece[]> {
  return (await sql<OpenPiece>`${whole} where archive = ${id} and take and result is null order by n limit ${limit}`.execute(db)).rows
}
/** What was brought in, the last first. */
export async function donePieces(db: Read, id: string, limit: number): Promise<OpenPiece[]> {
  return (await sql<OpenPiece>`${whole} where archive = ${id} and result = 'done' order by n desc limit ${limit}`.execute(db)).rows
}
export async function settlePiece(
  tx: Tx,
  id: string,
  n: number,
  to: { result: 'done' | 'failed' | 'left' | 'undone'; made?: string | null; undo?: unknown; notes?: readonly Note[] },
): Promise<void> {
  await sql`
    update immigration.piece set result = ${to.result}, made = coalesce(${to.made ?? null}, made), undo = coalesce(${to.undo === undefined ? null : jsonText(to.undo)}::jsonb, undo),
      notes = notes || ${jsonText(to.notes ?? [])}::jsonb
    where archive = ${id} and n = ${n}`.execute(tx)
}

export async function invite(tx: Tx, id: string, page: string, addresses: readonly string[], at: Date): Promise<void> {
  await sql`
    insert into immigration.invitation (page, address, archive, at) select ${page}, x, ${id}, ${at} from unnest(${addresses}::text[]) x on conflict do nothing`.execute(
    tx,
  )
}
/** Takes back what nobody answered yet. */
export async function uninvite(tx: Tx, id: string): Promise<void> {
  await sql`delete from immigration.invitation where archive = ${id} and answered_at is null`.execute(tx)
}
export type InvitationRow = { page: string; name: string; picture: string | null; followers: number }
export async function readInvitations(db: Read, address: string, person: string): Promise<InvitationRow[]> {
  const { rows } = await sql<InvitationRow>`
    select p.id as page, p.name, p.picture, p.followers from immigration.invitation i join people.public_page p on p.id = i.page
    where i.address = ${address} and i.answered_at is null and not exists (select from people.public_follow f where f.page = i.page and f.person = ${person})
    order by i.at desc, p.id limit 50`.execute(db)
  return rows
}
export async function settleInvitation(tx: Tx, address: string, page: string, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update immigration.invitation set answered_at = ${at} where address = ${address} and page = ${page} and answered_at is null`.execute(tx)
  return numAffectedRows === 1n
}

/** Archives nobody applied for long are over. */
export async function discardOld(tx: Tx, before: Date, at: Date): Promise<void> {
  await sql`update immigration.archive set state = 'discarded', ended_at = ${at} where state = 'ready' and started_at < ${before}`.execute(
    tx,
  )
}
