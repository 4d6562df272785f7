/** services: work made to order, memberships of a page, vouchers it sells. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, money } from './money.ts'
import { time } from './time.ts'

const count = z.number().int()
export const serviceKind = z.enum(['service', 'membership', 'voucher'])
/** svc_…, mbs_… or vou_…: the id says the kind. */
export const productId = z.union([id('svc'), id('mbs'), id('vou')])
export const Question = z.object({
  id: z.string().regex(/^[a-z0-9]{1,12}$/),
  label: line(200),
  kind: z.enum(['line', 'text', 'link', 'choice']),
  required: z.boolean(),
  choices: z.array(line(80)).max(20).default([]),
})
export const Answered = z.object({ label: z.string(), answer: z.string() })
export const ServiceCard = z.object({
  id: productId,
  kind: serviceKind,
  title: z.string(),
  picture: z.string().nullable(),
  price: money,
  page: z.object({ id: id('pag'), name: z.string(), handle: z.string(), picture: z.string().nullable() }),
  offer: id('off').nullable(),
  state: z.enum(['draft', 'open', 'closed']),
  /** Pieces left; null: as many as are wanted. */
  left: count.nullable(),
  days: count.nullable(),
  period: z.enum(['month', 'year']).nullable(),
  worth: amount.nullable(),
  validDays: count.nullable(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  membersOnly: z.boolean(),
})
export const Service = ServiceCard.extend({
  about: z.string(),
  how: z.string(),
  eachMost: count.nullable(),
  revisions: count.nullable(),
  acceptDays: count.nullable(),
  questions: z.array(Question),
  perks: z.array(z.string()),
  earlyHours: count.nullable(),
  /** The viewer is a member of its page until then. */
  memberUntil: time.nullable(),
  can: z.object({ edit: z.boolean() }),
})
export const DeskService = Service.extend({ most: count.nullable(), taken: count, sold: count, createdAt: time })

export const givenService = {
  page: id('pag'),
  title: line(120),
  about: text(6000).default(''),
  how: text(3000).default(''),
  price: money,
  state: z.enum(['draft', 'open', 'closed']).default('draft'),
  most: count.min(1).max(1_000_000).nullable().default(null),
  eachMost: count.min(1).max(1000).nullable().default(null),
  opensAt: time.nullable().default(null),
  closesAt: time.nullable().default(null),
  membersOnly: z.boolean().default(false),
  /** Of a service. */
  days: count.min(1).max(365).default(7),
  revisions: count.min(0).max(50).default(2),
  acceptDays: count.min(1).max(60).default(7),
  questions: z.array(Question).max(20).default([]),
  /** Of a membership. */
  period: z.enum(['month', 'year']).default('month'),
  perks: z.array(line(200)).max(20).default([]),
  earlyHours: count.min(0).max(720).default(0),
  /** Of a voucher: what it is worth in parts (null: used once), and how many days it is good. */
  worth: amount.nullable().default(null),
  validDays: count.min(1).max(1825).default(365),
}

export const jobState = z.enum(['working', 'delivered', 'accepted', 'cancelled'])
export const JobCard = z.object({
  /** The line of the order it was bought with. */
  line: id('lin'),
  product: id('svc'),
  title: z.string(),
  picture: z.string().nullable(),
  page: z.object({ id: id('pag'), name: z.string() }),
  buyer: z.object({ id: id('usr'), name: z.string() }),
  price: money,
  state: jobState,
  dueAt: time,
  /** Delivered: accepted by itself then. */
  acceptAt: time.nullable(),
  late: z.boolean(),
  at: time,
})
export const JobWord = z.object({
  id: z.string(),
  what: z.enum(['message', 'delivered', 'revision', 'accepted', 'cancelled', 'extended']),
  by: z.object({ id: z.string(), name: z.string() }).nullable(),
  seller: z.boolean(),
  text: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: count, url: z.string() })),
  at: time,
})
export const Job = JobCard.extend({
  brief: z.array(Answered),
  revisions: count,
  revisionsUsed: count,
  acceptDays: count,
  reason: z.string(),
  closedAt: time.nullable(),
  words: z.array(JobWord),
  /** The viewer is whoever sells. */
  seller: z.boolean(),
  can: z.object({
    say: z.boolean(),
    deliver: z.boolean(),
    accept: z.boolean(),
    revise: z.boolean(),
    extend: z.boolean(),
    cancel: z.boolean(),
  }),
})
export const Membership = z.object({
  page: z.object({ id: id('pag'), name: z.string(), handle: z.string(), picture: z.string().nullable() }),
  since: time,
  until: time,
  active: z.boolean(),
  perks: z.array(z.string()),
  /** What to order to stay a member. */
  renew: z.object({ product: id('mbs'), offer: id('off').nullable(), title: z.string(), price: money }).nullable(),
  lines: z.array(
    z.object({
      line: id('lin'),
      title: z.string(),
      startsAt: time,
      endsAt: time,
      freeUntil: time,
      ended: z.boolean(),
      canReturn: z.boolean(),
    }),
  ),
})
export const voucherState = z.enum(['good', 'used', 'over', 'void'])
export const Voucher = z.object({
  id: id('vch'),
  product: id('vou'),
  title: z.string(),
  how: z.string(),
  picture: z.string().nullable(),
  page: z.object({ id: id('pag'), name: z.string() }),
  code: z.string(),
  state: voucherState,
  /** Null: used once. */
  worth: money.nullable(),
  left: money.nullable(),
  until: time,
  at: time,
  qr: z.object({ size: count, path: z.string() }).nullable(),
  redemptions: z.array(z.object({ amount: money.nullable(), at: time, note: z.string() })),
  can: z.object({ giveBack: z.boolean() }),
})
export const VoucherLook = Voucher.omit({ qr: true, can: true }).extend({
  person: z.object({ id: id('usr'), name: z.string() }),
  /** Why it cannot be used, if so. */
  problem: z.enum(['used', 'over', 'void']).nullable(),
})
const key = z
  .string()
  .min(8)
  .max(60)
  .regex(/^[\w-]+$/)
