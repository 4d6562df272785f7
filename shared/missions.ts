/** missions: what members of a group do for points, and how far they are. Days are those of the group's time zone. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { languageTag, lyricsKind } from './lyrics.ts'
import { day, time } from './time.ts'

/** What a mission counts: minutes that were heard and count, days of check-in, events one signed in at, lyrics accepted, listens told from outside, calls of a partner, proofs a host accepted. */
export const missionEvent = z.enum(['listen_minutes', 'check_in', 'attend', 'lyric', 'outside_listens', 'partner_call', 'proof'])
/** How often it can be done. `once`: its whole run is one window. Weeks begin on Monday. */
export const missionWindow = z.enum(['once', 'daily', 'weekly', 'monthly'])
/** planned: opened, begins later. */
export const missionState = z.enum(['draft', 'planned', 'open', 'ended'])
/** Why points of a mission did not (all) arrive. */
export const withheldWhy = z.enum(['cap_day', 'budget_empty', 'not_member', 'repeated'])
export const proofState = z.enum(['waiting', 'accepted', 'refused', 'withdrawn'])

const count = (most: number) => z.number().int().min(1).max(most)
const named = <T extends z.core.$ZodType>(ident: T) => z.object({ id: ident, name: z.string() }).nullable()

const core = {
  id: id('msn'),
  group: id('grp'),
  event: missionEvent,
  nameZh: z.string(),
  nameEn: z.string(),
  noteZh: z.string(),
  noteEn: z.string(),
  /** Minutes of listening; else how many. */
  target: z.number().int(),
  points: z.number().int(),
  /** So much of one day counts at most, in the units of target. */
  dayCap: z.number().int().nullable(),
  every: missionWindow,
  zone: z.string(),
  startsAt: time,
  endsAt: time.nullable(),
  /** Audience: at least this level, and a member for so many days. */
  level: z.number().int(),
  memberDays: z.number().int(),
  /** Only music of this page or release; lyrics of this language or kind; this event; this partner. */
  page: named(id('pag')),
  release: named(id('rel')),
  language: z.string().nullable(),
  kind: lyricsKind.nullable(),
  happening: named(id('gev')),
  partner: named(id('ptn')),
  state: missionState,
}

export const Proof = z.object({
  id: id('prf'),
  mission: id('msn'),
  missionZh: z.string(),
  missionEn: z.string(),
  person: z.object({ id: id('usr'), name: z.string() }),
  /** Signed-in author and hosts only. */
  picture: z.string(),
  note: z.string(),
  state: proofState,
  at: time,
  reason: z.string().nullable(),
  decidedAt: time.nullable(),
  mine: z.boolean(),
})

export const MissionProgress = z.object({
  /** In the units of target, never more than it; minutes with tenths. */
  amount: z.number(),
  /** Of today, after the day's cap. */
  today: z.number(),
  done: z.boolean(),
  doneAt: time.nullable(),
  /** Points that came for this window. */
  granted: z.number().int(),
  why: withheldWhy.nullable(),
  /** When this window is over; null: never. */
  windowEnds: time.nullable(),
  /** Windows done in all, this one too. */
  times: z.number().int(),
})
export const Mission = z.object({
  ...core,
  /** Why it is not for this viewer (yet). */
  locked: z.enum(['stranger', 'level', 'days']).nullable(),
  progress: MissionProgress.nullable(),
  proof: Proof.nullable(),
  /** What a member shows at the partner. */
  code: z.string().nullable(),
})
export const CheckIns = z.object({
  today: z.boolean(),
  /** Days in a row, up to today or yesterday. */
  streak: z.number().int(),
  best: z.number().int(),
  total: z.number().int(),
  /** Of the last five weeks. */
  days: z.array(day),
})
export const DeskMission = z.object({
  ...core,
  openedAt: time.nullable(),
  createdAt: time,
  /** Members with anything in it, and targets reached that stand. */
  people: z.number().int(),
  completions: z.number().int(),
  granted: z.number().int(),
  /** Reached while the budget was empty: paid by a press once there is some again. */
  unpaid: z.number().int(),
})
export const Partner = z.object({
  id: id('ptn'),
  name: z.string(),
  createdAt: time,
  secretAt: time,
  calledAt: time.nullable(),
  calls: z.number().int(),
  endedAt: time.nullable(),
})

