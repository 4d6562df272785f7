/** What members propose: made, looked at by someone else, accepted with thanks or refused with a reason. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { change, checkedLines, placeOf, whole } from './changing.ts'
import { besideWords, splitParts } from './joining.ts'
import { can, isOpen, isStaff } from './policy.ts'
import { plain } from './sheet.ts'
import { showContribution } from './showing.ts'
import { lockRecording, readParts, readPlace, type KeptLine } from './store.ts'
import {
  countOf,
  countReports,
  decide,
  insertContribution,
  insertReport,
  listMine,
  listReports,
  listWaiting,
  readContribution,
  recordingOf,
  reviseContribution,
  settleReport,
  type ContributionText,
} from './store-contributions.ts'
import { checkBase, type Input, type Ok } from './words.ts'

type One = Ok<'POST /tracks/:id/lyrics/contributions'>
/** Of one person: proposals that wait at the same time, and of one day; reports of a day. */
const mostWaiting = 30
const mostADay = 60
const mostReportsADay = 40
const dayMs = 86_400_000

async function load(db: Read, viewer: Viewer, id: string): Promise<ContributionText> {
  const row = await readContribution(db, viewer, id)
  if (row === undefined || !can.see(row, viewer)) throw fault('not_found')
  return row
}
/** A proposal for writing: its recording's lock first, so that accepting, saving and revising follow one another. */
async function lockOne(tx: Tx, viewer: Viewer, id: string): Promise<ContributionText> {
  const recording = await recordingOf(tx, id)
  if (recording === undefined) throw fault('not_found')
  await lockRecording(tx, recording)
  return load(tx, viewer, id)
}
const again = async (db: Read, viewer: Viewer, id: string): Promise<One> => showContribution(await load(db, viewer, id), viewer)

export async function propose(tx: Tx, viewer: Viewer, input: Input<'POST /tracks/:id/lyrics/contributions'>): Promise<One> {
  const { id, contribution = newId('ctr'), kind, language, base, note, licence } = input
  const place = await readPlace(tx, viewer, id)
  if (place === undefined) throw fault('not_found')
  await lockRecording(tx, place.recording)
  const known = await readContribution(tx, viewer, contribution)
  if (known !== undefined) {
    if (known.person !== viewer.id || known.track !== id || known.kind !== kind) throw fault('conflict', 'key_reused')
    return showContribution(known, viewer)
  }
  if (place.locked && !place.editor) throw fault('forbidden', 'lyrics_locked')
  const at = clock.now()
  const { waiting, recent, banned } = await countOf(tx, viewer.id, new Date(at.getTime() - dayMs), at)
  if (banned) throw fault('forbidden', 'banned')
  if (waiting >= mostWaiting || recent >= mostADay) throw fault('limited', 'too_many_contributions', { retryAfterSeconds: 3600 })
  const checked = checkedLines(kind, input.lines, place.durationMs)
  const shown = (await readParts(tx, viewer, id)) ?? []
  const before = placeOf(splitParts(shown), kind, language)
  if (checked.lines.length === 0 || (before !== undefined && same(before.lines, checked.lines) && before.language === language))
    throw fault('unprocessable', 'lyrics_same')
  const made = await insertContribution(tx, {
    id: contribution,
    recording: place.recording,
    track: id,
    person: viewer.id,
    kind,
    language,
    ...checked,
    note,
    licence,
    // Begun from something older: it is laid over the new state before anyone can accept it.
    base,
    baseLines: before?.lines ?? [],
    at,
  })
  if (!made) throw fault('conflict', 'key_reused')
  return again(tx, viewer, contribution)
}
const same = (a: readonly KeptLine[], b: readonly KeptLine[]): boolean => JSON.stringify(plain([...a])) === JSON.stringify(plain([...b]))

export async function revise(tx: Tx, viewer: Viewer, input: Input<'PUT /lyrics/contributions/:id'>): Promise<One> {
  const row = await lockOne(tx, viewer, input.id)
  if (row.person !== viewer.id) throw fault('not_found')
  if (!isOpen(row)) throw fault('conflict', 'contribution_closed')
  const language = input.language ?? row.language
  const checked = checkedLines(row.kind, input.lines, row.durationMs)
  if (checked.lines.length === 0) throw fault('unprocessable', 'lyrics_same')
  const before = placeOf(splitParts((await readParts(tx, viewer, row.track)) ?? []), row.kind, language)
  await reviseContribution(tx, row.id, {
    language,
    ...checked,
    note: input.note === '' ? row.note : input.note,
    base: input.base,
    baseLines: before?.lines ?? [],
    at: clock.now(),
  })
  return again(tx, viewer, row.id)
}

async function toReview(tx: Tx, viewer: Viewer, id: string): Promise<ContributionText> {
  const row = await lockOne(tx, viewer, id)
  if (row.person === viewer.id) throw fault('forbidden', 'own_contribution')
  if (!can.review(row, viewer)) throw fault('forbidden')
  return row
}

export async function accept(tx: Tx, viewer: Viewer, { id, base }: Input<'POST /lyrics/contributions/:id/accept'>): Promise<One> {
  const row = await toReview(tx, viewer, id)
  // Accepted by the same person a moment ago: the answer was lost.
  if (row.state === 'accepted' && row.reviewer === viewer.id) return showContribution(row, viewer)
  if (!isOpen(row)) throw fault('conflict', 'contribution_closed')
  const shown = await readParts(tx, viewer, row.track)
  if (shown === undefined) throw fault('not_found')
  // What the reviewer saw, and what the proposal was made for: both must still be what is shown.
  checkBase(shown, row.kind, row.language, base)
  checkBase(shown, row.kind, row.language, row.base)
  const at = clock.now()
  const version = await change(tx, shown, {
    recording: row.recording,
    kind: row.kind,
    language: row.language,
    timing: row.timing,
    lines: row.lines,
    source: 'community',
    licence: row.licence,
    approvedBy: viewer.id,
    person: row.person,
    at,
  })
  await decide(tx, id, { state: 'accepted', reviewer: viewer.id, version: version! }, at)
  await tell(tx, { type: 'lyrics_accepted', contribution: id, person: row.person })
  return again(tx, viewer, id)
}

