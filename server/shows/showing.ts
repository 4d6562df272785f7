/** Shows as they are seen: cards, a show's page, who may see and edit. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { shows } from '../../shared/shows.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl } from '../media/index.ts'
import { isMember } from '../services/index.ts'
import { countHeld } from '../tickets/index.ts'
import { earlyFor, isAsked, membersAt, tierState, type TierState } from './policy.ts'
import {
  groupsByIds,
  groupsOfPerson,
  listCards,
  listCities,
  membershipOf,
  readShow,
  tiersOf,
  type CardRow,
  type ShowRow,
  type TierRow,
} from './store.ts'
import { aliveHold, readAnswer, readPromo, ticketsOfBuyer } from './store-sale.ts'
import { listSoon, readEntrant, readLottery, waitingOf } from './store-lists.ts'
import { wanted } from './words.ts'

type Entries = typeof shows.entries
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Card = Ok<'GET /shows'>['items'][number]
export type Show = Ok<'GET /shows/:id'>

/** From this share of places on few are left; told as a number below `tellBelow`. */
const fewPercent = 10
const tellBelow = 20

export const moneyOf = (amount: bigint, currency: string): { amount: bigint; currency: Currency } => ({
  amount,
  currency: currency as Currency,
})

const leftOf = ({ state, capacity, free }: Pick<CardRow, 'state' | 'capacity' | 'free'>): Card['left'] =>
  state !== 'on_sale' || capacity === 0 ? null : free === 0 ? 'none' : free * 100 <= capacity * fewPercent ? 'few' : 'many'

export function showCard(row: CardRow, now: Date = clock.now()): Card {
  const { currency, state } = row
  const opens = row.opensAt !== null && row.opensAt.getTime() > now.getTime() ? row.opensAt : null
  return {
    id: row.id,
    title: row.title,
    series: row.series,
    page: {
      id: row.page,
      name: row.pageName,
      handle: row.pageHandle,
      picture: row.pagePicture === null ? null : coverUrl(row.pagePicture, 300),
    },
    picture: row.picture === null ? null : coverUrl(row.picture, 640),
    accent: row.accent,
    place: row.place,
    city: row.city,
    country: row.country,
    zone: row.zone,
    doorsAt: row.doorsAt,
    startsAt: row.startsAt,
    endsAt: row.endsAt,
    dateOpen: row.dateOpen,
    state,
    sale: row.sale,
    acts: row.acts.map(act => ({ ...act, picture: act.picture === null ? null : coverUrl(act.picture, 300) })),
    from: row.low === null ? null : moneyOf(row.low, currency),
    to: row.high === null ? null : moneyOf(row.high, currency),
    opensAt: state === 'announced' || state === 'on_sale' ? opens : null,
    left: leftOf(row),
    going: row.going,
  }
}
export async function cardsOf(db: Read | Tx, viewer: string | null, ids: readonly string[]): Promise<Map<string, Card>> {
  const now = clock.now()
  const rows = ids.length === 0 ? [] : await listCards(db, viewer, { ids }, null, ids.length, now)
  return new Map(rows.map(row => [row.id, showCard(row, now)]))
}

