/** How a group is doing, for its hosts: on screen and as tables. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { insight } from '../../shared/insight.ts'
import { clock } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { seeDesk } from '../groups/index.ts'
import { budgetOf } from '../points/index.ts'
import { readActive, readCohorts, readDays, readGrowth, readMissionSums, readRewardSums, type Range } from './store-groups.ts'

type Entries = typeof insight.entries
type Ok = Decoded<Entries['GET /groups/:id/dashboard']['ok']>
type Input = InputOf<Entries['GET /groups/:id/dashboard']['input']>

const dayMs = 86_400_000
const usualDays = 90
const mostDays = 366
const cohortWeeks = 10
const shift = (day: string, by: number): string => new Date(Date.parse(day) + by * dayMs).toISOString().slice(0, 10)
const dayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
/** The Monday of its week. */
const monday = (day: string): string => shift(day, -((new Date(day).getUTCDay() + 6) % 7))

async function rangeOf(db: Read, viewer: Viewer, input: Input): Promise<{ range: Range; members: number }> {
  const { group } = await seeDesk(db, viewer, input.id)
  const today = dayIn(group.timeZone, clock.now())
  const to = input.to !== undefined && input.to < today ? input.to : today
  const from = input.from ?? shift(to, 1 - usualDays)
  if (from > to || shift(from, mostDays) <= to)
    throw fault('invalid', 'invalid', { fields: { from: `${shift(to, 1 - mostDays)} … ${to}` } })
  return { range: { group: group.id, from, to, zone: group.timeZone }, members: group.members }
}

async function daysOf(db: Read, range: Range, members: number): Promise<Ok['days']> {
  const days: Ok['days'] = []
  for (let day = range.from; day <= range.to; day = shift(day, 1))
    days.push({ day, joined: 0, left: 0, members: 0, active: 0, posts: 0, comments: 0, given: 0, spent: 0, ended: 0 })
  const byDay = new Map(days.map(day => [day.day, day]))
  for (const { day, what, count } of await readDays(db, range)) {
    const row = byDay.get(day)
    if (row !== undefined) row[what] = count
  }
  let at = members
  for (const { day, what, count } of await readGrowth(db, range)) {
    const row = byDay.get(day)
    if (row !== undefined) row[what] = count
    else if (day > range.to) at -= what === 'joined' ? count : -count
  }
  for (const row of days.toReversed()) {
    row.members = Math.max(0, at)
    at -= row.joined - row.left
  }
  return days
}

async function cohortsOf(db: Read, range: Range): Promise<Ok['cohorts']> {
  const cohorts = new Map<string, Ok['cohorts'][number]>()
  for (const { week, nth, persons } of await readCohorts(db, range, cohortWeeks)) {
    let row = cohorts.get(week)
    if (row === undefined) {
      const weeks = (Date.parse(monday(range.to)) - Date.parse(week)) / (7 * dayMs) + 1
      cohorts.set(week, (row = { week, joined: 0, active: Array.from({ length: weeks }, () => 0) }))
    }
    if (nth === -1) row.joined = persons
    else if (nth < row.active.length) row.active[nth] = persons
  }
  return [...cohorts.values()]
}

export async function getDashboard(db: Read, viewer: Viewer, input: Input): Promise<Ok> {
  const { range, members } = await rangeOf(db, viewer, input)
  return {
    from: range.from,
    to: range.to,
    timeZone: range.zone,
    members,
    active: await readActive(db, range),
    days: await daysOf(db, range, members),
    cohorts: await cohortsOf(db, range),
    missions: (await readMissionSums(db, range)).map(({ zh, en, ...row }) => ({ ...row, name: { zh, en } })),
    rewards: await readRewardSums(db, range),
    points: await budgetOf(db, range.group),
  }
}

/** One table of it; columns are named in English, as in all exports. */
export async function sendDashboard(
  { read, reply }: StreamContext,
  viewer: Viewer,
  input: InputOf<Entries['GET /groups/:id/dashboard.csv']['input']>,
) {
  const { table } = input
  const { range, members } = await rangeOf(read, viewer, input)
  let head: string[]
  let rows: Cell[][]
  if (table === 'days') {
    head = ['day', 'joined', 'left', 'members', 'active', 'posts', 'comments', 'points_given', 'points_spent', 'points_ended']
    rows = (await daysOf(read, range, members)).map(row => Object.values(row))
  } else if (table === 'cohorts') {
    head = ['week', 'joined', ...Array.from({ length: cohortWeeks }, (_, nth) => `active_week_${nth}`)]
    rows = (await cohortsOf(read, range)).map(({ week, joined, active }) => [week, joined, ...active])
  } else if (table === 'missions') {
    head = ['mission', 'name_zh', 'name_en', 'people', 'completions', 'points']
    rows = (await readMissionSums(read, range)).map(({ id, zh, en, people, completions, points }) => [
      id,
      zh,
      en,
      people,
      completions,
      points,
    ])
  } else {
    head = ['reward', 'title', 'exchanges', 'points', 'left']
    rows = (await readRewardSums(read, range)).map(({ id, title, exchanges, points, left }) => [id, title, exchanges, points, left])
  }
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="group-${table}-${range.from}-${range.to}.csv"`)
  return reply.send(csv(head, rows))
}
