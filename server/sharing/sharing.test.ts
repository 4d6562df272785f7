/** What leaves by a link, through the door: feeds, oEmbed and the player, as a stranger on another site gets them. */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import { makeShow } from '../shows/shows.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let ann: Person
let page: string
beforeAll(async () => {
  planet = await startPlanet()
  ann = await planet.signUp('Ann')
  page = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'R&B <Sisters>', owner: ann.id }))
})
afterAll(() => planet.close())

const release = (title: string, visibility: 'public' | 'unlisted' | 'draft' = 'public', streaming: 'full' | 'none' = 'full') =>
  planet.db.transaction(async tx => {
    const tracks = [{ title: `${title} 1`, artists: [page], durationMs: 61_000, streaming }]
    return addRelease(tx, { page, title, kind: 'single', artists: [page], visibility, tracks })
  })
type Got = { status: number; type: string; headers: Headers; body: string }
const get = async (path: string, headers: Record<string, string> = {}): Promise<Got> => {
  const answer = await fetch(planet.url + path, { headers })
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', headers: answer.headers, body: await answer.text() }
}
type Entry = { id: string; title: string; updated: string; summary: string; author: { name: string }[] }
const parser = new XMLParser({ ignoreAttributes: false, isArray: name => ['entry', 'author', 'link'].includes(name) })
function feedOf(got: Got): { title: string; updated: string; entry?: Entry[]; link: Record<string, string>[] } {
  expect([got.status, got.type]).toEqual([200, 'application/atom+xml; charset=utf-8'])
  expect(XMLValidator.validate(got.body)).toBe(true)
  return (parser.parse(got.body) as { feed: ReturnType<typeof feedOf> }).feed
}
const titles = async (path: string): Promise<string[]> => (feedOf(await get(path)).entry ?? []).map(entry => entry.title)

test('releases: the newest first, only public ones, whatever their titles hold; asked again with the mark it is 304', async () => {
  const first = await release('First')
  const odd = `<b>Rock & "Roll"</b> ]]> 'n\u0007 \u{1F3B8}`
  await release(odd)
  const draft = await release('Not yet', 'draft')
  await release('By address', 'unlisted')
  const got = await get('/feeds/releases.atom?lang=en')
  const feed = feedOf(got)
  expect(feed.title).toBe('New releases · Planet')
  expect(feed.entry!.map(entry => entry.title)).toEqual([odd.replace('\u0007', ''), 'First'])
  const [entry] = feed.entry!.slice(-1)
  expect(entry!.id).toBe(`${planet.url}/releases/${first.id}`)
  expect(entry!.author[0]!.name).toBe('R&B <Sisters>')
  expect(entry!.summary).toBe('R&B <Sisters> · Single · 1 track')
  expect(new Date(feed.updated).getTime()).toBe(Math.max(...feed.entry!.map(one => new Date(one.updated).getTime())))
  expect(got.body).not.toContain(draft.id)
  expect(got.headers.get('cache-control')).toBe('public, max-age=600')
  const again = await get('/feeds/releases.atom?lang=en', { 'if-none-match': `W/"other", ${got.headers.get('etag')!}` })
  expect([again.status, again.body]).toEqual([304, ''])
  // The same in Chinese is another text, with a mark of its own.
  const zh = await get('/feeds/releases.atom', { 'accept-language': 'zh', 'if-none-match': got.headers.get('etag')! })
  expect(feedOf(zh).title).toContain('新发行')
})

test('of one page: its own only, by id or handle; an unknown page has none', async () => {
  const other = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Quiet', owner: ann.id }))
  expect(await titles(`/feeds/pages/${page}/releases.atom`)).toContain('First')
  const { handle } = await ann.call<{ handle: string }>('GET', `/pages/${page}`)
  expect(await titles(`/feeds/pages/${handle}/releases.atom`)).toContain('First')
  const none = feedOf(await get(`/feeds/pages/${other}/releases.atom`))
  expect([none.entry, none.updated]).toEqual([undefined, '1970-01-01T00:00:00.000Z'])
  for (const path of [`pages/${newId('pag')}/releases`, `pages/${newId('pag')}/shows`, `venues/${newId('ven')}/shows`, 'nothing'])
    expect((await get(`/feeds/${path}.atom`)).status).toBe(404)
})

test('shows to come: when and where in words, for how much; drafts and hidden ones are not told', async () => {
  const made = await makeShow(
    planet,
    ann,
    { floor: { places: 5, price: 12_000 } },
    { startsAt: '2031-06-01T12:00:00.000Z', endsAt: '2031-06-01T15:00:00.000Z' },
  )
  await makeShow(planet, await planet.signUp('Later'), { floor: { places: 5 } }, { open: false, title: 'A draft' })
  const hidden = await makeShow(planet, await planet.signUp('Bad'), { floor: { places: 5 } }, { title: 'Hidden' })
  await planet.db.pool.query('update shows.show set hidden = true where id = $1', [hidden.show])
  const feed = feedOf(await get('/feeds/shows.atom?lang=en'))
  expect(feed.entry!.map(entry => entry.id)).toEqual([`${planet.url}/shows/${made.show}`])
  expect(feed.entry![0]!.summary).toBe('Sunday, June 1, 2031 at 20:00 · 万象剧场 · 上海 · 北极星 Ann, Guest Band · from ¥120.00')
  expect(feed.link.map(link => [link['@_rel'], link['@_href']])).toEqual([
    ['self', `${planet.url}/feeds/shows.atom`],
    ['alternate', `${planet.url}/shows`],
  ])
  expect(await titles(`/feeds/pages/${made.page}/shows.atom`)).toEqual(['极夜巡演'])
  expect(await titles(`/feeds/pages/${page}/shows.atom`)).toEqual([])
})

