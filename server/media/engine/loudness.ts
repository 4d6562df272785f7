/** True peak (four times oversampled) and the picture of a sound, measured while it streams by in planar float frames. */

const blockSamples = 512
const halfTaps = 12
const taps = halfTaps * 2
const mostBuckets = 65_536
export const waveformPeaks = 1800
/** Between two neighbours below this share of the peak so far, no higher peak hides (true for tones up to a third of the rate). */
const worthLooking = 0.5

/** Windowed sinc at a quarter, a half and three quarters between two samples. */
const phases = [0.25, 0.5, 0.75].map(fraction => {
  const filter = new Float64Array(taps)
  let sum = 0
  for (let k = 0; k < taps; k++) {
    const x = k - (halfTaps - 1) - fraction
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (halfTaps + 0.5))
    filter[k] = (Math.sin(Math.PI * x) / (Math.PI * x)) * window
    sum += filter[k]!
  }
  return filter.map(value => value / sum)
})

export class Meter {
  truePeak = 0
  /** Peak and mean square of each bucket of equal length, all channels together. */
  #peaks = new Float32Array(mostBuckets)
  #powers = new Float32Array(mostBuckets)
  #count = 0
  #blocksPerBucket = 1
  #blocksInBucket = 0
  #bucketPeak = 0
  #bucketPower = 0
  readonly #oversample: boolean
  readonly #lines: Float32Array[] = []
  constructor(sampleRate: number) {
    // From 176.4 kHz on the samples themselves are dense enough.
    this.#oversample = sampleRate < 176_000
  }

  /** One frame: a plane per channel, each with `samples` floats. All frames but the last have a multiple of 512 samples. */
  add(planes: readonly Buffer[], samples: number): void {
    const lines = planes.map((plane, channel) => {
      let line = this.#lines[channel]
      if (line === undefined || line.length < samples + taps) {
        const longer = new Float32Array(samples + taps)
        if (line !== undefined) longer.set(line.subarray(0, taps))
        line = this.#lines[channel] = longer
      }
      line.set(new Float32Array(plane.buffer, plane.byteOffset, samples), taps)
      return line
    })
    for (let from = 0; from < samples; from += blockSamples) {
      const to = Math.min(samples, from + blockSamples)
      let blockPeak = 0
      let power = 0
      for (const line of lines) {
        let peak = 0
        let sum = 0
        for (let i = from + taps; i < to + taps; i++) {
          const value = line[i]!
          sum += value * value
          const size = value < 0 ? -value : value
          if (size > peak) peak = size
        }
        power += sum
        if (peak > blockPeak) blockPeak = peak
        if (peak > this.truePeak) this.truePeak = peak
        if (this.#oversample && peak > this.truePeak * worthLooking) this.#between(line, from + taps, to + taps)
      }
      this.#put(blockPeak, power / ((to - from) * lines.length))
    }
    for (const line of lines) line.copyWithin(0, samples, samples + taps)
  }

  /** Looks between the samples that end in [from, to), half a filter late so that both sides are known. */
  #between(line: Float32Array, from: number, to: number): void {
    let least = this.truePeak * worthLooking
    let before = Math.abs(line[from - halfTaps - 1]!)
    for (let i = from - halfTaps; i < to - halfTaps; i++) {
      const here = line[i]! < 0 ? -line[i]! : line[i]!
      if (here >= least || before >= least) {
        const start = i - halfTaps
        for (const filter of phases) {
          let sum = 0
          for (let k = 0; k < taps; k++) sum += filter[k]! * line[start + k]!
          if (sum < 0) sum = -sum
          if (sum > this.truePeak) {
            this.truePeak = sum
            least = sum * worthLooking
          }
        }
      }
      before = here
    }
  }

  #put(peak: number, power: number): void {
    if (peak > this.#bucketPeak) this.#bucketPeak = peak
    this.#bucketPower += power
    if (++this.#blocksInBucket < this.#blocksPerBucket) return
    this.#close()
    if (this.#count === mostBuckets) this.#halve()
  }
  #close(): void {
    this.#peaks[this.#count] = this.#bucketPeak
    this.#powers[this.#count] = this.#bucketPower / this.#blocksInBucket
    this.#count++
    this.#bucketPeak = this.#bucketPower = this.#blocksInBucket = 0
  }
  /** A long sound: two buckets become one, so memory stays bounded. */
  #halve(): void {
    for (let i = 0; i < mostBuckets / 2; i++) {
      this.#peaks[i] = Math.max(this.#peaks[2 * i]!, this.#peaks[2 * i + 1]!)
      this.#powers[i] = (this.#powers[2 * i]! + this.#powers[2 * i + 1]!) / 2
    }
    this.#count = mostBuckets / 2
    this.#blocksPerBucket *= 2
  }

  /** After the last frame: 1,800 peaks (0 … 255 of full scale) and where the liveliest `windowMs` begins. */
  finish(durationMs: number, windowMs: number): { waveform: Uint8Array; liveliestMs: number } {
    if (this.#blocksInBucket > 0 && this.#count < mostBuckets) this.#close()
    const count = this.#count
    const waveform = new Uint8Array(waveformPeaks)
    for (let i = 0; i < waveformPeaks; i++) {
      const from = Math.floor((i * count) / waveformPeaks)
      const to = Math.max(from + 1, Math.floor(((i + 1) * count) / waveformPeaks))
      let peak = 0
      for (let k = from; k < to && k < count; k++) if (this.#peaks[k]! > peak) peak = this.#peaks[k]!
      waveform[i] = Math.min(255, Math.round(peak * 255))
    }
    const perBucket = durationMs / Math.max(1, count)
    const window = Math.floor(windowMs / perBucket)
    if (window >= count) return { waveform, liveliestMs: 0 }
    let sum = 0
    let best = -1
    let at = 0
    for (let i = 0; i < count; i++) {
      sum += this.#powers[i]! - (i >= window ? this.#powers[i - window]! : 0)
      // A hair of preference for the earlier of two equals keeps it stable.
      if (i >= window - 1 && sum > best * 1.0001) {
        best = sum
        at = i - window + 1
      }
    }
    return { waveform, liveliestMs: Math.round(Math.max(0, Math.min(at * perBucket, durationMs - windowMs))) }
  }
}
