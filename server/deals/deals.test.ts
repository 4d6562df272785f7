/** The way of a show's money through the door: bought, sold on, settled into the pot, divided by what both signed, and given back late. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { dealSums, type DealTerms } from '../../shared/deal-sums.ts'
import { allChecks, runChecks } from '../console/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { giveRefund } from '../refunds/index.ts'
import { putOffer, registerKind, settleAll, settleAt } from '../shop/index.ts'
import { decide, held, orderIs, place, type OrderJson } from '../shop/shop.testing.ts'
import { until } from '../foundation/testing.ts'
import { issue, ticketsOf, voidTickets, type ShowFacts } from '../tickets/index.ts'
import { addShow, fakeShows, openTestPage, refused, type FakeShows } from '../tickets/tickets.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { payRest } from './paying.ts'

let planet: TestPlanet
let world: FakeShows
let organiser: Person
let artist: Person
let fan: Person
let friend: Person
let hall: string
let band: string
const quiet = { info: () => undefined, warn: (what: { err?: unknown }) => expect(what.err).toBe('no problem') } as unknown as Parameters<
  typeof settleAll
>[1]
const tier = (show: ShowFacts): string => show.id.replace('sho_', 'tir_')
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  world = fakeShows()
  // A kind of ticket as the room shows has it, without seats.
  registerKind({
    kind: 'test_ticket',
    price: async (_tx, wanted) => wanted.map(({ offer }) => ({ unit: offer.amount })),
    reserve: async () => new Map(),
    reserveAgain: async () => true,
    fulfil: async (tx, lines, at) => {
      for (const line of lines) {
        const show = world.shows.get(line.subject.replace('tir_', 'sho_'))!
        const one = {
          show: show.id,
          tier: line.subject,
          tierName: '内场',
          line: line.id,
          holder: line.buyer,
          seat: null,
          seatLabel: null,
          faceValue: 10_000n,
          currency: 'CNY',
        }
        await issue(
          tx,
          Array.from({ length: line.quantity }, () => one),
          at,
        )
      }
      return new Map(lines.map(line => [line.id, world.shows.get(line.subject.replace('tir_', 'sho_'))!.moneyAt]))
    },
    release: async () => undefined,
    cancel: async (tx, lines) =>
      void (await voidTickets(tx, { lines: lines.map(line => line.id) }, 'refunded', clock.now(), { used: true })),
    shares: async (_tx, lines) =>
      new Map(
        lines.map(line => [
          line.id,
          [{ receiver: `show:${line.subject.replace('tir_', 'sho_')}`, role: 'tickets', weight: 1n, shareBp: 10_000 }],
        ]),
      ),
  })
  ;[organiser, artist, fan, friend] = (await Promise.all(['Hall', 'Band', 'Fan', 'Friend'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
    Person,
  ]
  hall = await openTestPage(organiser, 'Moon Hall')
  band = await openTestPage(artist, 'Moon')
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})
const ours = allChecks.filter(({ name }) =>
  /^(deals|tickets|shop|refunds|rooms\.(custody|owners|purposes|kinds|causes|escrow|settled_once)|ledger)/.test(name),
)
afterEach(async () => {
  const found = await runChecks(planet.db.read, ours)
  expect(found.filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
})

async function onSale(): Promise<{ show: ShowFacts; offer: string }> {
  const show = addShow(world, hall)
  const offer = await planet.db.transaction(tx =>
    putOffer(tx, {
      kind: 'test_ticket',
      subject: tier(show),
      page: hall,
      title: show.title,
      detail: '内场',
      pricing: 'fixed',
      amount: 10_000n,
      currency: 'CNY',
      listed: false,
      by: organiser.id,
    }),
  )
  return { show, offer }
}
async function buy(who: Person, offer: string, quantity = 1): Promise<OrderJson> {
  const order = await who.call<OrderJson>('POST', '/orders', { lines: [{ offer, quantity }] })
  await decide(who, order)
  await ticketOf(order)
  return who.call<OrderJson>('GET', `/orders/${order.id}`)
}
const ticketOf = async (order: OrderJson): Promise<string> =>
  (await until(async () => (await ticketsOf(planet.db.read, { lines: order.lines.map(line => line.id) }))[0], 'the ticket')).id
/** The show is over and its lines are settled: the pot is full. */
async function over(show: ShowFacts): Promise<void> {
  world.shows.set(show.id, {
    ...show,
    startsAt: new Date('2026-01-01T12:00Z'),
    endsAt: new Date('2026-01-01T15:00Z'),
    moneyAt: new Date('2026-01-02T15:00Z'),
  })
  const lines = (await ticketsOf(planet.db.read, { show: show.id })).flatMap(ticket => ticket.line ?? [])
  await planet.db.transaction(tx =>
    settleAt(
      tx,
      [...new Set(lines)].map(line => ({ line, at: clock.now() })),
    ),
  )
  await settleAll(planet.db.transaction, quiet)
  // The planet's own settler may have been quicker, and still be at it.
  const open = `select from shop.line where id = any($1) and state = 'held'`
  await until(async () => (await planet.db.pool.query(open, [lines])).rowCount === 0, 'the pot to be full')
}

