/** Telling persons something, each thing once: whoever calls names the cause, and the same cause again changes nothing. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { noticeKinds, noticeWhats, type NoticeWhat } from '../../shared/notices.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publishAll, topicOf } from '../foundation/live.ts'
import { insertOnce, insertPushes, planDigests } from './store-sending.ts'
import { insertSpread, writeBundled, writeSingle, type Given, type Written } from './store.ts'

export type Telling = {
  what: NoticeWhat
  /** Names the happening, not the person: `pst_…:commented:cmt_…`. */
  cause: string
  /** What happens of one bundle while it is unread makes one notice. */
  bundle?: string
  facts?: Record<string, string>
  /** Where it leads: `/posts/pst_…`. */
  link: string
  actor?: string
  /** Who did it where another name stands (an artist's page): they are not told. */
  by?: string
  amount?: bigint
  /** Group, page, post: who muted one of them is not told. */
  about?: readonly string[]
  at?: Date
}

/** They did it themselves a moment ago: a mail as a receipt, but no ringing. */
const unrung = new Set<NoticeWhat>(['exchange_made', 'order_paid', 'exchange_done', 'raffle_drawn', 'kept', 'lottery_lost', 'ticket_yours'])
/** Not winning is no mail, and a paid order has its receipt (room invoices). */
const onPageOnly = new Set<NoticeWhat>(['order_paid', 'raffle_drawn', 'exchange_done', 'kept', 'lottery_lost', 'ticket_yours'])
const toMany = new Set<NoticeWhat>(['raffle_open', 'raffle_drawn', 'raffle_off', 'exchange_done', 'kept', 'lottery_lost', 'lottery_off'])

/** What happened longer ago is read on the page; no mail and no ringing tells of it now (a worker that stood still, history that is written). */
const freshMs = 2 * 86_400_000
const happened = new AsyncLocalStorage<Date>()
/** All that `work` tells happened at that moment. */
export const toldOf = <T>(at: Date, work: () => Promise<T>): Promise<T> => happened.run(at, work)

const given = (person: string, telling: Telling, now: Date): Given => {
  const kind = noticeWhats[telling.what]
  const usual = noticeKinds[kind]
  const at = telling.at ?? happened.getStore() ?? now
  const fresh = now.getTime() - at.getTime() < freshMs
  return {
    id: newId('ntf', at),
    person,
    kind,
    what: telling.what,
    cause: telling.cause,
    bundle: telling.bundle ?? null,
    facts: telling.facts ?? {},
    link: telling.link,
    actor: telling.actor ?? null,
    by: telling.by ?? null,
    amount: telling.amount ?? null,
    about: telling.about ?? [],
    at,
    app: usual.app,
    mail: fresh && usual.mailOn && !onPageOnly.has(telling.what),
    // What went out to many is not worth a mail of its own.
    mailHow: toMany.has(telling.what) ? 'digest' : usual.mail,
    push: fresh && usual.push && !unrung.has(telling.what),
    fixed: usual.fixed,
  }
}

/** Sends what is new on its ways: a mail or a place in the digest, pushes, and a word to open pages. */
async function sendOn(tx: Tx, fresh: readonly Written[], touched: readonly string[], now: Date): Promise<void> {
  const once = fresh.filter(row => row.mailHow === 'once')
  if (once.length > 0)
    for (const mail of await insertOnce(
      tx,
      once.map(row => ({ id: newId('eml', now), notice: row.id })),
      now,
    ))
      await enqueue(tx, 'notices.mail', { mail })
  const digest = [...new Set(fresh.filter(row => row.mailHow === 'digest').map(row => row.person))]
  if (digest.length > 0) await planDigests(tx, digest, now)
  const push = fresh.filter(row => row.push).map(row => row.id)
  if (push.length > 0 && (await insertPushes(tx, push, now)) > 0) await enqueue(tx, 'notices.push', {})
  publishAll(tx, touched.map(topicOf), { kind: 'notice' })
}

/** Tells these persons. Call it within the transaction of what happened or in a job that hears of it. */
export async function notifyAll(tx: Tx, tellings: readonly (Telling & { person: string })[]): Promise<void> {
  const now = clock.now()
  const rows = tellings.map(({ person, ...telling }) => given(person, telling, now))
  const single = rows.filter(row => row.bundle === null)
  const bundled = rows.filter(row => row.bundle !== null)
  if (single.length > 0) {
    const made = await writeSingle(tx, single)
    if (made.length > 0)
      await sendOn(
        tx,
        made,
        made.filter(row => row.shown).map(row => row.person),
        now,
      )
  }
  if (bundled.length > 0) {
    const { fresh, touched } = await writeBundled(tx, bundled)
    if (touched.length > 0) await sendOn(tx, fresh, touched, now)
  }
}

/** The same to several persons. */
export const notify = (tx: Tx, persons: readonly string[], telling: Telling): Promise<void> =>
  persons.length === 0
    ? Promise.resolve()
    : notifyAll(
        tx,
        [...new Set(persons)].map(person => ({ ...telling, person })),
      )

/** Everyone who follows a page, is in a group, takes part in a raffle or lost (or was called off) in a show's lottery, in batches by a job. Of one `name` (the cause unless told) only the first time. */
export async function spread(
  tx: Tx,
  audience: `page:${string}` | `group:${string}` | `raffle:${string}` | `lottery:${string}`,
  telling: Telling,
  name: string = telling.cause,
): Promise<void> {
  const at = telling.at ?? happened.getStore() ?? clock.now()
  const { amount: _none, ...body } = telling
  if (await insertSpread(tx, { cause: name, audience, body: { ...body, at }, at: clock.now() }))
    await enqueue(tx, 'notices.spread', { cause: name }, { queue: 'notices.spread' })
}
