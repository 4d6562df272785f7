/** What search engines are told: where not to look, and the addresses of what anybody may see and of nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { newId } from '../foundation/clock.ts'
import { openPage } from '../people/index.ts'
import { startPlanet, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
beforeAll(async () => {
  planet = await startPlanet()
})
afterAll(() => planet.close())
const text = async (path: string): Promise<{ status: number; type: string; body: string }> => {
  const answer = await fetch(planet.url + path)
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() }
}
const locations = (body: string): string[] => [...body.matchAll(/<loc>([^<]+)<\/loc>/g)].map(found => found[1]!.replace(planet.url, ''))

test('robots.txt leads to the map, the map to everything public; drafts and closed groups are not in it', async () => {
  const ann = await planet.signUp('Ann')
  const release = (title: string, visibility: 'public' | 'draft') =>
    planet.db.transaction(async tx => {
      const page = await openPage(tx, { kind: 'artist', name: title, owner: ann.id })
      const tracks = [{ title, artists: [page], durationMs: 60_000 }]
      return { page, ...(await addRelease(tx, { page, title, kind: 'single', artists: [page], visibility, tracks })) }
    })
  const [open, draft] = [await release('Open', 'public'), await release('Draft', 'draft')]
  await ann.call('POST', '/groups', { id: newId('grp'), handle: 'seen-by-all', name: 'Seen', visibility: 'public', joining: 'open' })
  await ann.call('POST', '/groups', { id: newId('grp'), handle: 'asked-in', name: 'Asked', visibility: 'invite', joining: 'invite' })

  const robots = await text('/robots.txt')
  expect(robots.body).toContain(`Sitemap: ${planet.url}/sitemap.xml`)
  expect(robots.body).toContain('Disallow: /studio')
  const map = await text('/sitemap.xml')
  expect([map.status, map.type]).toEqual([200, 'application/xml; charset=utf-8'])
  const files = locations(map.body)
  expect(files).toEqual(['/sitemap/pages-1.xml', '/sitemap/releases-1.xml', '/sitemap/artists-1.xml', '/sitemap/groups-1.xml'])
  const paths = (await Promise.all(files.map(async file => locations((await text(file)).body)))).flat()
  for (const path of ['/', '/shows', `/releases/${open.id}`, `/artists/${open.page}`, '/groups/seen-by-all']) expect(paths).toContain(path)
  for (const path of [`/releases/${draft.id}`, `/artists/${draft.page}`, '/groups/asked-in']) expect(paths).not.toContain(path)
  for (const file of ['releases-2', 'releases-0', 'people-1', 'pages-2', '..%2Fx', 'releases-1%20'])
    expect((await text(`/sitemap/${file}.xml`)).status).toBe(404)
})
