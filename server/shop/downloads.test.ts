import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import { parseBuffer } from 'music-metadata'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { engine, storeAudio, storeImage } from '../media/index.ts'
import { png, sine, writeWav } from '../media/sound.testing.ts'
import { openPage } from '../people/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { decide, orderIs, place } from './shop.testing.ts'
import { attachment, distinct, fileName } from '../foundation/zip.ts'

let planet: TestPlanet
let artist: Person
let fan: Person
let folder: string
let release: string
let line: string
const titles = ['.', '一颗🌟慢星 / live?', 'x'.repeat(300), '..', 'CON']
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'planet-downloads-'))
  planet = await startPlanet({ work: true })
  ;[artist, fan] = await Promise.all([planet.signUp('Artist'), planet.signUp('Fan')])
  writeFileSync(join(folder, 'cover.png'), png(320, 320, [200, 120, 40]))
  const cover = await storeImage(planet.db.transaction, join(folder, 'cover.png'), 'cover.png')
  const assets: string[] = []
  for (const [index] of titles.entries()) {
    const path = writeWav(join(folder, `${index}.wav`), 2, sine(220 * (index + 1), -12))
    assets.push((await storeAudio(planet.db.transaction, path, { name: `${index}.wav` })).asset)
  }
  release = await planet.db.transaction(async tx => {
    const page = await openPage(tx, { kind: 'artist', name: '林深', owner: artist.id })
    const tracks = titles.map((title, index) => ({ title, artists: [page], durationMs: 2000, asset: assets[index]! }))
    return (
      await addRelease(tx, {
        page,
        title: 'Slow Star: 慢星',
        kind: 'album',
        artists: [page],
        cover: cover.asset,
        genre: 'Folk',
        releasedOn: '2026-05-01',
        tracks,
      })
    ).id
  })
  const offer = await artist.call<{ id: string; formats: string[] }>('POST', '/offers', {
    release,
    pricing: 'fixed',
    price: { amount: '3800', currency: 'CNY' },
  })
  expect(offer.formats).toEqual(['original', 'flac', 'mp3'])
  const order = await place(fan, [offer.id])
  await decide(fan, order)
  await orderIs(fan, order.id, 'settled')
  line = order.lines[0]!.id
})
afterAll(async () => {
  await engine().close()
  await planet.close()
  rmSync(folder, { recursive: true, force: true })
})

type Download = {
  formats: { format: string; bytes: number | null; url: string }[]
  tracks: { id: string; number: number; urls: { format: string; url: string }[] }[]
}

