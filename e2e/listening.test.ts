/** An evening with the player: an album, its queue, its words, a phone beside the desk, and everything by keyboard or by finger. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, desktop, listenIn, openBrowser, person, phone, still, type View } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const l = t.listening
const fan = 'fan@demo.example'

type Track = { id: string; title: string; hasLyrics: boolean; state: string; release: { id: string; title: string } }
let planet: OwnPlanet
let running: Running
let browser: Browser
let album: Track[]

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO_TRACKS: '6' })
  running = await planet.start()
  browser = await openBrowser()
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${running.url}/api/v1${path}`)).json()) as T
  await until(async () => (await get<{ progress: { ready: number } }>('/site')).progress.ready === 6, 'the first album', 280_000)
  const { items } = await get<{ items: Track[] }>('/tracks')
  const { release } = items.find(track => track.hasLyrics && track.state === 'ready')!
  album = (await get<{ tracks: Track[] }>(`/releases/${release.id}`)).tracks.filter(track => track.state === 'ready')
  expect(album.length).toBeGreaterThanOrEqual(3)
}, 400_000)
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

type At = { page: Page; context: BrowserContext; problems: string[] }
/** Someone at a device; signed in when an address is given. */
async function at(options: { view?: View; email?: string; path?: string } = {}): Promise<At> {
  const one = await person(browser, { url: running.url, view: options.view ?? desktop })
  await one.page.addInitScript(listenIn)
  if (options.email)
    await one.page.request.post('/api/auth/sign-in/email', {
      data: { email: options.email, password: 'planet-demo' },
      headers: { origin: running.url },
    })
  await one.page.goto(options.path ?? `/releases/${album[0]!.release.id}`)
  return one
}
async function leave({ context, problems }: At): Promise<void> {
  expect(problems).toEqual([])
  await context.close()
}
const playAlbum = async (page: Page): Promise<void> => {
  await page.getByRole('main').getByRole('button', { name: /^Play/ }).first().click()
  await sounding(page)
}
const bar = (page: Page) => page.getByRole('region', { name: t.player.region })
const sounding = (page: Page): Promise<void> =>
  bar(page).getByRole('button', { name: t.player.pause, exact: true }).filter({ visible: true }).waitFor()
const silent = (page: Page): Promise<void> =>
  bar(page).getByRole('button', { name: t.player.play, exact: true }).filter({ visible: true }).waitFor()
/** After a restart: the queue is back, standing at this track. */
const restored = (page: Page, title: string): Promise<void> => bar(page).getByRole('link', { name: title, exact: true }).waitFor()
const now = (page: Page) => page.getByRole('dialog')
const slider = (page: Page) => page.getByRole('slider', { name: t.player.seek }).filter({ visible: true }).first()
const second = async (page: Page): Promise<number> => Number(await slider(page).getAttribute('aria-valuenow'))
/** Titles in the queue as it stands, from what plays on. */
const queued = (page: Page): Promise<string[]> =>
  now(page)
    .locator('[data-entry]')
    .evaluateAll(rows => rows.map(row => row.querySelector('.font-medium')?.textContent ?? ''))
const expectQueue = (page: Page, titles: string[]) =>
  until(async () => JSON.stringify(await queued(page)) === JSON.stringify(titles), `the queue to be ${titles.join(', ')}`)

/** A finger comes down, goes and leaves. */
async function swipe(page: Page, from: [x: number, y: number], by: [dx: number, dy: number]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: from[0] + by[0] * share, y: from[1] + by[1] * share }],
    })
  await touch('touchStart', 0)
  for (let step = 1; step <= 8; step++) await touch('touchMove', step / 8)
  await touch('touchEnd', 1)
  await session.detach()
}
const middle = async (page: Page, selector: ReturnType<Page['locator']>): Promise<[number, number]> => {
  const box = (await selector.boundingBox())!
  return [box.x + box.width / 2, box.y + box.height / 2]
}

