/** Walks every entry of every contract with a missing session, a wrong body, an id that is no id and an id of nothing: right status, one clear sentence, no effect. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pathNames, type Entry } from '../shared/contract.ts'
import type { IdKind } from '../shared/ids.ts'
import { mounted } from './app.ts'
import { newId } from './foundation/clock.ts'
import { replyWriter } from './foundation/replies.ts'
import { startPlanet, type Person, type TestPlanet } from './testing.ts'

type Json = Record<string, unknown>
const entries = mounted.flatMap(({ room }) => Object.entries(room.entries).map(([address, entry]) => ({ room: room.name, address, entry })))

let planet: TestPlanet
let member: Person
beforeAll(async () => {
  planet = await startPlanet()
  member = await planet.signUp('Walker')
})
afterAll(() => planet.close())

/** A value that fits a JSON schema: enough to get past the input check. */
function fitting(schema: Json): unknown {
  if (schema['const'] !== undefined) return schema['const']
  if (schema['enum']) return (schema['enum'] as unknown[])[0]
  if (schema['anyOf']) return fitting((schema['anyOf'] as Json[])[0]!)
  if (schema['default'] !== undefined) return schema['default']
  switch (schema['type']) {
    case 'object': {
      const required = new Set((schema['required'] ?? []) as string[])
      return Object.fromEntries(
        Object.entries((schema['properties'] ?? {}) as Record<string, Json>)
          .filter(([name]) => required.has(name))
          .map(([name, one]) => [name, fitting(one)]),
      )
    }
    case 'array':
      return schema['prefixItems']
        ? (schema['prefixItems'] as Json[]).map(fitting)
        : Array.from({ length: (schema['minItems'] as number) ?? 0 }, () => fitting(schema['items'] as Json))
    case 'integer':
    case 'number':
      return (schema['minimum'] as number) ?? 1
    case 'boolean':
      return false
    case 'null':
      return null
    default:
      return text(schema)
  }
}
function text(schema: Json): string {
  const pattern = (schema['pattern'] as string | undefined) ?? ''
  const kind = /^\^\(?([a-z]{3})[_|)]/.exec(pattern)?.[1]
  if (kind) return newId(kind as IdKind)
  if (schema['format'] === 'email') return 'nobody@test.example'
  if (schema['format'] === 'date-time') return '2026-01-02T03:04:05.000Z'
  if (schema['format'] === 'date') return '2026-01-02'
  if (schema['format'] === 'uri') return 'https://test.example/'
  if (pattern.startsWith('^-?\\d')) return '100'
  if (pattern.startsWith('^[a-z]{2,8}')) return 'en'
  if (pattern.startsWith('^[A-Z]{2}$')) return 'CN'
  if (pattern.startsWith('^\\+?[0-9]')) return '13800000000'
  if (pattern.includes('a-z0-9-')) return 'some-handle'
  return 'x'.repeat(Math.max(1, (schema['minLength'] as number) ?? 1))
}

const schemaOf = (entry: Entry): Json =>
  z.toJSONSchema(z.object(entry.input as unknown as z.core.$ZodLooseShape), { io: 'input', unrepresentable: 'any' }) as Json
const split = (address: string): [string, string] => address.split(' ') as [string, string]

function request(
  address: string,
  entry: Entry,
  change: (input: Json) => Json = input => input,
): { method: string; path: string; json?: unknown } {
  const [method, path] = split(address)
  const names = pathNames(path)
  const input = change(fitting(schemaOf(entry)) as Json)
  for (const name of names) input[name] ??= text(((schemaOf(entry)['properties'] as Record<string, Json>)[name] ?? {}) as Json)
  const url = `/api/v1${path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(String(input[name])))}`
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)))
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)])).toString()
    return { method, path: query ? `${url}?${query}` : url }
  }
  return { method, path: url, json: rest }
}

async function problem(answer: Response): Promise<{ status: number; title: string; code: string }> {
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  const body = (await answer.json()) as { status: number; title: string; code: string }
  expect(body.status).toBe(answer.status)
  expect(body.title).toMatch(/^[A-Z].{8,}[.!]$/)
  return body
}

const tablesSum = async (): Promise<string> => {
  const found = await planet.db.pool.query<{ sum: string }>(`select string_agg(n, ',' order by n) as sum from (
    select schemaname || '.' || relname || '=' || (xpath('/row/c/text()', query_to_xml(format('select count(*) as c from %I.%I', schemaname, relname), false, true, '')))[1]::text as n
    from pg_stat_user_tables where schemaname not in ('graphile_worker') and not (schemaname = 'people' and relname in ('session', 'rate_limit'))) as t`)
  return found.rows[0]!.sum
}

