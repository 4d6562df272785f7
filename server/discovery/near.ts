/** What goes with given tracks: candidates of the store, scored, each with its best reason, in a mixture that does not dwell on one release or artist. */
import { createHash } from 'node:crypto'
import type { Decoded } from '../../shared/contract.ts'
import type { Reason } from '../../shared/discovery.ts'
import type { Read } from '../foundation/db.ts'
import { readCandidates, readFacts, type Candidate, type Facts } from './store.ts'

export type Why = Decoded<typeof Reason>
export type Scored = { track: string; release: string; artists: readonly string[]; score: number; why: Why }

/** A number from 0 to 1 that belongs to this text for ever: chance that can be repeated. */
export const chance = (text: string): number => createHash('sha1').update(text).digest().readUInt32BE(0) / 2 ** 32

/** How alike two tracks are by what is known of them, 0 … 1. */
export function alike(a: Facts, b: Facts): number {
  let points = 0
  if (a.genre !== null && a.genre === b.genre) points += 0.45
  if (a.year !== null && b.year !== null) points += 0.25 * Math.max(0, 1 - Math.abs(a.year - b.year) / 12)
  if (a.bpm !== null && b.bpm !== null) {
    // Half and double time feel alike.
    const ratio = Math.abs(Math.log2(a.bpm / b.bpm))
    points += 0.2 * Math.max(0, 1 - 6 * Math.min(ratio, Math.abs(ratio - 1)))
  }
  if (a.artists.some(artist => b.artists.includes(artist))) points += 0.1
  return points
}

const reasonOf = (candidate: Candidate): Why => ({ kind: candidate.kind, name: candidate.name, count: candidate.listeners })

/** Strongest first. `salt` moves those of nearly equal strength, so that two radios from one seed differ. */
export async function near(db: Read, seeds: readonly string[], salt = ''): Promise<Scored[]> {
  const own = await readFacts(db, seeds.slice(0, 5))
  if (own.length === 0) return []
  const candidates = await readCandidates(
    db,
    own.map(seed => seed.track),
  )
  const hottest = Math.max(1, ...candidates.map(candidate => candidate.heat))
  const best = new Map<string, Scored & { strongest: number }>()
  for (const candidate of candidates) {
    const likeness = Math.max(...own.map(seed => alike(seed, candidate)))
    const known = best.get(candidate.track)
    // Each further reason adds a little; what is much heard comes first among equals.
    const weight = candidate.weight + 0.35 * likeness + 0.1 * Math.sqrt(candidate.heat / hottest)
    if (!known) {
      best.set(candidate.track, {
        track: candidate.track,
        release: candidate.release,
        artists: candidate.artists,
        score: weight,
        strongest: candidate.weight,
        why: reasonOf(candidate),
      })
      continue
    }
    known.score = Math.max(known.score, weight) + 0.08
    if (candidate.weight > known.strongest) {
      known.strongest = candidate.weight
      known.why = reasonOf(candidate)
    }
  }
  return [...best.values()]
    .map(item => ({ ...item, score: item.score + (salt === '' ? 0 : 0.45 * chance(`${salt} ${item.track}`)) }))
    .toSorted((a, b) => b.score - a.score || (a.track < b.track ? -1 : 1))
}

/**
 * Takes the first that fit: at most `perRelease` of a release and `perArtist` of an artist, no artist twice in a row where it can be helped. Who is left over fills up.
 */
export function mingle<T extends Pick<Scored, 'track' | 'release' | 'artists'>>(
  items: readonly T[],
  count: number,
  { perRelease, perArtist }: { perRelease: number; perArtist: number },
): T[] {
  const releases = new Map<string, number>()
  const artists = new Map<string, number>()
  const taken: T[] = []
  const rest: T[] = []
  for (const item of items) {
    const first = item.artists[0] ?? ''
    if ((releases.get(item.release) ?? 0) >= perRelease || (artists.get(first) ?? 0) >= perArtist) {
      rest.push(item)
      continue
    }
    releases.set(item.release, (releases.get(item.release) ?? 0) + 1)
    artists.set(first, (artists.get(first) ?? 0) + 1)
    taken.push(item)
    if (taken.length === count) break
  }
  const all = [...taken, ...rest].slice(0, count)
  const out: T[] = []
  while (all.length > 0) {
    const last = out.at(-1)?.artists[0]
    const next = all.findIndex(item => item.artists[0] !== last)
    out.push(...all.splice(Math.max(0, next), 1))
  }
  return out
}
