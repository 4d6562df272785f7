import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clock } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type TestPlanet } from '../testing.ts'
import {
  audioFacts,
  covers,
  engine,
  MediaRefused,
  openOriginal,
  processAsset,
  resumeProcessing,
  servingOf,
  storeAudio,
  storeImage,
  streamUrlFor,
  waveform,
  withdrawStreams,
} from './index.ts'
import { png, sine, writeWav, type Sound } from './sound.testing.ts'

let planet: TestPlanet
const folder = mkdtempSync(join(tmpdir(), 'planet-media-'))
const at = (name: string): string => join(folder, name)
const tune =
  (hertz: number): Sound =>
  (seconds, channel) =>
    0.3 * Math.sin(2 * Math.PI * (hertz + channel) * seconds) + 0.2 * Math.sin(2 * Math.PI * hertz * 1.5 * seconds)
let asset = ''

beforeAll(async () => {
  planet = await startPlanet({ work: true, config: { uploadLimitBytes: 3_000_000 } })
  ;({ asset } = await storeAudio(planet.db.transaction, writeWav(at('long.wav'), 33, tune(220)), { name: 'long.wav' }))
  await until(async () => (await state(asset)).state === 'done', 'the work on it')
})
afterEach(() => clock.shift(0))
afterAll(async () => {
  await planet.close()
  await engine().close()
  rmSync(folder, { recursive: true, force: true })
})

const state = async (id: string): Promise<{ state: string; reason: string | null; progress: number; attempts: number }> =>
  (await planet.db.pool.query('select state, reason, progress, attempts from media.processing where asset = $1', [id])).rows[0]
const told = async (type: string, id: string): Promise<number> =>
  (await planet.db.pool.query(`select 1 from house.event where type = $1 and $2 in (select value from jsonb_each_text(body))`, [type, id]))
    .rowCount ?? 0
const address = async (want = {}, listener: string | null = null, id = asset) =>
  (await streamUrlFor(planet.db.read, planet.config, id, listener, want))!
/** Reads all of it: an answer that nobody reads would hold its connection. */
const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
  const answer = await fetch(planet.url + path, { method, headers })
  const bytes = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: answer.headers, bytes, text: bytes.toString('utf8') }
}

