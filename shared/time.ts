import { z } from 'zod'

/** A moment: `Date` in code, ISO 8601 in UTC on the wire. */
export const time = z.codec(z.iso.datetime(), z.date(), {
  decode: text => new Date(text),
  encode: date => date.toISOString(),
})

/** A calendar day without a zone, `2026-11-20`. */
export const day = z.iso.date()
