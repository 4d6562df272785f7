/** The sandbox provider's own addresses: the payer's page (where the payer's bank can be played too), and the same as JSON for scripts. Whoever has a charge's name may decide it, as on any hosted page. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Fault, fault } from '../../../shared/faults.ts'
import type { Http } from '../../foundation/http.ts'
import { localeOf } from '../../foundation/session.ts'
import { disputeCharge, getCharge, settleCharge, type BankOutcome, type Charge, type SandboxOutcome } from './charges.ts'
import { contentPolicy, missingPage, payPage } from './page.ts'

const bank: readonly string[] = ['dispute', 'dispute_won', 'dispute_lost'] satisfies BankOutcome[]
const outcome = z.enum(['pay', 'delay', 'fail', 'cancel', 'dispute', 'dispute_won', 'dispute_lost'])
const amountText = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(BigInt)
  .optional()
const refText = /^ch_[A-Za-z0-9_-]{10,60}$/

const cookie = (request: FastifyRequest, pattern: RegExp): string | undefined => pattern.exec(String(request.headers.cookie ?? ''))?.[1]
const localeFor = (request: FastifyRequest): 'zh' | 'en' =>
  (cookie(request, /(?:^|;\s*)planet_locale=(en|zh)\b/) as 'en' | 'zh' | undefined) ?? localeOf(request.headers)
const themeFor = (request: FastifyRequest): 'light' | 'dark' | null =>
  (cookie(request, /(?:^|;\s*)planet_theme=(light|dark)\b/) as 'light' | 'dark' | undefined) ?? null

const refOf = (request: FastifyRequest): string => {
  const { ref } = request.params as { ref: string }
  if (!refText.test(ref)) throw fault('not_found')
  return ref
}
/** What the form or the script chose: the payer's choice, or the payer's bank's. */
function decideCharge({ db, config }: Pick<Http, 'db' | 'config'>, request: FastifyRequest): Promise<Charge> {
  // Switched off, no page that was left open may make money any more.
  if (!config.sandbox) throw fault('not_found')
  const body = request.body as { outcome?: unknown; amount?: unknown } | undefined
  const chosen = outcome.safeParse(body?.outcome)
  if (!chosen.success) throw fault('invalid', 'invalid', { fields: { outcome: outcome.options.join(', ') } })
  const amount = amountText.safeParse(body?.amount)
  if (!amount.success) throw fault('invalid', 'invalid', { fields: { amount: '100' } })
  return bank.includes(chosen.data)
    ? disputeCharge(db, refOf(request), chosen.data as BankOutcome, amount.data)
    : settleCharge(db, refOf(request), chosen.data as SandboxOutcome)
}
const sendPage = (reply: FastifyReply, html: string, status = 200): FastifyReply =>
  reply
    .code(status)
    .headers({
      'content-security-policy': contentPolicy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(html)

const chargeJson = (charge: Charge) => ({
  ref: charge.ref,
  reference: charge.reference,
  state: charge.state,
  refunded: charge.refunded.toString(),
  disputed: charge.disputed.toString(),
  amount: { amount: charge.amount.toString(), currency: charge.currency },
  description: charge.description,
  returnUrl: charge.returnUrl,
})

export async function mountSandbox(server: FastifyInstance, { db, config }: Pick<Http, 'db' | 'config'>): Promise<void> {
  await server.register(async own => {
    own.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 2000 }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    )

    own.get('/sandbox/pay/:ref', async (request, reply) => {
      try {
        return sendPage(reply, payPage(await getCharge(db, refOf(request)), localeFor(request), themeFor(request)))
      } catch (error) {
        if (error instanceof Fault && error.kind === 'not_found')
          return sendPage(reply, missingPage(localeFor(request), themeFor(request)), 404)
        throw error
      }
    })
    own.post('/sandbox/pay/:ref', async (request, reply) => {
      const charge = await decideCharge({ db, config }, request)
      return reply.header('cache-control', 'no-store').redirect(charge.returnUrl, 303)
    })
    own.get('/sandbox/api/charges/:ref', async (request, reply) =>
      reply.header('cache-control', 'no-store').send(chargeJson(await getCharge(db, refOf(request)))),
    )
    own.post('/sandbox/api/charges/:ref', async (request, reply) =>
      reply.header('cache-control', 'no-store').send(chargeJson(await decideCharge({ db, config }, request))),
    )
  })
}
