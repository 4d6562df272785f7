import type { Ok } from '../api.ts'
import type { Formats } from '../i18n/format.ts'
import type { Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'

export type Proposal = Ok<'GET /console/settlement/proposals'>['items'][number]
export type Change = Proposal['change']

export const percentOf = (format: Formats, bp: number): string => format.percent(bp / 10_000)

export const categoryName = (t: Words, category: string): string =>
  ({ ...t.settlement.categories, ...t.settlement.sold } as Record<string, string>)[category] ?? category

/** A change in one line; `names` tells parties, releases and pages by id. */
export function changeText(t: Words, format: Formats, change: Change, names: Record<string, string>): string {
  const name = (id: string): string => names[id] ?? id
  switch (change.kind) {
    case 'plan':
      return [
        `${change.name} (${change.plan})`,
        percentOf(format, change.commissionBp),
        categoryName(t, change.category),
        ...(change.everyone ? [t.settlement.everyone] : []),
      ].join(' · ')
    case 'term':
      return `${name(change.seller)} → ${change.plan}${change.until ? ` · ${t.settlement.untilDay(format.day(change.until))}` : ''}`
    case 'rules':
      return change.steps
        .map(({ step, rateBp }) => `${codeName(t, step)}${rateBp === null || rateBp === undefined ? '' : ` ${percentOf(format, rateBp)}`}`)
        .join(' → ')
    case 'tax':
      return [
        `${change.name} (${change.code})`,
        percentOf(format, change.rateBp),
        change.seller ? name(change.seller) : (change.country ?? t.settlement.everyone),
        ...(change.category ? [categoryName(t, change.category)] : []),
      ].join(' · ')
    case 'home':
      return `${name(change.seller)} → ${change.country}`
    case 'claim': {
      const percent = percentOf(format, change.shareBp)
      return [
        change.name,
        name(change.subject),
        change.bearer ? t.settlement.ofPart(percent, name(change.bearer)) : t.settlement.ofWhole(percent),
        ...(change.cap ? [`≤ ${format.money({ amount: change.cap, currency: change.currency })}`] : []),
        change.holders.length === 1 ? name(change.holders[0]!.party) : t.settlement.holders(String(change.holders.length)),
      ].join(' · ')
    }
    case 'claim_end':
      return change.claim
  }
}
