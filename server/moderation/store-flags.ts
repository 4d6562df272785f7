/** All SQL of what waits to be decided and of reports. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

/** The open flag of a thing, made when there is none. */
export async function openFlag(
  tx: Tx,
  given: { id: string; kind: string; subject: string; group: string | null; author: string | null; level: 'group' | 'planet'; at: Date },
): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    insert into moderation.flag as f (id, kind, subject, group_id, author, level, opened_at)
    values (${given.id}, ${given.kind}, ${given.subject}, ${given.group}, ${given.author}, ${given.level}, ${given.at})
    on conflict (kind, subject) where state = 'open' do update set opened_at = f.opened_at returning id`.execute(tx)
  return rows[0]!.id
}
/** Notes what holds it; the first that held it stays. */
export async function setHold(tx: Tx, id: string, hold: string): Promise<void> {
  await sql`update moderation.flag set hold = coalesce(hold, ${hold}) where id = ${id} and state = 'open'`.execute(tx)
}
