/** Finding groups: all that may be found, one's own, those about a page. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { actsFor, mayEditPage, pictureAddress } from '../people/index.ts'
import type { Input, Ok } from './groups.ts'
import { isPage, listAgencies, listGroups, listMine, listWaiting, countGroups, type CardRow } from './store.ts'
import { asked } from './words.ts'

export const card = ({ id, handle, name, kind, visibility, joining, picture, cover, members, demo, page, role }: CardRow) => ({
  id,
  handle,
  name,
  kind,
  visibility,
  joining,
  picture: pictureAddress(picture),
  cover: pictureAddress(cover, 640),
  members,
  demo,
  page: page && { ...page, picture: pictureAddress(page.picture) },
  role,
})

export async function getGroups(db: Read, viewer: Viewer | null, input: Input<'GET /groups'>): Promise<Ok<'GET /groups'>> {
  const { q = '', kind = null, page = null, sort, limit } = input
  const question = asked(q)
  if (q !== '' && question === null) return { items: [], next: null }
  const after =
    sort === 'members' ? fromCursor(input.cursor, [z.number().int(), z.string()]) : fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listGroups(db, viewer?.id ?? null, { asked: question, kind, page, sort, after, limit: limit + 1 })
  return pageOf(rows, limit, card, row => toCursor(sort === 'members' ? row.members : row.createdAt, row.id))
}

export async function getMine(db: Read, viewer: Viewer): Promise<Ok<'GET /me/groups'>> {
  const organisations = (await actsFor(db, viewer)).filter(id => id.startsWith('org_'))
  const [mine, waiting, agencies] = await Promise.all([
    listMine(db, viewer.id),
    listWaiting(db, viewer.id),
    listAgencies(db, viewer.id, organisations),
  ])
  return {
    items: mine.map(row => ({ ...card(row), level: row.level })),
    waiting: waiting.map(row => ({ id: row.request, at: row.at, group: card(row) })),
    agencies: agencies.map(row => ({ group: card(row), organisation: { id: row.organisation, name: row.organisationName } })),
  }
}

/** So many groups of fans stand on an artist's page. */
const shownOnPage = 6

export async function getOfPage(
  db: Read,
  viewer: Viewer | null,
  { id }: Input<'GET /pages/:id/groups'>,
): Promise<Ok<'GET /pages/:id/groups'>> {
  if (!(await isPage(db, id))) throw fault('not_found')
  const of = (kind: 'official' | 'fans', limit: number) =>
    listGroups(db, viewer?.id ?? null, { asked: null, kind, page: id, sort: 'members', after: undefined, limit })
  const [official, fans, count] = await Promise.all([of('official', 1), of('fans', shownOnPage), countGroups(db, id)])
  return {
    official: official[0] === undefined ? null : card(official[0]),
    fans: fans.map(card),
    count,
    mayOpen: official.length === 0 && (await mayEditPage(db, viewer, id)),
  }
}
