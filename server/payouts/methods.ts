/** Accounts of payees. A new one cools for some days before it is used; while income is disputed an operator looks at it first (trap 22). */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { Method, payouts } from '../../shared/payouts.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner } from '../ledger/index.ts'
import { providersFor } from '../payments/index.ts'
import { masked, soundAccount, tidyAccount } from './policy.ts'
import { settingsOf } from './settings.ts'
import { insertDecision } from './store.ts'
import {
  askedMethods,
  disputeOpen,
  insertMethod,
  lockParty,
  methodsOf,
  openMethods,
  readMethod,
  setMethod,
  setSchedule,
  setTaxProfile,
  type MethodRow,
} from './store-methods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const dayMs = 86_400_000

export const showMethod = (row: MethodRow): Decoded<typeof Method> => ({
  id: row.id,
  currency: row.currency as Currency,
  route: row.route,
  account: masked(row.account),
  holder: row.holder,
  bank: row.bank,
  branch: row.branch,
  country: row.country,
  state: row.state,
  usableFrom: row.usableFrom,
  problem: row.problem,
  since: row.madeAt,
})

/** Whether money can be sent this way at all: by a bank always, by a provider when there is a contract and it pays out. */
export function canSend(route: string): boolean {
  if (route === 'bank') return true
  return providersFor().some(({ id, payOut }) => id === route && payOut !== undefined)
}

export const getMethods = async (
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/payout-methods'>,
): Promise<Ok<'GET /me/payout-methods'>> => ({
  items: (await methodsOf(db, await bookOwner(db, viewer, input.as))).map(showMethod),
})

/** A method of the viewer's own, or of an organisation the viewer keeps the books of; others do not exist. */
async function own(tx: Tx, viewer: Viewer, id: string): Promise<MethodRow> {
  const before = await readMethod(tx, id)
  if (before === undefined) throw fault('not_found')
  await bookOwner(tx, viewer, before.party)
  await lockParty(tx, before.party)
  return (await readMethod(tx, id))!
}

/** The same account: only how its holder or branch is written may differ. */
const sameAccount = (a: Pick<MethodRow, 'route' | 'account' | 'country'>, b: Pick<MethodRow, 'route' | 'account' | 'country'>): boolean =>
  a.route === b.route && a.account === b.account && a.country === b.country

export async function addMethod(tx: Tx, viewer: Viewer, input: Input<'POST /me/payout-methods'>): Promise<Ok<'POST /me/payout-methods'>> {
  const party = await bookOwner(tx, viewer, input.as)
  await lockParty(tx, party)
  const { route, currency, holder, country } = input
  const account = tidyAccount(route, input.account)
  if (!canSend(route)) throw fault('invalid', 'provider_cannot', { fields: { route: 'route' } })
  if (route === 'bank' && input.bank === undefined) throw fault('invalid', 'invalid', { fields: { bank: 'bank' } })
  if (route === 'bank' && !soundAccount(account)) throw fault('invalid', 'invalid', { fields: { account: 'account' } })
  const at = clock.now()
  const made = {
    id: input.id ?? newId('pym'),
    party,
    currency,
    route,
    account,
    holder,
    bank: route === 'bank' ? input.bank! : null,
    branch: input.branch ?? null,
    country,
    madeBy: viewer.id,
    madeAt: at,
  }
  const twice = await readMethod(tx, made.id)
  if (twice !== undefined) {
    // A retry of one's own is the same account; anyone else's id is simply taken.
    const same = (['party', 'currency', 'route', 'account', 'holder', 'bank', 'branch', 'country'] as const).every(
      key => twice[key] === made[key],
    )
    if (!same) throw fault('conflict', 'key_reused')
    return showMethod(twice)
  }
  const open = await openMethods(tx, [party], currency)
  const before = open.find(method => method.state !== 'asked')
  const { coolingDays } = await settingsOf(tx)
  const cooled = new Date(at.getTime() + coolingDays * dayMs)
  if (before !== undefined && sameAccount(before, made)) {
    await setMethod(tx, before.id, { state: 'closed', at })
    await insertMethod(tx, { ...made, state: 'active', usableFrom: before.usableFrom > at ? before.usableFrom : at })
  } else if (await disputeOpen(tx, party)) {
    if (open.some(method => method.state === 'asked')) throw fault('conflict', 'method_waits')
    await insertMethod(tx, { ...made, state: 'asked', usableFrom: cooled })
  } else {
    for (const method of open) await setMethod(tx, method.id, { state: 'closed', at })
    await insertMethod(tx, { ...made, state: 'active', usableFrom: cooled })
  }
  return showMethod((await readMethod(tx, made.id))!)
}

