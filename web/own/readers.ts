/** A few workers that read files; one that hangs on a file (malformed ones loop) is ended and replaced. */
import type { readFile, shrink } from './reading.ts'
import type { Job } from './reader.worker.ts'

/** ms for one file. */
const patience = 20_000

type Answers = { sound: Awaited<ReturnType<typeof readFile>>; picture: Awaited<ReturnType<typeof shrink>> }

class Reader {
  #worker: Worker | null = null
  #number = 0

  /** Null: it could not be read in time. */
  ask<W extends Job['what']>(job: Omit<Extract<Job, { what: W }>, 'number'>): Promise<Answers[W] | null> {
    const worker = (this.#worker ??= new Worker(new URL('./reader.worker.ts', import.meta.url), { type: 'module' }))
    const number = ++this.#number
    return new Promise(resolve => {
      const end = (answer: Answers[W] | null, broken = false): void => {
        clearTimeout(timer)
        worker.onmessage = null
        worker.onerror = null
        if (broken) this.close()
        resolve(answer)
      }
      const timer = setTimeout(() => end(null, true), patience)
      worker.onmessage = (event: MessageEvent<{ number: number; answer: Answers[W] | null }>) =>
        event.data.number === number && end(event.data.answer)
      worker.onerror = () => end(null, true)
      worker.postMessage({ ...job, number })
    })
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = null
  }
}

/** Runs `each` over the items with as many readers as the device has hands for; stops when told. */
export async function withReaders<T>(
  items: readonly T[],
  signal: AbortSignal,
  each: (item: T, reader: Reader) => Promise<void>,
): Promise<void> {
  const hands = Math.max(1, Math.min(4, Math.floor((navigator.hardwareConcurrency || 2) / 2), items.length))
  let at = 0
  await Promise.all(
    Array.from({ length: hands }, async () => {
      const reader = new Reader()
      try {
        while (at < items.length && !signal.aborted) await each(items[at++]!, reader)
      } finally {
        reader.close()
      }
    }),
  )
}
export type { Reader }
