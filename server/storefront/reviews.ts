/** Reviews: by buyers, of what they have, once for each line; the seller answers. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { storefront } from '../../shared/storefront.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl, dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { holdFor, screen } from '../moderation/index.ts'
import { urlOf } from './listings.ts'
import { ratingOf } from './ratings.ts'
import {
  answerReview,
  deleteReview,
  insertReview,
  listReviews,
  readBought,
  readRating,
  readReview,
  updateReview,
  waitingFor,
  type ReviewRow,
} from './store-reviews.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Review = Ok<'POST /reviews'>

const mostPictures = 6
const mostWaiting = 30

const shown = (row: ReviewRow, viewer: Viewer | null): Review => ({
  id: row.id,
  thing: row.subject,
  title: row.title,
  detail: row.detail,
  person: { id: row.person, name: row.personName ?? '' },
  stars: row.stars,
  text: row.text,
  pictures: row.pictures.map(asset => ({ small: coverUrl(asset, 300), large: coverUrl(asset, 1200) })),
  answer: row.answer === null || row.answeredAt === null ? null : { text: row.answer, at: row.answeredAt, name: row.shop },
  at: row.at,
  changed: row.changedAt > row.at,
  hidden: row.hidden,
  can: { edit: viewer?.id === row.person, answer: row.mayAnswer && row.person !== viewer?.id },
})

export async function getReviews(db: Read, viewer: Viewer | null, input: Input<'GET /reviews'>): Promise<Ok<'GET /reviews'>> {
  const { thing, shop, stars, pictures, unanswered, sort, limit } = input
  if ((thing === undefined) === (shop === undefined)) throw fault('invalid', 'invalid', { fields: { thing: 'thing / shop' } })
  const [key, at, id] = fromCursor(input.cursor, [z.number().int(), cursorTime, z.string()]) ?? []
  const rows = await listReviews(
    db,
    viewer?.id ?? null,
    {
      thing: thing ?? null,
      page: shop ?? null,
      stars: stars ?? null,
      pictures: pictures === true,
      unanswered: unanswered === true,
    },
    { sort, after: key === undefined ? null : { key, at: at!, id: id! }, limit: limit + 1 },
  )
  const rank = (row: ReviewRow): number => (sort === 'best' ? -row.stars : sort === 'worst' ? row.stars : 0)
  return {
    ...pageOf(
      rows,
      limit,
      row => shown(row, viewer),
      row => toCursor(rank(row), row.at, row.id),
    ),
    rating: ratingOf(await readRating(db, (thing ?? shop)!)),
  }
}

export async function getMyReviews(db: Read, viewer: Viewer, input: Input<'GET /me/reviews'>): Promise<Ok<'GET /me/reviews'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listReviews(
    db,
    viewer.id,
    { person: viewer.id },
    { sort: 'new', after: at === undefined ? null : { key: 0, at, id: id! }, limit: input.limit + 1 },
  )
  const waiting = input.cursor === undefined ? await waitingFor(db, viewer.id, mostWaiting) : []
  return {
    waiting: waiting.map(row => ({
      line: row.line,
      thing: row.thing,
      kind: row.kind,
      title: row.title,
      detail: row.detail,
      picture: row.picture === null ? null : coverUrl(row.picture, 300),
      seller: { id: row.page, name: row.seller },
      at: row.at,
      url: urlOf(row.kind, row.thing, row.page),
    })),
    ...pageOf(
      rows,
      input.limit,
      row => shown(row, viewer),
      row => toCursor(row.at, row.id),
    ),
  }
}

const requestOf = (line: string, stars: number, text: string): string =>
  createHash('sha256')
    .update(JSON.stringify([line, stars, text]))
    .digest('hex')

export async function writeReview(tx: Tx, viewer: Viewer, input: Input<'POST /reviews'>): Promise<Review> {
  const { line, stars, text } = input
  const request = requestOf(line, stars, text)
  const again = async (id: string): Promise<Review | undefined> => {
    const before = await readReview(tx, id, viewer.id)
    if (before === undefined) return undefined
    if (before.person !== viewer.id || before.request !== request) throw fault('conflict', 'key_reused')
    return shown(before, viewer)
  }
  const before = input.id === undefined ? undefined : await again(input.id)
  if (before !== undefined) return before
  const bought = await readBought(tx, line, viewer.id)
  if (bought === undefined) throw fault('not_found')
  if (bought.own) throw fault('forbidden', 'own_goods')
  if (!bought.ready) throw fault('conflict', 'review_not_yet')
  const now = clock.now()
  const { hold } = text === '' ? { hold: null } : await screen(tx, { kind: 'review', group: null, person: viewer.id, text, links: [], now })
  const id = input.id ?? newId('rev', now)
  const { thing, page, kind, title, detail } = bought
  if (!(await insertReview(tx, { id, line, subject: thing, page, kind, title, detail, person: viewer.id, stars, text, request, at: now })))
    return (input.id === undefined ? undefined : await again(id)) ?? refuse()
  if (hold !== null) await holdFor(tx, { kind: 'review', id, group: null, author: viewer.id, reason: hold })
  await tell(tx, { type: 'review_written', review: id })
  return shown((await readReview(tx, id, viewer.id))!, viewer)
}
const refuse = (): never => {
  throw fault('conflict', 'reviewed')
}

async function ownReview(db: Read | Tx, viewer: Viewer, id: string, lock = false): Promise<ReviewRow> {
  const row = await readReview(db, id, viewer.id, lock)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}

export async function changeReview(tx: Tx, viewer: Viewer, input: Input<'PATCH /reviews/:id'>): Promise<Review> {
  const row = await ownReview(tx, viewer, input.id, true)
  const now = clock.now()
  const text = input.text ?? row.text
  if (text !== row.text && text !== '') {
    const { hold } = await screen(tx, { kind: 'review', group: null, person: viewer.id, text, links: [], now, edit: true })
    if (hold !== null && !row.hidden) await holdFor(tx, { kind: 'review', id: row.id, group: null, author: viewer.id, reason: hold })
  }
  // Pictures by their addresses as shown: only those that are there stay, in the order given.
  const pictures =
    input.pictures === undefined
      ? row.pictures
      : input.pictures.flatMap(address => row.pictures.find(asset => address === coverUrl(asset, 300) || address === asset) ?? [])
  await updateReview(tx, row.id, { stars: input.stars ?? row.stars, text, pictures: [...new Set(pictures)] }, now)
  return shown((await readReview(tx, row.id, viewer.id))!, viewer)
}

export async function dropReview(tx: Tx, viewer: Viewer, input: Input<'DELETE /reviews/:id'>): Promise<{ ok: true }> {
  const row = await readReview(tx, input.id, viewer.id, true)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  // What was hidden stays as evidence of the decision.
  if (row.hidden) throw fault('not_found')
  await deleteReview(tx, row.id)
  return { ok: true }
}

export async function addPicture(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'POST /reviews/:id/pictures'>,
): Promise<{ ok: true }> {
  const { write, config, read } = context
  const room = (row: ReviewRow): ReviewRow => {
    if (row.pictures.length >= mostPictures) throw fault('conflict')
    return row
  }
  room(await ownReview(read, viewer, input.id))
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    const row = room(await ownReview(tx, viewer, input.id, true))
    await updateReview(
      tx,
      row.id,
      { stars: row.stars, text: row.text, pictures: [...new Set([...row.pictures, made.asset])] },
      row.changedAt,
    )
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}

export async function putAnswer(tx: Tx, viewer: Viewer, input: Input<'PUT /reviews/:id/answer'>): Promise<Review> {
  const row = await readReview(tx, input.id, viewer.id, true)
  if (row === undefined || (row.hidden && !row.mayAnswer)) throw fault('not_found')
  if (!row.mayAnswer) throw fault('forbidden', 'own_page_only')
  const now = clock.now()
  const text = input.text === '' ? null : input.text
  if (text !== row.answer) {
    if (text !== null) await screen(tx, { kind: 'review', group: null, person: viewer.id, text, links: [], now, edit: row.answer !== null })
    await answerReview(tx, row.id, text, viewer.id, now)
    if (text !== null && row.answer === null) await tell(tx, { type: 'review_answered', review: row.id })
  }
  return shown((await readReview(tx, row.id, viewer.id))!, viewer)
}
