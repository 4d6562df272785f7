/**
 * Places of entries: numbers with gaps, so that a move writes the moved rows only. Pure. A move names entries and the entry they go behind, never an index: two
 * people who move at once both get what they asked for where that is possible.
 */

/** Between two entries that were put in one after the other. */
export const gap = 1n << 20n

/** `count` ascending places between two neighbours, null where there is none; undefined when the gap is too small and all places must be dealt anew. */
export function placesBetween(before: bigint | null, after: bigint | null, count: number): bigint[] | undefined {
  const many = BigInt(count)
  if (before === null && after === null) return Array.from({ length: count }, (_, i) => gap * BigInt(i + 1))
  if (after === null) return Array.from({ length: count }, (_, i) => before! + gap * BigInt(i + 1))
  if (before === null) return Array.from({ length: count }, (_, i) => after - gap * (many - BigInt(i)))
  const step = (after - before) / (many + 1n)
  return step < 1n ? undefined : Array.from({ length: count }, (_, i) => before + step * BigInt(i + 1))
}
