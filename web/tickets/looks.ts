import type { Words } from '../i18n/use.tsx'
import type { Tone } from '../ui/states.tsx'
import type { Ticket } from './queries.ts'

export const toneOf = ({ state }: Pick<Ticket, 'state'>): Tone =>
  state === 'issued' ? 'good' : state === 'offered' ? 'held' : state === 'used' ? 'accent' : 'plain'
export function stateWord(t: Words, { state, voidWhy }: Pick<Ticket, 'state' | 'voidWhy'>): string {
  if (state !== 'void') return t.tickets.states[state]
  const whys: Record<string, string> = t.tickets.whys
  return whys[voidWhy ?? 'other'] ?? t.tickets.whys.other
}
