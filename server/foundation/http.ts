/**
 * The first hop: mounts a room's contract on Fastify. For each entry: session → viewer, access, input check, transaction, handler, reply schema.
 * The same handlers serve the web's own rendering in process through `callInProcess`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { pathNames, type Decoded, type Entries, type Entry, type InputOf, type Room } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Config } from './config.ts'
import type { Db, Read, Tx } from './db.ts'
import type { Log } from './log.ts'
import { asFault, invalidInput, issueWords, problemOf } from './problems.ts'
import { replyWriter, type WriteReply } from './replies.ts'
import { localeOf, type ReadViewer, type Viewer } from './session.ts'

/** What a `stream` handler gets. */
export type StreamContext = {
  request: FastifyRequest
  reply: FastifyReply
  read: Read
  write: Db['transaction']
  db: Db
  config: Config
  log: Log
}
type ViewerOf<A> = A extends 'anyone' ? Viewer | null : Viewer
type First<K> = K extends 'query' ? Read : K extends 'command' ? Tx : StreamContext
/** A stream handler that answers by itself returns the reply. */
type Result<E extends Entry> = Decoded<E['ok']> | (E['kind'] extends 'stream' ? FastifyReply : never)
export type Handler<E extends Entry> = (
  door: First<E['kind']>,
  viewer: ViewerOf<E['access']>,
  input: InputOf<E['input']>,
) => Promise<Result<E>> | Result<E>
export type Handlers<E extends Entries> = { [K in keyof E]: Handler<E[K]> }
export type Mounted = { room: Room; handlers: Record<string, (door: never, viewer: never, input: never) => unknown> }

/** Joins a room's contract with its actions; an entry without a handler does not compile. */
export const handlers = <E extends Entries>(room: Room<E>, given: Handlers<E>): Mounted => ({
  room: room as unknown as Room,
  handlers: given as unknown as Mounted['handlers'],
})

export type Http = {
  db: Db
  config: Config
  log: Log
  readViewer: ReadViewer
  /** What someone without an account may write, by room and address. */
  openToGuests?: (room: string, address: string) => boolean
}

type Ready = {
  room: string
  address: string
  method: string
  path: string
  entry: Entry
  schema: z.ZodObject
  handler: (door: unknown, viewer: unknown, input: unknown) => unknown
  names: string[]
}

function allowAccess(access: Entry['access'], viewer: Viewer | null): void {
  if (access === 'anyone') return
  if (viewer === null) throw fault('unauthenticated')
  if (access === 'member') return
  if (!viewer.roles.includes(access) && !viewer.roles.includes('operator')) throw fault('forbidden')
}

function check(ready: Ready, raw: unknown, locale: 'en' | 'zh'): unknown {
  const parsed = ready.schema.safeParse(raw, issueWords(locale))
  if (parsed.success) return parsed.data
  // An id in the address that cannot be one is simply not found.
  if (parsed.error.issues.some(issue => ready.names.includes(String(issue.path[0])))) throw fault('not_found')
  throw invalidInput(parsed.error.issues)
}

const own = Symbol('opens its own transaction')
/**
 * For a command that opens its transaction itself, because it shares one with others that come at the same time (foundation/gather.ts). Whoever uses it must
 * see to what `Tx` sees to for all others: that all is written or nothing.
 */
export const opensOwn = <E extends Entry>(
  act: (db: Db, viewer: ViewerOf<E['access']>, input: InputOf<E['input']>) => Promise<Result<E>>,
): Handler<E> => Object.assign(act as unknown as Handler<E>, { [own]: true })

/** Whether this handler was made by `opensOwn`: it wants a database, not a transaction. */
export const wantsDb = (handler: object): boolean => own in handler

async function perform(http: Http, ready: Ready, viewer: Viewer | null, input: unknown, context?: StreamContext): Promise<unknown> {
  if (ready.entry.kind === 'query') return ready.handler(http.db.read, viewer, input)
  if (ready.entry.kind === 'command')
    return wantsDb(ready.handler)
      ? ready.handler(http.db, viewer, input)
      : http.db.transaction(async tx => ready.handler(tx, viewer, input))
  return ready.handler(context, viewer, input)
}

const apiPrefix = '/api/v1'
const foreign = (request: FastifyRequest, config: Config): boolean => {
  const origin = request.headers.origin
  if (origin === undefined || request.headers.cookie === undefined) return false
  if (origin === config.url) return false
  try {
    return new URL(origin).host !== request.headers.host
  } catch {
    return true
  }
}

export type Api = {
  /** Runs an entry as a request of this viewer would, without the network; the reply is as on the wire. */
  callInProcess: (
    address: string,
    input: Record<string, unknown>,
    request: { headers: Record<string, string | string[] | undefined> },
  ) => Promise<unknown>
  addresses: Ready[]
}

