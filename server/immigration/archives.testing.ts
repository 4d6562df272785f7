/** For tests of immigration: a planet with Ann, her page and Ben, uploads, zips, and what becomes of an archive. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect } from 'vitest'
import { openWorkshop, type Workshop } from '../catalogue/import.testing.ts'
import { newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { zipStream } from '../foundation/zip.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

type Summary = { kind: string; outcome: string; pieces: number; usable: number }
export type State = {
  id: string
  state: string
  problem: { code: string } | null
  summary: Summary[]
  formats: string[]
  progress: { done: number; failed: number; of: number }
  undoUntil: string | null
}
export type Piece = {
  n: number
  kind: string
  title: string
  outcome: string
  count: number
  usable: number
  take: boolean
  notes: { code: string; text: string | null }[]
  result: string | null
  made: string | null
}

export type World = {
  planet: TestPlanet
  workshop: Workshop
  ann: Person
  ben: Person
  /** Ann's. */ page: string
  /** A folder for files. */ work: string
}
/** Filled by `openWorld`. */
export let world: World

export async function openWorld(): Promise<World> {
  const planet = await startPlanet({ work: true })
  const [ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const { id: page } = await ann.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Ann and the Tide', handle: 'ann-tide' })
  world = { planet, workshop: openWorkshop(), ann, ben, page, work: mkdtempSync(join(tmpdir(), 'planet-immigration-')) }
  return world
}
export async function closeWorld(): Promise<void> {
  await world.planet.close()
  world.workshop.close()
  rmSync(world.work, { recursive: true, force: true })
}

export async function upload(person: Person, name: string, bytes: Buffer): Promise<string> {
  const made = await person.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  })
  expect(made.status).toBe(201)
  const address = new URL(made.headers.get('location')!, world.planet.url).pathname
  const sent = await person.fetch(address, {
    method: 'PATCH',
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })
  expect(sent.status).toBe(204)
  return address.split('/').at(-1)!
}
export const zip = (files: Record<string, string | Buffer>): Promise<Buffer> =>
  buffer(
    zipStream(
      Object.entries(files).map(([name, content]) => ({
        name,
        at: new Date(0),
        compress: true,
        open: async () => Readable.from([Buffer.from(content)]),
      })),
    ),
  )
export const settled = (person: Person, id: string, ...states: string[]): Promise<State> =>
  until(
    async () => {
      const now = await person.call<State>('GET', `/immigrations/${id}`)
      return states.includes(now.state) ? now : undefined
    },
    `the archive to be ${states.join(' or ')}`,
  )
export async function begin(person: Person, files: Record<string, string | Buffer>, given: { page?: string } = {}): Promise<State> {
  const uploads = await Promise.all(Object.entries(files).map(([name, content]) => upload(person, name, Buffer.from(content))))
  const id = newId('imm')
  await person.call('POST', '/immigrations', { id, page: given.page ?? null, uploads })
  return settled(person, id, 'ready', 'failed')
}
export const pieces = async (person: Person, id: string, query = ''): Promise<Piece[]> =>
  (await person.call<{ items: Piece[] }>('GET', `/immigrations/${id}/pieces?limit=200${query}`)).items
export const of = (state: State, kind: string, outcome: string): number =>
  state.summary.find(one => one.kind === kind && one.outcome === outcome)?.pieces ?? 0
export const count = async (query: string): Promise<number> =>
  Number((await world.planet.db.pool.query<{ n: string }>(`select count(*) as n from ${query}`)).rows[0]!.n)
