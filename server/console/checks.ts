/** Runs what every room says must always hold (`planet audit`, the finance desk): each room exports its `checks`, here they are joined. */
import type { Decoded } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read } from '../foundation/db.ts'
import { checks as ledger, deepChecks, seal } from '../ledger/index.ts'
import { checks as listening } from '../listening/index.ts'
import { checks as payments } from '../payments/index.ts'
import { checks as payouts } from '../payouts/index.ts'
import { checks as people } from '../people/index.ts'
import { checks as refunds } from '../refunds/index.ts'
import { checks as shop } from '../shop/index.ts'
import { insertAuditRun } from './store.ts'

/** A statement about the data that must always be true. `run` names each place where it is not; an empty list is good news. */
export type Check = { name: string; meaning: string; run: (db: Read) => Promise<string[]> }
export type CheckResult = Decoded<(typeof console_.entries)['GET /console/audit']['ok']>['items'][number]

export const allChecks: readonly Check[] = [...people, ...ledger, ...payments, ...payouts, ...shop, ...refunds, ...listening]
/** Those that read everything ever posted: minutes on a grown planet (`planet audit --all`). */
export const thoroughChecks: readonly Check[] = [...allChecks, ...deepChecks]

/** Runs the checks one after the other (they read a lot); a check that cannot be run has failed. */
export async function runChecks(db: Read, checks: readonly Check[] = allChecks): Promise<CheckResult[]> {
  const out: CheckResult[] = []
  for (const { name, meaning, run } of checks) {
    const start = clock.ticks()
    let findings: string[]
    try {
      findings = await run(db)
    } catch (error) {
      findings = [`could not be run: ${(error as Error).message}`]
    }
    out.push({
      name,
      meaning,
      ok: findings.length === 0,
      findings: findings.slice(0, 100),
      milliseconds: Math.round((clock.ticks() - start) * 10) / 10,
    })
  }
  return out
}

/** Runs all checks and remembers the outcome; the nightly job and `planet audit` call this. */
export async function audit(db: Db, checks: readonly Check[] = allChecks): Promise<CheckResult[]> {
  const at = clock.now()
  const start = clock.ticks()
  await seal(db)
  const results = await runChecks(db.read, checks)
  const broken = results.filter(result => !result.ok).map(result => result.name)
  await db.transaction(tx => insertAuditRun(tx, { at, milliseconds: Math.round(clock.ticks() - start), broken }))
  return results
}

export const getAudit = async (db: Read): Promise<{ items: CheckResult[] }> => ({ items: await runChecks(db) })
