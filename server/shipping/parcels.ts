/** Parcels: asked for by rooms above, packed and sent by their sender, until they arrive or come back. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tell, tellAll } from '../foundation/events.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { addressOf, type Input, type Ok } from './addresses.ts'
import { followLink } from './carriers.ts'
import { mayPack, tellPurpose } from './senders.ts'
import {
  countParcels,
  forgetAddresses,
  insertParcels,
  listParcels,
  lockParcelOf,
  lockParcels,
  longSent,
  moveParcel,
  readdress,
  readParcel,
  refill,
  renumber,
  type Locked,
  type NewParcel,
  type ParcelRow,
} from './store.ts'

type Parcel = Ok<'GET /parcels/:id'>
/** Nobody said that it arrived: after so many days on its way it has. */
export const arrivesAfterDays = 21
export const forgetAfterDays = 180
const dayMs = 86_400_000

const shown = (row: ParcelRow, viewer: Viewer, pack: boolean): Parcel => ({
  id: row.id,
  title: row.title,
  quantity: row.quantity,
  state: row.state,
  carrier: row.carrier,
  tracking: row.tracking,
  follow: followLink(row.carrier, row.tracking),
  address: row.address,
  createdAt: row.createdAt,
  sentAt: row.sentAt,
  closedAt: row.closedAt,
  steps: row.steps.map(step => ({ ...step, at: new Date(step.at) })),
  can: {
    address: row.person === viewer.id && (row.state === 'to_pack' || row.state === 'returned'),
    arrived: row.state === 'sent' && (row.person === viewer.id || pack),
    pack,
  },
})
/** A parcel for whom it goes to and who packs it; for everybody else there is none. */
async function load(db: Read, viewer: Viewer, id: string): Promise<{ row: ParcelRow; pack: boolean }> {
  const row = await readParcel(db, id)
  if (row === undefined) throw fault('not_found')
  const pack = await mayPack(db, viewer, row.sender)
  if (!pack && row.person !== viewer.id) throw fault('not_found')
  return { row, pack }
}
async function again(db: Read, viewer: Viewer, id: string): Promise<Parcel> {
  const { row, pack } = await load(db, viewer, id)
  return shown(row, viewer, pack)
}

export const getParcel = (db: Read, viewer: Viewer, { id }: Input<'GET /parcels/:id'>): Promise<Parcel> => again(db, viewer, id)

export async function setAddress(tx: Tx, viewer: Viewer, { id, address }: Input<'PUT /parcels/:id/address'>): Promise<Parcel> {
  await load(tx, viewer, id)
  const [parcel] = await lockParcels(tx, [id])
  if (parcel!.person !== viewer.id) throw fault('not_found')
  if (parcel!.state !== 'to_pack' && parcel!.state !== 'returned') throw fault('conflict', 'parcel_sent')
  const place = await addressOf(tx, viewer.id, address)
  if (place === undefined) throw fault('not_found')
  await readdress(tx, id, place, clock.now())
  return again(tx, viewer, id)
}

async function arrive(tx: Tx, parcel: Locked, by: string | null, at: Date): Promise<void> {
  await moveParcel(tx, parcel.id, { state: 'arrived', by }, at)
  await tellPurpose(tx, parcel.purpose, parcel.subject, 'arrived', at)
  await tell(tx, { type: 'parcel_arrived', parcel: parcel.id, person: parcel.person })
}

export async function arrived(tx: Tx, viewer: Viewer, { id }: Input<'POST /parcels/:id/arrived'>): Promise<Parcel> {
  await load(tx, viewer, id)
  const [parcel] = await lockParcels(tx, [id])
  if (parcel!.state === 'arrived') return again(tx, viewer, id)
  if (parcel!.state !== 'sent') throw fault('conflict', 'parcel_state')
  await arrive(tx, parcel!, viewer.id, clock.now())
  return again(tx, viewer, id)
}

export async function returned(tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /parcels/:id/returned'>): Promise<Parcel> {
  const { pack } = await load(tx, viewer, id)
  // Whom it went to sees it, but only its sender can have it back.
  if (!pack) throw fault('forbidden')
  const [parcel] = await lockParcels(tx, [id])
  if (parcel!.state === 'returned') return again(tx, viewer, id)
  if (parcel!.state !== 'sent') throw fault('conflict', 'parcel_state')
  const at = clock.now()
  await moveParcel(tx, id, { state: 'returned', note: reason, by: viewer.id }, at)
  await tellPurpose(tx, parcel!.purpose, parcel!.subject, 'returned', at)
  await tell(tx, { type: 'parcel_returned', parcel: id, person: parcel!.person })
  return again(tx, viewer, id)
}

async function allowPacking(db: Read, viewer: Viewer, sender: string): Promise<void> {
  if (!(await mayPack(db, viewer, sender))) throw fault('not_found')
}

export async function getDesk(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /senders/:sender/parcels'>,
): Promise<Ok<'GET /senders/:sender/parcels'>> {
  const { sender, state, cursor, limit } = input
  await allowPacking(db, viewer, sender)
  const rows = await listParcels(db, sender, state, fromCursor(cursor, [cursorTime, z.string()]), limit + 1)
  return {
    ...pageOf(
      rows,
      limit,
      row => ({
        ...shown(row, viewer, true),
        person: { id: row.person, name: row.personName },
        purpose: row.purpose,
        subject: row.subject,
      }),
      row => toCursor(row.createdAt, row.id),
    ),
    counts: await countParcels(db, sender),
  }
}

