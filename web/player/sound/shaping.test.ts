import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bands, cleanSettings, usualSettings } from '../sound-settings.ts'
import { bandDb, curveDb, frequencies, highestDb, presets, safePreampDb } from './eq.ts'
import { crossfadeSeconds, equalPower, sleepCurve, sleepLevel } from './fade.ts'
import { ceilingDb, Limiter } from './limit.ts'

const gains = fc.array(fc.double({ min: -12, max: 12, noNaN: true }), { minLength: 10, maxLength: 10 })
const db = (gain: number) => 20 * Math.log10(gain)

describe('the equaliser', () => {
  it('does nothing when flat, and what a band says at its centre', () => {
    for (const hertz of frequencies(50)) expect(curveDb(presets.flat, hertz)).toBe(0)
    expect(bandDb(1000, 6, 1000, 48_000)).toBeCloseTo(6)
    expect(bandDb(1000, -6, 1000, 48_000)).toBeCloseTo(-6)
    expect(Math.abs(bandDb(1000, 6, 60, 48_000))).toBeLessThan(0.2)
  })

  it('leaves room for its highest point: no frequency comes out louder than it went in', () => {
    fc.assert(
      fc.property(gains, fc.constantFrom(44_100, 48_000, 96_000), (given, rate) => {
        const preamp = safePreampDb({ preamp: 0, gains: given }, rate)
        for (const hertz of frequencies(97)) expect(curveDb(given, hertz, rate) + preamp).toBeLessThan(0.02)
      }),
      { numRuns: 200 },
    )
  })

  it('knows that neighbours add up', () => {
    expect(highestDb(bands.map(() => 6))).toBeGreaterThan(8)
    expect(highestDb(bands.map(() => -6))).toBe(0)
  })

  it('has presets of ten bands within their bounds', () => {
    for (const preset of Object.values(presets)) {
      expect(preset).toHaveLength(10)
      expect(preset.every(gain => Math.abs(gain) <= 12)).toBe(true)
    }
  })
})

describe('fades', () => {
  it('keep the power of two tracks even', () => {
    const { out, in: into } = equalPower()
    for (let i = 0; i < out.length; i++) expect(out[i]! ** 2 + into[i]! ** 2).toBeCloseTo(1, 5)
    expect([out[0], into[0], into.at(-1)]).toEqual([1, 0, 1])
    expect(out.at(-1)).toBeCloseTo(0)
  })

  it('never take more than half of a track', () => {
    expect(crossfadeSeconds(6, 200, 200)).toBe(6)
    expect(crossfadeSeconds(12, 200, 10)).toBe(5)
    expect(crossfadeSeconds(0, 200, 200)).toBe(0)
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 12, noNaN: true }),
        fc.double({ min: 0, max: 900, noNaN: true }),
        fc.double({ min: 0, max: 900, noNaN: true }),
        (wanted, a, b) => {
          expect(crossfadeSeconds(wanted, a, b)).toBeLessThanOrEqual(Math.min(wanted, a / 2, b / 2))
        },
      ),
    )
  })

  it('bring sleep over ten seconds and end in silence', () => {
    expect(sleepLevel(20)).toBe(1)
    expect(sleepLevel(0)).toBe(0)
    const curve = [...sleepCurve(10)]
    expect(curve[0]).toBe(1)
    expect(curve.at(-1)).toBe(0)
    expect(curve).toEqual(curve.toSorted((a, b) => b - a))
  })
})

describe('the limiter', () => {
  const rate = 48_000
  const run = (limiter: Limiter, sound: (index: number) => number, blocks: number): Float32Array => {
    const out = new Float32Array(blocks * 128)
    for (let block = 0; block < blocks; block++) {
      const input = Float32Array.from({ length: 128 }, (_, i) => sound(block * 128 + i))
      limiter.process([input, input], [out.subarray(block * 128, block * 128 + 128), new Float32Array(128)])
    }
    return out
  }
  /** Eight values between two samples, by sinc over 64 neighbours. */
  const truePeak = (sound: Float32Array): number => {
    let peak = 0
    for (let i = 40; i < sound.length - 40; i++) {
      peak = Math.max(peak, Math.abs(sound[i]!))
      if (Math.abs(sound[i]!) < 0.4) continue
      for (let part = 1; part < 8; part++) {
        let value = 0
        for (let k = -31; k <= 32; k++) {
          const distance = part / 8 - k
          value += sound[i + k]! * (Math.sin(Math.PI * distance) / (Math.PI * distance)) * Math.cos((Math.PI * distance) / 66) ** 2
        }
        peak = Math.max(peak, Math.abs(value))
      }
    }
    return peak
  }

  it('passes on unchanged what is below the ceiling, later by its delay', () => {
    const limiter = new Limiter(rate, -1)
    const sound = (i: number) => 0.85 * Math.sin(i / 9)
    const out = run(limiter, sound, 40)
    for (let i = limiter.delay; i < out.length; i++) expect(out[i]).toBe(Math.fround(sound(i - limiter.delay)))
  })

  it('passes everything when it has no ceiling', () => {
    const limiter = new Limiter(rate, Infinity)
    const out = run(limiter, i => 3 * Math.sin(i / 5), 20)
    expect(Math.max(...out)).toBeGreaterThan(2.9)
  })

  it('keeps the true peak of loud music below −1 dBTP', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 30 }),
        fc.double({ min: 0, max: 12, noNaN: true }),
        fc.double({ min: 200, max: 14_000, noNaN: true }),
        (seed, boost, hertz) => {
          const limiter = new Limiter(rate, ceilingDb)
          let state = seed
          const noise = () => {
            state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
            return state / 2 ** 31 - 1
          }
          const loud = 10 ** (boost / 20)
          let smooth = 0
          const out = run(
            limiter,
            i => {
              smooth += (noise() - smooth) * 0.5
              return loud * (0.6 * Math.sin((2 * Math.PI * hertz * i) / rate) * (i % 4800 < 2400 ? 1 : 0.2) + 0.5 * smooth)
            },
            80,
          )
          expect(db(truePeak(out))).toBeLessThanOrEqual(-1)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('comes back after a peak', () => {
    const limiter = new Limiter(rate, -1)
    const out = run(limiter, i => (i < 2000 ? 2 : 0.5) * Math.sin(i / 9), 600)
    expect(Math.max(...out.subarray(-1280))).toBeCloseTo(0.5, 3)
  })
})

describe('the settings', () => {
  it('are whole and within bounds whatever was stored', () => {
    expect(cleanSettings(null)).toEqual(usualSettings)
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), fc.anything(), (crossfade, speed, equaliser, presetList) => {
        const clean = cleanSettings({ crossfade, speed, equaliser, presets: presetList } as Parameters<typeof cleanSettings>[0])
        expect(clean.crossfade).toBeGreaterThanOrEqual(0)
        expect(clean.crossfade).toBeLessThanOrEqual(12)
        expect(clean.speed).toBeGreaterThanOrEqual(0.5)
        expect(clean.speed).toBeLessThanOrEqual(2)
        expect(clean.equaliser.gains).toHaveLength(10)
        expect(cleanSettings(clean)).toEqual(clean)
      }),
    )
  })
})
