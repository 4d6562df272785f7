/** Who may do what with a split sheet. Pure. */
import type { Viewer } from '../foundation/session.ts'
import type { SheetRow } from './store.ts'

export const can = {
  /** Its parties (and members of organisations that are), who proposed it, and the editors of the page. */
  see: (row: SheetRow, viewer: Viewer): boolean => row.seen.length > 0 || row.mayEdit || row.createdBy === viewer.id,
  sign: (row: SheetRow): boolean =>
    row.state === 'open' && row.parties.some(({ party, answer }) => answer === null && row.mine.includes(party)),
  withdraw: (row: SheetRow, viewer: Viewer | null): boolean =>
    row.state === 'open' && viewer !== null && (row.createdBy === viewer.id || row.mayEdit),
}
