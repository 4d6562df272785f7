/** Does one step of a random sequence in the model and through the rooms' doors, and compares all there is to compare. */
import { sql } from 'kysely'
import { Fault } from '../shared/faults.ts'
import { clock, newId } from './foundation/clock.ts'
import type { Tx } from './foundation/db.ts'
import type { Viewer } from './foundation/session.ts'
import { captureHold, closePeriod, placeHold, releaseHold } from './ledger/index.ts'
import { bottomless, Model, Refusal, type Order } from './money.model.testing.ts'
import { applyNotices, retryRefund, type Notice } from './payments/index.ts'
import { refundLine } from './refunds/requests.ts'
import { decide, recover } from './refunds/shortfalls.ts'
import { expireOrders, settleDue, writeOrders } from './shop/index.ts'
import { cancelOrder } from './shop/orders.ts'

/** Numbers choose among what there is (`n % length`); parts are percent. */
export type Step =
  | { do: 'place'; buyer: number; picks: { sale: number; price: number }[] }
  | { do: 'pay'; order: number; feeBp: number; how: 'once' | 'twice' | 'again' | 'less' | 'other currency' | 'failed first' | 'foreign' }
  | { do: 'settle' }
  | { do: 'sell'; buyer: number; picks: { sale: number; price: number }[]; feeBp: number }
  | { do: 'cancel'; order: number }
  | { do: 'half an hour passes' }
  | { do: 'refund'; line: number; percent: number; again: boolean }
  | { do: 'refund sent' | 'refund failed' | 'refund retried'; refund: number }
  | { do: 'decide'; waiting: number; party: number; decision: 'receivable' | 'borne' | 'refuse' }
  | { do: 'recover'; party: number }
  | { do: 'hold'; party: number; percent: number; upTo: boolean }
  | { do: 'capture' | 'release'; hold: number; percent: number; again: boolean }
  | { do: 'period closed' }

const merchant = 'trial'
export const staff = (id: string): Viewer => ({
  id,
  name: 'Staff',
  email: 'staff@test.example',
  locale: 'en',
  roles: ['finance', 'operator'],
  session: 'trial',
})
export const part = (whole: bigint, percent: number): bigint => (whole * BigInt(percent) + 99n) / 100n
export const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)]

/** `tally`: how often what happened, so that a test can tell that all of it did. */
export type Trial = { model: Model; tx: Tx; buyers: readonly string[]; staff: string; other: string; tally: Map<string, number> }
export const note = ({ tally }: Trial, what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1)

export async function notify({ tx }: Trial, order: Order, notice: Partial<Notice>, times = 1): Promise<string[]> {
  const { payment, total, currency } = order
  const common = { type: 'paid' as const, merchant, charge: `ch_${payment}`, reference: payment, amount: total, currency }
  const one = (n: number): Notice => ({
    id: `ntc_${newId('evt')}_${n}`,
    ...common,
    fee: null,
    problem: null,
    refund: null,
    body: {},
    ...notice,
  })
  return applyNotices(tx, 'sandbox', merchant, Array.from({ length: times }, (_, n) => one(n)), clock.now()) // prettier-ignore
}

/** Refused by both for the same reason, or done by both. */
export async function both(trial: Trial, model: () => void, product: () => Promise<unknown>): Promise<void> {
  const before = trial.model.copy()
  let expected: string | undefined
  try {
    model()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    expected = error.message
    trial.model.restore(before)
  }
  await sql`savepoint step`.execute(trial.tx)
  try {
    await product()
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    await sql`rollback to savepoint step`.execute(trial.tx)
    await sql`release savepoint step`.execute(trial.tx)
    note(trial, `refused: ${error.code}`)
    if (error.code !== expected) throw new Error(`refused with ${error.code}, expected ${expected ?? 'no refusal'}`)
    return
  }
  await sql`release savepoint step`.execute(trial.tx)
  if (expected !== undefined) throw new Error(`not refused, expected ${expected}`)
}

/** Refused for this reason. */
export async function refused({ tx }: Trial, code: string, act: () => Promise<unknown>): Promise<void> {
  await sql`savepoint refused`.execute(tx)
  const found = await act().then(
    () => 'nothing',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  )
  await sql`rollback to savepoint refused`.execute(tx)
  equal('refused', found, code)
}

export const equal = (what: string, got: unknown, wanted: unknown): void => {
  if (got !== wanted) throw new Error(`${what}: ${String(got)}, expected ${String(wanted)}`)
}

