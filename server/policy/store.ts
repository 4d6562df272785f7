/** All SQL of policy. */
import { sql } from 'kysely'
import type { Policy } from '../../shared/policy.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type ChangeRow = {
  id: string
  values: Partial<Policy>
  reason: string
  proposedBy: string
  proposer: string | null
  proposedAt: Date
  state: 'open' | 'confirmed' | 'declined'
  decidedBy: string | null
  decider: string | null
  decidedAt: Date | null
  decision: string | null
  version: number | null
}
const columns = sql`c.id, c.values, c.reason, c.proposed_by as "proposedBy", p.name as proposer, c.proposed_at as "proposedAt", c.state, c.decided_by as "decidedBy",
  d.name as decider, c.decided_at as "decidedAt", c.decision, c.version`
const joined = sql`policy.change c left join people.public_party p on p.id = c.proposed_by left join people.public_party d on d.id = c.decided_by`

/** The values that hold, and since when; undefined: nothing was decided yet. */
export async function readCurrent(db: Read | Tx): Promise<{ values: Partial<Policy>; version: number; since: Date } | undefined> {
  const found = await sql<{ values: Partial<Policy>; version: number; since: Date }>`
    select values, version, decided_at as since from policy.change where version is not null order by version desc limit 1`.execute(db)
  return found.rows[0]
}

export async function listChanges(db: Read | Tx): Promise<ChangeRow[]> {
  const found = await sql<ChangeRow>`select ${columns} from ${joined} order by c.proposed_at desc, c.id desc limit 100`.execute(db)
  return found.rows
}

/** Locked, when it is going to be decided: then all changes are, so that versions follow each other. */
export async function readChange(db: Read | Tx, id: string, lock = false): Promise<ChangeRow | undefined> {
  if (lock) await sql`select from policy.change where id = ${id} or version is not null order by id for update`.execute(db)
  const found = await sql<ChangeRow>`select ${columns} from ${joined} where c.id = ${id}`.execute(db)
  return found.rows[0]
}

/** False when the id is taken or another proposal is open. */
export async function insertChange(tx: Tx, change: { id: string; values: Policy; reason: string; by: string; at: Date }): Promise<boolean> {
  const made = await sql`insert into policy.change (id, values, reason, proposed_by, proposed_at)
    values (${change.id}, ${JSON.stringify(change.values)}::jsonb, ${change.reason}, ${change.by}, ${change.at}) on conflict do nothing returning id`.execute(
    tx,
  )
  return made.rows.length > 0
}

export async function decideChange(
  tx: Tx,
  change: { id: string; state: 'confirmed' | 'declined'; by: string; at: Date; decision: string },
): Promise<void> {
  await sql`update policy.change set state = ${change.state}, decided_by = ${change.by}, decided_at = ${change.at}, decision = ${change.decision},
    version = case when ${change.state} = 'confirmed' then (select coalesce(max(version), 0) + 1 from policy.change) end where id = ${change.id}`.execute(
    tx,
  )
}

/** What persons declare of themselves. */
export async function readDeclared(
  db: Read | Tx,
  persons: readonly string[],
): Promise<Map<string, { bornOn: string | null; region: string | null }>> {
  const found = await sql<{ person: string; bornOn: string | null; region: string | null }>`
    select person, born_on::text as "bornOn", region from people.public_declared where person = any(${[...persons]}::text[])`.execute(db)
  return new Map(found.rows.map(({ person, ...row }) => [person, row]))
}
