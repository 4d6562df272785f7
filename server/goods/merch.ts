/** The kind `merch`: variants of products, their stock set aside when ordered, off the shelf when sent. */
import { Fault, fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { namedPrice, type Kind, type Priced, type SoldLine, type Wanted } from '../shop/index.ts'
import { follow } from './following.ts'
import { later, readyOn, waitDays } from './policy.ts'
import { freeLines, packLines } from './sendings.ts'
import { changeSold, insertSold, lockSold, noteDue, piecesOf, type NewSold, type SoldRow } from './store-sold.ts'
import { leaveShelf } from './stock.ts'
import { lockShelf, moveShelf, readForSale, type ForSaleRow, type Shelf } from './store-stock.ts'
import { lockProducts } from './store.ts'

export const merchKind = 'merch'
const noun = (options: readonly string[]): string | null => (options.length === 0 ? null : options.join(' / '))
/** What one piece takes from the shelf. */
const takesOf = ({ variant, bundle, parts }: ForSaleRow): SoldRow['takes'] =>
  bundle ? parts.map(part => ({ variant: part.variant, each: part.quantity })) : [{ variant, each: 1 }]

/** Whether all of it is on the shelf; if so it is set aside on `shelf`. */
function take(shelf: ReadonlyMap<string, Shelf>, takes: SoldRow['takes'], quantity: number): boolean {
  const enough = takes.every(({ variant, each }) => {
    const here = shelf.get(variant)
    return here !== undefined && (here.stock === null || here.stock - here.reserved >= each * quantity)
  })
  if (enough) for (const { variant, each } of takes) shelf.get(variant)!.reserved += each * quantity
  return enough && takes.length > 0
}
const asMoves = (rows: readonly { takes: SoldRow['takes']; quantity: number }[], sign = 1) =>
  rows.flatMap(({ takes, quantity }) => takes.map(({ variant, each }) => ({ variant, reserved: sign * each * quantity })))

async function price(tx: Tx, wanted: readonly Wanted[]): Promise<(Fault | Priced)[]> {
  const known = await readForSale(
    tx,
    wanted.map(one => one.offer.subject),
  )
  return wanted.map(one => {
    const of = known.get(one.offer.subject)
    if (of === undefined || of.state !== 'open' || of.productState !== 'open') return fault('conflict', 'offer_closed')
    const priced = namedPrice(one)
    return priced instanceof Fault ? priced : { ...priced, detail: noun(of.options) }
  })
}

/** Products of which one person may have so many over all their variants: which of these baskets go over it. */
async function overLimit(tx: Tx, wanted: readonly Wanted[], known: ReadonlyMap<string, ForSaleRow>): Promise<Map<string, Fault>> {
  const out = new Map<string, Fault>()
  const limited = wanted.filter(one => (known.get(one.offer.subject)?.mostEach ?? null) !== null)
  if (limited.length === 0) return out
  const product = (one: Wanted): string => known.get(one.offer.subject)!.product
  // Two orders of one person at once are counted one after the other.
  await lockProducts(tx, [...new Set(limited.map(product))])
  const has = await piecesOf(
    tx,
    limited.map(one => ({ buyer: one.basket.buyer, product: product(one) })),
  )
  for (const one of limited) {
    const key = `${one.basket.buyer} ${product(one)}`
    const most = known.get(one.offer.subject)!.mostEach!
    const many = (has.get(key) ?? 0) + one.quantity
    if (many > most) out.set(one.line, fault('conflict', 'too_many_each', { fields: { [`lines.${one.index}.quantity`]: most.toString() } }))
    else has.set(key, many)
  }
  return out
}

/** Things that are sent want an address and a way of sending of their seller in the same basket. */
function unsendable({ basket, offer }: Wanted): Fault | undefined {
  if (basket.address === null) return fault('invalid', 'address_missing')
  return basket.lines.some(one => one.offer.kind === 'shipping' && one.offer.page === offer.page)
    ? undefined
    : fault('invalid', 'shipping_missing')
}

async function reserve(tx: Tx, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Fault>> {
  const known = await readForSale(
    tx,
    wanted.map(one => one.offer.subject),
  )
  const refused = await overLimit(tx, wanted, known)
  const shelf = await lockShelf(
    tx,
    wanted.flatMap(one => (known.has(one.offer.subject) ? takesOf(known.get(one.offer.subject)!).map(t => t.variant) : [])),
  )
  const rows: NewSold[] = []
  const wants: { takes: SoldRow['takes']; quantity: number }[] = []
  for (const one of wanted) {
    if (refused.has(one.line)) continue
    const of = known.get(one.offer.subject)!
    const takes = takesOf(of)
    const lacks = of.physical ? unsendable(one) : undefined
    if (!take(shelf, takes, one.quantity))
      refused.set(one.line, fault('conflict', 'goods_gone', { fields: { [`lines.${one.index}.quantity`]: 'goods_gone' } }))
    else if (lacks !== undefined) {
      for (const { variant, each } of takes) shelf.get(variant)!.reserved -= each * one.quantity
      refused.set(one.line, lacks)
    } else {
      wants.push({ takes, quantity: one.quantity })
      rows.push({
        line: one.line,
        order: one.basket.order,
        page: of.page,
        product: of.product,
        variant: of.variant,
        buyer: one.basket.buyer,
        quantity: one.quantity,
        physical: of.physical,
        preorderOn: of.preorderOn,
        takes,
        at: one.basket.at,
      })
    }
  }
  await moveShelf(tx, asMoves(wants))
  await insertSold(tx, rows)
  return refused
}

/** Whether its buyer may still have all of these: as when they were ordered, under the lock of their products. */
async function withinLimits(tx: Tx, lines: readonly SoldLine[]): Promise<boolean> {
  const known = await readForSale(
    tx,
    lines.map(line => line.subject),
  )
  const limited = lines.flatMap(({ buyer, subject, quantity }) => {
    const { product, mostEach = null } = known.get(subject) ?? {}
    return product === undefined || mostEach === null ? [] : [{ buyer, product, quantity, mostEach }]
  })
  if (limited.length === 0) return true
  await lockProducts(tx, [...new Set(limited.map(one => one.product))])
  const has = await piecesOf(tx, limited)
  return limited.every(({ buyer, product, quantity, mostEach }) => {
    const many = (has.get(`${buyer} ${product}`) ?? 0) + quantity
    has.set(`${buyer} ${product}`, many)
    return many <= mostEach
  })
}

/** All of them or none: what was set aside before is taken again where it is still there. */
async function reserveAgain(tx: Tx, lines: readonly SoldLine[]): Promise<boolean> {
  if (!(await withinLimits(tx, lines))) return false
  const sold = await lockSold(
    tx,
    lines.map(line => line.id),
  )
  const rows = lines.map(line => sold.get(line.id))
  if (rows.some(row => row === undefined)) return false
  const freed = rows.flatMap(row => (row!.state === 'freed' ? [row!] : []))
  const shelf = await lockShelf(
    tx,
    freed.flatMap(row => row.takes.map(t => t.variant)),
  )
  if (!freed.every(row => take(shelf, row.takes, row.quantity))) return false
  await moveShelf(tx, asMoves(freed))
  await changeSold(
    tx,
    freed.map(row => ({ line: row.line, state: 'reserved' as const, open: row.quantity })),
    new Date(0),
  )
  return true
}

async function fulfil(tx: Tx, lines: readonly SoldLine[], at: Date): Promise<ReadonlyMap<string, Date | 'refused'>> {
  const sold = await lockSold(
    tx,
    lines.map(line => line.id),
  )
  const out = new Map<string, Date | 'refused'>()
  const fresh: SoldRow[] = []
  for (const line of lines) {
    const row = sold.get(line.id)
    if (row === undefined || row.state === 'freed') out.set(line.id, 'refused')
    else if (row.state === 'reserved') fresh.push(row)
    // Asked again: it waits as it did.
    else if (row.dueAt !== null) out.set(line.id, row.dueAt)
  }
  const here = fresh.filter(row => !row.physical)
  // What is not sent is handed over now: it leaves the shelf.
  const shelf = await lockShelf(
    tx,
    here.flatMap(row => row.takes.map(t => t.variant)),
  )
  await leaveShelf(
    tx,
    here.map(row => ({ ...row, pieces: row.quantity })),
    shelf,
    at,
  )
  await changeSold(
    tx,
    fresh.map(row => ({
      line: row.line,
      state: 'paid' as const,
      ...(row.physical ? {} : { open: -row.quantity, sent: row.quantity, arrived: row.quantity }),
    })),
    at,
  )
  const there = fresh.filter(row => row.physical)
  for (const line of await packLines(tx, there, at)) out.set(line, 'refused')
  const due = there.flatMap(row => (out.has(row.line) ? [] : [{ line: row.line, at: later(readyOn(at, row.preorderOn), waitDays) }]))
  await noteDue(tx, due)
  for (const one of due) out.set(one.line, one.at)
  return out
}

const free = (tx: Tx, lines: readonly SoldLine[]): Promise<void> =>
  freeLines(
    tx,
    lines.map(line => line.id),
  )

export const merch: Kind = {
  kind: merchKind,
  price,
  reserve,
  reserveAgain,
  fulfil,
  release: free,
  cancel: free,
  follow: (db: Read | Tx, lines) => follow(db, lines),
}
