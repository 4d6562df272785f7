import { useSyncExternalStore } from 'react'

/** How someone likes to read lyrics on this device; kept in localStorage. */
export type LyricsChoices = {
  translation: boolean
  romanisation: boolean
  /** Language of the translation; null: the one the page speaks, or whichever there is. */
  language: string | null
  /** Index into `lyricSizes`. */
  size: number
}

/** Sizes of a line, in rem: on a phone and on a desk. */
export const lyricSizes = [
  [1.1, 1.25],
  [1.35, 1.7],
  [1.7, 2.2],
  [2.1, 2.8],
] as const

const name = 'planet.lyrics.v1'
const usual: LyricsChoices = { translation: true, romanisation: false, language: null, size: 1 }
let choices: LyricsChoices | null = null
const listeners = new Set<() => void>()

function read(): LyricsChoices {
  if (choices) return choices
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<LyricsChoices>
    const size = Number.isInteger(found.size) ? Math.min(lyricSizes.length - 1, Math.max(0, found.size!)) : usual.size
    choices = {
      translation: found.translation ?? usual.translation,
      romanisation: found.romanisation ?? usual.romanisation,
      language: typeof found.language === 'string' ? found.language : null,
      size,
    }
  } catch {
    choices = usual
  }
  return choices
}

export function chooseLyrics(next: Partial<LyricsChoices>): void {
  choices = { ...read(), ...next }
  try {
    localStorage.setItem(name, JSON.stringify(choices))
  } catch {
    // Then it holds as long as the page.
  }
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
/** The same outside of components. */
export const lyricsChoices = (): LyricsChoices => read()
export const useLyricsChoices = (): LyricsChoices => useSyncExternalStore(subscribe, read, () => usual)
