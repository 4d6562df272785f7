/** Somebody looks for a song: by pinyin, by keyboard alone, by a line of it, on a phone. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { words } from '../shared/words/index.ts'
import { desktop, openBrowser, person, phone, still } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const s = t.search

type Track = { id: string; title: string; hasLyrics: boolean; state: string; durationMs: number }
let planet: OwnPlanet
let running: Running
let browser: Browser
let track: Track
let line: { text: string; startMs: number }

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO_TRACKS: '1' })
  running = await planet.start()
  browser = await openBrowser()
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${running.url}/api/v1${path}`)).json()) as T
  await until(async () => (await get<{ progress: { ready: number } }>('/site')).progress.ready === 1, 'a track', 170_000)
  track = (await get<{ items: Track[] }>('/tracks')).items.find(
    one => one.hasLyrics && one.state === 'ready' && /\p{Script=Han}/u.test(one.title),
  )!
  const lyrics = await get<{ lines: { text: string; startMs: number }[] }>(`/tracks/${track.id}/lyrics`)
  line = lyrics.lines.find(one => one.startMs > 8000 && [...one.text].length >= 5)!
  await until(
    async () => (await get<{ lines: unknown[] }>(`/search?q=${encodeURIComponent(line.text)}`)).lines.length > 0,
    'the index',
    60_000,
  )
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

const box = (page: Page) => page.getByRole('combobox', { name: t.common.search })
const options = (page: Page) => page.getByRole('option')
const bar = (page: Page) => page.getByRole('region', { name: t.player.region })
/** The page has woken when a key reaches it. */
async function wake(page: Page): Promise<void> {
  await until(async () => {
    await page.keyboard.press('Control+k')
    return box(page).evaluate(node => node.matches(':focus'))
  }, 'the cursor in the box')
}

test('by keyboard alone: typed in pinyin, chosen by arrows, played, opened, remembered', async () => {
  const { page, context, problems } = await person(browser, { url: running.url, view: desktop })
  await page.goto('/')
  await wake(page)
  await page.keyboard.type(track.title)
  await options(page).filter({ hasText: track.title }).first().waitFor()
  expect(await box(page).getAttribute('aria-expanded')).toBe('true')
  expect(await box(page).getAttribute('aria-activedescendant')).toBeNull()
  await until(async () => {
    await page.keyboard.press('ArrowDown')
    const chosen = page.locator('[role=option][aria-selected=true]')
    return (await chosen.count()) === 1 && (await chosen.getAttribute('id')) === `search-${track.id}`
  }, 'the arrows reach the song')
  expect(await box(page).getAttribute('aria-activedescendant')).toBe(`search-${track.id}`)
  await still(page)
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  await page.keyboard.press('Shift+Enter')
  await bar(page).getByRole('button', { name: t.player.pause, exact: true }).filter({ visible: true }).waitFor()
  await options(page).first().waitFor({ state: 'detached' })
  // What was looked for is remembered on this device; Escape closes.
  await wake(page)
  await options(page).filter({ hasText: track.title }).waitFor()
  await page.keyboard.press('Escape')
  await options(page).first().waitFor({ state: 'detached' })
  // Enter with nothing chosen: all of it on a page of its own.
  await wake(page)
  await page.keyboard.type(track.title)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/search\?q=/)
  await page.getByRole('main').getByRole('link', { name: track.title, exact: true }).first().waitFor()
  await page.getByRole('button', { name: s.kinds.artist, exact: true }).click()
  await page.waitForURL(/kind=artist/)
  expect(problems).toEqual([])
  await context.close()
})

test('a line of a song plays it from there; nothing found says so; a phone shows all of it', async () => {
  const desk = await person(browser, { url: running.url, view: desktop })
  await desk.page.goto(`/search?q=${encodeURIComponent(line.text)}`)
  await desk.page.getByRole('main').getByRole('button', { name: line.text }).first().click()
  await bar(desk.page).getByRole('button', { name: t.player.pause, exact: true }).filter({ visible: true }).waitFor()
  const slider = desk.page.getByRole('slider', { name: t.player.seek }).filter({ visible: true }).first()
  await until(
    async () => Number(await slider.getAttribute('aria-valuenow')) >= Math.floor(line.startMs / 1000) - 1,
    'the song sounds from the line',
  )
  await desk.page.goto('/search?q=xqzzyvwxqzz')
  await desk.page.getByText(s.none('xqzzyvwxqzz')).first().waitFor()
  expect(desk.problems).toEqual([])
  await desk.context.close()
  const { page, context, problems } = await person(browser, { url: running.url, view: phone })
  await page.goto('/')
  await wake(page)
  await page.keyboard.type(track.title)
  await options(page).filter({ hasText: track.title }).first().waitFor()
  await still(page)
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await options(page).filter({ hasText: track.title }).first().click()
  await page.waitForURL(/\/(?:tracks|releases|artists)\//)
  expect(problems).toEqual([])
  await context.close()
})

test.each([
  ['its script', /\/assets\/[^/]+\.js$/],
  ['its words', /\/assets\/en(?:-more)?-[^/]+\.js$/],
])('a page to which %s does not come is loaded once more, not again and again', async (_what, lost) => {
  const { page, context } = await person(browser, { url: running.url })
  // Where a worker answers for files of the app, nothing of them can be lost on the wire.
  await page.addInitScript('delete Navigator.prototype.serviceWorker')
  let pages = 0
  let losing = (): boolean => pages === 1
  page.on('request', request => {
    if (request.isNavigationRequest()) pages++
  })
  await page.route(lost, route => (losing() ? route.abort() : route.continue()))
  const awake = async () => Boolean(await page.evaluate('window.planetAwake').catch(() => false))
  await page.goto('/search')
  await until(awake, 'the page to be awake')
  expect(pages).toBe(2)
  losing = () => true
  const failed = page.waitForEvent('requestfailed')
  await page.reload()
  await failed
  await page.waitForLoadState('networkidle')
  expect([pages, await awake()]).toEqual([3, false])
  await context.close()
})
