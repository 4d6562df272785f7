/** ListenBrainz's addresses (`/1/…`), with its own shapes of answers and errors. The token is an app key that may submit. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clock } from '../foundation/clock.ts'
import type { Http } from '../foundation/http.ts'
import { noteAppKeyUse, personByAppKey, type AppKeyHolder } from '../people/index.ts'
import { keepListens, keepPlaying } from './listens.ts'
import { mostBytes, msidOf, Refusal, submissionOf } from './protocol.ts'
import { raiseLatestImport, readLatestImport, readPlaying, toldListens, type Told } from './store.ts'

/** Requests of one caller in ten seconds. */
const mostRequests = 50
const windowMs = 10_000
const mostCallers = 20_000
const usualItems = 25
const mostItems = 100

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** Counts requests by caller and writes the protocol's headers; refuses too many. */
function makeMeter(on: boolean) {
  const callers = new Map<string, { used: number; until: number }>()
  return (request: FastifyRequest, reply: FastifyReply): void => {
    const now = clock.now().getTime()
    const key = request.headers.authorization ?? request.ip
    let entry = callers.get(key)
    if (entry === undefined || entry.until <= now) {
      if (callers.size >= mostCallers) callers.clear()
      callers.set(key, (entry = { used: 0, until: now + windowMs }))
    }
    entry.used += 1
    const left = Math.max(0, Math.ceil((entry.until - now) / 1000))
    void reply
      .header('x-ratelimit-limit', mostRequests)
      .header('x-ratelimit-remaining', Math.max(0, mostRequests - entry.used))
      .header('x-ratelimit-reset-in', left)
      .header('x-ratelimit-reset', Math.ceil(entry.until / 1000))
    if (on && entry.used > mostRequests) {
      void reply.header('retry-after', left)
      throw new Refusal(429, `Rate limit exceeded. Try again in ${left} seconds.`)
    }
  }
}

const listenJson = (told: Told, name: string) => ({
  listened_at: seconds(told.at),
  inserted_at: seconds(told.insertedAt),
  recording_msid: told.msid ?? msidOf(told),
  user_name: name,
  track_metadata: {
    track_name: told.title,
    artist_name: told.artist,
    ...(told.release === null ? {} : { release_name: told.release }),
    additional_info: { ...told.info, recording_msid: told.msid ?? msidOf(told) },
  },
})

