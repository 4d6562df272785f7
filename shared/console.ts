/** console: what the operator of a planet sees, and what everyone may know of this planet. */
import { z } from 'zod'
import { command, cursor, done, limit, page, query, room } from './contract.ts'
import { money } from './money.ts'
import { time } from './time.ts'

export const console_ = room('console', {
  'GET /site': query({
    access: 'anyone',
    summary: 'Name, kind and state of this planet.',
    ok: z.object({
      name: z.string(),
      demo: z.boolean(),
      version: z.string(),
      /** While the demo world is made: tracks to play so far, of all. */
      progress: z.object({ ready: z.number().int(), total: z.number().int(), failed: z.number().int() }),
      counts: z.object({ artists: z.number().int(), releases: z.number().int(), tracks: z.number().int() }),
    }),
  }),
  'GET /console/overview': query({
    access: 'finance',
    summary: 'The day at a glance: what is held, what is owed, what came in.',
    ok: z.object({
      people: z.number().int(),
      orders: z.object({ placed: z.number().int(), paid: z.number().int(), settled: z.number().int() }),
      custody: money,
      owed: money,
      commission: money,
      fees: money,
      jobs: z.object({ waiting: z.number().int(), failed: z.number().int() }),
    }),
  }),
  'GET /console/accounts': query({
    access: 'finance',
    summary: 'The trial balance: sums by purpose.',
    ok: z.object({ items: z.array(z.object({ owner: z.string(), purpose: z.string(), accounts: z.number().int(), balance: money })) }),
  }),
  'GET /console/audit': query({
    access: 'finance',
    summary: 'Runs the book checks now.',
    ok: z.object({
      items: z.array(
        z.object({ name: z.string(), meaning: z.string(), ok: z.boolean(), findings: z.array(z.string()), milliseconds: z.number() }),
      ),
    }),
  }),
  'GET /console/orders': query({
    access: 'finance',
    summary: 'All orders, newest first.',
    input: {
      state: z.enum(['placed', 'paid', 'settled', 'cancelled', 'expired', 'refunded']).optional(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(z.object({ id: z.string(), number: z.string(), at: time, buyer: z.string(), total: money, state: z.string() })),
  }),
  'GET /console/jobs': query({
    access: 'operator',
    summary: 'Background work that failed for good.',
    ok: z.object({
      items: z.array(z.object({ id: z.string(), task: z.string(), attempts: z.number().int(), error: z.string(), at: time })),
    }),
  }),
  'POST /console/jobs/:id/retry': command({
    access: 'operator',
    summary: 'Tries one of them again.',
    input: { id: z.string().regex(/^\d{1,18}$/) },
    ok: done,
    faults: ['not_found'],
  }),
})
