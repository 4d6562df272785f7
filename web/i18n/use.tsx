import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'
import type { LocaleName, Words } from '../../shared/words/index.ts'
import { formats, type Formats } from './format.ts'
import { loadWords, wordsOf } from './load.ts'

export type { LocaleName, Words } from '../../shared/words/index.ts'

type Language = { locale: LocaleName; words: Words; format: Formats; choose: (locale: LocaleName) => Promise<void> }
const LanguageContext = createContext<Language | null>(null)

/** Gives all below the words and formats of one language; `choose` switches without a reload and remembers by cookie. */
export function LanguageProvider({ initial, children }: { initial: LocaleName; children: ReactNode }) {
  const [locale, setLocale] = useState(initial)
  const choose = useCallback(async (next: LocaleName) => {
    await loadWords(next)
    document.cookie = `planet_locale=${next}; path=/; max-age=31536000; samesite=lax`
    document.documentElement.lang = languageTag(next)
    setLocale(next)
  }, [])
  const value = useMemo(() => ({ locale, words: wordsOf(locale), format: formats(locale), choose }), [locale, choose])
  return <LanguageContext value={value}>{children}</LanguageContext>
}

export const languageTag = (locale: LocaleName): string => (locale === 'zh' ? 'zh-CN' : 'en')

function useContextOrFail(): Language {
  const language = useContext(LanguageContext)
  if (!language) throw new Error('no LanguageProvider above')
  return language
}

/** All text: `const t = useWords()` → `t.player.play`. */
export const useWords = (): Words => useContextOrFail().words
/** Numbers, dates, durations, money in the reader's locale. */
export const useFormat = (): Formats => useContextOrFail().format
export const useLanguage = (): Language => useContextOrFail()
