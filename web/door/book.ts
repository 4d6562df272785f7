/** What a device of the door knows and decides by itself. No network, no page: the same rules as server/door, tried in book.test.ts. */
import { readTicketCode, typedCode } from '../../shared/ticket-code.ts'
import type { Api } from '../../shared/api.ts'
import { proves } from './ed25519.ts'

export type Synced = Api['POST /door/sync']['ok']
export type Scan = NonNullable<Api['POST /door/sync']['input']['scans']>[number]
export type Admission = Synced['admissions'][number]
export type DoorTicket = Synced['tickets'][number]
export type DoorGuest = NonNullable<Synced['guests']>['items'][number]
export type Counts = Synced['counts']
/** As /door/list tells it. */
export type List = {
  show: {
    id: string
    title: string
    artists: string
    venue: string
    city: string
    zone: string
    startsAt: string
    doorsAt: string | null
    endsAt: string
    picture: string | null
    state: string
  }
  reentry: boolean
  realName: 'none' | 'name' | 'id'
  device: { id: string; name: string; door: string }
  doors: { id: string; name: string }[]
  publicKey: string
  at: string
  tickets: DoorTicket[]
  guests: DoorGuest[]
  admissions: Admission[]
  seq: string
}
export type Outcome = {
  kind: 'admitted' | 'double' | 'void' | 'forged' | 'wrong_show' | 'unknown' | 'old_code' | 'full'
  /** Who, as far as it is known. */
  ticket: DoorTicket | null
  guest: DoorGuest | null
  /** Which of the places of a guest, from 1, and of how many. */
  place: number
  places: number
  /** When and where someone came in with it before. */
  first: Admission | null
  /** In the list, or only proven by its signature. */
  listed: boolean
  /** Was in before and had gone out. */
  again: boolean
  scan: string
  at: string
}
type Made = { newId: () => string; now: () => Date; device: string; door: string }

const placeOf = (subject: string, slot: number): string => `${subject} ${slot}`

export class Book {
  readonly tickets = new Map<string, DoorTicket>()
  readonly #codes = new Map<string, string>()
  readonly guests = new Map<string, DoorGuest>()
  /** Who is in, by ticket (or guest) and place. */
  readonly inside = new Map<string, Admission>()
  readonly #left = new Set<string>()
  readonly list: List
  readonly #made: Made

