import { bend, gainOf, seconds, type Stereo } from './signal.ts'

/** Integrated loudness in LUFS (K-weighting, 400 ms blocks, absolute and relative gate). */
export function loudness([left, right]: Stereo): number {
  const block = seconds(0.1)
  const count = Math.floor(left.length / block)
  const power = new Float64Array(count)
  for (const data of [left, right]) {
    // The two K-weighting stages, coefficients for 44.1 kHz.
    let [a1, a2, b1, b2, x1, x2, y1, y2] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let n = 0; n < count; n++) {
      let sum = 0
      for (let i = n * block; i < (n + 1) * block; i++) {
        const x = data[i]!
        const y = 1.5308412 * x - 2.6509799 * x1 + 1.1690791 * x2 + 1.6636551 * y1 - 0.7125955 * y2
        x2 = x1
        x1 = x
        y2 = y1
        y1 = y
        const z = y - 2 * a1 + a2 + 1.9891697 * b1 - 0.9891991 * b2
        a2 = a1
        a1 = y
        b2 = b1
        b1 = z
        sum += z * z
      }
      power[n]! += sum / block
    }
  }
  const blocks: number[] = []
  for (let n = 3; n < count; n++) blocks.push((power[n]! + power[n - 1]! + power[n - 2]! + power[n - 3]!) / 4)
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length)
  const level = (p: number) => -0.691 + 10 * Math.log10(p || 1e-12)
  const audible = blocks.filter(p => level(p) > -70)
  const gate = level(mean(audible)) - 10
  return level(mean(audible.filter(p => level(p) > gate)))
}

/** Keeps every sample, and the curve between samples, under the ceiling: looks 2 ms ahead and turns down smoothly. */
function limit([left, right]: Stereo, ceiling: number) {
  const ahead = 96
  const n = left.length
  const need = new Float32Array(n + ahead).fill(1)
  for (let i = 4; i < n - 5; i++) {
    let peak = 0
    for (const d of [left, right]) {
      const x = Math.abs(d[i]!)
      if (x > peak) peak = x
      if (x < ceiling * 0.55 && Math.abs(d[i + 1]!) < ceiling * 0.55) continue
      // Half-way points on both sides by a short sinc: where the true peak hides.
      const between = Math.abs(
        0.628 * (d[i]! + d[i + 1]!) -
          0.187 * (d[i - 1]! + d[i + 2]!) +
          0.087 * (d[i - 2]! + d[i + 3]!) -
          0.039 * (d[i - 3]! + d[i + 4]!) +
          0.013 * (d[i - 4]! + d[i + 5]!),
      )
      if (between > peak) peak = between
    }
    if (peak > ceiling) need[i] = ceiling / peak
  }
  // The lowest gain needed within the next 2 ms, then an even slope down to it.
  const held = new Float32Array(n)
  let least = 1
  let until = 0
  for (let i = 0; i < n; i++) {
    const next = need[i + ahead - 1]!
    if (next <= least) {
      least = next
      until = i + ahead - 1
    } else if (i > until) {
      least = 1
      for (let k = i; k < i + ahead; k++) {
        if (need[k]! > least) continue
        least = need[k]!
        until = k
      }
    }
    held[i] = least
  }
  let gain = 1
  let sum = ahead
  const window = new Float32Array(ahead).fill(1)
  for (let i = 0, p = 0; i < n; i++) {
    gain = Math.min(held[i]!, gain + (1 - gain) * 0.00035)
    sum += gain - window[p]!
    window[p] = gain
    if (++p === ahead) p = 0
    // Every gain in this mean has seen sample i coming.
    const g = sum / ahead
    left[i]! *= g
    right[i]! *= g
  }
}

/** Brings a mix to a loudness (LUFS), rounds and limits its peaks below 0.8, and lets it begin and end without a click. In place. */
export function master(main: Stereo, wanted: number) {
  const length = main[0].length
  const gain = gainOf(Math.min(30, wanted - loudness(main)))
  for (const data of main) {
    // Peaks above 0.55 are rounded before the limiter has to work.
    for (let i = 0; i < length; i++) {
      const x = data[i]! * gain
      const over = Math.abs(x) - 0.55
      data[i] = over > 0 ? Math.sign(x) * (0.55 + 0.42 * bend(over / 0.42)) : x
    }
  }
  limit(main, 0.78)
  const [begin, end] = [seconds(0.004), seconds(2.2)]
  for (const data of main) {
    for (let i = 0; i < begin; i++) data[i]! *= i / begin
    for (let i = 0; i < end; i++) {
      const x = i / end
      data[length - 1 - i]! *= x * x * (3 - 2 * x)
    }
  }
}
