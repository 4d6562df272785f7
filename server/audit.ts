/** `planet audit`: proves the books and says so check by check; exit 0 when all hold, 1 naming what does not. */
import { allChecks, audit, runChecks, thoroughChecks } from './console/index.ts'
import type { Config } from './foundation/config.ts'
import { print, printError } from './foundation/progress.ts'
import { openHome } from './home.ts'

/**
 * All checks (`--all` says the same): everything ever posted is read, some minutes on a grown planet. `--quick` leaves that to the night; `--only NAME`
 * (of a check or a room, also several times) runs those and keeps no record of the run.
 */
export async function auditCommand(config: Config, args: readonly string[]): Promise<number> {
  const only = args.flatMap((arg, index) => (args[index - 1] === '--only' ? [arg] : []))
  const chosen = thoroughChecks.filter(({ name }) => only.includes(name) || only.includes(name.split('.')[0]!))
  const unknown = only.filter(one => !thoroughChecks.some(({ name }) => name === one || name.startsWith(`${one}.`)))
  if (unknown.length > 0 || (args.includes('--only') && only.length === 0)) {
    printError(`No such check: ${unknown.join(', ') || '(none named)'}. There are: ${thoroughChecks.map(({ name }) => name).join(', ')}`)
    return 2
  }
  const home = await openHome(config)
  try {
    const results =
      only.length > 0 ? await runChecks(home.db.read, chosen) : await audit(home.db, args.includes('--quick') ? allChecks : thoroughChecks)
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
