/** SQL that asks the index. Each branch stops by itself: the next one is only asked when the ones before it did not fill the page. */
import { sql, type RawBuilder } from 'kysely'
import type { Read } from '../foundation/db.ts'
import { filtered, type Asked, type Other } from './asking.ts'
import { mostPrefix, type Wanted } from './words.ts'

export const kinds = ['artist', 'release', 'track'] as const
export type Kind = (typeof kinds)[number]
export type Found = { kind: Kind; id: string; rank: number }
/** Most things one query looks at before it orders them: what comes after these is for more words. */
const mostLooked = 3000

/** Folded text holds letters, digits and spaces only, so nothing of it means anything in a pattern. */
const written = (pieces: Wanted['pieces']): string[] => pieces.map(piece => (piece.han ? `%${piece.text}%` : `% ${piece.text}%`))
const anywhere = (pieces: Wanted['pieces']): string[] => pieces.map(piece => `%${piece.text}%`)

/** What the filters leave. An artist has neither album nor year. */
function left(kind: Kind, asked: Asked): RawBuilder<boolean> {
  const { artist, album, genre, years } = asked
  if (kind === 'artist' && (album !== null || genre !== null || years !== null)) return sql<boolean>`false`
  const parts = [sql<boolean>`true`]
  if (artist !== null)
    parts.push(
      sql<boolean>`terms @> ${artist.terms}::text[] and ${kind === 'artist' ? sql`own || sound` : sql`artists`} like all(${anywhere(artist.pieces)}::text[])`,
    )
  if (album !== null)
    parts.push(
      sql<boolean>`terms @> ${album.terms}::text[] and ${kind === 'release' ? sql`own || sound` : sql`album`} like all(${anywhere(album.pieces)}::text[])`,
    )
  if (genre !== null) parts.push(sql<boolean>`genre = ${genre}`)
  if (years !== null) parts.push(sql<boolean>`year between ${years[0]} and ${years[1]}`)
  return sql<boolean>`(${sql.join(parts, sql` and `)})`
}
/** Gone or hidden since it was put into the index: shown to nobody, though the index learns of it a moment later. */
const still = sql<boolean>`(f.release is null or exists (select 1 from catalogue.public_release r where r.id = f.release and r.visibility = 'public'))`

/**
 * The best of each kind: the whole name, then its beginning, then all words in the name, then as it is said (all, beginning, parts), then with artist and release;
 * within these the most played. One statement; pages by `offset`.
 */
export async function findEntries(db: Read, asked: Asked, which: readonly Kind[], limit: number, offset: number): Promise<Found[]> {
  const { key, pieces, terms } = asked
  const all = limit + offset
  const end = `${key}\u{10FFFF}`
  const begins = sql`key >= ${key} and key < ${end}`
  const parts = which.map(kind => {
    const own = sql`kind = ${sql.lit(kind)}`
    const rest = filtered(asked) ? sql` and ${left(kind, asked)}` : sql``
    if (pieces.length === 0)
      return sql`(select ${sql.lit(kind)} as kind, id, release, 2 as rank, heat, 0 as size from search.entry where ${own}${rest} order by heat desc, id limit ${all})`
    return sql`(select * from (
      (select ${sql.lit(kind)} as kind, id, release, 0 as rank, heat, 0 as size from search.entry where ${own} and key = ${key}${rest} order by heat desc, id limit ${all})
      union all
      (select ${sql.lit(kind)}, id, release, 1, heat, length(key) from search.entry where ${own} and ${begins} and key <> ${key}${rest} order by heat desc, length(key), id limit ${all})
      union all
      (select ${sql.lit(kind)}, id, release, rank, heat, size from (
        select id, release, heat, length(key) as size, case when own like all(${written(pieces)}::text[]) then 2 when sound like ${`% ${key} %`} then 3 when sound like ${`% ${key}%`} then 4
          when (own || sound) like all(${anywhere(pieces)}::text[]) then 5 else 6 end as rank
        from search.entry where ${own} and terms @> ${terms}::text[] and not (${begins}) and (own || sound || artists || album) like all(${anywhere(pieces)}::text[])${rest} limit ${mostLooked}) c
       order by rank, heat desc, size, id limit ${all})) o limit ${all})`
  })
  const { rows } = await sql<Found>`
    select kind, id, rank from (${sql.join(parts, sql` union all `)}) f where ${still} order by kind, rank, heat desc, size, id`.execute(db)
  return rows
}

