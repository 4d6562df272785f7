/** The shop window: what a group gives for points, and to whom. */
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { rewards } from '../../shared/rewards.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { findGroup, seeDesk, type Standing } from '../groups/index.ts'
import { pointsOf } from '../points/index.ts'
import { policyOf, unfit } from '../policy/index.ts'
import { closedTo, together, type Why } from './policy.ts'
import { leftOf, showCard, showReward, type Ok } from './showing.ts'
import { countOf } from './store-exchanges.ts'
import { listRewards, ownersOf, readReward, type RewardRow, type RewardShown } from './store.ts'

type Input<K extends keyof typeof rewards.entries> = InputOf<(typeof rewards.entries)[K]['input']>
/** At once, at most. */
const mostAtOnce = 20

type Who = { viewer: Viewer | null; standing: Standing; points: number }
async function whoIs(db: Read, viewer: Viewer | null, group: string, standing: Standing): Promise<Who> {
  return { viewer, standing, points: viewer === null ? 0 : (await pointsOf(db, viewer.id, group)).balance }
}

/** Why not, for many rewards of one group: a fixed number of questions, however many there are. */
async function whyNots(
  db: Read,
  { viewer, standing, points }: Who,
  rows: readonly RewardRow[],
): Promise<Map<string, { why: Why | null; pieces: number }>> {
  const now = clock.now()
  const planet = await policyOf(db)
  const pieces =
    viewer === null
      ? new Map<string, number>()
      : await countOf(
          db,
          rows.map(row => ({ person: viewer.id, reward: row.id })),
        )
  const owned =
    viewer === null
      ? new Set<string>()
      : await ownersOf(
          db,
          rows.flatMap(row => (row.release === null ? [] : [{ person: viewer.id, release: row.release }])),
        )
  const declared = new Map<string, Why | null>()
  const out = new Map<string, { why: Why | null; pieces: number }>()
  for (const row of rows) {
    const have = viewer === null ? 0 : (pieces.get(`${viewer.id} ${row.id}`) ?? 0)
    let why: Why | null = closedTo(row, { standing: viewer === null ? null : standing, pieces: have, wants: 1 }, now)
    if (why === null && viewer !== null) {
      if (row.release !== null && owned.has(`${viewer.id} ${row.release}`)) why = 'already_owned'
      const rules = together(row, { minAge: planet.rewardMinAge, regions: planet.regions })
      const key = JSON.stringify(rules)
      if (why === null && !declared.has(key)) declared.set(key, await unfit(db, viewer.id, rules, now))
      why ??= declared.get(key) ?? null
      if (why === null && points < row.points) why = 'points'
    }
    out.set(row.id, { why, pieces: have })
  }
  return out
}

export async function getWindow(
  db: Read,
  viewer: Viewer | null,
  { group: which }: Input<'GET /groups/:group/rewards'>,
): Promise<Ok<'GET /groups/:group/rewards'>> {
  const { group, standing } = await findGroup(db, viewer, which)
  const rows = await listRewards(db, group.id, 'window')
  const who = await whoIs(db, viewer, group.id, standing)
  const why = await whyNots(db, who, rows)
  return {
    items: rows.map(row => showCard(row, why.get(row.id)!.why)),
    points: viewer === null ? null : BigInt(who.points),
    level: viewer === null ? null : standing.level,
    member: standing.member,
  }
}

/** A reward as this viewer sees it; a draft only from the desk. */
export async function seeReward(db: Read, viewer: Viewer | null, id: string): Promise<{ row: RewardShown; standing: Standing }> {
  const row = await readReward(db, id)
  if (row === undefined) throw fault('not_found')
  const { standing } = await findGroup(db, viewer, row.group)
  if (row.state === 'draft' || row.raffleOnly) {
    if (viewer === null) throw fault('not_found')
    // A prize is shown with its raffle; a draft to nobody but the desk.
    if (row.state === 'draft')
      await seeDesk(db, viewer, row.group).catch(() => {
        throw fault('not_found')
      })
  }
  return { row, standing }
}

export async function getReward(db: Read, viewer: Viewer | null, { id }: Input<'GET /rewards/:id'>): Promise<Ok<'GET /rewards/:id'>> {
  const { row, standing } = await seeReward(db, viewer, id)
  const who = await whoIs(db, viewer, row.group, standing)
  const { why, pieces } = (await whyNots(db, who, [row])).get(row.id)!
  const most = Math.min(
    mostAtOnce,
    leftOf(row) ?? mostAtOnce,
    row.perPerson === null ? mostAtOnce : Math.max(0, row.perPerson - pieces),
    Math.floor(who.points / row.points),
  )
  return showReward(
    row,
    row.raffleOnly ? 'over' : why,
    viewer === null ? null : { pieces, points: BigInt(who.points), level: standing.level },
    why === null ? most : 0,
  )
}
