/** console: what the operator of a planet sees, and what everyone may know of this planet. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { asset, Counterparty, Hold, transferId, TransferEntry, Value } from './ledger.ts'
import { amount, money } from './money.ts'
import { party } from './people.ts'
import { time } from './time.ts'

/** An account's number. */
const accountId = z.string().regex(/^\d{1,18}$/)
/** Whose accounts: all persons', organisations', escrows' together, or one owner by name (`planet`, `provider:sandbox`). */
export const ownerClass = z.string().regex(/^[a-z][a-z0-9_:.-]{1,99}$/)
const purpose = z.string().regex(/^[a-z][a-z0-9_:.-]{0,99}$/)
const kind = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/)

/** More than nothing. */
const some = amount.refine(value => value > 0n)

/** A sum over accounts of one owner (or kind of owners) and purpose. */
export const BalanceSum = z.object({ owner: z.string(), purpose: z.string(), accounts: z.number().int(), amount })

/** What the planet holds of a currency, and whose it is: custody = owed + own + receivables, always. */
export const Position = z.object({
  currency: z.string(),
  /** What lies with providers and banks. */
  custody: Value,
  /** What of it belongs to others: persons, organisations, escrows, tax. */
  owed: Value,
  /** The planet's own: commission less costs. */
  own: Value,
  /** Zero or less: what others owe the planet by an operator's decision. */
  receivables: Value,
  /** Own money less what was lent out; below zero others' money would be paying. */
  free: Value,
  held: z.array(BalanceSum),
  liabilities: z.array(BalanceSum),
  mine: z.array(BalanceSum),
})

/** Something that waits for someone. `code` names the queue; `amounts` what is at stake, `due` the first deadline. */
export const Waiting = z.object({
  code: z.string(),
  count: z.number().int(),
  amounts: z.array(Value),
  due: time.nullable(),
  /** Nothing to do but to know (false), or someone must act (true). */
  act: z.boolean(),
})

