/** A singer brings two files and a broken one into the studio, makes the release public, and plays it; the queue is still there after a reload. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderTrackFile } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { words } from '../shared/words/index.ts'
import { giveFiles, listenIn, openBrowser, person, soundsPlaying } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
let planet: OwnPlanet
let running: Running
let browser: Browser
let files: string[]

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO_TRACKS: '0' })
  running = await planet.start()
  browser = await openBrowser()
  const folder = join(planet.home, 'music')
  files = [await renderTrackFile('level-one', folder), await renderTrackFile('level-two', folder), join(planet.home, 'letter.mp3')]
  writeFileSync(files[2]!, 'Dear planet, this is a letter and no song.')
})
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

test('files dropped into the studio become a release that plays', async () => {
  const { context, page, problems } = await person(browser, { url: running.url })
  await page.addInitScript(listenIn)
  await page.request.post('/api/auth/sign-in/email', {
    data: { email: 'artist@demo.example', password: 'planet-demo' },
    headers: { origin: running.url },
  })
  await page.goto('/studio/import')
  await page.getByRole('heading', { level: 1, name: t.studio.importTitle }).waitFor()
  await giveFiles(page, 'input[type=file]', files)
  const start = page.getByRole('button', { name: t.studio.startImport(3) })
  await start.waitFor({ timeout: 60_000 })
  await start.click()
  await page.waitForURL(/\/studio\/imports\/imp_/)
  // All of it: each file says for itself that it is done.
  await page.getByRole('heading', { level: 1 }).getByText(t.studio.importState.done, { exact: true }).waitFor({ timeout: 90_000 })
  // The broken one is named with its reason; the others are not harmed.
  const row = page.getByRole('row', { name: /letter\.mp3/ })
  expect(await row.innerText()).toMatch(/not an audio file/i)
  const link = page
    .getByRole('main')
    .getByRole('link', { name: /Continue/ })
    .first()
  await link.click()
  await page.waitForURL(/\/studio\/releases\/rel_/)
  await page.getByLabel(t.studio.visibility, { exact: true }).selectOption('public')
  await page.getByRole('button', { name: t.common.save }).first().click()
  await page.getByText(t.studio.saved).first().waitFor()

  const release = new URL(page.url()).pathname.split('/').at(-1)!
  // Sound is made after the import is done; a page of the release shows what is ready when it is opened.
  const ready = async (): Promise<boolean> => {
    const answer = (await (await page.request.get(`/api/v1/releases/${release}`)).json()) as { tracks: { state: string }[] }
    return answer.tracks.every(track => track.state === 'ready')
  }
  await until(ready, 'the sound of the release', 120_000)
  await page.goto(`/releases/${release}`)
  await page
    .getByRole('button', { name: new RegExp(`^${t.player.play}: `) })
    .first()
    .click()
  await until(() => page.evaluate(soundsPlaying), 'sound')

  // Seeking: the arrow key on the waveform moves what sounds, not only the picture.
  const slider = page.getByRole('slider', { name: t.player.seek }).first()
  const before = Number(await slider.getAttribute('aria-valuenow'))
  await slider.focus()
  await page.keyboard.press('ArrowRight')
  await until(async () => Number(await slider.getAttribute('aria-valuenow')) >= before + 4, 'the seek')
  await until(() => page.evaluate(`[...window.sounds].some(audio => audio.currentTime > ${before + 4})`), 'the sound to follow')

  await page.reload()
  const bar = page.getByRole('region', { name: t.player.region })
  await bar
    .getByText(/第一关|第二关/)
    .first()
    .waitFor()
  expect(problems).toEqual([])
  await context.close()
})
