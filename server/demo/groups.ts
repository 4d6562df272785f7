/**
 * Groups of the demo world: what was opened, said, done and won there over four months. Everything goes through the entries that everyone uses, each at its moment,
 * in the order of time; points come from what was truly heard and done.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { demoTracks, randomOf, sceneSvg, type Scene } from '../composer/index.ts'
import { publishPost } from '../feed/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { type JobContext } from '../foundation/jobs.ts'
import { later } from '../foundation/later.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { dressGroup, joinNow, openGroup } from '../groups/index.ts'
import { storePicture } from '../media/index.ts'
import { recount } from '../missions/index.ts'
import { fundPast } from '../points/index.ts'
import { dressReward, exchange } from '../rewards/index.ts'
import { acting, daysAgo, inside, type Act } from './acting.ts'
import { demoEvents, demoGroups, demoLetters, demoPosts } from './groups-words.ts'
import { demoMissions, demoRaffles, demoRewards } from './groups-points.ts'
import type { MoneyEvent } from './money.ts'
import { listeners, signIns } from './people.ts'
import type { WorldState } from './world.ts'

const sharp = later<typeof import('sharp').default>('sharp')

const [fan, host, label] = ['fan@demo.example', 'host@demo.example', 'label@demo.example'] as const
const day = 86_400_000
/** Groups are this old. */
const opened = 120
/** Points are given since then, and those who listen every day do so since then. */
const pointsSince = 60

type IdKind = Parameters<typeof newId>[0]
type Plan = { now: string; ids: Record<string, string>; pictures: Record<string, string>; done: number }
type Step = { tx: Tx; act: Act; at: Date }
type Happening = { at: number; run: (step: Step) => Promise<unknown> }

/** Groups and the budget of the first stand in the past of money: the agency paid for the rewards. */
export const groupEvents = (now: number): MoneyEvent[] => [
  {
    name: 'groups.open',
    at: daysAgo(now, opened, 2),
    run: async ({ tx, world, act, at }) => {
      const ids: Record<string, string> = {}
      for (const group of demoGroups) {
        const id = (ids[group.key] = newId('grp', at))
        await openGroup(tx, {
          id,
          kind: group.kind,
          name: group.name,
          handle: group.handle,
          page: group.page === null ? null : world.pages[group.page]!,
          founder: world.people[group.owner]!,
          about: group.about,
          charter: group.charter,
          joining: group.joining,
          timeZone: group.key === 'common' ? 'Europe/Lisbon' : 'Asia/Shanghai',
          demo: true,
        })
        if (group.questions.length > 0) await act(group.owner, 'PATCH /groups/:id', { id, questions: group.questions })
        for (const one of group.hosts) await joinNow(tx, { group: id, person: world.people[one]!, how: 'demo', role: 'host' })
      }
      await act('artist@demo.example', 'POST /groups/:id/agency', { id: ids['woods']!, page: 'low-orbit-records' })
      await act(label, 'POST /groups/:id/agency/confirm', { id: ids['woods']!, organisation: world.organisations['label'] })
      await act('artist@demo.example', 'PUT /groups/:id/points', { id: ids['woods']!, perUnit: 10, mostPerDay: null, lotDays: null })
      await fundPast(tx, { group: ids['woods']!, by: world.people[label]!, amount: 600_000n, note: '本年度粉丝奖励预算', at })
      await writeSetting(tx, 'demo.groups', { now: new Date(now).toISOString(), ids, pictures: {}, done: 0 } satisfies Plan)
    },
  },
]

/** Those who listen to Lin Shen every day: for their missions. Drawn before plays are made, since periods of plays are closed. */
export function dailyPlays(world: WorldState, now: number): { at: Date; person: string; track: string; heardMs: number }[] {
  const random = randomOf('daily')
  const tracks = demoTracks().filter(track => ['slow-star', 'letters', 'tide-table'].includes(track.release))
  const people = [fan, ...listeners.slice(0, 9).map(one => one.email)]
  return people.flatMap((email, who) =>
    Array.from({ length: pointsSince }, (_, index) => pointsSince - index).flatMap(ago => {
      if (random() < 0.12 + who * 0.05) return []
      let at = daysAgo(now, ago, 12).getTime() + random() * 3_600_000
      return Array.from({ length: 8 }, (_, i) => {
        const track = tracks[(i * 3 + ago + who) % tracks.length]!
        const play = { at: new Date(at), person: world.people[email]!, track: world.tracks[track.key]!, heardMs: track.durationMs }
        at += track.durationMs + 4000
        return play
      })
    }),
  )
}

