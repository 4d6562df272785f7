/**
 * Keeps the cart of a member on the planet, so that it follows them: what this device changed is put together with what others did since it last heard of them.
 * Comes after the first picture and only when something is in a cart or someone is signed in.
 */
import { api, asApiError } from '../api.ts'
import { cartLines, lineKey, setCart, tellChanges, type CartLine } from './cart.ts'

type Known = { person: string | null; version: number; lines: readonly CartLine[] }
const stored = 'planet.cart.known.v1'
let who: string | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let going: Promise<void> | undefined
let again = false

function known(): Known | null {
  try {
    const kept = JSON.parse(localStorage.getItem(stored) ?? 'null') as Known | null
    return kept?.person === who ? kept : null
  } catch {
    return null
  }
}
function know(version: number, lines: readonly CartLine[]): void {
  try {
    localStorage.setItem(stored, JSON.stringify({ person: who, version, lines } satisfies Partial<Known>))
  } catch {
    // Then this device puts its whole cart together with the planet's next time.
  }
}

/** In one order of names: the planet answers in its own. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(entry => entry[1] !== undefined)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, one]) => [name, plain(one)]),
        )
      : value
const same = (a: unknown, b: unknown): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b))

/** `ours` and `theirs` both came from `base`: what either put in, changed or took out since holds; where both changed a line, ours. */
export function merged(base: readonly CartLine[], ours: readonly CartLine[], theirs: readonly CartLine[]): readonly CartLine[] {
  const [was, here] = [base, ours].map(lines => new Map(lines.map(line => [lineKey(line), line]))) as [
    Map<string, CartLine>,
    Map<string, CartLine>,
  ]
  const there = new Set(theirs.map(lineKey))
  const kept = theirs.flatMap(line => {
    const [own, old] = [here.get(lineKey(line)), was.get(lineKey(line))]
    // Taken out here, or put in there.
    if (!own) return old ? [] : [line]
    return [same(own, old) ? line : own]
  })
  // Put in here, or changed here while taken out there.
  const more = ours.filter(line => !there.has(lineKey(line)) && !same(was.get(lineKey(line)), line))
  return [...kept, ...more].slice(0, 100)
}

async function sync(): Promise<void> {
  const person = who
  if (!person) return
  for (let tries = 0; tries < 4; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: each builds on what the last one heard
    const there = await api('GET /me/cart')
    if (who !== person) return
    const next = merged(known()?.lines ?? [], cartLines(), there.lines)
    if (!same(next, cartLines())) setCart(next, true)
    if (same(next, there.lines)) return know(there.version, next)
    try {
      // oxlint-disable-next-line no-await-in-loop -- see above
      const kept = await api('PUT /me/cart', { version: there.version, lines: [...next] })
      return know(kept.version, next)
    } catch (error) {
      if (asApiError(error).code !== 'cart_changed') throw error
    }
  }
}

function run(): void {
  if (going) {
    again = true
    return
  }
  going = sync()
    // Away or refused: the next change tries again.
    .catch(() => undefined)
    .finally(() => {
      going = undefined
      if (again) {
        again = false
        run()
      }
    })
}

/** The cart changed here. */
export function pushSoon(): void {
  if (!who) return
  clearTimeout(timer)
  timer = setTimeout(run, 400)
}

/** The same before one leaves the page, which would end it: told within a moment, or by the next page that knows this cart. */
export async function pushNow(): Promise<void> {
  if (!who) return
  clearTimeout(timer)
  run()
  const told = (async () => {
    // oxlint-disable-next-line no-await-in-loop -- a change in the middle of telling is told after it
    while (going) await going
  })()
  await Promise.race([told, new Promise(resolve => setTimeout(resolve, 1500))])
}

tellChanges(pushSoon)

/** Someone is signed in here (or nobody): from now on their cart is kept, beginning with what lies there and here. */
export function follow(person: string | null): void {
  if (who === person) return
  const left = who !== null && person === null
  who = person
  if (left) {
    // Whoever comes next does not see it.
    setCart([], true)
    return
  }
  if (person) run()
}
/** Another device of theirs changed it, or this one comes back to it. */
export const pull = (): void => run()
