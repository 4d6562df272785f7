/** Comments and replies: one level. A reply to a reply stands below the same comment. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import type { feed } from '../../shared/feed.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { opensOwn } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { addActivity } from '../groups/index.ts'
import { holdFor, screen } from '../moderation/index.ts'
import { allowAttached } from './attachments.ts'
import type { Input } from './lists.ts'
import { joinPlace, placeOf, reachable, seeComment, seePost, tellPost, type Place } from './places.ts'
import { can } from './policy.ts'
import { showComments, type Ok } from './showing.ts'
import { readHead, type PostHead } from './store.ts'
import {
  countComment,
  insertComment,
  listComments,
  listFirstReplies,
  listReplies,
  listTop,
  lockTally,
  readCommentHead,
  setCommentDeleted,
  setCommentHidden,
  updateComment,
  type CommentHead,
  type Listed,
} from './store-comments.ts'
import { linksIn, mentionsIn, tidy } from './text.ts'

type Thread = Ok<'GET /comments/:id'>
type Seen = { post: Pick<PostHead, 'id' | 'commentsClosed'>; place: Place }
/** What counts towards a member's level. */
const activity = { comment: 1 }

/** Comments with their first replies: three statements and one of each kind of thing shown. */
async function threads(db: Read, { post, place }: Seen, ids: readonly string[]): Promise<Thread[]> {
  const first = await listFirstReplies(db, place.stand.viewer, ids)
  const shown = await showComments(db, place.stand, post.commentsClosed, [...ids, ...first])
  const replies = shown.slice(-first.length || shown.length)
  return shown
    .slice(0, shown.length - first.length)
    .map(one => ({ ...one, firstReplies: first.length === 0 ? [] : replies.filter(reply => reply.parent === one.id) }))
}
async function shownThread(db: Read, seen: Seen, id: string): Promise<Thread> {
  const [one] = await threads(db, seen, [id])
  if (one === undefined) throw fault('not_found')
  return one
}

const sorted = z.enum(['old', 'new', 'top', 'silent'])
/** With most response first, then those without any, the oldest first. */
async function listBy(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /posts/:id/comments'>,
): Promise<{ rows: Listed[]; next: string | null }> {
  const person = viewer?.id ?? null
  const limit = input.limit + 1
  const cursor = fromCursor(input.cursor, [sorted, z.union([z.number(), cursorTime]), z.string()])
  const sort = input.sort ?? 'old'
  if (cursor !== undefined && cursor[0] !== sort && !(sort === 'top' && cursor[0] === 'silent'))
    throw fault('invalid', 'invalid', { fields: { cursor: 'cursor' } })
  const time = cursor !== undefined && cursor[1] instanceof Date ? ([cursor[1], cursor[2]] as const) : undefined
  const after = (row: Listed, phase: z.infer<typeof sorted>): string => toCursor(phase, phase === 'top' ? row.score : row.at, row.id)
  if (sort !== 'top') {
    const rows = await listComments(db, person, input.id, sort, time, limit)
    return { rows: rows.slice(0, input.limit), next: rows.length > input.limit ? after(rows[input.limit - 1]!, sort) : null }
  }
  const score = cursor !== undefined && typeof cursor[1] === 'number' ? ([cursor[1], cursor[2]] as const) : undefined
  const top = time === undefined ? await listTop(db, person, input.id, score, limit) : []
  if (top.length > input.limit) return { rows: top.slice(0, -1), next: after(top[input.limit - 1]!, 'top') }
  const rest = await listComments(db, person, input.id, 'old', time, limit - top.length, true)
  const rows = [...top, ...rest]
  if (rows.length <= input.limit) return { rows, next: null }
  const last = rows[input.limit - 1]!
  return { rows: rows.slice(0, input.limit), next: after(last, top.length >= input.limit ? 'top' : 'silent') }
}

