/** On the train: the planet on one's phone as an app, music kept on it, heard without a network, counted once, and gone when the right is. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { noise, writeWav } from '../server/media/sound.testing.ts'
import { words } from '../shared/words/index.ts'
import { listenIn, openBrowser, person, phone, soundsPlaying } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const password = 'a-long-test-password'
const emailOf = (name: string): string => `${name.toLowerCase().replace(' ', '.')}@test.example`
const [singer, fan, other] = ['Train Singer', 'Train Fan', 'Other Fan']

let planet: OwnPlanet
let running: Running
let browser: Browser
let release = ''
let tracks: string[] = []
const cookies = new Map<string, string>()

async function signUp(name: string): Promise<void> {
  const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ name, email: emailOf(name), password }),
  })
  const cookie = answer.headers.getSetCookie().map(line => line.split(';')[0])
  cookies.set(name, cookie.join('; '))
}
async function api<T>(name: string, method: string, path: string, json?: unknown): Promise<T> {
  const answer = await fetch(`${running.url}/api/v1${path}`, {
    method,
    headers: { cookie: cookies.get(name)!, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}
const playsOf = async (name: string) =>
  (await api<{ items: { at: string; heard: boolean; track: { id: string } }[] }>(name, 'GET', '/me/plays')).items

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  for (const name of [singer, fan, other]) await signUp(name)
  const folder = join(planet.home, 'music', 'Rails')
  mkdirSync(folder, { recursive: true })
  // Half of a short track is heard soon.
  for (const number of [1, 2]) writeWav(join(folder, `0${number} Rail ${number}.wav`), 14, noise(-20, number))
  await api(singer, 'POST', '/pages', { kind: 'artist', name: singer, handle: 'train-singer' })
  const imported = await planet.run('import', join(planet.home, 'music'), '--as', 'train-singer', '--json')
  expect(imported).toMatchObject({ code: 0 })
  const mine = () => api<{ items: { id: string; ready: number }[] }>(singer, 'GET', '/me/releases')
  await until(async () => (await mine()).items[0]?.ready === 2, 'the sound to be ready', 120_000)
  release = (await mine()).items[0]!.id
  await api(singer, 'PATCH', `/releases/${release}`, { visibility: 'public', title: 'Rails' })
  tracks = (await api<{ tracks: { id: string }[] }>(fan, 'GET', `/releases/${release}`)).tracks.map(track => track.id)
  for (const id of tracks) await api(singer, 'PATCH', `/tracks/${id}`, { streaming: 'full' })
  await fill()
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

/** Chromium remembers for so long (ms) how much a database may still write. */
const remembered = 31_000
/** A phone with almost no room left, and since when. */
let full: Device & { cdp: CDPSession; since: number }
async function fill(): Promise<void> {
  const made = await device(other)
  await made.page.goto(`/releases/${release}`, { waitUntil: 'networkidle' })
  await inControl(made.page)
  const cdp = await made.context.newCDPSession(made.page)
  const usage = await made.page.evaluate<number>('navigator.storage.estimate().then(({ usage }) => usage)')
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: running.url, quotaSize: usage + 300_000 })
  full = { ...made, cdp, since: Date.now() }
}

type Device = { context: BrowserContext; page: Page; problems: string[] }
async function device(name: string): Promise<Device> {
  const made = await person(browser, { url: running.url, view: phone })
  await made.context.addInitScript(listenIn)
  await signIn(made.page, name)
  return made
}
async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel(t.account.email, { exact: true }).fill(emailOf(name))
  await page.getByLabel(t.account.password, { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: t.account.signIn, exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
}
async function signOut(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: t.shell.account }).click()
  await page.getByRole('menuitem', { name: t.shell.signOut }).click()
  await page.waitForURL(url => url.pathname === '/')
}
const inControl = (page: Page): Promise<unknown> =>
  until(async () => (await page.evaluate('navigator.serviceWorker.controller?.state ?? ""')) === 'activated', 'the worker in control')