test('sums: every kind of deal to the minor unit; costs count up to what was agreed; the parts make the whole', () => {
  const terms = (given: Partial<DealTerms>): DealTerms => ({
    kind: 'versus',
    guarantee: 50_000n,
    shareBp: 7000,
    costsMost: null,
    bonuses: [],
    ...given,
  })
  const sums = (given: Partial<DealTerms>, takings: bigint, costs: bigint, sold = 0) => dealSums(terms(given), { takings, costs, sold })
  expect(sums({}, 100_000n, 20_000n)).toMatchObject({ net: 80_000n, share: 56_000n, artist: 56_000n, organiser: 24_000n })
  expect(sums({}, 60_000n, 20_000n)).toMatchObject({ artist: 50_000n, organiser: -10_000n })
  expect(sums({ kind: 'plus' }, 100_000n, 20_000n)).toMatchObject({ artist: 50_000n + 21_000n })
  expect(
    sums(
      {
        kind: 'guarantee',
        bonuses: [
          { from: 100, amount: 5000n },
          { from: 200, amount: 7000n },
        ],
      },
      100_000n,
      0n,
      150,
    ),
  ).toMatchObject({ fee: 50_000n, bonus: 5000n })
  expect(sums({ kind: 'percentage', costsMost: 10_000n }, 100_001n, 20_000n)).toMatchObject({
    counted: 10_000n,
    share: 63_001n,
    organiser: 17_000n,
  })
  for (const kind of ['guarantee', 'percentage', 'versus', 'plus'] as const)
    for (let n = 0n; n < 200n; n++) {
      const got = sums({ kind, shareBp: Number(n) * 50 }, n * 997n, n * 331n)
      expect(got.artist + got.organiser + got.costs).toBe(got.takings)
    }
})

test('sold on: the buyer has a new ticket, the first buyer the money, the show what it had; nobody sells above what was paid', async () => {
  const { show, offer } = await onSale()
  const first = await buy(fan, offer)
  const old = await ticketOf(first)
  const at = `/tickets/${old}/resale`
  const price = (amount: string) => ({ price: { amount, currency: 'CNY' } })
  expect(await refused(friend.call('POST', at, price('9000')))).toBe('404 not_found')
  expect(await refused(fan.call('POST', at, price('10001')))).toBe('422 above_face_value')
  const resale = newId('rsl')
  await Promise.all([1, 2].map(() => fan.call('POST', at, { resale, ...price('9000') })))
  expect(await refused(fan.call('POST', at, { resale, ...price('8000') }))).toBe('409 key_reused')
  const list = await planet.stranger.call<{ items: { offer: string; price: { amount: string } }[] }>('GET', `/shows/${show.id}/resale`)
  expect(list.items).toMatchObject([{ price: { amount: '9000' } }])
  const on = list.items[0]!.offer
  expect(await refused(place(fan, [on]))).toBe('409 ticket_own')
  // Two want it: one has it; as long as that one pays, it cannot be taken down.
  const rivals = [friend, await planet.signUp('Rival')]
  const tried = await Promise.all(rivals.map(who => place(who, [on]).catch((error: { problem: { code: string } }) => error.problem.code)))
  expect(tried.filter(one => one === 'sold_out')).toHaveLength(1)
  const n = tried.findIndex(one => typeof one === 'object')
  const [winner, order] = [rivals[n]!, tried[n] as OrderJson]
  expect(await refused(fan.call('DELETE', at))).toBe('409 resale_reserved')
  // Not paid: it is for sale again. Then paid.
  await winner.call('POST', `/orders/${order.id}/cancel`)
  const second = await place(winner, [on])
  await decide(winner, second)
  await orderIs(winner, second.id, 'paid')
  const now = await ticketOf(second)
  expect(await winner.call('GET', `/tickets/${now}`)).toMatchObject({ state: 'issued', can: { resell: true } })
  expect(await fan.call('GET', `/tickets/${old}`)).toMatchObject({ state: 'void', voidWhy: 'sold_on', payload: null })
  const back = await until(async () => {
    const { lines } = await fan.call<{ lines: { refunded: { amount: string } }[] }>('GET', `/orders/${first.id}`)
    return lines[0]!.refunded.amount === '0' ? undefined : lines[0]!.refunded.amount
  }, 'the money of the first buyer')
  expect(back).toBe('9000')
  // The new one's money goes where the old one's went; refunded, its place is free again.
  const [line] = second.lines
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'test', line: line!.id, amount: null, by: organiser.id, reason: 'other', at: clock.now() }),
  )
  expect(world.freed.map(ticket => [ticket.id, ticket.origin])).toEqual([[now, first.lines[0]!.id]])
  // Kept after all; voided while it is offered, the offer is gone.
  const third = await buy(fan, offer)
  const kept = await ticketOf(third)
  await fan.call('POST', `/tickets/${kept}/resale`, price('5000'))
  expect(await fan.call('DELETE', `/tickets/${kept}/resale`)).toMatchObject({ state: 'issued', resale: null })
  await fan.call('POST', `/tickets/${kept}/resale`, price('5000'))
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'test2', line: third.lines[0]!.id, amount: null, by: organiser.id, reason: 'other', at: clock.now() }),
  )
  await planet.db.transaction(tx => voidTickets(tx, { ids: [kept] }, 'refunded'))
  expect((await planet.stranger.call<{ items: object[] }>('GET', `/shows/${show.id}/resale`)).items).toEqual([])
})

