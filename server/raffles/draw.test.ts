/** The draw, and verifying it: the same for everybody, fair, and nothing in the file can be changed unseen. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  drawWinners,
  listText,
  raffleFormat,
  rulesText,
  tagOf,
  ticketCount,
  verifyRaffle,
  type Draw,
  type Hashes,
  type RaffleEntry,
  type RaffleFile,
} from '../../shared/raffle-draw.ts'
import { verifyCommand } from '../verify.ts'
import { hashes, told } from './verify.ts'

/** As a browser does it. */
const hex = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex')
const utf8 = new TextEncoder()
const browser: Hashes = {
  sha256: async text => hex(await crypto.subtle.digest('SHA-256', utf8.encode(text))),
  hmac: async (key, text) => {
    const made = await crypto.subtle.importKey('raw', utf8.encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return hex(await crypto.subtle.sign('HMAC', made, utf8.encode(text)))
  },
}
const hexText = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map(list => list.join(''))
const entries = fc
  .array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 5 })), { maxLength: 60 })
  .map(list => list.map(([who, tickets]): RaffleEntry => [who.toString(16).padStart(24, '0'), tickets]))
const draws: fc.Arbitrary<Draw> = fc.record({
  seed: hexText(64),
  rulesDigest: hexText(64),
  digest: hexText(64),
  outsideValue: fc.option(fc.string()),
  raffle: fc.constant('raf_x'),
  entries,
  quantities: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
  onePrize: fc.boolean(),
})

/** An honest file of a drawn raffle. */
async function drawn(draw: Draw): Promise<RaffleFile> {
  const rules = {
    raffle: draw.raffle,
    group: 'Sundogs',
    title: 'A signed record',
    opensAt: '2026-01-01T00:00:00.000Z',
    closesAt: '2026-01-02T00:00:00.000Z',
    drawBy: '2026-01-05T00:00:00.000Z',
    points: 0,
    mostTickets: 500,
    onePrize: draw.onePrize,
    prizes: draw.quantities.map((quantity, index) => ({ title: `Prize ${index + 1}`, quantity })),
    outside: draw.outsideValue === null ? null : 'the index of Friday',
  }
  const rulesDigest = await hashes.sha256(rulesText(rules))
  const digest = await hashes.sha256(listText(draw.entries))
  return {
    format: raffleFormat,
    how: [],
    planet: 'http://planet.example',
    made: '2026-01-03T00:00:00.000Z',
    state: 'drawn',
    rules,
    rulesDigest,
    commitment: await hashes.sha256(draw.seed),
    publishedAt: '2026-01-01T00:00:00.000Z',
    entries: draw.entries.slice(),
    digest,
    closedAt: '2026-01-02T00:00:00.000Z',
    outsideValue: draw.outsideValue,
    seed: draw.seed,
    drawnAt: '2026-01-03T00:00:00.000Z',
    winners: await drawWinners(hashes, { ...draw, rulesDigest, digest }),
  }
}

test('a draw is what it says: each ticket once, each prize as often as there are pieces, nobody twice where that is the rule, browser and planet alike', async () => {
  await fc.assert(
    fc.asyncProperty(draws, async draw => {
      const winners = await drawWinners(hashes, draw)
      expect(await drawWinners(browser, draw)).toEqual(winners)
      const pieces = draw.quantities.reduce((a, b) => a + b, 0)
      const people = new Set(draw.entries.map(([tag]) => tag)).size
      expect(winners).toHaveLength(Math.min(pieces, draw.onePrize ? people : ticketCount(draw.entries)))
      expect(new Set(winners.map(one => one.ticket)).size).toBe(winners.length)
      if (draw.onePrize) expect(new Set(winners.map(one => one.tag)).size).toBe(winners.length)
      expect(winners.map(one => one.prize)).toEqual(winners.map(one => one.prize).toSorted((a, b) => a - b))
      const whose = draw.entries.flatMap(([tag, tickets]) => Array.from({ length: tickets }, () => tag))
      for (const { ticket, tag } of winners) expect(whose[ticket - 1]).toBe(tag)
      const verdict = await verifyRaffle(JSON.stringify(await drawn(draw)), browser)
      expect([verdict.ok, verdict.checks.filter(check => !check.ok)]).toEqual([true, []])
    }),
    { numRuns: 60 },
  )
})

test('every ticket is as likely as any other', async () => {
  const many: RaffleEntry[] = Array.from({ length: 7 }, (_, who) => [who.toString(16).padStart(24, '0'), 1])
  const times = new Map<number, number>()
  for (let run = 0; run < 7000; run++) {
    const [winner] = await drawWinners(hashes, {
      seed: run.toString(16).padStart(64, '0'),
      rulesDigest: '',
      digest: '',
      outsideValue: null,
      raffle: 'raf_x',
      entries: many,
      quantities: [1],
      onePrize: true,
    })
    times.set(winner!.ticket, (times.get(winner!.ticket) ?? 0) + 1)
  }
  // Chi-square with six degrees of freedom: 22.5 is passed once in a thousand fair draws; the seeds are fixed, so this holds always or never.
  const chi = [1, 2, 3, 4, 5, 6, 7].reduce((sum, ticket) => sum + ((times.get(ticket) ?? 0) - 1000) ** 2 / 1000, 0)
  expect(chi).toBeLessThan(22.5)
})

