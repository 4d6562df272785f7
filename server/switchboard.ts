/** Every event and who listens: the one screen for "what happens when". Names are jobs. */
import type { EventType } from '../shared/events.ts'
import type { Gathering, Switchboard } from './foundation/events.ts'

export const switchboard: Switchboard = {
  // upload_finished: [],
  page_opened: ['search.page'],
  page_changed: ['catalogue.page', 'search.page', 'storefront.page'],
  release_changed: ['search.release', 'playlists.arrived', 'notices.released', 'storefront.release'],
  offer_changed: ['storefront.offered'],
  show_changed: ['storefront.show', 'groups.show'],
  asset_processed: ['catalogue.sound', 'intake.alike', 'shop.formats'],
  asset_failed: ['catalogue.sound'],
  play_recorded: ['missions.heard'],
  play_grew: ['missions.heard'],
  plays_withdrawn: ['missions.heard'],
  event_attended: ['missions.attended'],
  lyrics_accepted: ['missions.lyric', 'notices.lyric'],
  member_joined: ['notices.joined'],
  request_decided: ['notices.requested'],
  schedule_changed: ['notices.scheduled'],
  letter_answered: ['notices.answered'],
  post_published: ['notices.posted'],
  comment_written: ['notices.commented'],
  people_mentioned: ['notices.mentioned'],
  reaction_given: ['notices.reacted'],
  decision_made: ['notices.decided'],
  appeal_decided: ['notices.appealed'],
  points_granted: ['notices.granted'],
  points_ending: ['notices.ending'],
  mission_completed: ['notices.completed'],
  proof_decided: ['notices.proof'],
  exchange_made: ['notices.exchanged'],
  exchange_changed: ['notices.exchanged'],
  parcel_sent: ['notices.parcel'],
  parcel_returned: ['notices.parcel'],
  raffle_published: ['notices.raffle'],
  raffle_drawn: ['notices.raffle'],
  raffle_void: ['notices.raffle'],
  places_returned: ['shows.returned'],
  order_paid: ['notices.ordered', 'invoices.paid'],
  refund_done: ['notices.refunded', 'coupons.refunded', 'invoices.refunded'],
  payout_sent: ['notices.paid_out'],
  payout_returned: ['notices.paid_out'],
  job_changed: ['notices.work'],
  membership_ending: ['notices.membership'],
  voucher_ending: ['notices.voucher'],
  gift_delivered: ['notices.gift'],
  places_offered: ['notices.places'],
  booking_asked: ['notices.booking'],
  booking_changed: ['notices.booking'],
  ticket_sold_on: ['notices.sold_on'],
  show_cancelled: ['notices.show'],
  show_postponed: ['notices.show'],
}

/** Listeners that take what gathers within a second, a list of events at once, each person in one shard. */
export const gathered: Readonly<Record<string, Gathering>> = {
  'invoices.paid': { by: 'order', shards: 1 },
  'missions.heard': { by: 'person', shards: 4 },
  'notices.released': { by: 'release', shards: 1 },
  'storefront.offered': { by: 'subject', shards: 1 },
  'notices.reacted': { by: 'subject', shards: 4 },
  'notices.joined': { by: 'group', shards: 2 },
  'notices.completed': { by: 'person', shards: 2 },
}

/** Events too many to be written down: only their listeners hear of them. */
export const passing: readonly EventType[] = ['play_grew']
