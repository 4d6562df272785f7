/** Sound for apps: as it came, in parts, converted within limits (trap 39), and cut off when the key is gone. */
import { get } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { banPerson } from '../people/index.ts'
import { decide } from './sound.ts'
import { streamsOf } from './index.ts'
import { limits, Transcodes } from './transcodes.ts'
import { newId } from '../foundation/clock.ts'
import { app, makeWorld, query, type App, type World } from './world.testing.ts'

let w: World
let ann: App
let [short, long] = ['', '']
beforeAll(async () => {
  w = await makeWorld()
  ann = app(w.planet, { apiKey: w.key })
  ;[short, long] = [w.tracks.free[0]!, w.tracks.free[2]!]
})
afterAll(() => w.close())

const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())

test('what is sent: as it came, a rendition that is ready, or a stream of its own', () => {
  const flac = { mime: 'audio/flac', name: 'a.flac', sizeBytes: 30_000_000, durationMs: 240_000, bitsPerSecond: 1_000_000, keeps: true }
  const mp3 = { mime: 'audio/mpeg', name: 'a.mp3', sizeBytes: 5_760_000, durationMs: 240_000, bitsPerSecond: 192_000, keeps: true }
  const ask = (song: typeof flac, format?: string, maxKbps = 0, fromSeconds = 0) => {
    const how = decide(song, { format, maxKbps, fromSeconds })
    return how.way === 'original' ? 'original' : (how.rendition ?? `${how.format}@${how.kbps}`)
  }
  expect([
    ask(flac),
    ask(flac, 'raw', 64),
    ask(flac, 'flac'),
    ask(mp3, 'mp3'),
    ask(mp3, undefined, 320),
    ask(mp3, 'mp3', 192),
    ask(flac, 'unheard-of'),
    ask(flac, undefined, 320),
    ask(flac, undefined, 128),
    ask(flac, undefined, 96),
    ask(flac, 'mp3'),
    ask(flac, 'mp3', 320),
    ask(flac, 'mp3', 100),
    ask(mp3, 'mp3', 128),
    ask(flac, 'opus'),
    ask(flac, 'opus', 64),
    ask(flac, 'aac'),
    ask(flac, 'm4a', 200),
    ask(flac, 'aac', 64),
    ask(flac, undefined, 0, 30),
    ask(mp3, 'raw', 0, 30),
  ]).toEqual([
    'original',
    'original',
    'original',
    'original',
    'original',
    'original',
    'original',
    'aac256',
    'aac128',
    'mp3@96',
    'mp3@192',
    'mp3@320',
    'mp3@96',
    'mp3@128',
    'opus@128',
    'opus@64',
    'aac256',
    'aac128',
    'aac@64',
    'mp3@192',
    'original',
  ])
})

