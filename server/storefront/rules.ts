/** The rule by which shops may ask for partner terms: versions that stay, each with who set it and why. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { storefront } from '../../shared/storefront.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { termsFor } from '../settlement/index.ts'
import { monthsBetween } from './standing.ts'
import { candidates, insertRule, listRules, lockRule, readRule, type Candidate, type RuleRow, type RuleShown } from './store-partners.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
const pastShown = 20

const shown = ({ plan, months, turnover, currency, termMonths, since, by, reason }: RuleShown): Ok<'PUT /console/partner-rule/:id'> => ({
  plan,
  months,
  turnover: { amount: turnover, currency: currency as Currency },
  termMonths,
  since,
  by,
  reason,
})
/** The newest version of each plan that holds now. */
async function plansNow(db: Read | Tx, at: Date): Promise<{ id: string; name: string; commissionBp: number }[]> {
  const { data } = await termsFor(db)
  return [
    ...Map.groupBy(
      data.plans.filter(plan => plan.validFrom <= at),
      plan => plan.id,
    ).values(),
  ]
    .map(own => own.reduce((best, plan) => (plan.validFrom > best.validFrom ? plan : best)))
    .map(({ id, name, commissionBp }) => ({ id, name, commissionBp }))
    .toSorted((a, b) => a.commissionBp - b.commissionBp || (a.id < b.id ? -1 : 1))
}

export async function getRule(db: Read): Promise<Ok<'GET /console/partner-rule'>> {
  const at = clock.now()
  const [rule, ...past] = await listRules(db, pastShown + 1)
  return { rule: rule === undefined ? null : shown(rule), past: past.map(shown), plans: await plansNow(db, at) }
}

type Bar = Pick<RuleRow, 'months' | 'turnover' | 'currency'>
const reaches = (shop: Candidate, bar: Bar, at: Date): boolean =>
  monthsBetween(shop.openedAt, at) >= bar.months && BigInt(shop.sales?.[bar.currency] ?? 0) >= bar.turnover

export async function previewRule(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/partner-rule/preview'>,
): Promise<Ok<'GET /console/partner-rule/preview'>> {
  const at = clock.now()
  const now = await readRule(db, at)
  const shops = await candidates(db)
  const bar: Bar = { months: input.months, turnover: input.turnover, currency: input.currency ?? 'CNY' }
  const before = now === undefined ? [] : shops.filter(shop => reaches(shop, now, at))
  const would = shops.filter(shop => reaches(shop, bar, at))
  const had = new Set(before.map(shop => shop.page))
  return {
    shops: shops.length,
    now: before.length,
    would: would.length,
    new: would
      .filter(shop => !had.has(shop.page))
      .slice(0, 20)
      .map(({ page, name }) => ({ page, name })),
  }
}

export async function putRule(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /console/partner-rule/:id'>,
): Promise<Ok<'PUT /console/partner-rule/:id'>> {
  const at = clock.now()
  await lockRule(tx)
  const rules = await listRules(tx, 1000)
  const row = {
    plan: input.plan,
    months: input.months,
    turnover: input.turnover,
    currency: input.currency ?? 'CNY',
    termMonths: input.termMonths,
  }
  const same = rules.find(rule => rule.id === input.id)
  if (same !== undefined) {
    if (Object.entries(row).some(([field, value]) => same[field as keyof typeof row] !== value)) throw fault('conflict', 'key_reused')
    return shown(same)
  }
  const [newest] = rules
  if ((newest?.since.getTime() ?? null) !== (input.since?.getTime() ?? null)) throw fault('conflict', 'changed_meanwhile')
  if (!(await plansNow(tx, at)).some(plan => plan.id === row.plan))
    throw fault('unprocessable', 'no_such_plan', { fields: { plan: row.plan } })
  if (!(await insertRule(tx, { ...row, id: input.id, by: viewer.id, reason: input.reason, at })))
    throw fault('conflict', 'changed_meanwhile')
  return shown((await listRules(tx, 1))[0]!)
}
