/** Offers: what is for sale. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { shop } from '../../shared/shop.ts'
import { releaseCards } from '../catalogue/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { formatsOf } from './digital.ts'
import { checkPrice } from './selling.ts'
import {
  hasOtherOpenOffer,
  insertOffer,
  listOffers,
  offersByAsset,
  offersOfEditor,
  ownedBy,
  readOffer,
  readRelease,
  setFormats,
  updateOffer,
  type OfferRow,
} from './store.ts'

type Entries = typeof shop.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Offer = Ok<'GET /offers/:id'>
type Format = Offer['formats'][number]

/** Offers with the cards of their releases; those whose release the viewer cannot see are left out. */
async function shown(db: Read, viewer: Viewer | null, rows: readonly OfferRow[]): Promise<Offer[]> {
  const cards = new Map((await releaseCards(db, viewer, [...new Set(rows.map(row => row.release))])).map(card => [card.id, card]))
  return rows.flatMap(row => {
    const release = cards.get(row.release)
    if (release === undefined) return []
    const { id, kind, state, pricing, amount, currency, opensAt, closesAt, page, seller, formats, sold, owned, mayEdit } = row
    return {
      id,
      kind,
      state,
      pricing,
      price: { amount, currency: currency as Currency },
      opensAt,
      closesAt,
      release,
      seller: { id: page, name: seller },
      formats: formats as Format[],
      sold,
      owned,
      can: { edit: mayEdit },
    }
  })
}

async function one(db: Read, viewer: Viewer | null, id: string): Promise<Offer> {
  const row = await readOffer(db, id, viewer?.id ?? null)
  const [offer] = row === undefined || (row.visibility === 'draft' && !row.mayEdit) ? [] : await shown(db, viewer, [row])
  if (offer === undefined) throw fault('not_found')
  return offer
}

export const getOffer = (db: Read, viewer: Viewer | null, input: Input<'GET /offers/:id'>): Promise<Offer> => one(db, viewer, input.id)

export async function getOffers(db: Read, viewer: Viewer | null, input: Input<'GET /offers'>): Promise<Ok<'GET /offers'>> {
  const { sort, limit } = input
  const [key, id] = fromCursor(input.cursor, [sort === 'new' ? cursorTime : z.number().int(), z.string()]) ?? []
  const rows = await listOffers(db, viewer?.id ?? null, {
    sort,
    seller: input.seller ?? null,
    after: key === undefined ? null : { key, id: id! },
    limit: limit + 1,
  })
  const { items, next } = pageOf(
    rows,
    limit,
    row => row,
    row => toCursor(sort === 'new' ? row.createdAt : row.sold, row.id),
  )
  return { items: await shown(db, viewer, items), next }
}

export async function getMyOffers(db: Read, viewer: Viewer, input: Input<'GET /me/offers'>): Promise<Ok<'GET /me/offers'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await offersOfEditor(db, viewer.id, at === undefined ? null : { at, id: id! }, input.limit + 1)
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.createdAt, row.id),
  )
  return { items: await shown(db, viewer, items), next }
}

/** A sale ends after it begins. */
function checkWindow(opensAt: Date | null, closesAt: Date | null): void {
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt)
    throw fault('unprocessable', 'sale_window', { fields: { closesAt: 'sale_window' } })
}

