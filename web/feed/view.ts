import type { Source } from './queries.ts'

/** What of a group's feed one looks at, as it stands in the address. */
export type GroupView = { show?: 'artist' | 'popular'; q?: string }
export function groupView(search: Record<string, unknown>): GroupView {
  const { show, q } = search
  return {
    ...(show === 'artist' || show === 'popular' ? { show } : {}),
    ...((typeof q === 'string' && q.trim() !== '') || typeof q === 'number' ? { q: String(q).slice(0, 100) } : {}),
  }
}
export const sourceOfGroup = (group: string, { show, q }: GroupView): Source =>
  q !== undefined
    ? { kind: 'search', group, q: q.trim() }
    : { kind: 'group', group, ...(show === 'artist' ? { artist: true } : show === 'popular' ? { popular: true } : {}) }

export type FeedView = { show?: 'popular' | 'own' }
export const feedView = ({ show }: Record<string, unknown>): FeedView => (show === 'popular' || show === 'own' ? { show } : {})
/** Who is signed out follows nobody: what is popular. */
export const sourceOfFeed = ({ show }: FeedView, member: boolean): Source => ({ kind: member ? (show ?? 'mine') : 'popular' })
