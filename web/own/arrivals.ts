/** Files that come to the app from outside: dropped anywhere onto it, opened with it by the system, shared by another app. They never leave the device. */
import type { QueryClient } from '@tanstack/react-query'
import { initialLocale } from '../i18n/initial.ts'
import { loadLaterWords, wordsOf } from '../i18n/load.ts'
import type { Words } from '../../shared/words/index.ts'
import { sharedCache } from '../sw/told.ts'
import { toast } from '../ui/toast.tsx'
import { dropped, foundIn, type Found } from './files.ts'

export type Go = (to: '/own' | '/offline') => void

/** Windows that the system opened for files hand them over here (Chromium). */
type Launch = { files: readonly FileSystemHandle[] }
type WithLaunch = { launchQueue?: { setConsumer: (take: (launch: Launch) => void) => void } }

async function words(): Promise<Words> {
  await loadLaterWords('more', initialLocale())
  return wordsOf(initialLocale())
}

export function awaitFiles(client: QueryClient, go: Go): void {
  awaitDrops(go)
  ;(globalThis as WithLaunch).launchQueue?.setConsumer(launch => {
    const handles = launch.files.filter((one): one is FileSystemFileHandle => one.kind === 'file')
    if (handles.length > 0) void arrive(go, async library => library.addHandles(handles))
  })
  const shared = new URLSearchParams(location.search).get('shared')
  if (shared) void takeShared(go, shared)
  void import('./playing.ts').then(({ lendWords }) => lendWords(client))
}

/** Lists what came and plays it when it is a handful. */
async function arrive(go: Go, add: (library: typeof import('./library.ts')) => Promise<string[]>): Promise<void> {
  const [library, { playOwn }, t] = await Promise.all([import('./library.ts'), import('./playing.ts'), words()])
  go('/own')
  const ids = new Set(await add(library))
  const { tracks } = await library.ownNow()
  const came = tracks.filter(track => ids.has(track.id))
  if (came.length === 0) return toast(t.offline.own.none)
  toast(t.offline.own.added(came.length), { tone: 'good' })
  const { ordered } = await import('./group.ts')
  playOwn(ordered(came, 'album'), undefined, t.offline.own.unknownArtist)
}

async function takeShared(go: Go, how: string): Promise<void> {
  history.replaceState(history.state, '', location.pathname)
  const cache = await caches.open(sharedCache)
  const found: Found[] = []
  for (const request of await cache.keys()) {
    const response = await cache.match(request)
    if (!response) continue
    const name = decodeURIComponent(response.headers.get('x-name') ?? 'sound')
    const blob = await response.blob()
    const file = new File([blob], name, { type: blob.type, lastModified: Number(response.headers.get('x-modified') ?? 0) })
    found.push(...foundIn([file]))
    await cache.delete(request)
  }
  if (found.length === 0) {
    if (how === 'missed') toast((await words()).offline.own.shareMissed)
    return
  }
  await arrive(go, library => library.addFiles(found, found[0]!.path))
}

/** Pages that take files themselves (uploads) keep theirs. */
const ours = (): boolean => !/^\/(?:studio|console)(?:\/|$)/.test(location.pathname)
const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

function awaitDrops(go: Go): void {
  let veil: HTMLElement | null = null
  const lift = (): void => {
    veil?.remove()
    veil = null
  }
  document.addEventListener('dragenter', event => {
    if (!ours() || !holdsFiles(event) || veil) return
    const made = (veil = document.createElement('div'))
    made.className = 'own-veil'
    made.append(document.createElement('p'))
    void words().then(t => (made.firstElementChild!.textContent = t.offline.own.drop))
    document.body.append(made)
  })
  document.addEventListener('dragover', event => {
    if (!ours() || !holdsFiles(event) || event.defaultPrevented) return
    event.preventDefault()
    event.dataTransfer!.dropEffect = 'copy'
  })
  document.addEventListener('dragleave', event => {
    // Null: out of the window, not from one element to the next.
    if (event.relatedTarget === null) lift()
  })
  document.addEventListener('drop', event => {
    lift()
    if (!ours() || !holdsFiles(event) || event.defaultPrevented || !event.dataTransfer) return
    event.preventDefault()
    const taking = dropped(event.dataTransfer)
    void arrive(go, async library => library.addDropped(await taking))
  })
}
