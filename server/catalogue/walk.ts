/** Finds the sound in a folder and what lies beside it. Symlink loops, strange names and folders that cannot be read harm nothing. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { z } from 'zod'
import type { AlbumNote } from './album.ts'

const soundNames = /\.(mp3|flac|ogg|oga|opus|m4a|m4b|aac|wav|wave|aif|aiff|aifc|mka|weba)$/i
const coverNames =
  /^(cover|folder|front|album|albumcover|albumart|artwork|封面)([-_ ]?(front|art|large|big|1))?\.(jpe?g|png|webp|avif|gif)$/i
const pictureNames = /\.(jpe?g|png|webp|avif|gif)$/i
/** Whether a name says sound. */
export const isSound = (name: string): boolean => soundNames.test(name)
/** Whether a name says something that belongs to the sound beside it: picture, words, notes. */
export const isBeside = (name: string): boolean => pictureNames.test(name) || name.toLowerCase() === 'album.json' || isWords(name)
const mostNoteBytes = 1024 * 1024
const mostLyricsBytes = 512 * 1024
/** Files of words beside the music, the ones that can say most first. */
export const wordEndings = ['.ttml', '.trc', '.lrc', '.srt', '.vtt']
const isWords = (name: string): boolean => wordEndings.some(ending => name.toLowerCase().endsWith(ending))
const deepest = 40

export type FoundFile = {
  /** Below the root, with `/`. */
  path: string
  absolute: string
  sizeBytes: number
  modifiedMs: number
}
export type BesideFile = { name: string; absolute: string; sizeBytes: number; modifiedMs: number }
export type Beside = {
  /** Absolute path of the picture to use as cover. */
  cover: string | null
  note: AlbumNote | null
  /** Sizes and times of cover and note: when these change the folder's songs are looked at again. */
  signature: string
  /** Files of words by their name in lower case. */
  lyrics: Map<string, { absolute: string; signature: string }>
}
export type Walked = { files: FoundFile[]; folders: Map<string, Beside>; problems: { path: string; reason: string }[] }

const reasonOf = (error: unknown): string => {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  if (code === 'ENOENT') return 'it is a link to nothing'
  if (code === 'ELOOP') return 'a link that leads to itself'
  return code ?? 'cannot be read'
}

/** Everything below `root` whose name says sound. `problems` are files and folders that could not be looked at; nothing is concluded from their absence. */
export async function walk(root: string, signal?: AbortSignal): Promise<Walked> {
  const walked: Walked = { files: [], folders: new Map(), problems: [] }
  const been = new Set<string>()
  await visit(root, '', 0)
  return walked

  async function visit(absolute: string, path: string, depth: number): Promise<void> {
    if (signal?.aborted) return
    try {
      const real = await realpath(absolute)
      // Reached again by a link: its files are known by their own path.
      if (been.has(real)) return
      been.add(real)
    } catch (error) {
      walked.problems.push({ path: path || '.', reason: reasonOf(error) })
      return
    }
    if (depth > deepest) {
      walked.problems.push({ path, reason: `deeper than ${deepest} folders` })
      return
    }
    let raw: Buffer[]
    try {
      raw = await readdir(absolute, { encoding: 'buffer' })
    } catch (error) {
      walked.problems.push({ path: path || '.', reason: reasonOf(error) })
      return
    }
    const names: string[] = []
    for (const bytes of raw) {
      const name = bytes.toString('utf8')
      if (name.startsWith('.')) continue
      if (!Buffer.from(name, 'utf8').equals(bytes)) {
        if (soundNames.test(name)) walked.problems.push({ path: join(path, name), reason: 'its name is not valid UTF-8; rename it' })
        continue
      }
      names.push(name)
    }
    names.sort()
    const folders: string[] = []
    const beside: BesideFile[] = []
    let sounds = 0
    for (const name of names) {
      let info
      try {
        info = await stat(`${absolute}/${name}`)
      } catch (error) {
        if (soundNames.test(name)) walked.problems.push({ path: join(path, name), reason: reasonOf(error) })
        continue
      }
      if (info.isDirectory()) folders.push(name)
      else if (!info.isFile()) continue
      else if (soundNames.test(name)) {
        sounds++
        walked.files.push({
          path: join(path, name),
          absolute: `${absolute}/${name}`,
          sizeBytes: info.size,
          modifiedMs: Math.floor(info.mtimeMs),
        })
      } else if (isBeside(name)) {
        beside.push({ name, absolute: `${absolute}/${name}`, sizeBytes: info.size, modifiedMs: Math.floor(info.mtimeMs) })
      }
    }
    if (sounds > 0 || beside.length > 0) walked.folders.set(path, await lookBeside(beside))
    for (const name of folders) await visit(`${absolute}/${name}`, join(path, name), depth + 1)
  }
}

