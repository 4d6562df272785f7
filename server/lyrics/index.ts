/** The door of lyrics. */
export { routes } from './routes.ts'
export { lyricsOf, type ShownLyrics } from './words.ts'
