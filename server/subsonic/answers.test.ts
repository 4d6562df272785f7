/** Every call, asked as JSON and as XML, with and without `.view`, by GET and by form: valid against both schemas, and the same in both. */
import { XMLParser } from 'fast-xml-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { jsonSchema, answers, sameInXml, xsd } from './schema.testing.ts'
import { calls } from './index.ts'
import { app, form, makeWorld, query, token, type Parameters_, type World } from './world.testing.ts'

let w: World
const plays = (): Record<string, Parameters_[]> => {
  const [one, two] = w.tracks.free as [string, string]
  return {
    ping: [{}],
    getLicense: [{}],
    tokenInfo: [{}],
    getOpenSubsonicExtensions: [{}],
    getUser: [{ username: w.ann.email }],
    getScanStatus: [{}],
    getPodcasts: [{}],
    getNewestPodcasts: [{}],
    getInternetRadioStations: [{}],
    getMusicFolders: [{}],
    star: [{ id: [one, two], albumId: w.albums.free, artistId: w.artists.tide }],
    setRating: [
      { id: one, rating: 4 },
      { id: w.albums.free, rating: 5 },
    ],
    scrobble: [
      { id: [one, two], time: [Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 2)] },
      { id: one, submission: 'false' },
    ],
    createPlaylist: [{ name: 'Mine & yours', songId: [one, two, one] }],
    savePlayQueue: [{ id: [one, two, one], current: two, position: 1234 }],
    savePlayQueueByIndex: [{ id: [one, two, one], currentIndex: 2, position: 99 }],
    createBookmark: [{ id: one, position: 4000, comment: 'here <& there>' }],
    createShare: [{ id: w.albums.free, description: 'Listen' }],
    getIndexes: [{}, { ifModifiedSince: Date.UTC(2100, 0) }],
    getMusicDirectory: [{ id: 1 }, { id: w.artists.tide }, { id: w.albums.free }],
    getGenres: [{}],
    getArtists: [{}],
    getArtist: [{ id: w.artists.tide }, { id: w.artists.guest }],
    getAlbum: [{ id: w.albums.free }, { id: w.albums.second }],
    getSong: [{ id: one }],
    getArtistInfo: [{ id: w.artists.tide }],
    getArtistInfo2: [{ id: one }],
    getAlbumInfo: [{ id: w.albums.free }],
    getAlbumInfo2: [{ id: one }],
    getAlbumList: [{ type: 'newest' }],
    getAlbumList2: [
      ...['random', 'newest', 'highest', 'frequent', 'recent', 'starred', 'alphabeticalByName', 'alphabeticalByArtist'].map(type => ({
        type,
      })),
      { type: 'byYear', fromYear: 2030, toYear: 1990 },
      { type: 'byGenre', genre: 'Rock' },
    ],
    getRandomSongs: [{}, { genre: 'Rock', fromYear: 2000, toYear: 2030 }],
    getSongsByGenre: [{ genre: 'Rock' }],
    getTopSongs: [{ artist: 'The Tide' }, { artist: 'Nobody at all' }],
    getSimilarSongs: [{ id: one }],
    getSimilarSongs2: [{ id: w.artists.tide }],
    search: [{ any: 'wave' }],
    search2: [{ query: 'tide' }, { query: '' }],
    search3: [{ query: '""' }, { query: 'wave' }],
    getStarred: [{}],
    getStarred2: [{}],
    getNowPlaying: [{}],
    getPlaylists: [{}],
    getPlayQueue: [{}],
    getPlayQueueByIndex: [{}],
    getBookmarks: [{}],
    getShares: [{}],
    getLyrics: [
      { artist: 'the tide', title: '潮 <Tide>' },
      { artist: 'x', title: 'y' },
    ],
    getLyricsBySongId: [{ id: one }, { id: two }],
    unstar: [{ id: two }],
    deleteBookmark: [{ id: one }],
  }
}
beforeAll(async () => {
  w = await makeWorld()
})
afterAll(() => w.close())

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: 'value',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
})
const inXml: { call: string; text: string }[] = []

