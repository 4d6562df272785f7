/**
 * All text of the planet, for pages, mails and files. One file per area; `zh` is the master, `en` must have the same keys (it does not compile
 * otherwise). The browser loads one language (web/i18n): a file here must be listed below and import nothing but types.
 *
 * Areas that only the studio and the console speak (console, budget, hosting, moderating, disputes, intake, studio, upload, settlement, payouts, reconciliation) come with those pages and not with a
 * listener's first one: they are named in the globs of web/i18n/{zh,en}{,-desk}.ts. Pages outside of `/studio` and `/console` may not use them.
 * In the same way areas of a listener's further pages (about, account, apps, claiming, discover, immigration, listening, lyrics, offline, playlists, refunds, royalties, rules, search, sound; web/i18n/{zh,en}-more.ts) come with
 * the first of these pages: their routes say `beforeLoad: moreWords`, parts fetched later say `lazyWithWords` (web/i18n/lazy.ts). Areas of groups and what
 * belongs to them (web/i18n/{zh,en}-fans.ts) likewise, with `fanWords`, and areas of buying, shows and bookings ({zh,en}-sale.ts) with `saleWords`; the desks have them too.
 */
import * as bookings from './bookings.ts'
import * as checkout from './checkout.ts'
import * as coupons from './coupons.ts'
import * as denials from './denials.ts'
import * as goods from './goods.ts'
import * as seating from './seating.ts'
import * as selling from './selling.ts'
import * as services from './services.ts'
import * as shows from './shows.ts'
import * as storefront from './storefront.ts'
import * as tickets from './tickets.ts'
import * as dispatch from './dispatch.ts'
import * as letting from './letting.ts'
import * as offering from './offering.ts'
import * as wares from './wares.ts'
import * as enrolment from './enrolment.ts'
import * as feed from './feed.ts'
import * as groups from './groups.ts'
import * as missions from './missions.ts'
import * as moderating from './moderating.ts'
import * as moderation from './moderation.ts'
import * as notices from './notices.ts'
import * as points from './points.ts'
import * as raffles from './raffles.ts'
import * as refusals from './refusals.ts'
import * as rewards from './rewards.ts'
import * as shipping from './shipping.ts'
import * as budget from './budget.ts'
import * as hosting from './hosting.ts'
import * as about from './about.ts'
import * as apps from './apps.ts'
import * as claiming from './claiming.ts'
import * as discover from './discover.ts'
import * as immigration from './immigration.ts'
import * as listening from './listening.ts'
import * as lyrics from './lyrics.ts'
import * as offline from './offline.ts'
import * as playlists from './playlists.ts'
import * as royalties from './royalties.ts'
import * as rules from './rules.ts'
import * as search from './search.ts'
import * as sound from './sound.ts'
import * as account from './account.ts'
import * as common from './common.ts'
import * as console from './console.ts'
import * as disputes from './disputes.ts'
import * as faults from './faults.ts'
import * as intake from './intake.ts'
import * as invoices from './invoices.ts'
import * as money from './money.ts'
import * as music from './music.ts'
import * as objections from './objections.ts'
import * as payouts from './payouts.ts'
import * as people from './people.ts'
import * as player from './player.ts'
import * as refunds from './refunds.ts'
import * as settlement from './settlement.ts'
import * as reconciliation from './reconciliation.ts'
import * as shell from './shell.ts'
import * as shop from './shop.ts'
import * as shopkeeping from './shopkeeping.ts'
import * as studio from './studio.ts'
import * as upload from './upload.ts'

export { localeFor, localeNames } from './locale.ts'
export type { LocaleName } from './locale.ts'

export const words = {
  zh: {
    bookings: bookings.zh,
    letting: letting.zh,
    offering: offering.zh,
    checkout: checkout.zh,
    coupons: coupons.zh,
    denials: denials.zh,
    goods: goods.zh,
    seating: seating.zh,
    selling: selling.zh,
    services: services.zh,
    shows: shows.zh,
    storefront: storefront.zh,
    tickets: tickets.zh,
    dispatch: dispatch.zh,
    wares: wares.zh,
    enrolment: enrolment.zh,
    feed: feed.zh,
    groups: groups.zh,
    missions: missions.zh,
    moderating: moderating.zh,
    moderation: moderation.zh,
    notices: notices.zh,
    points: points.zh,
    raffles: raffles.zh,
    refusals: refusals.zh,
    rewards: rewards.zh,
    shipping: shipping.zh,
    budget: budget.zh,
    hosting: hosting.zh,
    apps: apps.zh,
    claiming: claiming.zh,
    discover: discover.zh,
    immigration: immigration.zh,
    listening: listening.zh,
    lyrics: lyrics.zh,
    offline: offline.zh,
    playlists: playlists.zh,
    royalties: royalties.zh,
    rules: rules.zh,
    search: search.zh,
    sound: sound.zh,
    about: about.zh,
    account: account.zh,
    common: common.zh,
    console: console.zh,
    disputes: disputes.zh,
    faults: faults.zh,
    intake: intake.zh,
    invoices: invoices.zh,
    money: money.zh,
    music: music.zh,
    objections: objections.zh,
    payouts: payouts.zh,
    people: people.zh,
    player: player.zh,
    refunds: refunds.zh,
    settlement: settlement.zh,
    reconciliation: reconciliation.zh,
    shell: shell.zh,
    shop: shop.zh,
    shopkeeping: shopkeeping.zh,
    studio: studio.zh,
    upload: upload.zh,
  },
  en: {
    bookings: bookings.en,
    letting: letting.en,
    offering: offering.en,
    checkout: checkout.en,
    coupons: coupons.en,
    denials: denials.en,
    goods: goods.en,
    seating: seating.en,
    selling: selling.en,
    services: services.en,
    shows: shows.en,
    storefront: storefront.en,
    tickets: tickets.en,
    dispatch: dispatch.en,
    wares: wares.en,
    enrolment: enrolment.en,
    feed: feed.en,
    groups: groups.en,
    missions: missions.en,
    moderating: moderating.en,
    moderation: moderation.en,
    notices: notices.en,
    points: points.en,
    raffles: raffles.en,
    refusals: refusals.en,
    rewards: rewards.en,
    shipping: shipping.en,
    budget: budget.en,
    hosting: hosting.en,
    apps: apps.en,
    claiming: claiming.en,
    discover: discover.en,
    immigration: immigration.en,
    listening: listening.en,
    lyrics: lyrics.en,
    offline: offline.en,
    playlists: playlists.en,
    royalties: royalties.en,
    rules: rules.en,
    search: search.en,
    sound: sound.en,
    about: about.en,
    account: account.en,
    common: common.en,
    console: console.en,
    disputes: disputes.en,
    faults: faults.en,
    intake: intake.en,
    invoices: invoices.en,
    money: money.en,
    music: music.en,
    objections: objections.en,
    payouts: payouts.en,
    people: people.en,
    player: player.en,
    refunds: refunds.en,
    settlement: settlement.en,
    reconciliation: reconciliation.en,
    shell: shell.en,
    shop: shop.en,
    shopkeeping: shopkeeping.en,
    studio: studio.en,
    upload: upload.en,
  },
} satisfies Record<'zh' | 'en', unknown>

export type Words = (typeof words)['zh']
