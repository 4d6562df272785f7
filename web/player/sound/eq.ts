/** The equaliser's arithmetic: what ten peaking filters do to each frequency, and how much room their boosts need. */
import { bands, type Curve } from '../sound-settings.ts'

/** Width of a band: one octave. */
export const bandQ = Math.SQRT2

/** What one peaking filter does at a frequency, in dB (the formula that Web Audio prescribes). */
export function bandDb(centre: number, gainDb: number, frequency: number, sampleRate: number): number {
  if (gainDb === 0 || centre >= sampleRate / 2) return 0
  const amplitude = 10 ** (gainDb / 40)
  const turn = (2 * Math.PI * centre) / sampleRate
  const alpha = Math.sin(turn) / (2 * bandQ)
  const at = (2 * Math.PI * frequency) / sampleRate
  const power = (shape: number): number => {
    // |b0 + b1 z⁻¹ + b2 z⁻²|² with b0 = 1 + shape, b1 = −2 cos(turn), b2 = 1 − shape.
    const [b0, b1, b2] = [1 + shape, -2 * Math.cos(turn), 1 - shape]
    return b0 * b0 + b1 * b1 + b2 * b2 + 2 * (b0 * b1 + b1 * b2) * Math.cos(at) + 2 * b0 * b2 * Math.cos(2 * at)
  }
  return 10 * Math.log10(power(alpha * amplitude) / power(alpha / amplitude))
}

/** The whole curve at a frequency, without the preamp. */
export const curveDb = (gains: readonly number[], frequency: number, sampleRate = 48_000): number =>
  bands.reduce((sum, centre, index) => sum + bandDb(centre, gains[index] ?? 0, frequency, sampleRate), 0)

/** Frequencies from 20 Hz to 20 kHz, evenly as ears hear it. */
export const frequencies = (count: number): number[] => Array.from({ length: count }, (_, index) => 20 * 1000 ** (index / (count - 1)))

/** The curve's highest point in dB; neighbours add up, so it can be above every single band. Looked for on a grid, then between its points. */
export function highestDb(gains: readonly number[], sampleRate = 48_000): number {
  const grid = frequencies(240)
  const heights = grid.map(frequency => curveDb(gains, frequency, sampleRate))
  const about = Math.max(0, ...heights)
  let highest = about
  for (const [index, height] of heights.entries()) {
    // A tip lies beside a point that is no lower than its neighbours.
    if (height < about - 1 || height < (heights[index - 1] ?? height) || height < (heights[index + 1] ?? height)) continue
    let [low, high] = [grid[index - 1] ?? grid[index]!, grid[index + 1] ?? grid[index]!]
    for (let step = 0; step < 24; step++) {
      const [left, right] = [low + (high - low) / 3, high - (high - low) / 3]
      const [one, other] = [curveDb(gains, left, sampleRate), curveDb(gains, right, sampleRate)]
      highest = Math.max(highest, one, other)
      if (one < other) low = left
      else high = right
    }
  }
  return highest
}

/** What is really set before the bands: the preamp less the highest point, so that no boost makes what was within bounds clip. */
export const safePreampDb = ({ preamp, gains }: Curve, sampleRate = 48_000): number => preamp - highestDb(gains, sampleRate)

/** Names are keys of the words. */
export const presets = {
  flat: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  bass: [6, 5, 4, 2, 0, 0, 0, 0, 0, 0],
  lessBass: [-6, -5, -3, -1, 0, 0, 0, 0, 0, 0],
  treble: [0, 0, 0, 0, 0, 0, 1, 3, 5, 6],
  voice: [-4, -3, -1, 1, 3, 4, 4, 2, 0, -1],
  rock: [4, 3, 2, 0, -1, -1, 0, 2, 3, 4],
  pop: [-1, 0, 1, 2, 3, 2, 1, 0, 0, 0],
  electronic: [5, 4, 1, 0, -2, 1, 0, 1, 4, 5],
  classical: [3, 2, 1, 0, 0, 0, -1, -1, 2, 3],
  jazz: [3, 2, 1, 1, -1, -1, 0, 1, 2, 3],
  acoustic: [3, 3, 2, 0, 1, 1, 2, 2, 2, 1],
  quiet: [5, 4, 2, 0, -1, 0, 1, 2, 3, 4],
  smallSpeaker: [-8, -4, 2, 4, 3, 1, 1, 2, 2, 1],
} as const satisfies Record<string, readonly number[]>
export type PresetName = keyof typeof presets