const statusOf = (request: FastifyRequest): { viewer?: Promise<Viewer | null> } => request as unknown as { viewer?: Promise<Viewer | null> }
/** The viewer of a raw request, read once. */
export const viewerOf = (http: Pick<Http, 'readViewer'>, request: FastifyRequest): Promise<Viewer | null> =>
  (statusOf(request).viewer ??= http.readViewer(request.headers))

/** Mounts every room below /api/v1. An address of two rooms is a bug and stops the start. */
export function mountApi(app: FastifyInstance, http: Http, mounted: readonly Mounted[]): Api {
  const all = new Map<string, Ready>()
  for (const { room, handlers: given } of mounted) {
    for (const [address, entry] of Object.entries(room.entries)) {
      const [method = '', path = ''] = address.split(' ')
      const handler = given[address]
      if (handler === undefined) throw new Error(`${room.name}: no handler for ${address}`)
      if (all.has(address)) throw new Error(`two rooms claim ${address}`)
      const ready: Ready = {
        room: room.name,
        address,
        method,
        path,
        entry,
        schema: z.object(entry.input as unknown as z.core.$ZodLooseShape),
        handler: handler as Ready['handler'],
        names: pathNames(path),
      }
      all.set(address, ready)
      mount(app, http, ready)
    }
  }
  return {
    addresses: [...all.values()],
    async callInProcess(address, input, request) {
      const ready = all.get(address)
      if (ready === undefined) throw new Error(`no such entry: ${address}`)
      const viewer = await http.readViewer(request.headers)
      allowAccess(ready.entry.access, viewer)
      const result = await perform(http, ready, viewer, check(ready, input, localeOf(request.headers, viewer)))
      return z.encode(ready.entry.ok as unknown as z.ZodType, result)
    },
  }
}

function mount(app: FastifyInstance, http: Http, ready: Ready): void {
  const { entry, method } = ready
  const inQuery = method === 'GET' || method === 'DELETE'
  const limits =
    http.config.rateLimits && entry.perMinute !== undefined ? { config: { rateLimit: { max: entry.perMinute, timeWindow: 60_000 } } } : {}
  let write: WriteReply | undefined
  app.route({
    method,
    url: apiPrefix + ready.path,
    exposeHeadRoute: entry.kind === 'stream',
    ...(entry.bodyLimit === undefined ? {} : { bodyLimit: entry.bodyLimit }),
    ...limits,
    handler: async (request, reply) => {
      if (!inQuery && foreign(request, http.config)) throw fault('forbidden', 'foreign_origin')
      const viewer = await viewerOf(http, request)
      allowAccess(entry.access, viewer)
      if (
        viewer?.guest === true &&
        entry.access === 'member' &&
        method !== 'GET' &&
        http.openToGuests?.(ready.room, ready.address) !== true
      )
        throw fault('forbidden', 'guest_only')
      const body: unknown = inQuery ? request.query : (request.body ?? {})
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw fault('invalid', 'invalid', { fields: { body: 'object' } })
      const input = check(ready, { ...body, ...(request.params as object) }, localeOf(request.headers, viewer))
      const context =
        entry.kind === 'stream'
          ? { request, reply, read: http.db.read, write: http.db.transaction, db: http.db, config: http.config, log: http.log }
          : undefined
      const result = await perform(http, ready, viewer, input, context)
      // A stream that answers by itself sends what it likes; its JSON reply still passes the schema. A reply is a promise of its end: awaited, it gives nothing.
      if (result === reply || reply.sent || reply.raw.headersSent) return reply
      if (entry.access !== 'anyone' || viewer !== null) reply.header('cache-control', 'private, no-store')
      if (entry.kind === 'stream') return z.encode(entry.ok as unknown as z.ZodType, result)
      const text = (write ??= replyWriter(entry))(result)
      return reply.type('application/json; charset=utf-8').send(text)
    },
  })
}

/** Makes every error of the app a Problem: thrown, unknown address, broken request line. */
export function answerProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (error, request, reply) => {
    const found = asFault(error)
    const locale = localeOf(request.headers, await statusOf(request).viewer?.catch(() => null))
    if (found === undefined) log.error({ err: error, reference: request.id, req: request }, 'a request crashed')
    else if ((error as { code?: string }).code === '23505') log.warn({ err: error, reference: request.id }, 'two wrote the same at once')
    const answer = found ?? fault('broken')
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds)
    if (reply.raw.headersSent) return reply.raw.destroy()
    reply.code(answer.status).type('application/problem+json').header('cache-control', 'no-store')
    return reply.serializer(JSON.stringify).send(problemOf(answer, locale, found === undefined ? request.id : undefined))
  })
}

export const sendProblem = (request: FastifyRequest, reply: FastifyReply, found: ReturnType<typeof fault>): FastifyReply =>
  reply
    .code(found.status)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problemOf(found, localeOf(request.headers)))
