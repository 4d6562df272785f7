/** SQL of taking releases out. Reads shop, rights and listening through their public views. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

/** Locks a release and tells who has a right in it, if anyone; undefined when there is none. */
export async function heldBy(tx: Tx, release: string): Promise<'sold' | 'shared' | 'heard' | null | undefined> {
  const there = await sql`select 1 from catalogue.release where id = ${release} for update`.execute(tx)
  if (there.rows.length === 0) return undefined
  const { rows } = await sql<{ sold: boolean; shared: boolean; heard: boolean }>`
    select exists (select from shop.public_offer o where o.release = ${release}) or exists (select from shop.public_ownership o where o.release = ${release}) as sold,
      exists (select from rights.public_sheet s where s.release = ${release}) as shared,
      exists (select from catalogue.track t join listening.public_track_plays p on p.track = t.id where t.release = ${release} and p.plays > 0) as heard`.execute(
    tx,
  )
  const { sold, shared, heard } = rows[0]!
  return sold ? 'sold' : shared ? 'shared' : heard ? 'heard' : null
}

/** Deletes a release, its tracks, and the recordings and works that are on no other track. */
export async function deleteRelease(tx: Tx, release: string): Promise<void> {
  const { rows } = await sql<{ recording: string }>`select recording from catalogue.track where release = ${release}`.execute(tx)
  const recordings = rows.map(row => row.recording)
  await sql`delete from catalogue.release where id = ${release}`.execute(tx)
  const works = await sql<{ work: string | null }>`
    delete from catalogue.recording c where c.id = any(${recordings}::text[]) and not exists (select from catalogue.track t where t.recording = c.id) returning c.work`.execute(
    tx,
  )
  await sql`
    delete from catalogue.work w where w.id = any(${works.rows.flatMap(row => row.work ?? [])}::text[])
      and not exists (select from catalogue.recording c where c.work = w.id)`.execute(tx)
}
