/** storefront: the shop of a page, the planet's shop over all of them, terms before one sells, and reviews by buyers. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { amount, currency } from './money.ts'
import {
  Application,
  PartnerRule,
  PublicProduct,
  Rating,
  Review,
  Section,
  sectionKind,
  sectionLayout,
  SellingTerms,
  Shop,
  ShopCard,
  ShopDesk,
  soldKind,
  storeState,
  thing,
  ThingCard,
  ToReview,
} from './storefront-shapes.ts'
import { time } from './time.ts'

const count = z.number().int()
const stars = count.min(1).max(5)
const search = z.string().trim().max(100).optional()
const listingSort = z.enum(['new', 'popular', 'cheap', 'dear', 'rated'])
const shopId = z.string().min(2).max(60)

export const storefront = room('storefront', {
  'GET /listings': query({
    access: 'anyone',
    summary: 'What the planet sells, by kind, price and words (also pinyin and initials).',
    input: {
      q: search,
      kind: soldKind.optional(),
      sort: listingSort.default('new'),
      /** Minor units; other currencies are left out where prices are compared. */
      currency: currency.default('CNY'),
      from: z.coerce.bigint().min(0n).optional(),
      to: z.coerce.bigint().min(0n).optional(),
      free: flag(),
      cursor: cursor(),
      limit: limit(60, 24),
    },
    ok: page(ThingCard),
  }),
  'GET /listings/kinds': query({
    access: 'anyone',
    summary: 'Kinds of which something is for sale, with how many.',
    ok: z.object({ items: z.array(z.object({ kind: z.string(), things: count })) }),
  }),
  'GET /shops': query({
    access: 'anyone',
    summary: 'Shops of the planet, newest first, or those of a name.',
    input: { q: search, cursor: cursor(), limit: limit(60, 24) },
    ok: page(ShopCard),
  }),
  'GET /shops/:id': query({
    access: 'anyone',
    summary: 'The shop of a page (its id or handle) with its shelves. A page that sells something has one, also before it is opened.',
    input: { id: shopId },
    ok: Shop,
    faults: ['not_found'],
  }),
  'GET /shops/:id/things': query({
    access: 'anyone',
    summary: 'Things of one shop: all, of a shelf, of a kind, or found by words.',
    input: {
      id: shopId,
      section: z.string().max(20).optional(),
      kind: soldKind.optional(),
      q: search,
      sort: listingSort.default('new'),
      cursor: cursor(),
      limit: limit(60, 24),
    },
    ok: page(ThingCard),
    faults: ['not_found'],
  }),
  'GET /products/:id': query({
    access: 'anyone',
    summary: 'A product with its pictures, variants and what is left of them. A draft only for its sellers.',
    input: { id: id('prd') },
    ok: PublicProduct,
    faults: ['not_found'],
  }),
  'GET /things/:id/beside': query({
    access: 'anyone',
    summary: 'What stands beside a thing on its page: its rating, its seller’s words on shipping and returns, other things of the shop.',
    input: { id: thing },
    ok: z.object({
      rating: Rating,
      shop: ShopCard.omit({ pictures: true }).nullable(),
      shipping: z.string(),
      returns: z.string(),
      others: z.array(ThingCard),
    }),
    faults: ['not_found'],
  }),
  'GET /selling-terms': query({
    access: 'anyone',
    summary: 'What the planet keeps of a sale, by kind, before one lists anything; with `page`: as it holds for that seller.',
    input: { page: id('pag').optional() },
    ok: SellingTerms,
    faults: ['not_found'],
  }),
  'POST /shops': command({
    access: 'member',
    summary:
      'Opens the shop of a page one may edit. Free. `terms` is the digest of the terms one has read; the same again is the same shop.',
    input: { page: id('pag'), name: line(80), about: text(2000).default(''), terms: z.string().regex(/^[0-9a-f]{64}$/) },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only', 'terms_changed', 'key_reused', 'banned', 'blocked_word', 'blocked_link'],
  }),
  'PATCH /shops/:id': command({
    access: 'member',
    summary: 'Changes what a shop says of itself, rests it, or closes it.',
    input: {
      id: id('pag'),
      name: line(80).optional(),
      about: text(2000).optional(),
      notice: text(300).optional(),
      shipping: text(3000).optional(),
      returns: text(3000).optional(),
      state: storeState.optional(),
    },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only', 'banned', 'blocked_word', 'blocked_link'],
  }),
  'PUT /shops/:id/banner': stream({
    access: 'member',
    summary: 'Makes an upload the wide picture of the shop.',
    input: { id: id('pag'), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'own_page_only', 'not_ready', 'picture_refused'],
    perMinute: 20,
  }),
  'DELETE /shops/:id/banner': command({
    access: 'member',
    summary: 'Takes the wide picture away.',
    input: { id: id('pag') },
    ok: done,
    faults: ['not_found', 'own_page_only'],
  }),
  'PUT /shops/:id/sections': command({
    access: 'member',
    summary: 'Sets the shelves of a shop, in order. Refused when somebody else changed them meanwhile (`version`).',
    input: {
      id: id('pag'),
      version: count.min(1),
      sections: z
        .array(
          z.object({
            key: Section.key,
            kind: sectionKind,
            title: text(60).default(''),
            tag: line(40).nullable().default(null),
            layout: sectionLayout.default('grid'),
            things: z.array(thing).max(60).default([]),
          }),
        )
        .max(30),
    },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only', 'changed_meanwhile', 'invalid'],
  }),
  'GET /shops/:id/desk': query({
    access: 'member',
    summary: 'A shop for those who keep it: what is left to do, its shelves, terms, figures.',
    input: { id: id('pag') },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only'],
  }),
  'GET /me/shops': query({
    access: 'member',
    summary: 'Pages one may edit, with their shops where there are.',
    ok: z.object({
      items: z.array(
        z.object({
          page: id('pag'),
          name: z.string(),
          handle: z.string(),
          picture: z.string().nullable(),
          shop: z.object({ name: z.string(), state: storeState, things: count, unanswered: count }).nullable(),
        }),
      ),
    }),
  }),
  'POST /shops/:id/partner': command({
    access: 'member',
    summary: 'Asks for partner terms, once the shop is old enough and has sold enough.',
    input: { id: id('pag'), application: id('prp').optional(), note: text(1000).default('') },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only', 'partner_not_yet', 'partner_asked', 'key_reused'],
  }),
  'DELETE /shops/:id/partner': command({
    access: 'member',
    summary: 'Takes the question back, while nobody has taken it up.',
    input: { id: id('pag') },
    ok: ShopDesk,
    faults: ['not_found', 'own_page_only', 'proposal_decided'],
  }),
  'GET /console/partners': query({
    access: 'finance',
    summary: 'Shops that ask for partner terms, the longest waiting first.',
    input: { open: flag(), cursor: cursor(), limit: limit() },
    ok: page(Application),
  }),
  'POST /console/partners/:id/propose': command({
    access: 'finance',
    summary: 'Makes a proposal of it, which someone else of finance confirms.',
    input: { id: id('prp'), reason: text(1000).min(3) },
    ok: Application,
    faults: ['not_found', 'proposal_decided', 'conflict', 'past_date', 'no_such_plan', 'no_such_party', 'invalid'],
  }),
  'POST /console/partners/:id/decline': command({
    access: 'finance',
    summary: 'Says no, with the reason the seller reads.',
    input: { id: id('prp'), reason: text(1000).min(3) },
    ok: Application,
    faults: ['not_found', 'proposal_decided'],
  }),

  'GET /console/partner-rule': query({
    access: 'finance',
    summary: 'From when shops may ask for partner terms: what holds, what held before and who said so, plans to choose from.',
    ok: z.object({
      rule: PartnerRule.nullable(),
      past: z.array(PartnerRule),
      plans: z.array(z.object({ id: z.string(), name: z.string(), commissionBp: count })),
    }),
  }),
  'GET /console/partner-rule/preview': query({
    access: 'finance',
    summary: 'How many open shops could ask now, and how many by another rule. Changes nothing.',
    input: { months: z.coerce.number().int().min(0).max(60), turnover: amount, currency: currency.default('CNY') },
    ok: z.object({ shops: count, now: count, would: count, new: z.array(z.object({ page: id('pag'), name: z.string() })) }),
  }),
  'PUT /console/partner-rule/:id': command({
    access: 'finance',
    summary:
      'Sets from when shops may ask, under an id the client made; holds at once. What each shop gets is still proposed and confirmed by two.',
    input: {
      id: id('ptr'),
      /** The rule one has read; null: there was none. */
      since: time.nullable(),
      plan: z.string().min(1).max(60),
      months: count.min(0).max(60),
      turnover: amount.refine(value => value >= 0n && value <= 10n ** 14n),
      currency: currency.default('CNY'),
      /** How long terms hold once given; null: until something else is agreed. */
      termMonths: count.min(1).max(120).nullable(),
      reason: text(1000).min(3),
    },
    ok: PartnerRule,
    faults: ['changed_meanwhile', 'key_reused', 'no_such_plan'],
  }),

  'GET /reviews': query({
    access: 'anyone',
    summary: 'What buyers say of a thing, or of all things of a shop.',
    input: {
      thing: thing.optional(),
      shop: id('pag').optional(),
      stars: z.coerce.number().int().min(1).max(5).optional(),
      pictures: flag(),
      unanswered: flag(),
      sort: z.enum(['new', 'best', 'worst']).default('new'),
      cursor: cursor(),
      limit: limit(60, 12),
    },
    ok: z.object({ items: z.array(Review), next: z.string().nullable(), rating: Rating }),
    faults: ['invalid'],
  }),
  'GET /me/reviews': query({
    access: 'member',
    summary: 'What one bought and could say something about, and what one said.',
    input: { cursor: cursor(), limit: limit() },
    ok: z.object({ waiting: z.array(ToReview), items: z.array(Review), next: z.string().nullable() }),
  }),
  'POST /reviews': command({
    access: 'member',
    summary: 'Says something about what one bought and has. Once for each line of an order; the same id again is the same review.',
    input: { id: id('rev').optional(), line: id('lin'), stars, text: text(2000).default('') },
    ok: Review,
    faults: ['not_found', 'own_goods', 'review_not_yet', 'reviewed', 'key_reused', 'limited', 'banned', 'blocked_word', 'blocked_link'],
  }),
  'PATCH /reviews/:id': command({
    access: 'member',
    summary: 'Changes one’s own review.',
    input: { id: id('rev'), stars: stars.optional(), text: text(2000).optional(), pictures: z.array(z.string()).max(6).optional() },
    ok: Review,
    faults: ['not_found', 'banned', 'blocked_word', 'blocked_link'],
  }),
  'DELETE /reviews/:id': command({
    access: 'member',
    summary: 'Takes one’s own review away; the line can be reviewed again.',
    input: { id: id('rev') },
    ok: done,
    faults: ['not_found'],
  }),
  'POST /reviews/:id/pictures': stream({
    access: 'member',
    summary: 'Adds an upload as a picture of one’s own review, six at most.',
    input: { id: id('rev'), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'not_ready', 'picture_refused', 'conflict'],
    perMinute: 30,
  }),
  'PUT /reviews/:id/answer': command({
    access: 'member',
    summary: 'The seller answers, or changes the answer; an empty one takes it away.',
    input: { id: id('rev'), text: text(1000) },
    ok: Review,
    faults: ['not_found', 'own_page_only', 'limited', 'banned', 'blocked_word', 'blocked_link'],
  }),
})
