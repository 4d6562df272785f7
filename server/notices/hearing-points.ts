/** What points, missions, rewards and raffles tell becomes notices. */
import type { Tx } from '../foundation/db.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { on } from './hearing.ts'
import { notify, notifyAll, spread, type Telling } from './notify.ts'
import * as heard from './store-heard.ts'

/** All points of a day and a group in one notice that adds them up. */
async function granted(tx: Tx, { grants }: { grants: readonly string[] }): Promise<void> {
  const rows = await heard.grantsTold(tx, grants)
  await notifyAll(
    tx,
    rows.map(row => ({
      person: row.person,
      what: 'points_arrived' as const,
      cause: `grant:${row.id}`,
      bundle: `points:${row.group}:${row.day}`,
      facts: { group: row.groupName },
      link: `/points/${row.group}`,
      amount: BigInt(row.points),
      about: [row.group],
      at: row.at,
    })),
  )
}

async function ending(tx: Tx, event: { group: string; person: string; points: number; at: string; stage: number }): Promise<void> {
  const name = (await heard.groupNames(tx, [event.group])).get(event.group)
  await notify(tx, [event.person], {
    what: 'points_ending',
    cause: `ending:${event.group}:${event.at}:${event.stage}`,
    facts: { on: event.at, ...(name === undefined ? {} : { group: name }) },
    link: `/points/${event.group}`,
    amount: BigInt(event.points),
    about: [event.group],
  })
}

/** Daily ones say enough by their points. */
async function completed({ write }: JobContext, payload: readonly { completion: string }[] | { completion: string }): Promise<void> {
  const keys = (Array.isArray(payload) ? (payload as readonly { completion: string }[]) : [payload as { completion: string }]).map(
    one => one.completion,
  )
  for (let from = 0; from < keys.length; from += 500)
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    await write(async tx => {
      const rows = await heard.completionsTold(tx, keys.slice(from, from + 500))
      await notifyAll(
        tx,
        rows.map(row => ({
          person: row.person,
          what: 'mission_done' as const,
          cause: `mission:${row.key}`,
          facts: { group: row.groupName, title_zh: row.zh, title_en: row.en },
          link: `/groups/${row.group}/missions`,
          about: [row.group],
          at: row.at,
          ...(row.granted > 0 ? { amount: BigInt(row.granted) } : {}),
        })),
      )
    })
}

async function proofDecided(tx: Tx, { proof }: { proof: string }): Promise<void> {
  const found = await heard.proofTold(tx, proof)
  if (found === undefined || (found.state !== 'accepted' && found.state !== 'refused')) return
  await notify(tx, [found.person], {
    what: found.state === 'accepted' ? 'proof_accepted' : 'proof_refused',
    cause: `proof:${proof}:${found.state}`,
    facts: { group: found.groupName, title_zh: found.zh, title_en: found.en, ...(found.reason ? { reason: found.reason } : {}) },
    link: `/groups/${found.group}/missions`,
    about: [found.group],
  })
}

const states = { done: 'exchange_done', cancelled: 'exchange_cancelled', expired: 'exchange_ended', ready: 'exchange_ready' } as const

async function exchanged(tx: Tx, { exchange, type }: { exchange: string; type: string }): Promise<void> {
  const found = await heard.exchangeTold(tx, exchange)
  if (found === undefined) return
  // Whoever won hears of the win.
  const first = type === 'exchange_made'
  if (first && found.cause !== 'points') return
  const what: Telling['what'] | undefined = first ? 'exchange_made' : states[found.state as keyof typeof states]
  if (what === undefined) return
  await notify(tx, [found.person], {
    what,
    cause: `exchange:${exchange}:${first ? 'made' : found.state}`,
    facts: { title: found.title, group: found.groupName },
    link: `/rewards/mine/${exchange}`,
    about: [found.group],
  })
}

async function parcel(tx: Tx, event: { parcel: string; type: string }): Promise<void> {
  const found = await heard.parcelTold(tx, event.parcel)
  if (found === undefined) return
  const back = event.type === 'parcel_returned'
  // One that came back may be sent again.
  const cause = `parcel:${event.parcel}:${back ? 'back' : 'sent'}:${found.sentAt?.getTime() ?? 0}`
  const number: Record<string, string> =
    found.tracking === null ? {} : { number: [found.carrier, found.tracking].filter(Boolean).join(' ') }
  const sold = await heard.sendingTold(tx, found.subject)
  if (sold !== undefined)
    return notify(tx, [found.person], {
      what: back ? 'order_back' : 'order_sent',
      cause,
      facts: { title: found.title, ...number },
      link: `/orders/${sold.order}`,
      about: [sold.page],
    })
  await notify(tx, [found.person], {
    what: back ? 'parcel_back' : 'exchange_sent',
    cause,
    facts: { title: found.title, ...(found.senderName === null ? {} : { group: found.senderName }), ...number },
    link: found.subject.startsWith('xch_') ? `/rewards/mine/${found.subject}` : '/rewards',
  })
}

async function raffle(tx: Tx, event: { raffle: string; type: string; person?: string; place?: number }): Promise<void> {
  const found = await heard.raffleTold(tx, event.raffle)
  if (found === undefined) return
  const shared = { facts: { title: found.title, group: found.groupName }, link: `/raffles/${event.raffle}`, about: [found.group] }
  if (event.type === 'raffle_published')
    return spread(tx, `group:${found.group}`, { ...shared, what: 'raffle_open', cause: `raffle:${event.raffle}:open` })
  if (event.type === 'raffle_passed')
    return notify(tx, [event.person!], { ...shared, what: 'raffle_next', cause: `raffle:${event.raffle}:place:${event.place}` })
  const cause = `raffle:${event.raffle}:end`
  if (event.type === 'raffle_void') return spread(tx, `raffle:${event.raffle}`, { ...shared, what: 'raffle_off', cause })
  const winners = await heard.winnersOf(tx, event.raffle)
  await notify(
    tx,
    winners.map(row => row.person),
    { ...shared, what: 'raffle_won', cause },
  )
  // The same cause: who won hears only that.
  await spread(tx, `raffle:${event.raffle}`, { ...shared, what: 'raffle_drawn', cause })
}

export const pointsListeners = {
  'notices.granted': on(granted),
  'notices.ending': on(ending),
  'notices.completed': completed,
  'notices.proof': on(proofDecided),
  'notices.exchanged': on(exchanged),
  'notices.parcel': on(parcel),
  'notices.raffle': on(raffle),
} satisfies Jobs
