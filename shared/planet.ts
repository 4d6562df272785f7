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

/** The planet of an id. Without a number of rings they are part of its character; with one they tell something. */
export function planetOf(id: string, ringCount?: number): PlanetShape {
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
  const count = ringCount ?? wanted
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

export type PlanetLook = {
  /** How many rings; part of its character without it. */
  rings?: number | undefined
  /** Without sky: only sphere, rings and moons. */
  bare?: boolean | undefined
  /** Put before the ids inside, where several stand in one document. */
  prefix?: string | undefined
  /** A class for the moons, so that a page can let them move. */
  moonClass?: string | undefined
}

/** The inside of the emblem's `<svg viewBox="0 0 100 100">`. Made of numbers and colours only: nothing a person typed reaches it. */
export function planetArt(id: string, look: PlanetLook = {}): string {
  const p = planetOf(id, look.rings)
  const u = look.prefix ?? 'p'
  const r = p.radius
  const stop = (offset: string, colour: string, opacity?: string) =>
    `<stop offset="${offset}" stop-color="${colour}"${opacity ? ` stop-opacity="${opacity}"` : ''}/>`
  const ellipse = (k: Ring, reach: number, width: number, opacity: number) =>
    `<ellipse cx="50" cy="50" rx="${tenth(r * reach)}" ry="${tenth(r * reach * k.flat)}" fill="none" stroke="${k.colour}" stroke-width="${width}" opacity="${fine(opacity)}"/>`
  const rings = (front: boolean) =>
    p.rings.length === 0
      ? ''
      : `<g clip-path="url(#${u}${front ? 'f' : 'b'})">${p.rings.map(k => ellipse(k, k.reach, k.width, k.opacity) + (k.dust ? ellipse(k, k.reach + 0.1, tenth(k.width / 3), k.opacity * 0.6) : '')).join('')}</g>`
  const sky = look.bare
    ? ''
    : `<rect width="100" height="100" fill="url(#${u}n)"/><path d="${p.stars[0]}" stroke="${p.starlight}" stroke-width=".5" stroke-linecap="round" opacity=".5"/><path d="${p.stars[1]}" stroke="${p.starlight}" stroke-linecap="round" opacity=".75"/>`
  const bands = p.bands
    .map(
      band =>
        `<ellipse cx="${tenth(50 + band.shift)}" cy="${band.y}" rx="${tenth(r * 1.25)}" ry="${band.h}" fill="${band.colour}" opacity="${band.o}"/>`,
    )
    .join('')
  const moons = p.moons.map(moon => `<circle cx="${moon.x}" cy="${moon.y}" r="${moon.r}" fill="${moon.colour}"/>`).join('')
  const light = `cx="${p.light.x}" cy="${p.light.y}"`
  // Night falls on the side away from the light, over bands and all.
  return `<defs><radialGradient id="${u}s" ${light} r=".95">${stop('0', p.bright)}${stop('.5', p.body)}${stop('1', p.dark)}</radialGradient><radialGradient id="${u}t" ${light} r="1">${stop('.3', p.dark, '0')}${stop('.62', p.dark, '.34')}${stop('.95', p.night, '.92')}</radialGradient><radialGradient id="${u}g">${stop('.62', p.bright, '.5')}${stop('1', p.bright, '0')}</radialGradient><linearGradient id="${u}n" x1="0" y1="0" x2="1" y2="1">${stop('0', p.sky[0])}${stop('1', p.sky[1])}</linearGradient><clipPath id="${u}c"><circle cx="50" cy="50" r="${r}"/></clipPath><clipPath id="${u}f"><rect x="-40" y="50" width="180" height="90"/></clipPath><clipPath id="${u}b"><rect x="-40" y="-40" width="180" height="90"/></clipPath></defs>${sky}<circle cx="50" cy="50" r="${tenth(r * 1.5)}" fill="url(#${u}g)" opacity="${look.bare ? '.5' : '.35'}"/><g transform="rotate(${p.tilt} 50 50)">${rings(false)}<circle cx="50" cy="50" r="${r}" fill="url(#${u}s)"/><g clip-path="url(#${u}c)">${bands}<circle cx="50" cy="50" r="${r}" fill="url(#${u}t)"/></g>${rings(true)}</g><g${look.moonClass ? ` class="${look.moonClass}"` : ''}>${moons}</g>`
}

/** A whole SVG file of the emblem. */
export const planetSvg = (id: string, look: PlanetLook = {}): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="xMidYMid slice">${planetArt(id, look)}</svg>`

/** Where the planet serves it. */
export const planetAddress = (id: string, look: { rings?: number | undefined; bare?: boolean | undefined } = {}): string =>
  `/emblems/${encodeURIComponent(id)}${look.rings === undefined ? '' : `-r${look.rings}`}${look.bare ? '-bare' : ''}.svg`
