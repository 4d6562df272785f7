/** An album whose three tracks are one piece of music is played in a real browser; what leaves its audio graph is laid against the piece as it was made. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderTrack } from '../server/composer/index.ts'
import { until } from '../server/foundation/testing.ts'
import { openEngine, type Engine } from '../server/media/index.ts'
import { words } from '../shared/words/index.ts'
import { axeFinds, desktop, listenIn, openBrowser, person, phone, still } from './browser.ts'
import { cut, find, heard, kept, levels, resampled, tapSound, writeSound, type Stereo } from './listen.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const t = words.en
/** Where the piece is cut, in seconds: no multiple of anything an encoder counts in. */
const cuts = [0, 11.2347, 22.5011, 30.5]
let planet: OwnPlanet
let running: Running
let browser: Browser
let engine: Engine
let piece: Stereo
let cookie: string
let release: string
let tracks: Track[]

async function api<T>(method: string, path: string, json?: unknown): Promise<T> {
  const answer = await fetch(`${running.url}/api/v1${path}`, {
    method,
    headers: { cookie, accept: 'application/json', ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return (await answer.json()) as T
}

beforeAll(async () => {
  planet = await ownPlanet({ PLANET_DEMO: '0' })
  running = await planet.start()
  browser = await openBrowser()
  engine = openEngine({ temp: join(planet.home, 'listen') })
  const { sampleRate, channels } = renderTrack('level-one')
  piece = cut({ rate: sampleRate, channels }, 20, 20 + cuts.at(-1)!)
  mkdirSync(join(planet.home, 'music'))
  for (let index = 0; index + 1 < cuts.length; index++) {
    const wav = writeSound(join(planet.home, `part${index}.wav`), cut(piece, cuts[index]!, cuts[index + 1]!))
    const out = join(planet.home, 'music', `0${index + 1}.flac`)
    const tags = {
      TITLE: `Part ${index + 1}`,
      ARTIST: 'Whole',
      ALBUMARTIST: 'Whole',
      ALBUM: 'In one piece',
      TRACKNUMBER: String(index + 1),
    }
    await engine.convert(wav, out, { format: 'flac', tags })
  }
  const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: running.url },
    body: JSON.stringify({ name: 'Whole', email: 'whole@test.example', password: 'a-long-test-password' }),
  })
  cookie = answer.headers
    .getSetCookie()
    .map(line => line.split(';')[0])
    .join('; ')
  await api('POST', '/pages', { kind: 'artist', name: 'Whole', handle: 'whole' })
  const imported = await planet.run('import', join(planet.home, 'music'), '--as', 'whole', '--json', '--render')
  expect(JSON.parse(imported.out.trim().split('\n').at(-1)!)).toMatchObject({ new: 3, failed: 0 })
  const releases = () => api<{ items: { id: string; ready: number }[] }>('GET', '/me/releases')
  await until(async () => (await releases()).items[0]?.ready === 3, 'the sound to be ready', 120_000)
  release = (await releases()).items[0]!.id
  await api('PATCH', `/releases/${release}`, { visibility: 'public' })
  tracks = (await api<{ tracks: Track[] }>('GET', `/releases/${release}`)).tracks
  // Until its renditions are made, a sound plays as it came: one file after the other.
  const address = async (track: Track) => (await api<{ url: string }>('GET', `/tracks/${track.id}/stream`)).url
  await until(async () => (await Promise.all(tracks.map(address))).every(url => url.includes('/full/')), 'the renditions', 120_000)
})
afterAll(async () => {
  await browser?.close()
  await engine?.close()
  await planet?.remove()
})

type Track = { id: string; title: string; durationMs: number }
type Start = {
  settings?: object
  timers?: object
  /** Parts in the queue, from 1. */
  parts: number[]
  positionMs?: number
  before?: (page: Page) => Promise<void>
  noise?: RegExp
  view?: typeof desktop
}
type Report = { id: string; track: string; ranges: [number, number][] }

