/** Reactions: what was heard, attended and accepted is counted; once a night the last two days once more, should anything have been missed. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { files } from '../foundation/files.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { recount, recountSince, type Moment } from './counting.ts'
import { addDays } from './rules.ts'
import { pictureKey } from './proofs.ts'
import { acceptedAt, attendedAt, forgetDays, listenersSince, readPlays } from './store-counting.ts'
import { decidedBefore, withdrawOld } from './store-proofs.ts'

type Heard = { type: string; play?: string; person: string }
const dayMs = 86_400_000
const atOnce = 200
/** A proof nobody looked at for so long goes back; pictures of decided ones are kept as long, for questions. */
const proofDays = 60
const heardKinds = ['listen_minutes', 'outside_listens'] as const

/** Plays that were heard, grew or were withdrawn, as they gathered. */
async function heard({ write }: JobContext, payload: readonly Heard[] | Heard): Promise<void> {
  const told = Array.isArray(payload) ? (payload as readonly Heard[]) : [payload as Heard]
  const plays = [...new Set(told.flatMap(one => one.play ?? []))]
  for (let from = 0; from < plays.length; from += atOnce)
    await write(async tx => {
      const moments = (await readPlays(tx, plays.slice(from, from + atOnce))).map(({ person, at, outside }): Moment => ({
        person,
        at,
        kind: outside ? 'outside_listens' : 'listen_minutes',
      }))
      await recount(tx, moments)
    })
  for (const person of new Set(told.filter(one => one.type === 'plays_withdrawn').map(one => one.person)))
    await write(tx => recountSince(tx, person, heardKinds, new Date(clock.now().getTime() - 8 * dayMs)))
}

/** Counts what anyone heard since then once more: harmless, and heals what a killed worker left undone. */
export async function recountAll(db: Db, since: Date): Promise<number> {
  let after = ''
  let persons = 0
  for (;;) {
    const some = await listenersSince(db.read, since, after, atOnce)
    if (some.length === 0) return persons
    await db.transaction(async tx => {
      const moments: Moment[] = []
      for (let at = clock.now().getTime(); at >= since.getTime(); at -= dayMs / 2)
        for (const person of some) for (const kind of heardKinds) moments.push({ person, kind, at: new Date(at) })
      await recount(tx, moments)
    })
    persons += some.length
    after = some.at(-1)!
  }
}

export const jobs = {
  'missions.heard': heard,
  // For the moment it happened at, whenever this runs. (The payload's `event` is the happening: an event of the schedule.)
  'missions.attended': ({ write }: JobContext, { event, person }: { event: string; person: string }) =>
    write(async tx => {
      const at = await attendedAt(tx, event, person)
      if (at !== undefined) await recount(tx, [{ person, at, kind: 'attend' }])
    }),
  'missions.lyric': ({ write }: JobContext, { contribution, person }: { contribution: string; person: string }) =>
    write(async tx => {
      const at = await acceptedAt(tx, contribution)
      if (at !== undefined) await recount(tx, [{ person, at, kind: 'lyric' }])
    }),
  // Taken out of the words again by those who keep them: whatever it counted for is counted anew, of who left too.
  'missions.lyric_undone': ({ write }: JobContext, { contribution, person }: { contribution: string; person: string }) =>
    write(async tx => {
      const at = await acceptedAt(tx, contribution)
      if (at !== undefined) await recountSince(tx, person, ['lyric'], at)
    }),
  'missions.nightly': async ({ db, write }: JobContext) => {
    const now = clock.now()
    await recountAll(db, new Date(now.getTime() - 2 * dayMs))
    await write(async tx => {
      await forgetDays(tx, addDays(now.toISOString().slice(0, 10), -60))
      await withdrawOld(tx, new Date(now.getTime() - proofDays * dayMs), now)
    })
    const until = new Date(now.getTime() - proofDays * dayMs)
    for (const proof of await decidedBefore(db.read, new Date(until.getTime() - 3 * dayMs), until)) await files.remove(pictureKey(proof))
  },
} satisfies Jobs
