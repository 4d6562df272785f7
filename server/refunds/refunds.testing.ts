/** For tests of refunds: things sold by several people, paid and settled, and what everyone holds. */
import { expect } from 'vitest'
import { checks as ledgerChecks, type AccountRef } from '../ledger/index.ts'
import { checks as paymentChecks } from '../payments/index.ts'
import { recordSignedSheet } from '../rights/index.ts'
import { until } from '../foundation/testing.ts'
import { digital } from '../shop/digital.ts'
import { checks as shopChecks } from '../shop/index.ts'
import { chargeOf, orderIs, place, sell, type OrderJson, type Sold } from '../shop/shop.testing.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { checks } from './index.ts'

export type Sheet = readonly (readonly [party: string, shareBp: number])[]
export type RefundJson = {
  id: string
  line: string
  state: string
  amount: { amount: string }
  asked: { amount: string }
  refunded: { amount: string }
  answer: string | null
  answerCode: string | null
  until: string | null
  can: Record<string, boolean>
}

/** Sells a release whose master sheet is shared so, at any price from 1 fen up. */
export async function sellShared(planet: TestPlanet, owner: Person, sheet: Sheet, price = 1n): Promise<Sold> {
  const sold = await sell(planet, owner, { price: null })
  await planet.db.transaction(tx =>
    recordSignedSheet(tx, {
      subject: sold.release,
      kind: 'master',
      parties: sheet.map(([party, shareBp], index) => ({ party, shareBp, role: `role-${index}` })),
      by: owner.id,
      // In force for orders of the past hour too.
      at: new Date(Date.now() - 3_600_000),
    }),
  )
  const offer = await owner.call<{ id: string }>('POST', '/offers', {
    release: sold.release,
    pricing: 'name_your_price',
    price: { amount: price.toString(), currency: 'CNY' },
  })
  return { ...sold, offer: offer.id }
}

/** As with goods and tickets: what is handed over meanwhile is paid for an hour later. */
export function payingLater(): () => void {
  const { fulfil } = digital
  digital.fulfil = async (tx, lines, at) =>
    new Map([...lines.map(line => [line.id, new Date(at.getTime() + 3_600_000)] as const), ...(await fulfil(tx, lines, at))])
  return () => void (digital.fulfil = fulfil)
}
export async function payLater<T>(planet: TestPlanet, act: () => Promise<T>): Promise<T> {
  const end = payingLater()
  try {
    const done = await act()
    const open = `select from shop.line where state = 'held' and fulfilled_at is null`
    await until(async () => (await planet.db.pool.query(open)).rowCount === 0, 'everything paid to be handed over')
    return done
  } finally {
    end()
  }
}

export type Bought = { order: OrderJson; line: string; lines: string[]; charge: string; payment: string }
/** Bought, paid and settled. */
export async function bought(
  buyer: Person,
  wanted: readonly (readonly [offer: string, amount: bigint])[],
  state = 'settled',
): Promise<Bought> {
  const order = await place(buyer, [], {
    lines: wanted.map(([offer, amount]) => ({ offer, quantity: 1, price: { amount: amount.toString(), currency: 'CNY' } })),
  })
  const charge = await chargeOf(buyer, order)
  const payment = order.payUrl!.split('/').at(-1)!
  await bank(buyer, charge, 'pay')
  await orderIs(buyer, order.id, state)
  const lines = order.lines.map(line => line.id)
  return { order, line: lines[0]!, lines, charge, payment }
}
export async function bank(buyer: Person, charge: string, outcome: string, amount?: bigint): Promise<void> {
  const answer = await buyer.fetch(`/sandbox/api/charges/${charge}`, { method: 'POST', json: { outcome, amount: amount?.toString() } })
  expect(answer.status).toBe(200)
}

/** The code of a refused call. */
export const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: Error & { problem?: { code: string } }) => error.problem?.code ?? error.message,
  )

export async function balance(
  planet: TestPlanet,
  owner: string,
  purpose: AccountRef['purpose'] = 'available',
  asset = 'CNY',
): Promise<bigint> {
  const { rows } = await planet.db.pool.query<{ balance: bigint }>(
    'select a.balance from ledger.account a join ledger.asset s on s.id = a.asset where a.owner = $1 and a.purpose = $2 and s.code = $3',
    [owner, purpose, asset],
  )
  return BigInt(rows[0]?.balance ?? 0)
}
export const balances = (planet: TestPlanet, owners: readonly string[], purpose?: string): Promise<bigint[]> =>
  Promise.all(owners.map(owner => balance(planet, owner, purpose)))

/** What everything is in a ledger: custody, what is owed to others, what is the planet's own; the first is the sum of the others. */
export async function books(planet: TestPlanet): Promise<{ custody: bigint; owed: bigint; own: bigint }> {
  const { rows } = await planet.db.pool.query<{ custody: bigint; owed: bigint; own: bigint }>(`
    select coalesce(-sum(balance) filter (where owner like 'provider:%' or owner like 'bank:%'), 0)::bigint as custody,
      coalesce(sum(balance) filter (where purpose <> 'receivable' and (owner like 'usr%' or owner like 'org%' or owner like 'escrow:%' or owner like 'tax:%')), 0)::bigint as owed,
      coalesce(sum(balance) filter (where owner = 'planet' or purpose = 'receivable'), 0)::bigint as own from ledger.account`)
  return rows[0]!
}

/** Spends what someone has free, as a payout would. */
export async function spend(planet: TestPlanet, owner: string, amount: bigint): Promise<void> {
  const { post } = await import('../ledger/index.ts')
  await planet.db.transaction(tx =>
    post(tx, [
      {
        key: `spent:${owner}:${Math.random()}`,
        kind: 'payout_sent',
        cause: 'test:spend',
        entries: [
          { account: { owner, purpose: 'available', asset: 'CNY' }, amount: -amount },
          { account: { owner: 'bank:main', purpose: 'clearing', asset: 'CNY', floor: null }, amount },
        ],
      },
    ]),
  )
}

/** Everything that must hold, does. */
export async function allHolds(planet: TestPlanet): Promise<void> {
  const { custody, owed, own } = await books(planet)
  expect(custody).toBe(owed + own)
  for (const check of [...checks, ...shopChecks, ...paymentChecks, ...ledgerChecks])
    expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
}
