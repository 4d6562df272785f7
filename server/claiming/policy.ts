/** Terms of claiming a page, and who may do what: pure, so that a screen and a test can ask the same question. */
import type { Viewer } from '../foundation/session.ts'

const dayMs = 86_400_000
/**
 * So long everybody may object. A fortnight: whoever follows the artist comes by at least once, a week's holiday does not cost anybody their page, and an honest
 * claimant does not wait longer than for a letter.
 */
export const periodDays = 14
/** Proof files are taken away so long after the end: as long as somebody may still ask how it was decided. */
export const fileDays = 180
/** Open claims of one person. */
export const mostOpen = 5
export const mostFileBytes = 10 * 1024 * 1024
/** One link is looked at again after so long; a look that says nothing for longer was lost. Milliseconds. */
export const lookEveryMs = 30_000
export const lookLostMs = 120_000
export const after = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs)

export type State = 'review' | 'announced' | 'contested' | 'granted' | 'refused' | 'withdrawn'
/** What of a claim decides who may do what; the last four are about the viewer. */
export type Standing = {
  person: string
  state: State
  announcedBy: string | null
  endsAt: Date | null
  /** Belongs to the organisation it is for, objected to it, claims the page themselves. */
  viewerMember: boolean
  viewerObjected: boolean
  viewerRival: boolean
}
export type Barred = 'own' | 'organisation' | 'objected' | 'rival' | 'announced'

/** Reviewers and operators of the planet. */
export const isStaff = (viewer: Pick<Viewer, 'roles'>): boolean => viewer.roles.includes('reviewer') || viewer.roles.includes('operator')
export const isOpen = (state: State): boolean => state === 'review' || state === 'announced' || state === 'contested'
export const isPublic = (state: State): boolean => state === 'announced' || state === 'contested'

/** Whose matter it is themselves: they decide nothing of it. */
export function partyTo(row: Standing, viewer: Pick<Viewer, 'id'>): Exclude<Barred, 'announced'> | null {
  if (row.person === viewer.id) return 'own'
  if (row.viewerMember) return 'organisation'
  if (row.viewerObjected) return 'objected'
  return row.viewerRival ? 'rival' : null
}
const judge = (row: Standing, viewer: Pick<Viewer, 'id' | 'roles'>): boolean => isStaff(viewer) && partyTo(row, viewer) === null

export const can = {
  withdraw: (row: Standing, viewer: Viewer): boolean => row.person === viewer.id && isOpen(row.state),
  look: (row: Standing, viewer: Viewer): boolean => (row.person === viewer.id || isStaff(viewer)) && isOpen(row.state),
  announce: (row: Standing, viewer: Viewer): boolean => judge(row, viewer) && row.state === 'review',
  refuse: (row: Standing, viewer: Viewer): boolean => judge(row, viewer) && (row.state === 'review' || row.state === 'announced'),
  /** What is contested has two pairs of eyes: one announced it, another decides. */
  decide: (row: Standing, viewer: Viewer): boolean => judge(row, viewer) && row.state === 'contested' && row.announcedBy !== viewer.id,
  /** Once, before the period ends, not by those who claim it. */
  object: (row: Standing, viewer: Viewer, now: Date): boolean =>
    isPublic(row.state) && row.endsAt !== null && now < row.endsAt && row.person !== viewer.id && !row.viewerMember && !row.viewerObjected,
}
