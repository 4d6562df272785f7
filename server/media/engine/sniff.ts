/**
 * What a file is by its bytes, not by its name, and whether its container says that bytes are missing.
 * Reads a few pages of the file; decodes nothing.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { adtsFrame, cutFrame, flacEndsBefore, mpegFrame, type MpegFrame } from './frames.ts'
import { MediaRefused, type AudioFormat } from './protocol.ts'

const pageBytes = 65_536

/** A file read by position through one page of memory. Short reads at the end are zero-filled views of what is there. */
export class Pages {
  readonly size: number
  readonly #fd: number
  readonly #page = Buffer.allocUnsafeSlow(pageBytes)
  #start = 0
  #length = 0
  constructor(path: string) {
    try {
      // A pipe must not hold us until somebody writes to it.
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      throw new MediaRefused('missing', code === 'EACCES' ? 'may not be read (no permission)' : 'file is not there')
    }
    const stat = fstatSync(this.#fd)
    if (!stat.isFile()) {
      closeSync(this.#fd)
      throw new MediaRefused('not_audio', 'not a file')
    }
    this.size = stat.size
  }
  /** Copies up to `length` bytes at `position` into `into`; answers how many there were. */
  copy(position: number, length: number, into: Uint8Array, at = 0): number {
    let done = 0
    while (done < length) {
      const where = position + done
      if (where >= this.#start && where < this.#start + this.#length) {
        const from = where - this.#start
        const count = Math.min(length - done, this.#length - from)
        into.set(this.#page.subarray(from, from + count), at + done)
        done += count
      } else if (length - done >= pageBytes) {
        const count = readSync(this.#fd, into, at + done, length - done, where)
        if (count === 0) break
        done += count
      } else {
        this.#length = readSync(this.#fd, this.#page, 0, pageBytes, where)
        this.#start = where
        if (this.#length === 0) break
      }
    }
    return done
  }
  /** The bytes at this place, fewer at the end of the file. */
  at(position: number, length: number): Buffer {
    const into = Buffer.alloc(Math.max(0, Math.min(length, this.size - position)))
    return into.subarray(0, this.copy(position, into.length, into))
  }
  close(): void {
    closeSync(this.#fd)
  }
}

export type Sniffed = {
  format: AudioFormat
  /** Where the format itself begins: after ID3v2 tags. */
  start: number
  /** As the container promises, where the promise can be relied on. */
  promisedMs: number | null
}

const seconds = (ms: number): string => `${(Math.max(0, ms) / 1000).toFixed(1)} s`
/** The one sentence for a file whose end is missing. */
export const cutOff = (atMs: number | null, ofMs: number | null = null): MediaRefused =>
  new MediaRefused(
    'truncated',
    `audio data is cut off${atMs === null ? '' : ` after ${seconds(atMs)}`}${atMs !== null && ofMs !== null ? ` of ${seconds(ofMs)}` : ''}`,
  )

const synchsafe = (bytes: Buffer, at: number): number =>
  (bytes[at]! << 21) | (bytes[at + 1]! << 14) | (bytes[at + 2]! << 7) | bytes[at + 3]!

/** Where sound ends: before ID3v1, APEv2 and Lyrics3 tags. */
export function soundEnd(pages: Pages): number {
  let end = pages.size
  if (end >= 128 && pages.at(end - 128, 3).toString('latin1') === 'TAG') end -= 128
  const lyrics = pages.at(end - 15, 15).toString('latin1')
  if (/^\d{6}LYRICS200$/.test(lyrics)) end -= Number(lyrics.slice(0, 6)) + 15
  const ape = pages.at(end - 32, 32)
  if (ape.length === 32 && ape.toString('latin1', 0, 8) === 'APETAGEX')
    end -= ape.readUInt32LE(12) + ((ape.readUInt32LE(20) & 0x80000000) !== 0 ? 32 : 0)
  return Math.max(0, end)
}

function mp3(pages: Pages, start: number): number | null {
  const head = pages.at(start, pageBytes)
  let at = 0
  while (at < head.length - 4) {
    const frame = mpegFrame(head, at)
    if (frame !== undefined && (at + frame.bytes + 4 > head.length || mpegFrame(head, at + frame.bytes) !== undefined)) {
      return promiseOf(pages, head, at, start + at, frame)
    }
    at++
  }
  throw new MediaRefused('not_audio', 'not an audio file (no sound after its tags)')
}

/** The length a Xing, Info or VBRI header promises; refuses a file that is shorter than its own header says. */
function promiseOf(pages: Pages, head: Buffer, at: number, offset: number, frame: MpegFrame): number | null {
  const side = frame.version === 1 ? (frame.mono ? 17 : 32) : frame.mono ? 9 : 17
  const xing = at + 4 + side
  let frames: number | null = null
  let bytes: number | null = null
  const name = head.toString('latin1', xing, xing + 4)
  if ((name === 'Xing' || name === 'Info') && xing + 16 <= head.length) {
    const flags = head.readUInt32BE(xing + 4)
    let next = xing + 8
    if ((flags & 1) !== 0) {
      frames = head.readUInt32BE(next)
      next += 4
    }
    if ((flags & 2) !== 0) bytes = head.readUInt32BE(next)
  } else if (head.toString('latin1', at + 36, at + 40) === 'VBRI') {
    bytes = head.readUInt32BE(at + 46)
    frames = head.readUInt32BE(at + 50)
  }
  if (frames === null || frames === 0) {
    // Without a promise only the last frame can tell: one that is longer than what is left was cut.
    const end = soundEnd(pages)
    if (cutFrame(pages.at(Math.max(offset, end - 16_384), Math.min(16_384, end - offset))))
      throw cutOff(((end - offset) * frame.samples * 1000) / frame.bytes / frame.sampleRate)
    return null
  }
  const promised = (frames * frame.samples * 1000) / frame.sampleRate
  const there = soundEnd(pages) - offset
  // Headers disagree by a frame or two about what they count.
  if (bytes !== null && bytes > 0 && there < bytes - Math.max(4 * frame.bytes, bytes * 0.002))
    throw cutOff((promised * there) / bytes, promised)
  return promised
}

function flac(pages: Pages, start: number): number | null {
  const info = pages.at(start + 4, 38)
  if (info.length < 38 || (info[0]! & 0x7f) !== 0) throw new MediaRefused('damaged', 'FLAC header is damaged')
  const rate = (info.readUInt32BE(14) >>> 12) & 0xfffff
  const samples = (info[17]! & 15) * 2 ** 32 + info.readUInt32BE(18)
  let at = start + 4
  for (let last = false; !last;) {
    const block = pages.at(at, 4)
    if (block.length < 4) throw cutOff(0)
    last = (block[0]! & 0x80) !== 0
    at += 4 + block.readUIntBE(1, 3)
    if (at >= pages.size) throw cutOff(0)
  }
  if (rate === 0 || samples === 0) return null
  const most = Math.min(1024 * 1024, Math.max(pageBytes, 2 * info.readUIntBE(11, 3)))
  const end = soundEnd(pages)
  const from = Math.max(at, end - most)
  const ends = flacEndsBefore(pages.at(from, end - from), samples, info.readUInt16BE(6))
  if (ends !== null) throw cutOff((ends * 1000) / rate, (samples * 1000) / rate)
  return (samples * 1000) / rate
}

/** Looks at the last page: it must be whole. Its granule position is the length. */
function ogg(pages: Pages, start: number): number | null {
  const head = pages.at(start, 512)
  const first = 27 + head[26]!
  const kind = head.toString('latin1', first, first + 8)
  const rate =
    kind === 'OpusHead'
      ? 48_000
      : kind.startsWith('\u0001vorbis')
        ? head.readUInt32LE(first + 12)
        : kind.startsWith('\u007fFLAC')
          ? head.readUIntBE(first + 27, 3) >>> 4
          : kind.startsWith('Speex')
            ? head.readUInt32LE(first + 36)
            : 0
  const skip = kind === 'OpusHead' ? head.readUInt16LE(first + 10) : 0
  const serial = head.readUInt32LE(14)
  for (let span = pageBytes; ; span *= 4) {
    const from = Math.max(start, pages.size - span)
    const tail = pages.at(from, span)
    let at = tail.lastIndexOf('OggS')
    while (at > 0 && (at + 27 > tail.length || tail[at + 4] !== 0)) {
      if (at + 27 > tail.length) throw cutOff(lengthBefore(tail, at, rate, skip))
      at = tail.lastIndexOf('OggS', at - 1)
    }
    if (at < 0) {
      if (from === start || span > 4_000_000) throw cutOff(null)
      continue
    }
    const table = tail.subarray(at + 27, at + 27 + tail[at + 26]!)
    const whole = at + 27 + tail[at + 26]! + table.reduce((sum, count) => sum + count, 0)
    if (table.length < tail[at + 26]! || whole > tail.length) throw cutOff(lengthBefore(tail, at, rate, skip))
    if (rate === 0 || tail.readUInt32LE(at + 14) !== serial) return null
    const granule = Number(tail.readBigInt64LE(at + 6))
    return granule > 0 ? ((granule - skip) * 1000) / rate : null
  }
}
function lengthBefore(tail: Buffer, before: number, rate: number, skip: number): number | null {
  const at = tail.lastIndexOf('OggS', before - 1)
  if (at < 0 || before === 0 || rate === 0) return null
  const granule = Number(tail.readBigInt64LE(at + 6))
  return granule > 0 ? ((granule - skip) * 1000) / rate : null
}

/** RIFF and FORM chunks: the one with the sound must be there whole. Sizes of streamed files (0, all ones) promise nothing. */
function chunked(pages: Pages, wanted: string, little: boolean): number | null {
  const number = (bytes: Buffer, at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  let bytesPerSecond = 0
  let samples: number | null = null
  let sampleRate = 0
  for (let at = 12; at + 8 <= pages.size;) {
    const head = pages.at(at, 40)
    if (head.length < 8) break
    const name = head.toString('latin1', 0, 4)
    const size = number(head, 4)
    if (name === 'fmt ' && head.length >= 24) bytesPerSecond = head.readUInt32LE(16)
    if (name === 'COMM' && head.length >= 26) {
      samples = head.readUInt32BE(10)
      const exponent = head.readUInt16BE(16) & 0x7fff
      sampleRate = Math.round(head.readUInt32BE(18) * 2 ** (exponent - 16383 - 31))
      bytesPerSecond = Math.round(head.readUInt16BE(8) * sampleRate * Math.ceil(head.readUInt16BE(14) / 8))
    }
    if (name === wanted) {
      if (size === 0 || size >= 0xfffffff0) return null
      const there = pages.size - at - 8
      const perMs = bytesPerSecond / 1000
      if (there < size - 512) throw cutOff(perMs > 0 ? there / perMs : null, perMs > 0 ? size / perMs : null)
      if (samples !== null && sampleRate > 0) return (samples * 1000) / sampleRate
      return little && perMs > 0 ? Math.min(there, size) / perMs : null
    }
    at += 8 + size + (size & 1)
  }
  throw pages.size < 4096 ? cutOff(0) : new MediaRefused('truncated', 'audio data is missing after the header')
}

function mp4(pages: Pages): number | null {
  let index = false
  let sound: { from: number; bytes: number } | undefined
  for (let at = 0; at + 8 <= pages.size;) {
    const head = pages.at(at, 16)
    const name = head.toString('latin1', 4, 8)
    let size = head.readUInt32BE(0)
    if (size === 1 && head.length === 16) size = Number(head.readBigUInt64BE(8))
    if (size === 0) size = pages.size - at
    if (size < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(name)) break
    if (name === 'moov') index = true
    const over = at + size > pages.size
    if (over && (name === 'mdat' || name === 'moof' || name === 'moov')) sound = { from: at, bytes: size }
    at += size
  }
  if (sound !== undefined) throw cutOff(null)
  if (!index) throw new MediaRefused('truncated', 'audio data is cut off (its index is missing)')
  return null
}

function matroska(pages: Pages): number | null {
  const head = pages.at(0, 4096)
  const number = (at: number, keepMark: boolean): { value: number; bytes: number; unknown: boolean } => {
    const first = head[at] ?? 0
    const bytes = Math.clz32(first) - 23
    if (bytes > 8 || at + bytes > head.length) return { value: 0, bytes: 8, unknown: true }
    let value = keepMark ? first : first & (0xff >> bytes)
    let ones = (first & (0xff >> bytes)) === 0xff >> bytes
    for (let i = 1; i < bytes; i++) {
      value = value * 256 + head[at + i]!
      ones &&= head[at + i] === 0xff
    }
    return { value, bytes, unknown: ones }
  }
  const header = number(4, false)
  const at = 4 + header.bytes + header.value
  const name = number(at, true)
  const size = number(at + name.bytes, false)
  if (name.value === 0x18538067 && !size.unknown && at + name.bytes + size.bytes + size.value > pages.size) throw cutOff(null)
  return null
}

const others: readonly [string, RegExp][] = [
  ['a PDF', /^%PDF/],
  ['a zip archive', /^PK\u0003\u0004/],
  ['a PNG picture', /^\u0089PNG/],
  ['a JPEG picture', /^\u00ff\u00d8\u00ff/],
  ['a GIF picture', /^GIF8/],
  ['a WebP picture', /^RIFF....WEBP/s],
  ['a video', /^RIFF....AVI /s],
  ['a compressed file', /^\u001f\u008b/],
  ['a program', /^(\u007fELF|MZ)/],
]

function otherThing(head: Buffer): MediaRefused {
  const latin = head.toString('latin1', 0, 64)
  for (const [name, pattern] of others) if (pattern.test(latin)) return new MediaRefused('not_audio', `not an audio file (${name})`)
  const sample = head.subarray(0, 4096)
  const zeros = sample.every(byte => byte === 0)
  if (zeros) return new MediaRefused('not_audio', 'not an audio file (only zeros)')
  const controls = sample.reduce(
    (count, byte) => count + (byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) ? 1 : 0),
    0,
  )
  if (controls === 0) {
    const text = sample
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart()
    if (/^(#EXTM3U|\[playlist\]|<\?xml[^]*<playlist|ffconcat )/i.test(text))
      return new MediaRefused('playlist', 'not an audio file (a playlist)')
    if (/^(<!doctype html|<html)/i.test(text)) return new MediaRefused('not_audio', 'not an audio file (a web page)')
    if (/^(<svg|<\?xml)/i.test(text)) return new MediaRefused('not_audio', 'not an audio file (XML)')
    return new MediaRefused('not_audio', 'not an audio file (text)')
  }
  return new MediaRefused('not_audio', 'not an audio file')
}

/** Two MPEG frames in a row somewhere in the first page: an MP3 with rubbish before it. */
function strayFrames(head: Buffer): boolean {
  for (let at = 0; at < head.length - 4; at++) {
    let next = at
    let count = 0
    for (let frame = mpegFrame(head, next); frame !== undefined && count < 4; frame = mpegFrame(head, next)) {
      next += frame.bytes
      count++
    }
    if (count === 4) return true
  }
  return false
}

/** Tells the format and its promised length, or refuses with the reason: not audio, empty, or known to be cut off. */
export function sniff(pages: Pages): Sniffed {
  if (pages.size === 0) throw new MediaRefused('empty', 'file is empty')
  let start = 0
  let head = pages.at(0, pageBytes)
  while (head.length >= 10 && head.toString('latin1', 0, 3) === 'ID3' && head[3]! < 0xff) {
    start += 10 + synchsafe(head, 6) + ((head[5]! & 0x10) !== 0 ? 10 : 0)
    if (start >= pages.size) throw new MediaRefused('truncated', 'audio data is cut off (only tags are there)')
    head = pages.at(start, pageBytes)
  }
  const magic = head.toString('latin1', 0, 16)
  if (magic.startsWith('fLaC')) return { format: 'flac', start, promisedMs: flac(pages, start) }
  if (magic.startsWith('OggS')) return { format: 'ogg', start, promisedMs: ogg(pages, start) }
  if (/^(RIFF|RF64)....WAVE/s.test(magic)) return { format: 'wav', start, promisedMs: chunked(pages, 'data', true) }
  if (/^FORM....AIF[FC]/s.test(magic)) return { format: 'aiff', start, promisedMs: chunked(pages, 'SSND', false) }
  if (/^....(ftyp|moov|mdat|wide|skip|free)/s.test(magic)) return { format: 'mp4', start, promisedMs: mp4(pages) }
  if (magic.startsWith('\u001a\u0045\u00df\u00a3')) return { format: 'matroska', start, promisedMs: matroska(pages) }
  if (adtsFrame(head) !== undefined) return { format: 'aac', start, promisedMs: null }
  if (mpegFrame(head) !== undefined) return { format: 'mp3', start, promisedMs: mp3(pages, start) }
  if (start > 0 || strayFrames(head)) return { format: 'mp3', start, promisedMs: mp3(pages, start) }
  throw otherThing(head)
}
