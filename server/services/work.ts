/** Work made to order: said, delivered, made over, accepted, ended. */
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { services } from '../../shared/services.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { files } from '../foundation/files.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { dropUpload, hashFile, safeName, uploadedFile } from '../media/index.ts'
import { mayEditPage, pictureAddress } from '../people/index.ts'
import { settleAt } from '../shop/index.ts'
import { service } from './kinds.ts'
import { after, heldDays } from './policy.ts'
import { kindOfLine, refundLine } from './refunding.ts'
import { moveSales, salesOf } from './store.ts'
import {
  insertWord,
  listJobs,
  lockJob,
  moveJob,
  readFile,
  readJob,
  readWord,
  setReason,
  wordsOf,
  type FileRow,
  type JobShown,
  type WordKind,
} from './store-jobs.ts'

type Entries = typeof services.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Job = Ok<'GET /jobs/:line'>
type Card = Ok<'GET /me/jobs'>['items'][number]

const isLate = ({ state, dueAt }: JobShown): boolean => state === 'working' && dueAt <= clock.now()
const card = (row: JobShown): Card => ({
  line: row.line,
  product: row.product,
  title: row.title,
  picture: pictureAddress(row.picture),
  page: { id: row.page, name: row.pageName },
  buyer: { id: row.buyer, name: row.buyerName },
  price: { amount: row.amount, currency: row.currency as Currency },
  state: row.state,
  dueAt: row.dueAt,
  acceptAt: row.acceptAt,
  late: isLate(row),
  at: row.at,
})
const fileUrl = (line: string, word: string, place: number): string => `/api/v1/jobs/${line}/files/${word}/${place}`

type Side = 'buyer' | 'seller'
async function load(db: Read | Tx, viewer: Viewer, line: string): Promise<{ row: JobShown; side: Side }> {
  const row = await readJob(db, line)
  if (row === undefined) throw fault('not_found')
  if (row.buyer === viewer.id) return { row, side: 'buyer' }
  if (await mayEditPage(db, viewer, row.page)) return { row, side: 'seller' }
  throw fault('not_found')
}
async function shown(db: Read | Tx, viewer: Viewer, line: string): Promise<Job> {
  const { row, side } = await load(db, viewer, line)
  const words = await wordsOf(db, line)
  const open = row.state === 'working' || row.state === 'delivered'
  return {
    ...card(row),
    brief: row.brief,
    revisions: row.revisions,
    revisionsUsed: row.revisionsUsed,
    acceptDays: row.acceptDays,
    reason: row.reason,
    closedAt: row.closedAt,
    words: words.map(word => ({
      id: word.key,
      what: word.what,
      by: word.by === null ? null : { id: word.by, name: word.byName ?? '' },
      seller: word.by !== row.buyer,
      text: word.body,
      files: word.files.map((file, place) => ({ ...file, url: fileUrl(line, word.key, place) })),
      at: word.at,
    })),
    seller: side === 'seller',
    can: {
      say: row.state !== 'cancelled',
      deliver: side === 'seller' && open,
      accept: side === 'buyer' && row.state === 'delivered',
      revise: side === 'buyer' && row.state === 'delivered' && row.revisionsUsed < row.revisions,
      extend: side === 'buyer' && row.state === 'working',
      cancel: side === 'seller' ? open : isLate(row),
    },
  }
}

