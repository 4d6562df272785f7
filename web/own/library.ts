/** The device's own music as the app sees it: what is listed, what is being read, and what of it can be reached right now. */
import { useSyncExternalStore } from 'react'
import { ownCache, ownCover } from '../sw/told.ts'
import * as db from './db.ts'
import { allowed, walk, type Dropped, type Found } from './files.ts'
import { withReaders, type Reader } from './readers.ts'
import { fileName, hashText, isPicture, isSound, wordsBeside, type OwnRoot, type OwnTrack } from './track.ts'

export type OwnState = {
  tracks: readonly OwnTrack[]
  roots: readonly OwnRoot[]
  /** Roots whose files can be opened now; the others wait for a press. */
  open: ReadonlySet<string>
  /** While files are being read. */
  work: { done: number; all: number } | null
  read: boolean
}

const bare: OwnState = { tracks: [], roots: [], open: new Set(), work: null, read: false }
let state = bare
const listeners = new Set<() => void>()
/** Files of this visit, for browsers that keep no handles. */
const files = new Map<string, File>()
const words = new Map<string, { source: string; hint: string }>()
let stop: AbortController | null = null

function change(next: Partial<OwnState>): void {
  state = { ...state, ...next }
  for (const listener of listeners) listener()
}

let reading: Promise<void> | null = null
const load = (): Promise<void> =>
  (reading ??= (async () => {
    const { tracks, roots } = await db.readAll()
    const open = new Set<string>()
    for (const root of roots) if (await allowed(root, false)) open.add(root.id)
    change({ tracks, roots, open, read: true })
  })())

export const ownNow = async (): Promise<OwnState> => {
  await load()
  return state
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  void load()
  return () => listeners.delete(listener)
}
export const useOwn = (): OwnState =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => bare,
  )

export const sessionFile = (id: string): File | undefined => files.get(id)
export const wordsOf = async (id: string): Promise<{ source: string; hint: string } | undefined> => words.get(id) ?? db.readWords(id)

/** Asks the browser for roots that it closed after a restart; call right after a press. */
export async function reopen(): Promise<void> {
  const open = new Set(state.open)
  for (const root of state.roots) if (!open.has(root.id) && (await allowed(root, true))) open.add(root.id)
  change({ open })
}

export const stopReading = (): void => stop?.abort()

/** Adds a folder that the browser will find again; a folder that is listed already is looked through again. */
export async function addFolder(handle: FileSystemDirectoryHandle): Promise<string[]> {
  await load()
  for (const root of state.roots)
    if (root.handle?.kind === 'directory' && (await root.handle.isSameEntry(handle).catch(() => false))) return lookAgain(root.id)
  return addRoot(
    { id: `root-${hashText(`${handle.name}${Date.now()}`)}`, name: handle.name, kind: 'folder', handle, addedAt: Date.now() },
    walk(handle),
  )
}

/** Adds files that were chosen, dropped or shared; those with handles are found again after a restart. */
export async function addFiles(given: Iterable<Found>, name: string, kind: OwnRoot['kind'] = 'files'): Promise<string[]> {
  // The same name is the same choice, made again after a restart.
  return addRoot({ id: `files-${hashText(name)}`, name, kind, handle: null, addedAt: Date.now() }, given)
}

export async function addHandles(handles: readonly FileSystemFileHandle[]): Promise<string[]> {
  const ids: string[] = []
  for (const handle of handles) {
    const root: OwnRoot = {
      id: `file-${hashText(`${handle.name}${Date.now()}`)}`,
      name: handle.name,
      kind: 'files',
      handle,
      addedAt: Date.now(),
    }
    ids.push(...(await addRoot(root, [{ path: handle.name, file: () => handle.getFile() }])))
  }
  return ids
}

