/** groups: fan groups: charter, hosts, agency on record, members and levels, schedule and attendance, letters to the artist. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import {
  Group,
  groupAddress,
  GroupCard,
  groupKind,
  GroupMember,
  groupRole,
  groupVisibility,
  Invite,
  joining,
  JoinRequest,
  secret,
  timeZone,
} from './group-shapes.ts'
import { scheduleEntries } from './group-schedule.ts'
import { id } from './ids.ts'
import { handle, person } from './people.ts'
import { time } from './time.ts'

export { Group, groupAddress, GroupCard, GroupEvent, groupRole, levelFrom } from './group-shapes.ts'

const group = { id: groupAddress }
const paging = { cursor: cursor(), limit: limit() }
export const groups = room('groups', {
  'GET /groups': query({
    access: 'anyone',
    summary: 'Groups that may be found, the largest or the newest first; by words of the name, pinyin and initials too; of a page.',
    input: {
      q: z.string().trim().max(60).optional(),
      kind: groupKind.optional(),
      page: id('pag').optional(),
      sort: z.enum(['members', 'new']).default('members'),
      ...paging,
    },
    ok: page(GroupCard),
  }),
  'GET /me/groups': query({
    access: 'member',
    summary:
      'Groups one is in, the latest joined first; requests that wait; organisations of one’s own that were named as a group’s agency.',
    ok: z.object({
      items: z.array(GroupCard.extend({ level: z.number().int() })),
      waiting: z.array(z.object({ id: id('jrq'), at: time, group: GroupCard })),
      agencies: z.array(z.object({ group: GroupCard, organisation: z.object({ id: id('org'), name: z.string() }) })),
    }),
  }),
  'GET /pages/:id/groups': query({
    access: 'anyone',
    summary: 'The official group of a page, and the largest that fans opened about it.',
    input: { id: id('pag') },
    ok: z.object({ official: GroupCard.nullable(), fans: z.array(GroupCard), count: z.number().int(), mayOpen: z.boolean() }),
    faults: ['not_found'],
  }),
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
    input: { ...group, invite: secret.optional() },
    ok: Group,
    faults: ['not_found'],
  }),
  'PATCH /groups/:id': command({
    access: 'member',
    summary: 'Changes what is given; hosts, and for who sees it and how one joins its owner.',
    input: {
      ...group,
      name: line(80).optional(),
      about: text(2000).optional(),
      visibility: groupVisibility.optional(),
      joining: joining.optional(),
      questions: z.array(line(200)).max(5).optional(),
      followDays: z.number().int().min(0).max(365).optional(),
      timeZone: timeZone.optional(),
      letters: z.boolean().optional(),
    },
    ok: Group,
    faults: ['not_found', 'hosts_only', 'owner_only', 'group_closed', 'invite_only_joins', 'no_page'],
  }),
  'PUT /groups/:id/pictures/:which': stream({
    access: 'member',
    summary: 'Makes an upload the emblem (`picture`) or the cover of the group; everything but the picture is taken off.',
    input: { ...group, which: z.enum(['picture', 'cover']), upload: id('upl') },
    ok: Group,
    faults: ['not_found', 'hosts_only', 'not_ready', 'picture_refused', 'group_closed'],
    perMinute: 10,
  }),
  'DELETE /groups/:id/pictures/:which': command({
    access: 'member',
    summary: 'Takes it away again: the group’s planet stands there.',
    input: { ...group, which: z.enum(['picture', 'cover']) },
    ok: Group,
    faults: ['not_found', 'hosts_only'],
  }),
  'GET /groups/:id/charter': query({
    access: 'anyone',
    summary: 'All versions of the charter, the one that holds first.',
    input: group,
    ok: z.object({ items: z.array(z.object({ version: z.number().int(), text: z.string(), at: time })) }),
    faults: ['not_found'],
  }),
  'POST /groups/:id/charter': command({
    access: 'member',
    summary: 'Writes a new version of the charter; members accept it before they take part again. The same text again is no new version.',
    input: { ...group, text: text(10_000).refine(given => given !== '', 'text') },
    ok: Group,
    faults: ['not_found', 'owner_only', 'group_closed'],
    perMinute: 10,
  }),
  'POST /groups/:id/charter/accept': command({
    access: 'member',
    summary: 'Accepts the charter that holds.',
    input: { ...group, version: z.number().int().min(1) },
    ok: Group,
    faults: ['not_found', 'members_only', 'charter_new'],
  }),
  'POST /groups/:id/close': command({
    access: 'member',
    summary: 'Closes the group: its members can still read it. Nothing is deleted.',
    input: group,
    ok: Group,
    faults: ['not_found', 'owner_only'],
  }),
  'POST /groups/:id/open': command({
    access: 'member',
    summary: 'Opens a closed group again.',
    input: group,
    ok: Group,
    faults: ['not_found', 'owner_only', 'official_taken'],
  }),
  'POST /groups/:id/agency': command({
    access: 'member',
    summary: 'Names the organisation behind a business page as the agency on record. It holds when that organisation confirms it.',
    input: { ...group, page: groupAddress },
    ok: Group,
    faults: ['not_found', 'owner_only', 'no_such_agency', 'group_closed'],
    perMinute: 10,
  }),
  'POST /groups/:id/agency/confirm': command({
    access: 'member',
    summary: 'Confirms that one’s organisation is the agency on record (its owner or a manager).',
    input: { ...group, organisation: id('org') },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /groups/:id/agency': command({
    access: 'member',
    summary: 'No agency is on record any more: by the group’s owner or by the organisation.',
    input: group,
    ok: done,
    faults: ['not_found', 'owner_only'],
  }),

  'POST /groups/:id/join': command({
    access: 'member',
    summary:
      'Joins: at once where the group is open or by an invite, else a request that a host decides. With the charter that one accepts. Again is once.',
    input: {
      ...group,
      request: id('jrq').optional(),
      answers: z.array(z.string().trim().max(500)).max(5).default([]),
      charter: z.number().int().min(0).default(0),
      invite: secret.optional(),
    },
    ok: Group,
    faults: [
      'not_found',
      'banned',
      'group_closed',
      'charter_new',
      'follow_first',
      'invite_needed',
      'invite_over',
      'answers_missing',
      'too_many_joined',
    ],
    perMinute: 30,
  }),
  'DELETE /groups/:id/join': command({
    access: 'member',
    summary: 'Takes one’s request to join back.',
    input: group,
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /groups/:id/membership': command({
    access: 'member',
    summary: 'Leaves the group. What one wrote stays.',
    input: group,
    ok: done,
    faults: ['not_found', 'owner_stays'],
  }),
  'GET /groups/:id/members': query({
    access: 'member',
    summary: 'Its members, for members: the most active or the newest first, by name.',
    input: {
      ...group,
      q: z.string().trim().max(60).optional(),
      sort: z.enum(['active', 'new']).default('active'),
      staff: flag(),
      ...paging,
    },
    ok: page(GroupMember),
    faults: ['not_found', 'members_only'],
  }),
  'PATCH /groups/:id/members/:person': command({
    access: 'member',
    summary: 'Makes someone host or plain member again, or hands the group over to them (owner).',
    input: { ...group, person, role: groupRole },
    ok: done,
    faults: ['not_found', 'owner_only', 'owner_stays'],
  }),
  'POST /groups/:id/members/:person/remove': command({
    access: 'member',
    summary: 'Takes a member out, with a reason. No ban: they may ask to come back.',
    input: { ...group, person, reason: text(500).default('') },
    ok: done,
    faults: ['not_found', 'hosts_only', 'owner_only', 'owner_stays'],
  }),
  'GET /groups/:id/log': query({
    access: 'member',
    summary: 'Who came, went, was removed or became a host, newest first; for hosts.',
    input: { ...group, ...paging },
    ok: page(
      z.object({
        person: z.object({ id: person, name: z.string() }),
        what: z.enum(['joined', 'left', 'removed', 'host', 'member', 'owner']),
        by: z.string().nullable(),
        reason: z.string(),
        at: time,
      }),
    ),
    faults: ['not_found', 'hosts_only'],
  }),
  'GET /groups/:id/requests': query({
    access: 'member',
    summary: 'Requests to join that wait, the oldest first; for hosts.',
    input: { ...group, ...paging },
    ok: page(JoinRequest).extend({ count: z.number().int() }),
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /join-requests/:id': command({
    access: 'member',
    summary: 'Decides a request to join (a host). The same decision again is none.',
    input: { id: id('jrq'), accept: z.boolean(), reason: text(500).default('') },
    ok: done,
    faults: ['not_found', 'hosts_only', 'decided', 'banned', 'group_closed'],
  }),
  'GET /groups/:id/invites': query({
    access: 'member',
    summary: 'Addresses that invite and still hold; for hosts.',
    input: group,
    ok: z.object({ items: z.array(Invite) }),
    faults: ['not_found', 'hosts_only'],
  }),
  'POST /groups/:id/invites': command({
    access: 'member',
    summary: 'Makes an address that invites: for so many days and so many people, or without an end.',
    input: {
      ...group,
      days: z.number().int().min(1).max(90).nullable().default(7),
      uses: z.number().int().min(1).max(10_000).nullable().default(null),
    },
    ok: Invite,
    faults: ['not_found', 'hosts_only', 'group_closed', 'too_many_invites'],
    perMinute: 20,
  }),
  'DELETE /groups/:id/invites/:token': command({
    access: 'member',
    summary: 'It invites nobody any more.',
    input: { ...group, token: secret },
    ok: done,
    faults: ['not_found', 'hosts_only'],
  }),

  ...scheduleEntries,
})
