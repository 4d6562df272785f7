/** A batch: composed by one, approved by another. Until it is approved nothing has moved; with the approval each payout's money is set aside, or it is dropped. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { payouts } from '../../shared/payouts.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { accountsOf, balancesOf, post, type AccountRef, type TransferInput } from '../ledger/index.ts'
import { filesFor } from './files.ts'
import { canSend } from './methods.ts'
import { masked, reasonsFor } from './policy.ts'
import { readDebtor, settingsOf, withheldOf } from './settings.ts'
import {
  approveBatch,
  cancelBatch,
  dropPayouts,
  endBatch,
  insertBatch,
  insertDecision,
  insertFile,
  insertLeftOut,
  insertPayouts,
  lockPayouts,
  paidInMonth,
  readBatch,
  startPayouts,
  submitBatch,
  type BatchRow,
  type LeftOut,
  type NewPayout,
  type PayoutRow,
} from './store.ts'
import { asks, deleteAsks, openMethods, owing, schedules, taxProfiles, taxRules } from './store-methods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Payouts in one batch; whoever is left waits for the next one. */
const mostPayouts = 2000
/** Transfers in one call of the ledger. */
const chunk = 1000

export const account = (owner: string, purpose: string, asset: string): AccountRef => ({ owner, purpose, asset, floor: 0n })

/** Everyone with something available in a currency, a thousand at a time, organisations first. */
async function* parties(tx: Tx, currency: string): AsyncGenerator<{ owner: string; balance: bigint }[]> {
  for (const owner of ['org_*', 'usr_*']) {
    let after: { owner: string; purpose: string; asset: string } | undefined
    for (;;) {
      const part = await accountsOf(tx, { owner, purpose: 'available', asset: currency, nonZero: true, after, limit: 1000 })
      if (part.length > 0) yield part
      if (part.length < 1000) break
      after = part.at(-1)!
    }
  }
}

/** Sorts everyone with money into those who are paid and those who are not, with the first reason. */
async function choose(tx: Tx, currency: string, day: string, now: Date): Promise<{ items: NewPayout[]; leftOut: LeftOut[] }> {
  const settings = await settingsOf(tx)
  const threshold = settings.threshold(currency)
  const rules = await taxRules(tx, now)
  const items: NewPayout[] = []
  const leftOut: LeftOut[] = []
  for await (const part of parties(tx, currency)) {
    const owners = part.map(one => one.owner)
    const methods = await openMethods(tx, owners, currency)
    const inUse = new Map(methods.filter(one => one.state !== 'asked').map(one => [one.party, one]))
    const waiting = new Set(methods.filter(one => one.state === 'asked').map(one => one.party))
    const [owes, schedule, asked, profiles, paid] = [
      await owing(tx, owners),
      await schedules(tx, owners),
      await asks(tx, owners),
      await taxProfiles(tx, owners),
      await paidInMonth(tx, owners, currency, day.slice(0, 7)),
    ]
    for (const { owner, balance } of part) {
      const method = inUse.get(owner)
      const [reason] = reasonsFor({
        available: balance,
        threshold,
        method,
        asked: waiting.has(owner),
        canSend: method !== undefined && canSend(method.route),
        owes: owes.has(`${owner} ${currency}`),
        schedule: schedule.get(owner) ?? 'monthly',
        askedToBePaid: asked.has(`${owner} ${currency}`),
        paidThisMonth: paid.has(owner),
        listed: false,
        now,
      })
      if (reason !== undefined) leftOut.push({ party: owner, amount: balance, reason: reason.code, until: reason.until })
      else if (items.length === mostPayouts) leftOut.push({ party: owner, amount: balance, reason: 'batch_full', until: null })
      else
        items.push({
          id: newId('pyo'),
          party: owner,
          method: method!.id,
          route: method!.route,
          amount: balance,
          threshold,
          ...withheldOf(balance, profiles.get(owner), rules),
        })
    }
  }
  return { items, leftOut }
}

export async function composeBatch(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-batches'>,
): Promise<Ok<'POST /console/payout-batches'>> {
  const { currency, day } = input
  const id = input.id ?? newId('bat')
  const at = clock.now()
  if (!(await insertBatch(tx, { id, currency, day, by: viewer.id, at }))) {
    const twice = await readBatch(tx, id)
    if (twice === undefined) throw fault('conflict', 'batch_open')
    if (twice.currency !== currency || twice.day !== day || twice.madeBy !== viewer.id) throw fault('conflict', 'key_reused')
    return { id }
  }
  const { items, leftOut } = await choose(tx, currency, day, at)
  await insertPayouts(tx, id, currency, items, at)
  await insertLeftOut(tx, id, leftOut)
  return { id }
}

async function locked(tx: Tx, id: string): Promise<BatchRow> {
  const batch = await readBatch(tx, id, true)
  if (batch === undefined) throw fault('not_found')
  return batch
}

export async function submit(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-batches/:id/submit'>,
): Promise<Ok<'POST /console/payout-batches/:id/submit'>> {
  const batch = await locked(tx, input.id)
  if (batch.state === 'submitted' && batch.submittedBy === viewer.id) return { ok: true }
  if (batch.state !== 'draft') throw fault('conflict')
  if ((await lockPayouts(tx, batch.id)).length === 0) throw fault('conflict', 'nothing_to_pay')
  const at = clock.now()
  await submitBatch(tx, batch.id, viewer.id, at)
  await insertDecision(tx, { subject: batch.id, act: 'submitted', reason: input.reason, by: viewer.id, at })
  return { ok: true }
}

