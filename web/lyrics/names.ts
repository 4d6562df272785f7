import type { Ok } from '../api.ts'
import { encodeId, uuidv7Bytes } from '../../shared/uuid.ts'

export type Sheet = Ok<'GET /tracks/:id/lyrics/sheet'>
export type Part = Sheet['parts'][number]
export type Kind = Part['kind']
export type Contribution = Sheet['mine'][number]

/** The name of a text in an editor: main, romanisation, translation:en. */
export const partName = (kind: Kind, language: string): string => (kind === 'translation' ? `translation:${language}` : kind)
export const kindOf = (name: string): Kind => name.split(':')[0] as Kind
export const languageOfPart = (name: string, main: string): string => (name.startsWith('translation:') ? name.slice(12) : main)

/** Languages offered by name; any other can be typed as a tag. */
export const commonLanguages = [
  'zh',
  'en',
  'ja',
  'ko',
  'yue',
  'fr',
  'de',
  'es',
  'pt',
  'it',
  'ru',
  'ar',
  'hi',
  'id',
  'th',
  'vi',
  'tr',
  'pl',
  'uk',
  'nl',
  'sv',
  'la',
] as const

/** The reader's name of a language. */
export function languageName(language: string, locale: string, other: string): string {
  if (language === 'other') return other
  try {
    return new Intl.DisplayNames(locale, { type: 'language', fallback: 'code' }).of(language) ?? language
  } catch {
    return language
  }
}

/** A language as `lang` wants it; `other` says nothing. */
export const langOf = (language: string): string | undefined => (language === 'other' ? undefined : language === 'zh' ? 'zh-CN' : language)

/** An id for a proposal, made here so that a second press of "send" is the same proposal. */
export const newContributionId = (): string => `ctr_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
