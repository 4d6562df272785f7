/** For tests of tickets, the door and deals: shows as the room shows would tell them, and tickets for people. */
import { newId } from '../foundation/clock.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { issue, registerShows, type FreedTicket, type Guest, type NewTicket, type ShowFacts, type TicketRow } from './index.ts'

const hourMs = 3_600_000
export type FakeShows = { shows: Map<string, ShowFacts>; guests: Map<string, Guest[]>; freed: FreedTicket[] }

/** Stands in for the room shows, which is not there in the tests of what it stands on. */
export function fakeShows(): FakeShows {
  const world: FakeShows = { shows: new Map(), guests: new Map(), freed: [] }
  registerShows({
    describe: async (_db, ids) => new Map(ids.flatMap(id => (world.shows.has(id) ? [[id, world.shows.get(id)!] as const] : []))),
    guests: async (_db, show) => world.guests.get(show) ?? [],
    freed: async (_tx, tickets) => void world.freed.push(...tickets),
    left: async () => new Map(),
  })
  return world
}

export async function openTestPage(who: Person, name: string, organisation?: string): Promise<string> {
  const id = newId('pag')
  await who.call('POST', '/pages', {
    id,
    kind: 'artist',
    name,
    handle: `p-${id.slice(-12)}`,
    ...(organisation === undefined ? {} : { organisation }),
  })
  return id
}

/** A show in forty days, where everything is allowed until an hour before. */
export function addShow(world: FakeShows, page: string, given: Partial<ShowFacts> = {}): ShowFacts {
  const startsAt = given.startsAt ?? new Date(Math.ceil(Date.now() / hourMs) * hourMs + 40 * 24 * hourMs)
  const before = new Date(startsAt.getTime() - hourMs)
  const endsAt = new Date(startsAt.getTime() + 3 * hourMs)
  const show: ShowFacts = {
    id: newId('sho'),
    page,
    pageName: 'Moon Hall',
    title: '月亮与六便士 Live',
    artists: 'Moon',
    state: 'on_sale',
    venue: '月亮剧场',
    address: '静安路 1 号',
    city: '上海',
    zone: 'Asia/Shanghai',
    doorsAt: before,
    startsAt,
    endsAt,
    picture: null,
    accent: null,
    realName: 'none',
    minAge: 0,
    renameUntil: before,
    transferUntil: before,
    resaleUntil: before,
    reentry: false,
    moneyAt: new Date(endsAt.getTime() + 24 * hourMs),
    ...given,
  }
  world.shows.set(show.id, show)
  return show
}

export const ticketFor = (show: string, holder: string | null, given: Partial<NewTicket> = {}): NewTicket => ({
  show,
  tier: 'tir_1',
  tierName: '内场',
  line: null,
  holder,
  seat: null,
  seatLabel: null,
  faceValue: 38_000n,
  currency: 'CNY',
  ...given,
})
export const giveTickets = (planet: TestPlanet, given: readonly NewTicket[]): Promise<TicketRow[]> =>
  planet.db.transaction(tx => issue(tx, given))

export const refused = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; code?: string; problem?: { code: string } }) =>
      error.problem === undefined ? (error.code ?? 'broken') : `${error.status} ${error.problem.code}`,
  )
