/** What the planet keeps of a sale, told before one lists anything: commission by kind, and when partner terms can be asked for. */
import { createHash } from 'node:crypto'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { storefront } from '../../shared/storefront.ts'
import { soldKind } from '../../shared/storefront-shapes.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { termsFor } from '../settlement/index.ts'
import { readRule, type RuleRow } from './store-partners.ts'
import { readStore } from './store.ts'

type Entries = typeof storefront.entries
export type SellingTerms = Decoded<Entries['GET /selling-terms']['ok']>

/** `seller`: the party that owns the page; null: anyone. */
export async function sellingTerms(db: Read | Tx, seller: string | null): Promise<SellingTerms> {
  const at = clock.now()
  const terms = await termsFor(db)
  const rule = await readRule(db, at)
  const categories = soldKind.options.map(kind => {
    const plan = terms.planFor({ seller: seller ?? '', category: kind }, at)
    const { term } = plan
    return {
      kind,
      plan: plan.id,
      name: plan.name,
      commissionBp: plan.commissionBp,
      from: term !== null && term.validFrom > plan.validFrom ? term.validFrom : plan.validFrom,
      own: term !== null,
      until: term?.validUntil ?? null,
    }
  })
  const partner = rule === undefined ? null : partnerOf(rule, terms.data.plans, at)
  const shown = { categories, partner, fee: { amount: 0n, currency: (rule?.currency ?? 'CNY') as Currency } }
  const digest = createHash('sha256').update(textOf(shown)).digest('hex')
  return { at, ...shown, digest }
}
/** As text, the same for the same terms. */
export const textOf = (terms: Omit<SellingTerms, 'at' | 'digest'>): string =>
  JSON.stringify(terms, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))

function partnerOf(
  rule: RuleRow,
  plans: readonly { id: string; name: string; commissionBp: number; validFrom: Date }[],
  at: Date,
): SellingTerms['partner'] {
  const plan = plans.filter(one => one.id === rule.plan && one.validFrom <= at).sort((a, b) => +b.validFrom - +a.validFrom)[0]
  if (plan === undefined) return null
  const { months, termMonths } = rule
  return {
    plan: plan.id,
    name: plan.name,
    commissionBp: plan.commissionBp,
    months,
    turnover: { amount: rule.turnover, currency: rule.currency as Currency },
    termMonths,
  }
}

export async function getTerms(
  db: Read,
  viewer: Viewer | null,
  { page }: InputOf<Entries['GET /selling-terms']['input']>,
): Promise<SellingTerms> {
  if (page === undefined) return sellingTerms(db, null)
  const store = await readStore(db, page, viewer?.id ?? null)
  // What somebody agreed for themselves is theirs to know.
  if (store === undefined || !store.mayEdit) throw fault('not_found')
  return sellingTerms(db, store.owner)
}