/** Opens an offer for whoever `by` is; they must be allowed to edit the page. The same id with the same terms again is the same offer. Gives its id. */
export async function openOffer(
  tx: Tx,
  given: {
    id?: string | undefined
    release: string
    by: string
    pricing: Offer['pricing']
    price: { amount: bigint; currency: Currency }
    opensAt?: Date | null | undefined
    closesAt?: Date | null | undefined
    at?: Date
  },
): Promise<string> {
  const release = await readRelease(tx, given.release, given.by)
  if (release === undefined || (!release.mayEdit && release.visibility === 'draft')) throw fault('not_found')
  if (!release.mayEdit) throw fault('forbidden', 'own_page_only')
  const { pricing, price, opensAt = null, closesAt = null } = given
  checkPrice(pricing, price.amount)
  checkWindow(opensAt, closesAt)
  if (release.waiting) throw fault('conflict', 'no_split')
  const at = given.at ?? clock.now()
  const id = given.id ?? newId('off', at)
  const formats = await formatsOf(tx, release.id)
  if (
    await insertOffer(tx, {
      id,
      release: release.id,
      page: release.page,
      pricing,
      amount: price.amount,
      currency: price.currency,
      opensAt,
      closesAt,
      formats,
      by: given.by,
      at,
    })
  ) {
    await tell(tx, { type: 'offer_changed', kind: 'digital', subject: release.id })
    return id
  }
  const before = await readOffer(tx, id, given.by)
  // Another open offer of this release.
  if (before === undefined) throw fault('conflict')
  const same =
    before.release === release.id &&
    before.pricing === pricing &&
    before.amount === price.amount &&
    before.currency === price.currency &&
    before.opensAt?.getTime() === opensAt?.getTime() &&
    before.closesAt?.getTime() === closesAt?.getTime()
  if (!same) throw fault('conflict', 'key_reused')
  return id
}

export async function addOffer(tx: Tx, viewer: Viewer, input: Input<'POST /offers'>): Promise<Offer> {
  return one(tx, viewer, await openOffer(tx, { ...input, by: viewer.id }))
}

/** Changes the price or when it is sold, opens or closes. Orders already placed keep theirs. */
export async function changeOffer(tx: Tx, viewer: Viewer, input: Input<'PATCH /offers/:id'>): Promise<Offer> {
  const row = await readOffer(tx, input.id, viewer.id, true)
  if (row === undefined || (row.visibility === 'draft' && !row.mayEdit)) throw fault('not_found')
  if (!row.mayEdit) throw fault('forbidden', 'own_page_only')
  const pricing = input.pricing ?? row.pricing
  const price =
    input.price ?? (pricing === 'free' ? { amount: 0n, currency: row.currency } : { amount: row.amount, currency: row.currency })
  checkPrice(pricing, price.amount)
  const { opensAt = row.opensAt, closesAt = row.closesAt } = input
  checkWindow(opensAt, closesAt)
  const state = input.state ?? row.state
  if (state === 'open' && row.state === 'closed') {
    if ((await readRelease(tx, row.release, viewer.id))?.waiting) throw fault('conflict', 'no_split')
    if (await hasOtherOpenOffer(tx, row.release, row.id)) throw fault('conflict')
  }
  await updateOffer(tx, row.id, {
    pricing,
    amount: price.amount,
    currency: price.currency,
    opensAt,
    closesAt,
    state,
    formats: await formatsOf(tx, row.release),
    at: clock.now(),
  })
  await tell(tx, { type: 'offer_changed', kind: 'digital', subject: row.release })
  return one(tx, viewer, row.id)
}

/** Releases one owns, the newest first. */
export async function getPurchases(db: Read, viewer: Viewer, input: Input<'GET /me/purchases'>): Promise<Ok<'GET /me/purchases'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await ownedBy(db, viewer.id, at === undefined ? null : { at, id: id! }, input.limit + 1)
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.release),
  )
  const cards = new Map(
    (
      await releaseCards(
        db,
        viewer,
        items.map(row => row.release),
      )
    ).map(card => [card.id, card]),
  )
  return {
    items: items.flatMap(row => (cards.has(row.release) ? { ...cards.get(row.release)!, line: row.line, boughtAt: row.at } : [])),
    next,
  }
}

/** The sound of an asset is known now: its offers may come in more formats. */
export async function refreshFormats(tx: Tx, asset: string): Promise<void> {
  for (const offer of await offersByAsset(tx, asset)) {
    const formats = await formatsOf(tx, offer.release)
    if (formats.join() !== offer.formats.join()) await setFormats(tx, offer.id, formats)
  }
}
