/** The model's second half: money that is taken back by banks, and money that is paid out. */
import { least, shareOut } from './money.arithmetic.testing.ts'
import { refuse, type Batch, type Dispute, type Model, type Order, type Payout } from './money.model.testing.ts'

/** A payer's bank takes `amount` back and it is contested; `fee`: what the provider keeps for its trouble. */
export function openDispute(model: Model, order: Order, ref: string, amount: bigint, fee: bigint): Dispute {
  const { currency } = order
  const exposed = least(amount, order.total - order.refunded - order.disputed)
  order.disputed += exposed
  const made: Dispute = { ref, order, amount, exposed, state: 'open', parts: [] }
  const lines = order.lines.filter(line => (line.state === 'held' || line.state === 'settled') && line.refunded < line.amount)
  const left = lines.map(line => line.amount - line.refunded - model.disputedOn(line))
  if (exposed > 0n) {
    const parts = shareOut(exposed, left)
    for (const [n, line] of lines.entries()) {
      if (parts[n] === 0n) continue
      // A refund that waits is over: its parts go back to those who had them.
      for (const one of model.waiting.filter(other => other.line === line)) model.letGo(one.asides)
      model.waiting = model.waiting.filter(other => other.line !== line)
    }
    for (const [n, line] of lines.entries()) {
      const part = parts[n]!
      if (part === 0n) continue
      if (line.state === 'held') {
        line.frozen = true
        made.parts.push({ line, amount: part, mode: 'escrow', gives: [], asides: new Map() })
      } else {
        const gives = model.gives(line, part)
        model.given(line, gives)
        made.parts.push({ line, amount: part, mode: 'given', gives, asides: model.setAside(ref, line, part, gives).asides })
      }
    }
  }
  model.move(`provider:sandbox disputed ${currency}`, -amount, `provider:sandbox clearing ${currency}`, amount)
  model.move(`planet costs ${currency}`, -fee, `provider:sandbox fee ${currency}`, fee)
  model.disputes.push(made)
  return made
}

function thaw(model: Model, dispute: Dispute): void {
  for (const { line, mode } of dispute.parts) {
    const others = model.disputes.some(one => one.state === 'open' && one.parts.some(part => part.line === line && part.mode === 'escrow'))
    if (mode === 'escrow' && !others) line.frozen = false
  }
}

export function wonDispute(model: Model, dispute: Dispute): void {
  const { order, amount, exposed } = dispute
  for (const { line, mode, gives, asides } of dispute.parts) {
    if (mode !== 'given') continue
    model.letGo(asides)
    model.given(line, gives.map(give => ({ ...give, left: -give.left }))) // prettier-ignore
  }
  dispute.state = 'won'
  thaw(model, dispute)
  order.disputed -= exposed
  model.move(`provider:sandbox clearing ${order.currency}`, -amount, `provider:sandbox disputed ${order.currency}`, amount)
}

export function lostDispute(model: Model, dispute: Dispute): void {
  const { ref, order, amount, exposed } = dispute
  const { currency } = order
  const costs = `planet costs ${currency}`
  dispute.state = 'lost'
  for (const { line, amount: part, mode, gives, asides } of dispute.parts) {
    if (mode === 'given') {
      const escrow = `escrow:${line.id} escrow ${currency}`
      const { takes, short } = model.collect(line, gives, model.capture(line, asides), false)
      model.bring(line, takes)
      for (const [owner, lacking] of short) {
        model.move(costs, -lacking, escrow, lacking)
        model.disputeShorts.push({ ref, line: line.id, owner, currency, amount: lacking, state: 'open' })
      }
    }
    model.takeBack(line, part, '', true)
  }
  thaw(model, dispute)
  // What had gone back to the buyer already went twice: the planet bears it.
  if (amount > exposed) model.move(costs, exposed - amount, `provider:sandbox disputed ${currency}`, amount - exposed)
}

/** Of a frozen line that is due the share that nobody contests is settled, the rest set aside with its receivers. True when that could be done. */
export function settleFrozen(model: Model, lineId: string): boolean {
  const line = model.lines().find(one => one.id === lineId)!
  if (line.state !== 'held' || !line.frozen) return false
  const parts = model.disputes
    .flatMap(one => (one.state === 'open' ? one.parts : []))
    .filter(one => one.line === line && one.mode === 'escrow')
  if (parts.reduce((sum, one) => sum + one.amount, 0n) >= line.amount - line.refunded) return false
  line.frozen = false
  model.settle(line)
  for (const one of parts) {
    const gives = model.gives(line, one.amount)
    model.given(line, gives)
    Object.assign(one, { mode: 'given', gives, asides: model.setAside('', line, one.amount, gives).asides })
  }
  return true
}

