/** What holds, who may change it, and whom rules of age and region let through. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { packs, type Policy, type policy } from '../../shared/policy.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { decideChange, insertChange, listChanges, readChange, readCurrent, readDeclared, type ChangeRow } from './store.ts'

type Entries = typeof policy.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Change = Ok<'POST /console/policy/changes'>

/** What was decided earlier lacks values that came later: those are strict. */
const whole = (values: Partial<Policy> | undefined): Policy => ({ ...packs.strict, regions: [...packs.strict.regions], ...values })

/** What is allowed on this planet now. One small read. */
export const policyOf = async (db: Read | Tx): Promise<Policy> => whole((await readCurrent(db))?.values)

/** Why a person may not have something; the first two are theirs to declare in their account. Also codes of faults. */
export type Unfit = 'age_unknown' | 'region_unknown' | 'too_young' | 'region_not_served'

/** Whole years on that day; who was born on 29 February has the birthday on 1 March. */
export function ageOn(bornOn: string, day: string): number {
  const [y, m, d] = bornOn.split('-').map(Number) as [number, number, number]
  const [yy, mm, dd] = day.split('-').map(Number) as [number, number, number]
  return yy - y - (mm < m || (mm === m && dd < d) ? 1 : 0)
}

/** Why this person may not have what asks for that age (0: any) and one of those regions (empty: any); null: they may. */
export async function unfit(
  db: Read | Tx,
  person: string,
  rules: { minAge: number; regions: readonly string[] },
  at: Date = clock.now(),
): Promise<Unfit | null> {
  if (rules.minAge <= 0 && rules.regions.length === 0) return null
  const { bornOn, region } = (await readDeclared(db, [person])).get(person) ?? { bornOn: null, region: null }
  if (rules.minAge > 0) {
    if (bornOn === null) return 'age_unknown'
    // The day that has begun everywhere: nobody is let in a day early.
    if (ageOn(bornOn, new Date(at.getTime() - 12 * 3_600_000).toISOString().slice(0, 10)) < rules.minAge) return 'too_young'
  }
  if (rules.regions.length > 0) {
    if (region === null) return 'region_unknown'
    if (!rules.regions.includes(region)) return 'region_not_served'
  }
  return null
}

const shown = (row: ChangeRow, viewer: Viewer): Change => ({
  id: row.id,
  values: whole(row.values),
  reason: row.reason,
  proposedBy: { id: row.proposedBy, name: row.proposer ?? '' },
  proposedAt: row.proposedAt,
  state: row.state,
  decidedBy: row.decidedBy === null ? null : { id: row.decidedBy, name: row.decider ?? '' },
  decidedAt: row.decidedAt,
  decision: row.decision,
  version: row.version,
  mayDecide: row.state === 'open' && row.proposedBy !== viewer.id,
})

async function one(db: Read | Tx, viewer: Viewer, id: string): Promise<Change> {
  const row = await readChange(db, id)
  if (row === undefined) throw fault('not_found')
  return shown(row, viewer)
}

export async function getPolicy(db: Read): Promise<Ok<'GET /policy'>> {
  const current = await readCurrent(db)
  return { policy: whole(current?.values), version: current?.version ?? 0, since: current?.since ?? null }
}

export async function getDesk(db: Read, viewer: Viewer): Promise<Ok<'GET /console/policy'>> {
  const current = await readCurrent(db)
  const changes = await listChanges(db)
  return { policy: whole(current?.values), version: current?.version ?? 0, changes: changes.map(row => shown(row, viewer)) }
}

/** jsonb orders the keys of an object its own way. */
const textOf = (values: Policy): string => JSON.stringify(Object.keys(packs.strict).map(key => values[key as keyof Policy]))

export async function propose(tx: Tx, viewer: Viewer, input: Input<'POST /console/policy/changes'>): Promise<Change> {
  const { values, reason } = input
  const before = input.id === undefined ? undefined : await readChange(tx, input.id)
  if (before !== undefined) {
    if (before.proposedBy !== viewer.id || before.reason !== reason || textOf(whole(before.values)) !== textOf(values))
      throw fault('conflict', 'key_reused')
    return shown(before, viewer)
  }
  if (textOf(await policyOf(tx)) === textOf(values)) throw fault('unprocessable', 'nothing_changed')
  const at = clock.now()
  const id = input.id ?? newId('prp', at)
  if (!(await insertChange(tx, { id, values, reason, by: viewer.id, at }))) throw fault('conflict', 'proposal_waits')
  return one(tx, viewer, id)
}

export async function decide(tx: Tx, viewer: Viewer, input: Input<'POST /console/policy/changes/:id/decide'>): Promise<Change> {
  const row = await readChange(tx, input.id, true)
  if (row === undefined) throw fault('not_found')
  if (row.proposedBy === viewer.id) throw fault('forbidden', 'four_eyes')
  if (row.state === input.decision && row.decidedBy === viewer.id) return shown(row, viewer)
  if (row.state !== 'open') throw fault('conflict', 'proposal_decided')
  await decideChange(tx, { id: row.id, state: input.decision, by: viewer.id, at: clock.now(), decision: input.reason })
  return one(tx, viewer, row.id)
}
