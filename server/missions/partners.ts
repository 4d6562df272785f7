/** Partners: who calls from outside about members, signed as Standard Webhooks says. A secret is shown once and rests sealed. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Webhook } from 'standardwebhooks'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost, allowMember, seeDesk } from '../groups/index.ts'
import { recount } from './counting.ts'
import { stateOf } from './rules.ts'
import { readMission } from './store.ts'
import {
  endPartner,
  insertCall,
  insertCode,
  insertPartner,
  listPartners,
  personByCode,
  readCodes,
  readPartner,
  renewSecret,
  type PartnerRow,
} from './store-partners.ts'
import type { Input, Ok } from './words.ts'

type Secret = Pick<Config, 'secret'>
const mostPartners = 20
/** A call is believed so long before or after it was signed. */
const windowMs = 5 * 60_000

const keyOf = ({ secret }: Secret): Buffer => Buffer.from(hkdfSync('sha256', secret, 'planet', 'partners of missions', 32))
function seal(config: Secret, id: string, secret: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(config), nonce).setAAD(Buffer.from(id))
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
}
function unseal(config: Secret, id: string, sealed: Buffer): string | undefined {
  try {
    const open = createDecipheriv('aes-256-gcm', keyOf(config), sealed.subarray(0, 12), { authTagLength: 16 })
    open.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-16))
    return open.update(sealed.subarray(12, -16), undefined, 'utf8') + open.final('utf8')
  } catch {
    return undefined
  }
}
/** As Standard Webhooks writes it. */
const freshSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`

let current: Secret | undefined
const config = (): Secret => {
  if (current === undefined) throw new Error('missions were not mounted')
  return current
}
const path = '/api/v1/missions/calls'
const bodies = new WeakMap<FastifyRequest, string>()

/** What no contract can say: the bytes of a call as they came, for its signature. */
export function mountMissions(server: FastifyInstance, given: { config: Secret }): void {
  current = given.config
  server.addHook('preParsing', async (request, _reply, payload) => {
    if (request.url.split('?')[0] !== path) return payload
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of payload as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > 4096) throw fault('too_large')
      chunks.push(chunk)
    }
    const whole = Buffer.concat(chunks)
    bodies.set(request, whole.toString('utf8'))
    return Readable.from([whole])
  })
}

const shown = ({ id, name, createdAt, secretAt, calledAt, endedAt, calls }: PartnerRow): Ok<'DELETE /partners/:id'> => ({
  id,
  name,
  createdAt,
  secretAt,
  calledAt,
  endedAt,
  calls,
})

export async function getPartners(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /groups/:id/partners'>,
): Promise<Ok<'GET /groups/:id/partners'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  return { items: (await listPartners(db, group.id)).map(shown) }
}
export async function addPartner(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/partners'>,
): Promise<Ok<'POST /groups/:id/partners'>> {
  const { group } = await allowHost(tx, viewer, input.id)
  const known = await readPartner(tx, input.partner)
  if (known === undefined) {
    if ((await listPartners(tx, group.id)).filter(one => one.endedAt === null).length >= mostPartners)
      throw fault('conflict', 'too_many_partners')
    const secret = freshSecret()
    const row = {
      id: input.partner,
      group: group.id,
      name: input.name,
      sealed: seal(config(), input.partner, secret),
      by: viewer.id,
      at: clock.now(),
    }
    if (await insertPartner(tx, row)) return { partner: shown((await readPartner(tx, input.partner))!), secret }
  }
  const row = known ?? (await readPartner(tx, input.partner))!
  if (row.group !== group.id || row.name !== input.name) throw fault('conflict', 'key_reused')
  return { partner: shown(row), secret: null }
}
async function lockOwn(tx: Tx, viewer: Viewer, id: string): Promise<PartnerRow> {
  const row = await readPartner(tx, id, true)
  if (row === undefined) throw fault('not_found')
  await allowHost(tx, viewer, row.group)
  return row
}
export async function newSecret(
  tx: Tx,
  viewer: Viewer,
  { id }: Input<'POST /partners/:id/secret'>,
): Promise<Ok<'POST /partners/:id/secret'>> {
  const row = await lockOwn(tx, viewer, id)
  if (row.endedAt !== null) throw fault('conflict', 'partner_ended')
  const secret = freshSecret()
  await renewSecret(tx, id, seal(config(), id, secret), clock.now())
  return { partner: shown((await readPartner(tx, id))!), secret }
}
export async function dropPartner(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /partners/:id'>): Promise<Ok<'DELETE /partners/:id'>> {
  await lockOwn(tx, viewer, id)
  await endPartner(tx, id, clock.now())
  return shown((await readPartner(tx, id))!)
}

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const freshCode = (): string => [...randomBytes(10)].map(byte => letters[byte % 32]!).join('')
/** What is easily misread, read as it was meant. */
const readCode = (text: string): string =>
  text
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll(/[IL]/g, '1')
    .replaceAll('O', '0')

export async function getCode(tx: Tx, viewer: Viewer, { id }: Input<'POST /missions/:id/code'>): Promise<{ code: string }> {
  const mission = await readMission(tx, id)
  if (mission === undefined || mission.partner === null) throw fault('not_found')
  const { standing } = await allowMember(tx, viewer, mission.group)
  if (!standing.member) throw fault('forbidden', 'members_only')
  if (stateOf(mission, clock.now()) !== 'open') throw fault('conflict', 'mission_closed')
  await insertCode(tx, mission.partner, viewer.id, freshCode(), clock.now())
  return { code: (await readCodes(tx, viewer.id, [mission.partner])).get(mission.partner)! }
}

const header = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

/** A partner's call: signature first, then its age, then who is meant. Told again it is answered and counts once. */
export async function takeCall(
  { request, write, read }: StreamContext,
  _viewer: Viewer | null,
  input: Input<'POST /missions/calls'>,
): Promise<Ok<'POST /missions/calls'>> {
  const [message, stamp, signatures] = [
    header(request, 'webhook-id'),
    header(request, 'webhook-timestamp'),
    header(request, 'webhook-signature'),
  ]
  const body = bodies.get(request) ?? ''
  const partner = await readPartner(read, input.partner)
  const secret = partner === undefined || partner.endedAt !== null ? undefined : unseal(config(), partner.id, partner.sealed)
  if (partner === undefined || secret === undefined || !/^[\x21-\x7e]{1,200}$/.test(message) || !/^\d{1,12}$/.test(stamp))
    throw fault('unauthenticated', 'bad_signature')
  const signedAt = new Date(Number(stamp) * 1000)
  const wanted = Buffer.from(new Webhook(secret).sign(message, signedAt, body))
  const good = signatures.split(' ').some(one => {
    const given = Buffer.from(one)
    return given.length === wanted.length && timingSafeEqual(given, wanted)
  })
  if (!good) throw fault('unauthenticated', 'bad_signature')
  const now = clock.now()
  if (Math.abs(now.getTime() - signedAt.getTime()) > windowMs) throw fault('gone', 'call_too_old')
  return write(async tx => {
    const person = await personByCode(tx, partner.id, readCode(input.member))
    if (person === undefined) throw fault('unprocessable', 'no_such_member')
    const digest = createHash('sha256').update(body).digest('hex')
    const taken = await insertCall(tx, { partner: partner.id, message, person, body: digest, at: now })
    if (taken === 'other') throw fault('conflict', 'key_reused')
    if (taken === 'added') await recount(tx, [{ person, at: now, kind: 'partner_call' }])
    return { ok: true, repeated: taken === 'repeated' }
  })
}
