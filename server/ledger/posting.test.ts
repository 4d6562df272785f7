import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Fault } from '../../shared/faults.ts'
import { newId } from '../foundation/clock.ts'
import { testDatabase, type TestDatabase } from '../foundation/testing.ts'
import { balancesOf, checks, deepChecks, makePoster, post, seal, type AccountRef, type Posted, type TransferInput } from './index.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase({ max: 8 })
})
afterAll(() => database.close())

const available = (owner: string, asset = 'CNY'): AccountRef => ({ owner, purpose: 'available', asset })
const provider = (asset = 'CNY'): AccountRef => ({ owner: 'provider:sandbox', purpose: 'clearing', asset })
let count = 0
const key = (): string => `test:${(++count).toString().padStart(9, '0')}`
const pay = (to: string, amount: bigint, asset = 'CNY'): TransferInput => ({
  key: key(),
  kind: 'pay',
  cause: 'order:test',
  entries: [
    { account: provider(asset), amount: -amount },
    { account: available(to, asset), amount },
  ],
})
const give = (from: string, to: string, amount: bigint, asset = 'CNY'): TransferInput => ({
  key: key(),
  kind: 'gift',
  cause: 'gift:test',
  entries: [
    { account: available(from, asset), amount: -amount },
    { account: available(to, asset), amount },
  ],
})
const postAll = (...transfers: TransferInput[]): Promise<Posted[]> => database.db.transaction(tx => post(tx, transfers))
const balances = (...owners: string[]): Promise<bigint[]> =>
  balancesOf(
    database.db.read,
    owners.map(owner => available(owner)),
  )
