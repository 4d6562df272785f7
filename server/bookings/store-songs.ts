/** SQL of what is sung in a room. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type SongRow = {
  id: string
  booking: string
  track: string
  title: string
  artists: string
  name: string
  state: 'waiting' | 'sung' | 'dropped'
  place: bigint
  sungAt: Date | null
  cover: string | null
  accent: string | null
}
export async function listSongs(db: Read | Tx, booking: string): Promise<SongRow[]> {
  const { rows } = await sql<SongRow>`
    select s.id, s.booking, s.track, s.title, s.artists, s.name, s.state, s.place, s.sung_at as "sungAt", l.cover, (select accent from media.public_image where asset = l.cover) as accent
    from bookings.song s left join catalogue.public_release l on l.id = s.release where s.booking = ${booking} and s.state <> 'dropped'
    order by s.state = 'sung', case when s.state = 'sung' then -extract(epoch from s.sung_at) else s.place end, s.id limit 500`.execute(db)
  return rows
}
export async function readSong(tx: Tx, id: string): Promise<{ booking: string; track: string; state: SongRow['state'] } | undefined> {
  const { rows } = await sql<{
    booking: string
    track: string
    state: SongRow['state']
  }>`select booking, track, state from bookings.song where id = ${id} for update`.execute(tx)
  return rows[0]
}
/** Puts it last, or first after the one that is on. Unknown tracks are not put in. */
export async function insertSong(
  tx: Tx,
  row: { id: string; booking: string; track: string; name: string; next: boolean; at: Date },
): Promise<boolean> {
  const made = await sql`
    insert into bookings.song (id, booking, track, release, work, title, artists, name, place, at)
    select ${row.id}, ${row.booking}, t.id, t.release, t.work, t.title,
      coalesce((select string_agg(p.name, ', ' order by a.position) from catalogue.public_track_artist a join people.public_page p on p.id = a.page where a.track = t.id), ''),
      ${row.name}, ${
        row.next
          ? sql`coalesce((select min(place) from bookings.song where booking = ${row.booking} and state = 'waiting'
          and place > (select min(place) from bookings.song where booking = ${row.booking} and state = 'waiting')), (select coalesce(max(place), 0) + 2000 from bookings.song where booking = ${row.booking})) - 1`
          : sql`(select coalesce(max(place), 0) + 1000 from bookings.song where booking = ${row.booking})`
      }, ${row.at}
    from catalogue.public_track t join catalogue.public_release l on l.id = t.release where t.id = ${row.track} and l.visibility <> 'draft'
    on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
export async function setSong(tx: Tx, id: string, state: 'sung' | 'dropped', at: Date): Promise<void> {
  await sql`update bookings.song set state = ${state}, sung_at = ${state === 'sung' ? at : null} where id = ${id} and state = 'waiting'`.execute(
    tx,
  )
}
/** Right after the one that is on. */
export async function bringForward(tx: Tx, id: string, booking: string): Promise<void> {
  await sql`
    update bookings.song set place = (select coalesce(min(o.place), 0) from bookings.song o where o.booking = ${booking} and o.state = 'waiting' and o.id <> ${id}
      and o.place > (select min(place) from bookings.song where booking = ${booking} and state = 'waiting')) - 1
    where id = ${id} and state = 'waiting' and place > (select min(place) from bookings.song where booking = ${booking} and state = 'waiting')
      and exists (select from bookings.song o where o.booking = ${booking} and o.state = 'waiting' and o.id <> ${id}
        and o.place > (select min(place) from bookings.song where booking = ${booking} and state = 'waiting'))`.execute(tx)
}
export type SungRow = { line: string; track: string; release: string; many: number; authors: number; owner: string | null }
/** How often each track was sung in the bookings these lines paid for, where the room gives its authors a share. */
export async function sungInLines(tx: Tx, lines: readonly string[]): Promise<SungRow[]> {
  if (lines.length === 0) return []
  const { rows } = await sql<SungRow>`
    select c.line, s.track, s.release, count(*)::int as many, b.authors, p.owner
    from bookings.charge c join bookings.booking b on b.id = c.booking join people.public_page p on p.id = b.page join bookings.song s on s.booking = b.id
    where c.line = any(${[...lines]}::text[]) and b.authors > 0 and s.state = 'sung' group by c.line, s.track, s.release, b.authors, p.owner order by c.line, s.track`.execute(
    tx,
  )
  return rows
}
