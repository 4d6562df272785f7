/** What moderation shows: flags, decisions, statements, appeals, bans, rules, figures. */
import { z } from 'zod'
import { line, text } from './contract.ts'
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
export const kind = z.string().regex(/^[a-z_]{2,20}$/)
export const subject = z.string().min(1).max(60)
export const words = (most = 2000) => text(most).refine(given => given !== '', 'words')
export const days = z.number().int().min(1).max(3650).nullable()

export const Who = z.object({ id: id('usr'), name: z.string() })
export const InGroup = z.object({ id: id('grp'), name: z.string(), handle: z.string() })
/** What something is by now; null: it is gone. */
export const Seen = z.object({ text: z.string(), pictures: z.array(z.string()), url: z.string(), hidden: z.boolean() })

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
export const Made = z.object({
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
export const settings = {
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
export const scope = { group: id('grp').optional() }
export const rule = { kind: z.enum(['word', 'link']), pattern: line(100) }
export const counted = z.array(z.object({ name: z.string(), count: z.number().int() }))
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
export const period = { from: time.optional(), to: time.optional() }
