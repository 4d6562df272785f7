/** For tests of the gateways: an order's way through a provider over HTTP, and the planet's books. */
import { expect } from 'vitest'
import { runChecks, thoroughChecks } from '../console/checks.ts'
import { makeLog } from '../foundation/log.ts'
import { jobs } from '../payments/index.ts'
import { jobs as shopJobs } from '../shop/index.ts'
import { place, sell, type OrderJson } from '../shop/shop.testing.ts'
import type { Person, TestPlanet } from '../testing.ts'

export const paymentOf = (order: { payUrl: string | null }): string => order.payUrl!.split('/').at(-1)!

/** A new release of the seller, ordered through this provider. */
export async function order(
  planet: TestPlanet,
  seller: Person,
  buyer: Person,
  provider: string,
  about: { price?: bigint; currency?: string } = {},
): Promise<OrderJson> {
  const { offer } = await sell(planet, seller, about)
  return place(buyer, [offer], { provider })
}

/** A webhook's way in: `200 received`, `401 bad_signature`, `200 success`. */
export async function notify(planet: TestPlanet, provider: string, body: string, headers: Record<string, string>): Promise<string> {
  const answer = await fetch(`${planet.url}/api/v1/payments/notify/${provider}`, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!text.startsWith('{')) return `${answer.status} ${text}`
  const said = JSON.parse(text) as { code?: string; received?: true }
  return `${answer.status} ${said.received === true ? 'received' : said.code}`
}

const context = (planet: TestPlanet) =>
  ({
    db: planet.db,
    read: planet.db.read,
    write: planet.db.transaction,
    config: planet.config,
    log: makeLog('fatal'),
    attempt: 1,
    signal: new AbortController().signal,
  }) as const
/** The minutely rounds, now: orders that ran out end, providers are asked. */
export async function round(planet: TestPlanet): Promise<void> {
  await shopJobs['shop.sweep'](context(planet))
  await jobs['payments.query'](context(planet))
}

/** What one payment did: its tries as told, and how often the ledger took, settled and gave back. */
export async function story(
  planet: TestPlanet,
  order: string,
): Promise<{ pay: number; settle: number; refund: number; outcomes: string[] }> {
  const moved = await planet.db.pool.query<{ kind: string; n: number }>(
    `select t.kind, count(distinct t.id)::int as n from ledger.transfer t
     where t.cause = 'order:' || $1 or t.cause in (select 'line:' || id from shop.line where "order" = $1) group by t.kind`,
    [order],
  )
  const count = (kind: string): number => moved.rows.find(row => row.kind === kind)?.n ?? 0
  const told = await planet.db.pool.query<{ outcome: string }>(
    'select e.outcome from payments.event e join payments.payment p on p.id = e.payment where p.subject = $1 order by 1',
    [order],
  )
  return { pay: count('pay'), settle: count('settle'), refund: count('refund'), outcomes: told.rows.map(row => row.outcome) }
}

/**
 * Nothing of what must hold in any room is broken. Not asked here: whether the planet's own money lasts (these planets pay fees and earn next to nothing), and
 * whether anything was posted in the future (these tests move the clock).
 */
export async function audit(planet: TestPlanet): Promise<void> {
  const checks = thoroughChecks.filter(({ name }) => name !== 'rooms.custody' && name !== 'rooms.time')
  expect((await runChecks(planet.db.read, checks)).filter(({ ok }) => !ok).map(({ name, findings }) => [name, findings])).toEqual([])
}
