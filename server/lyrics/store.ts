/** All SQL of what is shown: versions, hands, locks. */
import { sql, type RawBuilder } from 'kysely'
import type { TimedLine, Timing } from '../timedtext/index.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { Viewer } from '../foundation/session.ts'

export type Who = Pick<Viewer, 'id' | 'roles'> | null
export type Kind = 'main' | 'translation' | 'romanisation'
export type Role = 'words' | 'timing' | 'correction' | 'translation' | 'romanisation'
/** A line of a translation or romanisation names the line it belongs to. */
export type KeptLine = Pick<TimedLine, 'startMs' | 'endMs' | 'text'> & Partial<TimedLine> & { of?: string }
export type HandRow = { person: string; name: string; page: string | null; role: Role }
export type PartRow = {
  kind: Kind
  language: string
  timing: Timing
  source: 'file' | 'maker' | 'community'
  /** Null: inside the words of a file. */
  base: string | null
  version: string | null
  changedAt: Date
  licence: string | null
  lines: KeptLine[]
  hands: HandRow[]
}

/** Whether the viewer may edit what belongs to this page. Pages that are nobody's yet are kept by the operator. */
export const editable = (who: Who, page: RawBuilder<unknown>): RawBuilder<boolean> => {
  if (who === null) return sql<boolean>`false`
  const own = sql<boolean>`exists (select 1 from people.public_page_editor e where e.page = ${page} and e.person = ${who.id})`
  return who.roles.includes('operator')
    ? sql<boolean>`(${own} or exists (select 1 from people.public_page n where n.id = ${page} and n.owner is null))`
    : own
}
/** Tracks by their address: all but drafts of others, and what one bought before it was taken out of sight (as the catalogue has it). */
export const visible = (who: Who): RawBuilder<boolean> =>
  sql<boolean>`(r.visibility <> 'draft' or ${editable(who, sql`r.page`)} ${
    who === null
      ? sql``
      : sql`or exists (select 1 from shop.public_ownership b where b.release = r.id and b.person = ${who.id} and starts_with(b.line, 'lin_'))`
  })`

export const handsOf = (version: RawBuilder<unknown>): RawBuilder<HandRow[]> => sql<HandRow[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('person', h.person, 'name', p.name, 'role', h.role,
    'page', (select g.id from people.public_page g where g.owner = h.person order by g.id limit 1)) order by h.at, h.role), '[]')
  from lyrics.hand h join people.public_party p on p.id = h.person where h.version = ${version})`

/** Everything shown of a track's recording; undefined where the viewer sees no such track. Words first. */
export async function readParts(db: Read, who: Who, track: string): Promise<PartRow[] | undefined> {
  const { rows } = await sql<{ parts: (Omit<PartRow, 'changedAt'> & { changedAt: string })[] }>`
    select coalesce((
      select jsonb_agg(jsonb_build_object('kind', w.kind, 'language', w.language, 'timing', w.timing, 'lines', w.lines, 'version', w.version,
        'source', coalesce(v.source, 'file'), 'licence', v.licence, 'changedAt', to_char(w.changed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'base', ${baseOf}, 'hands', ${handsOf(sql`w.version`)}) order by w.kind = 'main' desc, w.kind, w.language)
      from lyrics.public_words w left join lyrics.version v on v.id = w.version where w.recording = t.recording), '[]') as parts
    from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = ${track} and ${visible(who)}`.execute(db)
  return rows[0]?.parts.map(part => ({ ...part, changedAt: new Date(part.changedAt) }))
}
/** Names a state of shown words: the version, or the time of the file's words. */
const baseOf = sql`coalesce(w.version, 'file-' || (extract(epoch from w.changed_at) * 1000)::bigint)`

export type PlaceRow = {
  recording: string
  release: string
  page: string
  editor: boolean
  title: string
  artists: string
  album: string
  durationMs: number
  locked: boolean
}
/** Where a track stands; undefined where the viewer does not see it. */
export async function readPlace(db: Read, who: Who, track: string): Promise<PlaceRow | undefined> {
  const { rows } = await sql<PlaceRow>`
    select t.recording, t.release, r.page, ${editable(who, sql`r.page`)} as editor, t.title, t.duration_ms as "durationMs", r.title as album,
      coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_track_artist a join people.public_page n on n.id = a.page where a.track = t.id), '') as artists,
      exists (select 1 from lyrics.locked k where k.recording = t.recording) as locked
    from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = ${track} and ${visible(who)}`.execute(db)
  return rows[0]
}
/** One change of a recording's words at a time. */
export async function lockRecording(tx: Tx, recording: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('lyrics:' || ${recording}, 0))`.execute(tx)
}

