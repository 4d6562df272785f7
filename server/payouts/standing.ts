/** What a payee sees: what will be paid out and why something is not, payouts so far, and what each of them paid out. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { currencyScale, type Currency } from '../../shared/money.ts'
import type { Payout, payouts } from '../../shared/payouts.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { accountsOf, bookOwner } from '../ledger/index.ts'
import { providersFor } from '../payments/index.ts'
import { coversOf } from './covers.ts'
import { canSend, showMethod } from './methods.ts'
import { masked, reasonsFor } from './policy.ts'
import { settingsOf, type Settings } from './settings.ts'
import { listedNow, paidInMonth, paidSums, partyPayouts, readPayout, type PayoutRow } from './store.ts'
import { asks, insertAsk, lockParty, openHolds, openMethods, owing, schedules, taxProfiles } from './store-methods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** `2026-11` of a moment, UTC. */
export const monthText = (at: Date): string => at.toISOString().slice(0, 7)

export function showPayout(row: PayoutRow): Decoded<typeof Payout> {
  const money = (amount: bigint) => ({ amount, currency: row.currency as Currency })
  return {
    id: row.id,
    batch: row.batch,
    state: row.state,
    amount: money(row.amount),
    withheld: money(row.withheld),
    net: money(row.net),
    route: row.route,
    account: masked(row.account),
    at: row.approvedAt ?? row.madeAt,
    paidAt: row.paidAt,
    endedAt: row.endedAt,
    reason: row.reason,
    note: row.note,
  }
}

type Item = Ok<'GET /me/payouts/standing'>['items'][number]

/** Balances of a party by currency and purpose. */
async function balances(db: Read | Tx, party: string): Promise<Map<string, bigint>> {
  const found = await accountsOf(db, { owner: party, limit: 1000 })
  return new Map(found.map(account => [`${account.asset} ${account.purpose}`, account.balance]))
}

async function standings(db: Read | Tx, party: string, settings: Settings): Promise<Item[]> {
  const now = clock.now()
  const held = await balances(db, party)
  const methods = await openMethods(db, [party])
  const [owes, holds, listed, paid, asked, schedule] = [
    await owing(db, [party]),
    await openHolds(db, party),
    await listedNow(db, party),
    await paidSums(db, party),
    await asks(db, [party]),
    (await schedules(db, [party])).get(party) ?? 'monthly',
  ]
  const inUse = (Object.keys(currencyScale) as Currency[]).filter(
    code => [...held.keys()].some(key => key.startsWith(`${code} `)) || methods.some(method => method.currency === code),
  )
  const items: Item[] = []
  for (const code of inUse.length > 0 ? inUse : (['CNY'] as const)) {
    const money = (amount: bigint | undefined) => ({ amount: amount ?? 0n, currency: code })
    const available = held.get(`${code} available`) ?? 0n
    const method = methods.find(one => one.currency === code && one.state !== 'asked')
    const waiting = methods.find(one => one.currency === code && one.state === 'asked')
    const threshold = settings.threshold(code)
    items.push({
      currency: code,
      available: money(available),
      held: money((held.get(`${code} held`) ?? 0n) + (held.get(`${code} reserve`) ?? 0n)),
      paying: money(held.get(`${code} paying`)),
      paid: money(paid.get(code)),
      threshold: money(threshold),
      method: method === undefined ? null : showMethod(method),
      asked: waiting === undefined ? null : showMethod(waiting),
      reasons: reasonsFor({
        available,
        threshold,
        method,
        asked: waiting !== undefined,
        canSend: method !== undefined && canSend(method.route),
        owes: owes.has(`${party} ${code}`),
        schedule,
        askedToBePaid: asked.has(`${party} ${code}`),
        paidThisMonth: (await paidInMonth(db, [party], code, monthText(now))).has(party),
        listed: listed.has(code),
        now,
      }),
      holds: holds
        .filter(hold => hold.asset === code)
        .map(({ id, reason, amount, note, until }) => ({ id, reason, amount: money(amount), note, until })),
      askedToBePaid: asked.has(`${party} ${code}`),
    })
  }
  return items
}

export async function getStanding(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/payouts/standing'>,
): Promise<Ok<'GET /me/payouts/standing'>> {
  const party = await bookOwner(db, viewer, input.as)
  const settings = await settingsOf(db)
  return {
    items: await standings(db, party, settings),
    schedule: (await schedules(db, [party])).get(party) ?? 'monthly',
    tax: (await taxProfiles(db, [party])).get(party) ?? null,
    coolingDays: settings.coolingDays,
    routes: [
      { id: 'bank', name: '' },
      ...providersFor()
        .filter(one => one.payOut !== undefined)
        .map(({ id, name }) => ({ id, name })),
    ],
  }
}

/** Asks to be paid: only what could be paid is asked for. */
export async function askPayout(tx: Tx, viewer: Viewer, input: Input<'POST /me/payouts'>): Promise<Ok<'POST /me/payouts'>> {
  const party = await bookOwner(tx, viewer, input.as)
  await lockParty(tx, party)
  const standing = (await standings(tx, party, await settingsOf(tx))).find(item => item.currency === input.currency)
  if (standing === undefined || standing.available.amount < standing.threshold.amount) throw fault('conflict', 'below_threshold')
  if (standing.method === null) throw fault('conflict', 'no_method')
  await insertAsk(tx, party, input.currency, viewer.id, clock.now())
  return { ok: true }
}

export async function getPayouts(db: Read, viewer: Viewer, input: Input<'GET /me/payouts'>): Promise<Ok<'GET /me/payouts'>> {
  const party = await bookOwner(db, viewer, input.as)
  const before = fromCursor(input.cursor, [z.string().regex(/^pyo_[0-9a-z]{26}$/)])
  const rows = await partyPayouts(db, party, before?.[0], input.limit + 1)
  return pageOf(rows, input.limit, showPayout, row => toCursor(row.id))
}

/** A payout for its payee and the finance desk; for others it does not exist. Nor for its payee while it is only considered. */
export async function getPayout(db: Read, viewer: Viewer, input: Input<'GET /payouts/:id'>): Promise<Ok<'GET /payouts/:id'>> {
  const row = await readPayout(db, input.id)
  if (row === undefined) throw fault('not_found')
  if (!viewer.roles.includes('finance') && !viewer.roles.includes('operator')) {
    await bookOwner(db, viewer, row.party)
    if (row.transfer === null) throw fault('not_found')
  }
  return { ...showPayout(row), party: row.name ?? '', ...(await coversOf(db, row, input.cursor, input.limit)) }
}