async function pay(trial: Trial, step: Step & { do: 'pay' }): Promise<void> {
  const order = pick(trial.model.orders, step.order)
  if (order === undefined) return
  const fee = part(order.total * BigInt(step.feeBp), 1) / 100n
  const taken = order.paid ? 'repeat' : 'paid'
  const paid = async (times: number, id?: string): Promise<void> => {
    const outcomes = await notify(trial, order, { fee: fee < order.total ? fee : order.total, ...(id === undefined ? {} : { id }) }, times)
    equal('outcomes', outcomes.join(), [taken, ...Array.from({ length: times - 1 }, () => (id === undefined ? 'repeat' : taken))].join())
  }
  if (step.how === 'less') equal('outcome', (await notify(trial, order, { amount: order.total - 1n }))[0], 'wrong_amount')
  else if (step.how === 'other currency') equal('outcome', (await notify(trial, order, { currency: 'KWD' }))[0], 'wrong_currency')
  else if (step.how === 'foreign') equal('outcome', (await notify(trial, order, { merchant: 'another' }))[0], 'foreign')
  else {
    if (step.how === 'failed first') await notify(trial, order, { type: 'failed', problem: 'declined' })
    const id = step.how === 'again' ? `ntc_${newId('evt')}` : undefined
    await paid(step.how === 'once' ? 1 : 2, id)
    if (id !== undefined) await paid(1, id)
    if (order.paid) return
    note(trial, order.state === 'placed' ? 'paid' : 'paid late')
    trial.model.pay(order, fee < order.total ? fee : order.total)
  }
}

async function place(trial: Trial, step: Step & { do: 'place' }): Promise<void> {
  const { model, tx, buyers } = trial
  const id = newId('ord')
  const buyer = pick(buyers, step.buyer)!
  const sales = step.picks.map(({ sale, price }) => ({ sale: pick(model.world.sales, sale)!, price: BigInt(price) }))
  const order: Order = {
    id,
    buyer,
    state: 'placed',
    currency: sales[0]!.sale.currency,
    total: sales.reduce((sum, { price }) => sum + price, 0n),
    lines: [],
    payment: '',
    paid: false,
    refunded: 0n,
    disputed: 0n,
  }
  const fresh = { id: '', order, refunded: 0n, fee: 0n, state: 'waiting' as const, frozen: false }
  order.lines = sales.map(({ sale, price }) => ({ ...fresh, sale, amount: price, gives: [] }))
  await both(
    trial,
    () => model.place(order),
    async () => {
      const lines = sales.map(({ sale, price }) => ({
        offer: sale.offer,
        quantity: 1,
        price: { amount: price, currency: sale.currency },
      }))
      const [placed] = await writeOrders(tx, [{ buyer, input: { id, lines }, at: clock.now() }])
      if (placed instanceof Fault) throw placed
      if (placed === undefined || placed === 'alone') throw new Error('an order was not placed')
      order.payment = placed.payment!
      placed.lines.forEach(({ line }, n) => (order.lines[n]!.id = line.id))
      // The same once more is a repeat.
      equal('repeat', (await writeOrders(tx, [{ buyer, input: { id, lines }, at: clock.now() }]))[0], undefined)
    },
  )
}

async function back(trial: Trial, step: Step & { refund: number }): Promise<void> {
  const { model, tx } = trial
  const one = pick(model.backs, step.refund)
  if (one === undefined) return
  const found = (await sql<{ id: string; attempt: number }>`select id, attempt from payments.refund where key = ${one.key}`.execute(tx))
    .rows[0]!
  const ref = found.attempt === 1 ? found.id : `${found.id}-${found.attempt}`
  const [clearing, refunding] = [`provider:sandbox clearing ${one.order.currency}`, `provider:sandbox refunding ${one.order.currency}`]
  if (step.do === 'refund sent') {
    await notify(trial, one.order, { type: 'refunded', refund: ref, amount: one.amount }, 2)
    if (one.state !== 'asked') return
    model.move(refunding, -one.amount, clearing, one.amount)
    one.state = 'done'
    note(trial, step.do)
  } else if (step.do === 'refund failed') {
    await notify(trial, one.order, { type: 'refund_failed', refund: ref, amount: one.amount, problem: 'refused' }, 2)
    if (one.state === 'failed') return
    model.move(one.state === 'done' ? clearing : refunding, -one.amount, one.from, one.amount)
    one.state = 'failed'
    note(trial, step.do)
  } else
    await both(
      trial,
      () => {
        if (one.state !== 'failed') throw new Refusal('refund_not_failed')
        model.move(one.from, -one.amount, refunding, one.amount)
        one.state = 'asked'
      },
      () => retryRefund(tx, found.id, trial.staff, 'again'),
    )
}

