/** moderation: what is reported or held, decisions with their reasons, appeals by another person, bans, and the rules of groups and of the planet. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** Why something is reported, held against someone or why they are banned. */
export const moderationReasons = [
  'spam',
  'harassment',
  'hate',
  'sexual',
  'violence',
  'self_harm',
  'minors',
  'privacy',
  'fraud',
  'impersonation',
  'copyright',
  'rumour',
  'money',
  'off_topic',
  'illegal',
  'other',
] as const
export const moderationReason = z.enum(moderationReasons)
/** What of a room can be reported: post, comment, letter, page, person … */
const kind = z.string().regex(/^[a-z_]{2,20}$/)
const subject = z.string().min(1).max(60)
const words = (most = 2000) => text(most).refine(given => given !== '', 'words')
const days = z.number().int().min(1).max(3650).nullable()

const Who = z.object({ id: id('usr'), name: z.string() })
const InGroup = z.object({ id: id('grp'), name: z.string(), handle: z.string() })
/** What something is by now; null: it is gone. */
const Seen = z.object({ text: z.string(), pictures: z.array(z.string()), url: z.string(), hidden: z.boolean() })

export const flagHold = z.enum(['reports', 'newcomer', 'word', 'link', 'repeat', 'rule'])
export const decisionAction = z.enum(['keep', 'warn', 'hide', 'ban'])
export const appealState = z.enum(['open', 'upheld', 'reversed'])

export const Appeal = z.object({
  id: id('ape'),
  state: appealState,
  words: z.string(),
  at: time,
  answer: z.string().nullable(),
  decidedAt: time.nullable(),
})
/** A statement of reasons, as its author reads it. Who decided is not named. */
export const Statement = z.object({
  id: id('dcn'),
  action: decisionAction,
  kind,
  reason: moderationReason,
  words: z.string(),
  group: InGroup.nullable(),
  at: time,
  /** What it was about, as it was then. */
  facts: z.object({
    text: z.string(),
    pictures: z.array(z.string()),
    url: z.string(),
    reports: z.number().int(),
    hold: z.string().nullable(),
  }),
  /** Of a ban: when it ends; null: until it is lifted. `ended`: it holds no more. */
  ban: z.object({ until: time.nullable(), ended: z.boolean(), locks: z.boolean() }).nullable(),
  appeal: Appeal.nullable(),
  appealUntil: time,
  can: z.object({ appeal: z.boolean() }),
})

export const Flag = z.object({
  id: id('flg'),
  kind,
  subject,
  state: z.enum(['open', 'decided']),
  level: z.enum(['group', 'planet']),
  group: InGroup.nullable(),
  author: Who.nullable(),
  /** By another room's word: may it be taken away, or only be spoken about. */
  hides: z.boolean(),
  hold: flagHold.nullable(),
  reports: z.number().int(),
  reasons: z.array(z.object({ reason: moderationReason, count: z.number().int() })),
  seen: Seen.nullable(),
  at: time,
  /** By when it should be decided. */
  due: time,
  can: z.object({ decide: z.boolean(), escalate: z.boolean(), ban: z.boolean() }),
})
const Made = z.object({
  id: id('dcn'),
  action: decisionAction,
  kind,
  reason: moderationReason,
  words: z.string(),
  by: z.string(),
  about: Who.nullable(),
  group: InGroup.nullable(),
  text: z.string(),
  at: time,
  appeal: appealState.nullable(),
})
export const FlagPage = Flag.extend({
  escalated: z.object({ by: z.string(), note: z.string() }).nullable(),
  /** `by` is told to the planet's staff alone. */
  said: z.array(z.object({ by: z.string().nullable(), reason: moderationReason, words: z.string(), at: time })),
  /** What was decided about this author before, in this group (for the planet's staff: anywhere). */
  before: z.array(Made),
  decision: Made.nullable(),
})
export const Ban = z.object({
  id: id('ban'),
  person: Who,
  group: InGroup.nullable(),
  /** proposed: waits for a second person · on · ended. */
  state: z.enum(['proposed', 'on', 'ended']),
  reason: moderationReason,
  words: z.string(),
  locks: z.boolean(),
  days: z.number().int().nullable(),
  by: z.string(),
  confirmedBy: z.string().nullable(),
  at: time,
  until: time.nullable(),
  ended: z.object({ at: time, by: z.string().nullable(), words: z.string().nullable() }).nullable(),
  can: z.object({ confirm: z.boolean(), lift: z.boolean() }),
})
export const OpenAppeal = z.object({
  id: id('ape'),
  words: z.string(),
  at: time,
  by: Who,
  decision: Made,
  facts: Statement.shape.facts,
  can: z.object({ decide: z.boolean() }),
})
export const ModerationRule = z.object({
  kind: z.enum(['word', 'link']),
  pattern: z.string(),
  action: z.enum(['block', 'hold', 'allow']),
  by: z.string(),
  at: time,
})
const settings = {
  holdFirst: z.number().int().min(0).max(20),
  slowSeconds: z.number().int().min(0).max(86_400),
  links: z.enum(['any', 'listed', 'none']),
  hideAt: z.number().int().min(0).max(50),
}
export const ModerationRules = z.object({
  ...settings,
  rules: z.array(ModerationRule),
  /** What waits: things to look at, appeals. */
  waiting: z.number().int(),
  appeals: z.number().int(),
  bans: z.number().int(),
})
const scope = { group: id('grp').optional() }
const rule = { kind: z.enum(['word', 'link']), pattern: line(100) }
const counted = z.array(z.object({ name: z.string(), count: z.number().int() }))
export const ModerationFigures = z.object({
  from: time,
  to: time,
  /** Reports made, things they were about, people who made them. */
  reports: z.number().int(),
  subjects: z.number().int(),
  reporters: z.number().int(),
  byReason: counted,
  /** Held by a rule or by reports before anybody looked, by what held them. */
  held: counted,
  decisions: z.number().int(),
  byAction: counted,
  byDecisionReason: counted,
  /** Hours from first being reported or held to the decision: half were faster, nine in ten were faster. */
  hoursMedian: z.number().nullable(),
  hoursP90: z.number().nullable(),
  /** Decided within what was promised, in hundredths. */
  onTime: z.number().int().nullable(),
  bans: z.object({ groups: z.number().int(), planet: z.number().int() }),
  appeals: z.object({ made: z.number().int(), upheld: z.number().int(), reversed: z.number().int(), open: z.number().int() }),
  waiting: z.number().int(),
  /** By month: reports, decisions, appeals. */
  months: z.array(z.object({ month: z.string(), reports: z.number().int(), decisions: z.number().int(), appeals: z.number().int() })),
})
const period = { from: time.optional(), to: time.optional() }

