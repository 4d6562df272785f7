/** royalties: what plays earn. Pools, their periods, where a listener's minutes went, what a musician's plays brought. */
import { z } from 'zod'
import { command, line, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency, money } from './money.ts'
import { day, time } from './time.ts'

/** Millionths of a minor unit: bigint in code, decimal string on the wire. */
export const micro = amount
const period = z.string().regex(/^\d{4}(-\d{2}){1,2}$/)
const month = z.string().regex(/^\d{4}-\d{2}$/)

export const poolState = z.enum(['proposed', 'refused', 'running', 'ended'])
export const periodState = z.enum(['unfunded', 'open', 'gathering', 'sharing', 'accruing', 'settling', 'closed'])
const who = z.object({ id: z.string(), name: z.string() })

export const PoolChange = z.object({
  id: id('prp'),
  kind: z.enum(['open', 'end']),
  ends: day.nullable(),
  reason: z.string(),
  proposedBy: who,
  proposedAt: time,
  state: z.enum(['open', 'confirmed', 'declined']),
  decidedBy: who.nullable(),
  decidedAt: time.nullable(),
  decision: z.string().nullable(),
  /** The viewer may decide it: finance, and not who proposed it. */
  mayDecide: z.boolean(),
})
export const Pool = z.object({
  id: id('pol'),
  name: z.string(),
  /** For each calendar month. */
  monthly: money,
  every: z.enum(['month', 'day']),
  graceHours: z.number().int(),
  starts: day,
  ends: day.nullable(),
  state: poolState,
  /** What came back when it ended. */
  returned: money.nullable(),
  changes: z.array(PoolChange),
})
export const Period = z.object({
  name: period,
  starts: time,
  ends: time,
  closesAt: time,
  state: periodState,
  amount: money,
  /** Of listeners who heard something, in millionths; what is left of `amount` stays in the pool. */
  shared: micro.nullable(),
  /** Of `shared`: nobody can be paid yet. */
  held: micro,
  listeners: z.number().int().nullable(),
  plays: z.number().int().nullable(),
  ms: z.number().nullable(),
  /** Plays that count but are not paid, by reason. */
  excluded: z.object({ late: z.number().int(), together: z.number().int() }),
  closedAt: time.nullable(),
})

const receiver = z.object({ id: z.string(), name: z.string(), kind: z.enum(['master', 'work', 'owner']), role: z.string(), micro })
export const Minutes = z.object({
  period,
  pool: z.object({ id: id('pol'), name: z.string(), currency }),
  state: z.enum(['open', 'closed']),
  /** Milliseconds heard that count. */
  ms: z.number(),
  plays: z.number().int(),
  /** This listener's part, in millionths of a minor unit; null while the period is open. */
  micro: micro.nullable(),
  /** How many listeners the pool was shared by. */
  listeners: z.number().int().nullable(),
  artists: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      ms: z.number(),
      micro,
      tracks: z.array(
        z.object({
          id: id('trk'),
          title: z.string(),
          release: z.string().nullable(),
          ms: z.number(),
          plays: z.number().int(),
          micro,
          /** Nobody can be paid yet: why. */
          held: z.enum(['sheet', 'owner', 'gone']).nullable(),
        }),
      ),
      receivers: z.array(receiver),
    }),
  ),
})
export const PlayIncome = z.object({
  period,
  pool: z.object({ id: id('pol'), name: z.string(), currency }),
  release: z.object({ id: z.string(), title: z.string() }),
  micro,
  ms: z.number(),
  plays: z.number().int(),
  /** Null below five: nobody is to be told apart. */
  listeners: z.number().int().nullable(),
  held: z.boolean(),
})

export const royalties = room('royalties', {
  'GET /me/minutes': query({
    access: 'member',
    summary: 'Where one’s minutes went: by artist, track and receiver, in one period (the latest unless told), seen by oneself only.',
    input: { period: period.optional(), pool: id('pol').optional() },
    ok: z.object({
      periods: z.array(z.object({ pool: id('pol'), name: period, state: z.enum(['open', 'closed']), poolName: z.string() })),
      minutes: Minutes.nullable(),
    }),
    faults: ['not_found'],
  }),
  'GET /me/play-income': query({
    access: 'member',
    summary: 'What plays of one’s recordings and works earned, by month and release; listeners only from five on.',
    input: { as: z.string().optional(), month: month.optional() },
    ok: z.object({ items: z.array(PlayIncome) }),
    faults: ['not_found'],
  }),
  'GET /console/pools': query({
    access: 'finance',
    summary: 'Pools for plays, newest first, with what waits for a decision.',
    ok: z.object({ items: z.array(Pool), own: z.array(money) }),
  }),
  'GET /console/pools/:id': query({
    access: 'finance',
    summary: 'A pool, its periods and, of the open one, how it stands now.',
    input: { id: id('pol') },
    ok: z.object({
      pool: Pool,
      periods: z.array(Period),
      /** If the open period closed now; null where none is open. */
      preview: z.object({ period, listeners: z.number().int(), plays: z.number().int(), ms: z.number(), perListener: micro }).nullable(),
    }),
    faults: ['not_found'],
  }),
  'POST /console/pools': command({
    access: 'finance',
    summary: 'Proposes a pool; another of finance decides. Sent again with the same id it is the same one.',
    input: {
      id: id('pol').optional(),
      name: line(100),
      monthly: money,
      every: z.enum(['month', 'day']).default('month'),
      /** The first of a month (of any month that has not passed) where it closes monthly. */
      starts: day,
      graceHours: z.number().int().min(0).max(744).default(192),
      reason: text(1000).pipe(z.string().min(3)),
    },
    ok: Pool,
    faults: ['key_reused', 'past_date', 'month_start', 'invalid'],
  }),
  'POST /console/pools/:id/end': command({
    access: 'finance',
    summary: 'Proposes the end of a pool; what is unspent then goes back to the planet.',
    input: { id: id('pol'), ends: day, reason: text(1000).pipe(z.string().min(3)) },
    ok: Pool,
    faults: ['not_found', 'conflict', 'past_date', 'month_start', 'proposal_waits'],
  }),
  'POST /console/pools/:id/decide': command({
    access: 'finance',
    summary: 'Confirms or declines what was proposed for a pool; never one’s own proposal.',
    input: { id: id('pol'), change: id('prp'), confirm: z.boolean(), reason: text(1000).pipe(z.string().min(3)) },
    ok: Pool,
    faults: ['not_found', 'four_eyes', 'proposal_decided', 'past_date'],
  }),
})