export async function addDropped({ folders, handles, loose }: Dropped): Promise<string[]> {
  const ids: string[] = []
  for (const folder of folders) ids.push(...(await addFolder(folder)))
  if (handles.length > 0) ids.push(...(await addHandles(handles)))
  if (loose.length > 0) ids.push(...(await addFiles(loose, fileName(loose[0]!.path))))
  return ids
}

export async function lookAgain(id: string): Promise<string[]> {
  const root = state.roots.find(one => one.id === id)
  if (!root?.handle || root.handle.kind !== 'directory' || !(await allowed(root, true))) return []
  change({ open: new Set(state.open).add(id) })
  return addRoot(root, walk(root.handle))
}

export async function forget(id: string): Promise<void> {
  const gone = state.tracks.filter(track => track.root === id).map(track => track.id)
  await db.drop(gone, [id])
  for (const one of gone) files.delete(one)
  change({ tracks: state.tracks.filter(track => track.root !== id), roots: state.roots.filter(root => root.id !== id) })
}

/** How often what was read is shown and laid down, in ms. */
const flushMs = 300

/** Reads what is new under a root and drops what is gone from it. Returns the ids of all that is there and plays. */
async function addRoot(root: OwnRoot, given: AsyncIterable<Found> | Iterable<Found>): Promise<string[]> {
  await load()
  stop?.abort()
  const mine = (stop = new AbortController())
  change({ work: { done: 0, all: 0 } })
  await db.putRoot(root).catch(() => db.putRoot({ ...root, handle: null }))
  change({ roots: [...state.roots.filter(one => one.id !== root.id), root], open: new Set(state.open).add(root.id) })

  const sounds: Found[] = []
  const beside = new Map<string, Found>()
  for await (const found of given) {
    const name = fileName(found.path)
    if (isSound(name)) sounds.push(found)
    else beside.set(isPicture(name) ? found.path.slice(0, -name.length) : found.path, found)
    if (sounds.length % 100 === 0) change({ work: { done: 0, all: sounds.length } })
  }

  const before = new Map(state.tracks.filter(track => track.root === root.id).map(track => [track.path, track]))
  const there: string[] = []
  let done = 0
  let fresh: OwnTrack[] = []
  let freshWords: db.OwnWords[] = []
  let shown = performance.now()
  const flush = async (): Promise<void> => {
    shown = performance.now()
    const [tracks, said] = [fresh, freshWords]
    fresh = []
    freshWords = []
    await db.putTracks(tracks, said)
    const ids = new Set(tracks.map(track => track.id))
    change({
      work: { done, all: sounds.length },
      ...(tracks.length > 0 ? { tracks: [...state.tracks.filter(track => !ids.has(track.id)), ...tracks] } : {}),
    })
  }
  await withReaders(sounds, mine.signal, async (found, reader) => {
    try {
      const file = await found.file()
      const known = before.get(found.path)
      if (known && known.sizeBytes === file.size && known.modifiedAt === file.lastModified) {
        files.set(known.id, file)
        there.push(known.id)
      } else {
        const one = await readOne(root, found.path, file, reader, beside)
        if (one) {
          fresh.push(one.track)
          if (one.words) freshWords.push(one.words)
          there.push(one.track.id)
        }
      }
    } catch {
      // It went away, or may not be read: it is not listed.
    }
    done++
    if (performance.now() - shown > flushMs) await flush()
  })
  await flush()
  if (!mine.signal.aborted) await dropGone(root, before, new Set(there), sounds.length)
  if (stop === mine) {
    stop = null
    change({ work: null })
  }
  const playing = new Map(state.tracks.map(track => [track.id, track]))
  return there.filter(id => playing.get(id)?.problem === null)
}

/** An empty look at a folder that had music is a disk that is not there: nothing is dropped then (trap 23). */
async function dropGone(root: OwnRoot, before: ReadonlyMap<string, OwnTrack>, there: ReadonlySet<string>, found: number): Promise<void> {
  if (found === 0 && before.size > 0) return
  const gone = [...before.values()].filter(track => !there.has(track.id)).map(track => track.id)
  if (gone.length === 0) return
  await db.drop(gone, [])
  const ids = new Set(gone)
  change({ tracks: state.tracks.filter(track => !ids.has(track.id)) })
}

