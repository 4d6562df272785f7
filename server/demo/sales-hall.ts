/** The hall of the demo world: a place with a map of its seats, shows that were and will be, rooms upstairs by the hour. */
import { seatsOf } from '../../shared/seating-plan.ts'
import { clock } from '../foundation/clock.ts'
import { keepPicture } from '../bookings/index.ts'
import { dressVenue } from '../seating/index.ts'
import { dressShow, drawLottery } from '../shows/index.ts'
import { linesOf, offersOf, recordPastOrder, settleDue } from '../shop/index.ts'
import { openStore } from '../storefront/index.ts'
import { daysAgo, inside, type Step, type Tools } from './acting.ts'
import { listeners } from './people.ts'
import { demoResources, demoShows, hallPlan, inBoth, type DemoShow } from './shows-words.ts'

const venue = 'venue@demo.example'
const fan = 'fan@demo.example'
const zone = 'Asia/Shanghai'
const hour = 3_600_000
const buyers = [fan, ...listeners.map(one => one.email)]

/** A moment so many days from the day the world is made, at this hour in China. */
const inChina = (now: number, inDays: number, at: number): Date => daysAgo(now, -inDays, at - 8)

export function hallHappenings(tools: Tools): void {
  const { world, plan, add, id, picture } = tools
  const page = world.pages['venue']!
  const pictures = [picture(['hall', 2]), picture(['hall', 0]), picture(['ktv', 1])]
  add(100, 2, async ({ tx, act }) => {
    const ven = id('ven', 'venue')
    const map = id('map', 'map')
    await act(venue, 'PUT /pages/:page/venues/:id', {
      page,
      id: ven,
      name: '港湾厅',
      country: 'CN',
      region: '福建',
      city: '厦门',
      address: '环岛路 88 号',
      postcode: '361000',
      zone,
      latitude: 24.4437,
      longitude: 118.0894,
      capacity: 320,
      about: inBoth('hall', '码头边的老仓库，木地板，三百人。楼上六间 KTV，一楼排练室，三楼录音棚。'),
      access: '一楼平进，无障碍座在池座 E 排两侧；楼座有楼梯二十级。',
      shared: true,
    })
    for (const key of pictures) await dressVenue(tx, ven, plan.pictures[key]!)
    const { revision } = await act<{ revision: number }>(venue, 'PUT /venues/:venue/maps/:id', { venue: ven, id: map, name: '坐席加站区' })
    const saved = await act<{ revision: number }>(venue, 'PUT /maps/:id/draft', { id: map, revision, plan: hallPlan })
    await act(venue, 'POST /maps/:id/publish', { id: map, revision: saved.revision })
    await openStore(tx, {
      page,
      owner: world.organisations['venue']!,
      name: '港湾厅',
      about: inBoth('venue', '演出票、楼上的房间、排练室。'),
      by: world.people[venue]!,
    })
  })
  for (const show of demoShows) showHappenings(tools, show)
  roomHappenings(tools)
}

/** Seats side by side from the left of each row, so that none is left alone; pairs, as most people come. */
function pairsOf(category: string): string[][] {
  const rows = Map.groupBy(
    seatsOf(hallPlan).filter(seat => seat.category === category && seat.whole === null && !seat.accessible && !seat.companion),
    seat => `${seat.item} ${seat.row}`,
  )
  return [...rows.values()].flatMap(row =>
    Array.from({ length: Math.floor(row.length / 2) - 1 }, (_, n) => [row[n * 2]!.key, row[n * 2 + 1]!.key]),
  )
}

