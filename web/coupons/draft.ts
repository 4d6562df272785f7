import { fromLocal, toLocal } from '../missions/draft.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import type { Coupon } from './queries.ts'

export const kinds = ['digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher', 'shipping'] as const
/** A coupon as it is typed: all text. */
export type Draft = {
  name: string
  how: 'one' | 'series' | 'automatic'
  code: string
  off: 'percent' | 'amount'
  percent: string
  amount: string
  /** Of all amounts. */
  currency: Coupon['currency']
  mostOff: string
  least: string
  on: 'all' | 'kinds' | 'offers'
  kinds: readonly string[]
  offers: readonly { id: string; title: string }[]
  opensAt: string
  closesAt: string
  usesMost: string
  eachMost: string
  firstOnly: boolean
  membersOnly: boolean
  stacks: boolean
  state: 'open' | 'closed'
}
const text = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value))
const count = (typed: string): number | null => (typed.trim() === '' ? null : Math.max(1, Math.floor(Number(typed) || 1)))
const typed = (coupon: Coupon | null, amount: string | null): string =>
  coupon === null || amount === null ? '' : typedAmount({ amount, currency: coupon.currency })

/** `usual`: the money of a new one. */
export const draftOf = (coupon: Coupon | null, usual: Coupon['currency'] = 'CNY'): Draft => ({
  name: coupon?.name ?? '',
  how: coupon?.automatic ? 'automatic' : coupon !== null && coupon.code === null ? 'series' : 'one',
  code: coupon?.code ?? '',
  off: coupon !== null && coupon.percentBp === null ? 'amount' : 'percent',
  percent: coupon === null ? '10' : coupon.percentBp === null ? '' : String(coupon.percentBp / 100),
  amount: typed(coupon, coupon?.amount ?? null),
  currency: coupon?.currency ?? usual,
  mostOff: typed(coupon, coupon?.mostOff ?? null),
  least: coupon === null || coupon.least === '0' ? '' : typed(coupon, coupon.least),
  on: coupon?.offers ? 'offers' : coupon?.kinds ? 'kinds' : 'all',
  kinds: coupon?.kinds ?? [],
  offers: coupon?.offers ?? [],
  opensAt: toLocal(coupon?.opensAt ?? null),
  closesAt: toLocal(coupon?.closesAt ?? null),
  usesMost: text(coupon?.usesMost),
  eachMost: coupon === null ? '1' : text(coupon.eachMost),
  firstOnly: coupon?.firstOnly ?? false,
  membersOnly: coupon?.membersOnly ?? false,
  stacks: coupon?.stacks ?? false,
  state: coupon?.state ?? 'open',
})

export const givenOf = (draft: Draft) => ({
  name: draft.name,
  code: draft.how === 'one' ? draft.code : null,
  percentBp: draft.off === 'percent' ? Math.round((Number(draft.percent) || 0) * 100) : null,
  amount: draft.off === 'amount' ? (parseAmount(draft.amount, draft.currency) ?? '0') : null,
  currency: draft.currency,
  mostOff: draft.off === 'percent' ? parseAmount(draft.mostOff, draft.currency) : null,
  least: parseAmount(draft.least, draft.currency) ?? '0',
  kinds: draft.on === 'kinds' && draft.kinds.length > 0 ? [...draft.kinds] : null,
  offers: draft.on === 'offers' && draft.offers.length > 0 ? draft.offers.map(one => one.id) : null,
  opensAt: fromLocal(draft.opensAt),
  closesAt: fromLocal(draft.closesAt),
  usesMost: count(draft.usesMost),
  eachMost: count(draft.eachMost),
  firstOnly: draft.firstOnly,
  membersOnly: draft.membersOnly,
  stacks: draft.stacks,
  automatic: draft.how === 'automatic',
  state: draft.state,
})
