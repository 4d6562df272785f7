import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { pdfLines } from '../foundation/pdf.testing.ts'
import { makeCheckpoints, placeHold, post, releaseHold, seal } from '../ledger/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { bank, books, codeOf, dayMs, earn, runBatch } from './payouts.testing.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let one: Person
let two: Person
let stranger: Person
/** Months before this one: 2 → the month before last. */
const month = (ago: number): string => {
  const now = clock.now()
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1)).toISOString().slice(0, 7)
}
const at = (ago: number, day: number): Date => new Date(`${month(ago)}-${String(day).padStart(2, '0')}T20:30:00.000Z`)
/** As if it were then. */
async function then<T>(when: Date, act: () => Promise<T>): Promise<T> {
  const before = clock.now().getTime()
  clock.shift(when.getTime() - before)
  try {
    return await act()
  } finally {
    clock.shift(0)
  }
}

beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, stranger] = [await planet.signUp('=林溪'), await planet.signUp('Ben'), await planet.signUp('Eve')]
  ;[one, two] = [await planet.staff('finance'), await planet.staff('finance')]
  const rel = 'rel_0000000000000000000000aaaa'
  await earn(planet, [[ann.id, 30_000n]], { at: at(2, 3), title: '夜航船', subject: rel })
  await earn(
    planet,
    [
      [ann.id, 1_234_567n],
      [ben.id, 500n],
    ],
    { at: at(2, 9), title: 'A very long title that does not fit into its column of the page '.repeat(3), subject: rel },
  )
  await then(at(2, 10), () => ann.call('POST', '/me/payout-methods', bank()))
  await then(at(2, 20), async () => {
    const batch = await runBatch(one, two)
    await one.call('POST', `/console/payout-batches/${batch.id}/confirm`, { reason: 'sent' })
  })
  await earn(planet, [[ann.id, 1_000n]], { at: at(2, 22), title: '夜航船', subject: rel })
  await earn(
    planet,
    [
      [ann.id, 700n],
      [ann.id, 77n, 'split:work:lyrics,composer'],
    ],
    { at: at(1, 2), title: '夜航船', subject: rel },
  )
  const hold = await then(at(1, 4), () =>
    planet.db.transaction(tx => placeHold(tx, { owner: ann.id, asset: 'CNY', cause: 'dispute:dsp_x', reason: 'dispute', amount: 500n })),
  )
  await then(at(1, 6), () => planet.db.transaction(tx => releaseHold(tx, { hold: hold.id!, amount: 200n, key: 'free:1', reason: 'won' })))
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: 'claw:1',
        kind: 'clawback',
        cause: 'line:lin_x',
        note: '=夜航船',
        at: at(1, 8),
        entries: [
          { account: { owner: ann.id, purpose: 'available', asset: 'CNY' }, amount: -77n },
          { account: { owner: 'escrow:lin_x', purpose: 'escrow', asset: 'CNY' }, amount: 77n },
        ],
      },
    ]),
  )
})
afterAll(() => planet.close())
afterEach(() => books(planet))

type Figures = { available: string; held: string; reserve: string; paying: string; receivable: string; total: string }
type Line = { section: string; kind: string; step: string | null; count: number; available: string; total: string; cause: string | null }
type Period = {
  closed: boolean
  digest: string | null
  opening: Figures
  closing: Figures
  lines: Line[]
  sources: { sales: number; gross: string; payment: string; commission: string; others: string; yours: string }[]
}
const see = (ago: number, who = ann, query = '') => who.call<Period>('GET', `/me/periods/${month(ago)}${query}`)
const big = (text: string) => BigInt(text)
const plain = (amount: string) => (Number(amount) / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })

/** Straight from the entries, another way than the room reads them. */
async function ledger(owner: string, until: Date): Promise<Record<string, string>> {
  const { rows } = await planet.db.pool.query<{ purpose: string; sum: string }>(
    `select a.purpose, sum(e.amount)::text as sum from ledger.account a join ledger.asset s on s.id = a.asset and s.code = 'CNY' join ledger.entry e on e.account = a.id
     where a.owner = $1 and e.at < $2 group by a.purpose`,
    [owner, until],
  )
  return Object.fromEntries(rows.map(row => [row.purpose, row.sum]))
}

