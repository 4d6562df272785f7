/** Decodes a file once and measures it: exact length, loudness, true peak, waveform, fingerprint; finds what is cut off or damaged. */
import { readFileSync, rmSync } from 'node:fs'
import { Frame } from 'node-av/lib'
import { AV_OPT_SEARCH_CHILDREN, AV_OPT_TYPE_DOUBLE, FF_ENCODER_PCM_S16LE } from 'node-av/constants'
import { closeSource, decodeAll, drain, openGraph, openOutput, openSource, shapeOf, type Decoded, type Graph, type Output, type Source } from './av.ts'
import { Meter } from './loudness.ts'
import { MediaRefused, type Analysis } from './protocol.ts'
import { adtsFrame, cutOff, mpegFrame, Pages, sniff, type Sniffed } from './sniff.ts'

export const previewMs = 30_000
const frameSamples = 8192

/** A packet that ends before its own header says it should: the file was cut there. */
function cutPacket(sniffed: Sniffed, packet: Buffer | null): boolean {
  if (packet === null || packet.length < 7) return packet !== null && packet.length > 0 && (sniffed.format === 'mp3' || sniffed.format === 'aac')
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
  if (promisedMs !== null && sniffed.format !== 'ogg' && lengthMs + told.mismatched / (rate / 1000) < promisedMs - toleranceMs(sniffed.format, promisedMs)) throw cutOff(lengthMs, promisedMs)
  if (told.errorsAtEnd > 0 && cutPacket(sniffed, told.lastPacket)) throw cutOff(lengthMs, promisedMs)
  if (told.mismatched > rate) throw new MediaRefused('unsupported', 'sample rate or channels change in the middle')
  // One broken packet is about 25 ms of sound; more than 2 % lost is not the recording any more.
  const lostMs = told.errors * 25
  if (told.errors > 8 && lostMs > lengthMs * 0.02) throw new MediaRefused('damaged', `audio data is damaged (${told.errors} faults, the first after ${(told.firstErrorSample / rate).toFixed(1)} s)`)
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
  const prints = openOutput(graph.exits['f']!, { path: scratch, muxer: 'chromaprint', codec: FF_ENCODER_PCM_S16LE, muxerOptions: { fp_format: 'raw' } })
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
