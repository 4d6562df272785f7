/** Files from the browser: the tus protocol (resumable) at /api/v1/uploads for signed-in people. What arrived waits here until another room takes it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { rm, stat } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Server } from '@tus/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { id as idSchema } from '../../shared/ids.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { viewerOf, type Http } from '../foundation/http.ts'
import { later } from '../foundation/later.ts'
import type { Viewer } from '../foundation/session.ts'
import { safeName } from './assets.ts'
import * as store from './store.ts'

const tusServer = later<typeof import('@tus/server')>('@tus/server')
const tusFiles = later<typeof import('@tus/file-store')>('@tus/file-store')

const address = '/api/v1/uploads'
/** What is announced and not yet taken, per person. */
const mostPending = 1000
const mostPendingFiles = 8n
const keptMs = 7 * 24 * 3600_000

const folderOf = (config: Pick<Config, 'home'>): string => join(config.home, 'uploads')
const shown = ({ id, name, sizeBytes, receivedBytes, state, reason, createdAt }: store.UploadRow) => ({
  id,
  name,
  sizeBytes: Number(sizeBytes),
  receivedBytes: Number(receivedBytes),
  state,
  reason,
  createdAt,
})

/** One of the viewer's uploads; another person's is not found (traps 34). */
async function ownUpload(db: Read, viewer: Viewer, id: string): Promise<store.UploadRow> {
  const row = await store.readUpload(db, id)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  return row
}

export const getUpload = async (db: Read, viewer: Viewer, input: { id: string }) => shown(await ownUpload(db, viewer, input.id))

export async function listUploads(db: Read, viewer: Viewer, input: { cursor?: string; limit: number }) {
  const from = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await store.listUploads(db, viewer.id, from === undefined ? undefined : { at: from[0], id: from[1] }, input.limit + 1)
  return pageOf(rows, input.limit, shown, row => toCursor(row.createdAt, row.id))
}

/** A whole upload of this person, for the room that makes something of it: where it lies and how it was called. */
export async function uploadedFile(
  tx: Tx,
  config: Pick<Config, 'home'>,
  person: string,
  id: string,
): Promise<{ path: string; name: string; sizeBytes: number; asset: string | null }> {
  const row = await store.readUpload(tx, id)
  if (row === undefined || row.person !== person) throw fault('not_found')
  const path = join(folderOf(config), row.id)
  if (row.state === 'receiving') {
    // The last bytes came and the process died before it noted that.
    const there = await stat(path).catch(() => undefined)
    if (there === undefined || BigInt(there.size) !== row.sizeBytes) throw fault('conflict', 'not_ready')
    await store.finishUpload(tx, id, clock.now())
  }
  return { path, name: row.name, sizeBytes: Number(row.sizeBytes), asset: row.asset }
}
/** Names of uploads of this person that are whole, in order: `not_found` for another's, `not_ready` for one that still comes in. */
export async function wholeUploads(tx: Tx, person: string, ids: readonly string[]): Promise<string[]> {
  const names: string[] = []
  for (const id of ids) {
    const row = await store.readUpload(tx, id)
    if (row === undefined || row.person !== person) throw fault('not_found')
    if (row.state === 'receiving' && row.receivedBytes !== row.sizeBytes) throw fault('conflict', 'not_ready')
    names.push(row.name)
  }
  return names
}
/** Hands a whole upload over for good: `take` moves its file away, then the upload is no more. Does nothing when that happened before. */
export async function takeUpload(
  write: Db['transaction'],
  config: Pick<Config, 'home'>,
  person: string,
  id: string,
  take: (path: string) => Promise<void>,
): Promise<void> {
  await write(async tx => {
    const row = await store.readUpload(tx, id)
    if (row === undefined || row.person !== person) return
    const path = join(folderOf(config), row.id)
    if (await stat(path).catch(() => undefined)) await take(path)
    await store.deleteUpload(tx, id)
  })
  await dropUpload(config, id)
}
/** Notes what became of an upload. Its bytes go afterwards, with `dropUpload`. */
export const uploadStored = (tx: Tx, id: string, asset: string): Promise<void> => store.storeUpload(tx, id, asset)
export const uploadFailed = (tx: Tx, id: string, reason: string): Promise<void> => store.failUpload(tx, id, reason.slice(0, 300))
/** Removes the bytes of an upload that was taken or given up. Call after the transaction. */
export async function dropUpload(config: Pick<Config, 'home'>, id: string): Promise<void> {
  if (!idSchema('upl').safeParse(id).success) return
  for (const name of [id, `${id}.json`]) await rm(join(folderOf(config), name), { force: true })
}

/** Forgets what nobody used within a week. */
export async function sweepUploads(write: Db['transaction'], config: Pick<Config, 'home'>): Promise<number> {
  const gone = await write(tx => store.expireUploads(tx, clock.now(), 500))
  for (const id of gone) await dropUpload(config, id)
  return gone.length
}

