/** Who may do what in this room: pure, so that a screen and a test can ask the same question. */
import type { OrgRole } from './store-organisations.ts'

const rank: Record<OrgRole, number> = { owner: 3, manager: 2, finance: 1, door: 1 }

export const can = {
  /** Rename the organisation, open and edit its pages. */
  manage: (role: OrgRole | null): boolean => role === 'owner' || role === 'manager',
  /** Add, change or remove a member who has (or shall have) this role: owners everyone, managers those below themselves. */
  appoint: (role: OrgRole | null, other: OrgRole): boolean => role === 'owner' || (role === 'manager' && rank[other] < rank.manager),
}
