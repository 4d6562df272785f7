/** Pages: the public face of a person or an organisation, and who follows it. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { people } from '../../shared/people.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { later } from '../foundation/later.ts'
import type { Viewer } from '../foundation/session.ts'
import { can } from './policy.ts'
import { roleIn } from './store-organisations.ts'
import {
  deleteFollow,
  handleTaken,
  insertFollow,
  insertPage,
  isEditor,
  isPicture,
  listEditable,
  listFollowed,
  listPages,
  lockOwner,
  readPage,
  setOwner,
  updatePage,
  type Link,
  type PageCardRow,
  type PageKind,
  type PageRow,
} from './store-pages.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

type Entries = typeof people.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Where a page's picture is shown from: media keeps pictures at an address that never changes, at least so many pixels wide. */
export const pictureAddress = (asset: string | null, size: 300 | 640 = 300): string | null =>
  asset === null ? null : `/media/covers/${asset}/${size}.webp`

const shown = (row: PageRow): Ok<'GET /pages/:id'> => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  handle: row.handle,
  city: row.city,
  bio: { zh: row.bioZh, en: row.bioEn },
  links: row.links,
  picture: pictureAddress(row.picture, 640),
  verified: row.verified,
  demo: row.demo,
  followers: row.followers,
  followed: row.followed,
  can: { edit: row.editable },
  owner: row.owner === null ? null : { id: row.owner, name: row.ownerName ?? '' },
})
const card = ({ id, kind, name, handle, picture, followers, verified }: PageCardRow) => ({
  id,
  kind,
  name,
  handle,
  picture: pictureAddress(picture),
  followers,
  verified,
})

async function load(db: Read, id: string, viewer: Viewer | null): Promise<PageRow> {
  const row = await readPage(db, id, viewer?.id ?? null)
  if (row === undefined) throw fault('not_found')
  return row
}

export const getPage = async (db: Read, viewer: Viewer | null, input: Input<'GET /pages/:id'>): Promise<Ok<'GET /pages/:id'>> =>
  shown(await load(db, input.id, viewer))

export async function getPages(db: Read, _viewer: Viewer | null, input: Input<'GET /pages'>): Promise<Ok<'GET /pages'>> {
  const after = fromCursor(input.cursor, [z.number().int(), z.string()])
  const rows = await listPages(db, input.kind ?? null, after, input.limit + 1)
  return pageOf(rows, input.limit, card, row => toCursor(row.followers, row.id))
}

export async function getFollows(db: Read, viewer: Viewer, input: Input<'GET /me/follows'>): Promise<Ok<'GET /me/follows'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listFollowed(db, viewer.id, after, input.limit + 1)
  return pageOf(rows, input.limit, card, row => toCursor(row.at, row.id))
}

export async function addPage(tx: Tx, viewer: Viewer, input: Input<'POST /pages'>): Promise<Ok<'POST /pages'>> {
  const owner = input.organisation ?? viewer.id
  if (input.organisation !== undefined) {
    const role = await roleIn(tx, input.organisation, viewer.id)
    if (role === null) throw fault('not_found')
    if (!can.manage(role)) throw fault('forbidden')
  }
  if (input.id !== undefined) {
    const before = await readPage(tx, input.id, viewer.id)
    // A retry gives what the first try made.
    if (before !== undefined && before.owner === owner && before.handle === input.handle) return shown(before)
    if (before !== undefined) throw fault('conflict', 'key_reused')
  }
  const id = await openPage(tx, { ...input, owner })
  return shown(await load(tx, id, viewer))
}

export async function changePage(tx: Tx, viewer: Viewer, input: Input<'PATCH /pages/:id'>): Promise<Ok<'PATCH /pages/:id'>> {
  const before = await load(tx, input.id, viewer)
  if (!before.editable) throw fault('forbidden', 'own_page_only')
  if (typeof input.picture === 'string' && !(await isPicture(tx, input.picture))) throw fault('not_found')
  await updatePage(tx, input.id, input)
  if (input.name !== undefined && input.name !== before.name) await tell(tx, { type: 'page_changed', page: input.id })
  return shown(await load(tx, input.id, viewer))
}

