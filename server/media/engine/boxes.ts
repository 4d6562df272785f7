/** Reads the index of a fragmented MP4 that we wrote: where its init part ends and where each segment lies. */
import { closeSync, openSync, readSync } from 'node:fs'

/** Byte layout of one CMAF file: `ftyp moov sidx (moof mdat)*`. */
export function fragmentsOf(path: string): { initBytes: number; segments: { offset: number; bytes: number; durationMs: number }[] } {
  const fd = openSync(path, 'r')
  try {
    const head = Buffer.alloc(16)
    let initBytes = 0
    for (let at = 0; readSync(fd, head, 0, 16, at) >= 8; ) {
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
