/**
 * The guard at the end of the graph: looks a little ahead at the true peak (four times oversampled) and turns down in time, so that nothing passes the
 * ceiling. What stays below is passed on unchanged, only later by `delay` samples. Runs in an AudioWorklet; here it is plain arithmetic.
 */

/** Samples over which the gain falls before a peak: 2.7 ms at 48 kHz. */
const ahead = 128
/** Taps of each of the three filters that find the values between two samples. */
const taps = 32
const half = taps / 2
/** How fast it comes back, in seconds. */
const releaseSeconds = 0.12

/** Windowed sinc: the value at `half - 1 + phase / 4` of its neighbours. */
const filters = [1, 2, 3].map(phase => {
  const values = Array.from({ length: taps }, (_, tap) => {
    const distance = tap - (half - 1) - phase / 4
    const window = Math.cos((Math.PI * distance) / (taps + 1)) ** 2
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window
  })
  const sum = values.reduce((a, b) => a + b, 0)
  return Float32Array.from(values, value => value / sum)
})

/** Under −1 dBTP: between the points it looks at, the highest tones can be a little higher. */
export const ceilingDb = -1.4

export class Limiter {
  /** By so many samples the output is later than the input. */
  readonly delay = ahead - 1 + half
  /** Linear; Infinity lets everything pass. */
  ceiling: number
  private readonly back: number
  private lines: Float32Array[] = []
  private at = 0
  private gain = 1
  /** Needed gains of the last `ahead` samples, for their smallest (a queue that only falls). */
  private readonly needs = new Float64Array(ahead + 1)
  private readonly needAt = new Float64Array(ahead + 1)
  private first = 0
  private count = 0
  private readonly smooth = new Float64Array(ahead).fill(1)
  private sum = ahead
  private n = 0
  private quiet = 0

  constructor(sampleRate: number, ceilingDb: number) {
    this.ceiling = 10 ** (ceilingDb / 20)
    this.back = 1 - Math.exp(-1 / (releaseSeconds * sampleRate))
  }

  /** Takes one block of every channel and writes as many samples. */
  process(input: readonly Float32Array[], output: readonly Float32Array[]): void {
    const length = output[0]?.length ?? 0
    const size = 512
    while (this.lines.length < output.length) this.lines.push(new Float32Array(size))
    for (let i = 0; i < length; i++) {
      const at = this.at & (size - 1)
      let highest = 0
      for (let c = 0; c < output.length; c++) {
        const value = input[c]?.[i] ?? input[0]?.[i] ?? 0
        this.lines[c]![at] = value
        highest = Math.max(highest, Math.abs(value))
      }
      // Between samples a peak is hardly ever twice as high as all of its neighbours: in quiet music the filters rest.
      this.quiet = highest > this.ceiling / 2 ? 0 : this.quiet + 1
      const g = this.turn(this.quiet > taps ? 1 : this.needed(output.length, size))
      const from = (this.at - this.delay) & (size - 1)
      for (let c = 0; c < output.length; c++) output[c]![i] = g === 1 ? this.lines[c]![from]! : this.lines[c]![from]! * g
      this.at++
    }
  }

  /** The gain that the sample `half` ago, and what follows it until the next, would need. */
  private needed(channels: number, size: number): number {
    let peak = 0
    const oldest = this.at - taps + 1
    for (let c = 0; c < channels; c++) {
      const line = this.lines[c]!
      peak = Math.max(peak, Math.abs(line[(this.at - half) & (size - 1)]!))
      for (const filter of filters) {
        let value = 0
        for (let tap = 0; tap < taps; tap++) value += filter[tap]! * line[(oldest + tap) & (size - 1)]!
        peak = Math.max(peak, Math.abs(value))
      }
    }
    return peak > this.ceiling ? this.ceiling / peak : 1
  }

  /** Smallest of the last needs, coming back slowly, evened over the time ahead. */
  private turn(need: number): number {
    const size = this.needs.length
    while (this.count > 0 && this.needs[(this.first + this.count - 1) % size]! >= need) this.count--
    const place = (this.first + this.count) % size
    this.needs[place] = need
    this.needAt[place] = this.n
    this.count++
    if (this.needAt[this.first]! <= this.n - ahead) {
      this.first = (this.first + 1) % size
      this.count--
    }
    this.gain = Math.min(this.needs[this.first]!, this.gain + (1 - this.gain) * this.back)
    if (this.gain > 0.999_99) this.gain = 1
    const slot = this.n % ahead
    this.sum += this.gain - this.smooth[slot]!
    this.smooth[slot] = this.gain
    this.n++
    const level = this.sum / ahead
    return level > 0.999_999 ? 1 : level
  }
}
