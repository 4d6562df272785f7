import type { LocaleName, Words } from '../../shared/words/index.ts'

const loaded = new Map<LocaleName, Words>()

function assemble(files: Record<string, unknown>): Words {
  const areas: Record<string, unknown> = {}
  for (const [path, words] of Object.entries(files)) areas[path.slice(path.lastIndexOf('/') + 1).replace(/\.ts.*$/, '')] = words
  return areas as Words
}

/** Fetches the words of a language once. */
export async function loadWords(locale: LocaleName): Promise<Words> {
  const known = loaded.get(locale)
  if (known) return known
  const { files } = locale === 'zh' ? await import('./zh.ts') : await import('./en.ts')
  const words = assemble(files)
  loaded.set(locale, words)
  return words
}

/** The words of a language that was loaded before. */
export function wordsOf(locale: LocaleName): Words {
  const words = loaded.get(locale)
  if (!words) throw new Error(`the words of ${locale} are not loaded`)
  return words
}

// Rendering on the server needs both languages at once and never waits for them.
if (import.meta.env.SSR) await Promise.all([loadWords('zh'), loadWords('en')])
