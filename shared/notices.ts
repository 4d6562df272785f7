/** Contract: what a person is told of and how, and what open pages hear at once. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { amount } from './money.ts'
import { time } from './time.ts'

export const channels = ['app', 'mail', 'push'] as const
export type Channel = (typeof channels)[number]

/**
 * What one can choose. The usual of each channel; `mail` says how: with others in a digest, or at once. `fixed`: told on the page in any case, because
 * someone decided about the person or their money moved.
 */
export const noticeKinds = {
  mentions: { app: true, mail: 'digest', mailOn: true, push: true, fixed: false },
  replies: { app: true, mail: 'digest', mailOn: true, push: true, fixed: false },
  reactions: { app: true, mail: 'digest', mailOn: false, push: false, fixed: false },
  releases: { app: true, mail: 'digest', mailOn: true, push: true, fixed: false },
  posts: { app: true, mail: 'digest', mailOn: true, push: true, fixed: false },
  shows: { app: true, mail: 'digest', mailOn: true, push: true, fixed: false },
  letters: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  points: { app: true, mail: 'digest', mailOn: true, push: false, fixed: false },
  missions: { app: true, mail: 'digest', mailOn: false, push: true, fixed: false },
  rewards: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  raffles: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  members: { app: true, mail: 'digest', mailOn: true, push: false, fixed: false },
  orders: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  reviews: { app: true, mail: 'digest', mailOn: true, push: false, fixed: false },
  tickets: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  claims: { app: true, mail: 'once', mailOn: true, push: true, fixed: false },
  decisions: { app: true, mail: 'once', mailOn: true, push: true, fixed: true },
  money: { app: true, mail: 'once', mailOn: true, push: true, fixed: true },
} as const satisfies Record<string, { app: boolean; mail: 'digest' | 'once'; mailOn: boolean; push: boolean; fixed: boolean }>
export type NoticeKind = keyof typeof noticeKinds
export const kindNames = Object.keys(noticeKinds) as [NoticeKind, ...NoticeKind[]]

/** Everything that can be told, and which choice it falls under. Its sentence stands in words/notices.ts. */
export const noticeWhats = {
  mentioned: 'mentions',
  commented: 'replies',
  replied: 'replies',
  reacted: 'reactions',
  release_out: 'releases',
  posted: 'posts',
  event_new: 'shows',
  event_changed: 'shows',
  event_off: 'shows',
  letter_answered: 'letters',
  lyrics_accepted: 'missions',
  points_arrived: 'points',
  points_ending: 'points',
  mission_done: 'missions',
  proof_accepted: 'missions',
  proof_refused: 'missions',
  exchange_made: 'rewards',
  exchange_ready: 'rewards',
  exchange_sent: 'rewards',
  exchange_done: 'rewards',
  exchange_cancelled: 'rewards',
  exchange_ended: 'rewards',
  parcel_back: 'rewards',
  raffle_open: 'raffles',
  raffle_won: 'raffles',
  raffle_next: 'raffles',
  raffle_drawn: 'raffles',
  raffle_off: 'raffles',
  member_joined: 'members',
  join_accepted: 'members',
  join_refused: 'members',
  decided: 'decisions',
  kept: 'decisions',
  appeal_decided: 'decisions',
  page_claim_announced: 'claims',
  page_claim_objected: 'claims',
  page_claim_granted: 'claims',
  page_claim_refused: 'claims',
  page_claim_decided: 'claims',
  banned: 'decisions',
  order_paid: 'money',
  refunded: 'money',
  payout_sent: 'money',
  payout_back: 'money',
  work_ordered: 'money',
  work_message: 'money',
  work_delivered: 'money',
  work_revision: 'money',
  work_accepted: 'money',
  work_cancelled: 'money',
  membership_ending: 'money',
  voucher_ending: 'money',
  gift_sent: 'money',
  gift_refused: 'money',
  order_sent: 'orders',
  order_back: 'orders',
  return_asked: 'orders',
  return_sent: 'orders',
  return_accepted: 'orders',
  return_declined: 'orders',
  return_received: 'orders',
  return_over: 'orders',
  review_written: 'reviews',
  review_answered: 'reviews',
  deal_proposed: 'money',
  settlement_proposed: 'money',
  deal_signed: 'money',
  deal_declined: 'money',
  show_paid: 'money',
  places_offered: 'tickets',
  lottery_won: 'tickets',
  lottery_lost: 'tickets',
  lottery_off: 'tickets',
  ticket_taken: 'tickets',
  ticket_yours: 'tickets',
  show_off: 'tickets',
  show_moved: 'tickets',
  ticket_sold: 'tickets',
  booking_asked: 'tickets',
  booking_answered: 'tickets',
  booking_off: 'tickets',
  booking_moved: 'tickets',
} as const satisfies Record<string, NoticeKind>
export type NoticeWhat = keyof typeof noticeWhats
const whatNames = Object.keys(noticeWhats) as [NoticeWhat, ...NoticeWhat[]]

/** What the sentence of a notice needs (words/notices.ts). Texts are empty where there is nothing to say. */
export type NoticeFacts = {
  /** One person, or several as words. */
  who: string
  title: string
  group: string
  page: string
  reason: string
  /** A day or moment in the reader's words. */
  on: string
  number: string
  /** Money or points in the reader's words. */
  amount: string
}

