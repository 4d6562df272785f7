/** SQL of what a person takes out. Reads other rooms only through their public views. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

export type OwnSound = {
  release: string
  title: string
  artist: string
  disc: number
  number: number
  track: string
  asset: string
  bytes: number
  made: boolean
}
/** Music a person made (on pages they or their organisations own) or bought, with its files; what is both is there once. */
export async function readOwnSounds(db: Read, person: string): Promise<OwnSound[]> {
  const { rows } = await sql<OwnSound>`
    select f.release_title as release, f.title, coalesce(f.artists->0->>'name', '') as artist, t.disc, t.number, f.id as track, f.asset, a.size_bytes::float8 as bytes, w.made
    from (
      select r.id, bool_or(made) as made from (
        select r.id, true as made from catalogue.public_release r join people.public_page_editor e on e.page = r.page where e.person = ${person}
        union all select o.release, false from shop.public_ownership o where o.person = ${person}
      ) r group by r.id
    ) w join catalogue.public_track_fact f on f.release = w.id join catalogue.public_track t on t.id = f.id join media.public_audio a on a.asset = f.asset
    order by w.made desc, f.release_title, f.release, t.disc, t.number`.execute(db)
  return rows
}

/** Followers of the pages a person owns: names and since when; their addresses are not the page's to take. */
export async function readFollowers(
  db: Read,
  person: string,
  after: string,
  limit: number,
): Promise<{ key: string; page: string; name: string; since: Date }[]> {
  const { rows } = await sql<{ key: string; page: string; name: string; since: Date }>`
    select f.page || ' ' || f.person as key, p.name as page, u.name, f.at as since
    from people.public_page_editor e join people.public_follow f on f.page = e.page join people.public_page p on p.id = e.page join people.public_party u on u.id = f.person
    where e.person = ${person} and f.page || ' ' || f.person > ${after} order by 1 limit ${limit}`.execute(db)
  return rows
}
