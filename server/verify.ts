/** `planet verify FILE`: verifies what a planet exported (a statement, a raffle), without a planet; exit 0 with a short summary, 1 naming what is wrong. */
import { readFile } from 'node:fs/promises'
import { raffleFormat } from '../shared/raffle-draw.ts'
import { print, printError } from './foundation/progress.ts'
import { verifyFile } from './ledger/verify.ts'
import { verifyRaffleFile } from './raffles/verify.ts'

/** Whether a file says of itself that it is a raffle of a planet, whatever its version. */
async function isRaffle(path: string | undefined): Promise<boolean> {
  try {
    const raw: unknown = JSON.parse(await readFile(path ?? '', 'utf8'))
    const format = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>)['format'] : undefined
    return typeof format === 'string' && format.startsWith(raffleFormat.split('/')[0]!)
  } catch {
    return false
  }
}

export async function verifyCommand(args: readonly string[]): Promise<number> {
  const lines: string[] = []
  const say = (line: string): void => void lines.push(line)
  const [path, option, against] = args
  const alone = args.length === 1 || (args.length === 3 && option === '--against')
  const code =
    path !== undefined && alone && (await isRaffle(path)) ? await verifyRaffleFile(path, against, say) : await verifyFile(args, say)
  for (const line of lines) (code === 0 ? print : printError)(line)
  return code
}
