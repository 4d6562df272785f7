/** The missions of a group as a viewer sees them, with how far they are; and check-ins. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { addActivity, allowMember, seeGroup } from '../groups/index.ts'
import { recount } from './counting.ts'
import { coreOf } from './missions.ts'
import { proofOf } from './proofs.ts'
import { addDays, checkInDay, dayOf, startOf, streakOf, unitOf, windowOf } from './rules.ts'
import { insertCheckIn, lastCheckIn, listMissions, readCheckIns, readStanding, type NamedRow, type Standing } from './store.ts'
import { lockPersons } from './store-counting.ts'
import { readCodes } from './store-partners.ts'
import { latestProofs } from './store-proofs.ts'
import type { Input, Ok } from './words.ts'

type Mission = Ok<'GET /groups/:id/missions'>['items'][number]
type CheckIns = Ok<'POST /groups/:id/check-in'>
const dayMs = 86_400_000
/** Days of the calendar that is shown. */
const shownDays = 35
/** What a check-in adds to a member's activity. */
const activity = 2

/** Minutes with tenths, rounded down: nothing looks done that is not. */
const shownAmount = (amount: bigint | number, row: NamedRow): number =>
  row.event === 'listen_minutes' ? Math.floor(Number(amount) / 6000) / 10 : Number(amount)

function progressOf(row: NamedRow, standing: Standing, last: string | null): Mission['progress'] {
  const cap = row.dayCap === null ? Infinity : row.dayCap * unitOf(row.event)
  return {
    amount: Math.min(row.target, shownAmount(standing.amount, row)),
    today: shownAmount(Math.min(Number(standing.today), cap), row),
    done: standing.done,
    doneAt: standing.doneAt,
    granted: standing.granted ?? 0,
    why: standing.why,
    windowEnds: last === null ? row.endsAt : startOf(addDays(last, 1), row.zone),
    times: standing.times,
  }
}

export async function getMissions(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /groups/:id/missions'>,
): Promise<Ok<'GET /groups/:id/missions'>> {
  const { group, standing } = await seeGroup(db, viewer, input.id)
  const now = clock.now()
  const rows = await listMissions(db, group.id, now)
  const today = dayOf(now, group.timeZone)
  const person = viewer !== null && standing.member ? viewer.id : null
  const windows = rows.map(row => {
    const day = dayOf(row.endsAt !== null && row.endsAt <= now ? new Date(row.endsAt.getTime() - 1) : now, row.zone)
    return { mission: row.id, day, ...windowOf(row.every, day, dayOf(row.startsAt, row.zone)) }
  })
  const [standings, proofs, codes, days, last] =
    person === null
      ? [new Map<string, Standing>(), new Map<string, never>(), new Map<string, string>(), [], undefined]
      : await Promise.all([
          readStanding(
            db,
            person,
            windows.map(({ mission, first, day }) => ({ mission, win: first, day })),
          ),
          latestProofs(
            db,
            person,
            rows.filter(row => row.event === 'proof').map(row => row.id),
          ),
          readCodes(
            db,
            person,
            rows.flatMap(row => row.partner ?? []),
          ),
          readCheckIns(db, group.id, person),
          lastCheckIn(db, group.id, person),
        ])
  return {
    group: { id: group.id, name: group.name, zone: group.timeZone, page: group.page },
    today,
    member: standing.member,
    items: rows.map((row, index): Mission => {
      const known = standings.get(row.id)
      const proof = proofs.get(row.id)
      const tooNew = standing.since !== null && now.getTime() - standing.since.getTime() < row.memberDays * dayMs
      // Who is in a window already stays in it.
      const inside = known !== undefined && (known.amount > 0n || known.done)
      return {
        ...coreOf(row, now),
        locked: person === null ? 'stranger' : inside ? null : standing.level < row.level ? 'level' : tooNew ? 'days' : null,
        progress: known === undefined ? null : progressOf(row, known, windows[index]!.last),
        proof: proof === undefined || viewer === null ? null : proofOf(proof, viewer),
        code: row.partner === null ? null : (codes.get(row.partner) ?? null),
      }
    }),
    checkIns: checkInsOf(days, checkInDay(last, now, group.timeZone)),
    can: { host: (standing.role !== null && standing.role !== 'member') || standing.artist },
  }
}

const checkInsOf = (days: readonly string[], today: string): CheckIns => ({
  today: days.includes(today),
  ...streakOf(days, today),
  days: days.filter(day => day > addDays(today, -shownDays) && day <= today).toReversed(),
})

/** Once a day of the group, free; what missions make of it is there at once. */
export async function checkIn(tx: Tx, viewer: Viewer, { id }: Input<'POST /groups/:id/check-in'>): Promise<CheckIns> {
  const { group, standing } = await allowMember(tx, viewer, id)
  if (!standing.member) throw fault('forbidden', 'members_only')
  const now = clock.now()
  // Pressed twice at once, also while the zone is changed: one after the other.
  await lockPersons(tx, [viewer.id])
  const last = await lastCheckIn(tx, group.id, viewer.id)
  const today = checkInDay(last, now, group.timeZone)
  if (today !== last?.day) {
    await insertCheckIn(tx, group.id, viewer.id, { day: today, zone: group.timeZone, at: now })
    await recount(tx, [{ person: viewer.id, at: now, kind: 'check_in' }])
    await addActivity(tx, [{ group: group.id, person: viewer.id, amount: activity, key: `check_in:${today}` }])
    publish(tx, topicOf(viewer.id), { kind: 'missions', group: group.id })
  }
  return checkInsOf(await readCheckIns(tx, group.id, viewer.id), today)
}
