/** `planet operator EMAIL`: makes someone who signed up an operator of this planet (or, with `--role`, finance or reviewer). */
import { ConfigError, type Config } from './foundation/config.ts'
import { print } from './foundation/progress.ts'
import { openHome } from './home.ts'
import { appointStaff, findPersonByEmail } from './people/index.ts'

const roles = ['operator', 'finance', 'reviewer'] as const

export async function staffCommand(config: Config, args: readonly string[]): Promise<number> {
  const email = args.find(arg => arg.includes('@'))
  const wanted = args.includes('--role') ? args[args.indexOf('--role') + 1] : 'operator'
  const role = roles.find(one => one === wanted)
  if (email === undefined || role === undefined)
    throw new ConfigError('Say whom: planet operator EMAIL [--role operator|finance|reviewer].')
  const home = await openHome(config)
  try {
    const found = await findPersonByEmail(home.db.read, email)
    if (found === undefined) throw new ConfigError(`Nobody signed up as ${email}.`)
    await home.db.transaction(tx => appointStaff(tx, found.id, [role]))
    print(`${email} is ${role} now.`)
    return 0
  } finally {
    await home.close()
  }
}
