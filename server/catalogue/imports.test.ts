/** Imports by upload and by command. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../foundation/testing.ts'
import { engine } from '../media/index.ts'
import { png } from '../media/sound.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { openWorkshop, tracksOf, type Shown, type Workshop } from './import.testing.ts'

let planet: TestPlanet
let shop: Workshop
let folder: string

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  shop = openWorkshop()
})
afterAll(async () => {
  await engine().close()
  await planet?.close()
  shop?.close()
})
beforeEach(() => {
  folder = shop.newFolder()
})
const song = (
  path: string,
  ...rest: [clip: number, tags: Record<string, string>, format?: 'flac' | 'mp3', cover?: string]
): Promise<string> => shop.song(join(folder, path), ...rest)
const tracks = (at = folder): Promise<Shown[]> => tracksOf(planet.db, at)

describe('uploads', () => {
  async function upload(person: Person, name: string, bytes: Buffer): Promise<string> {
    const made = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
      },
    })
    expect(made.status).toBe(201)
    const address = new URL(made.headers.get('location')!, planet.url).pathname
    const sent = await person.fetch(address, {
      method: 'PATCH',
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      body: new Uint8Array(bytes),
    })
    expect(sent.status).toBe(204)
    return address.split('/').at(-1)!
  }
  type State = {
    id: string
    state: string
    found: number
    new: number
    unchanged: number
    failed: number
    releases: { id: string; title: string }[]
    items: { file: string; state: string; reason: string | null }[]
  }

  it('become a draft of one’s page; broken ones are named; the same id is the same import', async () => {
    const kim = await planet.signUp('Kim')
    const other = await planet.signUp('Other')
    const one = readFileSync(await song('one.flac', 0, { title: 'One', artist: 'Kim', album: 'Up', track: '1' }))
    const two = readFileSync(await song('two.mp3', 1, { title: 'Two', artist: 'Kim', album: 'Up', track: '2' }, 'mp3'))
    const uploads = [
      await upload(kim, 'one.flac', one),
      await upload(kim, 'two.mp3', two),
      await upload(kim, 'words.mp3', Buffer.from('no music at all, no music at all')),
      await upload(kim, 'cover.png', png(300, 300, [9, 99, 199])),
    ]
    const page = await kim.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Kim', handle: 'kim-uploads' })
    await expect(other.call('POST', '/imports', { page: null, uploads })).rejects.toMatchObject({ status: 404 })
    const theirs = await upload(other, 'x.mp3', two)
    await expect(other.call('POST', '/imports', { page: page.id, uploads: [theirs] })).rejects.toMatchObject({ status: 403 })
    await expect(kim.call('POST', '/imports', { page: page.id, uploads: [...uploads, theirs] })).rejects.toMatchObject({ status: 404 })
    const id = `imp_${'0'.repeat(25)}1`
    const [begun, again] = await Promise.all([
      kim.call<State>('POST', '/imports', { id, page: page.id, uploads }),
      kim.call<State>('POST', '/imports', { id, page: page.id, uploads }),
    ])
    expect([begun.id, again.id]).toEqual([id, id])
    await expect(other.call('POST', '/imports', { id, page: null, uploads: [theirs] })).rejects.toMatchObject({ status: 409 })
    await expect(other.call('GET', `/imports/${id}`)).rejects.toMatchObject({ status: 404 })
    const done = await until(async () => {
      const state = await kim.call<State>('GET', `/imports/${id}`)
      return state.state === 'done' ? state : undefined
    }, 'the import')
    expect(done).toMatchObject({ found: 4, new: 2, unchanged: 1, failed: 1, releases: [{ title: 'Up' }] })
    expect(done.items.find(({ state }) => state === 'failed')).toMatchObject({ file: 'words.mp3' })
    const release = done.releases[0]!.id
    await expect(other.call('GET', `/releases/${release}`)).rejects.toMatchObject({ status: 404 })
    expect(await kim.call('GET', `/releases/${release}`)).toMatchObject({
      visibility: 'draft',
      artists: [{ id: page.id }],
      cover: { small: expect.stringContaining('/media/') },
    })
    expect((await kim.call<{ items: { id: string }[] }>('GET', '/me/imports')).items.map(item => item.id)).toEqual([id])
    // The same bytes again: nothing new.
    const second = await kim.call<State>('POST', '/imports', { page: page.id, uploads: [await upload(kim, 'renamed.flac', one)] })
    const finished = await until(async () => {
      const state = await kim.call<State>('GET', `/imports/${second.id}`)
      return state.state === 'done' ? state : undefined
    }, 'the second import')
    expect(finished).toMatchObject({ new: 0, unchanged: 1, failed: 0 })
    expect((await kim.call<{ tracks: unknown[] }>('GET', `/releases/${release}`)).tracks).toHaveLength(2)
  })
})

describe('the command', () => {
  const command = (args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), 'import', ...args], {
      env: {
        PATH: process.env['PATH'],
        PLANET_HOME: join(shop.work, 'home'),
        DATABASE_URL: `${planet.db.url}&application_name=import-command`,
        PLANET_LOG: 'fatal',
        PLANET_SECRET: 'x'.repeat(40),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    const ended = new Promise<{ code: number | null; out: string; err: string }>(resolve =>
      child.on('close', code => resolve({ code, out, err })),
    )
    return { child, ended }
  }

  it('goes on after kill -9 without doubles, and says what it did in one line of JSON', async () => {
    for (let album = 0; album < 8; album++)
      for (let i = 0; i < 3; i++)
        await song(`A${album}/${i}.flac`, i, {
          title: `S${album}${i}`,
          artist: `Band ${album}`,
          album: `Album ${album}`,
          track: `${i + 1}`,
        })
    writeFileSync(join(folder, 'A0/broken.mp3'), 'nothing')
    const killed = command([folder, '--json', '--no-process'])
    await until(async () => (await tracks()).length >= 3, 'the first albums')
    killed.child.kill('SIGKILL')
    await killed.ended
    // What it had sent before is still done.
    const sessions = `select from pg_stat_activity where datname = current_database() and application_name = 'import-command'`
    await until(async () => (await planet.db.pool.query(sessions)).rowCount === 0, 'the sessions of the killed to end')
    const half = (await tracks()).length
    const again = await command([folder, '--json', '--no-process']).ended
    expect(again.code).toBe(0)
    const said = JSON.parse(again.out.trimEnd().split('\n').at(-1)!) as Record<string, number>
    expect(said).toMatchObject({ found: 25, unchanged: half, new: 24 - half, changed: 0, failed: 1 })
    expect(said['seconds']).toBeGreaterThan(0)
    expect(again.err).toContain(`${join(folder, 'A0/broken.mp3')}: `)
    const all = await tracks()
    expect(all).toHaveLength(24)
    expect(new Set(all.map(({ album, title }) => `${album}/${title}`)).size).toBe(24)
    expect(new Set(all.map(({ release }) => release)).size).toBe(8)
    const third = await command([folder, '--json']).ended
    expect(JSON.parse(third.out)).toMatchObject({ found: 25, new: 0, unchanged: 24, failed: 1 })
  })

  it('refuses what is no folder or no page with one sentence', async () => {
    const none = await command([join(shop.work, 'nowhere')]).ended
    expect(none).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/nowhere: there is no such folder\n$/) })
    const page = await command([folder, '--as', 'nobody-here']).ended
    expect(page).toMatchObject({ code: 1, err: expect.stringContaining('There is no page "nobody-here".') })
    expect((await command([]).ended).code).toBe(1)
    expect(existsSync(join(shop.work, 'home'))).toBe(true)
  })
})
