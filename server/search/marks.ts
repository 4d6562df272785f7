/** Which letters of a name were found. Pure. */
import { editsOf, distance } from './typos.ts'
import { latinOf, saidOf, soundOf, unitsOf, type Piece, type Unit } from './words.ts'

/** From and to of each part, one after the other: [0, 2, 5, 7]. */
export type Marks = number[]

type Way = (unit: Unit) => string
const asSaid: Way = unit => (unit.kind === 'han' ? soundOf(unit.text) : unit.kind === 'kana' ? latinOf(unit.text) : unit.text)
const asWritten: Way = unit => unit.text
const asInitials: Way = unit => asSaid(unit).slice(0, 1)

/** Where `wanted` ends when it is read from unit `from` on; undefined when it does not stand there. */
function readFrom(units: readonly Unit[], from: number, wanted: string, way: Way): { units: number; letters: number } | undefined {
  let rest = wanted
  for (let i = from; i < units.length; i++) {
    const text = way(units[i]!)
    if (text === '') return undefined
    if (rest.startsWith(text)) rest = rest.slice(text.length)
    else if (text.startsWith(rest) && way !== asInitials)
      return { units: i - from, letters: way === asWritten || units[i]!.kind === 'word' ? rest.length : 0 }
    else return undefined
    if (rest === '') return { units: i - from + 1, letters: 0 }
  }
  return undefined
}

/** What of a name answers to the pieces: as written, else as said, else by its initials, else nearly. */
export function marksOf(name: string, pieces: readonly Piece[], near = false): Marks {
  const units = unitsOf(name)
  const spans: [number, number][] = []
  const mark = (from: number, found: { units: number; letters: number }): void => {
    const start = units[from]!.at[0]!
    const last = units[from + found.units]
    spans.push([
      start,
      found.letters > 0 && last !== undefined ? (last.at[found.letters] ?? last.end) : units[from + Math.max(1, found.units) - 1]!.end,
    ])
  }
  for (const piece of pieces) {
    const tries: [string, Way][] = [
      [piece.text, asWritten],
      [saidOf(piece), asSaid],
      ...(piece.han || piece.text.length < 2 ? [] : ([[piece.text, asInitials]] as [string, Way][])),
    ]
    const before = spans.length
    for (const [text, way] of tries) {
      for (let i = 0; i < units.length; i++) {
        const found = readFrom(units, i, text, way)
        if (found !== undefined && (way !== asInitials || units[i]!.kind === 'han' || i === 0)) {
          mark(i, found)
          if (way !== asWritten || piece.text.length > 1) break
        }
      }
      if (spans.length > before) break
    }
    if (spans.length > before || !near) continue
    const edits = editsOf(piece.text.length)
    units.forEach((unit, i) => {
      if (!piece.han && edits > 0 && distance(piece.text, asSaid(unit), edits) <= edits) mark(i, { units: 1, letters: 0 })
      if (piece.han && unit.kind === 'han' && piece.text.includes(unit.text)) mark(i, { units: 1, letters: 0 })
    })
  }
  return joined(spans)
}

/** In order, those that touch as one. */
export function joined(spans: readonly (readonly [number, number])[]): Marks {
  const marks: Marks = []
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (marks.length > 0 && from <= marks.at(-1)!) marks[marks.length - 1] = Math.max(marks.at(-1)!, to)
    else if (to > from) marks.push(from, to)
  }
  return marks
}
