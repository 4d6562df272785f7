/** For tests: the text of a PDF that foundation/pdf.ts made, line by line, page by page, read from its bytes. */
import { inflateSync } from 'node:zlib'

type Piece = { page: number; x: number; y: number; text: string }

function streamsOf(pdf: Buffer): Map<number, { head: string; body: string }> {
  const text = pdf.toString('latin1')
  const out = new Map<number, { head: string; body: string }>()
  for (const found of text.matchAll(/(?:^|\n)(\d+) 0 obj\n(<<[\s\S]*?>>)\n(stream\n|endobj)/g)) {
    const head = found[2]!
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0)
    const start = found.index + found[0].length
    const bytes = pdf.subarray(start, start + (found[3] === 'endobj' ? 0 : length))
    out.set(Number(found[1]), { head, body: (/FlateDecode/.test(head) ? inflateSync(bytes) : bytes).toString('latin1') })
  }
  return out
}

/** From the numbers of glyphs to text. */
function glyphs(map: string): Map<string, string> {
  const out = new Map<string, string>()
  const sign = (hex: string): string => Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le')
  for (const range of map.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi)) {
    const first = parseInt(range[1]!, 16)
    ;[...range[3]!.matchAll(/<([0-9a-f ]*)>/gi)].forEach((one, index) =>
      out.set((first + index).toString(16).padStart(4, '0'), sign(one[1]!)),
    )
  }
  return out
}

/** Lines of each page, the pieces of a line from left to right. */
export function pdfLines(pdf: Buffer): string[][][] {
  const objects = streamsOf(pdf)
  const fonts = new Map<string, Map<string, string>>()
  for (const { head } of objects.values())
    for (const [, name, ref] of head.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(Number(ref))?.head ?? '')?.[1]
      if (map !== undefined) fonts.set(name!, glyphs(objects.get(Number(map))!.body))
    }
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\b(?!s)/.test(head))
  return pages.map((page, index) => {
    const content = objects.get(Number(/\/Contents (\d+) 0 R/.exec(page.head)![1]))!.body
    const pieces: Piece[] = []
    for (const block of content.matchAll(/BT\n([\s\S]*?)ET/g)) {
      const place = /1 0 0 1 ([\d.-]+) ([\d.-]+) Tm/.exec(block[1]!)!
      const font = fonts.get(/\/(F\d+) /.exec(block[1]!)![1]!)!
      const codes = [...block[1]!.matchAll(/<([0-9a-f]+)>/gi)].flatMap(one => one[1]!.match(/.{4}/g) ?? [])
      pieces.push({
        page: index,
        x: Number(place[1]),
        y: Number(place[2]),
        text: codes.map(code => font.get(code.toLowerCase()) ?? '?').join(''),
      })
    }
    const lines = new Map<number, Piece[]>()
    for (const piece of pieces) lines.set(Math.round(piece.y), [...(lines.get(Math.round(piece.y)) ?? []), piece])
    return [...lines].sort(([a], [b]) => b - a).map(([, line]) => line.sort((a, b) => a.x - b.x).map(piece => piece.text))
  })
}
