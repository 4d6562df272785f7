/** Makes the files people hear: one decode, all renditions at once. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Frame } from 'node-av/lib'
import { FF_ENCODER_AAC, FF_ENCODER_LIBOPUS, type FFAudioEncoder } from 'node-av/constants'
import { previewMs } from './analyse.ts'
import { closeSource, decodeAll, drain, openGraph, openOutput, openSource, shapeOf, type Graph, type Output } from './av.ts'
import { fragmentsOf } from './boxes.ts'
import { MediaRefused, type Rendition, type RenditionName } from './protocol.ts'

type Recipe = { codec: FFAudioEncoder; bitsPerSecond: number; codecs: string; frame: number; format: string; options?: Record<string, string> }
const aac = (bitsPerSecond: number): Recipe => ({ codec: FF_ENCODER_AAC, bitsPerSecond, codecs: 'mp4a.40.2', frame: 1024, format: 'fltp' })
const recipes: Record<RenditionName, Recipe> = {
  aac256: aac(256_000),
  aac128: aac(128_000),
  opus96: { codec: FF_ENCODER_LIBOPUS, bitsPerSecond: 96_000, codecs: 'opus', frame: 960, format: 'flt', options: { frame_duration: '20', application: 'audio' } },
  preview: aac(128_000),
}
const segmentMicroseconds = 4_000_000
/** `avoid_negative_ts=disabled` keeps the true edit list, which is what makes joins gapless. */
const cmaf = { movflags: '+cmaf+delay_moov+default_base_moof+global_sidx+negative_cts_offsets', frag_duration: String(segmentMicroseconds), avoid_negative_ts: 'disabled', fflags: '+bitexact' }

/** AAC keeps the rates that every browser plays; others go to the nearest of them. */
const aacRate = (rate: number): number => (rate === 44_100 || rate === 48_000 || rate === 32_000 ? rate : rate % 11_025 === 0 ? 44_100 : 48_000)

const fadeSeconds = 1.5

function bodyOf(names: readonly RenditionName[], rate: number, channels: number, previewStartMs: number): string {
  const layout = channels === 1 ? 'mono' : 'stereo'
  const shared = `sample_fmts=fltp:sample_rates=${aacRate(rate)}:channel_layouts=${layout}`
  const chains = names.map(name => {
    const { frame, format } = recipes[name]
    const tail = `asetnsamples=n=${frame}:p=0[${name}]`
    if (name === 'opus96') return `aformat=sample_fmts=${format}:sample_rates=48000:channel_layouts=${layout},${tail}`
    if (name !== 'preview') return `aformat=${shared},${tail}`
    const from = previewStartMs / 1000
    const fades = `${previewStartMs > 0 ? `afade=t=in:d=${fadeSeconds / 3},` : ''}afade=t=out:st=${previewMs / 1000 - fadeSeconds}:d=${fadeSeconds}`
    return `atrim=start=${from}:duration=${previewMs / 1000},asetpts=N/SR/TB,${fades},aformat=${shared},${tail}`
  })
  const pads = names.map((_, index) => `[s${index}]`)
  return `[in]asetpts=N/SR/TB,asplit=${names.length}${pads.join('')};${chains.map((chain, index) => `${pads[index]}${chain}`).join(';')}`
}

type Open = { graph: Graph; outputs: Map<RenditionName, { output: Output; valid: number; path: string }>; channels: number }

/** Renders into the folder `out`, one file per name. Refuses what cannot be decoded. */
export async function renderFile(path: string, out: string, names: readonly RenditionName[], previewStartMs: number, onProgress: (done: number) => void): Promise<Rendition[]> {
  const source = openSource(path)
  const frame = new Frame()
  frame.alloc()
  let open: Open | undefined
  const pull = (): void => {
    for (const [name, entry] of open!.outputs) {
      drain(open!.graph.exits[name]!, frame, ready => {
        entry.valid += ready.nbSamples
        entry.output.send(ready)
      })
    }
  }
  const start = (decoded: Frame): Open => {
    const channels = decoded.channelLayout.nbChannels === 1 ? 1 : 2
    const graph = openGraph(shapeOf(decoded), bodyOf(names, decoded.sampleRate, channels, previewStartMs), names)
    const outputs: Open['outputs'] = new Map()
    for (const name of names) {
      const recipe = recipes[name]
      const file = join(out, `${name}.m4a`)
      const output = openOutput(graph.exits[name]!, {
        path: file,
        muxer: 'mp4',
        codec: recipe.codec,
        bitsPerSecond: channels === 1 ? Math.round(recipe.bitsPerSecond * 0.6) : recipe.bitsPerSecond,
        codecOptions: recipe.options ?? {},
        muxerOptions: cmaf,
      })
      outputs.set(name, { output, valid: 0, path: file })
    }
    return { graph, outputs, channels }
  }
  await decodeAll(
    source,
    decoded => {
      open ??= start(decoded)
      open.graph.entry.buffersrcAddFrameSync(decoded)
      pull()
    },
    onProgress,
  )
  if (open === undefined) throw new MediaRefused('no_sound', 'there is no sound in it')
  open.graph.entry.buffersrcAddFrameSync(null)
  pull()
  const done = [...open.outputs].map(([name, { output, valid, path: file }]) => finish(name, output, valid, file, open!.channels))
  frame.free()
  open.graph.close()
  closeSource(source)
  return done
}

function finish(name: RenditionName, output: Output, validSamples: number, path: string, channels: number): Rendition {
  const { encoder } = output
  const delaySamples = output.delaySamples
  output.finish()
  const { sampleRate, frameSize } = encoder
  const { initBytes, segments } = fragmentsOf(path)
  const sizeBytes = statSync(path).size
  const durationMs = (validSamples * 1000) / sampleRate
  const packets = Math.ceil((validSamples + delaySamples) / frameSize)
  return {
    name,
    file: `${name}.m4a`,
    mime: 'audio/mp4',
    codecs: recipes[name].codecs,
    bitsPerSecond: Math.round((sizeBytes * 8000) / Math.max(1, durationMs)),
    sizeBytes,
    sampleRate,
    channels,
    durationMs: Math.round(durationMs),
    delaySamples,
    validSamples,
    paddingSamples: packets * frameSize - validSamples - delaySamples,
    initBytes,
    segments,
  }
}
