/** A file of sound on this device, as its tags tell it. The planet never hears of it. */
import type { Playable } from '../player/track.ts'
import { ownCover } from '../sw/told.ts'

export type OwnProblem = { kind: 'format' | 'broken' | 'protected' | 'empty'; detail: string }

export type OwnTrack = {
  /** `own:<hash>` of what is in the file: a renamed or moved one is the same. */
  id: string
  root: string
  /** Inside its folder, with its name: `Band/Album/01 Song.flac`. */
  path: string
  sizeBytes: number
  modifiedAt: number
  title: string
  artists: string[]
  albumArtist: string | null
  album: string | null
  disc: number | null
  number: number | null
  year: number | null
  durationMs: number
  /** As people call it: FLAC, MP3 … */
  format: string
  /** Key of its picture (sw/told.ts, `ownCover`). */
  cover: string | null
  hasWords: boolean
  /** For −14 LUFS, from ReplayGain or R128 tags. */
  loudness: Playable['loudness']
  problem: OwnProblem | null
  addedAt: number
}

/** Where files came from. With a handle (Chromium) they are found again after a restart; without, they are chosen again. */
export type OwnRoot = {
  id: string
  name: string
  kind: 'folder' | 'files'
  handle: FileSystemDirectoryHandle | FileSystemFileHandle | null
  addedAt: number
}

export const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const withoutEnding = (name: string): string => name.replace(/\.[^.]{1,5}$/, '')

/** Number and title as file names hold them where no tag does: `01 - Song.mp3`, `1-03 Song.flac`. */
export function fromName(path: string): { disc: number | null; number: number | null; title: string } {
  const name = withoutEnding(fileName(path)).replaceAll('_', ' ').trim()
  const match = /^(?:(\d)[-.])?(\d{1,3})(?:\s*[-.)]\s*|\s+)(.+)$/.exec(name)
  return match
    ? { disc: match[1] ? Number(match[1]) : null, number: Number(match[2]), title: match[3]! }
    : { disc: null, number: null, title: name }
}

export const isSound = (name: string): boolean =>
  /\.(?:mp3|flac|m4a|m4b|m4p|aac|mp4|ogg|oga|opus|wav|aiff?|weba|webm|wma|ape|wv|mpc|dsf|dff|tta|mka)$/i.test(name) && !name.startsWith('.')
export const isWords = (name: string): boolean => /\.(?:lrc|trc|ttml)$/i.test(name)
export const isPicture = (name: string): boolean => /^(?:cover|folder|front|album)\.(?:jpe?g|png|webp)$/i.test(name)

/** A track's words lie beside it under its own name. */
export const wordsBeside = (path: string): string[] => ['.lrc', '.trc', '.ttml'].map(ending => withoutEnding(path) + ending)

/** As the player takes it. Links lead nowhere: neither artist nor release is on the planet. */
export const ownPlayable = (track: OwnTrack, unknownArtist: string): Playable => ({
  id: track.id,
  own: true,
  title: track.title,
  durationMs: track.durationMs,
  artists: (track.artists.length > 0 ? track.artists : [unknownArtist]).map(name => ({ id: 'own', name })),
  release: { id: albumKey(track), title: track.album ?? '' },
  cover: track.cover ? { small: ownCover(track.cover), medium: ownCover(track.cover), large: ownCover(track.cover), accent: '' } : null,
  playable: 'full',
  loudness: track.loudness,
  hasLyrics: track.hasWords,
  source: 'external',
})

/** Tracks of one album share it: by album and its artist; what has no album stays with its folder. */
export function albumKey(track: Pick<OwnTrack, 'album' | 'albumArtist' | 'path' | 'root'>): string {
  const folder = track.path.slice(0, Math.max(0, track.path.lastIndexOf('/')))
  const name = track.album === null ? `${track.root}/${folder}` : `${track.album}\n${track.albumArtist ?? folder}`
  return `own-${hashText(name.toLowerCase())}`
}

/** 53 bits of a text or bytes (cyrb53): for names inside one device, not against anybody. */
export function hashText(text: string, seed = 0): string {
  return hashBytes(new TextEncoder().encode(text), seed)
}
export function hashBytes(bytes: Uint8Array, seed = 0): string {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let i = 0; i < bytes.length; i++) {
    a = Math.imul(a ^ bytes[i]!, 2654435761)
    b = Math.imul(b ^ bytes[i]!, 1597334677)
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909)
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909)
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36).padStart(11, '0')
}

const edgeBytes = 65_536
/** What a file is known by: its size, beginning and end. Reading all of thirty megabytes would take longer than hearing matters. */
export async function identify(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, edgeBytes).arrayBuffer())
  const tail = new Uint8Array(await file.slice(Math.max(edgeBytes, file.size - edgeBytes)).arrayBuffer())
  return `own:${hashBytes(head, file.size)}${hashBytes(tail, file.size ^ 0x5bd1e995)}`
}