export type NewVersion = {
  id: string
  recording: string
  kind: Kind
  language: string
  timing: Timing
  lines: readonly KeptLine[]
  source: 'maker' | 'community'
  licence: string | null
  approvedBy: string | null
  hands: readonly { person: string; role: Role }[]
  /** The version whose words these are again. */
  restored?: string | null
  at: Date
}
/** Puts a version in the place of what was shown; hands of the one before that are still true are given along by the caller. */
export async function insertVersion(tx: Tx, given: NewVersion): Promise<void> {
  await sql`
    update lyrics.version set replaced_at = greatest(${given.at}::timestamptz, created_at) where recording = ${given.recording} and kind = ${given.kind} and replaced_at is null
      and (kind = 'main' or language = ${given.language})`.execute(tx)
  await sql`
    insert into lyrics.version (id, recording, kind, language, timing, lines, source, licence, approved_by, restored, created_at)
    values (${given.id}, ${given.recording}, ${given.kind}, ${given.language}, ${given.timing}, ${jsonText(given.lines)}::jsonb, ${given.source}, ${given.licence},
      ${given.approvedBy}, ${given.restored ?? null}, ${given.at})`.execute(tx)
  await sql`
    insert into lyrics.hand (version, person, role, at)
    select ${given.id}, x.person, x.role, ${given.at}::timestamptz + x.n * interval '1 microsecond'
    from jsonb_to_recordset(${jsonText(given.hands.map((hand, n) => ({ ...hand, n })))}::jsonb) as x(person text, role text, n int)
    on conflict do nothing`.execute(tx)
}
/** Takes away what is shown of a kind (null language: of every language). */
export async function retire(tx: Tx, recording: string, kind: Kind, language: string | null, at: Date): Promise<void> {
  await sql`
    update lyrics.version set replaced_at = greatest(${at}::timestamptz, created_at) where recording = ${recording} and kind = ${kind} and replaced_at is null
      and (${language}::text is null or language = ${language})`.execute(tx)
}
/** Releases a recording is on. */
export async function releasesOf(tx: Tx, recording: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`select distinct release as id from catalogue.public_track where recording = ${recording}`.execute(tx)
  return rows.map(row => row.id)
}

export async function setLock(tx: Tx, recording: string, person: string, locked: boolean, at: Date): Promise<void> {
  if (locked)
    await sql`insert into lyrics.locked (recording, person, at) values (${recording}, ${person}, ${at}) on conflict (recording) do nothing`.execute(
      tx,
    )
  else await sql`delete from lyrics.locked where recording = ${recording}`.execute(tx)
}

export type VersionRow = {
  id: string
  kind: Kind
  language: string
  timing: Timing
  source: 'maker' | 'community'
  at: Date
  replacedAt: Date | null
  lineCount: number
  hands: HandRow[]
}
/** Texts people made of a recording, the newest first. */
export async function listVersions(db: Read, recording: string): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    select v.id, v.kind, v.language, v.timing, v.source, v.created_at as at, v.replaced_at as "replacedAt", jsonb_array_length(v.lines) as "lineCount", ${handsOf(sql`v.id`)} as hands
    from lyrics.version v where v.recording = ${recording} order by v.created_at desc, v.id desc limit 200`.execute(db)
  return rows
}
/** `first…`: the version whose words these are, where it was shown again. */
export type VersionText = VersionRow & { lines: KeptLine[]; licence: string | null; firstId: string; firstAt: Date }
export async function readVersion(db: Read, recording: string, id: string): Promise<VersionText | undefined> {
  const { rows } = await sql<VersionText>`
    select v.id, v.kind, v.language, v.timing, v.source, v.created_at as at, v.replaced_at as "replacedAt", jsonb_array_length(v.lines) as "lineCount", v.lines, v.licence,
      ${handsOf(sql`v.id`)} as hands, coalesce(o.id, v.id) as "firstId", coalesce(o.created_at, v.created_at) as "firstAt"
    from lyrics.version v left join lyrics.version o on o.id = v.restored where v.id = ${id} and v.recording = ${recording}`.execute(db)
  return rows[0]
}

/** Words of a recording that becomes one with another, with who made them and what waits: what both show is shown as the other has it, and kept as an earlier version. */
export async function moveWords(tx: Tx, from: string, to: string, at: Date): Promise<void> {
  await sql`
    update lyrics.version v set replaced_at = greatest(created_at, ${at}) where recording = ${from} and replaced_at is null and exists (
      select from lyrics.version o where o.recording = ${to} and o.replaced_at is null and o.kind = v.kind and (v.kind = 'main' or o.language = v.language))`.execute(
    tx,
  )
  await sql`update lyrics.version set recording = ${to} where recording = ${from}`.execute(tx)
  await sql`update lyrics.contribution set recording = ${to} where recording = ${from}`.execute(tx)
  await sql`
    update lyrics.report r set recording = ${to} where recording = ${from} and (settled_at is not null or not exists (
      select from lyrics.report o where o.recording = ${to} and o.person = r.person and coalesce(o.line, '') = coalesce(r.line, '') and o.settled_at is null))`.execute(
    tx,
  )
  await sql`
    insert into lyrics.locked (recording, person, at) select ${to}, person, at from lyrics.locked where recording = ${from} on conflict do nothing`.execute(
    tx,
  )
}
