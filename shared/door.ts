/** door: letting people in, by several devices that may be offline. A device downloads a signed list, decides by itself, and tells later what it saw. */
import { z } from 'zod'
import { command, done, line, query, room } from './contract.ts'
import { id } from './ids.ts'
import { ShowOfTicket } from './tickets.ts'
import { time } from './time.ts'

const count = z.number().int()
export const scanKind = z.enum(['admit', 'undo', 'exit', 'refused'])
export const verdict = z.enum(['admitted', 'double', 'undone', 'left', 'refused', 'void', 'unknown', 'nothing', 'old_code'])
const subject = z.string().regex(/^((tkt|gst)_[0-9a-hjkmnp-tv-z]{26})?$/)
const token = z.string().regex(/^[A-Za-z0-9_-]{20,80}$/)

export const DoorTicket = z.object({
  id: id('tkt'),
  code: z.string(),
  turn: count,
  state: z.enum(['good', 'void']),
  tier: z.string(),
  tierName: z.string(),
  seat: z.string().nullable(),
  name: z.string().nullable(),
  idTail: z.string().nullable(),
  holder: z.string().nullable(),
  mark: z.string(),
})
export const DoorGuest = z.object({ id: id('gst'), name: z.string(), plus: count, mark: z.string(), note: z.string() })
/** Someone who is in, or was: `ended` says how it ended. */
export const Admission = z.object({
  scan: id('scn'),
  subject: z.string(),
  slot: count,
  at: time,
  door: z.string(),
  device: z.string(),
  ended: z.enum(['undone', 'left', 'beaten']).nullable(),
})
/** Two scans let the same one in; the earlier one stands: `first` says when and where it was. `at`: when it came out. */
export const Conflict = z.object({
  subject: z.string(),
  won: id('scn'),
  lost: id('scn'),
  at: time,
  first: z.object({ at: time, door: z.string(), device: z.string() }),
})
export const TierCount = z.object({ tier: z.string(), tierName: z.string(), issued: count, in: count })
export const Counts = z.object({ tiers: z.array(TierCount), guests: count, guestsIn: count })

/** What a device keeps. Told as text with a signature of its SHA-256, so that what it holds can be proven. */
export const DoorList = z.object({
  show: ShowOfTicket,
  reentry: z.boolean(),
  realName: z.enum(['none', 'name', 'id']),
  device: z.object({ id: id('dev'), name: z.string(), door: z.string() }),
  doors: z.array(z.object({ id: id('dor'), name: z.string() })),
  publicKey: z.string(),
  at: time,
  tickets: z.array(DoorTicket),
  guests: z.array(DoorGuest),
  admissions: z.array(Admission),
  seq: z.string(),
})
export const Scan = z.object({
  id: id('scn'),
  kind: scanKind,
  subject,
  slot: count.min(0).max(100).default(0),
  how: z.enum(['camera', 'code', 'name', 'list']),
  /** By the device's clock. */
  at: time,
  why: z.string().max(200).default(''),
  of: id('scn').optional(),
  /** Which turn of the ticket its code had; an older one is an old picture. */
  turn: count.min(1).max(60_000).optional(),
})
export const Device = z.object({
  id: id('dev'),
  name: z.string(),
  door: z.string(),
  person: z.string().nullable(),
  state: z.enum(['invited', 'active', 'revoked', 'over']),
  seenAt: time.nullable(),
  /** Scans it has not told yet, as it said last. */
  waiting: count,
  scans: count,
})
export const DoorScan = z.object({
  id: id('scn'),
  at: time,
  kind: scanKind,
  verdict,
  subject: z.string(),
  who: z.string(),
  door: z.string(),
  device: z.string(),
  how: z.string(),
  why: z.string(),
})

