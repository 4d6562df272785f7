/** SQL of the daily proof. All of it reads one snapshot (repeatable read). */
import { sql } from 'kysely'
import type { Db, Read, Tx } from '../foundation/db.ts'

const again = new Set(['40001', '40P01'])
/** Runs `fn` on one snapshot of the database; tried again when somebody else decided meanwhile. */
export async function onSnapshot<T>(db: Db, fn: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.write.transaction().setIsolationLevel('repeatable read').execute(fn)
    } catch (error) {
      if (attempt >= 6 || !again.has((error as { code?: string }).code ?? '')) throw error
    }
  }
}

export type SumRow = { owner: string; purpose: string; currency: string; accounts: number; balance: bigint }
/** The trial balance of money at a moment: what there is now, less what was posted from then on. */
export async function sumsAt(tx: Tx, end: Date): Promise<SumRow[]> {
  const kind = sql`case when a.owner like 'usr\_%' then 'person' when a.owner like 'org\_%' then 'organisation' when a.owner like 'escrow:%' then 'escrow' else a.owner end`
  const { rows } = await sql<SumRow>`
    with now as (select ${kind} as owner, a.purpose, a.asset, count(*) filter (where a.balance <> 0)::int as accounts, sum(a.balance) as balance
        from ledger.public_account a where a.asset ~ '^[A-Z]{3}$' group by 1, 2, 3),
      later as (select ${kind} as owner, a.purpose, a.asset, sum(e.amount) as amount
        from ledger.public_entry e join ledger.public_account a on a.id = e.account where e.at >= ${end} and a.asset ~ '^[A-Z]{3}$' group by 1, 2, 3)
    select n.owner, n.purpose, n.asset as currency, n.accounts, (n.balance - coalesce(l.amount, 0))::bigint as balance
    from now n left join later l using (owner, purpose, asset) order by 3, 1, 2`.execute(tx)
  return rows
}

export type SourceSum = {
  source: string
  currency: string
  fees: bigint
  covered: boolean
  closing: bigint | null
  since: string | null
  before: bigint
  told: bigint
  toldAfter: bigint
}
/**
 * By source and currency, at the end of `day`: fees of all that the ledger has; whether the day was reported; the newest balance that the source named; what the
 * ledger had before the first report; what the lines come to, all and since that balance.
 */
export async function sourceSums(tx: Tx, day: string, end: Date): Promise<SourceSum[]> {
  const { rows } = await sql<SourceSum>`
    with facts as (
      select f.source, f.currency, sum(f.fee) as fees, coalesce(sum(f.amount - f.fee) filter (where s.since is null or f.at < s.since), 0) as before
      from reconciliation.fact f join reconciliation.source s on s.id = f.source where f.at < ${end} group by 1, 2),
    closings as (
      select distinct on (source, currency) source, currency, day, amount from reconciliation.closing where day <= ${day}::date order by source, currency, day desc),
    lines as (
      select l.source, l.currency, sum(l.amount - coalesce(l.fee, f.fee, 0)) as told, coalesce(sum(l.amount - coalesce(l.fee, f.fee, 0)) filter (where c.day is null or l.day > c.day), 0) as after
      from reconciliation.line l left join reconciliation.fact f on f.line = l.id left join closings c on c.source = l.source and c.currency = l.currency
      where l.day <= ${day}::date group by 1, 2)
    select k.source, k.currency, coalesce(f.fees, 0)::bigint as fees, coalesce(f.before, 0)::bigint as before, coalesce(l.told, 0)::bigint as told, coalesce(l.after, 0)::bigint as "toldAfter",
      c.amount as closing, s.since, exists (select from reconciliation.report r where r.source = k.source and ${day}::date between r.first_day and r.last_day) as covered
    from (select source, currency from facts union select source, currency from lines union select source, currency from closings) k
    join reconciliation.source s on s.id = k.source
    left join facts f using (source, currency) left join lines l using (source, currency) left join closings c using (source, currency) order by 2, 1`.execute(
    tx,
  )
  return rows
}

export type ItemRow = { source: string; currency: string; kind: string; count: number; amount: bigint }
/** Why a source holds more or less than the ledger says, at the end of `day`: by exception, and what is on its way between the two books. */
export async function differences(tx: Tx, day: string, end: Date): Promise<ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    with item as (
      select l.source, l.currency, l.amount - coalesce(l.fee, f.fee, 0) - case when f.at < ${end} then f.amount - f.fee else 0 end as amount,
        case when f.at >= ${end} then 'early' else coalesce((select e.kind from reconciliation.exception e where e.line = l.id order by e.closed_at is not null, e.id desc limit 1), 'unknown') end as kind
      from reconciliation.line l left join reconciliation.fact f on f.line = l.id
      where l.day <= ${day}::date and (f.account is null or f.at >= ${end} or l.amount - coalesce(l.fee, f.fee) <> f.amount - f.fee)
      union all
      select f.source, f.currency, f.fee - f.amount,
        coalesce((select e.kind from reconciliation.exception e where e.fact_account = f.account and e.fact_version = f.version order by e.closed_at is not null, e.id desc limit 1),
          (select e.kind from reconciliation.exception e where f.key = 'exc:' || e.id and e.source = f.source), 'on_its_way')
      from reconciliation.fact f join reconciliation.source s on s.id = f.source left join reconciliation.line l on l.id = f.line
      where f.at < ${end} and f.at >= s.since and (l.id is null or l.day > ${day}::date))
    select source, currency, kind, count(*)::int as count, sum(amount)::bigint as amount from item where amount <> 0 group by 1, 2, 3 having sum(amount) <> 0 order by 1, 2, 3`.execute(
    tx,
  )
  return rows
}

export type ProofRow = {
  day: string
  currency: string
  state: 'good' | 'open' | 'red'
  custody: bigint
  owed: bigint
  own: bigint
  body: string
  computedAt: Date
}
export const storeProof = async (tx: Tx, p: ProofRow): Promise<void> => {
  await sql`insert into reconciliation.proof (day, currency, state, custody, owed, own, body, computed_at)
    values (${p.day}::date, ${p.currency}, ${p.state}, ${p.custody}, ${p.owed}, ${p.own}, ${p.body}::jsonb, ${p.computedAt})
    on conflict (day, currency) do update set state = excluded.state, custody = excluded.custody, owed = excluded.owed, own = excluded.own, body = excluded.body, computed_at = excluded.computed_at`.execute(
    tx,
  )
}

/** The proofs of a day; without one the newest of each currency. */
export async function readProofs(db: Read, day: string | null): Promise<ProofRow[]> {
  const { rows } = await sql<ProofRow>`
    select distinct on (currency) day, currency, state, custody, owed, own, body::text as body, computed_at as "computedAt" from reconciliation.proof
    where ${day === null ? sql`true` : sql`day = ${day}::date`} order by currency, day desc`.execute(db)
  return rows
}
export async function recentProofs(db: Read, most: number): Promise<{ day: string; currency: string; state: 'good' | 'open' | 'red' }[]> {
  const { rows } = await sql<{ day: string; currency: string; state: 'good' | 'open' | 'red' }>`
    select day, currency, state from reconciliation.proof where day > (select max(day) from reconciliation.proof) - ${most}::int order by day desc, currency`.execute(
    db,
  )
  return rows
}
