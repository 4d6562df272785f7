/** raffles: draws of prizes that anyone can repeat. How exactly: shared/raffle-draw.ts. */
import { z } from 'zod'
import { command, line, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount } from './money.ts'
import { whyNot } from './rewards.ts'
import { time } from './time.ts'

const count = z.number().int()
const code2 = z.string().regex(/^[A-Z]{2}$/)
export const raffleState = z.enum(['draft', 'open', 'closed', 'drawn', 'void'])
const prize = z.object({
  position: count,
  reward: id('rwd'),
  title: z.string(),
  quantity: count,
  picture: z.string().nullable(),
  accent: z.string().nullable(),
})
export const RaffleCard = z.object({
  id: id('raf'),
  group: id('grp'),
  title: z.string(),
  state: raffleState,
  opensAt: time,
  closesAt: time,
  drawBy: time,
  /** Of one ticket; 0: free. */
  points: count,
  tickets: count,
  people: count,
  prizes: z.array(prize),
  /** The viewer's tickets. */
  mine: count,
})
export const Raffle = RaffleCard.extend({
  groupName: z.string(),
  groupHandle: z.string(),
  about: z.string(),
  mostTickets: count,
  onePrize: z.boolean(),
  minLevel: count,
  minDays: count,
  minAge: count,
  regions: z.array(code2),
  /** Goods are claimed within so many days, else the next in line is asked, until so many days after the draw. Null: published before there was a line. */
  claimDays: count.nullable(),
  passDays: count.nullable(),
  outside: z
    .object({ what: z.string(), from: time, value: z.string().nullable(), by: z.string().nullable(), at: time.nullable() })
    .nullable(),
  commitment: z.string().nullable(),
  rulesDigest: z.string().nullable(),
  publishedAt: time.nullable(),
  digest: z.string().nullable(),
  closedAt: time.nullable(),
  /** Shown once it is drawn (or void). */
  seed: z.string().nullable(),
  drawnAt: time.nullable(),
  reason: z.string(),
  winners: z.array(
    z.object({
      place: count,
      prize: count,
      ticket: count,
      tag: z.string(),
      mine: z.boolean(),
      /** The place of the winner they came after. */
      instead: count.nullable(),
      /** Not claimed in time. */
      lapsedAt: time.nullable(),
      /** To be claimed until then. */
      until: time.nullable(),
    }),
  ),
  /** The viewer's tickets, and what shows that they are theirs: tag = SHA-256 of raffle, person and salt. Null: none. */
  me: z
    .object({
      person: id('usr'),
      tag: z.string(),
      salt: z.string(),
      entries: z.array(z.object({ id: id('rtk'), first: count, tickets: count })),
      exchanges: z.array(id('xch')),
    })
    .nullable(),
  /** Why the viewer cannot take (more) tickets; null: they can, so many. */
  why: z.union([whyNot, z.enum(['tickets'])]).nullable(),
  most: count,
  balance: amount.nullable(),
  can: z.object({ edit: z.boolean(), publish: z.boolean(), outside: z.boolean(), draw: z.boolean(), call: z.boolean() }),
})
const group = z.string().min(2).max(60)

export const raffles = room('raffles', {
  'GET /groups/:group/raffles': query({
    access: 'anyone',
    summary: 'The raffles of a group, those that are open first. Hosts see drafts.',
    input: { group },
    ok: z.object({ items: z.array(RaffleCard), allowed: z.enum(['never', 'free', 'points']) }),
    faults: ['not_found'],
  }),
  'GET /raffles/:id': query({
    access: 'anyone',
    summary: 'A raffle: prizes, commitment, tickets, and once it is drawn the seed and the winners.',
    input: { id: id('raf') },
    ok: Raffle,
    faults: ['not_found'],
  }),
  'POST /raffles/:id/entries': command({
    access: 'member',
    summary: 'Takes tickets. The same entry id with the same number is the same entry.',
    input: { id: id('raf'), entry: id('rtk').optional(), tickets: count.min(1).max(100).default(1) },
    ok: Raffle,
    faults: [
      'not_found',
      'members_only',
      'banned',
      'raffle_closed',
      'raffle_tickets',
      'reward_rules',
      'declare_first',
      'not_enough_points',
      'key_reused',
    ],
  }),
  'GET /raffles/:id/raffle.json': stream({
    access: 'anyone',
    summary:
      'All that is needed to draw it again: `planet verify raffle.json`. Saved before the draw, it is what the drawn one is held against.',
    input: { id: id('raf') },
    ok: z.any(),
    faults: ['not_found'],
    perMinute: 30,
  }),
  'PUT /groups/:group/raffles/:id': command({
    access: 'member',
    summary: 'Makes or changes a raffle that is not published yet, under an id the client made.',
    input: {
      group,
      id: id('raf'),
      title: line(120),
      about: text(4000).default(''),
      opensAt: time,
      closesAt: time,
      drawBy: time,
      points: count.min(0).max(1_000_000).default(0),
      mostTickets: count.min(1).max(100).default(1),
      onePrize: z.boolean().default(true),
      minLevel: count.min(0).max(10).default(0),
      minDays: count.min(0).max(3650).default(0),
      minAge: count.min(0).max(99).default(0),
      regions: z.array(code2).max(60).default([]),
      claimDays: count.min(1).max(60).default(14),
      passDays: count.min(0).max(365).default(60),
      outside: z
        .object({ what: line(300).min(4), from: time })
        .nullable()
        .default(null),
      prizes: z
        .array(z.object({ reward: id('rwd'), quantity: count.min(1).max(10_000) }))
        .min(1)
        .max(50),
    },
    ok: Raffle,
    faults: ['not_found', 'hosts_only', 'key_reused', 'raffle_published', 'raffle_times', 'raffle_policy', 'reward_invalid'],
  }),
  'POST /raffles/:id/publish': stream({
    access: 'member',
    summary: 'Publishes it: the prizes are set aside, the commitment to a fresh seed and the rules stand from now on.',
    input: { id: id('raf') },
    ok: Raffle,
    faults: ['not_found', 'hosts_only', 'raffle_published', 'raffle_times', 'raffle_policy', 'sold_out', 'reward_unready'],
  }),
  'POST /raffles/:id/outside': command({
    access: 'member',
    summary: 'Another person than who published it writes in the value from outside that was announced.',
    input: { id: id('raf'), value: line(200) },
    ok: Raffle,
    faults: ['not_found', 'hosts_only', 'four_eyes', 'raffle_state', 'raffle_early'],
  }),
  'POST /raffles/:id/draw': stream({
    access: 'member',
    summary: 'Draws now what could be drawn; it happens by itself, too.',
    input: { id: id('raf') },
    ok: Raffle,
    faults: ['not_found', 'hosts_only', 'raffle_state', 'raffle_early'],
  }),
  'POST /raffles/:id/void': stream({
    access: 'member',
    summary: 'Calls it off, with the reason everyone sees: all points and prizes go back, the seed is shown. A draft is deleted.',
    input: { id: id('raf'), reason: line(500) },
    ok: Raffle.nullable(),
    faults: ['not_found', 'hosts_only', 'raffle_state'],
  }),
})
