/** Stripe: hosted Checkout pages, signed webhooks, refunds, disputes, the account's own books, transfers. The SDK is loaded when the planet has a contract. */
import type Stripe from 'stripe'
import { Fault, fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { ChargeRequest, PayoutAnswer, Provider } from '../payments/index.ts'
import { noticeOf, sessionNotice } from './stripe-notices.ts'
import { reportOf } from './stripe-report.ts'

/** Stripe lets a page live 30 minutes at least; an order waits 30 minutes. So a page outlives its order by 30, and is closed by us when the order ends. */
const outliveMs = 31 * 60_000
const toleranceSeconds = 300
const longestNameChars = 250

type Client = { stripe: Stripe; sdk: typeof Stripe }
const clients = new WeakMap<Config, Promise<Client>>()

/** One client per configuration; a wrong or missing contract is a bug of the caller. */
export function clientOf(config: Config): Promise<Client> {
  const { stripe: contract } = config
  if (contract === undefined) throw fault('not_found')
  const found = clients.get(config)
  if (found !== undefined) return found
  const made = import('stripe').then(({ default: sdk }) => {
    const { hostname, port, protocol } = new URL(contract.apiUrl)
    const stripe = new sdk(contract.secretKey, {
      host: hostname,
      ...(port === '' ? {} : { port }),
      protocol: protocol === 'http:' ? 'http' : 'https',
      timeout: 10_000,
      maxNetworkRetries: 1,
      telemetry: false,
      appInfo: { name: 'Planet' },
    })
    return { stripe, sdk }
  })
  clients.set(config, made)
  return made
}

/** Stripe has one world for tests and one for money; what one says is nothing to the other. */
export const merchantOf = (config: Config): string =>
  /^(sk|rk)_live_/.test(config.stripe?.secretKey ?? '') ? 'stripe:live' : 'stripe:test'

/** Minor units as Stripe wants them: as ours, but three-decimal currencies only in tens. */
function amountFor(amount: bigint, currency: string): number {
  if (currency === 'KWD' && amount % 10n !== 0n)
    throw fault('unprocessable', 'wrong_amount', { detail: 'Stripe takes KWD in steps of 0.010' })
  return Number(amount)
}

function sessionFor(
  config: Config,
  { payment, amount, currency, description, merchantName, returnUrl, until }: ChargeRequest,
): Stripe.Checkout.SessionCreateParams {
  const page = `${config.url}${returnUrl}`
  const about = { metadata: { payment }, description: `${merchantName} ${description}`.slice(0, longestNameChars) }
  return {
    mode: 'payment',
    client_reference_id: payment,
    metadata: { payment },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: currency.toLowerCase(),
          unit_amount: amountFor(amount, currency),
          product_data: { name: about.description },
        },
      },
    ],
    payment_intent_data: about,
    success_url: page,
    cancel_url: page,
    // From the order, not from now: the same key must come with the same words.
    ...(until === null ? {} : { expires_at: Math.floor((until.getTime() + outliveMs) / 1000) }),
  }
}

/** A charge that can never be paid any more: the payer needs another payment. */
const gone = (): Fault => fault('gone')

/** What Stripe refuses for good, in our words; undefined: it may work later. */
function refusalOf({ sdk }: Client, error: unknown): string | undefined {
  const { errors } = sdk
  if (!(error instanceof errors.StripeInvalidRequestError || error instanceof errors.StripeCardError)) return undefined
  if (error.code === 'charge_disputed') return 'disputed'
  if (error.code === 'charge_already_refunded' || /greater than/.test(error.message)) return 'refund_too_much'
  return error.code ?? 'refused'
}

const sentAs = ({ id, reversed }: Stripe.Transfer): PayoutAnswer => ({
  state: reversed ? 'failed' : 'paid',
  ref: id,
  problem: reversed ? 'reversed' : null,
})

async function intentOf({ stripe }: Client, session: string): Promise<string> {
  const { payment_intent: intent } = await stripe.checkout.sessions.retrieve(session)
  if (intent === null) throw new Error(`session ${session} was not paid`)
  return typeof intent === 'string' ? intent : intent.id
}

