/** What a show’s takings become between its organiser and its artist. Pure: the desk previews with it, the worksheet that both sign is made by it. Minor units. */
import { basisPointsOf } from './money.ts'

export type DealTerms = {
  /** guarantee: a fixed sum · percentage: of net · versus: whichever is more · plus: the guarantee and a percentage of what net exceeds it by. */
  kind: 'guarantee' | 'percentage' | 'versus' | 'plus'
  guarantee: bigint
  /** Of net (takings after costs), in basis points. */
  shareBp: number
  /** Costs count up to so much; null: all of them. What is above is the organiser’s own. */
  costsMost: bigint | null
  /** Each that is reached is paid on top. */
  bonuses: readonly { from: number; amount: bigint }[]
}
export type DealSums = {
  takings: bigint
  costs: bigint
  counted: bigint
  net: bigint
  share: bigint
  fee: bigint
  bonus: bigint
  /** The artist’s in all; what is left is the organiser’s (below zero: the organiser adds it). */
  artist: bigint
  organiser: bigint
}

const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)

export function dealSums(terms: DealTerms, { takings, costs, sold }: { takings: bigint; costs: bigint; sold: number }): DealSums {
  const counted = terms.costsMost !== null && costs > terms.costsMost ? terms.costsMost : costs
  const net = most(0n, takings - counted)
  const share = basisPointsOf(net, terms.shareBp)
  const fee =
    terms.kind === 'guarantee'
      ? terms.guarantee
      : terms.kind === 'percentage'
        ? share
        : terms.kind === 'versus'
          ? most(terms.guarantee, share)
          : terms.guarantee + basisPointsOf(most(0n, net - terms.guarantee), terms.shareBp)
  const bonus = terms.bonuses.reduce((sum, { from, amount }) => (sold >= from ? sum + amount : sum), 0n)
  const artist = fee + bonus
  return { takings, costs, counted, net, share, fee, bonus, artist, organiser: takings - costs - artist }
}
