/** A month's statement on paper: figures first, then what they are made of, then every posting, and how anyone can verify it. */
import type { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { Decoded } from '../../shared/contract.ts'
import { currencyScale, decimal } from '../../shared/money.ts'
import type { Period } from '../../shared/statements.ts'
import { words } from '../../shared/words/index.ts'
import { Paper, type Cell, type Columns } from '../foundation/pdf.ts'
import { purposes, type PostingRow } from './store-periods.ts'

export type Statement = Decoded<typeof Period>
type Options = { postings: readonly PostingRow[]; more: boolean; url: string; locale: 'zh' | 'en'; madeAt: Date; compress?: boolean }

const grey = '#6b6980'

/** `1,234.50`: figures of one currency below each other, the currency once at the top. */
export function plainAmount(amount: bigint, currency: string): string {
  const [whole = '', part] = decimal({ amount, currency }).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return part === undefined ? grouped : `${grouped}.${part}`
}

/** A code of the ledger in words, by its parts where it has some. */
export function codeWords(locale: 'zh' | 'en', code: string): string {
  const codes: Record<string, string> = words[locale].money.codes
  const roles: Record<string, string> = words[locale].music.roles
  if (codes[code] !== undefined) return codes[code]
  const parts = code.split(':').map(part =>
    part
      .split(/,\s*/)
      .map(one => codes[one] ?? roles[one] ?? one.replaceAll('_', ' '))
      .join(', '),
  )
  return (code.startsWith('split:') ? parts.slice(1) : parts).join(' · ')
}

const columns = (...widths: number[]): Columns => {
  let x = 0
  return widths.map(width => {
    const column = { x, width: width - 8 }
    x += width
    return column
  })
}

/** Others get their turn while a long month is written. */
export async function statementPdf(statement: Statement, options: Options): Promise<Readable> {
  const { locale, postings, more, url, madeAt } = options
  const t = words[locale].payouts
  const { currency, opening, closing } = statement
  const amount = (value: bigint, bold = false): Cell => ({ text: plainAmount(value, currency), align: 'end', bold })
  const day = (at: Date): string => at.toISOString().slice(0, 10)
  const paper = new Paper({
    title: `${t.paper.title} ${statement.month}`,
    author: 'Planet',
    at: madeAt,
    ...(options.compress === undefined ? {} : { compress: options.compress }),
  })

  paper.text(t.paper.title, { size: 20, bold: true })
  paper.text(`${statement.party} · ${statement.month} · ${currency}`, { size: 12 })
  paper.text(
    `${day(statement.from)} – ${day(new Date(statement.to.getTime() - 1))} (UTC) · ${statement.closed ? t.paper.closed : t.paper.open}`,
    { colour: grey },
  )
  paper.space(10)

  const heading = (text: string): void => {
    paper.room(60)
    paper.space(8)
    paper.text(text, { size: 12, bold: true })
    paper.space(3)
  }
  const head = (table: Columns, names: readonly (string | null)[], ends: number): void => {
    paper.row(
      table,
      names.map((text, index) =>
        text === null ? null : { text, size: 7.5, colour: grey, ...(index >= ends ? { align: 'end' as const } : {}) },
      ),
      { rule: true, height: 13 },
    )
  }

  heading(t.paper.summary)
  const shown = purposes.filter(purpose => purpose === 'available' || opening[purpose] !== 0n || closing[purpose] !== 0n)
  const summary = columns(199, 150, 150)
  head(summary, [null, t.opening, t.closing], 1)
  for (const purpose of shown)
    paper.row(summary, [{ text: codeWords(locale, purpose) }, amount(opening[purpose]), amount(closing[purpose])])
  paper.row(summary, [{ text: t.total, bold: true }, amount(opening.total, true), amount(closing.total, true)])

  const table = columns(229, 90, 90, 90)
  for (const section of ['income', 'refunds', 'holds', 'payouts', 'tax', 'other'] as const) {
    const lines = statement.lines.filter(line => line.section === section)
    if (lines.length === 0) continue
    heading(t.sections[section])
    head(table, [t.what, t.count, t.available, t.total], 1)
    for (const line of lines) {
      if (paper.room(16)) head(table, [t.what, t.count, t.available, t.total], 1)
      const told = codeWords(locale, line.step ?? line.kind)
      const what = section === 'income' ? [line.note, told] : [told, line.note, line.cause]
      paper.row(table, [
        { text: what.filter(part => part !== null).join(' · ') },
        { text: String(line.count), align: 'end' },
        amount(line.available),
        amount(line.total),
      ])
    }
    const sum = (key: 'available' | 'total'): bigint => lines.reduce((total, line) => total + line[key], 0n)
    paper.row(table, [{ text: t.paper.sum, bold: true }, null, amount(sum('available'), true), amount(sum('total'), true)])
  }

  if (statement.sources.length > 0) {
    heading(t.sources)
    const wide = columns(139, 40, 64, 64, 64, 64, 64)
    const names = [t.source, t.sales, t.gross, t.paper.payment, t.paper.commission, t.others, t.yours]
    head(wide, names, 1)
    for (const source of statement.sources) {
      if (paper.room(16)) head(wide, names, 1)
      paper.row(wide, [
        { text: source.note ?? source.subject ?? '' },
        { text: String(source.sales), align: 'end' },
        amount(source.gross),
        amount(-source.payment),
        amount(-source.commission - source.tax),
        amount(-source.others),
        amount(source.yours, true),
      ])
    }
  }

  heading(t.paper.postings)
  const list = columns(76, 78, 175, 70, 100)
  const names = [t.paper.at, t.paper.kind, t.paper.cause, t.paper.account, t.amount]
  head(list, names, 4)
  for (const [index, row] of postings.entries()) {
    if (index % 100 === 99) await setImmediate()
    if (paper.room(14)) head(list, names, 4)
    const small = { size: 7.5 }
    paper.row(
      list,
      [
        { text: row.at.toISOString().slice(0, 16).replace('T', ' '), ...small },
        { text: codeWords(locale, row.kind), ...small },
        { text: [row.note, row.cause].filter(part => part !== null).join(' · '), ...small },
        { text: codeWords(locale, row.purpose), ...small },
        { ...amount(row.amount), ...small },
      ],
      { height: 12 },
    )
  }
  if (more) paper.text(t.paper.more, { colour: grey })
  if (postings.length === 0) paper.text(t.nothing, { colour: grey })

  heading(t.verify)
  paper.text(t.paper.verifyBody(url))
  if (statement.seal !== null) paper.text(t.paper.seal(String(statement.seal.place), statement.seal.hash))
  if (statement.digest !== null) paper.text(t.paper.digest(statement.digest))
  if ((currencyScale[currency] ?? 0) === 0) paper.text(t.paper.noMinor)
  return paper.end((page, pages) => [`${statement.party} · ${statement.month} · ${currency} · ${url}`, `${page} / ${pages}`])
}
