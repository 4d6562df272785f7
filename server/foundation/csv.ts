/** The one writer of tables for spreadsheets. Text that a spreadsheet would run as a formula is disarmed (trap 43). */
import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'

/** A number as text, e.g. `-12.67`: written as it is. */
export class Decimal {
  readonly text: string
  constructor(text: string) {
    if (!/^-?\d+(\.\d+)?$/.test(text)) throw new RangeError(`not a number: ${text}`)
    this.text = text
  }
}
export type Cell = string | number | bigint | Decimal | Date | null

/** Spreadsheets take a text that begins so, also after blanks and quotes or in full width, for a formula; a quote mark in front makes it text. */
const formula = /^[\s'"\u00a0\u3000\ufeff]*[=+\-@|%\t\r\uff1d\uff0b\uff0d\uff20\u2212]/
export const disarm = (text: string): string => (formula.test(text) ? `'${text}` : text)

const cellText = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'string') return disarm(cell)
  if (cell instanceof Date) return cell.toISOString()
  if (cell instanceof Decimal) return cell.text
  return String(cell)
}

/** UTF-8 CSV with a byte order mark (Excel needs it for Chinese) and CRLF, as a stream that reads `rows` only as fast as it is read itself. */
export function csv(head: readonly string[], rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>): Readable {
  async function* lines(): AsyncGenerator<string[]> {
    yield head.map(disarm)
    for await (const row of rows) yield row.map(cellText)
  }
  const source = Readable.from(lines())
  const writer = stringify({ bom: true, record_delimiter: 'windows' })
  source.on('error', error => writer.destroy(error))
  writer.on('close', () => source.destroy())
  return source.pipe(writer)
}
