/** Lists of posts: read from their places when they are asked for. Two or three statements of ids, then one of each kind of thing shown. */
import { z } from 'zod'
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { feed } from '../../shared/feed.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { seeGroupPlace, seePagePlace, seePost } from './places.ts'
import { can } from './policy.ts'
import { showPosts, type Ok, type Post } from './showing.ts'
import { pinsOf } from './store.ts'
import { readPage } from './store-beside.ts'
import {
  countFollowed,
  listAuthor,
  listFollowed,
  listHot,
  listNameable,
  listOwn,
  listPlace,
  listPopular,
  readFaces,
  searchPlace,
  type Listed,
  type Place,
  type Scored,
  type Window,
} from './store-lists.ts'
import { listReactions } from './store-marks.ts'
import { askFor, nameFits } from './text.ts'

export type Input<K extends keyof typeof feed.entries> = InputOf<(typeof feed.entries)[K]['input']>
type Page = Ok<'GET /feed'>
const dayMs = 86_400_000
const popularDays = 7
/** Places are posted to at the same time: where lists of many are merged, one can commit so long (ms) after another with a later time. */
const overlapMs = 2000

const moment = (cursor: string | undefined): Place | undefined => fromCursor(cursor, [cursorTime, z.string()])
type Asked = { cursor?: string | undefined; newer?: string | undefined; limit: number }

async function shownPage(db: Read, viewer: Viewer | null, rows: readonly Listed[], rest: Omit<Page, 'items'>): Promise<Page> {
  const ids = rows.map(row => row.id)
  return { items: await showPosts(db, viewer, ids), ...rest }
}
/** A page in either direction: one row too many tells whether there are more. `together`: of many places. */
async function page(
  db: Read,
  viewer: Viewer | null,
  input: Asked,
  list: (window: Window) => Promise<Listed[]>,
  together = false,
): Promise<Page> {
  const newest = moment(input.newer)
  const limit = input.limit + 1
  const rows = await list({ older: moment(input.cursor), newer: newest, limit })
  const more = rows.length > input.limit
  const shown = rows.slice(0, input.limit)
  if (newest === undefined) {
    const [first, last] = [shown[0], shown.at(-1)]
    return shownPage(db, viewer, shown, {
      next: more && last !== undefined ? toCursor(last.at, last.id) : null,
      newest: first === undefined ? null : toCursor(first.at, first.id),
      more: false,
    })
  }
  const first = shown.reverse()[0]
  const before = together ? await list({ newer: [new Date(newest[0].getTime() - overlapMs), ''], limit }) : []
  const known = new Set(shown.map(row => row.id).concat(newest[1]))
  const late = before.filter(row => row.at <= newest[0] && !known.has(row.id)).reverse()
  return shownPage(db, viewer, [...shown, ...late], {
    next: null,
    newest: first === undefined ? input.newer! : toCursor(first.at, first.id),
    more,
  })
}
async function scored(
  db: Read,
  viewer: Viewer | null,
  input: { cursor?: string | undefined; limit: number },
  list: (after: readonly [number, string] | undefined, limit: number) => Promise<Scored[]>,
): Promise<Page> {
  const rows = await list(fromCursor(input.cursor, [z.number(), z.string()]), input.limit + 1)
  const found = pageOf(
    rows,
    input.limit,
    row => row.id,
    row => toCursor(row.score, row.id),
  )
  return { items: await showPosts(db, viewer, found.items), next: found.next, newest: null, more: false }
}

export const getFeed = (db: Read, viewer: Viewer, input: Input<'GET /feed'>): Promise<Page> =>
  page(db, viewer, input, window => listFollowed(db, viewer.id, clock.now(), window), true)

export async function getNew(db: Read, viewer: Viewer, input: Input<'GET /feed/new'>): Promise<Ok<'GET /feed/new'>> {
  return { count: await countFollowed(db, viewer.id, clock.now(), moment(input.newer)!, 99) }
}

export const getPopular = (db: Read, viewer: Viewer | null, input: Input<'GET /feed/popular'>): Promise<Page> =>
  scored(db, viewer, input, (after, limit) => listHot(db, after, limit))

