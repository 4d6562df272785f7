/** Fits any number of peaks (0 … 1) into `count` bars: the loudest of each part, or the nearest one where there are fewer peaks than bars. */
export function barsOf(peaks: readonly number[], count: number): number[] {
  if (peaks.length === 0) return Array.from({ length: count }, () => 0)
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count)
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count))
    let most = 0
    for (let i = from; i < to && i < peaks.length; i++) most = Math.max(most, peaks[i]!)
    return most
  })
}

/** One path of rounded bars, `step` units apart, mirrored around the middle. */
export function wavePath(bars: readonly number[], step: number, height: number): string {
  const w = step * 0.6
  // Nothing known yet: one quiet line says so and weighs nothing.
  if (bars.every(bar => bar === 0)) return `M0 ${height / 2 - 1}h${bars.length * step}v2H0z`
  const r = w / 2
  let d = ''
  bars.forEach((bar, index) => {
    const half = Math.max(r, Math.min(1, bar) ** 0.8 * (height / 2 - 1))
    const x = index * step
    const y = height / 2 - half
    const straight = (half * 2 - w).toFixed(1)
    d += `M${x} ${(y + r).toFixed(1)}a${r} ${r} 0 0 1 ${w} 0v${straight}a${r} ${r} 0 0 1 ${-w} 0z`
  })
  return d
}
