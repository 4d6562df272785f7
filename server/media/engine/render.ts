/** Makes the files people hear (one decode, all renditions at once) and the files they keep (MP3 320 or FLAC with tags and cover). */
import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Frame, Packet } from 'node-av/lib'
import {
  AV_CODEC_ID_MJPEG,
  AV_CODEC_ID_PNG,
  AV_DISPOSITION_ATTACHED_PIC,
  AV_PIX_FMT_YUVJ420P,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  FF_ENCODER_AAC,
  FF_ENCODER_FLAC,
  FF_ENCODER_LIBMP3LAME,
  FF_ENCODER_LIBOPUS,
  type FFAudioEncoder,
} from 'node-av/constants'
import { previewMs } from './analyse.ts'
import { closeSource, decodeAll, drain, openGraph, openOutput, openSource, shapeOf, type Graph, type Output } from './av.ts'
import { MediaRefused, type Rendition, type RenditionName, type Results, type Task } from './protocol.ts'

type Recipe = {
  codec: FFAudioEncoder
  bitsPerSecond: number
  codecs: string
  frame: number
  format: string
  options?: Record<string, string>
}
const aac = (bitsPerSecond: number): Recipe => ({ codec: FF_ENCODER_AAC, bitsPerSecond, codecs: 'mp4a.40.2', frame: 1024, format: 'fltp' })
const recipes: Record<RenditionName, Recipe> = {
  aac256: aac(256_000),
  aac128: aac(128_000),
  opus96: {
    codec: FF_ENCODER_LIBOPUS,
    bitsPerSecond: 96_000,
    codecs: 'opus',
    frame: 960,
    format: 'flt',
    options: { frame_duration: '20', application: 'audio' },
  },
  preview: aac(128_000),
}
const segmentMicroseconds = 4_000_000
/** `avoid_negative_ts=disabled` keeps the true edit list, which is what makes joins gapless. */
const cmaf = {
  movflags: '+cmaf+delay_moov+default_base_moof+global_sidx+negative_cts_offsets',
  frag_duration: String(segmentMicroseconds),
  avoid_negative_ts: 'disabled',
  fflags: '+bitexact',
}

/** AAC keeps the rates that every browser plays; others go to the nearest of them. */
const aacRate = (rate: number): number =>
  rate === 44_100 || rate === 48_000 || rate === 32_000 ? rate : rate % 11_025 === 0 ? 44_100 : 48_000

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
    return `atrim=start=${from}:duration=${previewMs / 1000},asetpts=round(N/SR/TB),${fades},aformat=${shared},${tail}`
  })
  const pads = names.map((_, index) => `[s${index}]`)
  return `[in]asetpts=round(N/SR/TB),asplit=${names.length}${pads.join('')};${chains.map((chain, index) => `${pads[index]}${chain}`).join(';')}`
}

type Open = { graph: Graph; outputs: Map<RenditionName, { output: Output; valid: number; path: string }>; channels: number }

/** Renders into the folder `out`, one file per name. Refuses what cannot be decoded. */
export async function renderFile(
  path: string,
  out: string,
  names: readonly RenditionName[],
  previewStartMs: number,
  onProgress: (done: number) => void,
): Promise<Rendition[]> {
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

/** Byte layout of one CMAF file: `ftyp moov sidx (moof mdat)*`. */
export function fragmentsOf(path: string): { initBytes: number; segments: { offset: number; bytes: number; durationMs: number }[] } {
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(16)
    let initBytes = 0
    for (let at = 0; readSync(fd, head, 0, 16, at) >= 8;) {
      const size = head.readUInt32BE(0)
      const name = head.toString('latin1', 4, 8)
      if (name === 'moov') initBytes = at + size
      if (name === 'sidx') {
        const box = Buffer.alloc(size)
        readSync(fd, box, 0, size, at)
        return { initBytes, segments: references(box, at + size) }
      }
      if (size < 8) break
      at += size
    }
    throw new Error(`no index in ${path}`)
  } finally {
    closeSync(fd)
  }
}

function references(box: Buffer, after: number): { offset: number; bytes: number; durationMs: number }[] {
  const long = box[8] === 1
  const timescale = box.readUInt32BE(16)
  const firstOffset = long ? Number(box.readBigUInt64BE(28)) : box.readUInt32BE(24)
  let at = long ? 36 : 28
  let offset = after + firstOffset
  const count = box.readUInt16BE(at + 2)
  at += 4
  return Array.from({ length: count }, () => {
    const bytes = box.readUInt32BE(at) & 0x7fffffff
    const segment = { offset, bytes, durationMs: (box.readUInt32BE(at + 4) * 1000) / timescale }
    at += 12
    offset += bytes
    return segment
  })
}