const pageId = id('pag')

export const services = room('services', {
  'GET /pages/:page/services': query({
    access: 'anyone',
    summary: 'What a page offers: services, memberships, vouchers that are open.',
    input: { page: pageId },
    ok: z.object({ items: z.array(ServiceCard), memberUntil: time.nullable() }),
    faults: ['not_found'],
  }),
  'GET /services/:id': query({
    access: 'anyone',
    summary: 'A service, membership or voucher.',
    input: { id: productId },
    ok: Service,
    faults: ['not_found'],
  }),
  'GET /pages/:page/services/desk': query({
    access: 'member',
    summary: 'All services, memberships and vouchers of a page one may edit.',
    input: { page: pageId },
    ok: z.object({ items: z.array(DeskService) }),
    faults: ['not_found'],
  }),
  'PUT /services/:id': command({
    access: 'member',
    summary: 'Makes or changes one under an id the client made; what was ordered keeps its terms.',
    input: { id: productId, ...givenService },
    ok: DeskService,
    faults: ['not_found', 'own_page_only', 'key_reused', 'service_invalid', 'service_taken'],
  }),
  'PUT /services/:id/picture': stream({
    access: 'member',
    summary: 'Makes an upload its picture; everything but the picture is taken off.',
    input: { id: productId, upload: id('upl') },
    ok: done,
    faults: ['not_found', 'own_page_only', 'not_ready', 'picture_refused'],
    perMinute: 20,
  }),
  'GET /me/jobs': query({
    access: 'member',
    summary: 'Work one ordered, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(JobCard),
  }),
  'GET /pages/:page/jobs': query({
    access: 'member',
    summary: 'Work ordered from a page one may edit: what is to do by its date, what is done newest first.',
    input: { page: pageId, open: z.enum(['true', 'false']).default('true'), cursor: cursor(), limit: limit() },
    ok: page(JobCard),
    faults: ['not_found'],
  }),
  'GET /jobs/:line': query({
    access: 'member',
    summary: 'Work one ordered or sells, with what was said and handed over.',
    input: { line: id('lin') },
    ok: Job,
    faults: ['not_found'],
  }),
  'POST /jobs/:line/words': stream({
    access: 'member',
    summary:
      'Says something, hands the work over (seller), or asks to have it made over (buyer); with files that were uploaded. Same id, same word.',
    input: {
      line: id('lin'),
      id: key,
      what: z.enum(['message', 'delivered', 'revision']),
      text: text(5000).default(''),
      uploads: z.array(id('upl')).max(10).default([]),
    },
    ok: Job,
    faults: ['not_found', 'job_state', 'no_revisions_left', 'key_reused', 'not_ready', 'word_empty'],
  }),
  'GET /jobs/:line/files/:word/:place': stream({
    access: 'member',
    summary: 'A file that was handed over.',
    input: { line: id('lin'), word: key, place: z.coerce.number().int().min(0).max(19) },
    ok: z.any(),
    faults: ['not_found'],
  }),
  'POST /jobs/:line/accept': command({
    access: 'member',
    summary: 'The buyer accepts what was delivered: the money goes to the seller.',
    input: { line: id('lin') },
    ok: Job,
    faults: ['not_found', 'job_state'],
  }),
  'POST /jobs/:line/extend': command({
    access: 'member',
    summary: 'The buyer gives it more days. The same id is the same word.',
    input: { line: id('lin'), id: key, days: count.min(1).max(90) },
    ok: Job,
    faults: ['not_found', 'job_state', 'key_reused'],
  }),
  'POST /jobs/:line/cancel': command({
    access: 'member',
    summary: 'Ends the work: the money goes back. The seller can until it is accepted; the buyer when it is late.',
    input: { line: id('lin'), reason: line(500) },
    ok: Job,
    faults: ['not_found', 'job_state'],
  }),
  'GET /me/memberships': query({
    access: 'member',
    summary: 'Memberships one has or had.',
    ok: z.object({ items: z.array(Membership) }),
  }),
  'POST /memberships/:line/return': command({
    access: 'member',
    summary: 'Gives a membership back in its first days: all the money goes back.',
    input: { line: id('lin') },
    ok: done,
    faults: ['not_found', 'return_over'],
  }),
  'GET /pages/:page/members': query({
    access: 'member',
    summary: 'Members of a page one may edit, who joined last first.',
    input: { page: pageId, cursor: cursor(), limit: limit(100, 50) },
    ok: page(z.object({ id: id('usr'), name: z.string(), since: time, until: time, active: z.boolean() })).extend({ active: count }),
    faults: ['not_found'],
  }),
  'GET /me/vouchers': query({
    access: 'member',
    summary: 'Vouchers one bought, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Voucher),
  }),
  'GET /vouchers/:id': query({
    access: 'member',
    summary: 'A voucher of one’s own.',
    input: { id: id('vch') },
    ok: Voucher,
    faults: ['not_found'],
  }),
  'POST /vouchers/:id/return': command({
    access: 'member',
    summary: 'Gives back what was not used of a voucher: that part of the money goes back.',
    input: { id: id('vch') },
    ok: Voucher,
    faults: ['not_found', 'voucher_over'],
  }),
  'GET /pages/:page/vouchers': query({
    access: 'member',
    summary: 'Vouchers sold by a page one may edit, newest first.',
    input: { page: pageId, cursor: cursor(), limit: limit(100, 50) },
    ok: page(VoucherLook),
    faults: ['not_found'],
  }),
  'GET /pages/:page/vouchers/:code': query({
    access: 'member',
    summary: 'What a voucher is, before it is redeemed. For the page’s people, its organisation’s door staff too.',
    input: { page: pageId, code: z.string().trim().min(4).max(80) },
    ok: VoucherLook,
    faults: ['not_found'],
  }),
  'POST /pages/:page/vouchers/:code/redeem': command({
    access: 'member',
    summary: 'Redeems a voucher, or so much of it. The same id is the same redemption.',
    input: {
      page: pageId,
      code: z.string().trim().min(4).max(80),
      id: key,
      amount: amount.optional(),
      note: z.string().trim().max(200).default(''),
    },
    ok: VoucherLook,
    faults: ['not_found', 'voucher_redeemed', 'voucher_over', 'voucher_short', 'key_reused'],
  }),
})
