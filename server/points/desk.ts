/** The budget of a group as its hosts see and change it, and points given by hand. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { points } from '../../shared/points.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost, seeDesk, type Seen } from '../groups/index.ts'
import { balancesOf } from '../ledger/index.ts'
import { payPath } from '../payments/index.ts'
import { actsFor, mayActFor, partyNames, pictureAddress } from '../people/index.ts'
import { policyOf } from '../policy/index.ts'
import { z } from 'zod'
import { money, spentOf, unissued } from './accounts.ts'
import { fundByPayment, fundFromBalance, openBudget, payWithinMs, worthOf } from './budgets.ts'
import { grantPoints, takeBackPoints } from './granting.ts'
import { listFundings, listPayouts, listTakenOut, lockBudget, readBudgets, setBudget, type TakenOutRow } from './store-budgets.ts'
import { grantById } from './store.ts'
import { listGrants, nameOf, readOut, type GrantShown } from './store-reads.ts'
import { looseOf, sharesOf, takeOut } from './taking-out.ts'

type Entries = typeof points.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Desk = Ok<'GET /groups/:id/points'>

const cash = (amount: bigint, currency: string) => ({ amount, currency: currency as Currency })
const host = ({ standing }: Seen): boolean => standing.role === 'owner' || standing.role === 'host' || standing.artist
const owns = ({ standing }: Seen): boolean => standing.role === 'owner' || standing.artist
/** Whose money one may put in. */
const payers = ['owner', 'finance'] as const

const shownTakenOut = (row: TakenOutRow): Desk['takenOut'][number] => ({
  id: row.id,
  by: { id: row.by, name: row.byName ?? '' },
  party: { id: row.party, name: row.partyName ?? '' },
  amount: cash(row.amount, row.currency),
  before: cash(row.before, row.currency),
  after: cash(row.after, row.currency),
  reason: row.reason,
  at: row.at,
})

async function deskOf(db: Read | Tx, viewer: Viewer, seen: Seen): Promise<Desk> {
  const { group } = seen
  const now = clock.now()
  const budget = (await readBudgets(db, [group.id])).get(group.id)
  const policy = await policyOf(db)
  const open = group.state === 'open'
  const may = host(seen)
  const parties = may && budget !== undefined ? await actsFor(db, viewer, payers) : []
  const names = await partyNames(db, parties)
  const has = await balancesOf(
    db,
    parties.map(owner => ({ owner, purpose: 'available', asset: budget!.currency })),
  )
  let shown: Desk['budget'] = null
  let shares: ReadonlyMap<string, bigint> = new Map()
  if (budget !== undefined) {
    const [amount, free, spent] = (await balancesOf(db, [money(group.id, budget.currency), unissued(group.id), spentOf(group.id)])) as [
      bigint,
      bigint,
      bigint,
    ]
    const out = await readOut(db, group.id, now, new Date(now.getTime() + 30 * 86_400_000))
    const room = await looseOf(db, budget)
    shares = await sharesOf(db, budget, room)
    shown = {
      perUnit: budget.perUnit,
      mostPerDay: budget.mostPerDay,
      lotDays: budget.lotDays,
      money: cash(amount, budget.currency),
      bound: cash(worthOf(BigInt(out.out) + spent, budget), budget.currency),
      free: Number(free),
      spent: Number(spent),
      promised: cash(room.promised, budget.currency),
      loose: cash(room.loose, budget.currency),
      ...out,
    }
  }
  return {
    group: { id: group.id, handle: group.handle, name: group.name, picture: pictureAddress(group.picture), state: group.state },
    budget: shown,
    limits: { mostPerDay: policy.pointsMostPerDay, byHandPerDay: policy.pointsByHandPerDay, lotDays: policy.lotDays },
    fundings: (await listFundings(db, group.id)).map(row => ({
      id: row.id,
      by: { id: row.by, name: row.byName ?? '' },
      party: row.party === null ? null : { id: row.party, name: row.partyName ?? '' },
      amount: cash(row.amount, row.currency),
      fee: cash(row.fee, row.currency),
      state: row.state,
      note: row.note,
      problem: row.problem,
      at: row.at,
      payPath:
        row.state === 'asked' && row.payment !== null && row.by === viewer.id && now.getTime() < row.at.getTime() + payWithinMs
          ? payPath(row.payment)
          : null,
    })),
    paid: (await listPayouts(db, group.id)).map(row => ({
      amount: cash(row.amount, row.currency),
      points: Number(row.points),
      party: row.party === null ? null : { id: row.party, name: row.partyName ?? '' },
      note: row.note,
      at: row.at,
      returnedAt: row.returnedAt,
    })),
    takenOut: (await listTakenOut(db, group.id)).map(shownTakenOut),
    parties: parties.map((id, index) => ({
      id,
      name: names.get(id) ?? '',
      available: cash(has[index]!, budget!.currency),
      most: cash(shares.get(id) ?? 0n, budget!.currency),
    })),
    can: {
      settle: owns(seen) && open,
      fund: may && open && budget !== undefined,
      give: may && open && budget !== undefined,
      takeOut: may && budget !== undefined && parties.some(id => (shares.get(id) ?? 0n) > 0n),
    },
  }
}

export const getDesk = async (db: Read, viewer: Viewer, { id }: Input<'GET /groups/:id/points'>): Promise<Desk> =>
  deskOf(db, viewer, await seeDesk(db, viewer, id))

async function openHost(tx: Tx, viewer: Viewer, id: string): Promise<Seen> {
  const seen = await allowHost(tx, viewer, id)
  if (seen.group.state === 'closed') throw fault('conflict', 'group_closed')
  return seen
}

