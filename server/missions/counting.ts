/**
 * Counting: whenever something happened that a mission may count, its days are counted anew from what is true by now, never added to. So the same told twice,
 * late or in another order gives the same; a target is reached once, and taken back once when what stood behind it does not count any more.
 */
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { publish, topicOf } from '../foundation/live.ts'
import { addActivity } from '../groups/index.ts'
import { grantPoints, takeBackPoints } from '../points/index.ts'
import { countedSpan, dayOf, keyOf, stepOf, unitOf, windowOf, type EventKind } from './rules.ts'
import {
  countDays,
  insertCompletions,
  lockPersons,
  readCountedDays,
  readEntrants,
  readProgress,
  saveProgress,
  sumWindows,
  takeCompletions,
  type Completion,
  type Entrant,
  type ProgressRow,
  type Touched,
  type Window,
} from './store-counting.ts'

/** Something of this kind happened to a person at a moment. */
export type Moment = { person: string; at: Date; kind: EventKind }
/** What reaching a target adds to a member's activity. */
const activity = 5
const dayMs = 86_400_000

type Place = { entrant: Entrant; day: string }
const windowKey = ({ mission, person, win }: Window): string => `${mission} ${person} ${win}`

/** Counts what these moments touch. The persons are locked until the transaction ends. */
export async function recount(tx: Tx, moments: readonly Moment[]): Promise<void> {
  if (moments.length === 0) return
  const persons = [...new Set(moments.map(one => one.person))]
  await lockPersons(tx, persons)
  const times = moments.map(one => one.at.getTime())
  const kinds = [...new Set(moments.map(one => one.kind))]
  const entrants = await readEntrants(tx, persons, kinds, new Date(Math.min(...times)), new Date(Math.max(...times)), clock.now())
  if (entrants.length === 0) return
  const byPerson = Map.groupBy(moments, one => one.person)
  const places = new Map<string, Place>()
  for (const entrant of entrants)
    for (const { at, kind } of byPerson.get(entrant.person) ?? []) {
      if (kind !== entrant.event || at < entrant.startsAt || (entrant.endsAt !== null && at >= entrant.endsAt)) continue
      const day = dayOf(at, entrant.zone)
      places.set(`${entrant.mission} ${entrant.person} ${day}`, { entrant, day })
    }
  await count(tx, [...places.values()])
}

/** Something of a person may have been taken out of what counts since then: all their days from then on, whether they are still members or not. */
export async function recountSince(tx: Tx, person: string, kinds: readonly EventKind[], since: Date): Promise<void> {
  await lockPersons(tx, [person])
  // A day earlier: no zone is further from UTC.
  const days = await readCountedDays(tx, person, kinds, new Date(since.getTime() - dayMs).toISOString().slice(0, 10))
  await count(
    tx,
    days.map(({ day, ...entrant }) => ({ entrant, day })),
  )
}

