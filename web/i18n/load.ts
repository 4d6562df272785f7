import type { LocaleName, Words } from '../../shared/words/index.ts'

const loaded = new Map<LocaleName, Words>()
const atDesk = new Set<LocaleName>()

function assemble(files: Record<string, unknown>): Words {
  const areas: Record<string, unknown> = {}
  for (const [path, words] of Object.entries(files)) areas[path.slice(path.lastIndexOf('/') + 1).replace(/\.ts.*$/, '')] = words
  return areas as Words
}

/** Fetches the words of a language once; those of the desks too when a desk was opened before. */
export async function loadWords(locale: LocaleName): Promise<Words> {
  const known = loaded.get(locale)
  if (!known) {
    const { files } = locale === 'zh' ? await import('./zh.ts') : await import('./en.ts')
    loaded.set(locale, loaded.get(locale) ?? assemble(files))
  }
  if (atDesk.size > 0) await loadDeskWords(locale)
  return wordsOf(locale)
}

/** Addresses whose pages need the words of the studio and the console. */
export const isDesk = (path: string): boolean => /^\/(?:studio|console)(?:\/|\?|$)/.test(path)

/** Fetches, once, what only the studio and the console say: it does not weigh on a listener's first page. */
export async function loadDeskWords(locale: LocaleName): Promise<void> {
  if (atDesk.has(locale)) return
  const { files } = locale === 'zh' ? await import('./zh-desk.ts') : await import('./en-desk.ts')
  Object.assign(wordsOf(locale), assemble(files))
  atDesk.add(locale)
}

/** The words of a language that was loaded before. */
export function wordsOf(locale: LocaleName): Words {
  const words = loaded.get(locale)
  if (!words) throw new Error(`the words of ${locale} are not loaded`)
  return words
}

// Rendering on the server needs both languages at once and never waits for them.
if (import.meta.env.SSR) {
  await Promise.all([loadWords('zh'), loadWords('en')])
  await Promise.all([loadDeskWords('zh'), loadDeskWords('en')])
}
