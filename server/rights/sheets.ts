/** Proposing, signing, declining and reading split sheets. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { rights } from '../../shared/rights.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { findPersonByEmail } from '../people/index.ts'
import { can } from './policy.ts'
import {
  closeSheet,
  findSubject,
  insertAnswers,
  insertSheet,
  isSignedByAll,
  latestVersion,
  lockSubject,
  namesOf,
  ownedOf,
  putInForce,
  readSheet,
  replaceOpen,
  sheetsOf,
  sheetsOfRelease,
  type NewParty,
  type SheetRow,
} from './store.ts'
import { sheetHash, sheetText } from './text.ts'

type Entries = typeof rights.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Sheet = Ok<'GET /split-sheets/:id'>

const shown = (row: SheetRow, viewer: Viewer | null): Sheet => ({
  id: row.id,
  subject: row.subject,
  title: row.title,
  kind: row.kind,
  version: row.version,
  state: row.state,
  parties: row.parties.map(({ party, name, role, shareBp, answer, at }) => ({
    party,
    name,
    role,
    shareBp,
    signedAt: answer === 'signed' ? new Date(at!) : null,
    declinedAt: answer === 'declined' ? new Date(at!) : null,
  })),
  note: row.note,
  createdAt: row.createdAt,
  createdBy: row.creator,
  inForceFrom: row.inForceFrom,
  inForceUntil: row.inForceUntil,
  text: row.body,
  hash: row.hash,
  can: { sign: can.sign(row), withdraw: can.withdraw(row, viewer) },
})

async function load(db: Read | Tx, id: string, viewer: Viewer, lock = false): Promise<SheetRow> {
  const row = await readSheet(db, id, viewer.id, lock)
  if (row === undefined || !can.see(row, viewer)) throw fault('not_found')
  return row
}

async function partiesOf(tx: Tx, given: Input<'POST /split-sheets'>['parties']): Promise<NewParty[]> {
  const parties: NewParty[] = []
  for (const [index, { party, email, role, shareBp }] of given.entries()) {
    const found = party ?? (email === undefined ? undefined : (await findPersonByEmail(tx, email))?.id)
    if (found === undefined) throw fault('not_found', 'no_such_person', { fields: { [`parties.${index}`]: email ?? '' } })
    parties.push({ party: found, role, shareBp })
  }
  const names = await namesOf(
    tx,
    parties.map(({ party }) => party),
  )
  parties.forEach(({ party }, index) => {
    if (!names.has(party)) throw fault('not_found', 'no_such_person', { fields: { [`parties.${index}`]: party } })
  })
  if (new Set(parties.map(({ party }) => party)).size !== parties.length) throw fault('invalid', 'split_party_twice')
  if (parties.reduce((whole, { shareBp }) => whole + shareBp, 0) !== 10_000) throw fault('invalid', 'split_not_whole')
  return parties
}

/** Writes a version; an open one before it gives way. `signers` sign at once; when those are all, it is in force. */
async function writeSheet(
  tx: Tx,
  sheet: {
    id: string
    subject: string
    release: string
    title: string
    kind: 'work' | 'master'
    note: string
    parties: readonly NewParty[]
    by: string
    at: Date
  },
  signers: readonly { party: string; person: string }[],
): Promise<void> {
  const { id, subject, release, title, kind, note, parties, by, at } = sheet
  await lockSubject(tx, subject, kind)
  await replaceOpen(tx, subject, kind)
  const version = (await latestVersion(tx, subject, kind)) + 1
  const names = await namesOf(
    tx,
    parties.map(({ party }) => party),
  )
  const body = sheetText({
    subject,
    title,
    kind,
    version,
    note,
    parties: parties.map(one => ({ ...one, name: names.get(one.party) ?? '' })),
  })
  const hash = sheetHash(body)
  await insertSheet(tx, { id, subject, release, kind, version, title, note, body, hash, createdBy: by, createdAt: at }, parties)
  await insertAnswers(
    tx,
    { id, hash },
    signers.map(signer => ({ ...signer, id: newId('sgn', at) })),
    'signed',
    at,
  )
  await finish(tx, id, at)
}

async function finish(tx: Tx, id: string, at: Date): Promise<void> {
  if (!(await isSignedByAll(tx, id))) return
  await putInForce(tx, id, at)
  await tell(tx, { type: 'split_signed', sheet: id })
}

/** Proposes a version. One signs at once for oneself and for organisations one owns. The same id with the same content again is the same sheet. */
export async function proposeSheet(tx: Tx, viewer: Viewer, input: Input<'POST /split-sheets'>): Promise<Sheet> {
  const subject = await findSubject(tx, input.subject, viewer.id)
  if (subject === undefined || (!subject.mayEdit && subject.visibility === 'draft')) throw fault('not_found')
  if (!subject.mayEdit) throw fault('forbidden')
  const parties = await partiesOf(tx, input.parties)
  const id = input.id ?? newId('spl')
  const before = input.id === undefined ? undefined : await readSheet(tx, id, viewer.id, true)
  if (before !== undefined) {
    const same =
      before.subject === input.subject && before.kind === input.kind && before.note === input.note && before.createdBy === viewer.id
    const asked = JSON.stringify(parties.map(({ party, role, shareBp }) => [party, role, shareBp]))
    if (!same || asked !== JSON.stringify(before.parties.map(({ party, role, shareBp }) => [party, role, shareBp])))
      throw fault('conflict', 'key_reused')
    return shown(before, viewer)
  }
  const owned = await ownedOf(
    tx,
    viewer.id,
    parties.map(({ party }) => party),
  )
  const signers = parties.filter(({ party }) => party === viewer.id || owned.has(party)).map(({ party }) => ({ party, person: viewer.id }))
  const { release, title } = subject
  await writeSheet(
    tx,
    { id, subject: input.subject, release, title, kind: input.kind, note: input.note, parties, by: viewer.id, at: clock.now() },
    signers,
  )
  return shown(await load(tx, id, viewer), viewer)
}

