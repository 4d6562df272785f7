/** The parts of a library, as they stand in its address. */
export const libraryTabs = ['favourites', 'recent', 'owned', 'followed'] as const
export type LibraryTab = (typeof libraryTabs)[number]
