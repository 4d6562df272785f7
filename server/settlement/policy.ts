/** Who may do what in this room. Pure. */
import type { Viewer } from '../foundation/session.ts'

type Proposed = { state: string; proposedBy: string }

export const can = {
  /** Four eyes: not who proposed it. */
  decide: (row: Proposed, viewer: Viewer): boolean => row.state === 'open' && row.proposedBy !== viewer.id,
  withdraw: (row: Proposed, viewer: Viewer): boolean => row.state === 'open' && row.proposedBy === viewer.id,
}
