/** All SQL of proposals and reports. */
import { sql, type RawBuilder } from 'kysely'
import type { Timing } from '../timedtext/index.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import { editable, type KeptLine, type Kind, type Who } from './store.ts'

export type State = 'open' | 'asked' | 'accepted' | 'refused' | 'withdrawn'
export type ContributionRow = {
  id: string
  recording: string
  track: string
  title: string
  artists: string
  durationMs: number
  person: string
  name: string
  page: string | null
  kind: Kind
  language: string
  timing: Timing
  state: State
  note: string
  licence: string | null
  base: string | null
  /** What is shown now, as a base. */
  shown: string | null
  reason: string | null
  reviewer: string | null
  reviewerName: string | null
  editor: boolean
  createdAt: Date
  decidedAt: Date | null
}
export type ContributionText = ContributionRow & { lines: KeptLine[]; baseLines: KeptLine[] }

const columns = (who: Who): RawBuilder<unknown> => sql`c.id, c.recording, c.track, t.title, t.duration_ms as "durationMs",
  coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_track_artist a join people.public_page n on n.id = a.page where a.track = c.track), '') as artists,
  c.person, p.name, (select g.id from people.public_page g where g.owner = c.person order by g.id limit 1) as page, c.kind, c.language, c.timing, c.state, c.note, c.licence, c.base,
  (select coalesce(w.version, 'file-' || (extract(epoch from w.changed_at) * 1000)::bigint) from lyrics.public_words w
   where w.recording = c.recording and w.kind = c.kind and (c.kind = 'main' or w.language = c.language) limit 1) as shown,
  c.reason, c.reviewer, (select name from people.public_party where id = c.reviewer) as "reviewerName", ${editable(who, sql`r.page`)} as editor,
  c.created_at as "createdAt", c.decided_at as "decidedAt"`
const tables = sql`lyrics.contribution c join catalogue.public_track t on t.id = c.track join catalogue.public_release r on r.id = t.release
  join people.public_party p on p.id = c.person`

export async function readContribution(db: Read, who: Who, id: string): Promise<ContributionText | undefined> {
  const { rows } = await sql<ContributionText>`
    select ${columns(who)}, c.lines, c.base_lines as "baseLines" from ${tables} where c.id = ${id}`.execute(db)
  return rows[0]
}
/** The recording a proposal is for: its lock is taken before anything of it is read for writing. */
export async function recordingOf(tx: Tx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ recording: string }>`select recording from lyrics.contribution where id = ${id}`.execute(tx)
  return rows[0]?.recording
}

export type NewContribution = {
  id: string
  recording: string
  track: string
  person: string
  kind: Kind
  language: string
  timing: Timing
  lines: readonly KeptLine[]
  note: string
  licence: string | null
  base: string | null
  baseLines: readonly KeptLine[]
  at: Date
}
/** False: the id is used already. */
export async function insertContribution(tx: Tx, given: NewContribution): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into lyrics.contribution (id, recording, track, person, kind, language, timing, lines, note, licence, base, base_lines, created_at, changed_at)
    values (${given.id}, ${given.recording}, ${given.track}, ${given.person}, ${given.kind}, ${given.language}, ${given.timing}, ${jsonText(given.lines)}::jsonb,
      ${given.note}, ${given.licence}, ${given.base}, ${jsonText(given.baseLines)}::jsonb, ${given.at}, ${given.at})
    on conflict (id) do nothing`.execute(tx)
  return numAffectedRows === 1n
}
export type Revision = Pick<NewContribution, 'language' | 'timing' | 'lines' | 'note' | 'base' | 'baseLines' | 'at'>
export async function reviseContribution(tx: Tx, id: string, given: Revision): Promise<void> {
  await sql`
    update lyrics.contribution set language = ${given.language}, timing = ${given.timing}, lines = ${jsonText(given.lines)}::jsonb, note = ${given.note},
      base = ${given.base}, base_lines = ${jsonText(given.baseLines)}::jsonb, state = 'open', changed_at = ${given.at}
    where id = ${id} and state in ('open', 'asked')`.execute(tx)
}
export type Decision =
  | { state: 'accepted'; reviewer: string; version: string }
  | { state: 'refused' | 'asked'; reviewer: string; reason: string }
  | { state: 'withdrawn' }
/** False: it was decided meanwhile. */
export async function decide(tx: Tx, id: string, decision: Decision, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update lyrics.contribution set state = ${decision.state}, changed_at = ${at}, decided_at = ${decision.state === 'asked' ? null : at}::timestamptz,
      reviewer = coalesce(${'reviewer' in decision ? decision.reviewer : null}, reviewer), reason = coalesce(${'reason' in decision ? decision.reason : null}, reason),
      version = ${'version' in decision ? decision.version : null}
    where id = ${id} and state in ('open', 'asked')`.execute(tx)
  return numAffectedRows === 1n
}