async function count(tx: Tx, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return
  const now = clock.now()
  const windows = new Map<string, Window & { entrant: Entrant; last: string | null }>()
  const placed = places.map(({ entrant, day }) => {
    const { first, last } = windowOf(entrant.every, day, dayOf(entrant.startsAt, entrant.zone))
    const window = { mission: entrant.mission, person: entrant.person, win: first }
    const key = windowKey(window)
    windows.set(key, { ...window, entrant, last })
    return { entrant, day, key }
  })
  const before = new Map((await readProgress(tx, [...windows.values()])).map(row => [windowKey(row), row]))
  // Whoever was once in a window stays in it, with the moment from which their doings count in it.
  const since = new Map<string, Date>()
  for (const [key, { entrant }] of windows) {
    const known = before.get(key)
    if (known !== undefined) since.set(key, known.since)
    else if (entrant.since !== null && isFor(entrant, now)) since.set(key, entrant.since)
  }
  const byKind = new Map<EventKind, { touched: Touched[]; raises: boolean[] }>()
  const live = new Map<string, Date>()
  for (const { entrant, day, key } of placed) {
    const from = since.get(key)
    const span = from === undefined ? undefined : countedSpan(day, entrant, from)
    if (span === undefined) continue
    const list = byKind.get(entrant.event) ?? { touched: [], raises: [] }
    list.touched.push({ mission: entrant.mission, person: entrant.person, day, ...span })
    // Who left gains nothing more.
    list.raises.push(entrant.since !== null)
    byKind.set(entrant.event, list)
    live.set(key, new Date(Math.max(live.get(key)?.getTime() ?? 0, span.until.getTime() - 1)))
  }
  if (live.size === 0) return
  for (const [kind, { touched, raises }] of byKind) await countDays(tx, kind, touched, raises)
  const changing = [...live.keys()].map(key => windows.get(key)!)
  const sums = await sumWindows(
    tx,
    changing.map(({ entrant, ...window }) => ({
      ...window,
      cap: entrant.dayCap === null ? null : entrant.dayCap * unitOf(entrant.event),
    })),
  )

  const rows: ProgressRow[] = []
  const reached: Reached[] = []
  const lost: { entrant: Entrant; row: ProgressRow }[] = []
  for (const [index, { entrant, mission, person, win }] of changing.entries()) {
    const key = windowKey({ mission, person, win })
    const known = before.get(key)
    const amount = sums[index]!
    const row: ProgressRow = {
      mission,
      person,
      win,
      since: since.get(key)!,
      done: known?.done ?? false,
      rounds: known?.rounds ?? 0,
      amount,
    }
    const step = stepOf(row, Number(amount), entrant.target * unitOf(entrant.event))
    if (step === 'reach') {
      row.done = true
      row.rounds++
      // What was done on a day that is over is earned on that day.
      reached.push({ entrant, row, at: new Date(Math.min(now.getTime(), live.get(key)!.getTime())) })
    } else if (step === 'take') {
      row.done = false
      lost.push({ entrant, row })
    }
    if (known === undefined ? amount > 0n : known.amount !== amount || step !== null) rows.push(row)
  }
  if (rows.length === 0) return
  await saveProgress(tx, rows, now)
  if (lost.length > 0) await takeBack(tx, lost, now)
  if (reached.length > 0) await reward(tx, reached, now)
  for (const [person, those] of Map.groupBy(rows, row => row.person)) {
    const groups = new Set(those.map(row => windows.get(windowKey(row))!.entrant.group))
    for (const group of groups) publish(tx, topicOf(person), { kind: 'missions', group })
  }
}

/** Whether a mission is for a member: their level, and how long they are one. */
const isFor = (entrant: Entrant, now: Date): boolean =>
  entrant.personLevel >= entrant.level && now.getTime() - entrant.since!.getTime() >= entrant.memberDays * dayMs

type Reached = { entrant: Entrant; row: ProgressRow; at: Date }
async function reward(tx: Tx, reached: readonly Reached[], now: Date): Promise<void> {
  const keyed = reached.map(({ entrant, row, at }) => ({ entrant, row, at, key: keyOf(row.mission, row.person, row.win, row.rounds) }))
  const paid = keyed.filter(({ entrant }) => entrant.points > 0)
  const granted = await grantPoints(
    tx,
    paid.map(({ entrant, at, key }) => ({
      group: entrant.group,
      person: entrant.person,
      points: entrant.points,
      key,
      cause: `mission:${entrant.mission}`,
      at,
    })),
  )
  const completions: Completion[] = keyed.map(({ entrant, row, key }) => {
    const result = granted.get(key)
    return {
      mission: row.mission,
      person: row.person,
      win: row.win,
      round: row.rounds,
      points: entrant.points,
      granted: result?.granted ?? 0,
      why: result?.why ?? null,
    }
  })
  await insertCompletions(tx, completions, now)
  await addActivity(
    tx,
    keyed.map(({ entrant, key }) => ({ group: entrant.group, person: entrant.person, amount: activity, key: `mission:${key}` })),
  )
  await tellAll(
    tx,
    keyed.map(({ row, key }) => ({ type: 'mission_completed', mission: row.mission, person: row.person, completion: key })),
  )
}

async function takeBack(tx: Tx, lost: readonly { entrant: Entrant; row: ProgressRow }[], now: Date): Promise<void> {
  const causes = new Map(lost.map(({ entrant, row }) => [keyOf(row.mission, row.person, row.win, row.rounds), entrant.event]))
  const keys = await takeCompletions(tx, [...causes.keys()], now)
  if (keys.length > 0)
    await takeBackPoints(
      tx,
      keys.map(key => ({ key, reason: causes.get(key) === 'lyric' ? 'lyrics_undone' : 'discounted' })),
    )
}