type Deal = { id: string; hash: string; state: string; text: string }
type Desk = {
  missing: string | null
  pot: { amount: string }
  worksheet: { gross: string; providerFee: string; commission: string; takings: string; pay: { artist: string; organiser: string } | null }
  terms: Deal | null
  settlement: Deal | null
  payments: { kind: string; amount: string }[]
}

test('a deal: both sign the terms, then the sums by the ledger; the pot is paid in one transfer; a late refund is given back in proportion', async () => {
  const { show, offer } = await onSale()
  const orders = [await buy(fan, offer, 3), await buy(friend, offer, 1)]
  const deal = `/shows/${show.id}/deal`
  const terms = { artist: band, kind: 'versus', guarantee: '10000', shareBp: 7000, costsMost: null, bonuses: [], note: '含交通' }
  const id = newId('dea')
  expect(await refused(fan.call('GET', deal))).toBe('404 not_found')
  expect(await refused(artist.call('POST', `/shows/${show.id}/deals`, terms))).toBe('404 not_found')
  expect(await refused(organiser.call('POST', `/shows/${show.id}/deals`, { ...terms, artist: hall }))).toBe('422 deal_same_side')
  const made = await Promise.all([1, 2].map(() => organiser.call<Deal>('POST', `/shows/${show.id}/deals`, { id, ...terms })))
  expect([made[0]!.hash === made[1]!.hash, made[0]!.state]).toEqual([true, 'open'])
  expect(await refused(organiser.call('POST', `/shows/${show.id}/deals`, { id, ...terms, shareBp: 8000 }))).toBe('409 key_reused')
  expect(await refused(fan.call('POST', `/deals/${id}/sign`, { hash: made[0]!.hash }))).toBe('404 not_found')
  expect(await refused(artist.call('POST', `/deals/${id}/sign`, { hash: '0'.repeat(64) }))).toBe('409 conflict')
  const signed = await Promise.all([1, 2].map(() => artist.call<Deal>('POST', `/deals/${id}/sign`, { hash: made[0]!.hash })))
  expect(signed.map(one => one.state)).toEqual(['signed', 'signed'])

  const cost = newId('dea')
  await organiser.call('PUT', `/shows/${show.id}/costs/${cost}`, { name: '音响', amount: '5000' })
  expect(await refused(artist.call('PUT', `/shows/${show.id}/costs/${newId('dea')}`, { name: 'x', amount: '1' }))).toBe('404 not_found')
  expect(await organiser.call<Desk>('GET', deal)).toMatchObject({ missing: 'not_over' })
  await over(show)
  const desk = await organiser.call<Desk>('GET', deal)
  const { worksheet } = desk
  // 400.00 paid; 0.60 % kept by the provider, then the planet's commission: to the fen what lies in the pot.
  expect([worksheet.gross, worksheet.providerFee, desk.missing]).toEqual(['40000', '240', null])
  const pot = await held(planet, `show:${show.id}`, 'available')
  expect([BigInt(worksheet.takings), BigInt(desk.pot.amount), 40_000n - 240n - BigInt(worksheet.commission)]).toEqual([pot, pot, pot])
  const share = ((pot - 5000n) * 7000n + 5000n) / 10_000n
  expect(worksheet.pay).toEqual({ artist: share.toString(), organiser: (pot - share).toString() })

  const sums = await organiser.call<Deal>('POST', `/shows/${show.id}/settlement`, {})
  // A cost more, and the sums are others: what was written down is not signed any more.
  await organiser.call('PUT', `/shows/${show.id}/costs/${cost}`, { name: '音响', amount: '6000' })
  expect(await refused(artist.call('POST', `/deals/${sums.id}/sign`, { hash: sums.hash }))).toBe('409 deal_closed')
  const again = await organiser.call<Deal>('POST', `/shows/${show.id}/settlement`, {})
  const before = [await held(planet, artist.id, 'available'), await held(planet, organiser.id, 'available')]
  const paid = await Promise.all([1, 2].map(() => artist.call<Deal>('POST', `/deals/${again.id}/sign`, { hash: again.hash })))
  expect(paid.map(one => one.state)).toEqual(['paid', 'paid'])
  const part = ((pot - 6000n) * 7000n + 5000n) / 10_000n
  const after = [await held(planet, artist.id, 'available'), await held(planet, organiser.id, 'available')]
  expect([after[0]! - before[0]!, after[1]! - before[1]!, await held(planet, `show:${show.id}`, 'available')]).toEqual([
    part,
    pot - part,
    0n,
  ])
  expect(await refused(organiser.call('PUT', `/shows/${show.id}/costs/${cost}`, { name: '音响', amount: '1' }))).toBe('409 deal_paid')
  expect((await organiser.fetch(`/api/v1/deals/${again.id}/deal.pdf`)).status).toBe(200)

  // A refund after all that: the pot is empty, both give back what they got of it, in proportion.
  const [line] = orders[1]!.lines
  await planet.db.transaction(tx =>
    giveRefund(tx, { key: 'late', line: line!.id, amount: null, by: organiser.id, reason: 'other', at: clock.now() }),
  )
  const gave = [after[0]! - (await held(planet, artist.id, 'available')), after[1]! - (await held(planet, organiser.id, 'available'))]
  expect(gave[0]! + gave[1]!).toBe(pot / 4n)
  expect(Number(gave[0]!) / Number(gave[0]! + gave[1]!)).toBeCloseTo(Number(part) / Number(pot), 2)
  expect((await organiser.call<Desk>('GET', deal)).payments.map(one => one.kind)).toEqual(['settlement', 'cover'])
})

