/** Lists of members as a group's hosts see them: read, applied, undone, forgotten. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { enrolment } from '../../shared/enrolment.ts'
import { clock } from '../foundation/clock.ts'
import { csv } from '../foundation/csv.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { allowHost, standingsIn, withdrawMember } from '../groups/index.ts'
import { takeBackPoints } from '../points/index.ts'
import { masked, readMembers } from './reading.ts'
import * as store from './store.ts'
import { tokenOf } from './tokens.ts'
import { z } from 'zod'

type Entries = typeof enrolment.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Shown = Ok<'GET /enrolments/:id'>

/** So long an applied list can be undone. */
const undoMs = 30 * 86_400_000
/** Key of the points a line brought along. */
export const pointsKey = (list: string, n: number): string => `enrolment:${list}:${n}`
/** What a membership says of how it came. */
export const joinedBy = (list: string): string => `enrolment:${list}`

async function show(db: Read | Tx, rows: readonly store.ListRow[]): Promise<Shown[]> {
  const sums = await store.readSums(
    db,
    rows.map(row => row.id),
  )
  return rows.map(row => {
    const own = sums.filter(sum => sum.list === row.id)
    const lines = (...states: (store.LineState | null)[]): number =>
      own.filter(sum => sum.outcome === 'invite' && states.includes(sum.state)).reduce((total, sum) => total + sum.lines, 0)
    const outcomes = { invite: 0, no_consent: 0, no_address: 0, double: 0, asked: 0, declined: 0 }
    for (const sum of own) outcomes[sum.outcome] += sum.lines
    const until = row.appliedAt === null ? null : new Date(row.appliedAt.getTime() + undoMs)
    return {
      id: row.id,
      group: row.group,
      file: row.file,
      state: row.state,
      columns: row.columns as Shown['columns'],
      outcomes,
      progress: { of: outcomes.invite, sent: lines('sent', 'joined', 'declined'), joined: lines('joined'), declined: lines('declined') },
      points: own.filter(sum => sum.outcome === 'invite').reduce((total, sum) => total + sum.points, 0),
      by: row.byName,
      at: row.at,
      appliedAt: row.appliedAt,
      undoUntil: until !== null && row.state !== 'undone' && until > clock.now() ? until : null,
    }
  })
}
const shown = async (db: Read | Tx, id: string): Promise<Shown> => (await show(db, [(await store.readList(db, id))!]))[0]!

/** A list of a group the viewer is host of; another's is not found. */
async function own(db: Read | Tx, viewer: Viewer, row: store.ListRow | undefined): Promise<store.ListRow> {
  if (row === undefined || row.state === 'discarded') throw fault('not_found')
  await allowHost(db, viewer, row.group).catch(() => {
    throw fault('not_found')
  })
  return row
}

export async function getEnrolments(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:group/enrolments'>,
): Promise<Ok<'GET /groups/:group/enrolments'>> {
  const { group } = await allowHost(db, viewer, input.group)
  return { items: await show(db, await store.listLists(db, group.id)) }
}

/** The dry run: reads, and says of each line what would become of it. */
export async function readEnrolment(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:group/enrolments'>): Promise<Shown> {
  const { group } = await allowHost(tx, viewer, input.group)
  const digest = createHash('sha256').update(input.csv).digest('hex')
  const before = await store.readList(tx, input.id)
  if (before !== undefined) {
    if (before.by !== viewer.id || before.group !== group.id || before.digest !== digest) throw fault('conflict', 'key_reused')
    return shown(tx, input.id)
  }
  const at = clock.now()
  const { columns, lines } = readMembers(group.id, input.csv, at.toISOString().slice(0, 10))
  if (!(await store.insertList(tx, { id: input.id, group: group.id, file: input.file, digest, columns, by: viewer.id, at })))
    throw fault('conflict', 'key_reused')
  await store.insertLines(tx, input.id, group.id, lines)
  await store.settleKnown(tx, input.id, group.id)
  return shown(tx, input.id)
}

