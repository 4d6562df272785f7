/** The thin layer over node-av's synchronous API: open, decode, filter, encode. Only ever in the engine's child. */
import {
  avChannelLayoutDescribe,
  avChannelLayoutDefault,
  avGetSampleFmtName,
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FilterGraph,
  FormatContext,
  Frame,
  Log,
  Packet,
  PosixError,
  Rational,
  type FilterContext,
  type Stream,
} from 'node-av/lib'
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_LOG_QUIET,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  type AVSampleFormat,
  type FFAudioEncoder,
} from 'node-av/constants'
import { maxChannels, maxDurationMs, maxSampleRate, MediaRefused } from './protocol.ts'

Log.setLevel(AV_LOG_QUIET)

/** The only containers and the only protocol a stranger's file may use: a playlist inside an .mp3 opens nothing. */
const onlyThese = { format_whitelist: 'mp3,flac,ogg,wav,w64,mov,aiff,aac,matroska', protocol_whitelist: 'file', max_streams: '64' }

/**
 * Options are set on the object, never handed over as a Dictionary: the library frees a Dictionary a second time
 * when it is collected (node-av 6.1.1), which ends the process at some later moment.
 */
function setOptions(object: FormatContext | CodecContext, options: Record<string, string>): void {
  for (const [name, value] of Object.entries(options)) must(object.setOption(name, value), `option ${name}`)
}

