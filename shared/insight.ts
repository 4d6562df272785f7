/** insight: follow the money. Pictures of flows and earnings, each figure of which opens down to single postings. */
import { z } from 'zod'
import { cursor, limit, page, query, room, stream } from './contract.ts'
import { groupAddress } from './group-shapes.ts'
import { id } from './ids.ts'
import { asset, transferId, Value } from './ledger.ts'
import { amount } from './money.ts'
import { party } from './people.ts'
import { day, time } from './time.ts'

/**
 * A place money passes. `code` is worded by the reader's side (`settle`, `commission`, `split:master`, `payout`); `label` is a name or a title where there is one.
 * source: where it came from · step: what the waterfall did · receiver: who got it · out: where it went on · rest: what is still there.
 */
export const FlowNode = z.object({
  id: z.string(),
  kind: z.enum(['source', 'step', 'receiver', 'out', 'rest']),
  code: z.string(),
  label: z.string().nullable(),
})
/** `amount` in minor units of the flow's asset; always positive. */
export const FlowLink = z.object({ id: z.string(), from: z.string(), to: z.string(), amount })
export const Flow = z.object({
  asset: z.string(),
  /** All that came in. */
  total: Value,
  /** How many transfers it is made of. */
  transfers: z.number().int(),
  nodes: z.array(FlowNode),
  links: z.array(FlowLink),
})
export const FlowPosting = z.object({
  transfer: transferId,
  at: time,
  kind: z.string(),
  note: z.string().nullable(),
  step: z.string().nullable(),
  shareBp: z.number().int().nullable(),
  receiver: z.string(),
  amount: Value,
})
export const Earning = z.object({
  month: z.string().regex(/^\d{4}-\d{2}$/),
  code: z.string(),
  subject: z.string().nullable(),
  label: z.string().nullable(),
  amount: Value,
})

const count = z.number().int()
/** A day of a group, in its time zone. members: at its end · active: who did anything that counts · ended: points that ended unused. */
export const GroupDay = z.object({
  day,
  joined: count,
  left: count,
  members: count,
  active: count,
  posts: count,
  comments: count,
  given: count,
  spent: count,
  ended: count,
})
/** Who came in one week (its Monday), and how many of them were active in that week and in each one since. */
export const GroupCohort = z.object({ week: day, joined: count, active: z.array(count) })
export const GroupDashboard = z.object({
  from: day,
  to: day,
  timeZone: z.string(),
  members: count,
  active: z.object({ day: count, week: count, month: count }),
  days: z.array(GroupDay),
  cohorts: z.array(GroupCohort),
  missions: z.array(
    z.object({ id: id('msn'), name: z.object({ zh: z.string(), en: z.string() }), people: count, completions: count, points: count }),
  ),
  rewards: z.array(z.object({ id: id('rwd'), title: z.string(), exchanges: count, points: count, left: count.nullable() })),
  /** Null: no budget. covered: how many times the money would pay for all points that are out. */
  points: z
    .object({ out: count, free: count, holders: count, endingSoon: count, money: Value, bound: Value, covered: z.number().nullable() })
    .nullable(),
})
const range = { from: day.optional(), to: day.optional() }

const period = { asset: asset.default('CNY'), from: time.optional(), to: time.optional() }
/** For an organisation whose owner or finance member the viewer is. */
const as = party.optional()

export const insight = room('insight', {
  'GET /releases/:id/money': query({
    access: 'anyone',
    summary: 'Where the money of a release went. Public when the release is.',
    input: { id: id('rel'), ...period },
    ok: Flow,
    faults: ['not_found'],
  }),
  'GET /shows/:id/money': query({
    access: 'anyone',
    summary:
      'Where the settled money of a show went: tickets, fees, the takings and who got them, what refunds took back. Public when the show is; in its own currency unless told.',
    input: { id: id('sho'), ...period, asset: asset.optional() },
    ok: Flow,
    faults: ['not_found'],
    perMinute: 120,
  }),
  'GET /orders/:id/money': query({
    access: 'member',
    summary: 'Where the money of one’s order went: line by line, step by step, to everyone who got a part. For the buyer.',
    input: { id: id('ord') },
    ok: Flow,
    faults: ['not_found'],
  }),
  'GET /payouts/:id/money': query({
    access: 'member',
    summary: 'From a payout back to its sales: what one earned, by what earned it, that this payout paid out.',
    input: { id: id('pyo') },
    ok: Flow,
    faults: ['not_found'],
  }),
  'GET /me/money': query({
    access: 'member',
    summary: 'Where one’s own money came from and went.',
    input: { as, ...period },
    ok: Flow,
    faults: ['not_found'],
  }),
  'GET /money/postings': query({
    access: 'anyone',
    summary:
      'The single postings behind one link of a flow: of a release, of a show, of one’s order, or of one’s own when none is named. Newest first.',
    input: {
      release: id('rel').optional(),
      show: id('sho').optional(),
      order: id('ord').optional(),
      as,
      link: z.string().max(300),
      ...period,
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(FlowPosting),
    faults: ['not_found', 'unauthenticated', 'invalid'],
  }),
  'GET /groups/:id/dashboard': query({
    access: 'member',
    summary:
      'How a group is doing, for its hosts: growth, who comes back, missions, rewards, points and what covers them. At most 366 days, the last 90 unless told.',
    input: { id: groupAddress, ...range },
    ok: GroupDashboard,
    faults: ['not_found', 'hosts_only', 'invalid'],
    perMinute: 60,
  }),
  'GET /groups/:id/dashboard.csv': stream({
    access: 'member',
    summary: 'The same as a table: day by day, by week of joining, by mission, or by reward.',
    input: { id: groupAddress, table: z.enum(['days', 'cohorts', 'missions', 'rewards']).default('days'), ...range },
    ok: z.null(),
    faults: ['not_found', 'hosts_only', 'invalid'],
    perMinute: 20,
  }),
  'GET /me/earnings': query({
    access: 'member',
    summary: 'What came in per month (UTC) and source.',
    input: { as, ...period },
    ok: z.object({ asset: z.string(), items: z.array(Earning) }),
    faults: ['not_found'],
  }),
})
