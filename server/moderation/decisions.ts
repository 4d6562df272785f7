/** Statements of reasons for whoever a decision is about, and their appeals, which another person decides. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { moderation } from '../../shared/moderation.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { unban } from './bans.ts'
import { deskOf, hostOf, isStaff } from './policy.ts'
import {
  decisionOfAppeal,
  insertAppeal,
  listAppeals,
  listDecisions,
  listStatements,
  readDecision,
  settleAppeal,
  type DecisionRow,
} from './store-decisions.ts'
import { subjectOf } from './subjects.ts'

type Entries = typeof moderation.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Statement = Ok<'GET /decisions/:id'>
type Made = Ok<'GET /moderation/decisions'>['items'][number]

/** How long one may appeal. */
export const appealMs = 30 * 86_400_000

const inGroup = (row: DecisionRow) =>
  row.group === null || row.groupName === null || row.handle === null ? null : { id: row.group, name: row.groupName, handle: row.handle }
const factsOf = ({ facts }: DecisionRow): Statement['facts'] => ({ ...facts, pictures: [...facts.pictures] })

/** For those who look after things. */
export const made = (row: DecisionRow): Made => ({
  id: row.id,
  action: row.action,
  kind: row.kind,
  reason: row.reason as Made['reason'],
  words: row.words,
  by: row.byName,
  about: row.author === null ? null : { id: row.author, name: row.authorName ?? '' },
  group: inGroup(row),
  text: row.facts.text,
  at: row.at,
  appeal: row.appealState,
})
/** For whom it is about: who decided is not named. */
function statement(row: DecisionRow, now: Date): Statement {
  const until = new Date(row.at.getTime() + appealMs)
  return {
    id: row.id,
    action: row.action,
    kind: row.kind,
    reason: row.reason as Statement['reason'],
    words: row.words,
    group: inGroup(row),
    at: row.at,
    facts: factsOf(row),
    ban:
      row.ban === null
        ? null
        : { until: row.banUntil, ended: row.banEnded || (row.banUntil !== null && row.banUntil <= now), locks: row.banLocks },
    appeal:
      row.appeal === null
        ? null
        : {
            id: row.appeal,
            state: row.appealState!,
            words: row.appealWords!,
            at: row.appealAt!,
            answer: row.answer,
            decidedAt: row.answeredAt,
          },
    appealUntil: until,
    can: { appeal: row.action !== 'keep' && row.appeal === null && now < until },
  }
}

export async function getMyDecisions(
  db: Read,
  viewer: Viewer,
  { cursor, limit }: Input<'GET /me/decisions'>,
): Promise<Ok<'GET /me/decisions'>> {
  const rows = await listStatements(db, viewer.id, fromCursor(cursor, [cursorTime, z.string()]), limit + 1)
  const now = clock.now()
  return pageOf(
    rows,
    limit,
    row => statement(row, now),
    row => toCursor(row.at, row.id),
  )
}

async function load(db: Read, viewer: Viewer, id: string): Promise<DecisionRow> {
  const row = await readDecision(db, id)
  if (row === undefined || row.author !== viewer.id || (row.action === 'keep' && row.facts.hold === null)) throw fault('not_found')
  return row
}
export const getStatement = async (db: Read, viewer: Viewer, { id }: Input<'GET /decisions/:id'>): Promise<Statement> =>
  statement(await load(db, viewer, id), clock.now())

export async function appeal(tx: Tx, viewer: Viewer, { id, appeal, words }: Input<'POST /decisions/:id/appeal'>): Promise<Statement> {
  const row = await load(tx, viewer, id)
  const now = clock.now()
  if (row.appeal !== null) {
    if (row.appeal === appeal && row.appealWords === words) return statement(row, now)
    throw fault('conflict', row.appeal === appeal ? 'key_reused' : 'appeal_once')
  }
  if (row.action === 'keep') throw fault('unprocessable', 'not_appealable')
  if (now.getTime() >= row.at.getTime() + appealMs) throw fault('conflict', 'appeal_over')
  const made = await insertAppeal(tx, { id: appeal, decision: id, first: row.by, second: row.second, person: viewer.id, words, at: now })
  const after = await load(tx, viewer, id)
  // Two at once: the same one twice answers the same, another one is told.
  if (!made && (after.appeal !== appeal || after.appealWords !== words))
    throw fault('conflict', after.appeal === null ? 'key_reused' : 'appeal_once')
  return statement(after, now)
}

export async function getDecisions(
  db: Read,
  viewer: Viewer,
  { group, person, cursor, limit }: Input<'GET /moderation/decisions'>,
): Promise<Ok<'GET /moderation/decisions'>> {
  const { scope, staff } = await deskOf(db, viewer, group)
  const after = fromCursor(cursor, [cursorTime, z.string()])
  const rows = await listDecisions(db, { scope, staff, viewer: viewer.id, person, after, limit: limit + 1 })
  return pageOf(rows, limit, made, row => toCursor(row.at, row.id))
}

export async function getAppeals(
  db: Read,
  viewer: Viewer,
  { group, cursor, limit }: Input<'GET /moderation/appeals'>,
): Promise<Ok<'GET /moderation/appeals'>> {
  const { scope, staff } = await deskOf(db, viewer, group)
  const after = fromCursor(cursor, [cursorTime, z.string()])
  const rows = await listAppeals(db, { scope, staff, viewer: viewer.id, after, limit: limit + 1 })
  return pageOf(
    rows,
    limit,
    row => ({
      id: row.appeal!,
      words: row.appealWords!,
      at: row.appealAt!,
      by: { id: row.author!, name: row.authorName ?? '' },
      decision: made(row),
      facts: factsOf(row),
      can: { decide: another(row, viewer) },
    }),
    row => toCursor(row.appealAt!, row.appeal!),
  )
}
/** Neither of those who decided first, nor who appeals. The database refuses them too. */
const another = (row: DecisionRow, viewer: Viewer): boolean => viewer.id !== row.by && viewer.id !== row.second && viewer.id !== row.author

export async function decideAppeal(
  tx: Tx,
  viewer: Viewer,
  { id, outcome, answer }: Input<'POST /moderation/appeals/:id/decide'>,
): Promise<Ok<'POST /moderation/appeals/:id/decide'>> {
  const row = await decisionOfAppeal(tx, id)
  if (row === undefined || row.author === viewer.id) throw fault('not_found')
  const host = await hostOf(tx, viewer, row.group)
  if (!isStaff(viewer) && !(host && row.level === 'group')) throw fault('not_found')
  if (!another(row, viewer)) throw fault('forbidden', 'another_person')
  if (!(await settleAppeal(tx, id, { state: outcome, by: viewer.id, answer, at: clock.now() }))) {
    // The same answer by the same person again: it was lost on the way.
    const now = await decisionOfAppeal(tx, id)
    if (now?.appealState === outcome && now.answer === answer && now.answeredBy === viewer.id) return { ok: true }
    throw fault('conflict', 'already_decided')
  }
  if (outcome === 'reversed') {
    if (row.action === 'hide') await subjectOf(row.kind)?.hide?.(tx, [row.subject], false)
    if (row.ban !== null) await unban(tx, { id: row.ban, by: viewer.id, words: answer })
  }
  await tell(tx, { type: 'appeal_decided', appeal: id, person: row.author! })
  return { ok: true }
}
