/** The languages of the planet. */
export type LocaleName = 'zh' | 'en'
export const localeNames: readonly LocaleName[] = ['zh', 'en']

/** `{ zh: …, en: … }` of a text area: the same keys in both, plain strings or functions of the same arguments. */
export type Same<T> = {
  [K in keyof T]: T[K] extends string ? string : T[K] extends (...given: infer A) => string ? (...given: A) => string : Same<T[K]>
}

/** The reader's language: the chosen one (cookie), else the first known one the browser asks for, else English. */
export function localeFor(acceptLanguage: string | undefined, chosen?: string): LocaleName {
  if (chosen === 'zh' || chosen === 'en') return chosen
  const asked = (acceptLanguage ?? '')
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const q = parameters.map(text => /^\s*q=([\d.]+)/.exec(text)?.[1]).find(Boolean)
      return { tag, weight: q === undefined ? 1 : Number(q), index }
    })
    .filter(entry => entry.tag !== '' && entry.weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
  for (const { tag } of asked) {
    if (tag.startsWith('zh')) return 'zh'
    if (tag.startsWith('en')) return 'en'
  }
  return 'en'
}
