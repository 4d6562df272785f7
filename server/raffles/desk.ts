/** The hosts' side: a draft, its publication, the value from outside, calling it off. */
import { fault } from '../../shared/faults.ts'
import { rulesText, type RaffleRules } from '../../shared/raffle-draw.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost } from '../groups/index.ts'
import { screen } from '../moderation/index.ts'
import { policyOf } from '../policy/index.ts'
import { keepPrizes, prizeOf } from '../rewards/index.ts'
import { callOff, early, returnPoints, tick } from './drawing.ts'
import { isDue, seeRaffle, show, type Input, type Raffle } from './raffles.ts'
import { makeSeed, seal } from './sealing.ts'
import { deleteDraft, lockRaffle, publishRaffle, saveDraft, setOutside, type GivenRaffle, type RaffleRow } from './store.ts'
import { hashes } from './verify.ts'

/** Entries are open for so long, at least and at most; drawn at most so long after. In ms. */
const shortestMs = 60_000
const longestMs = 366 * 86_400_000
const longestWaitMs = 60 * 86_400_000

/** What the planet allows: rules of the policy pack. */
async function allowed(db: Read, row: Pick<GivenRaffle, 'points'>, costs: readonly bigint[]): Promise<void> {
  const planet = await policyOf(db)
  if (planet.raffles === 'never' || (planet.raffles === 'free' && row.points > 0))
    throw fault('forbidden', 'raffle_policy', { fields: { points: 'raffle_policy' } })
  if (costs.some(cost => cost > BigInt(planet.rafflePrizeMost)))
    throw fault('forbidden', 'raffle_policy', { fields: { prizes: 'raffle_policy' } })
}
function inTime(row: Pick<GivenRaffle, 'opensAt' | 'closesAt' | 'drawBy' | 'outsideFrom'>, now: Date): void {
  const opens = Math.max(row.opensAt.getTime(), now.getTime())
  const closes = row.closesAt.getTime()
  const by = row.drawBy.getTime()
  if (closes - opens < shortestMs || closes - opens > longestMs)
    throw fault('unprocessable', 'raffle_times', { fields: { closesAt: 'raffle_times' } })
  if (by <= closes || by - closes > longestWaitMs) throw fault('unprocessable', 'raffle_times', { fields: { drawBy: 'raffle_times' } })
  if (row.outsideFrom !== null && (row.outsideFrom < row.closesAt || row.outsideFrom >= row.drawBy))
    throw fault('unprocessable', 'raffle_times', { fields: { outside: 'raffle_times' } })
}

export async function putRaffle(tx: Tx, viewer: Viewer, input: Input<'PUT /groups/:group/raffles/:id'>): Promise<Raffle> {
  const { group } = await allowHost(tx, viewer, input.group)
  const before = await lockRaffle(tx, input.id)
  if (before !== undefined && before.group !== group.id) throw fault('conflict', 'key_reused')
  if (before !== undefined && before.state !== 'draft') throw fault('conflict', 'raffle_published')
  const { outside = null, regions = [] } = input
  const row: GivenRaffle = {
    id: input.id,
    title: input.title,
    about: input.about ?? '',
    opensAt: input.opensAt,
    closesAt: input.closesAt,
    drawBy: input.drawBy,
    points: input.points ?? 0,
    mostTickets: input.mostTickets ?? 1,
    onePrize: input.onePrize ?? true,
    minLevel: input.minLevel ?? 0,
    minDays: input.minDays ?? 0,
    minAge: input.minAge ?? 0,
    regions: regions.length === 0 ? null : regions,
    claimDays: input.claimDays ?? 14,
    passDays: input.passDays ?? 60,
    outside: outside?.what ?? null,
    outsideFrom: outside?.from ?? null,
  }
  const at = clock.now()
  inTime(row, at)
  const prizes = []
  for (const { reward, quantity } of input.prizes) {
    const found = await prizeOf(tx, group.id, reward)
    if (found === undefined) throw fault('unprocessable', 'reward_invalid', { fields: { prizes: reward } })
    prizes.push({ reward, quantity, ...found })
  }
  await allowed(
    tx,
    row,
    prizes.map(prize => prize.cost),
  )
  await screen(tx, {
    kind: 'raffle',
    group: group.id,
    person: viewer.id,
    text: `${row.title}\n${row.about}`,
    links: [],
    now: at,
    edit: true,
  })
  if (!(await saveDraft(tx, row, prizes, { group: group.id, person: viewer.id, at }))) throw fault('conflict', 'key_reused')
  return show(tx, viewer, row.id)
}

/** A raffle of a group one is a host of, locked. */
async function hosted(tx: Tx, viewer: Viewer, id: string): Promise<RaffleRow> {
  const { row } = await seeRaffle(tx, viewer, id)
  await allowHost(tx, viewer, row.group)
  return (await lockRaffle(tx, id))!
}

