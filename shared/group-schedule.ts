/** Entries of groups about the schedule, attendance, calendars and letters to the artist. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, stream, text } from './contract.ts'
import { eventKind, groupAddress, GroupEvent, Letter, secret, timeZone } from './group-shapes.ts'
import { id } from './ids.ts'
import { person } from './people.ts'
import { time } from './time.ts'

const group = { id: groupAddress }
const paging = { cursor: cursor(), limit: limit() }
const window = { from: time.optional(), to: time.optional() }
const code = z.string().trim().length(6)
const eventFields = {
  kind: eventKind,
  title: line(120),
  note: text(2000),
  startsAt: time,
  endsAt: time,
  allDay: z.boolean(),
  timeZone,
  place: z.string().trim().max(200),
  link: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)]),
  audience: z.enum(['group', 'members']),
  attendance: z.boolean(),
}

export const scheduleEntries = {
  'GET /groups/:id/schedule': query({
    access: 'anyone',
    summary: 'What takes place from `from` (now unless told) to `to`, at most 400 days, the earliest first.',
    input: { ...group, ...window },
    ok: z.object({ items: z.array(GroupEvent) }),
    faults: ['not_found'],
  }),
  'GET /me/schedule': query({
    access: 'member',
    summary: 'The same of all groups one is in.',
    input: window,
    ok: z.object({ items: z.array(GroupEvent) }),
  }),
  'POST /groups/:id/schedule': command({
    access: 'member',
    summary: 'Puts an event on the schedule (hosts). Sent again with the same id it is there once.',
    input: {
      ...group,
      event: id('gev'),
      ...eventFields,
      note: eventFields.note.default(''),
      allDay: z.boolean().default(false),
      place: eventFields.place.default(''),
      link: eventFields.link.default(''),
      /** The group's own unless told. */
      timeZone: timeZone.optional(),
      audience: eventFields.audience.default('group'),
      attendance: z.boolean().default(false),
    },
    ok: GroupEvent,
    faults: [
      'blocked_word',
      'blocked_link',
      'banned',
      'not_found',
      'hosts_only',
      'group_closed',
      'key_reused',
      'ends_before',
      'too_many_events',
    ],
    perMinute: 60,
  }),
  'GET /schedule/:id': query({ access: 'anyone', summary: 'An event.', input: { id: id('gev') }, ok: GroupEvent, faults: ['not_found'] }),
  'PATCH /schedule/:id': command({
    access: 'member',
    summary: 'Changes what is given (hosts); calendars hear of it.',
    input: { id: id('gev'), ...z.object(eventFields).partial().shape, state: z.enum(['planned', 'cancelled']).optional() },
    ok: GroupEvent,
    faults: ['blocked_word', 'blocked_link', 'banned', 'not_found', 'hosts_only', 'group_closed', 'ends_before'],
  }),
  'PUT /schedule/:id/going': command({
    access: 'member',
    summary: 'One means to come; twice is once.',
    input: { id: id('gev') },
    ok: GroupEvent,
    faults: ['not_found', 'members_only', 'charter_new', 'group_closed', 'banned', 'event_over'],
  }),
  'DELETE /schedule/:id/going': command({
    access: 'member',
    summary: 'One does not.',
    input: { id: id('gev') },
    ok: GroupEvent,
    faults: ['not_found'],
  }),
  'GET /schedule/:id/code': query({
    access: 'member',
    summary: 'The code that members sign in with now, for the host’s screen; it changes every 30 seconds.',
    input: { id: id('gev') },
    ok: z.object({ code, until: time, opensAt: time, closesAt: time, attended: z.number().int() }),
    faults: ['not_found', 'hosts_only', 'attendance_off'],
  }),
  'POST /schedule/:id/attend': command({
    access: 'member',
    summary: 'Signs in at an event by the code shown there, from an hour before it begins to an hour after it ends. Once.',
    input: { id: id('gev'), code },
    ok: GroupEvent,
    faults: [
      'not_found',
      'members_only',
      'charter_new',
      'group_closed',
      'banned',
      'attendance_off',
      'attendance_closed',
      'wrong_code',
      'limited',
    ],
    perMinute: 20,
  }),
  'GET /schedule/:id/attendance': query({
    access: 'member',
    summary: 'Who was there, the latest first; for hosts.',
    input: { id: id('gev'), ...paging },
    ok: page(z.object({ person: z.object({ id: person, name: z.string() }), at: time, how: z.enum(['code', 'host']) })),
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /schedule/:id/attendance': command({
    access: 'member',
    summary: 'A host vouches that a member was there. Nobody vouches for themselves.',
    input: { id: id('gev'), person },
    ok: done,
    faults: ['not_found', 'hosts_only', 'members_only', 'attendance_off', 'attendance_closed', 'own_attendance'],
  }),
  'POST /me/calendar': command({
    access: 'member',
    summary: 'One’s secret address for calendar apps: of all groups one is in, or of one. `renew` makes the former one stop.',
    input: { group: id('grp').optional(), renew: z.boolean().default(false) },
    ok: z.object({ path: z.string() }),
    faults: ['not_found'],
    perMinute: 20,
  }),
  'GET /groups/:id/events.ics': stream({
    access: 'anyone',
    summary: 'The schedule of a group that anyone reads, for calendar apps.',
    input: group,
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 60,
  }),
  'GET /calendars/:token/events.ics': stream({
    access: 'anyone',
    summary: 'A person’s schedule by its secret address; shows what they may see now.',
    input: { token: secret },
    ok: z.null(),
    faults: ['not_found'],
    perMinute: 60,
  }),

  'GET /groups/:id/letters': query({
    access: 'anyone',
    summary:
      'Letters to the artist: those both sides show, pinned ones first; one’s own; for the artist’s editors all, newest first, unread or unanswered ones alone.',
    input: { ...group, which: z.enum(['shown', 'mine', 'inbox', 'unread', 'unanswered']).default('shown'), ...paging },
    ok: page(Letter).extend({ unread: z.number().int(), today: z.boolean() }),
    faults: ['not_found', 'artist_only', 'unauthenticated'],
  }),
  'POST /groups/:id/letters': command({
    access: 'member',
    summary: 'Writes to the artist of an official group: one letter per day of the group, private unless both sides show it.',
    input: { ...group, letter: id('ltr'), text: text(3000).refine(given => given !== '', 'text'), mayShow: z.boolean().default(false) },
    ok: Letter,
    faults: [
      'not_found',
      'members_only',
      'charter_new',
      'group_closed',
      'banned',
      'letters_closed',
      'letter_today',
      'key_reused',
      'blocked_word',
      'blocked_link',
      'limited',
    ],
    perMinute: 10,
  }),
  'PATCH /letters/:id': command({
    access: 'member',
    summary: 'The writer lets it be shown, or no more.',
    input: { id: id('ltr'), mayShow: z.boolean() },
    ok: Letter,
    faults: ['not_found'],
  }),
  'DELETE /letters/:id': command({
    access: 'member',
    summary: 'The writer takes it back.',
    input: { id: id('ltr') },
    ok: done,
    faults: ['not_found'],
  }),
  'POST /letters/:id/read': command({
    access: 'member',
    summary: 'The artist’s side has read it.',
    input: { id: id('ltr') },
    ok: Letter,
    faults: ['not_found'],
  }),
  'POST /letters/:id/answer': command({
    access: 'member',
    summary: 'The artist’s side answers, or changes the answer.',
    input: { id: id('ltr'), text: text(3000).refine(given => given !== '', 'text') },
    ok: Letter,
    faults: ['blocked_word', 'blocked_link', 'banned', 'not_found'],
    perMinute: 60,
  }),
  'POST /letters/:id/show': command({
    access: 'member',
    summary: 'The artist’s side shows it to the group, pins it, or takes that back. Only with the writer’s yes.',
    input: { id: id('ltr'), shown: z.boolean(), pinned: z.boolean().default(false) },
    ok: Letter,
    faults: ['not_found', 'writer_keeps'],
  }),
}
