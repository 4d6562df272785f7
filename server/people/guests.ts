/**
 * Buying without an account: a guest is a person with an address nobody has proven and no password. The mail that goes to this address opens their things on any
 * device, and is the only way to a password: whoever typed somebody else's address can never make it theirs.
 */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { people } from '../../shared/people.ts'
import { words } from '../../shared/words/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { cut } from '../foundation/live.ts'
import { sendMail } from '../foundation/mail.ts'
import { localeOf, type Viewer } from '../foundation/session.ts'
import { hashPassword } from './accounts.ts'
import { refuseForeign } from './auth.ts'
import { cookieName, isSecure, rememberSeconds } from './options.ts'
import { endSession, endSessions } from './store.ts'
import { guestsOfContact, insertGuest, insertSession, lockGuest, makeMember, readGuest, renameGuest } from './store-guests.ts'

type Entries = typeof people.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** So long a link in a mail opens a guest's things; a new one can be asked for. */
const linkDays = 90
const dayMs = 86_400_000
/** A browser keeps a cookie 400 days at most; the session's row says when it ends. */
const cookieSeconds = 400 * 86_400

const sign = (secret: string, text: string): string => createHmac('sha256', secret).update(`guest ${text}`).digest('base64url')

/** Opens the things of this guest until it runs out: for mails to their contact and nothing else. */
export function guestToken(secret: string, person: string, at: Date = clock.now()): string {
  const text = `${person}.${Math.floor((at.getTime() + linkDays * dayMs) / 1000).toString(36)}`
  return `${text}.${sign(secret, text)}`
}

/** The guest of a token; a token that is none or is over says `link_over`. */
function guestOf(secret: string, token: string): string {
  const [person = '', until = '', signed = ''] = token.split('.')
  const right = Buffer.from(sign(secret, `${person}.${until}`))
  const given = Buffer.from(signed)
  if (given.length !== right.length || !timingSafeEqual(given, right) || Number.parseInt(until, 36) * 1000 < clock.now().getTime())
    throw fault('gone', 'link_over')
  return person
}

/** The address of a page of a guest's as it stands in mails: it opens on any device. `to`: a path of this planet. */
export const guestLink = (config: Pick<Config, 'url' | 'secret'>, person: string, to: string): string =>
  `${config.url}/checkout/open?token=${encodeURIComponent(guestToken(config.secret, person))}&to=${encodeURIComponent(to)}`
/** As above, leading to where a password is chosen. */
export const keepLink = (config: Pick<Config, 'url' | 'secret'>, person: string): string =>
  `${guestLink(config, person, '/orders')}&keep=true`

const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** A session of our own making, told by the same cookie as those of members (viewer.ts). Gives the cookie. */
async function openSession(tx: Tx, { request, config }: Pick<StreamContext, 'request' | 'config'>, person: string): Promise<string> {
  const now = clock.now()
  const token = Array.from({ length: 32 }, () => signs[randomInt(signs.length)]!).join('')
  await insertSession(tx, {
    id: newId('ses', now),
    person,
    token,
    expiresAt: new Date(now.getTime() + rememberSeconds * 1000),
    at: now,
    address: request.ip,
    device: String(request.headers['user-agent'] ?? '').slice(0, 300),
  })
  const value = encodeURIComponent(`${token}.${createHmac('sha256', config.secret).update(token).digest('base64')}`)
  return `${cookieName(config)}=${value}; Max-Age=${cookieSeconds}; Path=/; HttpOnly; ${isSecure(config) ? 'Secure; ' : ''}SameSite=Lax`
}

const giveCookie = (reply: FastifyReply, cookie: string): void =>
  void reply.header('set-cookie', cookie).header('cache-control', 'no-store')

/** Who buys without an account gets a session; a member stays who they are, and a guest with the same address too. */
export async function beGuest(
  context: StreamContext,
  viewer: Viewer | null,
  input: Input<'POST /checkout/guest'>,
): Promise<Ok<'POST /checkout/guest'>> {
  const { request, reply, write, config } = context
  refuseForeign(request, config)
  if (viewer !== null && viewer.guest !== true) return { guest: false, contact: viewer.email }
  const { email, name } = input
  if (viewer !== null && viewer.email === email) {
    if (name !== undefined && name !== viewer.name) await write(tx => renameGuest(tx, viewer.id, name, clock.now()))
    return { guest: true, contact: email }
  }
  const cookie = await write(async tx => {
    const id = newId('usr')
    await insertGuest(tx, {
      id,
      name: name ?? email.split('@')[0]!.slice(0, 80),
      contact: email,
      locale: localeOf(request.headers),
      at: clock.now(),
    })
    // Another address is another guest: what was bought with the first one is opened by the mails that went there.
    if (viewer !== null) await endSession(tx, viewer.id, viewer.session)
    return openSession(tx, context, id)
  })
  giveCookie(reply, cookie)
  return { guest: true, contact: email }
}

