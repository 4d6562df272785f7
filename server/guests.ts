/**
 * What someone who buys without an account may change: buying, listening, and what belongs to their orders. All else waits for a password. They may read what members
 * may (of nearly all there is nothing of theirs).
 */
const rooms: ReadonlySet<string> = new Set([
  'bookings',
  'coupons',
  'door',
  'goods',
  'invoices',
  'listening',
  'media',
  'notices',
  'payments',
  'playlists',
  'refunds',
  'seating',
  'services',
  'shipping',
  'shop',
  'shows',
  'storefront',
  'tickets',
])
/** One entry is one person's; a guest is whoever they say, as often as they like. */
const once = /^(PUT|DELETE) \/shows\/:id\/lottery\/entry$/
/** Their own name and language, and signing out. */
const people = /^(PATCH \/me|DELETE \/me\/sessions(\/:id)?)$/

export const openToGuests = (room: string, address: string): boolean =>
  room === 'people' ? people.test(address) : rooms.has(room) && !once.test(address)
