/** Exchanges: one's own, and the desk of the group that hands them over. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { rewards } from '../../shared/rewards.ts'
import { clock } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { allowHost, seeDesk } from '../groups/index.ts'
import { policyOf } from '../policy/index.ts'
import { addressOf } from '../shipping/index.ts'
import { refusal } from './exchanging.ts'
import { changed, claimed, finish, pay, takeBack } from './fulfilling.ts'
import { can, together } from './policy.ts'
import { showExchange, showExchangeCard, type Exchange, type Ok } from './showing.ts'
import { listDesk, listMine, listOver, listUnpaid, lockExchange, readExchange, setAnswer, type ExchangeShown } from './store-exchanges.ts'
import { lockRewards } from './store.ts'

type Input<K extends keyof typeof rewards.entries> = InputOf<(typeof rewards.entries)[K]['input']>
type DeskExchange = Ok<'GET /groups/:group/desk/exchanges'>['items'][number]
const after = (cursor: string | undefined): readonly [Date, string] | undefined => fromCursor(cursor, [cursorTime, z.string()])

async function mine(db: Read, viewer: Viewer, id: string): Promise<ExchangeShown> {
  const row = await readExchange(db, id)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}
export async function getMine(
  db: Read,
  viewer: Viewer,
  { open, cursor, limit }: Input<'GET /me/exchanges'>,
): Promise<Ok<'GET /me/exchanges'>> {
  return pageOf(await listMine(db, viewer.id, open === true, after(cursor), limit + 1), limit, showExchangeCard, row =>
    toCursor(row.at, row.id),
  )
}
export const getExchange = async (db: Read, viewer: Viewer, { id }: Input<'GET /exchanges/:id'>): Promise<Exchange> =>
  showExchange(await mine(db, viewer, id))

export async function cancel(tx: Tx, viewer: Viewer, { id }: Input<'POST /exchanges/:id/cancel'>): Promise<Exchange> {
  const row = await mine(tx, viewer, id)
  if (row.state === 'cancelled') return showExchange(row)
  if (!can.cancel(row)) throw fault('conflict', 'exchange_state')
  await takeBack(tx, id, { state: 'cancelled', by: viewer.id, reason: '' })
  return showExchange(await mine(tx, viewer, id))
}

export async function claim(tx: Tx, viewer: Viewer, { id, address }: Input<'POST /exchanges/:id/claim'>): Promise<Exchange> {
  const row = await mine(tx, viewer, id)
  await lockExchange(tx, id)
  const now = await mine(tx, viewer, id)
  if (now.state === 'waiting' && row.kind === 'goods') return showExchange(now)
  // After its time it is for the next in line, also while nobody looked yet.
  if (!can.claim(now) || (now.until !== null && now.until < clock.now())) throw fault('conflict', 'exchange_state')
  const place = await addressOf(tx, viewer.id, address)
  if (place === undefined) throw fault('invalid', 'address_needed', { fields: { address: 'address_needed' } })
  const reward = (await lockRewards(tx, [row.reward])).get(row.reward)!
  const { regions } = together(reward, { minAge: 0, regions: (await policyOf(tx)).regions })
  if (regions.length > 0 && !regions.includes(place.country)) throw refusal('region_not_served')
  await claimed(tx, now, reward, place)
  await changed(tx, id, viewer.id)
  return showExchange(await mine(tx, viewer, id))
}

const showDesk = (row: ExchangeShown): DeskExchange => ({
  ...showExchangeCard(row),
  person: { id: row.person, name: row.personName, level: row.level },
  note: row.note,
  answer: row.answer,
  reason: row.reason,
  address: null,
  can: { finish: can.finish(row), cancel: can.refund(row) },
})
export async function getDesk(
  db: Read,
  viewer: Viewer,
  { group: which, state, reward, cursor, limit }: Input<'GET /groups/:group/desk/exchanges'>,
): Promise<Ok<'GET /groups/:group/desk/exchanges'>> {
  const { group } = await seeDesk(db, viewer, which)
  const rows = await listDesk(db, group.id, { state: state ?? null, reward: reward ?? null }, after(cursor), limit + 1)
  return pageOf(rows, limit, showDesk, row => toCursor(row.at, row.id))
}

const head = ['exchange', 'number', 'reward', 'kind', 'pieces', 'points', 'cost', 'person', 'state', 'parcel', 'note', 'at', 'closed']
async function* rowsOf(read: Read, group: string): AsyncGenerator<Cell[]> {
  let last: readonly [Date, string] | undefined
  for (;;) {
    const rows = await listDesk(read, group, { state: null, reward: null }, last, 500)
    for (const row of rows) {
      const { number } = showExchangeCard(row)
      yield [
        row.id,
        number,
        row.title,
        row.kind,
        row.quantity,
        row.points,
        row.cost,
        row.personName,
        row.state,
        row.parcel,
        row.note,
        row.at,
        row.closedAt,
      ]
    }
    const end = rows.at(-1)
    if (end === undefined || rows.length < 500) return
    last = [end.at, end.id]
  }
}
export async function sendTable(
  ctx: StreamContext,
  viewer: Viewer,
  { group: which }: Input<'GET /groups/:group/desk/exchanges.csv'>,
): Promise<Readable> {
  const { group } = await seeDesk(ctx.read, viewer, which)
  return ctx.reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment(`${group.handle}-exchanges.csv`),
      'cache-control': 'private, no-store',
    })
    .send(csv(head, rowsOf(ctx.read, group.id))) as unknown as Readable
}

/** An exchange of a group one is a host of. */
async function toDecide(tx: Tx, viewer: Viewer, id: string): Promise<ExchangeShown> {
  const row = await readExchange(tx, id)
  if (row === undefined) throw fault('not_found')
  await allowHost(tx, viewer, row.group)
  return row
}
const again = async (tx: Tx, id: string): Promise<DeskExchange> => showDesk((await readExchange(tx, id))!)

