/** For tests: tracks with split sheets, listening, and what a period must come to, worked out in another way. */
import { newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import type { TestPlanet } from '../testing.ts'

export type Catalogue = { page: string; release: string; tracks: string[] }

/** A page of `owner` with one public release of tracks so long. */
export async function addRelease(planet: TestPlanet, owner: string, lengths: readonly number[], name = 'Tide'): Promise<Catalogue> {
  const { pool } = planet.db
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: `${name} ${newId('pag').slice(-4)}`, owner }))
  const release = newId('rel')
  await pool.query(
    `insert into catalogue.release (id, page, title, kind, visibility, created_at, changed_at) values ($1, $2, 'R', 'album', 'public', now(), now())`,
    [release, page],
  )
  const tracks: string[] = []
  for (const [index, length] of lengths.entries()) {
    const [recording, track] = [newId('rec'), newId('trk')]
    await pool.query(`insert into catalogue.recording (id, title, duration_ms, created_at) values ($1, 'T', $2, now())`, [
      recording,
      length,
    ])
    await pool.query(`insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, $4, $5, now())`, [
      track,
      release,
      recording,
      index + 1,
      `T ${index + 1}`,
    ])
    await pool.query(`insert into catalogue.track_artist (track, position, page) values ($1, 0, $2)`, [track, page])
    tracks.push(track)
  }
  return { page, release, tracks }
}

/** Money of the planet's own, as if it had come in. */
export async function enrich(planet: TestPlanet, amount: bigint, currency = 'CNY'): Promise<void> {
  const { post } = await import('../ledger/index.ts')
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: `test:own:${newId('evt')}`,
        kind: 'adjustment',
        cause: 'test:own',
        at: new Date(),
        entries: [
          { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: currency, floor: null }, amount: -amount },
          { account: { owner: 'planet', purpose: 'commission', asset: currency, floor: 0n }, amount },
        ],
      },
    ]),
  )
}

export type ModelPlay = { id: string; person: string; track: string; at: number; ms: number }
/**
 * What listeners and tracks get of `whole`, from the plays that count, in whole numbers of millionths. Worked out without the database: per person a timeline
 * of what was not heard yet, then floors and the largest remainders.
 */
export function modelOf(
  plays: readonly ModelPlay[],
  whole: bigint,
): { listeners: Map<string, bigint>; tracks: Map<string, bigint>; paidMs: Map<string, number> } {
  const byPerson = new Map<string, ModelPlay[]>()
  for (const play of plays) byPerson.set(play.person, [...(byPerson.get(play.person) ?? []), play])
  const paidMs = new Map<string, number>()
  const heard = new Map<string, Map<string, number>>()
  for (const [person, those] of byPerson) {
    let free = -Infinity
    for (const play of those.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
      const from = Math.max(play.at, free)
      const ms = Math.max(0, play.at + play.ms - from)
      free = Math.max(free, play.at + play.ms)
      paidMs.set(play.id, ms)
      if (ms === 0) continue
      const tracks = heard.get(person) ?? new Map<string, number>()
      tracks.set(play.track, (tracks.get(play.track) ?? 0) + ms)
      heard.set(person, tracks)
    }
  }
  const largest = (total: bigint, weights: readonly (readonly [string, bigint])[]): Map<string, bigint> => {
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0n)
    const parts = new Map(weights.map(([id, weight]) => [id, (total * weight) / all]))
    let left = total - [...parts.values()].reduce((a, b) => a + b, 0n)
    const order = [...weights].sort(([a, x], [b, y]) => {
      const [p, q] = [(total * x) % all, (total * y) % all]
      return p === q ? (a < b ? -1 : 1) : p > q ? -1 : 1
    })
    for (const [id] of order) if (left-- > 0n) parts.set(id, parts.get(id)! + 1n)
    return parts
  }
  if (heard.size === 0) return { listeners: new Map(), tracks: new Map(), paidMs }
  const listeners = largest(
    whole,
    [...heard.keys()].map(person => [person, 1n] as const),
  )
  const tracks = new Map<string, bigint>()
  for (const [person, those] of heard)
    for (const [track, amount] of largest(
      listeners.get(person)!,
      [...those].map(([track, ms]) => [track, BigInt(ms)] as const),
    ))
      tracks.set(track, (tracks.get(track) ?? 0n) + amount)
  return { listeners, tracks, paidMs }
}
