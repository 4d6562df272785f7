/** What devices keep and tell: the signed list, and the merging of what several saw while they could not hear each other. The earliest scan stands. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { door, DoorList, Scan } from '../../shared/door.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { guestsOf, readSigner, setUsed, tierCounts, type Guest, type ShowFacts } from '../tickets/index.ts'
import { allowDevice } from './access.ts'
import { atOurs, earlier } from './policy.ts'
import { doorsOf, seeDevice, type DeviceRow } from './store.ts'
import {
  admissionsOf,
  conflictsOf,
  doorTickets,
  endAdmissions,
  everIn,
  insertAdmissions,
  insertConflicts,
  insertScans,
  insideBy,
  liveOf,
  lockState,
  scansBefore,
  setState,
  stateOf,
  ticketStates,
  type AdmissionRow,
  type ConflictRow,
  type Ended,
  type ScanRow,
  type ToldConflict,
  type Verdict,
} from './store-scans.ts'

export type Entries = typeof door.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Told = z.output<typeof Scan>

export const doorTopic = (show: string): string => `door:${show}`
/** Changes of tickets are told again for so long: a transaction may be older than its commit. */
const overlapMs = 60_000

export const showShown = (show: ShowFacts) => ({ ...show, picture: pictureAddress(show.picture, 640) })
const admissionShown = ({ scan, subject, slot, at, door: name, device, ended }: AdmissionRow) => ({
  scan,
  subject,
  slot,
  at,
  door: name,
  device,
  ended,
})
export const conflictShown = ({ subject, won, lost, at, wonAt, wonDoor, wonDevice }: ToldConflict) => ({
  subject,
  won,
  lost,
  at,
  first: { at: wonAt, door: wonDoor, device: wonDevice },
})
const guestShown = ({ id, name, plus, mark, note }: Guest) => ({ id, name, plus, mark, note })
const guestsHash = (guests: readonly object[]): string =>
  createHash('sha256').update(JSON.stringify(guests)).digest('base64url').slice(0, 22)

export async function countsOf(db: Read | Tx, show: string, guests: readonly Guest[]) {
  const [tiers, inside] = [await tierCounts(db, show), await insideBy(db, show)]
  return {
    tiers: tiers.map(({ tier, tierName, issued }) => ({ tier, tierName, issued, in: inside.tiers.get(tier) ?? 0 })),
    guests: guests.reduce((sum, guest) => sum + 1 + guest.plus, 0),
    guestsIn: inside.guests,
  }
}

export async function getList(db: Read, _viewer: Viewer | null, input: Input<'POST /door/list'>): Promise<Ok<'POST /door/list'>> {
  const at = clock.now()
  const { device, show } = await allowDevice(db, input.token, at)
  // Read before the rest: what changes meanwhile is told by the first sync.
  const seq = await stateOf(db, show.id)
  const signer = await readSigner(db)
  const [tickets, guests, admissions, doors] = [
    await doorTickets(db, show.id, null),
    await guestsOf(db, show.id),
    await admissionsOf(db, show.id, 0n, true),
    await doorsOf(db, show.id),
  ]
  const list = z.encode(DoorList, {
    show: showShown(show),
    reentry: show.reentry,
    realName: show.realName,
    device: { id: device.id, name: device.name, door: device.doorName ?? '' },
    doors: doors.map(({ id, name }) => ({ id, name })),
    publicKey: signer.publicKey,
    at,
    tickets,
    guests: guests.map(guestShown),
    admissions: admissions.map(admissionShown),
    seq: seq.toString(),
  })
  const text = JSON.stringify(list)
  return { text, signature: signer.sign(createHash('sha256').update(text).digest()).toString('base64url') }
}

