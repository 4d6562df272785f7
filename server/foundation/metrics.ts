/** Prometheus figures of the process and of HTTP. Rooms add theirs to the same register. */
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export function makeMetrics(): Registry {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
}

export function measureHttp(app: FastifyInstance, register: Registry): void {
  const seconds = new Histogram({
    name: 'planet_http_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [register],
  })
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, never the address: ids would make a series each.
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1000,
    )
    done()
  })
  app.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()))
}
