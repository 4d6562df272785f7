/** rewards: what members of a group exchange points for, what becomes of it, and the hosts' desk for it. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount } from './money.ts'
import { ParcelAddress, parcelState } from './shipping.ts'
import { time } from './time.ts'

export const rewardKind = z.enum(['goods', 'voucher', 'ticket', 'experience', 'digital'])
export const rewardState = z.enum(['draft', 'open', 'closed'])
/** Why the viewer cannot have it now; words stand in rewards.why. */
export const whyNot = z.enum([
  'signed_out',
  'members_only',
  'banned',
  'not_open',
  'over',
  'sold_out',
  'per_person',
  'level',
  'days',
  'age_unknown',
  'too_young',
  'region_unknown',
  'region_not_served',
  'points',
  'already_owned',
])
const count = z.number().int()
const code2 = z.string().regex(/^[A-Z]{2}$/)
const Rules = {
  minLevel: count.min(0).max(10),
  minDays: count.min(0).max(3650),
  minAge: count.min(0).max(99),
  /** ISO 3166; empty: everywhere. */
  regions: z.array(code2).max(60),
}
export const RewardCard = z.object({
  id: id('rwd'),
  group: id('grp'),
  kind: rewardKind,
  title: z.string(),
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  points: count,
  /** Pieces left; null: as many as are wanted. */
  left: count.nullable(),
  stock: count.nullable(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  state: rewardState,
  /** Null: the viewer can exchange it now. */
  why: whyNot.nullable(),
})
export const Reward = RewardCard.extend({
  groupName: z.string(),
  groupHandle: z.string(),
  about: z.string(),
  how: z.string(),
  /** What one piece costs who provides it, in fen, and who that is. */
  cost: amount,
  provider: z.object({ id: z.string(), name: z.string() }).nullable(),
  perPerson: count.nullable(),
  ...Rules,
  validDays: count.nullable(),
  event: z.object({ id: id('gev'), title: z.string(), startsAt: time }).nullable(),
  release: z.object({ id: id('rel'), title: z.string(), artists: z.string() }).nullable(),
  badge: z.string().nullable(),
  exchanged: count,
  /** How many of it the viewer has, and the viewer's points. Null: signed out. */
  mine: z.object({ pieces: count, points: amount, level: count }).nullable(),
  /** How many the viewer may take at once. */
  most: count,
})
export const exchangeState = z.enum(['claim', 'waiting', 'ready', 'done', 'cancelled', 'expired'])
export const Voucher = z.object({
  id: id('vch'),
  code: z.string(),
  state: z.enum(['issued', 'redeemed', 'void']),
  redeemedAt: time.nullable(),
  /** A QR code as the path of a square of so many units; null: the code is to be typed in elsewhere. */
  qr: z.object({ size: count, path: z.string() }).nullable(),
})
export const ExchangeCard = z.object({
  id: id('xch'),
  number: z.string(),
  reward: id('rwd'),
  kind: rewardKind,
  title: z.string(),
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  group: id('grp'),
  groupName: z.string(),
  cause: z.enum(['points', 'raffle']),
  raffle: id('raf').nullable(),
  quantity: count,
  points: count,
  state: exchangeState,
  parcel: parcelState.nullable(),
  at: time,
  until: time.nullable(),
})
export const Exchange = ExchangeCard.extend({
  about: z.string(),
  how: z.string(),
  note: z.string(),
  answer: z.string(),
  reason: z.string(),
  closedAt: time.nullable(),
  vouchers: z.array(Voucher),
  parcelId: id('pcl').nullable(),
  event: z.object({ id: id('gev'), title: z.string(), startsAt: time }).nullable(),
  release: z.object({ id: id('rel'), title: z.string(), artists: z.string() }).nullable(),
  badge: z.string().nullable(),
  can: z.object({ cancel: z.boolean(), claim: z.boolean() }),
})
export const DeskReward = Reward.extend({
  approved: z.boolean(),
  /** What still has to be done before it can be opened; words stand in rewards.missing. */
  missing: z.array(z.enum(['codes', 'approval', 'worth', 'budget', 'picture'])),
  codes: z.enum(['own', 'made']).nullable(),
  codesFree: count,
  taken: count,
  kept: count,
  raffleOnly: z.boolean(),
  can: z.object({ approve: z.boolean(), open: z.boolean() }),
})
export const DeskExchange = ExchangeCard.extend({
  person: z.object({ id: id('usr'), name: z.string(), level: count }),
  note: z.string(),
  answer: z.string(),
  reason: z.string(),
  address: ParcelAddress.nullable(),
  can: z.object({ finish: z.boolean(), cancel: z.boolean() }),
})
export const VoucherLook = z.object({
  id: id('vch'),
  code: z.string(),
  state: z.enum(['free', 'issued', 'redeemed', 'void']),
  reward: z.object({ id: id('rwd'), title: z.string(), kind: rewardKind, how: z.string() }),
  person: z.object({ id: id('usr'), name: z.string() }).nullable(),
  until: time.nullable(),
  over: z.boolean(),
  redeemedAt: time.nullable(),
  redeemedBy: z.string().nullable(),
})

/** A reward as its editor sends it. */
export const givenReward = {
  kind: rewardKind,
  title: line(120),
  about: text(4000).default(''),
  how: text(2000).default(''),
  points: count.min(1).max(1_000_000),
  cost: amount,
  provider: z
    .union([id('usr'), id('org')])
    .nullable()
    .default(null),
  stock: count.min(0).max(1_000_000).nullable().default(null),
  perPerson: count.min(1).max(1000).nullable().default(null),
  opensAt: time.nullable().default(null),
  closesAt: time.nullable().default(null),
  minLevel: Rules.minLevel.default(0),
  minDays: Rules.minDays.default(0),
  minAge: Rules.minAge.default(0),
  regions: Rules.regions.default([]),
  codes: z.enum(['own', 'made']).nullable().default(null),
  validDays: count.min(1).max(1095).nullable().default(null),
  event: id('gev').nullable().default(null),
  release: id('rel').nullable().default(null),
  badge: line(40).nullable().default(null),
  raffleOnly: z.boolean().default(false),
}
const group = z.string().min(2).max(60)
const voucherCode = z.string().trim().min(4).max(80)

export const rewards = room('rewards', {
  'GET /groups/:group/rewards': query({
    access: 'anyone',
    summary: 'The shop window of a group: what is open, and what of it the viewer can have now.',
    input: { group },
    ok: z.object({ items: z.array(RewardCard), points: amount.nullable(), level: count.nullable(), member: z.boolean() }),
    faults: ['not_found'],
  }),
  'GET /rewards/:id': query({
    access: 'anyone',
    summary: 'A reward with its conditions, its cost, and why the viewer cannot have it if so.',
    input: { id: id('rwd') },
    ok: Reward,
    faults: ['not_found'],
  }),
  'POST /rewards/:id/exchanges': command({
    access: 'member',
    summary: 'Exchanges points for it: stock, points and what follows in one step. The same id with the same body is the same exchange.',
    input: {
      id: id('rwd'),
      exchange: id('xch').optional(),
      quantity: count.min(1).max(20).default(1),
      /** Of goods: where to. */
      address: id('adr').optional(),
      note: text(500).default(''),
      /** What one piece cost when the member decided; another price now is `changed_meanwhile`. */
      points: count.optional(),
    },
    ok: Exchange,
    faults: [
      'changed_meanwhile',
      'not_found',
      'members_only',
      'banned',
      'reward_closed',
      'sold_out',
      'reward_limit',
      'reward_rules',
      'declare_first',
      'not_enough_points',
      'address_needed',
      'already_owned',
      'key_reused',
    ],
  }),
  'GET /me/exchanges': query({
    access: 'member',
    summary: 'What one got, newest first. open: only what still waits or can be used.',
    input: { open: flag(), cursor: cursor(), limit: limit(100, 24) },
    ok: page(ExchangeCard),
  }),
  'GET /exchanges/:id': query({
    access: 'member',
    summary: 'One’s exchange with its vouchers, parcel, ticket or music.',
    input: { id: id('xch') },
    ok: Exchange,
    faults: ['not_found'],
  }),
  'POST /exchanges/:id/cancel': command({
    access: 'member',
    summary: 'Takes it back while nothing was sent or shown: points and stock come back, once.',
    input: { id: id('xch') },
    ok: Exchange,
    faults: ['not_found', 'exchange_state'],
  }),
  'POST /exchanges/:id/claim': command({
    access: 'member',
    summary: 'The winner of goods says where to.',
    input: { id: id('xch'), address: id('adr') },
    ok: Exchange,
    faults: ['not_found', 'exchange_state', 'address_needed', 'reward_rules'],
  }),
  'GET /groups/:group/desk/rewards': query({
    access: 'member',
    summary: 'All rewards of a group for its hosts, with what each still needs.',
    input: { group },
    ok: z.object({
      group: id('grp'),
      items: z.array(DeskReward),
      /** Points worth one yuan; null: no budget yet. */
      perUnit: count.nullable(),
      providers: z.array(z.object({ id: z.string(), name: z.string() })),
      events: z.array(z.object({ id: id('gev'), title: z.string(), startsAt: time })),
      releases: z.array(z.object({ id: id('rel'), title: z.string() })),
    }),
    faults: ['not_found', 'hosts_only'],
  }),
  'PUT /groups/:group/rewards/:id': command({
    access: 'member',
    summary: 'Makes or changes a reward under an id the client made. Kind and codes stay once it was opened.',
    input: { group, id: id('rwd'), ...givenReward },
    ok: DeskReward,
    faults: ['not_found', 'hosts_only', 'key_reused', 'reward_fixed', 'reward_worth', 'reward_invalid', 'stock_taken'],
  }),
  'PUT /rewards/:id/picture': stream({
    access: 'member',
    summary: 'Makes an upload the picture of the reward; everything but the picture is taken off.',
    input: { id: id('rwd'), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'hosts_only', 'not_ready', 'picture_refused'],
    perMinute: 20,
  }),
  'POST /rewards/:id/codes': command({
    access: 'member',
    summary: 'Adds codes the hosts brought, one a line; each more piece of stock. Known ones are left out.',
    input: { id: id('rwd'), codes: text(200_000) },
    ok: z.object({ added: count, known: count, wrong: z.array(z.string()) }),
    faults: ['not_found', 'hosts_only', 'reward_invalid'],
  }),
  'POST /rewards/:id/approve': command({
    access: 'member',
    summary: 'A second host says yes to price, cost and who is paid.',
    input: { id: id('rwd') },
    ok: DeskReward,
    faults: ['not_found', 'hosts_only', 'four_eyes'],
  }),
  'PUT /rewards/:id/state': command({
    access: 'member',
    summary: 'Opens or closes it. What was exchanged stays as it is.',
    input: { id: id('rwd'), state: z.enum(['open', 'closed']) },
    ok: DeskReward,
    faults: ['not_found', 'hosts_only', 'reward_unready'],
  }),
  'GET /groups/:group/desk/exchanges': query({
    access: 'member',
    summary: 'What members exchanged: to do first; or all of one state.',
    input: { group, state: exchangeState.optional(), reward: id('rwd').optional(), cursor: cursor(), limit: limit(100, 50) },
    ok: page(DeskExchange),
    faults: ['not_found', 'hosts_only'],
  }),
  'GET /groups/:group/desk/exchanges.csv': stream({
    access: 'member',
    summary: 'All exchanges of a group as a table for spreadsheets.',
    input: { group },
    ok: z.any(),
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /exchanges/:id/finish': command({
    access: 'member',
    summary: 'A host says that an experience took place, with words for the member.',
    input: { id: id('xch'), answer: text(1000).default('') },
    ok: DeskExchange,
    faults: ['not_found', 'hosts_only', 'exchange_state'],
  }),
  'POST /exchanges/:id/answer': command({
    access: 'member',
    summary: 'A host writes to the member how it will be.',
    input: { id: id('xch'), answer: line(1000) },
    ok: DeskExchange,
    faults: ['not_found', 'hosts_only', 'exchange_state'],
  }),
  'POST /exchanges/:id/refund': command({
    access: 'member',
    summary: 'A host takes an exchange back, with the reason the member sees: points and stock come back, once.',
    input: { id: id('xch'), reason: line(500) },
    ok: DeskExchange,
    faults: ['not_found', 'hosts_only', 'exchange_state'],
  }),
  'GET /groups/:group/desk/vouchers/:code': query({
    access: 'member',
    summary: 'What a voucher is, before it is redeemed.',
    input: { group, code: voucherCode },
    ok: VoucherLook,
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /groups/:group/desk/vouchers/:code/redeem': command({
    access: 'member',
    summary: 'Redeems a voucher or lets a ticket in: once.',
    input: { group, code: voucherCode },
    ok: VoucherLook,
    faults: ['not_found', 'hosts_only', 'voucher_redeemed', 'voucher_over'],
  }),
})
