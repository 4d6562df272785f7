/** For tests: a small planet with sound of every standing (free, for sale, bought, a draft), and an app that asks it in all ways. */
import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { addRelease } from '../catalogue/index.ts'
import { measureAsset, processAsset, storeAudio, storeImage } from '../media/index.ts'
import { png, sine, writeWav } from '../media/sound.testing.ts'
import { openPage } from '../people/index.ts'
import { indexReleases } from '../search/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

export type World = {
  planet: TestPlanet
  maker: Person
  ann: Person
  /** Ann's app keys: one good for everything, one that may only listen. */
  key: string
  listenKey: string
  artists: { tide: string; nan: string; guest: string }
  albums: { free: string; second: string; paid: string; bought: string; draft: string }
  tracks: { free: string[]; second: string[]; paid: string[]; bought: string[]; draft: string[] }
  close: () => Promise<void>
}

const lyrics = '[00:00.50]第一行\n[00:02.00]Second line <loud> & "quoted"\n[00:03.50]第三行\n'

export async function makeWorld(options: { rateLimits?: boolean } = {}): Promise<World> {
  const planet = await startPlanet({ config: { rateLimits: options.rateLimits ?? false } })
  const write = planet.db.transaction
  const [maker, ann] = [await planet.signUp('Maker'), await planet.signUp('Ann')]
  const page = (name: string, owner: string | null) =>
    write(tx => openPage(tx, { kind: 'artist', name, owner, bio: { zh: '简介', en: 'About' } }))
  const artists = { tide: await page('The Tide', maker.id), nan: await page('南京路', maker.id), guest: await page('Guest & Söhne', null) }
  const folder = join(planet.home, 'given')
  mkdirSync(folder, { recursive: true })
  const sound = async (name: string, seconds: number, hertz: number): Promise<string> => {
    const { asset } = await storeAudio(write, writeWav(join(folder, name), seconds, sine(hertz, -12)), { name })
    // Rendering is slow: one has renditions, the others can be played as they came.
    await (name === 'one.wav' ? processAsset(write, asset) : measureAsset(write, asset))
    return asset
  }
  const [first, second, third, long] = [
    await sound('one.wav', 5, 220),
    await sound('two.wav', 4, 330),
    await sound('three.wav', 4, 440),
    await sound('long.wav', 62, 550),
  ]
  const cover = (await storeImage(write, png(320, 320, [200, 90, 40]), 'cover.png')).asset
  const album = (title: string, given: Partial<Parameters<typeof addRelease>[1]> & Pick<Parameters<typeof addRelease>[1], 'tracks'>) =>
    write(tx => addRelease(tx, { page: artists.tide, title, kind: 'album', artists: [artists.tide], visibility: 'public', ...given }))
  const free = await album('Ebb & Flow "Live"', {
    releasedOn: '2019-04-05',
    genre: 'Rock',
    label: 'Harbour',
    cover,
    description: { zh: '第一张', en: 'The first one' },
    tracks: [
      {
        title: '潮 <Tide>',
        artists: [artists.tide, { page: artists.guest, role: 'featured' }],
        asset: first,
        durationMs: 5000,
        isrc: 'CNA012100001',
        bpm: 97.6,
        credits: [
          { role: 'composer', name: 'The Tide', page: artists.tide },
          { role: 'lyricist', name: 'Nobody Here' },
          { role: 'guitar', name: '南京路', page: artists.nan },
        ],
        lyrics: { language: 'zh', text: lyrics },
      },
      { title: 'Second Wave', artists: [artists.tide], asset: second, durationMs: 4000, disc: 1 },
      { title: 'Long Shore', artists: [artists.tide], asset: long, durationMs: 62_000, disc: 2, number: 1 },
    ],
  })
  const other = await album('夜上海', {
    artists: [artists.nan],
    releasedOn: '2021',
    genre: '民谣',
    kind: 'ep',
    tracks: [{ title: '弄堂', artists: [artists.nan], asset: third, durationMs: 4000 }],
  })
  const paid = await album('For Sale', {
    releasedOn: '2020-01-01',
    genre: 'Rock',
    tracks: [{ title: 'Paid', artists: [artists.tide], asset: first, durationMs: 5000, streaming: 'preview' }],
  })
  const bought = await album('Bought', {
    releasedOn: '2022-06',
    tracks: [{ title: 'Mine', artists: [artists.tide], asset: second, durationMs: 4000, streaming: 'preview' }],
  })
  const draft = await album('Draft', {
    visibility: 'draft',
    tracks: [{ title: 'Secret', artists: [artists.tide], asset: first, durationMs: 5000 }],
  })
  await planet.db.pool.query(
    `insert into shop.ownership (person, release, line, at) values ($1, $2, 'lin_00000000000000000000000000', now())`,
    [ann.id, bought.id],
  )
  const make = async (scopes: string[]) => (await ann.call<{ secret: string }>('POST', '/me/app-keys', { name: 'App', scopes })).secret
  const key = await make(['listen', 'library', 'submit'])
  await write(tx => indexReleases(tx, [free.id, other.id, paid.id, bought.id, draft.id]))
  return {
    planet,
    maker,
    ann,
    key,
    listenKey: await make(['listen']),
    artists,
    albums: { free: free.id, second: other.id, paid: paid.id, bought: bought.id, draft: draft.id },
    tracks: { free: free.tracks, second: other.tracks, paid: paid.tracks, bought: bought.tracks, draft: draft.tracks },
    close: () => planet.close(),
  }
}

export type Parameters_ = Record<string, string | number | readonly (string | number)[]>
export const query = (parameters: Parameters_): string => form(parameters).toString()
export function form(parameters: Parameters_): URLSearchParams {
  const found = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters))
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) found.append(name, String(one))
  return found
}
export const token = (secret: string, salt = 'c19b2d'): { t: string; s: string } => ({
  t: createHash('md5')
    .update(secret + salt)
    .digest('hex'),
  s: salt,
})

export type Told = Record<string, unknown> & { status: 'ok' | 'failed'; error?: { code: number; message: string } }
export type App = {
  raw: (call: string, parameters?: Parameters_, init?: RequestInit) => Promise<Response>
  /** The answer as JSON, whatever it is. */
  ask: (call: string, parameters?: Parameters_) => Promise<Told>
}
/** An app that signs in by apiKey, unless other parameters say who it is. */
export function app(planet: Pick<TestPlanet, 'url'>, who: Parameters_): App {
  const raw: App['raw'] = (call, parameters = {}, init = {}) =>
    fetch(`${planet.url}/rest/${call}?${query({ v: '1.16.1', c: 'test', f: 'json', ...who, ...parameters })}`, {
      redirect: 'manual',
      ...init,
    })
  return {
    raw,
    ask: async (call, parameters) => {
      const answer = await raw(call, parameters)
      return ((await answer.json()) as { 'subsonic-response': Told })['subsonic-response']
    },
  }
}
