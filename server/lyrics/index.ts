/** The door of lyrics. */
export { checks } from './checks.ts'
export { routes } from './routes.ts'
export { lyricsOf, type ShownLyrics } from './words.ts'
