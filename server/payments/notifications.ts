/** Taking in what providers report (trap 8): any number of times, in any order, in batches; each notification once, together with its effect. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { gather, type Gathered } from '../foundation/gather.ts'
import { applyDispute } from './disputes.ts'
import { committed, feeOf, payeeOf, type Paid } from './payments.ts'
import { providerOf, type Headers, type Notice } from './providers.ts'
import { failRefund, finishRefund } from './refunds.ts'
import { changePayments, eventOutcomes, insertEvents, lockPayments, type Change, type EventRow, type PaymentRow } from './store.ts'

/**
 * What a notification came to. paid, failed, refunded, refund_failed, disputed, dispute_won, dispute_lost: it changed something · repeat: nothing new ·
 * ignored: no business of ours · early: of a payment we do not know to be paid yet; not kept, to be told again · the others: money that does not fit,
 * kept for the finance desk.
 */
export type Outcome =
  | 'paid'
  | 'failed'
  | 'refunded'
  | 'refund_failed'
  | 'disputed'
  | 'dispute_won'
  | 'dispute_lost'
  | 'early'
  | 'repeat'
  | 'ignored'
  | 'foreign'
  | 'unknown'
  | 'other_charge'
  | 'wrong_amount'
  | 'wrong_currency'

const most = 200

const isDispute = (notice: Notice): boolean => notice.type.startsWith('dispute')

function judgeDispute({ type, currency, dispute }: Notice, payment: PaymentRow): Outcome {
  if (dispute === undefined) return 'ignored'
  if (payment.currency !== currency) return 'wrong_currency'
  if (dispute.amount <= 0n || dispute.amount > payment.amount) return 'wrong_amount'
  return payment.state === 'paid' ? (type as Outcome) : 'early'
}

function judge(notice: Notice, payment: PaymentRow | undefined, provider: string, merchant: string): Outcome {
  if (notice.merchant !== merchant) return 'foreign'
  if (notice.type === 'other') return 'ignored'
  if (notice.type === 'refunded' || notice.type === 'refund_failed') return notice.refund === null ? 'ignored' : notice.type
  if (payment === undefined || payment.provider !== provider) return 'unknown'
  if (isDispute(notice)) return judgeDispute(notice, payment)
  if (payment.charge !== null && payment.charge !== notice.charge) return 'other_charge'
  if (payment.currency !== notice.currency) return 'wrong_currency'
  if (payment.amount !== notice.amount) return 'wrong_amount'
  // Paid is the end: a failure that was told late changes nothing, nor does a second message of the same success.
  if (payment.state === 'paid') return 'repeat'
  if (notice.type === 'failed') return payment.state === 'closed' ? 'ignored' : 'failed'
  return 'paid'
}