export async function sync(tx: Tx, _viewer: Viewer | null, input: Input<'POST /door/sync'>): Promise<Ok<'POST /door/sync'>> {
  const at = clock.now()
  const { device, show } = await allowDevice(tx, input.token, at)
  const doors = await doorsOf(tx, show.id)
  const chosen = doors.some(one => one.id === input.door) ? input.door! : null
  await seeDevice(tx, device.id, {
    at,
    offset: at.getTime() - input.clock.getTime(),
    waiting: Math.max(0, input.waiting - input.scans.length),
    door: chosen,
  })
  const guests = await guestsOf(tx, show.id)
  const results =
    input.scans.length === 0
      ? []
      : await take(tx, {
          show,
          device: { ...device, door: chosen ?? device.door, doorName: doors.find(one => one.id === (chosen ?? device.door))?.name ?? null },
          guests,
          scans: input.scans,
          said: input.clock,
          at,
        })
  const known = BigInt(input.seq)
  const shownGuests = guests.map(guestShown)
  const hash = guestsHash(shownGuests)
  return {
    at,
    // Read before what changed, so that nothing between is missed.
    seq: (await stateOf(tx, show.id)).toString(),
    results,
    tickets: input.since === undefined ? [] : await doorTickets(tx, show.id, new Date(input.since.getTime() - overlapMs)),
    guests: hash === input.guests ? null : { hash, items: shownGuests },
    admissions: (await admissionsOf(tx, show.id, known)).map(admissionShown),
    conflicts: (await conflictsOf(tx, show.id, known)).map(conflictShown),
    doors: doors.map(({ id, name }) => ({ id, name })),
    counts: await countsOf(tx, show.id, guests),
  }
}

type Given = { show: ShowFacts; device: DeviceRow; guests: readonly Guest[]; scans: readonly Told[]; said: Date; at: Date }

