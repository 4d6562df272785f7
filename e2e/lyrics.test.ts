/** A fan sings along and taps: the words get their times, someone of the page listens and accepts, the fan is thanked in the player, and the file holds what was tapped. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderTrackFile } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { parseTimed, writeTimed } from '../shared/timedtext/index.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, giveFiles, listenIn, listens, openBrowser, person, phone, soundsPlaying } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const password = 'a-long-test-password'
const emailOf = (name: string): string => `${name.toLowerCase()}@test.example`
type Line = { text: string; startMs: number; endMs: number; words: { text: string; startMs: number; endMs: number }[] }
type Lyrics = { timing: 'word' | 'line' | 'none'; lines: (Line & { translation: null; romanisation: null; agent: null })[] }

let planet: OwnPlanet
let running: Running
let browser: Browser
let track: string
const cookies: Record<string, string> = {}

async function signUp(name: string): Promise<void> {
  const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ name, email: emailOf(name), password }),
  })
  expect(answer.status).toBe(200)
  cookies[name] = answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}
async function api<T>(who: string, method: string, path: string, json?: unknown): Promise<T> {
  const answer = await fetch(`${running.url}/api/v1${path}`, {
    method,
    headers: { cookie: cookies[who] ?? '', ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}
async function visit(who: string, view?: { width: number; height: number }): Promise<{ page: Page; problems: string[] }> {
  const { page, problems } = await person(browser, { url: running.url, ...(view ? { view } : {}) })
  await page.addInitScript(listenIn)
  await page.request.post('/api/auth/sign-in/email', { data: { email: emailOf(who), password }, headers: { origin: running.url } })
  return { page, problems }
}

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  const folder = join(planet.home, 'music')
  await renderTrackFile('level-one', folder)
  for (const name of ['Singer', 'Ana']) await signUp(name)
  await api('Singer', 'POST', '/pages', { kind: 'artist', name: 'Singer', handle: 'singer' })
  await api('Ana', 'POST', '/pages', { kind: 'artist', name: 'Ana Sings', handle: 'ana-sings' })
  const imported = await planet.run('import', folder, '--as', 'singer', '--json')
  if (imported.code !== 0) throw new Error(`${imported.out} ${imported.err}`)
  const releases = await api<{ items: { id: string }[] }>('Singer', 'GET', '/me/releases')
  const release = () =>
    api<{ visibility: string; tracks: { id: string; state: string }[] }>('Singer', 'GET', `/releases/${releases.items[0]!.id}`)
  await until(async () => (await release()).tracks[0]!.state === 'ready', 'the sound to be ready', 120_000)
  await api('Singer', 'PATCH', `/releases/${releases.items[0]!.id}`, { visibility: 'public' })
  track = (await release()).tracks[0]!.id
  await api('Singer', 'PUT', `/tracks/${track}/lyrics`, { language: 'en', text: 'one two\nthree' })
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

test('taps become times, a proposal, and thanks', async () => {
  const { page, problems } = await visit('Ana')
  await page.goto(`/lyrics/${track}`)
  await listens(page, '[role=tab]')
  await page.getByRole('tab', { name: t.lyrics.timing }).click()
  await page.getByRole('main').getByRole('button', { name: t.lyrics.play, exact: true }).click()
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the music')
  // A click on play leaves the keys with the stage: space now taps and does not pause.
  await page.getByRole('application', { name: t.lyrics.tapArea }).waitFor()
  await until(async () => Boolean(await page.evaluate(`document.activeElement?.hasAttribute('data-tap-stage')`)), 'the keys')
  const where = (): Promise<number> => page.evaluate('Math.max(...[...window.sounds].map(audio => audio.currentTime * 1000))')
  // Where the song was before and after each press: a busy machine takes its time for a key.
  const tapped: [number, number][] = []
  let last = 0
  for (const key of ['Space', 'Space', 'Enter', 'Space', 'Enter']) {
    // Not all in one moment: the song has to go on between.
    await until(async () => (await where()) > last + 350, 'the song to go on')
    last = await where()
    await page.keyboard.press(key)
    tapped.push([last, (last = await where())])
  }
  await page.getByText(t.lyrics.done).waitFor()
  // What was not sent is still there when one comes back.
  await page.getByRole('main').getByRole('button', { name: t.lyrics.pause, exact: true }).click()
  await until(
    async () => (await page.evaluate(`JSON.parse(localStorage.getItem('planet.lyrics.${track}'))?.work.lines.length`)) === 2,
    'the draft',
  )
  await page.reload()
  await page.getByText(t.lyrics.draftFound).waitFor()
  await page.getByRole('tab', { name: t.lyrics.send }).click()
  // Taps on a busy machine may stand closer than one sings: that is a hint, no hindrance.
  await page.getByRole('button', { name: t.lyrics.propose }).click()
  // Without agreeing nothing is sent.
  expect((await api<{ mine: unknown[] }>('Ana', 'GET', `/tracks/${track}/lyrics/sheet`)).mine).toEqual([])
  await page.getByLabel(t.lyrics.agree).check()
  await page.getByLabel(t.lyrics.note).fill('by ear')
  await page.getByRole('button', { name: t.lyrics.propose }).click()
  await page.getByText(t.lyrics.states.open, { exact: true }).waitFor()

  const singer = await visit('Singer')
  await singer.page.goto('/studio/lyrics')
  await singer.page.getByRole('button', { name: /Ana/ }).click()
  await singer.page.getByText('by ear').waitFor()
  expect(await axeFinds(singer.page)).toEqual([])
  await singer.page.getByRole('button', { name: t.lyrics.accept }).click()
  await singer.page.getByText(t.lyrics.nothingWaiting).waitFor()

  const lyrics = await api<Lyrics>('', 'GET', `/tracks/${track}/lyrics`)
  expect(lyrics.timing).toBe('word')
  const starts = lyrics.lines.flatMap(line => line.words.map(word => word.startMs))
  const ends = lyrics.lines.map(line => line.endMs)
  const times = [starts[0]!, starts[1]!, ends[0]!, starts[2]!, ends[1]!]
  for (const [i, time] of times.entries()) {
    expect(time).toBeGreaterThan(tapped[i]![0] - 150)
    expect(time).toBeLessThan(tapped[i]![1] + 150)
  }
  expect(times).toEqual([...times].sort((a, b) => a - b))

  // The file says the same, and who made it.
  const file = await (await fetch(`${running.url}/api/v1/tracks/${track}/lyrics/file?format=elrc`)).text()
  const read = parseTimed(file, 'lrc', true)
  expect(read.tags.by).toBe('Ana')
  expect(read.lines).toEqual(lyrics.lines)
  expect(
    file
      .split('\n')
      .filter(row => /^\[\d/.test(row))
      .join('\n'),
  ).toBe(writeTimed(lyrics.lines, 'elrc').trim())

  // Thanked under the lyrics of the track, with a way to the page, and in the player.
  await page.goto(`/tracks/${track}`)
  await page.getByRole('link', { name: 'Ana', exact: true }).waitFor()
  await page.getByRole('main').getByRole('button', { name: t.player.play, exact: true }).first().click()
  // A press is kept for a page that is not awake yet, a key is not.
  const bar = page.getByRole('region', { name: t.player.region })
  await bar.getByRole('button', { name: t.player.pause, exact: true }).filter({ visible: true }).waitFor()
  await page.keyboard.press('y')
  await page.getByText(t.listening.hands(t.listening.roles.timing, 'Ana')).waitFor()
  expect([...problems, ...singer.problems]).toEqual([])
}, 300_000)

test('by thumb: the large button taps; a file is taken in; what is broken is named', async () => {
  const { page, problems } = await visit('Ana', phone)
  // Pressed before any script is there: done once the tabs listen.
  const scripts = Promise.withResolvers<void>()
  await page.route('**/*.js', async route => {
    await scripts.promise
    await route.continue()
  })
  await page.goto(`/lyrics/${track}`, { waitUntil: 'commit' })
  const words = page.getByRole('tab', { name: t.lyrics.words, exact: true })
  await words.click()
  expect(await words.getAttribute('aria-selected')).toBe('false')
  scripts.resolve()
  await until(async () => (await words.getAttribute('aria-selected')) === 'true', 'the tab to open')
  const broken = join(planet.home, 'broken.lrc')
  writeFileSync(broken, '[00:01.00]one\n[00:99.00]two')
  await giveFiles(page, '[data-lyrics-file]', broken)
  await page.getByText(t.lyrics.unreadable(t.lyrics.problemsOfFile['bad_time']!, 2)).waitFor()
  const good = join(planet.home, 'good.trc')
  writeFileSync(good, '[00:01.00]<500>one <500>two\n[00:02.50]<700>three')
  await giveFiles(page, '[data-lyrics-file]', good)
  await page.getByText(t.lyrics.imported(2, t.lyrics.formats.trc)).waitFor()
  await page.getByRole('tab', { name: t.lyrics.timing }).click()
  await page.getByText('0:02.50').waitFor()
  await page.getByRole('button', { name: t.lyrics.undo }).click()
  await page.getByRole('button', { name: t.lyrics.shift }).click()
  await page.getByRole('menuitem', { name: t.lyrics.clearAll }).click()
  await page.getByText(t.lyrics.timed(0, 2)).waitFor()
  // The same button begins the music and taps to it.
  await page.locator('button.touch-manipulation').tap()
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the music')
  await page.getByRole('button', { name: t.lyrics.tapButton }).tap()
  await page.getByText(t.lyrics.timed(1, 2)).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  expect(problems).toEqual([])
}, 300_000)