export async function send(
  tx: Tx,
  viewer: Viewer,
  { sender, parcels }: Input<'POST /senders/:sender/parcels/send'>,
): Promise<{ sent: number }> {
  await allowPacking(tx, viewer, sender)
  const wanted = new Map(parcels.map(one => [one.id, one]))
  const locked = await lockParcels(tx, [...wanted.keys()])
  if (locked.length !== wanted.size || locked.some(parcel => parcel.sender !== sender)) throw fault('not_found')
  const at = clock.now()
  const gone: Locked[] = []
  for (const parcel of locked) {
    const { carrier, tracking } = wanted.get(parcel.id)!
    if (parcel.state === 'sent') {
      if (parcel.carrier !== carrier || parcel.tracking !== tracking) await renumber(tx, parcel.id, carrier, tracking, at)
      continue
    }
    if (parcel.state !== 'to_pack' && parcel.state !== 'returned')
      throw fault('conflict', 'parcel_state', { fields: { parcels: parcel.id } })
    await moveParcel(tx, parcel.id, { state: 'sent', by: viewer.id, carrier, tracking, note: `${carrier} ${tracking}` }, at)
    await tellPurpose(tx, parcel.purpose, parcel.subject, 'sent', at)
    publish(tx, topicOf(parcel.person), { kind: 'parcel', id: parcel.id })
    gone.push(parcel)
  }
  await tellAll(
    tx,
    gone.map(parcel => ({ type: 'parcel_sent', parcel: parcel.id, person: parcel.person })),
  )
  return { sent: gone.length }
}

const head = [
  'parcel',
  'what',
  'pieces',
  'name',
  'phone',
  'country',
  'region',
  'city',
  'address',
  'postcode',
  'asked',
  'carrier',
  'tracking',
]
/** Carrier and tracking are empty: filled in, the table can be pasted back. */
async function* packing(read: Read, sender: string): AsyncGenerator<Cell[]> {
  let after: readonly [Date, string] | undefined
  for (;;) {
    const rows = await listParcels(read, sender, 'to_pack', after, 500)
    for (const { id, title, quantity, address: to, createdAt } of rows)
      yield [
        id,
        title,
        quantity,
        to?.name ?? '',
        to?.phone ?? '',
        to?.country ?? '',
        to?.region ?? '',
        to?.city ?? '',
        to?.line ?? '',
        to?.postcode ?? '',
        createdAt,
        '',
        '',
      ]
    const last = rows.at(-1)
    if (last === undefined || rows.length < 500) return
    after = [last.createdAt, last.id]
  }
}
export async function sendPacking(
  ctx: StreamContext,
  viewer: Viewer,
  { sender }: Input<'GET /senders/:sender/packing.csv'>,
): Promise<Readable> {
  await allowPacking(ctx.read, viewer, sender)
  return ctx.reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment('packing.csv'),
      'cache-control': 'private, no-store',
    })
    .send(csv(head, packing(ctx.read, sender))) as unknown as Readable
}

/** Rooms above: parcels to be packed, in the transaction in which what is in them was got. One for each purpose and subject. */
export const askParcels = (tx: Tx, parcels: readonly Omit<NewParcel, 'id'>[]): Promise<void> =>
  insertParcels(
    tx,
    parcels.map(parcel => ({ ...parcel, id: newId('pcl', parcel.at) })),
  )
/** Takes it back where it is not on its way; false where it is (or has arrived). No parcel at all is true. The parcel stays locked. */
export async function cancelParcel(
  tx: Tx,
  purpose: 'reward' | 'order',
  subject: string,
  by: string | null,
  note: string,
): Promise<boolean> {
  const parcel = await lockParcelOf(tx, purpose, subject)
  if (parcel === undefined || parcel.state === 'cancelled') return true
  if (parcel.state !== 'to_pack' && parcel.state !== 'returned') return false
  await moveParcel(tx, parcel.id, { state: 'cancelled', by, note }, clock.now())
  return true
}

/** Rooms above: something else is in it than was said, as long as it is not on its way. */
export const changeParcel = (
  tx: Tx,
  purpose: 'reward' | 'order',
  subject: string,
  what: { title: string; quantity: number },
): Promise<void> => refill(tx, purpose, subject, what, clock.now())

/** What was sent long ago and not complained about has arrived; where it went is forgotten later on. */
export async function settleParcels(db: Pick<Db, 'read' | 'transaction'>): Promise<number> {
  const at = clock.now()
  let settled = 0
  for (;;) {
    const ids = await longSent(db.read, new Date(at.getTime() - arrivesAfterDays * dayMs), 100)
    for (const id of ids)
      settled += await db.transaction(async tx => {
        const [parcel] = await lockParcels(tx, [id])
        if (parcel?.state !== 'sent') return 0
        await arrive(tx, parcel, null, at)
        return 1
      })
    if (ids.length < 100) break
  }
  await db.transaction(tx => forgetAddresses(tx, new Date(at.getTime() - forgetAfterDays * dayMs), at))
  return settled
}
