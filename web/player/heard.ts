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

  /** Sounded from one moment to another, in one go. */
  add(from: number, to: number): void {
    if (to > from) this.ranges.push([from, to])
    this.last = null
  }

  /** Whole milliseconds, ascending and apart (what sounded again and again is there once), at most 200 of them: the longest. */
  list(): Range[] {
    const whole: Range[] = []
    for (const [from, to] of this.ranges.map(([a, b]): Range => [Math.floor(a), Math.ceil(b)]).toSorted((a, b) => a[0] - b[0])) {
      const last = whole.at(-1)
      if (last && from <= last[1]) last[1] = Math.max(last[1], to)
      else if (to > from) whole.push([from, to])
    }
    if (this.ranges.length > 1000) this.ranges = whole.map(([from, to]) => [from, to])
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
