/** points: a currency of each group, given for what someone did, issued against money put in for rewards. Never bought, never sold. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room } from './contract.ts'
import { groupAddress } from './group-shapes.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { time } from './time.ts'

const count = z.number().int()
const group = z.object({ id: id('grp'), handle: z.string(), name: z.string(), picture: z.string().nullable() })
const who = z.object({ id: id('usr'), name: z.string() })

const about = z.object({ zh: z.string(), en: z.string() }).nullable()
/** points: given · points_debt: paid what was owed · points_taken: taken back · points_spent · points_back: a spending came back · points_end: ended unused. */
export const pointsKind = z.enum(['points', 'points_debt', 'points_taken', 'points_spent', 'points_back', 'points_end'])
/** `cause` says what for: `mission:msn_…`, `host:usr_…`, `exchange:xch_…`, `raffle:raf_…`. */
export const PointsEntry = z.object({
  n: z.number().int(),
  at: time,
  kind: pointsKind,
  points: count,
  balanceAfter: count,
  cause: z.string(),
  /** The name of what it was for, where it has one. */
  about,
  note: z.string().nullable(),
})
const ending = z.object({ points: count, at: time })
export const Wallet = z.object({
  group,
  balance: count,
  /** Taken back, but spent before: the next points pay it. */
  debt: count,
  /** What ends first, and when. */
  ending: ending.nullable(),
})

export const Grant = z.object({
  id: id('grt'),
  person: who,
  points: count,
  used: count,
  ended: count,
  taken: count,
  remaining: count,
  cause: z.string(),
  about,
  note: z.string().nullable(),
  at: time,
  endsAt: time,
  takenBack: z.object({ at: time, reason: z.string() }).nullable(),
})

export const Funding = z.object({
  id: id('fnd'),
  by: who,
  /** Whose money it was; null: a payment. */
  party: z.object({ id: z.string(), name: z.string() }).nullable(),
  amount: money,
  /** What the provider of the payment kept. */
  fee: money,
  state: z.enum(['asked', 'paid', 'closed']),
  note: z.string().nullable(),
  problem: z.string().nullable(),
  at: time,
  /** Where it is paid, while it waits: a path. */
  payPath: z.string().nullable(),
})
/** Money that went back to a party that had put it in. */
export const TakenOut = z.object({
  id: id('wdr'),
  by: who,
  party: z.object({ id: z.string(), name: z.string() }),
  amount: money,
  /** What the budget had before and after. */
  before: money,
  after: money,
  reason: z.string(),
  at: time,
})
export const Paid = z.object({
  amount: money,
  points: count,
  party: z.object({ id: z.string(), name: z.string() }).nullable(),
  note: z.string().nullable(),
  at: time,
  returnedAt: time.nullable(),
})
/** Points out are always covered: money × worth ≥ held + spent and not yet handed over + free to give. */
export const Budget = z.object({
  /** So many points are worth one unit of the currency; fixed once it is open. */
  perUnit: z.number().int(),
  mostPerDay: z.number().int().nullable(),
  lotDays: z.number().int().nullable(),
  money,
  /** What points that are out, or spent and not yet handed over, are worth. */
  bound: money,
  /** What prizes of raffles, set aside or won, will still cost. */
  promised: money,
  /** What neither stands on. */
  loose: money,
  free: count,
  out: count,
  spent: count,
  holders: z.number().int(),
  /** Of what is out, what ends within thirty days. */
  endingSoon: count,
})
export const BudgetDesk = z.object({
  group: group.extend({ state: z.enum(['open', 'closed']) }),
  budget: Budget.nullable(),
  /** What policy allows at most. */
  limits: z.object({ mostPerDay: count, byHandPerDay: count, lotDays: z.number().int() }),
  fundings: z.array(Funding),
  paid: z.array(Paid),
  takenOut: z.array(TakenOut),
  /** Whose money one may put in, what they have, and what of theirs may be taken out again. */
  parties: z.array(z.object({ id: z.string(), name: z.string(), available: money, most: money })),
  can: z.object({ settle: z.boolean(), fund: z.boolean(), give: z.boolean(), takeOut: z.boolean() }),
})