async function answer(tx: Tx, viewer: Viewer, id: string, state: 'refused' | 'asked', reason: string): Promise<One> {
  const row = await toReview(tx, viewer, id)
  if (row.state === state && row.reviewer === viewer.id && row.reason === reason) return showContribution(row, viewer)
  if (!(await decide(tx, id, { state, reviewer: viewer.id, reason }, clock.now()))) throw fault('conflict', 'contribution_closed')
  return again(tx, viewer, id)
}
export const refuse = (tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /lyrics/contributions/:id/refuse'>): Promise<One> =>
  answer(tx, viewer, id, 'refused', reason)
export const ask = (tx: Tx, viewer: Viewer, { id, question }: Input<'POST /lyrics/contributions/:id/ask'>): Promise<One> =>
  answer(tx, viewer, id, 'asked', question)

export async function withdraw(tx: Tx, viewer: Viewer, { id }: Input<'POST /lyrics/contributions/:id/withdraw'>): Promise<One> {
  const row = await lockOne(tx, viewer, id)
  if (row.person !== viewer.id) throw fault('not_found')
  if (row.state === 'withdrawn') return showContribution(row, viewer)
  if (!(await decide(tx, id, { state: 'withdrawn' }, clock.now()))) throw fault('conflict', 'contribution_closed')
  return again(tx, viewer, id)
}

export async function getContribution(
  db: Read,
  viewer: Viewer,
  { id }: Input<'GET /lyrics/contributions/:id'>,
): Promise<Ok<'GET /lyrics/contributions/:id'>> {
  const row = await load(db, viewer, id)
  const parts = splitParts((await readParts(db, viewer, row.track)) ?? [])
  const now = placeOf(parts, row.kind, row.language)
  const words = whole(parts.find(part => part.kind === 'main')?.lines ?? [])
  // What stands beside the words is shown line by line as they are.
  const laid = (lines: readonly KeptLine[]): Lines => (row.kind === 'main' ? whole(lines) : besideWords(words, lines))
  return {
    ...showContribution(row, viewer),
    lines: laid(row.lines),
    baseLines: laid(row.baseLines),
    shownLines: laid(now?.lines ?? []),
    shownBase: now?.base ?? null,
    mainLines: words,
  }
}
type Lines = Ok<'GET /lyrics/contributions/:id'>['lines']

const after = (cursor: string | undefined): readonly [Date, string] | undefined => fromCursor(cursor, [cursorTime, z.string()])

export async function getMine(
  db: Read,
  viewer: Viewer,
  { cursor, limit }: Input<'GET /me/lyrics-contributions'>,
): Promise<Ok<'GET /me/lyrics-contributions'>> {
  return pageOf(
    await listMine(db, viewer, after(cursor), limit + 1),
    limit,
    row => showContribution(row, viewer),
    row => toCursor(row.createdAt, row.id),
  )
}

export async function getWaiting(
  db: Read,
  viewer: Viewer,
  { page, cursor, limit }: Input<'GET /lyrics/contributions'>,
): Promise<Ok<'GET /lyrics/contributions'>> {
  return pageOf(
    await listWaiting(db, viewer, { staff: isStaff(viewer), page: page ?? null, after: after(cursor), limit: limit + 1 }),
    limit,
    row => showContribution(row, viewer),
    row => toCursor(row.createdAt, row.id),
  )
}

export async function report(
  tx: Tx,
  viewer: Viewer,
  { id, line, startMs, reason }: Input<'POST /tracks/:id/lyrics/reports'>,
): Promise<{ ok: true }> {
  const place = await readPlace(tx, viewer, id)
  if (place === undefined) throw fault('not_found')
  const at = clock.now()
  if ((await countReports(tx, viewer.id, new Date(at.getTime() - dayMs))) >= mostReportsADay)
    throw fault('limited', 'too_many_contributions', { retryAfterSeconds: 3600 })
  await insertReport(tx, { id: newId('lyr'), recording: place.recording, track: id, person: viewer.id, line, startMs, reason, at })
  return { ok: true }
}

export async function getReports(
  db: Read,
  viewer: Viewer,
  { page, cursor, limit }: Input<'GET /lyrics/reports'>,
): Promise<Ok<'GET /lyrics/reports'>> {
  const rows = await listReports(db, viewer, { staff: isStaff(viewer), page: page ?? null, after: after(cursor), limit: limit + 1 })
  return pageOf(
    rows,
    limit,
    ({ track, title, artists, ...row }) => ({ ...row, track: { id: track, title, artists } }),
    row => toCursor(row.at, row.id),
  )
}

export async function settle(
  tx: Tx,
  viewer: Viewer,
  { id, answer: said }: Input<'POST /lyrics/reports/:id/settle'>,
): Promise<{ ok: true }> {
  const settled = await settleReport(tx, viewer, isStaff(viewer), id, said, clock.now())
  if (settled === null) throw fault('not_found')
  if (!settled) throw fault('conflict', 'contribution_closed')
  return { ok: true }
}
