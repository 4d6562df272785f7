/** What the holder of a ticket may do with it, and until when. Pure. */
import type { ShowFacts } from './source.ts'
import type { TicketRow } from './store.ts'

const running = (show: ShowFacts): boolean => !['cancelled', 'over'].includes(show.state)
const before = (until: Date | null, now: Date): boolean => until !== null && now < until

export const can = {
  rename: (row: Pick<TicketRow, 'state'>, show: ShowFacts, now: Date): boolean =>
    row.state === 'issued' && running(show) && before(show.renameUntil, now),
  transfer: (row: Pick<TicketRow, 'state'>, show: ShowFacts, now: Date): boolean =>
    row.state === 'issued' && running(show) && before(show.transferUntil, now),
  /** Only who paid for it: what was handed on for nothing is handed back, not sold. */
  resell: (
    row: Pick<TicketRow, 'state' | 'holder' | 'line' | 'paid' | 'faceValue'>,
    line: { buyer: string; state: string; frozen: boolean } | undefined,
    show: ShowFacts,
    now: Date,
  ): boolean => (row.state === 'issued' || row.state === 'offered') && running(show) && before(show.resaleUntil, now) && paidBy(row, line),
}
export const paidBy = (
  row: Pick<TicketRow, 'holder' | 'line' | 'paid' | 'faceValue'>,
  line: { buyer: string; state: string; frozen: boolean } | undefined,
): boolean => row.paid > 0n && line !== undefined && line.buyer === row.holder && line.state === 'held' && !line.frozen

/** The most it may be sold on for: what was paid, never above its face value. */
export const mostFor = (row: Pick<TicketRow, 'paid' | 'faceValue'>): bigint => (row.paid < row.faceValue ? row.paid : row.faceValue)

/** Names that a show asks for are complete. */
export const named = (show: Pick<ShowFacts, 'realName'>, given: { name?: string | null; idTail?: string | null }): boolean =>
  show.realName === 'none' || ((given.name ?? '') !== '' && (show.realName === 'name' || (given.idTail ?? '') !== ''))
