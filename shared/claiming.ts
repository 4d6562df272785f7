/** claiming: whose page is this? A page without an owner is claimed with proof, announced, objected to, and given. */
import { z } from 'zod'
import { command, cursor, limit, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { party } from './people.ts'
import { time } from './time.ts'

/** review: staff looks at it · announced: everybody may object until it ends · contested: a second person of the staff decides. */
export const pageClaimState = z.enum(['review', 'announced', 'contested', 'granted', 'refused', 'withdrawn'])
export const contestedWhy = z.enum(['objection', 'rival', 'standing'])
/** elsewhere: the link leads to another site. */
export const lookOutcome = z.enum(['found', 'missing', 'unreachable', 'elsewhere'])
/** Why somebody of the staff has to leave it to others. */
export const barred = z.enum(['own', 'organisation', 'objected', 'rival', 'announced'])

const link = z.url({ protocol: /^https?$/ }).max(500)
const named = z.object({ id: party, name: z.string() })
const claimed = z.object({ id: id('pag'), name: z.string(), handle: z.string(), picture: z.string().nullable() })

export const PageClaimLink = z.object({
  url: z.string(),
  /** Being looked at just now. */
  looking: z.boolean(),
  outcome: lookOutcome.nullable(),
  lookedAt: time.nullable(),
  /** The code was seen there then, even if it is gone now. */
  foundAt: time.nullable(),
})
export const PageClaimFile = z.object({ name: z.string(), kind: z.enum(['picture', 'pdf']), bytes: z.number().int(), url: z.string() })
export const PageObjection = z.object({
  id: id('obj'),
  words: z.string(),
  links: z.array(z.string()),
  at: time,
  mine: z.boolean(),
  /** Whose it is: for staff, and for whoever wrote it. */
  by: named.nullable(),
})
/** A claim as its claimant, staff, or (without what proves it) somebody who objected sees it. */
export const PageClaim = z.object({
  id: id('pgc'),
  view: z.enum(['claimant', 'staff', 'objector']),
  page: claimed,
  /** For whom: a person, or an organisation. */
  beneficiary: named,
  /** Who asked; staff sees it where it is for an organisation. */
  person: named.nullable(),
  state: pageClaimState,
  words: z.string().nullable(),
  links: z.array(PageClaimLink),
  files: z.array(PageClaimFile),
  /** Files are taken away so long after the end. */
  filesGone: z.boolean(),
  code: z.string().nullable(),
  at: time,
  announcedAt: time.nullable(),
  endsAt: time.nullable(),
  contestedAt: time.nullable(),
  contestedWhy: contestedWhy.nullable(),
  closedAt: time.nullable(),
  /** given: the page went to somebody else. */
  refusedWhy: z.enum(['staff', 'given']).nullable(),
  /** Words to the claimant (to staff too). */
  reason: z.string().nullable(),
  /** Words to those who objected (to staff too). */
  answer: z.string().nullable(),
  objections: z.array(PageObjection),
  /** Staff: who else claims this page. */
  rivals: z.array(z.object({ id: id('pgc'), beneficiary: named, state: pageClaimState })),
  /** Staff: who announced it, who decided. */
  announcedBy: z.string().nullable(),
  decidedBy: z.string().nullable(),
  barred: barred.nullable(),
  can: z.object({ withdraw: z.boolean(), look: z.boolean(), announce: z.boolean(), refuse: z.boolean(), decide: z.boolean() }),
})
/** What everybody sees of a claim that is announced. */
export const PublicClaim = z.object({
  id: id('pgc'),
  beneficiary: named,
  state: z.enum(['announced', 'contested']),
  announcedAt: time,
  endsAt: time,
  can: z.object({ object: z.boolean() }),
})
export const QueuedClaim = z.object({
  id: id('pgc'),
  page: claimed,
  beneficiary: named,
  state: pageClaimState,
  at: time,
  /** Since when it waits as it is. */
  since: time,
  endsAt: time.nullable(),
  /** The code was seen on one of its links. */
  found: z.boolean(),
  files: z.number().int(),
  objections: z.number().int(),
  rivals: z.number().int(),
})

const words = text(2000).min(20)
const said = text(2000).min(3)
const one = { id: id('pgc') }
const decided = ['not_found', 'claim_state', 'own_claim'] as const

export const claiming = room('claiming', {
  'POST /pages/:page/claims': stream({
    access: 'member',
    summary:
      'Claims a page without an owner, for oneself or an organisation one manages, with words, links and proof files (uploads of one’s own that arrived whole). The same again answers the same.',
    input: {
      page: id('pag'),
      ...one,
      organisation: id('org').nullable().default(null),
      words,
      links: z.array(link).max(5).default([]),
      /** Pictures or PDF, at most 10 MiB each; seen by the claimant and staff alone. */
      uploads: z.array(id('upl')).max(5).default([]),
    },
    ok: PageClaim,
    faults: [
      'not_found',
      'forbidden',
      'banned',
      'page_owned',
      'claim_open',
      'key_reused',
      'too_many_claims',
      'claim_file',
      'too_large',
      'not_ready',
    ],
    perMinute: 10,
  }),
  'GET /me/page-claims': query({
    access: 'member',
    summary: 'Pages one claimed, or (`as` = `objector`) claims of others one objected to, newest first.',
    input: { as: z.enum(['claimant', 'objector']).default('claimant'), cursor: cursor(), limit: limit() },
    ok: page(PageClaim),
  }),
  'GET /page-claims/:id': query({
    access: 'member',
    summary: 'A claim: for its claimant and staff; who objected sees the public part with their own words.',
    input: one,
    ok: PageClaim,
    faults: ['not_found'],
  }),
  'POST /page-claims/:id/withdraw': command({
    access: 'member',
    summary: 'Takes one’s claim back, at any time before the page is given.',
    input: one,
    ok: PageClaim,
    faults: ['not_found', 'claim_state'],
  }),
  'POST /page-claims/:id/look': command({
    access: 'member',
    summary: 'Looks for the code on one of the claim’s links, in a moment; at most every half minute.',
    input: { ...one, link },
    ok: PageClaim,
    faults: ['not_found', 'claim_state', 'limited'],
    perMinute: 10,
  }),
  'GET /page-claims/:id/files/:n': stream({
    access: 'member',
    summary: 'A proof file, as a download, for the claimant and staff.',
    input: { ...one, n: z.coerce.number().int().min(0).max(4) },
    ok: z.unknown(),
    faults: ['not_found'],
  }),
  'GET /pages/:page/claim': query({
    access: 'anyone',
    summary: 'Whether a page can be claimed, who is announced as its owner to be, and what the viewer has to do with it.',
    input: { page: id('pag') },
    ok: z.object({
      /** It has no owner yet. */
      free: z.boolean(),
      claim: PublicClaim.nullable(),
      /** The viewer’s own latest claim of this page. */
      mine: id('pgc').nullable(),
      /** The latest claim of this page that the viewer objected to. */
      objected: id('pgc').nullable(),
    }),
    faults: ['not_found'],
  }),
  'POST /page-claims/:id/objections': command({
    access: 'member',
    summary: 'Says, once and before the period ends, why the page should not be given. The claimant reads the words, not the name.',
    input: { ...one, objection: id('obj'), words, links: z.array(link).max(5).default([]) },
    ok: PageClaim,
    faults: ['not_found', 'banned', 'own_claim', 'objection_once', 'objection_over', 'key_reused'],
    perMinute: 10,
  }),
  'GET /console/page-claims': query({
    access: 'reviewer',
    summary: 'Claims that wait, those that wait longest first; closed ones newest first.',
    input: { state: z.enum(['review', 'announced', 'contested', 'closed']).default('review'), cursor: cursor(), limit: limit() },
    ok: page(QueuedClaim),
  }),
  'POST /console/page-claims/:id/announce': command({
    access: 'reviewer',
    summary:
      'Tells on the page who claims it: everybody may object for fourteen days. Where somebody else claims it too, it is contested at once.',
    input: one,
    ok: PageClaim,
    faults: [...decided, 'page_owned', 'claim_announced'],
  }),
  'POST /console/page-claims/:id/refuse': command({
    access: 'reviewer',
    summary: 'Refuses a claim that is looked at or announced, with words to the claimant.',
    input: { ...one, reason: said },
    ok: PageClaim,
    faults: [...decided],
  }),
  'POST /console/page-claims/:id/decide': command({
    access: 'reviewer',
    summary: 'Decides a contested claim, with words to both sides; not by whoever announced it.',
    input: { ...one, grant: z.boolean(), reason: said, answer: said },
    ok: PageClaim,
    faults: [...decided, 'second_person', 'page_owned', 'claimant_gone'],
  }),
})
