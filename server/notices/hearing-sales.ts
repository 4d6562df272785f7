/** What services and gift cards tell becomes notices. */
import type { Tx } from '../foundation/db.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { on } from './hearing.ts'
import { notify, spread, type Telling } from './notify.ts'
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
      what: found.won ? 'lottery_won' : 'places_offered',
      cause: `places:${waiting}:${found.until.toISOString()}`,
      facts: { title: found.title, on: found.until.toISOString(), zone: found.zone },
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
const ticketIs = (found: { title: string; page: string }, cause: string, link: string): Omit<Telling, 'what'> => ({
  cause,
  facts: { title: found.title },
  link,
  about: [found.page],
})
async function soldOn(tx: Tx, { resale, ticket, seller }: { resale: string; ticket: string; seller: string }): Promise<void> {
  const found = await heard.ticketTold(tx, ticket)
  if (found === undefined) return
  await notify(tx, [seller], { ...ticketIs(found, `resale:${resale}`, '/tickets'), what: 'ticket_sold' })
  if (found.holder !== null)
    await notify(tx, [found.holder], { ...ticketIs(found, `resale:${resale}`, `/tickets/${ticket}`), what: 'ticket_yours' })
}
/** A link was taken up: who gave it hears by whom; who took it has it among their notices. */
async function handed(tx: Tx, event: { event: string; ticket: string; giver: string; taker: string }): Promise<void> {
  const { ticket, giver, taker } = event
  const found = await heard.ticketTold(tx, ticket)
  if (found === undefined) return
  const cause = `handed:${event.event}`
  await notify(tx, [giver], { ...ticketIs(found, cause, '/tickets'), what: 'ticket_taken', actor: taker })
  // It may have gone on meanwhile.
  if (found.holder === taker) await notify(tx, [taker], { ...ticketIs(found, cause, `/tickets/${ticket}`), what: 'ticket_yours' })
}
/** Who won hears when places are set aside for them, with the time these are kept (`places`). */
async function lottery(tx: Tx, { show: id }: { show: string }): Promise<void> {
  const found = await heard.lotteryTold(tx, id)
  if (found !== undefined)
    await spread(tx, `lottery:${id}`, {
      ...ticketIs(found, `lottery:${id}`, `/shows/${id}`),
      what: found.void ? 'lottery_off' : 'lottery_lost',
    })
}
/** The place hears of an ask; who asked or booked, of the answer and when it is called off; of a move both, or who did not do it. */
async function booking(
  tx: Tx,
  { event, type, booking: id, by }: { event: string; type: string; booking: string; by?: string },
): Promise<void> {
  const found = await heard.bookingTold(tx, id)
  if (found === undefined) return
  const { title, page, person, state, startsAt, staff } = found
  const telling = { cause: `booking:${event}`, facts: { title, on: startsAt.toISOString() }, about: [page] }
  if (type === 'booking_moved') {
    const told = { ...telling, what: 'booking_moved' } as const
    if (by === person) await notify(tx, staff.filter(one => one !== person), { ...told, link: `/studio/bookings/${page}` }) // prettier-ignore
    if (person !== null) await notify(tx, [person], { ...told, link: `/bookings/${id}` })
  } else if (type === 'booking_asked') await notify(tx, staff, { ...telling, what: 'booking_asked', link: `/studio/bookings/${page}` })
  else if (person !== null && ['accepted', 'declined', 'cancelled'].includes(state))
    await notify(tx, [person], { ...telling, what: state === 'cancelled' ? 'booking_off' : 'booking_answered', link: `/bookings/${id}` })
}

// Goods, reviews, papers of shows.

