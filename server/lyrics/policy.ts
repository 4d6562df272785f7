/** Who may do what with lyrics. Pure. */
import type { Viewer } from '../foundation/session.ts'
import type { ContributionRow } from './store-contributions.ts'

/** Reviewers and operators of the planet look at what pages do not. */
export const isStaff = (viewer: Pick<Viewer, 'roles'>): boolean => viewer.roles.includes('reviewer') || viewer.roles.includes('operator')
export const isOpen = ({ state }: Pick<ContributionRow, 'state'>): boolean => state === 'open' || state === 'asked'

export const can = {
  see: (row: ContributionRow, viewer: Viewer): boolean => row.person === viewer.id || row.editor || isStaff(viewer),
  /** Nobody looks at their own. */
  review: (row: ContributionRow, viewer: Viewer): boolean => row.person !== viewer.id && (row.editor || isStaff(viewer)),
  revise: (row: ContributionRow, viewer: Viewer): boolean => row.person === viewer.id && isOpen(row),
}
