/** A fan wants money back: asks on the order's page, the seller grants a part after seeing who gives what; a bank disputes; somebody spent it already and the desk decides. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allHolds, balance, bank, bought, sellShared, spend, type Bought } from '../server/refunds/refunds.testing.ts'
import { until } from '../server/foundation/testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, openBrowser, person, phone } from './browser.ts'

const t = words.en
let planet: TestPlanet
let browser: Browser
let seller: Person
let second: Person
let fan: Person
let finance: Person
let offer: string
beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  browser = await openBrowser()
  ;[seller, second, fan] = (await Promise.all(['Shen Yi', 'Wen Qi', 'Fan One'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
  ]
  finance = await planet.staff('finance')
  offer = (await sellShared(planet, seller, [[seller.id, 6000], [second.id, 4000]])).offer // prettier-ignore
  for (let n = 0; n < 2; n++) await bought(await planet.signUp(`Other ${n}`), [[offer, 100_000n]])
})
afterAll(async () => {
  await browser?.close()
  await planet?.close()
})

/** What someone does at their own device: nothing breaks, axe finds nothing, nothing is wider than the screen. */
async function as(who: Person, path: string, act: (page: Page) => Promise<void>, view?: typeof phone): Promise<void> {
  const { context, page, problems } = await person(browser, { url: planet.url, ...(view ? { view } : {}) })
  await context.addCookies(
    who.cookie
      .split('; ')
      .map(pair => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: planet.url })),
  )
  await page.goto(path)
  await act(page)
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(await axeFinds(page, ['region'])).toEqual([])
  expect(problems).toEqual([])
  await context.close()
}

let one: Bought
test('the fan asks on the order’s page, on a phone', async () => {
  one = await bought(fan, [[offer, 3800n]])
  await as(
    fan,
    `/orders/${one.order.id}`,
    async page => {
      await page.getByRole('button', { name: t.refunds.ask }).click()
      const form = page.getByRole('dialog')
      await form.getByLabel(t.refunds.amount).fill('99')
      await form.getByText(t.shop.priceInvalid).waitFor()
      await form.getByLabel(t.refunds.amount).fill('38.00')
      await form.getByLabel(t.refunds.note).fill('The wrong album, sorry')
      await form.getByRole('button', { name: t.refunds.send, exact: true }).click()
      await page.getByText(t.refunds.states.asked).waitFor()
      await page.getByText('The wrong album, sorry').waitFor()
    },
    phone,
  )
  expect(await balance(planet, `escrow:${one.line}`, 'escrow')).toBe(0n)
})

test('the seller sees who gives back how much and grants a part; the fan sees it come', async () => {
  await as(seller, '/studio/sales', async page => {
    await page.getByRole('button', { name: t.disputes.approve, exact: true }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel(t.disputes.amount, { exact: true }).fill('19.00')
    await form.getByRole('button', { name: t.disputes.confirm('¥19.00') }).waitFor()
    // ¥38.00 − 0.23 − 1.89 = 35.88: 21.53 and 14.35; half of it: 10.76 and 7.17.
    await form.getByText('¥7.18', { exact: true }).waitFor()
    await form.getByLabel(t.disputes.answer).fill('Half of it, with love')
    await form.getByRole('button', { name: t.disputes.confirm('¥19.00') }).click()
    await page.getByText(t.refunds.refunded('¥19.00')).first().waitFor()
  })
  await as(fan, `/orders/${one.order.id}`, async page => {
    await page.getByText(t.refunds.answer('Half of it, with love')).waitFor()
    await page.getByText(t.refunds.arrived).waitFor()
  })
  expect(await balance(planet, second.id)).toBe(37_772n * 2n + 718n)
})

test('a bank disputes the rest: the desk sees what is on hold and notes what speaks for us', async () => {
  await bank(fan, one.charge, 'dispute')
  await until(async () => (await balance(planet, second.id, 'held')) > 0n, 'the money to be on hold')
  await as(finance, '/console/disputes', async page => {
    await page.getByRole('button', { name: t.disputes.details }).first().click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText('Wen Qi').waitFor()
    await sheet.getByLabel(t.disputes.evidenceText).fill('The fan wrote to us before')
    await sheet.getByRole('button', { name: t.disputes.addEvidence }).click()
    await sheet.getByText('The fan wrote to us before').first().waitFor()
    await page.keyboard.press('Escape')
  })
  await bank(fan, one.charge, 'dispute_won')
  await until(async () => (await balance(planet, second.id, 'held')) === 0n, 'the money to be let go')
  await allHolds(planet)
  expect(await balance(planet, 'provider:sandbox', 'disputed')).toBe(0n)
})

test('spent before the refund: the desk decides who pays for now, and the payee reads why', async () => {
  await spend(planet, second.id, await balance(planet, second.id))
  await as(seller, '/studio/sales', async page => {
    await page
      .getByRole('row')
      .filter({ hasText: t.refunds.refunded('¥19.00') })
      .getByRole('button', { name: t.disputes.refund, exact: true })
      .click()
    const form = page.getByRole('dialog')
    await form.getByText(t.disputes.waits).waitFor()
    await form.getByRole('button', { name: t.disputes.confirm('¥19.00') }).click()
    await page.getByText(t.refunds.states.short).waitFor()
  })
  await as(finance, '/console/shortfalls', async page => {
    await page.getByRole('button', { name: t.disputes.decide, exact: true }).click()
    const form = page.getByRole('dialog')
    await form.getByText('¥7.18', { exact: true }).first().waitFor()
    await form.getByLabel(t.disputes.why).fill('Paid out before the refund')
    await form.getByRole('button', { name: t.disputes.decide, exact: true }).click()
    await page.getByRole('cell').getByText(t.disputes.shortfallStates.receivable, { exact: true }).first().waitFor()
    await page.getByRole('button', { name: t.disputes.setReserve }).first().click()
    await page.getByRole('dialog').getByLabel(t.disputes.why).fill('Keeps too little')
    await page.getByRole('dialog').getByRole('button', { name: t.disputes.setReserve }).click()
    await page.getByText('Keeps too little').waitFor()
  })
  await as(second, '/studio/sales', async page => {
    await page.getByText('Paid out before the refund').waitFor()
    await page.getByText('Keeps too little').waitFor()
  })
  await as(finance, '/console/refunds', page => page.getByRole('cell').getByText(t.refunds.states.done).first().waitFor(), phone)
  expect(await balance(planet, second.id, 'receivable')).toBe(-718n)
  await allHolds(planet)
})
