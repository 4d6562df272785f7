/** SQL of commission plans and waterfall rules. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Plan, StepRule } from './waterfall.ts'

type Db = Read | Tx

export type PlanRow = Plan & { category: string; validFrom: Date }
export type TermRow = { seller: string; plan: string; validFrom: Date; validUntil: Date | null }
export type RuleRow = StepRule & { version: number; validFrom: Date }

/** All plans and rules, and the terms of these sellers, in one query: they are few. */
export async function readTerms(db: Db, sellers: readonly string[]): Promise<{ rules: RuleRow[]; plans: PlanRow[]; terms: TermRow[] }> {
  type Raw<T> = { [K in keyof T]: K extends 'validFrom' ? string : K extends 'validUntil' ? string | null : T[K] }[] | null
  const { rows } = await sql<{ rules: Raw<RuleRow>; plans: Raw<PlanRow>; terms: Raw<TermRow> }>`select
    (select jsonb_agg(jsonb_build_object('version', version, 'step', step, 'rateBp', rate_bp, 'validFrom', valid_from) order by version, position) from shop.waterfall_step) as rules,
    (select jsonb_agg(jsonb_build_object('id', id, 'version', version, 'name', name, 'category', category, 'commissionBp', commission_bp, 'validFrom', valid_from) order by id, version)
      from shop.commission_plan) as plans,
    (select jsonb_agg(jsonb_build_object('seller', seller, 'plan', plan, 'validFrom', valid_from, 'validUntil', valid_until)) from shop.partner_term
      where seller = any(${[...sellers]}::text[])) as terms`.execute(db)
  const { rules, plans, terms } = rows[0]!
  return {
    rules: (rules ?? []).map(row => ({ ...row, validFrom: new Date(row.validFrom) })),
    plans: (plans ?? []).map(row => ({ ...row, validFrom: new Date(row.validFrom) })),
    terms: (terms ?? []).map(row => ({
      ...row,
      validFrom: new Date(row.validFrom),
      validUntil: row.validUntil === null ? null : new Date(row.validUntil),
    })),
  }
}

/** Gives a seller terms of their own from a date on; the same date again replaces them. */
export const setTerm = async (tx: Tx, seller: string, plan: string, from: Date, until: Date | null): Promise<void> => {
  await sql`insert into shop.partner_term (seller, plan, valid_from, valid_until) values (${seller}, ${plan}, ${from}, ${until})
    on conflict (seller, valid_from) do update set plan = excluded.plan, valid_until = excluded.valid_until`.execute(tx)
}
