/** Watched folders through the door: adding, changes, being away, missing files, taking out; and sound that is alike. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorkshop, tracksOf, type Workshop } from '../catalogue/import.testing.ts'
import { newId } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { engine } from '../media/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { difference } from './alike.ts'
import { startWatching, watchFolders } from './index.ts'

let planet: TestPlanet
let operator: Person
let shop: Workshop
let watching: { stop: () => Promise<void> }

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  operator = await planet.staff('operator')
  shop = openWorkshop()
  watching = startWatching(planet.db, makeLog('fatal'))
})
afterAll(async () => {
  await watching?.stop()
  await engine().close()
  await planet?.close()
  shop?.close()
})

type Folder = {
  id: string
  path: string
  state: string
  reason: string | null
  files: number
  missing: number
  import: { id: string; failed: number } | null
}
const folderOf = async (id: string): Promise<Folder> =>
  (await operator.call<{ items: Folder[] }>('GET', '/folders')).items.find(folder => folder.id === id)!
const tags = (album: string, title: string, track: string) => ({ title, track, artist: 'Dee', album })
const becomes = (id: string, what: (folder: Folder) => boolean, why: string): Promise<unknown> =>
  until(async () => what(await folderOf(id)), why)

it('watches a folder: what comes, changes, goes and comes back', async () => {
  const folder = shop.newFolder()
  await shop.song(join(folder, 'Here/01 A.flac'), 0, tags('Watched', 'A', '1'))
  writeFileSync(join(folder, 'Here/bad.mp3'), 'no music')
  const made = await operator.call<Folder>('POST', '/folders', { path: folder })
  expect(await operator.call('POST', '/folders', { path: `${folder}/` })).toMatchObject({ id: made.id })
  await becomes(
    made.id,
    ({ state, files, import: last }) => state === 'watching' && files === 1 && last?.failed === 1,
    'the folder was looked at',
  )
  expect(await operator.call('GET', `/folders/${made.id}/files?state=failed`)).toMatchObject({
    items: [{ file: 'Here/bad.mp3', reason: expect.any(String) }],
    next: null,
  })
  rmSync(join(folder, 'Here/bad.mp3'))
  // The watcher needs a moment to stand; then a new file comes by itself.
  await shop.song(join(folder, 'Here/02 B.flac'), 1, tags('Watched', 'B', '2'))
  await becomes(made.id, ({ files }) => files === 2, 'a new file was noticed')
  const before = await tracksOf(planet.db, folder)
  renameSync(join(folder, 'Here/02 B.flac'), join(folder, 'Here/renamed.flac'))
  await until(
    async () =>
      (await planet.db.pool.query('select 1 from catalogue.source_file where root = $1 and path = $2', [folder, 'Here/renamed.flac'])).rows
        .length === 1,
    'a renamed file was noticed',
  )
  expect((await tracksOf(planet.db, folder)).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  renameSync(join(folder, 'Here/renamed.flac'), `${folder}-kept`)
  await becomes(made.id, ({ missing }) => missing === 1, 'a missing file was noticed')
  expect(await operator.call('GET', `/folders/${made.id}/files?state=missing`)).toMatchObject({
    items: [{ file: 'Here/renamed.flac', since: expect.any(String), track: { title: 'B', release: 'Watched' } }],
  })
  // Away: the folder is empty, as a mount point is.
  renameSync(folder, `${folder}-away`)
  mkdirSync(folder)
  await operator.call('POST', `/folders/${made.id}/scan`, {})
  await becomes(made.id, ({ state }) => state === 'away', 'a mount that is away was noticed')
  expect((await operator.call<{ tracks: unknown[] }>('GET', `/releases/${before[0]!.release}`)).tracks).toHaveLength(2)
  rmSync(folder, { recursive: true })
  await operator.call('POST', `/folders/${made.id}/scan`, {})
  await becomes(made.id, ({ state }) => state === 'away', 'a folder that is gone is away')
  renameSync(`${folder}-away`, folder)
  renameSync(`${folder}-kept`, join(folder, 'Here/renamed.flac'))
  await operator.call('POST', `/folders/${made.id}/scan`, {})
  await becomes(made.id, ({ state, missing, files }) => state === 'watching' && missing === 0 && files === 2, 'it is back')
  expect((await tracksOf(planet.db, folder)).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  await operator.call('DELETE', `/folders/${made.id}`)
  await expect(operator.call('DELETE', `/folders/${made.id}`)).rejects.toMatchObject({ status: 404 })
  expect(await tracksOf(planet.db, folder)).toHaveLength(2)
})

it('refuses what is no folder, what lies in another one, and anyone but operators', async () => {
  const folder = shop.newFolder()
  mkdirSync(join(folder, 'below'))
  const id = newId('wfd')
  await operator.call('POST', '/folders', { id, path: folder })
  expect(await operator.call('POST', '/folders', { id, path: folder })).toMatchObject({ id })
  for (const [path, code] of [
    ['relative/path', 'folder_refused'],
    ['/', 'folder_refused'],
    ['/etc', 'folder_refused'],
    [`${folder}/nothing`, 'folder_missing'],
    [`${folder}/below`, 'folder_nested'],
    [shop.work, 'folder_nested'],
  ] as const)
    await expect(operator.call('POST', '/folders', { path })).rejects.toMatchObject({ problem: { code } })
  const someone = await planet.signUp()
  for (const [method, path] of [
    ['GET', '/folders'],
    ['POST', '/folders'],
    ['POST', `/folders/${id}/scan`],
    ['DELETE', `/folders/${id}`],
    ['POST', `/folders/${id}/forget`],
  ] as const)
    await expect(someone.call(method, path, method === 'POST' ? { path: folder, missing: 1 } : undefined)).rejects.toMatchObject({
      status: 403,
    })
  // The environment names folders too; one that is not there is away, not wrong.
  await watchFolders(planet.db, [join(shop.work, 'not-there'), join(folder, 'below')])
  const there = (await operator.call<{ items: Folder[] }>('GET', '/folders')).items
  expect(there.map(one => one.path)).toContain(join(shop.work, 'not-there'))
  expect(there.map(one => one.path)).not.toContain(join(folder, 'below'))
  await becomes(
    there.find(one => one.path.endsWith('not-there'))!.id,
    ({ state }) => state === 'away',
    'a folder that was never there is away',
  )
})

it('takes out what is gone for good: heard is hidden, the rest goes, other files of a song keep it', async () => {
  const folder = shop.newFolder()
  const song = (path: string, clip: number, title: string, track: string, album: string) =>
    shop.song(join(folder, path), clip, tags(album, title, track))
  await song('One/01.flac', 0, 'Gone A', '1', 'Goes')
  await song('One/02.flac', 1, 'Gone B', '2', 'Goes')
  await song('Two/01.flac', 2, 'Heard', '1', 'Partly')
  await song('Two/02.flac', 3, 'Stays', '2', 'Partly')
  await shop.song(join(folder, 'Three/01.flac'), 4, tags('Better', 'Both', '1'))
  await shop.song(join(folder, 'Three/01.mp3'), 4, tags('Better', 'Both', '1'), 'mp3')
  const { id } = await operator.call<Folder>('POST', '/folders', { path: folder })
  await becomes(id, ({ state, files }) => state === 'watching' && files === 6, 'the folder was looked at')
  const all = await tracksOf(planet.db, folder)
  const heard = all.find(track => track.title === 'Heard')!
  await planet.db.pool.query('insert into listening.track_count (track, plays, plays30d) values ($1, 1, 1)', [heard.id])
  for (const path of ['One', 'Two/01.flac', 'Three/01.mp3']) rmSync(join(folder, path), { recursive: true })
  await operator.call('POST', `/folders/${id}/scan`, {})
  await becomes(id, ({ missing }) => missing === 4, 'what is missing was noticed')
  await expect(operator.call('POST', `/folders/${id}/forget`, { missing: 3 })).rejects.toMatchObject({
    problem: { code: 'changed_meanwhile' },
  })
  expect(await operator.call('POST', `/folders/${id}/forget`, { missing: 4 })).toEqual({ removed: 2, hidden: 1, kept: 0 })
  await expect(operator.call('POST', `/folders/${id}/forget`, { missing: 4 })).rejects.toMatchObject({ status: 409 })
  expect((await folderOf(id)).missing).toBe(0)
  const after = await tracksOf(planet.db, folder)
  expect(after.map(track => track.title).sort()).toEqual(['Both', 'Stays'])
  expect(await operator.call('GET', `/tracks/${heard.id}`)).toMatchObject({ streaming: 'none' })
})

/** A fingerprint of so many items. */
const items = (count: number, seed: number): Buffer => {
  const bytes = Buffer.alloc(count * 4)
  let state = seed
  for (let i = 0; i < count; i++) bytes.writeInt32LE((state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0), i * 4)
  return bytes
}

