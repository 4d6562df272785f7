/** SQL of matching: what the ledger has (facts), which line tells which of them, and what is left over. Set by set; the source is locked. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'
import { newId } from '../foundation/clock.ts'

const tail = '[0-9a-hjkmnp-tv-z]{26}'
const idIn = (text: ReturnType<typeof sql>, prefix: string) => sql`substring(${text} from ${`${prefix}_${tail}`})`
const key = sql`(t.key || ' ' || t.cause)`

/** What a dispute cost when it was opened, by the posting of that fee; what was given back with the decision is the difference to what it cost in the end. */
const feeAtOpening = sql`(select split_part(o.key, ':', 4)::bigint from ledger.public_transfer o where o.key >= 'dispute_fee:' || d.id || ':0:' and o.key < 'dispute_fee:' || d.id || ':0;')`

/**
 * Takes over what was posted to the clearing accounts of a source since the last time. Names: all under which the source may tell it. Of `feeBack` providers
 * a refund brings its part of the fee back: what they keep of a payment is its fee in proportion to what is left of it, rounded half up.
 */
export async function collectFacts(tx: Tx, source: string, feeBack: boolean): Promise<number> {
  const made = await sql`
    insert into reconciliation.fact (account, version, source, transfer, key, type, reference, names, amount, fee, currency, at, payment, state)
    select f.account, f.version, ${source}, f.transfer, f.key, f.type, coalesce(f.own, f.payment), array_remove(array[split_part(f.key, ':', 2), f.own, f.payment_name, f.charge, f.provider_ref, f.payout_ref], null),
      f.amount, f.fee, f.asset, f.at, f.payment, case when x.id is null then 'open' else 'booked' end
    from (
      select e.account, e.version, e.transfer, e.at, t.key, a.asset, -e.amount as amount,
        case t.kind when 'pay' then 'payment' when 'fund' then 'payment' when 'refund' then 'payment' when 'refund_sent' then 'refund' when 'refund_failed' then 'refund' when 'chargeback' then 'chargeback'
          when 'chargeback_won' then 'chargeback_won' when 'payout_sent' then 'payout' when 'payout_returned' then 'payout_returned' when 'sweep' then 'sweep' else 'adjustment' end as type,
        case when t.kind = 'refund' then null else coalesce(${idIn(key, 'exc')}, o.id, d.id, r.id) end as own, coalesce(p.id, r.payment) as payment,
        -- A refund's line tells it by the refund's name: a payment may have several.
        case when t.kind in ('pay', 'fund', 'refund', 'chargeback', 'chargeback_won') then coalesce(p.id, d.payment) end as payment_name, case when t.kind in ('pay', 'fund', 'refund') then p.charge end as charge,
        d.provider_ref, o.ref as payout_ref,
        case when t.kind in ('pay', 'fund', 'refund') then coalesce(p.fee, 0) when t.kind = 'chargeback' then coalesce(${feeAtOpening}, 0)
            when t.kind = 'chargeback_won' then coalesce(d.fee - ${feeAtOpening}, 0) else 0 end as fee
      from ledger.public_account a
      join ledger.public_entry e on e.account = a.id and e.version > coalesce((select max(f.version) from reconciliation.fact f where f.account = a.id), 0)
      join ledger.public_transfer t on t.id = e.transfer
      left join payments.public_refund r on r.id = ${idIn(key, 'rfd')}
      left join payments.public_dispute d on d.id = ${idIn(key, 'dsp')}
      left join payments.public_payment p on p.id = coalesce(${idIn(key, 'pay')}, r.payment, d.payment)
      left join payouts.public_payout o on o.id = ${idIn(key, 'pyo')}
      where a.owner = ${source} and a.purpose = 'clearing' and a.asset ~ '^[A-Z]{3}$') f
    left join reconciliation.exception x on x.source = ${source} and x.id = f.own and f.key = 'exc:' || x.id`.execute(tx)
  if (feeBack && made.numAffectedRows !== 0n)
    await sql`
      with back as (
        select f.account, f.version, p.fee * 1.0 as fee, p.amount * 1.0 as whole, sum(-f.amount) over (partition by f.payment order by f.account, f.version) as gone, -f.amount as part
        from reconciliation.fact f join payments.public_payment p on p.id = f.payment
        where f.source = ${source} and f.type = 'refund' and p.fee > 0
          and f.payment in (select payment from reconciliation.fact n where n.source = ${source} and n.type = 'refund' and n.state = 'open'))
      update reconciliation.fact f
      set fee = (floor(b.fee * (b.whole - b.gone) / b.whole + 0.5) - floor(b.fee * (b.whole - b.gone + b.part) / b.whole + 0.5))::bigint
      from back b where f.account = b.account and f.version = b.version and f.state = 'open'`.execute(tx)
  return Number(made.numAffectedRows ?? 0n)
}

/** A name both sides use, the same type and currency: the oldest line with the oldest fact. What differs in the amount is still the same thing. */
async function matchByName(tx: Tx, source: string): Promise<void> {
  // Several of one name (refunds of one payment) meet pair by pair.
  for (let round = 0; round < 5; round++) {
    const made = await sql`
      with facts as materialized (
        select account, version, type, currency, amount, at, unnest(names) as name from reconciliation.fact where source = ${source} and state = 'open'),
      lines as materialized (
        select id, type, currency, amount, at, reference as name from reconciliation.line where source = ${source} and state = 'open' and reference is not null
        union select id, type, currency, amount, at, ref from reconciliation.line where source = ${source} and state = 'open' and ref <> ''),
      fitting as (
        select distinct l.id as line, l.amount as told, l.at as told_at, f.account, f.version, f.amount, f.at
        from facts f join lines l
          on l.name = f.name and l.currency = f.currency and (l.type = f.type or (l.type = 'adjustment' and sign(l.amount) = sign(f.amount)))),
      pair as (
        select line, account, version, row_number() over (partition by line order by (amount = told) desc, at, account, version) as of_line,
          row_number() over (partition by account, version order by (amount = told) desc, told_at, line) as of_fact
        from fitting),
      told as (
        update reconciliation.fact f set state = 'matched', line = m.line from pair m
        where m.of_line = 1 and m.of_fact = 1 and f.account = m.account and f.version = m.version returning f.line)
      update reconciliation.line l set state = 'matched' from told where l.id = told.line`.execute(tx)
    if (made.numAffectedRows === 0n) return
  }
}

/** Without a common name: the same amount, currency and sign within some days, when there is only one such on either side. */
async function matchByAmount(tx: Tx, source: string): Promise<void> {
  await sql`
    with pair as (
      select l.id as line, f.account, f.version, count(*) over (partition by l.id) as of_line, count(*) over (partition by f.account, f.version) as of_fact
      from reconciliation.line l join reconciliation.source s on s.id = l.source
      join (select *, count(*) over (partition by currency, amount) as alike from reconciliation.fact where source = ${source} and state = 'open') f
        on f.alike <= 20 and f.currency = l.currency and f.amount = l.amount
        and (l.type = f.type or l.type = 'adjustment') and f.at between l.at - (s.patience_days + 3) * interval '1 day' and l.at + (s.patience_days + 3) * interval '1 day'
      where l.source = ${source} and l.state = 'open' and (l.reference is null or l.reference !~ ${`^(pay|rfd|pyo|dsp|exc)_${tail}`})
        and not (l.type = any('{fee,sweep}'::text[]) and l.source like 'provider:%')),
    mutual as (select line, account, version from pair where of_line = 1 and of_fact = 1),
    told as (update reconciliation.fact f set state = 'matched', line = m.line from mutual m where f.account = m.account and f.version = m.version returning f.line)
    update reconciliation.line l set state = 'matched' from told where l.id = told.line`.execute(tx)
}

/** Exceptions of what has its counterpart by now and does not differ any more end by themselves. */
async function closeSettled(tx: Tx, source: string, at: Date): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update reconciliation.exception e set state = 'matched', closed_at = ${at}, proposed_by = null
    from reconciliation.exception o
      left join reconciliation.line l on l.id = o.line
      left join reconciliation.fact f on f.account = o.fact_account and f.version = o.fact_version
    where e.id = o.id and o.source = ${source} and o.closed_at is null
      and ((o.kind in ('missing_here', 'unknown', 'duplicate') and l.state = 'matched') or (o.kind = 'missing_there' and f.state = 'matched')
        or (o.kind = 'currency_differs' and (l.state = 'matched' or f.state = 'matched')))
    returning e.id`.execute(tx)
  if (rows.length > 0)
    await sql`insert into reconciliation.decision (exception, action, reason, at) select id, 'auto', 'its counterpart has come', ${at} from unnest(${rows.map(row => row.id)}::text[]) as x(id)`.execute(
      tx,
    )
  return rows.length
}

type Found = { kind: string; line: bigint | null; account: bigint | null; version: bigint | null; currency: string; effect: bigint }

/** What differs and is not an exception yet. */
async function findNew(tx: Tx, source: string): Promise<Found[]> {
  const { rows } = await sql<Found>`
    with ready as (select *, (select max(last_day) from reconciliation.report r where r.source = s.id) as reported_to from reconciliation.source s where s.id = ${source}),
    differing as (
      select case when l.amount <> f.amount then 'amount_differs' else 'fee_differs' end as kind, l.id as line, f.account, f.version, l.currency,
        (l.amount - coalesce(l.fee, f.fee)) - (f.amount - f.fee) as effect
      from reconciliation.fact f join reconciliation.line l on l.id = f.line
      where f.source = ${source} and f.state = 'matched' and (l.amount <> f.amount or coalesce(l.fee, f.fee) <> f.fee)
        and not exists (select from reconciliation.exception e where e.line = l.id and e.kind in ('amount_differs', 'fee_differs'))),
    names as materialized (
      select account, version, type, currency, unnest(names) as name from reconciliation.fact where source = ${source} and state = 'open' and reference is not null),
    elsewhere as (
      select distinct on (l.id) l.id as line, f.account, f.version, f.currency
      from names f
      join (select id, type, currency, reference from reconciliation.line where source = ${source} and state = 'open' and reference is not null) l
        on l.reference = f.name and l.type = f.type and l.currency <> f.currency
      where not exists (select from reconciliation.exception e where e.fact_account = f.account and e.fact_version = f.version and e.closed_at is null)
      order by l.id, f.account, f.version),
    alone as (
      select l.*, f.account, f.version, f.currency as other,
        (l.reference is not null and exists (select from reconciliation.line d where d.source = l.source and d.reference = l.reference and d.id <> l.id and d.type = l.type and d.amount = l.amount and (d.state = 'matched' or d.id < l.id)))
          or (l.ref <> '' and exists (select from reconciliation.line d where d.source = l.source and d.ref = l.ref and d.id <> l.id and d.type = l.type and d.amount = l.amount and (d.state = 'matched' or d.id < l.id))) as twice
      from reconciliation.line l
      left join elsewhere f on f.line = l.id
      where l.source = ${source} and l.state = 'open' and not exists (select from reconciliation.exception e where e.line = l.id and e.closed_at is null))
    select * from differing
    union all
    select case when other is not null then 'currency_differs' when twice then 'duplicate' when type in ('fee', 'adjustment', 'sweep') then 'unknown' else 'missing_here' end,
      id, account, version, currency, amount - coalesce(fee, 0) from alone
    union all
    select 'missing_there', null, f.account, f.version, f.currency, f.fee - f.amount
    from reconciliation.fact f join ready s on s.id = f.source
    where f.state = 'open' and f.at >= s.since and f.at < s.reported_to + 1 - s.patience_days
      and not exists (select from reconciliation.exception e where e.fact_account = f.account and e.fact_version = f.version and e.closed_at is null)
      and not exists (select from alone a where a.account = f.account and a.version = f.version)`.execute(tx)
  return rows
}

async function openExceptions(tx: Tx, source: string, found: readonly Found[], at: Date): Promise<number> {
  const seen = new Set<string>()
  // One fact may fit two lines of another currency: it stands beside the first.
  const once = found.filter(one => {
    if (one.line === null || one.account === null || one.kind !== 'currency_differs') return true
    const name = `${one.account}/${one.version}`
    return seen.has(name) ? false : (seen.add(name), true)
  })
  if (once.length === 0) return 0
  const made = await sql`
    insert into reconciliation.exception (id, source, kind, line, fact_account, fact_version, currency, effect, opened_at)
    select n.id, ${source}, n.kind, n.line, n.account, n.version, n.currency, n.effect, ${at}
    from unnest(${once.map(() => newId('exc', at))}::text[], ${once.map(one => one.kind)}::text[], ${once.map(one => one.line)}::bigint[], ${once.map(one => one.account)}::bigint[],
      ${once.map(one => one.version)}::bigint[], ${once.map(one => one.currency)}::text[], ${once.map(one => one.effect)}::bigint[]) as n(id, kind, line, account, version, currency, effect)
    on conflict do nothing`.execute(tx)
  return Number(made.numAffectedRows ?? 0n)
}

/** Matches what can be matched and lists the rest. Twice has no further effect. */
export async function matchSource(tx: Tx, source: string, at: Date): Promise<{ opened: number; closed: number }> {
  // What was imported a moment ago is not in the statistics yet: without this whole tables would be walked for each line.
  await sql`select set_config('enable_nestloop', 'off', true)`.execute(tx)
  await matchByName(tx, source)
  await matchByAmount(tx, source)
  const found = await findNew(tx, source)
  await sql`select set_config('enable_nestloop', 'on', true)`.execute(tx)
  const closed = await closeSettled(tx, source, at)
  return { opened: await openExceptions(tx, source, found, at), closed }
}

export type Ruled = {
  id: string
  rule: string
  action: 'costs' | 'sweep'
  currency: string
  effect: bigint
  amount: bigint | null
  fee: bigint | null
  type: string | null
}

/** Open exceptions that a rule settles, each by the first rule that fits. */
export async function ruledExceptions(tx: Tx, source: string, most: number): Promise<Ruled[]> {
  const { rows } = await sql<Ruled>`
    select distinct on (e.id) e.id, r.id as rule, r.action, e.currency, e.effect, l.amount, l.fee, l.type
    from reconciliation.exception e left join reconciliation.line l on l.id = e.line
    join reconciliation.rule r on r.active and r.kind = e.kind and (r.type is null or r.type = l.type) and (r.most is null or abs(e.effect) <= r.most)
      and (r.action <> 'sweep' or (l.type = 'sweep' and l.amount < 0 and e.source like 'provider:%'))
    where e.source = ${source} and e.state = 'open' and e.effect <> 0 order by e.id, r.id limit ${most}`.execute(tx)
  return rows
}
