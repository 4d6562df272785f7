/** What rooms that sell do at the shop's door: put offers up, take them down, and say when the money of a line goes to its seller. */
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { wakeSettlers } from './payee.ts'
import { moveDue } from './store-due.ts'
import { closeOffersOf, offersBySubject, piecesBefore, upsertOffers, type OfferOf, type PutOffer } from './store.ts'

export type Put = Omit<PutOffer, 'id' | 'at' | 'opensAt' | 'closesAt' | 'mostEach' | 'listed' | 'state' | 'detail' | 'picture'> &
  Partial<Pick<PutOffer, 'id' | 'at' | 'opensAt' | 'closesAt' | 'mostEach' | 'listed' | 'state' | 'detail' | 'picture'>>

/** A price in minor units that can be asked: `free` costs nothing, `fixed` something, at most 10^12. */
export function checkPrice(pricing: string, amount: bigint): void {
  const bad = amount < 0n || amount > 10n ** 12n || (pricing === 'free' && amount !== 0n) || (pricing === 'fixed' && amount === 0n)
  if (bad) throw fault('invalid', 'invalid', { fields: { 'price.amount': pricing === 'free' ? '0' : '1 … 1000000000000' } })
}

/**
 * Puts offers up, or changes those that exist of the same kind and subject: there is one for each, whose orders keep the terms they were placed with.
 * The caller has checked who may. Gives their ids in order.
 */
export async function putOffers(tx: Tx, offers: readonly Put[]): Promise<string[]> {
  const ids: string[] = []
  const rows: PutOffer[] = []
  const known = new Map<string, OfferOf>()
  for (const [kind, own] of Map.groupBy(offers, offer => offer.kind))
    for (const before of await offersBySubject(
      tx,
      kind,
      own.map(offer => offer.subject),
      true,
    ))
      known.set(`${kind} ${before.subject}`, before)
  for (const offer of offers) {
    checkPrice(offer.pricing, offer.amount)
    const at = offer.at ?? clock.now()
    const before = known.get(`${offer.kind} ${offer.subject}`)
    const id = before?.id ?? offer.id ?? newId('off', at)
    ids.push(id)
    rows.push({
      detail: null,
      picture: null,
      opensAt: null,
      closesAt: null,
      mostEach: null,
      listed: true,
      state: 'open',
      ...offer,
      id,
      at,
    })
  }
  if (rows.length > 0) await upsertOffers(tx, rows)
  await changed(tx, rows)
  return ids
}
export const putOffer = async (tx: Tx, offer: Put): Promise<string> => (await putOffers(tx, [offer]))[0]!

/** Nobody can order these any more; orders that wait to be paid stay. */
export async function closeOffers(tx: Tx, kind: string, subjects: readonly string[]): Promise<void> {
  await closeOffersOf(tx, kind, subjects, clock.now())
  await changed(
    tx,
    subjects.map(subject => ({ kind, subject })),
  )
}
const changed = (tx: Tx, offers: readonly { kind: string; subject: string }[]): Promise<void> =>
  tellAll(
    tx,
    offers.map(({ kind, subject }) => ({ type: 'offer_changed', kind, subject })),
  )

/** The offers of these subjects, by subject; none where none was ever put up. */
export const offersOf = async (db: Read | Tx, kind: string, subjects: readonly string[]): Promise<Map<string, OfferOf>> =>
  new Map((await offersBySubject(db, kind, subjects)).map(offer => [offer.subject, offer]))

/** How many pieces of an offer a person has ordered before, by `buyer offer`: all but what ended unpaid or went back. */
export const boughtBefore = (db: Read | Tx, wanted: readonly { buyer: string; offer: string }[]): Promise<Map<string, number>> =>
  piecesBefore(db, wanted)

/**
 * The money of these held lines goes to their sellers at these moments: earlier than was said (a receipt confirmed), or later (a show postponed). Others are
 * left alone. What is due now is settled right after the transaction.
 */
export async function settleAt(tx: Tx, lines: readonly { line: string; at: Date }[]): Promise<void> {
  if (lines.length === 0) return
  await moveDue(tx, lines)
  const now = clock.now()
  if (lines.some(({ at }) => at <= now)) await wakeSettlers(tx)
}