/** Asks in both formats and both ways; collects what was wrong. */
async function look(call: string, parameters: Parameters_, changes = false): Promise<string[]> {
  const wrong: string[] = []
  const who = { apiKey: w.key, v: '1.16.1', c: 'test' }
  const json = await (await fetch(`${w.planet.url}/rest/${call}?${query({ ...who, f: 'json', ...parameters })}`)).json()
  const checked = jsonSchema(call).safeParse(json)
  if (!checked.success)
    wrong.push(
      `${call} ${JSON.stringify(parameters)}: ${checked.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    )
  if (changes) return wrong
  const answer = await fetch(`${w.planet.url}/rest/${call}.view`, { method: 'POST', body: form({ ...who, ...parameters }) })
  if (!answer.headers.get('content-type')!.startsWith('text/xml')) wrong.push(`${call}: XML as ${answer.headers.get('content-type')}`)
  const text = await answer.text()
  inXml.push({ call, text })
  // Lists by chance differ each time.
  if (call === 'getRandomSongs' || call.startsWith('getSimilar') || parameters['type'] === 'random') return wrong
  const parsed = parser.parse(text) as Record<string, Record<string, unknown>>
  const { xmlns, ...told } = parsed['subsonic-response']!
  if (xmlns !== 'http://subsonic.org/restapi') wrong.push(`${call}: namespace ${String(xmlns)}`)
  wrong.push(...sameInXml((json as Record<string, unknown>)['subsonic-response'], told).map(difference => `${call}: ${difference}`))
  return wrong
}

test('every call answers as its schemas say, in JSON and in XML alike', async () => {
  const wrong: string[] = []
  const changing = new Set(['createPlaylist', 'createShare'])
  for (const [call, all] of Object.entries(plays())) for (const one of all) wrong.push(...(await look(call, one, changing.has(call))))
  const ann = app(w.planet, { apiKey: w.key })
  const lists = (await ann.ask('getPlaylists'))['playlists'] as { playlist: { id: string }[] }
  const shares = (await ann.ask('getShares'))['shares'] as { share: { id: string }[] }
  const [list, share] = [lists.playlist[0]!.id, shares.share[0]!.id]
  wrong.push(...(await look('getPlaylist', { id: list })))
  wrong.push(
    ...(await look('updatePlaylist', { playlistId: list, name: 'Other', comment: 'Said', public: 'true', songIndexToRemove: 0 }, true)),
  )
  wrong.push(...(await look('getPlaylist', { id: list })))
  wrong.push(...(await look('deletePlaylist', { id: list }, true)))
  wrong.push(...(await look('updateShare', { id: share, description: 'New' }, true)))
  wrong.push(...(await look('deleteShare', { id: share }, true)))
  await w.planet.db.pool.query(`update people.person set roles = array['operator'] where id = $1`, [w.ann.id])
  wrong.push(...(await look('startScan', {})))
  await w.planet.db.pool.query(`update people.person set roles = '{}' where id = $1`, [w.ann.id])
  expect(wrong).toEqual([])
  const checked = await validateXML({
    xml: inXml.map(({ call, text }, i) => ({ fileName: `${i}-${call}.xml`, contents: text })),
    schema: xsd(),
    initialMemoryPages: 512,
    maxMemoryPages: 4096,
  })
  expect(checked.errors.map(error => error.message)).toEqual([])
  expect(checked.valid).toBe(true)
})

test('no call is without its schema and its turn here', () => {
  const bytes = ['stream', 'download', 'hls', 'getCoverArt', 'getAvatar']
  expect(
    Object.keys(calls)
      .filter(name => !bytes.includes(name))
      .sort(),
  ).toEqual(Object.keys(answers).sort())
  const asked = new Set([
    ...Object.keys(plays()),
    'getPlaylist',
    'updatePlaylist',
    'deletePlaylist',
    'updateShare',
    'deleteShare',
    'startScan',
  ])
  expect(Object.keys(answers).filter(name => !asked.has(name))).toEqual([])
})

test('refusals have the protocol’s numbers, in the format that was asked for', async () => {
  const ann = app(w.planet, { apiKey: w.key })
  const listens = app(w.planet, { apiKey: w.listenKey })
  const one = w.tracks.free[0]!
  const number = async (said: Promise<{ status: string; error?: { code: number } }>): Promise<number | undefined> =>
    (await said).error?.code
  const found: Record<string, number | undefined> = {
    'getSong without id': await number(ann.ask('getSong')),
    'getSong unknown': await number(ann.ask('getSong', { id: 'trk_00000000000000000000000000' })),
    'getSong nonsense': await number(ann.ask('getSong', { id: "1' or 1=1 --" })),
    'getAlbum unknown': await number(ann.ask('getAlbum', { id: 'rel_x' })),
    'getAlbum of a draft of others': await number(ann.ask('getAlbum', { id: w.albums.draft })),
    'stream of a draft of others': await number(ann.ask('stream', { id: w.tracks.draft[0]! })),
    'stream of what is for sale': await number(ann.ask('stream', { id: w.tracks.paid[0]! })),
    'getSong of what is for sale': await number(ann.ask('getSong', { id: w.tracks.paid[0]! })),
    'star without the scope': await number(listens.ask('star', { id: one })),
    'scrobble without the scope': await number(listens.ask('scrobble', { id: one })),
    'startScan by no operator': await number(ann.ask('startScan')),
    'getUser of another': await number(ann.ask('getUser', { username: w.maker.email })),
    'a list of no type': await number(ann.ask('getAlbumList2', { type: 'nothing' })),
    'rating out of range': await number(ann.ask('setRating', { id: one, rating: 6 })),
    'index out of range': await number(ann.ask('savePlayQueueByIndex', { id: one, currentIndex: 1 })),
    'index missing': await number(ann.ask('savePlayQueueByIndex', { id: one })),
    'playlist of nobody': await number(ann.ask('getPlaylist', { id: 'pls_00000000000000000000000000' })),
    'client too old': await number(ann.ask('ping', { v: '0.9.0' })),
    'client too new': await number(ann.ask('ping', { v: '2.0.0' })),
    'no such call': await number(ann.ask('getEverything')),
  }
  expect(found).toEqual({
    'getSong without id': 10,
    'getSong unknown': 70,
    'getSong nonsense': 70,
    'getAlbum unknown': 70,
    'getAlbum of a draft of others': 70,
    'stream of a draft of others': 70,
    'stream of what is for sale': 50,
    'getSong of what is for sale': 70,
    'star without the scope': 50,
    'scrobble without the scope': 50,
    'startScan by no operator': 50,
    'getUser of another': 50,
    'a list of no type': 0,
    'rating out of range': 10,
    'index out of range': 10,
    'index missing': 10,
    'playlist of nobody': 70,
    'client too old': 20,
    'client too new': 30,
    'no such call': 0,
  })
  expect((await ann.raw('getSong')).status).toBe(200)
  expect((await ann.raw('getEverything')).status).toBe(404)
  expect(jsonSchema().safeParse(await (await ann.raw('getSong')).json()).error).toBeUndefined()
  const xml = await (await ann.raw('getSong', { f: 'xml' })).text()
  const checked = await validateXML({ xml, schema: xsd() })
  expect([checked.errors, xml]).toEqual([[], expect.stringContaining('code="10"')])
  expect((await validateXML({ xml: xml.replace('code=', 'number='), schema: xsd() })).valid).toBe(false)
})

test('JSONP calls back by a name and nothing else; unknown formats are XML', async () => {
  const ann = app(w.planet, { apiKey: w.key })
  const said = await ann.raw('ping', { f: 'jsonp', callback: 'app.cb' })
  expect([said.headers.get('content-type'), await said.text()]).toEqual([
    'text/javascript; charset=utf-8',
    expect.stringMatching(/^\/\*\*\/app\.cb\(\{"subsonic-response":.*\}\);$/),
  ])
  for (const callback of ['alert(1)', 'a;b', '<script>', 'a'.repeat(200)]) {
    const refused = await ann.raw('ping', { f: 'jsonp', callback })
    expect([refused.headers.get('content-type'), await refused.text()]).toEqual([
      'text/xml; charset=utf-8',
      expect.stringContaining('code="10"'),
    ])
  }
  expect((await ann.raw('ping', { f: 'yaml' })).headers.get('content-type')).toBe('text/xml; charset=utf-8')
  expect((await ann.raw('ping', {}, { method: 'OPTIONS' })).headers.get('access-control-allow-methods')).toContain('POST')
  const token_ = token(w.key)
  expect(
    (await (await fetch(`${w.planet.url}/rest/ping?${query({ u: w.ann.email, ...token_, f: 'json' })}`)).json()) as unknown,
  ).toMatchObject({
    'subsonic-response': { status: 'ok' },
  })
})

test('a playlist of a thousand songs may come as a form or as one long address', async () => {
  const one = w.tracks.free[0]!
  const given = { apiKey: w.key, f: 'json', name: 'Long', songId: Array.from({ length: 1000 }, () => one) }
  const post = await fetch(`${w.planet.url}/rest/createPlaylist`, { method: 'POST', body: form(given) })
  const get = await fetch(`${w.planet.url}/rest/createPlaylist?${query(given)}`)
  for (const answer of [post, get])
    expect(await answer.json()).toMatchObject({ 'subsonic-response': { status: 'ok', playlist: { songCount: 1000, duration: 5000 } } })
})

test('what nobody can play is in no list, and lists of others’ drafts do not exist', async () => {
  const ann = app(w.planet, { apiKey: w.key })
  const everything = JSON.stringify([
    await ann.ask('search3', { query: '', artistCount: 500, albumCount: 500, songCount: 500 }),
    await ann.ask('getAlbumList2', { type: 'newest', size: 500 }),
    await ann.ask('getRandomSongs', { size: 500 }),
    await ann.ask('getArtist', { id: w.artists.tide }),
    await ann.ask('getMusicDirectory', { id: w.artists.tide }),
    await ann.ask('getSimilarSongs', { id: w.tracks.free[0]! }),
    await ann.ask('search3', { query: 'for sale' }),
    await ann.ask('search3', { query: 'secret' }),
    await ann.ask('getSongsByGenre', { genre: 'Rock', count: 500 }),
  ])
  for (const id of [w.albums.paid, w.albums.draft, ...w.tracks.paid, ...w.tracks.draft]) expect(everything).not.toContain(id)
  for (const id of [w.albums.bought, ...w.tracks.bought]) expect(everything).toContain(id)
  expect(everything).not.toContain('null')
  // Their maker has both, the draft by its address only.
  const { secret } = await w.maker.call<{ secret: string }>('POST', '/me/app-keys', { name: 'X', scopes: ['listen'] })
  const maker = app(w.planet, { apiKey: secret })
  const own = JSON.stringify(await maker.ask('getAlbumList2', { type: 'newest', size: 500 }))
  expect([own.includes(w.albums.paid), own.includes(w.albums.draft)]).toEqual([true, false])
  expect((await maker.ask('getAlbum', { id: w.albums.draft })).status).toBe('ok')
  expect((await maker.raw('stream', { id: w.tracks.draft[0]! })).headers.get('content-type')).toBe('audio/wav')
})
