/** What follows an exchange: a parcel to pack, vouchers, a release; and what follows when it is handed over, used up or taken back. */
import { Fault, fault } from '../../shared/faults.ts'
import { randomToken, clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { publish, topicOf } from '../foundation/live.ts'
import { giveBackPoints, payOut } from '../points/index.ts'
import { askParcels, cancelParcel, type ParcelState, type Place } from '../shipping/index.ts'
import { giveReleases, takeReleases } from '../shop/index.ts'
import {
  insertExchanges,
  insertVouchers,
  leftVouchers,
  lockExchange,
  markPaid,
  moveExchange,
  readExchange,
  readExchanges,
  takeCodes,
  voidVouchers,
  type ExchangeShown,
  type ExchangeState,
  type NewExchange,
} from './store-exchanges.ts'
import { lockRewards, moveStock, readEventEnds, type RewardRow } from './store.ts'

const dayMs = 86_400_000
/** Winners say where to within so many days, where their raffle does not say. */
const claimDays = 30

export type Fresh = { reward: RewardRow; place: Place | null; claimDays?: number | null; row: Omit<NewExchange, 'state' | 'until'> }

/** A code to type in or scan: 12 characters that nobody takes for each other, in groups. About 58 bits. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
function makeCode(): string {
  const bytes = Buffer.from(randomToken(24), 'base64url')
  const text = Array.from({ length: 12 }, (_, n) => letters[bytes[n]! % 32]).join('')
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`
}

function stateOf({ reward, place, row }: Fresh): ExchangeState {
  if (reward.kind === 'goods') return place === null ? 'claim' : 'waiting'
  if (reward.kind === 'experience') return 'waiting'
  // Own codes are used elsewhere: once shown, they are handed over.
  if (reward.kind === 'digital' || reward.codes === 'own') return 'done'
  return row.quantity > 0 ? 'ready' : 'done'
}

/** Until when it is claimed or used. */
function untilOf(state: ExchangeState, { reward, row, claimDays: days }: Fresh, eventEnds: ReadonlyMap<string, Date>): Date | null {
  if (state === 'claim') return new Date(row.at.getTime() + (days ?? claimDays) * dayMs)
  if (state !== 'ready') return null
  if (reward.event !== null) return new Date((eventEnds.get(reward.event) ?? row.at).getTime() + dayMs)
  return reward.validDays === null ? null : new Date(row.at.getTime() + reward.validDays * dayMs)
}

/** Writes exchanges whose points and stock are taken, with all that follows. The caller holds the locks of the rewards. */
export async function fulfil(tx: Tx, fresh: readonly Fresh[]): Promise<Map<string, ExchangeShown>> {
  const eventEnds = await readEventEnds(
    tx,
    fresh.flatMap(({ reward }) => reward.event ?? []),
  )
  const rows = fresh.map((one): NewExchange => {
    const state = stateOf(one)
    return { ...one.row, state, until: untilOf(state, one, eventEnds) }
  })
  const made = await insertExchanges(tx, rows)
  // The id was taken at this very moment: the whole is undone, and each is tried alone.
  if (made.size !== rows.length) throw fault('conflict', 'key_reused')
  await sendOff(tx, fresh)
  const at = rows[0]?.at ?? clock.now()
  await insertVouchers(
    tx,
    fresh.flatMap(({ reward, row }) =>
      reward.codes === 'made' || reward.kind === 'ticket'
        ? Array.from({ length: row.quantity }, () => ({
            id: newId('vch', row.at),
            reward: reward.id,
            group: reward.group,
            code: makeCode(),
            exchange: row.id,
            person: row.person,
            at: row.at,
          }))
        : [],
    ),
  )
  for (const [reward, own] of Map.groupBy(
    fresh.filter(one => one.reward.codes === 'own'),
    one => one.reward.id,
  )) {
    const wanted = own.flatMap(({ row }) => Array.from({ length: row.quantity }, () => ({ exchange: row.id, person: row.person })))
    if ((await takeCodes(tx, reward, wanted)) < wanted.length) throw fault('conflict', 'sold_out')
  }
  const given = fresh.flatMap(({ reward, row }) =>
    reward.release === null ? [] : [{ person: row.person, release: reward.release, cause: row.id }],
  )
  if (given.length > 0) {
    const got = await giveReleases(tx, given, at)
    // Prizes may go to somebody who owns it already; points may not be spent on it.
    if (fresh.some(({ row, reward }) => reward.release !== null && row.cause === 'points' && !got.has(row.id)))
      throw fault('conflict', 'already_owned')
  }
  const ids = rows.map(row => row.id)
  const shown = await readExchanges(tx, ids)
  for (const row of rows) if (row.state === 'done') await pay(tx, shown.get(row.id)!, row.at)
  return shown
}

/** Parcels for goods that know where to. */
async function sendOff(tx: Tx, fresh: readonly Fresh[]): Promise<void> {
  await askParcels(
    tx,
    fresh.flatMap(({ reward, place, row }) =>
      place === null || reward.kind !== 'goods'
        ? []
        : [
            {
              purpose: 'reward' as const,
              subject: row.id,
              sender: row.group,
              person: row.person,
              title: reward.title,
              quantity: row.quantity,
              address: place,
              at: row.at,
            },
          ],
    ),
  )
}

/** Pays what was handed over out of the budget, once; a budget that cannot now is asked again each night. */
export async function pay(tx: Tx, row: ExchangeShown, at: Date): Promise<boolean> {
  // Of what ran out, the part that was used.
  const used = row.vouchers.filter(voucher => voucher.state === 'redeemed').length
  const due = row.state === 'expired' ? (row.cost / BigInt(row.quantity)) * BigInt(used) : row.cost
  const cost = row.provider === null ? 0n : due
  if (row.cause === 'points' || cost > 0n)
    try {
      await payOut(tx, {
        group: row.group,
        key: row.id,
        cost,
        to: cost === 0n ? null : row.provider,
        note: row.title,
        settles: row.cause === 'points' ? [row.id] : [],
      })
    } catch (error) {
      if (error instanceof Fault && (error.code === 'budget_short' || error.code === 'no_budget')) return false
      throw error
    }
  await markPaid(tx, row.id, at)
  return true
}

/** Tells of it, also to the pages its owner has open. */
export async function changed(tx: Tx, exchange: string, person: string): Promise<void> {
  await tell(tx, { type: 'exchange_changed', exchange, person })
  publish(tx, topicOf(person), { kind: 'exchange', id: exchange })
}

/** It is handed over: arrived, used, arranged. Does nothing when it is over already. */
export async function finish(tx: Tx, id: string, by: string | null, answer?: string): Promise<void> {
  const locked = await lockExchange(tx, id)
  if (locked === undefined || (locked.state !== 'waiting' && locked.state !== 'ready')) return
  const at = clock.now()
  await moveExchange(tx, id, { state: 'done', by, ...(answer === undefined ? {} : { answer }) }, at)
  await pay(tx, (await readExchange(tx, id))!, at)
  await changed(tx, id, locked.person)
}

/**
 * Takes an exchange back, once: stock, points and vouchers. What is on its way, used, or shown is not taken back: `exchange_state`. `state`: cancelled, or expired
 * (points do not come back: it was there to be used).
 */
export async function takeBack(
  tx: Tx,
  id: string,
  how: { state: 'cancelled' | 'expired'; by: string | null; reason: string },
): Promise<void> {
  if (how.state === 'cancelled' && !(await cancelParcel(tx, 'reward', id, how.by, how.reason))) throw fault('conflict', 'exchange_state')
  const row = await lockExchange(tx, id)
  if (row === undefined) throw fault('not_found')
  if (row.state !== 'claim' && row.state !== 'waiting' && row.state !== 'ready') throw fault('conflict', 'exchange_state')
  if (how.state === 'cancelled') {
    if ((await leftVouchers(tx, id)).redeemed > 0) throw fault('conflict', 'exchange_state')
    // A winner may have said where to at this very moment.
    if (row.state === 'waiting' && !(await cancelParcel(tx, 'reward', id, how.by, how.reason))) throw fault('conflict', 'exchange_state')
  }
  const reward = (await lockRewards(tx, [row.reward])).get(row.reward)!
  const at = clock.now()
  await moveExchange(tx, id, { state: how.state, by: how.by, reason: how.reason }, at)
  await voidVouchers(tx, id)
  // A voucher that ran out was had; a prize nobody claimed, and what was cancelled, is there for others.
  if (how.state === 'cancelled' || row.state === 'claim') await moveStock(tx, [{ reward: reward.id, taken: -row.quantity }])
  if (reward.release !== null) await takeReleases(tx, [{ person: row.person, release: reward.release, cause: id }])
  if (row.cause === 'points')
    if (how.state === 'cancelled') await giveBackPoints(tx, { key: id, reason: how.reason === '' ? reward.title : how.reason })
    else await pay(tx, (await readExchange(tx, id))!, at)
  await changed(tx, id, row.person)
}

/** Shipping says what became of a parcel. */
export async function parcelMoved(tx: Tx, exchange: string, state: ParcelState): Promise<void> {
  if (state === 'arrived') await finish(tx, exchange, null)
}

/** A winner said where to. */
export async function claimed(tx: Tx, row: ExchangeShown, reward: RewardRow, place: Place): Promise<void> {
  const at = clock.now()
  await moveExchange(tx, row.id, { state: 'waiting', until: null }, at)
  await sendOff(tx, [{ reward, place, row: { ...row, at } }])
}
