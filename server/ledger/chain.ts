/** The hash chain: sealing, and proving it from the rows. */
import { hash } from 'node:crypto'
import type { Db, Read } from '../foundation/db.ts'
import { transfersOfBatches } from './store.ts'
import { beforeNewest, hasBatch, linksAfter, nextBatches, sealSome } from './store-chain.ts'
import { batchDigest, transferHash } from './transfers.ts'

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

/** Each link's hash as it must be, and its predecessor's. Says where it is not; stops after `most`. */
export async function brokenLinks(db: Read, most = 20): Promise<string[]> {
  const findings: string[] = []
  let place = 0n
  let previous = genesis
  for (;;) {
    const links = await linksAfter(db, place, 5000)
    for (const link of links) {
      if (link.place !== place + 1n) findings.push(`place ${place + 1n} is missing before batch ${link.id}`)
      if (link.previous !== previous) findings.push(`batch ${link.id} (place ${link.place}) does not continue the one before it`)
      if (link.hash !== hash('sha256', `${link.previous} ${link.place} ${link.id} ${link.count} ${link.digest}`))
        findings.push(`batch ${link.id} (place ${link.place}) has another hash than its content`)
      place = link.place
      previous = link.hash
      if (findings.length >= most) return findings
    }
    if (links.length < 5000) return findings
  }
}

/** Recomputes the digests of batches from their transfers and entries, in slices; `newest` limits it to about that many transfers. */
export async function changedBatches(db: Read, newest: number | null, most = 20): Promise<string[]> {
  const findings: string[] = []
  let after = newest === null ? 0n : await beforeNewest(db, newest)
  for (;;) {
    const batches = await nextBatches(db, after)
    const [first, last] = [batches[0], batches.at(-1)]
    if (first === undefined || last === undefined) return findings
    const transfers = Map.groupBy(await transfersOfBatches(db, first.id, last.id), transfer => transfer.id >> 11n)
    for (const { id, count, digest } of batches) {
      const found = transfers.get(id) ?? []
      if (found.length !== count) findings.push(`batch ${id} has ${found.length} transfers, ${count} were posted`)
      else if (batchDigest(found.map(transferHash)) !== digest)
        findings.push(
          `batch ${id}: a transfer or entry is not as it was posted (transfers ${id << 11n} to ${(id << 11n) + BigInt(count) - 1n})`,
        )
      transfers.delete(id)
    }
    // One that committed just now is there by now.
    for (const id of transfers.keys())
      if (!(await hasBatch(db, id))) findings.push(`transfers stand in batch ${id}, which was never posted`)
    if (findings.length >= most) return findings
    after = last.id
  }
}
