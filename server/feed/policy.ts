/** Who may do what with posts and comments: pure. */
import type { Standing } from '../groups/index.ts'

/** How a viewer stands where something was posted. */
export type Stand = {
  viewer: string | null
  operator: boolean
  /** In a group: where they stand in it; null on a page. */
  group: Pick<Standing, 'member' | 'role' | 'artist' | 'banned'> | null
  /** They edit the page it stands on. */
  editor: boolean
  /** The group is not closed. */
  open: boolean
}
type Of = { author: string; artist: boolean }

/** Speaks as the artist there. */
const artist = (at: Stand): boolean => (at.group === null ? at.editor : at.group.artist)
const host = (at: Stand): boolean => artist(at) || at.group?.role === 'owner' || at.group?.role === 'host'
/** What one wrote oneself, and what any of them said in the artist's voice. */
const ours = (at: Stand, of: Of): boolean => at.viewer !== null && (of.author === at.viewer || (of.artist && artist(at)))
const inside = (at: Stand): boolean =>
  at.viewer !== null && at.open && (at.group === null || ((at.group.member || at.group.artist) && !at.group.banned))

export const can = {
  artist,
  host,
  ours,
  /** Posting: members of a group, editors of a page. */
  post: (at: Stand): boolean => (at.group === null ? at.viewer !== null && at.editor : inside(at)),
  /** Commenting and reacting. On a page: everyone who is signed in. */
  join: inside,
  report: (at: Stand, of: Of): boolean => at.viewer !== null && !ours(at, of),
  moderate: (at: Stand, of: Of): boolean => at.viewer !== null && !ours(at, of) && (at.operator || (at.group !== null && host(at))),
  /** What is held or taken off: who wrote it, who decides. */
  seeHidden: (at: Stand, of: Of): boolean => ours(at, of) || host(at) || at.operator,
}
