/** Links of a listener to servers outside. */
import { createHash } from 'node:crypto'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { scrobbles } from '../../shared/scrobbles.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { seal, type Secrets } from './sealing.ts'
import { deleteLink, insertLink, listLinks, readLink, setLink, setNowPlaying, type LinkRow } from './store-links.ts'

type Entries = typeof scrobbles.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Link = Ok<'POST /me/links'>

const mostLinks = 10

const shown = ({
  id,
  protocol,
  root,
  name,
  nowPlaying,
  state,
  reason,
  said,
  createdAt,
  sent,
  sentAt,
  waiting,
  refused,
  nextAt,
}: LinkRow): Link => ({
  id,
  protocol,
  root,
  name,
  nowPlaying,
  state,
  reason,
  said,
  createdAt,
  sent,
  sentAt,
  waiting,
  refused,
  nextAt,
})

/** Asks for a look at this link now. */
export const lookAt = (tx: Tx, id: string, runAt?: Date): Promise<void> =>
  enqueue(
    tx,
    'scrobbles.send',
    { link: id },
    { key: `scrobbles.send:${id}`, queue: `scrobbles.send:${id}`, ...(runAt === undefined ? {} : { runAt }) },
  )

export const getLinks = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/links'>> => ({
  items: (await listLinks(db, viewer.id)).map(shown),
})

function secretsOf({ protocol, token, apiKey, secret, session }: Input<'POST /me/links'>): Secrets {
  const lacks = (fields: Record<string, string | undefined>): Record<string, string> =>
    Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [[name, 'required']] : [])))
  const missing = lacks(protocol === 'listenbrainz' ? { token } : { apiKey, secret, session })
  if (Object.keys(missing).length > 0) throw fault('invalid', 'invalid', { fields: missing })
  return protocol === 'listenbrainz' ? { token: token! } : { apiKey: apiKey!, secret: secret!, session: session! }
}

export async function addLink({ write, config, reply }: StreamContext, viewer: Viewer, input: Input<'POST /me/links'>): Promise<Link> {
  reply.header('cache-control', 'private, no-store')
  const secrets = secretsOf(input)
  const { protocol, nowPlaying = true } = input
  const url = new URL(input.root)
  if (url.username !== '' || url.password !== '') throw fault('invalid', 'invalid', { fields: { root: 'password' } })
  // A root that was copied with the address of a call behind it is the same server.
  const root = `${url.origin}${url.pathname}`
    .replace(/\/1\/submit-listens\/?$/, '')
    .replace(protocol === 'listenbrainz' ? /\/+$/ : /(?<=\/)\/+$/, '')
  const request = createHash('sha256')
    .update([viewer.id, protocol, root, JSON.stringify(secrets), nowPlaying].join('\n'))
    .digest('hex')
  return write(async tx => {
    const at = clock.now()
    const id = input.id ?? newId('lnk', at)
    const again = await readLink(tx, id)
    if (again !== undefined) {
      if (again.request !== request) throw fault('conflict', 'key_reused')
      return shown(again)
    }
    const before = await listLinks(tx, viewer.id)
    if (before.length >= mostLinks) throw fault('conflict', 'too_many_links')
    if (!(await insertLink(tx, { id, person: viewer.id, protocol, root, sealed: seal(config, id, secrets), request, nowPlaying, at }))) {
      const same = await readLink(tx, id)
      if (same?.request === request) return shown(same)
      throw fault('conflict', 'link_exists')
    }
    await lookAt(tx, id)
    return shown((await readLink(tx, id))!)
  })
}

export async function changeLink(tx: Tx, viewer: Viewer, input: Input<'PUT /me/links/:id'>): Promise<Link> {
  const row = await readLink(tx, input.id, true)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  if (input.nowPlaying !== undefined) await setNowPlaying(tx, row.id, input.nowPlaying)
  if (input.on === false && row.state !== 'paused') await setLink(tx, row.id, { state: 'paused', reason: 'self' })
  if (input.on === true) {
    // Checked again first: the reason may still hold.
    if (row.state === 'paused') await setLink(tx, row.id, { state: 'checking' })
    else if (row.nextAt !== null) await setLink(tx, row.id, { state: row.state, said: row.said, failures: row.failures })
    await lookAt(tx, row.id)
  }
  return shown((await readLink(tx, row.id))!)
}

export async function removeLink(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /me/links/:id'>): Promise<Ok<'DELETE /me/links/:id'>> {
  if (!(await deleteLink(tx, id, viewer.id))) throw fault('not_found')
  return { ok: true }
}
