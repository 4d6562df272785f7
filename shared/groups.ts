/** groups: fan groups: charter, hosts, agency on record, members and levels, schedule and attendance, letters to the artist. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { handle, person } from './people.ts'
import { day, time } from './time.ts'

export const groupKind = z.enum(['official', 'fans'])
/** public: anyone reads · members: join to read · invite: found by nobody who was not invited. */
export const groupVisibility = z.enum(['public', 'members', 'invite'])
export const joining = z.enum(['open', 'ask', 'invite'])
export const groupRole = z.enum(['owner', 'host', 'member'])
/** Id or handle. */
export const groupAddress = z.string().trim().min(3).max(60)
/** Activity from which each level begins; level 1 is the first. Never by spending. */
export const levelFrom = [0, 20, 60, 150, 300, 600, 1000, 2000, 4000, 8000] as const

/** A name of a time zone that this planet knows. */
export const timeZone = z
  .string()
  .max(60)
  .refine(name => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    } catch {
      return false
    }
  })
const secret = z
  .string()
  .min(20)
  .max(60)
  .regex(/^[\w-]+$/)
const pageOfGroup = z.object({ id: id('pag'), name: z.string(), handle: z.string(), picture: z.string().nullable() })
export const GroupCard = z.object({
  id: id('grp'),
  handle: z.string(),
  name: z.string(),
  kind: groupKind,
  visibility: groupVisibility,
  joining,
  picture: z.string().nullable(),
  cover: z.string().nullable(),
  members: z.number().int(),
  page: pageOfGroup.nullable(),
  demo: z.boolean(),
  /** The viewer's own role; null: not in it. */
  role: groupRole.nullable(),
})
export const Group = GroupCard.extend({
  about: z.string(),
  questions: z.array(z.string()),
  followDays: z.number().int(),
  timeZone: z.string(),
  letters: z.boolean(),
  state: z.enum(['open', 'closed']),
  createdAt: time,
  agency: z.object({ id: id('org'), name: z.string(), confirmedAt: time.nullable() }).nullable(),
  hosts: z.array(z.object({ id: person, name: z.string(), role: groupRole })),
  charter: z.object({ version: z.number().int(), text: z.string(), at: time }).nullable(),
  /** Where the viewer stands in it. */
  you: z.object({
    member: z.boolean(),
    role: groupRole.nullable(),
    /** Edits the page of this official group. */
    artist: z.boolean(),
    banned: z.boolean(),
    level: z.number().int(),
    activity: z.number().int(),
    /** Activity at which the next level begins; null at the last. */
    nextLevel: z.number().int().nullable(),
    since: time.nullable(),
    /** The charter accepted last; below the one that holds: it is to be accepted. */
    charter: z.number().int(),
    /** A request to join that waits. */
    request: z.object({ id: id('jrq'), at: time }).nullable(),
    /** Days that the page must still be followed before joining. */
    waitDays: z.number().int(),
  }),
  /** What the viewer may do here; buttons obey it. */
  can: z.object({
    /** Sees what is written in it. */
    read: z.boolean(),
    join: z.boolean(),
    write: z.boolean(),
    host: z.boolean(),
    own: z.boolean(),
    answer: z.boolean(),
  }),
})

export const groups = room('groups', {
  'POST /groups': command({
    access: 'member',
    summary:
      'Opens a group; one becomes its owner. An official one only by an editor of the artist’s page, one per page. Sent again with the same id it is opened once.',
    input: {
      id: id('grp'),
      kind: groupKind.default('fans'),
      name: line(80),
      handle,
      page: id('pag').nullable().default(null),
      about: text(2000).default(''),
      visibility: groupVisibility.default('public'),
      joining: joining.default('open'),
      charter: text(10_000).default(''),
      timeZone: timeZone.default('Asia/Shanghai'),
    },
    ok: Group,
    faults: ['name_taken', 'key_reused', 'not_found', 'own_page_only', 'official_taken', 'invite_only_joins', 'too_many_groups', 'banned'],
    perMinute: 10,
  }),
  'GET /groups/:id': query({
    access: 'anyone',
    summary: 'A group by id or handle: its outside, and where the viewer stands. `invite` opens one to whoever was given its address.',
    input: { id: groupAddress, invite: secret.optional() },
    ok: Group,
    faults: ['not_found'],
  }),
})
void [cursor, limit, page, person, day]
