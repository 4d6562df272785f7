/** A page nobody owns: its singer claims it on a phone, somebody objects, a second person of the staff decides; then the page has its owner. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { orphan } from '../server/claiming/claiming.testing.ts'
import { writeSetting } from '../server/foundation/settings.ts'
import { startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, openBrowser, person, phone } from './browser.ts'

const t = words.en.claiming
let planet: TestPlanet
let browser: Browser
let ana: Person
let ben: Person
let one: Person
let two: Person
let page: string
let site: Server
let code = ''
beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  browser = await openBrowser()
  ;[ana, ben] = (await Promise.all(['Ana', 'Ben'].map(name => planet.signUp(name)))) as [Person, Person]
  ;[one, two] = [await planet.staff('reviewer'), await planet.staff('operator')]
  page = await orphan(planet, 'Low Lanterns')
  site = createServer((_request, reply) => reply.writeHead(200, { 'content-type': 'text/html' }).end(`<p>Low Lanterns ${code}</p>`))
  await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve))
  await planet.db.transaction(tx => writeSetting(tx, 'claiming.trusted', [siteUrl()]))
})
const siteUrl = (): string => `http://127.0.0.1:${(site.address() as AddressInfo).port}`
afterAll(async () => {
  await browser?.close()
  site?.close()
  await planet?.close()
})

/** What someone does at their own device: nothing breaks, axe finds nothing, nothing is wider than the screen. */
async function as(who: Person, path: string, act: (page: Page) => Promise<void>, view?: typeof phone): Promise<void> {
  const { context, page: tab, problems } = await person(browser, { url: planet.url, ...(view ? { view } : {}) })
  await context.addCookies(
    who.cookie
      .split('; ')
      .map(pair => ({ name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), url: planet.url })),
  )
  await tab.goto(path)
  await act(tab)
  expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(await axeFinds(tab, ['region'])).toEqual([])
  expect(problems).toEqual([])
  await context.close()
}

test('the singer finds the page, says who they are, shows a paper, and has the code found on their site', async () => {
  await as(
    ana,
    `/artists/${page}`,
    async tab => {
      await tab.getByRole('link', { name: t.askLink }).click()
      await tab.getByLabel(t.form.words).fill('I sing in Low Lanterns, and wrote all of its songs.')
      await tab.getByLabel(t.form.link(1)).fill(siteUrl())
      await tab.setInputFiles('input[type=file]', {
        name: 'contract.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from('%PDF-1.7 signed'),
      })
      await tab.getByText('contract.pdf').waitFor()
      await tab.getByRole('button', { name: t.form.send }).click()
      await tab.getByText(t.steps.reviewNow).waitFor()
      code = (await tab.locator('code').innerText()).trim()
      await tab.getByRole('button', { name: t.code.look }).click()
      await tab.getByText(t.code.outcomes.found, { exact: true }).waitFor()
    },
    phone,
  )
  expect(code).toMatch(/^planet-/)
})

test('staff announces it; a fan objects on the page', async () => {
  await as(one, '/console/page-claims', async tab => {
    await tab.getByRole('button', { name: /^Low Lanterns/ }).click()
    await tab.getByText('contract.pdf').waitFor()
    await tab.getByRole('button', { name: t.desk.announce }).click()
    await tab.getByText(t.desk.announcedBy('Staff reviewer')).waitFor()
  })
  await as(
    ben,
    `/artists/${page}`,
    async tab => {
      await tab.getByRole('button', { name: t.object }).click()
      const sheet = tab.getByRole('dialog')
      await sheet.getByLabel(t.objection.words).fill('Ana left Low Lanterns two years ago, everybody knows.')
      await sheet.getByRole('button', { name: t.objection.send }).click()
      await tab.getByText(t.objected).waitFor()
    },
    phone,
  )
  expect(await planet.stranger.call('GET', `/pages/${page}/claim`)).toMatchObject({ claim: { state: 'contested' } })
})

test('a second person decides, with words to both; the page is the singer’s', async () => {
  await as(one, '/console/page-claims?tab=contested', async tab => {
    await tab.getByRole('button', { name: /^Low Lanterns/ }).click()
    await tab.getByText(t.desk.barred.announced).waitFor()
    expect(await tab.getByRole('button', { name: t.desk.grant }).count()).toBe(0)
  })
  await as(two, '/console/page-claims?tab=contested', async tab => {
    await tab.getByRole('button', { name: /^Low Lanterns/ }).click()
    await tab.getByLabel(t.desk.reasonTo).fill('The code stands on the band’s own site.')
    await tab.getByLabel(t.desk.answerTo).fill('Whoever writes on the band’s site speaks for it.')
    await tab.getByRole('button', { name: t.desk.grant }).click()
    await tab.getByText(t.desk.decidedBy('Staff operator')).waitFor()
  })
  await as(ana, `/claim/${page}`, async tab => {
    await tab.getByText('The code stands on the band’s own site.').waitFor()
    await tab.getByRole('link', { name: t.toStudio }).click()
    // The page left has a heading with the name in it, too.
    await tab.waitForURL(/\/studio\/pages\//)
    await tab.getByRole('heading', { level: 1, name: 'Low Lanterns', exact: true }).waitFor()
  })
  await as(ben, `/claim/${page}`, async tab => {
    await tab.getByText('Whoever writes on the band’s site speaks for it.').waitFor()
  })
  expect(await planet.stranger.call(`GET`, `/pages/${page}`)).toMatchObject({ owner: { id: ana.id }, verified: true })
})
