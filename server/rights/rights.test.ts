import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeOrganisation } from '../people/index.ts'
import { sell } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { sharesFor, weightsOf } from './index.ts'

type Sheet = {
  id: string
  state: string
  version: number
  hash: string
  text: string
  parties: { party: string; signedAt: string | null; declinedAt: string | null }[]
  can: { sign: boolean; withdraw: boolean }
}
let planet: TestPlanet
let artist: Person
let lyricist: Person
let producer: Person
beforeAll(async () => {
  planet = await startPlanet()
  ;[artist, lyricist, producer] = await Promise.all([planet.signUp('Artist'), planet.signUp('Lyricist'), planet.signUp('Producer')])
})
afterAll(() => planet.close())

const thirds = () => [
  { party: artist.id, role: 'vocals', shareBp: 3333 },
  { email: lyricist.email, role: '作词', shareBp: 3333 },
  { party: producer.id, role: 'producer', shareBp: 3334 },
]
const propose = (who: Person, subject: string, more: object = {}): Promise<Sheet> =>
  who.call<Sheet>('POST', '/split-sheets', { subject, kind: 'master', parties: thirds(), ...more })
const sign = (who: Person, sheet: Sheet, more: object = {}): Promise<Sheet> =>
  who.call<Sheet>('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash, ...more })
const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = (await work.then(
    () => undefined,
    (problem: unknown) => problem,
  )) as { status: number; problem: { code: string } } | undefined
  return error === undefined ? 'ok' : `${error.status} ${error.problem.code}`
}
const mastersOf = async (release: string, at = new Date()) => (await sharesFor(planet.db.read, [release]))(release, at)

test('a sheet is signed by each party and then in force; a newer one takes its place', async () => {
  const { release } = await sell(planet, artist, { price: null })
  const sheet = await propose(artist, release)
  expect(sheet).toMatchObject({ state: 'open', version: 1, can: { sign: false, withdraw: true } })
  expect(sheet.parties.map(one => one.signedAt !== null)).toEqual([true, false, false])
  expect(createHash('sha256').update(sheet.text).digest('hex')).toBe(sheet.hash)
  expect(sheet.text).toContain(`33.34 % ${producer.id} Producer (producer)`)
  expect(await refused(artist.call('POST', '/offers', { release, pricing: 'fixed', price: { amount: '3800', currency: 'CNY' } }))).toBe(
    '409 no_split',
  )

  expect((await lyricist.call<{ items: Sheet[] }>('GET', '/me/split-sheets?waiting=true')).items.map(one => one.id)).toEqual([sheet.id])
  // All at once, and some twice: one signature each.
  await Promise.all([sign(lyricist, sheet), sign(lyricist, sheet), sign(producer, sheet), sign(producer, sheet)])
  const signed = await artist.call<Sheet>('GET', `/split-sheets/${sheet.id}`)
  expect(signed.state).toBe('signed')
  expect((await mastersOf(release))!.tracks).toEqual([
    { count: 1, work: null, master: expect.arrayContaining([{ party: producer.id, role: 'producer', shareBp: 3334 }]) },
  ])

  const next = await propose(artist, release, {
    parties: [
      { party: artist.id, role: 'vocals', shareBp: 5000 },
      { party: lyricist.id, role: '作词', shareBp: 5000 },
    ],
  })
  expect(next.version).toBe(2)
  expect((await mastersOf(release))!.tracks[0]!.master).toHaveLength(3)
  await sign(lyricist, next)
  expect((await mastersOf(release))!.tracks[0]!.master).toHaveLength(2)
  expect((await artist.call<Sheet>('GET', `/split-sheets/${sheet.id}`)).state).toBe('replaced')
  expect(await refused(sign(producer, sheet))).toBe('ok')
  expect(await refused(producer.call('GET', `/split-sheets/${next.id}`))).toBe('404 not_found')
})

