/**
 * What money should do, in plain maps: the model that random sequences are held against (docs/trials.md). It shares no arithmetic with the product:
 * its own largest remainder, its own rounding, its own waterfall. Amounts are minor units.
 */
import { half, least, shareOut } from './money.arithmetic.testing.ts'
import type { MoneyWorld, Sale } from './money.world.testing.ts'

export const commissionBp = 500n
const workBp = 1500n

/** What someone got of a line and still has of it. */
export type Give = { owner: string; purpose: string; step: string; left: bigint }
export const giveKey = (give: Give): string => `${give.owner} ${give.purpose} ${give.step}`

export type Line = {
  id: string
  order: Order
  sale: Sale
  amount: bigint
  refunded: bigint
  fee: bigint
  state: 'waiting' | 'held' | 'settled' | 'refunded' | 'cancelled'
  frozen: boolean
  gives: Give[]
}
export type Order = {
  id: string
  buyer: string
  state: 'placed' | 'paid' | 'settled' | 'cancelled' | 'expired' | 'refunded'
  currency: string
  total: bigint
  lines: Line[]
  payment: string
  paid: boolean
  refunded: bigint
  disputed: bigint
}
export type Back = { key: string; order: Order; from: string; amount: bigint; state: 'asked' | 'done' | 'failed' }
export type Hold = { id: string; owner: string; currency: string; open: bigint; manual: boolean }
/** A refund that waits for decisions: what everybody gives, what is set aside, who lacks how much. */
export type Waiting = {
  id: string
  line: Line
  amount: bigint
  gives: Give[]
  asides: Map<string, { wanted: bigint; hold: Hold | null }>
  short: Map<string, { amount: bigint; state: 'open' | 'receivable' | 'borne' }>
}
/** A part of a dispute: of a line that waits (`escrow`), or of those who got its money (`given`, set aside as far as it was there). */
export type DisputePart = { line: Line; amount: bigint; mode: 'escrow' | 'given'; gives: Give[]; asides: Waiting['asides'] }
export type Dispute = {
  ref: string
  order: Order
  amount: bigint
  exposed: bigint
  state: 'open' | 'won' | 'lost'
  parts: DisputePart[]
}
/** The planet paid for a party after a lost dispute; whether the party owes it is to be decided. */
export type DisputeShort = {
  ref: string
  line: string
  owner: string
  currency: string
  amount: bigint
  state: 'open' | 'receivable' | 'borne'
}
export type Payout = { owner: string; amount: bigint; state: 'listed' | 'dropped' | 'paying' | 'paid' | 'returned' }
export type Batch = { id: string; state: 'submitted' | 'approved'; payouts: Payout[] }
export type Debt = { owner: string; currency: string; left: bigint }

export const isParty = (owner: string): boolean => owner.startsWith('usr_')
/** Accounts that may sink below zero. */
export const bottomless = (account: string): boolean =>
  /^(provider:\S+ (clearing|disputed)|bank:\S+ clearing|\S+ receivable|planet costs|pool:accruals accrual) /.test(account)

export class Refusal extends Error {}
export const refuse = (code: string): never => {
  throw new Refusal(code)
}

export class Model {
  balances = new Map<string, bigint>()
  orders: Order[] = []
  backs: Back[] = []
  holds: Hold[] = []
  waiting: Waiting[] = []
  debts: Debt[] = []
  disputes: Dispute[] = []
  disputeShorts: DisputeShort[] = []
  batches: Batch[] = []
  /** Whose account was given back by the bank: nothing is sent there until they looked. */
  badAccounts = new Set<string>()
  owned = new Set<string>()
  readonly world: MoneyWorld
  readonly returnsFee: boolean
  constructor(world: MoneyWorld, returnsFee: boolean) {
    this.world = world
    this.returnsFee = returnsFee
  }

  /** A copy of everything, to go back to (`restore`) when a refusal comes in the middle. */
  copy(): object {
    const { world: _world, returnsFee: _returnsFee, ...rest } = this
    return structuredClone(rest)
  }
  restore(copy: object): void {
    Object.assign(this, copy)
  }

