/** Dividing income: each line through the waterfall by the terms, sheets and claims of one moment, many lines at once. */
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { EntryInput } from '../ledger/index.ts'
import { feeAccount } from '../payments/index.ts'
import { sharesFor, weightsOf, type ReleaseShares, type Weight } from '../rights/index.ts'
import { addTaken, insertReturns, lockClaims, ownersOf, type ClaimRow, type PlanRow, type TaxRow, type TermRow } from './store.ts'
import { termsFor, type Sale, type Since, type Terms } from './terms.ts'
import { stepText, takenIn, waterfall, workBpOf, type Claim, type Rules, type Step } from './waterfall.ts'

/** What came in for one thing sold. `kind` is the offer's kind, `amount` (minor units) what there is to divide, `fee` what the provider keeps of it. */
export type Income = {
  id: string
  release: string | null
  page: string
  kind: string
  amount: bigint
  fee: bigint
  currency: string
  provider: string | null
  /** Whose it is, where no release says so: instead of the page's owner (a show's pot, authors of the songs sung). Weights of any sum. */
  shares?: readonly { receiver: string; role: string; weight: bigint; shareBp: number | null }[]
}
/** The entries that divide it (all positive; they sum to its amount) and the versions they follow. */
export type Divided = { entries: readonly EntryInput[]; plan: string; planVersion: number; waterfallVersion: number }

/** Where a step's money goes in the ledger. */
const accountOf = ({ receiver }: Step, currency: string): EntryInput['account'] =>
  receiver.startsWith('provider:')
    ? feeAccount(receiver.slice('provider:'.length), currency)
    : receiver.startsWith('tax:')
      ? { owner: receiver, purpose: 'payable', asset: currency, floor: 0n }
      : receiver === 'planet'
        ? { owner: 'planet', purpose: 'commission', asset: currency, floor: 0n }
        : { owner: receiver, purpose: 'available', asset: currency, floor: 0n }

export const entriesOf = (steps: readonly Step[], currency: string): EntryInput[] =>
  steps
    .filter(step => step.amount > 0n)
    .map(step => ({ account: accountOf(step, currency), amount: step.amount, step: stepText(step), share: step.shareBp ?? undefined }))

/** Claims that can take of this income: out of a party's own part, or out of the whole where everyone who shares agreed. */
export const claimsOn = (claims: readonly ClaimRow[], weights: readonly Weight[], taken: (claim: ClaimRow) => bigint): Claim[] =>
  claims
    .filter(({ bearer, parties }) => bearer !== null || weights.every(({ receiver }) => parties.includes(receiver)))
    .map(claim => ({ ...claim, left: claim.cap === null ? null : claim.cap - taken(claim) }))

/** What holds for the income of one release: worked out once for all its lines. */
export type About = {
  rules: Since<Rules>
  plan: PlanRow & { term: TermRow | null }
  taxes: readonly TaxRow[]
  claims: readonly ClaimRow[]
  weights: readonly Weight[]
}
export function aboutOf(terms: Terms, shares: ReleaseShares, sale: Omit<Sale, 'seller'>, at: Date): About {
  const rules = terms.rules(at)
  const seller = { seller: shares.owner, category: sale.category }
  return {
    rules,
    plan: terms.planFor(seller, at),
    taxes: terms.taxesFor(seller, at),
    claims: terms.claimsFor(sale, at),
    weights: weightsOf(shares, workBpOf(rules)),
  }
}

/** What belongs to no release is its page's owner's. */
export const ownedBy = (page: string, owner: string | undefined): ReleaseShares | undefined =>
  owner === undefined ? undefined : { release: page, owner, tracks: [{ count: 1, work: null, master: null }] }

/**
 * Divides each income by what holds at `at`. In the caller's transaction: claims that take are locked (in id order) and count what they took. The caller
 * posts the entries. What a popular album at one price comes to is worked out once.
 */
export async function divide(tx: Tx, incomes: readonly Income[], at: Date): Promise<Divided[]> {
  const releases = [...new Set(incomes.flatMap(one => one.release ?? []))]
  const shares = await sharesFor(tx, releases)
  const terms = await termsFor(tx, [...releases, ...new Set(incomes.map(one => one.page))])
  const locked =
    terms.data.claims.length === 0
      ? new Map<string, bigint>()
      : await lockClaims(
          tx,
          terms.data.claims.map(claim => claim.id),
        )
  const added = new Map<string, bigint>()
  const abouts = new Map<string, About>()
  const known = new Map<string, Divided>()
  const owners = await ownersOf(tx, [...new Set(incomes.flatMap(one => (one.release === null ? one.page : [])))])
  const made = incomes.map(({ id, release, page, kind, amount, fee, currency, provider, shares: parts }) => {
    const key = `${release ?? page} ${amount} ${fee} ${currency} ${provider} ${kind}`
    const before = parts === undefined ? known.get(key) : undefined
    if (before !== undefined) return before
    const name = `${release ?? page} ${kind} ${currency}`
    let about = abouts.get(name)
    if (about === undefined) {
      const found = release === null ? ownedBy(page, owners.get(page)) : shares(release, at)
      if (found === undefined) throw new Error(`line ${id}: nobody owns what was sold`)
      abouts.set(
        name,
        (about = aboutOf(terms, found, { category: kind, subjects: release === null ? [page] : [release, page], currency }, at)),
      )
    }
    if (parts !== undefined) about = { ...about, weights: parts.map(part => ({ ...part, kind: 'owner' as const })) }
    const { rules, plan, taxes, weights } = about
    const claims = claimsOn(about.claims, weights, claim => locked.get(claim.id)! + (added.get(claim.id) ?? 0n))
    const steps = amount === 0n ? [] : waterfall({ amount, fee, provider: provider ?? '', rules, plan, taxes, claims, weights })
    const divided = { entries: entriesOf(steps, currency), plan: plan.id, planVersion: plan.version, waterfallVersion: rules.version }
    // What claims may still take changes from line to line.
    if (claims.length === 0) {
      if (parts === undefined) known.set(key, divided)
    } else for (const [claim, taken] of takenIn(steps)) added.set(claim, (added.get(claim) ?? 0n) + taken)
    return divided
  })
  if (added.size > 0) await addTaken(tx, added)
  return made
}

/** A refund gives back what claims had taken (minor units, > 0): they may take it again. `cause` names the refund. Locks in id order. */
export async function giveBack(
  tx: Tx,
  returns: readonly { claim: string; amount: bigint; cause?: string | undefined }[],
  at: Date = clock.now(),
): Promise<void> {
  if (returns.length === 0) return
  const sums = new Map<string, bigint>()
  for (const { claim, amount } of returns) sums.set(claim, (sums.get(claim) ?? 0n) - amount)
  await lockClaims(tx, [...sums.keys()])
  await insertReturns(
    tx,
    returns.map(({ claim, amount, cause }) => ({ claim, amount, cause: cause ?? 'refund' })),
    at,
  )
  await addTaken(tx, sums)
}
