/** The door of lyrics. */
import { registerMover } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { moveWords } from './store.ts'

registerMover((tx, from, to) => moveWords(tx, from, to, clock.now()))

export { checks } from './checks.ts'
export { routes } from './routes.ts'
export { lyricsOf, type ShownLyrics } from './words.ts'
