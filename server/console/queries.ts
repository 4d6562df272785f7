/** What a check asks the database, in words of SQL: overheard, so that no room has to say it twice. For the console and docs/checks.md. */
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely'
import type { Database, Read } from '../foundation/db.ts'

/**
 * A statement about the data that must always be true. `run` names each place where it is not; an empty list is good news. `query`: what it asks the
 * database; where a room does not say, it is overheard.
 */
export type Check = { name: string; meaning: string; query?: string; run: (db: Read) => Promise<string[]> }

const most = 6

/** A database that answers each question with one row in which everything is 1, notes it down, and ends after some. */
class Listener extends DummyDriver {
  readonly heard: string[] = []
  override acquireConnection(): Promise<DatabaseConnection> {
    const { heard } = this
    const row: unknown = new Proxy({}, { get: () => 1n })
    return Promise.resolve({
      executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
        if (!heard.includes(query.sql)) heard.push(query.sql)
        else if (heard.length > 1) return Promise.reject(new Error('heard enough'))
        return heard.length > most ? Promise.reject(new Error('heard enough')) : Promise.resolve({ rows: [row as R] })
      },
      streamQuery: () => {
        throw new Error('nothing to stream')
      },
    } as DatabaseConnection)
  }
}

/** Without the indentation of the file it stands in. */
function straight(text: string): string {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  const indent = Math.min(...lines.slice(1).map(line => line.length - line.trimStart().length), 100)
  return lines
    .map((line, index) =>
      index === 0 && !line.startsWith(' ') ? line : line.slice(Math.min(indent, line.length - line.trimStart().length)),
    )
    .join('\n')
}

const known = new Map<string, string>()

export async function queriesOf(check: Check): Promise<string> {
  if (check.query !== undefined) return check.query
  const before = known.get(check.name)
  if (before !== undefined) return before
  const driver = new Listener()
  const listener: Read = new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  try {
    await check.run(listener)
  } catch {
    // What it did with such answers is its own matter; its questions were heard.
  }
  const text = driver.heard.map(straight).join(';\n\n')
  known.set(check.name, text)
  return text
}

/** docs/checks.md, from the checks themselves. */
export async function describeChecks(checks: readonly Check[]): Promise<string> {
  const parts = [
    '# What always holds',
    '',
    `${checks.length} checks over all rooms run every night and by \`planet audit\` (\`--only NAME\` for one, \`--quick\` leaves out what reads everything ever posted). Each names`,
    'every place where its statement is not true; none of them changes anything. The console shows what earlier runs found.',
    '',
    'This page is made from the checks: `npx vitest run --project unit server/checks.test.ts -u` writes it anew.',
    '',
  ]
  for (const check of checks) {
    parts.push(`## ${check.name}`, '', check.meaning, '', '```sql', await queriesOf(check), '```', '')
  }
  return parts.join('\n')
}
