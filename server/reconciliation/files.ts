/** Reading a bill or bank statement (CSV) by a mapping of its columns. Pure. Any wrong line: all wrong ones are named and nothing is read (trap 45's cousin). */
import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import type { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { currencyScale, type Currency } from '../../shared/money.ts'
import type { Mapping as MappingSchema } from '../../shared/reconciliation.ts'
import type { ReportRow } from '../payments/index.ts'

export type Mapping = z.output<typeof MappingSchema>
/** `fee` null: the file does not say. */
export type Row = Omit<ReportRow, 'fee'> & { fee: bigint | null; raw: Record<string, string> }
export type Closing = { day: string; currency: string; amount: bigint }

const mostRows = 50_000
const mostNamed = 20
const wrong = (fields: Record<string, string>): Error => fault('unprocessable', 'bad_report', { fields })

type Cells = { line: number; cells: string[] }

function cellsOf(text: string, mapping: Pick<Mapping, 'delimiter' | 'comment'>): Cells[] {
  try {
    const records = parse(text, {
      delimiter: mapping.delimiter,
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      max_record_size: 100_000,
      to: mostRows + 60,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return records
      .map(({ record, info }) => ({ line: info.lines, cells: record }))
      .filter(({ cells }) => mapping.comment === null || !cells[0]?.startsWith(mapping.comment))
  } catch (error) {
    const line = (error as { lines?: number }).lines
    throw wrong({ [`line ${line ?? 1}`]: 'quotes' })
  }
}

/** The head of a table and what stands below; `head` counts lines of the file, comments included. */
function tableOf(text: string, mapping: Pick<Mapping, 'delimiter' | 'comment' | 'head'>): { columns: string[]; rows: Cells[] } {
  const all = cellsOf(text, mapping).filter(row => row.line >= mapping.head)
  return { columns: all[0]?.cells ?? [], rows: all.slice(1) }
}

const names: Record<'at' | 'amount' | 'in' | 'out' | 'fee' | 'balance' | 'type' | 'ref' | 'reference' | 'currency', RegExp> = {
  at: /^(date|time|at|created.*|booking ?date|value ?date|.*时间.*|.*日期.*|入账.*)$/i,
  amount: /^(amount|gross|betrag|发生金额|金额.*|交易金额.*)$/i,
  in: /^(in|credit|received|收入.*|贷方.*|存入.*)$/i,
  out: /^(out|debit|paid|支出.*|借方.*|取出.*)$/i,
  fee: /^(fee|fees|手续费.*|服务费.*)$/i,
  balance: /^(balance|saldo|.*余额.*)$/i,
  type: /^(type|kind|category|reporting_category|业务类型|交易类型|类型)$/i,
  ref: /^(id|ref|balance_transaction_id|transaction id|.*流水号.*|支付宝交易号)$/i,
  reference: /^(reference|our id|note|memo|description|purpose|商户订单号|备注|摘要|附言)$/i,
  currency: /^(currency|币种.*)$/i,
}

/** A first guess of which column holds what. */
export function guess(text: string): Mapping {
  const sample = text.slice(0, 20_000)
  const delimiters = [',', ';', '\t', '|'] as const
  const many = (delimiter: string): number => sample.split(delimiter).length
  const delimiter = [...delimiters].toSorted((a, b) => many(b) - many(a))[0]!
  const comment = sample.startsWith('#') ? '#' : null
  const rows = cellsOf(sample.slice(0, Math.max(sample.lastIndexOf('\n'), 0) || sample.length), { delimiter, comment })
  const fits = (cell: string, name: keyof typeof names): boolean => names[name].test(cell)
  const score = (row: Cells): number => row.cells.filter(cell => Object.values(names).some(name => name.test(cell))).length
  const head = rows.slice(0, 30).toSorted((a, b) => score(b) - score(a) || a.line - b.line)[0]
  const column = (name: keyof typeof names): string | null => head?.cells.find(cell => fits(cell, name)) ?? null
  const amount = column('amount')
  return {
    delimiter,
    head: head?.line ?? 1,
    comment,
    at: column('at') ?? head?.cells[0] ?? '',
    amount,
    in: amount === null ? column('in') : null,
    out: amount === null ? column('out') : null,
    fee: column('fee'),
    balance: column('balance'),
    type: column('type'),
    ref: column('ref'),
    reference: column('reference'),
    currency: column('currency'),
    usualCurrency: 'CNY',
    dates: 'ymd',
    zone: '+08:00',
    decimal: delimiter === ';' ? ',' : '.',
    types: {},
  }
}

export function preview(text: string, mapping: Mapping): { columns: string[]; rows: string[][] } {
  const { columns, rows } = tableOf(text.slice(0, 200_000), mapping)
  return { columns: columns.slice(0, 60), rows: rows.slice(0, 5).map(row => row.cells.slice(0, 60)) }
}

/** Minor units of a written amount; undefined when it is none. Brackets mean below zero; signs of currencies and thousands are passed over. */
export function minorUnits(text: string, decimal: '.' | ',', currency: string): bigint | undefined {
  const scale = currencyScale[currency as Currency]
  let plain = text.replaceAll(/[\s\u00a0'¥￥$€£]/g, '').replaceAll(decimal === '.' ? ',' : '.', '')
  if (decimal === ',') plain = plain.replace(',', '.')
  if (/^\(.*\)$/.test(plain)) plain = `-${plain.slice(1, -1)}`
  const parts = /^([+\-−]?)(\d{1,13})(?:\.(\d*))?$/.exec(plain)
  if (!parts || scale === undefined) return undefined
  const fraction = (parts[3] ?? '').replace(/0+$/, '')
  if (fraction.length > scale) return undefined
  const value = BigInt(parts[2]! + fraction.padEnd(scale, '0'))
  return parts[1] === '-' || parts[1] === '−' ? -value : value
}

/** A moment as files write it: `2026-11-20 13:05:07`, `20/11/2026`, `20261120`, ISO 8601. */
export function momentOf(text: string, dates: Mapping['dates'], zone: string): Date | undefined {
  const iso = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) ? new Date(text) : undefined
  if (iso) return Number.isNaN(iso.getTime()) ? undefined : iso
  const found =
    /^(\d{4})(\d{2})(\d{2})(?:\s*(\d{2}):?(\d{2})(?::?(\d{2}))?)?$/.exec(text) ??
    /^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?$/.exec(text)
  if (!found) return undefined
  const [first, second, third] = [found[1]!, found[2]!, found[3]!]
  const [year, month, date] =
    first.length === 4 ? [first, second, third] : dates === 'mdy' ? [third, first, second] : [third, second, first]
  if (year.length !== 4) return undefined
  const two = (part: string | undefined): string => (part ?? '0').padStart(2, '0')
  const wall = `${year}-${two(month)}-${two(date)}T${two(found[4])}:${two(found[5])}:${two(found[6])}`
  const moment = new Date(`${wall}${zone}`)
  // 31 February and 25 o'clock are no moments: what one reads back must be what stood there.
  const shift = (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * 60_000
  if (Number.isNaN(moment.getTime()) || new Date(moment.getTime() + shift).toISOString().slice(0, 19) !== wall) return undefined
  return moment
}

const ours = /(pay|rfd|pyo|dsp|exc)_[0-9a-hjkmnp-tv-z]{26}/
const byPrefix = { pay: 'payment', rfd: 'refund', pyo: 'payout', dsp: 'chargeback', exc: 'sweep' } as const

function typeOf(word: string, reference: string | null, amount: bigint, mapping: Mapping): ReportRow['type'] {
  const known = mapping.types[word]
  if (known !== undefined) return known
  const prefix = ours.exec(reference ?? '')?.[1] as keyof typeof byPrefix | undefined
  if (prefix === undefined) return 'adjustment'
  const type = byPrefix[prefix]
  return amount > 0n && type === 'payout' ? 'payout_returned' : amount > 0n && type === 'chargeback' ? 'chargeback_won' : type
}

/** All rows and the balances at the end of each day. */
export function readFile(text: string, mapping: Mapping): { rows: Row[]; closings: Closing[] } {
  const { columns, rows } = tableOf(text, mapping)
  const missing: Record<string, string> = {}
  const place = (name: string | null): number => {
    if (name === null) return -1
    const index = columns.indexOf(name)
    if (index < 0) missing[name.slice(0, 60) || 'at'] = 'column'
    return index
  }
  const at = place(mapping.at)
  const [amount, into, out, fee, balance, type, ref, reference, currency] = [
    mapping.amount,
    mapping.in,
    mapping.out,
    mapping.fee,
    mapping.balance,
    mapping.type,
    mapping.ref,
    mapping.reference,
    mapping.currency,
  ].map(place) as [number, number, number, number, number, number, number, number, number]
  if (mapping.amount === null && (mapping.in === null || mapping.out === null)) missing['amount'] = 'column'
  if (Object.keys(missing).length > 0) throw wrong(missing)
  if (rows.length === 0) throw wrong({ 'line 1': 'empty' })
  if (rows.length > mostRows) throw wrong({ [`line ${rows[mostRows]!.line}`]: 'too_many' })

  const read: (Row & { balance: bigint | null })[] = []
  const problems: Record<string, string> = {}
  for (const { line, cells } of rows) {
    const cell = (index: number): string => (index < 0 ? '' : (cells[index] ?? ''))
    // Lines of sums below the table have no date.
    const money = cell(currency).toUpperCase() || mapping.usualCurrency
    const said = (index: number): bigint | null | undefined => (cell(index) === '' ? null : minorUnits(cell(index), mapping.decimal, money))
    const moment = momentOf(cell(at), mapping.dates, mapping.zone)
    const plus = said(into)
    const minus = said(out)
    const one = said(amount)
    const value = amount >= 0 ? one : plus === undefined || minus === undefined ? undefined : (plus ?? 0n) - abs(minus ?? 0n)
    const kept = said(fee)
    const left = said(balance)
    const bad = !(money in currencyScale)
      ? 'currency'
      : moment === undefined
        ? 'date'
        : value === undefined || value === null || (amount < 0 && plus === null && minus === null)
          ? 'amount'
          : kept === undefined
            ? 'fee'
            : left === undefined
              ? 'balance'
              : undefined
    if (bad !== undefined) {
      problems[`line ${line}`] = bad
      if (Object.keys(problems).length >= mostNamed) break
      continue
    }
    const told = cell(reference)
    const named = ours.exec(`${told} ${cell(ref)}`)?.[0] ?? (told.slice(0, 200) || null)
    read.push({
      type: typeOf(cell(type), named, value!, mapping),
      ref: cell(ref).slice(0, 200),
      reference: named,
      amount: value!,
      // Bills write what was kept below zero as often as above it: of money that came in, a fee is what is missing.
      fee: fee < 0 ? null : (kept ?? 0n) < 0n && value! > 0n ? -kept! : (kept ?? 0n),
      currency: money,
      at: moment!,
      balance: balance < 0 ? null : (left ?? null),
      raw: Object.fromEntries(
        columns.slice(0, 60).flatMap((name, index) => (cells[index] ? [[name || String(index + 1), cells[index].slice(0, 500)]] : [])),
      ),
    })
  }
  if (Object.keys(problems).length > 0) throw wrong(problems)

  // Statements run either way: the last word of a day is the one furthest down, or furthest up when the newest comes first.
  const upwards = read.length > 1 && read[0]!.at > read.at(-1)!.at
  const closings = new Map<string, Closing>()
  for (const row of upwards ? read.toReversed() : read)
    if (row.balance !== null)
      closings.set(`${dayIn(row.at, mapping.zone)} ${row.currency}`, {
        day: dayIn(row.at, mapping.zone),
        currency: row.currency,
        amount: row.balance,
      })
  return { rows: read.map(({ balance: _balance, ...row }) => row), closings: [...closings.values()] }
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value)
/** The day of a moment as the file's owner counts days. */
export function dayIn(at: Date, zone: string): string {
  const shift = (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) * 60_000
  return new Date(at.getTime() + shift).toISOString().slice(0, 10)
}

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')
/** What makes a line this line: the same again in another file is a repeat. */
export const rowDigest = (row: Row): string =>
  digestOf([row.type, row.ref, row.reference ?? '', row.amount, row.fee ?? '', row.currency, row.at.toISOString()].join('\t'))
