/** Whether a heard play counts: decided once, under the person's lock, with one look at what counts for them around it. */
import type { Tx } from '../foundation/db.ts'
import { apartMs } from './heard.ts'
import { countedAround, takeGuestPlay } from './store.ts'

/** Plays of one track that count for one person within 24 hours. */
const mostOfTrack = 50
/** Plays that count for one person within 24 hours. */
const mostOfDay = 1000
/** Plays of one track that count for one network address, signed out, within an hour. */
const mostPerGuestHour = 6
/** Plays that count for one network address within an hour, signed out or in: a large household, not a farm. */
const mostPerAddressHour = 600
const everyTrack = '*'

export type Uncounted = 'maker' | 'draft' | 'near' | 'often' | 'elsewhere' | 'address'

/** Of a play so long, so much may have sounded while something else did: fading into the next (12 s), and a tenth for clocks. */
export const togetherMs = (heardMs: number): number => Math.floor(heardMs / 10) + 12_000

/** Null when it counts, else why not. The person must be locked (`lockListener`). */
export async function mayCount(
  tx: Tx,
  play: { person: string; track: string; at: Date; durationMs: number; heardMs: number },
): Promise<Uncounted | null> {
  const { maker, near, ofTrack, ofDay, together } = await countedAround(tx, { ...play, apartMs: apartMs(play.durationMs) })
  if (maker) return 'maker'
  if (near) return 'near'
  if (together > togetherMs(play.heardMs)) return 'elsewhere'
  return ofTrack >= mostOfTrack || ofDay >= mostOfDay ? 'often' : null
}

/** Takes one of what an address may count in this hour: of this track when nobody is signed in, and of all. */
export async function addressMayCount(tx: Tx, guest: string, track: string | null, now: Date): Promise<boolean> {
  const hour = new Date(Math.floor(now.getTime() / 3_600_000) * 3_600_000)
  if (track !== null && !(await takeGuestPlay(tx, guest, track, hour, mostPerGuestHour))) return false
  return takeGuestPlay(tx, guest, everyTrack, hour, mostPerAddressHour)
}
