/** Zips of what one bought: harmless names, and a stream that never holds more than a few blocks in memory (trap 27). */
import type { Readable } from 'node:stream'
import yazl from 'yazl'

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i
const mostBytes = 180

/** Cut to so many bytes of UTF-8 without cutting a character in two. */
function cut(text: string, bytes: number): string {
  let size = 0
  let kept = ''
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    size += Buffer.byteLength(segment)
    if (size > bytes) break
    kept += segment
  }
  return kept
}

/**
 * A title as one part of a path that every file system takes: no separators, control or direction marks, nothing reserved, no dots or spaces at its
 * ends, at most 180 bytes. Chinese and emoji stay as they are.
 */
export function fileName(title: string, otherwise = 'untitled'): string {
  const plain = title
    .normalize('NFC')
    .replace(/[/\\]/g, '-')
    // oxlint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f-\u009f<>:"|?*\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .toWellFormed()
    .replace(/\s+/g, ' ')
  const name = cut(plain.replace(/^[.\s]+/, ''), mostBytes).replace(/[.\s]+$/, '')
  if (name === '') return otherwise
  return reserved.test(name.split('.')[0]!) ? `_${name}` : name
}

/** Makes names different that a file system without case would take for one. */
export function distinct(): (name: string, extension: string) => string {
  const used = new Set<string>()
  return (name, extension) => {
    for (let n = 1; ; n++) {
      const candidate = `${name}${n === 1 ? '' : ` (${n})`}.${extension}`
      if (used.has(candidate.toLowerCase())) continue
      used.add(candidate.toLowerCase())
      return candidate
    }
  }
}

/** For `content-disposition`: the name in plain letters for old clients, and as it is (RFC 6266). */
export function attachment(name: string): string {
  // oxlint-disable-next-line no-control-regex
  const plain = name.replace(/[^\u0020-\u007e]/g, '_').replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** One file of a zip. `open` is called when its turn comes. Sound and pictures are packed as they are. */
export type Packed = {
  name: string
  at: Date
  open: () => Promise<Readable>
  /** For text; sound is packed as it is. */ compress?: boolean
}

/** A zip that is made while it is read. When a file cannot be opened or read the stream ends with that error. */
export function zipStream(files: readonly Packed[]): Readable {
  const zip = new yazl.ZipFile()
  const output = zip.outputStream as Readable
  const fail = (error: unknown): void => void output.destroy(error instanceof Error ? error : new Error(String(error)))
  zip.on('error', fail)
  const open = new Set<Readable>()
  for (const file of files) {
    zip.addReadStreamLazy(file.name, { compress: file.compress ?? false, mtime: file.at }, hand => {
      file.open().then(
        stream => {
          open.add(stream)
          stream.once('error', fail).once('close', () => open.delete(stream))
          if (output.destroyed) stream.destroy()
          else hand(null, stream)
        },
        error => hand(error, null as never),
      )
    })
  }
  // The reader went away: nothing stays open.
  output.once('close', () => {
    for (const stream of open) stream.destroy()
  })
  zip.end()
  return output
}
