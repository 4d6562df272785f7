/** Checkpoints: places of the chain that the planet signs and publishes, so that anyone can keep them and meet the chain with them later. */
import { createHmac, createPrivateKey, createPublicKey, hash, sign, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { ledger } from '../../shared/ledger.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Db, Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { linksAfter } from './store-chain.ts'
import { checkpointsAfter, insertCheckpoints, insertKey, readCheckpoints, readKeys, type CheckpointRow } from './store-proof.ts'
import { checkpointText, keyId, signedBy, statementText, type Checkpoint } from './verify.ts'

/** A place is signed at least so often: it bounds what an exported statement carries of the chain. */
const everyPlaces = 64n
/** What is new is signed within so long. */
const everyMs = 3_600_000
const genesis = hash('sha256', 'planet ledger')

export type Signer = { id: string; publicKey: string; sign: (text: string) => string }
const signers = new Map<string, Signer>()

/** The planet's own Ed25519 key, derived from its secret: the same at every start, and nothing more to keep. */
export function signerOf(secret: string): Signer {
  const known = signers.get(secret)
  if (known !== undefined) return known
  const seed = createHmac('sha256', secret).update('planet ledger signing key').digest('hex')
  const key: KeyObject = createPrivateKey({
    key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex')
  const signer = { id: keyId(publicKey), publicKey, sign: (text: string) => sign(null, Buffer.from(text), key).toString('hex') }
  signers.set(secret, signer)
  return signer
}

export const signStatement = (signer: Signer, sha256: string): string => signer.sign(statementText(sha256))

export const checkpointOf = (row: CheckpointRow): Checkpoint => ({
  place: Number(row.place),
  hash: row.hash,
  at: row.at.toISOString(),
  key: row.key,
  signature: row.signature,
})

/**
 * Signs what was chained since the last checkpoint: every 64th place, and the newest one when an hour has passed (`newest`: at once). What is signed was
 * followed link by link from the checkpoint before. Harmless at any time, from several processes too. Returns how many were signed.
 */
export async function makeCheckpoints(db: Pick<Db, 'write'>, secret: string, options: { newest?: boolean } = {}): Promise<number> {
  const signer = signerOf(secret)
  const now = clock.now()
  const [last] = await readCheckpoints(db.write, { limit: 1 })
  let place = last?.place ?? 0n
  let previous = last?.hash ?? genesis
  let signed = place
  let total = 0
  const due = options.newest === true || last === undefined || now.getTime() - last.at.getTime() >= everyMs
  const make = (at: bigint, link: string) => ({
    place: at,
    hash: link,
    at: now,
    key: signer.id,
    signature: signer.sign(checkpointText({ place: Number(at), hash: link, at: now.toISOString() })),
  })
  for (;;) {
    const links = await linksAfter(db.write, place, 4096)
    const made: ReturnType<typeof make>[] = []
    for (const link of links) {
      const expected = hash('sha256', `${previous} ${place + 1n} ${link.id} ${link.count} ${link.digest}`)
      if (link.place !== place + 1n || link.hash !== expected) throw new Error(`the chain is broken at place ${place + 1n}: not signed`)
      place = link.place
      previous = link.hash
      if (place % everyPlaces === 0n) made.push(make((signed = place), previous))
    }
    const over = links.length < 4096
    if (over && due && place > signed) made.push(make(place, previous))
    if (made.length > 0) {
      await insertKey(db.write, signer)
      await insertCheckpoints(db.write, made)
      total += made.length
    }
    if (over) return total
  }
}

type Entries = typeof ledger.entries
export async function getCheckpoints(
  db: Read,
  _viewer: Viewer | null,
  input: InputOf<Entries['GET /ledger/checkpoints']['input']>,
): Promise<Decoded<Entries['GET /ledger/checkpoints']['ok']>> {
  const before = fromCursor(input.cursor, [z.string().regex(/^\d{1,18}$/)])
  const rows = await readCheckpoints(db, { before: before === undefined ? undefined : BigInt(before[0]), limit: input.limit + 1 })
  const shown = pageOf(
    rows,
    input.limit,
    row => ({ ...checkpointOf(row), at: row.at }),
    row => toCursor(row.place),
  )
  return { ...shown, keys: (await readKeys(db)).map(({ id, publicKey }) => ({ id, publicKey })) }
}

/** Each checkpoint has a true signature, and the chain still leads where it says. Says where not; stops after `most`. */
export async function brokenCheckpoints(db: Read, most = 20): Promise<string[]> {
  const findings: string[] = []
  let place = 0n
  for (;;) {
    const rows = await checkpointsAfter(db, place, 2000)
    for (const row of rows) {
      if (row.link !== row.hash) findings.push(`place ${row.place}: signed with another hash than the chain has there`)
      if (keyId(row.public) !== row.key || !signedBy(row.public, checkpointText(checkpointOf(row)), row.signature))
        findings.push(`place ${row.place}: the signature is not true`)
      place = row.place
      if (findings.length >= most) return findings
    }
    if (rows.length < 2000) return findings
  }
}
