/** A backup taken while the planet works comes back on an empty machine: people, music, money and the chain of the ledger (trap 25). */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownPlanet, type OwnPlanet } from './planet.ts'

let first: OwnPlanet
let second: OwnPlanet
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'planet-backup-'))
  first = await ownPlanet({ PLANET_DEMO_TRACKS: '1' })
  second = await ownPlanet({ PLANET_DEMO: '0' })
})
afterAll(async () => {
  await first?.remove()
  await second?.remove()
  rmSync(folder, { recursive: true, force: true })
})

const get = async <T>(url: string, path: string): Promise<T> => (await (await fetch(`${url}/api/v1${path}`)).json()) as T
type Site = { name: string; counts: object }

test('backed up while it runs, restored elsewhere', async () => {
  const file = join(folder, 'planet.backup')
  const running = await first.start()
  const site = await get<Site>(running.url, '/site')
  const made = await first.run('backup', file)
  expect(made.err + made.out).toContain('Backed up')
  expect(made.code).toBe(0)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['planet.backup'])
  await running.stop()

  // Without a yes nothing happens.
  const asked = await second.run('restore', file)
  expect(asked.code).toBe(1)
  expect(asked.err).toContain('--yes')
  const restored = await second.run('restore', file, '--yes')
  expect(restored.err + restored.out).toMatch(/Restored \d{3,} rows/)
  expect(restored.code).toBe(0)
  const audit = await second.run('audit')
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)

  const again = await second.start()
  const now = await get<Site>(again.url, '/site')
  expect({ ...now.counts, name: now.name }).toEqual({ ...site.counts, name: site.name })
  const signedIn = await fetch(`${again.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: again.url },
    body: JSON.stringify({ email: 'artist@demo.example', password: 'planet-demo' }),
  })
  expect(signedIn.status).toBe(200)
  // While it serves, nothing pulls the ground from under it.
  const refused = await second.run('restore', file, '--yes')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('A planet runs on this home')
  await again.stop()
}, 300_000)

test('what is no whole backup changes nothing', async () => {
  const file = join(folder, 'planet.backup')
  const text = join(folder, 'text')
  writeFileSync(text, 'hello')
  for (const [wrong, says] of [
    [text, 'not a backup'],
    [join(folder, 'nothing'), 'no file'],
  ] as const) {
    const answer = await second.run('restore', wrong, '--yes')
    expect(answer.code).toBe(1)
    expect(answer.err).toContain(says)
  }
  expect((await second.run('audit', '--quick')).code).toBe(0)
  // Cut in the middle: the planet is empty afterwards, not half full.
  truncateSync(file, Math.floor(statSync(file).size * 0.6))
  expect((await second.run('restore', file, '--yes')).code).toBe(1)
  expect((await second.run('audit', '--quick')).code).toBe(0)
  expect(existsSync(join(second.home, 'db'))).toBe(true)
}, 300_000)