function showHappenings(tools: Tools, show: DemoShow): void {
  const { world, config, plan, now, add, id, picture } = tools
  const sho = id('sho', `show ${show.key}`)
  const drawn = picture(show.picture)
  const start = inChina(now, show.inDays, show.hour)
  const made = show.inDays < 0 ? 70 : 34
  const tier = (key: string): string => id('tir', `tier ${show.key} ${key}`)
  for (const one of show.tiers) tier(one.key)
  const announce = async ({ tx, act }: Step): Promise<void> => {
    await act(venue, 'PUT /shows/:id', {
      id: sho,
      page: world.pages['venue']!,
      title: show.title,
      series: show.series ?? null,
      about: inBoth(show.key, show.about),
      venue: show.place === undefined ? plan.ids['venue']! : null,
      map: show.seated ? plan.ids['map']! : null,
      place: show.place ?? '港湾厅',
      address: show.place === undefined ? '环岛路 88 号' : '环岛东路',
      city: show.city ?? '厦门',
      country: 'CN',
      latitude: 24.4437,
      longitude: 118.0894,
      zone,
      doorsAt: new Date(start.getTime() - hour).toISOString(),
      startsAt: start.toISOString(),
      endsAt: new Date(start.getTime() + show.hours * hour).toISOString(),
      minAge: show.minAge ?? 0,
      sale: show.sale ?? 'direct',
      acts: show.acts.map(key => ({ page: world.pages[key]!, name: key })),
    })
    await act(venue, 'PUT /shows/:id/tiers', {
      id: sho,
      tiers: show.tiers.map(one => ({
        id: tier(one.key),
        name: one.name,
        about: one.about ?? '',
        price: String(one.price),
        capacity: one.capacity ?? null,
        sections: one.sections ?? null,
        colour: one.colour,
        secret: one.secret ?? false,
      })),
    })
    await dressShow(tx, sho, plan.pictures[drawn]!, start)
    if (show.sale === 'lottery')
      await act(venue, 'PUT /shows/:id/lottery', {
        id: sho,
        opensAt: inChina(now, show.drawn === undefined ? -2 : -show.drawn.ago - 7, 12).toISOString(),
        closesAt: inChina(now, show.drawn === undefined ? 12 : -show.drawn.ago, 20).toISOString(),
        hours: 48,
      })
    await act(venue, 'PUT /shows/:id/state', { id: sho, state: 'announced' })
    await act(venue, 'PUT /shows/:id/state', { id: sho, state: 'on_sale' })
    if (show.tiers.some(one => one.secret)) await act(venue, 'PUT /shows/:id/promos/:code', { id: sho, code: 'OLDFRIENDS', note: '给老朋友', tiers: show.tiers.filter(one => one.secret).map(one => tier(one.key)) }) // prettier-ignore
    for (const [n, name] of ['乐队家属', '本地电台', '摄影师 阿澈'].entries())
      await act(venue, 'PUT /shows/:id/guests/:guest', {
        id: sho,
        guest: id('gst', `guest ${show.key} ${n}`),
        name,
        plus: n === 0 ? 3 : 0,
        vip: n === 0,
      })
  }
  const { drawn: draw } = show
  if (draw === undefined) add(made, 3, announce)
  // In one transaction: its jobs go by the real clock, and would draw it before anyone has entered.
  else
    add(draw.ago, 13, async (step: Step) => {
      await clock.asOf(daysAgo(now, made, 3), () => announce(step))
      const tiers = show.tiers.map(one => tier(one.key))
      await clock.asOf(inChina(now, -draw.ago - 5, 20), async () => {
        for (const [n, email] of [fan, ...listeners.slice(0, draw.people).map(one => one.email)].entries())
          await step.act(email, 'PUT /shows/:id/lottery/entry', {
            id: sho,
            entry: id('ltn', `entry ${show.key} ${n}`),
            count: n % 4 === 3 ? 1 : 2,
            tiers: n % 3 === 2 ? tiers.toReversed() : tiers,
          })
      })
      await drawLottery(inside(step.tx), config, sho)
    })
  if (show.sold > 0) sellTickets(tools, show, made)
  if (show.inDays < 0)
    add(-show.inDays - 2, 2, async ({ tx, act, at }) => {
      // The night is over: what was held for it is divided.
      const lines = (await Promise.all(Object.entries(plan.ids).filter(([key]) => key.startsWith(`tickets ${show.key} `)).map(([, order]) => linesOf(tx, order)))).flat() // prettier-ignore
      await settleDue(tx, at, 2000, lines)
      void act
    })
}

