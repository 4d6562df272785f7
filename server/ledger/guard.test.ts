import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { testDatabase, type TestDatabase } from '../foundation/testing.ts'
import { checks, deepChecks, ensureAccounts, post, seal, type TransferInput } from './index.ts'

let database: TestDatabase
let ann: string
let transfers: bigint[]
beforeAll(async () => {
  database = await testDatabase()
  ann = newId('usr')
  const made = (n: number): TransferInput => ({
    key: `pay:${n}`,
    kind: 'pay',
    cause: 'order:test',
    note: '夜航船',
    entries: [
      { account: { owner: 'provider:sandbox', purpose: 'clearing', asset: 'CNY' }, amount: -100n },
      { account: { owner: ann, purpose: 'available', asset: 'CNY' }, amount: 100n, step: 'split:master:vocals', share: 3333 },
    ],
  })
  transfers = []
  for (let n = 0; n < 6; n++) transfers.push((await database.db.transaction(tx => post(tx, [made(n)])))[0]!.transfer)
  await seal(database.db)
})
afterAll(() => database.close())

const run = (text: string) => database.db.pool.query(text)
async function broken(): Promise<string[]> {
  const names: string[] = []
  for (const check of [...checks, ...deepChecks]) if ((await check.run(database.db.read)).length > 0) names.push(check.name)
  return names
}
/** What someone with the database's own password can do: with triggers off, then put back. */
async function tamper(change: string, back: string, expected: string[]): Promise<void> {
  const forced = async (text: string) => {
    const client = await database.db.pool.connect()
    try {
      await client.query(`set session_replication_role = replica`)
      await client.query(text)
    } finally {
      await client.query(`set session_replication_role = origin`)
      client.release()
    }
  }
  await forced(change)
  expect(await broken()).toEqual(expected)
  await forced(back)
  expect(await broken()).toEqual([])
}

test.each([
  ['an entry is changed', `update ledger.entry set amount = 1`],
  ['an entry is deleted', `delete from ledger.entry`],
  [
    'an entry is written past the posting function',
    `insert into ledger.entry (account, version, transfer, amount, balance_after, at) values (1, 99, 1, 5, 5, now())`,
  ],
  [
    'an entry is written into a partition',
    `insert into ledger.entry_rest (account, version, transfer, amount, balance_after, at) values (1, 99, 1, 5, 5, '2000-01-01')`,
  ],
  ['a partition is emptied', `truncate ledger.entry_rest`],
  ['the entries are emptied', `truncate ledger.entry`],
  ['a transfer is changed', `update ledger.transfer set note = 'other'`],
  ['a transfer is deleted', `delete from ledger.transfer`],
  ['a transfer is written', `insert into ledger.transfer (id, key, kind, cause, at) values (1, 'x', 'pay', 'x', now())`],
  ['the transfers are emptied', `truncate ledger.transfer`],
  ['a batch is written', `insert into ledger.batch (id, count, digest) values (99, 1, sha256('x'))`],
  ['a batch is sealed again', `update ledger.batch set hash = sha256('x')`],
  ['a batch is deleted', `delete from ledger.batch`],
  ['a balance is changed', `update ledger.account set balance = balance + 1 where owner like 'usr%'`],
  ['an account is deleted', `delete from ledger.account`],
  ['an account opens with money', `insert into ledger.account (owner, purpose, asset, balance) values ('usr_x', 'available', 1, 100)`],
  ['the scale of an asset is changed', `update ledger.asset set scale = 0`],
])('the database refuses that %s', async (_what, text) => {
  await expect(run(text)).rejects.toMatchObject({ code: '23001' })
  expect(await broken()).toEqual([])
})

