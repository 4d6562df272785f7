/** Every call we answer: what an app's key must be good for, and what is done. */
import { keepingCalls } from './keeping.ts'
import { browsingCalls } from './browsing.ts'
import type { Call } from './call.ts'
import { houseCalls } from './housekeeping.ts'
import { listCalls } from './lists.ts'
import { markCalls } from './marks.ts'
import { pictureCalls } from './pictures.ts'
import { playlistCalls } from './playlists.ts'
import { soundCalls } from './sound.ts'
import { wordCalls } from './words.ts'

export const calls: Readonly<Record<string, Call>> = {
  ...houseCalls,
  ...browsingCalls,
  ...listCalls,
  ...markCalls,
  ...playlistCalls,
  ...keepingCalls,
  ...soundCalls,
  ...pictureCalls,
  ...wordCalls,
}
