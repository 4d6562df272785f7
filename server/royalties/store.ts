/** SQL of pools and the proposals that begin and end them. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type PoolRow = {
  id: string
  name: string
  currency: string
  monthly: bigint
  every: 'month' | 'day'
  graceHours: number
  starts: string
  ends: string | null
  state: 'proposed' | 'refused' | 'running' | 'ended'
  request: string
  returned: bigint | null
}
const columns = sql`id, name, currency, monthly, every, grace_hours as "graceHours", starts, ends, state, request, returned`

export async function insertPool(tx: Tx, row: Omit<PoolRow, 'ends' | 'state' | 'returned'>): Promise<boolean> {
  const { rows } = await sql`
    insert into royalties.pool (id, name, currency, monthly, every, grace_hours, starts, state, request)
    values (${row.id}, ${row.name}, ${row.currency}, ${row.monthly}, ${row.every}, ${row.graceHours}, ${row.starts}, 'proposed', ${row.request})
    on conflict do nothing returning 1`.execute(tx)
  return rows.length > 0
}

export async function readPool(db: Read | Tx, id: string, lock = false): Promise<PoolRow | undefined> {
  const { rows } = await sql<PoolRow>`select ${columns} from royalties.pool where id = ${id} ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

export async function listPools(db: Read): Promise<PoolRow[]> {
  const { rows } = await sql<PoolRow>`select ${columns} from royalties.pool order by id desc limit 200`.execute(db)
  return rows
}

export async function runningPools(db: Read | Tx): Promise<PoolRow[]> {
  const { rows } = await sql<PoolRow>`select ${columns} from royalties.pool where state = 'running' order by id`.execute(db)
  return rows
}

export async function setPool(
  tx: Tx,
  id: string,
  set: { state?: PoolRow['state']; ends?: string | null; returned?: bigint },
): Promise<void> {
  await sql`update royalties.pool set state = coalesce(${set.state ?? null}, state), ends = coalesce(${set.ends ?? null}::date, ends), returned = coalesce(${set.returned ?? null}::bigint, returned) where id = ${id}`.execute(
    tx,
  )
}

/** What is the planet's own in this currency, less what it spent and lent: nobody else's money may pay for listening. */
export async function ownMoney(db: Read | Tx, currency: string): Promise<bigint> {
  const { rows } = await sql<{ own: bigint }>`
    select coalesce(sum(balance), 0)::bigint as own from ledger.public_account where asset = ${currency} and (owner = 'planet' or purpose = 'receivable')`.execute(
    db,
  )
  return rows[0]!.own
}

/** Pools whose last period is closed and that hold nothing back: they can be ended. */
export async function endingPools(db: Read, today: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select l.id from royalties.pool l
    where l.state = 'running' and l.ends <= ${today}::date
      and not exists (select from royalties.period p where p.pool = l.id and p.state <> 'closed')
      and not exists (select from royalties.income i where i.pool = l.id and i.state = 'held') order by l.id`.execute(db)
  return rows.map(row => row.id)
}

export type ChangeRow = {
  id: string
  pool: string
  kind: 'open' | 'end'
  ends: string | null
  reason: string
  proposedBy: string
  proposer: string | null
  proposedAt: Date
  state: 'open' | 'confirmed' | 'declined'
  decidedBy: string | null
  decider: string | null
  decidedAt: Date | null
  decision: string | null
}

export async function insertChange(
  tx: Tx,
  row: Pick<ChangeRow, 'id' | 'pool' | 'kind' | 'ends' | 'reason' | 'proposedBy' | 'proposedAt'>,
): Promise<boolean> {
  const { rows } = await sql`
    insert into royalties.change (id, pool, kind, ends, reason, proposed_by, proposed_at)
    values (${row.id}, ${row.pool}, ${row.kind}, ${row.ends}, ${row.reason}, ${row.proposedBy}, ${row.proposedAt}) on conflict do nothing returning 1`.execute(
    tx,
  )
  return rows.length > 0
}

export async function changesOf(db: Read | Tx, pools: readonly string[]): Promise<ChangeRow[]> {
  const { rows } = await sql<ChangeRow>`
    select c.id, c.pool, c.kind, c.ends, c.reason, c.proposed_by as "proposedBy", p.name as proposer, c.proposed_at as "proposedAt", c.state,
      c.decided_by as "decidedBy", d.name as decider, c.decided_at as "decidedAt", c.decision
    from royalties.change c left join people.public_party p on p.id = c.proposed_by left join people.public_party d on d.id = c.decided_by
    where c.pool = any(${[...pools]}::text[]) order by c.proposed_at, c.id`.execute(db)
  return rows
}

export async function decideChange(
  tx: Tx,
  change: { id: string; state: 'confirmed' | 'declined'; by: string; at: Date; decision: string },
): Promise<void> {
  await sql`update royalties.change set state = ${change.state}, decided_by = ${change.by}, decided_at = ${change.at}, decision = ${change.decision} where id = ${change.id}`.execute(
    tx,
  )
}
