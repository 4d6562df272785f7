/** SQL of listens that others told of. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'
import type { Info, Listen } from './protocol.ts'

export type ListenRow = Omit<Listen, 'info'> & { id: string; info: Info; track: string | null; play: string | null; insertedAt: Date }

/** Keeps what is new of these, and says which those were. */
export async function insertListens(
  tx: Tx,
  person: string,
  listens: readonly (Listen & { id: string })[],
  now: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into scrobbles.listen (id, person, listened_at, msid, title, artist, release, info, client, inserted_at, tried_at)
    select id, ${person}, "listenedAt", msid, title, artist, release, info, client, ${now}, ${now}
    from jsonb_to_recordset(${jsonText(listens)}::jsonb)
      as g (id text, "listenedAt" timestamptz, msid uuid, title text, artist text, release text, info jsonb, client text)
    on conflict (person, listened_at, msid) do nothing returning id`.execute(tx)
  return new Set(rows.map(row => row.id))
}

export async function setMatches(tx: Tx, matches: readonly { id: string; track: string; play: string }[]): Promise<void> {
  if (matches.length === 0) return
  await sql`
    update scrobbles.listen l set track = g.track, play = g.play from jsonb_to_recordset(${jsonText(matches)}::jsonb) as g (id text, track text, play text)
    where l.id = g.id and l.track is null`.execute(tx)
}

const columns = sql`id, listened_at as "listenedAt", msid::text, title, artist, release, info, client, track, play, inserted_at as "insertedAt"`

/** Listens that no track was found for, those tried longest ago first, locked and noted as tried now. */
export async function takeUnmatched(tx: Tx, before: Date, now: Date, limit: number): Promise<(ListenRow & { person: string })[]> {
  const { rows } = await sql<ListenRow & { person: string }>`
    update scrobbles.listen set tried_at = ${now} where id in (
      select id from scrobbles.listen where track is null and tried_at < ${before} order by tried_at, id limit ${limit} for update skip locked)
    returning person, ${columns}`.execute(tx)
  return rows
}

export async function listListens(
  db: Read,
  person: string,
  q: { after: readonly [at: Date, id: string] | undefined; unmatched: boolean; limit: number },
): Promise<ListenRow[]> {
  const { rows } = await sql<ListenRow>`
    select ${columns} from scrobbles.listen
    where person = ${person} and (not ${q.unmatched} or track is null) and ${q.after === undefined ? sql`true` : sql`(listened_at, id) < (${q.after[0]}, ${q.after[1]})`}
    order by listened_at desc, id desc limit ${q.limit}`.execute(db)
  return rows
}

export async function countListens(db: Read, person: string): Promise<{ all: number; unmatched: number }> {
  const { rows } = await sql<{ all: number; unmatched: number }>`
    select count(*)::int as all, count(*) filter (where track is null)::int as unmatched from scrobbles.listen where person = ${person}`.execute(
    db,
  )
  return rows[0]!
}

export type Told = { at: Date; insertedAt: Date; msid: string | null; title: string; artist: string; release: string | null; info: Info }
/** All that a person heard and did not take out of their history, here and outside, each once, as ListenBrainz's clients ask for it: between two moments (both excluded), the latest first or the earliest. */
export async function toldListens(db: Read, person: string, from: Date | null, until: Date | null, limit: number): Promise<Told[]> {
  const window = (column: ReturnType<typeof sql>) =>
    sql`${from === null ? sql`true` : sql`${column} >= ${new Date(from.getTime() + 1000)}`} and ${until === null ? sql`true` : sql`${column} < ${until}`}`
  const order = from === null ? sql`desc` : sql`asc`
  const { rows } = await sql<Told>`
    select * from (
      (select listened_at as at, inserted_at as "insertedAt", msid::text as msid, title, artist, release, info from scrobbles.listen
        where person = ${person} and ${window(sql`listened_at`)} and listened_at > coalesce((select f.at from playlists.public_forgotten_before f where f.person = ${person}), '-infinity')
          and not exists (select from playlists.public_forgotten f where f.person = ${person} and f.play = listen.play) order by listened_at ${order} limit ${limit})
      union all
      (select p.at, p.reported_at, null, t.title, coalesce(a.names, ''), r.title, jsonb_build_object('duration_ms', t.duration_ms, 'submission_client', 'Planet')
        from listening.public_remembered p join catalogue.public_track t on t.id = p.track join catalogue.public_release r on r.id = t.release
        left join lateral (select string_agg(g.name, ', ' order by x.position) as names from catalogue.public_track_artist x join people.public_page g on g.id = x.page where x.track = t.id) a on true
        where p.person = ${person} and p.heard and p.via <> 'outside' and ${window(sql`p.at`)} and not exists (select from scrobbles.listen l where l.play = p.id)
        order by p.at ${order} limit ${limit})) x
    order by at ${order}, title limit ${limit}`.execute(db)
  return rows
}

export async function writePlaying(tx: Tx, person: string, metadata: object, track: string | null, until: Date): Promise<void> {
  await sql`insert into scrobbles.playing (person, metadata, track, until) values (${person}, ${jsonText(metadata)}::jsonb, ${track}, ${until})
    on conflict (person) do update set metadata = excluded.metadata, track = excluded.track, until = excluded.until`.execute(tx)
}

export async function readPlaying(db: Read, person: string, now: Date): Promise<Info | undefined> {
  const { rows } = await sql<{
    metadata: Info
  }>`select metadata from scrobbles.playing where person = ${person} and until > ${now}`.execute(db)
  return rows[0]?.metadata
}

export async function readLatestImport(db: Read, person: string): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date }>`select at from scrobbles.latest_import where person = ${person}`.execute(db)
  return rows[0]?.at
}

/** Only ever later. */
export async function raiseLatestImport(tx: Tx, person: string, at: Date): Promise<void> {
  await sql`insert into scrobbles.latest_import (person, at) values (${person}, ${at})
    on conflict (person) do update set at = greatest(scrobbles.latest_import.at, excluded.at)`.execute(tx)
}

/** Takes out the listens that a person brought with an archive (`additional_info.archive`); gives the plays they stood for. */
export async function deleteArchived(tx: Tx, person: string, mark: string): Promise<string[]> {
  const { rows } = await sql<{ play: string | null }>`
    delete from scrobbles.listen where person = ${person} and info->>'archive' = ${mark} returning play`.execute(tx)
  return rows.flatMap(row => row.play ?? [])
}