const kind = z.enum(kindNames)
const person = z.object({ id: id('usr'), name: z.string() })
const notice = z.object({
  id: id('ntf'),
  kind,
  what: z.enum(whatNames),
  /** Names as they were when it happened (`title`, `group`, `reason` …); what the sentence needs. */
  facts: z.record(z.string(), z.string()),
  /** Where it leads, below the planet's address. */
  link: z.string(),
  /** The latest who did it, and how many did in all. */
  actors: z.array(person).max(3),
  people: z.number().int(),
  /** Adds up in a bundle: points. */
  amount: amount.nullable(),
  at: time,
  read: z.boolean(),
})
const unread = z.object({ unread: z.number().int().min(0).max(100).describe('100 stands for 100 and more') })

/** A person's own wall-clock zone, as browsers tell it. */
const zone = z
  .string()
  .max(60)
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/)
const minute = z.number().int().min(0).max(1439)
/** What can be muted: a group, a page, a post, a person. */
const thing = z.string().regex(/^(grp|pag|pst|usr)_[0-9a-hjkmnp-tv-z]{26}$/)
const settings = z.object({
  kinds: z.array(
    z.object({ kind, app: z.boolean(), mail: z.boolean(), push: z.boolean(), how: z.enum(['digest', 'once']), fixed: z.boolean() }),
  ),
  digest: z.enum(['daily', 'weekly', 'never']),
  /** 1 Monday … 7 Sunday. */
  digestDay: z.number().int().min(1).max(7),
  digestHour: z.number().int().min(0).max(23),
  timeZone: z.string(),
  /** Minutes of the day; push waits until the second. */
  quiet: z.object({ from: minute, until: minute }).nullable(),
  mailOff: z.boolean(),
  /** The mail server of this address refused mails for good. */
  mailRefused: z.boolean(),
  email: z.string(),
  muted: z.array(z.object({ thing, name: z.string() })),
})

const device = z.object({ id: id('psh'), agent: z.string(), here: z.boolean(), madeAt: time, usedAt: time.nullable() })
const token = z.string().min(20).max(300)

export const notices = room('notices', {
  'GET /live': stream({
    access: 'anyone',
    summary: 'Server-sent events of up to 20 topics (`me`, `group:…`, `post:…`, `raffle:…`): ids of what changed, never content.',
    input: {
      /** Topics with commas between them. */
      topics: z.string().min(1).max(1500),
      /** The last event seen, for who cannot send Last-Event-ID. */
      since: z.string().max(60).optional(),
    },
    ok: z.null(),
    faults: ['not_found', 'unavailable'],
  }),
  'GET /me/notices': query({
    access: 'member',
    summary: 'What one was told, the latest first.',
    input: { cursor: cursor(), limit: limit(50, 20), unread: flag(), kind: kind.optional() },
    ok: page(notice),
  }),
  'GET /me/notices/unread': query({ access: 'member', summary: 'How much of it is unread.', ok: unread }),
  'POST /me/notices/read': command({
    access: 'member',
    summary: 'Marks notices as read: these, or all up to a moment.',
    input: { notices: z.array(id('ntf')).max(100).optional(), until: time.optional() },
    ok: unread,
    faults: ['invalid'],
  }),
  'GET /me/notices/settings': query({ access: 'member', summary: 'How one wants to be told.', ok: settings }),
  'PATCH /me/notices/settings': command({
    access: 'member',
    summary: 'Changes how one wants to be told; what is left out stays.',
    input: {
      kinds: z
        .array(z.object({ kind, channel: z.enum(channels), wanted: z.boolean() }))
        .max(60)
        .optional(),
      digest: z.enum(['daily', 'weekly', 'never']).optional(),
      digestDay: z.number().int().min(1).max(7).optional(),
      digestHour: z.number().int().min(0).max(23).optional(),
      timeZone: zone.optional(),
      quiet: z.object({ from: minute, until: minute }).nullable().optional(),
      mailOff: z.boolean().optional(),
    },
    ok: settings,
    faults: ['invalid', 'notice_fixed'],
  }),
  'PUT /me/notices/muted/:thing': command({
    access: 'member',
    summary: 'Nothing more about this group, page, post or from this person.',
    input: { thing },
    ok: done,
    faults: ['not_found', 'limited'],
  }),
  'DELETE /me/notices/muted/:thing': command({
    access: 'member',
    summary: 'Hears of it again.',
    input: { thing },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /me/push': stream({
    access: 'member',
    summary: 'The key that browsers subscribe with, and the browsers that take pushes.',
    ok: z.object({ key: z.string(), devices: z.array(device) }),
  }),
  'POST /me/push': stream({
    access: 'member',
    summary: 'This browser takes pushes from now on, as long as one is signed in there.',
    input: {
      endpoint: z.url({ protocol: /^https?$/ }).max(1000),
      keys: z.object({ p256dh: z.string().regex(/^[\w-]{80,100}=?$/), auth: z.string().regex(/^[\w-]{20,30}={0,2}$/) }),
    },
    ok: device,
    faults: ['limited', 'push_address'],
    perMinute: 30,
  }),
  'DELETE /me/push/:id': command({
    access: 'member',
    summary: 'That browser takes no more pushes.',
    input: { id: id('psh') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /notices/unsubscribe': query({
    access: 'anyone',
    summary: 'What the link in a mail is about.',
    input: { token },
    ok: z.object({ email: z.string().describe('with most of it hidden'), off: z.boolean() }),
    faults: ['not_found'],
  }),
  'POST /notices/unsubscribe': command({
    access: 'anyone',
    summary: 'Turns mails off (or on again), without signing in, by the link in a mail. Mails about money and decisions stay.',
    input: { token, off: z.boolean().default(true) },
    ok: done,
    faults: ['not_found'],
    perMinute: 30,
  }),
})
