/** SQL of proofs. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type ProofState = 'waiting' | 'accepted' | 'refused' | 'withdrawn'
export type ProofRow = {
  id: string
  mission: string
  group: string
  missionZh: string
  missionEn: string
  person: string
  personName: string
  picture: string
  note: string
  state: ProofState
  at: Date
  reason: string | null
  decidedAt: Date | null
}
const columns = sql`p.id, p.mission, m.group_id as "group", m.name_zh as "missionZh", m.name_en as "missionEn", p.person, n.name as "personName", p.picture, p.note, p.state, p.at, p.reason, p.decided_at as "decidedAt"`
const joined = sql`missions.proof p join missions.mission m on m.id = p.mission join people.public_party n on n.id = p.person`

export async function readProof(db: Read, id: string, lock = false): Promise<ProofRow | undefined> {
  const { rows } = await sql<ProofRow>`select ${columns} from ${joined} where p.id = ${id} ${lock ? sql`for update of p` : sql``}`.execute(
    db,
  )
  return rows[0]
}
/** Which place is taken already: by a proof of one's own that waits, or by the same picture. */
export async function insertProof(
  tx: Tx,
  row: { id: string; mission: string; person: string; picture: string; note: string; at: Date },
): Promise<'added' | 'waiting' | 'known'> {
  const { rows } = await sql`
    insert into missions.proof (id, mission, person, picture, note, at) values (${row.id}, ${row.mission}, ${row.person}, ${row.picture}, ${row.note}, ${row.at}) on conflict do nothing returning 1`.execute(
    tx,
  )
  if (rows.length > 0) return 'added'
  const { rows: own } =
    await sql`select 1 from missions.proof where mission = ${row.mission} and person = ${row.person} and state = 'waiting'`.execute(tx)
  return own.length > 0 ? 'waiting' : 'known'
}
export async function decideProof(
  tx: Tx,
  id: string,
  state: 'accepted' | 'refused' | 'withdrawn',
  reviewer: string | null,
  reason: string | null,
  now: Date,
): Promise<void> {
  await sql`update missions.proof set state = ${state}, reviewer = ${reviewer}, reason = ${reason}, decided_at = ${now} where id = ${id} and state = 'waiting'`.execute(
    tx,
  )
}
export async function listOwnProofs(
  db: Read,
  mission: string,
  person: string,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ProofRow[]> {
  const { rows } = await sql<ProofRow>`
    select ${columns} from ${joined} where p.mission = ${mission} and p.person = ${person} and (${after === undefined} or (p.at, p.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
    order by p.at desc, p.id desc limit ${limit}`.execute(db)
  return rows
}
export async function listProofs(
  db: Read,
  group: string,
  waiting: boolean,
  after: readonly [Date, string] | undefined,
  limit: number,
): Promise<ProofRow[]> {
  const { rows } = await (
    waiting
      ? sql<ProofRow>`
        select ${columns} from ${joined} where m.group_id = ${group} and p.state = 'waiting' and (${after === undefined} or (p.at, p.id) > (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null})) order by p.at, p.id limit ${limit}`
      : sql<ProofRow>`
        select ${columns} from ${joined} where m.group_id = ${group} and p.state in ('accepted', 'refused') and (${after === undefined} or (p.decided_at, p.id) < (${after?.[0] ?? null}::timestamptz, ${after?.[1] ?? null}))
        order by p.decided_at desc, p.id desc limit ${limit}`
  ).execute(db)
  return rows
}
export async function countWaiting(db: Read, group: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from missions.proof p join missions.mission m on m.id = p.mission where m.group_id = ${group} and p.state = 'waiting'`.execute(
    db,
  )
  return rows[0]!.n
}
/** Of each of these missions the newest proof of a person. */
export async function latestProofs(db: Read, person: string, missions: readonly string[]): Promise<Map<string, ProofRow>> {
  const { rows } = await sql<ProofRow>`
    select distinct on (p.mission) ${columns} from ${joined} where p.person = ${person} and p.mission = any(${[...missions]}::text[]) order by p.mission, p.at desc, p.id desc`.execute(
    db,
  )
  return new Map(rows.map(row => [row.mission, row]))
}
export async function countOwn(db: Read, person: string, since: Date): Promise<number> {
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from missions.proof where person = ${person} and at > ${since}`.execute(db)
  return rows[0]!.n
}
/** Proofs that nobody looked at for long. */
export async function withdrawOld(tx: Tx, before: Date, now: Date): Promise<void> {
  await sql`update missions.proof set state = 'withdrawn', reason = 'late', decided_at = ${now} where state = 'waiting' and at < ${before}`.execute(
    tx,
  )
}
/** Pictures of proofs decided before then, and not yet forgotten. */
export async function decidedBefore(db: Read, from: Date, until: Date): Promise<{ id: string; picture: string }[]> {
  const { rows } = await sql<{ id: string; picture: string }>`
    select id, picture from missions.proof where decided_at >= ${from} and decided_at < ${until} order by id limit 5000`.execute(db)
  return rows
}