export async function mountScrobbles(server: FastifyInstance, { db, config, log }: Pick<Http, 'db' | 'config' | 'log'>): Promise<void> {
  const meter = makeMeter(config.rateLimits)

  await server.register(async (scope: FastifyInstance) => {
    scope.removeAllContentTypeParsers()
    // Clients send JSON under many names; it is read as it comes, so that refusals are the protocol's.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) => done(null, body))
    scope.setErrorHandler(async (error: Error & { statusCode?: number; code?: string }, request, reply) => {
      const status = error instanceof Refusal ? error.status : (error.statusCode ?? 500)
      const large = error.code === 'FST_ERR_CTP_BODY_TOO_LARGE'
      if (status >= 500) log.error({ err: error, reference: request.id }, 'a listen could not be taken')
      const message = large
        ? `Payload too large. The maximum is ${mostBytes} bytes.`
        : status >= 500
          ? 'Something went wrong. Please try again.'
          : error.message
      return reply.code(status).send({ code: status, error: message })
    })
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store')
      if (request.method !== 'OPTIONS') meter(request, reply)
    })

    const holderOf = async (secret: string, request: FastifyRequest): Promise<AppKeyHolder | null> => {
      const holder = await personByAppKey(db.read, secret)
      if (holder === null || !holder.scopes.includes('submit')) return null
      noteAppKeyUse(db.write, holder.key, { client: request.headers['user-agent'] ?? null, address: request.ip })
      return holder
    }
    const authorised = async (request: FastifyRequest): Promise<AppKeyHolder> => {
      const given = request.headers.authorization
      if (given === undefined || given === '') throw new Refusal(401, 'You need to provide an Authorization header.')
      const [, secret] = given.split(' ')
      if (secret === undefined || secret === '') throw new Refusal(401, 'Provided Authorization header is invalid.')
      const holder = await holderOf(secret, request)
      if (holder === null) throw new Refusal(401, 'Invalid authorization token.')
      return holder
    }
    /** History is private: only one's own, by one's own key. Others do not exist. */
    const self = async (request: FastifyRequest, name: string): Promise<AppKeyHolder> => {
      const holder = await authorised(request)
      if (name !== holder.person.name && name !== holder.person.id) throw new Refusal(404, `Cannot find user: ${name}`)
      return holder
    }
    const intOf = (query: Record<string, unknown>, name: string): number | null => {
      const value = query[name]
      if (value === undefined || value === '') return null
      const found = Number(value)
      if (!Number.isInteger(found) || found < 0)
        throw new Refusal(400, `Invalid ${name} argument: ${typeof value === 'string' ? value.slice(0, 40) : ''}`)
      return found
    }
    const bodyOf = (request: FastifyRequest): string => (Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '')

    scope.options('/1/*', async (_request, reply) =>
      reply
        .header('access-control-allow-methods', 'GET, POST, OPTIONS')
        .header('access-control-allow-headers', 'Authorization, Content-Type')
        .header('access-control-max-age', '21600')
        .code(204)
        .send(),
    )

    scope.post('/1/submit-listens', { bodyLimit: mostBytes }, async (request, reply) => {
      const { person } = await authorised(request)
      const submission = submissionOf(bodyOf(request), clock.now())
      if (submission.type === 'playing_now') await db.transaction(tx => keepPlaying(tx, person.id, submission.playing))
      else await db.transaction(tx => keepListens(tx, person.id, submission.listens))
      const wantsId = (request.query as Record<string, string>)['return_msid'] === 'true' && submission.type === 'single'
      return reply.send({ status: 'ok', ...(wantsId ? { recording_msid: submission.listens[0]!.msid } : {}) })
    })

    scope.get('/1/validate-token', async (request, reply) => {
      const given = (request.query as Record<string, string>)['token'] ?? request.headers.authorization?.split(' ')[1] ?? ''
      if (given === '') throw new Refusal(400, 'You need to provide an Authorization token.')
      const holder = await holderOf(given, request)
      return reply.send(
        holder === null
          ? { code: 200, message: 'Token invalid.', valid: false }
          : { code: 200, message: 'Token valid.', valid: true, user_name: holder.person.name },
      )
    })

    scope.get('/1/user/:name/listens', async (request, reply) => {
      const { name } = request.params as { name: string }
      const { person } = await self(request, name)
      const query = request.query as Record<string, unknown>
      const [max, min] = [intOf(query, 'max_ts'), intOf(query, 'min_ts')]
      if (max !== null && min !== null && max <= min) throw new Refusal(400, 'max_ts should be greater than min_ts')
      const count = Math.min(intOf(query, 'count') ?? usualItems, mostItems)
      const day = (value: number | null): Date | null => (value === null ? null : new Date(Math.min(value, 4_000_000_000) * 1000))
      // Asked for from a moment on, the earliest come; the answer is the latest first all the same.
      const found = await toldListens(db.read, person.id, max === null ? day(min) : null, day(max), count)
      const listens = found.filter(one => min === null || seconds(one.at) > min).sort((a, b) => b.at.getTime() - a.at.getTime())
      const [latest] = await toldListens(db.read, person.id, null, null, 1)
      return reply.send({
        payload: {
          count: listens.length,
          user_id: name,
          latest_listen_ts: latest === undefined ? 0 : seconds(latest.at),
          listens: listens.map(one => listenJson(one, name)),
        },
      })
    })

    scope.get('/1/user/:name/playing-now', async (request, reply) => {
      const { name } = request.params as { name: string }
      const { person } = await self(request, name)
      const metadata = await readPlaying(db.read, person.id, clock.now())
      const listens = metadata === undefined ? [] : [{ playing_now: true, track_metadata: metadata }]
      return reply.send({ payload: { count: listens.length, user_id: name, playing_now: true, listens } })
    })

    scope.get('/1/latest-import', async (request, reply) => {
      const name = (request.query as Record<string, string | undefined>)['user_name'] ?? ''
      const { person } = await self(request, name)
      const at = await readLatestImport(db.read, person.id)
      return reply.send({ musicbrainz_id: name, latest_import: at === undefined ? 0 : seconds(at) })
    })
    scope.post('/1/latest-import', async (request, reply) => {
      const { person } = await authorised(request)
      let ts: unknown
      try {
        ts = (JSON.parse(bodyOf(request)) as { ts?: unknown } | null)?.ts ?? 0
      } catch {
        throw new Refusal(400, 'Invalid data sent')
      }
      if (typeof ts !== 'number' || !Number.isInteger(ts) || ts < 0 || ts > 4_000_000_000) throw new Refusal(400, 'Invalid data sent')
      const at = new Date(ts * 1000)
      await db.transaction(tx => raiseLatestImport(tx, person.id, at))
      return reply.send({ status: 'ok' })
    })
  })
}
