/** Closing, drawing, calling off, and who comes next (`passing.ts`). All of it happens by itself when its time comes, at least once, each step in one transaction under the raffle's lock. */
import { fault } from '../../shared/faults.ts'
import { drawWinners, listText } from '../../shared/raffle-draw.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { publish } from '../foundation/live.ts'
import { giveBackPoints, payOut } from '../points/index.ts'
import { freePrizes, givePrizes } from '../rewards/index.ts'
import { lookAgain, passOn } from './passing.ts'
import { formatOf, isDue } from './raffles.ts'
import { unseal } from './sealing.ts'
import {
  closeRaffle,
  finishRaffle,
  insertWins,
  listDue,
  lockRaffle,
  markReturned,
  paidEntries,
  personsOf,
  readEntries,
  readSealed,
  type RaffleRow,
} from './store.ts'
import { hashes } from './verify.ts'

type Secret = Pick<Config, 'secret'>

async function seedOf(tx: Tx, config: Secret, id: string): Promise<string> {
  const sealed = await readSealed(tx, id)
  const seed = sealed === undefined ? undefined : unseal(config, id, sealed)
  if (seed === undefined) throw new Error(`the seed of ${id} cannot be read: the planet's secret has changed`)
  return seed
}

/** Ends the entries: the list stands from now on. */
async function close(tx: Tx, row: RaffleRow, at: Date): Promise<RaffleRow> {
  const digest = await hashes.sha256(listText(await readEntries(tx, row.id)))
  await closeRaffle(tx, row.id, digest, at)
  publish(tx, `raffle:${row.id}`, { kind: 'closed', id: row.id })
  return (await lockRaffle(tx, row.id))!
}

async function draw(tx: Tx, config: Secret, row: RaffleRow, at: Date): Promise<void> {
  const seed = await seedOf(tx, config, row.id)
  const entries = await readEntries(tx, row.id)
  const winners = await drawWinners(hashes, {
    seed,
    rulesDigest: row.rulesDigest!,
    digest: row.digest!,
    outsideValue: row.outsideValue,
    raffle: row.id,
    entries,
    quantities: row.prizes.map(prize => prize.quantity),
    onePrize: row.onePrize,
    format: formatOf(row),
  })
  const persons = await personsOf(
    tx,
    row.id,
    winners.map(winner => winner.tag),
  )
  const exchanges = await givePrizes(
    tx,
    row.id,
    winners.map(({ prize, tag }) => ({ reward: row.prizes[prize - 1]!.reward, person: persons.get(tag)! })),
    { at, claimDays: row.claimDays },
  )
  await insertWins(
    tx,
    row.id,
    winners.map((winner, index) => ({ ...winner, person: persons.get(winner.tag)!, exchange: exchanges[index]! })),
    at,
  )
  await lookAgain(tx, row, at)
  // Fewer tickets than prizes: what nobody won is there again.
  const won = (prize: number): number => winners.filter(winner => winner.prize === prize).length
  await freePrizes(
    tx,
    row.prizes
      .map(({ position, reward, quantity }) => ({ reward, quantity: quantity - won(position) }))
      .filter(prize => prize.quantity > 0),
  )
  const settles = row.points > 0 ? await paidEntries(tx, row.id, 1_000_000) : []
  if (settles.length > 0) await payOut(tx, { group: row.group, key: row.id, cost: 0n, to: null, note: row.title, settles })
  await finishRaffle(tx, row.id, { state: 'drawn', seed, at })
  await tell(tx, { type: 'raffle_drawn', raffle: row.id })
  publish(tx, `raffle:${row.id}`, { kind: 'drawn', id: row.id })
}

/** Everything goes back, and the seed is shown, so that nobody can say what it would have been and keep it. Points follow entry by entry. */
export async function callOff(tx: Tx, config: Secret, row: RaffleRow, reason: string): Promise<void> {
  const at = clock.now()
  await freePrizes(
    tx,
    row.prizes.map(({ reward, quantity }) => ({ reward, quantity })),
  )
  await finishRaffle(tx, row.id, { state: 'void', seed: await seedOf(tx, config, row.id), reason, at })
  await tell(tx, { type: 'raffle_void', raffle: row.id })
  publish(tx, `raffle:${row.id}`, { kind: 'void', id: row.id })
}
export async function returnPoints(db: Pick<Db, 'read' | 'transaction'>, id: string): Promise<void> {
  for (;;) {
    const entries = await paidEntries(db.read, id, 100)
    for (const entry of entries)
      await db.transaction(async tx => {
        if (await markReturned(tx, entry, clock.now())) await giveBackPoints(tx, { key: entry, reason: id })
      })
    if (entries.length < 100) return
  }
}

/** Does with a raffle what its time asks for. True when something was done. */
export async function tick(db: Pick<Db, 'read' | 'transaction'>, config: Secret, id: string): Promise<boolean> {
  const done = await db.transaction(async tx => {
    let row = await lockRaffle(tx, id)
    const now = clock.now()
    if (row === undefined || !isDue(row, now)) return false
    if (row.state === 'open') row = await close(tx, row, now)
    if (row.drawBy <= now) await callOff(tx, config, row, '')
    else if (row.outside === null || row.outsideValue !== null) await draw(tx, config, row, now)
    return true
  })
  await returnIfVoid(db, id)
  return (await passOn(db, id)) || done
}
async function returnIfVoid(db: Pick<Db, 'read' | 'transaction'>, id: string): Promise<void> {
  const row = await db.transaction(tx => lockRaffle(tx, id))
  if (row?.state === 'void') await returnPoints(db, id)
}
export async function tickAll(db: Pick<Db, 'read' | 'transaction'>, config: Secret): Promise<number> {
  let done = 0
  for (const id of await listDue(db.read, clock.now())) if (await tick(db, config, id)) done++
  return done
}
export const early = (row: RaffleRow): Error =>
  row.state === 'open' || row.state === 'closed' ? fault('conflict', 'raffle_early') : fault('conflict', 'raffle_state')
