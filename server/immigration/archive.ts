/** Taking everything out: one zip, made while it is sent, in memory that does not grow with what it holds. */
import { Readable } from 'node:stream'
import { en, zh } from '../../shared/words/immigration.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment, distinct, fileName, zipStream, type Packed } from '../foundation/zip.ts'
import * as catalogue from '../catalogue/index.ts'
import * as ledger from '../ledger/index.ts'
import { openOriginal } from '../media/index.ts'
import * as playlists from '../playlists/index.ts'
import * as scrobbles from '../scrobbles/index.ts'
import { answer, asText, items, parts } from './everything.ts'
import { readFollowers, readOwnSounds } from './store-own.ts'

export const archiveFormat = 'planet-archive'

type Door = { read: Read; viewer: Viewer }
type Dated = {
  at: string
  heard: boolean
  app: string
  track: { title: string; durationMs: number; artists: { name: string }[]; release: { title: string } }
}

type Outside = { at: string; title: string; artist: string; release: string | null; client: string }

/** What was heard, as ListenBrainz takes it: a listen a line. */
async function* listens(door: Door): AsyncGenerator<string> {
  for await (const item of items(door, { room: playlists.routes, address: 'GET /me/history' })) {
    const { at, heard, app, track } = item as Dated
    if (!heard) continue
    const listen = {
      listened_at: Math.floor(Date.parse(at) / 1000),
      track_metadata: {
        artist_name: track.artists.map(artist => artist.name).join(', '),
        track_name: track.title,
        release_name: track.release.title,
        additional_info: { duration_ms: track.durationMs, submission_client: app },
      },
    }
    yield `${JSON.stringify(listen)}\n`
  }
  // What was heard elsewhere and no track here is known for stands in no history of plays.
  for await (const item of items(door, { room: scrobbles.routes, address: 'GET /me/listens', input: { unmatched: 'true' } })) {
    const { at, title, artist, release, client } = item as Outside
    const listen = {
      listened_at: Math.floor(Date.parse(at) / 1000),
      track_metadata: {
        artist_name: artist,
        track_name: title,
        ...(release === null ? {} : { release_name: release }),
        additional_info: { submission_client: client },
      },
    }
    yield `${JSON.stringify(listen)}\n`
  }
}

async function* followers({ read, viewer }: Door): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const rows = await readFollowers(read, viewer.id, after, 1000)
    for (const { page, name, since } of rows) yield `${JSON.stringify({ page, name, since: since.toISOString() })}\n`
    if (rows.length < 1000) return
    after = rows.at(-1)!.key
  }
}

/** Own releases whole, as an import takes them again. */
async function* catalogueText(door: Door): AsyncGenerator<string> {
  yield '{"format":"planet-catalogue","version":1,"releases":[\n'
  let first = true
  for await (const card of items(door, { room: catalogue.routes, address: 'GET /me/releases' })) {
    const release = await answer(door, { room: catalogue.routes, address: 'GET /releases/:id', input: { id: (card as { id: string }).id } })
    yield `${first ? '' : ',\n'}${JSON.stringify(release)}`
    first = false
  }
  yield '\n]}\n'
}

/** Every entry of every purpose and asset, as one's statement tells it. */
async function* statement(door: Door): AsyncGenerator<string> {
  const seen = new Set<string>()
  for await (const balance of items(door, { room: ledger.routes, address: 'GET /me/balances' })) {
    const { asset } = balance as { asset: string }
    if (seen.has(asset)) continue
    seen.add(asset)
    for (const purpose of ['available', 'held', 'reserve', 'paying', 'payout', 'receivable', 'accrual'])
      for await (const item of items(door, { room: ledger.routes, address: 'GET /me/statement', input: { asset, purpose } }))
        yield `${JSON.stringify({ asset, purpose, ...(item as object) })}\n`
  }
}

