/** Shapes of a map of seats: what the editor draws, what versions keep. Lengths are centimetres, angles degrees clockwise; y grows away from the stage. */
import { z } from 'zod'
import { line } from './contract.ts'

export const limits = {
  items: 300,
  rows: 120,
  seatsInRow: 200,
  chairs: 60,
  seats: 20_000,
  area: 200_000,
  side: 40_000,
  categories: 12,
} as const

/** Short names made by the editor; a seat's key begins with its item's. */
const itemId = z.string().regex(/^[a-z][a-z0-9]{0,9}$/)
const category = z.string().regex(/^[a-z][a-z0-9]{0,9}$/)
const place = z.number().min(-limits.side).max(limits.side)
const size = z.number().min(20).max(limits.side)
const at = { id: itemId, x: place, y: place, turn: z.number().min(-360).max(360) }
const name = z.string().trim().max(60)

/** Of one seat: not there at all (an aisle, a pillar), for a wheelchair, beside one, with a poor view, of another category than its item. */
export const Mark = z.object({
  gone: z.literal(true).optional(),
  accessible: z.literal(true).optional(),
  companion: z.literal(true).optional(),
  restricted: z.literal(true).optional(),
  category: category.optional(),
})
/** By `row.seat`, both counted from 0 as drawn (front to back, left to right). */
const marks = z.record(z.string().regex(/^\d{1,3}\.\d{1,3}$/), Mark)

export const RowsItem = z.object({
  ...at,
  kind: z.literal('rows'),
  name,
  category,
  /** x, y: the middle of the front row. `shift`: so many centimetres to the right of straight behind it. */
  rows: z
    .array(z.object({ seats: z.number().int().min(1).max(limits.seatsInRow), shift: z.number().min(-2000).max(2000).optional() }))
    .min(1)
    .max(limits.rows),
  seatGap: z.number().min(30).max(400),
  rowGap: z.number().min(40).max(600),
  /** Radius of the front row; 0: straight. */
  curve: z.number().min(0).max(limits.side),
  /** Letters skip I and O where `skip` says so; backwards: the row at the back is the first. */
  rowNames: z.object({
    style: z.enum(['letters', 'numbers']),
    from: z.number().int().min(1).max(999),
    backwards: z.boolean(),
    skip: z.boolean(),
  }),
  /** plain 1 2 3 · odd 1 3 5 · even 2 4 6 · centre: odd to the left of the middle, even to the right; backwards: from the right. */
  seatNames: z.object({
    style: z.enum(['plain', 'odd', 'even', 'centre']),
    from: z.number().int().min(1).max(999),
    backwards: z.boolean(),
  }),
  marks,
})
export const TableItem = z.object({
  ...at,
  kind: z.literal('table'),
  name,
  category,
  shape: z.enum(['round', 'rect']),
  chairs: z.number().int().min(1).max(limits.chairs),
  /** Of a rectangular one; a round one takes the width its chairs need. */
  width: size,
  height: size,
  /** Sold only with all its chairs. */
  whole: z.boolean(),
  marks,
})
/** Standing: a number of people, no seats. */
export const AreaItem = z.object({
  ...at,
  kind: z.literal('area'),
  name,
  category,
  shape: z.enum(['rect', 'ellipse']),
  width: size,
  height: size,
  capacity: z.number().int().min(1).max(limits.area),
})
export const StageItem = z.object({ ...at, kind: z.literal('stage'), name, shape: z.enum(['rect', 'ellipse']), width: size, height: size })
export const LabelItem = z.object({ ...at, kind: z.literal('label'), name: name.min(1), size: z.number().min(20).max(400) })
export const Item = z.discriminatedUnion('kind', [RowsItem, TableItem, AreaItem, StageItem, LabelItem])

export const Category = z.object({
  key: category,
  name: line(40),
  colour: z
    .number()
    .int()
    .min(0)
    .max(limits.categories - 1),
})
export const Plan = z.object({
  form: z.literal(1),
  width: z.number().min(200).max(limits.side),
  height: z.number().min(200).max(limits.side),
  /** Where everybody looks: seats are good by how near they are to it. */
  focus: z.object({ x: place, y: place }),
  categories: z.array(Category).min(1).max(limits.categories),
  items: z.array(Item).max(limits.items),
})