  of(account: string): bigint {
    return this.balances.get(account) ?? 0n
  }
  /** Moves along: account, change, account, change … The changes must sum to zero. */
  move(...steps: (string | bigint)[]): void {
    let sum = 0n
    for (let n = 0; n < steps.length; n += 2) {
      const [account, change] = [steps[n] as string, steps[n + 1] as bigint]
      this.balances.set(account, this.of(account) + change)
      sum += change
    }
    if (sum !== 0n) throw new Error(`the model moved ${sum} out of nowhere`)
  }
  /** What of a line open disputes are about. */
  disputedOn(line: Line): bigint {
    const open = this.disputes.filter(one => one.state === 'open').flatMap(one => one.parts)
    return open.reduce((sum, one) => (one.line === line ? sum + one.amount : sum), 0n)
  }
  lines(): Line[] {
    return this.orders.flatMap(order => order.lines)
  }

  place(order: Order): void {
    const releases = order.lines.map(line => line.sale.release)
    if (new Set(order.lines.map(line => line.sale.currency)).size > 1) refuse('currency_mixed')
    if (new Set(releases).size < releases.length || releases.some(release => this.owned.has(`${order.buyer} ${release}`)))
      refuse('already_owned')
    this.orders.push(order)
  }

  pay(order: Order, fee: bigint): void {
    const wanted = order.state === 'placed' || order.lines.every(line => !this.owned.has(`${order.buyer} ${line.sale.release}`))
    const fees = shareOut(fee, order.lines.map(line => line.amount)) // prettier-ignore
    const into = order.lines.flatMap(line => [`escrow:${line.id} escrow ${order.currency}`, line.amount])
    this.move(`provider:sandbox clearing ${order.currency}`, -order.total, ...into)
    order.lines.forEach((line, n) => Object.assign(line, { state: 'held', fee: fees[n]! }))
    Object.assign(order, { state: 'paid', paid: true })
    if (!wanted) for (const line of order.lines) this.takeBack(line, line.amount, `line:${line.id}`)
  }

  /** What becomes of a line's money when it is settled. */
  divide(line: Line): Give[] {
    const { sale, order } = line
    let left = line.amount - line.refunded
    const gives: Give[] = []
    const give = (owner: string, purpose: string, step: string, amount: bigint): void => {
      if (amount > 0n) gives.push({ owner, purpose, step, left: amount })
      left -= amount
    }
    give('provider:sandbox', 'fee', 'provider_fee', least(line.fee, left))
    give('planet', 'commission', 'commission', half(left * commissionBp, 10_000n))
    type Share = { kind: string; role: string; weight: bigint }
    const byParty = new Map<string, Share[]>()
    const share = (party: string, kind: string, role: string, weight: bigint): void => {
      if (weight > 0n) byParty.set(party, [...(byParty.get(party) ?? []), { kind, role, weight }])
    }
    const toWork = sale.work === null ? 0n : workBp
    const role = (n: number): string => (n === 0 ? 'performer' : `guest-${n}`)
    sale.work?.forEach(({ party, shareBp }, n) => share(party, 'work', role(n), toWork * BigInt(shareBp)))
    if (sale.master === null) share(sale.owner, 'owner', '', (10_000n - toWork) * 10_000n)
    else sale.master.forEach(({ party, shareBp }, n) => share(party, 'master', role(n), (10_000n - toWork) * BigInt(shareBp)))
    const parties = [...byParty.keys()].sort()
    const amounts = shareOut(left, parties.map(party => byParty.get(party)!.reduce((sum, one) => sum + one.weight, 0n))) // prettier-ignore
    parties.forEach((party, n) => {
      const own = byParty.get(party)!.sort((a, b) => (`${a.kind} ${a.role}` < `${b.kind} ${b.role}` ? -1 : 1))
      const parts = shareOut(amounts[n]!, own.map(one => one.weight)) // prettier-ignore
      own.forEach(({ kind, role: name }, m) => give(party, 'available', name === '' ? `split:${kind}` : `split:${kind}:${name}`, parts[m]!))
    })
    if (left !== 0n) throw new Error(`the model left ${left} of ${order.id} undivided`)
    return gives
  }

  /** Settles what is due, in the order of ids; what cannot be handed over any more goes back. */
  settle(only?: Line): void {
    const failed: Line[] = []
    const due = this.lines().filter(line => line.state === 'held' && !line.frozen && (only === undefined || line === only))
    for (const line of due.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const thing = `${line.order.buyer} ${line.sale.release}`
      if (this.owned.has(thing)) {
        failed.push(line)
        continue
      }
      this.owned.add(thing)
      line.gives = this.divide(line)
      const sum = line.gives.reduce((total, give) => total + give.left, 0n)
      const { currency } = line.order
      const out = line.gives.flatMap(({ owner, purpose, left }) => [`${owner} ${purpose} ${currency}`, left])
      this.move(`escrow:${line.id} escrow ${currency}`, -sum, ...out)
      line.state = 'settled'
      this.finish(line.order)
    }
    for (const line of failed) this.takeBack(line, line.amount - line.refunded, `line:${line.id}`)
  }

