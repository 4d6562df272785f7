/** The hash chain: sealing, and proving it from the rows. */
import { hash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db, Read } from '../foundation/db.ts'
import { sealSome } from './store.ts'
import { batchDigest, transferHash, type Ready } from './transfers.ts'

/** Chains all committed batches; returns how many. Harmless at any time, from several processes too. */
export async function seal(db: Pick<Db, 'write'>): Promise<number> {
  let total = 0
  for (;;) {
    const made = await sealSome(db.write, 2000)
    total += made
    if (made < 2000) return total
  }
}

const genesis = hash('sha256', 'planet ledger')
type Link = { id: bigint; count: number; digest: string; place: bigint; previous: string; hash: string }

/** Each link's hash as it must be, and its predecessor's. Says where it is not; stops after `most`. */
export async function brokenLinks(db: Read, most = 20): Promise<string[]> {
  const findings: string[] = []
  let place = 0n
  let previous = genesis
  for (;;) {
    const rows = (
      await sql<Link>`select id, count, encode(digest, 'hex') as digest, place, encode(previous, 'hex') as previous, encode(hash, 'hex') as hash
        from ledger.batch where place > ${place} order by place limit 5000`.execute(db)
    ).rows
    for (const link of rows) {
      if (link.place !== place + 1n) findings.push(`place ${place + 1n} is missing before batch ${link.id}`)
      if (link.previous !== previous) findings.push(`batch ${link.id} (place ${link.place}) does not continue the one before it`)
      if (link.hash !== hash('sha256', `${link.previous} ${link.place} ${link.id} ${link.count} ${link.digest}`))
        findings.push(`batch ${link.id} (place ${link.place}) has another hash than its content`)
      place = link.place
      previous = link.hash
      if (findings.length >= most) return findings
    }
    if (rows.length < 5000) return findings
  }
}

type Row = {
  id: bigint
  key: string
  kind: string
  cause: string
  subject: string | null
  note: string | null
  at: Date
  account: bigint
  amount: bigint
  step: string | null
  share: number | null
}

/** Recomputes the digests of batches from their transfers and entries, in slices; `last` limits it to that many newest batches. */
export async function changedBatches(db: Read, last: number | null, most = 20): Promise<string[]> {
  const findings: string[] = []
  let after = 0n
  if (last !== null)
    after = (
      await sql<{ id: bigint }>`select coalesce((select id from ledger.batch order by id desc offset ${last} limit 1), 0) as id`.execute(db)
    ).rows[0]!.id
  for (;;) {
    // Slices of about 10,000 transfers, however large the batches are.
    const batches = (
      await sql<{ id: bigint; count: number; digest: string }>`
        select id, count, digest from (
          select id, count, encode(digest, 'hex') as digest, sum(count) over (order by id) - count as before from ledger.batch where id > ${after} order by id limit 2000) b
        where before < 10000 order by id`.execute(db)
    ).rows
    const first = batches[0]
    if (first === undefined) return findings
    const end = batches.at(-1)!.id
    const rows = (
      await sql<Row>`select t.id, t.key, t.kind, t.cause, t.subject, t.note, t.at, e.account, e.amount, e.step, e.share
        from ledger.transfer t left join ledger.entry e on e.transfer = t.id
        where t.id >= ${first.id << 11n} and t.id < ${(end + 1n) << 11n} order by t.id, e.account, e.version`.execute(db)
    ).rows
    const transfers = new Map<bigint, Ready[]>()
    let current: (Ready & { id: bigint }) | undefined
    for (const row of rows) {
      if (current === undefined || current.id !== row.id) {
        current = {
          id: row.id,
          key: row.key,
          kind: row.kind,
          cause: row.cause,
          subject: row.subject,
          note: row.note,
          at: row.at,
          entries: [],
        }
        const list = transfers.get(row.id >> 11n)
        if (list === undefined) transfers.set(row.id >> 11n, [current])
        else list.push(current)
      }
      // A transfer without entries still shows as a row of nulls.
      if (row.account !== null) current.entries.push({ account: row.account, amount: row.amount, step: row.step, share: row.share })
    }
    for (const { id, count, digest } of batches) {
      const found = transfers.get(id) ?? []
      if (found.length !== count) findings.push(`batch ${id} has ${found.length} transfers, ${count} were posted`)
      else if (batchDigest(found.map(transferHash)) !== digest)
        findings.push(
          `batch ${id}: a transfer or entry is not as it was posted (transfers ${id << 11n} to ${(id << 11n) + BigInt(count) - 1n})`,
        )
      transfers.delete(id)
    }
    for (const id of transfers.keys()) findings.push(`transfers stand in batch ${id}, which was never posted`)
    if (findings.length >= most) return findings
    after = end
  }
}
