/** Renders one track: `node render.child.ts '{"track": key, "path": file.flac}'`. Exits 1 with one line on stderr when it cannot. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { avChannelLayoutDefault, Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib'
import { AV_SAMPLE_FMT_S16, FF_ENCODER_FLAC } from 'node-av/constants'
import sharp from 'sharp'
import { demoTracks } from './catalogue.ts'
import { coverSvg } from './cover.ts'
import { renderTrack, type Tags, tagsOf } from './render.ts'
import { RATE, randomOf, type Stereo } from './signal.ts'

/** Interleaved 16-bit samples with triangular dither (one step wide, from the seed), so that a fade into silence stays smooth. */
export function pcm16([left, right]: Stereo, seed = 'dither'): Buffer {
  const random = randomOf(seed)
  const out = Buffer.allocUnsafe(left.length * 4)
  const samples = new Int16Array(out.buffer, out.byteOffset, left.length * 2)
  for (let i = 0; i < left.length; i++) {
    samples[i * 2] = Math.max(-32768, Math.min(32767, Math.round(left[i]! * 32767 + random() - random())))
    samples[i * 2 + 1] = Math.max(-32768, Math.min(32767, Math.round(right[i]! * 32767 + random() - random())))
  }
  return out
}

/** A WAV file: 44.1 kHz, stereo, 16 bit. */
export function wav(channels: Stereo, seed?: string): Buffer {
  const data = pcm16(channels, seed)
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(2, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 4, 28)
  head.writeUInt16LE(4, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

const must = (code: number, what: string) => {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`)
}

/** Metadata block: type, last flag, length, content. */
const block = (type: number, content: Buffer, last = false) => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(content.length, 0)
  head[0] = type | (last ? 0x80 : 0)
  return Buffer.concat([head, content])
}

const counted = (text: string) => {
  const bytes = Buffer.from(text, 'utf8')
  const head = Buffer.alloc(4)
  head.writeUInt32LE(bytes.length)
  return Buffer.concat([head, bytes])
}

function comments(tags: Tags): Buffer {
  const rows = Object.entries(tags).flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map(one => `${name}=${one}`))
  const count = Buffer.alloc(4)
  count.writeUInt32LE(rows.length)
  return Buffer.concat([counted("Planet's demo composer"), count, ...rows.map(counted)])
}

/** A front cover: JPEG of the given width and height. */
function picture(jpeg: Buffer, width: number): Buffer {
  const numbers = (...list: number[]) => {
    const out = Buffer.alloc(list.length * 4)
    list.forEach((n, i) => out.writeUInt32BE(n, i * 4))
    return out
  }
  const mime = Buffer.from('image/jpeg')
  return Buffer.concat([numbers(3, mime.length), mime, numbers(0, width, width, 24, 0, jpeg.length), jpeg])
}

/**
 * A FLAC file with tags and cover. The frames come from FFmpeg's encoder; the few blocks before them are written here, which gives repeated tags
 * (two artists) and the picture without a second pass. Only for the child process: the library may end its process.
 */
export function encodeFlac(channels: Stereo, tags: Tags, cover?: { jpeg: Buffer; width: number }): Buffer {
  const data = pcm16(channels, `dither ${String(tags['TITLE'])}`)
  const codec = Codec.findEncoderByName(FF_ENCODER_FLAC)
  if (!codec) throw new Error('the FLAC encoder is missing')
  const encoder = new CodecContext()
  encoder.allocContext3(codec)
  encoder.sampleRate = RATE
  encoder.sampleFormat = AV_SAMPLE_FMT_S16
  encoder.channelLayout = avChannelLayoutDefault(2)
  encoder.threadCount = 1
  must(encoder.open2Sync(codec, null), 'FLAC encoder')
  const step = encoder.frameSize || 4096
  const packet = new Packet()
  packet.alloc()
  const frames: Buffer[] = []
  const drain = () => {
    while (encoder.receivePacketSync(packet) >= 0) {
      if (packet.data?.length) frames.push(Buffer.from(packet.data))
      packet.unref()
    }
  }
  const total = data.length / 4
  for (let at = 0; at < total; at += step) {
    const nbSamples = Math.min(step, total - at)
    const frame = Frame.fromAudioBuffer(Buffer.from(data.subarray(at * 4, (at + nbSamples) * 4)), {
      nbSamples,
      format: AV_SAMPLE_FMT_S16,
      sampleRate: RATE,
      channelLayout: avChannelLayoutDefault(2),
      pts: BigInt(at),
      timeBase: { num: 1, den: RATE },
    })
    must(encoder.sendFrameSync(frame), 'FLAC frame')
    frame.free()
    drain()
  }
  must(encoder.sendFrameSync(null), 'FLAC end')
  drain()
  // STREAMINFO: block sizes, frame sizes, rate, channels, bits, samples, and the MD5 of the samples.
  const info = Buffer.alloc(34)
  info.writeUInt16BE(step, 0)
  info.writeUInt16BE(step, 2)
  info.writeUIntBE(Math.min(...frames.map(f => f.length)), 4, 3)
  info.writeUIntBE(Math.max(...frames.map(f => f.length)), 7, 3)
  info.writeBigUInt64BE((BigInt(RATE) << 44n) | (1n << 41n) | (15n << 36n) | BigInt(total), 10)
  createHash('md5').update(data).digest().copy(info, 18)
  return Buffer.concat([
    Buffer.from('fLaC'),
    block(0, info),
    block(4, comments(tags), !cover),
    ...(cover ? [block(6, picture(cover.jpeg, cover.width), true)] : []),
    ...frames,
  ])
}

/** Writes beside the goal, then renames: nobody sees half a file. */
function publish(path: string, data: Buffer) {
  const temp = `${path}.${process.pid}.part`
  try {
    writeFileSync(temp, data)
    renameSync(temp, path)
  } finally {
    rmSync(temp, { force: true })
  }
}

/** The program: one track, then the end. */
async function run() {
  try {
    const { track: key, path } = JSON.parse(process.argv[2] ?? '{}') as { track?: string; path?: string }
    if (!key || !path) throw new Error('needs {"track": …, "path": …}')
    const track = demoTracks().find(t => t.key === key)
    if (!track) throw new Error(`no demo track has the key ${key}`)
    const width = 1200
    mkdirSync(dirname(path), { recursive: true })
    const beside = join(dirname(path), 'cover.jpg')
    // The cover of a release is drawn once, by whichever of its tracks comes first.
    const drawn = existsSync(beside)
    const jpeg = drawn
      ? readFileSync(beside)
      : await sharp(Buffer.from(coverSvg(track.release)))
          .resize(width)
          .jpeg({ quality: 90 })
          .toBuffer()
    if (!drawn) publish(beside, jpeg)
    publish(path, encodeFlac(renderTrack(key).channels, tagsOf(key), { jpeg, width }))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) await run()