describe('a sound that came in', () => {
  test('is measured and rendered, and that is told', async () => {
    expect(await state(asset)).toMatchObject({ state: 'done', reason: null, progress: 1 })
    const facts = (await audioFacts(planet.db.read, [asset])).get(asset)!
    expect(facts).toMatchObject({ state: 'ready', durationMs: 33_000, sampleRate: 44_100, channels: 2, mime: 'audio/wav' })
    expect(facts.loudnessLufs).toBeLessThan(0)
    expect(await waveform(planet.db.read, asset)).toHaveLength(1800)
    expect(await told('asset_processed', asset)).toBe(2)
    const original = (await openOriginal(planet.db.read, asset))!
    expect(original).toMatchObject({ name: 'long.wav', extension: 'wav' })
    expect(createHash('sha256').update(readFileSync(original.path)).digest('hex')).toBe(original.sha256)
  })
  test('is stored once however often it comes, and changes of the source do not reach it', async () => {
    const path = writeWav(at('once.wav'), 2, sine(330, -12))
    const [first, second] = await Promise.all([
      storeAudio(planet.db.transaction, path, { name: 'a.wav' }),
      storeAudio(planet.db.transaction, path, { name: 'b.wav' }),
    ])
    expect(first.asset).toBe(second.asset)
    expect([first.isNew, second.isNew].filter(Boolean)).toHaveLength(1)
    const before = readFileSync((await openOriginal(planet.db.read, first.asset))!.path)
    writeFileSync(path, 'overwritten')
    expect(readFileSync((await openOriginal(planet.db.read, first.asset))!.path)).toEqual(before)
    await until(async () => (await state(first.asset)).state === 'done', 'the work on it')
  })
  test('damaged, it is failed with its reason; people can read why', async () => {
    await engine().convert(at('long.wav'), at('long.flac'), { format: 'flac', tags: {} })
    // Its beginning and its end are there; what is missing shows only when it is decoded.
    const bytes = readFileSync(at('long.flac'))
    writeFileSync(at('half.flac'), bytes.fill(0, Math.floor(bytes.length * 0.3), Math.floor(bytes.length * 0.7)))
    const { asset: half } = await storeAudio(planet.db.transaction, at('half.flac'), { name: 'half.flac' })
    await until(async () => (await state(half)).state === 'failed', 'its failure')
    expect((await state(half)).reason).toMatch(/^audio data is (cut off after|damaged)/)
    expect(await told('asset_failed', half)).toBe(1)
    expect((await audioFacts(planet.db.read, [half])).get(half)).toMatchObject({ state: 'failed' })
    // Nobody is given a damaged sound; its owner can still have the file as it came.
    expect(await streamUrlFor(planet.db.read, planet.config, half, null)).toBeUndefined()
    expect(await streamUrlFor(planet.db.read, planet.config, half, null, { original: true })).toBeDefined()
    const member = await planet.signUp()
    expect(await member.call('GET', `/assets/${half}/processing`)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^audio data is/),
    })
    expect((await planet.stranger.fetch(`/api/v1/assets/${half}/processing`)).status).toBe(401)
    expect((await member.fetch(`/api/v1/assets/${half}/process`, { method: 'POST', json: {} })).status).toBe(403)
  })
  test('what is no sound leaves nothing behind', async () => {
    writeFileSync(at('note.mp3'), 'Dear diary')
    const before = await planet.db.pool.query('select count(*)::int as n from media.asset')
    await expect(storeAudio(planet.db.transaction, at('note.mp3'), { name: 'note.mp3' })).rejects.toThrow(MediaRefused)
    expect((await planet.db.pool.query('select count(*)::int as n from media.asset')).rows).toEqual(before.rows)
  })
  test('when its engine is killed in the middle, the work is done again', async () => {
    const { asset: second } = await storeAudio(planet.db.transaction, writeWav(at('killed.wav'), 60, tune(150)), { name: 'killed.wav' })
    const before = new Set(engine().pids())
    await until(async () => (await audioFacts(planet.db.read, [second])).get(second)?.durationMs, 'its measures')
    const child = await until(
      () =>
        engine()
          .pids()
          .find(pid => !before.has(pid)),
      'the rendering child',
    )
    process.kill(child, 'SIGKILL')
    await until(async () => (await state(second)).state === 'done', 'the work on it')
    expect((await state(second)).attempts).toBeGreaterThan(2)
  })
  test('when the whole process was killed, another one takes it up', async () => {
    // A sound as a dead process left it: running, last touched long ago, its job lost.
    const { asset: left } = await storeAudio(
      async work =>
        planet.db.transaction(async tx => {
          const made = await work(tx)
          return made
        }),
      writeWav(at('left.wav'), 3, tune(400)),
      { name: 'left.wav' },
    )
    await until(async () => (await state(left)).state === 'done', 'the work on it')
    await planet.db.pool.query(`delete from media.rendition where asset = $1`, [left])
    await planet.db.pool.query(
      `update media.processing set state = 'running', ended_at = null, touched_at = now() - interval '1 minute' where asset = $1`,
      [left],
    )
    expect(await resumeProcessing(planet.db.transaction)).toBeGreaterThan(0)
    await until(async () => (await state(left)).state === 'done', 'the work on it')
    // A living one keeps it.
    await planet.db.pool.query(`update media.processing set state = 'running', ended_at = null, touched_at = now() where asset = $1`, [
      left,
    ])
    expect(await processAsset(planet.db.transaction, left)).toBe('busy')
    await planet.db.pool.query(`update media.processing set state = 'done', ended_at = now() where asset = $1`, [left])
  })
})