/** Known words that share something with the misspelled ones: candidates, the nearest of them are to be chosen. */
export async function readNear(db: Read, leftovers: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{
    word: string
  }>`select word from search.word where leftovers && ${leftovers}::text[] limit 2000`.execute(db)
  return rows.map(row => row.word)
}

/** What may have been meant, the likeliest first; one statement. */
export async function findOthers(
  db: Read,
  asked: Asked,
  given: readonly Other[],
  which: readonly Kind[],
  limit: number,
  offset: number,
): Promise<Found[]> {
  const all = limit + offset
  const holds = ({ all: terms, any, like }: Other): RawBuilder<boolean> =>
    sql<boolean>`(${sql.join(
      [
        ...(terms.length > 0 ? [sql`terms @> ${terms}::text[]`] : []),
        ...any.map(
          words =>
            sql`terms && ${[...new Set(words.map(word => word.slice(0, mostPrefix)))]}::text[] and (own || sound || artists || album) like any(${words.map(word => `%${word}%`)}::text[])`,
        ),
        ...(like.length > 0 ? [sql`(own || sound || artists || album) like all(${like}::text[])`] : []),
      ],
      sql` and `,
    )})`
  const parts = which.map(kind => {
    const ranks = sql.join(
      given.map((one, i) => sql`when ${holds(one)} then ${sql.lit(i)}`),
      sql` `,
    )
    return sql`(select ${sql.lit(kind)} as kind, id, release, rank, heat, size from (
      select id, release, heat, length(key) as size, case ${ranks} end as rank from search.entry
      where kind = ${sql.lit(kind)} and (${sql.join(given.map(holds), sql` or `)})${filtered(asked) ? sql` and ${left(kind, asked)}` : sql``} limit 1000) c
      order by rank, heat desc, size, id limit ${all})`
  })
  const { rows } = await sql<Found>`
    select kind, id, rank from (${sql.join(parts, sql` union all `)}) f where ${still} order by kind, rank, heat desc, size, id`.execute(db)
  return rows
}

export type LyricRow = { recording: string; kind: string; language: string; track: string; lines: string[]; starts: number[] | null }
/** Songs with these words, those with all of `phrase` in one piece first, and of each the track that is played most. */
export async function findLyrics(db: Read, given: readonly Pick<Other, 'all'>[], phrase: string, limit: number): Promise<LyricRow[]> {
  const { rows } = await sql<LyricRow>`
    select l.recording, l.kind, l.language, l.lines, l.starts, t.id as track from (
      select * from (
        select c.*, case when folded like ${`%${phrase}%`} then 0 else 1 end as rank from (
          select * from search.lyric where ${sql.join(
            given.map(({ all }) => sql`terms @> ${all}::text[]`),
            sql` or `,
          )} limit 400) c) c
      order by rank, heat desc, recording limit ${limit}) l
    cross join lateral (
      select x.id from catalogue.public_track x join catalogue.public_release r on r.id = x.release left join catalogue.public_heat h on h.id = x.id
      where x.recording = l.recording and r.visibility = 'public' order by h.heat desc nulls last, x.id limit 1) t
    order by l.rank, l.heat desc, l.recording`.execute(db)
  return rows
}

export type ArtistCardRow = { id: string; name: string; picture: string | null; followers: number }
/** Pages in the order of the ids. */
export async function readArtistCards(db: Read, ids: readonly string[]): Promise<ArtistCardRow[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<ArtistCardRow>`
    select p.id, p.name, p.picture, p.followers from unnest(${ids}::text[]) with ordinality w(id, n) join people.public_page p on p.id = w.id order by w.n`.execute(
    db,
  )
  return rows
}
