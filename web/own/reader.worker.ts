/** Reads files away from the page: scrolling and sound go on while thousands of tags are read. */
import { readFile, shrink } from './reading.ts'

export type Job = { number: number; file: File; path: string; what: 'sound' } | { number: number; file: File; what: 'picture' }

const known = new Set<string>()
const scope = globalThis as unknown as { onmessage: (event: MessageEvent<Job>) => void; postMessage: (told: unknown) => void }

scope.onmessage = ({ data: job }) => {
  const work = job.what === 'sound' ? readFile(job.file, job.path, known) : shrink(job.file, known)
  work.then(
    answer => scope.postMessage({ number: job.number, answer }),
    () => scope.postMessage({ number: job.number, answer: null }),
  )
}
