/** For the bench `points`: a group with members and missions, what its members do, and books beside the planet that say what truly counts. */
import { clock, newId } from '../server/foundation/clock.ts'
import type { Db } from '../server/foundation/db.ts'
import { openGroup } from '../server/groups/index.ts'
import { recordPlay, withdrawPlays } from '../server/listening/index.ts'
import { makeMission, openMission } from '../server/missions/index.ts'
import { makePerson } from '../server/people/index.ts'
import { fundPast, openBudget } from '../server/points/index.ts'
import { addRelease } from '../server/royalties/closing.testing.ts'
import type { TestPlanet } from '../server/testing.ts'

const hour = 3_600_000
const day = 24 * hour
/** Plays lie in the last so many hours: two midnights of the group are among them. */
const spanHours = 44
/** Shanghai has no summer time: the books count its days by themselves. */
const zoneMs = 8 * hour
const dayOf = (at: number): number => Math.floor((at + zoneMs) / day)
const nameOf = (days: number): string => new Date(days * day).toISOString().slice(0, 10)

type Rule = { id: string; minutes: number; points: number; cap: number | null; every: 'daily' | 'weekly'; ours: boolean }
export type Play = { id: string; person: number; track: number; at: number; ms: number }
export type World = {
  db: Db
  people: string[]
  tracks: string[]
  other: string[]
  group: string
  operator: string
  rules: Rule[]
  openedAt: number
}

const viewer = (id: string, roles: string[] = []) => ({ id, name: '', email: '', locale: 'en' as const, roles, session: '' })

/** So many members, three missions, a budget that is never short. */
export async function makeWorld(db: Db, count: number): Promise<World> {
  const planet = { db } as unknown as TestPlanet
  const one = (name: string, roles: Parameters<typeof makePerson>[1]['roles'] = []): Promise<string> =>
    db.transaction(tx =>
      makePerson(tx, { name, email: `${name.toLowerCase()}@bench.example`, password: { hash: 'x' }, roles, locale: 'en' }),
    )
  const [operator, host, maker, stranger] = [
    await one('Operator', ['operator']),
    await one('Host'),
    await one('Maker'),
    await one('Stranger'),
  ]
  const people: string[] = []
  for (let from = 0; from < count; from += 100)
    await db.transaction(async tx => {
      for (let n = from; n < Math.min(count, from + 100); n++)
        people.push(
          await makePerson(tx, { name: `M ${n}`, email: `m${n}@bench.example`, password: { hash: 'x' }, roles: [], locale: 'en' }),
        )
    })
  const ours = await addRelease(
    planet,
    maker,
    Array.from({ length: 300 }, (_, n) => 180_000 + (n % 60) * 1000),
  )
  const others = await addRelease(
    planet,
    stranger,
    Array.from({ length: 50 }, () => 200_000),
  )
  const { rows } = await db.pool.query<{ page: string }>(
    'select r.page from catalogue.track t join catalogue.release r on r.id = t.release where t.id = $1',
    [ours.tracks[0]],
  )
  const page = rows[0]!.page
  const group = newId('grp')
  const start = clock.now().getTime() - 60 * hour
  return clock.asOf(new Date(start), async () => {
    await db.transaction(tx => openGroup(tx, { id: group, kind: 'fans', name: 'Bench', handle: 'bench', page, founder: host }))
    await db.pool.query(`insert into groups.member (group_id, person, since, active_at) select $1, p, $2, $2 from unnest($3::text[]) p`, [
      group,
      new Date(start),
      people,
    ])
    await db.pool.query('update groups.fan_group set members = members + $2 where id = $1', [group, people.length])
    await db.transaction(async tx => {
      await openBudget(tx, { group, by: host })
      await fundPast(tx, { group, by: host, amount: 9_000_000n, at: new Date(start) })
    })
    const rules: Rule[] = [
      { id: newId('msn'), minutes: 5, points: 5, cap: null, every: 'daily', ours: true },
      { id: newId('msn'), minutes: 20, points: 20, cap: 12, every: 'weekly', ours: true },
      { id: newId('msn'), minutes: 3, points: 1, cap: null, every: 'daily', ours: false },
    ]
    const plain = {
      nameZh: '',
      noteZh: '',
      noteEn: '',
      startsAt: null,
      endsAt: null,
      level: 1,
      memberDays: 0,
      release: null,
      language: null,
      kind: null,
      happening: null,
      partner: null,
    }
    for (const { id, minutes, points, cap, every, ours: own } of rules)
      await db.transaction(async tx => {
        const given = {
          ...plain,
          id,
          group,
          event: 'listen_minutes' as const,
          nameEn: id,
          target: minutes,
          points,
          dayCap: cap,
          every,
          page: own ? page : null,
        }
        await makeMission(tx, viewer(host), given)
        await openMission(tx, viewer(host), { id })
      })
    return { db, people, tracks: ours.tracks, other: others.tracks, group, operator, rules, openedAt: start }
  })
}

/** The same numbers each time. */
function dice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

type Act = () => Promise<string | null>
/**
 * What members do, one act after the other. Everybody hears one thing at a time: a play begins when the one before is over. The books (`plays`) say at the end what
 * truly counts.
 */