test('the database refuses what does not sum to zero, also through the posting function, and a balance below its floor', async () => {
  const call = (sums: string, { lows = '{-5,0}', starts = '{1,2,3}', transfers = '{1,1}', owners = '{1,2}' } = {}) =>
    run(`select * from ledger.post((select array_agg(id order by id) from ledger.account), '${lows}', '${starts}', '{pay}', '{}', '{}',
      '{k}', '{1}', '{x}', '{}', '{}', '{0}', '${transfers}', '${owners}', '${sums}', '{0,0}', sha256('x'))`)
  for (const [sums, other] of [
    ['{-5,4}', {}],
    ['{-5,5}', { transfers: '{1,2}' }],
    ['{-5,5}', { transfers: '{0,0}' }],
    ['{-5,5}', { owners: '{1,1}' }],
    ['{-5,5}', { owners: '{2,1}' }],
    ['{-5,5}', { starts: '{1,1,3}' }],
    ['{-5,5}', { lows: '{0,0}' }],
    ['{0,0}', {}],
  ] as const)
    await expect(call(sums, other)).rejects.toThrow(/sum to zero, or entries and accounts differ/)
  await expect(call('{-5,5}', { lows: '{-5}' })).rejects.toThrow(/differ in length/)

  // Zero in all, but not in each asset.
  const two = await database.db.transaction(tx =>
    ensureAccounts(tx, [
      { owner: 'planet', purpose: 'fx', asset: 'CNY', floor: null },
      { owner: 'planet', purpose: 'fx', asset: 'JPY', floor: null },
    ]),
  )
  await expect(
    run(`select * from ledger.post('{${[...two.values()].sort((a, b) => Number(a - b)).join(',')}}', '{-5,0}', '{1,2,3}', '{pay}', '{}', '{}',
      '{k}', '{1}', '{x}', '{}', '{}', '{0}', '{1,1}', '{1,2}', '{-5,5}', '{0,0}', sha256('x'))`),
  ).rejects.toThrow(/does not sum to zero$/)

  await expect(
    database.db.pool.query(`begin; set local ledger.posting = 'on'; update ledger.account set balance = -1 where floor = 0; commit`),
  ).rejects.toMatchObject({ constraint: 'account_floor' })

  expect(await broken()).toEqual([])
})

test('who goes round all of that is named by the audit', async () => {
  const id = transfers[2]!
  await tamper(
    `update ledger.transfer set note = 'other' where id = ${id}`,
    `update ledger.transfer set note = '夜航船' where id = ${id}`,
    ['ledger.content', 'ledger.content_all'],
  )
  await tamper(
    `update ledger.entry set step = 'x' where transfer = ${id} and amount > 0`,
    `update ledger.entry set step = 'split:master:vocals' where transfer = ${id} and amount > 0`,
    ['ledger.content', 'ledger.content_all'],
  )
  await tamper(
    `update ledger.entry set amount = 101 where transfer = ${id} and amount > 0`,
    `update ledger.entry set amount = 100 where transfer = ${id} and amount > 0`,
    ['ledger.transfers_balance', 'ledger.balances', 'ledger.versions', 'ledger.content', 'ledger.content_all'],
  )
  await tamper(
    `update ledger.account set balance = balance + 1 where owner = '${ann}'`,
    `update ledger.account set balance = balance - 1 where owner = '${ann}'`,
    ['ledger.balances', 'ledger.assets_sum_to_zero'],
  )
  await tamper(
    `update ledger.account set version = 7 where owner = '${ann}'`,
    `update ledger.account set version = 6 where owner = '${ann}'`,
    ['ledger.versions'],
  )
  await tamper(
    `create table public.kept as select * from ledger.batch where place = 3; delete from ledger.batch where place = 3`,
    `insert into ledger.batch select * from public.kept; drop table public.kept`,
    ['ledger.chain', 'ledger.content', 'ledger.content_all'],
  )
  await tamper(`update ledger.batch set count = 2 where place = 3`, `update ledger.batch set count = 1 where place = 3`, [
    'ledger.chain',
    'ledger.content',
    'ledger.content_all',
  ])
  await tamper(
    `update ledger.batch set at = now() - interval '1 day', place = null, previous = null, hash = null where place = 6`,
    `update ledger.batch set at = now() where place is null`,
    ['ledger.sealed'],
  )
  await seal(database.db)
  await tamper(
    `create table public.kept as select * from ledger.transfer where id = ${id}; delete from ledger.transfer where id = ${id}`,
    `insert into ledger.transfer (id, key, kind, cause, subject, note, at) select id, key, kind, cause, subject, note, at from public.kept; drop table public.kept`,
    ['ledger.entries_belong', 'ledger.content', 'ledger.content_all'],
  )
  expect(await broken()).toEqual([])
})
