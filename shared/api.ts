/** The whole API as one type: what the typed client knows. Import it for types only. */
import type { Encoded, Entries, Entry, WireInputOf } from './contract.ts'
import type { bookings } from './bookings.ts'
import type { catalogue } from './catalogue.ts'
import type { claiming } from './claiming.ts'
import type { console_ } from './console.ts'
import type { coupons } from './coupons.ts'
import type { services } from './services.ts'
import type { discovery } from './discovery.ts'
import type { feed } from './feed.ts'
import type { goods } from './goods.ts'
import type { groups } from './groups.ts'
import type { enrolment } from './enrolment.ts'
import type { immigration } from './immigration.ts'
import type { insight } from './insight.ts'
import type { intake } from './intake.ts'
import type { ledger } from './ledger.ts'
import type { listening } from './listening.ts'
import type { lyrics } from './lyrics.ts'
import type { media } from './media.ts'
import type { moderation } from './moderation.ts'
import type { missions } from './missions.ts'
import type { notices } from './notices.ts'
import type { payments } from './payments.ts'
import type { payouts } from './payouts.ts'
import type { people } from './people.ts'
import type { playlists } from './playlists.ts'
import type { points } from './points.ts'
import type { policy } from './policy.ts'
import type { raffles } from './raffles.ts'
import type { reconciliation } from './reconciliation.ts'
import type { invoices } from './invoices.ts'
import type { refunds } from './refunds.ts'
import type { rewards } from './rewards.ts'
import type { rights } from './rights.ts'
import type { royalties } from './royalties.ts'
import type { scrobbles } from './scrobbles.ts'
import type { search } from './search.ts'
import type { seating } from './seating.ts'
import type { settlement } from './settlement.ts'
import type { shipping } from './shipping.ts'
import type { shop } from './shop.ts'
import type { shows } from './shows.ts'
import type { storefront } from './storefront.ts'
import type { tickets } from './tickets.ts'
import type { door } from './door.ts'
import type { deals } from './deals.ts'

type Wire<E extends Entries> = {
  [K in keyof E]: E[K] extends Entry ? { input: WireInputOf<E[K]['input']>; ok: Encoded<E[K]['ok']> } : never
}
type All = typeof people.entries &
  typeof bookings.entries &
  typeof ledger.entries &
  typeof media.entries &
  typeof catalogue.entries &
  typeof intake.entries &
  typeof lyrics.entries &
  typeof payments.entries &
  typeof rights.entries &
  typeof settlement.entries &
  typeof shop.entries &
  typeof storefront.entries &
  typeof refunds.entries &
  typeof invoices.entries &
  typeof goods.entries &
  typeof services.entries &
  typeof coupons.entries &
  typeof payouts.entries &
  typeof reconciliation.entries &
  typeof search.entries &
  typeof seating.entries &
  typeof listening.entries &
  typeof playlists.entries &
  typeof discovery.entries &
  typeof shipping.entries &
  typeof rewards.entries &
  typeof raffles.entries &
  typeof feed.entries &
  typeof groups.entries &
  typeof enrolment.entries &
  typeof immigration.entries &
  typeof royalties.entries &
  typeof scrobbles.entries &
  typeof moderation.entries &
  typeof claiming.entries &
  typeof missions.entries &
  typeof notices.entries &
  typeof policy.entries &
  typeof points.entries &
  typeof insight.entries &
  typeof shows.entries &
  typeof tickets.entries &
  typeof door.entries &
  typeof deals.entries &
  typeof console_.entries
/** By address, e.g. `Api['GET /releases/:id']['ok']`: as on the wire (ids, amounts and times are text). */
export type Api = { [K in keyof All]: Wire<All>[K] }
export type Address = keyof Api