function sellTickets({ world, plan, random, add, id }: Tools, show: DemoShow, made: number): void {
  const sho = plan.ids[`show ${show.key}`]!
  const open = show.tiers.filter(one => one.secret !== true)
  const pairs = new Map(open.map(one => [one.key, one.sections === undefined ? [] : pairsOf(one.sections[0]!)]))
  const left = new Map(open.map(one => [one.key, one.capacity ?? 80]))
  const last = Math.max(1, -show.inDays + 2)
  for (let n = 0, sold = 0; sold < show.sold; n++, sold += 2) {
    const ago = made - 1 - Math.floor((n * (made - 1 - last)) / Math.ceil(show.sold / 2))
    const tierKey = open[Math.floor(random() ** 1.4 * open.length)]!
    const seats = pairs.get(tierKey.key)!.shift()
    const email = n === 3 ? fan : buyers[1 + (n % (buyers.length - 1))]!
    const hold = id('sth', `hold ${show.key} ${n}`)
    const order = id('ord', `tickets ${show.key} ${n}`)
    const tier = plan.ids[`tier ${show.key} ${tierKey.key}`]!
    if (seats === undefined && tierKey.sections !== undefined && tierKey.key !== 'pit') continue
    if (left.get(tierKey.key)! < 2) continue
    left.set(tierKey.key, left.get(tierKey.key)! - 2)
    add(
      ago,
      3 + (n % 10),
      async ({ tx, act, at }) => {
        await act(email, 'POST /shows/:id/holds', { id: sho, hold, wants: [{ tier, ...(seats === undefined ? { count: 2 } : { seats }) }] })
        const offer = (await offersOf(tx, 'ticket', [tier])).get(tier)!
        await recordPastOrder(tx, {
          id: order,
          buyer: world.people[email]!,
          lines: [{ offer: offer.id, quantity: 2, choice: { hold } }],
          at,
        })
      },
      n % 50,
    )
  }
}

function roomHappenings({ world, plan, now, random, add, id, picture }: Tools): void {
  const page = world.pages['venue']!
  for (const one of demoResources) picture(one.picture)
  add(95, 3, async ({ tx, act }) => {
    for (const one of demoResources) {
      const res = id('res', `room ${one.key}`)
      await act(venue, 'PUT /pages/:page/resources/:id', {
        page,
        id: res,
        ...one.given,
        about: inBoth(one.key, String(one.given['about'])),
      })
      const viewer = { id: world.people[venue]!, name: '', email: venue, locale: 'zh' as const, roles: [], session: 'demo' }
      await keepPicture(tx, viewer, res, plan.pictures[`${one.picture[0]} ${one.picture[1]}`]!, true)
      await act(venue, 'PUT /resources/:id/state', { id: res, state: 'open' })
    }
  })
  // Nights of eight weeks past and two to come; most come as they said.
  let n = 0
  for (let ago = 56; ago >= -12; ago--)
    for (const room of demoResources.slice(0, 5)) {
      const from = 13 + Math.floor(random() * 9)
      if (random() < 0.55) continue
      const start = inChina(now, -ago, from)
      const hours = 2 + (n % 2)
      const email = n % 17 === 5 ? fan : buyers[1 + (n % 30)]!
      const order = id('ord', `booked ${n}`)
      const bookedAgo = Math.max(ago + 1 + (n % 5), 1)
      n++
      if (from + hours > 24) continue
      add(
        bookedAgo,
        2 + (n % 11),
        async ({ tx, at }) => {
          const res = plan.ids[`room ${room.key}`]!
          const offer = (await offersOf(tx, 'booking', [res])).get(res)
          if (offer === undefined) return
          await recordPastOrder(tx, {
            id: order,
            buyer: world.people[email]!,
            lines: [
              {
                offer: offer.id,
                choice: { start: start.toISOString(), end: new Date(start.getTime() + hours * hour).toISOString(), people: 2 + (n % 4) },
              },
            ],
            at,
          })
        },
        n % 50,
      )
      if (ago > 0)
        add(ago - 1, 1, async ({ tx, at }) => {
          await settleDue(tx, at, 100, await linesOf(tx, order))
        })
    }
}
