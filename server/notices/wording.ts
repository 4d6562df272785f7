/** A notice in its reader's language, for mails and pushes. Pages say the same words (web/notices/say.ts). */
import { currencyScale, type Currency } from '../../shared/currencies.ts'
import { words } from '../../shared/words/index.ts'
import type { NoticeFacts } from '../../shared/notices.ts'
import type { NoticeRow } from './store.ts'

export type Locale = 'en' | 'zh'
const tags = { zh: 'zh-CN', en: 'en' } as const

const money = (minor: string, currency: string, locale: Locale): string => {
  const scale = currencyScale[currency as Currency] ?? 2
  const digits = minor.replace('-', '').padStart(scale + 1, '0')
  const text = `${minor.startsWith('-') ? '-' : ''}${scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`}`
  return new Intl.NumberFormat(tags[locale], { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(text as `${number}`)
}

/** `2026-11-20` and moments, in the zone that stands with them. */
function when(facts: Record<string, string>, locale: Locale): string {
  const { on = '', zone } = facts
  if (on === '') return ''
  const day = /^\d{4}-\d\d-\d\d$/.test(on)
  return new Intl.DateTimeFormat(
    tags[locale],
    day ? { dateStyle: 'medium', timeZone: 'UTC' } : { dateStyle: 'medium', timeStyle: 'short', timeZone: zone ?? 'Asia/Shanghai' },
  ).format(new Date(on))
}

/** An artist speaks as the page; among others it is counted with them. */
function whoOf(row: Pick<NoticeRow, 'facts' | 'actors' | 'people'>, t: (typeof words)['zh']['notices']): string {
  const { who } = row.facts
  return who === undefined ? t.who(row.actors[0]?.name ?? t.someone, Math.max(0, row.people - 1)) : t.who(who, row.people)
}

export function factsOf(row: Pick<NoticeRow, 'facts' | 'actors' | 'people' | 'amount'>, locale: Locale): NoticeFacts {
  const t = words[locale].notices
  const { facts } = row
  const reasons: Record<string, string> = words[locale].moderation.reasons
  return {
    who: whoOf(row, t),
    title: facts['title'] ?? facts[`title_${locale}`] ?? '',
    group: facts['group'] ?? '',
    page: facts['page'] ?? '',
    reason: facts['reason_code'] ? (reasons[facts['reason_code']] ?? '') : (facts['reason'] ?? ''),
    number: facts['number'] ?? '',
    on: when(facts, locale),
    amount: facts['currency']
      ? money(facts['minor'] ?? '0', facts['currency'], locale)
      : row.amount === null
        ? ''
        : new Intl.NumberFormat(tags[locale]).format(row.amount),
  }
}

export const say = (row: NoticeRow, locale: Locale): string => {
  const says: Record<string, (facts: NoticeFacts) => string> = words[locale].notices.says
  return says[row.what]?.(factsOf(row, locale)) ?? ''
}

/** For a push: where it comes from, and what happened. */
export const sayShort = (row: NoticeRow, locale: Locale): { title: string; body: string } => ({
  title: row.facts['group'] ?? row.facts['page'] ?? 'Planet',
  body: say(row, locale),
})
