/** tickets: what lets a person in. Its code is signed by the planet, so that a door can prove it without a network; handing on, selling on, paper and wallet. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { time } from './time.ts'

const count = z.number().int()
/** offered: for sale by who has it; still good until it is sold. */
export const ticketState = z.enum(['issued', 'offered', 'used', 'void'])
export const realName = z.enum(['none', 'name', 'id'])
/** The last four signs of an identity card. */
export const idTail = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[0-9A-Z]{4}$/)
export const ShowOfTicket = z.object({
  id: id('sho'),
  title: z.string(),
  artists: z.string(),
  page: z.string(),
  pageName: z.string(),
  state: z.string(),
  venue: z.string(),
  address: z.string(),
  city: z.string(),
  zone: z.string(),
  doorsAt: time.nullable(),
  startsAt: time,
  endsAt: time,
  picture: z.string().nullable(),
  accent: z.string().nullable(),
})
export const Qr = z.object({ size: count, path: z.string() })
export const Ticket = z.object({
  id: id('tkt'),
  show: ShowOfTicket,
  tierName: z.string(),
  seat: z.string().nullable(),
  /** guest, vip …; empty for what was bought. */
  mark: z.string(),
  state: ticketState,
  /** Why it is void: refunded, sold_on, show_cancelled … */
  voidWhy: z.string().nullable(),
  name: z.string().nullable(),
  idTail: z.string().nullable(),
  realName,
  faceValue: money,
  code: z.string(),
  /** What the door reads, and the same as a picture; null where it cannot be used any more. */
  payload: z.string().nullable(),
  qr: Qr.nullable(),
  order: id('ord').nullable(),
  issuedAt: time,
  usedAt: time.nullable(),
  transfer: z.object({ id: id('trf'), email: z.string().nullable(), until: time }).nullable(),
  resale: z.object({ id: id('rsl'), price: money, state: z.enum(['open', 'reserved']) }).nullable(),
  wallet: z.boolean(),
  can: z.object({ rename: z.boolean(), transfer: z.boolean(), resell: z.boolean() }),
  /** Until when names can be changed, tickets handed on and sold on. */
  until: z.object({ rename: time.nullable(), transfer: time.nullable(), resale: time.nullable() }),
})
export const ResaleOffer = z.object({
  id: id('rsl'),
  offer: id('off'),
  tierName: z.string(),
  seat: z.string().nullable(),
  price: money,
  faceValue: money,
  mine: z.boolean(),
})
export const WalletCertificate = z.object({ passType: z.string().nullable(), team: z.string().nullable(), until: time.nullable() })
const token = z.string().regex(/^[A-Za-z0-9_-]{20,80}$/)

