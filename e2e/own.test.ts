/** One's own files: chosen, dropped or shared, they play in the planet's player, and not a byte of them leaves the device. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoTracks, renderTrackFile } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { sine, writeWav } from '../server/media/sound.testing.ts'
import { words } from '../shared/words/index.ts'
import { giveFiles, desktop, listenIn, openBrowser, person, soundsPlaying } from './browser.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
const key = 'level-one'
const composed = demoTracks().find(track => track.key === key)!

let planet: OwnPlanet
let running: Running
let browser: Browser
let folder = ''
/** MP3s are made with ffmpeg where it is. */
const withMp3 = spawnSync('ffmpeg', ['-version']).status === 0
if (!withMp3) process.stderr.write('own.test: no ffmpeg here, the MP3 is left out\n')

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  folder = join(planet.home, 'my music')
  const tones = join(folder, 'Tones')
  mkdirSync(tones, { recursive: true })
  await renderTrackFile(key, folder)
  writeWav(join(tones, '01 - Low Tone.wav'), 20, sine(220, -14))
  writeFileSync(join(tones, '01 - Low Tone.lrc'), '[00:00.50]The first line\n[00:05.00]The second line\n')
  writeFileSync(join(tones, 'noise.mp3'), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 37) % 251)))
  writeFileSync(join(tones, 'empty.flac'), '')
  writeFileSync(join(tones, 'notes.txt'), 'not music')
  if (withMp3)
    spawnSync('ffmpeg', [
      '-loglevel',
      'error',
      '-i',
      join(tones, '01 - Low Tone.wav'),
      '-metadata',
      'title=High Tone',
      '-metadata',
      'artist=Tone Maker',
      '-metadata',
      'album=Tones',
      '-metadata',
      'track=2',
      join(tones, '02 x.mp3'),
    ])
}, 300_000)
afterAll(async () => {
  await browser?.close()
  await planet?.remove()
})

/** Everything that goes out while own files are read and played. */
function watch(context: BrowserContext): { url: string; method: string; bytes: number }[] {
  const sent: { url: string; method: string; bytes: number }[] = []
  context.on('request', request =>
    sent.push({ url: request.url(), method: request.method(), bytes: request.postDataBuffer()?.length ?? 0 }),
  )
  return sent
}
async function device(options: { view?: typeof desktop } = {}) {
  const made = await person(browser, { url: running.url, ...options })
  await made.context.addInitScript(listenIn)
  return made
}
const rows = (page: Page) => page.getByRole('list', { name: t.offline.own.title }).getByRole('listitem')

test('a folder is read here, grouped by album, with covers, words and what cannot be played; it plays and nothing is sent', async () => {
  const { context, page, problems } = await device()
  await page.goto('/own')
  await page.getByText(t.offline.own.empty).waitFor()
  await until(async () => (await page.evaluate('navigator.serviceWorker.controller?.state ?? ""')) === 'activated', 'the worker')
  const sent = watch(context)
  await giveFiles(page, 'input[data-own=folder]', folder)
  await page.getByText(t.offline.own.added(withMp3 ? 3 : 2)).waitFor({ timeout: 60_000 })
  const main = page.getByRole('main')
  await rows(page).getByText(composed.title, { exact: true }).first().waitFor()
  expect(await rows(page).locator('h2').allInnerTexts()).toHaveLength(withMp3 ? 3 : 2)
  if (withMp3) await rows(page).getByText('High Tone').waitFor()
  await main.getByRole('button', { name: t.offline.own.cannotPlay(2) }).click()
  await main.getByText(t.offline.own.reasons.empty).waitFor()
  await main.getByText(t.offline.own.reasons.broken).waitFor()

  await main.getByRole('button', { name: `${t.player.play}: ${composed.title}` }).click()
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the composed FLAC to sound')
  await main.getByRole('button', { name: `${t.player.play}: Low Tone` }).click()
  await page.getByRole('region', { name: t.player.region }).getByText('Low Tone').first().waitFor()
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the WAV to sound')
  await page.getByRole('region', { name: t.player.region }).getByRole('button', { name: t.player.lyrics }).click()
  await page.getByText('The second line').waitFor()
  await page.keyboard.press('Escape')
  if (withMp3) {
    await main.getByRole('button', { name: `${t.player.play}: High Tone` }).click()
    await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the MP3 to sound')
  }
  // Files of the app itself may be fetched; nothing else, and nothing that holds anything.
  const strange = sent.filter(({ url, method, bytes }) => method !== 'GET' || bytes > 0 || /own:|own%3A|tone|my%20music/i.test(url))
  expect(strange).toEqual([])
  expect(problems).toEqual([])
  await context.close()
})

test('found by any word, in the order one likes; the list is there after a restart', async () => {
  const { context, page, problems } = await device()
  await page.goto('/own')
  await giveFiles(page, 'input[data-own=folder]', folder)
  await rows(page).getByText('Low Tone').waitFor({ timeout: 60_000 })
  await page.getByLabel(t.offline.own.search).fill('tone low')
  await until(async () => (await rows(page).getByText(composed.title).count()) === 0, 'the search')
  await rows(page).getByText('Low Tone').waitFor()
  await page.getByLabel(t.offline.own.search).fill('zzz')
  await page.getByText(t.offline.own.noMatch).waitFor()
  await page.reload()
  await rows(page).getByText('Low Tone').waitFor()
  // Files that came through a chooser are not remembered by the browser: that is said, and choosing again is enough.
  await page.getByText(t.offline.own.pickAgainBody).waitFor()
  await giveFiles(page, 'input[data-own=folder]', folder)
  await until(async () => (await page.getByText(t.offline.own.pickAgainBody).count()) === 0, 'the files to be back', 60_000)
  expect(await rows(page).getByText('Low Tone').count()).toBe(1)
  expect(problems).toEqual([])
  await context.close()
})

