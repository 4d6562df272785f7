/** For tests: sounds and pictures made here, so that what is measured is known. */
import { writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'

export type Sound = (seconds: number, channel: number) => number
export const sine =
  (hertz: number, decibels: number, phase = 0): Sound =>
  at =>
    10 ** (decibels / 20) * Math.sin(2 * Math.PI * hertz * at + phase)
export const silence: Sound = () => 0
/** Noise that is the same every time. */
export function noise(decibels: number, seed = 1): Sound {
  let state = seed
  const gain = 10 ** (decibels / 20)
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return gain * (state / 2 ** 31 - 1)
  }
}

/** A 16-bit WAV file. */
export function writeWav(path: string, seconds: number, sound: Sound, { rate = 44_100, channels = 2 } = {}): string {
  const samples = Math.round(seconds * rate)
  const bytes = Buffer.alloc(44 + samples * channels * 2)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(channels, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * channels * 2, 28)
  bytes.writeUInt16LE(channels * 2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(samples * channels * 2, 40)
  for (let i = 0; i < samples; i++) {
    for (let channel = 0; channel < channels; channel++) {
      bytes.writeInt16LE(
        Math.max(-32_768, Math.min(32_767, Math.round(sound(i / rate, channel) * 32_767))),
        44 + (i * channels + channel) * 2,
      )
    }
  }
  writeFileSync(path, bytes)
  return path
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value >>> 0
})
function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  let crc = 0xffffffff
  for (const byte of body) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8)
  const around = Buffer.alloc(8)
  around.writeUInt32BE(data.length, 0)
  around.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}
/** A PNG of one colour; `claims` writes other dimensions into its header than it has pixels. */
export function png(width: number, height: number, colour: readonly [number, number, number], claims = { width, height }): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(claims.width, 0)
  header.writeUInt32BE(claims.height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const line = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width }, () => colour).flat())])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => line)))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