test('each month opens where the last one closed, and its lines make the difference, as the ledger says', async () => {
  for (const ago of [2, 1, 0]) {
    const period = await see(ago)
    const [from, to] = [new Date(`${month(ago)}-01T00:00:00Z`), new Date(`${month(ago - 1)}-01T00:00:00Z`)]
    for (const [figures, until] of [
      [period.opening, from],
      [period.closing, to],
    ] as const) {
      const sums = await ledger(ann.id, until)
      for (const purpose of ['available', 'held', 'reserve', 'paying', 'receivable'] as const)
        expect([ago, purpose, figures[purpose]]).toEqual([ago, purpose, sums[purpose] ?? '0'])
    }
    for (const key of ['available', 'total'] as const)
      expect(period.lines.reduce((sum, line) => sum + big(line[key]), big(period.opening[key]))).toBe(big(period.closing[key]))
    if (ago < 2) expect(period.opening).toEqual((await see(ago + 1)).closing)
  }
  const first = await see(2)
  expect(
    first.sources.map(({ sales, gross, payment, commission, others, yours }) => [sales, gross, payment, commission, others, yours]),
  ).toEqual([
    [1, '1309172', '12351', '61754', '500', '1234567'],
    [2, '32864', '312', '1552', '0', '31000'],
  ])
  expect(first.lines.map(line => [line.section, line.kind, line.available, line.total])).toEqual([
    ['income', 'settle', '31000', '31000'],
    ['income', 'settle', '1234567', '1234567'],
    ['payouts', 'payout', '-1264567', '-1264567'],
  ])
  expect((await see(1)).lines.map(line => [line.section, line.kind, line.step, line.available, line.total])).toEqual([
    ['income', 'settle', 'split:master:vocals', '700', '700'],
    ['income', 'settle', 'split:work:lyrics,composer', '77', '77'],
    ['refunds', 'clawback', null, '-77', '-77'],
    ['holds', 'hold', null, '-500', '0'],
    ['holds', 'hold_release', null, '200', '0'],
  ])
  expect((await see(1, stranger)).closing.total).toBe('0')
  expect(await codeOf(stranger.call('GET', `/me/periods/${month(1)}?as=${ann.id}`))).toBe('404 not_found')
  expect(await codeOf(ann.call('GET', `/me/periods/${month(-1)}`))).toBe('404 not_found')
  expect(await ann.call('GET', '/me/periods')).toMatchObject({ items: [{ month: month(1) }, { month: month(2) }] })
})

test('the table: every posting, opening and closing, sums as the ledger, formulas disarmed', async () => {
  const answer = await ann.fetch(`/api/v1/me/periods/${month(1)}/csv`)
  const rows = parse(Buffer.from(await answer.arrayBuffer()), { bom: true, columns: true }) as Record<string, string>[]
  const period = await see(1)
  const sums = new Map<string, bigint>()
  for (const row of rows.filter(one => one['kind'] !== 'closing'))
    sums.set(row['account']!, (sums.get(row['account']!) ?? 0n) + BigInt(row['amount']!.replace('.', '')))
  for (const row of rows.filter(one => one['kind'] === 'closing'))
    expect(BigInt(row['amount']!.replace('.', ''))).toBe(sums.get(row['account']!))
  expect(sums.get('available')).toBe(big(period.closing.available))
  expect(rows.find(row => row['kind'] === 'clawback')!['note']).toBe("'=夜航船")
  expect((await stranger.fetch(`/api/v1/me/periods/${month(1)}/csv?as=${ann.id}`)).status).toBe(404)
})

