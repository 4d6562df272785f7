/** Frames of MPEG audio, ADTS and FLAC: what their headers say, and whether the last one of a file is whole. Decodes nothing. */

const bitRates: Record<string, readonly number[]> = {
  '1-1': [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  '1-2': [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  '1-3': [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  '2-1': [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  '2-2': [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
export type MpegFrame = { bytes: number; samples: number; sampleRate: number; version: 1 | 2; mono: boolean }

/** The MPEG audio frame that begins here, or undefined. Free-format frames count as none. */
export function mpegFrame(bytes: Buffer, at = 0): MpegFrame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe0) !== 0xe0) return undefined
  const versionBits = (bytes[at + 1]! >> 3) & 3
  const layer = 4 - ((bytes[at + 1]! >> 1) & 3)
  const rateIndex = bytes[at + 2]! >> 4
  const frequency = (bytes[at + 2]! >> 2) & 3
  if (versionBits === 1 || layer === 4 || rateIndex === 0 || rateIndex === 15 || frequency === 3) return undefined
  const version = versionBits === 3 ? 1 : 2
  const kbps = bitRates[`${version}-${version === 2 && layer === 3 ? 2 : layer}`]![rateIndex]!
  const sampleRate = [44_100, 48_000, 32_000][frequency]! >> (versionBits === 3 ? 0 : versionBits === 2 ? 1 : 2)
  const padding = (bytes[at + 2]! >> 1) & 1
  const samples = layer === 1 ? 384 : layer === 3 && version === 2 ? 576 : 1152
  const frameBytes =
    layer === 1 ? (Math.floor((12_000 * kbps) / sampleRate) + padding) * 4 : Math.floor((samples * 125 * kbps) / sampleRate) + padding
  return { bytes: frameBytes, samples, sampleRate, version, mono: bytes[at + 3]! >> 6 === 3 }
}

/** Bytes of the ADTS frame that begins here, or undefined. */
export const adtsFrame = (bytes: Buffer, at = 0): number | undefined => {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
  return length > 7 ? length : undefined
}

/** Whether a chain of frames leads to one that goes beyond the end. */
export function cutFrame(tail: Buffer): boolean {
  for (let from = 0; from < Math.min(4096, tail.length); from++) {
    let at = from
    let links = 0
    for (let frame = mpegFrame(tail, at); frame !== undefined; frame = mpegFrame(tail, at)) {
      if (at + frame.bytes > tail.length) return links >= 3
      at += frame.bytes
      links++
    }
    // A header that is itself cut off begins with these bits.
    if (links >= 3) return at < tail.length && tail.length - at < 4 && tail[at] === 0xff
  }
  return false
}

/* FLAC: the last frame says which samples it holds and checks its own bytes. */

const crc8 = new Uint8Array(256)
const crc16 = new Uint16Array(256)
for (let i = 0; i < 256; i++) {
  let small = i
  let large = i << 8
  for (let bit = 0; bit < 8; bit++) {
    small = (small & 0x80) !== 0 ? ((small << 1) ^ 0x07) & 0xff : (small << 1) & 0xff
    large = (large & 0x8000) !== 0 ? ((large << 1) ^ 0x8005) & 0xffff : (large << 1) & 0xffff
  }
  crc8[i] = small
  crc16[i] = large
}

/** First sample and number of samples of the frame whose header stands here; undefined where none does. `fixedBlock`: block size of streams that number frames. */
function frameAt(bytes: Buffer, at: number, fixedBlock: number): { first: number; samples: number } | undefined {
  if (bytes[at] !== 0xff || (bytes[at + 1]! & 0xfe) !== 0xf8 || at + 6 > bytes.length) return undefined
  const variable = (bytes[at + 1]! & 1) === 1
  const blockCode = bytes[at + 2]! >> 4
  const rateCode = bytes[at + 2]! & 15
  if (blockCode === 0 || rateCode === 15 || bytes[at + 3]! >> 4 > 10 || (bytes[at + 3]! & 1) !== 0) return undefined
  // The number is coded as UTF-8 codes characters, up to 36 bits.
  const lead = bytes[at + 4]!
  const more = lead < 0x80 ? 0 : lead >= 0xc0 && lead < 0xff ? Math.clz32(~(lead << 24)) - 1 : -1
  if (more < 0 || at + 5 + more + 5 > bytes.length) return undefined
  let number = more === 0 ? lead : lead & (0x3f >> more)
  for (let i = 1; i <= more; i++) {
    const next = bytes[at + 4 + i]!
    if ((next & 0xc0) !== 0x80) return undefined
    number = number * 64 + (next & 0x3f)
  }
  let end = at + 5 + more
  let samples = blockCode === 1 ? 192 : blockCode <= 5 ? 576 << (blockCode - 2) : blockCode >= 8 ? 256 << (blockCode - 8) : 0
  if (blockCode === 6) samples = bytes[end++]! + 1
  if (blockCode === 7) {
    samples = bytes.readUInt16BE(end) + 1
    end += 2
  }
  end += rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0
  if (end >= bytes.length) return undefined
  let check = 0
  for (let i = at; i < end; i++) check = crc8[check ^ bytes[i]!]!
  if (check !== bytes[end]) return undefined
  return { first: variable ? number : number * fixedBlock, samples }
}

/** Whether a frame that begins here is whole: at some place behind it its checksum comes out even. */
function isWhole(bytes: Buffer, at: number): boolean {
  let check = 0
  for (let i = at; i < bytes.length; i++) {
    check = ((check << 8) ^ crc16[(check >> 8) ^ bytes[i]!]!) & 0xffff
    if (check === 0 && i > at + 8) return true
  }
  return false
}

/**
 * The sample up to which there is sound, when that is before `total`; null when the end is there or cannot be told. `tail` are the last bytes of the sound,
 * more than one frame of them.
 */
export function flacEndsBefore(tail: Buffer, total: number, fixedBlock: number): number | null {
  for (let at = tail.length - 10; at >= 0; at--) {
    const frame = frameAt(tail, at, fixedBlock)
    // A look-alike claims samples that this file does not have.
    if (frame === undefined || frame.first + frame.samples > total + fixedBlock || frame.first >= total) continue
    if (isWhole(tail, at)) return frame.first + frame.samples >= total ? null : frame.first + frame.samples
    return frame.first
  }
  return null
}