export async function finishOne(tx: Tx, viewer: Viewer, { id, answer = '' }: Input<'POST /exchanges/:id/finish'>): Promise<DeskExchange> {
  const row = await toDecide(tx, viewer, id)
  if (row.state === 'done' && row.kind === 'experience') return showDesk(row)
  if (!can.finish(row)) throw fault('conflict', 'exchange_state')
  await finish(tx, id, viewer.id, answer === '' ? undefined : answer)
  return again(tx, id)
}
export async function answerOne(tx: Tx, viewer: Viewer, { id, answer }: Input<'POST /exchanges/:id/answer'>): Promise<DeskExchange> {
  const row = await toDecide(tx, viewer, id)
  if (row.answer === answer) return showDesk(row)
  if (row.state === 'cancelled' || row.state === 'expired') throw fault('conflict', 'exchange_state')
  await setAnswer(tx, id, answer, clock.now())
  await changed(tx, id, row.person)
  return again(tx, id)
}
export async function refundOne(tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /exchanges/:id/refund'>): Promise<DeskExchange> {
  const row = await toDecide(tx, viewer, id)
  if (row.state === 'cancelled') return showDesk(row)
  if (!can.refund(row)) throw fault('conflict', 'exchange_state')
  await takeBack(tx, id, { state: 'cancelled', by: viewer.id, reason })
  return again(tx, id)
}

/** What ran out, and what the budget could not pay at the time. */
export async function settleExchanges(db: Pick<Db, 'read' | 'transaction'>): Promise<{ over: number; paid: number }> {
  let over = 0
  for (;;) {
    const ids = await listOver(db.read, clock.now(), 100)
    for (const id of ids)
      await db.transaction(async tx => {
        const row = await lockExchange(tx, id)
        if (row === undefined || (row.state !== 'claim' && row.state !== 'ready') || row.until === null || row.until > clock.now()) return
        await takeBack(tx, id, { state: 'expired', by: null, reason: '' })
        over++
      })
    if (ids.length < 100) break
  }
  let paid = 0
  for (const id of await listUnpaid(db.read, 500))
    await db.transaction(async tx => {
      await lockExchange(tx, id)
      const row = (await readExchange(tx, id))!
      if (row.paidAt === null && (await pay(tx, row, clock.now()))) paid++
    })
  return { over, paid }
}
