/** Who may look after what. A desk is a group's, or (scope empty) the planet's. */
import { fault } from '../../shared/faults.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { readPlace, type Place } from './store.ts'

/** Reviewers and operators look after the planet. */
export const isStaff = (viewer: Pick<Viewer, 'roles'>): boolean => viewer.roles.includes('reviewer') || viewer.roles.includes('operator')
/** Owner and hosts look after their group, and so do the editors of the artist's page; nobody while the planet bans them. */
export const isHost = (place: Pick<Place, 'role' | 'artist' | 'banned'>): boolean =>
  !place.banned && (place.role === 'owner' || place.role === 'host' || place.artist)

type Thing = { level: 'group' | 'planet'; author: string | null }
/** `host`: the viewer looks after the group it stands in. What is said about somebody is never for themselves, also not when they look after the group. */
export const can = {
  see: (thing: Thing, viewer: Viewer, host: boolean): boolean =>
    thing.author !== viewer.id && (isStaff(viewer) || (host && thing.level === 'group')),
  /** Rules of the planet are the operator's; those of a group its hosts', and nobody else's. */
  rule: (viewer: Viewer, scope: string, host: boolean): boolean => (scope === '' ? viewer.roles.includes('operator') : host),
}

/** `host`: of the group itself; `staff`: of the planet; both may be so. */
export type Desk = { scope: string; host: boolean; staff: boolean }

/** The desk of a group (for its hosts and the planet's staff) or of the planet (for its staff); `not_found` for everybody else. */
export async function deskOf(db: Read, viewer: Viewer, group: string | undefined): Promise<Desk> {
  const staff = isStaff(viewer)
  if (group === undefined) {
    if (!staff) throw fault('not_found')
    return { scope: '', host: false, staff }
  }
  const place = await readPlace(db, group, viewer.id)
  if (place === undefined) throw fault('not_found')
  const host = isHost(place)
  if (!host && !staff) throw fault('not_found')
  return { scope: group, host, staff }
}
/** Whether the viewer looks after a group; null: none. */
export async function hostOf(db: Read, viewer: Viewer, group: string | null): Promise<boolean> {
  if (group === null) return false
  const place = await readPlace(db, group, viewer.id)
  return place !== undefined && isHost(place)
}
