/** `planet audit`: proves the books and says so check by check; exit 0 when all hold, 1 naming what does not. */
import { allChecks, audit, thoroughChecks } from './console/index.ts'
import type { Config } from './foundation/config.ts'
import { print, printError } from './foundation/progress.ts'
import { openHome } from './home.ts'

/** Everything ever posted is read (some minutes on a grown planet); `--quick` leaves that to the night. */
export async function auditCommand(config: Config, args: readonly string[]): Promise<number> {
  const home = await openHome(config)
  try {
    const results = await audit(home.db, args.includes('--quick') ? allChecks : thoroughChecks)
    const broken = results.filter(result => !result.ok)
    if (args.includes('--json')) print(JSON.stringify({ ok: broken.length === 0, checks: results }))
    else for (const { name, meaning, ok, milliseconds } of results) print(`${ok ? '✓' : '✗'} ${name}: ${meaning} (${milliseconds} ms)`)
    for (const { name, findings } of broken) for (const finding of findings) printError(`${name}: ${finding}`)
    if (!args.includes('--json'))
      print(
        broken.length === 0
          ? `The books are whole: ${results.length} checks.`
          : `${broken.length} of ${results.length} checks found something wrong.`,
      )
    return broken.length === 0 ? 0 : 1
  } finally {
    await home.close()
  }
}
