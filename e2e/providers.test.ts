/** A fan on a phone pays with Alipay, another one changes to a card in the middle; the providers are local ones that speak the real protocols. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { en } from '../shared/words/shop.ts'
import { startAlipay, type LocalAlipay } from '../server/gateways/alipay.testing.ts'
import { notify, paymentOf, story } from '../server/gateways/gateways.testing.ts'
import { startStripe, type LocalStripe } from '../server/gateways/stripe.testing.ts'
import { sell, type OrderJson } from '../server/shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { axeFinds, openBrowser, person, phone } from './browser.ts'

let browser: Browser
let stripe: LocalStripe
let alipay: LocalAlipay
let planet: TestPlanet
let seller: Person
beforeAll(async () => {
  ;[browser, stripe, alipay] = await Promise.all([openBrowser(), startStripe(), startAlipay()])
  planet = await startPlanet({
    web: true,
    work: true,
    config: {
      stripe: { secretKey: stripe.key, webhookSecret: stripe.secret, apiUrl: stripe.url },
      alipay: alipay.contract,
      sandbox: false,
    },
  })
  seller = await planet.signUp('Seller')
})
afterAll(async () => {
  await browser?.close()
  await planet?.close()
  await Promise.all([stripe?.close(), alipay?.close()])
})

type Fan = { page: Page; fan: Person; problems: string[]; close: () => Promise<void> }
/** A signed-in fan at a phone with an album of ¥38.00 in the cart. */
async function shopping(): Promise<Fan> {
  const { release } = await sell(planet, seller)
  const fan = await planet.signUp('Fan')
  const { context, page, problems } = await person(browser, { url: planet.url, view: phone })
  await context.addCookies(
    fan.cookie.split('; ').map(pair => {
      const at = pair.indexOf('=')
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: planet.url }
    }),
  )
  await page.goto(`/releases/${release}`)
  await page
    .getByRole('main')
    .getByRole('button', { name: /38\.00/ })
    .first()
    .click()
  await page.getByRole('main').getByRole('link', { name: en.inCart }).first().waitFor()
  await page.goto('/checkout')
  return { page, fan, problems, close: () => context.close() }
}
const orderOf = async (fan: Person): Promise<OrderJson> => (await fan.call<{ items: OrderJson[] }>('GET', '/me/orders')).items[0]!
async function fine(page: Page): Promise<void> {
  expect(await axeFinds(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
}

test('with Alipay: chosen in the cart, told while the page waits', async () => {
  const { page, fan, problems, close } = await shopping()
  await page.getByRole('radio', { name: en.ways.alipay }).check()
  await fine(page)
  await page.getByRole('button', { name: en.checkout }).click()
  await page.waitForURL(`${alipay.origin}/**`)
  const order = await orderOf(fan)
  const trade = alipay.trades.get(paymentOf(order))!
  expect(trade.total).toBe('38.00')
  // Back before Alipay has told us.
  await page.goto(`/orders/${order.id}`)
  await page.getByText(en.waitingFor(en.ways.alipay)).waitFor()
  await fine(page)
  expect(
    await notify(planet, 'alipay', alipay.notification(alipay.pay(trade.out)), { 'content-type': 'application/x-www-form-urlencoded' }),
  ).toBe('200 success')
  await page.getByText(en.states.settled).first().waitFor({ timeout: 60_000 })
  await page.getByText(en.thanks).waitFor()
  expect(problems).toEqual([])
  await close()
})

test('Alipay runs out, a card is better; it is remembered', async () => {
  const { page, fan, problems, close } = await shopping()
  await page.getByRole('radio', { name: en.ways.alipay }).check()
  await page.getByRole('button', { name: en.checkout }).click()
  await page.waitForURL(`${alipay.origin}/**`)
  const order = await orderOf(fan)
  const trade = alipay.trades.get(paymentOf(order))!
  trade.status = 'TRADE_CLOSED'
  await notify(planet, 'alipay', alipay.notification(trade), { 'content-type': 'application/x-www-form-urlencoded' })
  await page.goto(`/orders/${order.id}`)
  await page.getByText(en.payProblems.expired).waitFor()
  await page.getByRole('radio', { name: en.ways.stripe }).check()
  await fine(page)
  await page.getByRole('button', { name: /38\.00/ }).click()
  await page.waitForURL(`${stripe.url}/**`)
  const session = stripe.session(paymentOf(await orderOf(fan)))
  const told = stripe.pay(session).session.body
  expect(await notify(planet, 'stripe', told, stripe.sign(told))).toBe('200 received')
  await page.getByRole('link', { name: 'back' }).click()
  await page.getByText(en.states.settled).first().waitFor({ timeout: 60_000 })
  expect(await story(planet, order.id)).toMatchObject({ pay: 1, settle: 1, refund: 0 })
  await page.goto('/')
  expect(await page.evaluate(`localStorage.getItem('planet.pay.v1')`)).toBe('stripe')
  expect(problems).toEqual([])
  await close()
})
