/** HTTP byte ranges (RFC 9110): one range at most; several, or ones we cannot read, count as none. */

export type RangeAnswer = { kind: 'whole' } | { kind: 'part'; start: number; end: number } | { kind: 'impossible' }

const shape = /^bytes=(\d{0,15})-(\d{0,15})$/

/** `end` is included. `sizeBytes` may be 0. */
export function rangeOf(header: string | undefined, sizeBytes: number): RangeAnswer {
  if (header === undefined) return { kind: 'whole' }
  const match = shape.exec(header.trim())
  if (match === null || (match[1] === '' && match[2] === '')) return { kind: 'whole' }
  if (match[1] === '') {
    const last = Number(match[2])
    if (last === 0 || sizeBytes === 0) return { kind: 'impossible' }
    return { kind: 'part', start: Math.max(0, sizeBytes - last), end: sizeBytes - 1 }
  }
  const start = Number(match[1])
  const end = match[2] === '' ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1)
  // A last position before the first makes the header invalid: it is ignored, not refused.
  if (match[2] !== '' && Number(match[2]) < start) return { kind: 'whole' }
  if (start >= sizeBytes) return { kind: 'impossible' }
  return { kind: 'part', start, end }
}
