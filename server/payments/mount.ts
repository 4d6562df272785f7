/** Addresses of payments outside the API: `/pay/:payment` sends the payer to the provider's page; and the raw bytes of notifications are kept for their signatures. */
import { Readable } from 'node:stream'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Fault, fault } from '../../shared/faults.ts'
import { id } from '../../shared/ids.ts'
import { clock } from '../foundation/clock.ts'
import type { Http } from '../foundation/http.ts'
import { payWith, payeeOf } from './payments.ts'
import { isReady, offerProviders, providerOf, type ChargeRequest, type Provider } from './providers.ts'
import { mountSandbox } from './sandbox/mount.ts'
import { listensAt } from './sandbox/notify.ts'
import { readPayment, setCharge, type PaymentRow } from './store.ts'

const most = 65_536
const notifyPath = '/api/v1/payments/notify/'
/** A notification usually comes within seconds; after this long the provider is asked. */
const askAfterMs = 5 * 60_000
const bodies = new WeakMap<FastifyRequest, string>()
/** The bytes of a notification as they came, as text. */
export const rawBodyOf = (request: FastifyRequest): string => bodies.get(request) ?? ''

export async function mountPayments(server: FastifyInstance, { db, config, log }: Pick<Http, 'db' | 'config' | 'log'>): Promise<void> {
  listensAt(config, () => {
    const address = server.server.address() as AddressInfo | null
    return address === null ? undefined : `http://${address.family === 'IPv6' ? '[::1]' : '127.0.0.1'}:${address.port}`
  })
  offerProviders(config)
  const openAt = async (provider: Provider, request: ChargeRequest): Promise<{ charge: string; page: string }> => {
    try {
      return await provider.open({ db, config }, request)
    } catch (error) {
      if (error instanceof Fault) throw error
      log.warn({ err: error, provider: provider.id, payment: request.payment }, 'a provider made no charge')
      throw fault('unavailable', 'provider_away', { retryAfterSeconds: 30 })
    }
  }
  server.addHook('preParsing', async (request, _reply, payload) => {
    if (!request.url.startsWith(notifyPath)) return payload
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > most) throw fault('too_large')
      chunks.push(chunk)
    }
    const whole = Buffer.concat(chunks)
    bodies.set(request, whole.toString('utf8'))
    return Readable.from([whole])
  })

  server.get('/pay/:payment', async (request, reply) => {
    const { payment: given } = request.params as { payment: string }
    if (!id('pay').safeParse(given).success) throw fault('not_found')
    const found = await readPayment(db.read, given)
    const about = found && (await payeeOf(found.purpose).describe(db.read, found.subject))
    if (found === undefined || about === undefined) throw fault('not_found')
    let payment: PaymentRow = found
    reply.header('cache-control', 'no-store')
    // Paid, closed or no longer wanted: the order's page says which.
    if (!about.open || payment.state === 'paid' || payment.state === 'closed') return reply.redirect(about.path, 303)
    const provider = providerOf(payment.provider)
    if (!isReady(provider, config)) return reply.redirect(about.path, 303)
    if (payment.page !== null && !provider.freshPage) return reply.redirect(payment.page, 303)
    const open = ({ id: own, amount, currency }: PaymentRow): Promise<{ charge: string; page: string }> =>
      openAt(provider, {
        payment: own,
        amount,
        currency,
        description: about.description,
        merchantName: 'Planet',
        returnUrl: about.path,
        until: about.until,
        phone: /\b(Android|iPhone|iPad|Mobile)\b/.test(String(request.headers['user-agent'] ?? '')),
      })
    let made: { charge: string; page: string }
    try {
      made = await open(payment).catch(async (error: unknown) => {
        if (!(error instanceof Fault) || error.kind !== 'gone') throw error
        const { id: old, payer, subject } = payment
        const next = await db.transaction(tx => payWith(tx, payer, subject, provider.id, old))
        payment = (await readPayment(db.write, next))!
        return open(payment)
      })
    } catch (error) {
      if (!(error instanceof Fault) || !request.headers.accept?.includes('text/html')) throw error
      // A person is back at what they wanted to pay, where it says why and how else.
      const { id: own, purpose, subject } = payment
      await db.transaction(tx => payeeOf(purpose).failed(tx, [{ payment: own, subject, problem: error.code }]))
      return reply.redirect(about.path, 303)
    }
    const { charge, page } = made
    if (payment.charge === null) {
      const now = clock.now()
      await db.transaction(tx => setCharge(tx, payment.id, charge, page, now, new Date(now.getTime() + askAfterMs)))
    }
    return reply.redirect(page, 303)
  })

  await mountSandbox(server, { db, config })
  // Notifications may be forms. They are read from their raw bytes; no other entry takes one.
  server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, _body, done) =>
    request.url.startsWith(notifyPath) ? done(null, {}) : done(fault('unsupported')),
  )
}