export async function cancel(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-batches/:id/cancel'>,
): Promise<Ok<'POST /console/payout-batches/:id/cancel'>> {
  const batch = await locked(tx, input.id)
  if (batch.state === 'cancelled') return { ok: true }
  if (batch.state !== 'draft' && batch.state !== 'submitted') throw fault('conflict')
  const at = clock.now()
  await cancelBatch(tx, batch.id, viewer.id, at)
  await insertDecision(tx, { subject: batch.id, act: 'cancelled', reason: input.reason, by: viewer.id, at })
  return { ok: true }
}

/** `available → paying`, and what is withheld to the tax account: one transfer, so that it happens whole. */
const transferOf = (row: PayoutRow, at: Date): TransferInput => ({
  key: `payout:${row.id}`,
  kind: 'payout',
  cause: `payout:${row.id}`,
  note: masked(row.account),
  at,
  entries: [
    { account: account(row.party, 'available', row.currency), amount: -row.net },
    { account: account(row.party, 'paying', row.currency), amount: row.net },
    ...(row.withheld === 0n
      ? []
      : [
          { account: account(row.party, 'available', row.currency), amount: -row.withheld, step: 'withheld' },
          { account: account(`tax:${row.taxCode}`, 'payable', row.currency), amount: row.withheld, step: 'withheld' },
        ]),
  ],
})

type Start = { id: string; transfer: bigint; balanceBefore: bigint }
type Drop = { id: string; reason: string }

/** Sets the money of these aside. Whoever has less by now is dropped; the first try locks all balances, so the second cannot fail. */
async function setAside(tx: Tx, rows: readonly PayoutRow[], at: Date): Promise<{ starts: Start[]; drops: Drop[] }> {
  const available = (row: PayoutRow): AccountRef => account(row.party, 'available', row.currency)
  const drops: Drop[] = []
  let left = [...rows]
  for (let attempt = 1; left.length > 0; attempt++) {
    try {
      const posted = await post(
        tx,
        left.map(row => transferOf(row, at)),
      )
      const after = await balancesOf(tx, left.map(available))
      const starts = left.map((row, index) => ({
        id: row.id,
        transfer: posted[index]!.transfer,
        balanceBefore: after[index]! + row.amount,
      }))
      return { starts, drops }
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'insufficient' || attempt === 5) throw error
      const now = await balancesOf(tx, left.map(available))
      drops.push(...left.filter((row, index) => now[index]! < row.amount).map(row => ({ id: row.id, reason: 'balance_shrank' })))
      left = left.filter((row, index) => now[index]! >= row.amount)
    }
  }
  return { starts: [], drops }
}

/** What came between composing and approving. */
function stopped(row: PayoutRow, owes: boolean, at: Date): string | null {
  if (row.methodState !== 'active') return 'method_changed'
  if (row.usableFrom > at) return 'method_cooling'
  if (!canSend(row.route)) return 'provider_cannot'
  return owes ? 'owes' : null
}

export async function approve(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-batches/:id/approve'>,
): Promise<Ok<'POST /console/payout-batches/:id/approve'>> {
  const batch = await locked(tx, input.id)
  if (batch.approvedBy === viewer.id) {
    const rows = await lockPayouts(tx, batch.id)
    const dropped = rows.filter(row => row.state === 'dropped').length
    return { paying: rows.length - dropped, dropped }
  }
  if (batch.state !== 'submitted') throw fault('conflict')
  if (batch.submittedBy === viewer.id || batch.madeBy === viewer.id) throw fault('conflict', 'own_decision')
  const at = clock.now()
  const rows = await lockPayouts(tx, batch.id)
  const drops: Drop[] = []
  const owes = await owing(
    tx,
    rows.map(row => row.party),
  )
  const ready = rows.filter(row => {
    const reason = stopped(row, owes.has(`${row.party} ${row.currency}`), at)
    if (reason !== null) drops.push({ id: row.id, reason })
    return reason === null
  })
  const starts: Start[] = []
  for (let from = 0; from < ready.length; from += chunk) {
    const part = await setAside(tx, ready.slice(from, from + chunk), at)
    starts.push(...part.starts)
    drops.push(...part.drops)
  }
  await dropPayouts(tx, drops, at)
  await startPayouts(tx, starts, at)
  await approveBatch(tx, batch.id, viewer.id, at)
  const paying = new Set(starts.map(start => start.id))
  const on = ready.filter(row => paying.has(row.id))
  await deleteAsks(
    tx,
    on.map(row => row.party),
    batch.currency,
  )
  const byBank = on.filter(row => row.route === 'bank')
  if (byBank.length > 0)
    for (const file of await filesFor({ ...batch, approvedAt: at }, byBank, (await readDebtor(tx)) ?? { name: 'Planet', account: 'MAIN' }))
      await insertFile(tx, batch.id, { ...file.facts, madeAt: at })
  for (const row of on) if (row.route !== 'bank') await enqueue(tx, 'payouts.send', { payout: row.id }, { key: `payouts.send ${row.id}` })
  await insertDecision(tx, { subject: batch.id, act: 'approved', reason: input.reason, by: viewer.id, at })
  await endBatch(tx, batch.id, at)
  return { paying: on.length, dropped: drops.length }
}
