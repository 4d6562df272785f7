/** Decodes a file once and measures it: exact length, loudness, true peak, waveform, fingerprint; finds what is cut off or damaged. */
import { readFileSync, rmSync } from 'node:fs'
import { Frame } from 'node-av/lib'
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_DOUBLE, FF_ENCODER_PCM_S16LE } from 'node-av/constants'
import {
  closeSource,
  decodeAll,
  drain,
  openGraph,
  openOutput,
  openSource,
  shapeOf,
  type Decoded,
  type Graph,
  type Output,
  type Source,
} from './av.ts'
import { MediaRefused, type Analysis } from './protocol.ts'
import { adtsFrame, mpegFrame } from './frames.ts'
import { cutOff, Pages, sniff, type Sniffed } from './sniff.ts'

export const previewMs = 30_000
const frameSamples = 8192

/** A packet that ends before its own header says it should: the file was cut there. */
function cutPacket(sniffed: Sniffed, packet: Buffer | null): boolean {
  if (packet === null || packet.length < 7)
    return packet !== null && packet.length > 0 && (sniffed.format === 'mp3' || sniffed.format === 'aac')
  if (sniffed.format === 'mp3') return packet.length < (mpegFrame(packet)?.bytes ?? 0)
  if (sniffed.format === 'aac') return packet.length < (adtsFrame(packet) ?? 0)
  return sniffed.format === 'flac'
}

/** How much less than promised may be decoded before a healthy file counts as cut off, in milliseconds. */
function toleranceMs(format: Sniffed['format'], promisedMs: number): number {
  if (format === 'flac' || format === 'wav' || format === 'aiff') return 200
  if (format === 'mp3') return Math.max(500, promisedMs * 0.005)
  return Math.max(1000, promisedMs * 0.02)
}

function judge(sniffed: Sniffed, source: Source, told: Decoded): string[] {
  const rate = told.sampleRate
  if (told.samples === 0) {
    if (told.errors > 0) throw new MediaRefused('damaged', 'audio data is damaged (nothing of it can be decoded)')
    throw sniffed.format === 'flac' || sniffed.promisedMs !== null ? cutOff(0) : new MediaRefused('no_sound', 'there is no sound in it')
  }
  const lengthMs = (told.samples * 1000) / rate
  const promisedMs = sniffed.promisedMs ?? (sniffed.format === 'mp4' || sniffed.format === 'matroska' ? source.promisedMs : null)
  // Ogg streams may begin at any position, so theirs is no length; their last page was checked before.
  if (
    promisedMs !== null &&
    sniffed.format !== 'ogg' &&
    lengthMs + told.mismatched / (rate / 1000) < promisedMs - toleranceMs(sniffed.format, promisedMs)
  )
    throw cutOff(lengthMs, promisedMs)
  // Rubbish after the last promised sample is not missing sound.
  if (told.errorsAtEnd > 0 && (promisedMs === null || lengthMs < promisedMs - 1) && cutPacket(sniffed, told.lastPacket))
    throw cutOff(lengthMs, promisedMs)
  if (told.mismatched > rate) throw new MediaRefused('unsupported', 'sample rate or channels change in the middle')
  // One broken packet is about 25 ms of sound; more than 2 % lost is not the recording any more.
  const lostMs = told.errors * 25
  if (told.errors > 8 && lostMs > lengthMs * 0.02)
    throw new MediaRefused(
      'damaged',
      `audio data is damaged (${told.errors} faults, the first after ${(told.firstErrorSample / rate).toFixed(1)} s)`,
    )
  return told.errors > 0 ? [`${told.errors} faults in the audio data, the first after ${(told.firstErrorSample / rate).toFixed(1)} s`] : []
}

/** Measures the whole file. Refuses what is not sound, cut off, damaged or longer than 4 hours. `scratch` is a file name to use meanwhile. */
export async function analyseFile(path: string, scratch: string, onProgress: (done: number) => void): Promise<Analysis> {
  const pages = new Pages(path)
  let sniffed: Sniffed
  try {
    sniffed = sniff(pages)
  } finally {
    pages.close()
  }
  const source = openSource(path)
  const frame = new Frame()
  frame.alloc()
  let open: { graph: Graph; meter: Meter; prints: Output } | undefined
  const told = await decodeAll(
    source,
    decoded => {
      open ??= start(decoded, scratch)
      open.graph.entry.buffersrcAddFrameSync(decoded)
      pull()
    },
    onProgress,
  )
  function pull(): void {
    if (open === undefined) return
    const { graph, meter, prints } = open
    drain(graph.exits['w']!, frame, ready => meter.add(ready.data ?? [], ready.nbSamples))
    drain(graph.exits['f']!, frame, prints.send)
  }
  const warnings = judge(sniffed, source, told)
  if (open === undefined) throw new MediaRefused('no_sound', 'there is no sound in it')
  const { graph, meter, prints } = open
  graph.entry.buffersrcAddFrameSync(null)
  pull()
  const fingerprint = printOf(prints, scratch)
  const ebur = graph.graph.getFilter('ebur128@loud')
  const loudness = Number(ebur?.getOption('integrated', AV_OPT_TYPE_DOUBLE, AV_OPT_SEARCH_CHILDREN))
  const range = Number(ebur?.getOption('range', AV_OPT_TYPE_DOUBLE, AV_OPT_SEARCH_CHILDREN))
  const durationMs = (told.samples * 1000) / told.sampleRate
  const { waveform, liveliestMs } = meter.finish(durationMs, previewMs)
  frame.free()
  graph.close()
  closeSource(source)
  return {
    durationMs: Math.round(durationMs),
    samples: told.samples,
    sampleRate: told.sampleRate,
    channels: told.channels,
    loudnessLufs: loudness > -70 ? Math.round(loudness * 100) / 100 : null,
    loudnessRangeLu: Number.isFinite(range) ? Math.round(range * 100) / 100 : 0,
    truePeakDbtp: meter.truePeak > 0 ? Math.round(2000 * Math.log10(meter.truePeak)) / 100 : null,
    waveform,
    fingerprint,
    previewStartMs: liveliestMs,
    warnings,
  }
}

function start(decoded: Frame, scratch: string): { graph: Graph; meter: Meter; prints: Output } {
  const graph = openGraph(
    shapeOf(decoded),
    `[in]asetpts=N/SR/TB,asetnsamples=n=${frameSamples}:p=0,aformat=sample_fmts=fltp,asplit=3[w][loud][print];` +
      `[loud]ebur128@loud=framelog=quiet,anullsink;` +
      `[print]aformat=sample_fmts=s16:sample_rates=11025:channel_layouts=mono,asetnsamples=n=${frameSamples}:p=0[f]`,
    ['w', 'f'],
  )
  const prints = openOutput(graph.exits['f']!, {
    path: scratch,
    muxer: 'chromaprint',
    codec: FF_ENCODER_PCM_S16LE,
    muxerOptions: { fp_format: 'raw' },
  })
  return { graph, meter: new Meter(decoded.sampleRate), prints }
}

/** The fingerprint, or null for sounds too short to have one. */
function printOf(prints: Output, scratch: string): Uint8Array | null {
  try {
    prints.finish()
    const raw = readFileSync(scratch)
    return raw.length > 0 ? new Uint8Array(raw) : null
  } catch {
    return null
  } finally {
    rmSync(scratch, { force: true })
  }
}

/* True peak (four times oversampled) and the picture of a sound, measured while it streams by in planar float frames. */

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
