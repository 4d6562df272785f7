/** Buying without an account: two sellers in one basket, a phone, no password; the mail opens it at a desk elsewhere, where a password keeps it for good. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { sell } from '../server/shop/shop.testing.ts'
import { makeShow } from '../server/shows/shows.testing.ts'
import { startPlanet, type TestPlanet } from '../server/testing.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, openBrowser, person, phone } from './browser.ts'

const t = words.en
const email = 'mei@test.example'
let planet: TestPlanet
let browser: Browser
let releases: string[]
let order = ''
beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  browser = await openBrowser()
  const sold = await Promise.all([planet.signUp('Shen Yi'), planet.signUp('Wen Qi')]).then(sellers =>
    Promise.all([
      sell(planet, sellers[0], { price: 3800n, title: 'Slow Star' }),
      sell(planet, sellers[1], { price: 1200n, title: 'Low Tide' }),
    ]),
  )
  releases = sold.map(one => one.release)
})
afterAll(async () => {
  await browser?.close()
  await planet?.close()
})

/** Nothing is wider than the screen, and axe finds nothing. */
async function fine(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(await axeFinds(page, ['region'])).toEqual([])
}

test('a guest buys from two sellers on a phone', async () => {
  const { context, page, problems } = await person(browser, { url: planet.url, view: phone })
  for (const release of releases) {
    await page.goto(`/releases/${release}`)
    await page
      .getByRole('main')
      .getByRole('button', { name: /\d\.00/ })
      .first()
      .click()
    await page.getByRole('main').getByRole('link', { name: t.shop.inCart }).first().waitFor()
  }
  await page.goto('/cart')
  await page.getByText('¥50.00').first().waitFor()
  await fine(page)
  await page.getByRole('link', { name: t.checkout.toCheckout('2') }).click()
  // What is missing or wrong is said at the field, in the page's words, and gone when one writes.
  await page.getByRole('button', { name: t.checkout.goOn, exact: true }).click()
  await page.getByText(t.common.wrong.missing).first().waitFor()
  expect(await page.evaluate('document.activeElement.type')).toBe('email')
  await page.getByLabel(t.checkout.email).fill('mei')
  await page.getByRole('button', { name: t.checkout.goOn, exact: true }).click()
  await page.getByText(t.common.wrong.email).waitFor()
  await fine(page)
  await page.getByLabel(t.checkout.email).fill(email)
  await page.getByText(t.common.wrong.email).waitFor({ state: 'detached' })
  await page.getByLabel(t.checkout.yourName).fill('Mei')
  await fine(page)
  await page.getByRole('button', { name: t.checkout.goOn, exact: true }).click()
  await page.getByText(t.checkout.guestAs(email)).waitFor()
  await page.getByRole('heading', { name: 'Page of Wen Qi' }).waitFor()
  await fine(page)
  await page.getByRole('button', { name: t.shop.checkout }).click()
  await page.waitForURL(/\/sandbox\/pay\//)
  await page.locator('button[name=outcome][value=pay]').click()
  await page.waitForURL(/\/orders\/ord_/)
  order = new URL(page.url()).pathname
  await page.getByText(t.shop.states.settled).first().waitFor({ timeout: 60_000 })
  await page.getByText(t.checkout.invoiceOf(`${new Date().getUTCFullYear()}-000001`, 'Shen Yi')).waitFor()
  await page.getByRole('heading', { name: t.checkout.keepTitle }).waitFor()
  await fine(page)
  expect(await page.evaluate(`JSON.parse(localStorage.getItem('planet.cart.v2') ?? '[]').length`)).toBe(0)
  expect(problems).toEqual([])
  await context.close()
})

test('a guest buys a ticket: the clock runs from opening the page, goes on when it is loaded anew, and begins anew when it has run out', async () => {
  const { show } = await makeShow(planet, await planet.signUp('Host'), { Floor: { places: 20, price: 6000 } })
  const { context, page, problems } = await person(browser, { url: planet.url, view: phone })
  const clock = page.getByRole('timer', { name: t.shows.held.left })
  const seconds = async (): Promise<number> => {
    const [, minutes, rest] = /(\d\d):(\d\d)/.exec((await clock.textContent()) ?? '') ?? []
    return Number(minutes) * 60 + Number(rest)
  }
  await page.goto(`/shows/${show}/buy`)
  await clock.getByText(/0[78]:\d\d/).waitFor()
  // As if it had been opened a while ago; loaded anew, it goes on.
  await page.evaluate(
    `{ const key = 'planet.map.${show}'; sessionStorage.setItem(key, String(Number(sessionStorage.getItem(key)) - 390_000)) }`,
  )
  await page.reload()
  await clock.getByText(/0[01]:\d\d/).waitFor()
  await page.evaluate('window.trueNow = Date.now; Date.now = () => window.trueNow() + 480_000')
  await page.getByText(t.shows.pick.over).waitFor()
  await fine(page)
  await page.evaluate('Date.now = window.trueNow')
  await page.getByRole('button', { name: t.shows.pick.anew }).click()
  await clock.getByText(/0[78]:\d\d/).waitFor()
  await page.getByRole('button', { name: t.seating.pick.more }).first().click()
  const left = await seconds()
  await page.getByRole('button', { name: t.shows.pick.hold }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByLabel(t.checkout.email).fill('lin@test.example')
  await fine(page)
  await sheet.getByRole('button', { name: t.checkout.goOn, exact: true }).click()
  await page.waitForURL(/\/seats\/sth_/)
  // The page left has the same clock, and stays until the next one is there.
  await page.getByRole('heading', { level: 1, name: t.shows.held.title }).waitFor()
  await clock.getByText(/\d\d:\d\d/).waitFor()
  expect(await seconds()).toBeLessThanOrEqual(left + 1)
  await page.getByRole('button', { name: t.shows.held.pay }).click()
  await page.getByText(t.checkout.guestAs('lin@test.example')).waitFor()
  await page.getByRole('button', { name: t.shop.checkout }).click()
  await page.waitForURL(/\/sandbox\/pay\//)
  await page.locator('button[name=outcome][value=pay]').click()
  await page.waitForURL(/\/orders\/ord_/)
  await page.getByText(t.checkout.progress['tickets_ready']!).first().waitFor({ timeout: 60_000 })
  expect(problems).toEqual([])
  await context.close()
})

test('the mail opens it elsewhere, and a password keeps it', async () => {
  const folder = join(planet.home, 'mail')
  const mail = await until(
    () =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .map(name => readFileSync(join(folder, name), 'utf8').replaceAll('=\n', '').replaceAll('=3D', '='))
        .find(text => text.includes(email) && text.includes('keep=true')),
    'the receipt',
  )
  const links = [...mail.matchAll(/http:\/\/[^\s"<]+\/checkout\/open\?[^\s"<]+/g)].map(match => match[0].replaceAll('&#38;', '&'))
  const { context, page, problems } = await person(browser, { url: planet.url })
  await page.goto(links[0]!)
  await page.waitForURL(url => url.pathname === order)
  await page.getByText('Low Tide').first().waitFor()
  await page
    .getByRole('link', { name: /^(Original files|FLAC)/ })
    .or(page.getByText(t.shop.preparing))
    .first()
    .waitFor()
  await fine(page)
  await page.goto(links.find(link => link.includes('keep=true'))!)
  await page.getByLabel(t.checkout.keepPassword).fill('a-long-test-password')
  await fine(page)
  await page.getByRole('button', { name: t.checkout.keepDo }).click()
  await page.waitForURL(url => url.pathname === '/orders')
  await page.getByText('Slow Star').first().waitFor()
  await fine(page)
  expect(problems).toEqual([])
  await context.close()
  // A member like any other now; the old link opens nothing.
  const signIn = await planet.stranger.fetch('/api/auth/sign-in/email', {
    method: 'POST',
    json: { email, password: 'a-long-test-password' },
  })
  expect(signIn.status).toBe(200)
  const stale = await person(browser, { url: planet.url })
  await stale.page.goto(links[0]!)
  await stale.page.getByText(t.checkout.openMember).waitFor()
  await stale.context.close()
})
