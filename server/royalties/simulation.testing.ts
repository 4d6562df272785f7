/**
 * A small world of listening, time compressed: every listener lives through the same hours on their own, with players that report as they play, seek, skip,
 * pause, lose their network and send again, run on two devices, or are bots. An independent book is kept beside it of what must count and be paid: each play
 * is judged from what its player did, in the order in which the planet heard of it, by the rules as they are written, not by the planet's code.
 */
import { newId } from '../foundation/clock.ts'
import type { ModelPlay } from './closing.testing.ts'

export type Report = { person: number; id: string; track: number; startedAt: number; ranges: [number, number][]; at: number; guest: string }
export type World = {
  from: number
  until: number
  listeners: number
  lengths: readonly number[]
  seed: number
  /** Milliseconds between reports while it plays, and of life between two whiles of listening: at least, and up to so much more. */
  reportMs?: readonly [number, number]
  restMs?: readonly [number, number]
  /** Plays in one while of a listener at most: what a bot makes of it. */
  most?: number
}

const minute = 60_000
const day = 24 * 60 * minute

/** A small generator of chance that is the same everywhere (mulberry32). */
export function chance(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

type Kind = 'plain' | 'seeker' | 'skipper' | 'offline' | 'twoDevices' | 'bot' | 'looper'
const kinds: readonly Kind[] = ['plain', 'plain', 'plain', 'seeker', 'skipper', 'offline', 'twoDevices', 'bot', 'looper', 'plain']
export const kindOf = (listener: number): Kind => kinds[listener % kinds.length]!

/** What the players of one listener report, in the order in which the planet hears it. */
export function reportsOf(world: World, listener: number): Report[] {
  const random = chance(world.seed * 7919 + listener * 104_729 + 1)
  const kind = kindOf(listener)
  const reports: Report[] = []
  const tracks = world.lengths.length
  const [every, more] = world.reportMs ?? [15_000, 15_000]
  const [rest, longer] = world.restMs ?? [30 * minute, 300 * minute]
  const favourites = Array.from({ length: 3 + random(20) }, () => random(tracks))
  const tell = (report: Omit<Report, 'person' | 'guest'>): void =>
    void reports.push({ ...report, person: listener, guest: `guest-${listener}` })
  const choose = (): number => (random(4) === 0 ? random(tracks) : favourites[random(favourites.length)]!)

  /** One track on one device; gives when it ended. */
  const play = (at: number, track: number, late: number): number => {
    const length = world.lengths[track]!
    const id = newId('ply', new Date(at))
    if (kind === 'bot') {
      const ranges: [number, number][] = random(2) === 0 ? [[0, 0]] : Array.from({ length: 50 }, () => [40_000, 40_500])
      tell({ id, track, startedAt: at, ranges, at: at + 200 })
      return at + 300 + random(500)
    }
    const whole = kind === 'skipper' && random(2) === 0 ? 4000 + random(20_000) : random(8) === 0 ? Math.floor(length / 3) : length
    const told: [number, number][] = []
    let position = 0
    let clock = at
    while (position < length && clock < at + whole) {
      const most = Math.min(every + random(more), length - position, at + whole - clock)
      if (most < 1) break
      told.push([position, position + most])
      position += most
      clock += most
      if (kind === 'seeker' && random(3) === 0) position = random(length)
      if (random(40) === 0) clock += 20_000 + random(120_000)
      // Every report holds all that sounded, as the player keeps it; some are lost on the way, some arrive twice.
      if (late === 0 && random(10) !== 0) {
        tell({ id, track, startedAt: at, ranges: [...told], at: clock })
        if (random(12) === 0) tell({ id, track, startedAt: at, ranges: [...told], at: clock + random(3000) })
      }
    }
    if (told.length === 0) return clock
    tell({ id, track, startedAt: at, ranges: [...told], at: clock + late })
    // An offline player does not know whether its queue arrived: it sends all of it again.
    if (late > 0 && random(3) === 0) tell({ id, track, startedAt: at, ranges: [...told], at: clock + late + 60_000 })
    return clock
  }

  const device = (shift: number): void => {
    let at = world.from + shift + random(30 * minute)
    while (at < world.until - 20 * minute) {
      // A while of listening, then a while of life.
      const until = Math.min(at + (20 + random(100)) * minute, world.until - 20 * minute)
      const late = kind === 'offline' ? Math.min(2 * 60 * minute + random(20 * 60) * minute, 6 * day) : 0
      const repeated = kind === 'looper' ? choose() : null
      for (let tries = 0; at < until && tries < (world.most ?? 400); tries++) at = play(at, repeated ?? choose(), late) + random(3000)
      at += rest + random(longer)
    }
  }
  device(0)
  if (kind === 'twoDevices') device(random(40) * 1000)
  return reports.sort((a, b) => a.at - b.at)
}

type Known = { id: string; track: number; at: number; heardMs: number; heard: boolean; counted: boolean; ranges: [number, number][] }

/** The book of one listener: what each play came to, from the reports in their order. Written after the README of listening. */
export class Book {
  readonly plays = new Map<string, Known>()
  readonly #lengths: readonly number[]
  constructor(lengths: readonly number[]) {
    this.#lengths = lengths
  }

  hear({ id, track, startedAt, ranges, at: now }: Report): void {
    const length = this.#lengths[track]!
    const before = this.plays.get(id)
    if (before !== undefined && now - before.at > 7 * day) return
    const at = before?.at ?? Math.min(now, Math.max(startedAt, now - 7 * day))
    const all = [...(before?.ranges ?? []), ...ranges]
    const sounded = Math.min(distinct(all, length), Math.floor(Math.max(0, now - at) * 1.1) + 5000)
    const heardMs = Math.max(before?.heardMs ?? 0, sounded)
    const heard = heardMs >= Math.min(30_000, length / 2)
    const counted = before?.counted === true || (heard && before?.heard !== true && this.#counts(track, at, heardMs, length))
    this.plays.set(id, { id, track, at, heardMs, heard, counted, ranges: all })
  }

  #counts(track: number, at: number, heardMs: number, length: number): boolean {
    let [ofTrack, ofDay, together] = [0, 0, 0]
    for (const other of this.plays.values()) {
      if (!other.counted || Math.abs(other.at - at) > day / 2) continue
      ofDay += 1
      if (other.track === track) {
        ofTrack += 1
        if (Math.abs(other.at - at) < Math.ceil(length * 0.9)) return false
      }
      together += Math.max(0, Math.min(other.at + other.heardMs, at + heardMs) - Math.max(other.at, at))
    }
    return together <= Math.floor(heardMs / 10) + 12_000 && ofTrack < 50 && ofDay < 1000
  }
}

/** Milliseconds of the track that sounded at least once: by marking where it begins and ends to sound. */
function distinct(ranges: readonly [number, number][], length: number): number {
  const marks = ranges.flatMap(([from, to]): [number, number][] => {
    const [a, b] = [Math.max(0, from), Math.min(to, length)]
    return b > a
      ? [
          [a, 1],
          [b, -1],
        ]
      : []
  })
  marks.sort((a, b) => a[0] - b[0])
  let [sum, open, since] = [0, 0, 0]
  for (const [place, change] of marks) {
    if (open > 0) sum += place - since
    open += change
    since = place
  }
  return sum
}

export const paidPlays = (book: Book, person: string, track: (n: number) => string): ModelPlay[] =>
  [...book.plays.values()]
    .filter(play => play.counted)
    .map(({ id, track: n, at, heardMs }) => ({ id, person, track: track(n), at, ms: heardMs }))
