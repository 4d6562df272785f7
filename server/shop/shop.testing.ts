/** For tests of selling: a page with a release, an offer, and paying through the sandbox as a script does. */
import { addRelease } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import { makeLog } from '../foundation/log.ts'
import { until } from '../foundation/testing.ts'
import { openPage } from '../people/index.ts'
import type { Person, TestPlanet } from '../testing.ts'
import { settleAll } from './index.ts'

export type OrderJson = {
  id: string
  number: string
  state: string
  total: { amount: string; currency: string }
  lines: { id: string; state: string; amount: { amount: string }; title: string; seller: { name: string } }[]
  payUrl: string | null
  problem: string | null
  expiresAt: string | null
}
export type Sold = { page: string; release: string; offer: string; tracks: string[] }

/** A page of `owner` with an album and, unless `price` is null, an offer at so many fen. */
export async function sell(
  planet: TestPlanet,
  owner: Person,
  options: {
    price?: bigint | null
    pricing?: 'fixed' | 'name_your_price' | 'free'
    tracks?: number
    currency?: string
    title?: string
    organisation?: string
  } = {},
): Promise<Sold> {
  const { price = 3800n, pricing = 'fixed', tracks = 2, title = 'Slow Star' } = options
  const made = await planet.db.transaction(async tx => {
    const page = await openPage(tx, { kind: 'artist', name: `Page of ${owner.name}`, owner: options.organisation ?? owner.id })
    const release = await addRelease(tx, {
      page,
      title,
      kind: 'album',
      artists: [page],
      tracks: Array.from({ length: tracks }, (_, index) => ({ title: `Track ${index + 1}`, artists: [page], durationMs: 60_000 })),
    })
    return { page, release: release.id, tracks: release.tracks }
  })
  if (price === null) return { ...made, offer: '' }
  const offer = await owner.call<{ id: string }>('POST', '/offers', {
    release: made.release,
    pricing,
    price: { amount: price.toString(), currency: options.currency ?? 'CNY' },
  })
  return { ...made, offer: offer.id }
}

export const place = (buyer: Person, offers: readonly string[], more: object = {}): Promise<OrderJson> =>
  buyer.call<OrderJson>('POST', '/orders', { lines: offers.map(offer => ({ offer, quantity: 1 })), ...more })

/** The name of the sandbox's charge behind an order's `payUrl`. */
export async function chargeOf(buyer: Person, order: OrderJson): Promise<string> {
  const answer = await buyer.fetch(order.payUrl!)
  const ref = /\/sandbox\/pay\/(ch_[\w-]+)$/.exec(answer.headers.get('location') ?? '')?.[1]
  if (ref === undefined) throw new Error(`no charge: ${answer.status} ${answer.headers.get('location')}`)
  return ref
}

/** Decides at the sandbox, as a script does. */
export async function decide(buyer: Person, order: OrderJson, outcome: 'pay' | 'fail' | 'delay' | 'cancel' = 'pay'): Promise<string> {
  const ref = await chargeOf(buyer, order)
  const answer = await buyer.fetch(`/sandbox/api/charges/${ref}`, { method: 'POST', json: { outcome } })
  if (!answer.ok) throw new Error(`sandbox: ${answer.status}`)
  return ref
}

export const orderIs = (buyer: Person, id: string, ...states: string[]): Promise<OrderJson> =>
  until(
    async () => {
      const order = await buyer.call<OrderJson>('GET', `/orders/${id}`)
      return states.includes(order.state) ? order : undefined
    },
    `order ${id} is ${states.join(' or ')}`,
  )

/** Settles all that is due by now. The planet's own settler may have been quicker and still be at some of it: that is waited for. */
export const settleNow = (planet: TestPlanet): Promise<boolean> =>
  until(async () => {
    await settleAll(planet.db.transaction, makeLog('fatal'))
    const due = `select from shop.due q join shop.line l on l.id = q.line where q.due_at <= $1 and l.state = 'held' and not l.frozen`
    return (await planet.db.pool.query(due, [clock.now()])).rowCount === 0
  }, 'what is due to be settled')

/** What an account holds, read from the ledger's tables. */
export async function held(planet: TestPlanet, owner: string, purpose: string): Promise<bigint> {
  const found = await planet.db.pool.query<{ balance: string }>('select balance from ledger.account where owner = $1 and purpose = $2', [
    owner,
    purpose,
  ])
  return BigInt(found.rows[0]?.balance ?? 0)
}
