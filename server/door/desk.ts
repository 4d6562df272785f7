/** The desk of a show’s doors: doors, devices, who is in, what was seen. */
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { readSigner, guestsOf, showsOf } from '../tickets/index.ts'
import { allowStaff, hashOf } from './access.ts'
import { conflictShown, countsOf, showShown, type Input, type Ok } from './scanning.ts'
import {
  devicesOf,
  doorsOf,
  findDevice,
  insertDevice,
  putDoorRow,
  readDoor,
  removeDoor,
  revokeDevice,
  showsAtDoor,
  takeCode,
  type DeviceRow,
} from './store.ts'
import { conflictsOf, insideBy, lastScans } from './store-scans.ts'

const dayMs = 86_400_000
const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

export async function getDoors(db: Read, viewer: Viewer): Promise<Ok<'GET /me/doors'>> {
  const now = clock.now()
  const ids = await showsAtDoor(db, viewer.id, new Date(now.getTime() - dayMs), now)
  const shows = await showsOf(db, ids)
  return { items: ids.flatMap(id => (shows.has(id) ? [showShown(shows.get(id)!)] : [])) }
}

const stateOf = (row: DeviceRow, now: Date): 'invited' | 'active' | 'revoked' | 'over' =>
  row.revokedAt !== null
    ? 'revoked'
    : row.enteredAt !== null
      ? 'active'
      : row.codeUntil !== null && row.codeUntil <= now
        ? 'over'
        : 'invited'

export async function getDesk(db: Read, viewer: Viewer, input: Input<'GET /shows/:show/door'>): Promise<Ok<'GET /shows/:show/door'>> {
  const { show, manage } = await allowStaff(db, viewer, input.show)
  const now = clock.now()
  const guests = await guestsOf(db, show.id)
  const [doors, devices, counts, inside, conflicts, scans] = await Promise.all([
    doorsOf(db, show.id),
    devicesOf(db, show.id),
    countsOf(db, show.id, guests),
    insideBy(db, show.id),
    conflictsOf(db, show.id, 0n),
    lastScans(db, show.id, null, 50),
  ])
  const latest = conflicts.slice(-50).toReversed()
  const about = new Map(
    (
      await lastScans(
        db,
        show.id,
        latest.flatMap(one => [one.won, one.lost]),
        200,
      )
    ).map(scan => [scan.id, scan]),
  )
  const guestNames = new Map(guests.map(guest => [guest.id, guest.name]))
  const whoOf = (subject: string, known: string | null | undefined): string => known ?? guestNames.get(subject) ?? ''
  const byOf = (scan: string): string => [about.get(scan)?.doorName, about.get(scan)?.deviceName].filter(Boolean).join(' · ')
  return {
    show: showShown(show),
    reentry: show.reentry,
    can: { manage },
    doors: doors.map(({ id, name }) => ({ id, name, in: inside.doors.get(id) ?? 0 })),
    devices: devices.map(row => ({
      id: row.id,
      name: row.name,
      door: row.doorName ?? '',
      person: row.personName,
      state: stateOf(row, now),
      seenAt: row.seenAt,
      waiting: row.waiting,
      scans: row.scans,
    })),
    counts,
    conflicts: latest.map(one => ({
      ...conflictShown(one),
      who: whoOf(one.subject, about.get(one.won)?.who),
      wonBy: byOf(one.won),
      lostBy: byOf(one.lost),
      lostAt: one.lostAt,
    })),
    scans: scans.map(({ id, at, kind, verdict, subject, who, doorName, deviceName, how, why }) => ({
      id,
      at,
      kind,
      verdict,
      subject,
      who: whoOf(subject, who),
      door: doorName,
      device: deviceName,
      how,
      why,
    })),
  }
}

export async function putDoor(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /shows/:show/doors/:id'>,
): Promise<Ok<'PUT /shows/:show/doors/:id'>> {
  const { show } = await allowStaff(tx, viewer, input.show, true)
  const before = await readDoor(tx, input.id)
  if (before !== undefined && (before.show !== show.id || before.removed)) throw fault('conflict', 'key_reused')
  if (!(await putDoorRow(tx, { id: input.id, show: show.id, name: input.name, by: viewer.id, at: clock.now() })))
    throw fault('conflict', 'name_taken')
  return { id: input.id, name: input.name }
}
export async function dropDoor(tx: Tx, viewer: Viewer, input: Input<'DELETE /shows/:show/doors/:id'>): Promise<{ ok: true }> {
  const { show } = await allowStaff(tx, viewer, input.show, true)
  const before = await readDoor(tx, input.id)
  if (before === undefined || before.show !== show.id) throw fault('not_found')
  await removeDoor(tx, input.id, clock.now())
  return { ok: true }
}

