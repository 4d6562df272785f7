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

/** The release of a track, locked, and who has a right in it; undefined when there is none. */
export async function trackHeldBy(
  tx: Tx,
  track: string,
): Promise<{ release: string; held: 'sold' | 'shared' | 'heard' | null } | undefined> {
  const { rows } = await sql<{ release: string; plays: boolean }>`
    select t.release, coalesce((select p.plays > 0 from listening.public_track_plays p where p.track = t.id), false) as plays from catalogue.track t where t.id = ${track} for update of t`.execute(
    tx,
  )
  const [there] = rows
  if (there === undefined) return undefined
  const held = await heldBy(tx, there.release)
  return { release: there.release, held: held === 'sold' || held === 'shared' ? held : there.plays ? 'heard' : null }
}
export async function deleteTrack(tx: Tx, track: string): Promise<void> {
  const { rows } = await sql<{ recording: string }>`delete from catalogue.track where id = ${track} returning recording`.execute(tx)
  const works = await sql<{ work: string | null }>`
    delete from catalogue.recording c where c.id = ${rows[0]?.recording ?? ''} and not exists (select from catalogue.track t where t.recording = c.id) returning c.work`.execute(
    tx,
  )
  await sql`
    delete from catalogue.work w where w.id = any(${works.rows.flatMap(row => row.work ?? [])}::text[])
      and not exists (select from catalogue.recording c where c.work = w.id)`.execute(tx)
}
export async function hide(tx: Tx, release: string): Promise<void> {
  await sql`update catalogue.release set visibility = 'draft' where id = ${release}`.execute(tx)
}
export async function silence(tx: Tx, track: string): Promise<string | undefined> {
  const { rows } = await sql<{
    release: string
  }>`update catalogue.track set streaming = 'none' where id = ${track} returning release`.execute(tx)
  return rows[0]?.release
}

/** Tracks of one recording become tracks of another, but where a release has both. The releases that changed; whether the first is without tracks now. */
export async function moveTracks(tx: Tx, from: string, to: string): Promise<{ releases: string[]; empty: boolean }> {
  await sql`select 1 from catalogue.recording where id = any(${[from, to].sort()}::text[]) order by id for update`.execute(tx)
  const { rows } = await sql<{ release: string }>`
    update catalogue.track t set recording = ${to} where recording = ${from} and not exists (select from catalogue.track o where o.release = t.release and o.recording = ${to}) returning release`.execute(
    tx,
  )
  const left = await sql`select from catalogue.track where recording = ${from} limit 1`.execute(tx)
  return { releases: rows.map(row => row.release), empty: left.rows.length === 0 }
}
/** A recording without tracks goes; the other one takes the better sound, its files, who is credited for it, and the words of its files where it has none. */
export async function dropRecording(tx: Tx, from: string, to: string): Promise<void> {
  await sql`update catalogue.source_file set recording = ${to} where recording = ${from}`.execute(tx)
  await sql`
    update catalogue.credit c set recording = ${to} where recording = ${from} and not exists (
      select from catalogue.credit o where o.recording = ${to} and (o.role, o.name) = (c.role, c.name) and o.detail is not distinct from c.detail)`.execute(
    tx,
  )
  await sql`
    update catalogue.lyrics set recording = ${to} where recording = ${from} and not exists (select from catalogue.lyrics o where o.recording = ${to})`.execute(
    tx,
  )
  const { rows: gone } = await sql<{ asset: string | null; better: boolean }>`
    select c.asset, coalesce(q.lossless and not k.lossless, false) as better from catalogue.recording c left join media.public_quality q on q.asset = c.asset,
      catalogue.recording o left join media.public_quality k on k.asset = o.asset where c.id = ${from} and o.id = ${to}`.execute(tx)
  if (gone[0]?.better) await sql`update catalogue.recording set asset = ${gone[0].asset} where id = ${to}`.execute(tx)
  await sql`delete from catalogue.recording where id = ${from}`.execute(tx)
}

/** Removes an import that brought and refused nothing, and one before it that only refused. True: it is gone. */
export async function dropImports(tx: Tx, id: string, before: string | null): Promise<boolean> {
  const { rows } = await sql`
    delete from catalogue.import i where id = ${id} and state = 'done' and not exists (select from catalogue.import_item m where m.import = i.id and m.state <> 'unchanged') returning id`.execute(
    tx,
  )
  if (rows.length === 0 && before !== null)
    await sql`
      delete from catalogue.import i where id = ${before} and id <> ${id} and state <> 'running' and not exists (select from catalogue.import_item m where m.import = i.id and m.state <> 'failed')`.execute(
      tx,
    )
  return rows.length > 0
}
