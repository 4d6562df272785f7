/** Where did this yuan go: from a fan's receipt to each receiver, from the day at the finance desk down to the posting, and from a payout back to its sale. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderTrackFile } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { words } from '../shared/words/index.ts'
import { openBrowser, person, phone } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const password = 'a-long-test-password'
const people = { singer: 'Shen Yi', lyricist: 'Wen Qi', producer: 'Mo Li', fan: 'New Comer', finance: 'Fin Ance', second: 'Sec Ond' }
const emailOf = (name: string): string => `${name.toLowerCase().replace(' ', '.')}@test.example`
/** ¥38.00 less 0.23 payment fee and 1.89 commission is ¥35.88: a third of it, to each of the three. */
const share = '¥11.96'

let planet: OwnPlanet
let running: Running
let browser: Browser
let release: string
/** What the story hands on from step to step. */
const kept = { order: '', number: '', transfer: '', payout: '' }
const cookies = new Map<string, string>()

async function signUp(name: string): Promise<void> {
  const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ name, email: emailOf(name), password }),
  })
  expect(answer.status).toBe(200)
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

/** What someone does at their own device; the story fails when a page reports an error. */
async function as(name: string, act: (page: Page) => Promise<void>, options: { view?: typeof phone } = {}): Promise<void> {
  const { context, page, problems } = await person(browser, { url: running.url, ...options })
  await page.goto('/sign-in')
  await page.getByLabel(t.account.email, { exact: true }).fill(emailOf(name))
  await page.getByLabel(t.account.password, { exact: true }).fill(password)
  await page.getByRole('main').getByRole('button', { name: t.account.signIn, exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
  await act(page)
  expect(problems).toEqual([])
  await context.close()
}

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  for (const name of Object.values(people)) await signUp(name)
  for (const name of [people.finance, people.second])
    expect((await planet.run('operator', emailOf(name), '--role', 'finance')).code).toBe(0)
  const folder = join(planet.home, 'music')
  await renderTrackFile('level-one', folder)
  await api(people.singer, 'POST', '/pages', { kind: 'artist', name: people.singer, handle: 'shen-yi' })
  const imported = await planet.run('import', folder, '--as', 'shen-yi', '--json')
  expect(JSON.parse(imported.out.trim().split('\n').at(-1)!)).toMatchObject({ found: 1, new: 1, failed: 0 })
  const releases = () => api<{ items: { id: string; ready: number }[] }>(people.singer, 'GET', '/me/releases')
  await until(async () => (await releases()).items[0]?.ready === 1, 'the sound to be ready', 120_000)
  release = (await releases()).items[0]!.id
  await shareAndSell()
})
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