/** What the device holds, as its own database says. */
const held = (page: Page): Promise<{ id: string; state: string; problem: string | null; haveBytes: number }[]> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const open = indexedDB.open('planet-offline')
    open.onerror = () => reject(open.error)
    open.onsuccess = () => {
      const all = open.result.transaction('tracks').objectStore('tracks').getAll()
      all.onsuccess = () => { resolve(all.result); open.result.close() }
    }
  })`)
const parts = (page: Page): Promise<number> =>
  page.evaluate(`new Promise(resolve => {
    const open = indexedDB.open('planet-offline')
    open.onsuccess = () => {
      const count = open.result.transaction('parts').objectStore('parts').count()
      count.onsuccess = () => { resolve(count.result); open.result.close() }
    }
  })`)
const unsent = (page: Page): Promise<number> =>
  page.evaluate(`Object.keys(localStorage).filter(key => key.startsWith('planet.play.')).length`)

async function keep({ page }: Device): Promise<void> {
  await page.goto(`/releases/${release}`)
  await inControl(page)
  await page.getByRole('main').getByRole('button', { name: t.offline.keep, exact: true }).click()
  await page.getByRole('main').getByRole('button', { name: t.offline.kept, exact: true }).waitFor({ timeout: 60_000 })
}
/** Without a network the browser says so on its console: that is no fault of ours. */
const faults = (problems: string[]): string[] => problems.filter(text => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|Failed to fetch/.test(text))

test('the planet can be installed: manifest in both languages, icons of their size, a worker of its own', async () => {
  const { context, page, problems } = await person(browser, { url: running.url, locale: 'zh-CN' })
  await page.goto('/')
  await inControl(page)
  const cdp = await context.newCDPSession(page)
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors')
  // A test's profile is a private one: that, and nothing else, keeps Chromium from installing here.
  expect(installabilityErrors.map(error => error.errorId).filter(id => id !== 'in-incognito')).toEqual([])
  const told = await cdp.send('Page.getAppManifest')
  expect(told.errors).toEqual([])
  const manifest = JSON.parse(told.data!) as {
    id: string
    name: string
    lang: string
    icons: { src: string; sizes: string; purpose: string; type: string }[]
    screenshots: { src: string; sizes: string; type: string }[]
    shortcuts: { url: string }[]
  }
  expect(manifest).toMatchObject({ id: '/', name: words.zh.shell.brand, lang: 'zh-CN', display: 'standalone', scope: '/' })
  expect(manifest.icons.some(icon => icon.purpose === 'maskable')).toBe(true)
  for (const { src, sizes, type } of [...manifest.icons, ...manifest.screenshots]) {
    const answer = await fetch(running.url + src)
    expect([src, answer.status, answer.headers.get('content-type')]).toEqual([src, 200, type])
    const size = await page.evaluate(
      `new Promise(resolve => { const picture = new Image(); picture.onload = () => resolve(picture.naturalWidth + 'x' + picture.naturalHeight); picture.src = ${JSON.stringify(src)} })`,
    )
    expect([src, size]).toEqual([src, sizes])
  }
  for (const { url } of manifest.shortcuts) expect([url, (await fetch(running.url + url)).status]).toEqual([url, 200])
  const english = (await (await fetch(`${running.url}/site.webmanifest?lang=en`)).json()) as { id: string; name: string }
  expect(english).toMatchObject({ id: '/', name: t.shell.brand })
  const worker = await fetch(`${running.url}/sw.js`)
  expect(worker.headers.get('cache-control')).toBe('no-cache')
  // Small: neither studio nor console, and no answer of the planet, lies in what was taken along.
  const kept = await page.evaluate<string[]>(
    `(async () => { const all = []; for (const name of await caches.keys()) for (const { url } of await (await caches.open(name)).keys()) all.push(new URL(url).pathname); return all })()`,
  )
  expect(kept.filter(path => /^\/(?:api|media)|console|studio|sankey|worker/.test(path))).toEqual([])
  expect(kept).toContain('/offline')
  expect(problems).toEqual([])
  await context.close()
})

test('a release kept on the phone plays without a network, and what was heard is counted once', async () => {
  const mine = await device(fan)
  const { context, page, problems } = mine
  await keep(mine)
  expect((await held(page)).map(one => [one.state, one.problem])).toEqual([
    ['done', null],
    ['done', null],
  ])
  const before = (await playsOf(fan)).length

  await context.setOffline(true)
  // Wherever one wanted to go: what is kept is what one gets, as oneself.
  await page.goto(`/artists/pag_nobody`)
  await page.waitForURL(url => url.pathname === '/offline')
  await page
    .getByRole('banner')
    .getByRole('button', { name: `${t.shell.account}: ${fan}` })
    .waitFor()
  await page.reload()
  await page
    .getByRole('main')
    .getByRole('button', { name: `${t.offline.play}: Rails` })
    .click()
  const startedAt = Date.now()
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'sound without a network')
  await until(async () => (await unsent(page)) >= 1, 'the play to wait on the device', 60_000)
  expect(await playsOf(fan)).toHaveLength(before)

  await context.setOffline(false)
  await until(async () => (await unsent(page)) === 0, 'the waiting play to be told', 60_000)
  const heard = (await playsOf(fan)).filter(play => play.track.id === tracks[0])
  expect(heard).toHaveLength(1)
  expect(heard[0]).toMatchObject({ heard: true })
  expect(Math.abs(Date.parse(heard[0]!.at) - startedAt)).toBeLessThan(20_000)
  await page.reload()
  await page.getByRole('main').getByText('Rails').first().waitFor()
  expect((await playsOf(fan)).filter(play => play.track.id === tracks[0])).toHaveLength(1)
  expect(faults(problems)).toEqual([])
  await context.close()
})

test('a right that is withdrawn takes the track off the device at the next contact', async () => {
  const mine = await device(fan)
  const { context, page, problems } = mine
  await keep(mine)
  await context.setOffline(true)
  await api(singer, 'PATCH', `/tracks/${tracks[0]}`, { streaming: 'none' })
  expect(await held(page)).toHaveLength(2)
  await context.setOffline(false)
  await until(async () => (await held(page)).length === 1, 'the withdrawn track to go')
  await page.getByText(t.offline.withdrawn(1)).waitFor()
  expect((await held(page))[0]!.id).toBe(tracks[1])
  expect(await parts(page)).toBe(1)
  await api(singer, 'PATCH', `/tracks/${tracks[0]}`, { streaming: 'full' })
  expect(faults(problems)).toEqual([])
  await context.close()
})

test('signing out clears the device, and another account finds nothing', async () => {
  const mine = await device(fan)
  const { context, page, problems } = mine
  await keep(mine)
  await signOut(page)
  expect(await held(page)).toEqual([])
  expect(await parts(page)).toBe(0)
  expect(await page.evaluate(`localStorage.getItem('planet.me')`)).toBeNull()
  await signIn(page, other)
  await page.goto('/offline')
  await page.getByText(t.offline.empty).waitFor()
  expect(faults(problems)).toEqual([])
  await context.close()
})

test('a device without room says so, and the listener’s own limit is kept', async () => {
  const { context, page, problems, cdp, since } = full
  await until(() => Date.now() > since + remembered, 'Chromium to ask again how much room there is')
  await page.getByRole('main').getByRole('button', { name: t.offline.keep, exact: true }).click()
  await page.getByText(t.offline.quotaToast).waitFor({ timeout: 60_000 })
  await page
    .getByRole('main')
    .getByRole('button', { name: `${t.offline.failed}: ${t.offline.reasons.quota}` })
    .waitFor()
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: running.url })
  // There is room again: it goes on where it was.
  await page
    .getByRole('main')
    .getByRole('button', { name: `${t.offline.failed}: ${t.offline.reasons.quota}` })
    .click()
  await page.getByRole('menuitem', { name: t.offline.retry }).click()
  await page.getByRole('main').getByRole('button', { name: t.offline.kept, exact: true }).waitFor({ timeout: 60_000 })
  expect(faults(problems)).toEqual([])
  await context.close()
})

test('a new version waits until someone asks for it, and loads only that tab anew', async () => {
  const { context, page, problems } = await person(browser, { url: running.url })
  await page.goto('/')
  await inControl(page)
  const second = await context.newPage()
  await second.goto('/releases')
  // Both have asked for the worker by now: who asks later would ask for the old script again.
  for (const one of [page, second])
    await until(
      async () =>
        (await one.evaluate<number>('performance.getEntriesByType("resource").filter(one => /start-/.test(one.name)).length')) > 0,
      'its start',
    )
  await inControl(second)
  for (const one of [page, second])
    await one.evaluate(
      `window.untouched = true; window.changes = 0; navigator.serviceWorker.addEventListener('controllerchange', () => window.changes++)`,
    )
  // Another script at the same place is what a new version is to the browser.
  await page.evaluate(`navigator.serviceWorker.register('/sw.js?next').then(() => undefined)`)
  await page.getByText(t.offline.app.newVersion).first().waitFor()
  expect(await second.evaluate<number>('window.changes')).toBe(0)
  await page.getByRole('button', { name: t.offline.app.reload }).click()
  await until(async () => (await page.evaluate('window.untouched ?? false').catch(() => true)) === false, 'the tab to load anew')
  // It has taken over in the other tab too, which goes on as it was.
  await until(async () => (await second.evaluate<number>('window.changes')) > 0, 'the new version')
  expect(await second.evaluate('window.untouched')).toBe(true)
  expect(faults(problems)).toEqual([])
  await context.close()
})

test('the kill switch removes the worker and leaves the music', async () => {
  const { context, page } = await person(browser, { url: running.url })
  await page.goto('/')
  await inControl(page)
  const url = new URL(running.url)
  await running.stop()
  running = await planet.start({ port: Number(url.port), env: { PLANET_SERVICE_WORKER: 'off' } })
  await page.goto('/')
  await until(
    async () => (await page.evaluate<string[]>('caches.keys()')).every(name => !name.startsWith('planet-app-')),
    'the app’s files to go',
  )
  await until(
    async () => (await page.evaluate<number>('navigator.serviceWorker.getRegistrations().then(all => all.length)')) === 0,
    'the worker to go',
  )
  expect((await fetch(`${running.url}/sw.js`)).headers.get('cache-control')).toBe('no-cache')
  await context.close()
})