export async function doStep(trial: Trial, step: Step): Promise<void> {
  const { model, tx } = trial
  switch (step.do) {
    case 'place':
      return place(trial, step)
    case 'pay':
      return pay(trial, step)
    case 'settle': {
      model.settle()
      if ((await settleDue(tx)) > 0) note(trial, 'settled')
      return equal('settled again', await settleDue(tx), 0)
    }
    case 'sell': {
      const before = model.orders.length
      await place(trial, { ...step, do: 'place' })
      if (model.orders.length === before) return
      await pay(trial, { do: 'pay', order: before, feeBp: step.feeBp, how: 'once' })
      return doStep(trial, { do: 'settle' })
    }
    case 'cancel': {
      const order = pick(model.orders, step.order)
      if (order === undefined) return
      return both(
        trial,
        () => {
          if (order.state === 'placed') model.end(order, 'cancelled')
          else if (order.state !== 'cancelled' && order.state !== 'expired') throw new Refusal('already_paid')
        },
        () => cancelOrder(tx, { ...staff(order.buyer), roles: [] }, { id: order.id }),
      )
    }
    case 'half an hour passes': {
      clock.shift(clock.now().getTime() - Date.now() + 31 * 60_000)
      for (const order of model.orders) if (order.state === 'placed') model.end(order, 'expired')
      await expireOrders(tx)
      return equal('expired again', await expireOrders(tx), 0)
    }
    case 'refund': {
      const line = pick(model.lines(), step.line)
      if (line === undefined) return
      const amount = part(line.amount, step.percent)
      const id = newId('rfq')
      const ask = () => refundLine(tx, staff(trial.staff), { id, line: line.id, amount, reason: 'goodwill', note: 'as agreed' })
      let waits = false
      return both(
        trial,
        () => (waits = model.refund(id, line, amount)),
        async () => {
          const made = await ask()
          equal('state of the refund', made.state, waits ? 'short' : 'done')
          note(
            trial,
            waits
              ? 'refund waits'
              : `refund of ${line.gives.length > 0 ? 'settled' : 'held'}${line.state === 'refunded' ? '' : ', partial'}`,
          )
          if (step.again) equal('repeat', (await ask()).state, made.state)
        },
      )
    }
    case 'refund sent':
    case 'refund failed':
    case 'refund retried':
      return back(trial, step)
    case 'decide': {
      const one = pick(model.waiting, step.waiting)
      if (one === undefined) return
      const open = [...one.short].filter(([, row]) => row.state === 'open').map(([owner]) => owner)
      const owner = pick(open.sort(), step.party)!
      const { rows } = await sql<{ id: string }>`select id from refunds.shortfall where cause = ${one.id} and owner = ${owner}`.execute(tx)
      return both(
        trial,
        () => {
          model.decide(one, owner, step.decision)
          note(trial, `decided: ${step.decision}${model.waiting.includes(one) ? ', others open' : ''}`)
        },
        () => decide(tx, staff(trial.staff), { id: rows[0]!.id, decision: step.decision, reason: 'decided' }),
      )
    }
    case 'recover': {
      const owner = pick(model.world.parties, step.party)!
      if (model.recover(owner, 'CNY') > 0n) note(trial, 'recovered')
      return void (await recover(tx, owner, 'CNY', clock.now()))
    }
    case 'hold': {
      const owner = pick(model.world.parties, step.party)!
      const there = model.of(`${owner} available CNY`)
      const amount = part(there, step.percent) + (step.percent % 7 === 0 || there === 0n ? 1n : 0n)
      const id = newId('hld')
      const given = { id, owner, asset: 'CNY', cause: 'review:trial', reason: 'review', amount, upTo: step.upTo }
      const held = step.upTo && there < amount ? there : amount
      return both(
        trial,
        () => {
          if (held > there) throw new Refusal('insufficient')
          if (held === 0n) return
          note(trial, 'hold')
          model.move(`${owner} available CNY`, -held, `${owner} held CNY`, held)
          model.holds.push({ id, owner, currency: 'CNY', open: held, manual: true })
        },
        async () => {
          const placed = await placeHold(tx, given)
          equal('held', placed.amount, held)
          if (held > 0n) equal('repeat', (await placeHold(tx, given)).amount, held)
        },
      )
    }
    case 'capture':
    case 'release': {
      const hold = pick(model.holds.filter(one => one.manual), step.hold) // prettier-ignore
      if (hold === undefined) return
      const amount = part(hold.open, step.percent)
      if (amount === 0n) return
      const key = `trial:${newId('hld')}`
      const commission = { account: { owner: 'planet', purpose: 'commission', asset: 'CNY' }, amount }
      return both(
        trial,
        () => {
          if (amount > hold.open) throw new Refusal('hold_too_small')
          note(trial, step.do)
          if (step.do === 'release') return model.release(hold, amount)
          model.move(`${hold.owner} held CNY`, -amount, 'planet commission CNY', amount)
          hold.open -= amount
        },
        async () => {
          const act = (): Promise<unknown> =>
            step.do === 'release'
              ? releaseHold(tx, { hold: hold.id, amount, key, reason: 'over' })
              : captureHold(tx, { hold: hold.id, amount, key, cause: 'review:trial', to: [commission] })
          await act()
          if (step.again) await act()
        },
      )
    }
    case 'period closed':
      // Time goes on a little, so that what comes is after the end.
      await closePeriod(tx, new Date(clock.now().getTime() - 86_400_000), trial.staff)
  }
}

