/** Settling: what is paid and due is handed over and its money goes through the waterfall, many lines in one transaction, each line once. */
import { clock } from '../foundation/clock.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import type { Log } from '../foundation/log.ts'
import { post, type EntryInput, type TransferInput } from '../ledger/index.ts'
import { feeAccount } from '../payments/index.ts'
import { sharesFor, weightsOf, type ReleaseShares, type Weight } from '../rights/index.ts'
import { byKind } from './kinds.ts'
import { escrow, refundLines } from './payee.ts'
import { termsFor, type Terms } from './plans.ts'
import { lockDueLines, markSettled, noteTrouble, type DueLine } from './store-orders.ts'
import { waterfall, workBpOf, type Plan, type Step } from './waterfall.ts'

const most = 200

/** Where a step's money goes in the ledger. */
const accountOf = (step: Step, provider: string, currency: string): EntryInput['account'] =>
  step.step === 'provider_fee'
    ? feeAccount(provider, currency)
    : step.step === 'commission'
      ? { owner: 'planet', purpose: 'commission', asset: currency, floor: 0n }
      : { owner: step.receiver, purpose: 'available', asset: currency, floor: 0n }

/** `commission`, `split:master:vocals`: the step as it stands on statements. */
const stepText = (step: Step): string => (step.step.startsWith('split') && step.label !== '' ? `${step.step}:${step.label}` : step.step)

/** A title as one short line of a statement. */
const noteOf = (title: string): string => [...title.replace(/\p{Cc}/gu, ' ')].slice(0, 200).join('')

type Shares = (release: string, at: Date) => ReleaseShares | undefined
type Divided = { entries: readonly EntryInput[]; plan: string; planVersion: number; waterfallVersion: number }

/** Who gets what of a line, at one moment. What a popular album at one price comes to is worked out once for all its lines of a batch. */
function divider(shares: Shares, terms: Terms, at: Date): (line: DueLine) => Divided {
  const rules = terms.rules(at)
  const releases = new Map<string, { plan: Plan; weights: Weight[] }>()
  const known = new Map<string, Divided>()
  return ({ id, release, amount, fee, currency, provider }) => {
    const key = `${release} ${amount} ${fee} ${currency} ${provider}`
    const before = known.get(key)
    if (before !== undefined) return before
    let about = release === null ? undefined : releases.get(release)
    if (about === undefined) {
      const found = release === null ? undefined : shares(release, at)
      if (found === undefined) throw new Error(`line ${id}: nobody owns what was sold`)
      about = { plan: terms.planFor(found.owner, at), weights: weightsOf(found, workBpOf(rules)) }
      releases.set(found.release, about)
    }
    const { plan, weights } = about
    const by = provider ?? ''
    const steps = amount === 0n ? [] : waterfall({ amount, fee, provider: by, rules, plan, weights })
    const entries = steps
      .filter(step => step.amount > 0n)
      .map(step => ({
        account: accountOf(step, by, currency),
        amount: step.amount,
        step: stepText(step),
        share: step.shareBp ?? undefined,
      }))
    const divided = { entries, plan: plan.id, planVersion: plan.version, waterfallVersion: rules.version }
    known.set(key, divided)
    return divided
  }
}

const transferOf = (line: DueLine, { entries }: Divided, at: Date): TransferInput => ({
  key: `settle:${line.id}`,
  kind: 'settle',
  cause: `line:${line.id}`,
  subject: line.release,
  note: noteOf(line.title),
  at,
  entries: [{ account: escrow(line.id, line.currency), amount: -line.amount }, ...entries],
})

/**
 * Settles up to `limit` due lines (or just `only`) in this transaction; gives how many it dealt with. A line that cannot be handed over any more
 * (its buyer owns it by another order) is refunded. `at` is now unless history is being written.
 */
export async function settleDue(tx: Tx, at: Date = clock.now(), limit = most, only: readonly string[] | null = null): Promise<number> {
  const due = await lockDueLines(tx, at, limit, only)
  if (due.length === 0) return 0
  const failed = new Set<string>()
  await byKind(due, async (kind, lines) => {
    for (const line of await kind.fulfil(tx, lines, at)) failed.add(line)
  })
  const lines = due.filter(line => !failed.has(line.id))
  if (lines.length > 0) {
    const releases = [...new Set(lines.flatMap(line => line.release ?? []))]
    const shares = await sharesFor(tx, releases)
    const terms = await termsFor(tx, [...new Set(releases.flatMap(release => shares(release, at)?.owner ?? []))])
    const divide = divider(shares, terms, at)
    const made = lines.map(line => ({ line, divided: divide(line) }))
    await post(
      tx,
      made.filter(({ line }) => line.amount > 0n).map(({ line, divided }) => transferOf(line, divided, at)),
    )
    await markSettled(
      tx,
      made.map(({ line, divided }) => ({ id: line.id, ...divided })),
      at,
    )
    await tellAll(
      tx,
      lines.map(line => ({ type: 'line_settled', line: line.id })),
    )
  }
  if (failed.size > 0)
    await refundLines(
      tx,
      due.filter(line => failed.has(line.id)),
      'already_owned',
      at,
    )
  return due.length
}

/** How long a line that could not be settled rests: a minute, then longer, at most a day. */
const restMs = (attempts: number): number => Math.min(24 * 3600_000, 60_000 * 2 ** attempts)

/** Settles all that is due, batch by batch. A line that fails does not hold up the others: it is tried alone, then rests with its problem noted. */
export async function settleAll(write: Db['transaction'], log: Log, signal?: AbortSignal): Promise<number> {
  let total = 0
  while (signal?.aborted !== true) {
    try {
      const count = await write(tx => settleDue(tx))
      total += count
      if (count < most) return total
    } catch (error) {
      log.warn({ err: error }, 'a batch could not be settled; its lines are tried one by one')
      total += await settleEach(write, log)
      return total
    }
  }
  return total
}

async function settleEach(write: Db['transaction'], log: Log): Promise<number> {
  const due = await write(tx => lockDueLines(tx, clock.now(), most))
  let total = 0
  for (const line of due) {
    try {
      total += await write(tx => settleDue(tx, clock.now(), 1, [line.id]))
    } catch (error) {
      log.error({ err: error, line: line.id }, 'a line could not be settled')
      const again = new Date(clock.now().getTime() + restMs(line.attempts))
      await write(tx => noteTrouble(tx, line.id, error instanceof Error ? error.message.slice(0, 300) : 'failed', again))
    }
  }
  return total
}