/** Reads a zip of stored files by its central directory. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  const files = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    expect(bytes.readUInt16LE(at + 10)).toBe(0)
    const [size, nameLength, extra, comment, local] = [
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
      bytes.readUInt32LE(at + 42),
    ]
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    files.set(bytes.subarray(at + 46, at + 46 + nameLength).toString('utf8'), bytes.subarray(start, start + size))
    at += 46 + nameLength + extra + comment
  }
  return files
}

test('the zip: cover first, tags and cover inside, names that every system takes', async () => {
  const download = await fan.call<Download>('GET', `/downloads/${line}`)
  expect(download.formats.map(one => one.format)).toEqual(['original', 'flac', 'mp3'])
  expect(download.formats[0]!.bytes).toBeGreaterThan(5 * 300_000)
  const fetched = async (): Promise<boolean> =>
    (await planet.db.pool.query<{ done: boolean }>('select downloaded_at is not null as done from shop.line where id = $1', [line]))
      .rows[0]!.done
  // To look is not to fetch.
  await fan.fetch(download.formats[2]!.url, { method: 'HEAD' })
  expect(await fetched()).toBe(false)
  const answer = await fan.fetch(download.formats[2]!.url)
  expect(await fetched()).toBe(true)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/zip'])
  expect(answer.headers.get('content-disposition')).toContain(`filename*=UTF-8''${encodeURIComponent('林深 - Slow Star 慢星.zip')}`)
  const files = unzip(Buffer.from(await answer.arrayBuffer()))
  const top = '林深 - Slow Star 慢星'
  expect([...files.keys()]).toEqual([
    `${top}/cover.png`,
    `${top}/01 untitled.mp3`,
    `${top}/02 一颗🌟慢星 - live.mp3`,
    `${top}/03 ${'x'.repeat(180)}.mp3`,
    `${top}/04 untitled.mp3`,
    `${top}/05 _CON.mp3`,
  ])
  const { common, format } = await parseBuffer(files.get(`${top}/02 一颗🌟慢星 - live.mp3`)!, { mimeType: 'audio/mpeg' })
  expect(common).toMatchObject({ title: titles[1], artist: '林深', album: 'Slow Star: 慢星', track: { no: 2, of: 5 }, genre: ['Folk'] })
  expect(common.picture).toHaveLength(1)
  expect(format.bitrate).toBe(320_000)
})

test('the original comes as it was; FLAC keeps every sample; a second time nothing is made again', async () => {
  const { tracks } = await fan.call<Download>('GET', `/downloads/${line}`)
  const url = (format: string) => tracks[0]!.urls.find(one => one.format === format)!.url
  const original = Buffer.from(await (await fan.fetch(url('original'))).arrayBuffer())
  expect(original.equals(await import('node:fs').then(fs => fs.readFileSync(join(folder, '0.wav'))))).toBe(true)
  const first = await fan.fetch(url('flac'))
  expect([first.headers.get('content-type'), first.headers.get('content-disposition')]).toEqual([
    'audio/flac',
    `attachment; filename="01 untitled.flac"; filename*=UTF-8''01%20untitled.flac`,
  ])
  const flac = Buffer.from(await first.arrayBuffer())
  expect((await parseBuffer(flac, { mimeType: 'audio/flac' })).format).toMatchObject({ lossless: true, duration: 2 })
  expect(Buffer.from(await (await fan.fetch(url('flac'))).arrayBuffer()).equals(flac)).toBe(true)
  expect((await fan.fetch(url('original'), { method: 'HEAD' })).status).toBe(200)
})

test('only who bought it, and only what there is', async () => {
  expect((await artist.fetch(`/api/v1/downloads/${line}`)).status).toBe(404)
  expect((await artist.fetch(`/api/v1/downloads/${line}/zip`)).status).toBe(404)
  expect((await planet.stranger.fetch(`/api/v1/downloads/${line}/zip`)).status).toBe(401)
  expect((await fan.fetch(`/api/v1/downloads/${line}/tracks/trk_00000000000000000000000000`)).status).toBe(404)
  expect((await fan.fetch(`/api/v1/downloads/${line}/zip?format=aac`)).status).toBe(415)
  expect((await fan.fetch(`/api/v1/downloads/${line}/zip?format=exe`)).status).toBe(400)
})

test('one person may not download without end at the same time', async () => {
  const greedy = await Promise.all(Array.from({ length: 12 }, () => fan.fetch(`/api/v1/downloads/${line}/zip`)))
  const refused = greedy.filter(answer => answer.status === 429)
  expect(greedy.filter(answer => answer.status === 200).length).toBeGreaterThanOrEqual(4)
  expect(refused.every(answer => answer.headers.get('retry-after') !== null)).toBe(true)
  await Promise.all(greedy.map(answer => answer.arrayBuffer()))
  expect((await fan.fetch(`/api/v1/downloads/${line}/zip`, { method: 'HEAD' })).status).toBe(200)
})

test('names', () => {
  expect([
    fileName('a/b\\c'),
    fileName('...'),
    fileName(' . '),
    fileName('a\u0000b\u202ec'),
    fileName('nul.txt'),
    fileName('\ud83c'),
  ]).toEqual(['a-b-c', 'untitled', 'untitled', 'abc', '_nul.txt', '\ufffd'])
  expect(Buffer.byteLength(fileName('👩‍👩‍👧'.repeat(100)))).toBeLessThanOrEqual(180)
  expect(fileName('👩‍👩‍👧'.repeat(100)).endsWith('👧')).toBe(true)
  const name = distinct()
  expect([name('A', 'mp3'), name('a', 'mp3'), name('a', 'flac')]).toEqual(['A.mp3', 'a (2).mp3', 'a.flac'])
  expect(attachment('50% "慢".zip')).toBe(`attachment; filename="50_ ___.zip"; filename*=UTF-8''50%25%20%22%E6%85%A2%22.zip`)
})