export const points = room('points', {
  'GET /me/points': query({
    access: 'member',
    summary: 'One’s points in each group, what ends first, and what one owes.',
    ok: z.object({ items: z.array(Wallet) }),
  }),
  'GET /me/points/:group': query({
    access: 'member',
    summary: 'One’s points in a group (id or handle): lots by their end, and what was given today.',
    input: { group: groupAddress },
    ok: Wallet.extend({
      lots: z.array(ending),
      today: z.object({ given: count, most: count }),
      lotDays: z.number().int(),
      /** Rewards are paid for: there is a budget. */
      funded: z.boolean(),
    }),
    faults: ['not_found'],
  }),
  'GET /me/points/:group/entries': query({
    access: 'member',
    summary: 'Where one’s points came from and went, newest first.',
    input: { group: groupAddress, cursor: cursor(), limit: limit() },
    ok: page(PointsEntry),
    faults: ['not_found'],
  }),
  'GET /groups/:id/points': query({
    access: 'member',
    summary: 'The budget of a group, for its hosts: money in, money out, and how much of it is bound by points.',
    input: { id: groupAddress },
    ok: BudgetDesk,
    faults: ['not_found', 'hosts_only'],
  }),
  'PUT /groups/:id/points': command({
    access: 'member',
    summary: 'Opens the budget, or changes its limits: the owner, or the artist of an official group. What points are worth stays.',
    input: {
      id: groupAddress,
      perUnit: z.number().int().min(1).max(10_000),
      mostPerDay: z.number().int().min(1).max(1_000_000).nullable(),
      lotDays: z.number().int().min(30).max(1830).nullable(),
    },
    ok: BudgetDesk,
    faults: ['not_found', 'hosts_only', 'owner_only', 'group_closed', 'worth_fixed'],
  }),
  'POST /groups/:id/points/fundings': command({
    access: 'member',
    summary: 'Puts money in: of a party one acts for (`as`), or by a payment, which `payPath` leads to. Twice with one id is once.',
    input: {
      id: groupAddress,
      funding: id('fnd').optional(),
      amount: amount.refine(value => value >= 100n && value <= 100_000_000n),
      as: z.union([id('usr'), id('org')]).optional(),
      provider: z.string().max(40).optional(),
      note: line(190).optional(),
    },
    ok: z.object({ id: id('fnd'), payPath: z.string().nullable(), currency }),
    faults: ['not_found', 'hosts_only', 'group_closed', 'no_budget', 'insufficient', 'key_reused', 'provider_closed'],
    perMinute: 20,
  }),
  'POST /groups/:id/points/taken-out': command({
    access: 'member',
    summary:
      'Takes money out of the budget again, to a party one acts for (`as`) that put it in: its share of what no point and no prize stands on. Payments rest 120 days first. Twice with one id is once.',
    input: {
      id: groupAddress,
      taking: id('wdr').optional(),
      amount: amount.refine(value => value >= 1n && value <= 100_000_000_000n),
      as: z.union([id('usr'), id('org')]),
      reason: line(190).min(3),
    },
    ok: TakenOut,
    faults: ['not_found', 'hosts_only', 'no_budget', 'budget_short', 'budget_share', 'key_reused'],
    perMinute: 60,
  }),
  'GET /groups/:id/points/grants': query({
    access: 'member',
    summary: 'Points that were given in a group, newest first, for its hosts; of one person, or of one cause.',
    input: { id: groupAddress, person: id('usr').optional(), cause: z.string().max(200).optional(), cursor: cursor(), limit: limit() },
    ok: page(Grant),
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /groups/:id/points/grants': command({
    access: 'member',
    summary: 'A host gives a member points by hand, with a reason; not to themselves. Twice with one key is once.',
    input: {
      id: groupAddress,
      key: id('grt').optional(),
      person: id('usr'),
      points: z.number().int().min(1).max(1_000_000),
      note: line(190),
    },
    ok: Grant,
    faults: ['not_found', 'hosts_only', 'group_closed', 'no_budget', 'not_oneself', 'cap_day', 'budget_empty', 'not_member', 'key_reused'],
    perMinute: 60,
  }),
  'POST /groups/:id/points/grants/:grant/take-back': command({
    access: 'member',
    summary: 'A host takes points back, once, with a reason that their owner reads. What was spent is owed.',
    input: { id: groupAddress, grant: id('grt'), reason: line(190).min(3) },
    ok: Grant,
    faults: ['not_found', 'hosts_only', 'group_closed'],
  }),
})
