/** Where things are sent and for how much: zones with rates, and the kind `shipping`, whose price is that of the basket's goods of its page. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault, type Fault } from '../../shared/faults.ts'
import type { goods } from '../../shared/goods.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { closeOffers, offersOf, putOffers, type Carriage, type ForSale, type Kind, type Priced, type Wanted } from '../shop/index.ts'
import { costOf, later, waitDays, zonesFor, type Load, type RateRow, type ZoneRow } from './policy.ts'
import { allowPage } from './products.ts'
import { closeZone, lockZone, ratesElsewhere, readSettings, readZones, saveSettings, saveZone, type SettingsRow } from './store-shipping.ts'
import { readForSale } from './store-stock.ts'
import { readProduct } from './store.ts'

type Entries = typeof goods.entries
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export const shippingKind = 'shipping'
const mostZones = 60

// The kind.

/** What of these lines is sent, by page. */
async function loadsOf(
  db: Read | Tx,
  lines: readonly { offer: ForSale; quantity: number; price?: bigint | null }[],
): Promise<Map<string, Load>> {
  const goodsOnly = lines.filter(one => one.offer.kind === 'merch')
  const known = await readForSale(
    db,
    goodsOnly.map(one => one.offer.subject),
  )
  const out = new Map<string, Load>()
  for (const { offer, quantity, price } of goodsOnly) {
    const of = known.get(offer.subject)
    if (of?.physical !== true) continue
    const load = out.get(offer.page) ?? { pieces: 0, grams: 0, value: 0n, currency: offer.currency }
    const unit = price != null && price > offer.amount && offer.pricing === 'name_your_price' ? price : offer.amount
    load.pieces += quantity
    load.grams += of.weightG * quantity
    load.value += unit * BigInt(quantity)
    out.set(offer.page, load)
  }
  return out
}

async function price(tx: Tx, wanted: readonly Wanted[]): Promise<(Fault | Priced)[]> {
  const zones = await readZones(tx, { pages: [...new Set(wanted.map(one => one.offer.page))] })
  const loads = new Map<string, Map<string, Load>>()
  const out: (Fault | Priced)[] = []
  for (const { offer, quantity, index, basket } of wanted) {
    if (quantity !== 1) {
      out.push(fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: '1' } }))
      continue
    }
    if (!loads.has(basket.order)) loads.set(basket.order, await loadsOf(tx, basket.lines))
    const load = loads.get(basket.order)!.get(offer.page)
    const { address } = basket
    const own = zones.filter(zone => zone.page === offer.page)
    const zone = own.find(one => one.rates.some(rate => rate.id === offer.subject))
    const rate = zone?.rates.find(one => one.id === offer.subject)
    if (rate === undefined || load === undefined) out.push(fault('conflict', 'offer_closed'))
    else if (address === null) out.push(fault('invalid', 'address_missing'))
    else if (!zonesFor(own, address.country, address.region).includes(zone!)) out.push(fault('unprocessable', 'not_shipped_there'))
    else {
      const unit = costOf(rate, load)
      out.push(unit === null ? fault('unprocessable', 'not_shipped_there') : { unit, detail: zone!.name })
    }
  }
  return out
}

