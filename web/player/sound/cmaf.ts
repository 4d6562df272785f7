/** Reads the head of a CMAF file (`ftyp moov sidx`): what must be known to join tracks without a gap. */

export type Segment = {
  offset: number
  bytes: number
  /** Seconds of the track; the first begins before 0 by the encoder's delay. */ start: number
  end: number
}
export type Head = {
  codec: 'mp4a.40.2' | 'opus' | 'flac'
  /** `ftyp moov`, its edit list taken out: the delay is taken off by us, so that every browser does the same. */
  init: Uint8Array<ArrayBuffer>
  /** Seconds that the encoder put before the music. */
  delay: number
  /** Seconds of music: exact to the sample. */
  duration: number
  segments: Segment[]
}

const codecs: Record<string, Head['codec']> = { mp4a: 'mp4a.40.2', Opus: 'opus', fLaC: 'flac' }
type Box = { name: string; at: number; body: number; end: number }

/** The head; how many bytes it needs when these do not hold all of it; null when this is no such file. */
export function readHead(bytes: Uint8Array): Head | number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const boxes = (from: number, to: number): Box[] => {
    const found: Box[] = []
    for (let at = from; at + 8 <= to;) {
      const size = view.getUint32(at)
      if (size < 8) break
      const name = String.fromCharCode(bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!)
      found.push({ name, at, body: at + 8, end: at + size })
      at += size
    }
    return found
  }
  if (bytes.length < 16) return 16
  const top = boxes(0, bytes.length)
  if (top[0]?.name !== 'ftyp') return null
  const moov = top.find(box => box.name === 'moov')
  const sidx = top.find(box => box.name === 'sidx')
  if (!moov || !sidx) {
    const last = top.at(-1)!
    // A file whose sound comes first, or one without an index, is not ours.
    return top.some(box => box.name === 'mdat' || box.name === 'moof') ? null : last.end + 16
  }
  if (sidx.end > bytes.length) return sidx.end
  const inside = (parent: Box | undefined, name: string): Box | undefined =>
    parent && boxes(parent.body, parent.end).find(box => box.name === name)
  const trak = inside(moov, 'trak')
  const mdia = inside(trak, 'mdia')
  const mdhd = inside(mdia, 'mdhd')
  const stsd = inside(inside(inside(mdia, 'minf'), 'stbl'), 'stsd')
  if (!trak || !mdhd || !stsd || !inside(moov, 'mvex')) return null
  const codec = codecs[boxes(stsd.body + 8, stsd.end)[0]?.name ?? '']
  if (codec === undefined) return null
  const timescale = view.getUint32(mdhd.body + (bytes[mdhd.body] === 1 ? 20 : 12))
  const init = bytes.slice(0, moov.end)
  const edts = inside(trak, 'edts')
  const elst = inside(edts, 'elst')
  let delay = 0
  if (edts && elst) {
    const long = bytes[elst.body] === 1
    const time = long ? Number(view.getBigInt64(elst.body + 16)) : view.getInt32(elst.body + 12)
    delay = Math.max(0, time) / timescale
    init.set([0x66, 0x72, 0x65, 0x65], edts.at + 4) // "free"
  }
  return { codec, init, delay, ...index(view, sidx, delay) }
}

function index(view: DataView, sidx: Box, delay: number): { duration: number; segments: Segment[] } {
  const long = view.getUint8(sidx.body) === 1
  const timescale = view.getUint32(sidx.body + 8)
  let offset = sidx.end + (long ? Number(view.getBigUint64(sidx.body + 20)) : view.getUint32(sidx.body + 16))
  let at = sidx.body + (long ? 28 : 20)
  const count = view.getUint16(at + 2)
  at += 4
  const segments: Segment[] = []
  let ticks = 0
  for (let i = 0; i < count; i++, at += 12) {
    const bytes = view.getUint32(at) & 0x7fffffff
    // The index counts music only: what the encoder put before it lies in the first segment and is not counted.
    const start = i === 0 ? -delay : ticks / timescale
    ticks += view.getUint32(at + 4)
    segments.push({ offset, bytes, start, end: ticks / timescale })
    offset += bytes
  }
  return { duration: ticks / timescale, segments }
}

/**
 * Says of the last frame that it is as long as the others. Files tell its true, shorter length, but decoders give all of it: only when it reaches beyond
 * the append window does a browser cut off what is behind the music. Changes the bytes of whole segments (`moof mdat` …) in place.
 */
export function lengthenLastFrame(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let last: number | null = null
  let usual = 0
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to;) {
      const size = view.getUint32(at)
      const name = view.getUint32(at + 4)
      if (size < 8 || at + size > to) return
      if (name === 0x6d6f6f66 || name === 0x74726166) walk(at + 8, at + size) // "moof", "traf"
      else if (name === 0x7472756e) {
        // "trun"
        const flags = view.getUint32(at + 8) & 0xffffff
        const count = view.getUint32(at + 12)
        const first = at + 16 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
        const each = [0x100, 0x200, 0x400, 0x800].filter(flag => flags & flag).length * 4
        if (flags & 0x100 && count > 0 && first + count * each <= at + size) {
          for (let i = 0; i < count; i++) usual = Math.max(usual, view.getUint32(first + i * each))
          last = first + (count - 1) * each
        } else last = null
      }
      at += size
    }
  }
  walk(0, bytes.length)
  if (last !== null) view.setUint32(last, usual)
}
