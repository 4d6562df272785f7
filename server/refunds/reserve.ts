/** The rolling reserve: a share of a party's income rests for some days before it is free. Refunds and disputes may take of it; the rest is released. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { refunds } from '../../shared/refunds.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { accountsOf, balanceOf, bookOwner, post, type AccountRef } from '../ledger/index.ts'
import { partyNames } from '../people/index.ts'
import {
  addTo,
  incomeAfter,
  insertPolicy,
  insertTranche,
  lockParty,
  lockTranche,
  marksOf,
  policies,
  setMark,
  tranchesOf,
  type PolicyRow,
} from './store-reserve.ts'

type Entries = (typeof refunds)['entries']
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const dayMs = 86_400_000
const free = (owner: string, asset: string): AccountRef => ({ owner, purpose: 'available', asset })
const resting = (owner: string, asset: string): AccountRef => ({ owner, purpose: 'reserve', asset })

/** A party's accounts of free money. */
const accountsFor = (tx: Tx, party: string) => accountsOf(tx, { owner: party, purpose: 'available', limit: 100 })

/** Takes so much of a party's reserve off its tranches (the money itself is moved by the caller): what would be released first goes first. */
export async function takeOfReserve(tx: Tx, party: string, currency: string, amount: bigint): Promise<void> {
  let left = amount
  for (const tranche of await tranchesOf(tx, party, currency, true)) {
    if (left === 0n) return
    const part = tranche.left < left ? tranche.left : left
    await addTo(tx, tranche.id, 'taken', part)
    left -= part
  }
  if (left > 0n) throw new Error(`the reserve of ${party} holds more than its tranches tell`)
}

/** Frees so much of the reserve that `wanted` can be set aside, as far as it reaches. */
export async function releaseFor(tx: Tx, party: string, currency: string, wanted: bigint, cause: string, at: Date): Promise<void> {
  const lacking = wanted - (await balanceOf(tx, free(party, currency)))
  if (lacking <= 0n) return
  const tranches = await tranchesOf(tx, party, currency, true)
  const there = tranches.reduce((sum, { left }) => sum + left, 0n)
  const amount = there < lacking ? there : lacking
  if (amount === 0n) return
  await takeOfReserve(tx, party, currency, amount)
  await post(tx, [
    {
      key: `reserve_release:${cause}:${party}:${tranches[0]!.id}:${tranches[0]!.left}`,
      kind: 'reserve_release',
      cause: `reserve:${party}`,
      at,
      entries: [
        { account: resting(party, currency), amount: -amount },
        { account: free(party, currency), amount },
      ],
    },
  ])
}

/**
 * Moves the share of what came in since the last look into the reserve: every income once, to the fen (parts of a fen are carried on). What was spent already
 * is not asked for. Gives how much.
 */
export async function restIncome(tx: Tx, policy: Omit<PolicyRow, 'name'>, at: Date): Promise<bigint> {
  const { party, shareBp, days } = policy
  await lockParty(tx, party)
  const known = new Map((await marksOf(tx, party)).map(mark => [mark.currency, mark]))
  let moved = 0n
  for (const { asset: currency, version: last } of await accountsFor(tx, party)) {
    const { version: from, carried } = known.get(currency) ?? { version: 0n, carried: 0 }
    if (last === from || !/^[A-Z]{3}$/.test(currency)) continue
    const { income, version } = await incomeAfter(tx, party, currency, from)
    if (version === null) continue
    const exact = income * BigInt(shareBp) + BigInt(carried)
    await setMark(tx, party, { currency, version, carried: Number(exact % 10_000n) })
    const there = await balanceOf(tx, free(party, currency))
    const amount = exact / 10_000n < there ? exact / 10_000n : there
    if (amount <= 0n) continue
    await post(tx, [
      {
        key: `reserve:${party}:${currency}:${version}`,
        kind: 'reserve',
        cause: `reserve:${party}`,
        at,
        entries: [
          { account: free(party, currency), amount: -amount, step: 'reserve', share: shareBp },
          { account: resting(party, currency), amount },
        ],
      },
    ])
    await insertTranche(tx, { party, currency, version, income, amount, at, releaseAt: new Date(at.getTime() + days * dayMs) })
    moved += amount
  }
  return moved
}

/** Frees what is left of a tranche whose time has come. */
export async function releaseTranche(tx: Tx, id: bigint, at: Date): Promise<void> {
  const tranche = await lockTranche(tx, id)
  if (tranche === undefined || tranche.left === 0n || tranche.releaseAt > at) return
  const { party, currency, left } = tranche
  await addTo(tx, id, 'released', left)
  await post(tx, [
    {
      key: `reserve_release:${id}`,
      kind: 'reserve_release',
      cause: `reserve:${party}`,
      at,
      entries: [
        { account: resting(party, currency), amount: -left },
        { account: free(party, currency), amount: left },
      ],
    },
  ])
}

/** Sets a party's policy for income from now on; what came in before follows the old one. */
export async function setReserve(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /console/reserves/:party'>,
): Promise<Ok<'PUT /console/reserves/:party'>> {
  const { party, shareBp, days, reason } = input
  if (!(await partyNames(tx, [party])).has(party)) throw fault('not_found')
  const at = clock.now()
  await lockParty(tx, party)
  const [before] = await policies(tx, party)
  if (before !== undefined && before.shareBp === shareBp && before.days === days && before.reason === reason) return { ok: true }
  if (before !== undefined && before.shareBp > 0) await restIncome(tx, before, at)
  const known = new Map((await marksOf(tx, party)).map(mark => [mark.currency, mark]))
  for (const { asset: currency, version } of await accountsFor(tx, party))
    await setMark(tx, party, { currency, version, carried: known.get(currency)?.carried ?? 0 })
  await insertPolicy(tx, { party, shareBp, days, reason, by: viewer.id, at })
  return { ok: true }
}

type Reserve = Ok<'GET /me/reserve'>['items'][number]
async function shown(db: Read, { party, name, shareBp, days, reason, at }: PolicyRow): Promise<Reserve> {
  const tranches = await tranchesOf(db, party, null)
  const value = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })
  const sums = new Map<string, bigint>()
  for (const { currency, left } of tranches) sums.set(currency, (sums.get(currency) ?? 0n) + left)
  return {
    party: {
      id: party,
      name,
    },
    shareBp,
    days,
    reason,
    at,
    resting: [...sums].map(([currency, amount]) => value(amount, currency)),
    tranches: tranches.map(({ left, income, currency, releaseAt }) => ({
      amount: value(left, currency),
      income: value(income, currency),
      releaseAt,
    })),
  }
}

export async function getReserve(db: Read, viewer: Viewer, input: Input<'GET /me/reserve'>): Promise<Ok<'GET /me/reserve'>> {
  const owner = await bookOwner(db, viewer, input.as)
  return { items: await Promise.all((await policies(db, owner)).map(policy => shown(db, policy))) }
}

export async function getReserves(db: Read, _viewer: Viewer, input: Input<'GET /console/reserves'>): Promise<Ok<'GET /console/reserves'>> {
  return { items: await Promise.all((await policies(db, input.party ?? null)).map(policy => shown(db, policy))) }
}
