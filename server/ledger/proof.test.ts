import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { signerOf, signStatement } from './checkpoints.ts'
import { checks, makeCheckpoints, makePoster, post, seal, type TransferInput } from './index.ts'
import { verifyStatement, type Statement } from './verify.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let text: string
/** Checkpoints as someone saved them before the last sales. */
let saved: string
let count = 0
const sale = (to: string[], amount = 1131n): TransferInput => ({
  key: `settle:lin_test${++count}`,
  kind: 'settle',
  cause: `line:lin_test${count}`,
  subject: newId('rel'),
  note: `夜航船 "${count}"`,
  entries: [
    { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: 'CNY' }, amount: -100n - amount * BigInt(to.length) },
    { account: { owner: 'planet', purpose: 'commission', asset: 'CNY' }, amount: 100n, step: 'commission', share: 1000 },
    ...to.map(owner => ({ account: { owner, purpose: 'available', asset: 'CNY' }, amount, step: 'split:master:vocals', share: 3333 })),
  ],
})
const fetchText = async (who: Person, path: string): Promise<string> => (await who.fetch(`/api/v1${path}`)).text()

beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben] = [await planet.signUp('Ann'), await planet.signUp('Ben')]
  const poster = makePoster(planet.db)
  await Promise.all(Array.from({ length: 40 }, (_, i) => poster.submit(sale(i % 5 === 0 ? [ann.id, ben.id] : [ben.id], BigInt(i + 1)))))
  for (let i = 0; i < 80; i++) await planet.db.transaction(tx => post(tx, [sale(i % 20 === 0 ? [ann.id] : [ben.id])]))
  await seal(planet.db)
  await makeCheckpoints(planet.db, planet.config.secret)
  saved = await fetchText(planet.stranger, '/ledger/checkpoints')
  await planet.db.transaction(tx => post(tx, [sale([ann.id]), sale([ben.id]), sale([ann.id])]))
  text = await fetchText(ann, '/me/statement.json')
})
afterAll(() => planet.close())

const parsed = (): Statement => JSON.parse(text) as Statement
/** The file with this change, signed again as only the planet could: so that what is below the signature must find it. */
function resigned(change: (file: Statement) => void): string {
  const { signature: _, ...body } = parsed()
  const file = body as Statement
  change(file)
  const signer = signerOf(planet.config.secret)
  return JSON.stringify({ ...file, signature: { key: signer.id, value: signStatement(signer, hash('sha256', JSON.stringify(file))) } })
}

test('a statement proves itself', () => {
  const verdict = verifyStatement(text)
  expect(verdict.lines.join('\n')).toMatch(
    /^The statement is true: usr_\w+, available, CNY\.\n0\.00 at the beginning, 14 changes in 14 transfers, /,
  )
  expect(verdict.ok).toBe(true)
  expect(verifyStatement(text, { against: saved })).toMatchObject({ ok: true })
  expect(verifyStatement(text, { against: saved }).lines.at(-1)).toMatch(/^[1-9]\d* of the checkpoints saved earlier/)
  expect(verifyStatement(resigned(() => undefined)).ok).toBe(true)
  // What others earned does not stand in it, only the hashes of their sales.
  const file = parsed()
  expect(file.items).toHaveLength(14)
  expect(file.batches.flatMap(batch => batch.contents).some(content => typeof content === 'string')).toBe(true)
  expect(text).not.toContain(ben.id)
})

test('checkpoints are public, page by page, each a signed place', async () => {
  type List = { items: { place: number; key: string }[]; next: string | null; keys: { id: string; publicKey: string }[] }
  const all = JSON.parse(await fetchText(planet.stranger, '/ledger/checkpoints')) as List
  expect(all.items.length).toBeGreaterThanOrEqual(3)
  expect(all.items.map(item => item.place)).toContain(64)
  expect(all.keys).toEqual([{ id: all.items[0]!.key, publicKey: signerOf(planet.config.secret).publicKey }])
  const pages: number[] = []
  let next: string | null = null
  do {
    const list = JSON.parse(await fetchText(planet.stranger, `/ledger/checkpoints?limit=1${next ? `&cursor=${next}` : ''}`)) as List
    pages.push(...list.items.map(item => item.place))
    next = list.next
  } while (next !== null)
  expect(pages).toEqual(all.items.map(item => item.place))
  expect((await planet.stranger.fetch('/api/v1/ledger/checkpoints?cursor=x')).status).toBe(400)
})

