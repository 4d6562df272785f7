/** A small world for trials of money: sellers, releases with awkward splits, offers at any price. Made once, straight through the rooms' doors. */
import { addRelease } from './catalogue/index.ts'
import { newId } from './foundation/clock.ts'
import type { Db, Tx } from './foundation/db.ts'
import { hashPassword, makePerson, openPage } from './people/index.ts'
import { recordSignedSheet } from './rights/index.ts'
import { openOffer } from './shop/index.ts'
import type { Currency } from '../shared/money.ts'

export type Part = readonly [party: number, shareBp: number]
/** How a release is shared: `master` and `work` by the numbers of parties; null: no sheet, its owner gets that part. */
type Shape = { tracks: number; master: readonly Part[] | null; work: readonly Part[] | null; currency?: Currency }
const shapes: readonly Shape[] = [
  { tracks: 1, master: null, work: null },
  { tracks: 2, master: [[0, 5000], [1, 5000]], work: null },
  { tracks: 3, master: [[0, 3333], [1, 3333], [2, 3334]], work: null },
  { tracks: 2, master: [[0, 9999], [3, 1]], work: [[1, 5000], [2, 2500], [4, 2500]] },
  { tracks: 5, master: [[0, 2000], [1, 2000], [2, 2000], [3, 2000], [4, 2000]], work: [[4, 10_000]] },
  { tracks: 1, master: [[0, 1], [1, 4999], [2, 5000]], work: null, currency: 'JPY' },
] // prettier-ignore

/** A release for sale at any price from one minor unit up. */
export type Sale = {
  release: string
  offer: string
  currency: Currency
  owner: string
  tracks: number
  master: readonly { party: string; shareBp: number }[] | null
  work: readonly { party: string; shareBp: number }[] | null
}
/** `sellerEmail`: of the first party, whose page all is sold from. */
export type MoneyWorld = { parties: string[]; sales: Sale[]; sellerEmail: string }

const from = new Date('2026-01-01T00:00:00Z')

/** `many` releases (shapes come round), each sold by the first of five parties. */
export async function makeMoneyWorld(db: Pick<Db, 'transaction'>, many: number, tag = 'trial'): Promise<MoneyWorld> {
  const hash = await hashPassword('a-long-test-password')
  return db.transaction(async (tx: Tx) => {
    const parties: string[] = []
    // Their ids rise: who gets the odd fen is the same in every run.
    for (let n = 0; n < 5; n++) {
      const id = newId('usr', new Date(from.getTime() + n))
      parties.push(await makePerson(tx, { id, name: `Party ${n}`, email: `${tag}-party-${n}@test.example`, password: { hash } }))
    }
    const owner = parties[0]!
    const page = await openPage(tx, { kind: 'artist', name: `Sellers of ${tag}`, owner })
    const sales: Sale[] = []
    for (let n = 0; n < many; n++) {
      const { tracks, currency = 'CNY', ...sheets } = shapes[n % shapes.length]!
      const { id: release } = await addRelease(tx, {
        page,
        title: `Trial ${n + 1}`,
        kind: 'album',
        artists: [page],
        tracks: Array.from({ length: tracks }, (_, index) => ({ title: `Track ${index + 1}`, artists: [page], durationMs: 60_000 })),
        at: from,
      })
      const named = (parts: readonly Part[] | null) => parts?.map(([party, shareBp]) => ({ party: parties[party]!, shareBp })) ?? null
      const shares = { master: named(sheets.master), work: named(sheets.work) }
      for (const kind of ['master', 'work'] as const) {
        const given = shares[kind]?.map((share, index) => ({ ...share, role: index === 0 ? 'performer' : `guest-${index}` }))
        if (given) await recordSignedSheet(tx, { subject: release, kind, parties: given, by: owner, at: from })
      }
      const offer = await openOffer(tx, { release, by: owner, pricing: 'name_your_price', price: { amount: 1n, currency }, at: from })
      sales.push({ release, offer, currency, owner, tracks, ...shares })
    }
    return { parties, sales, sellerEmail: `${tag}-party-0@test.example` }
  })
}
