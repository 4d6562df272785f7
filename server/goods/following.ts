/** What a buyer's order page tells of goods: packed, on their way, there, confirmed by themselves, sent back. */
import { followLink } from '../shipping/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Progress, SoldLine } from '../shop/index.ts'
import { faultDays, later, readyOn, workingDays } from './policy.ts'
import { handoversOf, returnsOf, type ReturnRow } from './store-returns.ts'
import { readManySettings } from './store-shipping.ts'
import { parcelsOf, readSold, sendingsOf, type ParcelOf, type SendingRow } from './store-sold.ts'

const told = (code: string, at: Date | null, url: string | null = null, text: string | null = null): Progress => ({ code, at, url, text })

function ofParcel(sending: SendingRow, parcel: ParcelOf | undefined, handlingDays: number, part: string | null): Progress {
  const carrier = parcel?.carrier ?? null
  const number = [part, carrier, parcel?.tracking].filter(Boolean).join(' · ') || null
  const follow = followLink(carrier, parcel?.tracking ?? null)
  if (sending.state === 'to_pack')
    return sending.notBefore === null
      ? told('to_pack', workingDays(sending.createdAt, handlingDays), null, part)
      : told('preorder', readyOn(sending.createdAt, sending.notBefore), null, part)
  if (sending.state === 'sent') return told('sent', sending.sentAt, follow, number)
  if (sending.state === 'arrived') return told('arrived', sending.arrivedAt, follow, number)
  return told('came_back', null, follow, number)
}
const ofReturn = ({ id, state, until, closedAt }: ReturnRow): Progress => told(`return_${state}`, until ?? closedAt, `/returns/${id}`)

/** By line, in the order in which it happens. */
export async function follow(db: Read | Tx, lines: readonly SoldLine[]): Promise<ReadonlyMap<string, readonly Progress[]>> {
  const ids = lines.map(line => line.id)
  const sold = await readSold(db, ids)
  const rows = [...sold.values()].filter(row => row.state === 'paid')
  if (rows.length === 0) return new Map()
  const paid = rows.map(row => row.line)
  const [sendings, returns, settings, handovers] = [
    await sendingsOf(db, paid),
    await returnsOf(db, paid),
    await readManySettings(db, [...new Set(rows.map(row => row.page))]),
    await handoversOf(
      db,
      rows.filter(row => !row.physical).map(row => row.product),
    ),
  ]
  const parcels = await parcelsOf(
    db,
    sendings.map(one => one.id),
  )
  const now = clock.now()
  const out = new Map<string, readonly Progress[]>()
  for (const row of rows) {
    if (!row.physical) {
      out.set(row.line, [told('handover', row.paidAt, null, handovers.get(row.product) || null)])
      continue
    }
    const { handlingDays, returnDays } = settings.get(row.page)!
    const own = sendings.filter(one => one.state !== 'cancelled' && one.lines.some(l => l.line === row.line))
    const steps = own.map(one => {
      const { quantity } = one.lines.find(l => l.line === row.line)!
      return ofParcel(one, parcels.get(one.id), handlingDays, own.length > 1 ? `${quantity}/${row.quantity}` : null)
    })
    const back = returns.find(one => one.line === row.line)
    const open = back !== undefined && back.closedAt === null
    if (row.open === 0 && row.sent > 0 && !open && row.dueAt !== null && row.dueAt > now) steps.push(told('confirms', row.dueAt))
    if (back !== undefined) steps.push(ofReturn(back))
    const until = row.arrivedAt === null ? null : later(row.arrivedAt, Math.max(returnDays, faultDays))
    if (!open && until !== null && until > now && row.arrived > row.back)
      steps.push(told('return_until', until, `/returns/new?line=${row.line}`))
    out.set(row.line, steps)
  }
  return out
}