/** A text of a recording; of the words there is one, whatever its language (null: all languages). */
export type Place = { recording: string; kind: Kind; language: string | null }
type Undone = { id: string; person: string }
const accepted = ({ recording, kind, language }: Place): RawBuilder<unknown> => sql`
  from lyrics.version v where v.id = c.version and c.state = 'accepted' and c.recording = ${recording} and c.kind = ${kind}
    and (c.kind = 'main' or ${language}::text is null or c.language = ${language})`
/** Accepted proposals whose part in a text is taken out of it: what came after a moment, or what these people did. Once; gives those it was. */
export async function undo(tx: Tx, place: Place, which: { after: Date } | { of: readonly string[] }, at: Date): Promise<Undone[]> {
  const { rows } = await sql<Undone>`
    update lyrics.contribution c set undone_at = ${at} ${accepted(place)} and c.undone_at is null
      and ${'after' in which ? sql`v.created_at > ${which.after}` : sql`c.person = any(${[...which.of]}::text[])`} returning c.id, c.person`.execute(
    tx,
  )
  return rows
}
/** Those that stood at a moment stand again, since what was shown then is shown again; gives those that did not meanwhile. */
export async function redo(tx: Tx, place: Place, then: Date): Promise<Undone[]> {
  const { rows } = await sql<Undone>`
    update lyrics.contribution c set undone_at = null ${accepted(place)} and v.created_at <= ${then} and c.undone_at > ${then} returning c.id, c.person`.execute(
    tx,
  )
  return rows
}