/** Files to keep, made from the original for those who bought it. */
const formats = {
  mp3: { muxer: 'mp3', mime: 'audio/mpeg' },
  flac: { muxer: 'flac', mime: 'audio/flac' },
  opus: { muxer: 'opus', mime: 'audio/ogg' },
} as const

/** Writes one file. Rate and channels are kept as far as the format allows (MP3: 48 kHz, stereo). */
export async function convertFile(
  task: Extract<Task, { kind: 'convert' }>,
  onProgress: (done: number) => void,
): Promise<Results['convert']> {
  const source = openSource(task.path)
  const frame = new Frame()
  frame.alloc()
  const { muxer, mime } = formats[task.format]
  const picture = task.cover === null ? null : readFileSync(task.cover)
  // This muxer writes words where no player looks for them: they go in by hand.
  const { lyrics, ...bare } = task.tags
  const start = (decoded: Frame) => {
    const mono = decoded.channelLayout.nbChannels === 1
    const rate = decoded.sampleRate
    // 16-bit and lossy sources stay 16-bit; deeper ones keep 24 bits.
    const deep = source.stream.codecpar.bitsPerRawSample > 16 || source.stream.codecpar.bitsPerCodedSample > 16
    const layout = mono ? 'mono' : 'stereo'
    const chains = {
      mp3: `aformat=sample_fmts=s16p:sample_rates=${aacRate(rate)}:channel_layouts=${layout},asetnsamples=n=1152:p=0`,
      flac: `aformat=sample_fmts=${deep ? 's32' : 's16'},asetnsamples=n=4096:p=0`,
      opus: `aformat=sample_fmts=flt:sample_rates=48000:channel_layouts=${layout},asetnsamples=n=960:p=0`,
    }
    const chain = chains[task.format]
    const graph = openGraph(shapeOf(decoded), `[in]asetpts=round(N/SR/TB),${chain}[a]`, ['a'])
    const output = openOutput(graph.exits['a']!, {
      path: task.out,
      muxer,
      codec: { mp3: FF_ENCODER_LIBMP3LAME, flac: FF_ENCODER_FLAC, opus: FF_ENCODER_LIBOPUS }[task.format],
      bitsPerSecond: { mp3: 320_000, flac: undefined, opus: 160_000 }[task.format],
      frameSamples: task.format === 'flac' ? 4096 : undefined,
      metadata: task.format === 'mp3' ? bare : task.tags,
      muxerOptions: task.format === 'mp3' ? { id3v2_version: '3', write_id3v1: '1' } : {},
      prepare: file => {
        // Ogg keeps pictures in a tag that this muxer does not write.
        if (picture === null || task.format === 'opus') return () => undefined
        const stream = file.newStream(null)
        stream.codecpar.codecType = AVMEDIA_TYPE_VIDEO
        stream.codecpar.codecId = picture[0] === 0x89 ? AV_CODEC_ID_PNG : AV_CODEC_ID_MJPEG
        stream.codecpar.format = AV_PIX_FMT_YUVJ420P
        const size = sizeOf(picture)
        stream.codecpar.width = size.width
        stream.codecpar.height = size.height
        stream.disposition = AV_DISPOSITION_ATTACHED_PIC
        return () => {
          const packet = new Packet()
          packet.alloc()
          packet.data = picture
          packet.streamIndex = stream.index
          packet.pts = 0n
          packet.dts = 0n
          file.interleavedWriteFrameSync(packet)
        }
      },
    })
    return { graph, output }
  }
  let open: ReturnType<typeof start> | undefined
  const pull = (): void => drain(open!.graph.exits['a']!, frame, open!.output.send)
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
  open.output.finish()
  frame.free()
  open.graph.close()
  closeSource(source)
  if (task.format === 'mp3' && lyrics !== undefined) addLyrics(task.out, lyrics)
  return { sizeBytes: statSync(task.out).size, mime }
}

