/** `npm run schema`: migrates a throw-away database and writes schema.sql and the row types. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from './foundation/migrate.ts'
import { startPostgres } from './foundation/postgres.ts'
import { readSchema } from './foundation/schema.ts'

export async function writeSchema(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'planet-schema-'))
  const postgres = await startPostgres({ home, throwAway: true })
  try {
    await migrate(postgres.url)
    const { sql, rows } = await readSchema(postgres.url)
    writeFileSync(join(import.meta.dirname, '../schema.sql'), sql)
    writeFileSync(join(import.meta.dirname, 'foundation/rows.generated.ts'), rows)
  } finally {
    await postgres.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

if (import.meta.main) await writeSchema()
