/** Taking reports: a provider's books by its door, or a file of a bank or provider. Each line is stored once, as it was reported; then it is matched. */
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { isReady, providerOf, providers, providersFor, type Provider } from '../payments/index.ts'
import { applyRules } from './exceptions.ts'
import { dayIn, digestOf, guess, preview, readFile, rowDigest, type Closing, type Mapping, type Row } from './files.ts'
import { collectFacts, matchSource } from './store-match.ts'
import {
  ensureSources,
  insertReport,
  knownDigests,
  lockSource,
  markFetched,
  readReport,
  readSource,
  rememberMapping,
  reportByDigest,
  type NewLine,
  type NewReport,
  type ReportRowOut,
} from './store.ts'

/** Every provider that is set up, and the planet's bank account. */
export const knownSources = (): string[] => [...providersFor().map(({ id }) => `provider:${id}`), 'bank:main']

/** The provider of a source; undefined for banks and for providers that are not set up any more. */
export function providerFor(source: string): Provider | undefined {
  const [kind, name] = source.split(':')
  return kind === 'provider' ? providers().find(({ id }) => id === name) : undefined
}

async function lock(tx: Tx, source: string): Promise<void> {
  await ensureSources(tx, knownSources())
  if (!(await lockSource(tx, source))) throw fault('not_found')
}

/** Takes over what the ledger has, matches it, settles what rules settle. The source is locked. Harmless when run again. */
async function matchLocked(tx: Tx, source: string): Promise<void> {
  const at = clock.now()
  await collectFacts(tx, source, providerFor(source)?.returnsFee ?? false)
  await matchSource(tx, source, at)
  if ((await applyRules(tx, source, at)) > 0) await collectFacts(tx, source, false)
}

export async function reconcile(tx: Tx, source: string): Promise<void> {
  await lock(tx, source)
  await matchLocked(tx, source)
}

type Told = {
  report: Omit<NewReport, 'id' | 'at' | 'repeated'>
  rows: readonly Row[]
  dayOf: (row: Row) => string
  closings: readonly Closing[]
}

/** Stores what is new of a report. The source is locked. The same content again: the report of before. */
async function take(tx: Tx, { report, rows, dayOf, closings }: Told): Promise<ReportRowOut> {
  const before = await reportByDigest(tx, report.source, report.digest)
  if (before !== undefined) return before
  const at = clock.now()
  const digests = rows.map(rowDigest)
  // Files overlap: what earlier reports told is not stored again; twice within one report is twice.
  const known = await knownDigests(tx, report.source, [...new Set(digests)])
  const lines: NewLine[] = []
  rows.forEach((row, index) => {
    const digest = digests[index]!
    const left = known.get(digest) ?? 0
    if (left > 0) known.set(digest, left - 1)
    else lines.push({ ...row, line: index + 1, day: dayOf(row), digest })
  })
  const id = newId('rpt', at)
  await insertReport(tx, { ...report, id, at, repeated: rows.length - lines.length }, lines, closings)
  await matchLocked(tx, report.source)
  return (await readReport(tx, id))!
}

export type Upload = { source: string; name: string; text: string; mapping?: Mapping | undefined }

export async function takeFile(tx: Tx, viewer: Viewer, input: Upload): Promise<ReportRowOut> {
  await lock(tx, input.source)
  const digest = digestOf(input.text)
  const before = await reportByDigest(tx, input.source, digest)
  if (before !== undefined) return before
  const mapping = input.mapping ?? (await readSource(tx, input.source))?.mapping ?? guess(input.text)
  const { rows, closings } = readFile(input.text, mapping)
  const days = [...rows.map(row => dayIn(row.at, mapping.zone)), ...closings.map(({ day }) => day)].toSorted()
  await rememberMapping(tx, input.source, mapping, viewer.id, clock.now())
  return take(tx, {
    report: { source: input.source, firstDay: days[0]!, lastDay: days.at(-1)!, origin: 'file', name: input.name, digest, by: viewer.id },
    rows,
    dayOf: row => dayIn(row.at, mapping.zone),
    closings,
  })
}

export async function previewFile(
  tx: Tx,
  input: { source: string; text: string },
): Promise<{ mapping: Mapping; remembered: boolean; columns: string[]; rows: string[][] }> {
  await ensureSources(tx, knownSources())
  const source = await readSource(tx, input.source)
  if (source === undefined) throw fault('not_found')
  const guessed = guess(input.text)
  const kept = source.mapping
  // Remembered columns serve only files that have them.
  const fits = kept !== null && preview(input.text, kept).columns.includes(kept.at)
  const mapping = fits ? kept : guessed
  return { mapping, remembered: fits, ...preview(input.text, mapping) }
}

/** Job `reconciliation.fetch`: asks the provider outside of any transaction, then stores and matches. A day fetched again brings only what is new. */
export async function fetchReport({ db, config, write }: JobContext, { source, day }: { source: string; day: string }): Promise<void> {
  const provider = providerFor(source)
  // Without a contract nobody is there to ask.
  if (provider?.report === undefined || !isReady(provider, config)) return
  const { rows, closing } = await provider.report({ db, config }, day)
  const told = rows.map((row): Row => ({ ...row, raw: {} }))
  const digest = digestOf([day, ...told.map(rowDigest), ...closing.map(({ currency, amount }) => `${currency} ${amount}`)].join('\n'))
  await write(async tx => {
    await lock(tx, source)
    await take(tx, {
      report: { source, firstDay: day, lastDay: day, origin: 'fetch', name: `${providerOf(provider.id).name} ${day}`, digest, by: null },
      rows: told,
      dayOf: () => day,
      closings: closing.map(one => ({ ...one, day })),
    })
    await markFetched(tx, source, day)
  })
}

export async function askFetch(tx: Tx, input: { source: string; day: string }): Promise<void> {
  if (providerFor(input.source)?.report === undefined) throw fault('not_found')
  if (input.day > clock.now().toISOString().slice(0, 10)) throw fault('invalid', 'invalid', { fields: { day: 'future' } })
  await enqueueFetch(tx, input.source, input.day)
}
export const enqueueFetch = (tx: Tx, source: string, day: string): Promise<void> =>
  enqueue(
    tx,
    'reconciliation.fetch',
    { source, day },
    { key: `reconciliation.fetch:${source}:${day}`, queue: `reconciliation:${source}`, maxAttempts: 12 },
  )
