/** Claiming a page through the door: asking, proof, the code, who sees what. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { upload } from '../feed/feed.testing.ts'
import { clock, newId } from '../foundation/clock.ts'
import { files } from '../foundation/files.ts'
import { writeSetting } from '../foundation/settings.ts'
import { until } from '../foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { allHolds, announce, claim, dayMs, object, onPage, orphan, ownerOf, refused, see, words, type Claim } from './claiming.testing.ts'
import { sweep } from './jobs.ts'
import { holdsCode, lookAt } from './looking.ts'

let planet: TestPlanet
let ana: Person
let ben: Person
let staff: Person
let elsewhere: Server
let root: string
/** What the site outside says under each path. */
const said: Record<string, string | { to: string } | number> = {}

beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[ana, ben] = (await Promise.all(['Ana', 'Ben'].map(name => planet.signUp(name)))) as [Person, Person]
  staff = await planet.staff('reviewer')
  elsewhere = createServer((request, reply) => {
    const answer = said[request.url ?? ''] ?? 404
    if (typeof answer === 'number') reply.writeHead(answer).end('no')
    else if (typeof answer === 'string') reply.writeHead(200, { 'content-type': 'text/html' }).end(answer)
    else reply.writeHead(302, { location: answer.to }).end()
  })
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
})
afterAll(async () => {
  clock.shift(0)
  elsewhere.close()
  await planet.close()
})
afterEach(async () => {
  clock.shift(0)
  await allHolds(planet)
})

const page = async (): Promise<string> => orphan(planet)
const picture = Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\x1a\n'), Buffer.alloc(40, 7)])
const paper = Buffer.from('%PDF-1.7\nsomething signed')

