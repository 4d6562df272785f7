/** For tests of the feed: a group with its people, posts, uploads. */
import { newId } from '../foundation/clock.ts'
import { joinNow, openGroup } from '../groups/index.ts'
import { openPage } from '../people/index.ts'
import type { Person, TestPlanet } from '../testing.ts'
import type { Ok } from './showing.ts'

/** As on the wire. */
export type Post = Ok<'GET /posts/:id'> & { at: string }
export type Page = Ok<'GET /groups/:group/posts'> & { items: Post[] }
export type Thread = Ok<'GET /comments/:id'>

/** A group of a founder and these members. */
export async function makeGroup(
  planet: TestPlanet,
  founder: Person,
  members: readonly Person[] = [],
  about: { visibility?: 'public' | 'members'; page?: string } = {},
): Promise<string> {
  const id = newId('grp')
  await planet.db.transaction(async tx => {
    await openGroup(tx, {
      id,
      kind: about.page === undefined ? 'fans' : 'official',
      name: `Group ${id.slice(-4)}`,
      handle: `g-${id.slice(-8)}`,
      page: about.page ?? null,
      founder: founder.id,
      visibility: about.visibility ?? 'public',
    })
    for (const one of members) await joinNow(tx, { group: id, person: one.id, how: 'open' })
  })
  return id
}
export const makePage = (planet: TestPlanet, owner: Person, name: string): Promise<string> =>
  planet.db.transaction(tx => openPage(tx, { kind: 'artist', name, handle: `p-${newId('pag').slice(-8)}`, owner: owner.id }))

export const post = (who: Person, place: string, text: string, more: object = {}): Promise<Post> =>
  who.call<Post>('POST', '/posts', { id: newId('pst'), place, text, ...more })
export const comment = (who: Person, on: string, text: string, more: object = {}): Promise<Thread> =>
  who.call<Thread>('POST', `/posts/${on}/comments`, { comment: newId('cmt'), text, ...more })

/** Everyone is here for a month and has written nothing yet: tests write faster than people may. */
export async function unhurried(planet: TestPlanet): Promise<void> {
  await planet.db.pool.query(`update people.person set created_at = now() - interval '30 days'`)
  await planet.db.pool.query('delete from moderation.pace')
}
/** Sends a file by tus; its upload. */
export async function upload(who: Person, name: string, bytes: Uint8Array): Promise<string> {
  const made = await who.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from(name).toString('base64')}`,
    },
  })
  const address = made.headers.get('location')!
  await who.fetch(new URL(address, 'http://x').pathname, {
    method: 'PATCH',
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })
  return address.split('/').at(-1)!
}
/** What a refused call says. */
export const code = async (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'let through',
    (error: Error & { problem?: { code: string } }) => error.problem?.code ?? error.message,
  )