test('without a paper the organiser gets the pot, once; a guarantee nobody can pay is not half paid', async () => {
  const alone = await onSale()
  await buy(fan, alone.offer)
  await over(alone.show)
  const before = await held(planet, organiser.id, 'available')
  const pot = await held(planet, `show:${alone.show.id}`, 'available')
  const context = { read: planet.db.read, write: planet.db.transaction, log: quiet }
  await Promise.all([payRest(context), payRest(context)])
  expect([(await held(planet, organiser.id, 'available')) - before, await held(planet, `show:${alone.show.id}`, 'available')]).toEqual([
    pot,
    0n,
  ])

  const { show, offer } = await onSale()
  await buy(fan, offer)
  const terms = await organiser.call<Deal>('POST', `/shows/${show.id}/deals`, {
    artist: band,
    kind: 'guarantee',
    guarantee: '99999999',
    shareBp: 0,
    costsMost: null,
    bonuses: [],
  })
  await artist.call('POST', `/deals/${terms.id}/sign`, { hash: terms.hash })
  await over(show)
  await payRest(context)
  const sums = await organiser.call<Deal>('POST', `/shows/${show.id}/settlement`, {})
  expect(await refused(artist.call('POST', `/deals/${sums.id}/sign`, { hash: sums.hash }))).toBe('409 deal_short')
  expect(await artist.call('GET', `/deals/${sums.id}`)).toMatchObject({ state: 'open' })
  expect(await artist.call('POST', `/deals/${sums.id}/decline`, { reason: '先补足保底' })).toMatchObject({ state: 'declined' })
  expect((await held(planet, `show:${show.id}`, 'available')) > 0n).toBe(true)
  expect((await artist.call<{ items: { side: string; state: string }[] }>('GET', '/me/deals')).items[0]).toMatchObject({
    side: 'artist',
    state: 'declined',
  })
})
