/** SQL of what people and hosts read of points. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** What a person can spend now; lots whose time has come count no more, also before they are ended. */
export async function readBalance(
  db: Read | Tx,
  person: string,
  group: string,
  now: Date,
): Promise<{ balance: number; debt: number; ending: { points: number; at: Date } | null }> {
  const lots = await readLots(db, person, group, now)
  const found = await sql<{ debt: bigint }>`select debt from points.wallet where group_id = ${group} and person = ${person}`.execute(db)
  const balance = lots.reduce((sum, lot) => sum + lot.points, 0)
  return { balance, debt: Number(found.rows[0]?.debt ?? 0n), ending: lots[0] ?? null }
}

/** A name in both languages, or none. */
export const nameOf = ({ zh, en }: { zh: string | null; en: string | null }): { zh: string; en: string } | null =>
  zh === null && en === null ? null : { zh: zh ?? en ?? '', en: en ?? zh ?? '' }

/** What a person has, by the moment it ends, the earliest first. */
export async function readLots(db: Read | Tx, person: string, group: string, now: Date): Promise<{ points: number; at: Date }[]> {
  const found = await sql<{ points: bigint; at: Date }>`
    select sum(remaining)::bigint as points, ends_at as at from points.granted
    where group_id = ${group} and person = ${person} and remaining > 0 and ends_at > ${now} group by ends_at order by ends_at`.execute(db)
  return found.rows.map(({ points, at }) => ({ points: Number(points), at }))
}

type GroupHead = { id: string; handle: string; name: string; picture: string | null }
export type WalletRow = GroupHead & { balance: bigint; debt: bigint; ending: Date | null; endingPoints: bigint | null }

/** All wallets of a person that ever held something. */
export async function readWallets(db: Read, person: string, now: Date): Promise<WalletRow[]> {
  const found = await sql<WalletRow>`
    select g.id, g.handle, g.name, g.picture, w.debt, coalesce(l.balance, 0)::bigint as balance, l.at as ending, e.points as "endingPoints"
    from points.wallet w join groups.public_group g on g.id = w.group_id
    left join lateral (select sum(remaining) as balance, min(ends_at) as at from points.granted
      where group_id = w.group_id and person = w.person and remaining > 0 and ends_at > ${now}) l on true
    left join lateral (select sum(remaining)::bigint as points from points.granted
      where group_id = w.group_id and person = w.person and remaining > 0 and ends_at = l.at) e on true
    where w.person = ${person} and exists (select from points.granted h where h.group_id = w.group_id and h.person = w.person) order by l.balance desc nulls last, g.id limit 200`.execute(
    db,
  )
  return found.rows
}

export type EntryRow = {
  version: bigint
  at: Date
  kind: 'points' | 'points_debt' | 'points_taken' | 'points_spent' | 'points_back' | 'points_end'
  amount: bigint
  balanceAfter: bigint
  cause: string
  zh: string | null
  en: string | null
  note: string | null
}
/** What moved in a wallet, newest first. */
export async function readEntries(db: Read, owner: string, asset: string, before: bigint | undefined, limit: number): Promise<EntryRow[]> {
  const found = await sql<EntryRow>`
    select e.version, e.at, t.kind, e.amount, e.balance_after as "balanceAfter", t.cause, t.note, m.name_zh as zh, m.name_en as en
    from ledger.public_account a join ledger.public_entry e on e.account = a.id join ledger.public_transfer t on t.id = e.transfer
    left join missions.public_mission m on t.cause like 'mission:%' and m.id = substr(t.cause, 9)
    where a.owner = ${owner} and a.purpose = 'points' and a.asset = ${asset} ${before === undefined ? sql`` : sql`and e.version < ${before}`}
    order by e.version desc limit ${limit}`.execute(db)
  return found.rows
}

/** Given on a day and not taken back. */
export async function givenOn(db: Read, person: string, group: string, day: string): Promise<number> {
  const found = await sql<{ points: bigint }>`select coalesce(sum(points), 0)::bigint as points from points.granted
    where group_id = ${group} and person = ${person} and day = ${day}::date and taken_back_at is null`.execute(db)
  return Number(found.rows[0]!.points)
}

/** How much of a group's points is out: with members, with how many, and ending before `until`. */
export async function readOut(
  db: Read,
  group: string,
  now: Date,
  until: Date,
): Promise<{ out: number; holders: number; endingSoon: number }> {
  const found = await sql<{ out: bigint; holders: bigint; endingSoon: bigint }>`
    select (select coalesce(sum(balance), 0)::bigint from points.wallet where group_id = ${group} and balance > 0) as out,
      (select count(*) from points.wallet where group_id = ${group} and balance > 0) as holders,
      (select coalesce(sum(remaining), 0)::bigint from points.granted where group_id = ${group} and remaining > 0 and ends_at > ${now} and ends_at <= ${until}) as "endingSoon"`.execute(
    db,
  )
  const { out, holders, endingSoon } = found.rows[0]!
  return { out: Number(out), holders: Number(holders), endingSoon: Number(endingSoon) }
}

export type GrantShown = {
  id: string
  person: string
  name: string | null
  points: bigint
  used: bigint
  ended: bigint
  taken: bigint
  remaining: bigint
  cause: string
  zh: string | null
  en: string | null
  note: string | null
  at: Date
  endsAt: Date
  takenBackAt: Date | null
  takenBackReason: string | null
}
export async function listGrants(
  db: Read | Tx,
  group: string,
  by: { id?: string; person?: string | undefined; cause?: string | undefined; after?: readonly [Date, string] | undefined; limit: number },
): Promise<GrantShown[]> {
  const found = await sql<GrantShown>`
    select g.id, g.person, p.name, g.points, g.used, g.ended, g.taken, g.remaining, g.cause, g.note, m.name_zh as zh, m.name_en as en, g.at, g.ends_at as "endsAt",
      g.taken_back_at as "takenBackAt", g.taken_back_reason as "takenBackReason"
    from points.granted g left join people.public_party p on p.id = g.person
    left join missions.public_mission m on g.cause like 'mission:%' and m.id = substr(g.cause, 9)
    where g.group_id = ${group} ${by.id === undefined ? sql`` : sql`and g.id = ${by.id}`} ${by.person === undefined ? sql`` : sql`and g.person = ${by.person}`}
      ${by.cause === undefined ? sql`` : sql`and g.cause = ${by.cause}`}
      ${by.after === undefined ? sql`` : sql`and (g.at, g.id) < (${by.after[0]}, ${by.after[1]})`}
    order by g.at desc, g.id desc limit ${by.limit}`.execute(db)
  return found.rows
}