describe('asking', () => {
  test('a page without an owner is claimed; the same again is the same, another body is not', async () => {
    const id = newId('pgc')
    const free = await page()
    expect(await onPage(planet.stranger, free)).toEqual({ free: true, claim: null, mine: null, objected: null })
    const made = await claim(ana, free, { id, links: ['https://ana.example/me', 'https://ana.example/me'] })
    expect(made).toMatchObject({ id, view: 'claimant', state: 'review', words, beneficiary: { id: ana.id }, objections: [], rivals: [] })
    expect(made.code).toMatch(/^planet-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/)
    expect(made.links).toHaveLength(1)
    expect(made.can).toEqual({ withdraw: true, look: true, announce: false, refuse: false, decide: false })
    expect(await claim(ana, free, { id, links: ['https://ana.example/me', 'https://ana.example/me'] })).toEqual(made)
    expect(await refused(claim(ana, free, { id, words: `${words} Truly.` }))).toBe('409 key_reused')
    expect(await refused(claim(ben, free, { id }))).toBe('409 key_reused')
    // Nothing of it is public before staff looked at it.
    expect(await onPage(ben, free)).toMatchObject({ claim: null, mine: null })
    expect(await onPage(ana, free)).toMatchObject({ mine: id })
    expect(await ownerOf(ana, free)).toEqual({ owner: null, verified: false })
  })

  test('twice at once is once', async () => {
    const [id, free] = [newId('pgc'), await page()]
    const upl = await upload(ana, 'proof.png', picture)
    const all = await Promise.all([0, 1, 2].map(() => claim(ana, free, { id, uploads: [upl] })))
    expect(new Set(all.map(one => one.code)).size).toBe(1)
    expect(all[0]!.files).toHaveLength(1)
    expect(await refused(claim(ana, free))).toBe('409 claim_open')
  })

  test('only pages that are there and nobody’s, by members the planet lets take part', async () => {
    const free = await page()
    const own = await ana.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Ana', handle: `ana-${newId('pag').slice(-8)}` })
    expect(await refused(claim(ben, own.id))).toBe('409 page_owned')
    expect(await refused(claim(ben, newId('pag')))).toBe('404 not_found')
    expect(await refused(claim(planet.stranger, free))).toBe('401 unauthenticated')
    expect(await refused(claim(ben, free, { words: 'too short' }))).toBe('400 invalid')
    expect(await refused(claim(ben, free, { links: ['ftp://ben.example'] }))).toBe('400 invalid')
    expect(await refused(claim(ben, free, { links: Array.from({ length: 6 }, (_, n) => `https://ben.example/${n}`) }))).toBe('400 invalid')
    const eve = await planet.signUp('Eve')
    const [one, two] = [await planet.staff('operator'), await planet.staff('operator')]
    const ban = newId('ban')
    await one.call('POST', '/moderation/bans', { ban, person: eve.id, reason: 'spam', words: 'Ads', days: 7 })
    await two.call('POST', `/moderation/bans/${ban}/confirm`, {})
    expect(await refused(claim(eve, free))).toBe('403 banned')
    expect(await onPage(ana, free)).toMatchObject({ free: true, claim: null })
  })

  test('for an organisation by who owns or manages it, once for all who do', async () => {
    const free = await page()
    const { id: organisation } = await ana.call<{ id: string }>('POST', '/organisations', { name: 'Ana & Co', kind: 'label' })
    expect(await refused(claim(ben, free, { organisation }))).toBe('404 not_found')
    await ana.call('POST', `/organisations/${organisation}/members`, { email: ben.email, role: 'finance' })
    expect(await refused(claim(ben, free, { organisation }))).toBe('403 forbidden')
    await ana.call('PATCH', `/organisations/${organisation}/members/${ben.id}`, { role: 'manager' })
    expect(await claim(ben, free, { organisation })).toMatchObject({ beneficiary: { id: organisation, name: 'Ana & Co' } })
    expect(await refused(claim(ana, free, { organisation }))).toBe('409 claim_open')
  })

  test('five at a time, also when they come at once', async () => {
    const eager = await planet.signUp('Eager')
    const pages = await Promise.all(Array.from({ length: 8 }, page))
    const outcomes = await Promise.all(pages.map(one => refused(claim(eager, one))))
    expect(outcomes.filter(one => one === 'done')).toHaveLength(5)
    expect(outcomes.filter(one => one === '429 too_many_claims')).toHaveLength(3)
    const { items, next } = await eager.call<{ items: Claim[]; next: string | null }>('GET', '/me/page-claims?limit=3')
    const rest = await eager.call<{ items: Claim[]; next: string | null }>('GET', `/me/page-claims?limit=3&cursor=${next}`)
    expect(new Set([...items, ...rest.items].map(one => one.id)).size).toBe(5)
    expect(rest.next).toBeNull()
    await eager.call('POST', `/page-claims/${items[0]!.id}/withdraw`, {})
    expect(await refused(claim(eager, pages[outcomes.indexOf('429 too_many_claims')]!))).toBe('done')
  })

  test('is taken back, once, by nobody else', async () => {
    const made = await claim(ana, await page())
    expect(await refused(ben.call('POST', `/page-claims/${made.id}/withdraw`, {}))).toBe('404 not_found')
    expect(await refused(staff.call('POST', `/page-claims/${made.id}/withdraw`, {}))).toBe('404 not_found')
    for (let times = 0; times < 2; times++)
      expect(await ana.call<Claim>('POST', `/page-claims/${made.id}/withdraw`, {})).toMatchObject({
        state: 'withdrawn',
        can: { withdraw: false, look: false },
      })
    expect(await refused(announce(staff, made.id))).toBe('409 claim_state')
  })
})

