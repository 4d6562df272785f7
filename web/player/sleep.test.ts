import { expect, it } from 'vitest'
import { followsInAlbum, gainInQueue } from './gain.ts'
import { setRepeat, setTracks, emptyQueue } from './queue.ts'
import { stopsAfter } from './sleep.ts'

const track = (id: string, release: string, number?: number, peak = -2) => ({
  id,
  release: { id: release },
  ...(number === undefined ? {} : { number, disc: 1 }),
  loudness: { track: -10, album: -12, peak },
})
const album = [track('a', 'one', 1), track('b', 'one', 2, -0.5), track('c', 'two', 1)]
const queue = (at: number) => ({ ...setTracks(emptyQueue<(typeof album)[number]>(), album, at, () => 0) })
const db = (gain: number) => 20 * Math.log10(gain)

it('stops at the end of a track, an album or the queue', () => {
  expect([0, 1, 2].map(at => stopsAfter({ kind: 'track' }, queue(at)))).toEqual([true, true, true])
  expect([0, 1, 2].map(at => stopsAfter({ kind: 'album' }, queue(at)))).toEqual([false, true, true])
  expect([0, 1, 2].map(at => stopsAfter({ kind: 'queue' }, queue(at)))).toEqual([false, false, true])
  expect(stopsAfter({ kind: 'queue' }, setRepeat(queue(2), 'all'))).toBe(true)
  expect(stopsAfter({ kind: 'minutes', until: 0 }, queue(2))).toBe(false)
  expect(stopsAfter(null, queue(2))).toBe(false)
})

it('joins what follows on an album, in its order only', () => {
  expect(followsInAlbum(album[0]!, album[1]!)).toBe(true)
  expect(followsInAlbum(album[1]!, album[0]!)).toBe(false)
  expect(followsInAlbum(album[1]!, album[2]!)).toBe(false)
  expect(followsInAlbum(album[0]!, album[0]!)).toBe(false)
  // A queue kept by an older version knows no numbers.
  expect(followsInAlbum(track('a', 'one'), track('b', 'one'))).toBe(true)
})

it('gives an album one gain, bound by its loudest peak, and a mix a gain per track', () => {
  expect(db(gainInQueue(album, 0, 'auto'))).toBeCloseTo(-2)
  expect(gainInQueue(album, 0, 'auto')).toBe(gainInQueue(album, 1, 'auto'))
  expect(db(gainInQueue(album, 2, 'auto'))).toBeCloseTo(-4)
  expect(db(gainInQueue(album, 0, 'track'))).toBeCloseTo(-4)
  expect(db(gainInQueue(album, 2, 'album'))).toBeCloseTo(-2)
  expect(gainInQueue(album, 0, 'off')).toBe(1)
  const quiet = album.map(one => ({ ...one, loudness: { ...one.loudness, album: -20 } }))
  // The second track peaks at −0.5: the whole album is turned down by half a decibel, none of it up.
  expect(db(gainInQueue(quiet, 0, 'auto'))).toBeCloseTo(-0.5)
})