/** One way of sending is enough for one seller's things. */
async function reserve(_tx: Tx, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Fault>> {
  const out = new Map<string, Fault>()
  for (const one of wanted) {
    const first = one.basket.lines.find(other => other.offer.kind === shippingKind && other.offer.page === one.offer.page)
    if (first !== undefined && first.line !== one.line)
      out.set(one.line, fault('invalid', 'invalid', { fields: { [`lines.${one.index}.offer`]: 'twice' } }))
  }
  return out
}

export const shippingOffer: Kind = {
  kind: shippingKind,
  price,
  reserve,
  reserveAgain: async () => true,
  // Its money waits for the parcels, as that of the goods does.
  fulfil: async (_tx, lines, at) => new Map(lines.map(line => [line.id, later(at, waitDays)])),
  release: async () => undefined,
  cancel: async () => undefined,
}

/** Ways to have the things of each seller sent to a place, cheapest first. */
export async function carriages(
  db: Read | Tx,
  wanted: { lines: readonly { offer: ForSale; quantity: number }[]; country: string; region: string; at: Date },
): Promise<Carriage[]> {
  const loads = await loadsOf(db, wanted.lines)
  if (loads.size === 0) return []
  const zones = await readZones(db, { pages: [...loads.keys()] })
  const fits = [...loads].flatMap(([page, load]) => ways(zones, page, load, wanted.country, wanted.region))
  const offers = await offersOf(
    db,
    shippingKind,
    fits.map(({ rate }) => rate.id),
  )
  return fits.flatMap(({ rate, amount }) => {
    const offer = offers.get(rate.id)
    return offer?.state === 'open'
      ? [{ page: rate.page, offer: offer.id, name: rate.name, amount, minDays: rate.minDays, maxDays: rate.maxDays }]
      : []
  })
}
const ways = (zones: readonly ZoneRow[], page: string, load: Load, country: string, region: string): { rate: RateRow; amount: bigint }[] =>
  zonesFor(
    zones.filter(zone => zone.page === page),
    country,
    region,
  )
    .flatMap(zone => zone.rates)
    .flatMap(rate => {
      const amount = costOf(rate, load)
      return amount === null ? [] : [{ rate, amount }]
    })
    .toSorted((a, b) => (a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0))

/** For a product's page: what sending it there would cost. */
export async function getCarriages(
  db: Read,
  _viewer: Viewer | null,
  { page, variant, quantity, country, region = '' }: Input<'GET /pages/:page/carriages'>,
): Promise<Ok<'GET /pages/:page/carriages'>> {
  const of = (await readForSale(db, [variant])).get(variant)
  const row = of === undefined || of.page !== page || of.productState === 'draft' ? undefined : await readProduct(db, of.product)
  const unit = row?.variants.find(one => one.id === variant)?.price
  if (of === undefined || row === undefined || unit === undefined) throw fault('not_found')
  if (!of.physical) return { items: [] }
  const many = quantity ?? 1
  const load = { pieces: many, grams: of.weightG * many, value: BigInt(unit) * BigInt(many), currency: row.currency }
  return {
    items: ways(await readZones(db, { pages: [page] }), page, load, country, region).map(({ rate, amount }) => ({
      name: rate.name,
      amount,
      currency: rate.currency as Currency,
      minDays: rate.minDays,
      maxDays: rate.maxDays,
    })),
  }
}

// The desk.

const shownZone = ({ id, name, countries, regions, rates }: ZoneRow): Ok<'PUT /zones/:id'> => ({
  id,
  name,
  countries,
  regions,
  rates: rates.map(({ zone: _zone, page: _page, ...rate }) => ({ ...rate, currency: rate.currency as Currency })),
})

export async function getShipping(
  db: Read,
  viewer: Viewer,
  { page }: Input<'GET /pages/:page/shipping'>,
): Promise<Ok<'GET /pages/:page/shipping'>> {
  await allowPage(db, viewer, page)
  return { settings: await readSettings(db, page), zones: (await readZones(db, { pages: [page] })).map(shownZone) }
}

export async function putShipping(
  tx: Tx,
  viewer: Viewer,
  { page, ...given }: Input<'PUT /pages/:page/shipping'>,
): Promise<Ok<'PUT /pages/:page/shipping'>> {
  await allowPage(tx, viewer, page)
  await saveSettings(tx, page, given, clock.now())
  return readSettings(tx, page)
}

export async function putZone(tx: Tx, viewer: Viewer, input: Input<'PUT /zones/:id'>): Promise<Ok<'PUT /zones/:id'>> {
  await allowPage(tx, viewer, input.page)
  const before = await lockZone(tx, input.id)
  if (before !== undefined && before !== input.page) throw fault('conflict', 'key_reused')
  return shownZone(await saveZoneAs(tx, viewer.id, input, before === undefined))
}
export type GivenZone = Pick<Input<'PUT /zones/:id'>, 'id' | 'page' | 'name' | 'countries' | 'regions' | 'rates'>
/** The caller has checked who may. */
export async function saveZoneAs(tx: Tx, by: string, given: GivenZone, isNew: boolean): Promise<ZoneRow> {
  const { id, page, name } = given
  const wrong = (field: string): never => {
    throw fault('unprocessable', 'zone_invalid', { fields: { [field]: 'zone_invalid' } })
  }
  const countries = [...new Set(given.countries)]
  const regions = [...new Set(given.regions ?? [])]
  if (regions.length > 0 && countries.length !== 1) wrong('regions')
  const others = (await readZones(tx, { pages: [page] })).filter(zone => zone.id !== id)
  if (isNew && others.length >= mostZones) throw fault('limited', 'limited')
  // A country stands in one zone, unless they differ by its regions; one zone is the rest of the world.
  if (countries.length === 0 && others.some(zone => zone.countries.length === 0)) wrong('countries')
  if (regions.length === 0 && others.some(zone => zone.regions.length === 0 && zone.countries.some(one => countries.includes(one))))
    wrong('countries')
  const rates = given.rates.map((rate, place): RateRow => {
    const { step = 0n, stepOf = null, freeFrom = null, mostG = null, minDays = null, maxDays = null, currency = 'CNY' } = rate
    if (rate.way === 'weight' && stepOf === null) wrong(`rates.${place}.stepOf`)
    if (minDays !== null && maxDays !== null && maxDays < minDays) wrong(`rates.${place}.maxDays`)
    if (freeFrom === 0n) wrong(`rates.${place}.freeFrom`)
    return {
      ...rate,
      zone: id,
      page,
      currency,
      step: rate.way === 'flat' ? 0n : step,
      stepOf: rate.way === 'weight' ? stepOf : null,
      freeFrom,
      mostG,
      minDays,
      maxDays,
    }
  })
  if (new Set(rates.map(rate => rate.id)).size !== rates.length) wrong('rates')
  if (
    await ratesElsewhere(
      tx,
      id,
      rates.map(rate => rate.id),
    )
  )
    throw fault('conflict', 'key_reused')
  const at = clock.now()
  const zone: ZoneRow = { id, page, name, countries, regions, rates }
  await closeOffers(tx, shippingKind, await saveZone(tx, zone, at))
  await putOffers(
    tx,
    rates.map(rate => ({
      kind: shippingKind,
      subject: rate.id,
      page,
      title: rate.name,
      detail: name,
      pricing: rate.base === 0n ? ('free' as const) : ('fixed' as const),
      amount: rate.base,
      currency: rate.currency,
      listed: false,
      by,
      at,
    })),
  )
  return zone
}

export async function deleteZone(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /zones/:id'>): Promise<{ ok: true }> {
  const page = await lockZone(tx, id)
  if (page === undefined) throw fault('not_found')
  await allowPage(tx, viewer, page)
  await closeOffers(tx, shippingKind, await closeZone(tx, id))
  return { ok: true }
}

/** What a page says of sending and taking back, for its shop window. */
export const shippingOf = async (
  db: Read | Tx,
  page: string,
): Promise<Omit<SettingsRow, 'returnAddress' | 'lowAt'> & { countries: string[]; everywhere: boolean }> => {
  const { handlingDays, returnDays, returnPaidBy } = await readSettings(db, page)
  const zones = await readZones(db, { pages: [page] })
  return {
    handlingDays,
    returnDays,
    returnPaidBy,
    countries: [...new Set(zones.flatMap(zone => zone.countries))].toSorted(),
    everywhere: zones.some(zone => zone.countries.length === 0),
  }
}