export async function getShows(db: Read, viewer: Viewer | null, input: Input<'GET /shows'>): Promise<Ok<'GET /shows'>> {
  const { q = '', city, from, to, page, venue, past, limit } = input
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const now = clock.now()
  const rows = await listCards(
    db,
    viewer?.id ?? null,
    { words: wanted(q), city, from, to, page, venue, past },
    at === undefined ? null : { at, id: id! },
    limit + 1,
    now,
  )
  return pageOf(
    rows,
    limit,
    row => showCard(row, now),
    row => toCursor(row.startsAt, row.id),
  )
}
/** So many stand on a first screen, of so many that are looked at: the soonest to begin are among the soonest to end. */
const onFirstScreen = 8
export async function getTonight(db: Read): Promise<Ok<'GET /shows/tonight'>> {
  const rows = await listSoon(db, clock.now(), onFirstScreen * 3)
  const items = rows
    .sort((a, b) => Number(b.today) - Number(a.today) || a.startsAt.getTime() - b.startsAt.getTime())
    .slice(0, onFirstScreen)
    .map(row => ({
      id: row.id,
      title: row.title,
      picture: row.picture === null ? null : coverUrl(row.picture, 300),
      place: row.place,
      city: row.city,
      zone: row.zone,
      startsAt: row.startsAt,
      from: row.low === null ? null : moneyOf(row.low, row.currency),
      left: leftOf(row),
      today: row.today,
      until: row.until,
    }))
  return { items }
}
export const getCities = async (db: Read): Promise<Ok<'GET /shows/cities'>> => ({ items: await listCities(db, clock.now()) })

export async function getMyShows(db: Read, viewer: Viewer, input: Input<'GET /me/shows'>): Promise<Ok<'GET /me/shows'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const now = clock.now()
  const rows = await listCards(db, viewer.id, { own: true }, at === undefined ? null : { at, id: id! }, input.limit + 1, now)
  return pageOf(
    rows,
    input.limit,
    row => ({ ...showCard(row, now), sold: row.sold, capacity: row.capacity }),
    row => toCursor(row.startsAt, row.id),
  )
}

/** A show as this viewer may see it: drafts and hidden ones only those who put it on (and the planet's staff). */
export async function seeShow(db: Read | Tx, viewer: Viewer | null, id: string): Promise<ShowRow> {
  const row = await readShow(db, id, viewer?.id ?? null)
  const staff = viewer?.roles.includes('operator') === true
  if (row === undefined || ((row.state === 'draft' || row.hidden) && !row.mayEdit && !staff)) throw fault('not_found')
  return row
}
/** One of a page one may edit. Others cannot tell a draft from nothing. */
export async function ownShow(db: Read | Tx, viewer: Viewer, id: string): Promise<ShowRow> {
  const row = await seeShow(db, viewer, id)
  if (!row.mayEdit) throw fault('forbidden', 'own_page_only')
  return row
}

export type SeenTier = TierRow & { now: TierState }
/** Tiers this viewer sees, and what each is to them: secret ones only with a code of theirs (or for who edits). */
export async function seenTiers(
  db: Read | Tx,
  row: ShowRow,
  viewer: Viewer | null,
  code: string | undefined,
  now: Date,
): Promise<{ tiers: SeenTier[]; opened: ReadonlySet<string> }> {
  const all = await tiersOf(db, [row.id])
  const promo = code === undefined ? undefined : await readPromo(db, row.id, code, now)
  const opened = new Set(promo?.tiers)
  const mine =
    viewer === null ? new Set<string>() : await groupsOfPerson(db, viewer.id, [...new Set(all.flatMap(tier => tier.earlyGroups))])
  const member = all.some(tier => tier.memberHours > 0) && (await isMember(db, viewer?.id ?? null, row.page))
  return {
    tiers: all
      .filter(tier => !tier.secret || opened.has(tier.id) || row.mayEdit)
      .map(tier => ({
        ...tier,
        now: tierState(row, tier, earlyFor(tier, mine, member), now),
      })),
    opened,
  }
}