export const getJob = (db: Read, viewer: Viewer, { line }: Input<'GET /jobs/:line'>): Promise<Job> => shown(db, viewer, line)
export async function getMyJobs(db: Read, viewer: Viewer, input: Input<'GET /me/jobs'>): Promise<Ok<'GET /me/jobs'>> {
  const rows = await listJobs(db, { buyer: viewer.id }, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(rows, input.limit, card, row => toCursor(row.at, row.line))
}
export async function getPageJobs(db: Read, viewer: Viewer, input: Input<'GET /pages/:page/jobs'>): Promise<Ok<'GET /pages/:page/jobs'>> {
  if (!(await mayEditPage(db, viewer, input.page))) throw fault('not_found')
  const open = input.open === 'true'
  const rows = await listJobs(db, { page: input.page, open }, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(rows, input.limit, card, row => toCursor(open ? row.dueAt : row.at, row.line))
}

/** Files of an upload are kept by what is in them; the same one twice lies once. */
async function keep(ctx: StreamContext, viewer: Viewer, uploads: readonly string[]): Promise<FileRow[]> {
  const kept: FileRow[] = []
  for (const id of uploads) {
    const upload = await ctx.write(tx => uploadedFile(tx, ctx.config, viewer.id, id))
    const { sha256, sizeBytes } = await hashFile(upload.path)
    if (sizeBytes === 0) throw fault('unprocessable', 'word_empty')
    const key = `jobs/${sha256.slice(0, 2)}/${sha256}`
    if ((await files.stat(key))?.sizeBytes !== sizeBytes) await files.adopt(key, upload.path)
    kept.push({ name: safeName(upload.name), bytes: sizeBytes, key })
  }
  return kept
}

/** One word in a job: what it changes, changes with it. */
export async function say(ctx: StreamContext, viewer: Viewer, input: Input<'POST /jobs/:line/words'>): Promise<Job> {
  const { line, id, what, text = '', uploads = [] } = input
  const { side } = await load(ctx.read, viewer, line)
  const before = await readWord(ctx.read, id)
  if (before !== undefined) return repeated(ctx.read, viewer, input, before)
  if (text === '' && (uploads.length === 0 || what === 'revision')) throw fault('unprocessable', 'word_empty')
  if (what === 'delivered' && side !== 'seller') throw fault('conflict', 'job_state')
  if (what === 'revision' && side !== 'buyer') throw fault('conflict', 'job_state')
  const kept = await keep(ctx, viewer, uploads)
  const answer = await ctx.write(async tx => {
    const again = await readWord(tx, id)
    if (again !== undefined) return repeated(tx, viewer, input, again)
    await step(tx, line, what)
    await insertWord(tx, { key: id, job: line, what, by: viewer.id, body: text, at: clock.now() }, kept)
    await tell(tx, { type: 'job_changed', line, what, by: viewer.id })
    return shown(tx, viewer, line)
  })
  for (const upload of uploads) await dropUpload(ctx.config, upload)
  return answer
}
async function repeated(
  db: Read | Tx,
  viewer: Viewer,
  input: Input<'POST /jobs/:line/words'>,
  before: { job: string; what: string; by: string | null; body: string },
): Promise<Job> {
  if (before.job !== input.line || before.what !== input.what || before.by !== viewer.id || before.body !== (input.text ?? ''))
    throw fault('conflict', 'key_reused')
  return shown(db, viewer, input.line)
}
/** The money's date first, then the job: as when it is settled. */
async function step(tx: Tx, line: string, what: 'message' | 'delivered' | 'revision'): Promise<void> {
  const at = clock.now()
  const row = (await readJob(tx, line))!
  if (what === 'message') {
    if (row.state === 'cancelled') throw fault('conflict', 'job_state')
  } else if (what === 'delivered') {
    const acceptAt = after(at, row.acceptDays)
    await settleAt(tx, [{ line, at: acceptAt }])
    await lockJob(tx, line)
    if (!(await moveJob(tx, line, ['working', 'delivered'], { state: 'delivered', acceptAt }, at))) throw fault('conflict', 'job_state')
    await enqueue(tx, 'services.accept', { line }, { runAt: acceptAt, key: `services.accept:${line}` })
  } else {
    await settleAt(tx, [{ line, at: after(at, heldDays) }])
    const now = (await lockJob(tx, line))!
    if (now.state !== 'delivered') throw fault('conflict', 'job_state')
    if (now.revisionsUsed >= now.revisions) throw fault('conflict', 'no_revisions_left')
    const soon = after(at, 3)
    await moveJob(tx, line, ['delivered'], { state: 'working', revised: true, dueAt: now.dueAt > soon ? now.dueAt : soon }, at)
  }
}

const wordOf = (line: string, what: WordKind, by: string | null, body: string) => ({
  key: `${what}-${line}`,
  job: line,
  what,
  by,
  body,
  at: clock.now(),
})

export async function accept(tx: Tx, viewer: Viewer, { line }: Input<'POST /jobs/:line/accept'>): Promise<Job> {
  const { row, side } = await load(tx, viewer, line)
  if (side !== 'buyer') throw fault('conflict', 'job_state')
  if (row.state !== 'accepted') await finish(tx, line, viewer.id)
  return shown(tx, viewer, line)
}
/** The money goes to the seller now; the piece is free for the next one. */
async function finish(tx: Tx, line: string, by: string | null): Promise<void> {
  const at = clock.now()
  await settleAt(tx, [{ line, at }])
  // Twice at once is once.
  if ((await lockJob(tx, line))!.state === 'accepted') return
  if (!(await moveJob(tx, line, ['delivered'], { state: 'accepted' }, at))) throw fault('conflict', 'job_state')
  await moveSales(tx, [line], ['handed'], 'ended')
  await insertWord(tx, wordOf(line, 'accepted', by, ''))
  await tell(tx, { type: 'job_changed', line, what: 'accepted', by })
}
/** Nobody said no in time. */
export async function acceptSilent(tx: Tx, line: string): Promise<void> {
  const row = await readJob(tx, line)
  if (row?.state === 'delivered' && row.acceptAt !== null && row.acceptAt <= clock.now()) await finish(tx, line, null)
}

export async function extend(tx: Tx, viewer: Viewer, { line, id, days }: Input<'POST /jobs/:line/extend'>): Promise<Job> {
  const { side } = await load(tx, viewer, line)
  const row = (await lockJob(tx, line))!
  // The lock is held: the second of two at once finds the word of the first.
  const before = await readWord(tx, id)
  if (before !== undefined) {
    if (before.job !== line || before.what !== 'extended' || before.by !== viewer.id || before.days !== days)
      throw fault('conflict', 'key_reused')
    return shown(tx, viewer, line)
  }
  if (side !== 'buyer' || row.state !== 'working') throw fault('conflict', 'job_state')
  const at = clock.now()
  const dueAt = after(row.dueAt > at ? row.dueAt : at, days)
  await moveJob(tx, line, ['working'], { state: 'working', dueAt }, at)
  await insertWord(tx, { ...wordOf(line, 'extended', viewer.id, dueAt.toISOString()), key: id, days })
  await tell(tx, { type: 'job_changed', line, what: 'extended', by: viewer.id })
  return shown(tx, viewer, line)
}

export async function cancel(tx: Tx, viewer: Viewer, { line, reason }: Input<'POST /jobs/:line/cancel'>): Promise<Job> {
  const { row, side } = await load(tx, viewer, line)
  if (row.state === 'cancelled') return shown(tx, viewer, line)
  if (!(side === 'seller' ? row.state !== 'accepted' : isLate(row))) throw fault('conflict', 'job_state')
  await endJob(tx, line, viewer.id, reason)
  return shown(tx, viewer, line)
}
/** All the money goes back; `by` null: too late, by itself. */
export async function endJob(tx: Tx, line: string, by: string | null, reason: string): Promise<void> {
  const before = (await readJob(tx, line))!
  await refundLine(tx, {
    line,
    key: `job:${line}`,
    amount: null,
    by: by ?? before.buyer,
    reason: 'goodwill',
    note: reason === '' ? null : reason,
  })
  await lockJob(tx, line)
  // Two said so at once: once.
  if ((await readWord(tx, `cancelled-${line}`)) !== undefined) return
  // Accepted meanwhile: then nothing of this happens.
  if ((await salesOf(tx, [line]))[0]?.state === 'ended') throw fault('conflict', 'job_state')
  await service.cancel(tx, [await kindOfLine(tx, line)])
  await setReason(tx, line, reason)
  await insertWord(tx, wordOf(line, 'cancelled', by, reason))
  await tell(tx, { type: 'job_changed', line, what: 'cancelled', by })
}

export async function sendFile(
  ctx: StreamContext,
  viewer: Viewer,
  { line, word, place }: Input<'GET /jobs/:line/files/:word/:place'>,
): Promise<Readable> {
  await load(ctx.read, viewer, line)
  const file = await readFile(ctx.read, line, word, place)
  if (file === undefined) throw fault('not_found')
  return ctx.reply
    .headers({
      'content-type': 'application/octet-stream',
      'content-length': String(file.bytes),
      'content-disposition': attachment(file.name),
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    })
    .send(files.open(file.key)) as unknown as Readable
}
