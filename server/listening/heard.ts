/** What counts as heard: pure arithmetic on the ranges of a track that sounded. All numbers are milliseconds. */

export type Range = readonly [from: number, to: number]

/** The ranges as a union: clipped to the track, ascending, apart from each other. What sounded twice is there once. */
export function union(ranges: readonly Range[], durationMs: number): Range[] {
  const clipped = ranges.map(([from, to]): Range => [Math.max(0, from), Math.min(to, durationMs)]).filter(([from, to]) => to > from)
  clipped.sort((a, b) => a[0] - b[0])
  const out: [number, number][] = []
  for (const [from, to] of clipped) {
    const last = out.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else out.push([from, to])
  }
  return out
}

export const lengthOf = (ranges: readonly Range[]): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0)

/** So much can have sounded since a play began: the time that passed, a tenth more (clocks, faster playing) and five seconds (buffers). */
export const possibleMs = (elapsedMs: number): number => Math.floor(Math.max(0, elapsedMs) * 1.1) + 5000

/** Thirty seconds of distinct sound, or half of a shorter track. */
export const isHeard = (heardMs: number, durationMs: number): boolean => durationMs > 0 && heardMs >= Math.min(30_000, durationMs / 2)

/** Two plays of one track by one person both count only when their beginnings lie so far apart: its length, less a tenth for gaps that were skipped. */
export const apartMs = (durationMs: number): number => Math.ceil(durationMs * 0.9)

export const toList = (ranges: readonly Range[]): number[] => ranges.flatMap(([from, to]) => [from, to])
export function fromList(list: readonly number[]): Range[] {
  const out: Range[] = []
  for (let i = 0; i + 1 < list.length; i += 2) out.push([list[i]!, list[i + 1]!])
  return out
}