const desk = ['not_found', 'hosts_only', 'group_closed'] as const
const inside = ['not_found', 'members_only', 'banned', 'group_closed', 'charter_new'] as const
const words = {
  nameZh: z.string().trim().max(80).default(''),
  nameEn: z.string().trim().max(80).default(''),
  noteZh: text(1000).default(''),
  noteEn: text(1000).default(''),
}

export const missions = room('missions', {
  'GET /groups/:id/missions': query({
    access: 'anyone',
    summary: 'Missions of a group that run or begin soon, with how far one is; and one’s check-ins.',
    input: { id: z.string().max(60) },
    ok: z.object({
      /** `page`: the artist it is about. */
      group: z.object({ id: id('grp'), name: z.string(), zone: z.string(), page: id('pag').nullable() }),
      today: day,
      member: z.boolean(),
      items: z.array(Mission),
      checkIns: CheckIns,
      can: z.object({ host: z.boolean() }),
    }),
    faults: ['not_found'],
  }),
  'POST /groups/:id/check-in': command({
    access: 'member',
    summary: 'Checks in for today; free, once a day. Again on the same day it answers the same.',
    input: { id: id('grp') },
    ok: CheckIns,
    faults: [...inside],
    perMinute: 30,
  }),
  'GET /groups/:id/missions/desk': query({
    access: 'member',
    summary: 'For hosts: all missions of the group with what came of them.',
    input: { id: z.string().max(60) },
    ok: z.object({
      group: z.object({ id: id('grp'), name: z.string(), zone: z.string(), page: named(id('pag')) }),
      items: z.array(DeskMission),
      proofs: z.number().int(),
      /** Points of one mission at most, by policy. */
      mostPoints: z.number().int(),
      happenings: z.array(z.object({ id: id('gev'), name: z.string(), at: time })),
    }),
    faults: [...desk],
  }),
  'POST /missions': command({
    access: 'member',
    summary: 'Makes a mission as a draft. The same id again with the same content gives the same answer.',
    input: {
      id: id('msn'),
      group: id('grp'),
      event: missionEvent,
      ...words,
      target: count(100_000),
      points: z.number().int().min(0).max(100_000),
      dayCap: count(100_000).nullable().default(null),
      every: missionWindow,
      /** Null: as soon as it is opened. */
      startsAt: time.nullable().default(null),
      endsAt: time.nullable().default(null),
      level: z.number().int().min(1).max(10).default(1),
      memberDays: z.number().int().min(0).max(3650).default(0),
      page: id('pag').nullable().default(null),
      release: id('rel').nullable().default(null),
      language: languageTag.nullable().default(null),
      kind: lyricsKind.nullable().default(null),
      happening: id('gev').nullable().default(null),
      partner: id('ptn').nullable().default(null),
    },
    ok: DeskMission,
    faults: [...desk, 'key_reused', 'mission_invalid', 'mission_points', 'too_many_missions'],
    perMinute: 60,
  }),
  'PATCH /missions/:id': command({
    access: 'member',
    summary:
      'Words and place in the list at any time; when it ends (never into the past) too. What it asks and gives stays as it was opened.',
    input: {
      id: id('msn'),
      nameZh: z.string().trim().max(80).optional(),
      nameEn: z.string().trim().max(80).optional(),
      noteZh: text(1000).optional(),
      noteEn: text(1000).optional(),
      endsAt: time.nullable().optional(),
      place: z.number().int().min(0).max(1000).optional(),
    },
    ok: DeskMission,
    faults: [...desk, 'mission_invalid', 'mission_ended'],
  }),
  'DELETE /missions/:id': command({
    access: 'member',
    summary: 'Throws a draft away.',
    input: { id: id('msn') },
    ok: done,
    faults: [...desk, 'mission_opened'],
  }),
  'POST /missions/:id/open': command({
    access: 'member',
    summary: 'Opens a draft: from then on what members do counts.',
    input: { id: id('msn') },
    ok: DeskMission,
    faults: [...desk, 'mission_ended', 'mission_points'],
  }),
  'POST /missions/:id/end': command({
    access: 'member',
    summary: 'Ends a mission now; what was reached stays.',
    input: { id: id('msn') },
    ok: DeskMission,
    faults: [...desk, 'mission_ended'],
  }),
  'POST /missions/:id/pay': command({
    access: 'member',
    summary: 'Gives the points that waited because the budget was empty, the oldest first, as far as it reaches now.',
    input: { id: id('msn') },
    ok: z.object({ paid: z.number().int(), left: z.number().int() }),
    faults: [...desk],
    perMinute: 20,
  }),
  'POST /missions/:id/proofs': stream({
    access: 'member',
    summary:
      'Brings a picture as proof (an upload of one’s own that arrived whole). It is made anew without what cameras write into pictures.',
    input: { id: id('msn'), proof: id('prf'), upload: id('upl'), note: text(500).default('') },
    ok: Proof,
    faults: [...inside, 'key_reused', 'mission_closed', 'proof_waiting', 'proof_known', 'proof_picture', 'proof_enough', 'not_ready'],
    perMinute: 20,
  }),
  'GET /missions/:id/proofs': query({
    access: 'member',
    summary: 'My own proofs for a mission, newest first.',
    input: { id: id('msn'), cursor: cursor(), limit: limit() },
    ok: page(Proof),
    faults: ['not_found'],
  }),
  'GET /groups/:id/proofs': query({
    access: 'member',
    summary: 'For hosts: proofs, those that wait longest first, or the decided ones, newest first.',
    input: { id: z.string().max(60), state: z.enum(['waiting', 'decided']).default('waiting'), cursor: cursor(), limit: limit() },
    ok: page(Proof),
    faults: [...desk],
  }),
  'GET /proofs/:id/picture': stream({
    access: 'member',
    summary: 'The picture of a proof, for its author and the hosts.',
    input: { id: id('prf') },
    ok: z.unknown(),
    faults: ['not_found'],
  }),
  'POST /proofs/:id/accept': command({
    access: 'member',
    summary: 'A host takes a proof; nobody takes their own.',
    input: { id: id('prf') },
    ok: Proof,
    faults: ['not_found', 'own_proof', 'proof_decided'],
  }),
  'POST /proofs/:id/refuse': command({
    access: 'member',
    summary: 'A host refuses a proof and says why; its author may bring another.',
    input: { id: id('prf'), reason: line(500) },
    ok: Proof,
    faults: ['not_found', 'own_proof', 'proof_decided'],
  }),
  'POST /proofs/:id/withdraw': command({
    access: 'member',
    summary: 'Takes one’s own proof back while it waits.',
    input: { id: id('prf') },
    ok: Proof,
    faults: ['not_found', 'proof_decided'],
  }),
  'GET /groups/:id/partners': query({
    access: 'member',
    summary: 'For hosts: who may call from outside.',
    input: { id: z.string().max(60) },
    ok: z.object({ items: z.array(Partner) }),
    faults: [...desk],
  }),
  'POST /groups/:id/partners': command({
    access: 'member',
    summary: 'Adds a partner. Its signing secret is shown this once; the same id again answers without it.',
    input: { id: id('grp'), partner: id('ptn'), name: line(80) },
    ok: z.object({ partner: Partner, secret: z.string().nullable() }),
    faults: [...desk, 'key_reused', 'too_many_partners'],
  }),
  'POST /partners/:id/secret': command({
    access: 'member',
    summary: 'A new signing secret, shown this once; the old one ends now.',
    input: { id: id('ptn') },
    ok: z.object({ partner: Partner, secret: z.string() }),
    faults: [...desk, 'partner_ended'],
    perMinute: 10,
  }),
  'DELETE /partners/:id': command({
    access: 'member',
    summary: 'Ends a partner: its calls are refused from now on. What they did counts on.',
    input: { id: id('ptn') },
    ok: Partner,
    faults: [...desk],
  }),
  'POST /missions/:id/code': command({
    access: 'member',
    summary: 'One’s code for the partner of this mission, made at the first asking. It says nothing about one elsewhere.',
    input: { id: id('msn') },
    ok: z.object({ code: z.string() }),
    faults: [...inside, 'mission_closed'],
    perMinute: 30,
  }),
  'POST /missions/calls': stream({
    access: 'anyone',
    summary:
      'A partner says that a member did something, signed as Standard Webhooks says (webhook-id, webhook-timestamp, webhook-signature over the raw body). The same webhook-id again is answered and counts once.',
    input: {
      partner: id('ptn'),
      /** The code that the member showed. */
      member: z.string().min(8).max(24),
    },
    ok: z.object({ ok: z.literal(true), repeated: z.boolean() }),
    faults: ['bad_signature', 'call_too_old', 'no_such_member', 'key_reused'],
    perMinute: 600,
    bodyLimit: 4096,
  }),
})
