/** A listener makes a playlist, fills it, orders it with the keyboard and the mouse, lets a friend in, takes it out as a file and brings it back; and one that fills itself. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { addMusic } from '../server/playlists/playlists.testing.ts'
import { startPlanet, type TestPlanet } from '../server/testing.ts'
import { giveFiles, openBrowser, person } from './browser.ts'

const slow = { timeout: 60_000 }
type Track = { id: string; title: string }
let planet: TestPlanet
let browser: Browser
let url: string
let known: Track[]
beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  url = planet.url
  const music = await addMusic(planet, await planet.signUp('Tide'), 4)
  known = music.tracks.map((id, n) => ({ id, title: `Tide ${n + 1}` }))
  const found = (q: string) => planet.stranger.call<{ tracks: unknown[] }>('GET', `/search?kind=track&q=${encodeURIComponent(q)}`)
  for (const { title } of known) await until(async () => (await found(title)).tracks.length > 0, 'search to know the music')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await planet.close()
})

const rows = (page: Page) => page.getByRole('grid').getByRole('row')
const titles = (page: Page): Promise<string[]> =>
  rows(page).evaluateAll(all =>
    all
      .toSorted((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
      .map(row => row.querySelector('[role=gridcell]:nth-of-type(1) p')?.textContent ?? ''),
  )
async function signUp(page: Page, name: string): Promise<void> {
  const email = `${name.toLowerCase()}-${Math.random().toString(36).slice(2)}@test.example`
  const answer = await page.request.post('/api/auth/sign-up/email', {
    data: { name, email, password: 'a-long-test-password' },
    headers: { origin: url },
  })
  expect(answer.ok()).toBe(true)
}

test('a playlist is made, filled, ordered, shared, exported and found again', { timeout: 300_000 }, async () => {
  const { page, problems, context } = await person(browser, { url })
  await signUp(page, 'Ann')
  const [one, two, three] = known as [Track, Track, Track]

  // Made while a track is put into it, from the menu of the track.
  await page.goto(`/tracks/${one.id}`)
  const menu = page
    .getByRole('main')
    .getByRole('button', { name: `More actions: ${one.title}` })
    .first()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Add to playlist' }).click()
  await page.getByRole('button', { name: 'New playlist' }).click()
  await page.getByLabel('Name').fill('Evenings')
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText(/Added to “Evenings”/).waitFor()
  // The second goes into the same one; the first again is asked about.
  await page.goto(`/tracks/${two.id}`)
  await page
    .getByRole('main')
    .getByRole('button', { name: `More actions: ${two.title}` })
    .first()
    .click()
  await page.getByRole('menuitem', { name: 'Add to playlist' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Evenings/ })
    .click()
  await page.getByText(/Added to “Evenings”/).waitFor()
  await page.goto(`/tracks/${one.id}`)
  await menu.click()
  await page.getByRole('menuitem', { name: 'Add to playlist' }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Evenings.*Already in it/ })
    .click()
  await page.getByText('Already in this playlist').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

  // On its page a third is looked for and put in.
  await page.goto('/library')
  await page.getByRole('link', { name: 'Evenings' }).click()
  await page.getByRole('heading', { name: 'Evenings', level: 1 }).waitFor()
  await page.getByLabel('Find tracks to add').fill(three.title)
  await page
    .getByRole('button', { name: `Add: ${three.title}` })
    .first()
    .click()
  await rows(page).nth(2).waitFor()
  const before = [one.title, two.title, three.title]
  expect(await titles(page)).toEqual(before)

  // Ordered with the keyboard: lifted, moved down, dropped; and a step with alt and an arrow.
  const list = new URL(page.url()).pathname.split('/').at(-1)!
  const told = async (): Promise<string[]> => {
    const { items } = (await (await page.request.get(`/api/v1/playlists/${list}/entries`)).json()) as { items: { title: string }[] }
    return items.map(item => item.title)
  }
  await page.getByRole('button', { name: `Move ${one.title}` }).focus()
  await page.keyboard.press('Space')
  await page.getByText(`Lifted ${one.title}, 1 of 3`).waitFor({ state: 'attached' })
  // What is lifted listens for keys when what the page does in this moment is done: a timer set after its own comes after it.
  await page.evaluate('new Promise(done => setTimeout(done))')
  await page.keyboard.press('ArrowDown')
  await page.getByText(`${one.title} is at 2 of 3`).waitFor({ state: 'attached' })
  await page.keyboard.press('Space')
  await expect.poll(told, slow).toEqual([two.title, one.title, three.title])
  await rows(page).filter({ hasText: three.title }).focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(told, slow).toEqual([two.title, three.title, one.title])
  await expect.poll(() => titles(page), slow).toEqual([two.title, three.title, one.title])

  // Ordered with the mouse.
  const first = rows(page).nth(0)
  await first.hover()
  const handle = (await page.getByRole('button', { name: `Move ${two.title}` }).boundingBox())!
  const below = (await rows(page).nth(2).boundingBox())!
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2)
  await page.mouse.down()
  await page.mouse.move(handle.x + 5, handle.y + 30, { steps: 5 })
  await page.mouse.move(handle.x + 5, below.y + below.height / 2 + 4, { steps: 10 })
  // The page has drawn where it is: let go before, it falls where it was.
  await page.getByText(`${two.title} is at 3 of 3`).waitFor({ state: 'attached' })
  await page.mouse.up()
  await expect.poll(told, slow).toEqual([three.title, one.title, two.title])

  // A friend comes with the invite and adds; it appears here without a reload.
  await page.getByRole('button', { name: 'Share and edit together' }).click()
  await page.getByRole('button', { name: 'Make an invite link' }).click()
  const invite = await page.getByRole('dialog').getByLabel('Invite link').inputValue()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  const friend = await person(browser, { url })
  await signUp(friend.page, 'Ben')
  await friend.page.goto(invite)
  await friend.page.getByText('Ann invites you to edit this playlist together').waitFor()
  await friend.page.getByRole('button', { name: 'Join' }).click()
  await friend.page.getByLabel('Find tracks to add').fill(one.title)
  await friend.page
    .getByRole('button', { name: `Add: ${one.title}` })
    .first()
    .click()
  await friend.page.getByRole('button', { name: 'Add anyway' }).click()
  await rows(friend.page).nth(3).waitFor()
  await rows(page).nth(3).waitFor()
  expect(await rows(page).nth(3).textContent()).toContain('Ben')

  // Several rows are chosen with the keyboard and taken out; taken back.
  await rows(page).nth(0).focus()
  await page.keyboard.press('Control+a')
  await page.getByRole('toolbar', { name: '4 selected' }).waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Delete')
  await expect.poll(() => rows(page).count(), slow).toBe(3)
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => rows(page).count(), slow).toBe(4)

  // Out as a file, and in again: everything is found.
  await page.getByRole('button', { name: 'More actions', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Export as a file' }).click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /^M3U8/ }).click()])
  const file = await download.path()
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('#EXTM3U')
  expect(text.match(/\/tracks\/trk_/g)).toHaveLength(4)
  const named = join(file, '..', `evenings-${list}.m3u8`)
  writeFileSync(named, text)
  await page.goto('/library')
  await page.getByRole('button', { name: 'Import a playlist' }).click()
  await giveFiles(page, 'input[type=file]', named)
  await page.getByRole('button', { name: /^4\s*Found$/ }).waitFor()
  await page.getByRole('button', { name: 'Create playlist (4)' }).click()
  await page.waitForURL(where => where.pathname.startsWith('/playlists/') && !where.pathname.includes(list))
  await expect.poll(() => rows(page).count(), slow).toBe(4)
  expect(await titles(page)).toEqual([three.title, one.title, two.title, one.title])
  expect([...problems, ...friend.problems]).toEqual([])
  await friend.context.close()
  await context.close()
})

test('a smart playlist follows one’s stars', { timeout: 300_000 }, async () => {
  const { page, problems, context } = await person(browser, { url })
  await signUp(page, 'Cat')
  const [one] = known as [Track]
  await page.goto('/library')
  await page.getByRole('button', { name: 'New smart playlist' }).first().click()
  await page.getByRole('button', { name: 'Four stars and up' }).click()
  await page.getByText('No track fits').waitFor()
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByText('No track fits the rules now').waitFor()
  const list = page.url()
  await page.goto(`/tracks/${one.id}`)
  // The page shows the stars before the planet has them.
  const [given] = await Promise.all([
    page.waitForResponse(answer => answer.request().method() === 'PUT' && answer.url().includes('/me/ratings/')),
    page.getByRole('radio', { name: '5 stars' }).click(),
  ])
  expect(given.ok()).toBe(true)
  await expect.poll(() => page.getByRole('radio', { name: '5 stars' }).getAttribute('aria-checked'), slow).toBe('true')
  await page.goto(list)
  await rows(page).first().waitFor()
  expect(await titles(page)).toEqual([one.title])
  await page.getByRole('button', { name: 'More actions', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Freeze to a fixed list' }).click()
  await page.waitForURL(where => !list.endsWith(where.pathname))
  await expect.poll(() => rows(page).count(), slow).toBe(1)
  expect(problems).toEqual([])
  await context.close()
})
