/** Addresses of payments outside the API: `/pay/:payment` sends the payer to the provider's page; and the raw bytes of notifications are kept for their signatures. */
import { Readable } from 'node:stream'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { id } from '../../shared/ids.ts'
import type { Http } from '../foundation/http.ts'
import { payeeOf } from './payments.ts'
import { providerOf } from './providers.ts'
import { mountSandbox } from './sandbox/mount.ts'
import { listensAt } from './sandbox/notify.ts'
import { readPayment, setCharge } from './store.ts'

const most = 65_536
const bodies = new WeakMap<FastifyRequest, string>()
/** The bytes of a notification as they came, as text. */
export const rawBodyOf = (request: FastifyRequest): string => bodies.get(request) ?? ''

export async function mountPayments(server: FastifyInstance, { db, config }: Pick<Http, 'db' | 'config'>): Promise<void> {
  listensAt(config, () => {
    const address = server.server.address() as AddressInfo | null
    return address === null ? undefined : `http://${address.family === 'IPv6' ? '[::1]' : '127.0.0.1'}:${address.port}`
  })
  server.addHook('preParsing', async (request, _reply, payload) => {
    if (!request.url.startsWith('/api/v1/payments/notify/')) return payload
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
    const payment = await readPayment(db.read, given)
    const about = payment && (await payeeOf(payment.purpose).describe(db.read, payment.subject))
    if (payment === undefined || about === undefined) throw fault('not_found')
    reply.header('cache-control', 'no-store')
    // Paid, closed or no longer wanted: the order's page says which.
    if (!about.open || payment.state === 'paid' || payment.state === 'closed') return reply.redirect(about.path, 303)
    if (payment.page !== null) return reply.redirect(payment.page, 303)
    const { charge, page } = await providerOf(payment.provider).open(
      { db, config },
      {
        payment: payment.id,
        amount: payment.amount,
        currency: payment.currency,
        description: about.description,
        merchantName: 'Planet',
        returnUrl: about.path,
      },
    )
    await db.transaction(tx => setCharge(tx, payment.id, charge, page))
    return reply.redirect(page, 303)
  })

  await mountSandbox(server, { db })
}
