/** Who may do what with refunds, and until when one may be asked for: pure, so that a page and a test can ask the same question. */
import type { Viewer } from '../foundation/session.ts'
import type { RequestState } from './store.ts'

/** As whom someone looks at a refund. */
export type Role = { buyer: boolean; seller: boolean; staff: boolean }
/** For the planet, about what someone else bought: who bought it asks like everyone. */
export const isStaffFor = (viewer: Viewer, buyer: string): boolean =>
  buyer !== viewer.id && (viewer.roles.includes('finance') || viewer.roles.includes('operator'))

export const can = {
  see: (role: Role): boolean => role.buyer || role.seller || role.staff,
  /** The seller may always refund; so may finance. */
  approve: (role: Role, state: RequestState): boolean => (role.seller || role.staff) && (state === 'asked' || state === 'escalated'),
  /** The seller in time; after that only finance. */
  decline: (role: Role, state: RequestState): boolean =>
    (state === 'asked' && (role.seller || role.staff)) || (state === 'escalated' && role.staff),
  withdraw: (role: Role, state: RequestState): boolean => role.buyer && (state === 'asked' || state === 'escalated'),
  /** What the seller declined last, for a while: then the planet decides. */
  escalate: (role: Role, row: { contested: boolean; decidedAt: Date | null }, now: Date): boolean =>
    role.buyer && row.contested && row.decidedAt !== null && now.getTime() <= row.decidedAt.getTime() + escalateMs,
}

const dayMs = 86_400_000
/** How many days after the payment buyers may ask for a refund, unless the setting `refunds.days` says otherwise. */
export const usualDays = 14
/** How long the seller has, and then finance. */
export const sellerMs = 7 * dayMs
export const financeMs = 14 * dayMs
/** How long after the seller's no a buyer may ask the planet. */
export const escalateMs = 14 * dayMs

export type Asked = {
  state: string
  kind: string
  paidAt: Date | null
  downloaded: boolean
  left: bigint
  disputed: boolean
  /** A request waits, or a refund waits for the operator. */
  waiting: boolean
}
export const askUntil = (paidAt: Date, days: number): Date => new Date(paidAt.getTime() + days * dayMs)

/** Why a buyer cannot ask for a refund of a line now, as a fault's code; null when they can. */
export function whyNot(line: Asked, days: number, now: Date): string | null {
  if ((line.state !== 'held' && line.state !== 'settled') || line.left <= 0n || line.paidAt === null) return 'nothing_to_refund'
  if (line.disputed) return 'dispute_open'
  if (line.waiting) return 'refund_asked'
  if (now > askUntil(line.paidAt, days)) return 'refund_too_late'
  return line.kind === 'digital' && line.downloaded ? 'refund_downloaded' : null
}