test('the queue: reordered by keys, taken back, done again, and the same after a restart', async () => {
  const one = await at()
  const { page } = one
  await playAlbum(page)
  const [a, b, c] = album.map(track => track.title) as [string, string, string]
  await until(async () => (await page.title()).startsWith(a), 'the tab to say what plays')
  await page.keyboard.press('q')
  await expectQueue(page, [a, b, c])
  // By the handle, as a screen reader's user does it: lifted, moved, dropped, each said.
  const handle = now(page).getByRole('button', { name: l.reorder(b) })
  await handle.focus()
  await page.keyboard.press('Space')
  await page.getByText(l.lifted(b, 1, 2)).waitFor({ state: 'attached' })
  // What is lifted listens for keys a moment later.
  await until(async () => {
    await page.keyboard.press('ArrowDown')
    return (await page.getByText(l.over(b, 2, 2)).count()) > 0
  }, 'the track to move down')
  await page.keyboard.press('Space')
  await expectQueue(page, [a, c, b])
  // By Alt and an arrow, from the row itself, which keeps the focus.
  await now(page).locator('[data-entry]').nth(2).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expectQueue(page, [a, b, c])
  expect(await page.evaluate<string>('document.activeElement.textContent')).toContain(b)
  await page.keyboard.press('Delete')
  await expectQueue(page, [a, c])
  for (const titles of [
    [a, b, c],
    [a, c, b],
    [a, b, c],
  ]) {
    await page.keyboard.press('Control+z')
    await expectQueue(page, titles)
  }
  for (const titles of [
    [a, c, b],
    [a, b, c],
    [a, c],
  ]) {
    await page.keyboard.press('Control+Shift+z')
    await expectQueue(page, titles)
  }
  await now(page)
    .getByRole('button', { name: l.undoOf(l.what.remove) })
    .click()
  await expectQueue(page, [a, b, c])
  await page.keyboard.press('Escape')
  // On to the second track, to a place in it, and away.
  await page.keyboard.press('n')
  await sounding(page)
  await page.keyboard.press('5')
  await until(async () => (await second(page)) >= 30, 'the middle of the track')
  await page.keyboard.press('k')
  await silent(page)
  const left = await second(page)
  await page.reload()
  await restored(page, b)
  await silent(page)
  await until(async () => Math.abs((await second(page)) - left) <= 1, 'the same second as before')
  await page.keyboard.press('q')
  await expectQueue(page, [b, c, a])
  // The steps outlive the restart too.
  await now(page)
    .getByRole('button', { name: l.undoOf(l.what.move) })
    .click()
  await now(page).getByText(l.nothingNext).waitFor()
  await now(page)
    .getByRole('button', { name: l.redoOf(l.what.move) })
    .click()
  await now(page).getByText(l.nothingNext).waitFor({ state: 'detached' })
  await leave(one)
})

