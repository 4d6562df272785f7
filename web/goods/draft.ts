import { newClientId } from '../ids.ts'
import { fromLocal, toLocal } from '../missions/draft.ts'
import { parseAmount, typedAmount, type Price } from '../shop/price.ts'
import type { Product } from './queries.ts'

/** A product as it is typed: all text. */
export type Row = {
  id: string
  options: string[]
  sku: string
  price: string
  weightG: string
  /** Only of a new one; later it changes by movements. */
  stock: string
  picture: string | null
  known: boolean
}
export type Draft = {
  title: string
  about: string
  tags: string
  taxClass: Product['taxClass']
  physical: boolean
  handover: string
  pricing: Product['pricing']
  currency: Price['currency']
  preorderOn: string
  mostEach: string
  opensAt: string
  closesAt: string
  options: { name: string; values: string }[]
  rows: Row[]
  bundle: boolean
  parts: { variant: string; quantity: string }[]
}
export const mostOptions = 3
export const mostRows = 120

const valuesOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，;；\n]+/)
      .map(value => value.trim())
      .filter(Boolean),
  ),
]
const newRow = (options: string[], like?: Row): Row => ({
  id: newClientId('var'),
  options,
  sku: '',
  price: like?.price ?? '',
  weightG: like?.weightG ?? '',
  stock: '',
  picture: null,
  known: false,
})

export function draftOf(product: Product | null): Draft {
  const rows = product?.variants.map((v): Row => ({
    id: v.id,
    options: v.options,
    sku: v.sku ?? '',
    price: typedAmount({ amount: v.price, currency: product.currency }),
    weightG: v.weightG === 0 ? '' : String(v.weightG),
    stock: '',
    picture: v.picture,
    known: true,
  }))
  return {
    title: product?.title ?? '',
    about: product?.about ?? '',
    tags: product?.tags.join(', ') ?? '',
    taxClass: product?.taxClass ?? 'standard',
    physical: product?.physical ?? true,
    handover: product?.handover ?? '',
    pricing: product?.pricing ?? 'fixed',
    currency: product?.currency ?? 'CNY',
    preorderOn: product?.preorderOn ?? '',
    mostEach: product?.mostEach ? String(product.mostEach) : '',
    opensAt: toLocal(product?.opensAt ?? null),
    closesAt: toLocal(product?.closesAt ?? null),
    options:
      product?.options.map((name, index) => ({
        name,
        values: [...new Set(product.variants.map(v => v.options[index] ?? ''))].join(', '),
      })) ?? [],
    rows: rows ?? [newRow([])],
    bundle: product?.variants.some(v => v.bundle) ?? false,
    parts: product?.variants.flatMap(v => v.parts.map(part => ({ variant: part.variant, quantity: String(part.quantity) }))) ?? [],
  }
}

/** The variants these options make: those that were there keep what was typed. */
export function rowsFor(options: Draft['options'], before: readonly Row[]): Row[] {
  const named = options.filter(one => valuesOf(one.values).length > 0)
  const combinations = named.reduce<string[][]>(
    (all, one) => all.flatMap(left => valuesOf(one.values).map(value => [...left, value])),
    [[]],
  )
  if (combinations.length > mostRows) return [...before]
  const known = new Map(before.map(row => [JSON.stringify(row.options), row]))
  // The first row keeps its id when options come to a product that had none.
  const first = before.length === 1 && before[0]!.options.length === 0 ? before[0] : undefined
  return combinations.map(
    (values, index) =>
      known.get(JSON.stringify(values)) ?? (first && index === 0 ? { ...first, options: values } : newRow(values, before[0])),
  )
}

const whole = (text: string): number | null => (/^\d{1,8}$/.test(text.trim()) ? Number(text.trim()) : null)

/** What is sent. `page`: whose it is. */
export function givenOf(draft: Draft, id: string, page: string) {
  const options = draft.options.filter(one => valuesOf(one.values).length > 0).map(one => one.name.trim())
  return {
    id,
    page,
    title: draft.title,
    about: draft.about,
    tags: valuesOf(draft.tags).slice(0, 10),
    taxClass: draft.taxClass,
    physical: draft.physical,
    handover: draft.physical ? '' : draft.handover,
    pricing: draft.pricing,
    currency: draft.currency,
    preorderOn: draft.preorderOn || null,
    mostEach: whole(draft.mostEach),
    opensAt: fromLocal(draft.opensAt),
    closesAt: fromLocal(draft.closesAt),
    options,
    variants: draft.rows.map(row => ({
      id: row.id,
      options: row.options,
      sku: row.sku.trim() || null,
      price: parseAmount(row.price || '0', draft.currency) ?? '0',
      weightG: whole(row.weightG) ?? 0,
      picture: row.picture,
      ...(row.known ? {} : { stock: whole(row.stock) }),
      parts:
        draft.bundle && draft.rows.length === 1
          ? draft.parts
              .filter(part => part.variant !== '')
              .map(part => ({ variant: part.variant, quantity: Math.max(1, whole(part.quantity) ?? 1) }))
          : [],
    })),
  }
}
/** Prices that cannot be read, by row. */
export const badPrices = (draft: Draft): Set<number> =>
  new Set(
    draft.rows.flatMap((row, index) => {
      const amount = parseAmount(row.price, draft.currency)
      return amount === null || (draft.pricing === 'fixed' && amount === '0') ? [index] : []
    }),
  )
