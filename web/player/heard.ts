/** What of a track sounded: ranges of its milliseconds, for play reports. */

export type Range = [from: number, to: number]

/** Longest step between two readings of the clock that still counts as listening, in ms: more is a jump or a sleeping tab. */
const longestStep = 2500

export class Heard {
  private ranges: Range[] = []
  private last: number | null = null

  /** Call often while it plays, with the position in ms. A backward step or a long one starts a new range. */
  tick(position: number): void {
    const last = this.last
    this.last = position
    if (last === null || position <= last || position - last > longestStep) return
    const open = this.ranges.at(-1)
    if (open && open[1] === last) open[1] = position
    else this.ranges.push([last, position])
  }

  /** Call on pause and before a seek: the next tick starts anew. */
  lift(): void {
    this.last = null
  }

  /** Whole milliseconds, at most 200 ranges (the longest ones). */
  list(): Range[] {
    const whole = this.ranges.map(([from, to]): Range => [Math.floor(from), Math.ceil(to)]).filter(([from, to]) => to > from)
    if (whole.length <= 200) return whole
    const kept = new Set(whole.toSorted((a, b) => b[1] - b[0] - (a[1] - a[0])).slice(0, 200))
    return whole.filter(range => kept.has(range))
  }

  /** Milliseconds of distinct sound. */
  total(): number {
    let sum = 0
    let end = -1
    for (const [from, to] of this.ranges.toSorted((a, b) => a[0] - b[0])) {
      sum += Math.max(0, to - Math.max(from, end))
      end = Math.max(end, to)
    }
    return sum
  }
}
