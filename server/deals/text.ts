/** What both sides sign, in a form that never changes, so that anyone can compute its hash again. Pure. */
import { createHash } from 'node:crypto'
import type { DealSums, DealTerms } from '../../shared/deal-sums.ts'
import { decimal } from '../../shared/money.ts'

type Head = { show: string; title: string; startsAt: Date; version: number; currency: string; organiser: Side; artist: Side; note: string }
type Side = { party: string; name: string }
const percent = (shareBp: number): string => `${Math.floor(shareBp / 100)}.${String(shareBp % 100).padStart(2, '0')} %`
const shown = (amount: bigint, currency: string): string => `${decimal({ amount, currency })} ${currency}`

const headLines = (kind: string, { show, title, startsAt, version, organiser, artist }: Head): string[] => [
  `Planet show ${kind}`,
  `show: ${show} ${title}`,
  `starts: ${startsAt.toISOString()}`,
  `version: ${version}`,
  `organiser: ${organiser.party} ${organiser.name}`,
  `artist: ${artist.party} ${artist.name}`,
]
const termLines = (terms: DealTerms, currency: string): string[] => [
  `kind: ${terms.kind}`,
  ...(terms.kind === 'percentage' ? [] : [`guarantee: ${shown(terms.guarantee, currency)}`]),
  ...(terms.kind === 'guarantee' ? [] : [`share of net: ${percent(terms.shareBp)}`]),
  `costs that count: ${terms.costsMost === null ? 'all' : `at most ${shown(terms.costsMost, currency)}`}`,
  ...terms.bonuses.map(({ from, amount }) => `bonus from ${from} sold: ${shown(amount, currency)}`),
]
const noteLines = (note: string): string[] => (note === '' ? [] : ['note:', note])

export const termsText = (head: Head, terms: DealTerms): string =>
  [...headLines('terms', head), ...termLines(terms, head.currency), ...noteLines(head.note), ''].join('\n')

export function settlementText(
  head: Head,
  terms: DealTerms,
  sheet: {
    gross: bigint
    providerFee: bigint
    commission: bigint
    tax: bigint
    refunded: bigint
    sold: number
    costs: readonly { name: string; amount: bigint; payee: string }[]
    sums: DealSums
    pay: { artist: bigint; organiser: bigint }
    before: { artist: bigint; organiser: bigint }
  },
): string {
  const { currency } = head
  const line = (name: string, amount: bigint): string => `${name}: ${shown(amount, currency)}`
  const { sums } = sheet
  return [
    ...headLines('settlement', head),
    ...termLines(terms, currency),
    `sold: ${sheet.sold}`,
    line('gross', sheet.gross),
    line('payment fees', sheet.providerFee),
    line('commission', sheet.commission),
    line('tax', sheet.tax),
    line('refunded later', sheet.refunded),
    line('takings', sums.takings),
    ...sheet.costs.map(({ name, amount, payee }) => `cost (${payee}): ${name}: ${shown(amount, currency)}`),
    line('costs', sums.costs),
    line('costs that count', sums.counted),
    line('net', sums.net),
    line('artist’s fee', sums.fee),
    line('artist’s bonus', sums.bonus),
    ...(sheet.before.artist + sheet.before.organiser === 0n
      ? []
      : [line('paid before to the artist', sheet.before.artist), line('paid before to the organiser', sheet.before.organiser)]),
    line('to the artist now', sheet.pay.artist),
    line('to the organiser now', sheet.pay.organiser),
    ...noteLines(head.note),
    '',
  ].join('\n')
}

/** SHA-256 (hex) of the text in UTF-8. */
export const textHash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