export const getOwn = (db: Read, viewer: Viewer, input: Input<'GET /me/posts'>): Promise<Page> =>
  page(db, viewer, input, window => listOwn(db, viewer.id, window))

const isFirst = (input: { cursor?: string | undefined; newer?: string | undefined }): boolean =>
  input.cursor === undefined && input.newer === undefined
const pinnedOf = async (db: Read, viewer: Viewer | null, place: string): Promise<Post[]> => showPosts(db, viewer, await pinsOf(db, place))

export async function getGroupPosts(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /groups/:group/posts'>,
): Promise<Ok<'GET /groups/:group/posts'>> {
  const place = await seeGroupPlace(db, viewer, input.group)
  const plain = isFirst(input) && input.by === undefined && input.artist !== true && input.popular !== true
  const [found, pinned] = await Promise.all([
    input.popular === true
      ? scored(db, viewer, input, (after, limit) =>
          listPopular(db, place.id, new Date(clock.now().getTime() - popularDays * dayMs), after, limit),
        )
      : page(db, viewer, input, window =>
          input.by === undefined ? listPlace(db, place.id, input.artist === true, window) : listAuthor(db, place.id, input.by, window),
        ),
    plain ? pinnedOf(db, viewer, place.id) : [],
  ])
  return { ...found, pinned, can: { post: can.post(place.stand), asArtist: can.artist(place.stand) && place.stand.open } }
}

export async function getPagePosts(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /pages/:page/posts'>,
): Promise<Ok<'GET /pages/:page/posts'>> {
  const place = await seePagePlace(db, viewer, input.page)
  const [found, pinned] = await Promise.all([
    page(db, viewer, input, window => listPlace(db, place.id, false, window)),
    isFirst(input) ? pinnedOf(db, viewer, place.id) : [],
  ])
  return { ...found, pinned, can: { post: can.post(place.stand) } }
}

export async function searchPosts(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /groups/:group/posts/search'>,
): Promise<Ok<'GET /groups/:group/posts/search'>> {
  const place = await seeGroupPlace(db, viewer, input.group)
  const asked = askFor(place.id, input.q)
  if (asked.length === 0) return { items: [], next: null, newest: null, more: false }
  return page(db, viewer, { cursor: input.cursor, limit: input.limit }, window => searchPlace(db, place.id, asked, window))
}

const mostNames = 20
export async function getMentionable(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:group/mentionable'>,
): Promise<Ok<'GET /groups/:group/mentionable'>> {
  const { group, stand } = await seeGroupPlace(db, viewer, input.group)
  if (group === null || !can.join(stand)) return { items: [] }
  const [page, members] = await Promise.all([
    group.kind === 'official' && group.page !== null ? readPage(db, group.page, null) : undefined,
    listNameable(db, group.id, input.q !== ''),
  ])
  const artist =
    page !== undefined && nameFits(page.name, input.q)
      ? [{ id: page.id, name: page.name, picture: pictureAddress(page.picture), role: 'artist' as const }]
      : []
  const persons = members.filter(one => one.id !== viewer.id && nameFits(one.name, input.q)).slice(0, mostNames)
  const faces = await readFaces(
    db,
    persons.map(one => one.id),
  )
  return {
    items: [...artist, ...persons.map(({ id, name, role }) => ({ id, name, picture: pictureAddress(faces.get(id) ?? null), role }))].slice(
      0,
      mostNames,
    ),
  }
}

export async function getPost(db: Read, viewer: Viewer | null, input: Input<'GET /posts/:id'>): Promise<Post> {
  await seePost(db, viewer, input.id)
  return shownPost(db, viewer, input.id)
}
/** A post that the viewer may see. */
export async function shownPost(db: Read, viewer: Viewer | null, id: string): Promise<Post> {
  const [post] = await showPosts(db, viewer, [id])
  if (post === undefined) throw fault('not_found')
  return post
}

export async function getReactions(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /posts/:id/reactions'>,
): Promise<Ok<'GET /posts/:id/reactions'>> {
  const { post } = await seePost(db, viewer, input.id)
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listReactions(db, post.id, input.kind ?? null, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.person),
  )
}
