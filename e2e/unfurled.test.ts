/** Story: somebody pastes a link of the planet elsewhere, and it unfolds there. What chats, search engines and feed readers find in the pages. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRelease } from '../server/catalogue/index.ts'
import { openPage } from '../server/people/index.ts'
import { makeShow } from '../server/shows/shows.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../server/testing.ts'

let planet: TestPlanet
let ann: Person
beforeAll(async () => {
  planet = await startPlanet({ web: true })
  ann = await planet.signUp('Ann')
})
afterAll(() => planet.close())

type Told = { title: string; meta: Record<string, string>; links: Record<string, string>[]; data: Record<string, unknown>; frames: string }
const unescaped = (text: string): string =>
  text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const attributes = (tag: string): Record<string, string> =>
  Object.fromEntries([...tag.matchAll(/([a-zA-Z:]+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescaped(value!)]))
async function told(path: string): Promise<Told> {
  const answer = await fetch(planet.url + path, { headers: { 'accept-language': 'en' } })
  const html = await answer.text()
  const meta = [...html.matchAll(/<meta [^>]*>/g)].map(([tag]) => attributes(tag))
  return {
    title: unescaped(/<title[^>]*>([^<]*)/.exec(html)?.[1] ?? ''),
    meta: Object.fromEntries(meta.map(one => [one['property'] ?? one['name'] ?? '', one['content'] ?? ''])),
    links: [...html.matchAll(/<link [^>]*>/g)]
      .map(([tag]) => attributes(tag))
      .filter(one => ['canonical', 'alternate'].includes(one['rel']!)),
    data: JSON.parse(/<script type="application\/ld\+json"[^>]*>([^<]*)/.exec(html)?.[1] ?? '{}') as Record<string, unknown>,
    frames: /frame-ancestors ([^;]*)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '',
  }
}
/** Addresses that leave the planet are whole; here without where it stands. */
const pathOf = (url: string | undefined): string => {
  const { origin, pathname, search } = new URL(url!)
  expect(new URL(origin).hostname).toMatch(/^(localhost|127\.0\.0\.1)$/)
  return pathname + search
}
const linked = (page: Told): string[] => page.links.map(one => `${one['rel']} ${one['type'] ?? ''} ${pathOf(one['href'])}`)

test('a release, its artist and a show say what they are, where their feeds are and how to play them; only players may be framed elsewhere', async () => {
  const { page, id, track } = await planet.db.transaction(async tx => {
    const page = await openPage(tx, { kind: 'artist', name: 'Salt & "Pepper"', owner: ann.id })
    const tracks = [{ title: 'One', artists: [page], durationMs: 61_000, streaming: 'full' as const }]
    const made = await addRelease(tx, { page, title: 'Tide <Tables>', kind: 'single', artists: [page], visibility: 'public', tracks })
    return { page, id: made.id, track: made.tracks[0]! }
  })
  const release = await told(`/releases/${id}`)
  expect(release.title).toBe('Tide <Tables> – Salt & "Pepper" · Planet')
  expect(release.meta).toMatchObject({ 'og:title': 'Tide <Tables> – Salt & "Pepper"', 'og:type': 'music.album' })
  expect(release.meta['og:description']).toBe(release.meta['description'])
  expect([pathOf(release.meta['og:url']), pathOf(release.meta['og:audio'])]).toEqual([`/releases/${id}`, `/api/v1/tracks/${track}/stream`])
  expect(release.data).toMatchObject({
    '@type': 'MusicAlbum',
    name: 'Tide <Tables>',
    numTracks: 1,
    track: [{ '@type': 'MusicRecording', duration: 'PT1M1S' }],
  })
  expect(linked(release).map(one => one.replace(/url=.*%2Freleases/, 'url=%2Freleases'))).toEqual([
    `canonical  /releases/${id}`,
    `alternate application/atom+xml /feeds/pages/${page}/releases.atom`,
    `alternate application/json+oembed /oembed?url=%2Freleases%2F${id}`,
  ])

  const artist = await told(`/artists/${page}`)
  expect(artist.meta['og:type']).toBe('profile')
  expect(artist.data).toMatchObject({ '@type': 'MusicGroup', name: 'Salt & "Pepper"' })
  expect(linked(artist)).toContain(`alternate application/atom+xml /feeds/pages/${page}/shows.atom`)

  const { show } = await makeShow(planet, ann, { floor: { places: 5, price: 12_050 } })
  const concert = await told(`/shows/${show}`)
  expect(concert.data).toMatchObject({
    '@type': 'MusicEvent',
    eventStatus: 'https://schema.org/EventScheduled',
    location: { '@type': 'Place', name: '万象剧场' },
    offers: { lowPrice: '120.50', priceCurrency: 'CNY', availability: 'https://schema.org/InStock' },
  })
  expect(linked(concert)[0]).toBe(`canonical  /shows/${show}`)

  const home = await told('/')
  expect(home.meta).toMatchObject({ 'og:title': 'Planet', 'og:type': 'website' })
  expect(linked(home)).toEqual([
    'canonical  /',
    'alternate application/atom+xml /feeds/releases.atom',
    'alternate application/atom+xml /feeds/shows.atom',
  ])
  expect(linked(await told('/shows'))[0]).toBe('canonical  /shows')
  expect([home.frames, concert.frames, (await told(`/embed/releases/${id}`)).frames]).toEqual(["'self'", "'self'", '*'])
})

test('what is on is in the first answer of the first screen, and nothing where nothing is on', async () => {
  const html = await (await fetch(planet.url, { headers: { 'accept-language': 'en' } })).text()
  expect(html).toContain('Coming up')
  expect(html).toContain('From ¥120.50')
  await planet.db.pool.query(`update shows.show set hidden = true`)
  expect(await (await fetch(planet.url, { headers: { 'accept-language': 'en' } })).text()).not.toContain('Coming up')
})
