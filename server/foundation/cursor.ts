/** Keyset cursors: where a list stopped, as opaque text. A cursor holds the sort values of the last row shown, never an offset. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'

/** The text of a cursor after a row with these sort values. */
export const toCursor = (...parts: readonly (string | number | bigint | Date)[]): string =>
  Buffer.from(
    JSON.stringify(parts.map(part => (part instanceof Date ? part.toISOString() : typeof part === 'bigint' ? part.toString() : part))),
  ).toString('base64url')

/**
 * The sort values of a cursor, checked: `fromCursor(input.cursor, [cursorTime, z.string()])`. Undefined without a cursor; `invalid` for one we did not make.
 */
export function fromCursor<const T extends readonly [z.ZodType, ...z.ZodType[]]>(
  text: string | undefined,
  parts: T,
): { [K in keyof T]: z.output<T[K]> } | undefined {
  if (text === undefined) return undefined
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw fault('invalid', 'invalid', { fields: { cursor: 'cursor' } })
  }
  const parsed = z.tuple(parts as unknown as [z.ZodType]).safeParse(raw)
  if (!parsed.success) throw fault('invalid', 'invalid', { fields: { cursor: 'cursor' } })
  return parsed.data as unknown as { [K in keyof T]: z.output<T[K]> }
}

/** A moment inside a cursor (milliseconds: columns that are sorted by are written with clock.now()). */
export const cursorTime = z.iso.datetime().transform(text => new Date(text))

/** Cuts a list that was read with one row too many: its page, and the cursor of the next one. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  cursor: (row: Row) => string,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? cursor(last) : null }
}
