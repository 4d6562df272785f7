/** docs/subsonic.md: what is answered, by whom it was asked and which test does so; written from the code, so that it cannot go stale (`-u` renews it). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SubsonicAPI from 'subsonic-api'
import { expect, test } from 'vitest'
import { calls } from './index.ts'
import { extensions } from './housekeeping.ts'
import { answers } from './schema.testing.ts'
import { limits } from './transcodes.ts'

const here = import.meta.dirname
const read = (path: string): string => readFileSync(join(here, path), 'utf8')
const tests = [
  ...readdirSync(here)
    .filter(file => file.endsWith('.test.ts') && file !== 'docs.test.ts')
    .map(file => ({ file: `server/subsonic/${file}`, text: read(file) })),
  { file: 'e2e/subsonic-player.test.ts', text: read('../../e2e/subsonic-player.test.ts') },
]
const version = (name: string): string => (JSON.parse(read(`../../node_modules/${name}/package.json`)) as { version: string }).version
/** What the story of e2e/subsonic-player.test.ts waits for. */
const strawberry = new Set(['getAlbumList2', 'getAlbum', 'getCoverArt', 'stream', 'scrobble'])

/** A table of Markdown as the formatter has it. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(3, ...rows.map(row => row[i]!.length)))
  const line = (cells: readonly string[]): string => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  return [line(rows[0]!), line(widths.map(width => '-'.repeat(width))), ...rows.slice(1).map(line)].join('\n')
}

test('docs/subsonic.md is as the code is', async () => {
  const client = read('client.test.ts')
  const story = tests.at(-1)!.text
  for (const name of strawberry) expect([name, story.includes(name)]).toEqual([name, true])
  const rows = Object.entries(calls)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, call]) => {
      const named = new RegExp(`['".\`]${name}['"(.\`]|\\b${name}:`)
      const by = tests.filter(({ text }) => named.test(text)).map(({ file }) => `\`${file.split('/').at(-1)!.replace('.test.ts', '')}\``)
      const npm = new RegExp(`api\\.${name}\\(|'${name}'`).test(client)
      const native = name in SubsonicAPI.prototype
      const needs = 'open' in call ? 'nothing' : (call.scope ?? 'any key')
      expect([name, by.length > 0]).toEqual([name, true])
      const schema = name in answers ? 'JSON, XML' : 'bytes'
      return [name, needs, schema, npm ? (native ? 'yes' : 'by hand') : '', strawberry.has(name) ? 'yes' : '', by.join(' ')]
    })
  const text = `# Apps that speak Subsonic

The planet answers the OpenSubsonic API (1.16.1) at \`/rest/\`, so players people already use can play it. This file is written by
\`server/subsonic/docs.test.ts\` from the code and the tests; \`vitest run --project unit server/subsonic/docs.test.ts -u\` renews it.

## Setting up

Every app gets a key of its own on the page **/apps**; the password of the account opens nothing here.

${table([
  ['field', 'what to enter'],
  ['server', "the planet's address, such as `https://planet.example` (no `/rest` at its end)"],
  ['user name', "the e-mail address one signs in with, or the handle of one's own page"],
  ['password', 'the app key, as it was shown once (`plk_…`); apps that know API keys want the key alone and no user name'],
])}

- **Symfonium**: Settings → Media providers → Add → Subsonic / OpenSubsonic. It syncs by \`search3\` with an empty query, 500 songs a page.
- **Feishin**: server type OpenSubsonic (Subsonic in older versions).
- **play:Sub**: Settings → Server → Add.
- **Strawberry**: Tools → Settings → Subsonic; authentication "MD5 token"; tick "Server-side scrobbling".
- **ListenBrainz submitters**: the planet's address as API address, the app key (with the right to report) as token.

A key may listen, change the library, report plays, or any of these; it is revoked on the same page, and the app is cut off within a second, also in the
middle of a song.

## What is sent

\`stream\` sends the file as it came unless \`format\` or \`maxBitRate\` ask for something else: then a rendition that is ready (AAC 128 or 256 kb/s) where it fits,
else MP3, Opus (in Ogg) or AAC made for this listener, from \`timeOffset\` on. At most ${limits.perPerson} songs are converted for one person at a time; whoever
asks for more is answered 429 with \`Retry-After\`. Songs that may be heard as a preview only are in no list, and asking for one is refused with 50: a preview is never
passed off as the song. Music that is for sale but free to hear is told and sent as its best rendition (AAC 256) to those who did not buy it, and \`download\` is refused
with 50: its file is what people buy. Covers are JPEG, or WebP where the app says that it can; what has no picture shows its own planet.

Extensions: ${extensions.map(({ name, versions }) => `\`${name}\` ${versions.join(', ')}`).join(' · ')}.

## Refusals

HTTP 200 with the protocol's number, in the format that was asked for: 10 a parameter is missing or cannot be one · 20, 30 another major version of the protocol ·
40 wrong user or app key · 43 contradictory ways of signing in, or one given twice · 44 wrong API key · 50 not with this key, or not for this person · 70 not found ·
0 everything else. 404 for calls that do not exist, 429 with \`Retry-After\` for too many wrong tries and too many conversions.

## Calls, clients, tests

"Schemas": every answer is checked against ours for JSON (zod, strict) and XML (XSD), and both must say the same. "subsonic-api" is the npm client (${version('subsonic-api')}),
driven over HTTP by key and form and by name, token and salt. "Strawberry" is Debian's player (seen with 1.0.14), driven headless: it syncs, searches, streams and scrobbles.

${table([['call', 'the key must be good for', 'schemas', 'subsonic-api', 'Strawberry', 'tests'], ...rows])}
`
  await expect(text).toMatchFileSnapshot('../../docs/subsonic.md')
})
