import { useCallback, useEffect, useRef, useState } from 'react'
import { asApiError } from '../api.ts'

/** A file on its way into a post. `share`: how much is up, 0 … 1; 1 means that the planet works on it. */
export type Attaching = { key: number; file: File; preview: string | null; share: number; problem: string | null }

/** A whole file is known a moment after its last byte: asked again so often, so long apart (ms). */
const asks = 20
const pauseMs = 400

async function sendUp(file: File, signal: AbortSignal, onShare: (share: number) => void): Promise<string> {
  const { Upload } = await import('tus-js-client')
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: '/api/v1/uploads',
      metadata: { filename: file.name || 'file', filetype: file.type },
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      storeFingerprintForResuming: false,
      onProgress: (sent, whole) => onShare(whole > 0 ? sent / whole : 0),
      onSuccess: () => resolve(upload.url?.split('/').at(-1) ?? ''),
      onError: reject,
    })
    signal.addEventListener('abort', () => {
      void upload.abort(true).catch(() => undefined)
      reject(new DOMException('dropped', 'AbortError'))
    })
    if (signal.aborted) return
    upload.start()
  })
}

async function whenWhole<T>(make: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await make()
    } catch (error) {
      if (asApiError(error).code !== 'not_ready' || turn === asks || signal.aborted) throw error
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}

/** Sends files up one after the other, in the order they were chosen, and has the planet make of each what a post takes. */
export function useAttaching<T>(make: (upload: string) => Promise<T>, onMade: (made: T) => void) {
  const [items, setItems] = useState<readonly Attaching[]>([])
  const latest = useRef({ make, onMade })
  useEffect(() => {
    latest.current = { make, onMade }
  })
  const running = useRef<{ key: number; stop: AbortController } | null>(null)
  const count = useRef(0)
  const patch = useCallback(
    (key: number, change: Partial<Attaching>) => setItems(all => all.map(one => (one.key === key ? { ...one, ...change } : one))),
    [],
  )
  const remove = useCallback((key: number) => {
    if (running.current?.key === key) running.current.stop.abort()
    setItems(all => {
      const gone = all.find(one => one.key === key)
      if (gone?.preview) URL.revokeObjectURL(gone.preview)
      return all.filter(one => one.key !== key)
    })
  }, [])
  const next = items.find(one => one.problem === null)
  useEffect(() => {
    if (!next || running.current) return
    const { key, file } = next
    const stop = new AbortController()
    running.current = { key, stop }
    const work = async () => {
      try {
        const upload = await sendUp(file, stop.signal, share => patch(key, { share: Math.min(share, 0.99) }))
        patch(key, { share: 1 })
        const made = await whenWhole(() => latest.current.make(upload), stop.signal)
        running.current = null
        if (!stop.signal.aborted) latest.current.onMade(made)
        remove(key)
      } catch (error) {
        running.current = null
        if (stop.signal.aborted) setItems(all => [...all])
        else patch(key, { problem: asApiError(error).code, share: 0 })
      }
    }
    void work()
  }, [next, patch, remove])
  const all = useRef(items)
  useEffect(() => {
    all.current = items
  })
  useEffect(
    () => () => {
      running.current?.stop.abort()
      for (const one of all.current) if (one.preview) URL.revokeObjectURL(one.preview)
    },
    [],
  )
  const add = (files: readonly File[]) =>
    setItems(before => [
      ...before,
      ...files.map(file => ({
        key: ++count.current,
        file,
        preview: file.type.startsWith('image/') ? URL.createObjectURL(file) : null,
        share: 0,
        problem: null,
      })),
    ])
  return { items, add, remove, again: (key: number) => patch(key, { problem: null, share: 0 }) }
}
export type Attach = ReturnType<typeof useAttaching>

/** Words for a file that was refused are the planet's; a lost connection has its own. */
export const problemCode = (code: string): { status: number; code: string } => ({ status: code === 'unreachable' ? 0 : 409, code })
