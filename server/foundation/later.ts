/** Libraries that only some requests need. Together they cost a start a second and a resting planet 80 MB, so each is loaded at its first use. */
import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

/** `const pdf = later<typeof import('pdfkit')>('pdfkit')`: what `pdf()` gives is loaded when it is called first, and is the same from then on. */
export function later<Library>(name: string): () => Library {
  let loaded: Library | undefined
  return () => (loaded ??= load(name) as Library)
}
