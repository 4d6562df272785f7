/** Who an app acts for: always by an app key, as `apiKey`, as Subsonic's token or as its password; never by the account's own password. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { Fault } from '../../shared/faults.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import { appKeyFor, makeLimit, noteAppKeyUse, personByAppKey, type AppKeyHolder, type Limit } from '../people/index.ts'
import { missing, Refused } from './answer.ts'
import type { Given } from './call.ts'

const wrong = (): Refused =>
  new Refused(40, 'Wrong username or app key. Make an app key on the page “Apps and keys”; the password of the account opens nothing here')
const wrongKey = (): Refused => new Refused(44, 'Invalid API key')

/** `enc:` and pairs of hexadecimal digits, or as it is. */
function passwordOf(given: string): string {
  if (!given.startsWith('enc:')) return given
  const hex = given.slice(4)
  return /^(?:[0-9a-f]{2})+$/i.test(hex) ? Buffer.from(hex, 'hex').toString('utf8') : ''
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
function same(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}

type Said =
  | { way: 'key'; secret: string }
  | { way: 'token'; name: string; token: string; salt: string }
  | { way: 'password'; name: string; password: string }

/** What was said about who asks; refuses what is missing or contradicts itself. */
export function readSaid(given: Given): Said {
  const twice = given.conflicts().filter(name => ['u', 'p', 't', 's', 'apiKey'].includes(name))
  if (twice.length > 0) throw new Refused(43, `Multiple conflicting authentication mechanisms provided: ${twice.join(', ')} given twice`)
  const conflict = (): Refused => new Refused(43, 'Multiple conflicting authentication mechanisms provided')
  if (given.has('apiKey')) {
    if (['u', 'p', 't', 's'].some(name => given.has(name))) throw conflict()
    return { way: 'key', secret: given.need('apiKey') }
  }
  const name = given.need('u')
  if (given.has('t') && given.has('p')) throw conflict()
  if (given.has('t')) return { way: 'token', name, token: given.text('t')!, salt: given.need('s') }
  if (given.has('p')) return { way: 'password', name, password: given.text('p')! }
  throw missing('p, or t and s, or apiKey')
}

const tooMany = {
  /** Wrong tries from one address. */
  address: { most: 200, seconds: 300 },
  /** Wrong tries for one name from one address; what is under way counts until it turns out right. */
  guess: { most: 60, seconds: 300 },
  /** Wrong tries for one name from anywhere. */
  name: { most: 1000, seconds: 3600 },
}

export type SignIn = (request: FastifyRequest, given: Given) => Promise<AppKeyHolder>

export function makeSignIn({ db, config }: { db: Db; config: Config }): SignIn {
  const limits = Object.fromEntries(Object.entries(tooMany).map(([name, { most, seconds }]) => [name, makeLimit(most, seconds)])) as Record<
    keyof typeof tooMany,
    Limit
  >

  const find = async (said: Said): Promise<AppKeyHolder | null> => {
    // Asked of the writing database each time: a key that is revoked, or a person who is banned, is out at once.
    if (said.way === 'key') return personByAppKey(db.write, said.secret)
    if (said.way === 'password') {
      const password = passwordOf(said.password)
      return password === '' ? null : appKeyFor(db.write, config, said.name, secret => same(secret, password))
    }
    const token = said.token.toLowerCase()
    return appKeyFor(db.write, config, said.name, secret =>
      same(
        createHash('md5')
          .update(secret + said.salt)
          .digest('hex'),
        token,
      ),
    )
  }

  return async (request, given) => {
    const said = readSaid(given)
    const name = said.way === 'key' ? 'apiKey' : said.name.trim().toLowerCase().slice(0, 200)
    const counted: [Limit, string][] = config.rateLimits
      ? [
          [limits.address, request.ip],
          [limits.guess, `${request.ip} ${name}`],
          ...(said.way === 'key' ? [] : [[limits.name, name] as [Limit, string]]),
        ]
      : []
    const taken: [Limit, string][] = []
    try {
      for (const [limit, key] of counted) {
        limit.take(key)
        taken.push([limit, key])
      }
    } catch (error) {
      for (const [limit, key] of taken) limit.giveBack(key)
      if (error instanceof Fault)
        throw new Refused(0, 'Too many wrong tries; wait a while', { status: 429, retryAfterSeconds: error.retryAfterSeconds ?? 60 })
      throw error
    }
    const found = await find(said)
    if (found === null) throw said.way === 'key' ? wrongKey() : wrong()
    for (const [limit, key] of taken) limit.giveBack(key)
    noteAppKeyUse(db.write, found.key, { client: given.text('c') ?? null, address: request.ip })
    return found
  }
}

/** The protocol's major number must be ours. Apps that say nothing are let in: many do not. */
export function checkVersion(given: Given): void {
  const major = /^(\d{1,3})(?:\.\d{1,3}){0,2}$/.exec(given.text('v')?.trim() ?? '')?.[1]
  if (major === undefined) return
  if (Number(major) < 1) throw new Refused(20, 'Incompatible Subsonic REST protocol version. Client must upgrade')
  if (Number(major) > 1) throw new Refused(30, 'Incompatible Subsonic REST protocol version. Server must upgrade')
}