/** Someone whose queue and settings are on the device already opens a page and presses play. `reports`: what the player tells of what was heard. */
async function listen(start: Start, act: (page: Page, reports: Map<string, Report>) => Promise<void>): Promise<void> {
  const { context, page, problems } = await person(browser, { url: running.url, ...(start.view ? { view: start.view } : {}) })
  await page.addInitScript(listenIn)
  await tapSound(page)
  const parts = start.parts.map(number => tracks[number - 1]!)
  const more = { 'planet.sound.v1': start.settings ?? {}, 'planet.timers.v1': start.timers ?? {} }
  await page.addInitScript(kept(parts, start.positionMs ?? 0, more))
  const reports = new Map<string, Report>()
  page.on('request', request => {
    if (!request.url().endsWith('/api/v1/plays') || request.method() !== 'POST') return
    const report = request.postDataJSON() as Report
    reports.set(report.id, report)
  })
  await start.before?.(page)
  await page.goto(`/releases/${release}`)
  const bar = page.getByRole('region', { name: t.player.region })
  await bar.getByText(parts[0]!.title).locator('visible=true').first().waitFor()
  await bar.locator('[data-player-toggle]').locator('visible=true').first().click()
  await act(page, reports)
  expect(problems.filter(problem => !start.noise?.test(problem))).toEqual([])
  await context.close()
}

const over = `window.sounds.size > 0 && [...window.sounds].every(audio => audio.paused)`
const untilOver = (page: Page) => until(() => page.evaluate<boolean>(over), 'the end of the music', 90_000)
const untilHeard = (page: Page, seconds: number) =>
  until(
    () => page.evaluate<boolean>(`window.tap.blocks.length * 128 > ${seconds} * window.tap.rate`),
    `${seconds} seconds of sound`,
    60_000,
  )
/** Loudness and true peak of what was heard, by the planet's own measuring. */
const measure = (sound: Stereo) => engine.analyse(writeSound(join(planet.home, 'heard.wav'), sound, true))
/** A part of the piece by its own seconds, at the rate of what was heard. */
const part = (number: number, from: number, to: number, rate: number): Stereo =>
  cut(resampled(piece, rate), cuts[number - 1]! + from, cuts[number - 1]! + to)
const loudest = (sound: Stereo): number => Math.max(...levels(sound, 0.1))

test('nothing is heard between the tracks of an album; it is as loud as it should be; each track is reported to its end', async () => {
  await listen({ parts: [1, 2, 3], settings: { crossfade: 6 } }, async (page, reports) => {
    await untilOver(page)
    const recording = await heard(page)
    const original = resampled(piece, recording.rate)
    const start = find(cut(original, 2, 4), recording).at - 2
    for (const at of cuts.slice(1, -1)) {
      const before = find(cut(original, at - 1.1, at - 0.1), recording, start + at - 1.1)
      const after = find(cut(original, at + 0.1, at + 1.1), recording, start + at + 0.1)
      // The aim is not one sample (0.02 ms); the bar is 10 ms.
      expect(Math.abs(after.at - before.at - 1.2) * 1000).toBeLessThan(0.05)
      expect(Math.min(before.like, after.like)).toBeGreaterThan(0.99)
      // No hole and no click: the very moment is as alike as the rest.
      expect(find(cut(original, at - 0.03, at + 0.03), recording, before.at + 1.07, 0.001).like).toBeGreaterThan(0.95)
    }
    const measured = await measure(cut(recording, start + 0.5, start + cuts.at(-1)! - 0.5))
    expect(measured.loudnessLufs).toBeGreaterThan(-14.5)
    expect(measured.loudnessLufs).toBeLessThan(-13.5)
    expect(measured.truePeakDbtp).toBeLessThanOrEqual(-1)
    const told = [...reports.values()]
    expect(told.map(report => report.track)).toEqual(tracks.map(track => track.id))
    for (const [index, report] of told.entries()) {
      expect(report.ranges).toHaveLength(1)
      expect(report.ranges[0]![0]).toBeLessThan(350)
      expect(Math.abs(report.ranges[0]![1] - tracks[index]!.durationMs)).toBeLessThanOrEqual(2)
    }
  })
})