test('the file as it came: type, length, one range, HEAD, conditions; the same by download', async () => {
  const { rows } = await w.planet.db.pool.query<{ size: string }>(`select size_bytes as size from media.asset where name = 'one.wav'`)
  const size = Number(rows[0]!.size)
  const whole = await ann.raw('stream', { id: short })
  expect([
    whole.status,
    whole.headers.get('content-type'),
    whole.headers.get('content-length'),
    whole.headers.get('accept-ranges'),
  ]).toEqual([200, 'audio/wav', String(size), 'bytes'])
  const bytes = await bytesOf(whole)
  expect(bytes.length).toBe(size)
  const part = await ann.raw('stream.view', { id: short, format: 'raw' }, { headers: { range: 'bytes=1000-1999' } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1000-1999/${size}`])
  expect((await bytesOf(part)).equals(bytes.subarray(1000, 2000))).toBe(true)
  const end = await ann.raw('stream', { id: short }, { headers: { range: 'bytes=-10' } })
  expect((await bytesOf(end)).equals(bytes.subarray(-10))).toBe(true)
  expect((await ann.raw('stream', { id: short }, { headers: { range: `bytes=${size}-` } })).status).toBe(416)
  const head = await ann.raw('stream', { id: short }, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([200, String(size), 0])
  const file = await ann.raw('download', { id: short })
  expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''01%20/)
  expect((await bytesOf(file)).equals(bytes)).toBe(true)
  // Bought is whole; for sale is not there, not even its preview; a draft of others is unknown.
  expect((await ann.raw('stream', { id: w.tracks.bought[0]! })).headers.get('content-type')).toBe('audio/wav')
  for (const [track, code] of [
    [w.tracks.paid[0]!, 50],
    [w.tracks.draft[0]!, 70],
  ] as const)
    for (const call of ['stream', 'download', 'hls']) expect([call, (await ann.ask(call, { id: track })).error?.code]).toEqual([call, code])
})

test('what is for sale but free to hear is sent as its best rendition; its file is for those who bought it', async () => {
  const { pool } = w.planet.db
  const offer = newId('off')
  await pool.query(
    `insert into shop.offer (id, page, release, subject, kind, pricing, amount, currency, formats, state, created_by, created_at, changed_at)
     select $1, r.page, r.id, r.id, 'digital', 'fixed', 900, 'CNY', array['flac'], 'open', $3, now(), now() from catalogue.release r where r.id = $2`,
    [offer, w.albums.free, w.maker.id],
  )
  const song = async (who: App) =>
    (await who.ask('getSong', { id: short }))['song'] as { suffix: string; contentType: string; bitRate: number }
  expect(await song(ann)).toMatchObject({ suffix: 'm4a', contentType: 'audio/mp4', bitRate: 256 })
  for (const format of [undefined, 'raw', 'flac', 'wav']) {
    const answer = await ann.raw('stream', { id: short, ...(format === undefined ? {} : { format }) })
    expect([format, answer.status, answer.headers.get('content-type')]).toEqual([format, 200, 'audio/mp4'])
    await answer.body?.cancel()
  }
  expect((await ann.ask('download', { id: short })).error?.code).toBe(50)
  // Its maker, and whoever bought it, get the file.
  const line = (await pool.query<{ line: string }>('select line from shop.ownership limit 1')).rows[0]!.line
  await pool.query('insert into shop.ownership (person, release, line, at) values ($1, $2, $3, now())', [w.ann.id, w.albums.free, line])
  expect(await song(ann)).toMatchObject({ suffix: 'wav' })
  expect((await ann.raw('download', { id: short })).headers.get('content-type')).toBe('audio/wav')
  await pool.query('delete from shop.ownership where release = $1', [w.albums.free])
  await pool.query('delete from shop.offer where id = $1', [offer])
})

test('renditions where they fit; HLS by signed addresses that need no key', async () => {
  const aac = await ann.raw('stream', { id: short, format: 'aac', maxBitRate: 128 })
  expect([aac.status, aac.headers.get('content-type'), aac.headers.get('accept-ranges')]).toEqual([200, 'audio/mp4', 'bytes'])
  expect(Number(aac.headers.get('content-length'))).toBe((await bytesOf(aac)).length)
  const master = await ann.raw('hls.m3u8', { id: short, bitRate: '128' })
  expect(master.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
  const lines = (await master.text()).split('\n')
  const address = lines.find(line => line.startsWith('/media/'))!
  expect(lines.filter(line => line.startsWith('/media/'))).toHaveLength(1)
  const media = await (await fetch(w.planet.url + address)).text()
  expect(media).toContain('#EXTINF')
  expect(address).not.toContain(w.key)
})

test('converted: read while it grows, from any second, with a promised length, and in parts once it is there', async () => {
  const mp3 = await ann.raw('stream', { id: long, format: 'mp3', maxBitRate: 64 })
  expect([mp3.status, mp3.headers.get('content-type'), mp3.headers.get('content-length')]).toEqual([200, 'audio/mpeg', null])
  const whole = await bytesOf(mp3)
  // 62 seconds at 64 kb/s.
  expect(Math.abs(whole.length - 496_000)).toBeLessThan(4000)
  const part = await ann.raw('stream', { id: long, format: 'mp3', maxBitRate: 64 }, { headers: { range: 'bytes=100-199' } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 100-199/${whole.length}`])
  expect((await bytesOf(part)).equals(whole.subarray(100, 200))).toBe(true)
  const later = await bytesOf(await ann.raw('stream', { id: long, format: 'mp3', maxBitRate: 64, timeOffset: 50 }))
  expect(Math.abs(later.length - 96_000)).toBeLessThan(4000)
  const promised = await ann.raw('stream', { id: long, format: 'mp3', maxBitRate: 96, estimateContentLength: 'true' })
  expect(Number(promised.headers.get('content-length'))).toBe((await bytesOf(promised)).length)
  const opus = await bytesOf(await ann.raw('stream', { id: short, format: 'opus', maxBitRate: 64 }))
  expect(opus.subarray(0, 4).toString()).toBe('OggS')
  expect((await ann.ask('stream', { id: short, format: 'mp3', timeOffset: 999 })).error?.code).toBe(0)
  const head = await ann.raw('stream', { id: short, format: 'mp3' }, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'audio/mpeg'])
  expect(streamsOf(w.planet.db).transcodes.running).toBe(0)
})

/** An app that takes the headers and then reads no more; gives the status. */
const slow = (parameters: Record<string, string | number>): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = get(`${w.planet.url}/rest/stream?${query(parameters)}`, { agent: false }, response => {
      response.pause()
      response.on('error', () => undefined)
      resolve(response.statusCode!)
    })
    request.on('error', reject)
  })

