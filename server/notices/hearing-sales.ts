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

export const salesListeners = {
  'notices.work': on(work),
  'notices.membership': on(membership),
  'notices.voucher': on(voucher),
  'notices.gift': on(gift),
} satisfies Jobs