/** Applies these notifications of one provider, all in this transaction. Answers for each in order. `now` differs only when history is written. */
export async function applyNotices(
  tx: Tx,
  provider: string,
  merchant: string,
  notices: readonly Notice[],
  now: Date = clock.now(),
): Promise<Outcome[]> {
  const distinct = [...new Map(notices.map(notice => [notice.id, notice])).values()]
  const payments = await lockPayments(
    tx,
    distinct.flatMap(notice => notice.reference ?? []),
  )
  const outcomes = new Map<string, Outcome>()
  const events: EventRow[] = []
  for (const notice of distinct) {
    const payment = notice.reference === null ? undefined : payments.get(notice.reference)
    const outcome = judge(notice, payment, provider, merchant)
    outcomes.set(notice.id, outcome)
    if (outcome === 'early') continue
    events.push({ id: notice.id, type: notice.type, payment: payment?.id ?? null, outcome, body: notice.body })
    // The next one about this payment in the same batch finds it so.
    if (payment !== undefined && (outcome === 'paid' || outcome === 'failed'))
      Object.assign(payment, { state: outcome, charge: notice.charge, late: payment.state === 'closed' })
  }
  // What was recorded before has had its effect.
  const fresh = await insertEvents(tx, provider, events, now)
  if (fresh.size < events.length)
    for (const [id, outcome] of await eventOutcomes(
      tx,
      provider,
      events.flatMap(({ id }) => (fresh.has(id) ? [] : id)),
    ))
      outcomes.set(id, outcome as Outcome)

  const changes = new Map<string, Change>()
  const paid: Paid[] = []
  const failed: { payment: string; subject: string; problem: string }[] = []
  const refunds: Notice[] = []
  for (const notice of distinct) {
    const outcome = outcomes.get(notice.id)!
    if (!fresh.has(notice.id)) continue
    if (outcome === 'refunded' || outcome === 'refund_failed') refunds.push(notice)
    if (outcome !== 'paid' && outcome !== 'failed') continue
    const { id, subject, amount, currency, late = false } = payments.get(notice.reference!)!
    if (outcome === 'paid') {
      const fee = notice.fee ?? (await feeOf(tx, provider, amount, now))
      paid.push({ payment: id, subject, provider, amount, currency, fee, late, at: now })
      changes.set(id, { id, state: 'paid', charge: notice.charge, fee, problem: null, paidAt: now })
    } else {
      const problem = notice.problem ?? 'failed'
      failed.push({ payment: id, subject, problem })
      changes.set(id, { id, state: 'failed', charge: notice.charge, fee: null, problem, paidAt: null })
    }
  }
  await changePayments(tx, [...changes.values()])
  const purposeOf = (one: { payment: string }) => payments.get(one.payment)!.purpose
  for (const [purpose, ofPurpose] of Map.groupBy(paid, purposeOf)) await payeeOf(purpose).paid(tx, ofPurpose)
  // One that failed and then succeeded in the same batch is paid.
  const still = failed.filter(one => changes.get(one.payment)!.state === 'failed')
  for (const [purpose, ofPurpose] of Map.groupBy(still, purposeOf)) await payeeOf(purpose).failed(tx, ofPurpose)
  for (const { type, refund, problem } of refunds)
    await (type === 'refunded' ? finishRefund(tx, refund!, now) : failRefund(tx, refund!, problem ?? 'failed', now))
  for (const notice of distinct)
    if (isDispute(notice) && fresh.has(notice.id) && outcomes.get(notice.id) === notice.type)
      await applyDispute(tx, payments.get(notice.reference!)!, notice, now)
  return notices.map(notice => outcomes.get(notice.id)!)
}

type Item = { provider: string; merchant: string; notice: Notice }
type Doors = { together: Gathered<Item, Outcome>; alone: Gathered<Item, Outcome> }
const doors = new WeakMap<Db['transaction'], Doors>()

/** Two gatherers per database. Notifications that come together share a transaction; those of disputes, which lock orders late, have one each. */
function doorsOf(write: Db['transaction']): Doors {
  const found = doors.get(write)
  if (found !== undefined) return found
  const made = { together: doorFor(write, most), alone: doorFor(write, 1) }
  doors.set(write, made)
  return made
}
const doorFor = (write: Db['transaction'], atOnce: number): Gathered<Item, Outcome> =>
  gather<Item, Outcome>(atOnce, items =>
    write(async tx => {
      const outcomes: Outcome[] = Array.from({ length: items.length })
      for (const [provider, ofProvider] of Map.groupBy(items.keys(), index => items[index]!.provider)) {
        const answers = await applyNotices(
          tx,
          provider,
          items[ofProvider[0]!]!.merchant,
          ofProvider.map(index => items[index]!.notice),
        )
        ofProvider.forEach((index, at) => (outcomes[index] = answers[at]!))
      }
      return outcomes
    }),
  )

/** Applies one notice of a provider we asked or that told us; resolves when that is committed. */
export async function take(write: Db['transaction'], item: Item): Promise<Outcome> {
  const { together, alone } = doorsOf(write)
  const outcome = await (isDispute(item.notice) ? alone : together)(item)
  if (outcome === 'paid') committed()
  return outcome
}

/**
 * Reads a signed notification and applies it; resolves when that is committed. Faults: `bad_signature`, `not_found` (another merchant's, or a payment
 * we do not know), `wrong_amount` (of amount or currency), `unavailable` (too early: to be told again). A repeat is answered like the first time and changes nothing.
 */
export async function receive(
  write: Db['transaction'],
  config: Config,
  providerId: string,
  headers: Headers,
  rawBody: string,
): Promise<Outcome> {
  const provider = providerOf(providerId)
  const notice = await provider.read(config, headers, rawBody)
  const outcome = await take(write, { provider: providerId, merchant: provider.merchant(config), notice })
  if (outcome === 'early') throw fault('unavailable')
  if (outcome === 'foreign' || outcome === 'unknown') throw fault('not_found')
  if (outcome === 'wrong_amount' || outcome === 'wrong_currency' || outcome === 'other_charge') throw fault('unprocessable', 'wrong_amount')
  return outcome
}
