/** Everything that rooms tell each other: one closed union, past tense, ids only. `server/switchboard.ts` lists who listens. */
export type PlanetEvent =
  | { type: 'person_joined'; person: string }
  | { type: 'page_opened'; page: string }
  | { type: 'page_changed'; page: string }
  | { type: 'upload_finished'; upload: string }
  | { type: 'asset_processed'; asset: string }
  | { type: 'asset_failed'; asset: string }
  | { type: 'release_imported'; release: string }
  | { type: 'release_changed'; release: string }
  | { type: 'lyrics_accepted'; contribution: string; person: string }
  | { type: 'lyrics_undone'; contribution: string; person: string }
  | { type: 'lyrics_redone'; contribution: string; person: string }
  | { type: 'play_recorded'; play: string; person: string | null }
  | { type: 'play_grew'; play: string; person: string }
  | { type: 'plays_withdrawn'; withdrawal: string; person: string }
  | { type: 'split_signed'; sheet: string }
  | { type: 'order_placed'; order: string }
  | { type: 'order_paid'; order: string }
  | { type: 'lines_settled'; lines: readonly string[] }
  /** What is for sale was put up, changed or taken down: a kind and what it sells (rel_…, var_…, tir_…). */
  | { type: 'offer_changed'; kind: string; subject: string }
  | { type: 'review_written'; review: string }
  | { type: 'review_answered'; review: string }
  | { type: 'refund_done'; refund: string }
  | { type: 'payout_sent'; payout: string }
  | { type: 'payout_returned'; payout: string }
  | { type: 'group_opened'; group: string }
  | { type: 'member_joined'; group: string; person: string }
  | { type: 'member_left'; group: string; person: string }
  | { type: 'request_decided'; request: string; group: string; person: string; accepted: boolean }
  | { type: 'schedule_changed'; event: string }
  | { type: 'event_attended'; event: string; person: string }
  | { type: 'letter_sent'; letter: string }
  | { type: 'letter_answered'; letter: string }
  | { type: 'decision_made'; decision: string; person: string }
  | { type: 'person_banned'; person: string; group: string | null }
  /** A claim of a page was announced, objected to, granted or refused. */
  | { type: 'page_claim_changed'; claim: string; state: string }
  | { type: 'appeal_decided'; appeal: string; person: string }
  | { type: 'mission_completed'; mission: string; person: string; completion: string }
  | { type: 'proof_sent'; proof: string; group: string }
  | { type: 'proof_decided'; proof: string; person: string }
  | { type: 'points_granted'; grants: readonly string[] }
  | { type: 'points_taken_back'; grants: readonly string[] }
  | { type: 'points_ending'; group: string; person: string; points: number; at: string; stage: number }
  | { type: 'post_published'; post: string }
  | { type: 'comment_written'; comment: string }
  /** Of a post or of a comment. */
  | { type: 'people_mentioned'; subject: string; persons: readonly string[] }
  /** Someone's first reaction to a post or a comment. */
  | { type: 'reaction_given'; subject: string; person: string }
  | { type: 'exchange_made'; exchange: string; group: string; person: string }
  /** Done, taken back, answered by a host, run out. */
  | { type: 'exchange_changed'; exchange: string; person: string }
  | { type: 'parcel_sent'; parcel: string; person: string }
  | { type: 'parcel_arrived'; parcel: string; person: string }
  | { type: 'parcel_returned'; parcel: string; person: string }
  /** Asked, answered, on its way, refunded: between a page and who bought there. */
  | { type: 'return_changed'; return: string; page: string; person: string }
  | { type: 'raffle_published'; raffle: string; group: string }
  | { type: 'raffle_drawn'; raffle: string }
  | { type: 'raffle_void'; raffle: string }
  | { type: 'raffle_passed'; raffle: string; person: string; place: number }
  /** Work made to order: ordered, said, delivered, asked for again, accepted, ended. */
  | { type: 'job_changed'; line: string; what: string; by: string | null }
  | { type: 'membership_ending'; person: string; page: string; until: string; stage: number }
  | { type: 'voucher_ending'; voucher: string; person: string; until: string }
  /** `refused`: the address does not exist. */
  | { type: 'gift_delivered'; card: string; person: string; refused: boolean }
  /** Places of a hall that had few left can be had again. */
  | { type: 'places_returned'; hall: string }
  /** Handed on by a link; sold on to another person. */
  | { type: 'ticket_handed'; ticket: string; giver: string; taker: string }
  | { type: 'ticket_sold_on'; resale: string; ticket: string; seller: string }
  /** Announced, put on sale, moved, put off, cancelled, over. */
  | { type: 'show_changed'; show: string }
  | { type: 'show_cancelled'; show: string }
  | { type: 'show_postponed'; show: string }
  | { type: 'lottery_drawn'; show: string }
  /** The next on a waiting list (or a winner) has places set aside for a time. */
  | { type: 'places_offered'; waiting: string; person: string }
  /** A time was asked for; the state or time of a booking changed. */
  | { type: 'booking_asked'; booking: string }
  | { type: 'booking_changed'; booking: string }
  /** To another time or room, by its guest or the place. */
  | { type: 'booking_moved'; booking: string; by: string }
  /** Papers about a show’s money: for whom one waits; signed by both; declined. Its takings were paid out. */
  | { type: 'deal_proposed'; deal: string; party: string }
  | { type: 'deal_signed'; deal: string }
  | { type: 'deal_declined'; deal: string }
  | { type: 'show_paid'; show: string; payment: string }

export type EventType = PlanetEvent['type']