describe('proof files', () => {
  test('are pictures or PDF by what is in them; for the claimant and staff, as downloads; gone 180 days after the end', async () => {
    const free = await page()
    const uploads = [await upload(ana, 'Pass.png', picture), await upload(ana, '合同.pdf', paper)]
    const made = await claim(ana, free, { uploads })
    expect(made.files).toMatchObject([
      { name: 'Pass.png', kind: 'picture', bytes: picture.length },
      { name: '合同.pdf', kind: 'pdf', bytes: paper.length },
    ])
    const { url } = made.files[1]!
    for (const who of [ana, staff]) {
      const answer = await who.fetch(url)
      expect(answer.status).toBe(200)
      expect(Buffer.from(await answer.arrayBuffer()).equals(paper)).toBe(true)
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="/)
      expect(answer.headers.get('content-type')).toBe('application/octet-stream')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
    }
    expect((await ben.fetch(url)).status).toBe(404)
    expect((await planet.stranger.fetch(url)).status).toBe(401)
    expect((await ana.fetch(url.replace(/1$/, '4'))).status).toBe(404)
    // Who objects sees the public part, not the proof.
    await announce(staff, made.id)
    await object(ben, made.id)
    expect((await ben.fetch(url)).status).toBe(404)
    await ana.call('POST', `/page-claims/${made.id}/withdraw`, {})
    clock.shift(179 * dayMs)
    await sweep(planet.db)
    expect(await files.stat(`page-claims/${made.id}`)).not.toBeNull()
    clock.shift(181 * dayMs)
    expect(await sweep(planet.db)).toMatchObject({ cleared: 1 })
    expect(await sweep(planet.db)).toMatchObject({ cleared: 0 })
    clock.shift(0)
    expect(await files.stat(`page-claims/${made.id}`)).toBeNull()
    expect(await see(ana, made.id)).toMatchObject({ files: [], filesGone: true })
    expect((await ana.fetch(url)).status).toBe(404)
  })

  test('what is no proof, too large, somebody else’s or not whole is refused and leaves nothing', async () => {
    const free = await page()
    const id = newId('pgc')
    expect(await refused(claim(ana, free, { id, uploads: [await upload(ana, 'x.png', Buffer.from('<svg onload=alert(1)>'))] }))).toBe(
      '422 claim_file',
    )
    expect(
      await refused(
        claim(ana, free, { id, uploads: [await upload(ana, 'x.pdf', Buffer.concat([paper, Buffer.alloc(10 * 1024 * 1024)]))] }),
      ),
    ).toBe('413 too_large')
    expect(
      await refused(claim(ana, free, { id, uploads: [await upload(ana, 'a.png', picture), await upload(ben, 'b.png', picture)] })),
    ).toBe('404 not_found')
    expect(await refused(claim(ana, free, { id, uploads: Array.from({ length: 6 }, () => newId('upl')) }))).toBe('400 invalid')
    expect(await files.stat(`page-claims/${id}`)).toBeNull()
    expect(await onPage(ana, free)).toMatchObject({ mine: null })
  })
})

