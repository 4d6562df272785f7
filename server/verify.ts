/** `planet verify FILE`: verifies what a planet exported, without a planet; exit 0 with a short summary, 1 naming what is wrong. */
import { print, printError } from './foundation/progress.ts'
import { verifyFile } from './ledger/verify.ts'

export async function verifyCommand(args: readonly string[]): Promise<number> {
  const lines: string[] = []
  const code = await verifyFile(args, line => lines.push(line))
  for (const line of lines) (code === 0 ? print : printError)(line)
  return code
}