test('what is not whole, twice, unknown or of others is refused', async () => {
  const { release, tracks } = await sell(planet, artist, { price: null })
  const stranger = await planet.signUp('Stranger')
  expect(await refused(propose(stranger, release))).toBe('403 forbidden')
  expect(await refused(propose(planet.stranger, release))).toBe('401 unauthenticated')
  expect(await refused(propose(artist, 'rel_00000000000000000000000000'))).toBe('404 not_found')
  expect(await refused(propose(artist, release, { parties: [{ party: artist.id, role: 'x', shareBp: 9999 }] }))).toBe('400 split_not_whole')
  expect(
    await refused(
      propose(artist, release, {
        parties: [
          { party: artist.id, role: 'x', shareBp: 5000 },
          { email: artist.email, role: 'y', shareBp: 5000 },
        ],
      }),
    ),
  ).toBe('400 split_party_twice')
  expect(await refused(propose(artist, release, { parties: [{ email: 'nobody@test.example', role: 'x', shareBp: 10_000 }] }))).toBe(
    '404 no_such_person',
  )
  const sheet = await propose(artist, tracks[0]!)
  expect(await refused(sign(stranger, sheet))).toBe('404 not_found')
  expect(await refused(sign(lyricist, { ...sheet, hash: '0'.repeat(64) }))).toBe('409 conflict')
  expect(await refused(lyricist.call('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash, as: producer.id }))).toBe(
    '403 not_a_party',
  )
  expect(await refused(lyricist.call('POST', `/split-sheets/${sheet.id}/withdraw`, {}))).toBe('403 forbidden')
  await lyricist.call('POST', `/split-sheets/${sheet.id}/decline`, { reason: 'too little' })
  expect(await refused(sign(producer, sheet))).toBe('409 split_closed')
  const other = await propose(artist, tracks[0]!)
  await artist.call('POST', `/split-sheets/${other.id}/withdraw`, {})
  expect(await refused(sign(producer, other))).toBe('409 split_closed')
  expect(await mastersOf(release)).toMatchObject({ tracks: [{ count: 1, work: null, master: null }] })
})

test('a repeat with the same id is the same sheet; parallel proposals make versions one by one', async () => {
  const { release } = await sell(planet, artist, { price: null })
  const id = 'spl_00000000000000000000000001'
  const [first, again] = [await propose(artist, release, { id }), await propose(artist, release, { id })]
  expect(again).toEqual(first)
  expect(await refused(propose(artist, release, { id, note: 'other' }))).toBe('409 key_reused')
  const many = await Promise.all(Array.from({ length: 6 }, () => propose(artist, release)))
  expect(many.map(one => one.version).sort()).toEqual([2, 3, 4, 5, 6, 7])
  const states = await Promise.all(many.map(one => artist.call<Sheet>('GET', `/split-sheets/${one.id}`)))
  expect(states.filter(one => one.state === 'open').map(one => one.version)).toEqual([7])
})

test('an owner signs for an organisation; a track’s sheet comes before its release’s; works share only where they have a sheet', async () => {
  const label = await planet.signUp('Label')
  const organisation = await planet.db.transaction(tx =>
    makeOrganisation(tx, { name: 'Label Ltd', kind: 'label', members: [{ person: label.id, role: 'owner' }] }),
  )
  const { release, tracks } = await sell(planet, artist, { price: null, tracks: 3 })
  const whole = await propose(artist, release, {
    parties: [
      { party: artist.id, role: 'vocals', shareBp: 6000 },
      { party: organisation, role: 'label', shareBp: 4000 },
    ],
  })
  expect(await refused(lyricist.call('POST', `/split-sheets/${whole.id}/sign`, { hash: whole.hash, as: organisation }))).toBe(
    '404 not_found',
  )
  expect((await sign(label, whole, { as: organisation })).state).toBe('signed')
  const own = await propose(artist, tracks[1]!, { parties: [{ party: artist.id, role: 'vocals', shareBp: 10_000 }] })
  expect(own.state).toBe('signed')
  const work = await propose(artist, tracks[2]!, { kind: 'work', parties: [{ party: lyricist.id, role: '作词', shareBp: 10_000 }] })
  await sign(lyricist, work)
  const shares = (await mastersOf(release))!
  const weights = weightsOf(shares, 1500)
  const total = weights.reduce((sum, one) => sum + one.weight, 0n)
  expect(total).toBe(3n * 10_000n * 10_000n)
  const of = (receiver: string) => weights.filter(one => one.receiver === receiver).reduce((sum, one) => sum + one.weight, 0n)
  expect(of(lyricist.id)).toBe(1500n * 10_000n)
  expect(of(organisation)).toBe(10_000n * 4000n + 8500n * 4000n)
  expect((await planet.stranger.call<{ items: unknown[]; sole: unknown }>('GET', `/releases/${release}/splits`)).items).toHaveLength(3)
})

test('the database itself refuses sheets that are not whole, not signed by all, or changed', async () => {
  const { release } = await sell(planet, artist, { price: null })
  const sheet = await propose(artist, release)
  const run = (text: string) => planet.db.pool.query(text)
  await expect(run(`update rights.sheet set state = 'signed', in_force_from = now() where id = '${sheet.id}'`)).rejects.toThrow(
    /not signed by all/,
  )
  await expect(run(`insert into rights.sheet_party values ('${sheet.id}', 9, 'usr_x', 'x', 1)`)).rejects.toThrow(/10000/)
  await expect(run(`update rights.sheet set note = 'x' where id = '${sheet.id}'`)).rejects.toThrow(/refused/)
  await expect(run(`delete from rights.signature`)).rejects.toThrow(/refused/)
  await expect(run(`update rights.sheet set state = 'open' where state = 'declined'`)).rejects.toThrow(/cannot become/)
})