  finish(order: Order): void {
    if (order.lines.some(line => line.state === 'waiting' || line.state === 'held')) return
    order.state = order.lines.some(line => line.state === 'settled') ? 'settled' : 'refunded'
  }

  end(order: Order, state: 'cancelled' | 'expired'): void {
    order.state = state
    for (const line of order.lines) line.state = 'cancelled'
  }

  /** Money of a line's escrow goes back to the buyer, or (`taken`) was taken by their bank already: then no fee comes back with it. */
  takeBack(line: Line, amount: bigint, key: string, taken = false): void {
    const { order } = line
    const left = line.amount - line.refunded
    if (!taken && amount > order.total - order.refunded - order.disputed) refuse('disputed')
    let lost = 0n
    if (line.state === 'held') {
      const fee = half(line.fee * (left - amount), left)
      lost = line.fee - fee
      line.fee = fee
    }
    const from = `escrow:${line.id} escrow ${order.currency}`
    this.move(from, -amount, `provider:sandbox ${taken ? 'disputed' : 'refunding'} ${order.currency}`, amount)
    if (lost > 0n && (taken || !this.returnsFee))
      this.move(`planet costs ${order.currency}`, -lost, `provider:sandbox fee ${order.currency}`, lost)
    if (!taken) {
      this.backs.push({ key, order, from, amount, state: 'asked' })
      order.refunded += amount
    }
    line.refunded += amount
    if (line.refunded < line.amount) return
    if (line.state === 'settled') this.owned.delete(`${order.buyer} ${line.sale.release}`)
    line.state = 'refunded'
    line.frozen = false
    this.finish(order)
  }

  gives(line: Line, amount: bigint): Give[] {
    const merged = new Map<string, Give>()
    for (const give of line.gives) merged.set(giveKey(give), give)
    const sorted = [...merged.keys()].sort().map(key => merged.get(key)!)
    const parts = shareOut(amount, sorted.map(give => give.left)) // prettier-ignore
    return sorted.map((give, n) => ({ ...give, left: parts[n]! })).filter(give => give.left > 0n)
  }

  /** Who gives how much, from what is there; `short`: what parties lack after `captured`. */
  collect(
    line: Line,
    gives: readonly Give[],
    captured: Map<string, bigint>,
    feeReturned = this.returnsFee,
  ): { takes: [string, bigint][]; short: Map<string, bigint> } {
    const { currency } = line.order
    const takes: [string, bigint][] = []
    const short = new Map<string, bigint>()
    const gone = new Map<string, bigint>()
    const take = (account: string, amount: bigint): bigint => {
      const there = this.of(account) - (gone.get(account) ?? 0n)
      const taken = there > 0n ? least(there, amount) : 0n
      gone.set(account, (gone.get(account) ?? 0n) + taken)
      if (taken > 0n) takes.push([account, taken])
      return taken
    }
    for (const { owner, purpose, step, left: wanted } of gives) {
      let left = wanted
      if (isParty(owner)) {
        const aside = least(captured.get(owner) ?? 0n, left)
        captured.set(owner, (captured.get(owner) ?? 0n) - aside)
        left -= aside
        left -= take(`${owner} available ${currency}`, left)
        if (left > 0n) short.set(owner, (short.get(owner) ?? 0n) + left)
      } else {
        if (step !== 'provider_fee' || feeReturned) left -= take(`${owner} ${purpose} ${currency}`, left)
        if (left > 0n) takes.push([`planet costs ${currency}`, left])
      }
    }
    return { takes, short }
  }

  bring(line: Line, takes: readonly [string, bigint][]): void {
    for (const [account, amount] of takes) this.move(account, -amount, `escrow:${line.id} escrow ${line.order.currency}`, amount)
  }
  given(line: Line, gives: readonly Give[]): void {
    for (const give of gives) line.gives.find(one => giveKey(one) === giveKey(give))!.left -= give.left
  }

