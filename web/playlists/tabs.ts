/** The parts of a library, as they stand in its address. */
export const libraryTabs = ['playlists', 'favourites', 'albums', 'artists', 'owned', 'history'] as const
export type LibraryTab = (typeof libraryTabs)[number]
/** As they were called before, in addresses that people kept. */
const former: Record<string, LibraryTab> = { recent: 'history', followed: 'artists' }
export const libraryTab = (given: unknown): LibraryTab | undefined =>
  libraryTabs.find(name => name === given) ?? (typeof given === 'string' ? former[given] : undefined)