/** For the demo world and imports of agreements: a sheet that all parties signed at `at`. Organisations are signed for by `by`. Returns its id. */
export async function recordSignedSheet(
  tx: Tx,
  given: { subject: string; kind: 'work' | 'master'; note?: string; parties: readonly NewParty[]; by: string; at: Date },
): Promise<string> {
  const subject = await findSubject(tx, given.subject, given.by)
  if (subject === undefined) throw fault('not_found')
  if (given.parties.reduce((whole, { shareBp }) => whole + shareBp, 0) !== 10_000) throw fault('invalid', 'split_not_whole')
  const id = newId('spl', given.at)
  const signers = given.parties.map(({ party }) => ({ party, person: party.startsWith('usr_') ? party : given.by }))
  await writeSheet(
    tx,
    {
      id,
      subject: given.subject,
      release: subject.release,
      title: subject.title,
      kind: given.kind,
      note: given.note ?? '',
      parties: given.parties,
      by: given.by,
      at: given.at,
    },
    signers,
  )
  return id
}

const answering = (row: SheetRow, viewer: Viewer, as: string | undefined): string => {
  const party = as ?? viewer.id
  if (!row.mine.includes(party)) throw fault('forbidden', 'not_a_party')
  return party
}

/** Signs what one read. Signing twice is signing once; the last signature puts the sheet in force. */
export async function signSheet(tx: Tx, viewer: Viewer, input: Input<'POST /split-sheets/:id/sign'>): Promise<Sheet> {
  const row = await load(tx, input.id, viewer, true)
  const party = answering(row, viewer, input.as)
  if (row.hash !== input.hash) throw fault('conflict')
  if (row.parties.find(one => one.party === party)!.answer === 'signed') return shown(row, viewer)
  if (row.state !== 'open') throw fault('conflict', 'split_closed')
  const at = clock.now()
  await insertAnswers(tx, row, [{ id: newId('sgn'), party, person: viewer.id }], 'signed', at)
  await finish(tx, row.id, at)
  return shown(await load(tx, row.id, viewer), viewer)
}

/** Declines an open sheet; it is closed for all. */
export async function declineSheet(tx: Tx, viewer: Viewer, input: Input<'POST /split-sheets/:id/decline'>): Promise<Sheet> {
  const row = await load(tx, input.id, viewer, true)
  const party = answering(row, viewer, input.as)
  const answer = row.parties.find(one => one.party === party)!.answer
  if (answer === 'declined') return shown(row, viewer)
  // A signature stays; who signed and changed their mind asks for a new version.
  if (row.state !== 'open' || answer === 'signed') throw fault('conflict', 'split_closed')
  await insertAnswers(tx, row, [{ id: newId('sgn'), party, person: viewer.id }], 'declined', clock.now(), input.reason ?? '')
  await closeSheet(tx, row.id, 'declined')
  return shown(await load(tx, row.id, viewer), viewer)
}

/** Takes an open sheet back: who proposed it, or who may edit the page. */
export async function withdrawSheet(tx: Tx, viewer: Viewer, input: Input<'POST /split-sheets/:id/withdraw'>): Promise<Sheet> {
  const row = await load(tx, input.id, viewer, true)
  if (row.createdBy !== viewer.id && !row.mayEdit) throw fault('forbidden')
  if (row.state === 'withdrawn') return shown(row, viewer)
  if (row.state !== 'open') throw fault('conflict', 'split_closed')
  await closeSheet(tx, row.id, 'withdrawn')
  return shown(await load(tx, row.id, viewer), viewer)
}

export const getSheet = async (db: Read, viewer: Viewer, input: Input<'GET /split-sheets/:id'>): Promise<Sheet> =>
  shown(await load(db, input.id, viewer), viewer)

export async function getMySheets(db: Read, viewer: Viewer, input: Input<'GET /me/split-sheets'>): Promise<Ok<'GET /me/split-sheets'>> {
  const parts = fromCursor(input.cursor, [z.number().int(), cursorTime, z.string()])
  const before = parts === undefined ? null : { rank: parts[0], at: parts[1], id: parts[2] }
  const rows = await sheetsOf(db, viewer.id, {
    waiting: input.waiting === undefined ? null : input.waiting === 'true',
    before,
    limit: input.limit + 1,
  })
  return pageOf(
    rows,
    input.limit,
    row => shown(row, viewer),
    row => toCursor(row.rank, row.createdAt, row.id),
  )
}

/** The sheets of a release: those in force for all who may see the release, open ones for their parties and the editors of its page. */
export async function getReleaseSplits(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /releases/:id/splits'>,
): Promise<Ok<'GET /releases/:id/splits'>> {
  const subject = await findSubject(db, input.id, viewer?.id ?? null)
  if (subject === undefined || (subject.visibility === 'draft' && !subject.mayEdit)) throw fault('not_found')
  const rows = await sheetsOfRelease(db, input.id, viewer?.id ?? null)
  const seen = rows.filter(row => row.state === 'signed' || (viewer !== null && can.see(row, viewer)))
  const sole = rows.length === 0 && subject.owner !== null ? { party: subject.owner, name: subject.ownerName ?? '' } : null
  return { items: seen.map(row => shown(row, viewer)), sole }
}