export const tickets = room('tickets', {
  'GET /me/tickets': query({
    access: 'member',
    summary: 'One’s tickets: of shows that are still to come, soonest first, or of those that are over.',
    input: { when: z.enum(['coming', 'past']).default('coming'), cursor: cursor(), limit: limit() },
    ok: page(Ticket),
  }),
  'GET /tickets/:id': query({
    access: 'member',
    summary: 'A ticket of one’s own.',
    input: { id: id('tkt') },
    ok: Ticket,
    faults: ['not_found'],
  }),
  'GET /tickets/keys': query({
    access: 'anyone',
    summary: 'The public keys that prove a ticket’s code (Ed25519, raw, base64url).',
    ok: z.object({ keys: z.array(z.string()) }),
  }),
  'PUT /tickets/:id/name': command({
    access: 'member',
    summary: 'Says who will come with it, as long as the show allows it.',
    input: { id: id('tkt'), name: line(100), idTail: idTail.optional() },
    ok: Ticket,
    faults: ['not_found', 'ticket_state', 'ticket_fixed', 'name_needed'],
  }),
  'POST /tickets/:id/transfers': command({
    access: 'member',
    summary: 'Makes a link that hands the ticket on, once; a link made before ends. With an address it is sent there.',
    input: { id: id('tkt'), transfer: id('trf').optional(), email: z.email().max(254).optional() },
    ok: z.object({ ticket: Ticket, path: z.string() }),
    faults: ['not_found', 'ticket_state', 'ticket_fixed', 'key_reused'],
  }),
  'DELETE /tickets/:id/transfers': command({
    access: 'member',
    summary: 'Takes an open link back.',
    input: { id: id('tkt') },
    ok: Ticket,
    faults: ['not_found'],
  }),
  'GET /ticket-transfers/:token': query({
    access: 'anyone',
    summary: 'What a link hands on.',
    input: { token },
    ok: z.object({
      show: ShowOfTicket,
      tierName: z.string(),
      seat: z.string().nullable(),
      from: z.string(),
      until: time,
      realName,
      state: z.enum(['open', 'accepted', 'withdrawn', 'expired']),
      mine: z.boolean(),
      /** The ticket, for who took it. */
      ticket: id('tkt').nullable(),
    }),
    faults: ['not_found'],
  }),
  'POST /ticket-transfers/:token/accept': command({
    access: 'member',
    summary: 'Takes the ticket. The old code dies.',
    input: { token, name: line(100).optional(), idTail: idTail.optional() },
    ok: Ticket,
    faults: ['not_found', 'transfer_over', 'ticket_state', 'ticket_fixed', 'name_needed', 'ticket_own'],
  }),
  'POST /tickets/:id/resale': command({
    access: 'member',
    summary: 'Offers a ticket one bought to others, at most for its face value; once it is sold, that much of one’s payment goes back.',
    input: { id: id('tkt'), resale: id('rsl').optional(), price: money },
    ok: Ticket,
    faults: ['not_found', 'ticket_state', 'ticket_fixed', 'resale_not_yours', 'above_face_value', 'invalid', 'key_reused'],
  }),
  'DELETE /tickets/:id/resale': command({
    access: 'member',
    summary: 'Keeps the ticket after all, unless someone is paying for it.',
    input: { id: id('tkt') },
    ok: Ticket,
    faults: ['not_found', 'resale_reserved'],
  }),
  'GET /shows/:show/resale': query({
    access: 'anyone',
    summary: 'Tickets that others sell on, cheapest first.',
    input: { show: id('sho'), cursor: cursor(), limit: limit() },
    ok: page(ResaleOffer),
    faults: ['not_found'],
  }),
  'GET /tickets/:id/ticket.pdf': stream({
    access: 'member',
    summary: 'The ticket on paper.',
    input: { id: id('tkt') },
    ok: done,
    faults: ['not_found', 'ticket_state'],
  }),
  'GET /me/tickets.pdf': stream({
    access: 'member',
    summary: 'All one’s tickets of a show on paper, one a page.',
    input: { show: id('sho') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /tickets/:id/ticket.pkpass': stream({
    access: 'member',
    summary: 'The ticket for a phone’s wallet, where the operator has a certificate.',
    input: { id: id('tkt') },
    ok: done,
    faults: ['not_found', 'ticket_state', 'no_wallet'],
  }),
  'GET /tickets/:id/event.ics': stream({
    access: 'member',
    summary: 'The show as an event for a calendar.',
    input: { id: id('tkt') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /desk/wallet': query({
    access: 'operator',
    summary: 'The certificate that signs passes for wallets: what it is for, never its key.',
    ok: WalletCertificate,
  }),
  'PUT /desk/wallet': stream({
    access: 'operator',
    summary: 'Sets the certificate for passes (PEM): a pass type certificate, its key and the one that issued it. The key is kept sealed.',
    input: {
      certificate: z.string().max(20_000),
      key: z.string().max(20_000),
      wwdr: z.string().max(20_000),
      /** Of the key, where it has one; it is kept nowhere. */
      passphrase: z.string().max(200).default(''),
    },
    ok: WalletCertificate,
    faults: ['wallet_invalid'],
  }),
})