export const getEnrolment = async (db: Read, viewer: Viewer, { id }: Input<'GET /enrolments/:id'>): Promise<Shown> =>
  (await show(db, [await own(db, viewer, await store.readList(db, id))]))[0]!

export async function getLines(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /enrolments/:id/rows'>,
): Promise<Ok<'GET /enrolments/:id/rows'>> {
  await own(db, viewer, await store.readList(db, input.id))
  const [after = 0] = fromCursor(input.cursor, [z.number().int()]) ?? []
  const rows = await store.listLines(db, input.id, input.outcome ?? null, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => ({ ...row, email: masked(row.email) }),
    row => toCursor(row.n),
  )
}

/** Opens the invitations; the letters go out one by one. */
export async function applyEnrolment(tx: Tx, viewer: Viewer, { id }: Input<'POST /enrolments/:id/apply'>): Promise<Shown> {
  const list = await own(tx, viewer, await store.lockList(tx, id))
  if (list.state === 'applying' || list.state === 'applied') return shown(tx, id)
  if (list.state !== 'ready') throw fault('conflict', 'not_ready')
  // Another list may have asked some of them since the dry run.
  await store.lockGroup(tx, list.group)
  await store.settleKnown(tx, id, list.group)
  await store.openLines(tx, id, viewer.id, clock.now())
  await enqueue(tx, 'enrolment.write', { list: id }, { key: `enrolment.write:${id}`, queue: 'enrolment' })
  return shown(tx, id)
}

export async function undoEnrolment(tx: Tx, viewer: Viewer, { id }: Input<'POST /enrolments/:id/undo'>): Promise<Shown> {
  const list = await own(tx, viewer, await store.lockList(tx, id))
  if (list.state === 'undone') return shown(tx, id)
  if (list.appliedAt === null) throw fault('conflict', 'not_ready')
  if (list.appliedAt.getTime() + undoMs < clock.now().getTime()) throw fault('conflict', 'too_late')
  const joined = await store.readJoined(tx, id)
  const standing = await standingsIn(
    tx,
    list.group,
    joined.map(({ person }) => person),
  )
  // Who takes part already stays, with what they brought; who was a member before, or came again since, stays without it.
  const idle = joined.filter(({ person }) => standing.get(person)?.role === 'member' && standing.get(person)!.activity === 0)
  await withdrawMember(tx, { group: list.group, persons: idle.map(({ person }) => person), how: joinedBy(id) })
  await takeBackPoints(
    tx,
    idle.map(({ n }) => ({ key: pointsKey(id, n), reason: 'undone' })),
  )
  await store.withdrawOpen(tx, id, clock.now())
  await store.setState(tx, id, 'undone')
  return shown(tx, id)
}

export async function discardEnrolment(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /enrolments/:id'>): Promise<{ ok: true }> {
  const list = await own(tx, viewer, await store.lockList(tx, id))
  if (list.state !== 'ready') throw fault('conflict', 'not_ready')
  await store.dropList(tx, id)
  return { ok: true }
}

/** For who writes by themselves: each with the personal link. Whoever takes it has written: no letter goes out for these. */
export async function linksFile(
  context: StreamContext,
  viewer: Viewer,
  { id }: Input<'GET /enrolments/:id/links.csv'>,
): Promise<FastifyReply> {
  const { config, read, reply, write } = context
  const list = await own(read, viewer, await store.readList(read, id))
  if (list.state !== 'applying' && list.state !== 'applied') throw fault('conflict', 'not_ready')
  await write(tx => store.markSent(tx, id, clock.now()))
  async function* rows(): AsyncGenerator<string[]> {
    for (let after = 0; ;) {
      const lines = await store.listLines(read, id, 'invite', after, 1000)
      for (const line of lines)
        if (line.state === 'sent' && line.email !== null)
          yield [line.name, line.email, `${config.url}/enrol/${tokenOf(config.secret, id, line.n)}`]
      if (lines.length < 1000) return
      after = lines.at(-1)!.n
    }
  }
  const body: Readable = csv(['name', 'email', 'link'], rows())
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', attachment('invitations.csv'))
    .header('cache-control', 'private, no-store')
    .send(body)
}
