/** For tests of payouts: parties that have earned something, accounts that have cooled, the room's own checks. */
import { expect } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { post, type TransferInput } from '../ledger/index.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

export const dayMs = 86_400_000

/** A sale through the waterfall: ¥ to the parties, a fee to the provider, commission to the planet. */
export async function earn(
  planet: TestPlanet,
  parties: [owner: string, amount: bigint, step?: string][],
  given: { title?: string; at?: Date; subject?: string; line?: string; asset?: string } = {},
): Promise<string> {
  const line = given.line ?? newId('lin')
  const asset = given.asset ?? 'CNY'
  const total = parties.reduce((sum, [, amount]) => sum + amount, 0n)
  const [fee, commission] = [total / 100n + 1n, total / 20n + 1n]
  const at = given.at === undefined ? {} : { at: given.at }
  const about = { cause: `line:${line}`, subject: given.subject ?? newId('rel'), note: given.title ?? '夜航船', ...at }
  const escrow = { owner: `escrow:${line}`, purpose: 'escrow', asset }
  const transfers: TransferInput[] = [
    {
      key: `pay:${line}`,
      kind: 'pay',
      ...about,
      entries: [
        { account: { owner: 'provider:sandbox', purpose: 'clearing', asset }, amount: -(total + fee + commission) },
        { account: escrow, amount: total + fee + commission },
      ],
    },
    {
      key: `settle:${line}`,
      kind: 'settle',
      ...about,
      entries: [
        { account: escrow, amount: -(total + fee + commission) },
        { account: { owner: 'provider:sandbox', purpose: 'fee', asset, floor: 0n }, amount: fee, step: 'provider_fee' },
        { account: { owner: 'planet', purpose: 'commission', asset }, amount: commission, step: 'commission', share: 500 },
        ...parties.map(([owner, amount, step]) => ({
          account: { owner, purpose: 'available', asset },
          amount,
          step: step ?? 'split:master:vocals',
          share: 5000,
        })),
      ],
    },
  ]
  await planet.db.transaction(tx => post(tx, transfers))
  return line
}

export const bank = (more: object = {}): object => ({
  currency: 'CNY',
  account: '6222 0000 1234 5678',
  holder: '林溪',
  bank: '=招商银行',
  branch: '深圳分行',
  country: 'CN',
  ...more,
})

/** An account that has cooled already. */
export async function cooledMethod(planet: TestPlanet, who: Person, more: object = {}): Promise<string> {
  clock.shift(-10 * dayMs)
  try {
    // The session was made later: the row is what counts.
    const id = newId('pym')
    const made = (await who.call<{ id: string }>('POST', '/me/payout-methods', { ...bank(), id, ...more })).id
    return made
  } finally {
    clock.shift(0)
  }
}

export type Batch = {
  id: string
  state: string
  items: {
    id: string
    party: string
    state: string
    reason: string | null
    amount: { amount: string }
    net: { amount: string }
    withheld: { amount: string }
    account: string
  }[]
  leftOut: { party: string; amount: { amount: string }; reason: string; until: string | null }[]
  files: { format: string; sha256: string; payouts: number; total: { amount: string }; fetchedBy: string | null }[]
  before: { available: { amount: string }; paying: { amount: string } }
  after: { available: { amount: string }; paying: { amount: string } }
  can: { submit: boolean; approve: boolean; cancel: boolean; confirm: boolean }
}

/** Composed by one, approved by another. */
export async function runBatch(one: Person, two: Person, currency = 'CNY', day = clock.now().toISOString().slice(0, 10)): Promise<Batch> {
  const { id } = await one.call<{ id: string }>('POST', '/console/payout-batches', { currency, day })
  await one.call('POST', `/console/payout-batches/${id}/submit`, { reason: 'the month' })
  await two.call('POST', `/console/payout-batches/${id}/approve`, { reason: 'looked at it' })
  return two.call<Batch>('GET', `/console/payout-batches/${id}`)
}

/** What an owner has, by purpose. */
export async function has(planet: TestPlanet, owner: string, purpose: string, asset = 'CNY'): Promise<number> {
  const found = await planet.db.pool.query<{ balance: bigint }>(
    `select balance from ledger.account a join ledger.asset s on s.id = a.asset where owner = $1 and purpose = $2 and code = $3`,
    [owner, purpose, asset],
  )
  return Number(found.rows[0]?.balance ?? 0n)
}

export async function books(planet: TestPlanet): Promise<void> {
  for (const check of checks) expect({ [check.name]: await check.run(planet.db.read) }).toEqual({ [check.name]: [] })
}
export const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )
