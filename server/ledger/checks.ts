/** What must always hold of the books; `planet audit` and the finance desk run it and name every finding. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'
import { brokenCheckpoints } from './checkpoints.ts'
import { brokenLinks, changedBatches } from './chain.ts'

type Check = { name: string; meaning: string; run: (db: Read) => Promise<string[]> }

const found = async (db: Read, query: ReturnType<typeof sql<{ finding: string }>>): Promise<string[]> =>
  (await query.execute(db)).rows.map(row => row.finding)

type Slice = (from: bigint, to: bigint) => ReturnType<typeof sql<{ finding: string }>>

/** Runs `query` over ranges of transfer ids, so that no statement runs long; stops after 100 findings. */
async function inSlices(db: Read, column: 'transfers' | 'entries', query: Slice): Promise<string[]> {
  const ids = column === 'transfers' ? sql`select id from ledger.transfer` : sql`select transfer as id from ledger.entry`
  const findings: string[] = []
  let from = 0n
  for (;;) {
    const next = (
      await sql<{
        id: bigint | null
      }>`select max(id) as id from (select id from (${ids}) ids where id >= ${from} order by id limit 100000) slice`.execute(db)
    ).rows[0]!.id
    if (next === null) return findings
    findings.push(...(await found(db, query(from, next))))
    if (findings.length >= 100) return findings
    from = next + 1n
  }
}

async function byAccount(db: Read, query: Slice): Promise<string[]> {
  const findings: string[] = []
  const last = (await sql<{ id: bigint }>`select coalesce(max(id), 0) as id from ledger.account`.execute(db)).rows[0]!.id
  for (let from = 0n; from <= last; from += 20_000n) {
    findings.push(...(await found(db, query(from, from + 20_000n))))
    if (findings.length >= 100) return findings
  }
  return findings
}

