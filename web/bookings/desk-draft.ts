/** A room as its form holds it: text as typed; and what is sent. */
import { parseAmount, typedAmount } from '../shop/price.ts'
import type { DeskResource, Kind } from './queries.ts'
import { clock } from './times.ts'

export type BandDraft = {
  key: number
  title: string
  priority: string
  weekdays: readonly number[]
  holidays: 'same' | 'also' | 'never'
  from: string
  to: string
  fromDay: string
  toDay: string
  unit: string
  amount: string
}
export type Draft = {
  kind: Kind
  title: string
  about: string
  place: string
  address: string
  city: string
  country: string
  zone: string
  capacity: string
  equipment: string
  currency: DeskResource['currency']
  step: string
  shortest: string
  longest: string
  before: string
  after: string
  lead: string
  ahead: string
  deposit: string
  least: string
  noShow: string
  authors: string
  asks: boolean
  hours: readonly { weekday: number; on: boolean; from: string; to: string }[]
  bands: readonly BandDraft[]
  ladder: readonly { key: number; hours: string; back: string }[]
}
const all = [1, 2, 3, 4, 5, 6, 7]
let keys = 0
export const newKey = (): number => ++keys

export const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
/** From and to as minutes: an end that is not after the start is the night after. */
export function spanOf(from: string, to: string): { opens: number; closes: number } {
  const [opens, end] = [minuteOf(from), minuteOf(to)]
  return { opens, closes: end > opens ? end : end + 1440 }
}
export const newBand = (title: string): BandDraft => ({
  key: newKey(),
  title,
  priority: '0',
  weekdays: all,
  holidays: 'same',
  from: '00:00',
  to: '00:00',
  fromDay: '',
  toDay: '',
  unit: '60',
  amount: '',
})
export function draftOf(room: DeskResource | null, zone: string, title: string): Draft {
  if (room === null)
    return {
      kind: 'ktv',
      title: '',
      about: '',
      place: '',
      address: '',
      city: '',
      country: 'CN',
      zone,
      capacity: '8',
      equipment: '',
      currency: 'CNY',
      step: '60',
      shortest: '60',
      longest: '480',
      before: '0',
      after: '0',
      lead: '0',
      ahead: '60',
      deposit: '100',
      least: '0',
      noShow: '30',
      authors: '5',
      asks: false,
      hours: all.map(weekday => ({ weekday, on: true, from: '12:00', to: '02:00' })),
      bands: [newBand(title)],
      ladder: [
        { key: newKey(), hours: '24', back: '100' },
        { key: newKey(), hours: '2', back: '50' },
      ],
    }
  const { currency } = room
  return {
    ...room,
    capacity: String(room.capacity),
    equipment: room.equipment.join(', '),
    step: String(room.step),
    shortest: String(room.shortest),
    longest: String(room.longest),
    before: String(room.before),
    after: String(room.after),
    lead: String(room.lead / 60),
    ahead: String(room.ahead),
    deposit: String(room.deposit / 100),
    least: typedAmount({ amount: room.least, currency }),
    noShow: room.noShow === null ? '' : String(room.noShow),
    authors: String(room.authors / 100),
    hours: all.map(weekday => {
      const found = room.hours.find(one => one.weekday === weekday)
      return { weekday, on: found !== undefined, from: clock(found?.opens ?? 720), to: clock(found?.closes ?? 1320) }
    }),
    bands: room.bands.map(band => ({
      ...band,
      key: newKey(),
      priority: String(band.priority),
      from: clock(band.opens),
      to: clock(band.closes),
      fromDay: band.fromDay ?? '',
      toDay: band.toDay ?? '',
      unit: String(band.unit),
      amount: typedAmount({ amount: band.amount, currency }),
    })),
    ladder: room.ladder.map(({ hours, bp }) => ({ key: newKey(), hours: String(hours), back: String(bp / 100) })),
  }
}
/** Which amount is none, if any: `least` or the place of a price. */
export function wrongAmount(draft: Draft): 'least' | number | null {
  if (parseAmount(draft.least, draft.currency) === null) return 'least'
  const at = draft.bands.findIndex(band => parseAmount(band.amount, draft.currency) === null)
  return at < 0 ? null : at
}
const whole = (text: string): number => Math.round(Number(text) || 0)
export const givenOf = (draft: Draft) => ({
  kind: draft.kind,
  title: draft.title,
  about: draft.about,
  place: draft.place,
  address: draft.address,
  city: draft.city,
  country: draft.country,
  zone: draft.zone,
  capacity: whole(draft.capacity),
  equipment: draft.equipment
    .split(/[,，、\n]/)
    .map(one => one.trim())
    .filter(one => one !== ''),
  currency: draft.currency,
  step: whole(draft.step),
  shortest: whole(draft.shortest),
  longest: whole(draft.longest),
  before: whole(draft.before),
  after: whole(draft.after),
  lead: Math.round((Number(draft.lead) || 0) * 60),
  ahead: whole(draft.ahead),
  deposit: Math.round((Number(draft.deposit) || 0) * 100),
  least: parseAmount(draft.least, draft.currency) ?? '0',
  noShow: draft.noShow.trim() === '' ? null : whole(draft.noShow),
  authors: Math.round((Number(draft.authors) || 0) * 100),
  asks: draft.asks,
  hours: draft.hours.filter(one => one.on).map(({ weekday, from, to }) => ({ weekday, ...spanOf(from, to) })),
  bands: draft.bands.map(({ title, priority, weekdays, holidays, from, to, fromDay, toDay, unit, amount }) => ({
    title,
    priority: whole(priority),
    weekdays: [...weekdays],
    holidays,
    ...spanOf(from, to),
    fromDay: fromDay || null,
    toDay: toDay || null,
    unit: whole(unit),
    amount: parseAmount(amount, draft.currency) ?? '0',
  })),
  ladder: draft.ladder.map(({ hours, back }) => ({ hours: whole(hours), bp: Math.round((Number(back) || 0) * 100) })),
})
