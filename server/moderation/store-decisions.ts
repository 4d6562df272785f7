/** All SQL of decisions and appeals. */
import { sql } from 'kysely'
import type { Tx } from '../foundation/db.ts'

export type Facts = { text: string; pictures: readonly string[]; url: string; reports: number; hold: string | null }
export type NewDecision = {
  id: string
  flag: string | null
  kind: string
  subject: string
  group: string | null
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
export async function insertDecision(tx: Tx, given: NewDecision): Promise<void> {
  await sql`
    insert into moderation.decision (id, flag, kind, subject, group_id, author, action, reason, words, facts, decided_by, second_by, at)
    values (${given.id}, ${given.flag}, ${given.kind}, ${given.subject}, ${given.group}, ${given.author}, ${given.action}, ${given.reason}, ${given.words},
      ${JSON.stringify(given.facts)}::jsonb, ${given.by}, ${given.second}, ${given.at})`.execute(tx)
}
