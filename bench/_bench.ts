/** What a benchmark is, and the figures they share. Files of benchmarks import this, never the program that runs them. */
import type { Db } from '../server/foundation/db.ts'

export type BenchResult = { figures: Record<string, number | string>; ratios: Record<string, number> }
export type BenchContext = {
  flags: ReadonlySet<string>
  /** A short run for trying; figures are rough. */
  quick: boolean
  /** Progress for people; never on standard output. */
  say: (text: string) => void
  /** A migrated database of its own on a durable PostgreSQL (fsync and synchronous_commit on). */
  freshDatabase: (options?: { max?: number }) => Promise<{ url: string; db: Db; close: () => Promise<void> }>
  clusterUrl: (database: string) => Promise<string>
  /** A folder that is removed afterwards. */
  tmp: string
}
export type Bench = { name: string; about: string; run: (ctx: BenchContext) => Promise<BenchResult> }

/** The middle of several figures. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
