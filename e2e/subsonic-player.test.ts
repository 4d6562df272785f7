/** A real player of Debian's, Strawberry, is given an app key: it syncs the planet, finds a song, plays it, and tells what was heard. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRelease, type GivenTrack } from '../server/catalogue/index.ts'
import { until } from '../server/foundation/testing.ts'
import { measureAsset, storeAudio, storeImage } from '../server/media/index.ts'
import { png, sine, writeWav } from '../server/media/sound.testing.ts'
import { openPage } from '../server/people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { missingPrograms, openStrawberry, versionOf, type Strawberry } from './strawberry.ts'

const absent = missingPrograms()
if (absent.length > 0)
  process.stderr.write(
    `\nSKIPPED: no real Subsonic player was driven, as ${absent.join(', ')} is not installed here (Debian: apt-get install strawberry xvfb dbus libglib2.0-bin)\n`,
  )

type Asked = { call: string; query: URLSearchParams }
let planet: TestPlanet
let ann: Person
let player: Strawberry | undefined
const asked: Asked[] = []
const of = (call: string): Asked[] => asked.filter(one => one.call === call)
/** Long enough that half of it is what players take for heard, and no longer. */
const seconds = 64

beforeAll(async () => {
  if (absent.length > 0) return
  planet = await startPlanet()
  planet.app.server.server.prependListener('request', ({ url }: { url: string }) => {
    const found = /^\/rest\/(\w+)(?:\.view)?\?(.*)$/.exec(url)
    if (found) asked.push({ call: found[1]!, query: new URLSearchParams(found[2]) })
  })
  ann = await planet.signUp('Ann')
  const write = planet.db.transaction
  const sound = async (name: string, hertz: number): Promise<string> => {
    const { asset } = await storeAudio(write, writeWav(join(planet.home, name), seconds, sine(hertz, -20), { rate: 16_000, channels: 1 }), {
      name,
    })
    // Measured, it can be played as it came.
    await measureAsset(write, asset)
    return asset
  }
  const cover = (await storeImage(write, png(300, 300, [30, 90, 160]), 'cover.png')).asset
  const page = await write(tx => openPage(tx, { kind: 'artist', name: '潮汐 Tide', owner: null }))
  for (const [title, names] of [
    ['Harbour', ['Awake', 'Ebb']],
    ['夜航', ['灯塔']],
  ] as const) {
    const tracks: GivenTrack[] = []
    for (const name of names)
      tracks.push({ title: name, artists: [page], asset: await sound(`${name}.wav`, 200 + name.length * 40), durationMs: seconds * 1000 })
    await write(tx =>
      addRelease(tx, {
        page,
        title,
        kind: 'album',
        artists: [page],
        visibility: 'public',
        releasedOn: '2024-05-01',
        genre: 'Rock',
        cover,
        tracks,
      }),
    )
  }
  const { secret } = await ann.call<{ secret: string }>('POST', '/me/app-keys', {
    name: 'Strawberry',
    scopes: ['listen', 'library', 'submit'],
  })
  player = await openStrawberry({ url: planet.url, user: ann.email, key: secret })
}, 300_000)
afterAll(async () => {
  await player?.close()
  await planet?.close()
})

const row = (table: string) => planet.db.pool.query<Record<string, unknown>>(`select * from ${table} where person = $1`, [ann.id])

test.skipIf(absent.length > 0)('Strawberry syncs, finds, plays and tells', async () => {
  const { finger, player: mpris, status } = player!
  const proof: string[] = []

  // "Refresh catalogue", above the list of the Subsonic tab. Pressed before the window takes presses it is lost.
  let pressed = 0
  await until(
    () => {
      if (of('getAlbumList2').length === 0 && performance.now() - pressed > 3000) {
        pressed = performance.now()
        finger.click(165, 66)
      }
      return of('getAlbum').length >= 2
    },
    'it to ask for both albums',
    60_000,
  )
  await until(() => of('getCoverArt').length >= 1, 'it to fetch a cover', 60_000)
  const every = asked.every(
    ({ query }) => query.get('u') === ann.email && query.get('t') !== null && query.get('s') !== null && query.get('p') === null,
  )
  expect(every).toBe(true)
  proof.push(
    `synced by ${of('getAlbumList2').length} × getAlbumList2, ${of('getAlbum').length} × getAlbum, ${of('getCoverArt').length} × getCoverArt, signed in by token and salt`,
  )

  // Its own search finds what it has synced: only that song is put on the list by a double click on its artist.
  finger.click(155, 39)
  finger.type('awake')
  await until(
    () => {
      finger.click(140, 110, 2)
      return mpris('Play').then(async () => (await status()).title === 'Awake')
    },
    'Awake to be played',
    60_000,
  )
  proof.push('its search for “awake” left one song, which plays')
  await until(async () => of('stream').length > 0 && (await status()).playing, 'the stream', 30_000)
  const song = of('stream')[0]!.query.get('id')!
  const { rows: tracks } = await planet.db.pool.query<{ title: string }>('select title from catalogue.track where id = $1', [song])
  expect(tracks[0]?.title).toBe('Awake')
  await until(
    () => of('scrobble').some(({ query }) => query.get('submission') === 'false' && query.get('id') === song),
    '“now playing” to be told',
    30_000,
  )
  // It was seen as it came; it is written down a moment later.
  await until(async () => (await row('listening.now_playing')).rowCount === 1, 'it to be known')
  expect((await row('listening.now_playing')).rows).toMatchObject([{ track: song }])
  proof.push('streamed, and told that it plays now')

  // At half of it the play is told of; the sound was sent before, so it counts.
  await until(
    () => of('scrobble').some(({ query }) => query.get('submission') === 'true' && query.get('id') === song),
    'the play to be told',
    90_000,
  )
  const play = await until(async () => (await row('listening.play')).rows[0], 'the play')
  expect(play).toMatchObject({ track: song, heard: true, counted: true })
  proof.push('told of the play at half of it; it counts')
  const { items } = await ann.call<{ items: { lastClient: string; lastNetwork: string }[] }>('GET', '/me/app-keys')
  expect(items[0]).toMatchObject({ lastClient: 'Strawberry', lastNetwork: '127.0.0.x' })

  const counts = new Map<string, number>()
  for (const { call } of asked) counts.set(call, (counts.get(call) ?? 0) + 1)
  process.stderr.write(
    `\n${versionOf()} was driven headless against /rest/:\n${proof.map(line => `  · ${line}`).join('\n')}\n  calls: ${[...counts].map(([call, n]) => `${call} ${n}`).join(', ')}\n`,
  )
})
