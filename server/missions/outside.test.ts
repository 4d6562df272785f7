/** What a mission can hear of besides listening: proofs a host looks at, calls of partners, listens from outside, lyrics, events. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import sharp from 'sharp'
import { Webhook } from 'standardwebhooks'
import { clock, newId } from '../foundation/clock.ts'
import { files } from '../foundation/files.ts'
import { png } from '../media/sound.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './index.ts'
import { pictureKey } from './proofs.ts'
import { day, hour, join, makeWorld, minute, one, open, pointsHeld, status, work, type World } from './missions.testing.ts'
import type { Ok } from './words.ts'

type Proof = Ok<'POST /proofs/:id/accept'>
let planet: TestPlanet
let world: World
let ana: Person
let ben: Person
beforeAll(async () => {
  planet = await startPlanet({ max: 20 })
})
afterAll(async () => {
  for (const check of checks) expect(await check.run(planet.db.read)).toEqual([])
  await planet.close()
})
beforeEach(async () => {
  clock.shift(Math.ceil(Date.now() / day) * day + 4 * hour - Date.now())
  world = await makeWorld(planet)
  ;[ana, ben] = [await planet.signUp('Ana'), await planet.signUp('Ben')]
  await join(planet, world.group, ana)
})
const later = (ms: number): void => clock.shift(clock.now().getTime() - Date.now() + ms)

async function upload(who: Person, bytes: Uint8Array): Promise<string> {
  const made = await who.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes.length),
      'upload-metadata': `filename ${Buffer.from('proof.png').toString('base64')}`,
    },
  })
  const address = made.headers.get('location')!.split('/').at(-1)!
  await who.fetch(`/api/v1/uploads/${address}`, {
    method: 'PATCH',
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })
  return address
}
let shade = 0
/** A photograph of so many pixels, with a camera and a place in it. */
const photo = (): Promise<Buffer> =>
  sharp(png(400, 900, [200, ++shade, 40]))
    .jpeg()
    .withExif({ IFD0: { Make: 'Camera', Model: 'Secret' }, IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
    .toBuffer()

describe('a proof', () => {
  const send = async (who: Person, mission: string, bytes?: Uint8Array, proof = newId('prf')): Promise<Proof> =>
    who.call<Proof>('POST', `/missions/${mission}/proofs`, {
      proof,
      upload: await upload(who, bytes ?? (await photo())),
      note: 'me at the door',
    })

  it('is drawn anew, seen by its author and the hosts, accepted by somebody else and counts for the day it was brought', async () => {
    const id = await open(world.host, world.group, { event: 'proof', target: 1 })
    const picture = await photo()
    expect(picture.includes('Secret')).toBe(true)
    expect(await status(send(ben, id))).toBe('403 members_only')
    const proof = await send(ana, id, picture)
    expect(proof).toMatchObject({ state: 'waiting', mine: true, note: 'me at the door' })
    expect((await one(ana, world.group, id)).proof).toMatchObject({ id: proof.id, state: 'waiting' })
    const got = await ana.fetch(proof.picture)
    const bytes = Buffer.from(await got.arrayBuffer())
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(bytes.includes('Secret')).toBe(false)
    const { width, height, exif } = await sharp(bytes).metadata()
    expect([width, height, exif]).toEqual([400, 900, undefined])
    expect((await ben.fetch(proof.picture)).status).toBe(404)
    expect((await planet.stranger.fetch(proof.picture)).status).toBe(401)
    expect((await world.host.fetch(proof.picture)).status).toBe(200)

    expect(await status(ana.call('POST', `/proofs/${proof.id}/accept`))).toBe('404 not_found')
    expect(await status(ben.call('POST', `/proofs/${proof.id}/accept`))).toBe('404 not_found')
    expect((await world.host.call<{ items: Proof[] }>('GET', `/groups/${world.group}/proofs`)).items.map(item => item.id)).toEqual([
      proof.id,
    ])
    expect(await status(ana.call('GET', `/groups/${world.group}/proofs`))).toBe('403 hosts_only')
    // Looked at two days later.
    later(2 * day)
    expect(await world.host.call('POST', `/proofs/${proof.id}/accept`)).toMatchObject({ state: 'accepted' })
    expect(await world.host.call('POST', `/proofs/${proof.id}/accept`)).toMatchObject({ state: 'accepted' })
    expect(await status(world.host.call('POST', `/proofs/${proof.id}/refuse`, { reason: 'no' }))).toBe('409 proof_decided')
    expect(await pointsHeld(planet, world.group, ana)).toBe(10)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 0, times: 1 })
  })

  it('is one at a time, no picture twice, refused with a reason and brought again; nobody decides their own', async () => {
    const id = await open(world.host, world.group, { event: 'proof', target: 1, every: 'once' })
    const picture = await photo()
    const proof = newId('prf')
    const first = await send(ana, id, picture, proof)
    expect(await send(ana, id, undefined, proof)).toEqual(first)
    expect(await status(send(ana, id))).toBe('409 proof_waiting')
    await join(planet, world.group, ben)
    expect(await status(send(ben, id, picture))).toBe('409 proof_known')
    expect(await status(send(ben, id, undefined, proof))).toBe('409 key_reused')
    expect(await status(world.host.call('POST', `/proofs/${proof}/refuse`, {}))).toBe('400 invalid')
    await world.host.call('POST', `/proofs/${proof}/refuse`, { reason: 'One cannot read the date' })
    expect((await one(ana, world.group, id)).proof).toMatchObject({ state: 'refused', reason: 'One cannot read the date' })
    const again = await send(ana, id, picture)
    await world.host.call('POST', `/proofs/${again.id}/accept`)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ done: true, granted: 10 })
    const own = await send(world.host, id)
    expect(await status(world.host.call('POST', `/proofs/${own.id}/accept`))).toBe('403 own_proof')
    await expect(
      planet.db.pool.query(`update missions.proof set state = 'accepted', reviewer = person, decided_at = now() where id = $1`, [own.id]),
    ).rejects.toThrow(/check constraint/)
    expect(await world.host.call('POST', `/proofs/${own.id}/withdraw`)).toMatchObject({ state: 'withdrawn' })
    expect(await status(send(ben, id, Buffer.from('no picture at all')))).toBe('422 proof_picture')
    const mine = await ana.call<{ items: Proof[] }>('GET', `/missions/${id}/proofs`)
    expect(mine.items.map(item => item.state)).toEqual(['accepted', 'refused'])
    const { rows } = await planet.db.pool.query<{ id: string; picture: string }>(`select id, picture from missions.proof where id = $1`, [
      again.id,
    ])
    expect(await files.stat(pictureKey(rows[0]!))).not.toBeNull()
  })
})

