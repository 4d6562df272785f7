/** All SQL of rights. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type SubjectRow = {
  release: string
  page: string
  owner: string | null
  ownerName: string | null
  title: string
  visibility: string
  mayEdit: boolean
}

/** What a sheet can be about: a release, or a track by its release; with whether this person may edit its page. */
export async function findSubject(db: Db, subject: string, person: string | null): Promise<SubjectRow | undefined> {
  const rows = await sql<SubjectRow>`
    select r.id as release, r.page, p.owner, o.name as "ownerName", coalesce(t.title, r.title) as title, r.visibility,
           exists (select from people.public_page_editor e where e.page = r.page and e.person = ${person}) as "mayEdit"
    from catalogue.public_release r
    join people.public_page p on p.id = r.page
    left join people.public_party o on o.id = p.owner
    left join catalogue.public_track t on t.release = r.id and t.id = ${subject}
    where r.id = coalesce((select release from catalogue.public_track where id = ${subject}), ${subject})`.execute(db)
  return rows.rows[0]
}

/** One after the other: who proposes or signs for a subject. */
export const lockSubject = async (tx: Tx, subject: string, kind: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`rights ${subject} ${kind}`}, 0))`.execute(tx)
}

export async function latestVersion(tx: Tx, subject: string, kind: string): Promise<number> {
  const rows = await sql<{
    version: number
  }>`select coalesce(max(version), 0)::int as version from rights.sheet where subject = ${subject} and kind = ${kind}`.execute(tx)
  return rows.rows[0]!.version
}

export type NewSheet = {
  id: string
  subject: string
  release: string
  kind: string
  version: number
  title: string
  note: string
  body: string
  hash: string
  createdBy: string
  createdAt: Date
}
export type NewParty = { party: string; role: string; shareBp: number }

export async function insertSheet(tx: Tx, sheet: NewSheet, parties: readonly NewParty[]): Promise<void> {
  await sql`insert into rights.sheet (id, subject, release, kind, version, title, note, body, hash, created_by, created_at)
    values (${sheet.id}, ${sheet.subject}, ${sheet.release}, ${sheet.kind}, ${sheet.version}, ${sheet.title}, ${sheet.note}, ${sheet.body}, ${sheet.hash}, ${sheet.createdBy}, ${sheet.createdAt})`.execute(
    tx,
  )
  await sql`insert into rights.sheet_party (sheet, position, party, role, share_bp)
    select ${sheet.id}, p.position - 1, p.party, p.role, p.share
    from unnest(${list(parties.map(p => p.party))}, ${list(parties.map(p => p.role))}, ${parties.map(p => p.shareBp)}::int[]) with ordinality as p(party, role, share, position)`.execute(
    tx,
  )
}

/** Records answers; who answered before keeps the first one. */
export async function insertAnswers(
  tx: Tx,
  sheet: { id: string; hash: string },
  answers: readonly { id: string; party: string; person: string }[],
  answer: 'signed' | 'declined',
  at: Date,
  reason = '',
): Promise<void> {
  if (answers.length === 0) return
  await sql`insert into rights.signature (id, sheet, party, person, answer, hash, reason, at)
    select a.id, ${sheet.id}, a.party, a.person, ${answer}, ${sheet.hash}, ${reason}, ${at}
    from unnest(${list(answers.map(a => a.id))}, ${list(answers.map(a => a.party))}, ${list(answers.map(a => a.person))}) as a(id, party, person)
    on conflict (sheet, party) do nothing`.execute(tx)
}

export const isSignedByAll = async (tx: Tx, sheet: string): Promise<boolean> => {
  const rows = await sql<{ all: boolean }>`
    select not exists (select from rights.sheet_party p where p.sheet = ${sheet}
      and not exists (select from rights.signature s where s.sheet = p.sheet and s.party = p.party and s.answer = 'signed')) as all`.execute(
    tx,
  )
  return rows.rows[0]!.all
}

/** Puts a sheet in force from `at` on; the one before it ends then. */
export async function putInForce(tx: Tx, sheet: string, at: Date): Promise<void> {
  await sql`update rights.sheet o set state = 'replaced', in_force_until = greatest(${at}, o.in_force_from)
    from rights.sheet n where n.id = ${sheet} and o.subject = n.subject and o.kind = n.kind and o.state = 'signed'`.execute(tx)
  await sql`update rights.sheet set state = 'signed', in_force_from = ${at} where id = ${sheet}`.execute(tx)
}

export const closeSheet = async (tx: Tx, sheet: string, state: 'declined' | 'withdrawn'): Promise<void> => {
  await sql`update rights.sheet set state = ${state} where id = ${sheet}`.execute(tx)
}

/** An open version gives way to a newer one. */
export const replaceOpen = async (tx: Tx, subject: string, kind: string): Promise<void> => {
  await sql`update rights.sheet set state = 'replaced' where subject = ${subject} and kind = ${kind} and state = 'open'`.execute(tx)
}

export type SheetRow = {
  id: string
  subject: string
  release: string
  kind: 'work' | 'master'
  version: number
  state: 'open' | 'signed' | 'declined' | 'withdrawn' | 'replaced'
  title: string
  note: string
  body: string
  hash: string
  createdBy: string
  createdAt: Date
  inForceFrom: Date | null
  inForceUntil: Date | null
  creator: string
  /** The viewer may edit the page of the release. */
  mayEdit: boolean
  /** Parties the viewer is or, as an owner of it, may sign for. */
  mine: string[]
  /** Parties the viewer is or is a member of. */
  seen: string[]
  parties: {
    party: string
    name: string
    role: string
    shareBp: number
    answer: 'signed' | 'declined' | null
    at: string | null
    reason: string | null
  }[]
}

const sheetColumns = (person: string | null) => sql`
  s.id, s.subject, s.release, s.kind, s.version, s.state, s.title, s.note, s.body, s.hash, s.created_by as "createdBy", s.created_at as "createdAt",
  s.in_force_from as "inForceFrom", s.in_force_until as "inForceUntil", coalesce(c.name, '') as creator,
  exists (select from catalogue.public_release r join people.public_page_editor e on e.page = r.page where r.id = s.release and e.person = ${person}) as "mayEdit",
  coalesce((select array_agg(p.party) from rights.sheet_party p where p.sheet = s.id and (p.party = ${person}
    or exists (select from people.public_member m where m.organisation = p.party and m.person = ${person} and m.role = 'owner'))), '{}') as mine,
  coalesce((select array_agg(p.party) from rights.sheet_party p where p.sheet = s.id and (p.party = ${person}
    or exists (select from people.public_member m where m.organisation = p.party and m.person = ${person} and m.role <> 'door'))), '{}') as seen,
  (select jsonb_agg(jsonb_build_object('party', p.party, 'name', coalesce(n.name, ''), 'role', p.role, 'shareBp', p.share_bp, 'answer', g.answer, 'at', g.at, 'reason', g.reason) order by p.position)
    from rights.sheet_party p left join people.public_party n on n.id = p.party left join rights.signature g on g.sheet = p.sheet and g.party = p.party
    where p.sheet = s.id) as parties`

/** A sheet as this person sees it; `lock` makes others wait. */
export async function readSheet(db: Db, id: string, person: string | null, lock = false): Promise<SheetRow | undefined> {
  if (lock) await sql`select 1 from rights.sheet where id = ${id} for update`.execute(db)
  const rows =
    await sql<SheetRow>`select ${sheetColumns(person)} from rights.sheet s left join people.public_party c on c.id = s.created_by where s.id = ${id}`.execute(
      db,
    )
  return rows.rows[0]
}

/** Sheets this person proposed or is a party of (or owns a party of), those that wait for them first, then newest. */
export async function sheetsOf(
  db: Db,
  person: string,
  options: { waiting: boolean | null; before: { rank: number; at: Date; id: string } | null; limit: number },
): Promise<(SheetRow & { rank: number })[]> {
  const { waiting, before, limit } = options
  const rows = await sql<SheetRow & { rank: number }>`
    with mine as (
      select ${person}::text as party union all select organisation from people.public_member where person = ${person} and role = 'owner'
    ), found as (
      select s.id, s.created_at,
        case when s.state = 'open' and exists (select from rights.sheet_party p join mine m on m.party = p.party
          where p.sheet = s.id and not exists (select from rights.signature g where g.sheet = p.sheet and g.party = p.party)) then 0 else 1 end as rank
      from rights.sheet s
      where s.created_by = ${person} or s.id in (select p.sheet from rights.sheet_party p join mine m on m.party = p.party)
    )
    select f.rank, ${sheetColumns(person)}
    from found f join rights.sheet s on s.id = f.id left join people.public_party c on c.id = s.created_by
    where (${waiting}::boolean is null or (f.rank = 0) = ${waiting}::boolean)
      and (${before?.rank ?? null}::int is null or f.rank > ${before?.rank ?? null}::int
        or (f.rank = ${before?.rank ?? null}::int and (f.created_at, f.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::text)))
    order by f.rank, f.created_at desc, f.id desc limit ${limit}`.execute(db)
  return rows.rows
}

/** Signed and open sheets of a release and its tracks. */
export async function sheetsOfRelease(db: Db, release: string, person: string | null): Promise<SheetRow[]> {
  const rows = await sql<SheetRow>`
    select ${sheetColumns(person)} from rights.sheet s left join people.public_party c on c.id = s.created_by
    where s.release = ${release} and s.state in ('signed', 'open') order by s.subject, s.kind, s.version`.execute(db)
  return rows.rows
}

export async function namesOf(db: Db, parties: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql<{ id: string; name: string }>`select id, name from people.public_party where id = any(${list(parties)})`.execute(
    db,
  )
  return new Map(rows.rows.map(row => [row.id, row.name]))
}

/** Organisations this person owns, of these. */
export async function ownedOf(db: Db, person: string, parties: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ organisation: string }>`
    select organisation from people.public_member where person = ${person} and role = 'owner' and organisation = any(${list(parties)})`.execute(
    db,
  )
  return new Set(rows.rows.map(row => row.organisation))
}

export type ShareRow = {
  subject: string
  kind: 'work' | 'master'
  party: string
  role: string
  shareBp: number
  inForceFrom: Date
  inForceUntil: Date | null
}
/** `tracks`: how many there are, looked up only where a track has a sheet of its own · `shares`: of every sheet of the release and of tracks still on it that is or was in force. */
export type SharedRelease = { release: string; owner: string; tracks: number | null; shares: ShareRow[] }

/** What it takes to share the income of these releases; without those whose page has no owner. Plain rows: building JSON would cost more than all else. */
export async function sharedReleases(db: Db, releases: readonly string[]): Promise<Map<string, SharedRelease>> {
  type Row = { release: string; owner: string; tracks: number | null; subject: string | null } & ShareRow
  const { rows } = await sql<Row>`
    select r.id as release, p.owner, s.subject, s.kind, h.party, h.role, h.share_bp as "shareBp", s.in_force_from as "inForceFrom", s.in_force_until as "inForceUntil",
      case when s.subject <> r.id then (select count(*)::int from catalogue.public_track t where t.release = r.id) end as tracks
    from catalogue.public_release r
    join people.public_page p on p.id = r.page
    left join rights.sheet s on s.release = r.id and s.in_force_from is not null
      and (s.subject = r.id or exists (select from catalogue.public_track t where t.id = s.subject and t.release = r.id))
    left join rights.sheet_party h on h.sheet = s.id
    where r.id = any(${list(releases)}) and p.owner is not null
    order by s.id, h.party`.execute(db)
  const found = new Map<string, SharedRelease>()
  for (const { release, owner, tracks, ...share } of rows) {
    const before = found.get(release) ?? { release, owner, tracks: null, shares: [] }
    before.tracks ??= tracks
    if (share.subject !== null) before.shares.push(share)
    found.set(release, before)
  }
  return found
}

/** Of these releases those that cannot be sold until a sheet is signed. */
export async function waitingReleases(db: Db, releases: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ release: string }>`select release from rights.public_waiting where release = any(${list(releases)})`.execute(db)
  return new Set(rows.rows.map(row => row.release))
}