/** A lottery sale with the viewer's own part of it. */
export async function shownLottery(db: Read | Tx, show: string, person: string | null): Promise<Show['lottery']> {
  const row = await readLottery(db, show)
  if (row === undefined) return null
  const mine = person === null ? undefined : await readEntrant(db, show, person)
  const { opensAt, closesAt, hours, state, places, entrants, commitment, rulesDigest, publishedAt, digest, seed, drawnAt } = row
  return {
    opensAt,
    closesAt,
    hours,
    state,
    places,
    entrants,
    commitment,
    rulesDigest,
    publishedAt,
    digest,
    seed,
    drawnAt,
    me:
      mine === undefined || mine.withdrawn
        ? null
        : {
            id: mine.id,
            count: mine.count,
            tiers: mine.tiers,
            tag: mine.tag,
            salt: mine.salt,
            number: mine.number,
            drawn: mine.drawn,
            tier: mine.tier,
            waiting: mine.waiting,
          },
  }
}
export async function showPage(db: Read | Tx, viewer: Viewer | null, row: ShowRow, code?: string): Promise<Show> {
  const now = clock.now()
  const person = viewer?.id ?? null
  const [[figures], { tiers }, others] = await Promise.all([
    listCards(db, person, { ids: [row.id], own: row.mayEdit }, null, 1, now),
    seenTiers(db, row, viewer, code, now),
    row.series === null ? [] : listCards(db, person, { series: { page: row.page, name: row.series, but: row.id } }, null, 24, now),
  ])
  const groups = new Map((await groupsByIds(db, [...new Set(tiers.flatMap(tier => tier.earlyGroups))])).map(group => [group.id, group]))
  const card = showCard(figures ?? { ...row, low: null, high: null, capacity: 0, free: 0, sold: 0, opensAt: null, going: false }, now)
  const [bought, held, hold, waiting, keep] =
    person === null
      ? [0, new Map<string, number>(), null, [], null]
      : await Promise.all([
          ticketsOfBuyer(db, row.id, person),
          countHeld(db, row.id, person),
          row.hall === null ? null : aliveHold(db, row.hall, person, now),
          waitingOf(db, person, row.id),
          row.askUntil === null ? null : readAnswer(db, row.id, person, row.askUntil),
        ])
  const tickets = [...held.values()].reduce((sum, n) => sum + n, 0)
  return {
    ...card,
    about: row.about,
    rules: row.rules,
    address: row.address,
    latitude: row.latitude,
    longitude: row.longitude,
    venue: row.venue,
    map: row.map,
    hall: row.hall,
    minAge: row.minAge,
    mostEach: row.mostEach,
    realName: row.realName,
    ladder: row.ladder,
    waitingList: row.waitingList,
    transfer: row.transfer,
    resale: row.resale,
    reentry: row.reentry,
    tiers: tiers.map(tier => ({
      id: tier.id,
      name: tier.name,
      about: tier.about,
      price: moneyOf(tier.price, row.currency),
      colour: tier.colour,
      seated: tier.sections !== null && tier.places === null,
      opensAt: tier.opensAt,
      closesAt: tier.closesAt,
      earlyAt: tier.earlyAt,
      earlyGroups: tier.earlyGroups.flatMap(group => groups.get(group) ?? []),
      membersAt: membersAt(tier),
      mostEach: Math.min(tier.mostEach ?? row.mostEach, row.mostEach),
      state: tier.now,
      offer: tier.offer,
      left: tier.free > 0 && tier.free <= tellBelow && (tier.now === 'open' || tier.now === 'early') ? tier.free : null,
      waiting: tier.waiting,
      secret: tier.secret,
    })),
    wasAt: row.wasAt,
    askUntil: row.askUntil,
    reason: row.reason,
    groups: row.groups,
    others: others.map(other => showCard(other, now)),
    membership: tiers.some(tier => tier.memberHours > 0) ? await membershipOf(db, row.page) : null,
    lottery: row.sale === 'lottery' ? await shownLottery(db, row.id, person) : null,
    mine: {
      tickets,
      more: Math.max(0, row.mostEach - bought),
      hold,
      waiting: waiting
        .filter(one => one.state === 'waiting' || one.state === 'offered')
        .map(({ id, tier, state, count }) => ({ id, tier, state, count })),
      keep,
      asked: tickets > 0 && isAsked(row, now),
    },
    can: { edit: row.mayEdit },
  }
}
export const getShow = async (db: Read, viewer: Viewer | null, { id, code }: Input<'GET /shows/:id'>): Promise<Show> =>
  showPage(db, viewer, await seeShow(db, viewer, id), code)