/** Puts words into an MP3 that we just wrote, as the frame for them of its ID3v2.3 tag. */
function addLyrics(path: string, lyrics: string): void {
  const file = readFileSync(path)
  if (file.toString('latin1', 0, 3) !== 'ID3' || file[3] !== 3) return
  const wide = (text: string): Buffer => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
  // UTF-16, no language told, no name.
  const body = Buffer.concat([Buffer.from('\u0001XXX', 'latin1'), wide('\0'), wide(lyrics)])
  const frame = Buffer.concat([Buffer.from('USLT'), Buffer.alloc(6), body])
  frame.writeUInt32BE(body.length, 4)
  const size = file.readUInt32BE(6)
  const length = ((size >>> 24) << 21) + (((size >>> 16) & 127) << 14) + (((size >>> 8) & 127) << 7) + (size & 127) + frame.length
  if (length >= 1 << 28) return
  for (let i = 0; i < 4; i++) file[6 + i] = (length >> (7 * (3 - i))) & 127
  writeFileSync(path, Buffer.concat([file.subarray(0, 10), frame, file.subarray(10)]))
}

/** Width and height of a JPEG or PNG that we made ourselves. */
function sizeOf(picture: Buffer): { width: number; height: number } {
  if (picture[0] === 0x89) return { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) }
  for (let at = 2; at + 9 < picture.length; at += 2 + picture.readUInt16BE(at + 2)) {
    const marker = picture[at + 1]!
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { width: picture.readUInt16BE(at + 7), height: picture.readUInt16BE(at + 5) }
  }
  return { width: 1, height: 1 }
}

/** A stream for one listener, from a moment on, into a file that others read while it grows: nothing is written twice. */
export async function transcodeFile(
  task: Extract<Task, { kind: 'transcode' }>,
  onProgress: (done: number) => void,
): Promise<Results['transcode']> {
  const source = openSource(task.path)
  const frame = new Frame()
  frame.alloc()
  const { num, den } = source.stream.timeBase
  // Where the file cannot be searched it is decoded from its beginning, and what comes before is dropped.
  if (task.fromMs > 0) {
    const at = BigInt(Math.floor(((task.fromMs / 1000) * den) / num))
    if (source.input.seekFrameSync(source.index, at, AVSEEK_FLAG_BACKWARD) >= 0) source.decoder.flushBuffers()
  }
  const start = (decoded: Frame) => {
    const layout = decoded.channelLayout.nbChannels === 1 ? 'mono' : 'stereo'
    const rate = aacRate(decoded.sampleRate)
    const made = {
      mp3: { chain: `sample_fmts=s16p:sample_rates=${rate}`, frame: 1152, codec: FF_ENCODER_LIBMP3LAME, muxer: 'mp3' },
      opus: { chain: 'sample_fmts=flt:sample_rates=48000', frame: 960, codec: FF_ENCODER_LIBOPUS, muxer: 'ogg' },
      aac: { chain: `sample_fmts=fltp:sample_rates=${rate}`, frame: 1024, codec: FF_ENCODER_AAC, muxer: 'adts' },
    }[task.format]
    const body = `[in]asetpts=round(N/SR/TB),aformat=${made.chain}:channel_layouts=${layout},asetnsamples=n=${made.frame}:p=0[a]`
    const graph = openGraph(shapeOf(decoded), body, ['a'])
    const output = openOutput(graph.exits['a']!, {
      path: task.out,
      muxer: made.muxer,
      codec: made.codec,
      bitsPerSecond: task.bitsPerSecond,
      muxerOptions: task.format === 'mp3' ? { write_xing: '0', id3v2_version: '0' } : {},
    })
    return { graph, output }
  }
  let open: ReturnType<typeof start> | undefined
  const pull = (): void => drain(open!.graph.exits['a']!, frame, open!.output.send)
  let heardMs = 0
  await decodeAll(
    source,
    decoded => {
      const lengthMs = (decoded.nbSamples * 1000) / decoded.sampleRate
      const atMs = decoded.pts >= 0n ? (Number(decoded.pts) * 1000 * num) / den : heardMs
      heardMs = atMs + lengthMs
      if (heardMs <= task.fromMs) return
      open ??= start(decoded)
      open.graph.entry.buffersrcAddFrameSync(decoded)
      pull()
    },
    onProgress,
  )
  if (open === undefined) throw new MediaRefused('no_sound', 'there is no sound from there on')
  open.graph.entry.buffersrcAddFrameSync(null)
  pull()
  open.output.finish()
  frame.free()
  open.graph.close()
  closeSource(source)
  return { sizeBytes: statSync(task.out).size }
}
