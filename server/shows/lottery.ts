/**
 * A lottery sale. Before anyone may enter, a seed is committed to; the draw (shared/raffle-draw.ts) makes a line of all who entered, as far as it goes.
 * Then each in turn gets the first tier of their wishes that still has room for all they asked for; the others wait in that order. What is published is a
 * raffle.json whose prizes are places in the line, so `planet verify` draws it again.
 */
import type { FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import {
  drawWinners,
  listText,
  raffleFormat,
  rulesText,
  tagOf,
  type RaffleEntry,
  type RaffleFile,
  type RaffleRules,
} from '../../shared/raffle-draw.ts'
import { clock, newId, randomToken } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { unfit } from '../policy/index.ts'
import { hashes, makeSeed, seal, unseal } from '../raffles/index.ts'
import { seeShow, shownLottery, type Input, type Show } from './showing.ts'
import { readShow, tiersOf, type ShowRow, type TierRow } from './store.ts'
import {
  drawnOf,
  entrantsOf,
  finishLottery,
  lockLottery,
  publishLottery,
  putEntrant,
  readLottery,
  setDrawn,
  withdrawEntrant,
  type LotteryRow,
  insertWaiting,
} from './store-lists.ts'
import { ticketsOfBuyer } from './store-sale.ts'

type Lottery = NonNullable<Show['lottery']>
const open = (row: LotteryRow | undefined, now: Date): row is LotteryRow =>
  row?.state === 'open' && row.opensAt <= now && row.closesAt > now

export async function enterLottery(tx: Tx, viewer: Viewer, input: Input<'PUT /shows/:id/lottery/entry'>): Promise<Lottery> {
  const show = await seeShow(tx, viewer, input.id)
  const now = clock.now()
  const row = await lockLottery(tx, show.id)
  if (show.sale !== 'lottery' || show.state !== 'on_sale' || !open(row, now) || row.entrants >= linePlaces)
    throw fault('conflict', 'lottery_closed')
  const bad = await unfit(tx, viewer.id, { minAge: show.minAge, regions: [] }, now)
  if (bad !== null) throw fault('forbidden', bad)
  if (input.count + (await ticketsOfBuyer(tx, show.id, viewer.id)) > show.mostEach)
    throw fault('unprocessable', 'too_many_each', { fields: { count: String(show.mostEach) } })
  const tiers = await tiersOf(tx, [show.id])
  const wishes = [...new Set(input.tiers)]
  if (!wishes.every(id => tiers.some(tier => tier.id === id && !tier.secret && tier.state === 'open'))) throw fault('not_found')
  const most = Math.min(...tiers.filter(tier => wishes.includes(tier.id)).map(tier => tier.mostEach ?? show.mostEach))
  if (input.count > most) throw fault('unprocessable', 'too_many_each', { fields: { count: String(most) } })
  const salt = Buffer.from(randomToken(16), 'base64url').toString('hex')
  const tag = await tagOf(hashes, show.id, viewer.id, salt)
  if (!(await putEntrant(tx, { id: input.entry, show: show.id, person: viewer.id, count: input.count, tiers: wishes, tag, salt, at: now })))
    throw fault('conflict', 'key_reused')
  publish(tx, `show:${show.id}`, { kind: 'lottery', id: show.id })
  return (await shownLottery(tx, show.id, viewer.id))!
}
export async function leaveLottery(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /shows/:id/lottery/entry'>): Promise<Lottery> {
  const show = await seeShow(tx, viewer, id)
  if (!open(await lockLottery(tx, show.id), clock.now())) throw fault('conflict', 'lottery_closed')
  await withdrawEntrant(tx, show.id, viewer.id)
  return (await shownLottery(tx, show.id, viewer.id))!
}

/** A raffle's prizes hold at most so many pieces each, and there are at most fifty: everybody gets a place in the line. */
const mostPieces = 10_000
const linePlaces = 50 * mostPieces
const prizesOf = (places: number): RaffleRules['prizes'] =>
  Array.from({ length: Math.ceil(places / mostPieces) }, (_, n) => ({
    title: `Place in the line ${n * mostPieces + 1}–${Math.min(places, (n + 1) * mostPieces)}`,
    quantity: Math.min(mostPieces, places - n * mostPieces),
  }))

/** The sale of a lottery opens: the commitment to a fresh seed and the rules stand from now on. */
export async function commitLottery(
  tx: Tx,
  config: Pick<Config, 'secret'>,
  show: ShowRow,
  tiers: readonly TierRow[],
  now: Date,
): Promise<void> {
  const row = await lockLottery(tx, show.id)
  if (row === undefined || row.closesAt <= now) throw fault('unprocessable', 'show_times', { fields: { closesAt: 'show_times' } })
  if (row.state !== 'draft') return
  if (tiers.every(tier => tier.secret || tier.state === 'closed' || tier.capacity === 0))
    throw fault('conflict', 'show_unready', { fields: { tiers: 'show_unready' } })
  const rules = rulesText({
    raffle: show.id,
    group: show.pageName,
    title: show.title,
    opensAt: row.opensAt.toISOString(),
    closesAt: row.closesAt.toISOString(),
    drawBy: new Date(row.closesAt.getTime() + 86_400_000).toISOString(),
    points: 0,
    mostTickets: 1,
    onePrize: true,
    prizes: prizesOf(linePlaces),
    outside: null,
  })
  const seed = makeSeed()
  await publishLottery(tx, show.id, {
    places: linePlaces,
    commitment: await hashes.sha256(seed),
    rules,
    rulesDigest: await hashes.sha256(rules),
    sealed: seal(config, show.id, seed),
    at: now,
  })
  await enqueue(tx, 'shows.lottery', { show: show.id }, { key: `shows.lottery:${show.id}`, runAt: row.closesAt })
}
async function seedOf(config: Pick<Config, 'secret'>, row: LotteryRow): Promise<string> {
  const seed = row.sealed === null ? undefined : unseal(config, row.show, row.sealed)
  if (seed === undefined) throw new Error(`the seed of ${row.show} cannot be read: the planet's secret has changed`)
  return seed
}

/** Whom the line serves: in turn, the first wish that has room for all of it. Pure. */
export function allot(
  line: readonly { tag: string; count: number; tiers: readonly string[] }[],
  free: ReadonlyMap<string, number>,
): Map<string, string> {
  const left = new Map(free)
  const out = new Map<string, string>()
  for (const { tag, count, tiers } of line) {
    const tier = tiers.find(one => (left.get(one) ?? 0) >= count)
    if (tier === undefined) continue
    left.set(tier, left.get(tier)! - count)
    out.set(tag, tier)
  }
  return out
}

/** Draws when its time has come; once. Winners are the first of the waiting list, whom the list's own job serves with holds. */
export async function drawLottery(db: Pick<Db, 'transaction'>, config: Pick<Config, 'secret'>, id: string): Promise<boolean> {
  return db.transaction(async tx => {
    const row = await lockLottery(tx, id)
    const now = clock.now()
    const show = await readShow(tx, id)
    if (row?.state !== 'open' || row.closesAt > now || show === undefined) return false
    const seed = await seedOf(config, row)
    const all = await entrantsOf(tx, id)
    const entries = all.map(({ tag }): RaffleEntry => [tag, 1])
    const digest = await hashes.sha256(listText(entries))
    const called = show.state === 'cancelled'
    const winners = called
      ? []
      : await drawWinners(hashes, {
          seed,
          rulesDigest: row.rulesDigest!,
          digest,
          outsideValue: null,
          raffle: id,
          entries,
          quantities: prizesOf(row.places!).map(prize => prize.quantity),
          onePrize: true,
        })
    const byTag = new Map(all.map(one => [one.tag, one]))
    const drawn = winners.map(({ tag }) => byTag.get(tag)!)
    const line = drawn.filter(one => !one.withdrawn)
    const tiers = await tiersOf(tx, [id])
    const given = allot(line, new Map(tiers.map(tier => [tier.id, tier.free])))
    await setDrawn(
      tx,
      id,
      drawn.map(({ tag }, n) => ({ tag, drawn: n + 1, tier: given.get(tag) ?? null })),
    )
    // Who won comes first, in their order; who did not waits for the first wish, in theirs.
    if (!called)
      for (const [n, one] of line.entries()) {
        const tier = given.get(one.tag)
        if (tier === undefined && !show.waitingList) continue
        const rank = BigInt(tier === undefined ? line.length + n : n) + 1n
        await insertWaiting(tx, {
          id: newId('wtl', now),
          show: id,
          tier: tier ?? one.tiers[0]!,
          person: one.person,
          count: one.count,
          fewer: false,
          rank,
          at: now,
        })
      }
    await finishLottery(tx, id, { state: called ? 'void' : 'drawn', seed, digest, at: now })
    await tell(tx, { type: 'lottery_drawn', show: id })
    for (const tier of tiers) await enqueue(tx, 'shows.waiting', { tier: tier.id }, { key: `shows.waiting:${tier.id}` })
    publish(tx, `show:${id}`, { kind: 'lottery', id })
    return true
  })
}

const how = [
  'This file holds all that is needed to draw the line again: planet verify raffle.json.',
  'Everybody who entered has one ticket; the prizes are places in the line. Each in turn gets the first tier they wished for that still has room for all they asked for.',
  'commitment = SHA-256 of the seed, published before entries opened; digest = SHA-256 of the list of entrants; the draw is that of shared/raffle-draw.ts.',
]
export async function sendFile(
  ctx: StreamContext,
  viewer: Viewer | null,
  { id }: Input<'GET /shows/:id/raffle.json'>,
): Promise<FastifyReply> {
  const show = await seeShow(ctx.read, viewer, id)
  const row = await readLottery(ctx.read, id)
  if (row === undefined || row.state === 'draft') throw fault('not_found')
  const all = await entrantsOf(ctx.read, id)
  const prize = (place: number): number => Math.ceil(place / mostPieces)
  const at = new Map(all.map((one, n) => [one.tag, n + 1]))
  const file: RaffleFile = {
    format: raffleFormat,
    how,
    planet: ctx.config.url,
    made: clock.now().toISOString(),
    state: row.state === 'open' && row.closesAt <= clock.now() ? 'open' : row.state,
    rules: JSON.parse(row.rules!) as RaffleRules,
    rulesDigest: row.rulesDigest!,
    commitment: row.commitment!,
    publishedAt: row.publishedAt!.toISOString(),
    entries: all.map(({ tag }): RaffleEntry => [tag, 1]),
    digest: row.digest,
    closedAt: row.closedAt?.toISOString() ?? null,
    outsideValue: null,
    seed: row.seed,
    drawnAt: row.drawnAt?.toISOString() ?? null,
    winners:
      row.state === 'drawn'
        ? (await drawnOf(ctx.read, show.id)).map(({ drawn, tag }) => ({ place: drawn, prize: prize(drawn), ticket: at.get(tag)!, tag }))
        : [],
  }
  return ctx.reply
    .headers({
      'content-disposition': attachment('raffle.json'),
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    })
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(JSON.stringify(file, null, 1))
}
