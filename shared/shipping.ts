/** shipping: addresses people keep, and parcels on their way to them: packed, sent with a number to follow, arrived or returned. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** ISO 3166 code of two letters. */
const country = z.string().regex(/^[A-Z]{2}$/)
export const phone = z
  .string()
  .trim()
  .regex(/^\+?[0-9][0-9 -]{4,24}$/)
/** Region: province or state. Line: street, house, flat. */
export const Address = z.object({
  id: id('adr'),
  name: z.string(),
  phone: z.string(),
  country,
  region: z.string(),
  city: z.string(),
  line: z.string(),
  postcode: z.string(),
  usual: z.boolean(),
})
export const ParcelAddress = Address.omit({ id: true, usual: true })
export const parcelState = z.enum(['to_pack', 'sent', 'arrived', 'returned', 'cancelled'])
export const Parcel = z.object({
  id: id('pcl'),
  title: z.string(),
  quantity: z.number().int(),
  state: parcelState,
  carrier: z.string().nullable(),
  tracking: z.string().nullable(),
  /** Where the carrier shows the way of the parcel. */
  follow: z.string().nullable(),
  /** Null: forgotten half a year after all was done. */
  address: ParcelAddress.nullable(),
  createdAt: time,
  sentAt: time.nullable(),
  closedAt: time.nullable(),
  steps: z.array(z.object({ state: parcelState, note: z.string(), at: time })),
  /** address: say another place, until it is sent · arrived: say that it came · pack: it is of the viewer's desk. */
  can: z.object({ address: z.boolean(), arrived: z.boolean(), pack: z.boolean() }),
})
export const DeskParcel = Parcel.extend({
  person: z.object({ id: id('usr'), name: z.string() }),
  purpose: z.enum(['reward', 'order']),
  subject: z.string(),
})

/** Who packs: a group, a person, an organisation or a page that sells. */
const sender = z.union([id('grp'), id('usr'), id('org'), id('pag')])
const carrier = line(60)
const tracking = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[\w./ -]+$/)

export const shipping = room('shipping', {
  'GET /me/addresses': query({
    access: 'member',
    summary: 'One’s addresses, the usual one first.',
    ok: z.object({ items: z.array(Address) }),
  }),
  'POST /me/addresses': command({
    access: 'member',
    summary: 'Keeps an address under an id the client made; the same again changes it. Parcels keep the address they were asked for with.',
    input: {
      id: id('adr'),
      name: line(80),
      phone,
      country,
      region: text(80).default(''),
      city: line(80),
      line: line(300),
      postcode: text(16).default(''),
      usual: z.boolean().default(false),
    },
    ok: Address,
    faults: ['not_found', 'too_many_addresses'],
  }),
  'DELETE /me/addresses/:id': command({
    access: 'member',
    summary: 'Takes an address out of one’s book.',
    input: { id: id('adr') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /parcels/:id': query({
    access: 'member',
    summary: 'A parcel, for whom it goes to and who packs it.',
    input: { id: id('pcl') },
    ok: Parcel,
    faults: ['not_found'],
  }),
  'PUT /parcels/:id/address': command({
    access: 'member',
    summary: 'Sends it to another of one’s addresses, as long as it is not on its way.',
    input: { id: id('pcl'), address: id('adr') },
    ok: Parcel,
    faults: ['not_found', 'parcel_sent'],
  }),
  'POST /parcels/:id/arrived': command({
    access: 'member',
    summary: 'It arrived: said by whom it went to, or by who sent it.',
    input: { id: id('pcl') },
    ok: Parcel,
    faults: ['not_found', 'parcel_state'],
  }),
  'POST /parcels/:id/returned': command({
    access: 'member',
    summary: 'It came back to who sent it, and why. It can be sent again.',
    input: { id: id('pcl'), reason: line(300) },
    ok: Parcel,
    faults: ['not_found', 'parcel_state'],
  }),
  'GET /senders/:sender/parcels': query({
    access: 'member',
    summary: 'What a sender has to pack, sent, got back: oldest first.',
    input: { sender, state: parcelState.default('to_pack'), cursor: cursor(), limit: limit(100, 50) },
    ok: page(DeskParcel).extend({ counts: z.object({ to_pack: z.number().int(), sent: z.number().int(), returned: z.number().int() }) }),
    faults: ['not_found'],
  }),
  'POST /senders/:sender/parcels/send': command({
    access: 'member',
    summary: 'These are on their way, each with its carrier and number. All or none; the same again changes nothing.',
    input: {
      sender,
      parcels: z
        .array(z.object({ id: id('pcl'), carrier, tracking }))
        .min(1)
        .max(200),
    },
    ok: z.object({ sent: z.number().int() }),
    faults: ['not_found', 'parcel_state'],
  }),
  'GET /senders/:sender/packing.csv': stream({
    access: 'member',
    summary: 'The packing list: everything to pack with its address, as a table for spreadsheets.',
    input: { sender },
    ok: z.any(),
    faults: ['not_found'],
  }),
})
