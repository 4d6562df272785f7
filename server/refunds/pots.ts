/** Money that waits for several in a pot of its own (takings of a show): whoever emptied it fills it again before a refund takes of it (deals). */
import type { Tx } from '../foundation/db.ts'

export type Cover = (tx: Tx, given: { owner: string; currency: string; amount: bigint; cause: string; at: Date }) => Promise<void>
let cover: Cover | undefined
export const registerPots = (given: Cover): void => void (cover = given)

export async function coverPots(
  tx: Tx,
  gives: readonly { owner: string; purpose: string; amount: bigint }[],
  of: { currency: string; cause: string; at: Date },
): Promise<void> {
  if (cover === undefined) return
  const wanted = new Map<string, bigint>()
  for (const { owner, purpose, amount } of gives)
    if (purpose === 'available' && owner.startsWith('show:')) wanted.set(owner, (wanted.get(owner) ?? 0n) + amount)
  for (const [owner, amount] of [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))) await cover(tx, { owner, amount, ...of })
}
