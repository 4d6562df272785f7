/** Runs what every room says must always hold (`planet audit`, the finance desk): each room exports its `checks`, here they are joined. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { console_ } from '../../shared/console.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { checks as bookings } from '../bookings/index.ts'
import { checks as claiming } from '../claiming/index.ts'
import { checks as coupons } from '../coupons/index.ts'
import { checks as services } from '../services/index.ts'
import { checks as feed } from '../feed/index.ts'
import { checks as goods } from '../goods/index.ts'
import { checks as groups } from '../groups/index.ts'
import { checks as ledger, deepChecks, seal } from '../ledger/index.ts'
import { checks as listening } from '../listening/index.ts'
import { checks as lyrics } from '../lyrics/index.ts'
import { checks as missions } from '../missions/index.ts'
import { checks as moderation } from '../moderation/index.ts'
import { checks as notices } from '../notices/index.ts'
import { checks as payments } from '../payments/index.ts'
import { checks as payouts } from '../payouts/index.ts'
import { checks as people } from '../people/index.ts'
import { checks as playlists } from '../playlists/index.ts'
import { checks as points } from '../points/index.ts'
import { checks as policy } from '../policy/index.ts'
import { checks as raffles } from '../raffles/index.ts'
import { checks as invoices } from '../invoices/index.ts'
import { checks as refunds } from '../refunds/index.ts'
import { checks as rewards } from '../rewards/index.ts'
import { checks as royalties } from '../royalties/index.ts'
import { checks as seating } from '../seating/index.ts'
import { checks as settlement } from '../settlement/index.ts'
import { checks as shipping } from '../shipping/index.ts'
import { checks as shop } from '../shop/index.ts'
import { checks as storefront } from '../storefront/index.ts'
import { checks as reconciliation } from '../reconciliation/index.ts'
import { checks as shows } from '../shows/index.ts'
import { checks as tickets } from '../tickets/index.ts'
import { checks as door } from '../door/index.ts'
import { checks as deals } from '../deals/index.ts'
import { checks as rooms } from './checks-rooms.ts'
import { queriesOf, type Check } from './queries.ts'
import { insertAuditRun, listAuditRuns, withTimeout } from './store.ts'

export type { Check } from './queries.ts'
export type CheckResult = Decoded<(typeof console_.entries)['GET /console/audit']['ok']>['items'][number]

export const allChecks: readonly Check[] = [
  ...people,
  ...ledger,
  ...payments,
  ...payouts,
  ...settlement,
  ...shop,
  ...storefront,
  ...refunds,
  ...invoices,
  ...services,
  ...coupons,
  ...bookings,
  ...royalties,
  ...listening,
  ...lyrics,
  ...moderation,
  ...claiming,
  ...notices,
  ...goods,
  ...groups,
  ...feed,
  ...policy,
  ...points,
  ...playlists,
  ...missions,
  ...reconciliation,
  ...shipping,
  ...seating,
  ...rewards,
  ...raffles,
  ...shows,
  ...tickets,
  ...door,
  ...deals,
  ...rooms,
]
/** Those that read everything ever posted: minutes on a grown planet (`planet audit`, nightly). */
export const thoroughChecks: readonly Check[] = [...allChecks, ...deepChecks]

/** So long may one statement of a check take. */
const limitMs = 300_000
const mostFindings = 100

/** Runs the checks one after the other (they read a lot), each on one snapshot; a check that cannot be run has failed. */
export async function runChecks(db: Read, checks: readonly Check[] = allChecks): Promise<CheckResult[]> {
  const out: CheckResult[] = []
  for (const check of checks) {
    const start = clock.ticks()
    let findings: string[]
    try {
      findings = await withTimeout(db, limitMs, check.run)
    } catch (error) {
      findings = [`could not be run: ${(error as Error).message}`]
    }
    out.push({
      name: check.name,
      meaning: check.meaning,
      query: await queriesOf(check),
      ok: findings.length === 0,
      findings: findings.slice(0, mostFindings),
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
  const broken = results.filter(result => !result.ok)
  await db.transaction(tx =>
    insertAuditRun(tx, {
      at,
      milliseconds: Math.round(clock.ticks() - start),
      checks: results.length,
      findings: broken.map(({ name, meaning, findings }) => ({ name, meaning, findings })),
    }),
  )
  return results
}

export const getAudit = async (db: Read): Promise<{ items: CheckResult[] }> => ({ items: await runChecks(db) })

type Runs = (typeof console_.entries)['GET /console/audits']
export async function getAudits(db: Read, _viewer: Viewer, input: InputOf<Runs['input']>): Promise<Decoded<Runs['ok']>> {
  const after = fromCursor(input.cursor, [z.string().regex(/^\d{1,18}$/)])
  const rows = await listAuditRuns(db, after?.[0] ?? null, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ id, ...row }) => ({ id: String(id), ...row }),
    row => toCursor(row.id),
  )
}

/** All checks in the background, soon: on a grown planet they take minutes. */
export async function askAudit(tx: Tx): Promise<{ ok: true }> {
  await enqueue(tx, 'console.audit', {}, { key: 'console.audit', maxAttempts: 5 })
  return { ok: true }
}
