/** Times, rates and what may be done when: pure. */
import type { z } from 'zod'
import type { returnReason, returnState } from '../../shared/goods.ts'

const dayMs = 86_400_000
export const later = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs)

/** Who has it says nothing: so many days after it arrived its money goes to the seller (setting `goods.confirm_days`). */
export const confirmDays = 15
/** Nobody says that it arrived: so many days after it was sent it did, and its money goes to the seller. */
export const sentDays = 21
/** Not sent so many days after it was paid (after the day of a pre-order): what is not sent is refunded by itself. */
export const unsentDays = 30
/** Until something is sent its money waits; long after that the job has refunded it. */
export const waitDays = 180
/** What the seller has to answer a return, the buyer to send it, the seller to say that it came. Then it goes on by itself. */
export const answerDays = 7
export const sendBackDays = 14
export const comeBackDays = 21

/** The moment from which something can be sent: today, or the day of its pre-order. */
export const readyOn = (at: Date, preorderOn: string | null): Date => {
  const day = preorderOn === null ? at : new Date(`${preorderOn}T00:00:00Z`)
  return day > at ? day : at
}
/** So many working days later. */
export function workingDays(from: Date, days: number): Date {
  let at = from
  for (let left = days; left > 0;) {
    at = later(at, 1)
    if (at.getUTCDay() !== 0 && at.getUTCDay() !== 6) left--
  }
  return at
}

// What sending costs.

export type RateRow = {
  id: string
  zone: string
  page: string
  name: string
  currency: string
  way: 'flat' | 'pieces' | 'weight'
  base: bigint
  step: bigint
  stepOf: number | null
  freeFrom: bigint | null
  mostG: number | null
  minDays: number | null
  maxDays: number | null
}
export type ZoneRow = { id: string; page: string; name: string; countries: string[]; regions: string[]; rates: RateRow[] }
/** Things of one seller that go together: pieces, grams, and what they cost (before codes). */
export type Load = { pieces: number; grams: number; value: bigint; currency: string }

/** What a rate asks for these things; null: it does not take them (too heavy, another currency). */
export function costOf(rate: RateRow, { pieces, grams, value, currency }: Load): bigint | null {
  if (rate.currency !== currency || (rate.mostG !== null && grams > rate.mostG)) return null
  if (rate.freeFrom !== null && value >= rate.freeFrom) return 0n
  if (rate.way === 'flat') return rate.base
  if (rate.way === 'pieces') return rate.base + rate.step * BigInt(Math.max(0, pieces - 1))
  const steps = Math.max(0, Math.ceil(grams / rate.stepOf!) - 1)
  return rate.base + rate.step * BigInt(steps)
}

/** 上海市 and 上海, Bayern and bayern are the same. */
export const regionForm = (name: string): string =>
  name
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$/u, '')

/** How well a zone fits a place: 3 a region of it, 2 its country, 1 the rest of the world; 0: it does not. */
function fit(zone: ZoneRow, country: string, region: string): number {
  if (zone.countries.length === 0) return 1
  if (!zone.countries.includes(country)) return 0
  if (zone.regions.length === 0) return 2
  return zone.regions.some(name => regionForm(name) === regionForm(region)) ? 3 : 0
}
/** The zones of one page that a place lies in: those that name it most exactly. */
export function zonesFor(zones: readonly ZoneRow[], country: string, region: string): ZoneRow[] {
  const best = Math.max(0, ...zones.map(zone => fit(zone, country, region)))
  return best === 0 ? [] : zones.filter(zone => fit(zone, country, region) === best)
}

// Returns.

export type ReturnState = z.output<typeof returnState>
export type ReturnReason = z.output<typeof returnReason>
/** The seller's fault: the seller pays for sending it back, and shops without returns take it back all the same. */
export const isFault = (reason: ReturnReason): boolean => ['faulty', 'damaged', 'wrong', 'not_as_described'].includes(reason)
/** For what is faulty the law gives longer than shops do. */
export const faultDays = 30
export const may = {
  accept: (state: ReturnState): boolean => state === 'asked',
  decline: (state: ReturnState): boolean => state === 'asked',
  withdraw: (state: ReturnState): boolean => state === 'asked' || state === 'accepted',
  send: (state: ReturnState): boolean => state === 'accepted' || state === 'sent',
  receive: (state: ReturnState): boolean => state === 'accepted' || state === 'sent',
}