test('an address that has ended and a network that is away are got over before the join is reached', async () => {
  let [ended, away, asked] = [0, 0, 0]
  const trouble = async (page: Page): Promise<void> => {
    const second = new URL((await api<{ url: string }>('GET', `/tracks/${tracks[1]!.id}/stream`)).url, running.url).pathname.split('/')[3]!
    await page.route(`**/media/*/${second}/**`, route => {
      if (ended++ === 0) return route.fulfill({ status: 410, body: '' })
      return away++ < 2 ? route.abort('internetdisconnected') : route.continue()
    })
    page.on('request', request => {
      if (request.url().includes(`/tracks/${tracks[1]!.id}/stream`)) asked++
    })
  }
  await listen({ parts: [1, 2], positionMs: 3000, before: trouble, noise: /Failed to load resource/ }, async page => {
    await untilHeard(page, 12)
    const recording = await heard(page)
    const original = resampled(piece, recording.rate)
    const before = find(cut(original, cuts[1]! - 1.1, cuts[1]! - 0.1), recording)
    const after = find(cut(original, cuts[1]! + 0.1, cuts[1]! + 1.1), recording, before.at + 1.2)
    expect(Math.abs(after.at - before.at - 1.2) * 1000).toBeLessThan(0.05)
    expect([ended > 3, away > 2, asked]).toEqual([true, true, 2])
  })
})

test('tracks of a mix fade into each other, and both are reported for as long as they sound', async () => {
  const length = cuts[3]! - cuts[2]!
  await listen({ parts: [3, 1], positionMs: 2000, settings: { crossfade: 3, loudness: 'off' } }, async (page, reports) => {
    await untilHeard(page, length - 2 + 3)
    const recording = await heard(page)
    const { rate } = recording
    const leaving = find(part(3, 2.5, 4, rate), recording)
    const coming = find(part(1, 3.5, 5, rate), recording)
    expect(Math.min(leaving.like, coming.like)).toBeGreaterThan(0.98)
    // The second one began three seconds before the end of the first.
    const end = leaving.at + length - 2.5
    expect(end - (coming.at - 3.5)).toBeCloseTo(3, 0)
    // As it is: neither louder nor softer than it was made.
    expect(loudest(cut(recording, coming.at, coming.at + 1.5)) / loudest(part(1, 3.5, 5, rate))).toBeCloseTo(1, 1)
    const first = [...reports.values()].find(report => report.track === tracks[2]!.id)
    expect(first!.ranges.at(-1)![1]).toBeGreaterThan(length * 1000 - 400)
  })
})

test('a loop comes again and again and is heard time only once', async () => {
  await listen(
    { parts: [1], positionMs: 2000, timers: { loop: { track: tracks[0]!.id, from: 2000, to: 3500 } } },
    async (page, reports) => {
      await untilHeard(page, 7)
      const bar = page.getByRole('region', { name: t.player.region })
      await bar.locator('[data-player-toggle]').first().click()
      const recording = await heard(page)
      const slice = part(1, 2.3, 3.2, recording.rate)
      const first = find(slice, recording, 1.2, 1.2)
      const second = find(slice, recording, first.at + 1.5, 0.4)
      const third = find(slice, recording, second.at + 1.5, 0.4)
      expect(Math.min(first.like, second.like, third.like)).toBeGreaterThan(0.95)
      expect(second.at - first.at).toBeLessThan(1.8)
      await until(() => reports.size > 0, 'the report')
      const { ranges } = [...reports.values()][0]!
      expect(ranges).toHaveLength(1)
      expect(ranges[0]![0]).toBeGreaterThan(1900)
      expect(ranges[0]![1]).toBeLessThan(3600)
    },
  )
})

test('at double speed the music takes half the time and keeps its pitch', async () => {
  const crossings = (sound: Stereo): number => {
    const [left] = sound.channels
    let count = 0
    for (let i = 1; i < left.length; i++) if (left[i]! >= 0 !== left[i - 1]! >= 0) count++
    return count / (left.length / sound.rate)
  }
  await listen({ parts: [3], settings: { speed: 2, loudness: 'off' } }, async page => {
    await untilOver(page)
    const recording = await heard(page)
    // How loud it is from moment to moment, in half the time: the same shape as the original's.
    const fast = levels(recording, 0.02)
    const shape = levels(part(3, 2, 6, recording.rate), 0.04)
    const like = (at: number): number => {
      const heardThere = fast.slice(at, at + shape.length)
      const [meanA, meanB] = [shape, heardThere].map(all => all.reduce((sum, one) => sum + one, 0) / all.length) as [number, number]
      let [ab, aa, bb] = [0, 0, 0]
      for (const [index, one] of shape.entries()) {
        const [x, y] = [one - meanA, heardThere[index]! - meanB]
        ab += x * y
        aa += x * x
        bb += y * y
      }
      return ab / (Math.sqrt(aa * bb) || 1)
    }
    const places = Array.from({ length: fast.length - shape.length }, (_, at) => like(at))
    expect(Math.max(...places)).toBeGreaterThan(0.8)
    const begin = places.indexOf(Math.max(...places)) * 0.02
    const was = crossings(part(3, 2, 6, recording.rate))
    const is = crossings(cut(recording, begin, begin + 2))
    expect(is / was).toBeGreaterThan(0.8)
    expect(is / was).toBeLessThan(1.25)
  })
})

