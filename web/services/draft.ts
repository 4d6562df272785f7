import { majorOf, minorOf } from '../coupons/queries.ts'
import { fromLocal, toLocal } from '../missions/draft.ts'
import type { DeskService } from './queries.ts'

export type Question = DeskService['questions'][number]
/** A service as it is typed: all text. */
export type Draft = {
  title: string
  about: string
  how: string
  price: string
  most: string
  eachMost: string
  opensAt: string
  closesAt: string
  membersOnly: boolean
  days: string
  revisions: string
  acceptDays: string
  questions: Question[]
  period: 'month' | 'year'
  perks: string
  earlyHours: string
  parts: boolean
  worth: string
  validDays: string
}
const text = (value: number | null | undefined, otherwise = ''): string =>
  value === null || value === undefined ? otherwise : String(value)
const count = (typed: string): number | null => (typed.trim() === '' ? null : Math.max(0, Math.floor(Number(typed) || 0)))

export const draftOf = (it: DeskService | null): Draft => ({
  title: it?.title ?? '',
  about: it?.about ?? '',
  how: it?.how ?? '',
  price: majorOf(it?.price.amount ?? null),
  most: text(it?.most),
  eachMost: text(it?.eachMost),
  opensAt: toLocal(it?.opensAt ?? null),
  closesAt: toLocal(it?.closesAt ?? null),
  membersOnly: it?.membersOnly ?? false,
  days: text(it?.days, '7'),
  revisions: text(it?.revisions, '2'),
  acceptDays: text(it?.acceptDays, '7'),
  questions: it?.questions ?? [],
  period: it?.period ?? 'month',
  perks: it?.perks.join('\n') ?? '',
  earlyHours: text(it?.earlyHours, '0'),
  parts: it !== null && it.worth !== null,
  worth: majorOf(it?.worth ?? null),
  validDays: text(it?.validDays, '365'),
})
const lines = (typed: string): string[] =>
  typed
    .split('\n')
    .map(one => one.trim())
    .filter(one => one !== '')

/** What is sent: only what its kind has. */
export const givenOf = (draft: Draft, kind: string, state: DeskService['state']) => ({
  title: draft.title,
  about: draft.about,
  how: draft.how,
  price: { amount: minorOf(draft.price) ?? '-1', currency: 'CNY' as const },
  state,
  most: count(draft.most),
  eachMost: count(draft.eachMost),
  opensAt: fromLocal(draft.opensAt),
  closesAt: fromLocal(draft.closesAt),
  membersOnly: draft.membersOnly,
  ...(kind === 'svc'
    ? {
        days: count(draft.days) ?? 7,
        revisions: count(draft.revisions) ?? 0,
        acceptDays: count(draft.acceptDays) ?? 7,
        questions: draft.questions,
      }
    : kind === 'mbs'
      ? { period: draft.period, perks: lines(draft.perks), earlyHours: count(draft.earlyHours) ?? 0 }
      : { worth: draft.parts ? minorOf(draft.worth) : null, validDays: count(draft.validDays) ?? 365 }),
})