export const checks: readonly Check[] = [
  {
    name: 'ledger.transfers_balance',
    meaning: 'The entries of each transfer sum to zero in each asset, and there are at least two.',
    run: db =>
      inSlices(
        db,
        'transfers',
        (from, to) => sql<{ finding: string }>`
          select 'transfer ' || t.id || ' (' || t.key || '): ' || coalesce(e.total, 0) || ' in asset ' || coalesce(e.asset, 0) || ', ' || coalesce(e.entries, 0) || ' entries' as finding
          from ledger.transfer t left join (
            select e.transfer, a.asset, sum(e.amount) as total, count(*) as entries from ledger.entry e join ledger.account a on a.id = e.account
            where e.transfer between ${from} and ${to} group by e.transfer, a.asset) e on e.transfer = t.id
          where t.id between ${from} and ${to} and (e.total is null or e.total <> 0 or e.entries < 2) order by t.id limit 100`,
      ),
  },
  {
    name: 'ledger.entries_belong',
    meaning: 'Every entry belongs to a transfer, at its time, and to an account.',
    run: db =>
      inSlices(
        db,
        'entries',
        (from, to) => sql<{ finding: string }>`
          select 'entry ' || e.account || '/' || e.version || ' of transfer ' || e.transfer as finding
          from ledger.entry e left join ledger.transfer t on t.id = e.transfer and t.at = e.at left join ledger.account a on a.id = e.account
          where e.transfer between ${from} and ${to} and (t.id is null or a.id is null) limit 100`,
      ),
  },
  {
    name: 'ledger.balances',
    meaning: 'The balance of each account is the sum of its entries and the last balance written, and is not below its floor.',
    run: db =>
      byAccount(
        db,
        (from, to) => sql<{ finding: string }>`
          select a.owner || ' ' || a.purpose || ' ' || s.code || ': balance ' || a.balance || ', entries ' || coalesce(e.total, 0) || ', last ' || coalesce(e.last, 0) || ', floor ' || coalesce(a.floor::text, 'none') as finding
          from ledger.account a join ledger.asset s on s.id = a.asset left join (
            select account, sum(amount) as total, (array_agg(balance_after order by version desc))[1] as last
            from ledger.entry where account >= ${from} and account < ${to} group by account) e on e.account = a.id
          where a.id >= ${from} and a.id < ${to}
            and (a.balance <> coalesce(e.total, 0) or a.balance <> coalesce(e.last, 0) or a.balance < a.floor) order by a.id limit 100`,
      ),
  },
  {
    name: 'ledger.versions',
    meaning: 'The changes of each account are numbered 1, 2, 3 … without gap or repeat, and each balance follows from the one before.',
    run: db =>
      byAccount(
        db,
        (from, to) => sql<{ finding: string }>`
          select 'account ' || a.id || ' (' || a.owner || ' ' || a.purpose || '): ' || coalesce(e.many, 0) || ' entries, version ' || a.version || coalesce(', ' || e.wrong || ' out of step', '') as finding
          from ledger.account a left join (
            select account, count(*) as many, count(*) filter (where version <> nth or balance_after <> sum) as wrong from (
              select account, version, balance_after, row_number() over w as nth, sum(amount) over w as sum
              from ledger.entry where account >= ${from} and account < ${to} window w as (partition by account order by version rows unbounded preceding)) n
            group by account) e on e.account = a.id
          where a.id >= ${from} and a.id < ${to} and (a.version <> coalesce(e.many, 0) or coalesce(e.wrong, 0) > 0) order by a.id limit 100`,
      ),
  },
  {
    name: 'ledger.assets_sum_to_zero',
    meaning: 'All accounts of an asset together hold nothing: what someone has, someone else owes.',
    run: db =>
      found(
        db,
        sql<{ finding: string }>`
          select s.code || ': the accounts sum to ' || sum(a.balance) as finding
          from ledger.account a join ledger.asset s on s.id = a.asset group by s.code having sum(a.balance) <> 0`,
      ),
  },
  {
    name: 'ledger.holds',
    meaning: 'What an owner has on hold is covered by the account that holds it.',
    run: db =>
      found(
        db,
        sql<{ finding: string }>`
          select h.owner || ' ' || s.code || ': ' || h.open || ' on hold, ' || coalesce(a.balance, 0) || ' held' as finding
          from (select owner, asset, sum(amount - captured - released) as open from ledger.hold group by owner, asset) h
          join ledger.asset s on s.id = h.asset
          left join ledger.account a on a.owner = h.owner and a.asset = h.asset and a.purpose = 'held' where h.open > coalesce(a.balance, 0) limit 100`,
      ),
  },
  {
    name: 'ledger.hold_parts',
    meaning: 'What was captured and released of each hold is the sum of its parts, and each part moved that much out of what was held.',
    run: db =>
      found(
        db,
        sql<{ finding: string }>`
          select h.key || ': captured ' || h.captured || ' (parts ' || coalesce(p.captured, 0) || '), released ' || h.released || ' (parts ' || coalesce(p.released, 0) || '), moved ' || coalesce(p.moved, 0) as finding
          from ledger.hold h left join (
            select p.hold, sum(p.captured) as captured, sum(p.released) as released, sum(m.moved) as moved from ledger.hold_part p
            left join lateral (
              select -sum(e.amount) as moved from ledger.entry e join ledger.account a on a.id = e.account join ledger.hold h on h.id = p.hold
              where e.transfer = p.transfer and a.owner = h.owner and a.asset = h.asset and a.purpose = 'held') m on true
            group by p.hold) p on p.hold = h.id
          where h.captured <> coalesce(p.captured, 0) or h.released <> coalesce(p.released, 0) or h.captured + h.released <> coalesce(p.moved, 0) limit 100`,
      ),
  },
  {
    name: 'ledger.chain',
    meaning: 'Each batch in the hash chain continues the one before it, and none was taken out or changed.',
    run: db => brokenLinks(db),
  },
  {
    name: 'ledger.checkpoints',
    meaning: 'Every published checkpoint has a true signature, and the chain still leads where it says.',
    run: db => brokenCheckpoints(db),
  },
  {
    name: 'ledger.sealed',
    meaning: 'Batches are chained within an hour.',
    run: db =>
      found(
        db,
        sql<{ finding: string }>`
          select count(*) || ' batches wait since ' || min(at) as finding from ledger.batch where place is null and at < now() - interval '1 hour' having count(*) > 0`,
      ),
  },
  {
    name: 'ledger.content',
    meaning: 'The newest 50,000 transfers are still exactly as they were posted, by the hash of their batch.',
    run: db => changedBatches(db, 50_000),
  },
]

/** For `planet audit --all`: the same over everything that was ever posted. */
export const deepChecks: readonly Check[] = [
  {
    name: 'ledger.content_all',
    meaning: 'All transfers are still exactly as they were posted, by the hash of their batch.',
    run: db => changedBatches(db, null),
  },
]
