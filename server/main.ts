/** The commands of a planet (contract: `npm start`, `npx planet …`). Each opens what it needs, says what it does, and exits 0, or 1 with one sentence. */
import { ConfigError, readConfig, type Config } from './foundation/config.ts'
import { Fault } from '../shared/faults.ts'
import { confirm, print, printError } from './foundation/progress.ts'

/** `offline`: needs no planet, and makes none. */
type Command = { about: string } & (
  | { run: (config: Config, args: string[]) => Promise<number> }
  | { offline: (args: string[]) => Promise<number> }
)
const commands: Record<string, Command> = {
  start: {
    about: 'everything set up, server and jobs in one process; an empty planet gets the demo world',
    run: async config => (await import('./serve.ts')).serve(config, { web: 'built', work: true, demo: config.demo }),
  },
  dev: {
    about: 'the same with live reload',
    run: async config => (await import('./serve.ts')).serve({ ...config, dev: true }, { web: 'dev', work: true, demo: config.demo }),
  },
  serve: {
    about: 'production server, without the demo world',
    run: async (config, args) =>
      (await import('./serve.ts')).serve(config, { web: 'built', work: !args.includes('--no-work'), demo: false }),
  },
  work: { about: 'background jobs only', run: async config => (await import('./serve.ts')).work(config) },
  migrate: {
    about: 'brings the database up to date',
    run: async config => {
      const { openHome } = await import('./home.ts')
      const home = await openHome(config)
      await home.close()
      print('The database is up to date.')
      return 0
    },
  },
  import: {
    about: 'brings in a folder of music: planet import FOLDER [--as PAGE] [--json] [--render] [--no-process] [--watch]',
    run: async (config, args) => (await import('./import.ts')).importCommand(config, args),
  },
  operator: {
    about: 'makes a person staff: planet operator EMAIL [--role operator|finance|reviewer]',
    run: async (config, args) => (await import('./staff.ts')).staffCommand(config, args),
  },
  audit: {
    about: 'proves the books; exit 1 naming what is wrong (--all, --quick, --only NAME, --json)',
    run: async (config, args) => (await import('./audit.ts')).auditCommand(config, args),
  },
  backup: {
    about: 'everything in one file, while it runs or not: planet backup FILE',
    run: async (config, args) => (await import('./backup.ts')).backupCommand(config, args),
  },
  restore: {
    about: 'this planet becomes the one in the file (asks; --yes for scripts): planet restore FILE',
    run: async (config, args) => (await import('./backup.ts')).restoreCommand(config, args),
  },
  export: {
    about: 'everything a person owns as one zip: planet export PERSON [FILE] [--no-music] [--json]',
    run: async (config, args) => (await import('./export.ts')).exportCommand(config, args),
  },
  verify: {
    about: 'verifies an exported statement or raffle.json, offline: planet verify FILE [--against SAVED EARLIER] [--key HEX]',
    offline: async args => (await import('./verify.ts')).verifyCommand(args),
  },
  schema: {
    about: 'writes schema.sql and the row types from the migrations',
    run: async () => {
      await (await import('./schema.ts')).writeSchema()
      return 0
    },
  },
  reset: {
    about: 'removes all state of this planet: people, music, money, files (asks; --yes for scripts)',
    run: async (config, args) => {
      if (
        !args.includes('--yes') &&
        !(await confirm(`This removes everything in ${config.databaseUrl ?? config.home}: people, music, orders and books. Go on?`))
      ) {
        printError('Nothing was removed. Say --yes to remove everything.')
        return 1
      }
      await (await import('./serve.ts')).reset(config)
      print('The planet is empty.')
      return 0
    },
  },
}

async function main(): Promise<number> {
  const [name = 'help', ...args] = process.argv.slice(2)
  const command = commands[name]
  if (command === undefined) {
    const help = name === 'help' || name === '--help' || name === '-h'
    const lines = Object.entries(commands).map(([key, { about }]) => `  ${key.padEnd(9)} ${about}`)
    ;(help ? print : printError)(`${help ? 'planet COMMAND' : `There is no command "${name}".`}\n${lines.join('\n')}`)
    return help ? 0 : 1
  }
  return 'offline' in command ? command.offline(args) : command.run(readConfig(), args)
}

let code = 1
try {
  code = await main()
} catch (error) {
  if (error instanceof ConfigError || error instanceof Fault) printError(error.message)
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    printError(`Port ${(error as unknown as { port: number }).port} is in use; set PORT to another one.`)
  else printError(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
// All is closed by now; a handle that a library forgot must not keep the process.
process.exit(code)
