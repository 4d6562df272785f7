/** Tickets to come are kept on this device, so that they open where there is no network. Only of who looked last. */
import type { Ticket } from './queries.ts'

const key = 'planet.tickets'
const most = 200

export function keepTickets(tickets: readonly Ticket[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(tickets.slice(0, most)))
  } catch {
    // Full, or forbidden: then there is none offline.
  }
}
export function keptTickets(): Ticket[] {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? '[]') as Ticket[]
    return Array.isArray(found) ? found.filter(ticket => new Date(ticket.show.endsAt).getTime() + 6 * 3_600_000 > Date.now()) : []
  } catch {
    return []
  }
}
export const dropTickets = (): void => {
  try {
    localStorage.removeItem(key)
  } catch {
    // Nothing was kept then.
  }
}
