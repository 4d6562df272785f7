/** How a show sells: by tier, by day; the list of tickets for a spreadsheet. */
import type { FastifyReply } from 'fastify'
import { currencyScale, type Currency } from '../../shared/money.ts'
import { csv, Decimal } from '../foundation/csv.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { moneyOf, ownShow, type Input, type Ok } from './showing.ts'
import type { ShowRow, TierRow } from './store.ts'
import { buyersOf, daysOf, salesOf } from './store-sale.ts'
import { countGuests } from './store-lists.ts'

export async function reportOf(db: Read | Tx, show: ShowRow, tiers: readonly TierRow[]): Promise<Ok<'GET /shows/:id/desk'>['report']> {
  const [sales, days, guests] = await Promise.all([salesOf(db, show.id), daysOf(db, show.id, show.zone), countGuests(db, show.id)])
  const money = (amount: bigint) => moneyOf(amount, show.currency)
  const rows = tiers.map(tier => {
    const sale = sales.tiers.get(tier.id)
    return {
      tier: tier.id,
      name: tier.name,
      capacity: tier.capacity + tier.blocked,
      sold: tier.sold,
      held: tier.held,
      blocked: tier.blocked,
      free: tier.free,
      holds: tier.capacity === tier.sold + tier.held + tier.free,
      price: money(tier.price),
      gross: money(sale?.gross ?? 0n),
      refunded: money(sale?.refunded ?? 0n),
      given: sale?.given ?? 0,
      waiting: tier.waiting,
    }
  })
  return {
    tiers: rows,
    gross: money(rows.reduce((sum, row) => sum + row.gross.amount, 0n)),
    refunded: money(rows.reduce((sum, row) => sum + row.refunded.amount, 0n)),
    orders: sales.orders,
    buyers: sales.buyers,
    guests,
    days,
  }
}

const decimal = (amount: bigint, currency: string): Decimal => {
  const scale = currencyScale[currency as Currency]
  const text = amount.toString().padStart(scale + 1, '0')
  return new Decimal(scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`)
}
export async function sendBuyers(ctx: StreamContext, viewer: Viewer, { id }: Input<'GET /shows/:id/buyers.csv'>): Promise<FastifyReply> {
  const show = await ownShow(ctx.read, viewer, id)
  const rows = await buyersOf(ctx.read, id)
  const table = rows.map(row => [
    row.code,
    row.tier,
    row.seat,
    row.name,
    row.idTail,
    row.holder,
    row.number,
    decimal(row.paid, row.currency),
    row.currency,
    row.state,
    row.issuedAt,
  ])
  return ctx.reply
    .headers({
      'content-disposition': attachment(`${show.title}.csv`),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    })
    .type('text/csv; charset=utf-8')
    .send(csv(['code', 'tier', 'seat', 'name', 'id', 'holder', 'order', 'paid', 'currency', 'state', 'issued'], table))
}
