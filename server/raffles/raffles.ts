/** Raffles as they are shown, and their file that anyone can draw again. */
import type { FastifyReply } from 'fastify'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import {
  drawPlaces,
  lineFormat,
  lineShown,
  raffleFormat,
  type Draw,
  type InLine,
  type RaffleEntry,
  type RaffleFile,
  type RaffleRules,
} from '../../shared/raffle-draw.ts'
import type { raffles } from '../../shared/raffles.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { findGroup, type Standing } from '../groups/index.ts'
import { coverUrl } from '../media/index.ts'
import { pointsOf } from '../points/index.ts'
import { policyOf, unfit } from '../policy/index.ts'
import { notFor, together } from '../rewards/index.ts'
import { listRaffles, readEntries, readMine, readRaffle, readWins, type MineRow, type RaffleRow } from './store.ts'
import { hashes } from './verify.ts'

type Entries = typeof raffles.entries
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Raffle = Ok<'GET /raffles/:id'>
type Card = Ok<'GET /groups/:group/raffles'>['items'][number]

/** Who keeps a group's raffles: its owner, its hosts, and the artist of an official group. */
export const isHost = (standing: Standing): boolean => standing.artist || standing.role === 'owner' || standing.role === 'host'
const operator = (viewer: Viewer | null): boolean => viewer?.roles.includes('operator') === true

const prizesOf = (row: RaffleRow): Card['prizes'] =>
  row.prizes.map(({ picture, ...prize }) => ({ ...prize, picture: picture === null ? null : coverUrl(picture, 640) }))
const showCard = (row: RaffleRow, mine: number): Card => ({
  id: row.id,
  group: row.group,
  title: row.title,
  state: row.state,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  drawBy: row.drawBy,
  points: row.points,
  tickets: row.tickets,
  people: row.people,
  prizes: prizesOf(row),
  mine,
})

export async function getRaffles(
  db: Read,
  viewer: Viewer | null,
  { group: which }: Input<'GET /groups/:group/raffles'>,
): Promise<Ok<'GET /groups/:group/raffles'>> {
  const { group, standing } = await findGroup(db, viewer, which)
  const rows = await listRaffles(db, group.id, viewer?.id ?? null, isHost(standing) || operator(viewer))
  return { items: rows.map(row => showCard(row, row.mine)), allowed: (await policyOf(db)).raffles }
}

/** A raffle as this viewer may see it; drafts only hosts. */
export async function seeRaffle(
  db: Read,
  viewer: Viewer | null,
  id: string,
): Promise<{ row: RaffleRow; standing: Standing; host: boolean; shut: boolean }> {
  const row = await readRaffle(db, id)
  if (row === undefined) throw fault('not_found')
  const { group, standing } = await findGroup(db, viewer, row.group)
  const host = isHost(standing)
  if (row.state === 'draft' && !host && !operator(viewer)) throw fault('not_found')
  return { row, standing, host, shut: group.state === 'closed' }
}

export type Why = NonNullable<Raffle['why']>
/** Why this person cannot take so many tickets now; points are not asked for here. */
export async function whyNot(
  db: Read,
  viewer: Viewer | null,
  { row, standing, shut }: { row: RaffleRow; standing: Standing; shut: boolean },
  have: number,
  wants: number,
): Promise<Why | null> {
  const now = clock.now()
  if (row.state === 'draft' || row.opensAt > now) return 'not_open'
  if (row.state !== 'open' || row.closesAt <= now || shut) return 'over'
  if (viewer === null) return 'signed_out'
  if (standing.banned) return 'banned'
  if (!standing.member) return 'members_only'
  const planet = await policyOf(db)
  if (planet.raffles === 'never' || (planet.raffles === 'free' && row.points > 0)) return 'over'
  const low = notFor(row, standing, now)
  if (low !== null) return low
  const bad = await unfit(db, viewer.id, together(row, { minAge: planet.raffleMinAge, regions: planet.regions }), now)
  if (bad !== null) return bad
  return have + wants > row.mostTickets ? 'tickets' : null
}

