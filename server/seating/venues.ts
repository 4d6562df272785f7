/** Venues: places with an address, a zone and pictures. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { seating } from '../../shared/seating.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { coverUrl, dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { mayEditPage } from '../people/index.ts'
import { mapCard } from './maps.ts'
import {
  addPicture,
  countVenues,
  hasPage,
  listVenues,
  mapsOf,
  orderPictures,
  putVenue,
  readVenue,
  setVenueState,
  venuesOf,
  type VenueRow,
} from './store.ts'

type Entries = typeof seating.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Venue = Ok<'GET /venues/:id'>
const mostVenues = 200
const mostPictures = 20

const card = (row: VenueRow): Ok<'GET /venues'>['items'][number] => ({
  id: row.id,
  page: { id: row.page, name: row.pageName, handle: row.pageHandle },
  name: row.name,
  city: row.city,
  country: row.country,
  zone: row.zone,
  capacity: row.capacity,
  picture: row.pictures[0] === undefined ? null : coverUrl(row.pictures[0], 640),
})
async function shown(db: Read | Tx, viewer: Viewer | null, row: VenueRow): Promise<Venue> {
  const { region, address, postcode, latitude, longitude, about, access, site, shared, state, pictures } = row
  const edit = await mayEditPage(db, viewer, row.page)
  const maps = (await mapsOf(db, [row.id])).filter(map => edit || map.version !== null).map(mapCard)
  return {
    ...card(row),
    region,
    address,
    postcode,
    latitude,
    longitude,
    about,
    access,
    site,
    shared,
    state,
    pictures: pictures.map(asset => ({ asset, url: coverUrl(asset, 640) })),
    maps: maps.map(map => (edit ? map : { ...map, changed: false })),
    can: { edit },
  }
}

export async function getVenues(db: Read, _viewer: Viewer | null, input: Input<'GET /venues'>): Promise<Ok<'GET /venues'>> {
  const [name, id] = fromCursor(input.cursor, [z.string(), z.string()]) ?? []
  const { search, city } = input
  const rows = await listVenues(db, {
    search: search === undefined || search === '' ? null : search,
    city: city === undefined || city === '' ? null : city,
    after: name === undefined ? null : { name, id: id! },
    limit: input.limit + 1,
  })
  return pageOf(rows, input.limit, card, row => toCursor(row.name, row.id))
}
export async function getOwn(
  db: Read,
  viewer: Viewer,
  { page, usable }: Input<'GET /pages/:page/venues'>,
): Promise<Ok<'GET /pages/:page/venues'>> {
  if (!(await mayEditPage(db, viewer, page))) throw fault('not_found')
  const rows = await venuesOf(db, page, usable === true)
  const maps = Map.groupBy(
    await mapsOf(
      db,
      rows.map(row => row.id),
    ),
    map => map.venue,
  )
  return {
    items: rows.map(row => ({
      ...card(row),
      state: row.state,
      shared: row.shared,
      maps: (maps.get(row.id) ?? []).filter(map => row.page === page || map.version !== null).map(mapCard),
    })),
  }
}
/** An address is no secret: shows and rooms are there. Only what was put away is for its page alone. */
export async function getVenue(db: Read, viewer: Viewer | null, { id }: Input<'GET /venues/:id'>): Promise<Venue> {
  const row = await readVenue(db, id)
  if (row === undefined) throw fault('not_found')
  const venue = await shown(db, viewer, row)
  if (row.state === 'archived' && !venue.can.edit) throw fault('not_found')
  return venue
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
  } catch {
    throw fault('unprocessable', 'zone_unknown', { fields: { zone: 'zone' } })
  }
}
export async function putVenueOf(tx: Tx, viewer: Viewer, input: Input<'PUT /pages/:page/venues/:id'>): Promise<Venue> {
  if (!(await hasPage(tx, input.page)) || !(await mayEditPage(tx, viewer, input.page))) throw fault('not_found')
  checkZone(input.zone)
  const before = await readVenue(tx, input.id)
  if (before !== undefined && before.page !== input.page) throw fault('conflict', 'key_reused')
  if (before === undefined && (await countVenues(tx, input.page)) >= mostVenues) throw fault('conflict', 'too_many_venues')
  const placed = input.latitude !== null && input.longitude !== null
  await putVenue(
    tx,
    { ...input, latitude: placed ? input.latitude : null, longitude: placed ? input.longitude : null },
    viewer.id,
    clock.now(),
  )
  return shown(tx, viewer, (await readVenue(tx, input.id))!)
}
async function own(db: Read | Tx, viewer: Viewer, id: string): Promise<VenueRow> {
  const row = await readVenue(db, id)
  if (row === undefined || !(await mayEditPage(db, viewer, row.page))) throw fault('not_found')
  return row
}
export async function putState(tx: Tx, viewer: Viewer, { id, state }: Input<'PUT /venues/:id/state'>): Promise<Venue> {
  await own(tx, viewer, id)
  await setVenueState(tx, id, state, clock.now())
  return shown(tx, viewer, (await readVenue(tx, id))!)
}
export async function putPicture(context: StreamContext, viewer: Viewer, input: Input<'PUT /venues/:id/pictures'>): Promise<{ ok: true }> {
  const { write, config } = context
  await own(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    const row = await own(tx, viewer, input.id)
    if (row.pictures.length >= mostPictures && !row.pictures.includes(made.asset)) throw fault('conflict', 'too_many_pictures')
    await addPicture(tx, input.id, made.asset)
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}
export async function putPictureOrder(tx: Tx, viewer: Viewer, { id, pictures }: Input<'PUT /venues/:id/picture-order'>): Promise<Venue> {
  await own(tx, viewer, id)
  await orderPictures(tx, id, [...new Set(pictures)])
  return shown(tx, viewer, (await readVenue(tx, id))!)
}