describe('the code', () => {
  const look = (who: Person, id: string, link: string) => who.call<Claim>('POST', `/page-claims/${id}/look`, { link })
  const outcome = (id: string, url: string) =>
    until(async () => {
      const link = (await see(ana, id)).links.find(one => one.url === url)!
      return link.looking ? undefined : (link.outcome ?? undefined)
    }, `a look at ${url}`)

  test('is looked for behind the links: found, missing, not to be opened, on another site; from the open internet only', async () => {
    const urls = ['/there', '/without', '/gone', '/away'].map(path => root + path)
    const inside = 'http://169.254.169.254/latest/meta-data'
    const made = await claim(ana, await page(), { links: [...urls, inside] })
    said['/there'] = `<p>hello ${made.code!.toLowerCase().replaceAll('-', '\u2011')}</p>`
    said['/without'] = '<p>planet-AAAA-AAAA</p>'
    said['/away'] = { to: root.replace('127.0.0.1', 'localhost') + '/there' }
    // Before this planet's settings name it, this machine is no place outside.
    expect(await look(ana, made.id, urls[0]!)).toMatchObject({ links: [{ looking: true }, {}, {}, {}, {}] })
    expect(await outcome(made.id, urls[0]!)).toBe('unreachable')
    expect(await refused(look(ana, made.id, urls[0]!))).toBe('429 limited')
    await planet.db.transaction(tx => writeSetting(tx, 'claiming.trusted', [root, root.replace('127.0.0.1', 'localhost')]))
    clock.shift(31_000)
    for (const url of [...urls, inside]) await look(url === urls[1] ? staff : ana, made.id, url)
    expect(await outcome(made.id, urls[0]!)).toBe('found')
    expect(await outcome(made.id, urls[1]!)).toBe('missing')
    expect(await outcome(made.id, urls[2]!)).toBe('unreachable')
    expect(await outcome(made.id, urls[3]!)).toBe('elsewhere')
    expect(await outcome(made.id, inside)).toBe('unreachable')
    // Taken off again, that it was there stays.
    said['/there'] = 'nothing'
    clock.shift(90_000)
    await look(ana, made.id, urls[0]!)
    expect(await outcome(made.id, urls[0]!)).toBe('missing')
    expect((await see(staff, made.id)).links[0]).toMatchObject({ outcome: 'missing', foundAt: expect.any(String) as string })
    expect(await refused(look(ana, made.id, `${root}/other`))).toBe('404 not_found')
    expect(await refused(look(ben, made.id, urls[1]!))).toBe('404 not_found')
    await ana.call('POST', `/page-claims/${made.id}/withdraw`, {})
    expect(await refused(look(ana, made.id, urls[1]!))).toBe('409 claim_state')
  })

  test('is known however an editor wrote it, and only from the site the link names', async () => {
    expect(holdsCode('… PLANET–7K3Q—9DMF …', 'planet-7K3Q-9DMF')).toBe(true)
    expect(holdsCode('planet&#8209;7k3q&ndash;9dmf', 'planet-7K3Q-9DMF')).toBe(true)
    expect(holdsCode('planet-7K3Q-9DM', 'planet-7K3Q-9DMF')).toBe(false)
    said['/endless'] = 'x'.repeat(3 * 1024 * 1024)
    expect(await lookAt(`${root}/endless`, 'planet-7K3Q-9DMF', { trusted: [root] })).toBe('unreachable')
    expect(await lookAt('http://user:secret@127.0.0.1/', 'planet-7K3Q-9DMF', { trusted: [] })).toBe('unreachable')
  })
})

test('what one claimed goes with one', async () => {
  const made = await claim(ana, await page())
  const { items } = await ana.call<{ items: Claim[] }>('GET', '/me/page-claims?limit=1')
  expect(items[0]).toEqual(made)
  expect(await refused(see(ben, made.id))).toBe('404 not_found')
})

test('what one objected to goes with one, with one’s own words alone', async () => {
  const [carl, dora] = (await Promise.all(['Carl', 'Dora'].map(name => planet.signUp(name)))) as [Person, Person]
  const objected = (who: Person, more = '') =>
    who.call<{ items: Claim[]; next: string | null }>('GET', `/me/page-claims?as=objector${more}`)
  const [first, second] = [await claim(ana, await page()), await claim(ana, await page())]
  for (const { id } of [first, second]) {
    await announce(staff, id)
    await object(carl, id)
  }
  await object(dora, second.id, { words: 'She never was with us.' })
  const { items, next } = await objected(carl, '&limit=1')
  expect(items).toEqual([await see(carl, second.id)])
  expect(items[0]).toMatchObject({ view: 'objector', words: null, objections: [{ mine: true }] })
  expect((await objected(carl, `&limit=1&cursor=${next}`)).items.map(one => one.id)).toEqual([first.id])
  expect((await objected(dora)).items.map(one => one.id)).toEqual([second.id])
  expect((await objected(ana)).items).toEqual([])
  expect((await carl.call<{ items: Claim[] }>('GET', '/me/page-claims')).items).toEqual([])
})
