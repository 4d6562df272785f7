/** Where something is posted: a group or a page, and how the viewer stands there. */
import { fault } from '../../shared/faults.ts'
import type { FeedMessage } from '../../shared/feed-shapes.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, registerTopic } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowMember, groupOf, seeGroup, standing, standingsIn, type Group } from '../groups/index.ts'
import { bannedFrom } from '../moderation/index.ts'
import { can, type Stand } from './policy.ts'
import { readHead, type PostHead } from './store.ts'
import { readCommentHead, type CommentHead } from './store-comments.ts'
import { followersAmong, readPage, type PageRow } from './store-beside.ts'

export type Place = { id: string; group: Group | null; page: PageRow | null; stand: Stand }

const isOperator = (viewer: Viewer | null): boolean => viewer?.roles.includes('operator') === true

/** A group (by id or handle) whose posts the viewer may read; else `not_found`. */
export async function seeGroupPlace(db: Read, viewer: Viewer | null, idOrHandle: string): Promise<Place> {
  const { group, standing } = await seeGroup(db, viewer, idOrHandle)
  const stand: Stand = {
    viewer: viewer?.id ?? null,
    operator: isOperator(viewer),
    group: standing,
    editor: false,
    open: group.state === 'open',
  }
  return { id: group.id, group, page: null, stand }
}
/** A page (by id or handle). */
export async function seePagePlace(db: Read, viewer: Viewer | null, idOrHandle: string): Promise<Place> {
  const page = await readPage(db, idOrHandle, viewer?.id ?? null)
  if (page === undefined) throw fault('not_found')
  const stand: Stand = { viewer: viewer?.id ?? null, operator: isOperator(viewer), group: null, editor: page.editor, open: true }
  return { id: page.id, group: null, page, stand }
}
export const seePlace = (db: Read, viewer: Viewer | null, id: string): Promise<Place> =>
  id.startsWith('grp_') ? seeGroupPlace(db, viewer, id) : seePagePlace(db, viewer, id)

/** A place as such, whoever asks: for what happens without a request. */
export async function placeOf(db: Read, id: string): Promise<Place> {
  const stand: Stand = { viewer: null, operator: false, group: null, editor: false, open: true }
  if (!id.startsWith('grp_')) return { ...(await seePagePlace(db, null, id)), stand }
  const group = await groupOf(db, id)
  if (group === undefined) throw fault('not_found')
  return { id, group, page: null, stand: { ...stand, group: await standing(db, null, group) } }
}

/** Taking part: members of a group who are not banned, anyone on a page who is not banned from the planet. */
export async function joinPlace(tx: Tx, viewer: Viewer, id: string): Promise<Place> {
  if (id.startsWith('grp_')) {
    const { group, standing } = await allowMember(tx, viewer, id)
    const stand: Stand = { viewer: viewer.id, operator: isOperator(viewer), group: standing, editor: false, open: true }
    await refuseBanned(tx, viewer, id)
    return { id: group.id, group, page: null, stand }
  }
  const place = await seePagePlace(tx, viewer, id)
  await refuseBanned(tx, viewer, null)
  return place
}
async function refuseBanned(tx: Tx, viewer: Viewer, group: string | null): Promise<void> {
  if ((await bannedFrom(tx, viewer.id, group)) !== null) throw fault('forbidden', 'banned')
}

/** A post the viewer sees, and where it stands; else `not_found`. */
export async function seePost(db: Read, viewer: Viewer | null, id: string): Promise<{ post: PostHead; place: Place }> {
  const post = await readHead(db, id)
  if (post === undefined || post.deleted) throw fault('not_found')
  const place = await seePlace(db, viewer, post.place)
  if (post.hidden !== null && !can.seeHidden(place.stand, post)) throw fault('not_found')
  return { post, place }
}
export async function seeComment(
  db: Read,
  viewer: Viewer | null,
  id: string,
): Promise<{ comment: CommentHead; post: PostHead; place: Place }> {
  const comment = await readCommentHead(db, id)
  if (comment === undefined || comment.deleted) throw fault('not_found')
  const { post, place } = await seePost(db, viewer, comment.post)
  if (comment.hidden !== null && !can.seeHidden(place.stand, comment)) throw fault('not_found')
  return { comment, post, place }
}

/** Of these ids, the persons that can be told they were named there: members of the group, followers of the page. */
export async function reachable(db: Read, place: Place, ids: readonly string[], except: string): Promise<string[]> {
  const persons = ids.filter(id => id.startsWith('usr_') && id !== except)
  if (persons.length === 0) return []
  if (place.group === null) return followersAmong(db, place.id, persons)
  const found = await standingsIn(db, place.id, persons)
  return persons.filter(id => found.get(id)?.member === true || found.get(id)?.artist === true)
}

/** Tells the open pages of a place, or of a post. */
export const tellPlace = (tx: Tx, place: string, message: FeedMessage): void =>
  publish(tx, place.startsWith('grp_') ? `group:${place}` : `page:${place}`, message)
export const tellPost = (tx: Tx, post: string, message: FeedMessage): void => publish(tx, `post:${post}`, message)

const allowed = async (see: Promise<unknown>): Promise<boolean> =>
  see.then(
    () => true,
    () => false,
  )
registerTopic('post', (read, viewer, id) => allowed(seePost(read, viewer, id)))
registerTopic('page', async (read, _viewer, id) => (await readPage(read, id, null)) !== undefined)