export async function listMine(
  db: Read,
  who: NonNullable<Who>,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ContributionRow[]> {
  const { rows } = await sql<ContributionRow>`
    select ${columns(who)} from ${tables} where c.person = ${who.id}
      and (${after === undefined} or (c.created_at, c.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by c.created_at desc, c.id desc limit ${limit}`.execute(db)
  return rows
}
export async function listOfTrack(db: Read, who: NonNullable<Who>, recording: string): Promise<ContributionRow[]> {
  const { rows } = await sql<ContributionRow>`
    select ${columns(who)} from ${tables} where c.recording = ${recording} and c.person = ${who.id} order by c.created_at desc limit 20`.execute(
    db,
  )
  return rows
}
export async function countWaiting(db: Read, recording: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from lyrics.contribution where recording = ${recording} and state in ('open', 'asked')`.execute(db)
  return rows[0]!.n
}
/** Others' proposals that wait for this viewer: staff sees all. */
export async function listWaiting(
  db: Read,
  who: NonNullable<Who>,
  given: { staff: boolean; page: string | null; after: readonly [Date, string] | undefined; limit: number },
): Promise<ContributionRow[]> {
  const { rows } = await sql<ContributionRow>`
    select ${columns(who)} from ${tables} where c.state in ('open', 'asked') and c.person <> ${who.id} and (${given.staff} or ${editable(who, sql`r.page`)})
      and (${given.page}::text is null or r.page = ${given.page})
      and (${given.after === undefined} or (c.created_at, c.id) > (${given.after?.[0] ?? null}::timestamptz, ${given.after?.[1] ?? null}))
    order by c.created_at, c.id limit ${given.limit}`.execute(db)
  return rows
}
/** Proposals of a person: waiting, and made since a moment. */
export async function countOf(
  tx: Tx,
  person: string,
  since: Date,
  now: Date,
): Promise<{ waiting: number; recent: number; banned: boolean }> {
  const { rows } = await sql<{ waiting: number; recent: number; banned: boolean }>`
    select (count(*) filter (where state in ('open', 'asked')))::int as waiting, (count(*) filter (where created_at > ${since}))::int as recent,
      exists (select from moderation.public_ban b where b.person = ${person} and b.group_id is null and (b.until_at is null or b.until_at > ${now})) as banned
    from lyrics.contribution where person = ${person}`.execute(tx)
  return rows[0]!
}

export type ReportRow = {
  id: string
  track: string
  title: string
  artists: string
  line: string | null
  startMs: number | null
  reason: string
  by: string
  at: Date
}
export async function countReports(tx: Tx, person: string, since: Date): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from lyrics.report where person = ${person} and at > ${since}`.execute(tx)
  return rows[0]!.n
}
/** The same line by the same person once while it waits. */
export async function insertReport(
  tx: Tx,
  given: {
    id: string
    recording: string
    track: string
    person: string
    line: string | null
    startMs: number | null
    reason: string
    at: Date
  },
): Promise<void> {
  await sql`
    insert into lyrics.report (id, recording, track, person, line, start_ms, reason, at)
    values (${given.id}, ${given.recording}, ${given.track}, ${given.person}, ${given.line}, ${given.startMs}, ${given.reason}, ${given.at})
    on conflict (recording, person, coalesce(line, '')) where settled_at is null do update set reason = excluded.reason, start_ms = excluded.start_ms`.execute(
    tx,
  )
}
export async function listReports(
  db: Read,
  who: NonNullable<Who>,
  given: { staff: boolean; page: string | null; after: readonly [Date, string] | undefined; limit: number },
): Promise<ReportRow[]> {
  const { rows } = await sql<ReportRow>`
    select x.id, x.track, t.title, x.line, x.start_ms as "startMs", x.reason, p.name as by, x.at,
      coalesce((select string_agg(n.name, ', ' order by a.position) from catalogue.public_track_artist a join people.public_page n on n.id = a.page where a.track = x.track), '') as artists
    from lyrics.report x join catalogue.public_track t on t.id = x.track join catalogue.public_release r on r.id = t.release join people.public_party p on p.id = x.person
    where x.settled_at is null and (${given.staff} or ${editable(who, sql`r.page`)}) and (${given.page}::text is null or r.page = ${given.page})
      and (${given.after === undefined} or (x.at, x.id) > (${given.after?.[0] ?? null}::timestamptz, ${given.after?.[1] ?? null}))
    order by x.at, x.id limit ${given.limit}`.execute(db)
  return rows
}
/** null: not there or not for this viewer · false: settled already. */
export async function settleReport(
  tx: Tx,
  who: NonNullable<Who>,
  staff: boolean,
  id: string,
  answer: string,
  at: Date,
): Promise<boolean | null> {
  const { rows } = await sql<{ settled: boolean }>`
    select x.settled_at is not null as settled from lyrics.report x join catalogue.public_track t on t.id = x.track join catalogue.public_release r on r.id = t.release
    where x.id = ${id} and (${staff} or ${editable(who, sql`r.page`)}) for update of x`.execute(tx)
  if (rows[0] === undefined) return null
  if (rows[0].settled) return false
  await sql`update lyrics.report set settled_by = ${who.id}, settled_at = ${at}, answer = ${answer} where id = ${id}`.execute(tx)
  return true
}