/** The other side hears of what one did; both of what time did. Money that went back is told as such (`refunded`). */
async function comesBack(tx: Tx, { return: id }: { return: string }): Promise<void> {
  const found = await heard.returnTold(tx, id)
  if (found === undefined) return
  const { state, title, page, buyer, by, answer, tracking, amount, staff } = found
  const telling = { cause: `return:${id}:${state}`, link: `/returns/${id}`, about: [page] }
  const facts = {
    title,
    ...(state === 'declined' && answer !== '' ? { reason: answer } : {}),
    ...(state === 'sent' && tracking !== null ? { number: tracking } : {}),
  }
  const tellAs = (persons: readonly string[], what: Telling['what']): Promise<void> => notify(tx, persons, { ...telling, what, facts })
  if (state === 'asked') await tellAs(staff, 'return_asked')
  else if (state === 'sent') await tellAs(staff, 'return_sent')
  else if (state === 'accepted') await tellAs([buyer, ...(by === null ? staff : [])], 'return_accepted')
  else if (state === 'declined') await tellAs([buyer], 'return_declined')
  else if (state === 'withdrawn') await tellAs([...staff, ...(by === buyer ? [] : [buyer])], 'return_over')
  else if (state === 'short' || amount === '0') await tellAs([buyer], 'return_received')
}
/** Of one thing in one notice while unread. */
async function reviewed(tx: Tx, { review }: { review: string }): Promise<void> {
  const found = await heard.reviewTold(tx, review)
  if (found !== undefined)
    await notify(tx, found.staff, {
      what: 'review_written',
      cause: `review:${review}`,
      bundle: `reviews:${found.subject}`,
      facts: { title: found.title },
      link: `/studio/shop/${found.page}?part=reviews`,
      actor: found.person,
      about: [found.page],
    })
}
async function reviewAnswered(tx: Tx, { review }: { review: string }): Promise<void> {
  const found = await heard.reviewTold(tx, review)
  if (found !== undefined)
    await notify(tx, [found.person], {
      what: 'review_answered',
      cause: `review:${review}:answered`,
      facts: { page: found.pageName },
      link: '/shops/reviews',
      about: [found.page],
    })
}
/** A signed settlement pays: whoever gets something hears of that (`showPaid`). */
async function deal(tx: Tx, { type, deal: id }: { type: string; deal: string }): Promise<void> {
  const found = await heard.dealTold(tx, id)
  if (found === undefined) return
  const { show: of, title, page, kind, by, reason, last, organiser, artist, missing } = found
  const telling = { facts: { title }, link: `/studio/deals/${of}`, about: [page] }
  if (type === 'deal_proposed')
    await notify(tx, [...artist, ...missing], {
      ...telling,
      what: kind === 'terms' ? 'deal_proposed' : 'settlement_proposed',
      cause: `deal:${id}`,
      by,
    })
  else if (type === 'deal_declined' && last?.answer === 'declined')
    await notify(tx, last.side === 'artist' ? organiser : artist, {
      ...telling,
      what: 'deal_declined',
      cause: `deal:${id}:declined`,
      facts: { title, ...(reason === '' ? {} : { reason }) },
    })
  else if (type === 'deal_signed' && kind === 'terms')
    await notify(tx, [...organiser, ...artist], {
      ...telling,
      what: 'deal_signed',
      cause: `deal:${id}:signed`,
      ...(last === null ? {} : { by: last.person }),
    })
}
async function showPaid(tx: Tx, { payment }: { payment: string }): Promise<void> {
  for (const { show: of, title, page, currency, amount, persons } of await heard.showPaidTold(tx, payment)) {
    const telling = { cause: `show_paid:${payment}`, link: `/studio/deals/${of}`, about: [page] }
    await (amount === '0'
      ? notify(tx, persons, { ...telling, what: 'deal_signed', facts: { title } })
      : notify(tx, persons, { ...telling, what: 'show_paid', facts: { title, minor: amount, currency } }))
  }
}

export const salesListeners = {
  'notices.work': on(work),
  'notices.membership': on(membership),
  'notices.voucher': on(voucher),
  'notices.gift': on(gift),
  'notices.places': on(places),
  'notices.show': on(show),
  'notices.sold_on': on(soldOn),
  'notices.handed': on(handed),
  'notices.lottery': on(lottery),
  'notices.booking': on(booking),
  'notices.return': on(comesBack),
  'notices.reviewed': on(reviewed),
  'notices.review_answered': on(reviewAnswered),
  'notices.deal': on(deal),
  'notices.show_paid': on(showPaid),
} satisfies Jobs
