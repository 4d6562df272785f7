/** The first kind of offer: a release to keep. Nothing is scarce; one person owns it once. */
import { fault } from '../../shared/faults.ts'
import type { Tx } from '../foundation/db.ts'
import type { Kind, SoldLine } from './kinds.ts'
import { grantOwnership, ownedAmong, releaseIsLossless, takeOwnership } from './store.ts'

export const digital: Kind = {
  kind: 'digital',
  price({ index, offer, quantity, price }) {
    if (quantity !== 1) throw fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: '1' } })
    if (offer.pricing === 'free') return 0n
    const named = price ?? offer.amount
    if (named < offer.amount)
      throw fault('unprocessable', 'price_too_low', { fields: { [`lines.${index}.price`]: offer.amount.toString() } })
    // Who saw a higher price than today's pays today's.
    return offer.pricing === 'fixed' ? offer.amount : named
  },
  async reserve(_tx, _buyer, wanted) {
    const seen = new Set<string>()
    for (const { index, offer } of wanted) {
      if (offer.owned || seen.has(offer.release))
        throw fault('conflict', 'already_owned', { fields: { [`lines.${index}.offer`]: offer.id } })
      seen.add(offer.release)
    }
  },
  reserveAgain: async (tx, lines) => (await ownedAmong(tx, lines)).size === 0,
  async fulfil(tx, lines, at) {
    const granted = await grantOwnership(tx, lines, at)
    return new Set(lines.filter(line => !granted.has(line.id)).map(line => line.id))
  },
  release: async () => undefined,
  cancel: (tx, lines) => takeOwnership(tx, lines),
  dueAt: paidAt => paidAt,
  formats: async (db, release) => ((await releaseIsLossless(db, release)) ? ['original', 'flac', 'mp3'] : ['original', 'mp3']),
}

/** Releases that were not bought but got (for points): `cause` is the exchange. Gives the causes of those that were new to their owner. */
type Got = { person: string; release: string; cause: string }
const asLine = ({ person, release, cause }: Got): SoldLine => ({ id: cause, order: '', buyer: person, release, offer: '', quantity: 1 })
export const giveReleases = (tx: Tx, given: readonly Got[], at: Date): Promise<ReadonlySet<string>> =>
  grantOwnership(tx, given.map(asLine), at)
export const takeReleases = (tx: Tx, given: readonly Got[]): Promise<void> => takeOwnership(tx, given.map(asLine))
