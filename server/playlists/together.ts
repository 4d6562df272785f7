/** Who works on a playlist with its owner, by invite or by name; and who follows one. */
import { fault } from '../../shared/faults.ts'
import { clock, randomToken } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { can } from './policy.ts'
import { lockOwn, shown, type Input, type Ok } from './playlists.ts'
import {
  countCollaborators,
  deleteCollaborator,
  deleteFollower,
  insertCollaborator,
  insertFollower,
  lockPlaylist,
  readPagePerson,
  updatePlaylist,
} from './store.ts'

/** So many people at one playlist, besides its owner. */
const mostCollaborators = 100

export async function makeInvite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/invite'>,
): Promise<Ok<'POST /playlists/:id/invite'>> {
  const list = await lockOwn(tx, viewer, input.id)
  if (list.smart) throw fault('conflict', 'playlist_by_rule')
  const invite = randomToken(18)
  await updatePlaylist(tx, list.id, clock.now(), { collaborative: true, invite })
  return { invite }
}

export async function endInvite(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /playlists/:id/invite'>,
): Promise<Ok<'DELETE /playlists/:id/invite'>> {
  const list = await lockOwn(tx, viewer, input.id)
  if (list.invite !== null) await updatePlaylist(tx, list.id, clock.now(), { invite: null })
  return { ok: true }
}

async function letIn(tx: Tx, playlist: string, person: string): Promise<void> {
  if (!(await insertCollaborator(tx, playlist, person, clock.now()))) return
  if ((await countCollaborators(tx, playlist)) > mostCollaborators) throw fault('conflict', 'too_many_collaborators')
  await updatePlaylist(tx, playlist, clock.now())
}

export async function join(tx: Tx, viewer: Viewer, input: Input<'POST /playlists/:id/join'>): Promise<Ok<'POST /playlists/:id/join'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || list.dropped) throw fault('not_found')
  if (list.role === null) {
    if (!list.collaborative || list.invite !== input.invite) throw fault('not_found')
    await letIn(tx, list.id, viewer.id)
  }
  return shown(tx, viewer, list.id)
}

export async function addCollaborator(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/collaborators'>,
): Promise<Ok<'POST /playlists/:id/collaborators'>> {
  const list = await lockOwn(tx, viewer, input.id)
  if (list.smart) throw fault('conflict', 'playlist_by_rule')
  const person = await readPagePerson(tx, input.page)
  if (person === undefined) throw fault('unprocessable', 'no_such_page', { fields: { page: 'page' } })
  if (!list.collaborative) await updatePlaylist(tx, list.id, clock.now(), { collaborative: true })
  if (person !== list.owner) await letIn(tx, list.id, person)
  return shown(tx, viewer, list.id)
}

export async function removeCollaborator(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /playlists/:id/collaborators/:person'>,
): Promise<Ok<'DELETE /playlists/:id/collaborators/:person'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || !list.seen) throw fault('not_found')
  if (!can.change(list) && input.person !== viewer.id) throw fault('forbidden', 'own_playlist_only')
  if (await deleteCollaborator(tx, list.id, input.person)) await updatePlaylist(tx, list.id, clock.now())
  return { ok: true }
}

export async function follow(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /playlists/:id/follow'>,
): Promise<Ok<'POST /playlists/:id/follow'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || !list.seen) throw fault('not_found')
  if (list.role === null) await insertFollower(tx, list.id, viewer.id, clock.now())
  return { ok: true }
}

export async function unfollow(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /playlists/:id/follow'>,
): Promise<Ok<'DELETE /playlists/:id/follow'>> {
  const list = await lockPlaylist(tx, viewer.id, input.id)
  if (list === undefined || !list.seen) throw fault('not_found')
  await deleteFollower(tx, list.id, viewer.id)
  return { ok: true }
}
