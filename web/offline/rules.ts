/** What may lie on a device and what may play from it: pure rules, sizes in bytes, times in ms since 1970. */
import type { Playable } from '../player/track.ts'

/** waiting: its turn comes · loading · paused: someone said so · done: all of it is here · failed: see `problem`. */
export type KeptState = 'waiting' | 'loading' | 'paused' | 'done' | 'failed'
export type KeptProblem = 'network' | 'refused' | 'limit' | 'quota' | 'broken'

/** A track on this device; its sound lies beside it in parts. */
export type KeptTrack = {
  id: string
  /** As the player wants it, as it was when last asked for. */
  track: Playable
  /** Whose listening it is: a person's id, or '' for tracks that are free to everyone and were kept signed out. */
  account: string
  /** Everyone may stream all of it. */
  free: boolean
  state: KeptState
  problem: KeptProblem | null
  haveBytes: number
  /** Null until the planet has told. */
  sizeBytes: number | null
  /** Names the very bytes: another one means that the file is another. */
  etag: string | null
  mime: string | null
  addedAt: number
  /** When the planet last said that all of it may be played. */
  checkedAt: number
  playedAt: number
}

/** What was asked to be kept: the tracks of a release, of a playlist, a single one, or one's favourites. */
export type KeptSet = {
  id: string
  kind: 'release' | 'playlist' | 'track' | 'favourites'
  title: string
  by: string
  cover: Playable['cover']
  tracks: string[]
  account: string
  /** Kept by itself (favourites): gives way when space runs out. */
  automatic: boolean
  addedAt: number
}

export const staleMs = 30 * 86_400_000
/** Clocks of devices are put right now and then; more than this into the past is someone turning them back. */
const clockSlackMs = 86_400_000

/** Whether it was confirmed lately enough to play without asking. */
export const confirmed = (kept: Pick<KeptTrack, 'checkedAt'>, now: number): boolean =>
  now - kept.checkedAt < staleMs && now >= kept.checkedAt - clockSlackMs

/** Why a kept track does not play now for this listener ('' when signed out); null: it plays. */
export function barrier(kept: KeptTrack, account: string, now: number): 'absent' | 'locked' | 'stale' | null {
  if (kept.state !== 'done') return 'absent'
  if (kept.account !== '' && kept.account !== account && !(kept.free && account === '')) return 'locked'
  if (!kept.free && account === '') return 'locked'
  return confirmed(kept, now) ? null : 'stale'
}

/** What of this device belongs to someone else once `account` is known to be signed in: it goes. Nobody signed in ('') takes nothing away: sign-out does. */
export const ofOthers = <T extends { account: string }>(kept: readonly T[], account: string): T[] =>
  account === '' ? [] : kept.filter(one => one.account !== '' && one.account !== account)

/** What someone may keep: all of it, ready, and without an account only what everyone may hear. */
export const mayKeep = (track: { playable: string; state: string; streaming: string }, account: string): boolean =>
  track.playable === 'full' && track.state === 'ready' && (account !== '' || track.streaming === 'full')

/** Bytes of a track before the planet has told: 256 kb/s or 128 kb/s. */
export const guessBytes = (durationMs: number, quality: 'high' | 'low'): number =>
  Math.ceil((durationMs / 1000) * (quality === 'high' ? 33_000 : 17_000))

export const usedBytes = (kept: readonly KeptTrack[]): number => kept.reduce((sum, one) => sum + one.haveBytes, 0)

/** Tracks that only automatic sets ask for. */
export function automaticOnly(kept: readonly KeptTrack[], sets: readonly KeptSet[]): KeptTrack[] {
  const wanted = new Set(sets.filter(set => !set.automatic).flatMap(set => set.tracks))
  return kept.filter(one => !wanted.has(one.id))
}

/**
 * What has to go so that `needed` more bytes stay under the limit (null: none): automatic ones only, the one not heard for longest first. Null when that would
 * not do: then nothing goes.
 */
export function toMakeRoom(
  kept: readonly KeptTrack[],
  sets: readonly KeptSet[],
  needed: number,
  limit: number | null,
  sparing: string,
): KeptTrack[] | null {
  if (limit === null) return []
  let over = usedBytes(kept) + needed - limit
  if (over <= 0) return []
  const going: KeptTrack[] = []
  const givable = automaticOnly(kept, sets).filter(one => one.id !== sparing && one.haveBytes > 0)
  for (const one of givable.toSorted((a, b) => a.playedAt - b.playedAt || a.addedAt - b.addedAt)) {
    if (over <= 0) break
    going.push(one)
    over -= one.haveBytes
  }
  return over <= 0 ? going : null
}

/** Tracks that no set asks for any more. */
export function orphans(kept: readonly KeptTrack[], sets: readonly KeptSet[]): KeptTrack[] {
  const wanted = new Set(sets.flatMap(set => set.tracks))
  return kept.filter(one => !wanted.has(one.id))
}

export type SetProgress = { done: number; all: number; share: number; state: KeptState; problem: KeptProblem | null; bytes: number }

/** How far a set is, as one: it is done when all is, fails when nothing moves any more and something failed. */
export function progressOf(set: KeptSet, kept: ReadonlyMap<string, KeptTrack>): SetProgress {
  const tracks = set.tracks.flatMap(id => kept.get(id) ?? [])
  const done = tracks.filter(one => one.state === 'done').length
  const has = (state: KeptState): boolean => tracks.some(one => one.state === state)
  const share = tracks.reduce(
    (sum, one) => sum + (one.state === 'done' ? 1 : one.sizeBytes ? Math.min(0.99, one.haveBytes / one.sizeBytes) : 0),
    0,
  )
  const state: KeptState = has('loading')
    ? 'loading'
    : has('waiting')
      ? 'waiting'
      : has('paused')
        ? 'paused'
        : has('failed')
          ? 'failed'
          : 'done'
  return {
    done,
    all: tracks.length,
    share: tracks.length === 0 ? 0 : share / tracks.length,
    state,
    problem: tracks.find(one => one.problem !== null)?.problem ?? null,
    bytes: usedBytes(tracks),
  }
}

export type Told = { id: string; playable: string; state: string; streaming: string }
/** What a fresh answer of the planet does to a kept track: confirmed, or gone. */
export const afterAsking = (kept: KeptTrack, told: Told | undefined, account: string): 'keep' | 'drop' =>
  told !== undefined && told.playable === 'full' && (account !== '' || told.streaming === 'full' || kept.free) && told.state !== 'failed'
    ? 'keep'
    : 'drop'
