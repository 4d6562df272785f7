/** The first kind of offer: a release to keep. Nothing is scarce; one person owns it once. */
import { fault, type Fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Kind, Priced, Wanted } from './kinds.ts'
import { grantOwnership, ownedAmong, releaseIsLossless, takeOwnership, type Owning } from './store.ts'

export const digital: Kind = {
  kind: 'digital',
  price: async (_tx, wanted) => wanted.map(priceOf),
  async reserve(_tx, wanted) {
    const refused = new Map<string, Fault>()
    const seen = new Set<string>()
    for (const { line, index, offer, basket } of wanted) {
      const key = `${basket.order} ${offer.subject}`
      if (offer.owned || seen.has(key))
        refused.set(line, fault('conflict', 'already_owned', { fields: { [`lines.${index}.offer`]: offer.id } }))
      seen.add(key)
    }
    return refused
  },
  reserveAgain: async (tx, lines) => (await ownedAmong(tx, lines)).size === 0,
  async fulfil(tx, lines, at) {
    const granted = await grantOwnership(tx, lines, at)
    return new Map(lines.filter(line => !granted.has(line.id)).map(line => [line.id, 'refused']))
  },
  release: async () => undefined,
  cancel: (tx, lines) => takeOwnership(tx, lines),
}

function priceOf({ index, offer, quantity, price }: Wanted): Priced | Fault {
  if (quantity !== 1) return fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: '1' } })
  return namedPrice({ index, offer, price })
}

/** The price of an offer as its page set it: the buyer's own where they may name it, never less than it says. For kinds whose price is that of the offer. */
export function namedPrice({ index, offer, price }: Pick<Wanted, 'index' | 'offer' | 'price'>): Priced | Fault {
  if (offer.pricing === 'free') return { unit: 0n }
  const named = price ?? offer.amount
  if (named < offer.amount)
    return fault('unprocessable', 'price_too_low', { fields: { [`lines.${index}.price`]: offer.amount.toString() } })
  // Who saw a higher price than today's pays today's.
  return { unit: offer.pricing === 'fixed' ? offer.amount : named }
}

/** The formats a release can be downloaded in. */
export const formatsOf = async (db: Read | Tx, release: string): Promise<string[]> =>
  (await releaseIsLossless(db, release)) ? ['original', 'flac', 'mp3'] : ['original', 'mp3']

/** Releases that were not bought but got (for points): `cause` is the exchange. Gives the causes of those that were new to their owner. */
type Got = { person: string; release: string; cause: string }
const asLine = ({ person, release, cause }: Got): Owning => ({ id: cause, buyer: person, release })
export const giveReleases = (tx: Tx, given: readonly Got[], at: Date): Promise<ReadonlySet<string>> =>
  grantOwnership(tx, given.map(asLine), at)
export const takeReleases = (tx: Tx, given: readonly Got[]): Promise<void> => takeOwnership(tx, given.map(asLine))
