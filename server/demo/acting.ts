/** People of the demo world act through the same entries as everyone: input, access and faults are those of the API. */
import { z } from 'zod'
import { clock, type newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db, Tx } from '../foundation/db.ts'
import { wantsDb, type Mounted } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { routes as claiming } from '../claiming/index.ts'
import { routes as feed } from '../feed/index.ts'
import { routes as groups } from '../groups/index.ts'
import { routes as ledger } from '../ledger/index.ts'
import { routes as lyrics } from '../lyrics/index.ts'
import { routes as missions } from '../missions/index.ts'
import { routes as notices } from '../notices/index.ts'
import { routes as payouts } from '../payouts/index.ts'
import { routes as people } from '../people/index.ts'
import { routes as playlists } from '../playlists/index.ts'
import { routes as points } from '../points/index.ts'
import { routes as raffles } from '../raffles/index.ts'
import { routes as reconciliation } from '../reconciliation/index.ts'
import { routes as refunds } from '../refunds/index.ts'
import { routes as rewards } from '../rewards/index.ts'
import { routes as royalties } from '../royalties/index.ts'
import { routes as settlement } from '../settlement/index.ts'
import { routes as bookings } from '../bookings/index.ts'
import { routes as coupons } from '../coupons/index.ts'
import { routes as goods } from '../goods/index.ts'
import { routes as seating } from '../seating/index.ts'
import { routes as services } from '../services/index.ts'
import { routes as shipping } from '../shipping/index.ts'
import { routes as shop } from '../shop/index.ts'
import { routes as shows } from '../shows/index.ts'
import { routes as storefront } from '../storefront/index.ts'
import { listeners, musicians, signIns } from './people.ts'
import type { Draw } from './sales-words.ts'
import type { WorldState } from './world.ts'

const doors: readonly Mounted[] = [
  people,
  claiming,
  ledger,
  lyrics,
  payouts,
  playlists,
  reconciliation,
  refunds,
  royalties,
  settlement,
  groups,
  feed,
  points,
  notices,
  missions,
  rewards,
  raffles,
  shop,
  shipping,
  goods,
  coupons,
  services,
  storefront,
  seating,
  shows,
  bookings,
]
const everyone = [...signIns, ...musicians, ...listeners]

/** Calls an entry as one of the demo's people would; `input` as on the wire. */
export type Act = <T = unknown>(email: string, address: string, input?: Record<string, unknown>) => Promise<T>

/** For entries that open their transaction themselves: they get this one. */
export const inside = (tx: Tx): Db => ({ read: tx, write: tx, transaction: <T>(work: (tx: Tx) => Promise<T>) => work(tx) }) as unknown as Db

/** Acts in this transaction, which is written as of the moment of `clock.asOf`. */
export function acting(tx: Tx, world: WorldState, config?: Config): Act {
  return async <T>(email: string, address: string, input: Record<string, unknown> = {}): Promise<T> => {
    const room = doors.find(one => address in one.room.entries)
    const entry = room?.room.entries[address]
    const handler = room?.handlers[address] as ((door: unknown, viewer: Viewer, input: unknown) => Promise<unknown>) | undefined
    const who = everyone.find(one => one.email === email)
    if (entry === undefined || handler === undefined || who === undefined) throw new Error(`nobody can ${address} as ${email}`)
    const viewer = { id: world.people[email]!, name: who.name, email, locale: who.locale, roles: who.roles ?? [], session: 'demo' }
    const schema = z.object(entry.input as unknown as z.core.$ZodLooseShape)
    const door =
      entry.kind === 'stream' ? { read: tx, write: inside(tx).transaction, db: inside(tx), config } : wantsDb(handler) ? inside(tx) : tx
    return (await handler(door, viewer, schema.parse(input))) as T
  }
}

const day = 86_400_000
/** So many days before the moment the demo world is made, at this hour (UTC). */
export const daysAgo = (now: number, days: number, hour = 3): Date => new Date(now - (now % day) - days * day + hour * 3_600_000)
export const isoDay = (at: Date): string => at.toISOString().slice(0, 10)
export const isoMonth = (at: Date): string => at.toISOString().slice(0, 7)
/** Now, as it is written of. */
export const moment = (): Date => clock.now()

// What happens in the demo world, in the order of time (sales.ts).

type IdKind = Parameters<typeof newId>[0]
/** What was made so far; kept in a setting, so that it goes on where it was. */
export type Plan = { now: string; ids: Record<string, string>; pictures: Record<string, string>; done: number }
export type Step = { tx: Tx; act: Act; at: Date }
export type Happening = { at: number; run: (step: Step) => Promise<unknown> }
export type Tools = {
  world: WorldState
  config: Config
  plan: Plan
  now: number
  random: () => number
  add: (ago: number, hour: number, run: Happening['run'], minutes?: number) => void
  id: (kind: IdKind, key: string) => string
  picture: (drawn: Draw) => string
}

/** Where the people of the demo world live; parcels of the past go there. */
export const homeOf = (email: string, name: string) => ({
  name,
  phone: '13800000000',
  country: 'CN',
  region: '福建',
  city: '厦门',
  line: `思明南路 ${100 + email.length} 号`,
  postcode: '361000',
})

/** The label packs an order and hands it to the carrier; nothing when nothing of it waits. */
export async function sendParcel({ act }: Step, page: string, order: string, n: number): Promise<void> {
  const { items } = await act<{ items: { order: { id: string }; parcel: string | null; notBefore: string | null }[] }>(
    'label@demo.example',
    'GET /pages/:page/sendings',
    { page, limit: 100 },
  )
  const parcels = items.flatMap(one =>
    one.order.id === order && one.parcel !== null && one.notBefore === null
      ? [{ id: one.parcel, carrier: '中通快递', tracking: `7530${String(10_000_000 + n * 7919)}` }]
      : [],
  )
  if (parcels.length > 0) await act('label@demo.example', 'POST /senders/:sender/parcels/send', { sender: page, parcels })
}
