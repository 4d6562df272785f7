/** Vouchers and tickets at the counter: looked at, redeemed once. */
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { rewards } from '../../shared/rewards.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost } from '../groups/index.ts'
import { finish } from './fulfilling.ts'
import type { Ok } from './showing.ts'
import { findVoucher, leftVouchers, lockExchange, redeemVoucher, type VoucherLook } from './store-exchanges.ts'

type Input<K extends keyof typeof rewards.entries> = InputOf<(typeof rewards.entries)[K]['input']>
type Look = Ok<'GET /groups/:group/desk/vouchers/:code'>

/** People type them in without dashes and in lower case. */
export function codesOf(typed: string): string[] {
  const plain = typed.trim()
  const bare = plain
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return [...new Set([plain, bare.length === 12 ? `${bare.slice(0, 4)}-${bare.slice(4, 8)}-${bare.slice(8)}` : plain])]
}
async function find(db: Read, group: string, typed: string): Promise<VoucherLook> {
  for (const code of codesOf(typed)) {
    const found = await findVoucher(db, group, code)
    // Codes nobody has yet are nobody's business.
    if (found !== undefined && found.state !== 'free') return found
  }
  throw fault('not_found')
}
const isOver = (row: VoucherLook): boolean =>
  row.state === 'void' ||
  row.exchangeState === 'cancelled' ||
  row.exchangeState === 'expired' ||
  (row.until !== null && row.until <= clock.now())

const shown = (row: VoucherLook): Look => ({
  id: row.id,
  code: row.code,
  state: row.state,
  reward: { id: row.reward, title: row.title, kind: row.kind, how: row.how },
  person: row.person === null ? null : { id: row.person, name: row.personName ?? '' },
  until: row.until,
  over: isOver(row),
  redeemedAt: row.redeemedAt,
  redeemedBy: row.redeemedBy,
})

export async function look(
  db: Read,
  viewer: Viewer,
  { group: which, code }: Input<'GET /groups/:group/desk/vouchers/:code'>,
): Promise<Look> {
  const { group } = await allowHost(db, viewer, which)
  return shown(await find(db, group.id, code))
}

export async function redeem(
  tx: Tx,
  viewer: Viewer,
  { group: which, code }: Input<'POST /groups/:group/desk/vouchers/:code/redeem'>,
): Promise<Look> {
  const { group } = await allowHost(tx, viewer, which)
  const row = await find(tx, group.id, code)
  // Its exchange first: nobody takes it back meanwhile.
  await lockExchange(tx, row.exchange!)
  const now = await find(tx, group.id, row.code)
  if (now.state === 'redeemed') throw fault('conflict', 'voucher_redeemed', { detail: now.redeemedBy ?? '' })
  if (isOver(now)) throw fault('conflict', 'voucher_over')
  if (!(await redeemVoucher(tx, now.id, viewer.id, clock.now()))) throw fault('conflict', 'voucher_redeemed')
  if ((await leftVouchers(tx, now.exchange!)).issued === 0) await finish(tx, now.exchange!, viewer.id)
  return shown(await find(tx, group.id, row.code))
}
