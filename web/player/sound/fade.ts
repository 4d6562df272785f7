/** Crossfades and fades as arithmetic. */

/** Shortest crossfade that is one, in seconds. */
const least = 0.5

/** How long a crossfade between two tracks can be, in seconds of their own time: each keeps at least half of itself. */
export function crossfadeSeconds(wanted: number, leavingSeconds: number, comingSeconds: number): number {
  const most = Math.min(wanted, leavingSeconds / 2, comingSeconds / 2)
  return Number.isFinite(most) && most >= least ? most : 0
}

/** Equal power: the squares of both curves add up to one at every moment. */
export function equalPower(points = 65): { out: Float32Array<ArrayBuffer>; in: Float32Array<ArrayBuffer> } {
  const out = new Float32Array(points)
  const into = new Float32Array(points)
  for (let i = 0; i < points; i++) {
    const angle = (i / (points - 1)) * (Math.PI / 2)
    out[i] = Math.cos(angle)
    into[i] = Math.sin(angle)
  }
  return { out, in: into }
}

/** Falling asleep: how loud it is when so many seconds are left. Even to the ear, silent at the end. */
export const sleepLevel = (secondsLeft: number, over = 10): number => Math.min(1, Math.max(0, secondsLeft / over)) ** 2

/** The same as points, from now to the end. */
export const sleepCurve = (secondsLeft: number, over = 10, points = 33): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: points }, (_, index) => sleepLevel(secondsLeft * (1 - index / (points - 1)), over))
