/** What holds now, what will and what did, for staff. */
import type { Decoded } from '../../shared/contract.ts'
import type { settlement } from '../../shared/settlement.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { namesOf } from './store-claims.ts'
import { termsFor } from './terms.ts'

type Ok = Decoded<(typeof settlement.entries)['GET /console/settlement']['ok']>
type Dated = { validFrom: Date; validUntil?: Date | null }

/** Versions of one thing, the newest first: each ends where the next begins, at the latest. */
function versions<T extends Dated>(
  rows: readonly T[],
  now: Date,
): (T & { from: Date; until: Date | null; held: 'past' | 'now' | 'coming' })[] {
  const sorted = [...rows].sort((a, b) => +b.validFrom - +a.validFrom)
  return sorted.map((row, index) => {
    const next = sorted[index - 1]?.validFrom ?? null
    const own = row.validUntil ?? null
    const until = own !== null && (next === null || own < next) ? own : next
    return { ...row, from: row.validFrom, until, held: row.validFrom > now ? 'coming' : until !== null && until <= now ? 'past' : 'now' }
  })
}
const grouped = <T extends Dated>(rows: readonly T[], key: (row: T) => string, now: Date) =>
  [...Map.groupBy(rows, key).values()].flatMap(own => versions(own, now))

export async function getHolding(db: Read): Promise<Ok> {
  const now = clock.now()
  const { data } = await termsFor(db)
  const rules = [...Map.groupBy(data.rules, step => step.version)].map(([version, steps]) => ({
    version,
    steps: steps.map(({ step, rateBp }) => ({ step, rateBp })),
    validFrom: steps[0]!.validFrom,
  }))
  const sellers = [...data.terms, ...data.homes, ...data.taxes].flatMap(row => row.seller ?? [])
  return {
    plans: grouped(data.plans, plan => plan.id, now),
    rules: versions(rules, now),
    taxes: grouped(data.taxes, tax => `${tax.code} ${tax.country} ${tax.category} ${tax.seller}`, now),
    terms: grouped(data.terms, term => term.seller, now),
    homes: grouped(data.homes, home => home.seller, now),
    names: Object.fromEntries(await namesOf(db, [...new Set(sellers)])),
  }
}
