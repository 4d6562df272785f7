import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { audit, jobs, metrics, runChecks, startNights } from './index.ts'
import { positions } from './books.ts'
import { nextNight } from './jobs.ts'

let planet: TestPlanet
let fan: Person
let operator: Person
let finance: Person
let reviewer: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[fan, operator, finance, reviewer] = [
    await planet.signUp('Fan'),
    await planet.staff('operator'),
    await planet.staff('finance'),
    await planet.staff('reviewer'),
  ]
})
afterAll(() => planet.close())

const status = async (who: Person, method: string, path: string): Promise<number> =>
  (await who.fetch(`/api/v1${path}`, { method, ...(method === 'POST' ? { json: {} } : {}) })).status

test('the desk is for those who have the role', async () => {
  const doors: [method: string, path: string, finance: number, operator: number][] = [
    ['GET', '/console/overview', 200, 200],
    ['GET', '/console/accounts', 200, 200],
    ['GET', '/console/audit', 200, 200],
    ['GET', '/console/audits', 200, 200],
    ['GET', '/console/orders', 200, 200],
    ['GET', '/console/income', 200, 200],
    ['GET', '/console/balances', 200, 200],
    ['GET', '/console/balances/1', 404, 404],
    ['GET', '/console/transfers/1', 404, 404],
    ['GET', '/console/holds', 200, 200],
    ['POST', '/console/holds', 400, 400],
    ['GET', '/console/jobs', 403, 200],
    ['POST', '/console/jobs/1/retry', 403, 404],
  ]
  for (const [method, path, asFinance, asOperator] of doors) {
    const got = [
      await status(planet.stranger, method, path),
      await status(fan, method, path),
      await status(reviewer, method, path),
      await status(finance, method, path),
      await status(operator, method, path),
    ]
    expect([path, ...got]).toEqual([path, 401, 403, 403, asFinance, asOperator])
  }
})

test('the site tells everyone what is here', async () => {
  const site = await planet.stranger.call('GET', '/site')
  expect(site).toMatchObject({
    name: 'Planet',
    demo: false,
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    progress: { ready: 0, total: 0, failed: 0 },
    counts: { artists: 0, releases: 0, tracks: 0 },
  })
})

test('the progress of the demo world is told while it is made', async () => {
  const other = await startPlanet()
  try {
    const { pool } = other.db
    const owner = await other.signUp('Demo')
    const page = (await owner.call<{ id: string }>('POST', '/pages', { kind: 'artist', handle: 'demo-one', name: 'One' })).id
    const release = newId('rel')
    await pool.query(
      `insert into catalogue.release (id, page, title, kind, demo, created_at, changed_at) values ($1, $2, 'R', 'album', true, now(), now())`,
      [release, page],
    )
    for (let number = 1; number <= 3; number++) {
      const [recording, track] = [newId('rec'), newId('trk')]
      await pool.query(`insert into catalogue.recording (id, title, created_at) values ($1, 'T', now())`, [recording])
      await pool.query(
        `insert into catalogue.track (id, release, recording, number, title, created_at) values ($1, $2, $3, $4, 'T', now())`,
        [track, release, recording, number],
      )
    }
    await pool.query(
      `insert into house.setting (name, value) values ('demo', '{"wanted": ["a", "b", "c", "d", "e"]}'), ('name', '"小行星"')`,
    )
    expect(await other.stranger.call('GET', '/site')).toMatchObject({
      name: '小行星',
      demo: true,
      progress: { ready: 0, total: 5, failed: 0 },
      counts: { artists: 1, releases: 1, tracks: 3 },
    })
  } finally {
    await other.close()
  }
})

test('a job that failed for good is seen and can be tried again, once', async () => {
  const { pool } = planet.db
  const add = async (task: string): Promise<string> =>
    (await pool.query<{ id: bigint }>(`select id from graphile_worker.add_job($1, max_attempts => 3)`, [task])).rows[0]!.id.toString()
  const [broken, fine] = [await add('test.broken'), await add('test.fine')]
  await pool.query(`select graphile_worker.permanently_fail_jobs(array[$1::bigint], 'no such planet')`, [broken])
  const list = () => operator.call<{ items: { id: string }[] }>('GET', '/console/jobs')
  expect((await list()).items).toMatchObject([{ id: broken, task: 'test.broken', attempts: 3, error: 'no such planet' }])
  expect(await operator.call('GET', '/console/overview')).toMatchObject({ jobs: { waiting: 1, failed: 1 } })
  expect(await status(operator, 'POST', `/console/jobs/${fine}/retry`)).toBe(404)
  const tries = await Promise.all(Array.from({ length: 4 }, () => status(operator, 'POST', `/console/jobs/${broken}/retry`)))
  expect(tries.filter(one => one === 200).length).toBeGreaterThanOrEqual(1)
  expect((await list()).items).toEqual([])
  const { rows } = await pool.query(`select attempts, run_at <= now() as due from graphile_worker.jobs where id = $1`, [broken])
  expect(rows).toEqual([{ attempts: 0, due: true }])
  expect(await status(operator, 'POST', `/console/jobs/${broken}/retry`)).toBe(404)
})

