/**
 * The waterfall: what becomes of a price, step by step. The same function previews and settles. Pure; whole minor units only; the steps sum to the
 * price exactly, none is negative, no claim takes more than its cap, and the order of tracks, parties, sheets, taxes and claims changes nothing
 * (money.md, trap 15).
 */
import { basisPointsOf, splitByWeight } from '../../shared/money.ts'
import type { Weight } from '../rights/index.ts'

export const stepNames = ['provider_fee', 'tax', 'commission', 'recoupment', 'backers', 'split'] as const
export type StepName = (typeof stepNames)[number]
export type ClaimKind = 'recoupment' | 'backers'
export type StepRule = { step: StepName; rateBp: number | null }
export type Rules = { version: number; steps: readonly StepRule[] }
export type Plan = { id: string; version: number; name: string; commissionBp: number }
/** A tax contained in the price: rate ÷ (10000 + rate) of what is left. */
export type Tax = { code: string; name: string; rateBp: number }
/** `bearer`: out of that party's own part of the split; null: out of the whole. `left`: how much it may still take in minor units; null: no end. */
export type Claim = {
  id: string
  kind: ClaimKind
  name: string
  bearer: string | null
  shareBp: number
  left: bigint | null
  holders: readonly { party: string; units: bigint }[]
}
/**
 * `step`: `provider_fee`, `tax:<code>`, `commission`, `recoupment:<claim>`, `backers:<claim>`, `split:<kind>` with the role as `label`. `receiver`: usr_…,
 * org_…, `planet`, `provider:…`, `tax:…`. `shareBp`: of what was left (commission, tax), of the bearer's part (claims), on the sheets of that kind (split).
 */
export type Step = { step: string; label: string; receiver: string; shareBp: number | null; amount: bigint }

export type WaterfallInput = {
  /** Minor units, ≥ 0. */
  amount: bigint
  /** What the provider keeps of it; more than is left is cut. */
  fee: bigint
  provider: string
  rules: Rules
  plan: Plan
  taxes?: readonly Tax[]
  claims?: readonly Claim[]
  /** From rights: see `weightsOf`. At least one unless a step takes all. */
  weights: readonly Weight[]
}

const byText =
  <T>(text: (one: T) => string) =>
  (a: T, b: T): number =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0
const sumOf = (parts: readonly { amount: bigint }[]): bigint => parts.reduce((sum, { amount }) => sum + amount, 0n)
const least = (a: bigint, b: bigint | null): bigint => (b !== null && b < a ? b : a)

/** The tax that `gross` contains, rounded half up. */
export const taxWithin = (gross: bigint, rateBp: number): bigint => {
  const whole = BigInt(10_000 + rateBp)
  return (2n * gross * BigInt(rateBp) + whole) / (2n * whole)
}

/**
 * Divides `left` by the exact weights: first among receivers, in one division by largest remainder over everything (ties: the lower id), so that equal
 * parties never drift apart over tracks; then each receiver's amount among their own kinds and roles.
 */
function split(left: bigint, weights: readonly Weight[]): Step[] {
  const byReceiver = [...Map.groupBy(weights, weight => weight.receiver)].sort(byText(([receiver]) => receiver))
  const totals = byReceiver.map(([, own]) => own.reduce((sum, { weight }) => sum + weight, 0n))
  const amounts = splitByWeight(left, totals)
  return byReceiver.flatMap(([receiver, own], index) => {
    const ordered = own.length === 1 ? own : [...own].sort(byText(({ kind, role }) => `${kind} ${role}`))
    const parts = splitByWeight(
      amounts[index]!,
      ordered.map(({ weight }) => weight),
    )
    return ordered.map(({ kind, role, shareBp }, part) => ({ step: `split:${kind}`, label: role, receiver, shareBp, amount: parts[part]! }))
  })
}

/** What a claim takes of `from`, to its holders by units. */
function claimed(claim: Claim, from: bigint): Step[] {
  const taken = least(basisPointsOf(from, claim.shareBp), claim.left)
  if (taken <= 0n) return []
  const holders = [...claim.holders].sort(byText(({ party }) => party))
  const parts = splitByWeight(
    taken,
    holders.map(({ units }) => units),
  )
  const { kind, id, name, shareBp } = claim
  return holders.map(({ party }, index) => ({ step: `${kind}:${id}`, label: name, receiver: party, shareBp, amount: parts[index]! }))
}

/** Claims on one party's part: what they take is missing from that party's own steps, in proportion. */
function bear(steps: readonly Step[], claims: readonly Claim[]): Step[] {
  let all = [...steps]
  for (const claim of claims) {
    const own = all.filter(step => step.receiver === claim.bearer && step.step.startsWith('split:'))
    const part = sumOf(own)
    const taken = claimed(claim, part)
    if (taken.length === 0) continue
    const rest = splitByWeight(
      part - sumOf(taken),
      own.map(({ amount }) => amount),
    )
    all = [...taken, ...all.map(step => (own.includes(step) ? { ...step, amount: rest[own.indexOf(step)]! } : step))]
  }
  return all
}

export function waterfall({ amount, fee, provider, rules, plan, taxes = [], claims = [], weights }: WaterfallInput): Step[] {
  if (amount < 0n || fee < 0n) throw new RangeError('a price and a fee are not negative')
  let left = amount
  const steps: Step[] = []
  const take = (step: string, label: string, receiver: string, shareBp: number | null, wanted: bigint): void => {
    const taken = least(wanted, left)
    left -= taken
    steps.push({ step, label, receiver, shareBp, amount: taken })
  }
  const inOrder = [...claims].sort(byText(({ id }) => id))
  for (const { step } of rules.steps) {
    if (step === 'provider_fee') take('provider_fee', provider, `provider:${provider}`, null, fee)
    else if (step === 'tax')
      for (const { code, name, rateBp } of [...taxes].sort(byText(tax => tax.code)))
        take(`tax:${code}`, name, `tax:${code}`, rateBp, taxWithin(left, rateBp))
    else if (step === 'commission') take('commission', plan.name, 'planet', plan.commissionBp, basisPointsOf(left, plan.commissionBp))
    else if (step === 'split') {
      const borne = rules.steps.flatMap(rule => inOrder.filter(({ kind, bearer }) => bearer !== null && kind === rule.step))
      steps.push(...bear(split(left, weights), borne))
      left = 0n
    } else
      for (const claim of inOrder) {
        if (claim.kind !== step || claim.bearer !== null) continue
        const taken = claimed(claim, left)
        left -= sumOf(taken)
        steps.push(...taken)
      }
  }
  if (left !== 0n) throw new RangeError('the waterfall has no last step')
  return steps
}

/** How much of a track goes to its work when that has a sheet, in basis points. */
export const workBpOf = (rules: Rules): number => rules.steps.find(({ step }) => step === 'split')?.rateBp ?? 0

/** The step as it stands on statements: `commission`, `split:master:vocals`, `recoupment:clm_…`. */
export const stepText = ({ step, label }: Step): string => (step.startsWith('split') && label !== '' ? `${step}:${label}` : step)

/** What each claim took in these steps. */
export function takenIn(steps: readonly Step[]): Map<string, bigint> {
  const taken = new Map<string, bigint>()
  for (const { step, amount } of steps) {
    const claim = /^(?:recoupment|backers):(.+)$/.exec(step)?.[1]
    if (claim !== undefined) taken.set(claim, (taken.get(claim) ?? 0n) + amount)
  }
  return taken
}
