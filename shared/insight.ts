/** insight: follow the money. Pictures of flows and earnings, each figure of which opens down to single postings. */
import { z } from 'zod'
import { cursor, limit, page, query, room } from './contract.ts'
import { id } from './ids.ts'
import { asset, transferId, Value } from './ledger.ts'
import { amount } from './money.ts'
import { party } from './people.ts'
import { time } from './time.ts'

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
      'The single postings behind one link of a flow: of a release, of one’s order, or of one’s own when none is named. Newest first.',
    input: {
      release: id('rel').optional(),
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
  'GET /me/earnings': query({
    access: 'member',
    summary: 'What came in per month (UTC) and source.',
    input: { as, ...period },
    ok: z.object({ asset: z.string(), items: z.array(Earning) }),
    faults: ['not_found'],
  }),
})