async function doorOf(tx: Tx, show: string, id: string | undefined): Promise<string | null> {
  if (id === undefined) return null
  const found = await readDoor(tx, id)
  if (found === undefined || found.show !== show || found.removed) throw fault('not_found')
  return id
}
const groups = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`
const plain = (code: string): string => code.toUpperCase().replace(/[^0-9A-Z]/g, '')

/** The code is made of the planet’s secret and the device’s id, so that a retry shows the same one; only its hash is kept. */
export async function makeLink(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /shows/:show/door-links'>,
): Promise<Ok<'POST /shows/:show/door-links'>> {
  const { show } = await allowStaff(tx, viewer, input.show, true)
  const id = input.id ?? newId('dev')
  const signer = await readSigner(tx)
  const at = clock.now()
  const seed = [...Buffer.from(signer.secretOf(`door-code:${id}`), 'base64url')]
  const code = seed
    .slice(0, 8)
    .map(byte => signs[byte % signs.length])
    .join('')
  const before = input.id === undefined ? undefined : await findDevice(tx, { id })
  const until = before?.codeUntil ?? new Date(at.getTime() + dayMs)
  const answer = { device: id, code: groups(code), path: `/door?code=${code}`, until }
  if (before !== undefined) {
    if (before.show !== show.id || before.name !== input.name || before.madeBy !== viewer.id || before.person !== null)
      throw fault('conflict', 'key_reused')
    return answer
  }
  const door = await doorOf(tx, show.id, input.door)
  const made = await insertDevice(tx, {
    id,
    show: show.id,
    door,
    name: input.name,
    person: null,
    madeBy: viewer.id,
    codeHash: hashOf(code),
    codeUntil: until,
    tokenHash: hashOf(signer.secretOf(`door:${id}`)),
    at,
  })
  // The same id at the same moment: what the other one made is what there is.
  if (made) return answer
  if ((await findDevice(tx, { id })) === undefined) throw fault('conflict', 'key_reused')
  return makeLink(tx, viewer, { ...input, id })
}

export async function revoke(tx: Tx, viewer: Viewer, { id }: Input<'POST /door-devices/:id/revoke'>): Promise<{ ok: true }> {
  const row = await findDevice(tx, { id })
  if (row === undefined) throw fault('not_found')
  await allowStaff(tx, viewer, row.show, true)
  await revokeDevice(tx, id, clock.now())
  return { ok: true }
}

export async function enterAsStaff(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:show/door'>): Promise<Ok<'POST /shows/:show/door'>> {
  const { show } = await allowStaff(tx, viewer, input.show)
  const token = (await readSigner(tx)).secretOf(`door:${input.id}`)
  const answer = { device: input.id, token, show: show.id }
  const before = await findDevice(tx, { id: input.id })
  if (before !== undefined) {
    if (before.show !== show.id || before.person !== viewer.id) throw fault('conflict', 'key_reused')
    return answer
  }
  const door = await doorOf(tx, show.id, input.door)
  const made = await insertDevice(tx, {
    id: input.id,
    show: show.id,
    door,
    name: input.name,
    person: viewer.id,
    madeBy: viewer.id,
    codeHash: null,
    codeUntil: null,
    tokenHash: hashOf(token),
    at: clock.now(),
  })
  if (made) return answer
  if ((await findDevice(tx, { id: input.id })) === undefined) throw fault('conflict', 'key_reused')
  return enterAsStaff(tx, viewer, input)
}

export async function enterByCode(tx: Tx, _viewer: Viewer | null, input: Input<'POST /door/enter'>): Promise<Ok<'POST /door/enter'>> {
  const row = await findDevice(tx, { code: hashOf(plain(input.code)) })
  if (row === undefined) throw fault('not_found')
  const now = clock.now()
  // Who is in already may come back with its own word after the day is over.
  if (row.revokedAt !== null || (row.enteredAt === null && row.codeUntil! <= now)) throw fault('conflict', 'link_over')
  if (!(await takeCode(tx, row.id, hashOf(input.browser), now))) throw fault('conflict', 'link_over')
  return { device: row.id, token: (await readSigner(tx)).secretOf(`door:${row.id}`), show: row.show }
}
