/** Who shares in a release, and with what weight. Whole numbers only, so that shop's one division by largest remainder is exact. */
import type { Read, Tx } from '../foundation/db.ts'
import { sharedReleases, waitingReleases, type SharedRelease, type ShareRow } from './store.ts'

export type Share = { party: string; role: string; shareBp: number }
/** The sheets that hold for some tracks of a release (`count` of them have the same ones); null where there is none. */
export type TrackShares = { count: number; work: readonly Share[] | null; master: readonly Share[] | null }
export type ReleaseShares = {
  release: string
  /** Who gets what no sheet speaks of: the owner of the release's page (usr_…, org_…). */
  owner: string
  tracks: readonly TrackShares[]
}
/** A part of the whole: `weight` of the sum of all weights. `shareBp` is the share on the sheets of that kind if it is the same on all tracks. */
export type Weight = { receiver: string; kind: 'work' | 'master' | 'owner'; role: string; weight: bigint; shareBp: number | null }

const inForce = (row: ShareRow, at: Date): boolean => row.inForceFrom <= at && (row.inForceUntil === null || row.inForceUntil > at)

/** The sheets of one release in force at a moment, and how many tracks have the same ones. */
function sharesAt({ release, owner, tracks, shares }: SharedRelease, at: Date): ReleaseShares {
  const sheets = new Map<string, Share[]>()
  const own = new Set<string>()
  for (const row of shares) {
    if (!inForce(row, at)) continue
    const key = `${row.subject} ${row.kind}`
    const share = { party: row.party, role: row.role, shareBp: row.shareBp }
    if (row.subject !== release) own.add(row.subject)
    const found = sheets.get(key)
    if (found === undefined) sheets.set(key, [share])
    else found.push(share)
  }
  const of = (subject: string, kind: string): Share[] | null => sheets.get(`${subject} ${kind}`) ?? sheets.get(`${release} ${kind}`) ?? null
  const groups: TrackShares[] = [...own].map(track => ({ count: 1, work: of(track, 'work'), master: of(track, 'master') }))
  // Where all tracks have the same sheets, or there is none yet, their number changes nothing.
  const others = Math.max(tracks ?? 1, 1) - groups.length
  if (others > 0) groups.push({ count: others, work: of(release, 'work'), master: of(release, 'master') })
  return { release, owner, tracks: groups }
}

/**
 * Loads what is needed to share the income of these releases and answers for any moment: sheets in force then. One query however many releases.
 * A release whose page has no owner is not in the answer (undefined).
 */
export async function sharesFor(
  db: Read | Tx,
  releases: readonly string[],
): Promise<(release: string, at: Date) => ReleaseShares | undefined> {
  const found = await sharedReleases(db, releases)
  return (release, at) => {
    const row = found.get(release)
    return row === undefined ? undefined : sharesAt(row, at)
  }
}

/** The same for single tracks: each with the sheets that hold for it (its own before its release's). One query however many. */
export async function sharesForTracks(
  db: Read | Tx,
  tracks: readonly { track: string; release: string }[],
): Promise<(track: string, at: Date) => ReleaseShares | undefined> {
  const found = await sharedReleases(db, [...new Set(tracks.map(({ release }) => release))])
  const releaseOf = new Map(tracks.map(({ track, release }) => [track, release]))
  return (track, at) => {
    const row = found.get(releaseOf.get(track) ?? '')
    if (row === undefined) return undefined
    const shares = row.shares.filter(({ subject }) => subject === track || subject === row.release)
    const of = (kind: string): Share[] | null => {
      const held = shares.filter(share => share.kind === kind && inForce(share, at))
      const own = held.filter(({ subject }) => subject === track)
      const those = own.length > 0 ? own : held
      return those.length === 0 ? null : those.map(({ party, role, shareBp }) => ({ party, role, shareBp }))
    }
    return { release: row.release, owner: row.owner, tracks: [{ count: 1, work: of('work'), master: of('master') }] }
  }
}

/** Which of these releases cannot be sold: a first sheet of theirs or of one of their tracks still waits for signatures. */
export const waitingFor = (db: Read | Tx, releases: readonly string[]): Promise<Set<string>> => waitingReleases(db, releases)

/**
 * The exact weights of all receivers over a release: each track counts the same; `workBp` of a track goes to its work if that has a sheet, the rest to
 * its master; a part without a sheet goes to the owner. Sorted by receiver, kind and role; independent of the order of tracks and parties.
 */
export function weightsOf(shares: ReleaseShares, workBp: number): Weight[] {
  const weights = new Map<string, Weight>()
  const add = (receiver: string, kind: Weight['kind'], role: string, weight: bigint, shareBp: number): void => {
    if (weight === 0n) return
    const key = `${receiver} ${kind} ${role}`
    const found = weights.get(key)
    if (found === undefined) weights.set(key, { receiver, kind, role, weight, shareBp })
    else {
      found.weight += weight
      if (found.shareBp !== shareBp) found.shareBp = null
    }
  }
  for (const { count, work, master } of shares.tracks) {
    const tracks = BigInt(count)
    const toWork = work === null ? 0n : BigInt(workBp)
    for (const { party, role, shareBp } of work ?? []) add(party, 'work', role, tracks * toWork * BigInt(shareBp), shareBp)
    const toMaster = 10_000n - toWork
    if (master === null) add(shares.owner, 'owner', '', tracks * toMaster * 10_000n, 10_000)
    else for (const { party, role, shareBp } of master) add(party, 'master', role, tracks * toMaster * BigInt(shareBp), shareBp)
  }
  const order = (weight: Weight): string => `${weight.receiver} ${weight.kind} ${weight.role}`
  return [...weights.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1))
}
