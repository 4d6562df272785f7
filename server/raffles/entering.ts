/** Taking tickets: numbered in the order in which they were taken, without gaps. */
import { fault } from '../../shared/faults.ts'
import { tagOf } from '../../shared/raffle-draw.ts'
import { clock, newId, randomToken } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { spendPoints } from '../points/index.ts'
import { seeRaffle, show, whyNot, type Input, type Raffle, type Why } from './raffles.ts'
import { insertEntry, lockEntrant, lockRaffle, readEntry, readMine, takeNumbers } from './store.ts'
import { hashes } from './verify.ts'

function refuse(why: Why): never {
  if (why === 'signed_out') throw fault('unauthenticated')
  if (why === 'tickets') throw fault('conflict', 'raffle_tickets')
  if (why === 'not_open' || why === 'over') throw fault('conflict', 'raffle_closed')
  if (why === 'members_only' || why === 'banned') throw fault('forbidden', why)
  if (why === 'age_unknown' || why === 'region_unknown') throw fault('forbidden', 'declare_first')
  throw fault('forbidden', 'reward_rules', { fields: { [why]: why } })
}

export async function enter(tx: Tx, viewer: Viewer, input: Input<'POST /raffles/:id/entries'>): Promise<Raffle> {
  const { id, entry = newId('rtk'), tickets = 1 } = input
  const seen = await seeRaffle(tx, viewer, id)
  // Where points are taken its lock comes first, as in the draw; without, only the next number waits for others.
  if (seen.row.points > 0) seen.row = (await lockRaffle(tx, id))!
  await lockEntrant(tx, id, viewer.id)
  const known = await readEntry(tx, entry)
  if (known !== undefined) {
    if (known.person !== viewer.id || known.raffle !== id || known.tickets !== tickets) throw fault('conflict', 'key_reused')
    return show(tx, viewer, id)
  }
  const mine = await readMine(tx, id, viewer.id)
  const why = await whyNot(tx, viewer, seen, mine?.tickets ?? 0, tickets)
  if (why !== null) refuse(why)
  const { row } = seen
  const at = clock.now()
  const points = row.points * tickets
  if (points > 0) await spendPoints(tx, { group: row.group, person: viewer.id, points, key: entry, cause: `raffle:${id}`, note: row.title })
  const first = await takeNumbers(tx, id, tickets, at)
  if (first === undefined) throw fault('conflict', 'raffle_closed')
  const salt = Buffer.from(randomToken(16), 'base64url').toString('hex')
  const tag = await tagOf(hashes, id, viewer.id, salt)
  const made = { id: entry, raffle: id, person: viewer.id, first, tickets, points: BigInt(points), at }
  if (!(await insertEntry(tx, made, { tag, salt, most: row.mostTickets }))) throw fault('conflict', 'key_reused')
  publish(tx, `raffle:${id}`, { kind: 'tickets', id, tickets: first + tickets - 1 })
  return show(tx, viewer, id)
}
