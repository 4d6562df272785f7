/**
 * Paper: A4 pages with Latin and Chinese text, tables whose figures stand below each other, page numbers. Letters come from Noto Sans SC as it lies in
 * node_modules; its WOFF files are turned into TTF once in memory (a WOFF would be inflated anew for every document: seconds instead of milliseconds).
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inflateSync } from 'node:zlib'
import type { Readable } from 'node:stream'
import { later } from './later.ts'

const pdfkit = later<typeof import('pdfkit')>('pdfkit')

/** An sfnt (TTF) from a WOFF 1.0 file: the same tables, inflated, each at a multiple of four bytes. */
export function ttfOf(woff: Buffer): Buffer {
  if (woff.readUInt32BE(0) !== 0x774f4646) throw new Error('not a WOFF file')
  const count = woff.readUInt16BE(12)
  const tables = Array.from({ length: count }, (_, index) => {
    const at = 44 + index * 20
    const [tag, offset, packed, size, sum] = [0, 4, 8, 12, 16].map(more => woff.readUInt32BE(at + more)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const bytes = woff.subarray(offset, offset + packed)
    return { tag, sum, body: packed < size ? inflateSync(bytes) : bytes }
  })
  const power = Math.floor(Math.log2(count))
  const head = Buffer.alloc(12 + count * 16)
  head.writeUInt32BE(woff.readUInt32BE(4), 0)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(2 ** power * 16, 6)
  head.writeUInt16BE(power, 8)
  head.writeUInt16BE(count * 16 - 2 ** power * 16, 10)
  const parts: Uint8Array[] = [head]
  let offset = head.length
  tables.forEach(({ tag, sum, body }, index) => {
    const at = 12 + index * 16
    ;[tag, sum, offset, body.length].forEach((value, place) => head.writeUInt32BE(value, at + place * 4))
    const padding = (4 - (body.length % 4)) % 4
    parts.push(body, Buffer.alloc(padding))
    offset += body.length + padding
  })
  return Buffer.concat(parts)
}

type Weight = 400 | 600
const fonts = new Map<Weight, Buffer>()
/** The Chinese file holds the Latin letters, figures and signs too. */
function font(weight: Weight): Buffer {
  const known = fonts.get(weight)
  if (known !== undefined) return known
  const file = import.meta.resolve(`@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-${weight}-normal.woff`)
  const made = ttfOf(readFileSync(fileURLToPath(file)))
  fonts.set(weight, made)
  return made
}

export type Look = { size?: number; bold?: boolean; colour?: string }
export type Cell = { text: string; align?: 'end' } & Look
/** Points from the left edge of the text to the column's left edge, and its width. */
export type Columns = readonly { x: number; width: number }[]

const margin = 48
const foot = 44

/** A document that grows downwards. `end` writes the page numbers and closes it; `stream` is what to send. */
export class Paper {
  readonly #doc: PDFKit.PDFDocument
  readonly width: number
  y = margin

  constructor(options: { title: string; author: string; at: Date; compress?: boolean }) {
    this.#doc = new (pdfkit())({
      size: 'A4',
      margin: 0,
      bufferPages: true,
      compress: options.compress ?? true,
      lang: 'zh',
      info: { Title: options.title, Author: options.author, CreationDate: options.at },
      font: undefined as unknown as string,
    })
    this.width = this.#doc.page.width - 2 * margin
    for (const weight of [400, 600] as const) this.#doc.registerFont(String(weight), font(weight))
  }

  get stream(): Readable {
    return this.#doc as unknown as Readable
  }

  #measure(text: string, { size = 9, bold = false }: Look): number {
    return this.#doc
      .font(bold ? '600' : '400')
      .fontSize(size)
      .widthOfString(text)
  }

  /** One line at this place, cut with … where it does not fit. */
  #line(text: string, x: number, y: number, width: number, look: Look & { align?: 'end' }): void {
    const { size = 9, bold = false, colour = '#1b1a2b' } = look
    let shown = text.replace(/\p{Cc}/gu, ' ')
    // A sign is never wider than its size: what is short enough need not be measured.
    if (shown.length * size > width && this.#measure(shown, look) > width) {
      const signs = [...shown]
      while (signs.length > 1 && this.#measure(`${signs.join('')}…`, look) > width)
        signs.length -= Math.max(1, Math.floor(signs.length / 20))
      shown = `${signs.join('')}…`
    }
    const at = look.align === 'end' ? x + width - this.#measure(shown, look) : x
    this.#doc
      .font(bold ? '600' : '400')
      .fontSize(size)
      .fillColor(colour)
      .text(shown, margin + at, y, { lineBreak: false })
  }

  /** Begins a new page unless so many points are left on this one. True when it did. */
  room(height: number): boolean {
    if (this.y + height <= this.#doc.page.height - margin - foot) return false
    this.#doc.addPage()
    this.y = margin
    return true
  }

  space(height: number): void {
    this.y += height
  }

  /** A page of its own for what follows, unless this one is still empty. */
  page(): void {
    if (this.y === margin) return
    this.#doc.addPage()
    this.y = margin
  }

  /** A shape of `units` units a side (a QR code), drawn so wide, its left edge `x` points from the text's. Grows downwards like all else. */
  shape(path: string, units: number, x: number, width: number): void {
    this.room(width)
    this.#doc
      .save()
      .translate(margin + x, this.y)
      .scale(width / units)
      .path(path)
      .fill('#000000')
      .restore()
    this.y += width
  }

  /** Text that wraps: between words, and anywhere in Chinese. */
  text(text: string, look: Look = {}): void {
    const { size = 9 } = look
    const words = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*|\s+/gu) ?? []
    let line = ''
    const flush = (): void => {
      this.room(size * 1.5)
      this.#line(line.trimEnd(), 0, this.y, this.width + 1, look)
      this.y += size * 1.5
      line = ''
    }
    for (const word of words) {
      if (line !== '' && this.#measure(line + word.trimEnd(), look) > this.width) flush()
      line += word
    }
    if (line !== '') flush()
  }

  /** A row of a table. */
  row(columns: Columns, cells: readonly (Cell | null)[], options: { rule?: boolean; height?: number } = {}): void {
    const height = options.height ?? 15
    cells.forEach((cell, index) => {
      const column = columns[index]
      if (cell !== null && column !== undefined) this.#line(cell.text, column.x, this.y, column.width, cell)
    })
    this.y += height
    if (options.rule === true) this.rule()
  }

  rule(colour = '#d5d3e0'): void {
    this.#doc
      .moveTo(margin, this.y - 3)
      .lineTo(margin + this.width, this.y - 3)
      .lineWidth(0.6)
      .strokeColor(colour)
      .stroke()
    this.y += 3
  }

  /** `footer` gives what stands at the foot of each page, left and right. */
  end(footer: (page: number, pages: number) => [string, string]): Readable {
    const { start, count } = this.#doc.bufferedPageRange()
    for (let index = 0; index < count; index++) {
      this.#doc.switchToPage(start + index)
      const [left, right] = footer(index + 1, count)
      const y = this.#doc.page.height - margin - 10
      this.#line(left, 0, y, this.width - 90, { size: 7.5, colour: '#6b6980' })
      this.#line(right, this.width - 80, y, 80, { size: 7.5, colour: '#6b6980', align: 'end' })
    }
    this.#doc.end()
    return this.stream
  }
}
