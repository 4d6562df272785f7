/**
 * The composer's ground: sample rate, seeded randomness, wavetables and the small filters everything else is built of.
 * No clock, no Math.random: the same seed gives the same samples on every machine. Sines come from a table rounded to float32, so a last-bit
 * difference between maths libraries cannot be heard or hashed.
 */
export const RATE = 44_100
export type Random = () => number
export type Stereo = [left: Float32Array, right: Float32Array]

/** A seeded generator of numbers in [0, 1): FNV-1a over the seed text, then sfc32. */
export function randomOf(seed: string): Random {
  let hash = 2166136261
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 16777619)
  let a = hash | 0
  let b = Math.imul(hash, 2654435761) | 0
  let c = (hash ^ 0x9e3779b9) | 0
  let d = 1
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 12; i++) next()
  return next
}

/** One of the list, by the generator. */
export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!

/** Roughly normal, −1…1, most near 0: what human timing looks like. */
export const wobble = (random: Random) => (random() + random() + random()) / 1.5 - 1

export const SIZE = 2048
export const SINE = Float32Array.from({ length: SIZE + 1 }, (_, i) => Math.sin((2 * Math.PI * i) / SIZE))
/** Sine of a phase counted in turns (1 = a full circle). */
export const sine = (turns: number) => SINE[Math.floor((turns - Math.floor(turns)) * SIZE)]!

export const hzOf = (midi: number) => 440 * 2 ** ((midi - 69) / 12)
export const gainOf = (db: number) => 10 ** (db / 20)
export const seconds = (s: number) => Math.round(s * RATE)

/** Formants of a few vowels: [Hz, level] — used by the choir tables and, as targets, by the singing voice. */
export const VOWELS: Record<string, [number, number, number, number]> = {
  a: [820, 1250, 2800, 3700],
  o: [500, 880, 2700, 3500],
  e: [510, 1250, 2600, 3600],
  i: [320, 2250, 3000, 3800],
  u: [340, 760, 2500, 3400],
  v: [310, 1850, 2400, 3500],
  E: [580, 1850, 2650, 3700],
  A: [720, 1650, 2600, 3700],
  I: [420, 1980, 2750, 3700],
  R: [500, 1350, 1750, 3300],
  n: [280, 1100, 2300, 3300],
}

const formed = (vowel: string) => {
  const formants = VOWELS[vowel]!
  return (k: number, hz: number) => {
    const f = k * hz
    let level = 0
    formants.forEach((centre, i) => {
      const width = 120 + i * 60
      level += [1, 0.5, 0.22, 0.12][i]! / (1 + ((f - centre) / width) ** 2)
    })
    return (level + 0.25 / k + 0.012) / (1 + f / 2500)
  }
}

const drawbars: Record<number, number> = { 1: 1, 2: 0.8, 3: 0.7, 4: 0.35, 6: 0.15, 8: 0.2 }
/** Level of the kth harmonic at a pitch, per shape. Formant-like shapes look at the absolute frequency. */
const spectra = {
  sine: (k: number) => (k === 1 ? 1 : 0),
  soft: (k: number) => (k < 7 ? 1 / k ** 2.2 : 0),
  triangle: (k: number) => (k % 2 ? 1 / (k * k) : 0),
  saw: (k: number) => 1 / k,
  square: (k: number) => (k % 2 ? 1 / k : 0),
  pulse: (k: number) => Math.abs(Math.sin(Math.PI * k * 0.25)) / k,
  thin: (k: number) => Math.abs(Math.sin(Math.PI * k * 0.125)) / k,
  organ: (k: number) => drawbars[k] ?? 0,
  reed: (k: number, hz: number) =>
    (1 / k ** 0.7) * (k % 2 ? 1 : 0.55) * (1 + 1.6 / (1 + ((k * hz - 1100) / 500) ** 2)) * (1 / (1 + (k * hz) / 4500)),
  flute: (k: number) => [0, 1, 0.42, 0.16, 0.07, 0.03, 0.012][k] ?? 0,
  erhu: (k: number, hz: number) =>
    (1 / k ** 0.75) *
    (0.5 + 1.8 / (1 + ((k * hz - 1150) / 380) ** 2) + 0.7 / (1 + ((k * hz - 2700) / 700) ** 2)) *
    (1 / (1 + ((k * hz) / 4200) ** 2)),
  brass: (k: number, hz: number) => 1 / k ** 0.7 / (1 + ((k * hz) / 1900) ** 2),
  strings: (k: number, hz: number) => (1 / k) * (0.6 + 0.7 / (1 + ((k * hz - 1400) / 900) ** 2)) * (1 / (1 + (k * hz) / 6000)),
  glottis: (k: number, hz: number) => 1 / k ** 0.82 / (1 + (k * hz) / 9000),
  ah: formed('a'),
  oo: formed('u'),
  oh: formed('o'),
}
export type Shape = keyof typeof spectra

