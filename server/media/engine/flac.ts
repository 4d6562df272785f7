/** Whether the end of a FLAC file is there: its last frame says which samples it holds and checks its own bytes. Decodes nothing. */

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