test('the known draw: whoever changes the way of drawing breaks every raffle of the past', async () => {
  const tags = await Promise.all(['ann', 'ben', 'cat'].map(name => tagOf(hashes, 'raf_known', name, '00')))
  expect(
    await drawWinners(hashes, {
      seed: 'ab'.repeat(32),
      rulesDigest: '11'.repeat(32),
      digest: '22'.repeat(32),
      outsideValue: '3,141.59',
      raffle: 'raf_known',
      entries: [
        [tags[0]!, 3],
        [tags[1]!, 2],
        [tags[2]!, 5],
      ],
      quantities: [1, 2],
      onePrize: true,
    }).then(list => list.map(({ ticket, prize }) => [ticket, prize])),
  ).toMatchInlineSnapshot(`
    [
      [
        4,
        1,
      ],
      [
        6,
        2,
      ],
      [
        2,
        2,
      ],
    ]
  `)
})

test('what is changed in a drawn file is seen', async () => {
  const base: Draw = {
    seed: 'ab'.repeat(32),
    rulesDigest: '',
    digest: '',
    outsideValue: '42',
    raffle: 'raf_x',
    entries: Array.from({ length: 30 }, (_, who): RaffleEntry => [who.toString(16).padStart(24, '0'), 1 + (who % 3)]),
    quantities: [1, 3],
    onePrize: true,
  }
  const honest = await drawn(base)
  const lost = honest.entries.map(([tag]) => tag).find(tag => !honest.winners.some(one => one.tag === tag))!
  const verdict = async (change: Partial<RaffleFile>, against?: RaffleFile) =>
    verifyRaffle(JSON.stringify({ ...honest, ...change }), hashes, { against: against === undefined ? undefined : JSON.stringify(against) })
  const wrong = async (change: Partial<RaffleFile>): Promise<string[]> => {
    const { ok, checks } = await verdict(change)
    expect(ok).toBe(false)
    return checks.filter(check => !check.ok).map(check => check.name)
  }
  expect(await wrong({ winners: honest.winners.map((one, index) => (index === 0 ? { ...one, tag: lost } : one)) })).toEqual(['winners'])
  expect(await wrong({ winners: honest.winners.slice(1) })).toEqual(['winners'])
  expect(await wrong({ seed: 'cd'.repeat(32) })).toContain('commitment')
  expect(await wrong({ seed: null })).toContain('commitment')
  expect(await wrong({ outsideValue: '43' })).toEqual(['winners'])
  expect(await wrong({ outsideValue: null })).toEqual(['winners'])
  expect(await wrong({ entries: [...honest.entries, [lost, 1]] })).toContain('list')
  expect(await wrong({ entries: honest.entries.slice(1) })).toContain('list')
  expect(await wrong({ rules: { ...honest.rules, prizes: [{ title: 'Prize 1', quantity: 4 }] } })).toContain('rules')
  expect(await wrong({ rules: { ...honest.rules, mostTickets: 1 } })).toEqual(expect.arrayContaining(['rules', 'list']))
  expect(await wrong({ state: 'open', winners: [] })).toEqual([])
  expect(await wrong({ format: 'planet-raffle/2' as typeof raffleFormat })).toEqual(['shape'])
  for (const text of ['', '[]', '{}', 'null', '{"format":"planet-raffle/1"}', JSON.stringify({ ...honest, entries: [['x', 1]] })])
    expect((await verifyRaffle(text, hashes)).ok).toBe(false)

  // Held against what was saved before: a whole other draw, true in itself, is still seen.
  const open: RaffleFile = {
    ...honest,
    state: 'open',
    seed: null,
    digest: null,
    outsideValue: null,
    winners: [],
    entries: honest.entries.slice(0, 10),
  }
  expect((await verdict({}, open)).ok).toBe(true)
  const other = await drawn({ ...base, seed: 'ef'.repeat(32) })
  expect((await verdict(other, undefined)).ok).toBe(true)
  expect((await verdict(other, open)).checks.at(-1)).toMatchObject({ name: 'same', ok: false })
  const fewer = await drawn({ ...base, entries: base.entries.slice(1) })
  expect((await verdict(fewer, open)).ok).toBe(false)
  expect(told(await verdict({ seed: null }))[0]).toBe('The raffle is NOT true.')
})

test('planet verify tells by the exit code, and knows a raffle from a statement', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'planet-raffle-'))
  try {
    const file = await drawn({
      seed: 'ab'.repeat(32),
      rulesDigest: '',
      digest: '',
      outsideValue: null,
      raffle: 'raf_x',
      entries: [['0'.repeat(24), 3]],
      quantities: [1],
      onePrize: true,
    })
    const path = (name: string, value: unknown): string => {
      const at = join(folder, name)
      writeFileSync(at, JSON.stringify(value))
      return at
    }
    const good = path('raffle.json', file)
    const bad = path('bad.json', { ...file, winners: [{ ...file.winners[0], ticket: 4 }] })
    const open = path('open.json', { ...file, state: 'open', seed: null, digest: null, winners: [] })
    expect(await verifyCommand([good])).toBe(0)
    expect(await verifyCommand([good, '--against', open])).toBe(0)
    expect(await verifyCommand([bad])).toBe(1)
    expect(await verifyCommand([open])).toBe(1)
    expect(await verifyCommand([path('statement.json', { format: 'planet-statement/1' })])).toBe(1)
    const main = join(import.meta.dirname, '../main.ts')
    const run = (at: string): string =>
      execFileSync(process.execPath, [main, 'verify', at], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    expect(run(good)).toContain('The raffle is true: A signed record.')
    expect(() => run(bad)).toThrow(/NOT true/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
