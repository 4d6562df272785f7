/** The roof: joins the rooms to one app. Rooms are added here and in switchboard.ts, nowhere else. */
import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { fault } from '../shared/faults.ts'
import { connect } from './foundation/events.ts'
import { answerProblems, mountApi, sendProblem, type Api, type Http, type Mounted } from './foundation/http.ts'
import type { Jobs } from './foundation/jobs.ts'
import { mountLive } from './foundation/live.ts'
import { makeMetrics, measureHttp } from './foundation/metrics.ts'
import { docsPage, openApi } from './foundation/openapi.ts'
import type { Home } from './home.ts'
import * as bookings from './bookings/index.ts'
import * as catalogue from './catalogue/index.ts'
import * as claiming from './claiming/index.ts'
import * as desk from './console/index.ts'
import * as services from './services/index.ts'
import * as coupons from './coupons/index.ts'
import * as demo from './demo/index.ts'
import * as discovery from './discovery/index.ts'
import * as enrolment from './enrolment/index.ts'
import * as feed from './feed/index.ts'
import './gateways/index.ts'
import * as goods from './goods/index.ts'
import * as groups from './groups/index.ts'
import * as immigration from './immigration/index.ts'
import * as invoices from './invoices/index.ts'
import * as insight from './insight/index.ts'
import * as intake from './intake/index.ts'
import * as ledger from './ledger/index.ts'
import * as listening from './listening/index.ts'
import * as lyrics from './lyrics/index.ts'
import * as media from './media/index.ts'
import * as missions from './missions/index.ts'
import * as moderation from './moderation/index.ts'
import * as notices from './notices/index.ts'
import * as payments from './payments/index.ts'
import * as payouts from './payouts/index.ts'
import * as people from './people/index.ts'
import * as playlists from './playlists/index.ts'
import * as points from './points/index.ts'
import * as policy from './policy/index.ts'
import * as reconciliation from './reconciliation/index.ts'
import * as refunds from './refunds/index.ts'
import * as rights from './rights/index.ts'
import * as royalties from './royalties/index.ts'
import * as scrobbles from './scrobbles/index.ts'
import * as search from './search/index.ts'
import * as seating from './seating/index.ts'
import * as settlement from './settlement/index.ts'
import * as raffles from './raffles/index.ts'
import * as rewards from './rewards/index.ts'
import { mountSharing } from './sharing/index.ts'
import * as shipping from './shipping/index.ts'
import * as shop from './shop/index.ts'
import * as storefront from './storefront/index.ts'
import * as shows from './shows/index.ts'
import * as tickets from './tickets/index.ts'
import * as door from './door/index.ts'
import * as deals from './deals/index.ts'
import { mountSubsonic } from './subsonic/index.ts'
import { openToGuests } from './guests.ts'
import { gathered, passing, switchboard } from './switchboard.ts'

export const version = '0.1.0'

/** Every room with a contract, from the ground up. */
export const mounted: readonly Mounted[] = [
  people.routes,
  ledger.routes,
  media.routes,
  catalogue.routes,
  intake.routes,
  lyrics.routes,
  rights.routes,
  payments.routes,
  settlement.routes,
  shop.routes,
  storefront.routes,
  refunds.routes,
  invoices.routes,
  services.routes,
  coupons.routes,
  payouts.routes,
  reconciliation.routes,
  search.routes,
  listening.routes,
  royalties.routes,
  scrobbles.routes,
  playlists.routes,
  discovery.routes,
  shipping.routes,
  goods.routes,
  seating.routes,
  rewards.routes,
  raffles.routes,
  moderation.routes,
  claiming.routes,
  groups.routes,
  policy.routes,
  points.routes,
  enrolment.routes,
  missions.routes,
  feed.routes,
  tickets.routes,
  shows.routes,
  bookings.routes,
  door.routes,
  deals.routes,
  immigration.routes,
  notices.routes,
  insight.routes,
  desk.routes,
]

