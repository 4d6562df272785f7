import { describe, expect, it } from 'vitest'
import {
  afterAsking,
  barrier,
  confirmed,
  mayKeep,
  ofOthers,
  orphans,
  progressOf,
  staleMs,
  toMakeRoom,
  type KeptSet,
  type KeptTrack,
} from './rules.ts'

const now = Date.UTC(2026, 10, 20)
const day = 86_400_000
const mega = 1_000_000
function kept(id: string, more: Partial<KeptTrack> = {}): KeptTrack {
  return {
    id,
    track: {
      id,
      title: id,
      durationMs: 180_000,
      artists: [],
      release: { id: 'rel_1', title: 'One' },
      cover: null,
      playable: 'full',
      loudness: null,
      hasLyrics: false,
      source: 'library',
    },
    account: 'per_a',
    free: false,
    state: 'done',
    problem: null,
    haveBytes: 5 * mega,
    sizeBytes: 5 * mega,
    etag: null,
    mime: null,
    addedAt: now,
    checkedAt: now,
    playedAt: now,
    ...more,
  }
}
const set = (id: string, tracks: string[], more: Partial<KeptSet> = {}): KeptSet => ({
  id,
  kind: 'release',
  title: id,
  by: '',
  cover: null,
  tracks,
  account: 'per_a',
  automatic: false,
  addedAt: now,
  ...more,
})

describe('what plays from the device', () => {
  it('is what was confirmed within thirty days, by a clock that was not turned back', () => {
    expect(confirmed({ checkedAt: now }, now + staleMs - 1)).toBe(true)
    expect(confirmed({ checkedAt: now }, now + staleMs)).toBe(false)
    expect(confirmed({ checkedAt: now }, now - 3 * day)).toBe(false)
    expect(barrier(kept('a'), 'per_a', now + staleMs + 1)).toBe('stale')
  })
  it('is one’s own: not what another account kept, and signed out only what is free to all', () => {
    expect(barrier(kept('a'), 'per_a', now)).toBeNull()
    expect(barrier(kept('a'), 'per_b', now)).toBe('locked')
    expect(barrier(kept('a'), '', now)).toBe('locked')
    expect(barrier(kept('a', { free: true }), '', now)).toBeNull()
    expect(barrier(kept('a', { free: true }), 'per_b', now)).toBe('locked')
    expect(barrier(kept('a', { account: '', free: true }), 'per_b', now)).toBeNull()
    expect(barrier(kept('a', { state: 'loading' }), 'per_a', now)).toBe('absent')
  })
  it('goes when someone else signs in, and stays when nobody does', () => {
    const all = [kept('a'), kept('b', { account: 'per_b' }), kept('c', { account: '' })]
    expect(ofOthers(all, 'per_b').map(one => one.id)).toEqual(['a'])
    expect(ofOthers(all, '')).toEqual([])
  })
  it('goes when the planet no longer gives all of it', () => {
    const told = { id: 'a', playable: 'full', state: 'ready', streaming: 'preview' }
    expect(afterAsking(kept('a'), told, 'per_a')).toBe('keep')
    expect(afterAsking(kept('a'), { ...told, playable: 'preview' }, 'per_a')).toBe('drop')
    expect(afterAsking(kept('a'), undefined, 'per_a')).toBe('drop')
  })
})

describe('keeping', () => {
  it('takes what may be heard in full, and without an account only what everyone may', () => {
    const track = { playable: 'full', state: 'ready', streaming: 'preview' }
    expect(mayKeep(track, 'per_a')).toBe(true)
    expect(mayKeep(track, '')).toBe(false)
    expect(mayKeep({ ...track, streaming: 'full' }, '')).toBe(true)
    expect(mayKeep({ ...track, playable: 'preview' }, 'per_a')).toBe(false)
    expect(mayKeep({ ...track, state: 'working' }, 'per_a')).toBe(false)
  })
  it('makes room with automatic ones only, the one not heard for longest first', () => {
    const all = [kept('own', { playedAt: now - 9 * day }), kept('old', { playedAt: now - 5 * day }), kept('new', { playedAt: now - day })]
    const sets = [set('mine', ['own']), set('favourites', ['own', 'old', 'new'], { automatic: true })]
    expect(toMakeRoom(all, sets, 5 * mega, 20 * mega, '')).toEqual([])
    expect(toMakeRoom(all, sets, 6 * mega, 20 * mega, '')!.map(one => one.id)).toEqual(['old'])
    expect(toMakeRoom(all, sets, 15 * mega, 20 * mega, '')!.map(one => one.id)).toEqual(['old', 'new'])
    expect(toMakeRoom(all, sets, 16 * mega, 20 * mega, '')).toBeNull()
    expect(toMakeRoom(all, sets, 900 * mega, null, '')).toEqual([])
  })
  it('drops with a set what no other set asks for', () => {
    const all = [kept('a'), kept('b')]
    expect(orphans(all, [set('one', ['a'])]).map(one => one.id)).toEqual(['b'])
  })
  it('shows a set as one', () => {
    const shelf = new Map(
      [
        kept('a'),
        kept('b', { state: 'loading', haveBytes: mega, sizeBytes: 4 * mega }),
        kept('c', { state: 'waiting', haveBytes: 0, sizeBytes: null }),
      ].map(one => [one.id, one]),
    )
    expect(progressOf(set('one', ['a', 'b', 'c', 'gone']), shelf)).toMatchObject({
      done: 1,
      all: 3,
      share: 1.25 / 3,
      state: 'loading',
      bytes: 6 * mega,
    })
    expect(progressOf(set('one', ['a']), shelf)).toMatchObject({ state: 'done', share: 1 })
    shelf.set('b', kept('b', { state: 'failed', problem: 'limit' }))
    expect(progressOf(set('one', ['a', 'b']), shelf)).toMatchObject({ state: 'failed', problem: 'limit' })
  })
})