test('on paper: the same figures in both languages, page numbers, every posting, the last checkpoint', async () => {
  await seal(planet.db)
  await makeCheckpoints(planet.db, planet.config.secret, { newest: true })
  const last = await planet.db.pool.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from ledger.checkpoint order by place desc limit 1`,
  )
  for (const [ago, locale] of [
    [2, 'en'],
    [1, 'zh'],
  ] as const) {
    await planet.db.pool.query('update people.person set locale = $1 where id = $2', [locale, ann.id])
    const period = await see(ago)
    const answer = await ann.fetch(`/api/v1/me/periods/${month(ago)}/pdf`)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    const pages = pdfLines(Buffer.from(await answer.arrayBuffer()))
    const lines = pages.flat()
    const titled = (en: string, zh: string) => lines.filter(line => line[0] === (locale === 'en' ? en : zh))
    expect(titled('Available', '可提现')[0]!.slice(1)).toEqual([plain(period.opening.available), plain(period.closing.available)])
    expect(titled('Total', '合计')[0]!.slice(1)).toEqual([plain(period.opening.total), plain(period.closing.total)])
    pages.forEach((page, index) => expect(page.at(-1)!.at(-1)).toBe(`${index + 1} / ${pages.length}`))
    // Every posting with its amount: together the change of what is owed.
    const posted = lines.filter(line => /^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(line[0]!)).map(line => BigInt(line.at(-1)!.replace(/[.,]/g, '')))
    expect(posted.reduce((sum, amount) => sum + amount, 0n)).toBe(big(period.closing.total) - big(period.opening.total))
    expect(lines.flat().some(text => text.includes('夜航船'))).toBe(true)
    expect(lines.flat().some(text => text.includes('=林溪'))).toBe(true)
    expect(lines.flat().join(' ')).toMatch(/planet\s+verify/)
    expect(lines.flat().join(' ')).toContain(last.rows[0]!.hash)
  }
})

test('a month is closed by two, in order, once; then nothing is posted into it and its figures stay', async () => {
  const post = (what: string, who: Person, ago: number) =>
    who.call<{ statements: number }>('POST', `/console/periods${what}`, { month: month(ago), reason: 'month end' })
  const propose = (who: Person, ago: number) => post('', who, ago)
  const close = (who: Person, ago: number) => post(`/${month(ago)}/close`, who, ago)
  expect(await codeOf(propose(ann, 2))).toBe('403 forbidden')
  expect(await codeOf(propose(one, 0))).toBe('409 period_runs')
  expect(await codeOf(propose(one, 1))).toBe('409 period_order')
  expect(await codeOf(close(two, 2))).toBe('404 not_found')
  expect((await Promise.all([propose(one, 2), propose(one, 2)])).length).toBe(2)
  expect(await codeOf(propose(two, 2))).toBe('409 conflict')
  expect(await codeOf(close(one, 2))).toBe('409 own_decision')
  await post(`/${month(2)}/withdraw`, one, 2)
  expect(await codeOf(post(`/${month(2)}/withdraw`, one, 2))).toBe('404 not_found')
  await propose(one, 2)
  // Proposed, and then something turns up that somebody must decide: not yet.
  await planet.db.pool.query(
    `insert into refunds.shortfall (id, kind, cause, line, owner, currency, amount, state, until, created_at)
     values ($1, 'refund', 'refund:x', $2, $3, 'CNY', 5, 'open', now() + interval '1 day', $4)`,
    [newId('sht'), newId('lin'), ann.id, at(2, 11)],
  )
  expect(await codeOf(close(two, 2))).toBe('409 period_blocked')
  const blocked = (
    await one.call<{ items: { month: string; blocking: object[]; can: { close: boolean } }[] }>('GET', '/console/periods')
  ).items.find(item => item.month === month(2))
  expect(blocked).toMatchObject({ blocking: [{ code: 'shortfalls', count: 1 }], can: { close: false } })
  await planet.db.pool.query(`update refunds.shortfall set state = 'covered', until = null, decided_at = now()`)
  const before = await see(2)
  const third = await planet.staff('finance')
  const answers = await Promise.all([codeOf(close(two, 2)), codeOf(close(third, 2)), codeOf(close(two, 2))])
  expect(answers.filter(answer => answer !== 'ok').every(answer => answer === '409 conflict')).toBe(true)
  expect(answers).toContain('ok')
  const after = await see(2)
  expect(after).toEqual({ ...before, closed: true, digest: after.digest })
  expect(after.digest).toMatch(/^[0-9a-f]{64}$/)
  await expect(earn(planet, [[ann.id, 1n]], { at: at(2, 25) })).rejects.toMatchObject({ code: 'period_closed' })
  for (const change of [
    `update payouts.period_statement set available = 0`,
    `delete from payouts.period_statement`,
    `update payouts.period set closed_by = null, closed_at = null`,
    `delete from payouts.period`,
  ])
    await expect(planet.db.pool.query(change)).rejects.toThrow(/refused/)
  await expect(planet.db.pool.query(`insert into payouts.period values ('2020-01', 'usr_a', now(), 'usr_a', now())`)).rejects.toThrow(
    /period_four_eyes/,
  )

  await propose(two, 1)
  expect(await close(one, 1)).toEqual({ statements: 2 })
  expect((await see(1)).opening).toEqual(after.closing)
  expect(await ben.call('GET', '/me/periods')).toMatchObject({
    items: [
      { month: month(1), closed: true },
      { month: month(2), closed: true },
    ],
  })
  const { items } = await one.call<{ items: { month: string; state: string; statements: number }[] }>('GET', '/console/periods')
  expect(items.map(item => [item.month, item.state, item.statements])).toEqual([
    [month(0), 'running', 0],
    [month(1), 'closed', 2],
    [month(2), 'closed', 2],
  ])
  expect(clock.now().getTime() - new Date(`${month(0)}-01`).getTime()).toBeLessThan(32 * dayMs)
})
