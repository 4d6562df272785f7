/**
 * Ids are text from URL to table: a type prefix and 26 characters of Crockford base32 that hold a UUIDv7 (time-ordered, so they are good index keys).
 * The client may make the id of what it creates, so a retry is harmless. See docs/decisions/0002.
 */
import { z } from 'zod'
import { alike } from './contract.ts'

export { encodeId, uuidv7Bytes } from './uuid.ts'

export const idKinds = [
  'usr',
  'ses',
  'org',
  'pag',
  'mem',
  'inv',
  'wrk',
  'rec',
  'rel',
  'trk',
  'lyr',
  'ast',
  'upl',
  'imp',
  'off',
  'ord',
  'lin',
  'pay',
  'rfd',
  'ply',
  'que',
  'spl',
  'sgn',
  'evt',
  'ntf',
  'dwn',
  'acc',
  'vrf',
  // money: claim on income, hold, appeal, refund request, shortfall, dispute, payout, payout batch, payout method, provider's report, exception
  'clm',
  'hld',
  'apl',
  'rfq',
  'sht',
  'dsp',
  'pyo',
  'bat',
  'pym',
  'rpt',
  'exc',
  // a proposed change of what holds
  'prp',
  // listening: contribution to lyrics, playlist, its entry, app key, immigration, listen from outside, link to a server outside, offline device, watched folder, pool
  'ctr',
  'pls',
  'ple',
  'key',
  'imm',
  'lst',
  'lnk',
  'dev',
  'wfd',
  'pol',
  // share made by a Subsonic app
  'shr',
  // groups: group, request to join, event of the schedule, letter; feed: post, comment, poll; moderation: report, decision, ban, appeal
  'grp',
  'jrq',
  'gev',
  'ltr',
  'pst',
  'cmt',
  'pll',
  'flg',
  'dcn',
  'ban',
  'ape',
  // points: funding of a budget, money taken out again, grant, spending; missions: mission, proof, partner
  'fnd',
  'wdr',
  'grt',
  'spd',
  'msn',
  'prf',
  'ptn',
  // rewards: reward, exchange, voucher, raffle, its ticket; address and parcel; push subscription, mail; a fan club on the move
  'rwd',
  'xch',
  'vch',
  'raf',
  'rtk',
  'adr',
  'pcl',
  'psh',
  'eml',
  'enr',
  // goods: product, variant, movement of stock, shipping zone, rate, sending, return; storefront: review; coupons: coupon, gift card, code of a release
  'prd',
  'var',
  'stk',
  'zon',
  'rat',
  'snd',
  'ret',
  'rev',
  'cpn',
  // a version of the rule by which shops may ask for partner terms
  'ptr',
  'gft',
  'rdc',
  // services: service, membership, a voucher sold; invoice
  'svc',
  'mbs',
  'vou',
  'ivc',
  // seating: venue, map of its seats, hall of one show, hold; shows: show, tier, place on the waiting list, on the guest list, in a lottery
  'ven',
  'map',
  'hal',
  'sth',
  'sho',
  'tir',
  'wtl',
  'gst',
  'ltn',
  // tickets: ticket, handing on, offer for resale; door, scan; deal about a show
  'tkt',
  'trf',
  'rsl',
  'dor',
  'scn',
  'dea',
  // bookings: resource, booking, block of a calendar, calendar outside, song sung
  'res',
  'bkg',
  'blk',
  'cal',
  'sng',
  // claim of a page without an owner, objection to it
  'pgc',
  'obj',
] as const
export type IdKind = (typeof idKinds)[number]

/** Schema of an id of one kind, e.g. `id('rel')`. */
export const id = alike((kind: IdKind) => z.string().regex(new RegExp(`^${kind}_[0-9a-hjkmnp-tv-z]{26}$`)))
