import type { CSSProperties } from 'react'

/** Turns the colour of a cover into a page's accent. Only its hue (and, for greys, its lack of one) is taken: lightness comes from the tokens, so the contrast holds by construction. */
export function accentVars(hex: string | null | undefined): CSSProperties {
  const tone = hex ? hueOf(hex) : null
  if (!tone) return {}
  const { hue, chroma } = tone
  const c = (most: number) => Math.min(most, Math.max(0.03, chroma * 1.15)).toFixed(3)
  return {
    '--accent': `light-dark(oklch(77% ${c(0.14)} ${hue}), oklch(79% ${c(0.13)} ${hue}))`,
    '--accent-hover': `light-dark(oklch(73% ${c(0.15)} ${hue}), oklch(84% ${c(0.11)} ${hue}))`,
    '--on-accent': `light-dark(oklch(23% 0.05 ${hue}), oklch(21% 0.05 ${hue}))`,
    '--accent-ink': `light-dark(oklch(48% ${c(0.13)} ${hue}), oklch(82% ${c(0.12)} ${hue}))`,
    '--accent-mark': `light-dark(oklch(60% ${c(0.16)} ${hue}), oklch(78% ${c(0.14)} ${hue}))`,
    '--accent-soft': `light-dark(oklch(95% ${c(0.035)} ${hue}), oklch(29% ${c(0.05)} ${hue}))`,
  } as CSSProperties
}

/** Hue (degrees) and chroma of a `#rrggbb` in OKLCH; null when it is no such colour. */
export function hueOf(hex: string): { hue: number; chroma: number } | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex)
  if (!match) return null
  const [r, g, b] = match.slice(1).map(part => {
    const v = parseInt(part, 16) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return { hue: Math.round(((Math.atan2(bb, a) * 180) / Math.PI + 360) % 360), chroma: Math.hypot(a, bb) }
}

/** `--bg` of both themes as the system's bars take it: it reads no OKLCH (the same as in shared/installed.ts). */
export const barColours = { light: '#f8f9fd', dark: '#0d0d18' } as const