export async function confirmMethod(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /me/payout-methods/:id/confirm'>,
): Promise<Ok<'POST /me/payout-methods/:id/confirm'>> {
  const method = await own(tx, viewer, input.id)
  if (method.state === 'check') await setMethod(tx, method.id, { state: 'active', at: clock.now() })
  else if (method.state !== 'active') throw fault('conflict')
  return showMethod((await readMethod(tx, method.id))!)
}

export async function closeMethod(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /me/payout-methods/:id'>,
): Promise<Ok<'DELETE /me/payout-methods/:id'>> {
  const method = await own(tx, viewer, input.id)
  if (method.state !== 'closed' && method.state !== 'refused') await setMethod(tx, method.id, { state: 'closed', at: clock.now() })
  return { ok: true }
}

export async function changeSchedule(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /me/payout-schedule'>,
): Promise<Ok<'PUT /me/payout-schedule'>> {
  await setSchedule(tx, await bookOwner(tx, viewer, input.as), input.schedule, viewer.id, clock.now())
  return { ok: true }
}

export async function changeTaxProfile(tx: Tx, viewer: Viewer, input: Input<'PUT /me/tax-profile'>): Promise<Ok<'PUT /me/tax-profile'>> {
  const { country, kind, taxId } = input
  await setTaxProfile(tx, await bookOwner(tx, viewer, input.as), { country, kind, taxId }, viewer.id, clock.now())
  return { ok: true }
}

export async function getAskedMethods(db: Read): Promise<Ok<'GET /console/payout-methods'>> {
  const rows = await askedMethods(db)
  const before = await openMethods(db, [...new Set(rows.map(row => row.party))])
  return {
    items: rows.map(row => {
      const old = before.find(method => method.party === row.party && method.currency === row.currency && method.state !== 'asked')
      return { ...showMethod(row), party: row.party, name: row.name ?? '', before: old === undefined ? null : showMethod(old) }
    }),
  }
}

/** An operator, who is not the payee, lets a new account be used (it cools from now on) or refuses it. */
export async function decideMethod(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /console/payout-methods/:id/decide'>,
): Promise<Ok<'POST /console/payout-methods/:id/decide'>> {
  const found = await readMethod(tx, input.id)
  if (found === undefined) throw fault('not_found')
  await lockParty(tx, found.party)
  const method = (await readMethod(tx, input.id))!
  if (method.madeBy === viewer.id || method.party === viewer.id) throw fault('conflict', 'own_decision')
  if (method.state !== 'asked') {
    // The same answer again is a repeat.
    if ((method.state === 'refused') === !input.allow) return { ok: true }
    throw fault('conflict')
  }
  const at = clock.now()
  if (input.allow) {
    for (const old of await openMethods(tx, [method.party], method.currency))
      if (old.state !== 'asked') await setMethod(tx, old.id, { state: 'closed', at })
    const { coolingDays } = await settingsOf(tx)
    const cooled = Math.max(method.usableFrom.getTime(), at.getTime() + coolingDays * dayMs)
    await setMethod(tx, method.id, { state: 'active', at, usableFrom: new Date(cooled) })
  } else await setMethod(tx, method.id, { state: 'refused', at, problem: input.reason })
  await insertDecision(tx, {
    subject: method.id,
    act: input.allow ? 'method_allowed' : 'method_refused',
    reason: input.reason,
    by: viewer.id,
    at,
  })
  return { ok: true }
}