export const DeskAccount = z.object({
  id: accountId,
  owner: z.string(),
  party: Counterparty,
  purpose: z.string(),
  balance: Value,
  /** How often it changed. */
  changes: z.number().int(),
})
export const DeskEntry = z.object({
  version: z.number().int(),
  transfer: transferId,
  at: time,
  kind: z.string(),
  cause: z.string(),
  subject: z.string().nullable(),
  note: z.string().nullable(),
  amount: Value,
  balanceAfter: Value,
  step: z.string().nullable(),
  shareBp: z.number().int().nullable(),
  counterparty: Counterparty.nullable(),
})
/** What made a transfer, as a place one can go to. */
export const CauseLink = z.object({ kind: z.string(), id: z.string(), label: z.string().nullable() })
export const DeskTransfer = z.object({
  id: transferId,
  at: time,
  kind: z.string(),
  cause: z.string(),
  subject: z.string().nullable(),
  note: z.string().nullable(),
  entries: z.array(TransferEntry.extend({ account: accountId, owner: z.string(), balanceAfter: Value })),
  /** What it came from, nearest first: a line, its order, its payment, a payout, a dispute. */
  causes: z.array(CauseLink),
  seal: z.object({ place: z.number().int(), hash: z.string() }).nullable(),
})
const Trail = z.object({ transfer: transferId, at: time, kind: z.string(), note: z.string().nullable(), line: z.string(), amount: Value })
/** Why the staff may set someone's money aside; the payee sees it worded. What disputes and reserves hold, they hold by themselves. */
export const holdReasons = ['review', 'fraud', 'legal', 'agreement', 'request'] as const
export const DeskHold = Hold.omit({ can: true }).extend({
  owner: z.string(),
  party: Counterparty,
  /** Who of the staff placed it by hand; null when the house did. */
  placedBy: z.string().nullable(),
  can: z.object({ release: z.boolean(), decide: z.boolean() }),
})
/** A kind of movement that changed custody on a day (UTC), or the planet's own commission. */
const Moved = z.object({ day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/), currency: z.string(), kind: z.string(), amount })

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
      /** Each currency that ever moved, the one most traded in first. */
      positions: z.array(Position),
      waiting: z.array(Waiting),
      /** The last run of the book checks. */
      audit: z.object({ at: time, milliseconds: z.number().int(), broken: z.array(z.string()) }).nullable(),
      /** The sums are of this moment: on a grown planet they are asked for less often. */
      asOf: time,
    }),
  }),
  'GET /console/income': query({
    access: 'finance',
    summary: 'What came into and left custody per day (UTC) and kind in the last 30 days, and the commission earned.',
    ok: z.object({ from: time, items: z.array(Moved) }),
  }),
  'GET /console/balances': query({
    access: 'finance',
    summary: 'Single accounts of a kind, the largest (or the lowest) balance first.',
    input: {
      owner: ownerClass.optional(),
      purpose: purpose.optional(),
      asset: asset.optional(),
      q: z.string().trim().max(100).optional(),
      sort: z.enum(['highest', 'lowest']).default('highest'),
      cursor: cursor(),
      limit: limit(100, 50),
    },
    ok: page(DeskAccount),
    faults: ['invalid'],
  }),
  'GET /console/balances/:id': stream({
    access: 'finance',
    summary: 'One account and every change of it, newest first. A look at the books of a person or organisation is recorded.',
    input: { id: accountId, kind: kind.optional(), from: time.optional(), to: time.optional(), cursor: cursor(), limit: limit(100, 50) },
    ok: z.object({ account: DeskAccount, siblings: z.array(DeskAccount), kinds: z.array(z.string()), ...page(DeskEntry).shape }),
    faults: ['not_found', 'invalid'],
  }),
  'GET /console/transfers/:id': stream({
    access: 'finance',
    summary: 'One transfer with all entries, what caused it and its place in the hash chain. The look is recorded.',
    input: { id: transferId },
    ok: DeskTransfer,
    faults: ['not_found'],
  }),
  'GET /console/orders/:id': query({
    access: 'finance',
    summary: 'One order with its lines and every transfer of each.',
    input: { id: id('ord') },
    ok: z.object({
      id: z.string(),
      number: z.string(),
      at: time,
      buyer: z.string(),
      total: money,
      state: z.string(),
      lines: z.array(
        z.object({
          id: z.string(),
          title: z.string(),
          amount: money,
          refunded: money,
          frozen: z.boolean(),
          state: z.string(),
          paidAt: time.nullable(),
          settledAt: time.nullable(),
        }),
      ),
      payments: z.array(
        z.object({ id: z.string(), provider: z.string(), state: z.string(), amount: money, refunded: money, paidAt: time.nullable() }),
      ),
      trail: z.array(Trail),
    }),
    faults: ['not_found'],
  }),
  'GET /console/holds': query({
    access: 'finance',
    summary: 'Money set aside: open or over, by reason, or with an appeal that waits. Newest first.',
    input: {
      open: flag(),
      appealed: flag(),
      reason: kind.optional(),
      owner: party.optional(),
      cursor: cursor(),
      limit: limit(100, 50),
    },
    ok: page(DeskHold),
    faults: ['invalid'],
  }),
  'POST /console/holds': command({
    access: 'finance',
    summary:
      'Sets aside a part of someone’s available balance, or all of it when no amount is told. The payee sees reason and note, and may appeal.',
    input: {
      id: id('hld').optional(),
      owner: party,
      asset: asset.default('CNY'),
      amount: some.optional(),
      reason: z.enum(holdReasons),
      note: line(200),
      until: time.optional(),
    },
    ok: DeskHold,
    faults: ['not_found', 'insufficient', 'nothing_to_hold', 'until_past', 'key_reused', 'invalid'],
  }),
  'POST /console/holds/:id/release': command({
    access: 'finance',
    summary:
      'Gives a part of a hold back, or all. `open` is what was on hold when this was decided: a repeat does nothing more, a change since is told.',
    input: { id: id('hld'), open: some, amount: some.optional(), reason: line(200) },
    ok: DeskHold,
    faults: ['not_found', 'four_eyes', 'hold_changed', 'hold_of_matter', 'hold_too_small', 'invalid'],
  }),
  'POST /console/appeals/:id/decide': command({
    access: 'finance',
    summary: 'Decides an appeal against a hold, by someone other than who placed it; granting it gives back what is still on hold.',
    input: { id: id('apl'), decision: z.enum(['granted', 'declined']), reason: line(200) },
    ok: DeskHold,
    faults: ['not_found', 'four_eyes', 'appeal_decided'],
  }),
  'GET /me/looks': query({
    access: 'member',
    summary: 'Who of the staff looked at one’s books, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(z.object({ id: z.string(), by: z.string(), what: z.enum(['account', 'transfer', 'order']), owner: z.string(), at: time })),
    faults: ['invalid'],
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
        z.object({
          name: z.string(),
          meaning: z.string(),
          /** What it asks the database. */
          query: z.string(),
          ok: z.boolean(),
          findings: z.array(z.string()),
          milliseconds: z.number(),
        }),
      ),
    }),
  }),
  'GET /console/audits': query({
    access: 'finance',
    summary: 'Earlier runs of the book checks with what they found, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(
      z.object({
        id: z.string(),
        at: time,
        milliseconds: z.number().int(),
        checks: z.number().int(),
        findings: z.array(z.object({ name: z.string(), meaning: z.string(), findings: z.array(z.string()) })),
      }),
    ),
  }),
  'POST /console/audit': command({
    access: 'finance',
    summary: 'Runs all book checks in the background and keeps the outcome.',
    ok: done,
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
