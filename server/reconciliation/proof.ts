/** The daily proof: what is held is what is owed, and every place where money lies says the same as the ledger, but for listed differences. */
import { z } from 'zod'
import type { Decoded } from '../../shared/contract.ts'
import { Proof as ProofSchema } from '../../shared/reconciliation.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read } from '../foundation/db.ts'
import { knownSources, providerFor, reconcile } from './reports.ts'
import { collectFacts } from './store-match.ts'
import {
  differences,
  onSnapshot,
  readProofs,
  recentProofs,
  sourceSums,
  storeProof,
  sumsAt,
  type ItemRow,
  type ProofRow,
  type SourceSum,
  type SumRow,
} from './store-proof.ts'
import { ensureSources, listSources, lockSource } from './store.ts'

export type Proof = Decoded<typeof ProofSchema>
type Item = Proof['owedTo'][number]
type State = Proof['state']

const dayMs = 86_400_000
/** The calendar day (UTC) before a moment's day. */
export const dayBefore = (at: Date): string => new Date(at.getTime() - dayMs).toISOString().slice(0, 10)
const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

const isPlace = (sum: SumRow): boolean => /^(provider|bank):/.test(sum.owner)
const isOwn = (sum: SumRow): boolean => sum.owner === 'planet' || sum.purpose === 'receivable'
/** To whom it is owed: on its way to someone counts apart from what they could still spend. */
const owedKind = (sum: SumRow): string =>
  sum.purpose === 'paying'
    ? 'paying'
    : sum.owner.startsWith('tax:')
      ? 'tax'
      : ['person', 'organisation'].includes(sum.owner)
        ? `${sum.owner}:${sum.purpose}`
        : sum.owner

function group(sums: readonly SumRow[], kindOf: (sum: SumRow) => string): Item[] {
  const items = new Map<string, Item>()
  for (const sum of sums) {
    const item = items.get(kindOf(sum)) ?? { kind: kindOf(sum), count: 0, amount: 0n }
    items.set(item.kind, { ...item, count: item.count + sum.accounts, amount: item.amount + sum.balance })
  }
  return [...items.values()].filter(({ amount }) => amount !== 0n)
}
const total = (items: readonly { amount: bigint }[]): bigint => items.reduce((sum, { amount }) => sum + amount, 0n)

function sourceProof(
  source: string,
  sums: readonly SumRow[],
  told: SourceSum | undefined,
  items: readonly ItemRow[],
): Proof['sources'][number] {
  const of = (purpose: string): bigint => sums.find(sum => sum.owner === source && sum.purpose === purpose)?.balance ?? 0n
  const custody = -sums.filter(sum => sum.owner === source).reduce((sum, { balance }) => sum + balance, 0n)
  const [refunding, disputed] = [of('refunding'), of('disputed')]
  // What it keeps of payments is booked when lines are settled; it keeps it at once.
  const fees = (told?.fees ?? 0n) - of('fee')
  const expected = custody + refunding + disputed - fees
  // A source that names no balance is followed line by line from its first report.
  const reported = told?.covered ? (told.closing === null ? told.before + told.told : told.closing + told.toldAfter) : null
  const explained = items.map(({ kind, count, amount }) => ({ kind, count, amount }))
  const residual = reported === null ? null : reported - expected - total(explained)
  const idle = custody === 0n && expected === 0n && told?.since === null
  const state: State = residual === null ? (idle || told === undefined ? 'good' : 'open') : residual === 0n ? 'good' : 'red'
  const said = (amount: bigint | null): string | null => (amount === null ? null : String(amount))
  return {
    source,
    custody,
    refunding,
    disputed,
    fees,
    expected,
    reported: said(reported),
    items: explained,
    residual: said(residual),
    state,
  }
}

/** One currency of a day. Pure. */
export function proofOf(
  day: string,
  currency: string,
  sums: readonly SumRow[],
  told: readonly SourceSum[],
  items: readonly ItemRow[],
  computedAt: Date,
): Proof {
  const here = sums.filter(sum => sum.currency === currency)
  const custody = -total(here.filter(isPlace).map(({ balance }) => ({ amount: balance })))
  const owedTo = group(
    here.filter(sum => !isPlace(sum) && !isOwn(sum)),
    owedKind,
  )
  const ownOf = group(here.filter(isOwn), sum => sum.purpose)
  const [owed, own] = [total(owedTo), total(ownOf)]
  const places = [
    ...new Set([
      ...here.filter(isPlace).map(({ owner }) => owner),
      ...told.filter(one => one.currency === currency).map(({ source }) => source),
    ]),
  ].toSorted()
  const sources = places.map(source =>
    sourceProof(
      source,
      here,
      told.find(one => one.source === source && one.currency === currency),
      items.filter(item => item.source === source && item.currency === currency),
    ),
  )
  const red = custody !== owed + own || own < 0n || sources.some(source => source.state === 'red')
  const state: State = red ? 'red' : sources.some(source => source.state === 'open') ? 'open' : 'good'
  return { day, currency, state, custody, owed, own, owedTo, ownOf, sources, computedAt }
}

const toRow = (proof: Proof): ProofRow => ({ ...proof, body: JSON.stringify(z.encode(ProofSchema, proof)) })
const fromRow = (row: ProofRow): Proof => ProofSchema.parse(JSON.parse(row.body))

/** Proves a day and keeps the outcome; the same day again replaces it. Every figure is of one snapshot. */
export async function prove(db: Db, day: string): Promise<Proof[]> {
  const end = new Date(Date.parse(`${day}T00:00:00Z`) + dayMs)
  return onSnapshot(db, async tx => {
    await ensureSources(tx, knownSources())
    for (const { id } of await listSources(tx)) {
      await lockSource(tx, id)
      await collectFacts(tx, id, providerFor(id)?.returnsFee ?? false)
    }
    const sums = await sumsAt(tx, end)
    const told = await sourceSums(tx, day, end)
    const items = await differences(tx, day, end)
    const at = clock.now()
    const currencies = [...new Set([...sums.filter(sum => sum.balance !== 0n), ...told].map(({ currency }) => currency))].toSorted()
    const proofs = currencies.map(currency => proofOf(day, currency, sums, told, items, at))
    for (const proof of proofs) await storeProof(tx, toRow(proof))
    return proofs
  })
}

/** On demand: matches what came meanwhile, then proves. */
export async function proveNow(db: Db, day: string = dayOf(clock.now())): Promise<Proof[]> {
  await db.transaction(tx => ensureSources(tx, knownSources()))
  for (const { id } of await listSources(db.write)) await db.transaction(tx => reconcile(tx, id))
  return prove(db, day)
}

export async function getProofs(
  db: Read,
  day: string | null,
): Promise<{ items: Proof[]; days: { day: string; currency: string; state: State }[] }> {
  return { items: (await readProofs(db, day)).map(fromRow), days: await recentProofs(db, 30) }
}
