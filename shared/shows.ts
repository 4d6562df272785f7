/** shows: concerts, how their tickets are sold, and giving them back. Capacity is seating's; what lets one in is the room tickets'. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { day, time } from './time.ts'
import {
  Guest,
  Lottery,
  MyTicket,
  promoCode,
  Show,
  ShowCard,
  ShowDesk,
  ShowFields,
  ShowHold,
  ShowTeaser,
  TierFields,
  Waiting,
} from './show-shapes.ts'

const count = z.number().int()
const show = { id: id('sho') }
const code = promoCode.optional()
const desk = ['not_found', 'own_page_only'] as const

export const shows = room('shows', {
  'GET /shows': query({
    access: 'anyone',
    summary:
      'Shows to come, soonest first; with `past` those that are over, latest first. By city, day, artist, venue or words (also in pinyin).',
    input: {
      q: z.string().trim().max(80).optional(),
      city: z.string().trim().max(80).optional(),
      /** Days in the zone of each show. */
      from: day.optional(),
      to: day.optional(),
      /** Who plays or puts it on. */
      page: z.string().max(60).optional(),
      venue: id('ven').optional(),
      past: flag(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(ShowCard),
  }),
  'GET /shows/cities': query({
    access: 'anyone',
    summary: 'Cities with shows to come, the most first.',
    ok: z.object({ items: z.array(z.object({ city: z.string(), shows: count })) }),
  }),
  'GET /shows/tonight': query({
    access: 'anyone',
    summary: 'For a first screen: what is on today (in the zone of each show), then what comes next; eight at most.',
    ok: z.object({ items: z.array(ShowTeaser) }),
  }),
  'GET /shows/:id': query({
    access: 'anyone',
    summary: 'A show with its tiers; a code shows the tiers that only who knows it sees.',
    input: { ...show, code },
    ok: Show,
    faults: ['not_found'],
  }),
  'GET /shows/:id/show.ics': stream({ access: 'anyone', summary: 'For calendars.', input: show, ok: z.any(), faults: ['not_found'] }),

  'POST /shows/:id/holds': stream({
    access: 'member',
    summary:
      'Sets places aside: all of what is wanted or nothing, for eight minutes from opening the map. One of a person and show at a time: an earlier one is given back.',
    input: {
      ...show,
      hold: id('sth'),
      wants: z
        .array(
          z.object({
            tier: id('tir'),
            count: count.min(1).max(20).optional(),
            seats: z.array(z.string().max(80)).min(1).max(20).optional(),
          }),
        )
        .min(1)
        .max(10),
      code,
      /** Seconds since the map was opened, by the buyer's clock: they are taken off; a minute is left at least. */
      sinceOpen: count.min(0).max(86_400).optional(),
    },
    ok: ShowHold,
    faults: [
      'not_found',
      'sold_out',
      'seat_taken',
      'orphan_seat',
      'table_whole',
      'hold_over',
      'too_many_held',
      'not_on_sale_yet',
      'members_first',
      'sale_over',
      'too_many_each',
      'key_reused',
      'lottery_only',
      'too_young',
      'age_unknown',
      'promo_used',
    ],
    perMinute: 60,
  }),
  'GET /show-holds/:hold': query({
    access: 'member',
    summary: 'A hold of one’s own.',
    input: { hold: id('sth') },
    ok: ShowHold,
    faults: ['not_found'],
  }),
  'DELETE /show-holds/:hold': command({
    access: 'member',
    summary: 'Gives it back. One that an order has stays the order’s.',
    input: { hold: id('sth') },
    ok: done,
    faults: ['not_found'],
  }),

  'GET /me/waiting': query({
    access: 'member',
    summary: 'Where one waits for places, and what one was offered.',
    ok: z.object({ items: z.array(Waiting) }),
  }),
  'GET /waiting/:id': query({
    access: 'member',
    summary: 'One’s place on a waiting list.',
    input: { id: id('wtl') },
    ok: Waiting,
    faults: ['not_found'],
  }),
  'POST /shows/:id/waiting': command({
    access: 'member',
    summary: 'Waits for places of a tier that has none. When some come back they are set aside for the next in line, who has two hours.',
    input: { ...show, waiting: id('wtl'), tier: id('tir'), count: count.min(1).max(20), fewer: z.boolean().default(false) },
    ok: Waiting,
    faults: [
      'not_found',
      'waiting_not_needed',
      'waiting_already',
      'sale_over',
      'too_many_each',
      'too_young',
      'age_unknown',
      'key_reused',
      'show_state',
    ],
  }),
  'DELETE /waiting/:id': command({
    access: 'member',
    summary: 'Leaves the list; what was offered goes to the next.',
    input: { id: id('wtl') },
    ok: Waiting,
    faults: ['not_found', 'waiting_over'],
  }),

  'PUT /shows/:id/lottery/entry': command({
    access: 'member',
    summary: 'Asks for so many tickets in a lottery, of these tiers, the first wish first. Once a person; changed until it closes.',
    input: { ...show, entry: id('ltn'), count: count.min(1).max(20), tiers: z.array(id('tir')).min(1).max(20) },
    ok: Lottery,
    faults: ['not_found', 'lottery_closed', 'too_many_each', 'too_young', 'age_unknown', 'key_reused'],
  }),
  'DELETE /shows/:id/lottery/entry': command({
    access: 'member',
    summary: 'Takes the wish back, as long as it is open.',
    input: show,
    ok: Lottery,
    faults: ['not_found', 'lottery_closed'],
  }),
  'GET /shows/:id/raffle.json': stream({
    access: 'anyone',
    summary: 'All that is needed to draw the line again: `planet verify raffle.json`.',
    input: show,
    ok: z.any(),
    faults: ['not_found'],
  }),

  'GET /shows/:id/mine': query({
    access: 'member',
    summary: 'One’s tickets of a show and what each would bring back now.',
    input: show,
    ok: z.object({ items: z.array(MyTicket) }),
    faults: ['not_found'],
  }),
  'POST /show-tickets/:ticket/refund': command({
    access: 'member',
    summary: 'Gives a ticket back by the show’s ladder; the place goes to who waits. Once, whatever is pressed.',
    input: { ticket: id('tkt') },
    ok: z.object({ percent: count, outcome: z.enum(['done', 'short']) }),
    faults: ['not_found', 'not_refundable'],
  }),
  'POST /shows/:id/answer': command({
    access: 'member',
    summary: 'Says whether one comes at the new date. No: all one’s tickets are given back for all their money.',
    input: { ...show, keep: z.boolean() },
    ok: z.object({ keep: z.boolean(), refunded: count }),
    faults: ['not_found', 'not_asked'],
  }),

  'GET /me/shows': query({
    access: 'member',
    summary: 'Shows of the pages one may edit, the latest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(ShowCard.extend({ sold: count, capacity: count })),
  }),
  'GET /shows/:id/desk': query({
    access: 'member',
    summary: 'All of a show, for those who put it on.',
    input: show,
    ok: ShowDesk,
    faults: desk,
  }),
  'PUT /shows/:id': command({
    access: 'member',
    summary: 'Makes or changes a show of a page one may edit, under an id the client made.',
    input: { ...show, ...ShowFields },
    ok: ShowDesk,
    faults: [...desk, 'key_reused', 'zone_unknown', 'show_times', 'show_fixed', 'show_state', 'blocked_word', 'blocked_link', 'banned'],
  }),
  'PUT /shows/:id/tiers': command({
    access: 'member',
    summary:
      'All tiers in their order. Once on sale none goes away; prices hold for what is ordered from then on, capacity never falls below what is sold.',
    input: { ...show, tiers: z.array(TierFields).min(1).max(60) },
    ok: ShowDesk,
    faults: [...desk, 'key_reused', 'show_times', 'show_fixed', 'places_taken', 'sections_taken', 'show_state', 'real_name_needed'],
  }),
  'PUT /shows/:id/picture': stream({
    access: 'member',
    summary: 'Its poster, out of a finished upload.',
    input: { ...show, upload: z.string().max(80) },
    ok: done,
    faults: [...desk, 'picture_refused'],
  }),
  'PUT /shows/:id/state': stream({
    access: 'member',
    summary: 'Announces it, opens or pauses the sale. Opening sets the capacity up; with a lottery its rules stand from then on.',
    input: { ...show, state: z.enum(['draft', 'announced', 'on_sale']) },
    ok: ShowDesk,
    faults: [...desk, 'show_state', 'show_unready', 'show_times', 'real_name_needed'],
  }),
  'PUT /shows/:id/lottery': command({
    access: 'member',
    summary: 'When a lottery can be entered, and how long its winners may take. Fixed once the sale is opened.',
    input: { ...show, opensAt: time, closesAt: time, hours: count.min(1).max(168).default(24) },
    ok: ShowDesk,
    faults: [...desk, 'show_fixed', 'show_times'],
  }),
  'POST /shows/:id/postpone': command({
    access: 'member',
    summary: 'Puts it off, to a date or to one that comes later. Holders are asked: until then all their money goes back if they want.',
    input: {
      ...show,
      startsAt: time.nullable(),
      endsAt: time.nullable(),
      doorsAt: time.nullable().default(null),
      askDays: count.min(3).max(60).default(14),
      reason: line(1000).min(3),
    },
    ok: ShowDesk,
    faults: [...desk, 'show_state', 'show_times'],
  }),
  'POST /shows/:id/cancel': command({
    access: 'member',
    summary: 'Cancels it for ever: everybody gets all their money back, by itself. The title has to be typed.',
    input: { ...show, title: z.string().max(160), reason: line(1000).min(3) },
    ok: ShowDesk,
    faults: [...desk, 'show_state', 'title_differs'],
  }),
  'PUT /shows/:id/promos/:code': command({
    access: 'member',
    summary: 'A code that opens secret tiers.',
    input: {
      ...show,
      code: z.string().trim().min(1).max(30),
      note: z.string().trim().max(200).default(''),
      tiers: z.array(id('tir')).min(1).max(60),
      most: count.min(1).max(200_000).nullable().default(null),
      closesAt: time.nullable().default(null),
    },
    ok: ShowDesk,
    faults: [...desk, 'promo_used'],
  }),
  'DELETE /shows/:id/promos/:code': command({
    access: 'member',
    summary: 'Ends a code.',
    input: { ...show, code: z.string().trim().min(1).max(30) },
    ok: ShowDesk,
    faults: desk,
  }),
  'GET /shows/:id/guests': query({
    access: 'member',
    summary: 'The guest list.',
    input: show,
    ok: z.object({ items: z.array(Guest) }),
    faults: desk,
  }),
  'PUT /shows/:id/guests/:guest': command({
    access: 'member',
    summary: 'Puts somebody on the guest list, or changes it.',
    input: {
      ...show,
      guest: id('gst'),
      name: line(80),
      plus: count.min(0).max(20).default(0),
      tier: id('tir').nullable().default(null),
      note: text(300).default(''),
      vip: z.boolean().default(false),
    },
    ok: Guest,
    faults: [...desk, 'key_reused', 'show_state'],
  }),
  'DELETE /shows/:id/guests/:guest': command({
    access: 'member',
    summary: 'Takes somebody off the list.',
    input: { ...show, guest: id('gst') },
    ok: done,
    faults: desk,
  }),
  'POST /shows/:id/free-tickets': stream({
    access: 'member',
    summary: 'Free tickets out of the capacity, in one’s own name, to be handed on. The same hold id again gives the same ones.',
    input: { ...show, hold: id('sth'), tier: id('tir'), count: count.min(1).max(20), name: line(80) },
    ok: z.object({ tickets: z.array(id('tkt')) }),
    faults: [...desk, 'sold_out', 'show_state', 'key_reused'],
  }),
  'GET /shows/:id/buyers.csv': stream({
    access: 'member',
    summary: 'Tickets with holder, tier, seat and order, for a spreadsheet.',
    input: show,
    ok: z.any(),
    faults: desk,
  }),
})