export async function settle(tx: Tx, viewer: Viewer, input: Input<'PUT /groups/:id/points'>): Promise<Desk> {
  const seen = await openHost(tx, viewer, input.id)
  if (!owns(seen)) throw fault('forbidden', 'owner_only')
  await openBudget(tx, { group: seen.group.id, by: viewer.id, perUnit: input.perUnit })
  await lockBudget(tx, seen.group.id)
  await setBudget(tx, seen.group.id, { mostPerDay: input.mostPerDay, lotDays: input.lotDays })
  return deskOf(tx, viewer, seen)
}

export async function fund(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/points/fundings'>,
): Promise<Ok<'POST /groups/:id/points/fundings'>> {
  const { group } = await openHost(tx, viewer, input.id)
  const budget = (await readBudgets(tx, [group.id])).get(group.id)
  if (budget === undefined) throw fault('conflict', 'no_budget')
  const ask = {
    ...(input.funding === undefined ? {} : { id: input.funding }),
    group: group.id,
    by: viewer.id,
    amount: input.amount,
    note: input.note ?? null,
  }
  const currency = budget.currency as Currency
  if (input.as === undefined) return { ...(await fundByPayment(tx, { ...ask, provider: input.provider })), currency }
  // Whom one does not act for does not exist.
  if (!(await mayActFor(tx, viewer, input.as, payers))) throw fault('not_found')
  return { id: await fundFromBalance(tx, { ...ask, party: input.as }), payPath: null, currency }
}

/** Also of a group that is closed. */
export async function takeOutOne(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/points/taken-out'>,
): Promise<Ok<'POST /groups/:id/points/taken-out'>> {
  const { group } = await allowHost(tx, viewer, input.id)
  // Whom one does not act for does not exist.
  if (!(await mayActFor(tx, viewer, input.as, payers))) throw fault('not_found')
  const { taking, as: party, amount, reason } = input
  return shownTakenOut(await takeOut(tx, { id: taking, group: group.id, by: viewer.id, party, amount, reason }))
}

const shownGrant = (row: GrantShown): Ok<'POST /groups/:id/points/grants'> => ({
  id: row.id,
  person: { id: row.person, name: row.name ?? '' },
  points: Number(row.points),
  used: Number(row.used),
  ended: Number(row.ended),
  taken: Number(row.taken),
  remaining: Number(row.remaining),
  cause: row.cause,
  about: nameOf(row),
  note: row.note,
  at: row.at,
  endsAt: row.endsAt,
  takenBack: row.takenBackAt === null ? null : { at: row.takenBackAt, reason: row.takenBackReason ?? '' },
})

export async function getGrants(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/points/grants'>,
): Promise<Ok<'GET /groups/:id/points/grants'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  const { person, cause, limit } = input
  const after = fromCursor(input.cursor, [cursorTime, z.string().max(40)])
  const rows = await listGrants(db, group.id, { person, cause, after, limit: limit + 1 })
  return pageOf(rows, limit, shownGrant, row => toCursor(row.at, row.id))
}

async function oneGrant(db: Read | Tx, group: string, id: string): Promise<Ok<'POST /groups/:id/points/grants'>> {
  const [row] = await listGrants(db, group, { id, limit: 1 })
  if (row === undefined) throw fault('not_found')
  return shownGrant(row)
}

export async function give(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/points/grants'>,
): Promise<Ok<'POST /groups/:id/points/grants'>> {
  const { group } = await openHost(tx, viewer, input.id)
  const { person, points: asked, note } = input
  if (person === viewer.id) throw fault('forbidden', 'not_oneself')
  if (!(await readBudgets(tx, [group.id])).has(group.id)) throw fault('conflict', 'no_budget')
  const key = `hand:${input.key ?? newId('grt')}`
  const done = (await grantPoints(tx, [{ group: group.id, person, points: asked, key, cause: `host:${viewer.id}`, note }])).get(key)!
  if (done.id === null) throw fault('conflict', done.why ?? 'conflict')
  const row = await grantById(tx, done.id)
  if (done.why === 'repeated' && (row?.asked !== BigInt(asked) || row.note !== note || row.cause !== `host:${viewer.id}`))
    throw fault('conflict', 'key_reused')
  return oneGrant(tx, group.id, done.id)
}

export async function takeBackOne(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/points/grants/:grant/take-back'>,
): Promise<Ok<'POST /groups/:id/points/grants/:grant/take-back'>> {
  const { group } = await openHost(tx, viewer, input.id)
  const row = await grantById(tx, input.grant)
  if (row === undefined || row.group !== group.id) throw fault('not_found')
  await takeBackPoints(tx, [{ key: row.key, reason: input.reason }])
  return oneGrant(tx, group.id, row.id)
}

/** A group's budget in figures, for onlookers; null: none. */
export async function budgetOf(
  db: Read,
  group: string,
): Promise<{
  out: number
  free: number
  holders: number
  endingSoon: number
  money: { amount: bigint; currency: string }
  bound: { amount: bigint; currency: string }
  covered: number | null
} | null> {
  const budget = (await readBudgets(db, [group])).get(group)
  if (budget === undefined) return null
  const { currency } = budget
  const now = clock.now()
  const [amount, free, spent] = (await balancesOf(db, [money(group, currency), unissued(group), spentOf(group)])) as [
    bigint,
    bigint,
    bigint,
  ]
  const out = await readOut(db, group, now, new Date(now.getTime() + 30 * 86_400_000))
  const bound = worthOf(BigInt(out.out) + spent, budget)
  const covered = bound === 0n ? null : Math.round((Number(amount) / Number(bound)) * 100) / 100
  return { ...out, free: Number(free), money: { amount, currency }, bound: { amount: bound, currency }, covered }
}
