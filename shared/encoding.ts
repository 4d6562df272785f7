/** The encoding of text files that people bring. Pure and without packages, for both sides. */

/** The platform's TextDecoder. */
export type Decoder = new (label: string) => { decode(bytes: Uint8Array): string }

/** Enough to tell text from what is none. */
const headBytes = 400

/** Whether nearly all that is not plain ASCII was understood: a file that was cut within a sign is still what it is. */
function isGood(text: string): boolean {
  const signs = text.match(/[^\0-\x7f]/g)?.length ?? 0
  const unknown = text.match(/\ufffd/g)?.length ?? 0
  return unknown === 0 || unknown * 4 <= signs
}

/**
 * The text in these bytes: UTF-16 by its mark or by its zeros, UTF-8, GB 18030 (as programs in China write, GBK within it), else Windows-1252, which takes
 * all. Without its mark. Null: these bytes are no text.
 */
export function textIn(bytes: Uint8Array, Decoder: Decoder): string | null {
  const as = (encoding: string): string => new Decoder(encoding).decode(bytes)
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return as('utf-16le')
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return as('utf-16be')
  const head = bytes.subarray(0, headBytes)
  const zeros = (odd: number): number => head.reduce((sum, byte, i) => sum + (byte === 0 && i % 2 === odd ? 1 : 0), 0)
  if (zeros(1) * 4 > head.length) return as('utf-16le')
  if (zeros(0) * 4 > head.length) return as('utf-16be')
  if (zeros(0) + zeros(1) > 0) return null
  for (const encoding of ['utf-8', 'gb18030']) {
    const text = as(encoding)
    if (isGood(text)) return text
  }
  return as('windows-1252')
}
