/** For tests of this room: music whose sound is ready. */
import { newId } from '../foundation/clock.ts'
import { addRelease } from '../catalogue/index.ts'
import type { Person, TestPlanet } from '../testing.ts'

export type Music = { page: string; tracks: string[]; releases: string[]; draft: string }
/** An artist's page of this person with `count` singles that can be played, and a draft. */
export async function addMusic(planet: TestPlanet, who: Person, count: number, name = 'Tide'): Promise<Music> {
  const handle = `${name.toLowerCase().replace(/[^a-z0-9]/g, '')}-${newId('pag').slice(-8)}`
  const page = (await who.call<{ id: string }>('POST', '/pages', { kind: 'artist', name, handle })).id
  const add = (title: string, visibility: 'public' | 'draft'): Promise<{ id: string; tracks: string[] }> =>
    planet.db.transaction(tx =>
      addRelease(tx, {
        page,
        title,
        kind: 'single',
        artists: [page],
        visibility,
        tracks: [{ title, artists: [page], durationMs: 180_000 }],
      }),
    )
  const made = []
  for (let i = 1; i <= count; i++) made.push(await add(`${name} ${i}`, 'public'))
  const draft = (await add(`${name} draft`, 'draft')).tracks[0]!
  const tracks = made.map(one => one.tracks[0]!)
  await giveSound(planet, [...tracks, draft])
  return { page, tracks, releases: made.map(one => one.id), draft }
}

/** As if the sound of these tracks had been processed. */
export async function giveSound(planet: TestPlanet, tracks: readonly string[]): Promise<void> {
  const { pool } = planet.db
  for (const track of tracks) {
    const asset = newId('ast')
    await pool.query(
      `insert into media.asset (id, kind, sha256, size_bytes, mime, key, name, created_at) values ($1, 'audio', md5($1) || md5($1 || 'x'), 1000, 'audio/flac', $1, 'x.flac', now())`,
      [asset],
    )
    await pool.query(`insert into media.processing (asset, state, progress, queued_at, ended_at) values ($1, 'done', 1, now(), now())`, [
      asset,
    ])
    await pool.query(
      `insert into media.audio (asset, duration_ms, samples, sample_rate, channels, loudness_range_lu, waveform, preview_start_ms, measured_at)
       values ($1, 180000, 1, 44100, 2, 5, decode(repeat('00', 1800), 'hex'), 0, now())`,
      [asset],
    )
    await pool.query('update catalogue.recording set asset = $2 where id = (select recording from catalogue.track where id = $1)', [
      track,
      asset,
    ])
  }
}
