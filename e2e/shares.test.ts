/** From a folder of music to everyone's share, as people do it: import, sign, sell, listen, buy, download, and read the statement. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderTrackFile } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { words } from '../shared/words/index.ts'
import { listenIn, openBrowser, person, phone, soundsPlaying } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const password = 'a-long-test-password'
const people = { singer: 'Shen Yi', lyricist: 'Wen Qi', producer: 'Mo Li', fan: 'New Comer' }
const emailOf = (name: string): string => `${name.toLowerCase().replace(' ', '.')}@test.example`

let planet: OwnPlanet
let running: Running
let browser: Browser
let release: string

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  const folder = join(planet.home, 'music')
  // Two real files with tags and a cover: the composer's shortest, as anyone's folder would hold them.
  await renderTrackFile('level-one', folder)
  await renderTrackFile('level-two', folder)
  const singer = await signUp(people.singer)
  await signUp(people.lyricist)
  await signUp(people.producer)
  await api(singer, 'POST', '/pages', { kind: 'artist', name: people.singer, handle: 'shen-yi' })
  const imported = await planet.run('import', folder, '--as', 'shen-yi', '--json')
  expect(JSON.parse(imported.out.trim().split('\n').at(-1)!)).toMatchObject({ found: 2, new: 2, failed: 0 })
  const { items } = await api<{ items: { id: string; ready: number }[] }>(singer, 'GET', '/me/releases')
  expect(items.length).toBe(1)
  release = items[0]!.id
  await until(
    async () => (await api<{ items: { ready: number }[] }>(singer, 'GET', '/me/releases')).items[0]!.ready === 2,
    'the sound to be ready',
    120_000,
  )
})
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

async function signUp(name: string): Promise<string> {
  const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ name, email: emailOf(name), password }),
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
}

async function api<T>(cookie: string, method: string, path: string, json?: unknown): Promise<T> {
  const answer = await fetch(`${running.url}/api/v1${path}`, {
    method,
    headers: { cookie, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel(t.account.email, { exact: true }).fill(emailOf(name))
  await page.getByLabel(t.account.password, { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: t.account.signIn, exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
}

test('the singer proposes a split of three, the others sign, the album is put up for sale', async () => {
  const { context, page, problems } = await person(browser, { url: running.url })
  await signIn(page, people.singer)
  await page.goto(`/studio/splits/new?subject=${release}`)
  // One after the other: pressed twice before the page is awake is pressed once.
  for (const index of [0, 1]) {
    await page.getByRole('button', { name: t.studio.addParty }).click()
    await page.getByLabel(t.studio.partyEmail, { exact: true }).nth(index).waitFor()
  }
  await page.getByLabel(t.studio.partyEmail, { exact: true }).nth(0).fill(emailOf(people.lyricist))
  await page.getByLabel(t.studio.partyEmail, { exact: true }).nth(1).fill(emailOf(people.producer))
  for (const [index, share] of ['33.33', '33.33', '33.34'].entries()) await page.getByLabel(t.studio.share).nth(index).fill(share)
  await page.getByRole('button', { name: t.studio.propose }).click()
  await page.waitForURL(/\/studio\/splits\/spl_/)
  const sheet = new URL(page.url()).pathname
  await page.goto(`/studio/releases/${release}`)
  await page.getByRole('heading', { level: 1 }).waitFor()

  for (const name of [people.lyricist, people.producer]) {
    const other = await person(browser, { url: running.url })
    await signIn(other.page, name)
    await other.page.goto(sheet)
    await other.page.getByRole('main').getByRole('button', { name: t.studio.sign, exact: true }).click()
    await other.page.getByText(t.studio.signedToast).first().waitFor()
    expect(other.problems).toEqual([])
    await other.context.close()
  }

  await page.goto(`/studio/releases/${release}`)
  await page.getByLabel(t.studio.price, { exact: true }).fill('38')
  await page.getByRole('button', { name: t.studio.createOffer }).click()
  await page.getByText(t.studio.offerMade).first().waitFor()
  expect(problems).toEqual([])
  await context.close()
})

test('a newcomer hears music within two taps, signs up, buys the album and downloads it', async () => {
  const { context, page, problems } = await person(browser, { url: running.url, view: phone })
  await page.addInitScript(listenIn)
  await page.goto('/')
  // One tap is enough: the play button of a song on the first screen.
  await page
    .getByRole('button', { name: new RegExp(`^${t.player.play}: `) })
    .first()
    .tap()
  await until(() => page.evaluate(soundsPlaying), 'sound')

  await page.goto('/sign-up')
  await page.getByLabel(t.account.name, { exact: true }).fill(people.fan)
  await page.getByLabel(t.account.email, { exact: true }).fill(emailOf(people.fan))
  await page.getByLabel(t.account.password, { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: t.account.signUp, exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-up'))

  await page.goto(`/releases/${release}`)
  await page
    .getByRole('main')
    .getByRole('button', { name: /38\.00/ })
    .first()
    .click()
  await page.getByRole('main').getByRole('link', { name: t.shop.inCart }).first().waitFor()
  await page.goto('/checkout')
  await page.getByRole('button', { name: t.shop.checkout }).click()
  // The provider's own page, elsewhere: it names the amount.
  await page.waitForURL(/\/sandbox\/pay\//)
  await page
    .getByText(/38\.00/)
    .first()
    .waitFor()
  await page.locator('button[name=outcome][value=pay]').click()
  await page.waitForURL(/\/orders\/ord_/)
  await page.getByText(t.shop.states.settled).first().waitFor({ timeout: 60_000 })

  const link = page.getByRole('link', { name: /^(Original files|FLAC)/ }).first()
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), link.click()])
  const zip = join(planet.home, 'bought.zip')
  await download.saveAs(zip)
  const out = join(planet.home, 'bought')
  mkdirSync(out)
  execFileSync(process.execPath, [join(import.meta.dirname, 'unzip.ts'), zip, out])
  const files = readdirSync(out, { recursive: true }).map(String)
  expect(files.filter(file => file.endsWith('.flac')).length).toBe(2)
  expect(files.some(file => /cover\.(jpg|png|webp)$/.test(file))).toBe(true)
  expect(problems).toEqual([])
  await context.close()
  rmSync(out, { recursive: true, force: true })
  expect(existsSync(zip)).toBe(true)
})

test('each of the three sees the exact share, and the books add up', async () => {
  // ¥38.00 − 0.23 payment fee − 1.89 commission = 35.88, in three parts of 33.33, 33.33 and 33.34 %.
  for (const name of [people.singer, people.lyricist, people.producer]) {
    const { context, page, problems } = await person(browser, { url: running.url })
    await signIn(page, name)
    await page.goto('/studio/money')
    await page.getByText('¥11.96').first().waitFor()
    const main = await page.getByRole('main').innerText()
    expect(main).toContain('¥11.96')
    expect(problems).toEqual([])
    await context.close()
  }
  const audit = await planet.run('audit')
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)
})

test('the operator sees the commission', async () => {
  // The first operator of a planet without a demo world is made by the command line.
  const made = await planet.run('operator', emailOf(people.producer))
  expect(made.code).toBe(0)
  const { context, page, problems } = await person(browser, { url: running.url })
  await signIn(page, people.producer)
  await page.goto('/console')
  await page.getByText('¥1.89').first().waitFor()
  expect(problems).toEqual([])
  await context.close()
})
