/** One's address book. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { shipping } from '../../shared/shipping.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { deleteAddress, listAddresses, lockBook, readAddress, saveAddress, type AddressRow, type Place } from './store.ts'

export type Input<K extends keyof typeof shipping.entries> = InputOf<(typeof shipping.entries)[K]['input']>
export type Ok<K extends keyof typeof shipping.entries> = Decoded<(typeof shipping.entries)[K]['ok']>
const most = 20

const shown = ({ person: _person, ...row }: AddressRow): Ok<'POST /me/addresses'> => row
export const placeOf = ({ name, phone, country, region, city, line, postcode }: AddressRow): Place => ({
  name,
  phone,
  country,
  region,
  city,
  line,
  postcode,
})

export const getAddresses = async (db: Read, viewer: Viewer): Promise<Ok<'GET /me/addresses'>> => ({
  items: (await listAddresses(db, viewer.id)).map(shown),
})

export async function putAddress(tx: Tx, viewer: Viewer, input: Input<'POST /me/addresses'>): Promise<Ok<'POST /me/addresses'>> {
  await lockBook(tx, viewer.id)
  const known = await readAddress(tx, input.id)
  if (known !== undefined && known.person !== viewer.id) throw fault('not_found')
  const book = await listAddresses(tx, viewer.id)
  if (known === undefined && book.length >= most) throw fault('conflict', 'too_many_addresses')
  // The first one is the usual one, and one always is.
  const usual = input.usual || (known?.usual ?? book.length === 0)
  const row: AddressRow = { ...input, person: viewer.id, usual }
  await saveAddress(tx, row, clock.now())
  return shown(row)
}

export async function dropAddress(tx: Tx, viewer: Viewer, { id }: Input<'DELETE /me/addresses/:id'>): Promise<{ ok: true }> {
  await lockBook(tx, viewer.id)
  if (!(await deleteAddress(tx, viewer.id, id))) throw fault('not_found')
  return { ok: true }
}

/** One of this person's addresses, to send to; undefined where there is no such one. */
export async function addressOf(db: Read, person: string, id: string): Promise<Place | undefined> {
  const found = await readAddress(db, id)
  return found === undefined || found.person !== person ? undefined : placeOf(found)
}