test('another device of the same person goes on at the second, and the first one falls silent', async () => {
  const desk = await at({ email: fan })
  await playAlbum(desk.page)
  await desk.page.keyboard.press('2')
  await until(async () => (await second(desk.page)) > 14, 'a place in the track')
  // A stranger's device hears nothing of it.
  const stranger = await at({ view: phone, path: '/' })
  const pocket = await at({ email: fan, view: phone, path: '/' })
  const offer = pocket.page.getByRole('complementary', { name: l.continueHere })
  await offer.getByText(album[0]!.title).waitFor()
  await offer.getByText(/Playing on Chrome/).waitFor()
  const [before, asked] = [await second(desk.page), Date.now()]
  await offer.getByRole('button', { name: l.playHere }).click()
  await sounding(pocket.page)
  await silent(desk.page)
  await desk.page
    .getByRole('complementary', { name: l.continueHere })
    .getByText(/moved to/)
    .waitFor()
  await pocket.page.getByRole('button', { name: t.player.openFull }).first().click()
  const after = await second(pocket.page)
  expect(after - before).toBeGreaterThanOrEqual(-1)
  // No further than time went on.
  expect(after - before).toBeLessThan((Date.now() - asked) / 1000 + 4)
  // Paused there, it can go on here, where it was left.
  await now(pocket.page).getByRole('button', { name: t.player.pause, exact: true }).click()
  const left = await second(pocket.page)
  const place = async () =>
    (await (await pocket.page.request.get('/api/v1/me/queue/place')).json()) as { place: { playing: boolean; positionMs: number } }
  await until(async () => !(await place()).place.playing, 'the planet to know of the pause')
  expect(Math.abs((await place()).place.positionMs / 1000 - left)).toBeLessThan(2)
  await leave(pocket)
  const back = await at({ email: fan, path: '/' })
  const again = back.page.getByRole('complementary', { name: l.continueHere })
  await again.getByText(/, \d:\d\d/).waitFor()
  const askedAgain = Date.now()
  await again.getByRole('button', { name: l.continueHere }).click()
  await sounding(back.page)
  await until(async () => (await second(back.page)) >= left - 4, 'the second at which it was left')
  expect((await second(back.page)) - left).toBeLessThan((Date.now() - askedAgain) / 1000 + 3)
  expect(await stranger.page.getByRole('complementary', { name: l.continueHere }).count()).toBe(0)
  await leave(stranger)
  await leave(back)
  await leave(desk)
})

test('the words follow the voice; a line leads to its place; who reads on is left alone', async () => {
  const one = await at()
  const { page } = one
  await playAlbum(page)
  await page.keyboard.press('y')
  const list = now(page).getByRole('list', { name: l.lyricsLabel })
  await list.waitFor()
  const lines = list.getByRole('button')
  await page.keyboard.press('k')
  await now(page).getByRole('button', { name: t.player.play, exact: true }).waitFor()
  await lines.nth(4).click()
  await until(async () => (await lines.nth(4).getAttribute('aria-current')) === 'true', 'the line that was tapped')
  // The voice fills the words without React: the share that is sung grows from frame to frame.
  const sung = () =>
    list
      .locator('[aria-current] [data-word]')
      .evaluateAll(spans => spans.reduce((sum, span) => sum + Number(span.style.getPropertyValue('--sung')), 0))
  const first = await sung()
  await page.keyboard.press('k')
  await until(async () => (await sung()) > first || (await lines.nth(4).getAttribute('aria-current')) === null, 'the voice to go on')
  await page.keyboard.press('k')
  // By keys: down two lines, and Enter goes there.
  await list.locator('[aria-current] , button[tabindex="0"]').first().focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await until(async () => (await lines.nth(1).getAttribute('aria-current')) === 'true', 'the line that Enter was pressed on')
  // Scrolled away by hand it stays there until one wants back.
  await list.hover()
  await page.mouse.wheel(0, 900)
  const back = now(page).getByRole('button', { name: l.backToNow })
  await back.waitFor()
  await back.click()
  await back.waitFor({ state: 'detached' })
  // Translation off, larger text: the next visit knows.
  const size = async () =>
    Number(/--line-desk: ([\d.]+)rem/.exec((await now(page).locator('[style*="--line-desk"]').getAttribute('style')) ?? '')?.[1])
  const was = await size()
  await now(page).getByRole('button', { name: l.bigger }).click()
  await now(page).getByRole('button', { name: l.translation, exact: true }).click()
  await until(async () => (await size()) > was, 'larger words')
  const large = await size()
  await page.reload()
  await restored(page, album[0]!.title)
  await page.keyboard.press('y')
  await list.waitFor()
  expect(await size()).toBe(large)
  expect(await now(page).getByRole('button', { name: l.translation, exact: true }).getAttribute('aria-pressed')).toBe('false')
  await leave(one)
})