/** Opens a guest's things with the link of a mail. Of someone who is a member by now it opens nothing: they sign in. */
export async function openGuest(
  context: StreamContext,
  viewer: Viewer | null,
  input: Input<'POST /checkout/open'>,
): Promise<Ok<'POST /checkout/open'>> {
  const { request, reply, write, config } = context
  refuseForeign(request, config)
  const person = guestOf(config.secret, input.token)
  if (viewer?.id === person) return { state: 'open' }
  const guest = await readGuest(context.db.write, person)
  if (guest === undefined) return { state: 'member' }
  // Somebody else is signed in here: they say first that they want to leave.
  if (viewer !== null && viewer.guest !== true && !input.leave) return { state: 'other' }
  const cookie = await write(async tx => {
    if (viewer !== null) await endSession(tx, viewer.id, viewer.session)
    return openSession(tx, context, person)
  })
  giveCookie(reply, cookie)
  return { state: 'open' }
}

/** A guest keeps their things: the link of a mail proves the address, a password makes them a member. Every other session of theirs ends. */
export async function keepGuest(
  context: StreamContext,
  _viewer: Viewer | null,
  input: Input<'POST /checkout/keep'>,
): Promise<Ok<'POST /checkout/keep'>> {
  const { request, reply, write, config } = context
  refuseForeign(request, config)
  const person = guestOf(config.secret, input.token)
  const passwordHash = await hashPassword(input.password)
  const cookie = await write(async tx => {
    const guest = await lockGuest(tx, person)
    if (guest === undefined) throw fault('gone', 'link_over')
    const at = clock.now()
    // Whoever holds the link reads this mailbox: they may know that it has an account.
    if (!(await makeMember(tx, { person, account: newId('acc'), passwordHash, name: input.name ?? null, at })))
      throw fault('conflict', 'email_taken')
    await endSessions(tx, person, null)
    cut(tx, { person })
    await tell(tx, { type: 'person_joined', person })
    return openSession(tx, context, person)
  })
  giveCookie(reply, cookie)
  return { ok: true }
}

/** Sends the links to all guests of an address. The answer is the same whether there are any. */
export async function askLink(tx: Tx, _viewer: Viewer | null, input: Input<'POST /checkout/link'>): Promise<Ok<'POST /checkout/link'>> {
  await enqueue(tx, 'people.guest_link', { email: input.email }, { key: `people.guest_link:${input.email}`, maxAttempts: 5 })
  return { ok: true }
}

const escape = (text: string): string => text.replace(/[&<>"']/g, char => `&#${char.codePointAt(0)};`)

export async function mailLinks({ read, config, log }: JobContext, { email }: { email: string }): Promise<void> {
  const guests = await guestsOfContact(read, email, 20)
  if (guests.length === 0) return
  const { name, locale } = guests[0]!
  const t = words[locale].invoices.mail
  const links = guests.flatMap(guest => [
    { name: `${guest.at.toISOString().slice(0, 10)} · ${t.linkOpen}`, url: guestLink(config, guest.id, '/orders') },
    { name: t.linkKeep, url: keepLink(config, guest.id) },
  ])
  const text = [t.linkBody, '', ...links.map(link => `${link.name}\n${link.url}\n`), t.linkWhy].join('\n')
  const anchors = links.map(link => `<p><a href="${escape(link.url)}">${escape(link.name)}</a></p>`)
  const html = `<p>${escape(t.linkBody)}</p>${anchors.join('')}<p>${escape(t.linkWhy)}</p>`
  const mail = { id: newId('eml'), to: { name, address: email }, subject: t.linkSubject, text, html, at: clock.now() }
  const answer = await sendMail(config, mail)
  if (answer.kind === 'later') throw new Error(`not taken: ${answer.problem}`)
  if (answer.kind !== 'sent') log.warn({ problem: answer.problem }, 'a link for a guest was not taken')
}
