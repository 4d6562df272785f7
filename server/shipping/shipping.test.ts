/** Addresses and parcels: one's own, copied when something is sent, and only the ways a parcel can go. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { askParcels, cancelParcel, registerPurpose } from './index.ts'
import { arrivesAfterDays, forgetAfterDays, settleParcels } from './parcels.ts'

let planet: TestPlanet
let ann: Person
let ben: Person
let eve: Person
const heard: string[] = []
beforeAll(async () => {
  planet = await startPlanet()
  ;[ann, ben, eve] = [await planet.signUp('Ann'), await planet.signUp('Ben'), await planet.signUp('Eve')]
  registerPurpose('order', async (_tx, subject, state) => void heard.push(`${subject} ${state}`))
})
afterAll(async () => {
  clock.shift(0)
  await planet.close()
})

type Address = { id: string; usual: boolean; city: string }
type Parcel = {
  id: string
  state: string
  address: { city: string } | null
  follow: string | null
  steps: { state: string }[]
  can: object
}
const home = {
  name: 'Ann Lee',
  phone: '+86 138 0000 0000',
  country: 'CN',
  region: '上海',
  city: '上海',
  line: '=HYPERLINK("x") 静安路 1 号',
  postcode: '200000',
}
const status = async (who: Person, method: string, path: string, json?: unknown): Promise<number> =>
  (await who.fetch(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) })).status
/** A parcel from Ben to Ann. */
async function parcel(): Promise<string> {
  const subject = newId('lin')
  const at = clock.now()
  const address = { name: 'Ann Lee', phone: '1380000', country: 'CN', region: '', city: '上海', line: '=静安路 1 号', postcode: '' }
  await planet.db.transaction(tx =>
    askParcels(tx, [{ purpose: 'order', subject, sender: ben.id, person: ann.id, title: 'Record', quantity: 1, address, at }]),
  )
  const { rows } = await planet.db.pool.query<{ id: string }>('select id from shipping.parcel where subject = $1', [subject])
  return rows[0]!.id
}

test('the book: the first is the usual one, one always is, nobody sees another’s', async () => {
  const [one, two] = [newId('adr'), newId('adr')]
  expect(await ann.call<Address>('POST', '/me/addresses', { ...home, id: one })).toMatchObject({ usual: true })
  await Promise.all([1, 2, 3].map(() => ann.call('POST', '/me/addresses', { ...home, id: two, city: '北京', usual: true })))
  const book = async (): Promise<Address[]> => (await ann.call<{ items: Address[] }>('GET', '/me/addresses')).items
  expect((await book()).map(a => [a.city, a.usual])).toEqual([
    ['北京', true],
    ['上海', false],
  ])
  expect(await status(ben, 'POST', '/me/addresses', { ...home, id: one })).toBe(404)
  expect((await ben.call<{ items: Address[] }>('GET', '/me/addresses')).items).toEqual([])
  expect(await status(ann, 'POST', '/me/addresses', { ...home, id: newId('adr'), phone: 'ring me' })).toBe(400)
  expect(await status(ben, 'DELETE', `/me/addresses/${two}`)).toBe(404)
  await ann.call('DELETE', `/me/addresses/${two}`)
  expect(await status(ann, 'DELETE', `/me/addresses/${two}`)).toBe(404)
  expect((await book()).map(a => [a.city, a.usual])).toEqual([['上海', true]])
  expect(await status(planet.stranger, 'GET', '/me/addresses')).toBe(401)
})