async function readOne(
  root: OwnRoot,
  path: string,
  file: File,
  reader: Reader,
  beside: ReadonlyMap<string, Found>,
): Promise<{ track: OwnTrack; words: db.OwnWords | null } | null> {
  const read = await reader.ask<'sound'>({ what: 'sound', file, path })
  const known = read && state.tracks.find(track => track.id === read.id)
  if (!read) {
    const id = `own:lost-${hashText(root.id + path)}`
    return {
      track: {
        ...lost,
        id,
        root: root.id,
        path,
        title: fileName(path),
        sizeBytes: file.size,
        modifiedAt: file.lastModified,
        format: path.slice(path.lastIndexOf('.') + 1).toUpperCase(),
        addedAt: Date.now(),
      },
      words: null,
    }
  }
  files.set(read.id, file)
  const { words: inside, picture, pictureKey, mime, ...tags } = read
  let cover = pictureKey
  if (picture) await lay(picture.key, picture.blob)
  // A picture beside the file stands in where the tags hold none.
  if (!cover) cover = await coverBeside(path, reader, beside)
  const said = await wordsFor(path, inside, beside)
  if (said) words.set(read.id, said)
  const problem = read.problem ?? (new Audio().canPlayType(mime) === '' ? { kind: 'format' as const, detail: read.format } : null)
  return {
    track: {
      ...tags,
      root: root.id,
      path,
      sizeBytes: file.size,
      modifiedAt: file.lastModified,
      cover,
      hasWords: said !== null,
      problem,
      addedAt: known?.addedAt ?? Date.now(),
    },
    words: said && { id: read.id, ...said },
  }
}

const lost: Omit<OwnTrack, 'id' | 'root' | 'path' | 'title' | 'sizeBytes' | 'modifiedAt' | 'format' | 'addedAt'> = {
  artists: [],
  albumArtist: null,
  album: null,
  disc: null,
  number: null,
  year: null,
  durationMs: 0,
  cover: null,
  hasWords: false,
  loudness: null,
  problem: { kind: 'broken', detail: '' },
}

/** Words in a file beside it win over those inside: someone put them there. */
async function wordsFor(
  path: string,
  inside: string | null,
  beside: ReadonlyMap<string, Found>,
): Promise<{ source: string; hint: string } | null> {
  for (const name of wordsBeside(path)) {
    const found = beside.get(name)
    if (!found) continue
    const { decodeText } = await import('../../shared/timedtext/index.ts')
    return {
      source: decodeText(new Uint8Array(await (await found.file()).arrayBuffer()), TextDecoder),
      hint: name.slice(name.lastIndexOf('.') + 1),
    }
  }
  return inside === null ? null : { source: inside, hint: 'lrc' }
}

/** Pictures of folders, made once each. */
const folders = new Map<string, Promise<string | null>>()
function coverBeside(path: string, reader: Reader, beside: ReadonlyMap<string, Found>): Promise<string | null> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const found = beside.get(folder)
  if (!found) return Promise.resolve(null)
  let made = folders.get(folder)
  if (!made)
    folders.set(
      folder,
      (made = (async () => {
        const picture = await reader.ask<'picture'>({ what: 'picture', file: await found.file() })
        if (picture === null || typeof picture === 'string') return picture
        await lay(picture.key, picture.blob)
        return picture.key
      })().catch(() => null)),
    )
  return made
}

/** Lays a picture down where the service worker shows it from. */
async function lay(key: string, blob: Blob): Promise<void> {
  if (!('caches' in globalThis)) return
  await (
    await caches.open(ownCache)
  )
    .put(ownCover(key), new Response(blob, { headers: { 'content-type': blob.type } }))
    .catch(() => undefined)
}
