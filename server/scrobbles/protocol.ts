/** ListenBrainz's protocol: what a submission must look like, with its own words for what is wrong. Pure. */
import { createHash } from 'node:crypto'

/** A refusal as the protocol says it: `{"code":400,"error":"…"}`. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
const bad = (message: string): Refusal => new Refusal(400, message)

export const mostListens = 1000
/** Bytes of one listen, and of all of a request. */
export const mostListenBytes = 10_240
export const mostBytes = mostListens * mostListenBytes
/** 2002-10-01, when the first of these services began. */
const earliest = 1_033_430_400
/** Clocks of clients may be so far ahead, in seconds. */
const skew = 3600
const mostTags = 50
const longestTag = 64

export type Info = Record<string, unknown>
export type Metadata = { artist: string; title: string; release: string | null; info: Info }
export type Listen = Metadata & { listenedAt: Date; msid: string; client: string }
export type Submission = { type: 'playing_now'; playing: Metadata & { client: string } } | { type: 'single' | 'import'; listens: Listen[] }

/** MessyBrainz's idea: the same names are the same recording. A UUID of their hash. */
export function msidOf({ artist, title, release }: Pick<Metadata, 'artist' | 'title' | 'release'>): string {
  const tidy = (value: string): string => value.normalize('NFC').trim().toLowerCase()
  const hash = createHash('sha256')
    .update(`planet msid\n${tidy(artist)}\n${tidy(title)}\n${tidy(release ?? '')}`)
    .digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isUuid = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(value)
const textOf = (value: unknown): string | null => {
  const text = typeof value === 'string' ? value.replaceAll('\0', '').trim() : ''
  return text === '' ? null : text
}

/** What told of it, for people to see. */
export const clientOf = (info: Info): string =>
  (textOf(info['submission_client']) ?? textOf(info['media_player']) ?? textOf(info['listening_from']) ?? 'ListenBrainz').slice(0, 60)

/** How long it is, in milliseconds, if the client says so. */
export function durationOf(info: Info): number | null {
  const ms = Number(info['duration_ms'] ?? Number.NaN)
  const seconds = Number(info['duration'] ?? Number.NaN)
  const found = Number.isFinite(ms) && ms > 0 ? ms : Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null
  return found === null || found > 86_400_000 ? null : Math.round(found)
}

function metadataOf(given: unknown): Metadata {
  if (!isObject(given)) throw bad('JSON document does not contain a valid metadata.track_name and/or track_metadata.artist_name.')
  for (const key of ['track_name', 'artist_name'] as const) {
    if (!(key in given)) throw bad('JSON document does not contain a valid metadata.track_name and/or track_metadata.artist_name.')
    if (given[key] === '' || given[key] === null) throw bad(`JSON document does not contain required track_metadata.${key}.`)
    if (typeof given[key] !== 'string') throw bad(`${key} must be a single string.`)
  }
  const info = given['additional_info'] ?? {}
  if (!isObject(info)) throw bad('JSON document contains an invalid track_metadata.additional_info.')
  const tags = info['tags']
  if (tags !== undefined) {
    if (!Array.isArray(tags) || tags.length > mostTags)
      throw bad(`JSON document may not contain more than ${mostTags} items in track_metadata.additional_info.tags.`)
    if (tags.some(tag => typeof tag !== 'string' || tag.length > longestTag))
      throw bad(`JSON document may not contain track_metadata.additional_info.tags longer than ${longestTag} characters.`)
  }
  for (const key of ['release_mbid', 'recording_mbid', 'release_group_mbid', 'track_mbid'])
    if (info[key] !== undefined && info[key] !== null && info[key] !== '' && !isUuid(info[key])) throw bad(`${key} MBID format invalid.`)
  for (const key of ['artist_mbids', 'work_mbids'])
    if (info[key] !== undefined && info[key] !== null && !(Array.isArray(info[key]) && info[key].every(isUuid)))
      throw bad(`${key} MBID format invalid.`)
  const [title, artist] = [textOf(given['track_name']), textOf(given['artist_name'])]
  if (title === null) throw bad('JSON document does not contain required track_metadata.track_name.')
  if (artist === null) throw bad('JSON document does not contain required track_metadata.artist_name.')
  return {
    title: title.slice(0, 1000),
    artist: artist.slice(0, 1000),
    release: textOf(given['release_name'])?.slice(0, 1000) ?? null,
    info,
  }
}

/** One listen, as it stands in a submission or in an export. */
export function listenOf(given: unknown, now: Date, exported = false): Listen {
  if (!isObject(given) || !('listened_at' in given)) throw bad('JSON document must contain the key listened_at at the top level.')
  const at = Number(given['listened_at'])
  if (!Number.isInteger(at)) throw bad('JSON document must contain an int value for listened_at.')
  if (!exported && 'track_metadata' in given && Object.keys(given).length > 2)
    throw bad('JSON document may only contain listened_at and track_metadata top level keys')
  if (at > now.getTime() / 1000 + skew) throw bad('Value for key listened_at is too high.')
  if (at < earliest)
    throw bad('Value for key listened_at is too low. listened_at timestamp should be greater than 1033430400 (2002-10-01 00:00:00 UTC).')
  const metadata = metadataOf(given['track_metadata'])
  return { ...metadata, listenedAt: new Date(at * 1000), msid: msidOf(metadata), client: clientOf(metadata.info) }
}

/** Reads a submission; throws a `Refusal` with the protocol's own words. */
export function submissionOf(raw: string, now: Date): Submission {
  let data: unknown
  try {
    data = JSON.parse(raw, (key, value: unknown) => (key === '__proto__' ? undefined : value))
  } catch (error) {
    throw bad(`Cannot parse JSON document: ${(error as Error).message}`)
  }
  if (!isObject(data) || !Array.isArray(data['payload']) || !('listen_type' in data)) throw bad('Invalid JSON document submitted.')
  const payload: unknown[] = data['payload']
  const type = data['listen_type']
  if (payload.length === 0) throw bad('JSON document does not contain any listens')
  if (payload.length > mostListens) throw bad(`Too many listens. You may not submit more than ${mostListens} listens at once.`)
  if (Buffer.byteLength(raw) > payload.length * mostListenBytes)
    throw bad(`JSON document is too large. In aggregate, listens may not be larger than ${mostListenBytes} characters.`)
  if (type !== 'playing_now' && type !== 'single' && type !== 'import') throw bad('JSON document requires a valid listen_type key.')
  if (type !== 'import' && payload.length > 1)
    throw bad('JSON document contains more than listen for a single/playing_now. It should contain only one.')
  if (type !== 'playing_now') return { type, listens: payload.map(one => listenOf(one, now)) }
  const [one] = payload
  if (isObject(one)) {
    if ('listened_at' in one) throw bad('JSON document must not contain listened_at while submitting playing_now.')
    if ('track_metadata' in one && Object.keys(one).length > 1)
      throw bad('JSON document may only contain track_metadata as top level key when submitting playing_now.')
  }
  const metadata = metadataOf(isObject(one) ? one['track_metadata'] : undefined)
  return { type, playing: { ...metadata, client: clientOf(metadata.info) } }
}