it('joins what is certainly one recording, and asks a person about what may be', async () => {
  const folder = shop.newFolder()
  const song = (path: string, clip: number, album: string, title: string, format?: 'flac' | 'mp3') =>
    shop.song(join(folder, path), clip, { album, title, track: '1', artist: 'Alice Alike' }, format)
  await song('A/1.flac', 5, 'First', 'Sure')
  await song('B/1.mp3', 5, 'Second', 'Sure', 'mp3')
  await song('C/1.mp3', 5, 'Third', 'Called otherwise', 'mp3')
  const { id } = await operator.call<Folder>('POST', '/folders', { path: folder })
  await becomes(id, ({ state, files }) => state === 'watching' && files === 3, 'the folder was looked at')
  const recordings = async () =>
    (
      await planet.db.pool.query<{ title: string; recording: string; asset: string }>(
        'select t.title, t.recording, c.asset from catalogue.track t join catalogue.recording c on c.id = t.recording join catalogue.source_file s on s.track = t.id where s.root = $1 order by s.path',
        [folder],
      )
    ).rows
  const before = await recordings()
  const assets = before.map(row => row.asset)
  await until(
    async () => (await planet.db.pool.query('select 1 from media.audio where asset = any($1)', [assets])).rows.length === 3,
    'all three are measured',
  )
  // Tones say nothing of a recording: as if they were music.
  const sound = items(200, 11)
  for (const [i, asset] of assets.entries()) {
    const mine = Buffer.from(sound)
    for (let n = 0; n < mine.length; n += 4 * (9 - i * 2)) mine[n]! ^= 0x0f
    await planet.db.pool.query('update media.audio set fingerprint = $2, duration_ms = 30000 where asset = $1', [asset, mine])
    await planet.db.pool.query('update catalogue.recording set duration_ms = 30000 where asset = $1', [asset])
  }
  const { compareSound } = await import('./alike.ts')
  for (const asset of assets) await compareSound(planet.db, asset)
  const after = await recordings()
  expect(new Set(after.slice(0, 2).map(row => row.recording)).size).toBe(1)
  expect(
    (await planet.db.pool.query<{ lossless: boolean }>('select lossless from media.public_quality where asset = $1', [after[0]!.asset]))
      .rows[0]!.lossless,
  ).toBe(true)
  expect(after[2]!.recording).toBe(before[2]!.recording)
  type Pair = { one: string; other: string; difference: number; tracks: { title: string }[] }
  const { items: pairs } = await operator.call<{ items: Pair[] }>('GET', '/alike')
  expect(pairs.map(pair => pair.tracks.map(track => track.title).sort())).toEqual([['Called otherwise', 'Sure']])
  await expect((await planet.signUp()).call('GET', '/alike')).rejects.toMatchObject({ status: 403 })
  const [{ one, other }] = pairs as [Pair]
  expect(await operator.call('POST', '/alike', { one: other, other: one, same: false })).toEqual({ ok: true })
  await expect(operator.call('POST', '/alike', { one, other, same: false })).rejects.toMatchObject({ status: 404 })
  await compareSound(planet.db, assets[2]!)
  expect((await operator.call<{ items: unknown[] }>('GET', '/alike')).items).toEqual([])
  expect(await operator.call('POST', '/alike', { one, other, same: true })).toEqual({ ok: true })
  expect(new Set((await recordings()).map(row => row.recording)).size).toBe(1)
})

it('measures how different two sounds are', () => {
  const one = items(200, 7)
  expect(difference(one, one)).toBe(0)
  expect(difference(one, Buffer.concat([items(2, 3), one]))).toBe(0)
  expect(difference(one, items(200, 99))).toBeGreaterThan(0.4)
  expect(difference(one, items(30, 7))).toBe(1)
  const noisy = Buffer.from(one)
  for (let i = 0; i < noisy.length; i += 4) noisy[i]! ^= 1
  expect(difference(one, noisy)).toBeCloseTo(1 / 32)
})
