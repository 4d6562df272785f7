/** Some months of plays and sales, the same on every planet but for the day it is made: all through the doors of listening and shop. */
import { demoReleases, demoTracks, randomOf } from '../composer/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { addPlays } from '../listening/index.ts'
import { followAs } from '../people/index.ts'
import { recordPastOrder } from '../shop/index.ts'
import { dailyPlays, groupEvents } from './groups.ts'
import { happen, moneyEvents } from './money.ts'
import { listeners } from './people.ts'
import { playEvents } from './plays.ts'
import type { WorldState } from './world.ts'

const day = 86_400_000
const days = 150

/** How much each release is loved: a few much, most a little. */
const weightOf = (index: number): number => 1 / (1 + ((index * 7) % demoReleases.length)) + 0.06

function pickWeighted(random: () => number, weights: readonly number[]): number {
  let left = random() * weights.reduce((a, b) => a + b, 0)
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left <= 0) return index
  }
  return weights.length - 1
}

/** A moment of the last 150 days, later ones more often, mostly in the evening. */
function moment(random: () => number, now: number): Date {
  const ago = Math.floor(days * random() ** 1.6)
  const hour = [8, 9, 12, 13, 18, 19, 20, 21, 21, 22, 22, 23][Math.floor(random() * 12)]!
  const at = now - ago * day - (now % day) + (hour - 8) * 3_600_000 + Math.floor(random() * 3_600_000)
  return new Date(at > now - 600_000 ? at - day : at)
}

type Step = 'follows' | 'orders' | 'plays'

/** Each part is made in transactions that note how far they came, so that a killed start goes on where it was. */
export async function makeHistory(db: Db, world: WorldState, log: Log): Promise<void> {
  const done = (await readSetting<{ steps: Step[]; orders: number; events?: string[]; now: string }>(db.read, 'demo.history')) ?? {
    steps: [],
    orders: 0,
    now: clock.now().toISOString(),
  }
  const now = Date.parse(done.now)
  const note = (change: Partial<typeof done>) => Object.assign(done, change)
  const listenersHere = listeners.map(person => world.people[person.email]!)
  const fan = world.people['fan@demo.example']!

  if (!done.steps.includes('follows')) {
    const random = randomOf('follows')
    await db.transaction(async tx => {
      const pages = Object.values(world.pages)
      for (const person of [fan, ...listenersHere])
        for (const [index, page] of pages.entries()) if (random() < 0.65 / (1 + index * 0.22)) await followAs(tx, person, page)
      await writeSetting(tx, 'demo.history', note({ steps: [...done.steps, 'follows'] }))
    })
  }

  if (!done.steps.includes('plays')) {
    await makePlays(db, world, now, [fan, ...listenersHere], tx =>
      writeSetting(tx, 'demo.history', note({ steps: [...done.steps, 'plays'] })),
    )
  }

  if (!done.steps.includes('orders')) {
    const orders = planOrders(world, now, fan, listenersHere)
    const all = [...moneyEvents(now), ...playEvents(now), ...groupEvents(now)].sort((a, b) => a.at.getTime() - b.at.getTime())
    const events = all.filter(event => done.events?.includes(event.name) !== true)
    while (done.orders < orders.length || events.length > 0) {
      // What else happened to money comes between the sales, in the order of time: balances on statements run as they would have.
      const [event, next] = [events[0], orders[done.orders]]
      if (event !== undefined && (next === undefined || event.at <= next.at)) {
        await db.transaction(async tx => {
          await happen(tx, world, event)
          await writeSetting(tx, 'demo.history', { ...done, events: [...(done.events ?? []), event.name] })
        })
        note({ events: [...(done.events ?? []), event.name] })
        events.shift()
        continue
      }
      const part = orders.slice(done.orders, done.orders + 25).filter(order => event === undefined || order.at < event.at)
      await db.transaction(async tx => {
        for (const order of part) await recordPastOrder(tx, order)
        await writeSetting(tx, 'demo.history', note({ orders: done.orders + part.length }))
      })
    }
    await db.transaction(tx => writeSetting(tx, 'demo.history', note({ steps: [...done.steps, 'orders'] })))
  }
  log.info({ orders: done.orders }, 'the demo world has a past')
}

type PastOrder = Parameters<typeof recordPastOrder>[1]

function planOrders(world: WorldState, now: number, fan: string, people: readonly string[]): PastOrder[] {
  const random = randomOf('orders')
  const weights = demoReleases.map((_, index) => weightOf(index))
  const owned = new Set<string>()
  const orders: PastOrder[] = []
  const buy = (buyer: string, keys: readonly string[], at: Date) => {
    const lines = keys.flatMap(key => {
      const release = demoReleases.find(one => one.key === key)!
      if (owned.has(`${buyer} ${key}`) || Date.parse(release.date) > at.getTime()) return []
      owned.add(`${buyer} ${key}`)
      const named = release.nameYourPrice ? [0, 500, 800, 1000, 1500, 2000][Math.floor(random() * 6)]! : undefined
      return [{ offer: world.offers[key]!, ...(named === undefined ? {} : { price: { amount: BigInt(named), currency: 'CNY' as const } }) }]
    })
    if (lines.length > 0) orders.push({ buyer, lines, at })
  }
  for (const key of ['slow-star', 'paper-hills', 'lighthouse', 'neon-weather', 'last-metro']) buy(fan, [key], moment(random, now))
  for (let i = 0; i < 260; i++) {
    const buyer = people[Math.floor(random() * people.length)]!
    const first = demoReleases[pickWeighted(random, weights)]!.key
    const second = random() < 0.18 ? demoReleases[pickWeighted(random, weights)]!.key : first
    buy(buyer, [...new Set([first, second])], moment(random, now))
  }
  return orders.sort((a, b) => a.at.getTime() - b.at.getTime())
}

async function makePlays(
  db: Db,
  world: WorldState,
  now: number,
  people: readonly string[],
  note: (tx: Parameters<typeof addPlays>[0]) => Promise<void>,
): Promise<void> {
  const random = randomOf('plays')
  const tracks = demoTracks()
  const releaseIndex = new Map(demoReleases.map((release, index) => [release.key, index]))
  const weights = tracks.map((track, index) => weightOf(releaseIndex.get(track.release)!) * (0.5 + ((index * 13) % 7) / 7))
  const plays: Parameters<typeof addPlays>[1][number][] = []
  for (let i = 0; i < 4200; i++) {
    const track = tracks[pickWeighted(random, weights)]!
    const person = random() < 0.12 ? null : people[Math.floor(random() ** 1.4 * people.length)]!
    const part = random() < 0.8 ? 1 : 0.2 + random() * 0.7
    plays.push({ at: moment(random, now), person, track: world.tracks[track.key]!, heardMs: Math.round(track.durationMs * part) })
  }
  plays.push(...dailyPlays(world, now))
  plays.sort((a, b) => a.at.getTime() - b.at.getTime())
  await db.transaction(async tx => {
    for (let i = 0; i < plays.length; i += 500) await addPlays(tx, plays.slice(i, i + 500))
    await note(tx)
  })
}