test('few are converted at once, per person and in all; whoever hangs up gives the place back', async () => {
  const person = 'usr_a'
  const { rows } = await w.planet.db.pool.query<{ key: string }>(`select key from media.asset where name = 'long.wav'`)
  const transcodes = new Transcodes()
  const responses: { destroy: () => void }[] = []
  const { ServerResponse, IncomingMessage } = await import('node:http')
  const { Socket } = await import('node:net')
  const start = (who: string, n: number): Promise<void> => {
    const request = new IncomingMessage(new Socket())
    const response = new ServerResponse(request)
    responses.push(response)
    const wanted = {
      asset: `ast_${n}`,
      source: `${w.planet.home}/files/${rows[0]!.key}`,
      format: 'mp3' as const,
      bitsPerSecond: 64_000,
      fromMs: 0,
      durationMs: 62_000,
    }
    return transcodes.send(request, response, who, wanted, { estimate: false, begin: () => undefined })
  }
  const going = Array.from({ length: limits.perPerson }, (_, n) => start(person, n).catch(() => undefined))
  await expect(start(person, 99)).rejects.toMatchObject({ status: 429, retryAfterSeconds: 5 })
  for (let n = limits.perPerson; n < limits.inAll; n++) going.push(start(`usr_${n}`, n).catch(() => undefined))
  await expect(start('usr_z', 98)).rejects.toMatchObject({ status: 429 })
  expect(transcodes.running).toBe(limits.inAll)
  responses[0]!.destroy()
  await until(() => transcodes.runningOf(person) === limits.perPerson - 1, 'the place to be free')
  going.push(start(person, 97).catch(() => undefined))
  expect(transcodes.runningOf(person)).toBe(limits.perPerson)
  for (const response of responses) response.destroy()
  await transcodes.close()
  await Promise.all(going)
  expect(transcodes.running).toBe(0)
})

test('a key that is revoked, or a person who is banned, is cut off in the middle of a song', async () => {
  const eve = await w.planet.signUp('Eve')
  const make = () => eve.call<{ key: { id: string }; secret: string }>('POST', '/me/app-keys', { name: 'X', scopes: ['listen'] })
  const [one, two] = [await make(), await make()]
  const streams = streamsOf(w.planet.db)
  expect([await slow({ id: long, apiKey: one.secret }), await slow({ id: long, apiKey: two.secret })]).toEqual([200, 200])
  expect(streams.count).toBe(2)
  await eve.call('DELETE', `/me/app-keys/${one.key.id}`)
  await until(() => streams.count === 1, 'the first to be cut')
  await w.planet.db.transaction(tx => banPerson(tx, eve.id, true))
  await until(() => streams.count === 0, 'the second to be cut')
})

test('what was sent is noted, so that a play told of afterwards counts', async () => {
  const ben = await w.planet.signUp('Ben')
  const { secret } = await ben.call<{ secret: string }>('POST', '/me/app-keys', { name: 'X', scopes: ['listen', 'submit'] })
  const his = app(w.planet, { apiKey: secret, c: 'Strawberry' })
  await bytesOf(await his.raw('stream', { id: short }))
  const sent = await until(
    async () => (await w.planet.db.pool.query<{ ms: number }>(`select ms from listening.delivery where person = $1`, [ben.id])).rows[0],
    'the delivery to be noted',
  )
  expect(Number(sent.ms)).toBe(5000)
})

test('pictures in the size that was asked for, JPEG unless WebP is welcome; a planet where there is none', async () => {
  const cover = await ann.raw('getCoverArt', { id: w.albums.free, size: 200 })
  expect([cover.status, cover.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  const { default: sharp } = await import('sharp')
  const about = await sharp(await bytesOf(cover)).metadata()
  expect([about.width, about.height]).toEqual([200, 200])
  const { data } = await sharp(await bytesOf(await ann.raw('getCoverArt', { id: short, size: 64 })))
    .raw()
    .toBuffer({ resolveWithObject: true })
  // The colour of the cover, near enough.
  expect([Math.abs(data[0]! - 200) < 25, Math.abs(data[1]! - 90) < 25, Math.abs(data[2]! - 40) < 25]).toEqual([true, true, true])
  const webp = await ann.raw('getCoverArt', { id: w.albums.free, size: 200 }, { headers: { accept: 'image/webp,*/*' } })
  expect(webp.headers.get('content-type')).toBe('image/webp')
  for (const id of [w.artists.tide, w.albums.second]) {
    const planet = await ann.raw('getCoverArt', { id, size: 300 })
    const stats = await sharp(await bytesOf(planet)).stats()
    // A picture, not one colour.
    expect([planet.headers.get('content-type'), stats.entropy > 2]).toEqual(['image/jpeg', true])
  }
  expect((await ann.ask('getCoverArt', { id: w.albums.draft })).error?.code).toBe(70)
  expect((await ann.ask('getCoverArt', { id: '../../secret' })).error?.code).toBe(70)
  expect((await ann.raw('getAvatar', { username: w.ann.email })).headers.get('content-type')).toBe('image/jpeg')
  expect((await ann.ask('getAvatar', { username: w.maker.email })).error?.code).toBe(70)
})
