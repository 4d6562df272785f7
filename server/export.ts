/** `planet export PERSON [FILE] [--no-music] [--json]`: everything a person owns as one zip, with the server running or not. */
import { createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { clock } from './foundation/clock.ts'
import { ConfigError, type Config } from './foundation/config.ts'
import { print } from './foundation/progress.ts'
import { fileName, zipStream } from './foundation/zip.ts'
import { openHome } from './home.ts'
import { everythingOf, viewerFor } from './immigration/index.ts'
import { findPersonByEmail, partyNames } from './people/index.ts'

const usage = 'Say whose: planet export PERSON [FILE] [--no-music] [--json], where PERSON is an e-mail address or an id (usr_…).'

export async function exportCommand(config: Config, args: string[]): Promise<number> {
  let parsed
  try {
    parsed = parseArgs({ args, allowPositionals: true, options: { 'no-music': { type: 'boolean' }, json: { type: 'boolean' } } })
  } catch {
    throw new ConfigError(usage)
  }
  const [who, to] = parsed.positionals
  if (who === undefined || parsed.positionals.length > 2) throw new ConfigError(usage)
  const home = await openHome(config)
  try {
    const person = who.includes('@') ? (await findPersonByEmail(home.db.read, who))?.id : who
    const name = person === undefined ? undefined : (await partyNames(home.db.read, [person])).get(person)
    if (person === undefined || name === undefined) throw new ConfigError(`There is nobody "${who}" on this planet.`)
    const file = to ?? `planet-${fileName(name, 'archive')}-${clock.now().toISOString().slice(0, 10)}.zip`
    const files = await everythingOf(
      { read: home.db.read, viewer: { ...viewerFor(person), name } },
      { url: config.url, music: parsed.values['no-music'] !== true },
    )
    try {
      await pipeline(zipStream(files), createWriteStream(`${file}.part`))
      await rename(`${file}.part`, file)
    } finally {
      await rm(`${file}.part`, { force: true })
    }
    const { size } = await stat(file)
    print(
      parsed.values.json === true
        ? JSON.stringify({ file, files: files.length, bytes: size })
        : `${file}: ${files.length} files, ${size} bytes.`,
    )
    return 0
  } finally {
    await home.close()
  }
}
