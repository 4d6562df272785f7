/** A plain model of a group's points: what the room must do, in numbers alone. */
type Lot = {
  key: string
  person: string
  at: number
  endsAt: number
  left: number
  used: number
  ended: number
  taken: number
  points: number
  back: boolean
  day: number
}
type Spend = { key: string; person: string; points: number; parts: [Lot, number][]; state: 'open' | 'returned' | 'settled' }
export const dayMs = 86_400_000
export const rules = { perUnit: 100, mostPerDay: 500, lotDays: 30, graceDays: 14 }

export class Model {
  now = 0
  /** fen; one point is one fen. */
  money = 0
  unissued = 0
  paidOut = 0
  readonly lots: Lot[] = []
  readonly spends = new Map<string, Spend>()
  readonly payouts = new Map<string, number>()
  readonly debts = new Map<string, number>()

  lotsOf = (person: string): Lot[] =>
    this.lots
      .filter(lot => lot.person === person && lot.left > 0)
      .toSorted((a, b) => a.endsAt - b.endsAt || this.lots.indexOf(a) - this.lots.indexOf(b))
  balance = (person: string): number => this.lotsOf(person).reduce((sum, lot) => sum + lot.left, 0)
  debt = (person: string): number => this.debts.get(person) ?? 0
  get outstanding(): number {
    return this.lots.reduce((sum, lot) => sum + lot.left, 0)
  }
  get open(): number {
    return [...this.spends.values()].reduce((sum, one) => sum + (one.state === 'open' ? one.points : 0), 0)
  }

  fund(amount: number): void {
    this.money += amount
    this.unissued += amount
  }
  #payDebt(lot: Lot): void {
    const paid = Math.min(lot.left, this.debt(lot.person))
    lot.left -= paid
    lot.taken += paid
    this.unissued += paid
    this.debts.set(lot.person, this.debt(lot.person) - paid)
  }
  grant(key: string, person: string, points: number, member: boolean): { granted: number; why: string | null } {
    const before = this.lots.find(lot => lot.key === key)
    if (before !== undefined) return { granted: before.points, why: 'repeated' }
    if (!member) return { granted: 0, why: 'not_member' }
    const day = Math.floor(this.now / dayMs)
    const given = this.lots.filter(lot => lot.person === person && lot.day === day && !lot.back).reduce((sum, lot) => sum + lot.points, 0)
    const granted = Math.min(points, rules.mostPerDay - given)
    if (granted <= 0) return { granted: 0, why: 'cap_day' }
    if (granted > this.unissued) return { granted: 0, why: 'budget_empty' }
    const lot = {
      key,
      person,
      at: this.now,
      endsAt: this.now + rules.lotDays * dayMs,
      left: granted,
      used: 0,
      ended: 0,
      taken: 0,
      points: granted,
      back: false,
      day,
    }
    this.lots.push(lot)
    this.unissued -= granted
    this.#payDebt(lot)
    return { granted, why: granted < points ? 'cap_day' : null }
  }
  end(person?: string): void {
    for (const lot of this.lots)
      if (lot.left > 0 && lot.endsAt <= this.now && (person === undefined || lot.person === person)) {
        lot.ended += lot.left
        this.unissued += lot.left
        lot.left = 0
      }
  }
  spend(key: string, person: string, points: number): 'ok' | 'replayed' | 'not_enough_points' | 'key_reused' {
    // Whoever comes here has lost what is over.
    this.end(person)
    const before = this.spends.get(key)
    if (before !== undefined) return before.person === person && before.points === points ? 'replayed' : 'key_reused'
    if (this.balance(person) < points) return 'not_enough_points'
    const parts: [Lot, number][] = []
    let left = points
    for (const lot of this.lotsOf(person)) {
      const part = Math.min(left, lot.left)
      if (part === 0) break
      lot.left -= part
      lot.used += part
      parts.push([lot, part])
      left -= part
    }
    this.spends.set(key, { key, person, points, parts, state: 'open' })
    return 'ok'
  }
  giveBack(key: string): boolean | 'not_found' | 'budget_empty' {
    const one = this.spends.get(key)
    if (one === undefined) return 'not_found'
    if (one.state === 'returned') return false
    if (one.state === 'settled') {
      if (this.unissued < one.points) return 'budget_empty'
      this.unissued -= one.points
    }
    this.end(one.person)
    one.state = 'returned'
    for (const [lot, points] of one.parts.toSorted(([a], [b]) => a.endsAt - b.endsAt || this.lots.indexOf(a) - this.lots.indexOf(b))) {
      lot.used -= points
      lot.left += points
      if (lot.endsAt <= this.now) lot.endsAt = this.now + rules.graceDays * dayMs
      this.#payDebt(lot)
    }
    return true
  }
  takeBack(key: string): { taken: number; owed: number } | undefined {
    const lot = this.lots.find(one => one.key === key)
    if (lot === undefined || lot.back) return undefined
    this.end(lot.person)
    lot.back = true
    let taken = lot.left
    lot.taken += lot.left
    lot.left = 0
    let missing = lot.used
    for (const other of this.lotsOf(lot.person)) {
      const part = Math.min(missing, other.left)
      other.left -= part
      other.taken += part
      taken += part
      missing -= part
    }
    this.unissued += taken
    this.debts.set(lot.person, this.debt(lot.person) + missing)
    return { taken, owed: missing }
  }
  takeOut(amount: number): 'done' | 'budget_short' {
    // One funder: their share is all there is. What is out or spent and open stays; one point is one fen.
    if (amount > this.money - this.outstanding - this.open) return 'budget_short'
    this.money -= amount
    this.unissued -= amount
    return 'done'
  }
  payOut(key: string, cost: number, spend: string): boolean | 'budget_short' | 'key_reused' {
    const before = this.payouts.get(key)
    if (before !== undefined) return before === cost ? false : 'key_reused'
    const one = this.spends.get(spend)
    const points = one?.state === 'open' ? one.points : 0
    if (cost > this.money || this.unissued + points - cost < 0) return 'budget_short'
    if (one?.state === 'open') one.state = 'settled'
    this.payouts.set(key, cost)
    this.money -= cost
    this.paidOut += cost
    this.unissued += points - cost
    return true
  }
}