test('a part of the time, another purpose, an organisation; what is not one’s own does not exist', async () => {
  const file = parsed()
  const from = file.items[10]!.at
  const part = await fetchText(ann, `/me/statement.json?from=${from}`)
  expect(verifyStatement(part).lines[0]).toMatch(/is true/)
  expect((JSON.parse(part) as Statement).opening.version).toBeGreaterThan(0)
  expect(verifyStatement(await fetchText(ann, '/me/statement.json?to=2020-01-01T00:00:00.000Z')).ok).toBe(true)
  expect((await ann.fetch('/api/v1/me/statement.json?asset=EUR')).status).toBe(404)
  expect((await ann.fetch(`/api/v1/me/statement.json?as=${ben.id}`)).status).toBe(404)
  expect((await planet.stranger.fetch('/api/v1/me/statement.json')).status).toBe(401)
})

test('any changed character makes it fail', () => {
  const letters = [...'0123456789abcdefxyz"-, \t{}[]票']
  fc.assert(
    fc.property(fc.nat(text.length - 2), fc.constantFrom(...letters), fc.constantFrom('change', 'insert', 'delete'), (at, letter, how) => {
      if (/[\r\n]/.test(text[at]!) || (how !== 'delete' && how === 'change' && text[at] === letter)) return
      const changed = text.slice(0, at) + (how === 'delete' ? '' : letter) + text.slice(how === 'insert' ? at : at + 1)
      if (changed.replace(/[\r\n]/g, '') === text.replace(/[\r\n]/g, '')) return
      expect(verifyStatement(changed).ok).toBe(false)
    }),
    { numRuns: 1500 },
  )
})

/** Every text and number below these parts of the file. */
function* leaves(value: unknown, path: (string | number)[] = []): Generator<(string | number)[]> {
  if (typeof value === 'string' || typeof value === 'number') yield path
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key])
}
function changeLeaf(file: Statement, path: (string | number)[], at: number): void {
  let holder = file as unknown as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>
  const last = path.at(-1)!
  const value = holder[last] as string | number
  if (typeof value === 'number') holder[last] = value + 1
  else {
    const i = at % Math.max(value.length, 1)
    const letter = value[i] ?? ''
    holder[last] = value.slice(0, i) + (letter === '1' ? '2' : '1') + value.slice(i + 1)
  }
}

test('even signed again by the planet: a changed posting, balance, hash, link or checkpoint is found', () => {
  const file = parsed()
  const covered = (['opening', 'items', 'closing', 'batches', 'accounts', 'runs', 'checkpoints', 'keys'] as const).flatMap(part =>
    [...leaves(file[part])].map(path => [part, ...path]),
  )
  fc.assert(
    fc.property(fc.constantFrom(...covered), fc.nat(200), (path, at) => {
      const changed = resigned(one => changeLeaf(one, path, at))
      expect([path.join('.'), verifyStatement(changed).ok]).toEqual([path.join('.'), false])
    }),
    { numRuns: 800 },
  )
})

test('what is wrong is named', () => {
  const says = (change: (file: Statement) => void): string => verifyStatement(resigned(change)).lines[0]!
  const first = parsed().items[0]!
  expect(says(file => (file.items[0]!.balance = '999'))).toMatch(/change 1: the balance is \d+, not 999/)
  expect(says(file => (file.items[0]!.amount = '5'))).toBe(
    `The statement is NOT true: change 1: it differs from transfer ${first.transfer} as it was posted.`,
  )
  expect(says(file => file.items.splice(3, 1))).toMatch(/change 4 is missing before it/)
  expect(says(file => file.items.pop())).toMatch(/ends at change 13|leaves it out/)
  expect(says(file => (file.runs[0]!.links[0]![2] = 'ab'.repeat(32)))).toMatch(/batch \d+: its transfers are not those that were posted/)
  expect(says(file => (file.checkpoints[0]!.hash = 'ab'.repeat(32)))).toMatch(/checkpoint \d+: the signature is not true/)
  expect(says(file => (file.runs = []))).toMatch(/does not lead over it/)
  expect(says(file => (file.checkpoints = []))).toMatch(/which is not signed/)
  // A transfer whose sum is not zero, with all hashes above it made again: the chain no longer leads to what was signed.
  const forged = (file: Statement): void => {
    const own = file.batches[0]!.contents.findIndex(content => typeof content !== 'string')
    const content = file.batches[0]!.contents[own] as { text: string }
    content.text = content.text.replace(/\t1\t/, '\t2\t')
  }
  expect(says(forged)).toMatch(/sum to 1 in CNY|are not those that were posted/)
  expect(verifyStatement(text, { key: 'ab'.repeat(32) }).lines[0]).toMatch(/another key/)
  const other = JSON.parse(saved) as { items: { place: number; hash: string }[] }
  other.items.find(item => item.place === 64)!.hash = 'ab'.repeat(32)
  expect(verifyStatement(text, { against: JSON.stringify(other) }).lines[0]).toMatch(
    /place 64 of the chain was published with another hash/,
  )
})

