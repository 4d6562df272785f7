import { useSyncExternalStore } from 'react'
import type { Ok } from '../api.ts'

/**
 * What someone means to buy, of any kind. It lives in the browser; of members the planet keeps it too (cart-sync.ts), so that it follows them. The order asks for
 * the true price. One line for each offer with what was chosen of it; `later`: put aside.
 */
export type CartLine = Ok<'GET /me/cart'>['lines'][number]
/** As pages put it in; one piece unless told. */
export type ToCart = Omit<CartLine, 'quantity'> & { quantity?: number }

const stored = 'planet.cart.v2'
const none: readonly CartLine[] = []
let lines: readonly CartLine[] | null = null
const listeners = new Set<() => void>()

/** What makes a line of its own. */
export const lineKey = (line: Pick<CartLine, 'offer' | 'choice'>): string => line.offer + (line.choice ? JSON.stringify(line.choice) : '')

export function cartLines(): readonly CartLine[] {
  if (lines) return lines
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored) ?? '[]')
    lines = Array.isArray(kept) ? (kept as CartLine[]) : none
  } catch {
    lines = none
  }
  return lines
}

let tell: (() => void) | undefined
/** What keeps it on the planet (cart-sync.ts) hears of each change made here. */
export const tellChanges = (push: () => void): void => void (tell = push)

/** `told`: it came from the planet, which need not be told of it. */
export function setCart(next: readonly CartLine[], told = false): void {
  lines = next
  try {
    localStorage.setItem(stored, JSON.stringify(next))
  } catch {
    // Storage is full or forbidden: the cart lives as long as the page.
  }
  for (const listener of listeners) listener()
  if (!told) tell?.()
}

/** Puts an offer in. What is there already gets more pieces; where the buyer names the price, the new price. */
export function addToCart(given: ToCart): void {
  const line: CartLine = { quantity: 1, ...given }
  const before = cartLines().find(other => lineKey(other) === lineKey(line))
  if (before && !line.named && line.kind && line.kind !== 'digital')
    line.quantity = Math.min(line.most ?? 100, before.quantity + line.quantity)
  setCart([...cartLines().filter(other => other !== before), line])
}
export const removeFromCart = (line: CartLine): void => setCart(cartLines().filter(other => lineKey(other) !== lineKey(line)))

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  const elsewhere = (event: StorageEvent) => {
    if (event.key !== stored) return
    lines = null
    listener()
  }
  addEventListener('storage', elsewhere)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', elsewhere)
  }
}

export const useCart = (): readonly CartLine[] => useSyncExternalStore(subscribe, cartLines, () => none)
