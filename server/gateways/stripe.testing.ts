/**
 * A local Stripe for tests: its REST protocol (form encoding, Bearer keys, idempotency keys, errors, expanding, paging) and its signed webhooks. It keeps books as
 * Stripe does: 3.4 % and ¥2.35 of each payment, nothing back on refunds, ¥100.00 for a dispute. Events wait in `events` until a test sends them.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clock } from '../foundation/clock.ts'

export type Thing = Record<string, unknown> & { id: string; object: string }
export type StripeEvent = { id: string; type: string; body: string }
type Params = Record<string, unknown>
class Refused extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message = code) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** `a[b][0][c]=d` as it was meant. */
function formOf(text: string): Params {
  const made: Params = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const path = [...name.matchAll(/[^[\]]+/g)].map(match => match[0])
    let at = made
    for (const step of path.slice(0, -1)) at = (at[step] ??= {}) as Params
    at[path.at(-1)!] = value
  }
  return made
}
const seconds = (): number => Math.floor(clock.now().getTime() / 1000)
const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`

export async function startStripe(options: { key?: string; secret?: string } = {}) {
  const key = options.key ?? 'sk_test_local'
  const secret = options.secret ?? 'whsec_local'
  const things = new Map<string, Thing>()
  const books: Thing[] = []
  const answers = new Map<string, { asked: string; status: number; body: string }>()
  const events: StripeEvent[] = []
  const calls: string[] = []
  let down = false
  let failRefunds: string | undefined

  const keep = <T extends Params>(prefix: string, object: string, given: T): Thing & T => {
    const made = { id: newId(prefix), object, created: seconds(), livemode: false, ...given }
    things.set(made.id, made)
    return made
  }
  const find = (id: unknown, object?: string): Thing => {
    const found = things.get(String(id))
    if (found === undefined || (object !== undefined && found.object !== object))
      throw new Refused(404, 'resource_missing', `No such ${object ?? 'thing'}: '${String(id)}'`)
    return found
  }
  const all = (object: string, fits: (thing: Thing) => boolean): Thing[] =>
    [...things.values()].filter(one => one.object === object && fits(one)).reverse()
  const book = (category: string, source: string, amount: number, fee: number, currency: string): Thing => {
    const made = {
      id: newId('txn'),
      object: 'balance_transaction',
      amount,
      fee,
      net: amount - fee,
      currency,
      source,
      type: category,
      reporting_category: category,
      created: seconds(),
    }
    books.push(made)
    things.set(made.id, made)
    return made
  }
  const tell = (type: string, object: Thing, more: Params = {}): StripeEvent => {
    const id = newId('evt')
    const made = {
      id,
      type,
      body: JSON.stringify({
        id,
        object: 'event',
        api_version: '2026-10-28.endive',
        created: seconds(),
        livemode: false,
        type,
        data: { object },
        ...more,
      }),
    }
    events.push(made)
    return made
  }

  /** `expand[]=latest_charge.balance_transaction`: names become what they name. */
  function expanded(thing: Thing, paths: readonly string[]): Thing {
    const made = { ...thing }
    for (const path of paths) {
      const [first, ...rest] = path.split('.')
      const name = made[first!]
      if (typeof name === 'string' && things.has(name)) made[first!] = expanded(things.get(name)!, rest.length > 0 ? [rest.join('.')] : [])
      else if (typeof name === 'object' && name !== null && rest.length > 0) made[first!] = expanded(name as Thing, [rest.join('.')])
    }
    return made
  }
  function page(items: readonly Thing[], params: Params, url: string): Params {
    const limit = Number(params['limit'] ?? 10)
    const after = params['starting_after']
    const from = after === undefined ? 0 : items.findIndex(one => one.id === after) + 1
    const paths = Object.values((params['expand'] ?? {}) as Params).map(path => String(path).replace(/^data\./, ''))
    return {
      object: 'list',
      url,
      has_more: from + limit < items.length,
      data: items.slice(from, from + limit).map(one => expanded(one, paths)),
    }
  }

  function makeSession(params: Params): Thing {
    const [line] = Object.values(params['line_items'] as Params) as Params[]
    const price = line!['price_data'] as Params
    const amount = Number(price['unit_amount'])
    if (!Number.isInteger(amount) || amount < 1) throw new Refused(400, 'parameter_invalid_integer')
    const expires = Number(params['expires_at'] ?? seconds() + 86_400)
    if (expires < seconds() + 1800)
      throw new Refused(400, 'parameter_invalid', 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.')
    if (expires > seconds() + 86_400) throw new Refused(400, 'parameter_invalid', 'at most 24 hours')
    const { metadata = {} } = (params['payment_intent_data'] ?? {}) as Params
    const session = keep('cs_test', 'checkout.session', {
      client_reference_id: params['client_reference_id'] ?? null,
      metadata: params['metadata'] ?? {},
      amount_total: amount,
      currency: String(price['currency']),
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null as string | null,
      intent_metadata: metadata,
      expires_at: expires,
      success_url: params['success_url'],
      url: '',
    })
    session.url = `${gateway.url}/c/pay/${session.id}`
    return session
  }
  function makeRefund(params: Params): Thing {
    const intent = find(params['payment_intent'], 'payment_intent')
    const charge = find(intent['latest_charge'], 'charge')
    const amount = Number(params['amount'])
    if (charge['disputed'] === true) throw new Refused(400, 'charge_disputed', 'Charge has been charged back; cannot issue a refund.')
    if (Number(charge['amount_refunded']) + amount > Number(charge['amount']))
      throw new Refused(400, 'parameter_invalid', 'Refund amount is greater than unrefunded amount on charge')
    const status = failRefunds === undefined ? 'succeeded' : failRefunds
    const refund = keep('re', 'refund', {
      amount,
      currency: charge['currency'],
      charge: charge.id,
      payment_intent: intent.id,
      metadata: params['metadata'] ?? {},
      status,
      failure_reason: null,
    })
    charge['amount_refunded'] = Number(charge['amount_refunded']) + amount
    if (status === 'succeeded') book('refund', refund.id, -amount, 0, String(charge['currency']))
    tell('refund.created', refund)
    if (status === 'succeeded') tell('charge.refunded', charge)
    return refund
  }

  function answer(method: string, path: string, params: Params): Params {
    const [, , first, second, third, fourth] = path.split('/')
    const paths = Object.values((params['expand'] ?? {}) as Params).map(String)
    if (first === 'checkout' && method === 'POST' && third === undefined) return makeSession(params)
    if (first === 'checkout' && method === 'GET' && third === undefined)
      return page(
        all('checkout.session', one => one['payment_intent'] === params['payment_intent']),
        params,
        path,
      )
    if (first === 'checkout' && method === 'GET') return expanded(find(third, 'checkout.session'), paths)
    if (first === 'checkout' && fourth === 'expire') {
      const session = find(third, 'checkout.session')
      if (session['status'] !== 'open')
        throw new Refused(400, 'resource_missing', 'Only Checkout Sessions with a status in ["open"] can be expired.')
      session['status'] = 'expired'
      tell('checkout.session.expired', session)
      return session
    }
    if (first === 'payment_intents') return expanded(find(second, 'payment_intent'), paths)
    if (first === 'refunds' && method === 'POST') return makeRefund(params)
    if (first === 'refunds')
      return page(
        all('refund', one => one['charge'] === params['charge'] || one['payment_intent'] === params['payment_intent']),
        params,
        path,
      )
    if (first === 'balance_transactions') {
      const { gte, lt } = params['created'] as { gte: string; lt: string }
      return page(
        [...books].reverse().filter(one => Number(one['created']) >= Number(gte) && Number(one['created']) < Number(lt)),
        params,
        path,
      )
    }
    if (first === 'transfers' && method === 'POST') {
      if (!String(params['destination']).startsWith('acct_'))
        throw new Refused(400, 'resource_missing', `No such destination: '${String(params['destination'])}'`)
      const made = keep('tr', 'transfer', { ...params, amount: Number(params['amount']), reversed: false })
      book('transfer', made.id, -Number(made.amount), 0, String(params['currency']))
      return made
    }
    if (first === 'transfers')
      return page(
        all('transfer', one => one['transfer_group'] === params['transfer_group']),
        params,
        path,
      )
    throw new Refused(404, 'resource_missing', `Unrecognized request URL (${method}: ${path})`)
  }

  function take(request: IncomingMessage, response: ServerResponse, text: string): void {
    const url = new URL(request.url ?? '/', 'http://local')
    const send = (status: number, body: string, replayed = false): void => {
      response
        .writeHead(status, {
          'content-type': 'application/json',
          'request-id': newId('req'),
          ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
        })
        .end(body)
    }
    const fail = (status: number, type: string, code: string, message: string): void =>
      send(status, JSON.stringify({ error: { type, code, message } }))
    // The page a payer sees; paying on it is `pay` below.
    const shown = /^\/c\/pay\/(.+)$/.exec(url.pathname)?.[1]
    if (shown !== undefined) {
      const session = find(shown, 'checkout.session')
      return void response
        .setHeader('content-type', 'text/html')
        .end(`<h1>Stripe</h1><p>${String(session['amount_total'])}</p><a href="${String(session['success_url'])}">back</a>`)
    }
    if (request.headers.authorization !== `Bearer ${key}`)
      return fail(401, 'invalid_request_error', 'api_key_invalid', 'Invalid API Key provided')
    calls.push(`${request.method} ${url.pathname}`)
    const once = request.headers['idempotency-key']
    const asked = `${request.method} ${url.pathname} ${text}`
    const before = typeof once === 'string' && request.method === 'POST' ? answers.get(once) : undefined
    if (before !== undefined && before.asked !== asked)
      return fail(
        400,
        'idempotency_error',
        'idempotency_key_in_use',
        'Keys for idempotent requests can only be used with the same parameters they were first used with.',
      )
    if (before !== undefined) return send(before.status, before.body, true)
    let [status, body] = [200, '']
    try {
      body = JSON.stringify(answer(request.method ?? '', url.pathname, formOf(request.method === 'POST' ? text : url.search.slice(1))))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      status = error.status
      body = JSON.stringify({ error: { type: 'invalid_request_error', code: error.code, message: error.message } })
    }
    // What was refused while it was read may be asked again; what was carried out is answered from memory.
    if (typeof once === 'string' && request.method === 'POST' && status === 200) answers.set(once, { asked, status, body })
    send(status, body)
  }

  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy()
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => take(request, response, text))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  const gateway = {
    key,
    secret,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    calls,
    books,
    find,
    tell,
    /** As Stripe does after a day. */
    forgetKeys: (): void => answers.clear(),
    setDown: (is: boolean): void => void (down = is),
    /** Refunds from now on stand so at first (`pending`), or succeed at once. */
    setRefunds: (status: string | undefined): void => void (failRefunds = status),
    session: (reference: string): Thing => all('checkout.session', one => one['client_reference_id'] === reference)[0]!,
    /** The payer pays on the page. Its events: the intent's, then the session's. */
    pay(session: Thing, how: { async?: boolean } = {}): { intent: StripeEvent; session: StripeEvent } {
      if (session['status'] !== 'open') throw new Error(`the page is ${String(session['status'])}`)
      const {
        amount_total: amount,
        currency,
        intent_metadata: metadata,
      } = session as unknown as { amount_total: number; currency: string; intent_metadata: object }
      const intent = keep('pi', 'payment_intent', {
        amount,
        currency,
        metadata,
        status: 'succeeded',
        latest_charge: '',
        last_payment_error: null,
      })
      const charge = keep('ch', 'charge', {
        amount,
        currency,
        metadata,
        payment_intent: intent.id,
        amount_refunded: 0,
        disputed: false,
        balance_transaction: '',
      })
      charge.balance_transaction = book(
        'charge',
        charge.id,
        amount,
        Math.round(amount * 0.034) + (currency === 'jpy' ? 40 : 235),
        currency,
      ).id
      intent.latest_charge = charge.id
      Object.assign(session, { status: 'complete', payment_status: how.async === true ? 'unpaid' : 'paid', payment_intent: intent.id })
      return { intent: tell('payment_intent.succeeded', intent), session: tell('checkout.session.completed', session) }
    },
    /** The payer's bank takes a payment back, or decides. */
    dispute(session: Thing, status: 'needs_response' | 'won' | 'lost' | 'warning_needs_response', ref?: string): Thing {
      const intent = find(session['payment_intent'], 'payment_intent')
      const charge = find(intent['latest_charge'], 'charge')
      const { amount, currency } = charge as unknown as { amount: number; currency: string }
      const dispute =
        ref !== undefined
          ? find(ref, 'dispute')
          : keep('du', 'dispute', {
              amount,
              currency,
              charge: charge.id,
              payment_intent: intent.id,
              reason: 'fraudulent',
              status,
              evidence_details: { due_by: seconds() + 86_400 * 7 },
              balance_transactions: [] as Thing[],
            })
      dispute['status'] = status
      const rows = dispute['balance_transactions'] as Thing[]
      if (status === 'needs_response') rows.push(book('dispute', dispute.id, -amount, 10_000, currency))
      if (status === 'won') rows.push(book('dispute_reversal', dispute.id, amount, 0, currency))
      charge['disputed'] = status !== 'won'
      tell(status === 'won' || status === 'lost' ? 'charge.dispute.closed' : 'charge.dispute.created', dispute)
      return dispute
    },
    /** The headers of a webhook, signed now (or then). */
    sign: (body: string, at: Date = clock.now(), by: string = secret): Record<string, string> => {
      const t = Math.floor(at.getTime() / 1000)
      return {
        'content-type': 'application/json',
        'stripe-signature': `t=${t},v1=${createHmac('sha256', by).update(`${t}.${body}`).digest('hex')}`,
      }
    },
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return gateway
}
export type LocalStripe = Awaited<ReturnType<typeof startStripe>>