  /** A refund by the planet's people. True when it waits for decisions. */
  refund(id: string, line: Line, amount: bigint): boolean {
    const left = line.amount - line.refunded
    if ((line.state !== 'held' && line.state !== 'settled') || left === 0n) refuse('nothing_to_refund')
    if (this.disputedOn(line) > 0n) refuse('dispute_open')
    if (this.waiting.some(one => one.line === line)) refuse('refund_waits')
    if (amount > left) refuse('refund_too_much')
    if (line.state === 'settled') {
      const gives = this.gives(line, amount)
      const { takes, short } = this.collect(line, gives, new Map())
      if (short.size > 0) {
        this.waiting.push(this.setAside(id, line, amount, gives))
        return true
      }
      this.bring(line, takes)
      this.given(line, gives)
    }
    this.takeBack(line, amount, `refund:${id}`)
    return false
  }

  setAside(id: string, line: Line, amount: bigint, gives: Give[]): Waiting {
    const { currency } = line.order
    const made: Waiting = { id, line, amount, gives, asides: new Map(), short: new Map() }
    const wanted = new Map<string, bigint>()
    for (const give of gives) if (isParty(give.owner)) wanted.set(give.owner, (wanted.get(give.owner) ?? 0n) + give.left)
    for (const owner of [...wanted.keys()].sort()) {
      const want = wanted.get(owner)!
      const there = least(want, this.of(`${owner} available ${currency}`))
      if (there > 0n) this.move(`${owner} available ${currency}`, -there, `${owner} held ${currency}`, there)
      const placed = there > 0n ? { id: '', owner, currency, open: there, manual: false } : null
      if (placed) this.holds.push(placed)
      made.asides.set(owner, { wanted: want, hold: placed })
      if (there < want) made.short.set(owner, { amount: want - there, state: 'open' })
    }
    return made
  }

  release(hold: Hold, amount: bigint): void {
    if (amount > hold.open || amount === 0n) refuse('hold_too_small')
    this.move(`${hold.owner} held ${hold.currency}`, -amount, `${hold.owner} available ${hold.currency}`, amount)
    hold.open -= amount
  }

  letGo(asides: Waiting['asides']): void {
    for (const { hold } of asides.values()) if (hold !== null && hold.open > 0n) this.release(hold, hold.open)
  }

  /** The planet's own money. */
  own(currency: string): bigint {
    let own = this.of(`planet commission ${currency}`) + this.of(`planet costs ${currency}`)
    for (const [account, balance] of this.balances) if (account.endsWith(` receivable ${currency}`)) own += balance
    return own
  }

  /** Brings what was set aside into the escrow. */
  capture(line: Line, asides: Waiting['asides']): Map<string, bigint> {
    const captured = new Map<string, bigint>()
    for (const [party, { wanted, hold }] of asides) {
      const amount = hold === null ? 0n : least(wanted, hold.open)
      if (hold === null || amount === 0n) continue
      this.move(`${party} held ${hold.currency}`, -amount, `escrow:${line.id} escrow ${hold.currency}`, amount)
      hold.open -= amount
      captured.set(party, amount)
    }
    return captured
  }

  decide(one: Waiting, owner: string, decision: 'receivable' | 'borne' | 'refuse'): void {
    const { line, short } = one
    const { currency } = line.order
    if (decision === 'refuse') {
      this.letGo(one.asides)
      this.waiting = this.waiting.filter(other => other !== one)
      return
    }
    short.get(owner)!.state = decision
    const decided = [...short.values()].filter(row => row.state !== 'open')
    if (decided.length < short.size) {
      if (this.own(currency) < decided.reduce((sum, row) => sum + row.amount, 0n)) refuse('own_money_short')
      return
    }
    const escrow = `escrow:${line.id} escrow ${currency}`
    const captured = this.capture(line, one.asides)
    const { takes, short: lacking } = this.collect(line, one.gives, captured)
    this.bring(line, takes)
    for (const [party, amount] of lacking) {
      const account = short.get(party)?.state === 'receivable' ? `${party} receivable ${currency}` : `planet costs ${currency}`
      this.move(account, -amount, escrow, amount)
      if (account.includes(' receivable ')) this.debts.push({ owner: party, currency, left: amount })
    }
    this.given(line, one.gives)
    this.takeBack(line, one.amount, `refund:${one.id}`)
    this.waiting = this.waiting.filter(other => other !== one)
    if (this.own(currency) < 0n) refuse('own_money_short')
  }

  /** What a party has pays what it owes, oldest first. */
  recover(owner: string, currency: string): bigint {
    let sum = 0n
    for (const debt of this.debts) {
      if (debt.owner !== owner || debt.currency !== currency) continue
      const part = least(debt.left, this.of(`${owner} available ${currency}`))
      this.move(`${owner} available ${currency}`, -part, `${owner} receivable ${currency}`, part)
      debt.left -= part
      sum += part
    }
    return sum
  }
}
