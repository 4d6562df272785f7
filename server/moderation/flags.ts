/** What waits to be decided: held by a rule or reported by people, looked at by hosts or by the planet's staff. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { moderation } from '../../shared/moderation.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { ban } from './bans.ts'
import { made } from './decisions.ts'
import { can, deskOf, hostOf, isStaff } from './policy.ts'
import { notePassed, readPlace } from './store.ts'
import { decisionOfFlag, insertDecision, listDecisions, readDecision } from './store-decisions.ts'
import { closeFlag, escalateFlag, listFlags, lockFlag, openFlag, readFlag, readReports, setHold, type FlagRow } from './store-flags.ts'
import { lookAt, subjectOf, type Seen } from './subjects.ts'

type Entries = typeof moderation.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type One = Ok<'GET /moderation/flags'>['items'][number]

/** By when something should be decided. */
export const dueMs = 24 * 3_600_000

/** Who writes there and looks after it themselves is judged by the planet's staff, not by colleagues. */
export async function levelOf(db: Read, kind: string, group: string | null, author: string | null): Promise<'group' | 'planet'> {
  if (group === null || subjectOf(kind)?.planetOnly === true) return 'planet'
  if (author === null) return 'group'
  const place = await readPlace(db, group, author)
  return place !== undefined && (place.role === 'owner' || place.role === 'host' || place.artist) ? 'planet' : 'group'
}

export type Held = { kind: string; id: string; group: string | null; author: string; reason: string }
/** Hides something until it is decided: what `screen` said to hold, after it was written. Harmless when it waits already. */
export async function holdFor(tx: Tx, { kind, id, group, author, reason }: Held): Promise<void> {
  const at = clock.now()
  const level = await levelOf(tx, kind, group, author)
  const flag = await openFlag(tx, { id: newId('flg', at), kind, subject: id, group, author, level, at })
  await setHold(tx, flag, reason)
  await subjectOf(kind)?.hide?.(tx, [id], true)
}

const inGroup = (row: { group: string | null; groupName: string | null; handle: string | null }) =>
  row.group === null || row.groupName === null || row.handle === null ? null : { id: row.group, name: row.groupName, handle: row.handle }

/** `host`: the viewer looks after the group it stands in. */
function show(row: FlagRow, viewer: Viewer, host: boolean, seen: Seen | undefined): One {
  const open = row.state === 'open'
  const allowed = can.see(row, viewer, host)
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    state: row.state,
    level: row.level,
    group: inGroup(row),
    author: row.author === null ? null : { id: row.author, name: row.authorName ?? '' },
    hides: subjectOf(row.kind)?.hide !== undefined,
    hold: row.hold as One['hold'],
    reports: row.reports,
    reasons: row.reasons as One['reasons'],
    seen: seen === undefined ? null : { text: seen.text, pictures: [...seen.pictures], url: seen.url, hidden: seen.hidden },
    at: row.at,
    due: new Date(row.at.getTime() + dueMs),
    can: {
      decide: open && allowed,
      escalate: open && allowed && row.level === 'group' && host,
      ban: open && allowed && row.author !== null && row.group !== null,
    },
  }
}

/** What these things are by now, kind by kind. */
async function seenOf(db: Read, rows: readonly FlagRow[]): Promise<Map<string, Seen>> {
  const found = new Map<string, Seen>()
  for (const kind of new Set(rows.map(row => row.kind))) {
    const ids = rows.filter(row => row.kind === kind).map(row => row.subject)
    for (const [id, seen] of (await subjectOf(kind)?.look(db, ids)) ?? []) found.set(`${kind} ${id}`, seen)
  }
  return found
}

export async function getFlags(db: Read, viewer: Viewer, input: Input<'GET /moderation/flags'>): Promise<Ok<'GET /moderation/flags'>> {
  const { scope, host, staff } = await deskOf(db, viewer, input.group)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const { state, held, kind, limit } = input
  const rows = await listFlags(db, { scope, staff, viewer: viewer.id, state, held, kind, now: clock.now(), after, limit: limit + 1 })
  const seen = await seenOf(db, rows)
  return pageOf(
    rows,
    limit,
    row => show(row, viewer, host, seen.get(`${row.kind} ${row.subject}`)),
    row => toCursor(state === 'open' ? row.at : row.decidedAt!, row.id),
  )
}

