/** Colours of tiers on a map of seats: far from each other, in both themes. Patterns tell them apart, too (looks.ts). */
const hues = [58, 258, 158, 330, 100, 205, 295, 20, 130, 232, 312, 78] as const
export const toneOf = (index: number): string => {
  const hue = hues[index % hues.length]!
  return `light-dark(oklch(63% 0.15 ${hue}), oklch(74% 0.13 ${hue}))`
}
export const softToneOf = (index: number): string => {
  const hue = hues[index % hues.length]!
  return `light-dark(oklch(93% 0.045 ${hue}), oklch(30% 0.055 ${hue}))`
}
