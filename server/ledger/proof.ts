/** The statement that proves itself: a file anyone can verify offline (verify.ts). */
import { createHash, hash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { ledger } from '../../shared/ledger.ts'
import { en, zh } from '../../shared/words/studio.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { seal } from './chain.ts'
import { checkpointOf, makeCheckpoints, signerOf, signStatement, type Signer } from './checkpoints.ts'
import { bookOwner } from './statements.ts'
import {
  assetsOfAccounts,
  checkpointsAt,
  contentsOf,
  findAccount,
  linksBetween,
  placesOf,
  proofItems,
  readKeys,
  spanOf,
  standingAt,
  type BatchPlace,
  type ProofItem,
} from './store-proof.ts'
import { transferText } from './transfers.ts'
import { statementFormat, type Item, type ProvenBatch, type Run } from './verify.ts'

/** A file that one can still open: more changes, or more neighbours in their batches, are for a shorter period. */
const mostItems = 10_000
const mostNeighbours = 1_000_000n

/** A run of links up to each checkpoint that proves one of these batches. */
async function* runsOf(db: Read, places: readonly BatchPlace[]): AsyncGenerator<Run> {
  const first = new Map<bigint, bigint>()
  for (const { place, checkpoint } of places) if (!first.has(checkpoint!)) first.set(checkpoint!, place!)
  for (const [last, start] of first) {
    const links = await linksBetween(db, start, last)
    yield {
      after: Number(start) - 1,
      previous: links[0]!.previous,
      links: links.map(link => [String(link.id), link.count, link.digest]),
    }
  }
}

/** Batches with the whole text of the transfers that are `own`, and the hash of each other one; read in slices. */
async function* batchesOf(
  db: Read,
  places: readonly BatchPlace[],
  own: ReadonlySet<bigint>,
  accounts: Set<bigint>,
): AsyncGenerator<ProvenBatch> {
  for (let start = 0; start < places.length;) {
    let end = start
    for (let transfers = 0; end < places.length && (end === start || transfers + places[end]!.count <= 5000); end++)
      transfers += places[end]!.count
    const ids = places.slice(start, end).map(({ id }) => id)
    const contents = await contentsOf(db, ids)
    for (const id of ids)
      yield {
        batch: String(id),
        contents: (contents.get(id) ?? []).map(transfer => {
          const text = transferText(transfer)
          if (!own.has(transfer.id)) return hash('sha256', text)
          for (const entry of transfer.entries) accounts.add(entry.account)
          return { text }
        }),
      }
    start = end
  }
}

const itemOf = (row: ProofItem): Item => ({
  version: Number(row.version),
  transfer: String(row.transfer),
  at: row.at.toISOString(),
  kind: row.kind,
  cause: row.cause,
  subject: row.subject,
  note: row.note,
  amount: String(row.amount),
  step: row.step,
  share: row.share,
  balance: String(row.balance),
})

/** A list, one item a line. */
async function* listOf(name: string, items: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<string> {
  yield `,"${name}":[\n`
  let first = true
  for await (const item of items) {
    yield `${first ? '' : ',\n'}${JSON.stringify(item)}`
    first = false
  }
  yield '\n]'
}

/** The file but for its signature, piece by piece; line ends stand between its parts only. */
async function* bodyOf(
  db: Read,
  head: Record<string, unknown>,
  rows: readonly ProofItem[],
  closing: { version: number; balance: string },
  places: readonly BatchPlace[],
  signer: Signer,
): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1)
  yield* listOf('items', rows.map(itemOf))
  yield `,\n"closing":${JSON.stringify(closing)}`
  const accounts = new Set<bigint>()
  const own = new Set(rows.map(row => row.transfer))
  yield* listOf('batches', batchesOf(db, places, own, accounts))
  yield* listOf('accounts', await assetsOfAccounts(db, [...accounts]))
  yield* listOf('runs', runsOf(db, places))
  const signed = await checkpointsAt(db, [...new Set(places.map(one => one.checkpoint!))])
  yield* listOf('checkpoints', signed.map(checkpointOf))
  const keys = (await readKeys(db)).filter(({ id }) => id !== signer.id && signed.some(one => one.key === id))
  yield* listOf(
    'keys',
    [...keys, signer].map(({ id, publicKey }) => ({ id, publicKey })),
  )
}

export async function sendStatementProof(
  { db, read, reply, config }: StreamContext,
  viewer: Viewer,
  input: InputOf<(typeof ledger.entries)['GET /me/statement.json']['input']>,
) {
  const { as, asset, purpose, from, to } = input
  const owner = await bookOwner(read, viewer, as)
  const account = await findAccount(read, owner, purpose, asset)
  if (account === undefined) throw fault('not_found')
  const span = await spanOf(read, account.id, from, to)
  if (span !== undefined && span.last - span.first >= BigInt(mostItems)) throw fault('unprocessable', 'statement_too_long')
  const rows = span === undefined ? [] : await proofItems(read, account.id, span.first, span.last)
  // Whatever it shows is chained and signed by now.
  await seal(db)
  const batches = [...new Set(rows.map(row => row.transfer >> 11n))]
  let places = await placesOf(db.write, batches)
  if (places.some(one => one.checkpoint === null)) {
    await makeCheckpoints(db, config.secret, { newest: true })
    places = await placesOf(db.write, batches)
  }
  if (places.reduce((sum, { count }) => sum + BigInt(count), 0n) > mostNeighbours) throw fault('unprocessable', 'statement_too_long')
  const [first, last] = [rows[0], rows.at(-1)]
  const standing = first === undefined ? await standingAt(read, account.id, from ?? to) : undefined
  const opening = {
    version: Number(first === undefined ? standing!.version : first.version - 1n),
    balance: String(first === undefined ? standing!.balance : first.balance - first.amount),
  }
  const signer = signerOf(config.secret)
  const head = {
    format: statementFormat,
    how: [...Object.values(zh.verify), ...Object.values(en.verify)],
    planet: config.url,
    made: clock.now().toISOString(),
    owner,
    purpose,
    asset: { code: account.asset, scale: account.scale },
    account: String(account.id),
    from: from?.toISOString() ?? null,
    to: to?.toISOString() ?? null,
    opening,
  }
  const closing = last === undefined ? opening : { version: Number(last.version), balance: String(last.balance) }
  async function* pieces(): AsyncGenerator<string> {
    const sum = createHash('sha256')
    for await (const piece of bodyOf(db.write, head, rows, closing, places, signer)) {
      sum.update(piece.replaceAll('\n', ''))
      yield piece
    }
    sum.update('}')
    yield `,\n"signature":${JSON.stringify({ key: signer.id, value: signStatement(signer, sum.digest('hex')) })}}\n`
  }
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('content-disposition', `attachment; filename="statement-${asset.replace(/[^A-Za-z0-9]/g, '-')}.json"`)
  return reply.send(Readable.from(pieces()))
}