describe('without a session', () => {
  test.each(entries.filter(({ entry }) => entry.access !== 'anyone'))('$address says 401', async ({ address, entry }) => {
    const { method, path, json } = request(address, entry)
    const answer = await planet.stranger.fetch(path, { method, ...(json === undefined ? {} : { json }) })
    expect((await problem(answer)).status).toBe(401)
  })
})

describe('staff entries', () => {
  test.each(entries.filter(({ entry }) => !['anyone', 'member'].includes(entry.access)))(
    '$address says 403 to a member',
    async ({ address, entry }) => {
      const { method, path, json } = request(address, entry)
      const answer = await member.fetch(path, { method, ...(json === undefined ? {} : { json }) })
      expect((await problem(answer)).status).toBe(403)
    },
  )
})

describe('ids of nothing', () => {
  const withIds = entries.filter(
    ({ address, entry }) =>
      pathNames(split(address)[1]).length > 0 && ['anyone', 'member'].includes(entry.access) && !/favourites|notify/.test(address),
  )
  test.each(withIds)('$address says 404 and changes nothing', async ({ address, entry }) => {
    const before = await tablesSum()
    const { method, path, json } = request(address, entry)
    const answer = await member.fetch(path, { method, ...(json === undefined ? {} : { json }) })
    expect((await problem(answer)).status).toBe(404)
    const broken = await member.fetch(path.replace(/[a-z]{3}_[0-9a-z]{26}/, "x'--%00"), { method, ...(json === undefined ? {} : { json }) })
    expect([400, 404]).toContain((await problem(broken)).status)
    expect(await tablesSum()).toBe(before)
  })
})

describe('wrong bodies', () => {
  const writes = entries.filter(
    ({ address, entry }) =>
      ['POST', 'PUT', 'PATCH'].includes(split(address)[0]) && entry.kind === 'command' && ['anyone', 'member'].includes(entry.access),
  )
  const needy = writes.filter(({ address, entry }) => {
    const names = pathNames(split(address)[1])
    return ((schemaOf(entry)['required'] ?? []) as string[]).some(name => !names.includes(name))
  })
  test.each(needy)('$address says 400 naming the field', async ({ address, entry }) => {
    const before = await tablesSum()
    const { method, path } = request(address, entry)
    for (const json of [
      {},
      { nonsense: 1 },
      Object.fromEntries(Object.keys(schemaOf(entry)['properties'] as Json).map(name => [name, { toString: 1 }])),
    ]) {
      const answer = await member.fetch(path, { method, json })
      const said = (await problem(answer)) as unknown as { status: number; fields: Record<string, string> }
      expect(said.status).toBe(400)
      expect(Object.keys(said.fields).length).toBeGreaterThan(0)
    }
    expect(await tablesSum()).toBe(before)
  })
  test.each(writes)('$address says 400 to what is no JSON object', async ({ address, entry }) => {
    const { method, path } = request(address, entry)
    for (const body of ['{"broken', '[1,2]', '"text"', '7']) {
      const answer = await member.fetch(path, { method, body, headers: { 'content-type': 'application/json' } })
      expect((await problem(answer)).status).toBe(400)
    }
  })
  test.each(writes)('$address is refused when another site asks', async ({ address, entry }) => {
    const { method, path, json } = request(address, entry)
    const answer = await member.fetch(path, { method, json, headers: { origin: 'https://evil.example' } })
    expect((await problem(answer)).code).toBe('foreign_origin')
  })
})

test('the writer of every reply can be made', () => {
  const entries = mounted.flatMap(({ room }) => Object.values(room.entries)).filter(entry => entry.kind !== 'stream')
  expect(entries.length).toBeGreaterThan(500)
  for (const entry of entries) expect(replyWriter(entry as Entry)).toBeTypeOf('function')
})

test('unknown addresses, methods, types and sizes are Problems', async () => {
  expect((await problem(await member.fetch('/api/v1/nothing-here'))).status).toBe(404)
  expect((await problem(await member.fetch('/api/v1/me', { method: 'DELETE' }))).status).toBe(404)
  expect(
    (await problem(await member.fetch('/api/v1/orders', { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/strange' } })))
      .status,
  ).toBe(415)
  expect(
    (
      await problem(
        await member.fetch('/api/v1/orders', {
          method: 'POST',
          body: `{"x":"${'y'.repeat(1_100_000)}"}`,
          headers: { 'content-type': 'application/json' },
        }),
      )
    ).status,
  ).toBe(413)
  expect((await problem(await member.fetch('/api/v1/releases?cursor=%00%ff'))).status).toBe(400)
})