/** Throws the library's own words as a bug: what a file can cause is refused before this. */
export function must(code: number, what: string): number {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`)
  return code
}

export type Source = {
  input: FormatContext
  stream: Stream
  decoder: CodecContext
  index: number
  sampleRate: number
  channels: number
  /** As the container says; 0 where it says nothing. */
  promisedMs: number
}

/** Opens the file and the decoder of its best sound stream, or refuses it. */
export function openSource(path: string): Source {
  const input = new FormatContext()
  input.allocContext()
  setOptions(input, onlyThese)
  if (input.openInputSync(path, null, null) < 0) throw new MediaRefused('not_audio', 'not an audio file (its format is not understood)')
  if (input.findStreamInfoSync(null) < 0) throw new MediaRefused('damaged', 'audio data is damaged (no stream can be read)')
  const { streamIndex, decoder: codec } = input.findBestStream(AVMEDIA_TYPE_AUDIO, -1, -1, true)
  const stream = input.streams[streamIndex]
  if (streamIndex < 0 || stream === undefined) throw new MediaRefused('no_sound', 'there is no sound in it')
  if (codec === null) throw new MediaRefused('unsupported', 'its sound is in a format that cannot be decoded')
  const { sampleRate, channels } = stream.codecpar
  if (channels > maxChannels) throw new MediaRefused('unsupported', `more than ${maxChannels} channels (${channels})`)
  if (sampleRate > maxSampleRate) throw new MediaRefused('unsupported', `a sample rate of ${sampleRate} Hz`)
  const promisedMs = input.duration > 0n ? Number(input.duration) / 1000 : 0
  const decoder = new CodecContext()
  decoder.allocContext3(codec)
  must(decoder.parametersToContext(stream.codecpar), 'decoder parameters')
  decoder.pktTimebase = stream.timeBase
  decoder.threadCount = 1
  if (decoder.open2Sync(codec, null) < 0) throw new MediaRefused('unsupported', 'its sound cannot be decoded (protected or damaged)')
  return { input, stream, decoder, index: streamIndex, sampleRate, channels, promisedMs }
}

export type Decoded = {
  samples: number
  sampleRate: number
  channels: number
  /** Packets that could not be decoded, and where the first of them was. */
  errors: number
  firstErrorSample: number
  /** Packets that failed after the last good frame. */
  errorsAtEnd: number
  lastPacket: Buffer | null
  /** Samples that were left out because rate or channels changed on the way. */
  mismatched: number
}

const breathMs = 60
const notYet = FFmpegError.AVERROR(PosixError.EAGAIN)

/**
 * Decodes everything once. `onFrame` must take what it needs at once: the frame is used again.
 * Yields to the event loop now and then, so that messages pass and the parent's death is noticed.
 */
export async function decodeAll(source: Source, onFrame: (frame: Frame) => void, onProgress: (done: number) => void): Promise<Decoded> {
  const { input, decoder, index } = source
  const packet = new Packet()
  packet.alloc()
  const frame = new Frame()
  frame.alloc()
  const told: Decoded = {
    samples: 0,
    sampleRate: 0,
    channels: 0,
    errors: 0,
    firstErrorSample: -1,
    errorsAtEnd: 0,
    lastPacket: null,
    mismatched: 0,
  }
  let format: AVSampleFormat | undefined
  let most = Infinity
  const failed = (): void => {
    told.errors++
    told.errorsAtEnd++
    if (told.firstErrorSample < 0) told.firstErrorSample = told.samples
  }
  const receive = (): void => {
    for (;;) {
      const code = decoder.receiveFrameSync(frame)
      if (code < 0) {
        // A broken frame may be followed by a good one in the same packet.
        if (code !== notYet && code !== AVERROR_EOF) failed()
        return
      }
      if (told.sampleRate === 0) {
        told.sampleRate = frame.sampleRate
        told.channels = frame.channelLayout.nbChannels
        format = frame.format as AVSampleFormat
        most = (maxDurationMs / 1000) * frame.sampleRate
        if (told.sampleRate > maxSampleRate || told.channels > maxChannels)
          throw new MediaRefused('unsupported', `${told.channels} channels at ${told.sampleRate} Hz`)
      }
      if (frame.sampleRate !== told.sampleRate || frame.channelLayout.nbChannels !== told.channels || frame.format !== format) {
        told.mismatched += frame.nbSamples
      } else {
        told.samples += frame.nbSamples
        told.errorsAtEnd = 0
        onFrame(frame)
        if (told.samples > most) throw new MediaRefused('too_long', 'longer than 4 hours')
      }
      frame.unref()
    }
  }
  let breath = performance.now()
  for (let count = 0; ; count++) {
    const code = input.readFrameSync(packet)
    if (code < 0) {
      if (code !== AVERROR_EOF) failed()
      break
    }
    if (packet.streamIndex === index) {
      if (decoder.sendPacketSync(packet) < 0) failed()
      receive()
      if (told.errorsAtEnd > 0) told.lastPacket = Buffer.from(packet.data ?? [])
    }
    packet.unref()
    if ((count & 31) === 31 && performance.now() - breath > breathMs) {
      onProgress(
        source.promisedMs > 0 && told.sampleRate > 0 ? Math.min(1, (told.samples * 1000) / told.sampleRate / source.promisedMs) : 0,
      )
      await new Promise(resolve => setImmediate(resolve))
      breath = performance.now()
    }
  }
  decoder.sendPacketSync(null)
  receive()
  packet.free()
  frame.free()
  return told
}

/** How a filter graph names what the frame holds. */
export function shapeOf(frame: Frame): string {
  const layout = frame.channelLayout
  // Files without a channel mask get the usual one for their number of channels.
  const named = layout.mask > 0n ? layout : avChannelLayoutDefault(layout.nbChannels)
  return `time_base=1/${frame.sampleRate}:sample_rate=${frame.sampleRate}:sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}:channel_layout=${avChannelLayoutDescribe(named)}`
}

export type Graph = { graph: FilterGraph; entry: FilterContext; exits: Record<string, FilterContext>; close: () => void }

/** Builds a graph that begins with `[in]` and ends in the named exits, e.g. `[in]asplit[a][b]` with exits a and b. */
export function openGraph(shape: string, body: string, exits: readonly string[]): Graph {
  const graph = new FilterGraph()
  graph.alloc()
  graph.nbThreads = 1
  const text = `abuffer@entry=${shape}[in];${body}${exits.map(name => `;[${name}]abuffersink@${name}`).join('')}`
  must(graph.parsePtr(text), `filter graph ${text}`)
  must(graph.configSync(), `filter graph ${text}`)
  const find = (name: string): FilterContext => {
    const found = graph.getFilter(name)
    if (found === null) throw new Error(`no filter ${name}`)
    return found
  }
  return {
    graph,
    entry: find('abuffer@entry'),
    exits: Object.fromEntries(exits.map(name => [name, find(`abuffersink@${name}`)])),
    close: () => graph.free(),
  }
}

/** Hands every frame that waits at this exit to `take`. */
export function drain(exit: FilterContext, frame: Frame, take: (frame: Frame) => void): void {
  while (exit.buffersinkGetFrameSync(frame) >= 0) {
    take(frame)
    frame.unref()
  }
}

export type Output = {
  encoder: CodecContext
  /** Samples of silence that the encoder puts first. */
  delaySamples: number
  send: (frame: Frame | null) => void
  /** Flushes, writes the end and closes the file. */
  finish: () => void
}
export type OutputOptions = {
  path: string
  muxer: string
  codec: FFAudioEncoder
  bitsPerSecond?: number
  /** For codecs that choose a frame size by themselves (FLAC): the one the graph sends. */
  frameSamples?: number
  codecOptions?: Record<string, string>
  muxerOptions?: Record<string, string>
  metadata?: Record<string, string>
  /** Further streams (a cover) are added here, before the header is written; what it returns runs after. */
  prepare?: (output: FormatContext) => () => void
}

/** An encoder and its file, taking its format from a graph's exit. */
export function openOutput(exit: FilterContext, options: OutputOptions): Output {
  const codec = Codec.findEncoderByName(options.codec)
  if (codec === null) throw new Error(`no encoder ${options.codec}`)
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.sampleRate = exit.buffersinkGetSampleRate()
  encoder.channelLayout = exit.buffersinkGetChannelLayout()
  encoder.sampleFormat = exit.buffersinkGetFormat() as AVSampleFormat
  encoder.timeBase = new Rational(1, encoder.sampleRate)
  encoder.threadCount = 1
  if (options.bitsPerSecond !== undefined) encoder.bitRate = BigInt(options.bitsPerSecond)
  if (options.frameSamples !== undefined) encoder.frameSize = options.frameSamples
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER)
  setOptions(encoder, options.codecOptions ?? {})
  must(encoder.open2Sync(codec, null), `encoder ${options.codec}`)
  const output = new FormatContext()
  must(output.allocOutputContext2(null, options.muxer, options.path), `muxer ${options.muxer}`)
  const stream = output.newStream(null)
  must(stream.codecpar.fromContext(encoder), 'stream parameters')
  stream.timeBase = encoder.timeBase
  if (options.metadata !== undefined) output.metadata = Dictionary.fromObject(options.metadata)
  const after = options.prepare?.(output)
  setOptions(output, options.muxerOptions ?? {})
  must(output.openOutputSync(), 'output file')
  must(output.writeHeaderSync(null), 'output header')
  after?.()
  const packet = new Packet()
  packet.alloc()
  const send = (frame: Frame | null): void => {
    must(encoder.sendFrameSync(frame), 'encode')
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0
      packet.rescaleTs(encoder.timeBase, stream.timeBase)
      must(output.interleavedWriteFrameSync(packet), 'write')
      packet.unref()
    }
  }
  return {
    encoder,
    delaySamples: stream.codecpar.initialPadding,
    send,
    finish: () => {
      send(null)
      must(output.writeTrailerSync(), 'output end')
      output.closeOutputSync()
      packet.free()
    },
  }
}

/** Closes a source. Order matters to the library: decoder first. */
export function closeSource(source: Source): void {
  source.decoder.freeContext()
  source.input.closeInputSync()
}