async function pictureOf({ db, config }: JobContext, scene: Scene, seed: number): Promise<string> {
  const folder = join(config.home, 'demo')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${scene}-${seed}.png`)
  await writeFile(
    path,
    await sharp()(Buffer.from(sceneSvg(scene, seed)))
      .png()
      .toBuffer(),
  )
  const { asset } = await storePicture(db.transaction, path, `${scene}.png`)
  await rm(path, { force: true })
  return asset
}

/** Once the plays and sales of the past are there. Goes on where it was. */
export async function makeGroups(context: JobContext, world: WorldState): Promise<void> {
  const { db } = context
  const plan = await readSetting<Plan>(db.read, 'demo.groups')
  if (plan === undefined || plan.done < 0) return
  const draw = async (key: string, scene: Scene, seed: number): Promise<void> => {
    plan.pictures[key] ??= await pictureOf(context, scene, seed)
  }
  for (const [n, group] of demoGroups.entries()) await draw(`cover ${group.key}`, group.cover, n + 1)
  for (const [n, post] of demoPosts.entries())
    for (const [i, scene] of (post.pictures ?? []).entries()) await draw(`post ${n} ${i}`, scene, n * 3 + i + 2)
  for (const [n, reward] of demoRewards.entries()) await draw(`reward ${reward.key}`, reward.scene, n + 5)
  const things = happenings(world, plan)
  await db.transaction(tx => writeSetting(tx, 'demo.groups', plan))
  for (let done = plan.done; done < things.length; done++) {
    const { at, run } = things[done]!
    await db.transaction(async tx => {
      const when = new Date(at)
      await clock.asOf(when, () => run({ tx, act: acting(tx, world, context.config), at: when }))
      await writeSetting(tx, 'demo.groups', { ...plan, done: done + 1 })
    })
  }
  await db.transaction(tx => writeSetting(tx, 'demo.groups', { ...plan, done: -1 }))
}

/** What they were told of more than two days ago, they have read. */
export const readOld = (db: Db, world: WorldState): Promise<void> =>
  db.transaction(async tx => {
    const act = acting(tx, world)
    for (const one of signIns)
      await act(one.email, 'POST /me/notices/read', { until: new Date(clock.now().getTime() - 2 * day).toISOString() })
  })

function happenings(world: WorldState, plan: Plan): Happening[] {
  const now = Date.parse(plan.now)
  const all: Happening[] = []
  const random = randomOf('groups')
  const id = (kind: IdKind, key: string): string => (plan.ids[key] ??= newId(kind))
  const groupOf = (key: string): string => plan.ids[key]!
  const person = (email: string): string => world.people[email]!
  const add = (ago: number, hour: number, run: Happening['run'], minutes = 0): void => {
    const at = daysAgo(now, ago, hour).getTime() + minutes * 60_000
    all.push({ at: Math.min(at, now - 1000), run })
  }
  const members = new Map<string, string[]>()
  for (const group of demoGroups) {
    const there = listeners.slice(group.from, group.from + group.members).map(one => one.email)
    const inside = [...new Set([fan, ...(group.key === 'map' ? [] : [host]), ...there])].filter(
      one => one !== group.owner && !group.hosts.includes(one),
    )
    members.set(group.key, [...inside, ...group.hosts, group.owner])
    add(opened, 3, async ({ tx }) => dressGroup(tx, groupOf(group.key), { cover: plan.pictures[`cover ${group.key}`]! }))
    for (const email of inside)
      add(email === fan ? 100 : 3 + Math.floor(random() * 100), 4 + Math.floor(random() * 10), async ({ tx }) =>
        joinNow(tx, { group: groupOf(group.key), person: person(email), how: 'demo' }),
      )
  }
  add(opened, 4, async ({ act }) => {
    for (const one of [...signIns, ...listeners]) await act(one.email, 'PUT /me/declared', { bornOn: '1998-05-20', region: 'CN' })
  })
  talk(world, plan, { add, id, groupOf, person, members, random })
  schedule(plan, { add, id, groupOf })
  points(world, { add, id, groupOf, person, plan, now })
  return all.sort((a, b) => a.at - b.at)
}

type Add = (ago: number, hour: number, run: Happening['run'], minutes?: number) => void
type Tools = { add: Add; id: (kind: IdKind, key: string) => string; groupOf: (key: string) => string }

function talk(
  world: WorldState,
  plan: Plan,
  {
    add,
    id,
    groupOf,
    person,
    members,
    random,
  }: Tools & { person: (email: string) => string; members: Map<string, string[]>; random: () => number },
): void {
  const tracks = demoTracks()
  for (const [n, post] of demoPosts.entries()) {
    const pst = id('pst', `post ${n}`)
    const everyone = members.get(post.group)!
    add(post.daysAgo, post.hour, async ({ tx, act }) => {
      // Who speaks is there.
      if (!post.artist) await joinNow(tx, { group: groupOf(post.group), person: person(post.by), how: 'demo' })
      await publishPost(tx, {
        id: pst,
        place: groupOf(post.group),
        author: person(post.by),
        text: post.text,
        asArtist: post.artist === true,
        pictures: (post.pictures ?? []).map((_, i) => ({ id: plan.pictures[`post ${n} ${i}`]!, alt: '' })),
        music: post.track === undefined ? null : world.tracks[tracks[post.track]!.key]!,
        poll: post.poll
          ? { id: id('pll', `poll ${n}`), question: post.poll.question, options: post.poll.options, minutes: 30 * 24 * 60 }
          : null,
      })
      if (post.pinned) await act(demoGroups.find(one => one.key === post.group)!.owner, 'PUT /posts/:id/pin', { id: pst })
    })
    for (const [i, comment] of (post.comments ?? []).entries())
      add(
        post.daysAgo,
        post.hour,
        async ({ tx, act }) => {
          if (!comment.artist) await joinNow(tx, { group: groupOf(post.group), person: person(comment.by), how: 'demo' })
          await act(comment.by, 'POST /posts/:id/comments', {
            id: pst,
            comment: id('cmt', `comment ${n} ${i}`),
            parent: comment.below === undefined ? null : plan.ids[`comment ${n} ${comment.below}`]!,
            text: comment.text,
            asArtist: comment.artist === true,
          })
        },
        7 + i * 9,
      )
    const voters = everyone.filter(email => email !== post.by)
    add(
      post.daysAgo,
      post.hour,
      async ({ tx, act }) => {
        const here = (email: string) => joinNow(tx, { group: groupOf(post.group), person: person(email), how: 'demo' })
        for (const email of voters.slice(0, post.reactions)) {
          await here(email)
          await act(email, 'PUT /posts/:id/reaction', {
            id: pst,
            kind: ['heart', 'heart', 'heart', 'heart', 'clap', 'fire'][Math.floor(random() * 6)]!,
          })
        }
        for (const [index, email] of voters
          .slice(
            0,
            (post.poll?.votes ?? []).reduce((sum, count) => sum + count, 0),
          )
          .entries()) {
          let option = 0
          for (let left = index; left >= (post.poll!.votes[option] ?? Infinity); option++) left -= post.poll!.votes[option]!
          await here(email)
          await act(email, 'PUT /posts/:id/vote', { id: pst, options: [option + 1] })
        }
      },
      50,
    )
  }
  for (const [n, letter] of demoLetters.entries()) {
    const ltr = id('ltr', `letter ${n}`)
    add(letter.daysAgo, 13, ({ act }) =>
      act(letter.by, 'POST /groups/:id/letters', { id: groupOf('woods'), letter: ltr, text: letter.text, mayShow: letter.shown === true }),
    )
    if (letter.answer !== undefined)
      add(letter.daysAgo - 2, 14, async ({ act }) => {
        await act('artist@demo.example', 'POST /letters/:id/read', { id: ltr })
        await act('artist@demo.example', 'POST /letters/:id/answer', { id: ltr, text: letter.answer })
        if (letter.shown) await act('artist@demo.example', 'POST /letters/:id/show', { id: ltr, shown: true, pinned: n === 0 })
      })
  }
}

function schedule(plan: Plan, { add, id, groupOf }: Tools): void {
  const now = Date.parse(plan.now)
  for (const [n, event] of demoEvents.entries()) {
    const first = daysAgo(now, -event.inDays, event.hour)
    const starts = first.getTime() + (event.weekday === undefined ? 0 : ((event.weekday - first.getUTCDay() + 7) % 7) * day)
    add(6, 5, ({ act }) =>
      act(demoGroups.find(group => group.key === event.group)!.owner, 'POST /groups/:id/schedule', {
        id: groupOf(event.group),
        event: id('gev', `event ${n}`),
        kind: event.kind,
        title: event.title,
        note: event.note,
        place: event.place,
        startsAt: new Date(starts).toISOString(),
        endsAt: new Date(starts + event.hours * 3_600_000).toISOString(),
        timeZone: event.group === 'common' ? 'Europe/Lisbon' : 'Asia/Shanghai',
        attendance: event.kind === 'show',
      }),
    )
    add(4, 6, async ({ act }) => {
      for (const email of [fan, ...listeners.slice(n * 3, n * 3 + 9).map(one => one.email)])
        await act(email, 'PUT /schedule/:id/going', { id: plan.ids[`event ${n}`]! }).catch(() => undefined)
    })
  }
}

function points(
  world: WorldState,
  { add, id, groupOf, person, plan, now }: Tools & { person: (email: string) => string; plan: Plan; now: number },
): void {
  const woods = groupOf('woods')
  add(pointsSince + 1, 2, async ({ act, at }) => {
    for (const mission of demoMissions) {
      const msn = id('msn', `mission ${mission.key}`)
      await act(host, 'POST /missions', { id: msn, group: woods, startsAt: at.toISOString(), ...mission.given })
      await act(host, 'POST /missions/:id/open', { id: msn })
    }
  })
  for (const reward of demoRewards) {
    const rwd = id('rwd', `reward ${reward.key}`)
    // A ticket needs its event.
    add(reward.event === undefined ? pointsSince - 10 : 5, 3, async ({ tx, act }) => {
      const event = reward.event === undefined ? {} : { event: plan.ids[`event ${reward.event}`]! }
      const release = reward.release === undefined ? {} : { release: world.releases[reward.release]! }
      const provider = reward.cost > 0 ? { provider: world.organisations['label']! } : {}
      await act(host, 'PUT /groups/:group/rewards/:id', {
        group: woods,
        id: rwd,
        cost: String(reward.cost),
        ...provider,
        ...event,
        ...release,
        ...reward.given,
      })
      await dressReward(tx, rwd, plan.pictures[`reward ${reward.key}`]!)
      if (reward.cost > 0) await act('artist@demo.example', 'POST /rewards/:id/approve', { id: rwd })
      if (reward.given.raffleOnly !== true) await act(host, 'PUT /rewards/:id/state', { id: rwd, state: 'open' })
    })
  }
  // Every evening what was heard is counted; most mornings some check in.
  const regulars = [fan, ...listeners.slice(0, 9).map(one => one.email)]
  for (let ago = pointsSince; ago >= 0; ago--) {
    const early = regulars.filter((_, who) => (ago * 7 + who * 5) % 9 !== 0)
    add(ago, 0, async ({ tx, act }) => {
      for (const email of early) {
        await joinNow(tx, { group: woods, person: person(email), how: 'demo' })
        await act(email, 'POST /groups/:id/check-in', { id: woods })
      }
      await recount(
        tx,
        early.map(email => ({ person: person(email), at: clock.now(), kind: 'check_in' as const })),
      )
    })
    if (ago > 0)
      add(ago, 15, async ({ tx }) => {
        const at = new Date(clock.now().getTime() - 60_000)
        await recount(
          tx,
          regulars.map(email => ({ person: person(email), at, kind: 'listen_minutes' as const })),
        )
      })
  }
  add(30, 8, ({ act }) =>
    act(host, 'POST /groups/:id/points/grants', { id: woods, person: person(fan), points: 50, note: '帮忙整理三个月的行程，谢谢！' }),
  )
  for (const [n, wish] of [
    ['badge', 25],
    ['tea', 12],
  ].entries())
    add(Number(wish[1]), 9, ({ tx }) =>
      exchange(
        inside(tx),
        { id: person(fan), name: '', email: fan, locale: 'zh', roles: [], session: 'demo' },
        { id: plan.ids[`reward ${wish[0]}`]!, exchange: id('xch', `exchange ${n}`), quantity: 1, note: '' },
      ),
    )
  for (const raffle of demoRaffles) {
    const raf = id('raf', `raffle ${raffle.key}`)
    const at = (ago: number): string => new Date(daysAgo(now, ago, 4)).toISOString()
    const publish = async ({ act }: Step): Promise<void> => {
      await act(host, 'PUT /groups/:group/raffles/:id', {
        group: woods,
        id: raf,
        title: raffle.title,
        about: raffle.about,
        opensAt: at(raffle.opens),
        closesAt: at(raffle.closes),
        drawBy: at(raffle.closes - 2),
        minAge: 18,
        prizes: [{ reward: plan.ids[`reward ${raffle.prize}`]!, quantity: raffle.pieces }],
      })
      await act(host, 'POST /raffles/:id/publish', { id: raf })
    }
    const enter = async ({ tx, act }: Step): Promise<void> => {
      for (const email of [fan, ...listeners.slice(0, raffle.people).map(one => one.email)]) {
        await joinNow(tx, { group: woods, person: person(email), how: 'demo' })
        await act(email, 'POST /raffles/:id/entries', { id: raf, entry: id('rtk', `ticket ${raffle.key} ${email}`) })
      }
    }
    if (raffle.closes < 0) {
      add(raffle.opens, 3, publish)
      add(raffle.opens, 6, enter)
    } else
      // In one transaction: its jobs go by the real clock, and would find it overdue.
      add(raffle.closes, 5, async step => {
        const then = (ago: number, hour: number, run: (step: Step) => Promise<unknown>) =>
          clock.asOf(daysAgo(now, ago, hour), () => run(step))
        await then(raffle.opens, 3, publish)
        await then(raffle.opens, 6, enter)
        await step.act(host, 'POST /raffles/:id/draw', { id: raf })
      })
  }
}
