/**
 * A prize that is not claimed in time goes to the next of the same draw: the order was fixed by seed, rules, list and value when it was drawn, so nobody chooses.
 * When nobody is left, or the time the rules state is over, the piece is there again for others.
 */
import { drawPlaces } from '../../shared/raffle-draw.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import { freePrizes, givePrizes, lapsePrizes } from '../rewards/index.ts'
import { drawOf } from './raffles.ts'
import { insertWins, lockRaffle, markLapsed, personsOf, readEntries, readWins, type RaffleRow } from './store.ts'
import { hashes } from './verify.ts'

const dayMs = 86_400_000
/** Looks again when the time to claim what was given at `at` is over. */
export async function lookAgain(tx: Tx, { id, claimDays }: Pick<RaffleRow, 'id' | 'claimDays'>, at: Date): Promise<void> {
  // Without a rule it is the night's.
  if (claimDays === null) return
  const over = at.getTime() + claimDays * dayMs
  await enqueue(tx, 'raffles.tick', { raffle: id }, { key: `raffles.tick:${id}:claim:${over}`, runAt: new Date(over + 500) })
}

/** True when a prize was over. Under the raffle's lock, then exchanges, then rewards: a claim at that moment comes before or finds it gone. */
export const passOn = (db: Pick<Db, 'transaction'>, id: string): Promise<boolean> =>
  db.transaction(async tx => {
    const row = await lockRaffle(tx, id)
    if (row?.state !== 'drawn') return false
    const at = clock.now()
    const wins = await readWins(tx, id)
    const due = wins.filter(win => win.until !== null && win.until < at)
    if (due.length === 0) return false
    const over = await lapsePrizes(
      tx,
      due.map(win => win.exchange),
      at,
    )
    const lapsed = due.filter(win => over.has(win.exchange))
    if (lapsed.length === 0) return false
    await markLapsed(
      tx,
      id,
      lapsed.map(win => win.place),
      at,
    )
    const open = row.passDays !== null && at.getTime() <= row.drawnAt!.getTime() + row.passDays * dayMs
    const order = open ? await drawPlaces(hashes, drawOf(row, await readEntries(tx, id)), wins.length + lapsed.length) : []
    const next = order.slice(wins.length)
    const persons = await personsOf(
      tx,
      id,
      next.map(one => one.tag),
    )
    const given = next.map((one, index) => ({
      ...one,
      prize: lapsed[index]!.prize,
      instead: lapsed[index]!.place,
      person: persons.get(one.tag)!,
    }))
    const rewardOf = (prize: number): string => row.prizes[prize - 1]!.reward
    const exchanges = await givePrizes(
      tx,
      id,
      given.map(({ prize, person }) => ({ reward: rewardOf(prize), person })),
      { at, claimDays: row.claimDays },
    )
    await insertWins(
      tx,
      id,
      given.map((one, index) => ({ ...one, exchange: exchanges[index]! })),
      at,
    )
    await freePrizes(
      tx,
      lapsed.slice(given.length).map(({ prize }) => ({ reward: rewardOf(prize), quantity: 1 })),
    )
    if (given.length > 0) await lookAgain(tx, row, at)
    await tellAll(
      tx,
      given.map(({ place, person }) => ({ type: 'raffle_passed', raffle: id, person, place })),
    )
    publish(tx, `raffle:${id}`, { kind: 'passed', id })
    return true
  })
