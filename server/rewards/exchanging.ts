/**
 * Exchanging points for rewards. Those who come at the same time share one transaction: stock, points, what follows and the answer; each is taken or refused
 * by itself, in the order in which they came. The locks of the rewards come first, then wallets, then the ledger.
 */
import { createHash } from 'node:crypto'
import type { InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { rewards } from '../../shared/rewards.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { gather, type Gathered } from '../foundation/gather.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { groupOf, standingsIn, type Group, type Standing } from '../groups/index.ts'
import { spendAll } from '../points/index.ts'
import { policyOf, unfit } from '../policy/index.ts'
import { addressOf, type Place } from '../shipping/index.ts'
import { fulfil, type Fresh } from './fulfilling.ts'
import { closedTo, together, type Why } from './policy.ts'
import { showExchange, type Exchange } from './showing.ts'
import { countOf, readExchanges } from './store-exchanges.ts'
import { lockRewards, moveStock, ownersOf, type RewardRow } from './store.ts'

type Input = InputOf<(typeof rewards.entries)['POST /rewards/:id/exchanges']['input']>
export type Ask = { viewer: Viewer; input: Input; at: Date }
type Given = { viewer: Viewer; input: Input & { exchange: string; quantity: number }; at: Date }
type Ready = { ask: Given; reward: RewardRow; place: Place | null }
const most = 200

/** What was asked for, in one fixed form. */
const requestHash = ({ viewer, input }: Given): string =>
  createHash('sha256')
    .update(JSON.stringify([viewer.id, input.id, input.quantity, input.address ?? null, input.note ?? '']))
    .digest('hex')

const refusals: Record<Why, () => Fault> = {
  signed_out: () => fault('unauthenticated'),
  members_only: () => fault('forbidden', 'members_only'),
  banned: () => fault('forbidden', 'banned'),
  not_open: () => fault('conflict', 'reward_closed'),
  over: () => fault('conflict', 'reward_closed'),
  sold_out: () => fault('conflict', 'sold_out'),
  per_person: () => fault('conflict', 'reward_limit'),
  level: () => fault('forbidden', 'reward_rules', { fields: { level: 'level' } }),
  days: () => fault('forbidden', 'reward_rules', { fields: { days: 'days' } }),
  age_unknown: () => fault('forbidden', 'declare_first'),
  region_unknown: () => fault('forbidden', 'declare_first'),
  too_young: () => fault('forbidden', 'reward_rules', { fields: { age: 'age' } }),
  region_not_served: () => fault('forbidden', 'reward_rules', { fields: { region: 'region' } }),
  points: () => fault('conflict', 'not_enough_points'),
  already_owned: () => fault('conflict', 'already_owned'),
}
export const refusal = (why: Why): Fault => refusals[why]()

/** Everything that decides, for all asks of a batch. */
async function load(tx: Tx, asks: readonly Given[]) {
  const found = await lockRewards(tx, [...new Set(asks.map(ask => ask.input.id))])
  const groups = new Map<string, Group>()
  const standings = new Map<string, Standing>()
  for (const [id, own] of Map.groupBy(
    asks.filter(ask => found.has(ask.input.id)),
    ask => found.get(ask.input.id)!.group,
  )) {
    const group = await groupOf(tx, id)
    if (group !== undefined) groups.set(id, group)
    for (const [person, standing] of await standingsIn(tx, id, [...new Set(own.map(ask => ask.viewer.id))]))
      standings.set(`${person} ${id}`, standing)
  }
  return { found, groups, standings }
}

/** Checks one against what is left now; a Fault, or what it needs. Nothing is written. */
async function check(
  tx: Tx,
  ask: Given,
  { found, groups, standings }: Awaited<ReturnType<typeof load>>,
  pieces: ReadonlyMap<string, number>,
  owned: ReadonlySet<string>,
  planet: Awaited<ReturnType<typeof policyOf>>,
): Promise<Ready | Fault> {
  const { viewer, input, at } = ask
  const reward = found.get(input.id)
  const group = reward === undefined ? undefined : groups.get(reward.group)
  const standing = standings.get(`${viewer.id} ${reward?.group}`)
  if (reward === undefined || group === undefined || reward.state === 'draft' || reward.raffleOnly) return fault('not_found')
  const inside = standing !== undefined && (standing.member || standing.artist)
  if (group.visibility === 'invite' && !inside) return fault('not_found')
  const key = `${viewer.id} ${reward.id}`
  const who = { standing: standing ?? null, pieces: pieces.get(key) ?? 0, wants: input.quantity }
  const why = group.state === 'closed' ? 'over' : closedTo(reward, who, at)
  if (why !== null) return refusal(why)
  if (reward.release !== null && owned.has(`${viewer.id} ${reward.release}`)) return refusal('already_owned')
  if (input.points !== undefined && input.points !== reward.points) return fault('conflict', 'changed_meanwhile')
  const bad = await unfit(tx, viewer.id, together(reward, { minAge: planet.rewardMinAge, regions: planet.regions }), at)
  if (bad !== null) return refusal(bad)
  if (reward.kind !== 'goods') return { ask, reward, place: null }
  const place = input.address === undefined ? undefined : await addressOf(tx, viewer.id, input.address)
  if (place === undefined) return fault('invalid', 'address_needed', { fields: { address: 'address_needed' } })
  // Where it goes decides, whatever someone declared.
  const { regions } = together(reward, { minAge: 0, regions: planet.regions })
  if (regions.length > 0 && !regions.includes(place.country)) return refusal('region_not_served')
  return { ask, reward, place }
}

/** Takes points for what passed; those without enough points leave what they wanted to whoever comes next. */
async function take(tx: Tx, ready: readonly Ready[]): Promise<Map<Given, Fault>> {
  const refused = new Map<Given, Fault>()
  const spent = await spendAll(
    tx,
    ready.map(({ ask, reward }) => ({
      group: reward.group,
      person: ask.viewer.id,
      points: reward.points * ask.input.quantity,
      key: ask.input.exchange,
      cause: `exchange:${ask.input.exchange}`,
      note: reward.title,
    })),
  )
  for (const { ask } of ready) {
    const outcome = spent.get(ask.input.exchange)
    if (outcome instanceof Fault) refused.set(ask, outcome)
  }
  return refused
}

async function exchangeAll(tx: Tx, given: readonly Ask[]): Promise<(Exchange | Fault)[]> {
  const asks = given.map(({ viewer, input, at }): Given => ({
    viewer,
    at,
    input: { ...input, exchange: input.exchange ?? newId('xch', at), quantity: input.quantity ?? 1 },
  }))
  const world = await load(tx, asks)
  const before = await readExchanges(
    tx,
    asks.map(ask => ask.input.exchange),
  )
  const out = new Map<Given, Exchange | Fault>()
  const fresh: Given[] = []
  for (const ask of asks) {
    const known = before.get(ask.input.exchange)
    if (known === undefined) fresh.push(ask)
    else
      out.set(
        ask,
        known.person === ask.viewer.id && known.request === requestHash(ask) ? showExchange(known) : fault('conflict', 'key_reused'),
      )
  }
  const pairs = fresh.map(ask => ({ person: ask.viewer.id, reward: ask.input.id }))
  const releases = fresh.flatMap(ask => {
    const release = world.found.get(ask.input.id)?.release
    return release == null ? [] : [{ person: ask.viewer.id, release }]
  })
  const pieces = fresh.length === 0 ? new Map<string, number>() : await countOf(tx, pairs)
  const owned = new Set(await ownersOf(tx, releases))
  const planet = await policyOf(tx)
  const taken: Ready[] = []
  let waiting = fresh
  // Round after round: what one could not pay for is there for the next.
  for (let round = 0; waiting.length > 0; round++) {
    const ready: Ready[] = []
    const later: Given[] = []
    let soldOut = false
    for (const ask of waiting) {
      const outcome = await check(tx, ask, world, pieces, owned, planet)
      if (!(outcome instanceof Fault)) {
        ready.push(outcome)
        const { reward } = outcome
        reward.taken += ask.input.quantity
        pieces.set(`${ask.viewer.id} ${reward.id}`, (pieces.get(`${ask.viewer.id} ${reward.id}`) ?? 0) + ask.input.quantity)
        if (reward.release !== null) owned.add(`${ask.viewer.id} ${reward.release}`)
      } else if (outcome.code === 'sold_out' && ready.some(one => one.reward.id === ask.input.id)) {
        later.push(ask)
        soldOut = true
      } else out.set(ask, outcome)
    }
    const refused = ready.length === 0 ? new Map<Given, Fault>() : await take(tx, ready)
    for (const one of ready) {
      const problem = refused.get(one.ask)
      if (problem === undefined) {
        taken.push(one)
        continue
      }
      out.set(one.ask, problem)
      const key = `${one.ask.viewer.id} ${one.reward.id}`
      one.reward.taken -= one.ask.input.quantity
      pieces.set(key, pieces.get(key)! - one.ask.input.quantity)
      if (one.reward.release !== null) owned.delete(`${one.ask.viewer.id} ${one.reward.release}`)
    }
    // Nobody stepped back: it stays sold out for those who waited.
    if (!soldOut || refused.size === 0) {
      for (const ask of later) out.set(ask, refusal('sold_out'))
      waiting = []
    } else waiting = later
  }
  if (taken.length > 0) await write(tx, taken, out)
  return asks.map(ask => out.get(ask)!)
}

async function write(tx: Tx, taken: readonly Ready[], out: Map<Given, Exchange | Fault>): Promise<void> {
  const rows: Fresh[] = taken.map(({ ask, reward, place }) => ({
    reward,
    place,
    row: {
      id: ask.input.exchange,
      reward: reward.id,
      group: reward.group,
      person: ask.viewer.id,
      cause: 'points',
      raffle: null,
      quantity: ask.input.quantity,
      points: BigInt(reward.points * ask.input.quantity),
      cost: reward.cost * BigInt(ask.input.quantity),
      provider: reward.provider,
      request: requestHash(ask),
      note: ask.input.note ?? '',
      at: ask.at,
    },
  }))
  await moveStock(
    tx,
    rows.map(({ row }) => ({ reward: row.reward, taken: row.quantity })),
  )
  const written = await fulfil(tx, rows)
  await tellAll(
    tx,
    rows.map(({ row }) => ({ type: 'exchange_made', exchange: row.id, group: row.group, person: row.person })),
  )
  for (const reward of new Set(rows.map(one => one.reward)))
    publish(tx, `group:${reward.group}`, {
      kind: 'reward',
      id: reward.id,
      left: reward.stock === null ? null : reward.stock - reward.taken - reward.kept,
    })
  for (const { ask } of taken) out.set(ask, showExchange(written.get(ask.input.exchange)!))
}

const doors = new WeakMap<Db['transaction'], Gathered<Ask, Exchange | Fault | 'again'>>()
/** One gatherer per database: what comes while a batch is written is the next one. */
function doorOf(transaction: Db['transaction']): Gathered<Ask, Exchange | Fault | 'again'> {
  const found = doors.get(transaction)
  if (found !== undefined) return found
  const made = gather<Ask, Exchange | Fault | 'again'>(most, asks =>
    transaction(async tx => {
      // Of one id the second waits for what becomes of the first.
      const seen = new Set<string>()
      const first = asks.filter(({ input: { exchange } }) => exchange === undefined || (!seen.has(exchange) && seen.add(exchange)))
      const answers = await exchangeAll(tx, first)
      return asks.map(ask => {
        const index = first.indexOf(ask)
        return index < 0 ? 'again' : answers[index]!
      })
    }),
  )
  doors.set(transaction, made)
  return made
}

/** Exchanges. The same id with the same body is the same exchange, however often and at once. */
export async function exchange(db: Pick<Db, 'transaction'>, viewer: Viewer, input: Input): Promise<Exchange> {
  const ask = { viewer, input, at: clock.now() }
  let answer = await doorOf(db.transaction)(ask)
  while (answer === 'again') answer = await doorOf(db.transaction)(ask)
  if (answer instanceof Fault) throw answer
  return answer
}