type Seen = {
  accounts: Record<string, string> | null
  lines: Record<string, string> | null
  orders: Record<string, string> | null
  open: string
  waiting: string
  wrong: string
}

/** All balances, lines and orders are as the model says; and what must always hold, holds. */
export async function compare({ model, tx }: Trial): Promise<void> {
  const { rows } = await sql<Seen>`select
    (select jsonb_object_agg(a.owner || ' ' || a.purpose || ' ' || s.code, a.balance::text) from ledger.account a join ledger.asset s on s.id = a.asset where a.balance <> 0) as accounts,
    (select jsonb_object_agg(l.id, l.state || ' ' || l.refunded || ' ' || l.fee || case when l.frozen then ' frozen' else '' end) from shop.line l) as lines,
    (select jsonb_object_agg(o.id, o.state) from shop."order" o) as orders,
    (select coalesce(sum(amount - captured - released), 0) from ledger.hold)::text as open,
    (select count(*) from refunds.shortfall where state = 'open')::text as waiting,
    (select count(*) from ledger.transfer t where (select sum(e.amount) from ledger.entry e where e.transfer = t.id) is distinct from 0)::text as wrong`.execute(
    tx,
  )
  const seen = rows[0]!
  const accounts = seen.accounts ?? {}
  for (const account of new Set([...Object.keys(accounts), ...model.balances.keys()])) {
    const [got, wanted] = [BigInt(accounts[account] ?? '0'), model.of(account)]
    equal(`balance of ${account}`, got, wanted)
    if (got < 0n && !bottomless(account)) throw new Error(`${account} is below its floor: ${got}`)
  }
  for (const line of model.lines()) {
    equal(`line ${line.id}`, seen.lines?.[line.id], `${line.state} ${line.refunded} ${line.fee}${line.frozen ? ' frozen' : ''}`)
    // escrow = paid − refunded − settled + clawed back, with what failed to reach the buyer.
    const failed = model.backs.reduce(
      (sum, one) => (one.state === 'failed' && one.from.startsWith(`escrow:${line.id} `) ? sum + one.amount : sum),
      0n,
    )
    const escrow = BigInt(accounts[`escrow:${line.id} escrow ${line.order.currency}`] ?? '0')
    equal(`escrow of ${line.id}`, escrow, failed + (line.state === 'held' ? line.amount - line.refunded : 0n))
  }
  for (const order of model.orders) equal(`order ${order.id}`, seen.orders?.[order.id], order.state)
  equal('holds', BigInt(seen.open), model.holds.reduce((sum, hold) => sum + hold.open, 0n)) // prettier-ignore
  const open = model.waiting.flatMap(one => [...one.short.values()]).concat(model.disputeShorts).filter(row => row.state === 'open') // prettier-ignore
  equal('shortfalls', Number(seen.waiting), open.length)
  equal('transfers that do not sum to zero', seen.wrong, '0')
  // What is held for others and our own = what they and we are owed.
  for (const currency of ['CNY', 'JPY']) {
    let sum = 0n
    for (const [account, balance] of Object.entries(accounts)) if (account.endsWith(` ${currency}`)) sum += BigInt(balance)
    equal(`sum of ${currency}`, sum, 0n)
  }
}
