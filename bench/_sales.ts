/** A market to sell in, on a durable database: releases with three-party sheets and offers, and people who buy. No sound is needed. */
import { addRelease } from '../server/catalogue/index.ts'
import { newId } from '../server/foundation/clock.ts'
import type { Db } from '../server/foundation/db.ts'
import { makePerson, openPage } from '../server/people/index.ts'
import { recordSignedSheet } from '../server/rights/index.ts'
import { openOffer } from '../server/shop/index.ts'

export type Market = { releases: { release: string; offer: string }[]; buyers: string[] }

/** `receivers` parties share each release's master, as evenly as basis points allow. */
export async function makeMarket(db: Db, size: { releases: number; buyers: number; receivers: number }): Promise<Market> {
  const person = (name: string) =>
    db.transaction(tx => makePerson(tx, { name, email: `${newId('usr').slice(4)}@bench.example`, password: { hash: 'x' } }))
  const parties: string[] = []
  for (let i = 0; i < Math.max(size.receivers, 12); i++) parties.push(await person(`Party ${i}`))
  const releases: Market['releases'] = []
  const at = new Date(Date.now() - 3600_000)
  for (let i = 0; i < size.releases; i++) {
    const owner = parties[i % parties.length]!
    releases.push(
      await db.transaction(async tx => {
        const page = await openPage(tx, { kind: 'artist', name: `Artist ${i}`, owner })
        const tracks = Array.from({ length: 10 }, (_, n) => ({ title: `Track ${n + 1}`, artists: [page], durationMs: 60_000 }))
        const release = (await addRelease(tx, { page, title: `Album ${i}`, kind: 'album', artists: [page], tracks })).id
        const each = Math.floor(10_000 / size.receivers)
        const shares = Array.from({ length: size.receivers }, (_, n) => ({
          party: parties[(i + n) % parties.length]!,
          role: 'artist',
          shareBp: n === 0 ? 10_000 - each * (size.receivers - 1) : each,
        }))
        await recordSignedSheet(tx, { subject: release, kind: 'master', parties: shares, by: owner, at })
        return { release, offer: await openOffer(tx, { release, by: owner, pricing: 'fixed', price: { amount: 3800n, currency: 'CNY' } }) }
      }),
    )
  }
  const buyers = Array.from({ length: size.buyers }, () => newId('usr'))
  await db.pool.query(
    `insert into people.person (id, name, email, created_at, updated_at) select id, 'Buyer', id || '@bench.example', now(), now() from unnest($1::text[]) as id`,
    [buyers],
  )
  await db.pool.query(
    'analyze people.person, people.page, catalogue.release, catalogue.track, rights.sheet, rights.sheet_party, shop.offer',
  )
  return { releases, buyers }
}

/** Each buyer with each release once, all different: who buys what next. */
export function pairs(market: Market): () => { buyer: string; offer: string } {
  let n = 0
  return () => {
    const { buyers, releases } = market
    const round = Math.floor(n / buyers.length)
    const buyer = buyers[n % buyers.length]!
    const { offer } = releases[(n + round) % releases.length]!
    n++
    if (round >= releases.length) throw new Error('everyone has bought everything')
    return { buyer, offer }
  }
}