/** Scans of one device, in the order in which they happened; one that was told before is answered as it was. */
async function take(tx: Tx, given: Given): Promise<Ok<'POST /door/sync'>['results']> {
  const { show, device, at } = given
  let seq = await lockState(tx, show.id)
  const before = await scansBefore(
    tx,
    given.scans.map(scan => scan.id),
  )
  const fresh = [...new Map(given.scans.filter(scan => !before.has(scan.id)).map(scan => [scan.id, scan])).values()]
    .map(scan => ({ ...scan, said: scan.at, at: atOurs(scan.at, given.said, at) }))
    .toSorted((a, b) => (earlier(a, b) ? -1 : 1))
  const subjects = [...new Set(fresh.map(scan => scan.subject).filter(subject => subject !== ''))]
  const tickets = await ticketStates(
    tx,
    subjects.filter(subject => subject.startsWith('tkt_')),
  )
  const live = new Map<string, AdmissionRow>((await liveOf(tx, subjects)).map(row => [`${row.subject} ${row.slot}`, row]))
  const rows: ScanRow[] = []
  const admitted = new Map<string, AdmissionRow & { doorId: string | null; endedAt: Date | null }>()
  const ended: Ended[] = []
  const conflicts: ConflictRow[] = []
  const firsts = new Map<string, AdmissionRow>()

  const end = (row: AdmissionRow, how: Ended['ended'], when: Date): void => {
    live.delete(`${row.subject} ${row.slot}`)
    const own = admitted.get(row.scan)
    if (own === undefined) ended.push({ scan: row.scan, ended: how, at: when, seq: ++seq })
    else Object.assign(own, { ended: how, endedAt: when, seq: ++seq })
  }
  const admit = (scan: (typeof fresh)[number], slots: number): Verdict => {
    const inside = Array.from({ length: slots }, (_, slot) => live.get(`${scan.subject} ${slot}`))
    const free = inside.findIndex(row => row === undefined)
    const last = inside
      .filter(row => row !== undefined)
      .toSorted((a, b) => (earlier({ id: a.scan, at: a.at }, { id: b.scan, at: b.at }) ? 1 : -1))[0]
    if (free === -1 && last !== undefined && !earlier(scan, { id: last.scan, at: last.at })) {
      firsts.set(scan.id, last)
      conflicts.push({ subject: scan.subject, won: last.scan, lost: scan.id, at, seq: ++seq })
      return 'double'
    }
    let slot = free
    if (free === -1) {
      slot = last!.slot
      end(last!, 'beaten', at)
      conflicts.push({ subject: scan.subject, won: scan.id, lost: last!.scan, at, seq: ++seq })
    }
    const row = {
      scan: scan.id,
      subject: scan.subject,
      slot,
      at: scan.at,
      door: device.doorName ?? '',
      device: device.name,
      ended: null,
      seq: ++seq,
      doorId: device.door,
      endedAt: null,
    }
    admitted.set(scan.id, row)
    live.set(`${scan.subject} ${slot}`, row)
    return 'admitted'
  }
  const judge = (scan: (typeof fresh)[number]): Verdict => {
    if (scan.kind === 'refused' || scan.subject === '') return 'refused'
    const inside = [...live.values()].filter(row => row.subject === scan.subject)
    if (scan.kind === 'undo') {
      const found = inside.find(row => row.scan === scan.of)
      if (found === undefined) return 'nothing'
      end(found, 'undone', scan.at)
      return 'undone'
    }
    if (scan.kind === 'exit') {
      const found = inside.at(-1)
      if (found === undefined || !show.reentry || scan.at < found.at) return 'nothing'
      end(found, 'left', scan.at)
      return 'left'
    }
    const guest = given.guests.find(one => one.id === scan.subject)
    if (guest !== undefined) return admit(scan, 1 + guest.plus)
    const ticket = tickets.get(scan.subject)
    if (ticket === undefined || ticket.show !== show.id) return 'unknown'
    if (ticket.state === 'void') return 'void'
    if (scan.turn !== undefined && scan.turn !== ticket.turn) return 'old_code'
    return admit(scan, 1)
  }

  for (const scan of fresh) {
    const said = judge(scan)
    const { id, kind, subject, slot, how, why } = scan
    rows.push({
      id,
      show: show.id,
      device: device.id,
      door: device.door,
      kind,
      subject,
      slot,
      how,
      why,
      of: scan.of ?? null,
      saidAt: scan.said,
      at: scan.at,
      verdict: said,
    })
  }
  await insertScans(tx, rows, at)
  await endAdmissions(tx, ended)
  // Those that ended within this same telling first: the database lets in one at a time.
  await insertAdmissions(
    tx,
    [...admitted.values()].map(row => ({
      scan: row.scan,
      show: show.id,
      subject: row.subject,
      slot: row.slot,
      device: device.id,
      door: row.doorId,
      at: row.at,
      seq: row.seq,
      ended: row.ended,
      endedAt: row.endedAt,
    })),
  )
  await insertConflicts(tx, show.id, conflicts)
  if (rows.length > 0) await setState(tx, show.id, seq)
  await follow(tx, subjects, rows, device.person ?? device.madeBy, at)
  if (rows.length > 0) publish(tx, doorTopic(show.id), { kind: 'door' })
  const verdicts = new Map<string, Verdict>([
    ...[...before.values()].map(row => [row.id, row.verdict] as const),
    ...rows.map(row => [row.id, row.verdict] as const),
  ])
  // Who told a double twice hears of the first again.
  const again = [...before.values()].filter(row => row.verdict === 'double')
  const standing = again.length === 0 ? [] : await liveOf(tx, [...new Set(again.map(row => row.subject))])
  for (const row of again) {
    const first = standing.find(one => one.subject === row.subject)
    if (first !== undefined) firsts.set(row.id, first)
  }
  return given.scans.map(({ id }) => {
    const first = firsts.get(id)
    return { id, verdict: verdicts.get(id)!, first: first === undefined ? null : admissionShown(first) }
  })
}

/** Tickets of those who are in, or went out again, are used; of those whose every coming in was undone they are not. */
async function follow(tx: Tx, subjects: readonly string[], rows: readonly ScanRow[], by: string, at: Date): Promise<void> {
  const tickets = subjects.filter(subject => subject.startsWith('tkt_'))
  if (tickets.length === 0) return
  const used = await everIn(tx, tickets)
  await setUsed(tx, [...used], true, by, at)
  const undone = new Set(rows.filter(row => row.verdict === 'undone' && !used.has(row.subject)).map(row => row.subject))
  await setUsed(tx, [...undone], false, by, at)
}
