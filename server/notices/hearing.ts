/** What rooms tell becomes notices. Every one names its cause, so hearing an event twice says nothing twice. */
import { clock, momentOfId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { notify, notifyAll, spread, toldOf, type Telling } from './notify.ts'
import * as heard from './store-heard.ts'

const dayMs = 86_400_000
/** What is older is no news: an import of a life's work wakes nobody. */
const newsDays = 14

/** When it happened: the event's own id says so (where the event names another one instead, it is taken as new). */
const asTold = (payload: unknown, work: () => Promise<void>): Promise<void> => {
  const { event } = payload as { event?: unknown }
  return typeof event === 'string' && event.startsWith('evt_') ? toldOf(momentOfId(event), work) : work()
}

type Listener<P> = (tx: Tx, payload: P) => Promise<unknown>
export const on =
  <P>(listener: Listener<P>) =>
  ({ write }: JobContext, payload: P) =>
    asTold(payload, () => write(async tx => void (await listener(tx, payload))))
/** What gathers comes as a list, else alone. */
const onMany =
  <P>(listener: Listener<readonly P[]>) =>
  ({ write }: JobContext, payload: readonly P[] | P) => {
    const all = Array.isArray(payload) ? (payload as readonly P[]) : [payload as P]
    return asTold(all[0] ?? {}, () => write(async tx => void (await listener(tx, all))))
  }

const isoDay = (at: Date): string => at.toISOString().slice(0, 10)
const some = (...things: readonly (string | null | undefined)[]): string[] => things.filter(thing => typeof thing === 'string')
/** Only what is there: facts are text. */
const facts = (given: Record<string, string | null | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''))

async function released(tx: Tx, events: readonly { release: string }[]): Promise<void> {
  const now = clock.now()
  const out = await heard.releasesOut(
    tx,
    [...new Set(events.map(event => event.release))],
    new Date(now.getTime() - newsDays * dayMs),
    isoDay(now),
  )
  for (const { id, title, page, pageName } of out)
    await spread(tx, `page:${page}`, {
      what: 'release_out',
      cause: `released:${id}`,
      facts: { title, page: pageName },
      link: `/releases/${id}`,
      about: [page],
    })
}

/** A post in the artist's voice: to those who follow the page; where only members read, to them. */
async function posted(tx: Tx, { post }: { post: string }): Promise<void> {
  const found = await heard.postTold(tx, post)
  if (found === undefined || !found.artist || found.page === null) return
  const telling: Telling = {
    what: 'posted',
    cause: `posted:${post}`,
    facts: facts({ page: found.pageName, group: found.groupName }),
    link: `/posts/${post}`,
    by: found.author,
    about: some(found.page, found.group),
    at: found.at,
  }
  // One cause, so nobody hears of it twice who is both.
  if (found.group !== null) await spread(tx, `group:${found.group}`, telling, `posted:${post}:group`)
  if (found.group === null || found.visibility === 'public') await spread(tx, `page:${found.page}`, telling, `posted:${post}:page`)
}

async function commented(tx: Tx, { comment }: { comment: string }): Promise<void> {
  const found = await heard.commentTold(tx, comment)
  if (found === undefined) return
  const to = found.parentAuthor ?? found.postAuthor
  const both = found.parentAuthor !== null && found.parentAuthor !== found.postAuthor ? [found.postAuthor] : []
  const telling = (what: 'commented' | 'replied', of: string): Telling => ({
    what,
    cause: `comment:${comment}`,
    bundle: `${what}:${of}`,
    facts: facts({ group: found.groupName }),
    link: `/posts/${found.post}#${comment}`,
    about: some(found.group, found.page, found.post),
    at: found.at,
    ...asWho(found),
  })
  if (to !== found.author)
    await notify(tx, [to], telling(found.parentAuthor === null ? 'commented' : 'replied', found.parent ?? found.post))
  const others = both.filter(person => person !== found.author)
  if (others.length > 0) await notify(tx, others, telling('commented', found.post))
}

/** Who speaks for an artist is not named: the page is. */
function asWho(found: {
  author: string
  artist: boolean
  pageName: string | null
  groupName: string | null
}): Pick<Telling, 'actor' | 'by' | 'facts'> {
  if (!found.artist) return { actor: found.author }
  return { by: found.author, facts: facts({ who: found.pageName, group: found.groupName }) }
}

