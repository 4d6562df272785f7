/**
 * Addresses of sound: `/media/<expires>.<listener>.<signature>/<asset>/<scope>/<file>`. The signature covers the folder, the end and the listener, so one
 * serves for the playlist and all its ranges; nginx and CDNs can check the same scheme. And the HLS playlists (RFC 8216) that lie in such a folder.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read, Tx } from '../foundation/db.ts'
import * as store from './store.ts'

/** What a signature opens: all of it, the 30 seconds, or the file as it came. */
export const scopes = ['full', 'preview', 'original'] as const
export type Scope = (typeof scopes)[number]

/** How long an address holds at least; it is rounded up, so that within a while the same listener gets the same one (caches). */
const validSeconds = 3600
const stepSeconds = 900
/** The longest a signature can hold: what was issued is at most so old. */
export const longestSeconds = validSeconds + stepSeconds

const mac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest().subarray(0, 16).toString('base64url')

/** A listener as a short name that tells nothing about the person. Signed-out listeners are `anyone`. */
export const listenerName = (secret: string, person: string | null): string =>
  person === null ? 'anyone' : mac(secret, `listener:${person}`).slice(0, 12)

/** The folder's address, with a slash at its end, and when it ends. */
export function signedFolder(
  secret: string,
  asset: string,
  scope: Scope,
  person: string | null,
  now: Date,
): { folder: string; expiresAt: Date } {
  const seconds = Math.ceil((now.getTime() / 1000 + validSeconds) / stepSeconds) * stepSeconds
  const listener = listenerName(secret, person)
  const ends = seconds.toString(36)
  return {
    folder: `/media/${ends}.${listener}.${mac(secret, `media:${ends}/${listener}/${asset}/${scope}`)}/${asset}/${scope}/`,
    expiresAt: new Date(seconds * 1000),
  }
}

export type Opened = { asset: string; scope: Scope; endsMs: number }

const shape =
  /^\/media\/([0-9a-z]{1,10})\.([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{22})\/(ast_[0-9a-hjkmnp-tv-z]{26})\/(full|preview|original)\/$/

/** What a folder's address opens, or undefined when it was not signed by us. Its end is for the caller to compare with the time. */
export function openFolder(secret: string, folder: string): Opened | undefined {
  const match = shape.exec(folder)
  if (match === null) return undefined
  const [, ends, listener, signature, asset, scope] = match as unknown as [string, string, string, string, string, Scope]
  const wanted = Buffer.from(mac(secret, `media:${ends}/${listener}/${asset}/${scope}`))
  const given = Buffer.from(signature)
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined
  return { asset, scope, endsMs: parseInt(ends, 36) * 1000 }
}

/** One rendition: its init part and every segment as a range of the same file. */
export function mediaPlaylist({ name, initBytes, segments }: store.StoredRendition): string {
  const file = `${name}.m4a`
  const longest = Math.max(1, ...segments.map(segment => Math.ceil(segment.durationMs / 1000)))
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${longest}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    `#EXT-X-MAP:URI="${file}",BYTERANGE="${initBytes}@0"`,
  ]
  for (const { offset, bytes, durationMs } of segments)
    lines.push(`#EXTINF:${(durationMs / 1000).toFixed(5)},`, `#EXT-X-BYTERANGE:${bytes}@${offset}`, file)
  lines.push('#EXT-X-ENDLIST', '')
  return lines.join('\n')
}

/** All renditions, the best first. */
export function masterPlaylist(renditions: readonly store.StoredRendition[]): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const one of [...renditions].sort((a, b) => b.bitsPerSecond - a.bitsPerSecond)) {
    const peak = Math.max(
      one.bitsPerSecond,
      ...one.segments.map(segment => Math.round((segment.bytes * 8000) / Math.max(1, segment.durationMs))),
    )
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${one.bitsPerSecond},CODECS="${one.codecs}"`, `${one.name}.m3u8`)
  }
  lines.push('')
  return lines.join('\n')
}

/** What a listener is given: `preview` for the 30 seconds; else by quality. `opus` when the browser cannot play AAC. */
export type Want = { preview?: boolean; quality?: 'high' | 'low'; opus?: boolean; original?: boolean }
export type StreamAddress = {
  url: string
  /** HLS with byte ranges of the same file; null for originals. */
  playlistUrl: string | null
  rendition: store.StoredRendition['name'] | 'original'
  mime: string
  codecs: string | null
  sizeBytes: number
  /** For gapless joins: samples at `sampleRate` to leave out at the beginning and at the end. */
  gapless: { sampleRate: number; delaySamples: number; validSamples: number; paddingSamples: number } | null
  expiresAt: Date
}

/** A signed address for this listener (a person's id, or null), or undefined while nothing can be played. Whether they may is the caller's decision. */
export async function streamUrlFor(
  db: Read,
  config: Pick<Config, 'secret'>,
  asset: string,
  listener: string | null,
  want: Want = {},
): Promise<StreamAddress | undefined> {
  const renditions = want.original === true ? [] : await store.readRenditions(db, asset)
  const order =
    want.preview === true
      ? ['preview']
      : want.opus === true
        ? ['opus96']
        : want.quality === 'low'
          ? ['aac128', 'aac256']
          : ['aac256', 'aac128']
  const rendition = order.map(name => renditions.find(one => one.name === name)).find(one => one !== undefined)
  const sign = (scope: Scope) => signedFolder(config.secret, asset, scope, listener, clock.now())
  if (rendition !== undefined) {
    const { folder, expiresAt } = sign(want.preview === true ? 'preview' : 'full')
    const { name, mime, codecs, sampleRate, delaySamples, validSamples, paddingSamples } = rendition
    return {
      url: `${folder}${name}.m4a`,
      playlistUrl: `${folder}${name}.m3u8`,
      rendition: name,
      mime,
      codecs,
      sizeBytes: Number(rendition.sizeBytes),
      gapless: { sampleRate, delaySamples, validSamples: Number(validSamples), paddingSamples },
      expiresAt,
    }
  }
  // Before its renditions are made, a whole sound can be played as it came, when browsers know its kind.
  if (want.preview === true) return undefined
  const row = await store.findAsset(db, asset)
  if (row === undefined || row.kind !== 'audio') return undefined
  if (want.original !== true && (await store.readAudio(db, [asset]))[0]?.state !== 'ready') return undefined
  const { folder, expiresAt } = sign('original')
  return {
    url: `${folder}original`,
    playlistUrl: null,
    rendition: 'original',
    mime: row.mime,
    codecs: null,
    sizeBytes: Number(row.sizeBytes),
    gapless: null,
    expiresAt,
  }
}

/** Makes every address of this sound that was given out until now void (a right was withdrawn). Takes effect within 15 seconds everywhere. */
export const withdrawStreams = (tx: Tx, asset: string): Promise<void> => store.setStreamsFrom(tx, asset, clock.now())