export const stripe: Provider = {
  id: 'stripe',
  name: 'Stripe',
  sandbox: false,
  // A page may have run out while its payment waits.
  freshPage: true,
  returnsFee: false,
  ready: config => config.stripe !== undefined,
  merchant: merchantOf,
  async open({ config }, request) {
    const client = await clientOf(config)
    const { stripe: api } = client
    const made = await api.checkout.sessions.create(sessionFor(config, request), { idempotencyKey: request.payment })
    // A repeat is answered from memory: how it stands now is asked.
    const { id, url, status, payment_status: paid } = await api.checkout.sessions.retrieve(made.id)
    if (status === 'open' && url !== null) return { charge: id, page: url }
    // Paid, and its webhook on the way: back to the order, which waits for it.
    if (status === 'complete' && paid === 'paid') return { charge: id, page: request.returnUrl }
    throw gone()
  },
  async read(config, headers, rawBody) {
    const client = await clientOf(config)
    const signature = headers['stripe-signature']
    let event: Stripe.Event
    try {
      const { webhooks } = client.stripe
      event = webhooks.constructEvent(
        rawBody,
        String(signature),
        config.stripe!.webhookSecret,
        toleranceSeconds,
        undefined,
        clock.now().getTime(),
      )
    } catch (error) {
      if (error instanceof client.sdk.errors.StripeSignatureVerificationError) throw fault('unauthenticated', 'bad_signature')
      throw fault('invalid', 'invalid', { fields: { body: 'event' } })
    }
    if (typeof event.id !== 'string' || typeof event.type !== 'string') throw fault('invalid', 'invalid', { fields: { body: 'event' } })
    try {
      return await noticeOf(client.stripe, event)
    } catch (error) {
      // What it needs to know more was not to be had: Stripe tells us again.
      if (error instanceof Fault) throw error
      throw fault('unavailable', 'provider_away')
    }
  },
  async refund({ config }, { key, charge, amount, currency }) {
    const client = await clientOf(config)
    try {
      const intent = await intentOf(client, charge)
      // Asked before? Then how it stands now, which a repeat of the request would not say.
      const before = (await client.stripe.refunds.list({ payment_intent: intent, limit: 100 })).data.find(
        one => one.metadata?.['refund'] === key,
      )
      const asked = { payment_intent: intent, amount: amountFor(amount, currency), metadata: { refund: key } }
      const made = before ?? (await client.stripe.refunds.create(asked, { idempotencyKey: key }))
      if (made.status === 'failed' || made.status === 'canceled') throw fault('unprocessable', made.failure_reason ?? 'refused')
      return made.status === 'succeeded'
    } catch (error) {
      const refusal = refusalOf(client, error)
      if (refusal !== undefined) throw fault('unprocessable', refusal)
      throw error
    }
  },
  async query({ config }, { charge }) {
    if (charge === null) return null
    const { stripe: api } = await clientOf(config)
    const session = await api.checkout.sessions.retrieve(charge)
    const type = session.payment_status === 'paid' ? 'paid' : session.status === 'expired' ? 'failed' : undefined
    if (type === undefined) return null
    return sessionNotice(api, `query_${type}_${charge}`, type, session, merchantOf(config), { asked: true })
  },
  async close({ config }, { charge }) {
    if (charge === null) return
    const client = await clientOf(config)
    try {
      await client.stripe.checkout.sessions.expire(charge)
    } catch (error) {
      // Paid or closed already.
      if (refusalOf(client, error) === undefined) throw error
    }
  },
  report: async ({ config }, day) => reportOf((await clientOf(config)).stripe, day),
  async payOut({ config }, { key, amount, currency, account, note }) {
    const client = await clientOf(config)
    try {
      // Asked before? Stripe forgets keys after a day; a transfer that is there is not made again.
      const [before] = (await client.stripe.transfers.list({ transfer_group: key, limit: 1 })).data
      if (before !== undefined) return sentAs(before)
      const made = await client.stripe.transfers.create(
        {
          amount: amountFor(amount, currency),
          currency: currency.toLowerCase(),
          destination: account,
          description: note,
          transfer_group: key,
          metadata: { payout: key },
        },
        { idempotencyKey: key },
      )
      return sentAs(made)
    } catch (error) {
      const refusal = refusalOf(client, error)
      if (refusal === undefined) throw error
      return { state: 'failed', ref: '', problem: refusal }
    }
  },
  async payOutState({ config }, key) {
    const { stripe: api } = await clientOf(config)
    const [transfer] = (await api.transfers.list({ transfer_group: key, limit: 1 })).data
    if (transfer === undefined) return { state: 'failed', ref: '', problem: 'unknown' }
    return sentAs(transfer)
  },
}