test('a file dropped anywhere plays at once', async () => {
  const { context, page, problems } = await device()
  await page.goto('/')
  await until(async () => (await page.evaluate('navigator.serviceWorker.controller?.state ?? ""')) === 'activated', 'the app to be awake')
  const sent = watch(context)
  // A press somewhere: browsers play nothing before.
  await page.getByRole('main').click({ position: { x: 5, y: 5 } })
  const bytes = writeWavBytes()
  const data = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(${fileInPage('Dropped Tone.wav', bytes)})
    return transfer
  })()`)
  for (const type of ['dragenter', 'dragover']) await page.dispatchEvent('body', type, { dataTransfer: data })
  await page.getByText(t.offline.own.drop).waitFor()
  await page.dispatchEvent('body', 'drop', { dataTransfer: data })
  await page.waitForURL(url => url.pathname === '/own')
  await page.getByRole('region', { name: t.player.region }).getByText('Dropped Tone').first().waitFor({ timeout: 60_000 })
  await until(async () => Boolean(await page.evaluate(soundsPlaying)), 'the dropped file to sound')
  expect(sent.filter(({ method, bytes: size }) => method !== 'GET' || size > 0)).toEqual([])
  expect(problems).toEqual([])
  await context.close()
})
function writeWavBytes(): Buffer {
  const rate = 8000
  const bytes = Buffer.alloc(44 + rate * 6 * 2)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(rate * 12, 40)
  for (let i = 0; i < rate * 6; i++) bytes.writeInt16LE(Math.round(8000 * Math.sin(i / 3)), 44 + i * 2)
  return bytes
}

/** JavaScript that makes a file of these bytes in a page. */
const fileInPage = (name: string, bytes: Buffer): string =>
  `new File([Uint8Array.from(atob('${bytes.toString('base64')}'), letter => letter.charCodeAt(0))], '${name}', { type: 'audio/wav' })`

test('what another app shares is taken by the worker and played, never sent', async () => {
  const { context, page, problems } = await device()
  await page.goto('/own')
  await until(async () => (await page.evaluate('navigator.serviceWorker.controller?.state ?? ""')) === 'activated', 'the worker')
  // As the system does it: a form with the file, sent to the address that the manifest names.
  await page.evaluate(`(() => {
    const transfer = new DataTransfer()
    transfer.items.add(${fileInPage('Shared Tone.wav', writeWavBytes())})
    const form = Object.assign(document.createElement('form'), { method: 'post', action: '/own/share', enctype: 'multipart/form-data' })
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'sound' })
    input.files = transfer.files
    form.append(input)
    document.body.append(form)
    form.submit()
  })()`)
  await rows(page).getByText('Shared Tone').waitFor({ timeout: 60_000 })
  expect(new URL(page.url()).search).toBe('')
  expect(problems).toEqual([])
  // Where no worker is, the planet reads nothing of it either.
  const form = new FormData()
  form.append('sound', new Blob([writeWavBytes()]), 'x.wav')
  const answer = await fetch(`${running.url}/own/share`, { method: 'POST', body: form, redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/own?shared=missed'])
  await context.close()
})

test('five thousand files stay light: only what is seen is in the page', async () => {
  const { context, page, problems } = await device()
  await page.goto('/own')
  await page.getByText(t.offline.own.empty).waitFor()
  await page.evaluate(`new Promise((resolve, reject) => {
    const open = indexedDB.open('planet-own')
    open.onerror = () => reject(open.error)
    open.onsuccess = () => {
      const change = open.result.transaction(['tracks', 'roots'], 'readwrite')
      change.objectStore('roots').put({ id: 'root-x', name: 'Everything', kind: 'folder', handle: null, addedAt: 1 })
      for (let i = 0; i < 5000; i++)
        change.objectStore('tracks').put({
          id: 'own:' + i, root: 'root-x', path: 'a' + (i % 400) + '/' + i + '.mp3', sizeBytes: 1, modifiedAt: 1, title: 'Song ' + i, artists: ['Band ' + (i % 90)],
          albumArtist: 'Band ' + (i % 90), album: 'Album ' + (i % 450), disc: 1, number: i % 12, year: 2000, durationMs: 180000, format: 'MP3', cover: null,
          hasWords: false, loudness: null, problem: null, addedAt: i })
      change.oncomplete = () => { open.result.close(); resolve() }
    }
  })`)
  await page.reload()
  await page.getByText(t.offline.own.found(5000, 450)).waitFor()
  await rows(page).first().waitFor()
  expect(await rows(page).count()).toBeLessThan(80)
  // Down through all of it, a screen at a time: the longest frame stays short.
  const longest = await page.evaluate<number>(`new Promise(resolve => {
    let last = performance.now(), worst = 0, step = 0
    const frame = now => {
      if (step > 3) worst = Math.max(worst, now - last)
      last = now
      if (++step > 60) return resolve(worst)
      scrollTo(0, step * 4000)
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  })`)
  expect(longest).toBeLessThan(1500)
  expect(await rows(page).count()).toBeLessThan(80)
  await page.getByLabel(t.offline.own.search).fill('song 4999')
  await rows(page).getByText('Song 4999').waitFor({ timeout: 60_000 })
  expect(problems).toEqual([])
  await context.close()
})
