/** App keys: one for each music app, so that none gets the password. Shown once; found by their hash; sealed, because Subsonic's token needs the secret itself. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { encodeId } from '../../shared/ids.ts'
import { people } from '../../shared/people.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import {
  appKeysOf,
  deleteAppKey,
  findAppKey,
  insertAppKey,
  keysThatHold,
  listAppKeys,
  readAppKey,
  touchAppKey,
  type AppKeyRow,
  type AppKeyScope,
  type KeyHolder,
} from './store-app-keys.ts'

type Entries = typeof people.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** Whoever tries again with the same id gets the secret once more, but only so long and only while no app has used it. */
const retryMs = 5 * 60_000
/** The last use is noted at most so often. */
const touchEveryMs = 60_000

const sealingKeys = new Map<string, Buffer>()
function sealingKey(secret: string): Buffer {
  let key = sealingKeys.get(secret)
  if (key === undefined) {
    key = Buffer.from(hkdfSync('sha256', secret, 'planet', 'app keys', 32))
    sealingKeys.set(secret, key)
  }
  return key
}
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** The id of the key is bound in: a sealed secret opens in its own row only. */
function seal(config: Pick<Config, 'secret'>, id: string, secret: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(config.secret), nonce).setAAD(Buffer.from(id))
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
}
/** Undefined where it was sealed under another secret of the planet: such a key still works where an app sends it whole. */
function unseal(config: Pick<Config, 'secret'>, id: string, sealed: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', sealingKey(config.secret), sealed.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(-16))
    return decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

/** 120 bits that can be typed on a phone: `plk_` and 24 small letters and digits without i, l, o, u. */
const makeSecret = (): string => `plk_${encodeId(randomBytes(16)).slice(2)}`

const shown = ({ id, name, scopes, createdAt, expiresAt, lastUsedAt, lastClient, lastNetwork }: AppKeyRow) => ({
  id,
  name,
  scopes,
  createdAt,
  expiresAt,
  over: expiresAt !== null && expiresAt <= clock.now(),
  lastUsedAt,
  lastClient,
  lastNetwork,
})

export const getAppKeys = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/app-keys'>> => ({
  items: (await listAppKeys(db, viewer.id)).map(shown),
})

export async function addAppKey(
  { write, config, reply }: StreamContext,
  viewer: Viewer,
  input: Input<'POST /me/app-keys'>,
): Promise<Ok<'POST /me/app-keys'>> {
  reply.header('cache-control', 'private, no-store')
  return write(tx => makeAppKey(tx, config, viewer.id, input))
}

/** Makes a key; its secret is in this answer and in no later one. */
export async function makeAppKey(
  tx: Tx,
  config: Pick<Config, 'secret'>,
  person: string,
  given: { id?: string | undefined; name: string; scopes: readonly AppKeyScope[]; expiresAt?: Date | null | undefined },
): Promise<Ok<'POST /me/app-keys'>> {
  const at = clock.now()
  const id = given.id ?? newId('key', at)
  const expiresAt = given.expiresAt ?? null
  if (expiresAt !== null && expiresAt <= at) throw fault('invalid', 'invalid', { fields: { expiresAt: 'until_past' } })
  const scopes = [...new Set(given.scopes)]
  const secret = makeSecret()
  const made = await insertAppKey(tx, {
    id,
    person,
    name: given.name,
    scopes,
    hash: hashOf(secret),
    sealed: seal(config, id, secret),
    at,
    expiresAt,
  })
  if (made === 'full') throw fault('conflict', 'too_many_keys')
  const row = await readAppKey(tx, id)
  if (row === undefined) throw fault('conflict', 'key_reused')
  if (made === 'made') return { key: shown(row), secret }
  const fresh =
    row.person === person && row.name === given.name && row.lastUsedAt === null && at.getTime() - row.createdAt.getTime() < retryMs
  const before = fresh && String(row.scopes) === String(scopes) ? unseal(config, id, row.sealed) : undefined
  if (before === undefined) throw fault('conflict', 'key_reused')
  return { key: shown(row), secret: before }
}

export async function revokeAppKey(
  tx: Tx,
  viewer: Viewer,
  { id }: Input<'DELETE /me/app-keys/:id'>,
): Promise<Ok<'DELETE /me/app-keys/:id'>> {
  if (!(await deleteAppKey(tx, viewer.id, id))) throw fault('not_found')
  return { ok: true }
}

/** Who an app acts for, and what it may do. */
export type AppKeyHolder = { person: KeyHolder['person']; key: string; name: string; scopes: AppKeyScope[] }
const told = ({ person, key, name, scopes }: KeyHolder): AppKeyHolder => ({ person, key, name, scopes })

/** What an app's key opens, as the viewer of a request; staff roles come with the person, as with a session. */
export const viewerOfKey = ({ person, key }: AppKeyHolder): Viewer => ({ ...person, session: key })

/** Whose key this is; null for one that is unknown, revoked or over, or whose person is banned. */
export async function personByAppKey(db: Read, secret: string): Promise<AppKeyHolder | null> {
  const hash = hashOf(secret)
  const found = await findAppKey(db, hash, clock.now())
  return found !== undefined && timingSafeEqual(found.hash, hash) ? told(found) : null
}

const nobody = 'plk_000000000000000000000000'
/**
 * The key among those of `name` (e-mail address, handle of their own page, or id) whose secret passes `check`. Every key is looked at, whichever fits, and for an
 * unknown name one that is nobody's: how long it takes does not tell who is here. `check` must compare in constant time.
 */
export async function appKeyFor(
  db: Read,
  config: Pick<Config, 'secret'>,
  name: string,
  check: (secret: string) => boolean,
): Promise<AppKeyHolder | null> {
  const rows = await appKeysOf(db, name, clock.now())
  let found: KeyHolder | null = null
  for (const row of rows) {
    const secret = unseal(config, row.key, row.sealed)
    if (check(secret ?? nobody) && secret !== undefined) found ??= row
  }
  if (rows.length === 0) check(nobody)
  return found === null ? null : told(found)
}

/** Of these keys those that hold still: whoever sends something long asks now and then. */
export const holdingAppKeys = async (db: Read, ids: readonly string[]): Promise<Set<string>> =>
  ids.length === 0 ? new Set() : new Set(await keysThatHold(db, ids, clock.now()))

/** The network of an address, coarse enough to tell places apart and no more: a /24, or a /48 of IPv6. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain)) return `${plain.split('.').slice(0, 3).join('.')}.x`
  if (!isIPv6(plain)) return 'unknown'
  const [head = '', tail] = plain.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const all = tail === undefined ? front : [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back]
  return `${all.slice(0, 3).join(':')}::/48`
}

const touched = new Map<string, number>()
/** Notes that a key was used, at most once a minute, beside the request: losing it does no harm. */
export function noteAppKeyUse(db: Read, key: string, use: { client: string | null; address: string }): void {
  const at = clock.now()
  const client =
    use.client === null
      ? null
      : use.client
          .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '')
          .trim()
          .slice(0, 80) || null
  const name = `${key} ${client ?? ''}`
  if (at.getTime() - (touched.get(name) ?? -Infinity) < touchEveryMs) return
  if (touched.size > 10_000) touched.clear()
  touched.set(name, at.getTime())
  void touchAppKey(db, key, { at, client, network: networkOf(use.address), unlessSince: new Date(at.getTime() - touchEveryMs) }).catch(
    () => undefined,
  )
}
