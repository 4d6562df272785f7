/** The first kind of offer: a release to keep. Nothing is scarce; one person owns it once. */
import { fault, type Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Handed, Kind, Priced, Wanted } from './kinds.ts'
import { grantOwnership, notOut, ownedAmong, releaseIsLossless, takeOwnership, type Owning } from './store.ts'

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
    // Ordered before it was out: it is handed over on its day, whichever that is by now.
    const early = lines.filter(line => line.choice?.['outOn'] !== undefined)
    const days = early.length === 0 ? new Map<string, string>() : await notOut(tx, early.map(line => line.release!), dayOf(at)) // prettier-ignore
    const now = lines.filter(line => !days.has(line.release!))
    const granted = now.length === 0 ? new Set<string>() : await grantOwnership(tx, now, at)
    return new Map<string, Handed>([
      ...now.filter(line => !granted.has(line.id)).map(line => [line.id, 'refused'] as const),
      ...lines.flatMap(line =>
        days.has(line.release!) ? [[line.id, { again: new Date(`${days.get(line.release!)!}T00:00:00Z`) }] as const] : [],
      ),
    ])
  },
  release: async () => undefined,
  cancel: (tx, lines) => takeOwnership(tx, lines),
  async follow(db, lines) {
    const early = lines.filter(line => line.choice?.['outOn'] !== undefined)
    if (early.length === 0) return new Map()
    const days = await notOut(db, early.map(line => line.release!), dayOf(clock.now())) // prettier-ignore
    return new Map(
      early.flatMap(line => {
        const day = days.get(line.release!)
        return day === undefined ? [] : [[line.id, [{ code: 'out_on', at: new Date(`${day}T00:00:00Z`), url: null, text: null }]]]
      }),
    )
  },
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)

function priceOf({ index, offer, quantity, price, basket }: Wanted): Priced | Fault {
  if (quantity !== 1) return fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: '1' } })
  const priced = namedPrice({ index, offer, price })
  const early = offer.releasedOn !== null && offer.releasedOn > dayOf(basket.at)
  return early && 'unit' in priced ? { ...priced, choice: { outOn: offer.releasedOn } } : priced
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
