/**
 * The waterfall: what becomes of a price, step by step. The same function previews and settles. Pure; whole minor units only; the steps sum to the
 * price exactly, none is negative, and the order of tracks, parties and sheets changes nothing (money.md, trap 15).
 */
import { basisPointsOf, splitByWeight } from '../../shared/money.ts'
import type { Weight } from '../rights/index.ts'

export type StepRule = { step: 'provider_fee' | 'commission' | 'split'; rateBp: number | null }
export type Rules = { version: number; steps: readonly StepRule[] }
export type Plan = { id: string; version: number; name: string; commissionBp: number }
/** `receiver`: usr_…, org_…, `planet` or `provider:…`. `shareBp`: of what was left (commission), or on the sheets of that kind (split). */
export type Step = { step: string; label: string; receiver: string; shareBp: number | null; amount: bigint }

export type WaterfallInput = {
  /** Minor units, ≥ 0. */
  amount: bigint
  /** What the provider keeps of it; more than is left is cut. */
  fee: bigint
  provider: string
  rules: Rules
  plan: Plan
  /** From rights: see `weightsOf`. At least one unless a step takes all. */
  weights: readonly Weight[]
}

/** The split's code for statements: `split:master`, `split:work`, `split:owner`. */
const splitStep = (kind: Weight['kind']): string => `split:${kind}`

/**
 * Divides `left` by the exact weights: first among receivers, in one division by largest remainder over everything (ties: the lower id), so that equal
 * parties never drift apart over tracks; then each receiver's amount among their own kinds and roles.
 */
function split(left: bigint, weights: readonly Weight[]): Step[] {
  const byReceiver = [...Map.groupBy(weights, weight => weight.receiver)].sort(([a], [b]) => (a < b ? -1 : 1))
  const totals = byReceiver.map(([, own]) => own.reduce((sum, { weight }) => sum + weight, 0n))
  const amounts = splitByWeight(left, totals)
  return byReceiver.flatMap(([receiver, own], index) => {
    const ordered = [...own].sort((a, b) => (`${a.kind} ${a.role}` < `${b.kind} ${b.role}` ? -1 : 1))
    const parts = splitByWeight(
      amounts[index]!,
      ordered.map(({ weight }) => weight),
    )
    return ordered.map(({ kind, role, shareBp }, part) => ({ step: splitStep(kind), label: role, receiver, shareBp, amount: parts[part]! }))
  })
}

export function waterfall({ amount, fee, provider, rules, plan, weights }: WaterfallInput): Step[] {
  if (amount < 0n || fee < 0n) throw new RangeError('a price and a fee are not negative')
  let left = amount
  const steps: Step[] = []
  const take = (step: string, label: string, receiver: string, shareBp: number | null, wanted: bigint): void => {
    const taken = wanted < left ? wanted : left
    left -= taken
    steps.push({ step, label, receiver, shareBp, amount: taken })
  }
  for (const { step } of rules.steps) {
    if (step === 'provider_fee') take('provider_fee', provider, `provider:${provider}`, null, fee)
    else if (step === 'commission') take('commission', plan.name, 'planet', plan.commissionBp, basisPointsOf(left, plan.commissionBp))
    else {
      steps.push(...split(left, weights))
      left = 0n
    }
  }
  if (left !== 0n) throw new RangeError('the waterfall has no last step')
  return steps
}

/** How much of a track goes to its work when that has a sheet, in basis points. */
export const workBpOf = (rules: Rules): number => rules.steps.find(({ step }) => step === 'split')?.rateBp ?? 0
