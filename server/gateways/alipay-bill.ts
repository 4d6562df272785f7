/** Alipay's bill of a day: a zip with two CSV files in GBK, the trades one by one and their sums. Columns are found by their names. */
import { inflateRawSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import type { ReportRow } from '../payments/index.ts'
import { beijingTime, minorOf } from './alipay-text.ts'

const mostFiles = 100
const mostFileBytes = 256 * 1024 * 1024

/** The files of a zip. Encrypted ones, other methods than stored and deflated, sizes that lie: refused. */
export function unzip(zip: Buffer): Buffer[] {
  const broken = (why: string): Error => new Error(`not a zip we can read: ${why}`)
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (end < 0 || end + 22 > zip.length) throw broken('no end')
  const count = zip.readUInt16LE(end + 10)
  if (count > mostFiles) throw broken(`${count} files`)
  let at = zip.readUInt32LE(end + 16)
  return Array.from({ length: count }, () => {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw broken('no directory')
    const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)]
    const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)]
    const local = zip.readUInt32LE(at + 42)
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
    if ((flags & 1) === 1) throw broken('encrypted')
    if (size > mostFileBytes) throw broken('too large')
    if (local + 30 > zip.length || zip.readUInt32LE(local) !== 0x04034b50) throw broken('no file')
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const bytes = zip.subarray(from, from + packed)
    if (method !== 0 && method !== 8) throw broken(`method ${method}`)
    // Never more than it says, whatever is in it.
    const file = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) })
    if (file.length !== size) throw broken('another size')
    return file
  })
}

const kinds: Record<string, ReportRow['type']> = { 交易: 'payment', 退款: 'refund' }

/** The trades of the bill in this zip, oldest first. */
export function billRows(zip: Buffer): ReportRow[] {
  const text = new TextDecoder('gbk')
  for (const file of unzip(zip)) {
    const lines = parse(text.decode(file), {
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
      skip_empty_lines: true,
    }) as string[][]
    const head = lines.findIndex(line => line.includes('支付宝交易号') && line.includes('商户订单号'))
    if (head < 0) continue
    const columns = new Map(lines[head]!.map((name, index) => [name.replace(/（元）|\(元\)/, ''), index]))
    const cell = (line: string[], name: string): string => (line[columns.get(name) ?? -1] ?? '').trim()
    return lines
      .slice(head + 1)
      .filter(line => !line[0]!.startsWith('#'))
      .map((line): ReportRow => {
        const type = kinds[cell(line, '业务类型')] ?? 'adjustment'
        const amount = minorOf(cell(line, '商家实收') || cell(line, '订单金额'))
        const fee = minorOf(cell(line, '服务费') || '0')
        const at = beijingTime(cell(line, '完成时间'))
        const trade = cell(line, '支付宝交易号')
        if (amount === undefined || fee === undefined || at === undefined)
          throw new Error(`a line of the bill cannot be read: ${line.join(',')}`)
        const request = cell(line, '退款批次号/请求号')
        const refund = type === 'refund'
        // What Alipay keeps stands below zero there, what it gives back above.
        return {
          type,
          ref: refund ? `${trade}/${request}` : trade,
          reference: refund ? request : cell(line, '商户订单号'),
          amount,
          fee: -fee,
          currency: 'CNY',
          at,
        }
      })
      .sort((a, b) => a.at.getTime() - b.at.getTime())
  }
  throw new Error('the bill has no file of trades')
}
