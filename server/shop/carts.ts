/** The cart of a person, the same on each of their devices. Nothing is set aside for it and nothing of it is believed: the order asks for the true price. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { Cart, type shop } from '../../shared/shop.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { readCart, writeCart, type CartRow } from './store.ts'

/** Characters of all that was chosen; the table takes a little more. */
const mostText = 300_000

type Kept = Decoded<typeof Cart>
/** As it is written down: amounts and times as text. */
const textOf = (lines: Kept['lines']): string => JSON.stringify(z.encode(Cart, { version: 0, lines }).lines)
const decode = (row: CartRow | undefined): Kept => (row === undefined ? { version: 0, lines: [] } : Cart.parse(row))

export const getCart = async (db: Read, viewer: Viewer): Promise<Kept> => decode(await readCart(db, viewer.id))

export async function putCart(tx: Tx, viewer: Viewer, input: InputOf<(typeof shop.entries)['PUT /me/cart']['input']>): Promise<Kept> {
  const { version, lines } = input
  const text = textOf(lines)
  if (text.length > mostText) throw fault('too_large')
  if (await writeCart(tx, viewer.id, version, text, clock.now())) {
    // Other devices of theirs read it anew.
    publish(tx, topicOf(viewer.id), { kind: 'cart' })
    return { version: version + 1, lines }
  }
  // The same again (an answer was lost) is the same cart.
  const now = decode(await readCart(tx, viewer.id))
  if (now.version !== version + 1 || textOf(now.lines) !== text) throw fault('conflict', 'cart_changed')
  return now
}
