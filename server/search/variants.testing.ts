/** Makes `variants.generated.ts`: one simplified form for each character that is written in several ways. Its test renews it with `-u`. */
import { Converter } from 'opencc-js'

/** Traditional as in Taiwan, Hong Kong and in books, then Japanese forms: the first that knows another form decides. */
const from = ['t', 'hk', 'tw', 'jp'] as const

export function makeVariants(): string {
  const converters = from.map(one => Converter({ from: one, to: 'cn' }))
  const simple = (char: string): string => {
    for (const convert of converters) {
      const other = convert(char)
      if (other !== char && [...other].length === 1) return other
    }
    return char
  }
  // What the main table gives is simplified already, whatever the tables of places make of it.
  const range = (start: number, end: number): string[] => Array.from({ length: end - start + 1 }, (_, i) => String.fromCodePoint(start + i))
  const done = new Set(
    range(0x4e00, 0x9fff)
      .map(char => [char, converters[0]!(char)])
      .filter(([char, other]) => char !== other)
      .map(([, other]) => other!),
  )
  const pairs: string[] = []
  for (const [start, end] of [
    [0x3400, 0x4dbf],
    [0x4e00, 0x9fff],
    [0xf900, 0xfaff],
  ] as const) {
    for (let code = start; code <= end; code++) {
      const char = String.fromCodePoint(code)
      if (done.has(char)) continue
      // Until nothing changes: the same form whichever of them one begins with.
      let now = char
      for (let i = 0; i < 3; i++) now = simple(now)
      if (now !== char && now.length === 1) pairs.push(char + now)
    }
  }
  return [
    '/** Made by variants.testing.ts from the tables of OpenCC (Apache-2.0): pairs of a character and the simplified one it is found by. */',
    `export const variants =\n  '${pairs.join('')}'\n`,
  ].join('\n')
}
