/** Two fans in one group: a post with a picture and a poll arrives at the other one live; they vote, comment, react, and one reports something. */
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeGroup } from '../server/feed/feed.testing.ts'
import { words } from '../shared/words/index.ts'
import { password, startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { desktop, openBrowser, person, phone } from './browser.ts'

const { en } = words
let planet: TestPlanet
let browser: Browser
let group: string
let ann: Person
let ben: Person
let picture: Buffer
beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  ;[ann, ben] = await Promise.all([planet.signUp('Ann'), planet.signUp('Ben')])
  const host = await planet.signUp('Host')
  group = await makeGroup(planet, host, [ann, ben])
  picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await planet?.close()
})

async function signedIn(who: Person, view: typeof phone): Promise<{ page: Page; problems: string[] }> {
  const { page, problems } = await person(browser, { url: planet.url, view })
  const answer = await page.request.post('/api/auth/sign-in/email', {
    data: { email: who.email, password },
    headers: { origin: planet.url },
  })
  expect(answer.ok()).toBe(true)
  return { page, problems }
}
const cardOf = (page: Page, name: string) => page.getByRole('article', { name: `${name}’s post` })

test('a post arrives live, is voted on, commented, liked and reported', { timeout: 300_000 }, async () => {
  const [a, b] = await Promise.all([signedIn(ann, phone), signedIn(ben, desktop)])
  // What happens between reading a page and hearing the planet is not told: Ann writes when Ben hears.
  const hears = b.page.waitForResponse(answer => answer.url().includes('/api/v1/live?') && answer.url().includes(group))
  await Promise.all([a.page.goto(`/groups/${group}`), b.page.goto(`/groups/${group}`), hears])
  await b.page.getByText('No posts yet').waitFor()

  // Ann writes: words, a picture, a poll.
  await a.page.getByRole('button', { name: 'Say something…' }).click()
  const writing = a.page.getByRole('dialog', { name: 'New post' })
  await writing.getByRole('textbox', { name: 'Text' }).fill('Which song opens the night?')
  await writing.locator('input[data-for=pictures]').setInputFiles({ name: 'hall.jpg', mimeType: 'image/jpeg', buffer: picture })
  await writing.getByRole('button', { name: 'Picture 1 of 1: description' }).waitFor()
  await writing.getByRole('button', { name: 'Add a poll' }).click()
  await writing.getByRole('textbox', { name: 'Choice 1' }).fill('Low Orbit')
  await writing.getByRole('textbox', { name: 'Choice 2' }).fill('Tide')
  await writing.getByRole('button', { name: 'Post', exact: true }).click()
  await writing.waitFor({ state: 'detached' })
  await cardOf(a.page, 'Ann').getByText('Which song opens the night?').waitFor()

  // It waits at Ben's until he takes it in; then he votes, and Ann sees it move.
  await b.page.getByRole('button', { name: '1 new post' }).click()
  const seen = cardOf(b.page, 'Ann')
  await seen.getByRole('button', { name: 'Picture 1 of 1' }).waitFor()
  await seen.getByRole('button', { name: 'Tide' }).click()
  await seen.getByText('100%').waitFor()
  await cardOf(a.page, 'Ann').getByText('1 vote').waitFor()

  // Ben answers below the post while Ann looks at it.
  await Promise.all([
    cardOf(a.page, 'Ann').getByRole('link', { name: '0 comments' }).click(),
    seen.getByRole('link', { name: '0 comments' }).click(),
  ])
  const field = b.page.getByRole('textbox', { name: 'Comment' })
  await field.fill('Tide, and nothing else')
  await field.press('Enter')
  const said = a.page.getByRole('article', { name: 'Ben’s comment' })
  await said.getByText('Tide, and nothing else').waitFor()
  await said.getByRole('button', { name: /^Love/ }).click()
  await b.page
    .getByRole('article', { name: 'Ben’s comment' })
    .getByRole('button', { name: /1 reaction/ })
    .waitFor()
  await cardOf(b.page, 'Ann').getByRole('button', { name: 'React', exact: true }).click()
  await b.page.getByRole('button', { name: 'Applause' }).click()
  await cardOf(a.page, 'Ann').getByRole('button', { name: '1 reaction' }).waitFor()

  await a.page.getByRole('button', { name: 'Ben’s comment: more actions' }).click()
  await a.page.getByRole('menuitem', { name: 'Report' }).click()
  const report = a.page.getByRole('dialog', { name: en.moderation.reportTitle })
  await report.getByRole('radio').first().check()
  await report.getByRole('button', { name: en.moderation.reportSend }).click()
  await a.page.getByText(en.moderation.reportDone).waitFor()

  expect(a.problems).toEqual([])
  expect(b.problems).toEqual([])
})
