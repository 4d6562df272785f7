/** What a proposal changes, line beside line. Pure. */

export type DiffLine = { startMs: number; endMs: number; text: string; words: readonly { text: string; startMs: number; endMs: number }[] }
export type DiffRow = {
  what: 'same' | 'text' | 'time' | 'added' | 'removed'
  before: DiffLine | null
  after: DiffLine | null
  /** The line of the words a translation stands beside. */
  of?: string
}

const sameTimes = (a: DiffLine, b: DiffLine): boolean =>
  Math.abs(a.startMs - b.startMs) < 5 &&
  a.words.length === b.words.length &&
  a.words.every((word, i) => Math.abs(word.startMs - b.words[i]!.startMs) < 5)

/** Longest run of equal texts through both, as pairs of indices. */
function common(before: readonly string[], after: readonly string[]): [number, number][] {
  // Equal beginnings and ends are most of it: what is between is small.
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++
  const a = before.slice(head, before.length - tail)
  const b = after.slice(head, after.length - tail)
  const pairs: [number, number][] = Array.from({ length: head }, (_, i) => [i, i])
  if (a.length * b.length <= 4_000_000) {
    const longest = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
    for (let i = a.length - 1; i >= 0; i--)
      for (let j = b.length - 1; j >= 0; j--)
        longest[i]![j] = a[i] === b[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!)
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] === b[j]) pairs.push([head + i++, head + j++])
      else if (longest[i + 1]![j]! >= longest[i]![j + 1]!) i++
      else j++
    }
  }
  for (let i = tail; i > 0; i--) pairs.push([before.length - i, after.length - i])
  return pairs
}

/** Rows in order; a line that was put in the place of another stands beside it. */
export function diffLines(before: readonly DiffLine[], after: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = []
  let [i, j] = [0, 0]
  const between = (toI: number, toJ: number): void => {
    while (i < toI && j < toJ) rows.push({ what: 'text', before: before[i++]!, after: after[j++]! })
    while (i < toI) rows.push({ what: 'removed', before: before[i++]!, after: null })
    while (j < toJ) rows.push({ what: 'added', before: null, after: after[j++]! })
  }
  for (const [a, b] of common(
    before.map(line => line.text),
    after.map(line => line.text),
  )) {
    between(a, b)
    const [was, is] = [before[i++]!, after[j++]!]
    rows.push({ what: sameTimes(was, is) ? 'same' : 'time', before: was, after: is })
  }
  between(before.length, after.length)
  return rows
}

/** Parts of a line that the other does not have: for marking. */
export function diffText(before: string, after: string): { text: string; changed: boolean }[] {
  let head = 0
  const [a, b] = [[...before], [...after]]
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  return [
    { text: b.slice(0, head).join(''), changed: false },
    { text: b.slice(head, b.length - tail).join(''), changed: true },
    { text: b.slice(b.length - tail).join(''), changed: false },
  ].filter(part => part.text !== '')
}
