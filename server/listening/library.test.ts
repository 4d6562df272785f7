import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { addPlays } from './index.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let tracks: string[]

beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Tide', owner: ben.id }))
  const { pool } = planet.db
  const release = newId('rel')
  await pool.query(
    `insert into catalogue.release (id, page, title, kind, created_at, changed_at) values ($1, $2, 'R', 'album', now(), now())`,
    [release, page],
  )
  tracks = []
  for (let number = 1; number <= 12; number++) {
    const [recording, track] = [newId('rec'), newId('trk')]
    await pool.query(`insert into catalogue.recording (id, title, duration_ms, created_at) values ($1, 'T', 60000, now())`, [recording])
    await pool.query(`insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, $4, $5, now())`, [
      track,
      release,
      recording,
      number,
      `T ${number}`,
    ])
    await pool.query(`insert into catalogue.track_artist (track, position, page) values ($1, 0, $2)`, [track, page])
    tracks.push(track)
  }
})
afterAll(() => planet.close())

type List = { items: { id: string; track?: { id: string } }[]; next: string | null }
async function walk(who: Person, path: string, limit: number): Promise<List['items']> {
  const out: List['items'] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: List = await who.call<List>('GET', `${path}?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`)
    out.push(...page.items)
    cursor = page.next
  }
  return out
}
test('history shows every play once; recent shows every track once', async () => {
  const now = clock.now().getTime()
  await planet.db.transaction(tx =>
    addPlays(
      tx,
      Array.from({ length: 30 }, (_, i) => ({
        at: new Date(now - Math.floor(i / 3) * 60_000),
        person: ann.id,
        track: tracks[i % 5]!,
        heardMs: 60_000,
      })),
    ),
  )
  const plays = await walk(ann, '/me/plays', 7)
  expect(new Set(plays.map(play => play.id)).size).toBe(30)
  expect(plays[0]!.track).toMatchObject({ title: expect.stringMatching(/^T /), durationMs: 60_000, plays: 6 })
  const recent = await ann.call<List>('GET', '/me/recent')
  expect(new Set(recent.items.map(item => item.id))).toEqual(new Set(tracks.slice(0, 5)))
  expect(recent.items).toHaveLength(5)
  expect((await ann.call<List>('GET', '/me/recent?limit=2')).items).toHaveLength(2)
  expect((await walk(ben, '/me/plays', 7)).length).toBe(0)
})
