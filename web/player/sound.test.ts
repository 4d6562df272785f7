import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gainFor, volumeCurve } from './gain.ts'
import { Heard } from './heard.ts'
import { codecFor, soundingMs } from './track.ts'

const db = (gain: number) => 20 * Math.log10(gain)

describe('loudness', () => {
  it('brings tracks to −14 LUFS where their peaks allow it', () => {
    expect(db(gainFor({ track: -9, album: -10, peak: 0.5 }))).toBeCloseTo(-5)
    expect(db(gainFor({ track: -20, album: -20, peak: -12 }))).toBeCloseTo(6)
    expect(db(gainFor({ track: -9, album: -10, peak: -1 }, 'album'))).toBeCloseTo(-4)
  })

  it('never lifts a true peak over −1 dBTP', () => {
    fc.assert(
      fc.property(fc.double({ min: -60, max: 0, noNaN: true }), fc.double({ min: -40, max: 3, noNaN: true }), (track, peak) => {
        expect(peak + db(gainFor({ track, album: track, peak }))).toBeLessThanOrEqual(-1 + 1e-9)
      }),
    )
  })

  it('leaves alone what was not measured and what is silent', () => {
    expect(gainFor(null)).toBe(1)
    expect(gainFor({ track: -70, album: -70, peak: -90 })).toBe(1)
    expect(gainFor({ track: -Infinity, album: -14, peak: 0 })).toBe(1)
  })

  it('runs the volume from silence to full', () => {
    expect(volumeCurve(0)).toBe(0)
    expect(volumeCurve(1)).toBe(1)
    expect(volumeCurve(2)).toBe(1)
    expect(volumeCurve(0.5)).toBeLessThan(0.5)
  })
})

describe('what was heard', () => {
  const play = (heard: Heard, from: number, to: number) => {
    for (let at = from; at <= to; at += 250) heard.tick(at)
  }

  it('joins steps of the clock to one range and starts anew after a jump', () => {
    const heard = new Heard()
    play(heard, 0, 10_000)
    play(heard, 60_000, 70_000)
    expect(heard.list()).toEqual([
      [0, 10_000],
      [60_000, 70_000],
    ])
    expect(heard.total()).toBe(20_000)
  })

  it('counts a repeated part once', () => {
    const heard = new Heard()
    play(heard, 0, 10_000)
    heard.lift()
    play(heard, 5000, 12_000)
    expect(heard.total()).toBe(12_000)
  })

  it('tells a loop once, however often it came, and what a crossfade took away', () => {
    const heard = new Heard()
    for (let round = 0; round < 1500; round++) {
      heard.lift()
      play(heard, 2000, 4000)
      heard.lift()
    }
    play(heard, 4000, 6000)
    heard.add(6000, 9500)
    expect(heard.list()).toEqual([[2000, 9500]])
    expect(heard.total()).toBe(7500)
  })

  it('does not count the time a tab slept, nor a seek while paused', () => {
    const heard = new Heard()
    play(heard, 0, 1000)
    heard.tick(40_000)
    heard.lift()
    heard.tick(41_000)
    expect(heard.total()).toBe(1000)
  })

  it('reports at most 200 whole ranges, never more sound than there was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300_000), fc.nat(4000)), { maxLength: 400 }), parts => {
        const heard = new Heard()
        for (const [from, length] of parts) {
          heard.lift()
          play(heard, from, from + length)
        }
        const list = heard.list()
        expect(list.length).toBeLessThanOrEqual(200)
        expect(list.every(([from, to]) => Number.isInteger(from) && Number.isInteger(to) && from < to)).toBe(true)
        expect(heard.total()).toBeLessThanOrEqual(304_000)
      }),
    )
  })
})

describe('sources', () => {
  it('takes what the browser can play', () => {
    expect(codecFor(() => 'probably')).toBe('aac')
    expect(codecFor(type => (type.includes('opus') ? 'maybe' : ''))).toBe('opus')
    expect(codecFor(() => '')).toBeNull()
  })

  it('sounds for 30 seconds as a preview', () => {
    expect(soundingMs({ durationMs: 200_000, playable: 'preview' })).toBe(30_000)
    expect(soundingMs({ durationMs: 20_000, playable: 'preview' })).toBe(20_000)
    expect(soundingMs({ durationMs: 200_000, playable: 'full' })).toBe(200_000)
  })
})
