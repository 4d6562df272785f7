/** SQL of claims on income as people see them, and of what staff sees of all that holds. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type ClaimShownRow = {
  id: string
  kind: 'recoupment' | 'backers'
  subject: string
  subjectName: string | null
  name: string
  bearer: string | null
  bearerName: string | null
  shareBp: number
  currency: string
  cap: bigint | null
  taken: bigint
  from: Date
  until: Date | null
  state: 'proposed' | 'agreed' | 'ended'
  holders: { party: string; name: string; units: number }[]
  parties: { party: string; name: string; agreedAt: string | null }[]
}
const columns = sql`
  c.id, c.kind, c.subject, coalesce(r.title, g.name) as "subjectName", c.name, c.bearer, b.name as "bearerName", c.share_bp as "shareBp", c.currency, c.cap, c.taken,
  c.valid_from as "from", c.valid_until as until, c.state,
  (select jsonb_agg(jsonb_build_object('party', h.party, 'name', coalesce(n.name, h.party), 'units', h.units) order by h.party) from settlement.claim_holder h
    left join people.public_party n on n.id = h.party where h.claim = c.id) as holders,
  (select coalesce(jsonb_agg(jsonb_build_object('party', y.party, 'name', coalesce(n.name, y.party), 'agreedAt', y.agreed_at) order by y.party), '[]') from settlement.claim_party y
    left join people.public_party n on n.id = y.party where y.claim = c.id) as parties`
const tables = sql`settlement.claim c left join catalogue.public_release r on r.id = c.subject left join people.public_page g on g.id = c.subject
  left join people.public_party b on b.id = c.bearer`

/** One claim; `lock` before it is agreed to. */
export async function readClaim(db: Db, id: string, lock = false): Promise<ClaimShownRow | undefined> {
  if (lock) await sql`select 1 from settlement.claim where id = ${id} for no key update`.execute(db)
  return (await sql<ClaimShownRow>`select ${columns} from ${tables} where c.id = ${id}`.execute(db)).rows[0]
}

/** Claims newest first; `parties`: only those that one of them bears, holds or is asked about. */
export async function listClaims(db: Db, parties: readonly string[] | null, after: string | null, limit: number): Promise<ClaimShownRow[]> {
  return (
    await sql<ClaimShownRow>`select ${columns} from ${tables}
      where true ${after === null ? sql`` : sql`and c.id < ${after}`}
        ${
          parties === null
            ? sql``
            : sql`and c.id in (select claim from settlement.claim_party where party = any(${list(parties)})
                union select claim from settlement.claim_holder where party = any(${list(parties)}))`
        }
      order by c.id desc limit ${limit}`.execute(db)
  ).rows
}

export const agree = async (tx: Tx, claim: string, party: string, person: string, at: Date): Promise<void> => {
  await sql`update settlement.claim_party set agreed_at = ${at}, person = ${person} where claim = ${claim} and party = ${party} and agreed_at is null`.execute(
    tx,
  )
}

/** The releases that a claim on this subject speaks of: itself, or those of the page. */
export async function releasesOf(db: Db, subject: string): Promise<string[]> {
  return (
    await sql<{ id: string }>`select id from catalogue.public_release where id = ${subject} or page = ${subject} order by id`.execute(db)
  ).rows.map(row => row.id)
}

/** Names of parties, releases and pages, by id. */
export async function namesOf(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from people.public_party where id = any(${list(ids)}) union all select id, name from people.public_page where id = any(${list(ids)})
    union all select id, title from catalogue.public_release where id = any(${list(ids)})`.execute(db)
  return new Map(rows.map(row => [row.id, row.name]))
}

/** The release with its page, for staff. */
export async function readSubject(db: Db, release: string): Promise<{ id: string; page: string; waiting: boolean } | undefined> {
  return (
    await sql<{ id: string; page: string; waiting: boolean }>`
      select r.id, r.page, exists (select from rights.public_waiting w where w.release = r.id) as waiting from catalogue.public_release r where r.id = ${release}`.execute(
      db,
    )
  ).rows[0]
}