export const moderation = room('moderation', {
  'POST /moderation/reports': command({
    access: 'member',
    summary: 'Reports something one can see. One person reports one thing once; again answers the same.',
    input: { kind, subject, reason: moderationReason, words: text(1000).default('') },
    ok: z.object({ ok: z.literal(true), again: z.boolean() }),
    faults: ['not_found', 'own_report', 'too_many_reports', 'banned'],
  }),
  'GET /me/reports': query({
    access: 'member',
    summary: 'What I reported and what became of it, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(
      z.object({
        kind,
        subject,
        reason: moderationReason,
        words: z.string(),
        at: time,
        group: InGroup.nullable(),
        url: z.string().nullable(),
        /** acted: it was taken away or its author was warned or banned. */
        outcome: z.enum(['waiting', 'acted', 'kept']),
        decidedAt: time.nullable(),
      }),
    ),
  }),
  'GET /me/decisions': query({
    access: 'member',
    summary: 'Decisions about what I wrote and about me, with their reasons, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Statement),
  }),
  'GET /decisions/:id': query({
    access: 'member',
    summary: 'One decision about me, with its reasons and my appeal.',
    input: { id: id('dcn') },
    ok: Statement,
    faults: ['not_found'],
  }),
  'POST /decisions/:id/appeal': command({
    access: 'member',
    summary: 'Asks once, within 30 days, that another person looks at a decision.',
    input: { id: id('dcn'), appeal: id('ape'), words: words() },
    ok: Statement,
    faults: ['not_found', 'appeal_once', 'appeal_over', 'not_appealable', 'key_reused'],
  }),
  'GET /moderation/flags': query({
    access: 'member',
    summary: 'What waits to be decided, oldest first: of a group for its hosts; without a group what the planet’s staff looks at.',
    input: {
      ...scope,
      state: z.enum(['open', 'decided']).default('open'),
      held: flag(),
      kind: kind.optional(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(Flag),
    faults: ['not_found'],
  }),
  'GET /moderation/flags/:id': query({
    access: 'member',
    summary: 'One thing that was reported or held, with what was said of it and what was decided before.',
    input: { id: id('flg') },
    ok: FlagPage,
    faults: ['not_found'],
  }),
  'POST /moderation/flags/:id/decide': command({
    access: 'member',
    summary:
      'Keeps, warns or hides, with a reason from the list and in words; with `ban` its author may not take part in the group for so long.',
    input: {
      id: id('flg'),
      decision: id('dcn'),
      action: z.enum(['keep', 'warn', 'hide']),
      reason: moderationReason,
      words: text(2000).default(''),
      /** In days; null: until it is lifted. */
      ban: z.object({ id: id('ban'), days }).optional(),
    },
    ok: FlagPage,
    faults: [
      'not_found',
      'forbidden',
      'already_decided',
      'own_decision',
      'words_needed',
      'cannot_hide',
      'cannot_ban',
      'key_reused',
      'already_banned',
    ],
  }),
  'POST /moderation/flags/:id/escalate': command({
    access: 'member',
    summary: 'Hands it on to the planet’s staff.',
    input: { id: id('flg'), note: line(500) },
    ok: done,
    faults: ['not_found', 'already_decided'],
  }),
  'GET /moderation/decisions': query({
    access: 'member',
    summary: 'What was decided in a group (for its hosts) or anywhere (for the planet’s staff), newest first.',
    input: { ...scope, person: id('usr').optional(), cursor: cursor(), limit: limit() },
    ok: page(Made),
    faults: ['not_found'],
  }),
  'GET /moderation/appeals': query({
    access: 'member',
    summary: 'Appeals that wait, oldest first. Who decided first sees them and cannot decide again.',
    input: { ...scope, cursor: cursor(), limit: limit() },
    ok: page(OpenAppeal),
    faults: ['not_found'],
  }),
  'POST /moderation/appeals/:id/decide': command({
    access: 'member',
    summary: 'Upholds a decision or reverses it, by another person than who decided: what was hidden is shown again, a ban ends.',
    input: { id: id('ape'), outcome: z.enum(['upheld', 'reversed']), answer: words() },
    ok: done,
    faults: ['not_found', 'another_person', 'already_decided'],
  }),
  'GET /moderation/bans': query({
    access: 'member',
    summary: 'Who may not take part: of a group for its hosts; of the planet for its staff.',
    input: { ...scope, state: z.enum(['proposed', 'on', 'ended']).optional(), cursor: cursor(), limit: limit() },
    ok: page(Ban),
    faults: ['not_found'],
  }),
  'POST /moderation/bans': command({
    access: 'member',
    summary: 'Bans a person from a group, at once; from the planet: proposes it, another one confirms.',
    input: {
      ban: id('ban'),
      ...scope,
      person: id('usr'),
      reason: moderationReason,
      words: words(),
      days,
      locks: z.boolean().default(false),
    },
    ok: Ban,
    faults: ['not_found', 'forbidden', 'cannot_ban', 'already_banned', 'own_decision', 'key_reused'],
  }),
  'POST /moderation/bans/:id/confirm': command({
    access: 'operator',
    summary: 'Confirms a ban of the planet that somebody else proposed: it holds from now on, and what is open is cut.',
    input: { id: id('ban') },
    ok: Ban,
    faults: ['not_found', 'second_person', 'already_decided', 'cannot_ban'],
  }),
  'POST /moderation/bans/:id/lift': command({
    access: 'member',
    summary: 'Ends a ban, or takes a proposed one back.',
    input: { id: id('ban'), words: words(500) },
    ok: Ban,
    faults: ['not_found', 'already_decided', 'own_decision'],
  }),
  'GET /moderation/rules': query({
    access: 'member',
    summary: 'The rules of a group for its hosts, or of the planet for its staff, and what waits.',
    input: scope,
    ok: ModerationRules,
    faults: ['not_found'],
  }),
  'PUT /moderation/rules': command({
    access: 'member',
    summary: 'Sets what holds for newcomers, slow mode, links and after how many reports something is hidden.',
    input: { ...scope, ...settings },
    ok: ModerationRules,
    faults: ['not_found', 'forbidden'],
  }),
  'POST /moderation/rules': command({
    access: 'member',
    summary: 'Adds rules for words or links (several at once), or changes what they do.',
    input: {
      ...scope,
      kind: z.enum(['word', 'link']),
      patterns: z.array(line(100)).min(1).max(200),
      action: z.enum(['block', 'hold', 'allow']),
    },
    ok: ModerationRules,
    faults: ['not_found', 'forbidden', 'rule_empty', 'rule_link', 'too_many_rules'],
  }),
  'DELETE /moderation/rules': command({
    access: 'member',
    summary: 'Takes a rule away.',
    input: { ...scope, ...rule },
    ok: ModerationRules,
    faults: ['not_found', 'forbidden'],
  }),
  'POST /moderation/try': query({
    access: 'member',
    summary: 'What the rules would say of a text, for those who set them; nothing is kept.',
    input: { ...scope, text: text(5000) },
    ok: z.object({
      verdict: z.enum(['pass', 'hold', 'block']),
      found: z.array(
        z.object({ kind: z.enum(['word', 'link']), pattern: z.string(), action: z.enum(['block', 'hold']), planet: z.boolean() }),
      ),
    }),
    faults: ['not_found'],
  }),
  'GET /console/moderation/figures': query({
    access: 'reviewer',
    summary: 'What was reported, held, decided and appealed in a period: the last 90 days unless told.',
    input: period,
    ok: ModerationFigures,
  }),
  'GET /console/moderation/report.csv': stream({
    access: 'reviewer',
    summary: 'Every decision of a period without names, as a table: for the transparency report.',
    input: period,
    ok: z.string(),
  }),
})
