/** Who may do what with a playlist: pure. */
type Of = { role: 'owner' | 'collaborator' | null; collaborative: boolean }

export const can = {
  /** Name, note, picture, who sees it, who works on it, rules, throwing it away. */
  change: (list: Of): boolean => list.role === 'owner',
  /** Entries. A collaborator only while it is a common list. */
  fill: (list: Of): boolean => list.role === 'owner' || (list.role === 'collaborator' && list.collaborative),
}

/** So many playlists of one's own at most, however they are made. */
export const mostPlaylists = 1000
