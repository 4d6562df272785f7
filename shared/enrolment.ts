/**
 * enrolment: a fan club moves to the planet with its members. A list is read first (a dry run that says what becomes of each line), then those who agreed to be
 * written to are invited; each decides for themselves. Nobody is made a member unasked, and the group's hosts never learn who has an account here.
 */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { day, time } from './time.ts'

/** ready → applying → applied → undone; discarded before it was applied. */
export const enrolmentState = z.enum(['ready', 'applying', 'applied', 'undone', 'discarded'])
/** invite: would be written to · no_consent: never agreed to be · no_address: none that could be one · double: a line above has the address · asked: an invitation is open · declined: said no before. */
export const rowOutcome = z.enum(['invite', 'no_consent', 'no_address', 'double', 'asked', 'declined'])
export type RowOutcome = z.output<typeof rowOutcome>
/** waiting: not written to yet · sent · joined · declined · withdrawn: taken back, or ran out after sixty days. */
export const rowState = z.enum(['waiting', 'sent', 'joined', 'declined', 'withdrawn'])

export const Enrolment = z.object({
  id: id('enr'),
  group: id('grp'),
  file: z.string(),
  state: enrolmentState,
  /** The columns that were understood, as the file names them. */
  columns: z.partialRecord(z.enum(['name', 'email', 'since', 'points', 'consent']), z.string()),
  outcomes: z.record(rowOutcome, z.number().int()),
  progress: z.object({ of: z.number().int(), sent: z.number().int(), joined: z.number().int(), declined: z.number().int() }),
  /** Points that the lines bring along, of those who would be invited. */
  points: z.number().int(),
  by: z.string(),
  at: time,
  appliedAt: time.nullable(),
  undoUntil: time.nullable(),
})
export const EnrolmentRow = z.object({
  n: z.number().int(),
  name: z.string(),
  /** As far as hosts need it to know whom they mean: `li…@example.org`. */
  email: z.string(),
  since: day.nullable(),
  points: z.number().int(),
  outcome: rowOutcome,
  state: rowState.nullable(),
})

export const enrolment = room('enrolment', {
  'GET /groups/:group/enrolments': query({
    access: 'member',
    summary: 'Lists of members that were brought to a group (hosts).',
    input: { group: z.string().max(60) },
    ok: z.object({ items: z.array(Enrolment) }),
  }),
  'POST /groups/:group/enrolments': command({
    access: 'member',
    summary: 'Reads a list of members (CSV with a head line; at most 20,000 lines) as a dry run: nobody is written to (hosts).',
    input: { group: z.string().max(60), id: id('enr'), file: line(200), csv: z.string().min(1).max(5_000_000) },
    ok: Enrolment,
    faults: ['not_a_table', 'no_address_column', 'too_many_lines', 'key_reused'],
    perMinute: 10,
    bodyLimit: 16 * 1024 * 1024,
  }),
  'GET /enrolments/:id': query({ access: 'member', summary: 'One list (hosts).', input: { id: id('enr') }, ok: Enrolment }),
  'GET /enrolments/:id/rows': query({
    access: 'member',
    summary: 'Its lines (hosts).',
    input: { id: id('enr'), outcome: rowOutcome.optional(), cursor: cursor(), limit: limit(200, 50) },
    ok: page(EnrolmentRow),
  }),
  'POST /enrolments/:id/apply': command({
    access: 'member',
    summary: 'Invites those who agreed to be written to. Who applies declares that they did (hosts).',
    input: { id: id('enr'), declared: z.literal(true) },
    ok: Enrolment,
    faults: ['not_ready'],
  }),
  'POST /enrolments/:id/undo': command({
    access: 'member',
    summary: 'Withdraws what is not answered, and takes out again who joined by it and did nothing since (hosts, within thirty days).',
    input: { id: id('enr') },
    ok: Enrolment,
    faults: ['not_ready', 'too_late'],
  }),
  'DELETE /enrolments/:id': command({
    access: 'member',
    summary: 'Forgets a list that was not applied (hosts).',
    input: { id: id('enr') },
    ok: done,
    faults: ['not_ready'],
  }),
  'GET /enrolments/:id/links.csv': stream({
    access: 'member',
    summary: 'Names, addresses and personal links of those invited, to write to them by oneself (hosts).',
    input: { id: id('enr') },
    ok: z.unknown(),
  }),
  'GET /invitations/:token': stream({
    access: 'anyone',
    summary: 'What an invitation into a group says.',
    input: { token: z.string().max(100) },
    ok: z.object({
      group: z.object({ id: id('grp'), name: z.string(), handle: z.string() }),
      name: z.string(),
      since: day.nullable(),
      points: z.number().int(),
      state: z.enum(['open', 'joined', 'declined', 'withdrawn']),
    }),
    perMinute: 60,
  }),
  'POST /invitations/:token/accept': stream({
    access: 'member',
    summary: 'Joins by an invitation.',
    input: { token: z.string().max(100) },
    ok: z.object({ group: id('grp'), points: z.number().int() }),
    faults: ['invitation_over', 'banned'],
    perMinute: 20,
  }),
  'POST /invitations/:token/decline': stream({
    access: 'anyone',
    summary: 'Says no: no further invitation of this group comes to the address.',
    input: { token: z.string().max(100) },
    ok: done,
    perMinute: 20,
  }),
})
