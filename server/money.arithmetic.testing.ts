/** The model's own arithmetic, written apart from the product's. */
/** Parts of `total` by weight: floors, then one unit each to the largest rest, first come first. */
export function shareOut(total: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((a, b) => a + b, 0n)
  const parts = weights.map(weight => (total * weight) / whole)
  for (let missing = total - parts.reduce((a, b) => a + b, 0n); missing > 0n; missing--) {
    let best = 0
    const rest = (n: number): bigint => total * weights[n]! - parts[n]! * whole
    for (let n = 1; n < weights.length; n++) if (rest(n) > rest(best)) best = n
    parts[best]! += 1n
  }
  return parts
}
/** a ÷ b, rounded half up. */
export const half = (a: bigint, b: bigint): bigint => (a + a + b) / (b + b)
export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