describe('bytes', () => {
  test('any range is the same bytes of the same file', async () => {
    const { url, sizeBytes } = await address()
    const whole = (await ask(url)).bytes
    expect(whole.length).toBe(sizeBytes)
    const position = fc.nat(sizeBytes + 100)
    const header = fc.oneof(
      fc.tuple(position, position).map(([a, b]) => `bytes=${a}-${b}`),
      position.map(a => `bytes=${a}-`),
      position.map(a => `bytes=-${a}`),
      fc.constantFrom('bytes=-', 'bytes=0-0', 'bytes=abc', 'items=0-5', 'bytes=0-5,10-20', 'bytes=5-2', ''),
    )
    await fc.assert(
      fc.asyncProperty(header, fc.boolean(), async (range, head) => {
        const answer = await ask(url, range === '' ? {} : { range }, head ? 'HEAD' : 'GET')
        const body = answer.bytes
        const match = /^bytes=(\d*)-(\d*)$/.exec(range)
        let start = 0
        let end = sizeBytes - 1
        let status = 200
        if (
          match !== null &&
          (match[1] !== '' || match[2] !== '') &&
          !(match[1] !== '' && match[2] !== '' && Number(match[2]) < Number(match[1]))
        ) {
          status = 206
          if (match[1] === '') start = Math.max(0, sizeBytes - Number(match[2]))
          else start = Number(match[1])
          if (match[1] !== '' && match[2] !== '') end = Math.min(end, Number(match[2]))
          if (start >= sizeBytes || (match[1] === '' && Number(match[2]) === 0)) status = 416
        }
        expect(answer.status).toBe(status)
        expect(answer.headers.get('accept-ranges')).toBe('bytes')
        if (status === 416) {
          expect(answer.headers.get('content-range')).toBe(`bytes */${sizeBytes}`)
          return
        }
        expect(answer.headers.get('content-length')).toBe(String(end - start + 1))
        expect(answer.headers.get('content-range')).toBe(status === 206 ? `bytes ${start}-${end}/${sizeBytes}` : null)
        if (head) expect(body.length).toBe(0)
        else expect(body.equals(whole.subarray(start, end + 1))).toBe(true)
      }),
      { numRuns: 150 },
    )
  })
  test('conditions: the same file is not sent twice, a changed one is sent whole', async () => {
    const { url, sizeBytes } = await address()
    const first = await ask(url, { range: 'bytes=0-9' })
    const etag = first.headers.get('etag')!
    expect((await ask(url, { 'if-none-match': etag })).status).toBe(304)
    expect((await ask(url, { 'if-none-match': '"other", *' })).status).toBe(200)
    expect((await ask(url, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
    const changed = await ask(url, { range: 'bytes=0-9', 'if-range': '"old"' })
    expect([changed.status, changed.headers.get('content-length')]).toEqual([200, String(sizeBytes)])
    expect(first.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/)
    const refused = await ask(url, {}, 'POST')
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
  test('a listener who reads nothing does not hold the planet open, nor its memory', async () => {
    const { url } = await address()
    const socket = connect(Number(new URL(planet.url).port), '127.0.0.1')
    socket.write(`GET ${url} HTTP/1.1\r\nhost: planet\r\n\r\n`)
    await once(socket, 'readable')
    expect(servingOf(planet).blocks.bytes).toBeLessThanOrEqual(planet.config.mediaCacheBytes)
    // Still open when the planet is closed after the tests.
    socket.pause()
  })
  test('HLS: every segment of the playlist is a part of the file', async () => {
    const { url, playlistUrl, sizeBytes } = await address({ quality: 'low' })
    const list = (await ask(playlistUrl!)).text
    expect(list).toMatch(/^#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:\d+\n/)
    expect(list).toMatch(/#EXT-X-MAP:URI="aac128.m4a",BYTERANGE="\d+@0"/)
    const parts = [...list.matchAll(/#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\naac128\.m4a/g)].map(
      match => match.slice(1).map(Number) as [number, number, number],
    )
    expect(parts.reduce((sum, [seconds]) => sum + seconds, 0)).toBeCloseTo(33, 0)
    for (const [, bytes, offset] of parts) expect(offset + bytes).toBeLessThanOrEqual(sizeBytes)
    const [, bytes, offset] = parts[3]!
    const segment = (await ask(url, { range: `bytes=${offset}-${offset + bytes - 1}` })).bytes
    expect([segment.length, segment.toString('latin1', 4, 8)]).toEqual([bytes, 'moof'])
    expect((await ask(playlistUrl!.replace('aac128', 'master'))).text).toMatch(/CODECS="mp4a.40.2"\naac256.m3u8[\s\S]*CODECS="opus"/)
  })
})

describe('addresses', () => {
  test('only as signed, only until their end, only their scope', async () => {
    const { url } = await address({}, 'usr_someone')
    expect((await ask(url)).status).toBe(200)
    const [, , token, id, scope, file] = url.split('/') as [string, string, string, string, string, string]
    const [ends, listener, signature] = token.split('.') as [string, string, string]
    const other = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
    const changes = [
      `/media/${ends}.${listener}.${other}/${id}/${scope}/${file}`,
      `/media/${(parseInt(ends, 36) + 900).toString(36)}.${listener}.${signature}/${id}/${scope}/${file}`,
      `/media/${ends}.anyone.${signature}/${id}/${scope}/${file}`,
      `/media/${ends}.${listener}.${signature}/${id}/original/original`,
      `/media/${ends}.${listener}.${signature}/${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}/${scope}/${file}`,
      `/media/${ends}.${listener}.${signature.slice(0, -1)}/${id}/${scope}/${file}`,
      `/media/${ends}.${listener}./${id}/${scope}/${file}`,
      `/media/${id}/${scope}/${file}`,
      `/media/../files/originals`,
    ]
    for (const change of changes) {
      const answer = await ask(change)
      expect([change, [403, 404].includes(answer.status)]).toEqual([change, true])
    }
    const folderOf = url.slice(0, url.lastIndexOf('/') + 1)
    for (const name of ['preview.m4a', '..%2foriginal', 'aac256.m4a%00', 'aac256.m4a/', '', 'original'])
      expect([name, (await ask(folderOf + name)).status >= 400]).toEqual([name, true])
    clock.shift(2 * 3600_000)
    expect((await ask(url)).status).toBe(410)
  })
  test('the preview opens nothing else, and is 30 seconds', async () => {
    const preview = await address({ preview: true })
    expect(preview.rendition).toBe('preview')
    expect((await ask(preview.url)).status).toBe(200)
    expect((await ask(preview.url.replace('preview.m4a', 'aac256.m4a'))).status).toBe(404)
    writeFileSync(at('preview.m4a'), (await ask(preview.url)).bytes)
    expect((await engine().analyse(at('preview.m4a'))).durationMs).toBeGreaterThan(29_900)
  })
  test('a withdrawn right cuts what was given out', async () => {
    const { asset: other } = await storeAudio(planet.db.transaction, writeWav(at('cut.wav'), 2, tune(500)), { name: 'cut.wav' })
    await until(async () => (await state(other)).state === 'done', 'the work on it')
    // Ends of addresses are rounded up to a quarter of an hour: well within one, what is given out just afterwards ends with what was withdrawn.
    const within = 1_000_000 - (Date.now() % 900_000)
    clock.shift(within)
    const { url } = await address({}, 'usr_a', other)
    expect((await ask(url)).status).toBe(200)
    await planet.db.transaction(tx => withdrawStreams(tx, other))
    clock.shift(within + 16_000)
    expect((await ask(url)).status).toBe(403)
    expect(JSON.parse((await ask((await address({}, 'usr_a', other)).url)).text)).toMatchObject({ code: 'withdrawn' })
    clock.shift(within + 3 * 3600_000)
    expect((await ask((await address({}, 'usr_a', other)).url)).status).toBe(200)
  })
})

test('covers: public, unchanging, in sizes; the same picture is one asset', async () => {
  const picture = png(800, 800, [220, 120, 20])
  const [one, two] = await Promise.all([
    storeImage(planet.db.transaction, picture, 'Cover (front).png'),
    storeImage(planet.db.transaction, picture, 'x.png'),
  ])
  expect(one.asset).toBe(two.asset)
  const { small, large, accent } = (await covers(planet.db.read, [one.asset])).get(one.asset)!
  expect(accent).toMatch(/^#[0-9a-f]{6}$/)
  for (const url of [small, large]) {
    const answer = await ask(url)
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'image/webp',
      'public, max-age=31536000, immutable',
    ])
    expect(answer.bytes.toString('latin1', 8, 12)).toBe('WEBP')
  }
  for (const path of [
    small.replace('300', '301'),
    small.replace('ast_', 'ast_0'),
    '/media/covers/../../secret/64.webp',
    `/media/covers/${asset}/64.webp`,
  ])
    expect((await ask(path)).status).toBeGreaterThanOrEqual(403)
})

describe('uploads', () => {
  const tus = { 'tus-resumable': '1.0.0' }
  const create = (person: { fetch: TestPlanet['stranger']['fetch'] }, length: number, name: string) =>
    person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: { ...tus, 'upload-length': String(length), 'upload-metadata': `filename ${Buffer.from(name).toString('base64')}` },
    })

  test('in parts, broken off and resumed; told when whole', async () => {
    const person = await planet.signUp()
    const bytes = readFileSync(writeWav(at('up.wav'), 4, tune(300)))
    const made = await create(person, bytes.length, '../../etc/\u202e夜 航:*.wav')
    expect(made.status).toBe(201)
    const where = made.headers.get('location')!
    expect(where).toMatch(/^\/api\/v1\/uploads\/upl_[0-9a-z]{26}$/)
    const id = where.split('/').at(-1)!
    const half = Math.floor(bytes.length / 2)
    const send = (from: number, to: number) =>
      person.fetch(where, {
        method: 'PATCH',
        headers: { ...tus, 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' },
        body: new Uint8Array(bytes.subarray(from, to)),
      })
    expect((await send(0, half)).status).toBe(204)
    expect((await send(0, half)).status).toBe(409)
    const head = await person.fetch(where, { method: 'HEAD', headers: tus })
    expect([head.headers.get('upload-offset'), head.headers.get('upload-length')]).toEqual([String(half), String(bytes.length)])
    expect(await person.call('GET', `/uploads/${id}`)).toMatchObject({ state: 'receiving', name: '夜 航.wav', sizeBytes: bytes.length })
    expect((await send(half, bytes.length)).status).toBe(204)
    expect(await person.call('GET', `/uploads/${id}`)).toMatchObject({ state: 'finished', receivedBytes: bytes.length })
    expect(await told('upload_finished', id)).toBe(1)
    expect(readFileSync(join(planet.home, 'uploads', id)).equals(bytes)).toBe(true)
    expect((await person.call<{ items: { id: string }[] }>('GET', '/uploads')).items.map(one => one.id)).toEqual([id])
  })
  test('strangers and others find nothing; what is too large is refused before it comes', async () => {
    const [owner, other] = [await planet.signUp(), await planet.signUp()]
    const where = (await create(owner, 100, 'a.mp3')).headers.get('location')!
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      const headers = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
      expect((await other.fetch(where, { method, headers })).status).toBe(404)
      expect((await planet.stranger.fetch(where, { method, headers })).status).toBe(401)
    }
    expect((await other.fetch(where)).status).toBe(404)
    expect((await create(planet.stranger, 100, 'a.mp3')).status).toBe(401)
    expect((await create(owner, 3_000_001, 'a.mp3')).status).toBe(413)
    expect((await create(owner, NaN, 'a.mp3')).status).toBe(400)
    const more = await owner.fetch(where, {
      method: 'PATCH',
      headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(500),
    })
    expect(more.status).toBeGreaterThanOrEqual(400)
    for (let i = 0; i < 8; i++) await create(owner, 2_900_000, `${i}.mp3`)
    expect((await create(owner, 2_900_000, 'one-too-many.mp3')).status).toBe(429)
    expect((await owner.fetch(where, { method: 'DELETE', headers: tus })).status).toBe(204)
    expect((await owner.fetch(where, { method: 'HEAD', headers: tus })).status).toBe(410)
  })
})
