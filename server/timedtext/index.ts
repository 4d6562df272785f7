/** The door of timedtext. */
import { decodeText as decode, parseTimed as parse, type TimedText } from '../../shared/timedtext/index.ts'

export { formats, languageOf, settle, TimedFault, timingOf, wholeLines, writeTimed } from '../../shared/timedtext/index.ts'
export type { TimedFormat, TimedLine, TimedTags, TimedText, TimedWord, Timing } from '../../shared/timedtext/index.ts'

/** The text of a words file, in whatever encoding it is. */
export const decodeText = (bytes: Uint8Array): string => decode(bytes, TextDecoder)

/** Reads words of any format from text or a file's bytes. `hint`: the file's ending, where it is known. Throws TimedFault. */
export const parseTimed = (source: string | Uint8Array, hint?: string, strict = false): TimedText =>
  parse(typeof source === 'string' ? source : decodeText(source), hint, strict)