/** All background work. */
export const jobs: Jobs = {
  ...people.jobs,
  ...ledger.jobs,
  ...media.jobs,
  ...catalogue.jobs,
  ...intake.jobs,
  ...payments.jobs,
  ...shop.jobs,
  ...storefront.jobs,
  ...refunds.jobs,
  ...invoices.jobs,
  ...services.jobs,
  ...coupons.jobs,
  ...payouts.jobs,
  ...reconciliation.jobs,
  ...search.jobs,
  ...listening.jobs,
  ...playlists.jobs,
  ...royalties.jobs,
  ...scrobbles.jobs,
  ...discovery.jobs,
  ...shipping.jobs,
  ...goods.jobs,
  ...seating.jobs,
  ...rewards.jobs,
  ...raffles.jobs,
  ...points.jobs,
  ...enrolment.jobs,
  ...missions.jobs,
  ...moderation.jobs,
  ...claiming.jobs,
  ...groups.jobs,
  ...feed.jobs,
  ...tickets.jobs,
  ...shows.jobs,
  ...bookings.jobs,
  ...deals.jobs,
  ...immigration.jobs,
  ...notices.jobs,
  ...desk.jobs,
  ...demo.jobs,
}

connect(switchboard, gathered, passing)

export type App = { server: FastifyInstance; api: Api; metrics: Registry }

export async function buildApp(home: Home, options: { web?: 'built' | 'dev' } = {}): Promise<App> {
  const { config, db, log } = home
  const server = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 600, ignoreTrailingSlash: true },
    bodyLimit: 1024 * 1024,
    // Some apps put a playlist of a thousand songs into an address.
    http: { maxHeaderSize: 64 * 1024 },
    frameworkErrors: (error, request, reply) => void sendProblem(request, reply, fault('invalid', 'invalid', { detail: error.message })),
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    keepAliveTimeout: 65_000,
  })
  const metrics = makeMetrics()
  answerProblems(server, log)
  server.setNotFoundHandler((request, reply) => sendProblem(request, reply, fault('not_found')))
  // An empty body with a JSON type is a body without fields.
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, {})
    try {
      done(
        null,
        JSON.parse(body as string, (key, value: unknown) => (key === '__proto__' ? undefined : value)),
      )
    } catch {
      done(fault('invalid', 'invalid', { fields: { body: 'JSON' } }))
    }
  })
  server.addHook('onResponse', (request, reply, done) => {
    if (reply.statusCode >= 400 || reply.elapsedTime > 1000)
      log.info({ req: request, status: reply.statusCode, ms: Math.round(reply.elapsedTime), reference: request.id }, 'request')
    done()
  })
  if (config.rateLimits)
    await server.register(rateLimit, {
      global: false,
      errorResponseBuilder: (_request, context) => fault('limited', 'limited', { retryAfterSeconds: Math.ceil(context.ttl / 1000) }),
    })
  measureHttp(server, metrics)
  desk.metrics(metrics, db.read)

  server.get('/healthz', async (_request, reply) => reply.send({ ok: true }))
  server.get('/readyz', async (_request, reply) => {
    try {
      await db.pool.query('select 1')
      return await reply.send({ ok: true })
    } catch {
      throw fault('unavailable')
    }
  })

  await people.mountAuth(server, { db, config, log })
  const http: Http = { db, config, log, readViewer: people.makeReadViewer({ db, config }), openToGuests }
  mountLive(server, http)
  const api = mountApi(server, http, mounted)
  await media.mountMedia(server, http)
  await payments.mountPayments(server, http)
  missions.mountMissions(server, http)
  await scrobbles.mountScrobbles(server, http)
  await notices.mountMail(server, http)
  search.mountAddresses(server, http)
  mountSharing(server, { db, config, ask: (address, input) => api.callInProcess(address, input, { headers: {} }) as never })
  await mountSubsonic(server, http, { type: 'planet', version })

  const rooms = mounted.map(({ room }) => room)
  // Written when somebody asks: few do, and both together would cost a start half a second.
  let description: string | undefined
  server.get('/api/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send((description ??= JSON.stringify(openApi(rooms, { url: config.url, version })))),
  )
  let docs: string | undefined
  server.get('/api', async (_request, reply) => reply.type('text/html; charset=utf-8').send((docs ??= docsPage(rooms))))

  if (options.web) {
    const { mountWeb } = await import('./web.ts')
    await mountWeb(server, {
      mode: options.web,
      callApi: (key, input, request) => api.callInProcess(key, input as Record<string, unknown>, request),
      origin: config.url,
      worker: config.serviceWorker,
    })
  }
  return { server, api, metrics }
}