export async function follow(tx: Tx, viewer: Viewer, input: Input<'POST /pages/:id/follow'>): Promise<Ok<'POST /pages/:id/follow'>> {
  await load(tx, input.id, viewer)
  await insertFollow(tx, viewer.id, input.id, clock.now())
  return shown(await load(tx, input.id, viewer))
}

/** Follows without a request: the demo world. Twice is once. */
export const followAs = (tx: Tx, person: string, page: string): Promise<void> => insertFollow(tx, person, page, clock.now())

export async function unfollow(tx: Tx, viewer: Viewer, input: Input<'DELETE /pages/:id/follow'>): Promise<Ok<'DELETE /pages/:id/follow'>> {
  await load(tx, input.id, viewer)
  await deleteFollow(tx, viewer.id, input.id)
  return shown(await load(tx, input.id, viewer))
}

/** Whether the viewer may edit a page: their own, or one of an organisation where they are owner or manager. */
export const mayEditPage = async (db: Read, viewer: Viewer | null, page: string): Promise<boolean> =>
  viewer !== null && isEditor(db, page, viewer.id)

/** Ids of all pages the viewer may edit, by name. */
export const editablePages = async (db: Read, viewer: Viewer | null): Promise<string[]> =>
  viewer === null ? [] : (await listEditable(db, viewer.id)).map(page => page.id)

/** A handle for a name, in Latin letters: 周杰伦 → `zhou-jie-lun`. Not yet checked for being free. */
export function handleFor(name: string): string {
  const latin = pinyinPro().pinyin(name, { toneType: 'none', type: 'array', nonZh: 'consecutive', v: true }).join(' ')
  const plain = latin
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 34)
    .replace(/^-+|-+$/g, '')
  return plain.length >= 3 ? plain : `page-${plain || 'x'}`
}

/**
 * Opens a page. `owner` is a person, an organisation, or null (nobody's yet). With a handle: `conflict name_taken` when someone has it.
 * Without: one is made from the name, with a number where it is taken. `conflict key_reused` for an id that exists. Gives the page's id.
 */
export async function openPage(
  tx: Tx,
  given: {
    id?: string | undefined
    kind: PageKind
    name: string
    handle?: string | undefined
    city?: string | null | undefined
    bio?: { zh: string; en: string } | undefined
    links?: readonly Link[] | undefined
    picture?: string | null | undefined
    verified?: boolean
    demo?: boolean
    owner: string | null
  },
): Promise<string> {
  const id = given.id ?? newId('pag')
  const wanted = given.handle ?? handleFor(given.name)
  const page = {
    id,
    kind: given.kind,
    name: given.name,
    city: given.city ?? null,
    bio: given.bio ?? { zh: '', en: '' },
    links: given.links ?? [],
    picture: given.picture ?? null,
    verified: given.verified ?? false,
    demo: given.demo ?? false,
    owner: given.owner,
    at: clock.now(),
  }
  for (let tries = 1; ; tries++) {
    // After a few numbers the id's own tail: 100 pages of one name do not try 100 handles.
    const handle = tries === 1 ? wanted : tries < 8 ? `${wanted}-${tries}` : `${wanted.slice(0, 30)}-${id.slice(-8)}`
    if ((await insertPage(tx, { ...page, handle })) === 'made') break
    if (!(await handleTaken(tx, handle))) throw fault('conflict', 'key_reused')
    if (given.handle !== undefined || tries > 8) throw fault('conflict', 'name_taken')
  }
  await tell(tx, { type: 'page_opened', page: id })
  return id
}

/** Holds a page until the end of the transaction, for who decides whose it is; undefined: no such page. */
export const lockPage = (tx: Tx, page: string): Promise<{ owner: string | null } | undefined> => lockOwner(tx, page)

/** Gives a page that has no owner to a person or an organisation, and marks it as verified. False: it has one, and nothing changed. */
export async function givePage(tx: Tx, page: string, owner: string): Promise<boolean> {
  if (!(await setOwner(tx, page, owner))) return false
  await tell(tx, { type: 'page_changed', page })
  return true
}
