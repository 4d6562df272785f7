/** SQL that keeps the index: what is read from the other rooms, and what is written of it. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type NamedRow = {
  id: string
  kind: 'release' | 'track'
  release: string
  name: string
  artists: string[]
  album: string
  year: number | null
  genre: string | null
  heat: number
}
/** How often something is played, in steps: see search.entry. */
const steps = sql`least(round(ln(1 + greatest(coalesce(h.heat, 0), 0)) * 10), 1000)::int`

/** Indexing of one release is one thing at a time: whoever comes second reads what the first one wrote. */
export async function lockIndexing(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('search ' || id, 0)) from (select unnest(${[...ids].sort()}::text[]) as id) x`.execute(
    tx,
  )
}

/** Names of these releases and their tracks; only of public ones. */
export async function readNames(db: Read, releases: readonly string[]): Promise<NamedRow[]> {
  const { rows } = await sql<NamedRow>`
    select r.id, 'release' as kind, r.id as release, r.title as name, '' as album, extract(year from r.released_on)::int as year, r.genre,
      array(select p.name from catalogue.public_release_artist x join people.public_page p on p.id = x.page where x.release = r.id order by x.position limit 20) as artists, ${steps} as heat
    from catalogue.public_release r left join catalogue.public_heat h on h.id = r.id where r.id = any(${releases}::text[]) and r.visibility = 'public'
    union all
    select t.id, 'track', t.release, t.title, r.title, extract(year from r.released_on)::int, r.genre,
      array(select p.name from catalogue.public_track_artist x join people.public_page p on p.id = x.page where x.track = t.id order by x.position limit 20), ${steps}
    from catalogue.public_release r join catalogue.public_track t on t.release = r.id left join catalogue.public_heat h on h.id = t.id
    where r.id = any(${releases}::text[]) and r.visibility = 'public'`.execute(db)
  return rows
}
/** Pages of those who made these releases. */
export async function readMakers(db: Read, releases: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ page: string }>`
    select page from catalogue.public_release_artist where release = any(${releases}::text[])
    union select x.page from catalogue.public_track t join catalogue.public_track_artist x on x.track = t.id where t.release = any(${releases}::text[])`.execute(
    db,
  )
  return rows.map(row => row.page)
}
export type PageRow = { id: string; name: string; heat: number }
/** Of these pages those that are found: artists, and others with music. */
export async function readPages(db: Read, pages: readonly string[]): Promise<PageRow[]> {
  const { rows } = await sql<PageRow>`
    select p.id, p.name, ${steps} as heat from people.public_page p
    left join lateral (select sum(k.heat) as heat from catalogue.public_track_artist x join catalogue.public_heat k on k.id = x.track where x.page = p.id) h on true
    where p.id = any(${pages}::text[])
      and (p.kind = 'artist' or exists (select 1 from catalogue.public_track_artist x where x.page = p.id) or exists (select 1 from catalogue.public_release_artist x where x.page = p.id))`.execute(
    db,
  )
  return rows
}

export type EntryRow = {
  id: string
  kind: 'artist' | 'release' | 'track'
  release: string | null
  key: string
  own: string
  sound: string
  artists: string
  album: string
  year: number | null
  genre: string | null
  terms: string[]
  heat: number
}
/** Writes what changed. */
export async function upsertEntries(tx: Tx, rows: readonly EntryRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into search.entry (id, kind, release, key, own, sound, artists, album, year, genre, terms, heat)
    select x.id, x.kind, x.release, x.key, x.own, x.sound, x.artists, x.album, x.year, x.genre, x.terms, x.heat
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as x(id text, kind text, release text, key text, own text, sound text, artists text, album text, year int, genre text, terms text[], heat int)
    on conflict (id) do update set release = excluded.release, key = excluded.key, own = excluded.own, sound = excluded.sound, artists = excluded.artists, album = excluded.album,
      year = excluded.year, genre = excluded.genre, terms = excluded.terms, heat = excluded.heat
    where (entry.release, entry.key, entry.own, entry.sound, entry.artists, entry.album, entry.year, entry.genre, entry.terms, entry.heat)
      is distinct from (excluded.release, excluded.key, excluded.own, excluded.sound, excluded.artists, excluded.album, excluded.year, excluded.genre, excluded.terms, excluded.heat)`.execute(
    tx,
  )
}
/** Takes out what of these releases is not among the kept: hidden, moved to another release, gone. */
export async function dropEntries(tx: Tx, releases: readonly string[], kept: readonly string[]): Promise<void> {
  await sql`delete from search.entry where release = any(${releases}::text[]) and id <> all(${kept}::text[])`.execute(tx)
}
export async function dropPages(tx: Tx, pages: readonly string[], kept: readonly string[]): Promise<void> {
  await sql`delete from search.entry where kind = 'artist' and id = any(${pages}::text[]) and id <> all(${kept}::text[])`.execute(tx)
}
/** New words, in their order, so that two at once do not wait for each other in a circle. */
export async function insertWords(tx: Tx, rows: readonly { word: string; leftovers: string[] }[]): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into search.word (word, leftovers) select x.word, x.leftovers from jsonb_to_recordset(${jsonText(rows)}::jsonb) as x(word text, leftovers text[])
    order by 1 on conflict do nothing`.execute(tx)
}
/** Of these words those that are not kept yet. */
export async function unknownWords(db: Read, words: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    word: string
  }>`select w as word from unnest(${words}::text[]) w where not exists (select 1 from search.word k where k.word = w collate "C")`.execute(
    db,
  )
  return rows.map(row => row.word)
}

export type WordsRow = {
  recording: string
  kind: string
  language: string
  lines: { text: string; translation?: string | null; startMs: number }[]
  timing: string
  heat: number
}
/** Shown words of the recordings on these releases, where anything public has them; `recordings`: all of those there are. */
export async function readWords(db: Read, releases: readonly string[]): Promise<{ recordings: string[]; words: WordsRow[] }> {
  const { rows } = await sql<{ recordings: string[]; words: WordsRow[] }>`
    with all_there as (select distinct recording from catalogue.public_track where release = any(${releases}::text[])),
    open as (
      select w.recording, max(coalesce(h.heat, 0)) as heat from all_there w join catalogue.public_track t on t.recording = w.recording
      join catalogue.public_release r on r.id = t.release and r.visibility = 'public' left join catalogue.public_heat h on h.id = t.id group by 1)
    select (select coalesce(array_agg(recording), '{}') from all_there) as recordings,
      (select coalesce(json_agg(json_build_object('recording', h.recording, 'kind', l.kind, 'language', l.language, 'timing', l.timing, 'lines', l.lines, 'heat', ${steps})), '[]')
       from open h cross join lateral (select * from lyrics.public_words p where p.recording = h.recording and p.kind <> 'romanisation' offset 0) l) as words`.execute(
    db,
  )
  return rows[0]!
}
export type LyricEntry = {
  recording: string
  kind: string
  language: string
  lines: string[]
  starts: number[] | null
  folded: string
  terms: string[]
  heat: number
}
/** Makes the words of these recordings what is given. */
export async function replaceLyrics(tx: Tx, recordings: readonly string[], rows: readonly LyricEntry[]): Promise<void> {
  await sql`
    delete from search.lyric l where recording = any(${recordings}::text[])
      and not exists (select 1 from jsonb_to_recordset(${jsonText(rows.map(({ recording, kind, language }) => ({ recording, kind, language })))}::jsonb)
        as x(recording text, kind text, language text) where x.recording = l.recording and x.kind = l.kind and x.language = l.language)`.execute(
    tx,
  )
  if (rows.length === 0) return
  await sql`
    insert into search.lyric (recording, kind, language, lines, starts, folded, terms, heat)
    select x.recording, x.kind, x.language, x.lines, x.starts, x.folded, x.terms, x.heat
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as x(recording text, kind text, language text, lines text[], starts int[], folded text, terms text[], heat int)
    on conflict (recording, kind, language) do update set lines = excluded.lines, starts = excluded.starts, folded = excluded.folded, terms = excluded.terms, heat = excluded.heat
    where (lyric.lines, lyric.starts, lyric.heat) is distinct from (excluded.lines, excluded.starts, excluded.heat)`.execute(tx)
}
/** Brings popularity up to date where a step is passed. */
export async function refreshSteps(tx: Tx): Promise<void> {
  await sql`update search.entry e set heat = ${steps} from catalogue.public_heat h where h.id = e.id and e.heat <> ${steps}`.execute(tx)
  await sql`
    update search.entry e set heat = ${steps} from (
      select x.page as id, sum(k.heat) as heat from catalogue.public_track_artist x join catalogue.public_heat k on k.id = x.track group by 1) h
    where h.id = e.id and e.kind = 'artist' and e.heat <> ${steps}`.execute(tx)
  await sql`
    update search.lyric l set heat = ${steps} from (
      select t.recording as id, max(k.heat) as heat from catalogue.public_track t join catalogue.public_heat k on k.id = t.id group by 1) h
    where h.id = l.recording and l.heat <> ${steps}`.execute(tx)
}

export type State = { rules: number; rebuiltTo: string | null }
export async function readState(db: Read): Promise<State | undefined> {
  return (await sql<State>`select rules, rebuilt_to as "rebuiltTo" from search.state`.execute(db)).rows[0]
}
export async function writeState(tx: Tx, { rules, rebuiltTo }: State): Promise<void> {
  await sql`insert into search.state (rules, rebuilt_to) values (${rules}, ${rebuiltTo}) on conflict (one) do update set rules = excluded.rules, rebuilt_to = excluded.rebuilt_to`.execute(
    tx,
  )
}
/** The next pages and releases (of any visibility) after a place in the order of ids. */
export async function listIds(db: Read, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    (select id from catalogue.public_release where id > ${after} order by id limit ${limit})
    union all (select id from people.public_page where id > ${after} order by id limit ${limit}) order by id limit ${limit}`.execute(db)
  return rows.map(row => row.id)
}
/** Takes out what names nothing any more. */
export async function dropLost(tx: Tx): Promise<void> {
  await sql`
    delete from search.entry e where (e.kind = 'artist' and not exists (select 1 from people.public_page p where p.id = e.id))
      or (e.kind = 'release' and not exists (select 1 from catalogue.public_release r where r.id = e.id and r.visibility = 'public'))
      or (e.kind = 'track' and not exists (select 1 from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.id = e.id and r.visibility = 'public'))`.execute(
    tx,
  )
  await sql`
    delete from search.lyric l where not exists (
      select 1 from catalogue.public_track t join catalogue.public_release r on r.id = t.release where t.recording = l.recording and r.visibility = 'public')`.execute(
    tx,
  )
}
