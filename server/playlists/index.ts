/** The door of playlists: lists people make, favourites, stars, and what their history forgot. */
export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { routes } from './routes.ts'
export { marksOf, rate, star, starred } from './marks.ts'
export { changePlaylist, dropPlaylist, makePlaylist, playlistsOf, readPlaylist, type SimplePlaylist } from './simple.ts'
