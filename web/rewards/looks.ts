import { Award, Gift, Sparkles, Ticket, TicketPercent, type LucideIcon } from 'lucide-react'
import type { Words } from '../i18n/use.tsx'
import type { Card, Kind } from './queries.ts'

export const icons: Record<Kind, LucideIcon> = { goods: Gift, voucher: TicketPercent, ticket: Ticket, experience: Sparkles, digital: Award }

/** What stands under a reward's name: when, how many are left, or what is missing. `points` null: signed out. */
export function stateText(
  t: Words,
  card: Card,
  points: number | null,
  format: { number: (n: number) => string; date: (iso: string) => string },
): string | null {
  if (card.why === 'sold_out') return t.rewards.soldOut
  if (card.why === 'not_open' && card.opensAt !== null) return t.rewards.opens(format.date(card.opensAt))
  if (card.why === 'points' && points !== null) return t.rewards.missing(format.number(card.points - points))
  if (card.why !== null && card.why !== 'signed_out' && card.why !== 'members_only') return t.rewards.why[card.why]
  if (card.left === 1) return t.rewards.lastOne
  if (card.left !== null && card.left <= 20) return t.rewards.left(format.number(card.left))
  if (card.closesAt !== null) return t.rewards.until(format.date(card.closesAt))
  return null
}