const join = (path: string, name: string): string => (path === '' ? name : `${path}/${name}`)

/** What the files beside sound say. */
export async function lookBeside(files: readonly BesideFile[]): Promise<Beside> {
  const note = files.find(file => file.name.toLowerCase() === 'album.json')
  const said = note === undefined || note.sizeBytes > mostNoteBytes ? null : await readNote(note.absolute)
  const pictures = files.filter(file => pictureNames.test(file.name))
  const cover =
    pictures.find(file => file.name === said?.cover) ??
    pictures.filter(file => coverNames.test(file.name)).sort((a, b) => rank(a.name) - rank(b.name))[0] ??
    // A single picture beside the music is its cover.
    (pictures.length === 1 ? pictures[0] : undefined)
  const sign = (file: BesideFile | undefined): string => (file === undefined ? '' : `${file.name}:${file.sizeBytes}:${file.modifiedMs}`)
  return {
    cover: cover?.absolute ?? null,
    note: said,
    signature: `${sign(cover)}|${sign(note)}`,
    lyrics: new Map(
      files
        .filter(file => isWords(file.name) && file.sizeBytes <= mostLyricsBytes)
        .map(file => [file.name.toLowerCase(), { absolute: file.absolute, signature: sign(file) }]),
    ),
  }
}
const rank = (name: string): number => ['cover', 'front', 'folder', 'album'].findIndex(start => name.toLowerCase().startsWith(start)) >>> 0

const loose = z.union([z.string(), z.number()]).transform(String).pipe(z.string().trim().min(1).max(2000))
const word =
  (...names: string[]) =>
  (object: Record<string, unknown>): string | null => {
    for (const name of names) {
      const parsed = loose.safeParse(object[name])
      if (parsed.success) return parsed.data
    }
    return null
  }
const whole = (text: string | null): number | null => (text !== null && /^\d{1,4}$/.test(text) && Number(text) > 0 ? Number(text) : null)
const title = word('title', 'name', 'album')
const artist = word('artist', 'author', 'albumartist', 'album_artist', 'performer', 'by')
const picture = word('cover', 'album_cover_filename', 'cover_filename', 'cover_image', 'image', 'artwork')
const fileName = word('filename', 'file', 'path', 'src')

/** Reads an `album.json` as loosely as people write them; null when it is not one. */
export async function readNote(absolute: string): Promise<AlbumNote | null> {
  let raw: unknown
  try {
    raw = JSON.parse((await readFile(absolute, 'utf8')).replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return null
  const object = raw as Record<string, unknown>
  const date = word('date', 'released', 'release_date', 'year')(object)
  const note: AlbumNote = {
    title: title(object),
    artist: artist(object),
    date: /^\d{4}(-\d\d){0,2}$/.test(date ?? '') ? date : null,
    genre: word('genre')(object)?.slice(0, 60) ?? null,
    label: word('label', 'publisher')(object)?.slice(0, 120) ?? null,
    description: word('description', 'comment', 'notes')(object),
    copyright: word('copyright', 'license', 'licence')(object)?.slice(0, 500) ?? null,
    cover: picture(object),
    tracks: new Map(),
  }
  const tracks = Array.isArray(object['tracks']) ? object['tracks'].slice(0, 2000) : []
  tracks.forEach((item: unknown, i) => {
    if (typeof item !== 'object' || item === null) return
    const track = item as Record<string, unknown>
    const name = fileName(track)
    const bpm = Number(word('bpm', 'tempo')(track))
    if (name === null) return
    note.tracks.set(name.slice(name.lastIndexOf('/') + 1), {
      title: title(track)?.slice(0, 200) ?? null,
      artist: artist(track)?.slice(0, 80) ?? null,
      number: whole(word('number', 'track', 'track_number', 'trackNumber', 'no')(track)) ?? i + 1,
      disc: whole(word('disc', 'disk', 'disc_number', 'discNumber')(track)),
      bpm: bpm > 0 && bpm < 1000 ? bpm : null,
    })
  })
  return note
}
