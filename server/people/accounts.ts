/** Persons: oneself, one's sessions, and what the operator does with accounts. */
import { hashPassword as scrypt } from 'better-auth/crypto'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { people } from '../../shared/people.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { cut } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from './pages.ts'
import {
  endSession,
  endSessions,
  insertPerson,
  listSessions,
  readDeclared,
  readPerson,
  setBanned,
  setBornOn,
  setRegion,
  setRoles,
  updatePerson,
  type StaffRole,
} from './store.ts'
import { listOrganisations } from './store-organisations.ts'
import { listEditable } from './store-pages.ts'

type Entries = typeof people.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

async function me(db: Read, id: string): Promise<Ok<'PATCH /me'>> {
  const person = await readPerson(db, id)
  if (person === undefined) throw fault('unauthenticated')
  const organisations = await listOrganisations(db, id)
  const pages = await listEditable(db, id)
  return {
    ...person,
    organisations: organisations.map(o => ({ id: o.id, name: o.name, role: o.role! })),
    pages: pages.map(page => ({ ...page, picture: pictureAddress(page.picture) })),
  }
}

export const getMe = async (db: Read, viewer: Viewer | null): Promise<Ok<'GET /me'>> => ({
  me: viewer === null ? null : await me(db, viewer.id),
})

export async function changeMe(tx: Tx, viewer: Viewer, input: Input<'PATCH /me'>): Promise<Ok<'PATCH /me'>> {
  await updatePerson(tx, viewer.id, { ...input, at: clock.now() })
  return me(tx, viewer.id)
}

export const getDeclared = (db: Read, viewer: Viewer): Promise<Ok<'GET /me/declared'>> => readDeclared(db, viewer.id)

/** A date of birth is said once: whoever could change it could pass any rule of age. */
export async function declare(tx: Tx, viewer: Viewer, input: Input<'PUT /me/declared'>): Promise<Ok<'PUT /me/declared'>> {
  const now = clock.now()
  const { bornOn, region } = input
  if (bornOn !== undefined) {
    if (bornOn < '1900-01-01' || bornOn > now.toISOString().slice(0, 10))
      throw fault('invalid', 'invalid', { fields: { bornOn: '1900-01-01 …' } })
    if (!(await setBornOn(tx, viewer.id, bornOn, now))) throw fault('conflict', 'born_on_fixed')
  }
  if (region !== undefined) await setRegion(tx, viewer.id, region, now)
  return readDeclared(tx, viewer.id)
}

export async function getSessions(db: Read, viewer: Viewer): Promise<Ok<'GET /me/sessions'>> {
  const rows = await listSessions(db, viewer.id, clock.now())
  return { items: rows.map(row => ({ ...row, current: row.id === viewer.session })) }
}

export async function signOutDevice(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /me/sessions/:id'>,
): Promise<Ok<'DELETE /me/sessions/:id'>> {
  if (!(await endSession(tx, viewer.id, input.id))) throw fault('not_found')
  cut(tx, { session: input.id })
  return { ok: true }
}

export async function signOutOthers(tx: Tx, viewer: Viewer): Promise<Ok<'DELETE /me/sessions'>> {
  const ended = await endSessions(tx, viewer.id, viewer.session)
  // One's own open pages come back by themselves.
  if (ended > 0) cut(tx, { person: viewer.id })
  return { ended }
}

/** Bans a person or lifts the ban. A banned person is out of every session at once and cannot sign in, whatever name they take. */
export async function banPerson(tx: Tx, person: string, banned: boolean): Promise<void> {
  if (!(await setBanned(tx, person, banned ? clock.now() : null))) throw fault('not_found')
  if (banned) await endSessions(tx, person, null)
  if (banned) cut(tx, { person })
}

/** Sets the staff roles of a person: all of them, not one more. Holds from their next request on. */
export const appointStaff = (tx: Tx, person: string, roles: readonly StaffRole[]): Promise<void> => setRoles(tx, person, roles)

/** A salted scrypt hash (about 60 ms of one core); give it to `makePerson` for many persons with one password. */
export const hashPassword = (password: string): Promise<string> => scrypt(password)

/** Makes a person who can sign in, without a request: the demo world, commands, tests. `conflict` when the address or the id is taken. */
export async function makePerson(
  tx: Tx,
  given: {
    id?: string
    name: string
    email: string
    password: string | { hash: string }
    roles?: readonly StaffRole[]
    locale?: 'en' | 'zh'
  },
): Promise<string> {
  const id = given.id ?? newId('usr')
  const passwordHash = typeof given.password === 'string' ? await hashPassword(given.password) : given.password.hash
  const made = await insertPerson(tx, {
    id,
    account: newId('acc'),
    name: given.name,
    email: given.email,
    passwordHash,
    roles: given.roles ?? [],
    locale: given.locale ?? 'zh',
    at: clock.now(),
  })
  if (!made) throw fault('conflict', 'email_taken')
  await tell(tx, { type: 'person_joined', person: id })
  return id
}
