/** Files to keep: MP3 320 or FLAC with tags and cover, made from the original for those who bought it. */
import { readFileSync, statSync } from 'node:fs'
import type { Results, Task } from './protocol.ts'
import { MediaRefused } from './protocol.ts'

const formats = {
  mp3: { muxer: 'mp3', mime: 'audio/mpeg' },
  flac: { muxer: 'flac', mime: 'audio/flac' },
} as const

/** Writes one file. Rate and channels are kept as far as the format allows (MP3: 48 kHz, stereo). */
export async function convertFile(task: Extract<Task, { kind: 'convert' }>, onProgress: (done: number) => void): Promise<Results['convert']> {
  const { Frame, Packet } = await import('node-av/lib')
  const { AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_DISPOSITION_ATTACHED_PIC, AV_PIX_FMT_YUVJ420P, AVMEDIA_TYPE_VIDEO, FF_ENCODER_FLAC, FF_ENCODER_LIBMP3LAME } = await import('node-av/constants')
  const { closeSource, decodeAll, drain, openGraph, openOutput, openSource, shapeOf } = await import('./av.ts')
  const source = openSource(task.path)
  const frame = new Frame()
  frame.alloc()
  const { muxer, mime } = formats[task.format]
  const picture = task.cover === null ? null : readFileSync(task.cover)
  const start = (decoded: InstanceType<typeof Frame>) => {
    const mono = decoded.channelLayout.nbChannels === 1
    const rate = decoded.sampleRate
    // 16-bit and lossy sources stay 16-bit; deeper ones keep 24 bits.
    const deep = source.stream.codecpar.bitsPerRawSample > 16 || source.stream.codecpar.bitsPerCodedSample > 16
    const chain =
      task.format === 'mp3'
        ? `aformat=sample_fmts=s16p:sample_rates=${[44_100, 48_000, 32_000].includes(rate) ? rate : rate % 11_025 === 0 ? 44_100 : 48_000}:channel_layouts=${mono ? 'mono' : 'stereo'},asetnsamples=n=1152:p=0`
        : `aformat=sample_fmts=${deep ? 's32' : 's16'},asetnsamples=n=4096:p=0`
    const graph = openGraph(shapeOf(decoded), `[in]asetpts=N/SR/TB,${chain}[a]`, ['a'])
    const output = openOutput(graph.exits['a']!, {
      path: task.out,
      muxer,
      codec: task.format === 'mp3' ? FF_ENCODER_LIBMP3LAME : FF_ENCODER_FLAC,
      bitsPerSecond: task.format === 'mp3' ? 320_000 : undefined,
      metadata: task.tags,
      muxerOptions: task.format === 'mp3' ? { id3v2_version: '3', write_id3v1: '1' } : {},
      prepare: file => {
        if (picture === null) return () => undefined
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
  return { sizeBytes: statSync(task.out).size, mime }
}

/** Width and height of a JPEG or PNG that we made ourselves. */
function sizeOf(picture: Buffer): { width: number; height: number } {
  if (picture[0] === 0x89) return { width: picture.readUInt32BE(16), height: picture.readUInt32BE(20) }
  for (let at = 2; at + 9 < picture.length; at += 2 + picture.readUInt16BE(at + 2)) {
    const marker = picture[at + 1]!
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return { width: picture.readUInt16BE(at + 7), height: picture.readUInt16BE(at + 5) }
  }
  return { width: 1, height: 1 }
}