const oembed = (path: string, more = ''): Promise<Got> => get(`/oembed?url=${encodeURIComponent(planet.url + path)}${more}`)

test('oEmbed: a release, a track and a public playlist become players, within the size that was asked for, in JSON and XML', async () => {
  const made = await release('Em & <Bed>')
  const { tracks } = await ann.call<{ tracks: { id: string }[] }>('GET', `/releases/${made.id}`)
  const playlist = newId('pls')
  await ann.call('POST', '/playlists', { id: playlist, name: 'Mine', visibility: 'public', tracks: [tracks[0]!.id] })
  const json = await oembed(`/releases/${made.id}?from=mail`)
  expect([json.status, json.type, json.headers.get('access-control-allow-origin')]).toEqual([200, 'application/json; charset=utf-8', '*'])
  const said = JSON.parse(json.body) as Record<string, string | number>
  expect(said).toMatchObject({
    version: '1.0',
    type: 'rich',
    title: 'Em & <Bed>',
    author_name: 'R&B <Sisters>',
    author_url: `${planet.url}/artists/${page}`,
    provider_url: planet.url,
    width: 480,
    height: 352,
  })
  expect(said['html']).toContain(
    `<iframe src="${planet.url}/embed/releases/${made.id}" title="Em &#38; &#60;Bed&#62; – R&#38;B &#60;Sisters&#62;"`,
  )
  const xml = await oembed(`/tracks/${tracks[0]!.id}`, '&format=xml&maxwidth=320&maxheight=100')
  expect(XMLValidator.validate(xml.body)).toBe(true)
  const { oembed: told } = parser.parse(xml.body) as { oembed: Record<string, string | number> }
  expect([told['type'], told['title'], told['width'], told['height']]).toEqual(['rich', 'Em & <Bed> 1', 320, 100])
  expect(told['html']).toContain('width="320" height="100"')
  expect(JSON.parse((await oembed(`/playlists/${playlist}`)).body)).toMatchObject({ title: 'Mine', author_name: 'Ann' })
})

test('oEmbed: 404 for what strangers do not see or what is not here, 501 for other formats', async () => {
  const draft = await release('Secret', 'draft')
  const own = newId('pls')
  await ann.call('POST', '/playlists', { id: own, name: 'Private', visibility: 'private', tracks: [] })
  for (const path of [
    `/releases/${draft.id}`,
    `/playlists/${own}`,
    `/releases/${newId('rel')}`,
    '/releases/nonsense',
    '/settings',
    `/artists/${page}`,
  ])
    expect([path, (await oembed(path)).status]).toEqual([path, 404])
  // Its owner's cookie changes nothing.
  expect((await ann.fetch(`/oembed?url=${encodeURIComponent(`${planet.url}/releases/${draft.id}`)}`)).status).toBe(404)
  const elsewhere = encodeURIComponent(`https://other.example/releases/${(await release('Here')).id}`)
  for (const query of ['', '?url=', '?url=not%20an%20address', `?url=${elsewhere}`]) expect((await get(`/oembed${query}`)).status).toBe(404)
  expect((await get('/oembed?format=yaml')).status).toBe(501)
})

test('the player: small, framed by anybody, without a cookie; drafts are not there, not even for their owner', async () => {
  const made = await release('<script>alert(1)</script>')
  const shut = await release('Unheard', 'public', 'none')
  const draft = await release('Secret too', 'draft')
  const got = await get(`/embed/releases/${made.id}?lang=zh&theme=dark`)
  const rules = got.headers.get('content-security-policy')!
  expect([got.status, got.headers.get('set-cookie'), got.headers.get('x-frame-options')]).toEqual([200, null, null])
  expect(rules).toContain('frame-ancestors *')
  expect(rules).toContain("default-src 'none'")
  expect(got.body).toContain('<html lang="zh-CN" data-theme="dark">')
  expect(got.body).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  expect(got.body).not.toContain('<script>alert')
  expect(got.body.length).toBeLessThan(14_000)
  const zipped = await fetch(`${planet.url}/embed/releases/${made.id}`, { headers: { 'accept-encoding': 'gzip' } })
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  // A track of 59.7 seconds is not one of none.
  const short = await planet.db.transaction(tx =>
    addRelease(tx, {
      page,
      title: 'Short',
      kind: 'single',
      artists: [page],
      visibility: 'public',
      tracks: [{ title: 'Short', artists: [page], durationMs: 59_700 }],
    }),
  )
  expect((await get(`/embed/releases/${short.id}`)).body).toContain('<time>0:59</time>')
  // Nothing of it can be heard: its button is dead.
  expect((await get(`/embed/releases/${shut.id}`)).body).toMatch(/data-track="[^"]+"[^>]* disabled>/)
  for (const path of [`releases/${draft.id}`, `tracks/${newId('trk')}`, 'playlists/nonsense']) {
    const gone = await ann.fetch(`/embed/${path}`)
    expect([path, gone.status, gone.headers.get('cache-control')]).toEqual([path, 404, 'public, max-age=0'])
    expect(await gone.text()).not.toContain('Secret too')
  }
})