async function mentioned(tx: Tx, { subject, persons }: { subject: string; persons: readonly string[] }): Promise<void> {
  const comment = subject.startsWith('cmt_') ? await heard.commentTold(tx, subject) : undefined
  const found = comment ?? (await heard.postTold(tx, subject))
  if (found === undefined) return
  const post = comment?.post ?? subject
  // Whoever hears of the comment as an answer to their own words need not hear of it again.
  const told = new Set(some(found.author, comment?.postAuthor, comment?.parentAuthor))
  await notify(
    tx,
    persons.filter(person => !told.has(person)),
    {
      what: 'mentioned',
      cause: `mentioned:${subject}`,
      facts: facts({ group: found.groupName }),
      link: comment === undefined ? `/posts/${post}` : `/posts/${post}#${subject}`,
      about: some(found.group, found.page, post),
      at: found.at,
      ...asWho(found),
    },
  )
}

async function reacted(tx: Tx, events: readonly { subject: string; person: string }[]): Promise<void> {
  const subjects = new Map((await heard.reactedTo(tx, [...new Set(events.map(event => event.subject))])).map(row => [row.id, row]))
  await notifyAll(
    tx,
    events.flatMap(({ subject, person }) => {
      const found = subjects.get(subject)
      if (found === undefined || found.author === person) return []
      const comment = subject !== found.post
      return {
        person: found.author,
        what: 'reacted' as const,
        cause: `reacted:${subject}:${person}`,
        bundle: `reacted:${subject}`,
        facts: facts({ group: found.groupName, title: comment ? 'comment' : 'post' }),
        link: comment ? `/posts/${found.post}#${subject}` : `/posts/${found.post}`,
        actor: person,
        about: some(found.group, found.post),
      }
    }),
  )
}

/** A new date, a change of one, a date that is off. Past ones are no news. */
async function scheduled(tx: Tx, { event }: { event: string }): Promise<void> {
  const found = await heard.eventTold(tx, event)
  if (found === undefined || found.startsAt <= clock.now()) return
  const telling: Telling = {
    what: found.state === 'cancelled' ? 'event_off' : found.version === 0 ? 'event_new' : 'event_changed',
    cause: `event:${event}:${found.version}`,
    facts: facts({ title: found.title, group: found.groupName, on: found.startsAt.toISOString(), zone: found.zone }),
    link: `/groups/${found.group}/schedule`,
    about: some(found.group, found.page),
  }
  await spread(tx, `group:${found.group}`, telling, `${telling.cause}:group`)
  // A show of an artist is for those who follow the page, too.
  if (found.page !== null) await spread(tx, `page:${found.page}`, telling, `${telling.cause}:page`)
}

async function answered(tx: Tx, { letter }: { letter: string }): Promise<void> {
  const found = await heard.letterTold(tx, letter)
  if (found?.answeredAt == null) return
  await notify(tx, [found.person], {
    what: 'letter_answered',
    cause: `letter:${letter}:answered`,
    facts: facts({ page: found.pageName, group: found.groupName }),
    link: `/groups/${found.group}/letters`,
    about: [found.group],
  })
}

/** Hosts hear of new members in one notice a day. */
async function joined(tx: Tx, events: readonly { group: string; person: string }[]): Promise<void> {
  const groups = [...new Set(events.map(event => event.group))]
  const [hosts, names] = [await heard.hostsOf(tx, groups), await heard.groupNames(tx, groups)]
  const now = clock.now()
  await notifyAll(
    tx,
    events.flatMap(({ group, person }) =>
      hosts.flatMap(host =>
        host.group !== group || host.person === person
          ? []
          : {
              person: host.person,
              what: 'member_joined' as const,
              cause: `joined:${group}:${person}`,
              bundle: `joined:${group}:${isoDay(now)}`,
              facts: facts({ group: names.get(group) }),
              link: `/studio/groups/${group}/members`,
              actor: person,
              about: [group],
            },
      ),
    ),
  )
}

async function requestDecided(tx: Tx, event: { request: string; group: string; person: string; accepted: boolean }): Promise<void> {
  const found = await heard.requestTold(tx, event.request)
  const name = (await heard.groupNames(tx, [event.group])).get(event.group)
  await notify(tx, [event.person], {
    what: event.accepted ? 'join_accepted' : 'join_refused',
    cause: `request:${event.request}`,
    facts: facts({ group: name, reason: found?.reason }),
    link: `/groups/${event.group}`,
  })
}

