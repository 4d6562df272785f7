/** All SQL of bans. A scope is a group's id, or empty for the planet. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type BanRow = {
  id: string
  person: string
  name: string
  scope: string
  groupName: string | null
  handle: string | null
  reason: string
  words: string
  locks: boolean
  seconds: bigint | null
  proposedBy: string
  proposedByName: string
  proposedAt: Date
  confirmedBy: string | null
  confirmedByName: string | null
  fromAt: Date | null
  untilAt: Date | null
  decision: string | null
  /** Who decided it: those who look after the group, or the planet's staff. Null: only proposed. */
  level: 'group' | 'planet' | null
  endedAt: Date | null
  endedByName: string | null
  endedWords: string | null
}

/** One decision about one person at a time. */
export async function lockPerson(tx: Tx, person: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('moderation:' || ${person}, 0))`.execute(tx)
}

export type InForce = { id: string; scope: string; until: Date | null; reason: string }
/** What holds for a person in a group (and with it of the planet), or of the planet alone. */
export async function bansInForce(db: Read, person: string, group: string | null, now: Date): Promise<InForce[]> {
  const { rows } = await sql<InForce>`
    select id, scope, until_at as until, reason from moderation.ban
    where person = ${person} and scope in ('', ${group ?? ''}) and ended_at is null and from_at is not null and (until_at is null or until_at > ${now})
    order by until_at desc nulls first`.execute(db)
  return rows
}

const columns = sql`b.id, b.person, p.name, b.scope, g.name as "groupName", g.handle, b.reason, b.words, b.locks, b.seconds, b.proposed_by as "proposedBy",
  y.name as "proposedByName", b.proposed_at as "proposedAt", b.confirmed_by as "confirmedBy", c.name as "confirmedByName", b.from_at as "fromAt",
  b.until_at as "untilAt", b.decision, (select d.level from moderation.decision d where d.id = b.decision) as level, b.ended_at as "endedAt", e.name as "endedByName", b.ended_words as "endedWords"`
const tables = sql`moderation.ban b join people.public_party p on p.id = b.person join people.public_party y on y.id = b.proposed_by
  left join people.public_party c on c.id = b.confirmed_by left join people.public_party e on e.id = b.ended_by left join groups.public_group g on g.id = b.scope`

export async function readBan(db: Read, id: string): Promise<BanRow | undefined> {
  const { rows } = await sql<BanRow>`select ${columns} from ${tables} where b.id = ${id}`.execute(db)
  return rows[0]
}

const stateIs = (state: string | undefined, now: Date): RawBuilder<unknown> =>
  state === 'proposed'
    ? sql`b.from_at is null and b.ended_at is null`
    : state === 'on'
      ? sql`b.from_at is not null and b.ended_at is null and (b.until_at is null or b.until_at > ${now})`
      : state === 'ended'
        ? sql`(b.ended_at is not null or b.until_at <= ${now})`
        : sql`true`
export async function listBans(
  db: Read,
  given: { scope: string; state: string | undefined; now: Date; after: readonly [Date, string] | undefined; limit: number },
): Promise<BanRow[]> {
  const { rows } = await sql<BanRow>`
    select ${columns} from ${tables} where b.scope = ${given.scope} and ${stateIs(given.state, given.now)}
      and (${given.after === undefined} or (b.proposed_at, b.id) < (${given.after?.[0] ?? null}::timestamptz, ${given.after?.[1] ?? null}))
    order by b.proposed_at desc, b.id desc limit ${given.limit}`.execute(db)
  return rows
}
export async function countBans(db: Read, scope: string, now: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from moderation.ban where scope = ${scope} and ended_at is null and (until_at is null or until_at > ${now})`.execute(
    db,
  )
  return rows[0]!.n
}

export type NewBan = {
  id: string
  person: string
  scope: string
  reason: string
  words: string
  locks: boolean
  seconds: number | null
  by: string
  at: Date
  from: Date | null
  until: Date | null
  decision: string | null
}
/** False: the id is used, or one holds (or waits) already. */
export async function insertBan(tx: Tx, given: NewBan): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into moderation.ban (id, person, scope, reason, words, locks, seconds, proposed_by, proposed_at, from_at, until_at, decision)
    values (${given.id}, ${given.person}, ${given.scope}, ${given.reason}, ${given.words}, ${given.locks}, ${given.seconds}, ${given.by}, ${given.at}, ${given.from},
      ${given.until}, ${given.decision})
    on conflict do nothing`.execute(tx)
  return numAffectedRows === 1n
}
/** Closes those that are over, so that another one may follow. */
export async function closePast(tx: Tx, person: string, scope: string, now: Date): Promise<void> {
  await sql`update moderation.ban set ended_at = until_at where person = ${person} and scope = ${scope} and ended_at is null and until_at <= ${now}`.execute(
    tx,
  )
}
export async function confirmBan(
  tx: Tx,
  id: string,
  given: { by: string; from: Date; until: Date | null; decision: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.ban set confirmed_by = ${given.by}, from_at = ${given.from}, until_at = ${given.until}, decision = ${given.decision}
    where id = ${id} and from_at is null and ended_at is null`.execute(tx)
  return numAffectedRows === 1n
}
/** False: it was over already. */
export async function endBan(tx: Tx, id: string, by: string | null, words: string | null, at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.ban set ended_by = ${by}, ended_words = ${words}, ended_at = ${at} where id = ${id} and ended_at is null`.execute(tx)
  return numAffectedRows === 1n
}
export async function banOfDecision(db: Read, decision: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select id from moderation.ban where decision = ${decision}`.execute(db)
  return rows[0]?.id
}
/** Whether something still keeps this person from signing in. */
export async function lockedNow(db: Read, person: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`
    select exists (select 1 from moderation.ban where person = ${person} and locks and scope = '' and from_at is not null and ended_at is null
      and (until_at is null or until_at > ${now})) as yes`.execute(db)
  return rows[0]!.yes
}
