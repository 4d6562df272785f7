import type { Upload as TusUpload } from 'tus-js-client'
import { useSyncExternalStore } from 'react'
import type { UploadItem } from '../ui/upload.tsx'

/** One file on its way up. It goes on while one moves around; after a lost connection or a closed page the same file resumes where it stopped. */
export type Sending = Omit<UploadItem, 'note' | 'share'> & { upload: string | null; problem: string | null }

type Held = { file: File; tus: TusUpload | null }

const atOnce = 3
const none: readonly Sending[] = []

function codeOf(body: string | undefined): string | null {
  try {
    const problem = JSON.parse(body ?? '') as { code?: unknown }
    return typeof problem.code === 'string' ? problem.code : null
  } catch {
    return null
  }
}

export type Uploads = {
  /** Puts files into the line; the first begin at once. Returns how many were not taken. */
  send: (files: readonly File[]) => number
  pause: (key: string) => void
  resume: (key: string) => void
  /** Takes a file out of the line and, where some of it went up, off the planet. */
  drop: (key: string) => void
  /** Forgets what was handed over. */
  forget: (keys: readonly string[]) => void
  use: () => readonly Sending[]
}

/** A line of uploads that goes on while one moves around. `takes`: which files belong into it. */
export function makeUploads(takes: (file: { name: string; type: string }) => boolean): Uploads {
  let items: readonly Sending[] = []
  const held = new Map<string, Held>()
  const listeners = new Set<() => void>()
  let count = 0

  function set(next: readonly Sending[]): void {
    items = next
    for (const listener of listeners) listener()
  }
  const patch = (key: string, change: Partial<Sending>): void => set(items.map(item => (item.key === key ? { ...item, ...change } : item)))

  /** Puts files into the line; the first begin at once. Returns how many were not taken. */
  function send(files: readonly File[]): number {
    const good = files.filter(takes)
    const fresh = good.map(file => {
      const key = `u${++count}`
      held.set(key, { file, tus: null })
      return { key, name: file.name, bytes: file.size, sent: 0, state: 'waiting' as const, upload: null, problem: null }
    })
    set([...items, ...fresh])
    pump()
    return files.length - good.length
  }

  function pump(): void {
    const running = items.filter(item => item.state === 'sending').length
    for (const item of items.filter(other => other.state === 'waiting').slice(0, Math.max(0, atOnce - running))) void begin(item.key)
  }

  async function begin(key: string): Promise<void> {
    const mine = held.get(key)
    if (!mine) return
    patch(key, { state: 'sending', problem: null })
    const { Upload } = await import('tus-js-client')
    const tus =
      mine.tus ??
      new Upload(mine.file, {
        endpoint: '/api/v1/uploads',
        metadata: { filename: mine.file.name, filetype: mine.file.type },
        retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
        removeFingerprintOnSuccess: true,
        onProgress: sent => patch(key, { sent }),
        onSuccess: () => {
          patch(key, { state: 'done', sent: mine.file.size, upload: tus.url?.split('/').at(-1) ?? null })
          pump()
        },
        onError: error => {
          const response = 'originalResponse' in error ? error.originalResponse : null
          patch(key, { state: 'failed', problem: codeOf(response?.getBody()) ?? (response ? 'broken' : 'unreachable') })
          pump()
        },
      })
    mine.tus = tus
    if (!tus.url) {
      const before = await tus.findPreviousUploads()
      if (before[0]) tus.resumeFromPreviousUpload(before[0])
    }
    // Dropped or paused meanwhile.
    if (items.find(item => item.key === key)?.state === 'sending') tus.start()
  }

  function pause(key: string): void {
    void held.get(key)?.tus?.abort()
    patch(key, { state: 'paused' })
    pump()
  }

  function resume(key: string): void {
    patch(key, { state: 'waiting' })
    pump()
  }

  /** Takes a file out of the line and, where some of it went up, off the planet. */
  function drop(key: string): void {
    const mine = held.get(key)
    const item = items.find(other => other.key === key)
    if (mine?.tus && item?.state !== 'done') void mine.tus.abort(true).catch(() => undefined)
    held.delete(key)
    set(items.filter(other => other.key !== key))
    pump()
  }

  /** Forgets what was handed over to an import. */
  function forget(keys: readonly string[]): void {
    for (const key of keys) held.delete(key)
    set(items.filter(item => !keys.includes(item.key)))
  }

  const use = (): readonly Sending[] =>
    useSyncExternalStore(
      listener => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      () => items,
      () => none,
    )
  return { send, pause, resume, drop, forget, use }
}
