import { useSyncExternalStore } from 'react'
import type { Price } from './price.ts'

/** What someone means to buy. It lives in the browser until an order is placed; the order asks the planet for the true price. */
export type CartLine = {
  offer: string
  release: string
  title: string
  artists: string
  cover: { small: string; medium: string; large: string; accent: string } | null
  price: Price
  named: boolean
}

const stored = 'planet.cart.v1'
const none: readonly CartLine[] = []
let lines: readonly CartLine[] | null = null
const listeners = new Set<() => void>()

function load(): readonly CartLine[] {
  if (lines) return lines
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(stored) ?? '[]')
    lines = Array.isArray(kept) ? (kept as CartLine[]) : none
  } catch {
    lines = none
  }
  return lines
}

function change(next: readonly CartLine[]): void {
  lines = next
  try {
    localStorage.setItem(stored, JSON.stringify(next))
  } catch {
    // Storage is full or forbidden: the cart lives as long as the page.
  }
  for (const listener of listeners) listener()
}

/** Puts an offer in; an offer that is there already takes the new price. */
export const addToCart = (line: CartLine): void => change([...load().filter(other => other.offer !== line.offer), line])
export const removeFromCart = (offer: string): void => change(load().filter(line => line.offer !== offer))
export const setCart = (next: readonly CartLine[]): void => change(next)
export const clearCart = (): void => change([])

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

export const useCart = (): readonly CartLine[] => useSyncExternalStore(subscribe, load, () => none)
