import type { NoticeFacts } from '../../shared/notices.ts'
import type { Ok } from '../api.ts'
import type { Formats } from '../i18n/format.ts'
import type { LocaleName, Words } from '../i18n/use.tsx'

export type Notice = Ok<'GET /me/notices'>['items'][number]

/** A day, or a moment; the zone of a moment is the reader's once the page is awake. */
const when = (on: string, format: Formats): string =>
  on === '' ? '' : /^\d{4}-\d\d-\d\d$/.test(on) ? format.day(`${on}T12:00:00Z`) : format.dateTime(on)

/** The sentence of a notice; mails and pushes say the same (server/notices/wording.ts). */
export function say(notice: Notice, t: Words, format: Formats, locale: LocaleName): string {
  const { facts } = notice
  const reasons: Record<string, string> = t.moderation.reasons
  const given: NoticeFacts = {
    who:
      facts['who'] === undefined
        ? t.notices.who(notice.actors[0]?.name ?? t.notices.someone, Math.max(0, notice.people - 1))
        : t.notices.who(facts['who'], notice.people),
    title: facts['title'] ?? facts[`title_${locale}`] ?? '',
    group: facts['group'] ?? '',
    page: facts['page'] ?? '',
    reason: facts['reason_code'] ? (reasons[facts['reason_code']] ?? '') : (facts['reason'] ?? ''),
    number: facts['number'] ?? '',
    on: when(facts['on'] ?? '', format),
    amount: facts['currency']
      ? format.money({ amount: facts['minor'] ?? '0', currency: facts['currency'] })
      : notice.amount === null
        ? ''
        : format.number(BigInt(notice.amount)),
  }
  return t.notices.says[notice.what](given)
}

/** Where it leads, as a link of the router takes it. */
export function target(link: string): { to: '/'; search?: object; hash?: string } {
  const { pathname, search, hash } = new URL(link, 'http://planet.invalid')
  return {
    to: pathname as '/',
    ...(search === '' ? {} : { search: Object.fromEntries(new URLSearchParams(search)) }),
    ...(hash === '' ? {} : { hash: hash.slice(1) }),
  }
}
