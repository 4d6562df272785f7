/** What groups look like on the wire; `shared/groups.ts` says how they are asked for. */
import { z } from 'zod'
import { id } from './ids.ts'
import { person } from './people.ts'
import { time } from './time.ts'

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
export const secret = z
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

/** What takes place: told to members, in their calendars. */
export const eventKind = z.enum(['show', 'broadcast', 'release', 'meet', 'birthday', 'other'])
export const GroupEvent = z.object({
  id: id('gev'),
  group: z.object({ id: id('grp'), handle: z.string(), name: z.string(), picture: z.string().nullable() }),
  kind: eventKind,
  title: z.string(),
  note: z.string(),
  startsAt: time,
  endsAt: time,
  allDay: z.boolean(),
  timeZone: z.string(),
  place: z.string(),
  link: z.string(),
  audience: z.enum(['group', 'members']),
  attendance: z.boolean(),
  state: z.enum(['planned', 'cancelled']),
  going: z.number().int(),
  attended: z.number().int(),
  you: z.object({ going: z.boolean(), attended: z.boolean() }),
  can: z.object({ edit: z.boolean(), go: z.boolean(), attend: z.boolean() }),
})
export const Letter = z.object({
  id: id('ltr'),
  group: id('grp'),
  from: z.object({ id: person, name: z.string(), level: z.number().int() }),
  text: z.string(),
  at: time,
  /** The writer lets it be shown to the group. */
  mayShow: z.boolean(),
  read: z.boolean(),
  answer: z.object({ text: z.string(), at: time }).nullable(),
  shown: z.boolean(),
  pinned: z.boolean(),
  /** Taken down by a decision. */
  hidden: z.boolean(),
  mine: z.boolean(),
  can: z.object({ answer: z.boolean(), takeBack: z.boolean(), report: z.boolean() }),
})
export const GroupMember = z.object({
  id: person,
  name: z.string(),
  role: groupRole,
  artist: z.boolean(),
  level: z.number().int(),
  since: time,
  /** What a viewer who hosts may do with them. */
  can: z.object({ remove: z.boolean(), appoint: z.boolean() }),
})
export const JoinRequest = z.object({
  id: id('jrq'),
  group: id('grp'),
  person: z.object({ id: person, name: z.string(), joinedAt: time }),
  answers: z.array(z.object({ question: z.string(), answer: z.string() })),
  at: time,
  /** They were removed from this group before. */
  removedBefore: z.boolean(),
})
export const Invite = z.object({
  token: z.string(),
  by: z.string(),
  at: time,
  endsAt: time.nullable(),
  mostUses: z.number().int().nullable(),
  uses: z.number().int(),
})
