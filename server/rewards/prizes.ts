/** Prizes of raffles: set aside when a raffle is published, handed over when it is drawn, set aside again when nobody claimed them, back when it is called off. */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { fulfil, takeBack, type Fresh } from './fulfilling.ts'
import { lockExchange } from './store-exchanges.ts'
import { lockRewards, moveStock, readReward, type RewardRow } from './store.ts'

export type PrizeOf = { reward: string; quantity: number }
/** A reward as a prize: of this group, of a kind that can be won, with a stock, and ready to be given. */
export async function prizeOf(
  db: Read,
  group: string,
  id: string,
): Promise<{ title: string; cost: bigint; left: number | null } | undefined> {
  const row = await readReward(db, id)
  if (row === undefined || row.group !== group) return undefined
  return { title: row.title, cost: row.cost, left: row.stock === null ? null : row.stock - row.taken - row.kept }
}

/** Sets prizes aside: `sold_out` when there are too few, `reward_unready` when money would go to somebody nobody else said yes to. */
export async function keepPrizes(tx: Tx, group: string, prizes: readonly PrizeOf[]): Promise<void> {
  const rows = await lockRewards(tx, [...new Set(prizes.map(prize => prize.reward))])
  const wants = new Map<string, number>()
  for (const { reward, quantity } of prizes) wants.set(reward, (wants.get(reward) ?? 0) + quantity)
  for (const [id, quantity] of wants) {
    const row = rows.get(id)
    if (row === undefined || row.group !== group) throw fault('not_found')
    if (row.provider !== null && row.cost > 0n && row.approvedBy === null) throw fault('conflict', 'reward_unready')
    if (row.stock !== null && row.stock - row.taken - row.kept < quantity) throw fault('conflict', 'sold_out')
  }
  await moveStock(
    tx,
    [...wants].map(([reward, kept]) => ({ reward, kept })),
  )
}
/** What was set aside and not won goes back. */
export async function freePrizes(tx: Tx, prizes: readonly PrizeOf[]): Promise<void> {
  await lockRewards(tx, [...new Set(prizes.map(prize => prize.reward))])
  await moveStock(
    tx,
    prizes.map(({ reward, quantity }) => ({ reward, kept: -quantity })),
  )
}

/** Hands prizes that were set aside to their winners; gives the exchanges in the same order. */
export async function givePrizes(
  tx: Tx,
  raffle: string,
  wins: readonly { reward: string; person: string }[],
  { at = clock.now(), claimDays = null }: { at?: Date; claimDays?: number | null } = {},
): Promise<string[]> {
  const rows = await lockRewards(tx, [...new Set(wins.map(win => win.reward))])
  const fresh = wins.map(({ reward, person }): Fresh => {
    const row: RewardRow = rows.get(reward)!
    const id = newId('xch', at)
    return {
      reward: row,
      place: null,
      claimDays,
      row: {
        id,
        reward,
        group: row.group,
        person,
        cause: 'raffle',
        raffle,
        quantity: 1,
        points: 0n,
        cost: row.cost,
        provider: row.provider,
        request: createHash('sha256').update(`${raffle} ${id}`).digest('hex'),
        note: '',
        at,
      },
    }
  })
  await moveStock(
    tx,
    wins.map(({ reward }) => ({ reward, kept: -1, taken: 1 })),
  )
  await fulfil(tx, fresh)
  await tellAll(
    tx,
    fresh.map(({ row }) => ({ type: 'exchange_made', exchange: row.id, group: row.group, person: row.person })),
  )
  return fresh.map(({ row }) => row.id)
}

/** Takes back the prizes of these exchanges that nobody claimed until `at`, and sets them aside for who comes next; gives those it took. */
export async function lapsePrizes(tx: Tx, exchanges: readonly string[], at: Date): Promise<Set<string>> {
  const over = []
  // All of them before their rewards: the order of claims.
  for (const id of exchanges.toSorted()) {
    const row = await lockExchange(tx, id)
    if (row?.state === 'claim' && row.until !== null && row.until < at) over.push(row)
  }
  await lockRewards(tx, [...new Set(over.map(row => row.reward))])
  for (const row of over) {
    await takeBack(tx, row.id, { state: 'expired', by: null, reason: '' })
    await moveStock(tx, [{ reward: row.reward, kept: row.quantity }])
  }
  return new Set(over.map(row => row.id))
}