test('on a phone all of it goes by finger', async () => {
  const one = await at({ view: phone })
  const { page } = one
  await playAlbum(page)
  const [a, b] = album.map(track => track.title) as [string, string]
  const mini = bar(page).getByRole('button', { name: t.player.openFull }).filter({ visible: true })
  await mini.getByText(a).waitFor()
  await swipe(page, await middle(page, mini), [-140, 0])
  await mini.getByText(b).waitFor()
  await swipe(page, await middle(page, mini), [140, 0])
  await mini.getByText(a).waitFor()
  expect(await now(page).count()).toBe(0)
  await swipe(page, await middle(page, mini), [0, -160])
  await now(page).waitFor()
  const cover = now(page).getByRole('img', { name: t.common.coverOf(album[0]!.release.title) })
  await swipe(page, await middle(page, cover), [-200, 0])
  await now(page).getByRole('link', { name: b, exact: true }).waitFor()
  // To a place in the track by finger, with the time above it.
  const wave = (await slider(page).boundingBox())!
  const session = await page.context().newCDPSession(page)
  const y = wave.y + wave.height / 2
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x: wave.x + 20, y }] })
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: wave.x + wave.width / 2, y }] })
  await slider(page)
    .getByText(/^0:\d\d$/)
    .waitFor()
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await until(async () => (await second(page)) >= 30, 'the place under the finger')
  // Nothing is sold here.
  const text = await now(page).innerText()
  expect(text).not.toMatch(/[¥€$]|buy|gift|chart/i)
  // A little way down is not enough; all the way is.
  await swipe(page, await middle(page, cover), [0, 40])
  await now(page).getByRole('link', { name: b, exact: true }).waitFor()
  await swipe(page, await middle(page, cover), [0, 300])
  await now(page).waitFor({ state: 'detached' })
  await sounding(page)
  await leave(one)
})

test('keys do what they say, and nothing while someone types', async () => {
  const one = await at({ path: '/' })
  const { page } = one
  await page.goto(`/releases/${album[0]!.release.id}`)
  await playAlbum(page)
  const search = page.getByRole('combobox').or(page.getByRole('searchbox')).first()
  await search.focus()
  await page.keyboard.type('nmk5 qy')
  expect(await now(page).count()).toBe(0)
  expect(await bar(page).getByRole('link', { name: album[0]!.title }).count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.evaluate('document.activeElement?.blur()')
  await page.keyboard.press('m')
  await bar(page).getByRole('button', { name: t.player.unmute }).waitFor()
  await page.keyboard.press('m')
  await page.keyboard.press('s')
  await page.keyboard.press('r')
  await bar(page).getByRole('button', { name: t.player.shuffle, pressed: true }).waitFor()
  await bar(page).getByRole('button', { name: t.player.repeatAll }).waitFor()
  // Paused, so that nothing but the keys moves it.
  await page.keyboard.press('k')
  await silent(page)
  const before = await second(page)
  await page.keyboard.press('l')
  await until(async () => (await second(page)) >= before + 9, 'ten seconds on')
  await page.keyboard.press('j')
  await until(async () => (await second(page)) <= before + 5, 'ten seconds back')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: t.player.help }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('f')
  await now(page).waitFor()
  await page.keyboard.press('f')
  await now(page).waitFor({ state: 'detached' })
  await leave(one)
})

test.each([
  ['desk', desktop],
  ['phone', phone],
] as const)('axe finds nothing in now playing, lyrics and queue, and nothing is wider than the %s', async (_, view) => {
  const one = await at({ view, email: fan })
  const { page } = one
  await still(page)
  await playAlbum(page)
  const wrong: string[] = []
  for (const key of ['f', 'y', 'q', '?']) {
    await page.keyboard.press(key)
    await now(page).first().waitFor()
    if (key === 'y') await now(page).getByRole('list', { name: l.lyricsLabel }).waitFor()
    if (key === 'q') await now(page).locator('[data-entry]').first().waitFor()
    if (key === '?') await page.getByRole('dialog', { name: t.player.help }).waitFor()
    wrong.push(...(await axeFinds(page)).map(finding => `${key}: ${finding}`))
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  }
  expect(wrong).toEqual([])
  await leave(one)
})
