/** Shapes of storefront: cards of things, shops, terms, reviews. */
import { z } from 'zod'
import { Product as Goods } from './goods-shapes.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { pricing } from './shop.ts'
import { time } from './time.ts'

const count = z.number().int()
/** What a card shows: a release, a product with all its variants, a service, a room … */
export const thing = z.string().regex(/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/)
export const soldKind = z.enum(['digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher', 'gift_card'])
export const Rating = z.object({
  count,
  /** Of 5; null: nobody has said anything yet. */
  average: z.number().nullable(),
  /** How many gave 1, 2, 3, 4, 5 stars. */
  byStars: z.array(count).length(5),
})
export const ThingCard = z.object({
  id: thing,
  kind: z.string(),
  title: z.string(),
  detail: z.string().nullable(),
  picture: z.string().nullable(),
  accent: z.string().nullable(),
  seller: z.object({ id: z.string(), name: z.string() }),
  /** The lowest of its open offers, and the highest where they differ. */
  price: money,
  upTo: money.nullable(),
  pricing,
  sold: count,
  rating: Rating.pick({ count: true, average: true }),
  /** Null: one need not ask (a release, a service). */
  left: count.nullable(),
  soldOut: z.boolean(),
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  /** Where it is bought, below this planet. */
  url: z.string(),
})
export const storeState = z.enum(['open', 'paused', 'closed'])
export const sectionKind = z.enum([
  'pinned',
  'new',
  'best',
  'tag',
  'digital',
  'merch',
  'ticket',
  'booking',
  'service',
  'membership',
  'voucher',
])
export const sectionLayout = z.enum(['grid', 'strip', 'large'])
export const Section = {
  key: z.string().regex(/^[a-z0-9]{1,20}$/),
  kind: sectionKind,
  /** Empty: named after its kind. */
  title: z.string(),
  tag: z.string().nullable(),
  layout: sectionLayout,
}
export const ShopCard = z.object({
  id: id('pag'),
  handle: z.string(),
  name: z.string(),
  about: z.string(),
  picture: z.string().nullable(),
  banner: z.string().nullable(),
  accent: z.string().nullable(),
  verified: z.boolean(),
  state: storeState,
  things: count,
  rating: Rating.pick({ count: true, average: true }),
  /** A few of its things, for looking at. */
  pictures: z.array(z.string()),
})
export const Shop = ShopCard.omit({ pictures: true }).extend({
  /** False: nobody opened a shop for this page yet; it shows what the page sells. */
  opened: z.boolean(),
  pageName: z.string(),
  followers: count,
  notice: z.string(),
  shipping: z.string(),
  returns: z.string(),
  openedAt: time.nullable(),
  rating: Rating,
  /** Kinds of which it has something. */
  kinds: z.array(z.string()),
  sections: z.array(z.object({ ...Section, items: z.array(ThingCard), more: z.boolean() })),
  can: z.object({ edit: z.boolean() }),
})

/** A product as its page shows it. */
export const PublicProduct = Goods.omit({ waiting: true, missing: true, handover: true, taxClass: true, changedAt: true }).extend({
  rating: Rating,
  can: z.object({ edit: z.boolean() }),
})

/** Commission by kind of offer as it holds for a seller, an example, and when partner terms can be asked for. */
export const SellingTerms = z.object({
  at: time,
  categories: z.array(
    z.object({
      kind: soldKind,
      plan: z.string(),
      name: z.string(),
      commissionBp: count,
      from: time,
      /** The seller's own terms; until when. */
      own: z.boolean(),
      until: time.nullable(),
    }),
  ),
  partner: z
    .object({
      plan: z.string(),
      name: z.string(),
      commissionBp: count,
      /** Open for so many months and sold for so much. */
      months: count,
      turnover: money,
      termMonths: count.nullable(),
    })
    .nullable(),
  /** Nothing is asked for opening a shop or listing things. */
  fee: money,
  /** SHA-256 of all of the above but the moment: what one agrees to. */
  digest: z.string(),
})
/** From when a shop may ask for partner terms: so many months open and so much sold; which plan it gets, and for how long. */
export const PartnerRule = z.object({
  plan: z.string(),
  months: z.number().int(),
  turnover: money,
  termMonths: z.number().int().nullable(),
  since: time,
  by: z.string().nullable(),
  reason: z.string().nullable(),
})
export const Application = z.object({
  id: id('prp'),
  page: id('pag'),
  shop: z.string(),
  seller: z.object({ id: z.string(), name: z.string() }),
  plan: z.string(),
  note: z.string(),
  months: count,
  turnover: money,
  at: time,
  /** asked → proposed (by one of finance) → confirmed by another; declined; withdrawn. */
  state: z.enum(['asked', 'proposed', 'confirmed', 'declined', 'withdrawn']),
  reason: z.string().nullable(),
  holdsFrom: time.nullable(),
})
export const ShopDesk = z.object({
  shop: Shop.omit({ sections: true, opened: true }),
  version: count,
  sections: z.array(z.object({ ...Section, things: z.array(ThingCard) })),
  terms: SellingTerms,
  agreedAt: time,
  /** What is left to do, in order. */
  todo: z.array(z.enum(['banner', 'about', 'returns', 'shipping', 'thing', 'section'])),
  /** Held or settled: the last 30 days, and in all. */
  sales: z.object({ lines30d: count, amount30d: money, amount: money }),
  unanswered: count,
  partner: z.object({
    /** May it be asked for now? If not: what is missing. */
    can: z.boolean(),
    months: count,
    turnover: money,
    application: Application.nullable(),
  }),
})

export const Review = z.object({
  id: id('rev'),
  thing,
  title: z.string(),
  detail: z.string().nullable(),
  person: z.object({ id: z.string(), name: z.string() }),
  stars: count,
  text: z.string(),
  pictures: z.array(z.object({ small: z.string(), large: z.string() })),
  answer: z.object({ text: z.string(), at: time, name: z.string() }).nullable(),
  at: time,
  changed: z.boolean(),
  hidden: z.boolean(),
  can: z.object({ edit: z.boolean(), answer: z.boolean() }),
})
/** A line one may say something about. */
export const ToReview = z.object({
  line: id('lin'),
  thing,
  kind: z.string(),
  title: z.string(),
  detail: z.string().nullable(),
  picture: z.string().nullable(),
  seller: z.object({ id: z.string(), name: z.string() }),
  at: time,
  url: z.string(),
})
