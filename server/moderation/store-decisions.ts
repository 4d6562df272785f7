/** All SQL of decisions and appeals. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

export type Facts = { text: string; pictures: readonly string[]; url: string; reports: number; hold: string | null }
export type NewDecision = {
  id: string
  flag: string | null
  kind: string
  subject: string
  group: string | null
  level: 'group' | 'planet'
  author: string | null
  action: 'keep' | 'warn' | 'hide' | 'ban'
  reason: string
  words: string
  facts: Facts
  by: string
  /** The second person of a ban of the planet, else empty. */
  second: string
  at: Date
}
/** False: the id is used already. */
export async function insertDecision(tx: Tx, given: NewDecision): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into moderation.decision (id, flag, kind, subject, group_id, level, author, action, reason, words, facts, decided_by, second_by, at)
    values (${given.id}, ${given.flag}, ${given.kind}, ${given.subject}, ${given.group}, ${given.level}, ${given.author}, ${given.action}, ${given.reason},
      ${given.words}, ${jsonText(given.facts)}::jsonb, ${given.by}, ${given.second}, ${given.at}) on conflict (id) do nothing`.execute(tx)
  return numAffectedRows === 1n
}

export type DecisionRow = {
  id: string
  flag: string | null
  kind: string
  subject: string
  group: string | null
  groupName: string | null
  handle: string | null
  level: 'group' | 'planet'
  author: string | null
  authorName: string | null
  action: NewDecision['action']
  reason: string
  words: string
  facts: Facts
  by: string
  byName: string
  second: string
  at: Date
  ban: string | null
  banUntil: Date | null
  banEnded: boolean
  banLocks: boolean
  appeal: string | null
  appealState: 'open' | 'upheld' | 'reversed' | null
  appealWords: string | null
  appealAt: Date | null
  answer: string | null
  answeredAt: Date | null
  answeredBy: string | null
}
const columns = sql`d.id, d.flag, d.kind, d.subject, d.group_id as group, g.name as "groupName", g.handle, d.level, d.author, a.name as "authorName", d.action,
  d.reason, d.words, d.facts, d.decided_by as by, y.name as "byName", d.second_by as second, d.at, b.id as ban, b.until_at as "banUntil",
  b.ended_at is not null as "banEnded", coalesce(b.locks, false) as "banLocks", p.id as appeal, p.state as "appealState", p.words as "appealWords",
  p.at as "appealAt", p.answer, p.decided_at as "answeredAt", p.decided_by as "answeredBy"`
const tables = sql`moderation.decision d left join groups.public_group g on g.id = d.group_id left join people.public_party a on a.id = d.author
  join people.public_party y on y.id = d.decided_by left join moderation.ban b on b.decision = d.id left join moderation.appeal p on p.decision = d.id`

export async function readDecision(db: Read, id: string): Promise<DecisionRow | undefined> {
  const { rows } = await sql<DecisionRow>`select ${columns} from ${tables} where d.id = ${id}`.execute(db)
  return rows[0]
}
export async function decisionOfFlag(db: Read, flag: string): Promise<DecisionRow | undefined> {
  const { rows } = await sql<DecisionRow>`select ${columns} from ${tables} where d.flag = ${flag} and d.action <> 'ban'`.execute(db)
  return rows[0]
}
type After = readonly [Date, string] | undefined
/** What somebody is told of: decisions against them, and that something held is shown. */
export async function listStatements(db: Read, person: string, after: After, limit: number): Promise<DecisionRow[]> {
  const { rows } = await sql<DecisionRow>`
    select ${columns} from ${tables} where d.author = ${person} and (d.action <> 'keep' or d.facts ->> 'hold' is not null)
      and (${after === undefined} or (d.at, d.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by d.at desc, d.id desc limit ${limit}`.execute(db)
  return rows
}
/** What was decided in a group, or (scope empty) anywhere; about one person, when one is named. */
export async function listDecisions(
  db: Read,
  given: { scope: string; staff: boolean; viewer: string; person: string | undefined; after: After; limit: number },
): Promise<DecisionRow[]> {
  const { after } = given
  const { rows } = await sql<DecisionRow>`
    select ${columns} from ${tables} where ${given.scope === '' ? sql`true` : sql`d.group_id = ${given.scope}`} and (${given.staff} or d.level = 'group')
      and ${given.person === undefined ? sql`true` : sql`d.author = ${given.person}`} and (d.author is null or d.author <> ${given.viewer})
      and (${after === undefined} or (d.at, d.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by d.at desc, d.id desc limit ${given.limit}`.execute(db)
  return rows
}

export type NewAppeal = { id: string; decision: string; first: string; second: string; person: string; words: string; at: Date }
/** False: there is one already, or the id is used. */
export async function insertAppeal(tx: Tx, given: NewAppeal): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into moderation.appeal (id, decision, first_by, second_by, person, words, at)
    values (${given.id}, ${given.decision}, ${given.first}, ${given.second}, ${given.person}, ${given.words}, ${given.at}) on conflict do nothing`.execute(
    tx,
  )
  return numAffectedRows === 1n
}
export async function decisionOfAppeal(db: Read, appeal: string): Promise<DecisionRow | undefined> {
  const { rows } = await sql<DecisionRow>`select ${columns} from ${tables} where p.id = ${appeal}`.execute(db)
  return rows[0]
}
export async function settleAppeal(
  tx: Tx,
  id: string,
  given: { state: 'upheld' | 'reversed'; by: string; answer: string; at: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update moderation.appeal set state = ${given.state}, decided_by = ${given.by}, answer = ${given.answer}, decided_at = ${given.at}
    where id = ${id} and state = 'open'`.execute(tx)
  return numAffectedRows === 1n
}
const forDesk = (scope: string, staff: boolean, viewer: string) =>
  sql`p.state = 'open' and p.person <> ${viewer} and ${scope === '' ? sql`true` : sql`d.group_id = ${scope} and (${staff} or d.level = 'group')`}`
export async function listAppeals(
  db: Read,
  given: { scope: string; staff: boolean; viewer: string; after: After; limit: number },
): Promise<DecisionRow[]> {
  const { after } = given
  const { rows } = await sql<DecisionRow>`
    select ${columns} from ${tables} where ${forDesk(given.scope, given.staff, given.viewer)}
      and (${after === undefined} or (p.at, p.id) > (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by p.at, p.id limit ${given.limit}`.execute(db)
  return rows
}
export async function countAppeals(db: Read, given: { scope: string; staff: boolean; viewer: string }): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from moderation.appeal p join moderation.decision d on d.id = p.decision
    where ${forDesk(given.scope, given.staff, given.viewer)}`.execute(db)
  return rows[0]!.n
}
