/** What a month came to for a party: on screen, as a table, on paper. All from the postings themselves; a closed month also from what was kept of it. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { decimal } from '../../shared/money.ts'
import type { payouts } from '../../shared/payouts.ts'
import type { PeriodLine } from '../../shared/statements.ts'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal, type Cell } from '../foundation/csv.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner, closedUntil, readCheckpoints } from '../ledger/index.ts'
import { partyNames } from '../people/index.ts'
import { bounds } from './periods.ts'
import { statementPdf, type Statement } from './paper.ts'
import {
  accountsIn,
  frozenBefore,
  monthLines,
  monthPostings,
  monthSources,
  monthsOf,
  purposes,
  readFrozen,
  sumsBetween,
  type LineRow,
  type PostingRow,
  type Sums,
} from './store-periods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const sections: Record<string, Decoded<typeof PeriodLine>['section']> = {
  settle: 'income',
  accrual_settled: 'income',
  clawback: 'refunds',
  refund: 'refunds',
  refund_failed: 'refunds',
  chargeback: 'refunds',
  chargeback_won: 'refunds',
  chargeback_lost: 'refunds',
  hold: 'holds',
  hold_release: 'holds',
  hold_capture: 'holds',
  reserve: 'holds',
  reserve_release: 'holds',
  payout: 'payouts',
  payout_returned: 'payouts',
  withheld: 'tax',
}
const order = ['income', 'refunds', 'holds', 'payouts', 'tax', 'other'] as const

const lineOf = (row: LineRow): Decoded<typeof PeriodLine> => ({
  section: row.step === 'withheld' ? 'tax' : (sections[row.kind] ?? 'other'),
  kind: row.kind,
  step: row.step,
  subject: row.subject,
  note: row.note,
  count: row.count,
  available: row.available,
  total: row.total,
  cause: row.cause,
})

const figures = (sums: Sums): Statement['opening'] => ({ ...sums, total: purposes.reduce((total, purpose) => total + sums[purpose], 0n) })
const plus = (sums: Sums, more: ReadonlyMap<string, bigint>): Sums =>
  Object.fromEntries(purposes.map(purpose => [purpose, sums[purpose] + (more.get(purpose) ?? 0n)])) as Sums

/** The last place of the ledger's chain that was published. */
async function lastSeal(db: Read): Promise<Statement['seal']> {
  const [last] = await readCheckpoints(db, { limit: 1 })
  return last === undefined ? null : { place: Number(last.place), hash: last.hash }
}

const none: Sums = { available: 0n, held: 0n, reserve: 0n, paying: 0n, receivable: 0n }
const pick = (sums: Sums): Sums => Object.fromEntries(purposes.map(purpose => [purpose, sums[purpose]])) as Sums

/** What a party had before a month and at its end. A month that has not begun is not there. */
async function edgesOf(
  db: Read,
  party: string,
  month: string,
  currency: string,
): Promise<{ opening: Sums; closing: Sums; digest: string | null }> {
  const { from, to } = bounds(month)
  if (from > clock.now()) throw fault('not_found')
  const frozen = await readFrozen(db, party, currency, month)
  const earlier = await frozenBefore(db, party, currency, month)
  const start = earlier === undefined ? null : bounds(earlier.month).to
  const opening = plus(earlier ?? none, await sumsBetween(db, party, currency, start, from))
  const closing = frozen ?? plus(opening, await sumsBetween(db, party, currency, from, to))
  return { opening: pick(opening), closing: pick(closing), digest: frozen?.digest ?? null }
}