const codeOf = async (work: Promise<unknown> | (() => Promise<unknown>)): Promise<string> => {
  try {
    await (typeof work === 'function' ? work() : work)
    return 'ok'
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}
async function books(): Promise<string[]> {
  const out: string[] = []
  for (const check of [...checks, ...deepChecks]) out.push(...(await check.run(database.db.read)))
  return out
}

test('money moves, and every account shows its running balance', async () => {
  const [ann, ben] = [newId('usr'), newId('usr')]
  const [first] = await postAll(pay(ann, 3800n))
  expect(first).toMatchObject({ replayed: false })
  await postAll(give(ann, ben, 1267n))
  expect(await balances(ann, ben)).toEqual([2533n, 1267n])
  const rows = await database.db.pool.query(
    `select e.version, e.amount, e.balance_after from ledger.entry e join ledger.account a on a.id = e.account where a.owner = $1 order by e.version`,
    [ann],
  )
  expect(rows.rows).toEqual([
    { version: 1n, amount: 3800n, balance_after: 3800n },
    { version: 2n, amount: -1267n, balance_after: 2533n },
  ])
})

test('what can never be posted is refused before anything happens', async () => {
  const [ann, ben] = [newId('usr'), newId('usr')]
  const bad = (change: Partial<TransferInput>) => codeOf(() => postAll({ ...give(ann, ben, 1n), ...change }))
  const entry = (owner: string, amount: bigint, asset = 'CNY') => ({ account: available(owner, asset), amount })
  expect(await bad({ entries: [entry(ann, -1n), entry(ben, 2n)] })).toBe('unbalanced')
  expect(await bad({ entries: [entry(ann, -1n), entry(ben, 1n, 'USD')] })).toBe('unbalanced')
  expect(await bad({ entries: [] })).toBe('unbalanced')
  expect(await bad({ entries: [entry(ann, 0n), entry(ben, 0n)] })).toBe('zero_amount')
  expect(await bad({ entries: [entry(ann, -(10n ** 15n) - 1n), entry(ben, 10n ** 15n + 1n)] })).toBe('amount_too_large')
  expect(await bad({ entries: [entry(ann, -1n), entry(ann, 1n)] })).toBe('self_transfer')
  expect(await bad({ entries: [{ account: available(ann), amount: -1.5 as unknown as bigint }, entry(ben, 1n)] })).toBe('not_whole')
  expect(await bad({ entries: [entry(ann, -1n, 'XAU'), entry(ben, 1n, 'XAU')] })).toBe('unknown_asset')
  expect(await bad({ entries: [entry('Ann Smith', -1n), entry(ben, 1n)] })).toBe('bad_account')
  expect(await bad({ key: 'a key' })).toBe('bad_key')
  expect(await bad({ key: '' })).toBe('bad_key')
  expect(await bad({ cause: '' })).toBe('bad_cause')
  expect(await bad({ note: 'two\nlines' })).toBe('bad_note')
  expect(await bad({ at: new Date(Number.NaN) })).toBe('bad_time')
  expect(await balances(ann, ben)).toEqual([0n, 0n])
})

test('the same key again moves nothing; with another body it is refused', async () => {
  const ann = newId('usr')
  const transfer = pay(ann, 500n)
  const [one] = await postAll(transfer)
  expect(await postAll(transfer)).toEqual([{ transfer: one!.transfer, replayed: true }])
  expect(await postAll(transfer, transfer)).toEqual([1, 2].map(() => ({ transfer: one!.transfer, replayed: true })))
  expect(await codeOf(postAll({ ...pay(ann, 501n), key: transfer.key }))).toBe('key_reused')
  expect(await codeOf(postAll({ ...transfer, cause: 'order:other' }))).toBe('key_reused')
  const poster = makePoster(database.db)
  expect(await poster.submit(transfer)).toEqual({ transfer: one!.transfer, replayed: true })
  expect(await codeOf(poster.submit({ ...transfer, kind: 'other' }))).toBe('key_reused')
  expect(await balances(ann)).toEqual([500n])
})

test('a refused post leaves the caller’s transaction usable and nothing behind', async () => {
  const [ann, ben] = [newId('usr'), newId('usr')]
  await postAll(pay(ann, 100n))
  await database.db.transaction(async tx => {
    expect(await codeOf(post(tx, [give(ann, ben, 60n), give(ann, ben, 60n)]))).toBe('insufficient')
    await post(tx, [give(ann, ben, 100n)])
  })
  expect(await balances(ann, ben)).toEqual([0n, 100n])
})

test('one key at once from many callers, in transactions and through the poster: one effect', async () => {
  const ann = newId('usr')
  const transfer = pay(ann, 700n)
  const posters = [makePoster(database.db), makePoster(database.db)]
  const results = await Promise.all([
    ...Array.from({ length: 20 }, (_, i) => posters[i % 2]!.submit(transfer)),
    ...Array.from({ length: 6 }, () => postAll(transfer).then(([posted]) => posted!)),
  ])
  expect(new Set(results.map(result => result.transfer)).size).toBe(1)
  expect(results.filter(result => !result.replayed)).toHaveLength(1)
  expect(await balances(ann)).toEqual([700n])
})

test('a key whose first transfer is refused is free for the next with it', async () => {
  const [ann, ben] = [newId('usr'), newId('usr')]
  const poster = makePoster(database.db)
  const large = give(ann, ben, 50n)
  const small = { ...give(ann, ben, 5n), key: large.key }
  await poster.submit(pay(ann, 5n))
  const codes = await Promise.all([large, small, { ...small, kind: 'other' }].map(transfer => codeOf(poster.submit(transfer))))
  expect(codes).toEqual(['insufficient', 'ok', 'key_reused'])
  expect(await balances(ann, ben)).toEqual([0n, 5n])
})

test('many spend the same money at once: exactly what is there is spent', async () => {
  const [ann, ben] = [newId('usr'), newId('usr')]
  await postAll(pay(ann, 1000n))
  const posters = [makePoster(database.db), makePoster(database.db)]
  const codes = await Promise.all([
    ...Array.from({ length: 150 }, (_, i) => codeOf(posters[i % 2]!.submit(give(ann, ben, 10n)))),
    ...Array.from({ length: 10 }, () => codeOf(postAll(give(ann, ben, 10n)))),
  ])
  expect(codes.filter(code => code === 'ok')).toHaveLength(100)
  expect(codes.filter(code => code === 'insufficient')).toHaveLength(60)
  expect(await balances(ann, ben)).toEqual([0n, 1000n])
})

test('a bad transfer does not fail its neighbours, and money that came in earlier in the batch can be spent', async () => {
  const [ann, ben, cat] = [newId('usr'), newId('usr'), newId('usr')]
  const poster = makePoster(database.db)
  const known = pay(ann, 1n)
  await poster.submit(known)
  const codes = await Promise.all(
    [
      give(ben, cat, 5n),
      pay(ben, 5n),
      give(ben, cat, 5n),
      { ...known, kind: 'other' },
      { ...pay(ann, 1n, 'EUR'), entries: pay(ann, 1n, 'XXX').entries },
      known,
      pay(cat, 2n),
    ].map(transfer => codeOf(poster.submit(transfer))),
  )
  expect(codes).toEqual(['insufficient', 'ok', 'ok', 'key_reused', 'unknown_asset', 'ok', 'ok'])
  expect(await balances(ann, ben, cat)).toEqual([1n, 0n, 7n])
})

test('transactions that cross each other’s accounts neither lock up nor lose anything', async () => {
  const people = Array.from({ length: 6 }, () => newId('usr'))
  await postAll(...people.map(person => pay(person, 10_000n)))
  const before = (
    await sql<{ deadlocks: bigint }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(database.db.write)
  ).rows[0]!.deadlocks
  await Promise.all(
    Array.from({ length: 60 }, (_, i) => {
      const [a, b, c] = [people[i % 6]!, people[(i * 5 + 1) % 6]!, people[(i * 3 + 2) % 6]!]
      return postAll(...(a === b ? [] : [give(a, b, 3n)]), ...(b === c ? [] : [give(b, c, 2n)]))
    }),
  )
  expect((await balances(...people)).reduce((a, b) => a + b)).toBe(60_000n)
  const after = (
    await sql<{ deadlocks: bigint }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(database.db.write)
  ).rows[0]!.deadlocks
  expect(after).toBe(before)
})

test('random sequences agree with a model in memory, through both doors', async () => {
  const step = fc.record({
    door: fc.constantFrom('post', 'submit'),
    transfers: fc.array(
      fc.record({
        from: fc.integer({ min: -1, max: 3 }),
        to: fc.integer({ min: 0, max: 3 }),
        amount: fc.bigInt({ min: 1n, max: 40n }),
        fee: fc.bigInt({ min: 0n, max: 5n }),
        asset: fc.constantFrom('CNY', 'JPY'),
        repeat: fc.option(fc.nat(20), { freq: 6 }),
        twist: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async steps => {
      const people = Array.from({ length: 4 }, () => newId('usr'))
      const fees = `planet:${newId('ord')}`
      const model = new Map<string, bigint>()
      const done = new Map<string, TransferInput>()
      const history: TransferInput[] = []
      const read = (account: AccountRef): bigint => model.get(`${account.owner} ${account.asset}`) ?? 0n
      const same = (a: TransferInput, b: TransferInput): boolean => a.kind === b.kind && a.entries === b.entries
      const apply = (transfer: TransferInput): string => {
        const before = done.get(transfer.key)
        if (before !== undefined) return same(before, transfer) ? 'replayed' : 'key_reused'
        const ends = new Map<string, bigint>()
        for (const { account, amount } of transfer.entries) {
          const name = `${account.owner} ${account.asset}`
          ends.set(name, (ends.get(name) ?? read(account)) + amount)
        }
        for (const { account, amount } of transfer.entries)
          if (amount < 0n && !account.owner.startsWith('provider:') && ends.get(`${account.owner} ${account.asset}`)! < 0n)
            return 'insufficient'
        for (const [name, end] of ends) model.set(name, end)
        done.set(transfer.key, transfer)
        return 'ok'
      }
      const poster = makePoster(database.db)
      const viaSubmit = async (inputs: TransferInput[]): Promise<string> => {
        // What is submitted together with one key has no order; that has a test of its own.
        const once = [...new Map(inputs.map(input => [input.key, input])).values()]
        const answer = (input: TransferInput): Promise<string> =>
          poster.submit(input).then(
            posted => (posted.replayed ? 'replayed' : 'ok'),
            (error: Fault) => error.code,
          )
        const got = (await Promise.all(once.map(answer))).join()
        const want = once.map(apply).join()
        return got === want ? 'as the model' : `${got} instead of ${want}`
      }
      const viaPost = async (inputs: TransferInput[]): Promise<string> => {
        // All or nothing: the model tries, and goes back if one is refused.
        const [keptModel, keptDone] = [[...model], [...done]]
        const want = inputs.map(apply)
        const refused = want.some(code => code !== 'ok' && code !== 'replayed')
        if (refused) {
          model.clear()
          done.clear()
          for (const [name, value] of keptModel) model.set(name, value)
          for (const [name, value] of keptDone) done.set(name, value)
        }
        const got = await codeOf(postAll(...inputs))
        return (refused ? ['insufficient', 'key_reused'] : ['ok']).includes(got) ? 'as the model' : `${got} instead of ${want.join()}`
      }
      for (const { door, transfers } of steps) {
        const inputs = transfers
          .filter(({ from, to }) => from !== to)
          .map(({ from, to, amount, fee, asset, repeat, twist }): TransferInput => {
            const old = repeat === null ? undefined : history[repeat % Math.max(1, history.length)]
            if (old !== undefined) return twist ? { ...old, kind: 'twisted' } : old
            const source = from < 0 ? provider(asset) : available(people[from]!, asset)
            const made: TransferInput = {
              key: key(),
              kind: 'gift',
              cause: 'model',
              entries: [
                { account: source, amount: -(amount + fee) },
                { account: available(people[to]!, asset), amount, step: 'split:master', share: 5000 },
                ...(fee > 0n ? [{ account: { owner: fees, purpose: 'available', asset }, amount: fee, step: 'fee' }] : []),
              ],
            }
            history.push(made)
            return made
          })
        expect(await (door === 'submit' ? viaSubmit(inputs) : viaPost(inputs))).toBe('as the model')
        for (const asset of ['CNY', 'JPY']) {
          const accounts = [...people, fees].map(owner => available(owner, asset))
          expect(await balancesOf(database.db.read, accounts)).toEqual(accounts.map(read))
        }
      }
    }),
    { numRuns: 60 },
  )
  expect(await books()).toEqual([])
})

test('after everything the books are whole, sealed and unsealed', async () => {
  expect(await books()).toEqual([])
  expect(await seal(database.db)).toBeGreaterThan(0)
  expect(await seal(database.db)).toBe(0)
  expect(await books()).toEqual([])
  const open = await database.db.pool.query(`select count(*)::int as many from ledger.batch where place is null`)
  expect(open.rows[0].many).toBe(0)
})