/** A split of three that all have signed, a price, and everyone's bank account. */
async function shareAndSell(): Promise<void> {
  const ids: string[] = []
  for (const name of [people.singer, people.lyricist, people.producer])
    ids.push((await api<{ me: { id: string } }>(name, 'GET', '/me')).me.id)
  const sheet = await api<{ id: string; hash: string }>(people.singer, 'POST', '/split-sheets', {
    subject: release,
    kind: 'master',
    parties: ids.map((party, index) => ({ party, role: ['vocals', 'lyricist', 'producer'][index], shareBp: index === 2 ? 3334 : 3333 })),
  })
  for (const name of [people.lyricist, people.producer]) await api(name, 'POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash })
  await api(people.singer, 'POST', '/offers', { release, pricing: 'fixed', price: { amount: '3800', currency: 'CNY' } })
  await api(people.finance, 'PUT', '/console/payout-settings', {
    threshold: { amount: '100', currency: 'CNY' },
    coolingDays: 0,
    reason: 'A young planet pays out at once',
  })
  for (const name of [people.singer, people.lyricist, people.producer])
    await api(name, 'POST', '/me/payout-methods', {
      currency: 'CNY',
      account: '6222021001116245702',
      holder: name,
      bank: 'Bank of the Story',
      country: 'CN',
    })
}

test('a fan buys the album and sees on the receipt where each yuan of it went', async () => {
  await as(
    people.fan,
    async page => {
      await page.goto(`/releases/${release}`)
      await page
        .getByRole('main')
        .getByRole('button', { name: /38\.00/ })
        .first()
        .click()
      // Pressed before the page is awake, it is done as soon as it is: who leaves at once would leave with nothing.
      await page.getByRole('main').getByRole('link', { name: t.shop.inCart }).first().waitFor()
      await page.goto('/checkout')
      await page.getByRole('button', { name: t.shop.checkout }).click()
      await page.waitForURL(/\/sandbox\/pay\//)
      await page.locator('button[name=outcome][value=pay]').click()
      await page.waitForURL(/\/orders\/ord_/)
      await page.getByText(t.shop.states.settled).first().waitFor({ timeout: 60_000 })
      kept.order = new URL(page.url()).pathname.split('/').at(-1)!
      kept.number = /[\d-]{6,}/.exec(await page.getByRole('heading', { level: 1 }).innerText())![0]
      // On a phone the flow is a list: who gave how much to whom.
      const flow = page.getByRole('figure', { name: t.money.follow })
      // It is drawn when it comes into view.
      await page.getByRole('heading', { name: t.money.follow }).scrollIntoViewIfNeeded()
      await flow.scrollIntoViewIfNeeded()
      for (const name of [people.singer, people.lyricist, people.producer])
        await flow.getByRole('button', { name: new RegExp(`${name}\\s*${share}`) }).waitFor()
      await flow.getByRole('button', { name: new RegExp(`${people.lyricist}\\s*${share}`) }).click()
      const sheet = page.getByRole('dialog')
      await sheet.getByText(share).first().waitFor()
      kept.transfer = /#(\d+)/.exec(await sheet.innerText())![1]!
    },
    { view: phone },
  )
  expect(kept.transfer).toMatch(/^\d+$/)
  await as(people.fan, async page => {
    await page.goto(`/orders/${kept.order}`)
    const flow = page.getByRole('figure', { name: t.money.follow })
    await flow.scrollIntoViewIfNeeded()
    // On a desk it is a picture; each band says what it carries.
    for (const name of [people.singer, people.lyricist, people.producer])
      await flow.getByRole('button', { name: new RegExp(`→ ${name}: ${share}`) }).waitFor({ state: 'attached' })
  })
})

test('each receiver finds that amount on the own statement, with the same posting behind it', async () => {
  for (const name of [people.singer, people.lyricist, people.producer])
    await as(name, async page => {
      await page.goto('/studio/money')
      const statement = page.getByRole('region', { name: t.studio.statement })
      const row = statement.getByRole('row').filter({ hasText: `+${share}` })
      await row.getByRole('button').click()
      expect(await page.getByRole('dialog').getByRole('heading').first().innerText()).toBe(t.studio.transfer(kept.transfer))
    })
})

test('finance opens the day and walks from the balance to that posting in three clicks', async () => {
  await as(people.finance, async page => {
    await page.goto('/console')
    const whose = page.getByRole('region', { name: t.console.whoseItIs })
    // 1: what persons have available · 2: one of them · 3: the posting.
    await whose.getByRole('link', { name: new RegExp(`^${t.money.codes.person} · ${t.money.codes.available}`) }).click()
    await page.getByRole('link', { name: new RegExp(people.lyricist) }).click()
    await page.getByRole('link', { name: new RegExp(`#${kept.transfer}$`) }).click()
    await page.getByRole('heading', { level: 1, name: new RegExp(`#${kept.transfer}`) }).waitFor()
    await page.getByRole('link', { name: kept.number }).waitFor()
    // With the keyboard alone: to the accounts, and down the list.
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.waitForURL(/\/console\/accounts/)
    // The page left has rows, too, and stays until the next one is there.
    await page.getByRole('heading', { level: 1, name: t.console.accountsTitle, exact: true }).waitFor()
    await page.locator('main [data-jk]').nth(1).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/console\/accounts\/\d+/)
  })
  const { items } = await api<{ items: { by: string }[] }>(people.lyricist, 'GET', '/me/looks')
  // Kept once an hour: the walk may have gone from one into the next.
  expect([...new Set(items.map(look => look.by))]).toEqual([people.finance])
})

/** Says why in the dialog that is open, and does it. */
async function because(page: Page, reason: string, action: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(t.payouts.reason, { exact: true }).fill(reason)
  await dialog.getByRole('button', { name: action, exact: true }).click()
  await dialog.waitFor({ state: 'hidden' })
}

test('finance composes the payouts and cannot approve them; a second person does, and the bank sends them', async () => {
  let batch = ''
  await as(people.finance, async page => {
    await page.goto('/console/payouts')
    await page.getByRole('button', { name: t.payouts.compose, exact: true }).click()
    await page.getByRole('dialog').getByRole('button', { name: t.payouts.compose, exact: true }).click()
    await page.waitForURL(/\/console\/payouts\/bat_/)
    batch = new URL(page.url()).pathname
    for (const name of [people.singer, people.lyricist, people.producer]) await page.getByRole('cell', { name, exact: true }).waitFor()
    await page.getByRole('button', { name: t.payouts.submit, exact: true }).click()
    await because(page, 'The run of the month', t.payouts.submit)
    await page.getByText(t.payouts.notOwn).waitFor()
    expect(await page.getByRole('button', { name: t.payouts.approve, exact: true }).count()).toBe(0)
  })
  await as(people.second, async page => {
    // It waits on the day, one click from there.
    await page.goto('/console')
    await page.getByRole('link', { name: t.console.queues.payouts, exact: true }).click()
    await page.waitForURL(/\/console\/payouts$/)
    await page.goto(batch)
    await page.getByRole('button', { name: t.payouts.approve, exact: true }).click()
    // Three of ¥11.96, before and after.
    await page.getByRole('dialog').getByText('¥35.88').first().waitFor()
    await because(page, 'Checked against the books', t.payouts.approve)
    await page.getByRole('button', { name: t.payouts.confirmSent, exact: true }).click()
    await because(page, 'The receipt of the bank is here', t.payouts.confirmSent)
    await page.getByText(t.payouts.batchStates.done, { exact: true }).first().waitFor()
  })
})

test('the payee sees the payout and walks back from it to the sale', async () => {
  await as(people.lyricist, async page => {
    await page.goto('/studio/payouts')
    await page.getByRole('region', { name: t.payouts.list }).getByRole('button').first().click()
    const sheet = page.getByRole('dialog')
    await sheet.getByText(t.payouts.payoutStates.paid, { exact: true }).waitFor()
    await sheet
      .getByRole('listitem')
      .getByRole('button', { name: new RegExp(share) })
      .last()
      .click()
    // The posting of the sale itself, with everyone who shared in it.
    for (const name of [people.singer, people.producer]) await sheet.getByText(name).first().waitFor()
    kept.payout = new URL(page.url()).searchParams.get('payout') ?? ''
  })
  const { covers } = await api<{ covers: { transfer: string }[] }>(people.lyricist, 'GET', `/payouts/${kept.payout}`)
  expect(covers.map(one => one.transfer)).toEqual([kept.transfer])
})

test('the payee verifies the exported statement offline; a changed one fails', async () => {
  const file = join(planet.home, 'statement.json')
  await as(people.lyricist, async page => {
    await page.goto('/studio/money')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: t.studio.exportProof }).click()])
    await download.saveAs(file)
  })
  const good = await planet.run('verify', file)
  expect(good.err).toBe('')
  expect(good.code).toBe(0)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('1196')
  writeFileSync(file, text.replace('1196', '1197'))
  expect((await planet.run('verify', file)).code).toBe(1)
  const audit = await planet.run('audit')
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)
})