const tables = new Map<string, Float32Array>()
/**
 * One period of a shape, band-limited for the pitch (a table per third of an octave), SIZE + 1 samples so that interpolation needs no wrap.
 * All shapes have about the same loudness.
 */
export function waveTable(shape: Shape, hz: number): Float32Array {
  const level = Math.ceil(Math.log2(hz / 20) * 3)
  const name = `${shape}${level}`
  const known = tables.get(name)
  if (known) return known
  const top = 20 * 2 ** (level / 3)
  const table = new Float32Array(SIZE + 1)
  const scatter = randomOf(shape)
  const aligned = shape === 'saw' || shape === 'square' || shape === 'glottis' || shape === 'triangle'
  const harmonics = Math.max(1, Math.min(220, Math.floor(16_000 / top)))
  for (let k = 1; k <= harmonics; k++) {
    const amp = spectra[shape](k, top)
    const offset = aligned ? 0 : Math.floor(scatter() * SIZE)
    if (amp < 1e-4) continue
    for (let i = 0; i < SIZE; i++) table[i]! += amp * SINE[(i * k + offset) & (SIZE - 1)]!
  }
  let power = 0
  for (let i = 0; i < SIZE; i++) power += table[i]! ** 2
  const scale = 0.3 / Math.sqrt(power / SIZE || 1)
  for (let i = 0; i < SIZE; i++) table[i]! *= scale
  table[SIZE] = table[0]!
  tables.set(name, table)
  return table
}

/** In place, one pole: keeps what is below `hz`. */
export function lowpass(data: Float32Array, hz: number) {
  const k = 1 - Math.exp((-2 * Math.PI * hz) / RATE)
  let y = 0
  for (let i = 0; i < data.length; i++) data[i] = y += k * (data[i]! - y)
}

/** In place, one pole: keeps what is above `hz` (and takes away any DC). */
export function highpass(data: Float32Array, hz: number) {
  const k = 1 - Math.exp((-2 * Math.PI * hz) / RATE)
  let y = 0
  for (let i = 0; i < data.length; i++) {
    y += k * (data[i]! - y)
    data[i]! -= y
  }
}

/** In place, two-pole state-variable filter. `kind` says which output is taken. */
export function filter(data: Float32Array, kind: 'low' | 'band' | 'high', hz: number, q = 0.8) {
  const g = Math.tan((Math.PI * Math.min(hz, 18_000)) / RATE)
  const k = 1 / q
  const a1 = 1 / (1 + g * (g + k))
  let s1 = 0
  let s2 = 0
  for (let i = 0; i < data.length; i++) {
    const x = data[i]!
    const band = a1 * (g * (x - s2) + s1)
    const low = s2 + g * band
    s1 = 2 * band - s1
    s2 = 2 * low - s2
    data[i] = kind === 'low' ? low : kind === 'band' ? band * k : x - k * band - low
  }
}

/** A tanh-like curve, cheap and odd: 0 → 0, ±∞ → ±1. */
export const bend = (x: number) => {
  if (x > 3) return 1
  if (x < -3) return -1
  return (x * (27 + x * x)) / (27 + 9 * x * x)
}

/** Adds `frames` of mono sound to a stereo place, equal power. */
export function place(out: Stereo, sound: Float32Array, frames: number, start: number, gain: number, pan: number) {
  const angle = ((pan + 1) * Math.PI) / 4
  const l = gain * Math.cos(angle) * 1.2
  const r = gain * Math.sin(angle) * 1.2
  const [left, right] = out
  const end = Math.min(frames, left.length - start)
  for (let i = Math.max(0, -start); i < end; i++) {
    const x = sound[i]!
    left[start + i]! += x * l
    right[start + i]! += x * r
  }
}

/** A sum of decaying partials: [ratio, level, seconds to −60 dB]. The recursion costs two multiplications a sample. */
export function modal(hz: number, partials: readonly (readonly [number, number, number])[], length: number, random: Random): Float32Array {
  const out = new Float32Array(seconds(length))
  for (const [ratio, level, ring] of partials) {
    const f = hz * ratio
    if (f > 15_000 || level < 0.0005) continue
    const frames = Math.min(out.length, seconds(ring * 1.15))
    const decay = Math.exp(-6.9 / (ring * RATE))
    const w = (2 * Math.PI * f) / RATE
    const c = 2 * decay * Math.cos(w)
    const dd = decay * decay
    const phase = random() * 0.4
    let y1 = level * Math.sin(phase - w)
    let y2 = level * Math.sin(phase - 2 * w)
    for (let i = 0; i < frames; i++) {
      const y = c * y1 - dd * y2
      out[i]! += y
      y2 = y1
      y1 = y
    }
  }
  const soft = Math.min(out.length, 60)
  for (let i = 0; i < soft; i++) out[i]! *= i / soft
  const end = Math.min(out.length, 800)
  for (let i = 0; i < end; i++) out[out.length - 1 - i]! *= i / end
  return out
}
