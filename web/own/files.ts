/** Getting at files: walking folders, finding a file again by its handle, what a drop or a chooser gives. */
import { fileName, isPicture, isSound, isWords, type OwnRoot } from './track.ts'

/** The parts of the File System Access API that TypeScript's DOM library lacks. */
type WithPermission = {
  queryPermission?: (what: { mode: 'read' }) => Promise<PermissionState>
  requestPermission?: (what: { mode: 'read' }) => Promise<PermissionState>
}
type Pickers = {
  showDirectoryPicker?: (options: { id: string; mode: 'read'; startIn: 'music' }) => Promise<FileSystemDirectoryHandle>
}
type Walkable = { values: () => AsyncIterable<FileSystemHandle> }

/** A file, and where it lies inside what was chosen. Reading it may wait: thousands are not opened at once. */
export type Found = { path: string; file: () => Promise<File> }

export const canRemember = (): boolean => typeof (globalThis as Pickers).showDirectoryPicker === 'function'

/** Null: the person changed their mind. */
export async function pickFolder(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await (globalThis as unknown as Required<Pickers>).showDirectoryPicker({ id: 'planet-own', mode: 'read', startIn: 'music' })
  } catch {
    return null
  }
}

const wanted = (name: string): boolean => !name.startsWith('.') && (isSound(name) || isWords(name) || isPicture(name))

/** Deeper than anyone sorts music. */
const mostDepth = 24

export async function* walk(folder: FileSystemDirectoryHandle, prefix = '', depth = 0): AsyncGenerator<Found> {
  if (depth > mostDepth) return
  for await (const entry of (folder as unknown as Walkable).values()) {
    if (entry.kind === 'directory') {
      if (!entry.name.startsWith('.')) yield* walk(entry as FileSystemDirectoryHandle, `${prefix}${entry.name}/`, depth + 1)
    } else if (wanted(entry.name)) {
      const handle = entry as FileSystemFileHandle
      yield { path: prefix + entry.name, file: () => handle.getFile() }
    }
  }
}

/** What a chooser gave; with a folder its name stands in front of each path. */
export const foundIn = (files: Iterable<File>): Found[] =>
  [...files]
    .filter(file => wanted(file.name))
    .map(file => ({
      path: file.webkitRelativePath ? file.webkitRelativePath.slice(file.webkitRelativePath.indexOf('/') + 1) : file.name,
      file: async () => file,
    }))

/** May its files be read? `ask` only right after a press: browsers show their question at no other time. */
export async function allowed(root: OwnRoot, ask: boolean): Promise<boolean> {
  const handle = root.handle as (FileSystemHandle & WithPermission) | null
  if (!handle) return false
  try {
    if ((await handle.queryPermission?.({ mode: 'read' })) === 'granted') return true
    return ask && (await handle.requestPermission?.({ mode: 'read' })) === 'granted'
  } catch {
    return false
  }
}

/** The file at a path of a root; null when it is not there any more. */
export async function open(root: OwnRoot, path: string): Promise<File | null> {
  try {
    if (root.handle?.kind === 'file') return await root.handle.getFile()
    let folder = root.handle
    if (!folder) return null
    const names = path.split('/')
    for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name)
    return await (await folder.getFileHandle(names.at(-1)!)).getFile()
  } catch {
    return null
  }
}

/** What was dropped: handles where the browser gives them (they outlive a restart), entries or files where not. */
export type Dropped = { folders: FileSystemDirectoryHandle[]; handles: FileSystemFileHandle[]; loose: Found[] }

type DropItem = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileSystemHandle | null> }

/** Call it at once in the event: what was dropped is gone a moment later. */
export function dropped(transfer: DataTransfer): Promise<Dropped> {
  const out: Dropped = { folders: [], handles: [], loose: [] }
  const work = [...transfer.items]
    .filter(item => item.kind === 'file')
    .map(async (item: DropItem) => {
      const file = item.getAsFile()
      const entry = item.webkitGetAsEntry()
      const handle = await item.getAsFileSystemHandle?.().catch(() => null)
      if (handle?.kind === 'directory') out.folders.push(handle as FileSystemDirectoryHandle)
      else if (handle?.kind === 'file') {
        if (isSound(handle.name)) out.handles.push(handle as FileSystemFileHandle)
      } else if (entry?.isDirectory) out.loose.push(...(await inEntry(entry as FileSystemDirectoryEntry, '')))
      else if (file && wanted(file.name)) out.loose.push({ path: fileName(file.name), file: async () => file })
    })
  return Promise.all(work).then(() => out)
}

async function inEntry(folder: FileSystemDirectoryEntry, prefix: string, depth = 0): Promise<Found[]> {
  const out: Found[] = []
  if (depth > mostDepth) return out
  const reader = folder.createReader()
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject)).catch(() => [])
    if (some.length === 0) return out
    for (const entry of some)
      if (entry.isDirectory) out.push(...(await inEntry(entry as FileSystemDirectoryEntry, `${prefix}${entry.name}/`, depth + 1)))
      else if (wanted(entry.name))
        out.push({
          path: prefix + entry.name,
          file: () => new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
        })
  }
}
