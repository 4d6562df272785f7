/** On a line that takes its time, or fails: from one face to another the frame and its ways out stay; what is written before any script is there is not lost. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { startPlanet, type TestPlanet } from '../server/testing.ts'
import { words } from '../shared/words/index.ts'
import { openBrowser, person } from './browser.ts'

const t = words.en
let planet: TestPlanet
let browser: Browser
beforeAll(async () => {
  planet = await startPlanet({ web: true })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await planet?.close()
})

const rail = (page: Page) => page.getByRole('navigation', { name: t.shell.mainNav }).first()

/** Someone on a page of the listeners, awake, whose words of the studio wait for `answer`. */
async function onSlowLine() {
  const someone = await person(browser, { url: planet.url })
  const { page } = someone
  // Where a worker answers for files of the app, nothing of them passes by here.
  await page.addInitScript('delete Navigator.prototype.serviceWorker')
  let answer = (_how: 'continue' | 'abort'): void => {}
  // The first request alone.
  await page.route(
    /\/assets\/en-desk-[^/]+\.js$/,
    async route => {
      const how = await new Promise<'continue' | 'abort'>(resolve => (answer = resolve))
      await (how === 'abort' ? route.abort() : route.continue())
    },
    { times: 1 },
  )
  await page.goto('/groups')
  await until(() => page.evaluate<boolean>('Boolean(window.planetAwake)'), 'the page to be awake')
  const asked = page.waitForRequest(/en-desk/)
  await rail(page).getByRole('link', { name: t.shell.make }).click()
  await asked
  await page.getByRole('main').getByRole('status').filter({ hasText: t.common.loading }).waitFor()
  expect(await rail(page).getByRole('link', { name: t.shell.shop }).isVisible()).toBe(true)
  return { ...someone, answer: (how: 'continue' | 'abort') => answer(how) }
}

test('what the studio needs comes late: the rail stays, then the studio is there', async () => {
  const { page, context, problems, answer } = await onSlowLine()
  answer('continue')
  await page.getByRole('main').getByRole('heading', { level: 1, name: t.common.signInTitle }).waitFor()
  expect(problems).toEqual([])
  await context.close()
})

test('it does not come, the planet answers: the page is loaded once more by itself', async () => {
  const { page, context, answer } = await onSlowLine()
  const pages: string[] = []
  page.on('request', request => void (request.isNavigationRequest() && pages.push(new URL(request.url()).pathname)))
  answer('abort')
  await until(() => pages.length > 0, 'the page to be loaded')
  await until(() => page.evaluate<boolean>('Boolean(window.planetAwake)').catch(() => false), 'the page to be awake')
  await page.getByRole('main').getByRole('heading', { level: 1, name: t.common.signInTitle }).waitFor()
  expect(pages).toEqual(['/studio'])
  await context.close()
})

test('neither comes nor answers the planet: said there, and asked again when one wants', async () => {
  const { page, context, answer } = await onSlowLine()
  let away = true
  await page.route('**/healthz', route => (away ? route.abort() : route.continue()))
  const looked = page.waitForEvent('requestfailed', request => request.url().endsWith('/healthz'))
  answer('abort')
  await looked
  await page.getByRole('main').getByText(t.common.offlineTitle, { exact: true }).waitFor()
  expect(await rail(page).getByRole('link', { name: t.shell.shop }).isVisible()).toBe(true)
  away = false
  await page.getByRole('main').getByRole('button', { name: t.common.retry }).click()
  await page.getByRole('main').getByRole('heading', { level: 1, name: t.common.signInTitle }).waitFor()
  await context.close()
})

test('what is written, chosen and ticked before any script is there is what is sent', async () => {
  const fan = await planet.signUp('Early')
  const { page, context, problems } = await person(browser, { url: planet.url })
  await context.addCookies(
    fan.cookie
      .split('; ')
      .map(pair => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: planet.url })),
  )
  await page.addInitScript('delete Navigator.prototype.serviceWorker')
  let scripts = Promise.withResolvers<void>()
  await page.route('**/*.js', async route => {
    await scripts.promise
    await route.continue()
  })
  await page.goto('/groups/new', { waitUntil: 'commit' })
  const g = t.groups
  await page.getByLabel(g.name, { exact: true }).fill('Early Birds')
  await page.getByLabel(g.handle, { exact: true }).fill('early-birds')
  await page.getByLabel(g.aboutLabel).fill('Here before the page was')
  await page.getByLabel(g.visibility, { exact: true }).selectOption('members')
  await page.getByRole('button', { name: g.create, exact: true }).click()
  scripts.resolve()
  await page.waitForURL(url => url.pathname === '/groups/early-birds')
  expect(await fan.call('GET', '/groups/early-birds')).toMatchObject({
    name: 'Early Birds',
    about: 'Here before the page was',
    visibility: 'members',
  })
  type Settings = { digest: string; kinds: { kind: keyof typeof t.notices.kinds; app: boolean; fixed: boolean }[] }
  const settings = () => fan.call<Settings>('GET', '/me/notices/settings')
  const { kind } = (await settings()).kinds.find(one => one.app && !one.fixed)!
  scripts = Promise.withResolvers<void>()
  await page.goto('/notices/settings', { waitUntil: 'commit' })
  await page.getByRole('checkbox', { name: `${t.notices.kinds[kind]}: ${t.notices.channels.app}`, exact: true }).uncheck()
  await page.getByLabel(t.notices.digestTitle, { exact: true }).selectOption('weekly')
  scripts.resolve()
  await until(async () => {
    const { digest, kinds } = await settings()
    return digest === 'weekly' && !kinds.find(one => one.kind === kind)!.app
  }, 'both to be kept')
  expect(problems).toEqual([])
  await context.close()
})
