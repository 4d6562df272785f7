import type { Words } from '../../shared/words/index.ts'
import { decodeText, parseTimed, TimedFault, type TimedText } from '../../shared/timedtext/index.ts'

/** What is wrong with words, as one sentence with its line. */
export const faultOfFile = (t: Words, error: TimedFault): string =>
  t.lyrics.unreadable(t.lyrics.problemsOfFile[error.problem] ?? error.problem, error.line)

/** The words in a file of the device, or why they cannot be read. */
export async function readFile(t: Words, file: File): Promise<TimedText | string> {
  try {
    if (file.size > 4 * 1024 * 1024) throw new TimedFault('too_large')
    const text = decodeText(new Uint8Array(await file.arrayBuffer()), TextDecoder)
    const found = parseTimed(text, /\.([a-z]+)$/i.exec(file.name)?.[1]?.toLowerCase(), true)
    if (found.lines.length === 0) throw new TimedFault('no_lines')
    return found
  } catch (error) {
    if (error instanceof TimedFault) return faultOfFile(t, error)
    throw error
  }
}
