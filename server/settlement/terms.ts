/** Rules, plans, partners' terms, taxes and claims, as they were at a moment. Data, not code: see migrations/0013-settlement.sql. */
import { readTerms, type ClaimRow, type PlanRow, type TaxRow, type TermRow, type TermsData } from './store.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Rules } from './waterfall.ts'

export const standardPlan = 'standard'

/** What is sold and by whom. `category` is the kind of the offer, `subjects` the release and its page. */
export type Sale = { seller: string; category: string; subjects: readonly string[]; currency: string }
export type Since<T> = T & { validFrom: Date }
export type Terms = {
  data: TermsData
  rules: (at: Date) => Since<Rules>
  planFor: (sale: Pick<Sale, 'seller' | 'category'>, at: Date) => PlanRow & { term: TermRow | null }
  taxesFor: (sale: Pick<Sale, 'seller' | 'category'>, at: Date) => readonly TaxRow[]
  /** Claims in force on this income, in id order. */
  claimsFor: (sale: Pick<Sale, 'subjects' | 'currency'>, at: Date) => readonly ClaimRow[]
}

type Dated = { validFrom: Date; validUntil?: Date | null }
export const inForce = ({ validFrom, validUntil }: Dated, at: Date): boolean =>
  validFrom <= at && (validUntil === undefined || validUntil === null || validUntil > at)

const newest = <T extends Dated>(rows: readonly T[], at: Date): T | undefined =>
  rows
    .filter(row => inForce(row, at))
    .reduce<T | undefined>((best, row) => (best === undefined || row.validFrom > best.validFrom ? row : best), undefined)

/** How particular a tax rule is: a seller's before a country's before a category's. */
const rank = ({ seller, country, category }: TaxRow): number =>
  (seller === null ? 0 : 4) + (country === null ? 0 : 2) + (category === null ? 0 : 1)

export function termsOf(data: TermsData): Terms {
  const versions = [...Map.groupBy(data.rules, step => step.version)].map(([version, steps]) => ({
    version,
    validFrom: steps[0]!.validFrom,
    steps,
  }))
  const byPlan = Map.groupBy(data.plans, plan => plan.id)
  const planAt = (id: string, at: Date): PlanRow | undefined => newest(byPlan.get(id) ?? [], at)
  const fits = (plan: PlanRow | undefined, category: string): plan is PlanRow =>
    plan !== undefined && (plan.category === category || plan.category === 'all')
  return {
    data,
    rules: at => newest(versions, at) ?? versions[0]!,
    planFor({ seller, category }, at) {
      const own = data.terms.filter(term => term.seller === seller && fits(planAt(term.plan, at), category))
      const term = newest(own, at)
      if (term !== undefined) return { ...planAt(term.plan, at)!, term }
      const open = [...byPlan.keys()].flatMap(id => planAt(id, at) ?? []).filter(plan => plan.everyone && fits(plan, category))
      const particular = open.filter(plan => plan.category !== 'all')
      const plan = newest(particular.length > 0 ? particular : open, at) ?? byPlan.get(standardPlan)![0]!
      return { ...plan, term: null }
    },
    taxesFor({ seller, category }, at) {
      // Money in another shape: what gift cards pay for is supplied and taxed, not they.
      if (category === 'gift_card') return []
      const country = newest(
        data.homes.filter(home => home.seller === seller),
        at,
      )?.country
      const counts = data.taxes.filter(
        tax =>
          inForce(tax, at) &&
          (tax.seller === null || tax.seller === seller) &&
          (tax.country === null || tax.country === country) &&
          (tax.category === null || tax.category === category),
      )
      return [...Map.groupBy(counts, tax => tax.code).values()]
        .map(rules => rules.reduce((best, rule) => ((rank(rule) - rank(best) || +rule.validFrom - +best.validFrom) > 0 ? rule : best)))
        .filter(tax => tax.rateBp > 0)
    },
    claimsFor: ({ subjects, currency }, at) =>
      data.claims.filter(claim => subjects.includes(claim.subject) && claim.currency === currency && inForce(claim, at)),
  }
}

/** Loads what holds, with the claims on these subjects (rel_…, pag_…), once; answers for any seller and moment. */
export const termsFor = async (db: Read | Tx, subjects: readonly string[] = []): Promise<Terms> => termsOf(await readTerms(db, subjects))
