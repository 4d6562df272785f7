/** What services and gift cards tell becomes notices. */
import type { Tx } from '../foundation/db.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { on } from './hearing.ts'
import { notify, type Telling } from './notify.ts'
import * as heard from './store-heard.ts'

const works: Record<string, Telling['what'] | undefined> = {
  ordered: 'work_ordered',
  message: 'work_message',
  delivered: 'work_delivered',
  revision: 'work_revision',
  accepted: 'work_accepted',
  cancelled: 'work_cancelled',
}
/** Told to the other side; what time did, to both. */
async function work(tx: Tx, { event, line, what, by }: { event: string; line: string; what: string; by: string | null }): Promise<void> {
  const told = works[what]
  const found = told === undefined ? undefined : await heard.workTold(tx, line)
  if (told === undefined || found === undefined) return
  const people = [...(by === found.buyer ? [] : [found.buyer]), ...(by === null || by === found.buyer ? found.sellers : [])]
  const until = what === 'ordered' ? found.dueAt : what === 'delivered' ? found.acceptAt : null
  await notify(tx, people, {
    what: told,
    cause: `work:${event}`,
    facts: { title: found.title, ...(until === null ? {} : { on: until.toISOString() }) },
    link: `/services/jobs/${line}`,
    about: [found.page],
  })
}
async function membership(
  tx: Tx,
  { person, page, until, stage }: { person: string; page: string; until: string; stage: number },
): Promise<void> {
  await notify(tx, [person], {
    what: 'membership_ending',
    cause: `membership:${page}:${until}:${stage}`,
    facts: { page: (await heard.pageTold(tx, page)) ?? '', on: until },
    link: '/memberships',
    about: [page],
  })
}
async function voucher(tx: Tx, { voucher: id, person, until }: { voucher: string; person: string; until: string }): Promise<void> {
  const title = await heard.voucherTold(tx, id)
  if (title !== undefined)
    await notify(tx, [person], {
      what: 'voucher_ending',
      cause: `voucher:${id}`,
      facts: { title, on: until },
      link: `/services/vouchers/${id}`,
    })
}
async function gift(
  tx: Tx,
  { event, card, person, refused }: { event: string; card: string; person: string; refused: boolean },
): Promise<void> {
  const title = await heard.giftTold(tx, card)
  if (title !== undefined)
    await notify(tx, [person], {
      what: refused ? 'gift_refused' : 'gift_sent',
      cause: `gift:${event}`,
      facts: { title },
      link: `/gift-cards/${card}`,
    })
}

// Shows and bookings.

async function places(tx: Tx, { waiting }: { waiting: string }): Promise<void> {
  const found = await heard.placesTold(tx, waiting)
  if (found?.until != null)
    await notify(tx, [found.person], {
      what: 'places_offered',
      cause: `places:${waiting}:${found.until.toISOString()}`,
      facts: { title: found.title, on: found.until.toISOString() },
      link: `/waiting/${waiting}`,
      about: [found.page],
    })
}
async function show(tx: Tx, { event, type, show: id }: { event: string; type: string; show: string }): Promise<void> {
  const found = await heard.holdersTold(tx, id)
  if (found !== undefined && found.holders.length > 0)
    await notify(tx, found.holders, {
      what: type === 'show_cancelled' ? 'show_off' : 'show_moved',
      cause: `show:${event}`,
      facts: { title: found.title },
      link: `/shows/${id}`,
      about: [found.page],
    })
}
async function soldOn(tx: Tx, { resale, ticket, seller }: { resale: string; ticket: string; seller: string }): Promise<void> {
  const found = await heard.resaleTold(tx, ticket)
  if (found !== undefined)
    await notify(tx, [seller], {
      what: 'ticket_sold',
      cause: `resale:${resale}`,
      facts: { title: found.title },
      link: '/tickets',
      about: [found.page],
    })
}
/** The place hears of an ask; who asked or booked, of the answer and when it is called off. */
async function booking(tx: Tx, { event, type, booking: id }: { event: string; type: string; booking: string }): Promise<void> {
  const found = await heard.bookingTold(tx, id)
  if (found === undefined) return
  const { title, page, person, state, startsAt, staff } = found
  const telling = { cause: `booking:${event}`, facts: { title, on: startsAt.toISOString() }, about: [page] }
  if (type === 'booking_asked') await notify(tx, staff, { ...telling, what: 'booking_asked', link: `/studio/bookings/${page}` })
  else if (person !== null && ['accepted', 'declined', 'cancelled'].includes(state))
    await notify(tx, [person], { ...telling, what: state === 'cancelled' ? 'booking_off' : 'booking_answered', link: `/bookings/${id}` })
}

export const salesListeners = {
  'notices.work': on(work),
  'notices.membership': on(membership),
  'notices.voucher': on(voucher),
  'notices.gift': on(gift),
  'notices.places': on(places),
  'notices.show': on(show),
  'notices.sold_on': on(soldOn),
  'notices.booking': on(booking),
} satisfies Jobs