export function makeActs(world: World, books: Map<string, Play>): () => Act {
  const { db, people, tracks, other, operator } = world
  const random = dice(7)
  const base = clock.now().getTime() - spanHours * hour
  const cursor = people.map(() => base + Math.floor(random() * 20 * hour))
  const heard = new Map<number, number>()
  const growing: Play[] = []
  const done: Play[] = []
  const flying = new Map<string, Promise<unknown>>()
  const report = (play: Play, ms: number): Act => {
    const track = play.track < tracks.length ? tracks[play.track]! : other[play.track - tracks.length]!
    return async () => {
      const sent = db.transaction(tx =>
        recordPlay(tx, viewer(people[play.person]!), '', {
          id: play.id,
          track,
          startedAt: new Date(play.at),
          ranges: [[0, ms]],
          source: 'track',
          device: 'bench',
        }),
      )
      flying.set(play.id, sent)
      await sent
      return play.id
    }
  }
  return () => {
    const dies = random()
    if (dies < 0.12 && growing.length > 0) {
      const [play] = growing.splice(Math.floor(random() * growing.length), 1)
      play!.ms = 170_000
      done.push(play!)
      return report(play!, play!.ms)
    }
    // The same once more, as when an answer was lost.
    if (dies < 0.2 && done.length > 0) {
      const play = done[Math.floor(random() * done.length)]!
      return report(play, play.ms)
    }
    if (dies < 0.21 && done.length > 50) {
      const [play] = done.splice(Math.floor(random() * done.length), 1)
      books.delete(play!.id)
      return async () => {
        // Nobody finds fault with what they have not seen.
        await flying.get(play!.id)
        await db.transaction(tx =>
          withdrawPlays(tx, viewer(operator, ['operator']), {
            person: people[play!.person]!,
            from: new Date(play!.at),
            until: new Date(play!.at + 1),
            reason: 'bench: nobody listened',
          }),
        )
        return null
      }
    }
    // Four of five are told by a fifth of the members.
    const person = Math.floor(random() < 0.8 ? random() * people.length * 0.2 : random() * people.length)
    // Never the same track twice near each other.
    const turn = (heard.get(person) ?? Math.floor(random() * 1000)) + 1
    heard.set(person, turn)
    const track = random() < 0.85 ? turn % tracks.length : tracks.length + (turn % other.length)
    let at = cursor[person]!
    // A pause now and then; on the way to now nobody hears what is not yet.
    at += 1000 + Math.floor(random() * (random() < 0.1 ? 6 * hour : 120_000))
    const most = clock.now().getTime() - 300_000
    if (at > most) {
      const again = done.at(-1)
      if (again !== undefined) return report(again, again.ms)
      at = most
    }
    cursor[person] = at + 240_000
    const dieTwo = random()
    const play: Play = { id: newId('ply'), person, track, at, ms: dieTwo < 0.1 ? 12_000 : dieTwo < 0.3 ? 45_000 : 170_000 }
    if (play.ms >= 30_000) books.set(play.id, play)
    if (play.ms === 45_000) growing.push(play)
    else if (play.ms === 170_000) done.push(play)
    return report(play, play.ms)
  }
}

/** What the books say: of each member and rule the windows with their milliseconds, and the points in all. */
function reckon(world: World, books: Map<string, Play>): { points: number[]; windows: Map<string, number>; reached: number } {
  const points = world.people.map(() => 0)
  const windows = new Map<string, number>()
  let reached = 0
  const days = new Map<string, number>()
  for (const play of books.values())
    for (const [index, rule] of world.rules.entries()) {
      if ((rule.ours && play.track >= world.tracks.length) || play.at < world.openedAt) continue
      const key = `${index} ${play.person} ${dayOf(play.at)}`
      days.set(key, (days.get(key) ?? 0) + play.ms)
    }
  for (const [key, ms] of days) {
    const [index, person, on] = key.split(' ').map(Number) as [number, number, number]
    const rule = world.rules[index]!
    // Day 0 of the epoch was a Thursday: Mondays are 4 more than a multiple of seven.
    const first = rule.every === 'daily' ? on : on - ((on + 3) % 7)
    const win = `${rule.id} ${world.people[person]!} ${nameOf(first)}`
    windows.set(win, (windows.get(win) ?? 0) + Math.min(ms, rule.cap === null ? Infinity : rule.cap * 60_000))
  }
  const byId = new Map(world.rules.map(rule => [rule.id, rule]))
  const place = new Map(world.people.map((id, index) => [id, index]))
  for (const [win, ms] of windows) {
    const [mission, person] = win.split(' ') as [string, string]
    const rule = byId.get(mission)!
    if (ms < rule.minutes * 60_000) continue
    reached++
    points[place.get(person)!]! += rule.points
  }
  return { points, windows, reached }
}

/** What of the planet differs from the books. */
export async function compare(world: World, books: Map<string, Play>): Promise<{ findings: string[]; reached: number; points: number }> {
  const { db, group, people } = world
  const { points, windows, reached } = reckon(world, books)
  const findings: string[] = []
  const wallets = new Map(
    (
      await db.pool.query<{ person: string; balance: bigint; debt: bigint }>(
        'select person, balance, debt from points.wallet where group_id = $1',
        [group],
      )
    ).rows.map(row => [row.person, Number(row.balance) - Number(row.debt)]),
  )
  for (const [index, person] of people.entries())
    if ((wallets.get(person) ?? 0) !== points[index])
      findings.push(`${person}: ${wallets.get(person) ?? 0} points, ${points[index]} by the books`)
  const { rows } = await db.pool.query<{ key: string; amount: bigint }>(
    `select mission || ' ' || person || ' ' || win as key, amount from missions.progress where mission = any($1)`,
    [world.rules.map(rule => rule.id)],
  )
  const has = new Map(rows.map(row => [row.key, Number(row.amount)]))
  for (const [key, ms] of windows) if ((has.get(key) ?? 0) !== ms) findings.push(`${key}: ${has.get(key) ?? 0} ms, ${ms} by the books`)
  for (const [key, ms] of has) if (ms !== 0 && !windows.has(key)) findings.push(`${key}: ${ms} ms, none by the books`)
  return { findings, reached, points: points.reduce((a, b) => a + b, 0) }
}