test('what is not a statement is refused in one sentence', () => {
  for (const bad of ['', 'PDF', '{"format":1}', '[]', 'null', '{"format":"other"}'])
    expect(verifyStatement(bad)).toEqual({ ok: false, lines: [expect.stringMatching(/^This is not a statement of a planet/)] })
  expect(verifyStatement('{"format":"planet-raffle/1"}').lines).toEqual([
    'The format "planet-raffle/1" is unknown to this verifier, which reads planet-statement/1.',
  ])
  expect(verifyStatement('{"format":"planet-statement/1"}').lines[0]).toMatch(/missing or not of its form/)
})

test('`planet verify` and the file alone, without a planet', async () => {
  const run = promisify(execFile)
  const file = join(planet.home, 'statement.json')
  writeFileSync(file, text)
  writeFileSync(join(planet.home, 'saved.json'), saved)
  const root = join(import.meta.dirname, '../..')
  const env = { ...process.env, PLANET_HOME: join(planet.home, 'none') }
  const args = [file, '--against', join(planet.home, 'saved.json'), '--key', signerOf(planet.config.secret).publicKey]
  for (const program of [['server/ledger/verify.ts'], ['server/main.ts', 'verify']])
    expect((await run(process.execPath, [...program, ...args], { cwd: root, env })).stdout).toMatch(/The statement is true/)
  expect(() => readFileSync(join(planet.home, 'none/secret'))).toThrow()
  writeFileSync(file, text.replace('夜航船', '夜航般'))
  for (const bad of [file, join(planet.home, 'nothing.json')])
    await expect(run(process.execPath, ['server/main.ts', 'verify', bad], { cwd: root, env })).rejects.toMatchObject({
      code: 1,
      stdout: '',
    })
  const imports = readFileSync(join(import.meta.dirname, 'verify.ts'), 'utf8').matchAll(/^import .* from '([^']+)'/gm)
  expect([...imports].map(match => match[1])).toEqual(['node:crypto'])
})

test('the audit names a checkpoint that the chain no longer meets, and one that is not truly signed', async () => {
  const broken = async () => {
    const names: string[] = []
    for (const check of checks) if ((await check.run(planet.db.read)).length > 0) names.push(check.name)
    return names
  }
  expect(await broken()).toEqual([])
  const forced = async (sql: string) => {
    const client = await planet.db.pool.connect()
    await client.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`)
    client.release()
  }
  for (const [change, back] of [
    [
      `update ledger.checkpoint set signature = sha512('x') where place = 64`,
      `update ledger.checkpoint c set signature = k.signature from kept k where c.place = k.place`,
    ],
    [
      `update ledger.checkpoint set hash = sha256('x') where place = 64`,
      `update ledger.checkpoint c set hash = k.hash from kept k where c.place = k.place`,
    ],
  ] as const) {
    await planet.db.pool.query('drop table if exists kept; create table kept as select * from ledger.checkpoint')
    await forced(change)
    expect(await broken()).toEqual(['ledger.checkpoints'])
    await forced(back)
    expect(await broken()).toEqual([])
  }
  // The whole chain made anew after a change meets no checkpoint, and nothing more is signed.
  await expect(planet.db.pool.query(`delete from ledger.checkpoint`)).rejects.toMatchObject({ code: '23001' })
  await expect(planet.db.pool.query(`update ledger.signing_key set id = 'x'`)).rejects.toMatchObject({ code: '23001' })
})