export const door = room('door', {
  'GET /me/doors': query({
    access: 'member',
    summary: 'Shows whose door one may keep: today’s and those to come.',
    ok: z.object({ items: z.array(ShowOfTicket) }),
  }),
  'GET /shows/:show/door': query({
    access: 'member',
    summary: 'The desk of a show’s doors, for those who work for its page.',
    input: { show: id('sho') },
    ok: z.object({
      show: ShowOfTicket,
      reentry: z.boolean(),
      can: z.object({ manage: z.boolean() }),
      doors: z.array(z.object({ id: id('dor'), name: z.string(), in: count })),
      devices: z.array(Device),
      counts: Counts,
      conflicts: z.array(Conflict.extend({ who: z.string(), wonBy: z.string(), lostBy: z.string(), lostAt: time })),
      scans: z.array(DoorScan),
    }),
    faults: ['not_found'],
  }),
  'PUT /shows/:show/doors/:id': command({
    access: 'member',
    summary: 'Opens a door, or renames it. Managers.',
    input: { show: id('sho'), id: id('dor'), name: line(60) },
    ok: z.object({ id: id('dor'), name: z.string() }),
    faults: ['not_found', 'forbidden', 'key_reused', 'name_taken'],
  }),
  'DELETE /shows/:show/doors/:id': command({
    access: 'member',
    summary: 'Closes a door; its devices stay, without a door.',
    input: { show: id('sho'), id: id('dor') },
    ok: done,
    faults: ['not_found', 'forbidden'],
  }),
  'POST /shows/:show/door-links': command({
    access: 'member',
    summary: 'Makes a code for a device of someone without an account here; good for a day, for one browser. Managers.',
    input: { show: id('sho'), id: id('dev').optional(), door: id('dor').optional(), name: line(60) },
    ok: z.object({ device: id('dev'), code: z.string(), path: z.string(), until: time }),
    faults: ['not_found', 'forbidden', 'key_reused'],
  }),
  'POST /door-devices/:id/revoke': command({
    access: 'member',
    summary: 'Ends a device: it hears nothing more and what it tells is refused. Managers.',
    input: { id: id('dev') },
    ok: done,
    faults: ['not_found', 'forbidden'],
  }),
  'POST /shows/:show/door': command({
    access: 'member',
    summary: 'Makes this browser a device of the door, for those who work for the page.',
    input: { show: id('sho'), id: id('dev'), door: id('dor').optional(), name: line(60) },
    ok: z.object({ device: id('dev'), token, show: id('sho') }),
    faults: ['not_found', 'key_reused'],
  }),
  'POST /door/enter': command({
    access: 'anyone',
    summary: 'Makes this browser a device of the door, by a code. `browser` is a random word it keeps, so that a retry is harmless.',
    input: { code: z.string().trim().min(6).max(40), browser: token },
    ok: z.object({ device: id('dev'), token, show: id('sho') }),
    faults: ['link_over', 'not_found'],
    perMinute: 20,
  }),
  'POST /door/list': query({
    access: 'anyone',
    summary: 'All a device needs to know to be alone: tickets, guests, who is in. `text` is a DoorList, signed by the planet’s ticket key.',
    input: { token },
    ok: z.object({ text: z.string(), signature: z.string() }),
    faults: ['device_over'],
  }),
  'POST /door/sync': command({
    access: 'anyone',
    summary:
      'Tells what a device saw, and hears what others did since. Scans told again are answered as before. The earliest scan of a ticket stands.',
    input: {
      token,
      /** The device's clock, now: its scans are dated by the difference to ours. */
      clock: time,
      /** What it heard last. */
      seq: z
        .string()
        .regex(/^\d{1,18}$/)
        .default('0'),
      since: time.optional(),
      door: id('dor').optional(),
      waiting: count.min(0).max(100_000).default(0),
      guests: z.string().max(64).default(''),
      scans: z.array(Scan).max(200).default([]),
    },
    ok: z.object({
      at: time,
      seq: z.string(),
      results: z.array(z.object({ id: id('scn'), verdict, first: Admission.nullable() })),
      tickets: z.array(DoorTicket),
      /** Null when the device has them as they are. */
      guests: z.object({ hash: z.string(), items: z.array(DoorGuest) }).nullable(),
      admissions: z.array(Admission),
      conflicts: z.array(Conflict),
      doors: z.array(z.object({ id: id('dor'), name: z.string() })),
      counts: Counts,
    }),
    faults: ['device_over'],
    perMinute: 240,
  }),
})