export async function getComments(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /posts/:id/comments'>,
): Promise<Ok<'GET /posts/:id/comments'>> {
  const seen = await seePost(db, viewer, input.id)
  const { rows, next } = await listBy(db, viewer, input)
  return {
    items: await threads(
      db,
      seen,
      rows.map(row => row.id),
    ),
    next,
  }
}
export async function getReplies(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /comments/:id/replies'>,
): Promise<Ok<'GET /comments/:id/replies'>> {
  const comment = await readCommentHead(db, input.id)
  if (comment === undefined) throw fault('not_found')
  const { post, place } = await seePost(db, viewer, comment.post)
  const rows = await listReplies(db, viewer?.id ?? null, comment.id, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  const shown = rows.slice(0, input.limit)
  const last = shown.at(-1)
  return {
    items: await showComments(
      db,
      place.stand,
      post.commentsClosed,
      shown.map(row => row.id),
    ),
    next: rows.length > input.limit && last !== undefined ? toCursor(last.at, last.id) : null,
  }
}
export async function getComment(db: Read, viewer: Viewer | null, input: Input<'GET /comments/:id'>): Promise<Thread> {
  const { comment, ...seen } = await seeComment(db, viewer, input.id)
  return shownThread(db, seen, comment.id)
}

async function again(db: Read, viewer: Viewer, input: Input<'POST /posts/:id/comments'>, text: string): Promise<boolean> {
  const before = await readCommentHead(db, input.comment)
  if (before === undefined) return false
  if (
    before.author !== viewer.id ||
    before.deleted ||
    before.post !== input.id ||
    before.text !== text ||
    before.picture !== (input.picture ?? null)
  )
    throw fault('conflict', 'key_reused')
  return true
}

/** Another request with the same id was quicker: what this one wrote is undone. */
class Taken extends Error {}

/** Opens its transaction itself: the counts of a post are locked while a comment is written and not while the answer is put together. */
export const addComment = opensOwn<(typeof feed.entries)['POST /posts/:id/comments']>(async (db, viewer, input) => {
  const text = tidy(input.text ?? '')
  const seen = await seePost(db.write, viewer, input.id)
  if (!(await again(db.write, viewer, input, text)))
    try {
      await db.transaction(tx => writeComment(tx, viewer, seen.post, input, text))
    } catch (error) {
      if (!(error instanceof Taken) || !(await again(db.write, viewer, input, text))) throw error
    }
  return shownThread(db.write, seen, input.comment)
})

async function writeComment(tx: Tx, viewer: Viewer, post: PostHead, input: Input<'POST /posts/:id/comments'>, text: string): Promise<void> {
  const place = await joinPlace(tx, viewer, post.place)
  const artist = input.asArtist === true
  if (artist && !can.artist(place.stand)) throw fault('forbidden', 'own_page_only')
  if (post.hidden !== null) throw fault('not_found')
  if (post.commentsClosed) throw fault('conflict', 'comments_closed')
  const picture = input.picture ?? null
  if (text === '' && picture === null) throw fault('unprocessable', 'empty_post')
  await allowAttached(tx, viewer, picture === null ? [] : [{ id: picture }], null)
  const parent = await parentOf(tx, input.id, input.parent ?? null)
  const group = place.group?.id ?? null
  const { hold } = await screen(tx, { kind: 'comment', group, person: viewer.id, text, links: linksIn(text), now: clock.now() })
  const made = { id: input.comment, post: input.id, parent, author: viewer.id, artist, text, picture, held: hold !== null }
  if (hold === null) await announce(tx, place, made)
  // Comments of a post follow one another, in the order of their times.
  await lockTally(tx, input.id)
  if (!(await insertComment(tx, { ...made, at: clock.now() }))) throw new Taken()
  if (hold === null) await countComment(tx, made, 1)
  else await holdFor(tx, { kind: 'comment', id: made.id, group, author: viewer.id, reason: hold })
}
/** Comments without a request: the demo world. Nothing is screened. The same id again does nothing. */
export async function publishComment(
  tx: Tx,
  given: { id: string; post: string; parent?: string | null; author: string; text: string; asArtist?: boolean },
): Promise<void> {
  const post = await readHead(tx, given.post)
  if (post === undefined || (await readCommentHead(tx, given.id)) !== undefined) return
  const { id, author, asArtist = false } = given
  const made = {
    id,
    post: post.id,
    parent: await parentOf(tx, post.id, given.parent ?? null),
    author,
    artist: asArtist,
    text: tidy(given.text),
    picture: null,
  }
  await announce(tx, await placeOf(tx, post.place), made)
  await insertComment(tx, { ...made, held: false, at: clock.now() })
  await countComment(tx, made, 1)
}

/** What it stands below: the comment it answers, or what that answers. */
async function parentOf(tx: Tx, post: string, id: string | null): Promise<string | null> {
  if (id === null) return null
  const parent = await readCommentHead(tx, id)
  if (parent === undefined || parent.post !== post || parent.deleted || parent.hidden !== null) throw fault('not_found')
  return parent.parent ?? parent.id
}

async function announce(
  tx: Tx,
  place: Place,
  comment: Pick<CommentHead, 'id' | 'post' | 'parent' | 'author' | 'artist' | 'text'>,
): Promise<void> {
  await tell(tx, { type: 'comment_written', comment: comment.id })
  const persons = await reachable(tx, place, mentionsIn(comment.text), comment.author)
  if (persons.length > 0) await tell(tx, { type: 'people_mentioned', subject: comment.id, persons })
  if (place.group !== null)
    await addActivity(tx, [{ group: place.group.id, person: comment.author, amount: activity.comment, key: comment.id }])
  tellPost(tx, comment.post, { kind: 'comment', id: comment.id, post: comment.post, change: 'new' })
}

export async function changeComment(tx: Tx, viewer: Viewer, input: Input<'PATCH /comments/:id'>): Promise<Ok<'PATCH /comments/:id'>> {
  const seen = await seeComment(tx, viewer, input.id)
  const comment = await readCommentHead(tx, input.id, { lock: true })
  if (comment === undefined || comment.deleted) throw fault('not_found')
  if (!can.ours(seen.place.stand, comment)) throw fault('forbidden', 'own_post_only')
  const place = await joinPlace(tx, viewer, seen.place.id)
  const text = tidy(input.text)
  if (text !== comment.text) {
    const group = place.group?.id ?? null
    const at = clock.now()
    const { hold } = await screen(tx, { kind: 'comment', group, person: viewer.id, text, links: linksIn(text), now: at, edit: true })
    await updateComment(tx, comment.id, text, at)
    if (hold !== null) await holdFor(tx, { kind: 'comment', id: comment.id, group, author: comment.author, reason: hold })
    else if (comment.hidden === null) {
      const known = new Set(mentionsIn(comment.text))
      const fresh = mentionsIn(text).filter(id => !known.has(id))
      const persons = await reachable(tx, place, fresh, comment.author)
      if (persons.length > 0) await tell(tx, { type: 'people_mentioned', subject: comment.id, persons })
      tellPost(tx, comment.post, { kind: 'comment', id: comment.id, post: comment.post, change: 'changed' })
    }
  }
  return shownThread(tx, { post: seen.post, place }, comment.id)
}

export async function deleteComment(tx: Tx, viewer: Viewer, input: Input<'DELETE /comments/:id'>): Promise<Ok<'DELETE /comments/:id'>> {
  const before = await readCommentHead(tx, input.id)
  if (before?.deleted === true && before.author === viewer.id) return { ok: true }
  const { place } = await seeComment(tx, viewer, input.id)
  const comment = await readCommentHead(tx, input.id, { lock: true })
  if (comment === undefined || comment.deleted) throw fault('not_found')
  if (!can.ours(place.stand, comment)) throw fault('forbidden', 'own_post_only')
  if (comment.hidden === null) await countComment(tx, comment, -1)
  await setCommentDeleted(tx, comment.id, clock.now())
  tellPost(tx, comment.post, { kind: 'comment', id: comment.id, post: comment.post, change: 'gone' })
  return { ok: true }
}

/** A decision takes it off or shows it again (moderation). */
export async function hideComment(tx: Tx, id: string, hidden: boolean): Promise<void> {
  const comment = await readCommentHead(tx, id, { lock: true })
  if (comment === undefined || comment.deleted || (comment.hidden !== null) === hidden) return
  const post = await readHead(tx, comment.post)
  if (post === undefined || post.deleted) return
  if (hidden) {
    if (comment.hidden === null) await countComment(tx, comment, -1)
    await setCommentHidden(tx, id, comment.announced ? 'hidden' : 'held', null)
    tellPost(tx, post.id, { kind: 'comment', id, post: post.id, change: 'gone' })
  } else if (comment.announced) {
    await setCommentHidden(tx, id, null, null)
    await countComment(tx, comment, 1)
    tellPost(tx, post.id, { kind: 'comment', id, post: post.id, change: 'new' })
  } else {
    await setCommentHidden(tx, id, null, clock.now())
    await countComment(tx, comment, 1)
    await announce(tx, await placeOf(tx, post.place), comment)
  }
}
