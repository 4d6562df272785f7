/** Which variant somebody means by what they chose of each option. Pure. */
import type { Variant } from './queries.ts'

type Chosen = readonly (string | null)[]
/** What can be chosen of the option at this place, in the order of the variants. */
export const valuesOf = (variants: readonly Pick<Variant, 'options'>[], at: number): string[] => [
  ...new Set(variants.flatMap(variant => variant.options[at] ?? [])),
]
const fits = (variant: Pick<Variant, 'options'>, chosen: Chosen): boolean =>
  chosen.every((value, at) => value === null || variant.options[at] === value)
const buyable = (variant: Pick<Variant, 'available' | 'offer'>): boolean =>
  variant.offer !== null && (variant.available === null || variant.available > 0)

/** The one variant of these choices; undefined while something is open, or when there is none. */
export const chosenOf = <V extends Pick<Variant, 'options'>>(variants: readonly V[], chosen: Chosen): V | undefined =>
  chosen.includes(null) ? undefined : variants.find(variant => fits(variant, chosen))

/** Of a value beside what else is chosen: `there`: such a variant is made; `left`: one of them can be bought. */
export function standingOf<V extends Pick<Variant, 'options' | 'available' | 'offer'>>(
  variants: readonly V[],
  chosen: Chosen,
  at: number,
  value: string,
): { there: boolean; left: boolean } {
  const those = variants.filter(variant => fits(variant, chosen.with(at, value)))
  return { there: those.length > 0, left: those.some(buyable) }
}
/** After choosing a value: the rest stays where it can; where it cannot, the first that fits is taken, one that can be bought before others. */
export function choose<V extends Pick<Variant, 'options' | 'available' | 'offer'>>(
  variants: readonly V[],
  chosen: Chosen,
  at: number,
  value: string,
): (string | null)[] {
  const next = chosen.with(at, value)
  if (variants.some(variant => fits(variant, next))) return next
  const those = variants.filter(variant => variant.options[at] === value)
  const best = those.find(buyable) ?? those[0]
  return best ? [...best.options] : next
}
/** What stands chosen at first: the first that can be bought, if all that differs is told by it. */
export function firstOf<V extends Pick<Variant, 'options' | 'available' | 'offer'>>(
  variants: readonly V[],
  options: number,
): (string | null)[] {
  const best = variants.find(buyable) ?? variants[0]
  return best && best.options.length === options ? [...best.options] : Array.from({ length: options }, () => null)
}