describe('a partner', () => {
  type Made = { partner: { id: string; calls: number }; secret: string | null }
  const call = async (
    secret: string,
    body: object,
    given: { id?: string; at?: Date; sent?: string; signature?: string } = {},
  ): Promise<string> => {
    const text = JSON.stringify(body)
    const [id, at] = [given.id ?? newId('evt'), given.at ?? clock.now()]
    const answer = await planet.stranger.fetch('/api/v1/missions/calls', {
      method: 'POST',
      body: given.sent ?? text,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': given.signature ?? new Webhook(secret).sign(id, at, text),
      },
    })
    const reply = (await answer.json()) as { code?: string; repeated?: boolean }
    return `${answer.status} ${reply.code ?? reply.repeated}`
  }

  it('is believed by its signature, once a message, within five minutes; a member is known there by a code only', async () => {
    const partner = newId('ptn')
    expect(await status(ana.call('POST', `/groups/${world.group}/partners`, { partner, name: 'Café' }))).toBe('403 hosts_only')
    const made = await world.host.call<Made>('POST', `/groups/${world.group}/partners`, { partner, name: 'Café' })
    expect(await world.host.call<Made>('POST', `/groups/${world.group}/partners`, { partner, name: 'Café' })).toMatchObject({
      secret: null,
    })
    const secret = made.secret!
    expect(
      (
        await planet.db.pool.query(`select position($2::bytea in sealed) as found from missions.partner where id = $1`, [
          partner,
          Buffer.from(secret),
        ])
      ).rows,
    ).toEqual([{ found: 0 }])
    const id = await open(world.host, world.group, { event: 'partner_call', partner, target: 2 })
    expect((await one(ana, world.group, id)).code).toBeNull()
    expect(await status(ben.call('POST', `/missions/${id}/code`))).toBe('403 members_only')
    const { code } = await ana.call<{ code: string }>('POST', `/missions/${id}/code`)
    expect(await ana.call('POST', `/missions/${id}/code`)).toEqual({ code })
    expect((await one(ana, world.group, id)).code).toBe(code)

    const body = { partner, member: code }
    const message = newId('evt')
    expect(await Promise.all([1, 2, 3].map(() => call(secret, body, { id: message }))).then(all => all.toSorted())).toEqual([
      '200 false',
      '200 true',
      '200 true',
    ])
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 1, done: false })
    expect(await call(secret, { ...body, more: 1 }, { id: message })).toBe('409 key_reused')
    expect(await call(`whsec_${Buffer.alloc(32).toString('base64')}`, body)).toBe('401 bad_signature')
    // What was signed is what came, byte by byte.
    expect(await call(secret, body, { sent: JSON.stringify({ member: code, partner }) })).toBe('401 bad_signature')
    expect(await call(secret, body, { signature: 'v1,' })).toBe('401 bad_signature')
    expect(await call(secret, body, { at: new Date(clock.now().getTime() - 6 * minute) })).toBe('410 call_too_old')
    expect(await call(secret, body, { at: new Date(clock.now().getTime() + 6 * minute) })).toBe('410 call_too_old')
    expect(await call(secret, { partner, member: 'ZZZZZZZZZZ' })).toBe('422 no_such_member')
    expect(await call(secret, { partner: newId('ptn'), member: code })).toBe('401 bad_signature')
    // Typed by hand, in small letters and with a dash.
    expect(await call(secret, { partner, member: `${code.slice(0, 5)}-${code.slice(5)}`.toLowerCase() })).toBe('200 false')
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 2, done: true, granted: 10 })

    const next = await world.host.call<Made>('POST', `/partners/${partner}/secret`)
    expect(await call(secret, body)).toBe('401 bad_signature')
    expect(await call(next.secret!, body)).toBe('200 false')
    expect(await world.host.call('DELETE', `/partners/${partner}`)).toMatchObject({ calls: 3 })
    expect(await call(next.secret!, body)).toBe('401 bad_signature')
    expect(await status(ana.call('GET', `/groups/${world.group}/partners`))).toBe('403 hosts_only')
  })
})

