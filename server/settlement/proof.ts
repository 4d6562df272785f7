/** Proving: settlements of the ledger worked out again by what held at their moment. */
import { fault } from '../../shared/faults.ts'
import type { Read } from '../foundation/db.ts'
import { sharesFor } from '../rights/index.ts'
import { aboutOf, claimsOn, entriesOf } from './dividing.ts'
import { recentSettlements, type SettledRow } from './store.ts'
import { termsFor } from './terms.ts'
import { waterfall } from './waterfall.ts'

const many = 300

const said = (
  entries: readonly {
    owner: string
    purpose: string
    amount: bigint | string
    step?: string | null | undefined
    share?: number | null | undefined
  }[],
): string =>
  entries
    .map(({ owner, purpose, amount, step, share }) => `${owner} ${purpose} ${amount} ${step ?? ''} ${share ?? ''}`)
    .sort()
    .join('\n')

/** Findings of the newest settlements. What a capped claim took is taken as given (its cap has a check of its own), all else is worked out. */
export async function recompute(db: Read): Promise<string[]> {
  const rows = await recentSettlements(db, many)
  const releases = [...new Set(rows.map(row => row.release))]
  const shares = await sharesFor(db, releases)
  const terms = await termsFor(db, [...releases, ...new Set(rows.map(row => row.page))])
  const again = (row: SettledRow): string => {
    const { release, page, kind, at, entries } = row
    const taken = (step: string): bigint => entries.filter(one => one.step === step).reduce((sum, one) => sum + BigInt(one.amount), 0n)
    const from = entries.find(one => one.owner.startsWith('escrow:'))
    const found = shares(release, at)
    if (from === undefined || found === undefined) throw fault('not_found')
    const fee = entries.find(one => one.step === 'provider_fee')
    const about = aboutOf(terms, found, { category: kind, subjects: [release, page], currency: from.asset }, at)
    const claims = claimsOn(about.claims, about.weights, () => 0n).map(claim => ({
      ...claim,
      left: claim.left === null ? null : taken(`${claim.kind}:${claim.id}`),
    }))
    const { rules, plan, taxes, weights } = about
    const provider = fee === undefined ? 'none' : fee.owner.slice('provider:'.length)
    const steps = waterfall({ amount: -BigInt(from.amount), fee: BigInt(fee?.amount ?? 0), provider, rules, plan, taxes, claims, weights })
    return said(entriesOf(steps, from.asset).map(({ account, amount, step, share }) => ({ ...account, amount, step, share })))
  }
  const findings: string[] = []
  for (const row of rows) {
    const booked = said(row.entries.filter(one => !one.owner.startsWith('escrow:')))
    if (again(row) !== booked) findings.push(`${row.line}: settled otherwise than what held at ${row.at.toISOString()}`)
  }
  return findings.slice(0, 100)
}
