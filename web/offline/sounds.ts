/** The sound of a kept track, if it may be played now. */
import * as db from './db.ts'
import { moved } from './kept.ts'
import { barrier } from './rules.ts'
import { lastKnown } from './who.ts'

export async function keptSound(id: string): Promise<Blob | null> {
  const kept = await db.readTrack(id)
  if (!kept || barrier(kept, lastKnown(), Date.now()) !== null) return null
  const sound = await db.readSound(id, kept.mime ?? 'audio/mp4')
  // A browser that cleared a part of it: the planet's own sound is the better one.
  if (kept.sizeBytes && sound.size !== kept.sizeBytes) {
    await db.changeTrack(id, { state: 'failed', problem: 'broken', haveBytes: 0 })
    await db.dropParts(id)
    return null
  }
  const played = await db.changeTrack(id, { playedAt: Date.now() })
  if (played) moved(played)
  return sound
}
