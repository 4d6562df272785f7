/** SQL of what search engines are told: the addresses of everything that anybody may see. */
import { sql } from 'kysely'
import type { Read } from '../foundation/db.ts'

const parts = {
  releases: sql`select '/releases/' || id as path, id from catalogue.public_release where visibility = 'public'`,
  artists: sql`select '/artists/' || p.id as path, p.id from people.public_page p where exists (
    select from catalogue.public_release_artist a join catalogue.public_release r on r.id = a.release where a.page = p.id and r.visibility = 'public')`,
  shows: sql`select '/shows/' || id as path, id from shows.public_show where not hidden and state in ('announced', 'on_sale', 'postponed')`,
  products: sql`select '/products/' || id as path, id from goods.public_product where state = 'open'`,
  groups: sql`select '/groups/' || handle as path, id from groups.public_group where state = 'open' and visibility = 'public'`,
}
export type Part = keyof typeof parts
export const partNames = Object.keys(parts) as Part[]

export async function countOf(db: Read, part: Part): Promise<number> {
  const { rows } = await sql<{ many: number }>`select count(*)::int as many from (${parts[part]}) x`.execute(db)
  return rows[0]!.many
}
/** In a stable order, the oldest first: what is added while one pages comes at the end. */
export async function pathsOf(db: Read, part: Part, limit: number, offset: number): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`select path from (${parts[part]}) x order by id limit ${limit} offset ${offset}`.execute(db)
  return rows.map(row => row.path)
}