async function announce(tx: Tx, config: Config, person: string, id: string, name: string, sizeBytes: number): Promise<void> {
  const pending = await store.pendingUploads(tx, person)
  if (pending.count >= mostPending || pending.bytes + BigInt(sizeBytes) > mostPendingFiles * BigInt(config.uploadLimitBytes))
    throw fault('limited', 'quota')
  const now = clock.now()
  await store.insertUpload(tx, {
    id,
    person,
    name: safeName(name),
    sizeBytes: BigInt(sizeBytes),
    createdAt: now,
    expiresAt: new Date(now.getTime() + keptMs),
  })
}

async function finished(write: Db['transaction'], id: string): Promise<void> {
  await write(async tx => {
    if (await store.finishUpload(tx, id, clock.now())) await tell(tx, { type: 'upload_finished', upload: id })
  })
}

/** Mounts the tus protocol beside the contract's reads of the same address. */
export async function mountUploads(app: FastifyInstance, { db, config, readViewer }: Http): Promise<void> {
  const folder = folderOf(config)
  mkdirSync(folder, { recursive: true })
  // Who asks, while tus works on the request.
  const asking = new AsyncLocalStorage<{ person: string; id: string }>()
  const current = (): { person: string; id: string } => {
    const found = asking.getStore()
    if (found === undefined) throw new Error('an upload outside of a request')
    return found
  }
  const make = (): Server => {
    const { EVENTS, Server } = tusServer()
    const made = new Server({
      path: address,
      datastore: new (tusFiles().FileStore)({ directory: folder }),
      maxSize: config.uploadLimitBytes,
      relativeLocation: true,
      allowedOrigins: () => false,
      postReceiveInterval: 1000,
      namingFunction: () => current().id,
      onUploadCreate: async (_request, upload) => {
        const { person, id } = current()
        await db.transaction(tx =>
          announce(tx, config, person, id, upload.metadata?.['filename'] ?? upload.metadata?.['name'] ?? 'file', upload.size ?? 0),
        )
        return {}
      },
      onUploadFinish: async (_request, upload) => {
        await finished(db.transaction, upload.id)
        return {}
      },
      onResponseError: (_request, error) => {
        if (error instanceof Error && 'kind' in error && 'code' in error)
          return {
            status_code: (error as unknown as { status: number }).status,
            body: JSON.stringify({ status: (error as unknown as { status: number }).status, code: error.code }),
          }
        return undefined
      },
    })
    made.on(EVENTS.POST_RECEIVE, (_request, upload) => {
      db.transaction(tx => store.noteReceived(tx, upload.id, BigInt(upload.offset))).catch(() => undefined)
    })
    return made
  }
  let tus: Server | undefined

  const hand = async (request: FastifyRequest, reply: FastifyReply, person: string, id: string): Promise<FastifyReply> => {
    reply.hijack()
    await asking.run({ person, id }, () => (tus ??= make()).handle(request.raw, reply.raw))
    return reply
  }
  await app.register(async scope => {
    // The bytes are for tus alone: nothing of ours reads them.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const member = async (request: FastifyRequest): Promise<Viewer> => {
      const viewer = await viewerOf({ readViewer }, request)
      if (viewer === null) throw fault('unauthenticated')
      return viewer
    }
    scope.options(address, (request, reply) => hand(request, reply, '', ''))
    scope.post(address, async (request, reply) => {
      const viewer = await member(request)
      if (request.headers['upload-length'] === undefined) throw fault('invalid', 'invalid', { fields: { 'upload-length': 'required' } })
      if (Number(request.headers['upload-length']) > config.uploadLimitBytes) throw fault('too_large')
      return hand(request, reply, viewer.id, newId('upl'))
    })
    scope.route<{ Params: { id: string } }>({
      method: ['HEAD', 'PATCH', 'DELETE'],
      url: `${address}/:id`,
      handler: async (request, reply) => {
        const viewer = await member(request)
        const { id } = request.params
        if (!idSchema('upl').safeParse(id).success) throw fault('not_found')
        const row = await ownUpload(db.read, viewer, id)
        if (row.state === 'stored' || row.state === 'failed') throw fault('gone')
        if (request.method === 'DELETE') {
          await db.transaction(tx => store.failUpload(tx, id, 'was cancelled'))
          await dropUpload(config, id)
          return reply.code(204).header('tus-resumable', '1.0.0').send()
        }
        if (request.method === 'HEAD' && row.state === 'receiving') {
          const there = await stat(join(folder, id)).catch(() => undefined)
          if (there !== undefined && BigInt(there.size) === row.sizeBytes) await finished(db.transaction, id)
        }
        return hand(request, reply, viewer.id, id)
      },
    })
  })
}
