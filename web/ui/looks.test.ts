import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accentVars, hueOf } from './colour.ts'
import { planetOf, ringsFor } from '../../shared/planet.ts'
import { barsOf, wavePath } from './wave.ts'

type Triple = [number, number, number]

/** Relative luminance (WCAG) of an OKLCH colour; out-of-gamut channels are clipped, as screens do. */
function luminance([l, c, h]: Triple): number {
  const a = c * Math.cos((h * Math.PI) / 180)
  const b = c * Math.sin((h * Math.PI) / 180)
  const [l3, m3, s3] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map(v => v ** 3) as Triple
  const clip = (v: number) => Math.min(1, Math.max(0, v))
  const red = clip(4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3)
  const green = clip(-1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3)
  const blue = clip(-0.0041960863 * l3 - 0.7034186147 * m3 + 1.707614701 * s3)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const contrast = (a: Triple, b: Triple): number => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number]
  return (x + 0.05) / (y + 0.05)
}
const parse = (text: string): Triple => {
  const [l, c, h] = /oklch\(([\d.]+)% ([\d.]+) ([\d.]+)/.exec(text)!.slice(1).map(Number) as Triple
  return [l / 100, c, h]
}
const pairOf = (value: string): { light: Triple; dark: Triple } => {
  const [light, dark] = value.match(/oklch\([^)]*\)/g)!
  return { light: parse(light!), dark: parse(dark!) }
}

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')
const token = (name: string) => pairOf(new RegExp(`--${name}: (light-dark\\(.*\\));`).exec(css)![1]!)

describe('colours', () => {
  const text: [ink: string, ground: string][] = [
    ...['ink', 'muted', 'accent-ink', 'ion', 'held', 'available', 'paid', 'danger'].flatMap(ink =>
      ['bg', 'surface'].map(ground => [ink, ground] as [string, string]),
    ),
    ['ink', 'raised'],
    ['muted', 'raised'],
    ['on-accent', 'accent'],
    ['on-accent', 'accent-hover'],
    ['bg', 'ink'],
    ['accent-ink', 'accent-soft'],
    ['paid', 'paid-soft'],
    ['held', 'held-soft'],
    ['danger', 'danger-soft'],
    ['ion', 'ion-soft'],
  ]
  it.each(text)('%s on %s can be read in both themes', (ink, ground) => {
    for (const theme of ['light', 'dark'] as const) expect(contrast(token(ink)[theme], token(ground)[theme])).toBeGreaterThanOrEqual(4.5)
  })

  const marks: [mark: string, ground: string][] = [
    'accent-mark',
    'line-strong',
    'focus',
    'series-1',
    'series-2',
    'series-3',
    'series-4',
    'series-6',
    'series-7',
    'series-8',
  ].map(mark => [mark, 'surface'])
  it.each(marks)('%s can be made out on %s', (mark, ground) => {
    for (const theme of ['light', 'dark'] as const) expect(contrast(token(mark)[theme], token(ground)[theme])).toBeGreaterThanOrEqual(3)
  })

  it('keeps its contrast with an accent from any cover', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), value => {
        const vars = accentVars(`#${value.toString(16).padStart(6, '0')}`) as Record<string, string>
        const colour = (name: string) => pairOf(vars[name]!)
        for (const theme of ['light', 'dark'] as const) {
          expect(contrast(colour('--accent-ink')[theme], token('surface')[theme])).toBeGreaterThanOrEqual(4.5)
          expect(contrast(colour('--accent-ink')[theme], token('bg')[theme])).toBeGreaterThanOrEqual(4.5)
          expect(contrast(colour('--accent-ink')[theme], colour('--accent-soft')[theme])).toBeGreaterThanOrEqual(4.5)
          expect(contrast(colour('--on-accent')[theme], colour('--accent')[theme])).toBeGreaterThanOrEqual(4.5)
          expect(contrast(colour('--on-accent')[theme], colour('--accent-hover')[theme])).toBeGreaterThanOrEqual(4.5)
          expect(contrast(colour('--accent-mark')[theme], token('surface')[theme])).toBeGreaterThanOrEqual(3)
        }
      }),
    )
    expect(hueOf('no colour')).toBeNull()
    expect(accentVars(null)).toEqual({})
  })
})

describe('planets', () => {
  it('are the same for the same id and tell the count by their rings', () => {
    expect(planetOf('pag_1')).toEqual(planetOf('pag_1'))
    expect(planetOf('pag_1')).not.toEqual(planetOf('pag_2'))
    expect([0, 1, 9, 10, 999, 1000].map(ringsFor)).toEqual([0, 1, 1, 2, 2, 3])
    for (const count of [0, 5, 50, 5000]) expect(planetOf('pag_1', ringsFor(count)).rings).toHaveLength(ringsFor(count))
  })

  it('hold only finite numbers, whatever the id', () => {
    fc.assert(
      fc.property(fc.string(), id => {
        expect(JSON.stringify(planetOf(id))).not.toContain('null')
        expect(JSON.stringify(planetOf(id))).not.toContain('NaN')
      }),
    )
  })
})

describe('waveforms', () => {
  it('fit any number of peaks into any number of bars and keep the loudest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 500 }),
        fc.integer({ min: 1, max: 300 }),
        (peaks, count) => {
          const bars = barsOf(peaks, count)
          expect(bars).toHaveLength(count)
          expect(Math.max(...bars)).toBeLessThanOrEqual(Math.max(0, ...peaks))
          if (peaks.length >= count && peaks.length > 0) expect(Math.max(...bars)).toBe(Math.max(...peaks))
          expect(wavePath(bars, 4, 40)).not.toContain('NaN')
        },
      ),
    )
  })
})