type PlaylistAnswer = { id: string; name: string; note: string; role: string | null }
/** A playlist in JSPF (a playlist as JSON that many programs read). */
async function* jspf(door: Door, list: PlaylistAnswer, url: string): AsyncGenerator<string> {
  yield `{"playlist":{"title":${JSON.stringify(list.name)},"annotation":${JSON.stringify(list.note)},"identifier":${JSON.stringify(`${url}/playlists/${list.id}`)},"track":[\n`
  let first = true
  for await (const item of items(door, { room: playlists.routes, address: 'GET /playlists/:id/entries', input: { id: list.id } })) {
    const { track, title, artist, album, durationMs } = item as {
      track: { id: string } | null
      title: string
      artist: string
      album: string
      durationMs: number | null
    }
    const told = {
      title,
      creator: artist,
      album,
      ...(durationMs === null ? {} : { duration: durationMs }),
      ...(track === null ? {} : { identifier: [`${url}/tracks/${track.id}`] }),
    }
    yield `${first ? '' : ',\n'}${JSON.stringify(told)}`
    first = false
  }
  yield '\n]}}\n'
}

/** All files of the archive. Lists are read when their turn comes. */
export async function everythingOf(door: Door, { url, music }: { url: string; music: boolean }): Promise<Packed[]> {
  const at = clock.now()
  const { viewer } = door
  const text = (name: string, lines: () => AsyncIterable<string> | Iterable<string>): Packed => ({
    name,
    at,
    compress: true,
    open: async () => Readable.from(lines(), { objectMode: false }),
  })
  const head = {
    format: archiveFormat,
    version: 1,
    planet: url,
    made: at.toISOString(),
    person: { id: viewer.id, name: viewer.name },
    music,
  }
  const files: Packed[] = [
    text('planet.json', () => [`${JSON.stringify(head, null, 2)}\n`]),
    text('README.txt', () => [...zh.readme, '', ...en.readme, ''].map(line => `${line}\n`)),
    ...parts.map(part => text(part.file, () => asText(door, part))),
    text('library/plays.jsonl', () => listens(door)),
    text('music/catalogue.json', () => catalogueText(door)),
    text('music/followers.jsonl', () => followers(door)),
    text('money/statement.jsonl', () => statement(door)),
  ]
  const named = distinct()
  for await (const item of items(door, { room: playlists.routes, address: 'GET /me/playlists' })) {
    const list = item as PlaylistAnswer
    // What one only follows belongs to another.
    if (list.role !== null) files.push(text(`playlists/${named(fileName(list.name), 'jspf')}`, () => jspf(door, list, url)))
  }
  if (!music) return files
  const folders = new Map<string, ReturnType<typeof distinct>>()
  for (const sound of await readOwnSounds(door.read, viewer.id)) {
    const original = await openOriginal(door.read, sound.asset)
    if (!original) continue
    const folder = `files/${sound.made ? 'made' : 'bought'}/${fileName(`${sound.artist} - ${sound.release}`)}`
    const name = folders.get(folder) ?? distinct()
    folders.set(folder, name)
    const number = `${sound.disc > 1 ? `${sound.disc}-` : ''}${String(sound.number).padStart(2, '0')}`
    files.push({
      name: `${folder}/${name(`${number} ${fileName(sound.title)}`, original.extension)}`,
      at,
      open: async () => original.open(),
    })
  }
  return files
}

export async function sendExport({ read, reply, config, log }: StreamContext, viewer: Viewer, { music }: { music?: boolean | undefined }) {
  const files = await everythingOf({ read, viewer }, { url: config.url, music: music === true })
  const zip = zipStream(files)
  zip.on('error', error => log.warn({ err: error, person: viewer.id }, 'an export ended early'))
  reply
    .header('content-type', 'application/zip')
    .header('cache-control', 'private, no-store')
    .header('content-disposition', attachment(`planet-${fileName(viewer.name, 'archive')}-${clock.now().toISOString().slice(0, 10)}.zip`))
  return reply.send(zip)
}

export async function exportSize(read: Read, viewer: Viewer): Promise<{ tracks: number; bytes: number }> {
  const sounds = await readOwnSounds(read, viewer.id)
  return { tracks: sounds.length, bytes: sounds.reduce((sum, sound) => sum + sound.bytes, 0) }
}
