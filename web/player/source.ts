import type { Playable } from './track.ts'

/** Where a track's sound comes from: the planet's renditions, or a file that is on this device already. */
export type Sound = { kind: 'planet'; track: string } | { kind: 'blob'; blob: Blob }

let find: (track: Playable) => Promise<Blob | null> = async () => null

/** Who keeps sound on the device says here how to find it (web/offline, web/own). Null: not on this device. */
export const setLocalSounds = (finder: (track: Playable) => Promise<Blob | null>): void => {
  find = finder
}

/** What is on the device wins: it needs no network. */
export async function soundOf(track: Playable): Promise<Sound> {
  const blob = await find(track).catch(() => null)
  if (blob) return { kind: 'blob', blob }
  if (track.own) throw new Error('the file is gone from this device')
  return { kind: 'planet', track: track.id }
}
