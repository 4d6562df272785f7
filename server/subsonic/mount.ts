/** Mounts /rest/*: the parameters, who asks, the call, and every outcome in the format that was asked for. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Http } from '../foundation/http.ts'
import { viewerOfKey } from '../people/index.ts'
import { formatOf, Refused, send, sendRefusal, type About, type Answer } from './answer.ts'
import { Given, type Call } from './call.ts'
import { calls } from './endpoints.ts'
import { asRefused } from './marks.ts'
import { checkVersion, makeSignIn } from './signing-in.ts'
import { streamsOf } from './sound.ts'

/** A queue or playlist of some thousand songs as a form. */
const mostBody = 2 * 1024 * 1024

const names = new Map(Object.keys(calls).map(name => [name.toLowerCase(), name]))
/** `getAlbum`, `getAlbum.view`, `hls.m3u8`: the call that is meant. */
function callOf(path: string): Call | undefined {
  const name = names.get(path.replace(/\.(?:view|m3u8)$/i, '').toLowerCase())
  return name === undefined ? undefined : calls[name]
}

export async function mountSubsonic(server: FastifyInstance, http: Http, about: About): Promise<void> {
  const { db, config, log } = http
  const signIn = makeSignIn(http)
  const helpUrl = `${config.url}/apps`
  const context = { read: db.read, write: db.transaction, db, config, log }

  /** No cookie is ever looked at here, so any site may ask: web players of others work. */
  const open = (reply: FastifyReply): void => {
    reply.header('access-control-allow-origin', '*')
  }

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    open(reply)
    let how = formatOf(undefined, undefined)!
    try {
      const mark = request.url.indexOf('?')
      const given = new Given(mark < 0 ? '' : request.url.slice(mark + 1), typeof request.body === 'string' ? request.body : '')
      const wanted = formatOf(given.text('f'), given.text('callback'))
      if (wanted === undefined) throw new Refused(10, 'Required parameter is missing: callback')
      how = wanted
      const call = callOf((request.params as { '*': string })['*'])
      if (call === undefined) throw new Refused(0, 'There is no such call', { status: 404 })
      if ('open' in call) return send(reply, how, about, await call.act(given))
      checkVersion(given)
      const key = await signIn(request, given)
      if (call.scope !== null && !key.scopes.includes(call.scope))
        throw new Refused(50, `This app key is not good for that; it lacks “${call.scope}”`)
      const viewer = viewerOfKey(key)
      const client =
        (given.text('c') ?? '')
          .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
          .trim()
          .slice(0, 60) || 'Subsonic'
      // A reply is a promise of its end: a call that has answered by itself gives nothing.
      const told = (await call.act({ ...context, viewer, key, given, request, reply, client })) as Answer | undefined
      return told === undefined || reply.sent ? reply : send(reply, how, about, told)
    } catch (error) {
      const refused = asRefused(error)
      if (refused === undefined) log.error({ err: error, reference: request.id, req: request }, 'a request crashed')
      if (reply.raw.headersSent) {
        reply.hijack()
        reply.raw.destroy()
        return reply
      }
      const said = refused ?? new Refused(0, `Something went wrong here (${request.id})`)
      return sendRefusal(reply, how, about, said, [40, 42, 43, 44].includes(said.number) ? helpUrl : undefined)
    }
  }

  await server.register(async scope => {
    scope.removeContentTypeParser('application/x-www-form-urlencoded')
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: mostBody }, (_request, body, done) =>
      done(null, body),
    )
    // Some apps send an empty body of another type; whatever it is, the parameters of the address count.
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: mostBody }, (_request, _body, done) => done(null, ''))
    scope.setErrorHandler(async (error, request, reply) => {
      open(reply)
      const tooLarge = (error as { statusCode?: number }).statusCode === 413
      if (!tooLarge) log.error({ err: error, reference: request.id, req: request }, 'a request crashed')
      const refused = new Refused(0, tooLarge ? 'The request is too large' : `Something went wrong here (${request.id})`)
      return sendRefusal(reply, { format: 'xml' }, about, refused, undefined)
    })
    const options = { bodyLimit: mostBody }
    scope.get('/rest/*', { ...options, exposeHeadRoute: true }, answer)
    scope.post('/rest/*', options, answer)
    scope.options('/rest/*', async (_request, reply) => {
      open(reply)
      return reply
        .code(204)
        .header('access-control-allow-methods', 'GET, HEAD, POST')
        .header('access-control-allow-headers', 'content-type, range')
        .header('access-control-max-age', '86400')
        .send()
    })
  })
  server.addHook('preClose', () => streamsOf(db).close())
}