export async function show(db: Read, viewer: Viewer | null, id: string): Promise<Raffle> {
  const { row, standing, host, shut } = await seeRaffle(db, viewer, id)
  const mine: MineRow | undefined = viewer === null ? undefined : await readMine(db, id, viewer.id)
  const have = mine?.tickets ?? 0
  const balance = viewer === null ? 0 : (await pointsOf(db, viewer.id, row.group)).balance
  const wins = row.state === 'drawn' ? await readWins(db, id) : []
  let why = await whyNot(db, viewer, { row, standing, shut }, have, 1)
  if (why === null && row.points > balance) why = 'points'
  const now = clock.now()
  return {
    ...showCard(row, have),
    groupName: row.groupName,
    groupHandle: row.groupHandle,
    about: row.about,
    mostTickets: row.mostTickets,
    onePrize: row.onePrize,
    minLevel: row.minLevel,
    minDays: row.minDays,
    minAge: row.minAge,
    regions: row.regions ?? [],
    claimDays: row.claimDays,
    passDays: row.passDays,
    outside:
      row.outside === null
        ? null
        : { what: row.outside, from: row.outsideFrom!, value: row.outsideValue, by: row.outsideByName, at: row.outsideAt },
    commitment: row.commitment,
    rulesDigest: row.rulesDigest,
    publishedAt: row.publishedAt,
    digest: row.digest,
    closedAt: row.closedAt,
    seed: row.seed,
    drawnAt: row.drawnAt,
    reason: row.reason,
    winners: wins.map(({ place, prize, ticket, tag, person, instead, lapsedAt, until }) => ({
      place,
      prize,
      ticket,
      tag,
      mine: person === viewer?.id,
      instead,
      lapsedAt,
      until,
    })),
    me:
      viewer === null || mine === undefined
        ? null
        : { person: viewer.id, tag: mine.tag, salt: mine.salt, entries: mine.entries, exchanges: mine.exchanges },
    why,
    most: why !== null ? 0 : Math.min(row.mostTickets - have, row.points === 0 ? 100 : Math.floor(balance / row.points)),
    balance: viewer === null ? null : BigInt(balance),
    can: {
      edit: host && row.state === 'draft',
      publish: host && row.state === 'draft',
      outside:
        host &&
        row.state === 'closed' &&
        row.outside !== null &&
        row.outsideValue === null &&
        row.publishedBy !== viewer?.id &&
        row.outsideFrom! <= now,
      draw: host && row.state !== 'draft' && isDue(row, now),
      call: host && (row.state === 'draft' || row.state === 'open' || row.state === 'closed'),
    },
  }
}
/** Rules with a line make the second form. */
export const formatOf = (row: Pick<RaffleRow, 'claimDays'>): RaffleFile['format'] => (row.claimDays === null ? raffleFormat : lineFormat)
/** A drawn one as it was drawn. */
export const drawOf = (row: RaffleRow, entries: readonly RaffleEntry[]): Omit<Draw, 'quantities'> => ({
  seed: row.seed!,
  rulesDigest: row.rulesDigest!,
  digest: row.digest!,
  outsideValue: row.outsideValue,
  raffle: row.id,
  entries,
  onePrize: row.onePrize,
  format: formatOf(row),
})
/** Orders that were drawn, by raffle: what was drawn once never changes, and drawing takes as long as there are tickets. The oldest go first. */
const drawn = new Map<string, Promise<InLine[]>>()
const mostDrawn = 50
/** The first `places` of a drawn raffle's order. */
async function orderOf(row: RaffleRow, entries: readonly RaffleEntry[], places: number): Promise<InLine[]> {
  const key = `${row.id} ${places}`
  let order = drawn.get(key)
  if (order === undefined) {
    if (drawn.size >= mostDrawn) drawn.delete(drawn.keys().next().value!)
    order = drawPlaces(hashes, drawOf(row, entries), places)
    drawn.set(key, order)
    order.catch(() => drawn.delete(key))
  }
  return order
}
/** Whether something is to be done with it: it is to be closed, drawn, or its time is over. */
export const isDue = (row: RaffleRow, now: Date): boolean =>
  (row.state === 'open' && row.closesAt <= now) ||
  (row.state === 'closed' && (row.outside === null || row.outsideValue !== null || row.drawBy <= now))

export const getRaffle = (db: Read, viewer: Viewer | null, { id }: Input<'GET /raffles/:id'>): Promise<Raffle> => show(db, viewer, id)

const how = [
  'This file holds all that is needed to draw the raffle again: planet verify raffle.json (--against a file saved earlier).',
  'commitment = SHA-256 of the seed, as text; it was published before entries opened. rulesDigest = SHA-256 of "rules" as one line of JSON.',
  'digest = SHA-256 of the list of tickets: a line "first-last tag" for each entry, numbered from 1.',
  'Block c = HMAC-SHA256 with the seed as key of the lines: format, raffle, rulesDigest, digest, outsideValue (or nothing), c = 0, 1, 2 …',
  'Each block is five numbers of 12 hex digits; one below the largest multiple of n under 16^12 chooses one of n tickets by its remainder, others are passed over.',
  'The chosen ticket leaves the row and the last one takes its place. Prizes are dealt in order; with onePrize, tickets of who has won are passed over.',
  'planet-raffle/2: the draw goes on after the last prize; "line" says who would be next. A winner with "lapsedAt" did not claim within claimDays; the next place of the same order followed "instead" of the lowest such place, until passDays after drawnAt.',
  'tag = the first 24 digits of the SHA-256 of the lines raffle, person, salt; the salt is known to that person only.',
]

export async function sendFile(
  ctx: StreamContext,
  viewer: Viewer | null,
  { id }: Input<'GET /raffles/:id/raffle.json'>,
): Promise<FastifyReply> {
  const { row } = await seeRaffle(ctx.read, viewer, id)
  if (row.state === 'draft') throw fault('not_found')
  const entries = await readEntries(ctx.read, id)
  const wins = row.state === 'drawn' ? await readWins(ctx.read, id) : []
  const format = formatOf(row)
  const line = format === lineFormat
  const order = line && row.state === 'drawn' ? await orderOf(row, entries, wins.length + lineShown) : []
  const file: RaffleFile = {
    format,
    how,
    planet: ctx.config.url,
    made: clock.now().toISOString(),
    state: row.state,
    rules: JSON.parse(row.rules!) as RaffleRules,
    rulesDigest: row.rulesDigest!,
    commitment: row.commitment!,
    publishedAt: row.publishedAt!.toISOString(),
    entries,
    digest: row.digest,
    closedAt: row.closedAt?.toISOString() ?? null,
    outsideValue: row.outsideValue,
    seed: row.seed,
    drawnAt: row.drawnAt?.toISOString() ?? null,
    winners: wins.map(({ place, prize, ticket, tag, at, instead, lapsedAt }) => ({
      place,
      prize,
      ticket,
      tag,
      ...(line ? { at: at.toISOString(), instead, lapsedAt: lapsedAt?.toISOString() ?? null } : {}),
    })),
    ...(line ? { line: order.slice(wins.length) } : {}),
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