/** Whether a party is to give something back, or may have to: it comes before a payout. */
function owes(model: Model, owner: string): boolean {
  const waiting = model.waiting.some(
    one => one.line.order.currency === 'CNY' && ['open', 'receivable'].includes(one.short.get(owner)?.state ?? ''),
  )
  const open = model.disputeShorts.some(row => row.owner === owner && row.currency === 'CNY' && row.state === 'open')
  return waiting || open || model.debts.some(debt => debt.owner === owner && debt.currency === 'CNY' && debt.left > 0n)
}

/** Lists everyone with something in this currency and a good account. */
export function compose(model: Model, id: string): Batch {
  if (model.batches.some(batch => batch.state === 'submitted')) refuse('batch_open')
  const owners = model.world.parties.filter(
    owner => !model.badAccounts.has(owner) && !owes(model, owner) && model.of(`${owner} available CNY`) > 0n,
  )
  if (owners.length === 0) refuse('nothing_to_pay')
  const batch: Batch = {
    id,
    state: 'submitted',
    payouts: owners.map(owner => ({ owner, amount: model.of(`${owner} available CNY`), state: 'listed' })),
  }
  model.batches.push(batch)
  return batch
}

/** Sets the money aside; whoever has less by now, or no good account any more, is dropped. */
export function approve(model: Model, batch: Batch): void {
  if (batch.state !== 'submitted') refuse('conflict')
  batch.state = 'approved'
  for (const one of batch.payouts) {
    const ready = !model.badAccounts.has(one.owner) && !owes(model, one.owner) && model.of(`${one.owner} available CNY`) >= one.amount
    one.state = ready ? 'paying' : 'dropped'
    if (ready) model.move(`${one.owner} available CNY`, -one.amount, `${one.owner} paying CNY`, one.amount)
  }
}

export function confirm(model: Model, batch: Batch): void {
  if (batch.state !== 'approved') refuse('conflict')
  for (const one of batch.payouts) {
    if (one.state !== 'paying') continue
    model.move(`${one.owner} paying CNY`, -one.amount, 'bank:main clearing CNY', one.amount)
    one.state = 'paid'
  }
}

export function comeBack(model: Model, one: Payout): void {
  if (one.state === 'returned') return
  if (one.state !== 'paid' && one.state !== 'paying') refuse('conflict')
  model.move(
    one.state === 'paid' ? 'bank:main clearing CNY' : `${one.owner} paying CNY`,
    -one.amount,
    `${one.owner} available CNY`,
    one.amount,
  )
  one.state = 'returned'
  model.badAccounts.add(one.owner)
}

const million = 1_000_000n
/** Of its own money the planet sets something aside for plays. */
export function fund(model: Model, amount: bigint): void {
  if (amount > model.of('planet commission CNY')) refuse('insufficient')
  model.move('planet commission CNY', -amount, 'pool:accruals pool CNY', amount)
  model.move('pool:accruals accrual micro:CNY', -amount * million, 'pool:plays pool micro:CNY', amount * million)
}
/** Millionths of a fen to each. */
export function plays(model: Model, parts: ReadonlyMap<string, bigint>): void {
  const whole = [...parts.values()].reduce((a, b) => a + b, 0n)
  if (whole > model.of('pool:plays pool micro:CNY')) refuse('insufficient')
  for (const [party, amount] of parts) model.move('pool:plays pool micro:CNY', -amount, `${party} accrual micro:CNY`, amount)
}
/** Whole fen of what was earned become money. Gives how many were paid. */
export function settlePlays(model: Model): number {
  let paid = 0
  for (const party of model.world.parties) {
    const fen = model.of(`${party} accrual micro:CNY`) / million
    if (fen === 0n) continue
    model.move(`${party} accrual micro:CNY`, -fen * million, 'pool:accruals accrual micro:CNY', fen * million)
    model.move('pool:accruals pool CNY', -fen, `${party} available CNY`, fen)
    paid += 1
  }
  return paid
}