/** The statement of a party. */
export async function statementOf(db: Read, party: string, month: string, currency: Statement['currency']): Promise<Statement> {
  const { from, to } = bounds(month)
  const { opening, closing, digest } = await edgesOf(db, party, month, currency)
  const lines = (await monthLines(db, party, currency, from, to)).map(lineOf)
  const sources = await monthSources(db, party, currency, from, to)
  const name = (await partyNames(db, [party])).get(party) ?? ''
  return {
    month,
    currency,
    from,
    to,
    closed: digest !== null,
    digest,
    party: name,
    opening: figures(opening),
    closing: figures(closing),
    lines: lines.toSorted((a, b) => order.indexOf(a.section) - order.indexOf(b.section)),
    sources: sources.map(source => ({
      ...source,
      others: source.gross - source.payment - source.commission - source.tax - source.yours,
    })),
    seal: await lastSeal(db),
  }
}

export async function getPeriods(db: Read, viewer: Viewer, input: Input<'GET /me/periods'>): Promise<Ok<'GET /me/periods'>> {
  const party = await bookOwner(db, viewer, input.as)
  const rows = await monthsOf(db, party, await closedUntil(db))
  return { items: rows as Ok<'GET /me/periods'>['items'] }
}

export async function getPeriod(db: Read, viewer: Viewer, input: Input<'GET /me/periods/:month'>): Promise<Ok<'GET /me/periods/:month'>> {
  return statementOf(db, await bookOwner(db, viewer, input.as), input.month, input.currency)
}

/** Every posting of a month, account by account, page by page. */
async function* postings(db: Read, party: string, currency: string, month: string): AsyncGenerator<PostingRow> {
  const { from, to } = bounds(month)
  for (const { account, purpose } of await accountsIn(db, party, currency)) {
    let after = 0n
    for (;;) {
      const part = await monthPostings(db, { account, purpose, from, to, after, limit: 1000 })
      yield* part
      if (part.length < 1000) break
      after = part.at(-1)!.version
    }
  }
}

const head = ['time', 'kind', 'note', 'step', 'share_percent', 'account', 'amount', 'currency', 'cause', 'subject', 'transfer']

export async function sendCsv({ read, reply }: StreamContext, viewer: Viewer, input: Input<'GET /me/periods/:month/csv'>) {
  const { month, currency } = input
  const party = await bookOwner(read, viewer, input.as)
  const { from, to } = bounds(month)
  const { opening, closing } = await edgesOf(read, party, month, currency)
  async function* rows(): AsyncGenerator<Cell[]> {
    const amount = (value: bigint) => new Decimal(decimal({ amount: value, currency }))
    const edge = (at: Date, kind: string, sums: Sums): Cell[][] =>
      purposes.map(purpose => [at, kind, null, null, null, purpose, amount(sums[purpose]), currency, null, null, null])
    yield* edge(from, 'opening', opening)
    for await (const row of postings(read, party, currency, month)) {
      const share = row.share === null ? null : new Decimal((row.share / 100).toFixed(2))
      yield [row.at, row.kind, row.note, row.step, share, row.purpose, amount(row.amount), currency, row.cause, row.subject, row.transfer]
    }
    yield* edge(to, 'closing', closing)
  }
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="statement-${month}-${currency}.csv"`)
  return reply.send(csv(head, rows()))
}

/** Postings shown one by one on paper; a month with more refers to the table. */
const mostOnPaper = 3000

export async function sendPdf({ read, reply, config, request }: StreamContext, viewer: Viewer, input: Input<'GET /me/periods/:month/pdf'>) {
  const { month, currency } = input
  const party = await bookOwner(read, viewer, input.as)
  const statement = await statementOf(read, party, month, currency)
  const shown: PostingRow[] = []
  let more = false
  for await (const row of postings(read, party, currency, month)) {
    if (shown.length === mostOnPaper) {
      more = true
      break
    }
    shown.push(row)
  }
  const pdf = await statementPdf(statement, { postings: shown, more, url: config.url, locale: viewer.locale, madeAt: clock.now() })
  request.raw.on('close', () => pdf.destroy())
  reply.header('content-type', 'application/pdf').header('content-disposition', `inline; filename="statement-${month}-${currency}.pdf"`)
  return reply.send(pdf)
}