test('asleep: the music fades over ten seconds and stops', async () => {
  await listen({ parts: [1, 2, 3], timers: { sleep: { kind: 'minutes', until: Date.now() + 17_000 } } }, async page => {
    await untilOver(page)
    const recording = await heard(page)
    const loud = levels(recording, 0.5)
    const begin = loud.findIndex(level => level > 0.01)
    const full = Math.max(...loud)
    const last = loud.findLastIndex(level => level > 0.0005)
    expect(loud.slice(last - 2, last).every(level => level < full / 8)).toBe(true)
    expect(last - begin).toBeGreaterThan(8)
    const bar = page.getByRole('region', { name: t.player.region })
    await bar.getByRole('button', { name: t.player.play, exact: true }).first().waitFor()
    expect(await page.evaluate(`localStorage.getItem('planet.timers.v1')`)).toBeNull()
  })
})

test('with every band boosted nothing passes −1 dBTP', async () => {
  const equaliser = { on: true, preamp: 12, gains: [12, 12, 12, 6, 0, 0, 6, 12, 12, 12] }
  await listen({ parts: [2], positionMs: 4000, settings: { equaliser, loudness: 'track' } }, async page => {
    await untilHeard(page, 6)
    const recording = await heard(page)
    const measured = await measure(recording)
    expect(measured.truePeakDbtp).toBeLessThanOrEqual(-1)
    expect(measured.truePeakDbtp).toBeGreaterThan(-4)
  })
})

test.each([
  ['desk', desktop],
  ['phone', phone],
] as const)('the panel by keyboard on the %s: a band, a preset of one’s own, and silence at the end of the track', async (_, view) => {
  const w = t.sound
  await listen({ parts: [1, 2], view }, async page => {
    await still(page)
    await page
      .getByRole('region', { name: t.player.region })
      .getByRole('button', { name: t.player.openFull })
      .locator('visible=true')
      .first()
      .click()
    await page.getByRole('button', { name: w.title, exact: true }).locator('visible=true').first().click()
    const panel = page.getByRole('dialog', { name: w.title, exact: true })
    await panel.waitFor()
    await panel.getByRole('switch', { name: w.equaliser, exact: true }).press('Space')
    await panel.getByRole('combobox', { name: w.preset, exact: true }).selectOption('bass')
    const band = panel.getByRole('slider', { name: w.band('1k'), exact: true })
    await band.press('ArrowUp')
    await band.press('ArrowUp')
    await until(async () => (await band.getAttribute('aria-valuetext')) === '+1 dB', 'two steps up')
    await panel.getByRole('button', { name: w.saveAs }).press('Enter')
    await panel.getByLabel(w.presetName, { exact: true }).fill('Kitchen')
    await page.keyboard.press('Enter')
    await panel.getByRole('button', { name: w.deletePreset('Kitchen') }).waitFor()
    await panel.getByRole('radio', { name: w.endOfTrack }).press('Space')
    await panel.getByText(w.sleepAfterTrack).waitFor()
    // The word that it is saved lies over the bands for a moment: what is under it cannot be read meanwhile.
    await page.getByText(w.presetSaved('Kitchen')).waitFor({ state: 'detached' })
    expect(await axeFinds(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    type Stored = { equaliser: { on: boolean; gains: number[] }; presets: { name: string; gains: number[] }[] }
    const stored = await page.evaluate<Stored>(`JSON.parse(localStorage.getItem('planet.sound.v1'))`)
    expect(stored.equaliser.on).toBe(true)
    expect(stored.presets).toEqual([{ name: 'Kitchen', preamp: 0, gains: [6, 5, 4, 2, 0, 1, 0, 0, 0, 0] }])
    // The track ends, the next one waits.
    await untilOver(page)
    await page.getByText(tracks[1]!.title).locator('visible=true').first().waitFor()
    expect(await page.evaluate(`localStorage.getItem('planet.timers.v1')`)).toBeNull()
  })
})
