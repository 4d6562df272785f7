import type { LocaleName, Words } from '../../shared/words/index.ts'

/** Words that come later than a page's first ones: `more` with a listener's further pages, `fans` with groups, `sale` with buying, `desk` with the studio and the console. */
export const laterWords = ['more', 'fans', 'sale', 'desk'] as const
export type LaterWords = (typeof laterWords)[number]

const loaded = new Map<LocaleName, Words>()
const later = new Map<LaterWords, Set<LocaleName>>(laterWords.map(which => [which, new Set()]))

function assemble(files: Record<string, unknown>): Words {
  const areas: Record<string, unknown> = {}
  for (const [path, words] of Object.entries(files)) areas[path.slice(path.lastIndexOf('/') + 1).replace(/\.ts.*$/, '')] = words
  return areas as Words
}

/** Fetches the words of a language once; with them what came later in another language before. */
export async function loadWords(locale: LocaleName): Promise<Words> {
  const known = loaded.get(locale)
  if (!known) {
    const { files } = locale === 'zh' ? await import('./zh.ts') : await import('./en.ts')
    loaded.set(locale, loaded.get(locale) ?? assemble(files))
  }
  for (const [which, languages] of later) if (languages.size > 0) await loadLaterWords(which, locale)
  return wordsOf(locale)
}

/** Addresses whose pages need the words of the studio and the console. */
export const isDesk = (path: string): boolean => /^\/(?:studio|console)(?:\/|\?|$)/.test(path)

/** Addresses whose pages need the words of a listener's further pages: their routes say `beforeLoad: moreWords` (held together by words.test.ts). */
export const isFurther = (path: string): boolean =>
  /^\/(?:apps|claim|demo|history|how|library|lyrics|minutes|mixes|move|offline|own|playlists|radio|search|settings|sign-in|sign-up|(?:studio|console)\/lyrics|console\/page-claims)(?:\/|\?|$)/.test(
    path,
  )

/** Addresses whose pages speak of groups, their feeds, points and rewards: their routes say `beforeLoad: fanWords`. The desks speak of them too. */
export const isFans = (path: string): boolean =>
  isDesk(path) || /^\/(?:appeals|enrol|feed|groups|notices|points|posts|raffles|rewards)(?:\/|\?|$)/.test(path)

/** Addresses whose pages speak of buying, shows and bookings: their routes say `beforeLoad: saleWords`. The desks speak of them too. */
export const isSale = (path: string): boolean =>
  isDesk(path) ||
  /^\/(?:book|bookings|cart|checkout|door|gift-cards|invoices|memberships|orders|products|redeem|returns|seats|services|shop|shops|shows|tickets|venues|waiting)(?:\/|\?|$)/.test(
    path,
  )

const files = {
  more: { zh: () => import('./zh-more.ts'), en: () => import('./en-more.ts') },
  fans: { zh: () => import('./zh-fans.ts'), en: () => import('./en-fans.ts') },
  sale: { zh: () => import('./zh-sale.ts'), en: () => import('./en-sale.ts') },
  desk: { zh: () => import('./zh-desk.ts'), en: () => import('./en-desk.ts') },
}

/** Fetches, once, words that do not weigh on a listener's first page. */
export async function loadLaterWords(which: LaterWords, locale: LocaleName): Promise<void> {
  const languages = later.get(which)!
  if (languages.has(locale)) return
  const found = await files[which][locale]()
  Object.assign(wordsOf(locale), assemble(found.files))
  languages.add(locale)
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
  for (const which of laterWords) await Promise.all([loadLaterWords(which, 'zh'), loadLaterWords(which, 'en')])
}