  constructor(list: List, made: Made) {
    this.list = list
    this.#made = made
    for (const ticket of list.tickets) this.#put(ticket)
    for (const guest of list.guests) this.guests.set(guest.id, guest)
    this.hear(list.admissions)
  }
  #put(ticket: DoorTicket): void {
    const before = this.tickets.get(ticket.id)
    if (before !== undefined) this.#codes.delete(before.code)
    this.tickets.set(ticket.id, ticket)
    this.#codes.set(ticket.code, ticket.id)
  }

  /** What other devices did, or this one as the planet sees it. */
  hear(admissions: readonly Admission[]): void {
    for (const one of admissions) {
      const key = placeOf(one.subject, one.slot)
      if (one.ended === null) this.inside.set(key, one)
      else {
        if (this.inside.get(key)?.scan === one.scan) this.inside.delete(key)
        if (one.ended === 'left') this.#left.add(one.subject)
      }
    }
  }
  learn({ tickets, guests, admissions }: Pick<Synced, 'tickets' | 'guests' | 'admissions'>): void {
    for (const ticket of tickets) this.#put(ticket)
    if (guests !== null) {
      this.guests.clear()
      for (const guest of guests.items) this.guests.set(guest.id, guest)
    }
    this.hear(admissions)
  }

  #outcome(kind: Outcome['kind'], more: Partial<Outcome>): Outcome {
    return {
      kind,
      ticket: null,
      guest: null,
      place: 1,
      places: 1,
      first: null,
      listed: true,
      again: false,
      scan: this.#made.newId(),
      at: this.#made.now().toISOString(),
      ...more,
    }
  }
  /** A scanned code, or one that was typed. */
  async read(text: string): Promise<{ outcome: Outcome; scan: Scan }> {
    const code = readTicketCode(text)
    if (code === undefined) {
      const typed = typedCode(text)
      const found = typed === undefined ? undefined : this.tickets.get(this.#codes.get(typed) ?? '')
      if (found === undefined) return this.#told(this.#outcome('unknown', {}), '', 'code')
      return this.#told(this.#judge(found, true), found.id, 'code', found.turn)
    }
    const good = await proves(code.signature, code.body, this.list.publicKey)
    if (!good) return this.#told(this.#outcome('forged', {}), '', 'camera')
    if (code.show !== this.list.show.id) return this.#told(this.#outcome('wrong_show', {}), '', 'camera')
    const found = this.tickets.get(code.ticket)
    if (found !== undefined && code.turn < found.turn)
      return this.#told(this.#outcome('old_code', { ticket: found }), found.id, 'camera', code.turn)
    // The planet signed it after the list was downloaded: a new ticket, or one that changed hands since.
    const ticket = found !== undefined && found.turn === code.turn ? found : null
    const known: DoorTicket = ticket ?? {
      id: code.ticket,
      code: '',
      turn: code.turn,
      state: 'good',
      tier: found?.tier ?? '',
      tierName: found?.tierName ?? '',
      seat: found?.seat ?? null,
      name: null,
      idTail: null,
      holder: null,
      mark: '',
    }
    return this.#told(this.#judge(known, ticket !== null), code.ticket, 'camera', code.turn)
  }
  /** Someone in the list, let in by hand. */
  admit(subject: string): { outcome: Outcome; scan: Scan } {
    const guest = this.guests.get(subject)
    const ticket = this.tickets.get(subject)
    const outcome =
      guest !== undefined ? this.#judgeGuest(guest) : ticket !== undefined ? this.#judge(ticket, true) : this.#outcome('unknown', {})
    return this.#told(outcome, subject, 'list', ticket?.turn)
  }

  #judge(ticket: DoorTicket, listed: boolean): Outcome {
    const about = { ticket, listed, again: this.#left.has(ticket.id) }
    if (ticket.state === 'void') return this.#outcome('void', about)
    const first = this.inside.get(placeOf(ticket.id, 0))
    return first === undefined ? this.#outcome('admitted', about) : this.#outcome('double', { ...about, first })
  }
  #judgeGuest(guest: DoorGuest): Outcome {
    const places = 1 + guest.plus
    const taken = Array.from({ length: places }, (_, slot) => this.inside.get(placeOf(guest.id, slot)))
    const free = taken.indexOf(undefined)
    if (free === -1) return this.#outcome('full', { guest, places, place: places, first: taken.at(-1) ?? null })
    return this.#outcome('admitted', { guest, places, place: taken.filter(one => one !== undefined).length + 1 })
  }
  #told(outcome: Outcome, subject: string, how: Scan['how'], turn?: number): { outcome: Outcome; scan: Scan } {
    const admits = outcome.kind === 'admitted'
    let slot = 0
    if (admits) {
      while (this.inside.has(placeOf(subject, slot))) slot++
      const { device, door } = this.#made
      this.inside.set(placeOf(subject, slot), { scan: outcome.scan, subject, slot, at: outcome.at, door, device, ended: null })
    }
    const scan: Scan = {
      id: outcome.scan,
      kind: admits ? 'admit' : 'refused',
      subject,
      slot,
      how,
      at: outcome.at,
      ...(admits ? (turn === undefined ? {} : { turn }) : { why: outcome.kind }),
    }
    return { outcome, scan }
  }

  /** Takes an admission back, or lets someone out: what is to be told of it; undefined when nobody is in. */
  end(subject: string, slot: number, how: { undo: string } | 'exit'): Scan | undefined {
    const key = placeOf(subject, slot)
    const found = this.inside.get(key)
    if (found === undefined) return undefined
    this.inside.delete(key)
    if (how === 'exit') this.#left.add(subject)
    const common = { id: this.#made.newId(), subject, slot, how: 'list' as const, at: this.#made.now().toISOString() }
    return how === 'exit' ? { ...common, kind: 'exit' } : { ...common, kind: 'undo', of: found.scan, why: how.undo }
  }
  insideOf(subject: string): Admission[] {
    return [...this.inside.values()].filter(one => one.subject === subject)
  }
  counts(): Counts {
    const tiers = new Map<string, Counts['tiers'][number]>()
    for (const { id, tier, tierName, state } of this.tickets.values()) {
      const row = tiers.get(tier) ?? { tier, tierName, issued: 0, in: 0 }
      if (state === 'good') row.issued++
      if (this.inside.has(placeOf(id, 0))) row.in++
      tiers.set(tier, row)
    }
    let guests = 0
    let guestsIn = 0
    for (const guest of this.guests.values()) guests += 1 + guest.plus
    for (const one of this.inside.values()) if (one.subject.startsWith('gst_')) guestsIn++
    return { tiers: [...tiers.values()].toSorted((a, b) => (a.tierName < b.tierName ? -1 : 1)), guests, guestsIn }
  }
  /** By name, code or seat: those that begin with it first. */
  search(text: string, most = 60): ({ ticket: DoorTicket } | { guest: DoorGuest })[] {
    const wanted = text.trim().toLowerCase()
    const hits: { rank: number; item: { ticket: DoorTicket } | { guest: DoorGuest } }[] = []
    const rankOf = (...fields: (string | null)[]): number =>
      Math.min(
        ...fields.map(field =>
          field === null || field === '' ? 9 : field.toLowerCase().startsWith(wanted) ? 0 : field.toLowerCase().includes(wanted) ? 1 : 9,
        ),
      )
    for (const guest of this.guests.values()) {
      const rank = wanted === '' ? 1 : rankOf(guest.name, guest.note)
      if (rank < 9) hits.push({ rank, item: { guest } })
    }
    const bare = wanted.replace(/[^0-9a-z]/g, '')
    for (const ticket of this.tickets.values()) {
      if (wanted === '') continue
      const rank = Math.min(
        rankOf(ticket.name, ticket.holder, ticket.seat),
        bare.length >= 3 && ticket.code.toLowerCase().startsWith(bare) ? 0 : 9,
      )
      if (rank < 9) hits.push({ rank, item: { ticket } })
    }
    return hits
      .toSorted((a, b) => a.rank - b.rank)
      .slice(0, most)
      .map(({ item }) => item)
  }
}
