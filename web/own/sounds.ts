/** The sound of one's own file: opened again where it was found, if the browser lets. */
import * as db from './db.ts'
import { allowed, open } from './files.ts'
import { sessionFile } from './library.ts'

export async function ownSound(id: string): Promise<Blob | null> {
  const file = sessionFile(id)
  if (file) return file
  const track = await db.readTrack(id)
  const root = track && (await db.readRoot(track.root))
  // Pressing play is a press: the browser may ask right now whether the folder may be read.
  if (!root || !(await allowed(root, true))) return null
  return open(root, track.path)
}