test('all checks hold on a young planet; a broken one is named', async () => {
  const results = await audit(planet.db)
  expect(results.filter(result => !result.ok)).toEqual([])
  expect(new Set(results.map(result => result.name)).size).toBe(results.length)
  for (const { name, meaning } of results)
    expect([name, /^[a-z]+\.[a-z0-9_-]+$/.test(name), /^[A-Z].*\.$/.test(meaning)]).toEqual([name, true, true])
  const { id } = await fan.call<{ id: string }>('POST', '/pages', { kind: 'person', handle: 'broken-count', name: 'B' })
  await planet.db.pool.query('update people.page set followers = 7 where id = $1', [id])
  const shown = await finance.call<{ items: { name: string; ok: boolean; findings: string[] }[] }>('GET', '/console/audit')
  expect(shown.items.filter(item => !item.ok)).toMatchObject([{ name: 'people.followers', findings: [`${id}: 7 stated, 0 follow`] }])
  // What a run found can be read afterwards, also in the figures; any of the finance desk may ask for another.
  await audit(planet.db)
  const register = new Registry()
  metrics(register, planet.db.read)
  expect(await register.metrics()).toMatch(/^planet_audit_broken 1$/m)
  await planet.db.pool.query('update people.page set followers = 0 where id = $1', [id])
  await audit(planet.db)
  expect(await register.metrics()).toMatch(/^planet_audit_broken 0$/m)
  type Run = { id: string; checks: number; findings: { name: string; meaning: string; findings: string[] }[] }
  const first = await finance.call<{ items: Run[]; next: string }>('GET', '/console/audits?limit=2')
  expect(first.items).toMatchObject([
    { checks: results.length, findings: [] },
    { findings: [{ name: 'people.followers', meaning: expect.stringMatching(/followers/), findings: [`${id}: 7 stated, 0 follow`] }] },
  ])
  const rest = await finance.call<{ items: Run[]; next: null }>('GET', `/console/audits?limit=2&cursor=${first.next}`)
  expect(rest).toMatchObject({ items: [{ findings: [] }], next: null })
  expect(await status(fan, 'POST', '/console/audit')).toBe(403)
  expect([await status(finance, 'POST', '/console/audit'), await status(finance, 'POST', '/console/audit')]).toEqual([200, 200])
  const failing = await runChecks(planet.db.read, [{ name: 'x.y', meaning: 'X.', run: async () => Promise.reject(new Error('gone')) }])
  expect(failing).toMatchObject([{ ok: false, findings: ['could not be run: gone'] }])
})

test('what is held is what is owed, and the planet’s own', () => {
  const sum = (owner: string, purpose: string, balance: bigint, asset = 'CNY') => ({ owner, purpose, asset, accounts: 1, balance })
  const sums = [
    sum('provider:sandbox', 'clearing', -10_000n),
    sum('provider:sandbox', 'fee', 60n),
    sum('bank:main', 'clearing', -500n),
    sum('planet', 'commission', 497n),
    sum('planet', 'costs', -20n),
    sum('person', 'available', 6000n),
    sum('person', 'receivable', -37n),
    sum('organisation', 'held', 900n),
    sum('tax:vat', 'payable', 100n),
    sum('escrow', 'escrow', 3000n),
    sum('person', 'points', 5n, 'points:x'),
  ]
  const money = (amount: bigint) => ({ amount, currency: 'CNY' })
  const found = positions(sums, 'CNY')
  expect(found).toMatchObject({
    custody: money(10_440n),
    owed: money(10_000n),
    own: money(477n),
    receivables: money(-37n),
    free: money(440n),
    commission: money(497n),
    fees: money(60n),
  })
  expect(found.custody.amount).toBe(found.owed.amount + found.own.amount + found.receivables.amount)
  expect(found.held.map(({ owner, amount }) => [owner, amount])).toEqual([
    ['provider:sandbox', 10_000n],
    ['bank:main', 500n],
    ['provider:sandbox', -60n],
  ])
})

test('figures for Prometheus are asked when they are collected', async () => {
  const register = new Registry()
  metrics(register, planet.db.read)
  const text = await register.metrics()
  const people = Number(/^planet_people (\d+)$/m.exec(text)?.[1])
  expect(people).toBeGreaterThanOrEqual(4)
  expect(text).toMatch(/^planet_plays 0$/m)
  expect(text).toMatch(/^planet_jobs\{state="failed"\} 0$/m)
  expect(text).toMatch(/^planet_jobs\{state="due"\} \d+$/m)
  await planet.signUp('One more')
  expect(await register.metrics()).toContain(`planet_people ${people + 1}`)
})

test('the nights come: each brings its work and the next night', async () => {
  expect(nextNight(new Date('2026-11-20T03:16:59Z'))).toEqual(new Date('2026-11-20T03:17:00Z'))
  expect(nextNight(new Date('2026-11-20T03:17:00Z'))).toEqual(new Date('2026-11-21T03:17:00Z'))
  await startNights(planet.db)
  await startNights(planet.db)
  const context = { db: planet.db, write: planet.db.transaction } as Parameters<(typeof jobs)['console.nightly']>[0]
  await jobs['console.nightly'](context)
  const waiting = async () =>
    (
      await planet.db.pool.query<{ task_identifier: string }>(
        `select task_identifier from graphile_worker.jobs where key is not null order by 1`,
      )
    ).rows.map(row => row.task_identifier)
  expect(await waiting()).toEqual([
    'claiming.nightly',
    'console.audit',
    'console.nightly',
    'coupons.nightly',
    'deals.nightly',
    'enrolment.nightly',
    'goods.nightly',
    'groups.nightly',
    'immigration.nightly',
    'invoices.nightly',
    'ledger.nightly',
    'listening.nightly',
    'missions.nightly',
    'people.sweep',
    'playlists.nightly',
    'points.nightly',
    'raffles.nightly',
    'reconciliation.nightly',
    'rewards.nightly',
    'scrobbles.nightly',
    'services.nightly',
    'shipping.nightly',
    'shows.nightly',
    'tickets.nightly',
  ])
})

test('the list of orders is for finance and pages', async () => {
  expect(await finance.call('GET', '/console/orders?state=paid&limit=3')).toEqual({ items: [], next: null })
  expect(await status(finance, 'GET', '/console/orders?state=nonsense')).toBe(400)
})