async function lyricAccepted(tx: Tx, { contribution }: { contribution: string }): Promise<void> {
  const found = await heard.lyricTold(tx, contribution)
  if (found === undefined) return
  await notify(tx, [found.person], {
    what: 'lyrics_accepted',
    cause: `lyrics:${contribution}`,
    facts: { title: found.title },
    link: `/lyrics/${found.track}`,
  })
}

async function decided(tx: Tx, { decision }: { decision: string }): Promise<void> {
  const found = await heard.decisionTold(tx, decision)
  if (found?.author == null) return
  await notify(tx, [found.author], {
    what: found.action === 'ban' ? 'banned' : found.action === 'keep' ? 'kept' : 'decided',
    cause: `decision:${decision}`,
    facts: facts({ group: found.groupName, reason_code: found.action === 'keep' ? null : found.reason, on: found.until?.toISOString() }),
    link: `/appeals/${decision}`,
  })
}
async function appealDecided(tx: Tx, { appeal }: { appeal: string }): Promise<void> {
  const found = await heard.appealTold(tx, appeal)
  if (found !== undefined)
    await notify(tx, [found.person], {
      what: 'appeal_decided',
      cause: `appeal:${appeal}`,
      facts: facts({ group: found.groupName }),
      link: `/appeals/${found.decision}`,
    })
}

/** Whoever claims a page hears of each step; who objected hears how it ended. Names of those who objected stand nowhere. */
async function pageClaimed(tx: Tx, { claim, state }: { claim: string; state: string }): Promise<void> {
  const found = await heard.pageClaimTold(tx, claim)
  const what = claimSteps[state]
  if (found === undefined || what === undefined) return
  const shared = { link: `/claim/${found.page}`, about: [found.page] }
  const title = found.refusedWhy === 'given' ? 'given' : null
  await notify(tx, [found.person], {
    ...shared,
    what,
    cause: `page_claim:${claim}:${state}`,
    facts: facts({ page: found.pageName, title, reason: found.reason, on: state === 'announced' ? found.endsAt?.toISOString() : null }),
  })
  if (state !== 'granted' && state !== 'refused') return
  await notify(tx, found.objectors, {
    ...shared,
    what: 'page_claim_decided',
    cause: `page_claim:${claim}:decided`,
    facts: facts({ page: found.pageName, title: state, reason: found.answer }),
  })
}
const claimSteps: Record<string, Telling['what']> = {
  announced: 'page_claim_announced',
  contested: 'page_claim_objected',
  granted: 'page_claim_granted',
  refused: 'page_claim_refused',
}

async function ordered(tx: Tx, { order }: { order: string }): Promise<void> {
  const found = await heard.orderTold(tx, order)
  if (found === undefined) return
  const paid = found.total === '0' ? {} : { minor: found.total, currency: found.currency }
  await notify(tx, [found.buyer], {
    what: 'order_paid',
    cause: `order:${order}:paid`,
    facts: facts({ number: found.number, ...paid }),
    link: `/orders/${order}`,
  })
}
async function refunded(tx: Tx, { refund }: { refund: string }): Promise<void> {
  const found = await heard.refundTold(tx, refund)
  if (found === undefined) return
  await notify(tx, [found.buyer], {
    what: 'refunded',
    cause: `refund:${refund}`,
    facts: facts({ title: found.title, minor: found.amount, currency: found.currency }),
    link: `/orders/${found.order}`,
  })
}
async function paidOut(tx: Tx, { payout, type }: { payout: string; type: string }): Promise<void> {
  const found = await heard.payoutTold(tx, payout)
  const back = type === 'payout_returned'
  await notifyAll(
    tx,
    found.map(({ person, net, currency }) => ({
      person,
      what: back ? ('payout_back' as const) : ('payout_sent' as const),
      cause: `payout:${payout}:${back ? 'back' : 'sent'}`,
      facts: { minor: net, currency },
      link: '/studio/payouts',
    })),
  )
}

export const listeners = {
  'notices.released': onMany(released),
  'notices.posted': on(posted),
  'notices.commented': on(commented),
  'notices.mentioned': on(mentioned),
  'notices.reacted': onMany(reacted),
  'notices.scheduled': on(scheduled),
  'notices.answered': on(answered),
  'notices.joined': onMany(joined),
  'notices.requested': on(requestDecided),
  'notices.lyric': on(lyricAccepted),
  'notices.decided': on(decided),
  'notices.appealed': on(appealDecided),
  'notices.page_claim': on(pageClaimed),
  'notices.ordered': on(ordered),
  'notices.refunded': on(refunded),
  'notices.paid_out': on(paidOut),
} satisfies Jobs
