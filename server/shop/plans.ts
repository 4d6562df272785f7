/** Commission plans and waterfall rules, as they were at a moment. Data, not code: see migrations/0008-shop.sql. */
import type { Decoded } from '../../shared/contract.ts'
import type { shop } from '../../shared/shop.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { readTerms } from './store-plans.ts'
import type { Plan, Rules } from './waterfall.ts'

export const standardPlan = 'standard'
export type Terms = { rules: (at: Date) => Rules; planFor: (seller: string, at: Date) => Plan }

const newest = <T extends { validFrom: Date }>(rows: readonly T[], at: Date): T | undefined =>
  rows
    .filter(row => row.validFrom <= at)
    .reduce<T | undefined>((best, row) => (best === undefined || row.validFrom > best.validFrom ? row : best), undefined)

/** Loads the terms of these sellers (usr_…, org_…) once; answers for any moment. */
export async function termsFor(db: Read | Tx, sellers: readonly string[]): Promise<Terms> {
  const { rules, plans, terms } = await readTerms(db, sellers)
  const versions = [...Map.groupBy(rules, step => step.version)].map(([version, list]) => ({
    version,
    validFrom: list[0]!.validFrom,
    steps: list,
  }))
  const byPlan = Map.groupBy(plans, plan => plan.id)
  return {
    rules: at => {
      const found = newest(versions, at) ?? versions[0]!
      return { version: found.version, steps: found.steps }
    },
    planFor: (seller, at) => {
      const term = newest(
        terms.filter(one => one.seller === seller && (one.validUntil === null || one.validUntil > at)),
        at,
      )
      const versionsOf = byPlan.get(term?.plan ?? standardPlan) ?? byPlan.get(standardPlan)!
      return newest(versionsOf, at) ?? versionsOf[0]!
    },
  }
}

type Ok = Decoded<(typeof shop.entries)['GET /commission-plans']['ok']>

/** The plans in force now. */
export async function getPlans(db: Read): Promise<Ok> {
  const now = clock.now()
  const { plans } = await readTerms(db, [])
  const current = [...Map.groupBy(plans, plan => plan.id).values()].flatMap(versions => newest(versions, now) ?? [])
  return {
    items: current.map(({ id, name, category, commissionBp, validFrom }) => ({ id, name, category, commissionBp, from: validFrom })),
  }
}
