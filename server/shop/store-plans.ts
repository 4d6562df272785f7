/** SQL of commission plans and waterfall rules. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Plan, StepRule } from './waterfall.ts'

type Db = Read | Tx

export async function readRules(db: Db): Promise<(StepRule & { version: number; validFrom: Date })[]> {
  const rows = await sql<StepRule & { version: number; validFrom: Date }>`
    select version, step, rate_bp as "rateBp", valid_from as "validFrom" from shop.waterfall_step order by version, position`.execute(db)
  return rows.rows
}

export async function readPlans(db: Db): Promise<(Plan & { category: string; validFrom: Date })[]> {
  const rows = await sql<Plan & { category: string; validFrom: Date }>`
    select id, version, name, category, commission_bp as "commissionBp", valid_from as "validFrom" from shop.commission_plan order by id, version`.execute(db)
  return rows.rows
}

export async function readTerms(db: Db, sellers: readonly string[]): Promise<{ seller: string; plan: string; validFrom: Date; validUntil: Date | null }[]> {
  const rows = await sql<{ seller: string; plan: string; validFrom: Date; validUntil: Date | null }>`
    select seller, plan, valid_from as "validFrom", valid_until as "validUntil" from shop.partner_term where seller = any(${[...sellers]}::text[])`.execute(db)
  return rows.rows
}

/** Gives a seller terms of their own from a date on; the same date again replaces them. */
export const setTerm = async (tx: Tx, seller: string, plan: string, from: Date, until: Date | null): Promise<void> => {
  await sql`insert into shop.partner_term (seller, plan, valid_from, valid_until) values (${seller}, ${plan}, ${from}, ${until})
    on conflict (seller, valid_from) do update set plan = excluded.plan, valid_until = excluded.valid_until`.execute(tx)
}