describe('what others hear of', () => {
  it('listens told from outside count once a minute and not when they come late', async () => {
    const id = await open(world.host, world.group, { event: 'outside_listens', page: world.page, target: 3 })
    later(hour)
    const { recordToldMany } = await import('../listening/index.ts')
    const now = clock.now().getTime()
    const told = (agoMs: number, track = world.tracks[0]!) => ({
      track,
      startedAt: new Date(now - agoMs),
      client: 'Pano',
      source: 'listenbrainz' as const,
    })
    const many = [told(30 * minute), told(30 * minute, world.tracks[1]), told(20 * minute), told(9 * day)]
    await planet.db.transaction(tx => recordToldMany(tx, ana.id, many))
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 2, done: false })
    await planet.db.transaction(tx => recordToldMany(tx, ana.id, [...many, told(10 * minute)]))
    await work(planet)
    expect((await one(ana, world.group, id)).progress).toMatchObject({ amount: 3, done: true, granted: 10 })
  })

  it('an event one signed in at, and lyrics that were accepted', async () => {
    const gev = newId('gev')
    const { pool } = planet.db
    await pool.query(
      `insert into groups.event (id, group_id, kind, title, starts_at, ends_at, time_zone, attendance, attend_secret, created_at, changed_at) values ($1, $2, 'show', 'Tonight', $3, $4, 'Asia/Shanghai', true, repeat('x', 24), $3, $3)`,
      [gev, world.group, clock.now(), new Date(clock.now().getTime() + hour)],
    )
    const shows = await open(world.host, world.group, { event: 'attend', happening: gev, target: 1, every: 'once' })
    const lyric = await open(world.host, world.group, { event: 'lyric', kind: 'translation', language: 'fr', target: 1, every: 'once' })
    later(minute)
    await pool.query(`insert into groups.attendance (event, person, how, at) values ($1, $2, 'code', $3)`, [gev, ana.id, clock.now()])
    const { tell } = await import('../foundation/events.ts')
    await planet.db.transaction(tx => tell(tx, { type: 'event_attended', event: gev, person: ana.id }))
    await work(planet)
    expect((await one(ana, world.group, shows)).progress).toMatchObject({ done: true, granted: 10 })

    const contribution = newId('ctr')
    const version = newId('lyr')
    const { rows } = await pool.query<{ recording: string }>(`select recording from catalogue.track where id = $1`, [world.tracks[0]])
    await pool.query(
      `insert into lyrics.version (id, recording, kind, language, timing, lines, source, created_at) values ($1, $2, 'translation', 'fr', 'none', '[{}]', 'community', now())`,
      [version, rows[0]!.recording],
    )
    await pool.query(
      `insert into lyrics.contribution (id, recording, track, person, kind, language, timing, lines, state, reviewer, version, created_at, changed_at, decided_at) values ($1, $2, $3, $4, 'translation', 'fr', 'none', '[{}]', 'accepted', $5, $6, $7, $7, $7)`,
      [contribution, rows[0]!.recording, world.tracks[0], ana.id, world.artist.id, version, clock.now()],
    )
    await planet.db.transaction(tx => tell(tx, { type: 'lyrics_accepted', contribution, person: ana.id }))
    await work(planet)
    expect((await one(ana, world.group, lyric)).progress).toMatchObject({ done: true, granted: 10 })
  })
})