async function load(db: Read, viewer: Viewer, id: string): Promise<{ row: FlagRow; host: boolean }> {
  const row = await readFlag(db, id)
  if (row === undefined) throw fault('not_found')
  const host = await hostOf(db, viewer, row.group)
  if (!can.see(row, viewer, host)) throw fault('not_found')
  return { row, host }
}

export async function getFlag(
  db: Read,
  viewer: Viewer,
  { id }: Input<'GET /moderation/flags/:id'>,
): Promise<Ok<'GET /moderation/flags/:id'>> {
  const { row, host } = await load(db, viewer, id)
  const staff = isStaff(viewer)
  const decision = await decisionOfFlag(db, id)
  const before =
    row.author === null
      ? []
      : await listDecisions(db, {
          scope: staff ? '' : (row.group ?? ''),
          staff,
          viewer: viewer.id,
          person: row.author,
          after: undefined,
          limit: 20,
        })
  return {
    ...show(row, viewer, host, await lookAt(db, row.kind, row.subject)),
    escalated: row.escalatedBy === null ? null : { by: row.escalatedBy, note: row.escalatedNote ?? '' },
    // Who reported is for the planet's staff alone.
    said: (await readReports(db, id)).map(one => ({
      by: staff ? one.by : null,
      reason: one.reason as One['reasons'][number]['reason'],
      words: one.words,
      at: one.at,
    })),
    before: before.filter(one => one.id !== decision?.id && (one.action !== 'keep' || one.facts.hold !== null)).map(made),
    decision: decision === undefined ? null : made(decision),
  }
}

export async function escalate(
  tx: Tx,
  viewer: Viewer,
  { id, note }: Input<'POST /moderation/flags/:id/escalate'>,
): Promise<Ok<'POST /moderation/flags/:id/escalate'>> {
  await lockFlag(tx, id)
  const { row } = await load(tx, viewer, id)
  if (row.state !== 'open') throw fault('conflict', 'already_decided')
  await escalateFlag(tx, id, viewer.id, note)
  return { ok: true }
}

export async function decide(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /moderation/flags/:id/decide'>,
): Promise<Ok<'POST /moderation/flags/:id/decide'>> {
  const { id, action, reason, words, decision } = input
  await lockFlag(tx, id)
  const known = await readDecision(tx, decision)
  if (known !== undefined) {
    if (known.flag !== id || known.by !== viewer.id || known.action !== action) throw fault('conflict', 'key_reused')
    // The answer was lost: it says the same again.
    return getFlag(tx, viewer, { id })
  }
  const { row, host } = await load(tx, viewer, id)
  if (row.state !== 'open') throw fault('conflict', 'already_decided')
  const subject = subjectOf(row.kind)
  if (action !== 'keep' && words === '') throw fault('invalid', 'words_needed', { fields: { words: 'words_needed' } })
  if (action === 'hide' && subject?.hide === undefined) throw fault('unprocessable', 'cannot_hide')
  const at = clock.now()
  const seen = await lookAt(tx, row.kind, row.subject)
  const made = await insertDecision(tx, {
    id: decision,
    flag: id,
    kind: row.kind,
    subject: row.subject,
    group: row.group,
    level: host && row.level === 'group' ? 'group' : 'planet',
    author: row.author,
    action,
    reason,
    words,
    facts: { text: seen?.text ?? '', pictures: seen?.pictures ?? [], url: seen?.url ?? '', reports: row.reports, hold: row.hold },
    by: viewer.id,
    second: '',
    at,
  })
  if (!made || !(await closeFlag(tx, id, at))) throw fault('conflict', 'already_decided')
  if (action === 'hide') await subject!.hide!(tx, [row.subject], true)
  else if (row.hold !== null) {
    await subject?.hide?.(tx, [row.subject], false)
    if (row.hold !== 'reports' && row.author !== null && row.group !== null) await notePassed(tx, row.author, row.group, at)
  }
  if (input.ban !== undefined) {
    if (action === 'keep' || row.author === null || row.group === null) throw fault('unprocessable', 'cannot_ban')
    const { days } = input.ban
    await ban(tx, {
      id: input.ban.id,
      person: row.author,
      group: row.group,
      reason,
      words,
      by: viewer.id,
      until: days === null ? null : new Date(at.getTime() + days * 86_400_000),
      flag: id,
      level: host ? 'group' : 'planet',
    })
  }
  if (row.author !== null && (action !== 'keep' || row.hold !== null))
    await tell(tx, { type: 'decision_made', decision, person: row.author })
  return getFlag(tx, viewer, { id })
}
