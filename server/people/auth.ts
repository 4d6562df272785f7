/** Mounts signing up, in and out at /api/auth. better-auth does the work; this door decides what reaches it and words every refusal as a Problem. */
import { betterAuth } from 'better-auth'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { line } from '../../shared/contract.ts'
import { Fault, fault } from '../../shared/faults.ts'
import { locale } from '../../shared/people.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import { invalidInput, issueWords } from '../foundation/problems.ts'
import { localeOf } from '../foundation/session.ts'
import { makeLimit } from './limits.ts'
import { addressHeader, authOptions, passwordLength } from './options.ts'
import { emailTaken } from './store.ts'

const password = z.string().min(passwordLength.least).max(passwordLength.most)
const email = z.string().trim().toLowerCase().max(200).pipe(z.email())
const bodies = {
  signUp: z.object({ name: line(80), email, password, locale: locale.optional(), rememberMe: z.boolean().optional() }),
  signIn: z.object({ email, password: z.string().min(1).max(passwordLength.most), rememberMe: z.boolean().optional() }),
  changePassword: z.object({
    currentPassword: z.string().min(1).max(passwordLength.most),
    newPassword: password,
    revokeOtherSessions: z.boolean().default(true),
  }),
}

/** Another site must not sign anyone in, out or up: its requests carry an Origin, or the browser's word on where they come from. */
export function refuseForeign(request: FastifyRequest, config: Config): void {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (origin === undefined) {
    if (site === 'cross-site' || site === 'same-site') throw fault('forbidden', 'foreign_origin')
    return
  }
  if (origin === config.url) return
  let host: string | undefined
  try {
    ;({ host } = new URL(origin))
  } catch {
    // "null" and the like are nobody's.
  }
  if (host === undefined || host !== request.headers.host) throw fault('forbidden', 'foreign_origin')
}

const codes: Record<string, () => Fault> = {
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: () => fault('conflict', 'email_taken'),
  USER_ALREADY_EXISTS: () => fault('conflict', 'email_taken'),
  FAILED_TO_CREATE_USER: () => fault('unavailable', 'sign_up_failed'),
  INVALID_EMAIL_OR_PASSWORD: () => fault('unauthenticated', 'login_failed'),
  FAILED_TO_CREATE_SESSION: () => fault('unauthenticated', 'login_failed'),
  INVALID_PASSWORD: () => fault('invalid', 'login_failed', { fields: { currentPassword: 'password' } }),
  UNAUTHORIZED: () => fault('unauthenticated'),
}

function refusal(status: number, code: unknown): Fault {
  const known = typeof code === 'string' ? codes[code]?.() : undefined
  if (known !== undefined) return known
  if (status === 401) return fault('unauthenticated')
  if (status === 403) return fault('forbidden')
  if (status < 500) return fault('invalid')
  throw new Error(`better-auth answered ${status} ${String(code)}`)
}

const tooMany = {
  /** Signing up and in, per address: many people may sit behind one. */
  address: { most: 60, seconds: 60 },
  /** Wrong passwords for one e-mail address from one network address. */
  guess: { most: 10, seconds: 300 },
  /** Wrong passwords for one e-mail address from anywhere. */
  target: { most: 100, seconds: 3600 },
}

/** Mounts POST sign-up/email, sign-in/email, sign-out, change-password and GET get-session below /api/auth; nothing else of better-auth is open. */
export async function mountAuth(app: FastifyInstance, { db, config, log }: { db: Db; config: Config; log: Log }): Promise<void> {
  const auth = betterAuth(authOptions({ db, config, log }))
  const byAddress = makeLimit(tooMany.address.most, tooMany.address.seconds)
  const byGuess = makeLimit(tooMany.guess.most, tooMany.guess.seconds)
  const byTarget = makeLimit(tooMany.target.most, tooMany.target.seconds)

  const checked = <T extends z.ZodType>(schema: T, request: FastifyRequest): z.output<T> => {
    const parsed = schema.safeParse(request.body ?? {}, issueWords(localeOf(request.headers)))
    if (!parsed.success) throw invalidInput(parsed.error.issues)
    return parsed.data
  }
  /** Asks better-auth with nothing but the headers it needs; gives its status and JSON and passes its cookies on. */
  const ask = async (
    request: FastifyRequest,
    reply: FastifyReply,
    method: 'GET' | 'POST',
    path: string,
    body?: object,
  ): Promise<Record<string, unknown> | null> => {
    const headers = new Headers({ [addressHeader]: request.ip, 'user-agent': request.headers['user-agent'] ?? '' })
    if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie)
    if (body !== undefined) headers.set('content-type', 'application/json')
    const answer = await auth.handler(
      new Request(`${config.url}/api/auth${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    )
    const json = (await answer.json().catch(() => null)) as Record<string, unknown> | null
    if (!answer.ok) throw refusal(answer.status, json?.['code'])
    for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie)
    reply.header('cache-control', 'no-store')
    return json
  }
  const person = (json: Record<string, unknown> | null) => {
    const user = (json?.['user'] ?? {}) as { id: string; name: string; email: string }
    return { user: { id: user.id, name: user.name, email: user.email } }
  }
  const options = { bodyLimit: 16 * 1024 }
  const before = (request: FastifyRequest): void => {
    refuseForeign(request, config)
    if (config.rateLimits) byAddress.take(request.ip)
  }

  app.post('/api/auth/sign-up/email', options, async (request, reply) => {
    before(request)
    const body = checked(bodies.signUp, request)
    try {
      return person(await ask(request, reply, 'POST', '/sign-up/email', { ...body, locale: body.locale ?? localeOf(request.headers) }))
    } catch (error) {
      // Two sign-ups at once with one address: the unique key refused the second, which better-auth reports as any failure.
      if (error instanceof Fault && error.code === 'sign_up_failed' && (await emailTaken(db.write, body.email)))
        throw fault('conflict', 'email_taken')
      throw error
    }
  })
  app.post('/api/auth/sign-in/email', options, async (request, reply) => {
    before(request)
    const body = checked(bodies.signIn, request)
    const guess = `${request.ip} ${body.email}`
    if (config.rateLimits) {
      byGuess.take(guess)
      byTarget.take(body.email)
    }
    const found = person(await ask(request, reply, 'POST', '/sign-in/email', body))
    byGuess.giveBack(guess)
    byTarget.giveBack(body.email)
    return found
  })
  app.post('/api/auth/sign-out', options, async (request, reply) => {
    refuseForeign(request, config)
    await ask(request, reply, 'POST', '/sign-out', {})
    return { ok: true }
  })
  app.post('/api/auth/change-password', options, async (request, reply) => {
    before(request)
    await ask(request, reply, 'POST', '/change-password', checked(bodies.changePassword, request))
    return { ok: true }
  })
  app.get('/api/auth/get-session', async (request, reply) => {
    const json = await ask(request, reply, 'GET', '/get-session')
    const session = json?.['session'] as { id: string; expiresAt: string } | undefined
    return session === undefined ? { session: null } : { session: { id: session.id, expiresAt: session.expiresAt }, ...person(json) }
  })
}
