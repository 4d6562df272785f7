/** The worksheet of a show, by what the ledger holds. */
import { z } from 'zod'
import type { Decoded } from '../../shared/contract.ts'
import { dealSums } from '../../shared/deal-sums.ts'
import { Terms, Worksheet } from '../../shared/deals.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { balanceOf, type AccountRef } from '../ledger/index.ts'
import { pictureAddress } from '../people/index.ts'
import type { ShowFacts } from '../tickets/index.ts'
import { settlementText } from './text.ts'
import { costsOf, dealsOfShow, paymentsOf, potStory, tiersOf, waitingLines, type DealRow, type PaymentRow } from './store.ts'

export type Sheet = Decoded<typeof Worksheet>
export type Missing = 'not_over' | 'lines_waiting' | 'no_terms' | 'nothing_there' | null
export const showShown = (show: ShowFacts) => ({ ...show, picture: pictureAddress(show.picture, 640) })
export const pot = (show: string, asset: string): AccountRef => ({ owner: `show:${show}`, purpose: 'available', asset, floor: 0n })
export const termsOf = (row: Pick<DealRow, 'body'>): z.output<typeof Terms> => Terms.parse((row.body as { terms: unknown }).terms)

/** What each side got out of the pot in all, less what it gave back for late refunds. */
export function paidSides(payments: readonly PaymentRow[]): { artist: bigint; organiser: bigint } {
  const sides = { artist: 0n, organiser: 0n }
  for (const { kind, parts } of payments)
    for (const { side, amount } of parts) sides[side] += kind === 'cover' ? -BigInt(amount) : BigInt(amount)
  return sides
}

/** Terms in force: signed by both. */
export const inForce = (rows: readonly DealRow[], kind: DealRow['kind']): DealRow | undefined =>
  rows.find(row => row.kind === kind && (row.state === 'signed' || row.state === 'paid'))

export async function sheetOf(
  db: Read | Tx,
  show: ShowFacts,
  currency: string,
): Promise<{
  sheet: Sheet
  missing: Missing
  balance: bigint
  deals: DealRow[]
  payments: PaymentRow[]
  costs: Awaited<ReturnType<typeof costsOf>>
}> {
  const deals = await dealsOfShow(db, show.id)
  const [costs, payments, story, waiting, tiers, balance] = [
    await costsOf(db, show.id),
    await paymentsOf(db, show.id),
    await potStory(db, show.id, currency),
    await waitingLines(db, show.id),
    await tiersOf(db, show.id),
    await balanceOf(db, pot(show.id, currency)),
  ]
  const of = (what: string): bigint => story.filter(row => row.what === what).reduce((sum, row) => sum + row.amount, 0n)
  const [providerFee, commission, tax, others, came, refunded] = ['provider_fee', 'commission', 'tax', 'others', 'pot', 'refunded'].map(
    of,
  ) as [bigint, bigint, bigint, bigint, bigint, bigint]
  const takings = came - refunded
  const sold = tiers.reduce((sum, tier) => sum + tier.sold, 0)
  const signed = inForce(deals, 'terms')
  const terms = signed === undefined ? null : termsOf(signed)
  const spent = (payee: string): bigint => costs.reduce((sum, cost) => (cost.payee === payee ? sum + cost.amount : sum), 0n)
  const sums = terms === null ? null : dealSums(terms, { takings, costs: spent('artist') + spent('organiser'), sold })
  const before = paidSides(payments)
  const artist = sums === null ? 0n : sums.artist + spent('artist')
  const pay = sums === null ? null : { artist: artist - before.artist, organiser: takings - artist - before.organiser }
  const sheet: Sheet = {
    tiers,
    sold,
    gross: came + providerFee + commission + tax + others,
    providerFee,
    commission,
    tax: tax + others,
    refunded,
    takings,
    waiting,
    costs: costs.map(({ name, amount, payee }) => ({ name, amount, payee })),
    terms,
    sums,
    before,
    pay,
  }
  const missing: Missing =
    clock.now() < show.endsAt
      ? 'not_over'
      : waiting > 0
        ? 'lines_waiting'
        : pay === null
          ? 'no_terms'
          : pay.artist === 0n && pay.organiser === 0n
            ? 'nothing_there'
            : null
  return { sheet, missing, balance, deals, payments, costs }
}

/** The text of a settlement by what holds now; the same again unless something moved. */
export function settlementOf(show: ShowFacts, terms: DealRow, sheet: Sheet, version: number): string {
  const { currency, organiser, artist, organiserName, artistName } = terms
  return settlementText(
    {
      show: show.id,
      title: show.title,
      startsAt: show.startsAt,
      version,
      currency,
      organiser: { party: organiser, name: organiserName },
      artist: { party: artist, name: artistName },
      note: '',
    },
    sheet.terms!,
    { ...sheet, sums: sheet.sums!, pay: sheet.pay! },
  )
}