test('a parcel is packed, sent, arrives; strangers see none of it', async () => {
  const id = await parcel()
  for (const [who, code] of [
    [planet.stranger, 401],
    [eve, 404],
    [ann, 200],
    [ben, 200],
  ] as const)
    expect([who.name, await status(who, 'GET', `/parcels/${id}`)]).toEqual([who.name, code])
  expect(await status(eve, 'GET', `/senders/${ben.id}/parcels`)).toBe(404)
  expect(await status(eve, 'GET', `/senders/${ben.id}/packing.csv`)).toBe(404)
  expect(
    await status(eve, 'POST', `/senders/${ben.id}/parcels/send`, { sender: ben.id, parcels: [{ id, carrier: '顺丰', tracking: 'SF1' }] }),
  ).toBe(404)
  expect(await status(eve, 'POST', `/senders/${eve.id}/parcels/send`, { parcels: [{ id, carrier: '顺丰', tracking: 'SF1' }] })).toBe(404)
  expect(await status(ann, 'POST', `/parcels/${id}/arrived`)).toBe(409)
  expect(await status(ann, 'POST', `/parcels/${id}/returned`, { reason: 'no' })).toBe(403)

  // Where it goes is a copy; until it is sent it can go elsewhere.
  const other = newId('adr')
  await ann.call('POST', '/me/addresses', { ...home, id: other, city: '广州' })
  expect(await status(ben, 'PUT', `/parcels/${id}/address`, { address: other })).toBe(404)
  expect((await ann.call<Parcel>('PUT', `/parcels/${id}/address`, { address: other })).address?.city).toBe('广州')
  await ann.call('DELETE', `/me/addresses/${other}`)
  const csv = await (await ben.fetch(`/api/v1/senders/${ben.id}/packing.csv`)).text()
  expect(csv).toContain('广州')
  expect(csv).toContain(`'=HYPERLINK`)

  const parcels = [{ id, carrier: '顺丰', tracking: 'SF1' }]
  const sent = await Promise.all([1, 2, 3].map(() => ben.call<{ sent: number }>('POST', `/senders/${ben.id}/parcels/send`, { parcels })))
  expect(sent.map(one => one.sent).sort()).toEqual([0, 0, 1])
  expect(await status(ann, 'PUT', `/parcels/${id}/address`, { address: other })).toBe(409)
  expect(await ann.call<Parcel>('GET', `/parcels/${id}`)).toMatchObject({ state: 'sent', follow: expect.stringContaining('SF1') })
  await Promise.all([ann.call('POST', `/parcels/${id}/arrived`), ann.call('POST', `/parcels/${id}/arrived`)])
  expect((await ann.call<Parcel>('GET', `/parcels/${id}`)).steps.map(step => step.state)).toEqual(['to_pack', 'sent', 'arrived'])
  const { rows } = await planet.db.pool.query<{ subject: string }>('select subject from shipping.parcel where id = $1', [id])
  expect(heard.filter(line => line.startsWith(rows[0]!.subject))).toEqual([`${rows[0]!.subject} sent`, `${rows[0]!.subject} arrived`])
})

test('it comes back and goes again; taken back only while it is not on its way; the database knows the steps', async () => {
  const id = await parcel()
  const send = (tracking: string): Promise<unknown> =>
    ben.call('POST', `/senders/${ben.id}/parcels/send`, { parcels: [{ id, carrier: 'DHL', tracking }] })
  await send('1')
  const { rows } = await planet.db.pool.query<{ subject: string }>('select subject from shipping.parcel where id = $1', [id])
  const cancel = (): Promise<boolean> => planet.db.transaction(tx => cancelParcel(tx, 'order', rows[0]!.subject, null, ''))
  expect(await cancel()).toBe(false)
  await ben.call('POST', `/parcels/${id}/returned`, { reason: 'nobody at home' })
  await send('2')
  await ben.call('POST', `/parcels/${id}/returned`, { reason: 'again' })
  expect(await cancel()).toBe(true)
  expect(await cancel()).toBe(true)
  await expect(planet.db.pool.query(`update shipping.parcel set state = 'arrived', closed_at = now() where id = $1`, [id])).rejects.toThrow(
    'cannot go',
  )
  // All or none.
  const [good, bad] = [await parcel(), id]
  const both = { parcels: [good, bad].map(one => ({ id: one, carrier: 'DHL', tracking: '3' })) }
  expect(await status(ben, 'POST', `/senders/${ben.id}/parcels/send`, both)).toBe(409)
  expect((await ann.call<Parcel>('GET', `/parcels/${good}`)).state).toBe('to_pack')
})

test('nobody said that it arrived: after three weeks it has; half a year later nobody knows where it went', async () => {
  const id = await parcel()
  await ben.call('POST', `/senders/${ben.id}/parcels/send`, { parcels: [{ id, carrier: 'DHL', tracking: '9' }] })
  expect(await settleParcels(planet.db)).toBe(0)
  clock.shift((arrivesAfterDays + 1) * 86_400_000)
  expect(await settleParcels(planet.db)).toBe(1)
  const row = async () => (await planet.db.pool.query('select state, address from shipping.parcel where id = $1', [id])).rows[0] as object
  expect(await row()).toMatchObject({ state: 'arrived', address: { city: '上海' } })
  clock.shift((arrivesAfterDays + forgetAfterDays + 3) * 86_400_000)
  await settleParcels(planet.db)
  expect(await row()).toEqual({ state: 'arrived', address: null })
  clock.shift(0)
})
