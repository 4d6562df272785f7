/** SQL of links to servers outside and of what was told to them. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type LinkRow = {
  id: string
  person: string
  protocol: 'listenbrainz' | 'lastfm'
  root: string
  sealed: Buffer
  request: string
  name: string | null
  nowPlaying: boolean
  state: 'checking' | 'on' | 'paused'
  reason: 'rejected' | 'blocked' | 'self' | null
  said: string | null
  createdAt: Date
  scannedAt: Date
  failures: number
  nextAt: Date | null
  batch: number
  busyUntil: Date | null
  sent: number
  sentAt: Date | null
  playedAt: Date | null
  waiting: number
  refused: number
}
const columns = sql`l.id, l.person, l.protocol, l.root, l.sealed, l.request, l.name, l.now_playing as "nowPlaying", l.state, l.reason, l.said, l.created_at as "createdAt", l.scanned_at as "scannedAt",
  l.failures, l.next_at as "nextAt", l.batch, l.busy_until as "busyUntil", l.sent::float8 as sent, l.sent_at as "sentAt", l.played_at as "playedAt",
  (select count(*)::int from scrobbles.submission s where s.link = l.id and s.state in ('waiting', 'sending')) as waiting,
  (select count(*)::int from scrobbles.submission s where s.link = l.id and s.state = 'refused') as refused`

/** False when this person has a link to that server, or the id is taken. */
export async function insertLink(
  tx: Tx,
  row: Pick<LinkRow, 'id' | 'person' | 'protocol' | 'root' | 'sealed' | 'request' | 'nowPlaying'> & { at: Date },
): Promise<boolean> {
  const { rows } = await sql`
    insert into scrobbles.link (id, person, protocol, root, sealed, request, now_playing, state, since, created_at, scanned_at)
    values (${row.id}, ${row.person}, ${row.protocol}, ${row.root}, ${row.sealed}, ${row.request}, ${row.nowPlaying}, 'checking', ${row.at}, ${row.at}, ${row.at})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}

export async function readLink(db: Read | Tx, id: string, lock = false): Promise<LinkRow | undefined> {
  const { rows } =
    await sql<LinkRow>`select ${columns} from scrobbles.link l where l.id = ${id} ${lock ? sql`for update of l` : sql``}`.execute(db)
  return rows[0]
}

export async function listLinks(db: Read | Tx, person: string): Promise<LinkRow[]> {
  const { rows } =
    await sql<LinkRow>`select ${columns} from scrobbles.link l where l.person = ${person} order by l.created_at, l.id`.execute(db)
  return rows
}

export async function deleteLink(tx: Tx, id: string, person: string): Promise<boolean> {
  const { rows } = await sql`delete from scrobbles.link where id = ${id} and person = ${person} returning 1`.execute(tx)
  return rows.length > 0
}

export async function setLink(
  tx: Tx,
  id: string,
  set: {
    state: LinkRow['state']
    reason?: LinkRow['reason']
    said?: string | null
    name?: string | null
    failures?: number
    nextAt?: Date | null
    batch?: number
  },
): Promise<void> {
  await sql`update scrobbles.link set state = ${set.state}, reason = ${set.reason ?? null}, said = ${set.said ?? null}, name = coalesce(${set.name ?? null}, name),
    failures = ${set.failures ?? 0}, next_at = ${set.nextAt ?? null}, batch = coalesce(${set.batch ?? null}::int, batch) where id = ${id}`.execute(
    tx,
  )
}

/** Nobody else sends for this link until then; null: it is free again. */
export async function setBusy(tx: Tx, id: string, until: Date | null): Promise<void> {
  await sql`update scrobbles.link set busy_until = ${until} where id = ${id}`.execute(tx)
}

export async function setNowPlaying(tx: Tx, id: string, on: boolean): Promise<void> {
  await sql`update scrobbles.link set now_playing = ${on} where id = ${id}`.execute(tx)
}

/** Plays told late are looked for so far back, once an hour; else since the last look. */
const deepDays = sql`interval '8 days'`

/**
 * Notes for a link the plays that it has not been told: heard here, half of the track or four minutes of it (as both protocols ask), since it was linked.
 * Nothing that came from outside goes out again.
 */
export async function noteNewPlays(tx: Tx, link: Pick<LinkRow, 'id' | 'person' | 'scannedAt'>, now: Date): Promise<void> {
  const deep = Math.floor(link.scannedAt.getTime() / 3_600_000) !== Math.floor(now.getTime() / 3_600_000)
  await sql`
    insert into scrobbles.submission (link, play, at, state)
    select l.id, p.id, p.at, 'waiting' from scrobbles.link l
    join listening.public_remembered p on p.person = l.person and p.heard and p.via <> 'outside'
      and p.at >= greatest(l.since, ${now}::timestamptz - case when ${deep} then ${deepDays} else interval '2 hours' end)
    join catalogue.public_track t on t.id = p.track and p.heard_ms >= least(240000, t.duration_ms / 2)
    where l.id = ${link.id} on conflict do nothing`.execute(tx)
  await sql`update scrobbles.link set scanned_at = ${now} where id = ${link.id}`.execute(tx)
}

export type SongRow = {
  play: string
  at: Date
  track: string
  title: string
  artist: string
  release: string | null
  durationMs: number
  number: number | null
}
const songColumns = sql`t.id as track, t.title, coalesce(a.names, '') as artist, r.title as release, t.duration_ms as "durationMs", t.number`
const songTables = sql`catalogue.public_track t join catalogue.public_release r on r.id = t.release
  left join lateral (select string_agg(g.name, ', ' order by x.position) as names from catalogue.public_track_artist x join people.public_page g on g.id = x.page where x.track = t.id) a on true`

/** The next plays to tell, in their order, noted as on their way. Those whose track is gone, or that their listener took out of the history, are refused. */
export async function takeSubmissions(tx: Tx, link: string, limit: number): Promise<SongRow[]> {
  await sql`
    update scrobbles.submission s set state = 'refused', said = 'it is gone' where link = ${link} and state in ('waiting', 'sending') and not exists (
      select from listening.public_remembered p join catalogue.public_track t on t.id = p.track where p.id = s.play and p.at = s.at)`.execute(
    tx,
  )
  const { rows } = await sql<SongRow & { track: string | null }>`
    with next as (
      select play, at from scrobbles.submission where link = ${link} and state in ('waiting', 'sending') order by at, play limit ${limit}),
      marked as (update scrobbles.submission s set state = 'sending', said = null from next n where s.link = ${link} and s.play = n.play)
    select n.play, n.at, ${songColumns} from next n join listening.public_play p on p.id = n.play and p.at = n.at join ${songTables} on t.id = p.track order by n.at, n.play`.execute(
    tx,
  )
  return rows
}

export async function settleSubmissions(
  tx: Tx,
  link: string,
  plays: readonly string[],
  state: 'sent' | 'refused' | 'waiting',
  now: Date,
  said: string | null = null,
): Promise<void> {
  await sql`update scrobbles.submission set state = ${state}, said = ${said}, sent_at = ${state === 'sent' ? now : null} where link = ${link} and play = any(${[...plays]}::text[]) and state = 'sending'`.execute(
    tx,
  )
  if (state === 'sent') await sql`update scrobbles.link set sent = sent + ${plays.length}, sent_at = ${now} where id = ${link}`.execute(tx)
}

/** Links that are due for a look, those looked at longest ago first. */
export async function dueLinks(db: Read, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from scrobbles.link where state in ('on', 'checking') and (next_at is null or next_at <= ${now}) order by scanned_at, id limit ${limit}`.execute(
    db,
  )
  return rows.map(row => row.id)
}

/** What this person plays at this moment and the link was not told yet. */
export async function playingFor(db: Read, link: string, since: Date): Promise<(Omit<SongRow, 'play'> & { at: Date }) | undefined> {
  const { rows } = await sql<Omit<SongRow, 'play'>>`
    select n.at, ${songColumns} from scrobbles.link l join listening.public_now_playing n on n.person = l.person join ${songTables} on t.id = n.track
    where l.id = ${link} and l.now_playing and n.at > ${since} and n.at > coalesce(l.played_at, '-infinity') order by n.at desc limit 1`.execute(
    db,
  )
  return rows[0]
}

export async function notePlaying(tx: Tx, link: string, at: Date): Promise<void> {
  await sql`update scrobbles.link set played_at = ${at} where id = ${link}`.execute(tx)
}

/** What was told long ago is not looked for any more. */
export async function forgetSubmissions(tx: Tx, before: Date): Promise<void> {
  await sql`delete from scrobbles.submission where at < ${before} and state in ('sent', 'refused')`.execute(tx)
}