/** Publishes a draft: prizes are set aside, a fresh seed is committed to, the rules stand. */
export async function publishDraft(tx: Tx, config: Pick<Config, 'secret'>, viewer: Viewer, id: string): Promise<void> {
  const row = await hosted(tx, viewer, id)
  if (row.state !== 'draft') {
    if (row.publishedBy === viewer.id && row.state === 'open') return
    throw fault('conflict', 'raffle_published')
  }
  const at = clock.now()
  inTime(row, at)
  const costs: bigint[] = []
  for (const { reward } of row.prizes) costs.push((await prizeOf(tx, row.group, reward))!.cost)
  await allowed(tx, row, costs)
  await keepPrizes(tx, row.group, row.prizes)
  const seed = makeSeed()
  const opensAt = row.opensAt < at ? at : row.opensAt
  const rules: RaffleRules = {
    raffle: id,
    group: row.groupName,
    title: row.title,
    opensAt: opensAt.toISOString(),
    closesAt: row.closesAt.toISOString(),
    drawBy: row.drawBy.toISOString(),
    points: row.points,
    mostTickets: row.mostTickets,
    onePrize: row.onePrize,
    prizes: row.prizes.map(({ title, quantity }) => ({ title, quantity })),
    outside: row.outside,
    ...(row.claimDays === null || row.passDays === null ? {} : { claimDays: row.claimDays, passDays: row.passDays }),
  }
  const text = rulesText(rules)
  await publishRaffle(tx, id, {
    commitment: await hashes.sha256(seed),
    sealed: seal(config, id, seed),
    rules: text,
    rulesDigest: await hashes.sha256(text),
    opensAt,
    by: viewer.id,
    at,
  })
  for (const runAt of [row.closesAt, row.drawBy])
    await enqueue(
      tx,
      'raffles.tick',
      { raffle: id },
      { key: `raffles.tick:${id}:${runAt.getTime()}`, runAt: new Date(runAt.getTime() + 500) },
    )
  await tell(tx, { type: 'raffle_published', raffle: id, group: row.group })
  publish(tx, `group:${row.group}`, { kind: 'raffle', id })
}
export async function publishOne(
  { write, config, read }: StreamContext,
  viewer: Viewer,
  { id }: Input<'POST /raffles/:id/publish'>,
): Promise<Raffle> {
  await write(tx => publishDraft(tx, config, viewer, id))
  return show(read, viewer, id)
}

export async function outside(tx: Tx, viewer: Viewer, { id, value }: Input<'POST /raffles/:id/outside'>): Promise<Raffle> {
  const row = await hosted(tx, viewer, id)
  if (row.outsideValue !== null && row.outsideValue === value && row.outsideBy === viewer.id) return show(tx, viewer, id)
  if (row.state !== 'closed' || row.outside === null || row.outsideValue !== null)
    throw row.state === 'open' ? early(row) : fault('conflict', 'raffle_state')
  if (row.publishedBy === viewer.id) throw fault('forbidden', 'four_eyes')
  const at = clock.now()
  if (row.outsideFrom! > at) throw early(row)
  await setOutside(tx, id, value, viewer.id, at)
  await enqueue(tx, 'raffles.tick', { raffle: id }, { key: `raffles.tick:${id}:draw` })
  publish(tx, `raffle:${id}`, { kind: 'outside', id })
  return show(tx, viewer, id)
}

export async function drawNow(
  { db, config, read }: StreamContext,
  viewer: Viewer,
  { id }: Input<'POST /raffles/:id/draw'>,
): Promise<Raffle> {
  await db.transaction(async tx => {
    const row = await hosted(tx, viewer, id)
    if (row.state !== 'drawn' && !isDue(row, clock.now())) throw early(row)
  })
  await tick(db, config, id)
  return show(read, viewer, id)
}

export async function voidOne(
  { db, config, read }: StreamContext,
  viewer: Viewer,
  { id, reason }: Input<'POST /raffles/:id/void'>,
): Promise<Raffle | null> {
  const gone = await db.transaction(async tx => {
    const row = await hosted(tx, viewer, id)
    if (row.state === 'void') return false
    if (row.state === 'drawn') throw fault('conflict', 'raffle_state')
    if (row.state === 'draft') {
      await deleteDraft(tx, id)
      return true
    }
    await callOff(tx, config, row, reason)
    // If this process stops now, a job gives the points back.
    await enqueue(tx, 'raffles.tick', { raffle: id }, { key: `raffles.tick:${id}:back` })
    return false
  })
  if (gone) return null
  await returnPoints(db, id)
  return show(read, viewer, id)
}
