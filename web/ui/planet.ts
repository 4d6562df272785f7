/** Generates the numbers of a planet emblem from an id. Pure: server and browser draw the same. */

export type Ring = { reach: number; flat: number; width: number; opacity: number; colour: string; dust: boolean }
export type PlanetShape = {
  radius: number
  tilt: number
  light: { x: number; y: number }
  bright: string
  body: string
  dark: string
  night: string
  starlight: string
  sky: [string, string]
  bands: { y: number; h: number; shift: number; colour: string; o: number }[]
  rings: Ring[]
  moons: { x: number; y: number; r: number; colour: string }[]
  /** Small and large ones, as dots of a path. */
  stars: [string, string]
}

/** Numbers in [0, 1) that depend on the text only (FNV-1a, then xorshift). */
export function seeded(text: string): () => number {
  let h = 2166136261
  for (const char of text) {
    h ^= char.codePointAt(0)!
    h = Math.imul(h, 16777619)
  }
  if (h === 0) h = 1
  return () => {
    h ^= h << 13
    h ^= h >>> 17
    h ^= h << 5
    return (h >>> 0) / 4294967296
  }
}

/** Rings for a count: 0 → 0, 1–9 → 1, 10–999 → 2, 1000 and more → 3. */
export const ringsFor = (count: number): number => (count <= 0 ? 0 : count < 10 ? 1 : count < 1000 ? 2 : 3)

const fine = (value: number) => Math.round(value * 100) / 100
/** Rounded to a tenth: enough for a picture, and short. */
export const tenth = (value: number) => Math.round(value * 10) / 10
const oklch = (l: number, c: number, h: number) => `oklch(${tenth(l)}% ${Math.round(c * 1000) / 1000} ${Math.round(h) % 360})`

/** The planet of an id. Without a `measure` the rings are part of its character; with one they tell it. */
export function planetOf(id: string, measure?: number): PlanetShape {
  const r = seeded(id)
  for (let i = 0; i < 4; i++) r()
  const hue = r() * 360
  const other = (hue + 35 + r() * 110) % 360
  const radius = tenth(23 + r() * 8)
  const gas = r() > 0.4
  const bands = Array.from({ length: gas ? 6 : 3 }, (_, i) => ({
    y: tenth(50 - radius + (radius * 2 * (i + 0.4 + r() * 0.4)) / (gas ? 6 : 3)),
    h: tenth(gas ? 1.2 + r() * 3.4 : 3 + r() * 5),
    shift: tenth((r() - 0.5) * (gas ? 6 : radius)),
    colour: oklch(72 - r() * 34, 0.07 + r() * 0.08, r() > 0.5 ? other : hue + 20),
    o: fine(0.22 + r() * 0.34),
  }))
  const tilt = tenth(-32 + r() * 64)
  const wanted = 1 + Math.floor(r() * 3)
  const count = measure === undefined ? wanted : ringsFor(measure)
  const flat = fine(0.2 + r() * 0.12)
  const rings = Array.from({ length: count }, (_, k) => ({
    reach: fine(1.42 + k * 0.2),
    flat,
    width: fine(2.1 - k * 0.55),
    opacity: fine(0.9 - k * 0.2),
    colour: oklch(86 - k * 6, 0.075, other + k * 14),
    dust: r() > 0.5,
  }))
  const moons = Array.from({ length: Math.floor(r() * 2.6) }, () => {
    const angle = r() * Math.PI * 2
    const away = radius * (1.45 + r() * 0.3)
    return {
      x: tenth(50 + Math.cos(angle) * away),
      y: tenth(50 + Math.sin(angle) * away),
      r: tenth(1.1 + r() * 2),
      colour: oklch(84 - r() * 12, 0.035, other),
    }
  })
  const dots = (count: number) => Array.from({ length: count }, () => `M${tenth(r() * 100)} ${tenth(r() * 100)}h0`).join('')
  const stars: [string, string] = [dots(15), dots(7)]
  return {
    radius,
    tilt,
    light: { x: fine(0.28 + r() * 0.1), y: fine(0.24 + r() * 0.1) },
    bright: oklch(89, 0.11, hue),
    body: oklch(63, 0.165, hue),
    dark: oklch(25, 0.09, other),
    night: oklch(14, 0.05, other),
    starlight: oklch(98, 0.01, other),
    sky: [oklch(33, 0.085, other), oklch(17, 0.045, hue)],
    bands,
    rings,
    moons,
    stars,
  }
}
