/**
 * The player on music that others made: three packages of Debian, unpacked below PLANET_REAL_MUSIC (apt-get download, dpkg -x). Joins, loudness and peaks of
 * what leaves the browser. Skips, saying so, where the packages are not.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../server/foundation/testing.ts'
import { openEngine, type Engine } from '../server/media/index.ts'
import { words } from '../shared/words/index.ts'
import { listenIn, openBrowser, person } from './browser.ts'
import { cut, decoded, find, heard, kept, levels, tapSound, writeSound, type Stereo } from './listen.ts'
import { ownPlanet, type OwnPlanet, type Running } from './planet.ts'

const root = process.env['PLANET_REAL_MUSIC'] ?? ''
const albums = [
  { name: 'wesnoth', folder: 'usr/share/games/wesnoth/1.16/data/core/music' },
  { name: 'warzone2100', folder: 'usr/share/games/warzone2100/music/albums/original_soundtrack' },
  { name: 'singularity', folder: 'usr/share/games/singularity/music' },
]
const there = root !== '' && spawnSync('ffmpeg', ['-version']).status === 0 && albums.every(album => existsSync(join(root, album.folder)))
// oxlint-disable-next-line no-console -- a check that was left out must be seen
if (!there) {
  const why = 'no ffmpeg, or PLANET_REAL_MUSIC names no folder with the music of wesnoth, warzone2100 and singularity'
  // oxlint-disable-next-line no-console -- a check that was left out must be seen
  console.warn(`SKIPPED: real music is not here (${why})`)
}

type Track = { id: string; title: string; durationMs: number; number: number; loudness: { track: number; album: number; peak: number } }
const t = words.en

describe.skipIf(!there)('real music', () => {
  let planet: OwnPlanet
  let running: Running
  let browser: Browser
  let engine: Engine
  let cookie: string

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
    const answer = await fetch(`${running.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: running.url },
      body: JSON.stringify({ name: 'Real', email: 'real@test.example', password: 'a-long-test-password' }),
    })
    cookie = answer.headers
      .getSetCookie()
      .map(line => line.split(';')[0])
      .join('; ')
    await api('POST', '/pages', { kind: 'artist', name: 'Real', handle: 'real' })
  })
  afterAll(async () => {
    await browser?.close()
    await engine?.close()
    await planet?.remove()
  })

  test.each(albums)('$name: the join is exact, the loudness is right, no peak is over', { timeout: 600_000 }, async ({ name, folder }) => {
    // Two tracks (no jingles) as one album, as lossless files with tags: what they hold is what the package holds.
    const files = readdirSync(join(root, folder))
      .filter(file => /\.(?:ogg|opus)$/.test(file))
      .filter(file => statSync(join(root, folder, file)).size > 600_000)
      .sort((a, b) => statSync(join(root, folder, a)).size - statSync(join(root, folder, b)).size)
      .slice(0, 2)
    const music = join(planet.home, name)
    mkdirSync(music)
    const sources: string[] = []
    for (const [index, file] of files.entries()) {
      const flac = join(music, `0${index + 1}.flac`)
      // The end of the first and the beginning of the second are all that a join needs; so it stays a matter of minutes.
      const which = index === 0 ? ['-sseof', '-40.123'] : ['-t', '40.123']
      const tags = { TITLE: `${name} ${index + 1}`, ARTIST: 'Real', ALBUM_ARTIST: 'Real', ALBUM: name, TRACK: String(index + 1) }
      const told = Object.entries(tags).flatMap(([key, value]) => ['-metadata', `${key}=${value}`])
      execFileSync('ffmpeg', ['-v', 'error', ...which, '-i', join(root, folder, file), '-map', '0:a', '-map_metadata', '-1', ...told, flac])
      sources.push(flac)
    }
    const imported = await planet.run('import', music, '--as', 'real', '--json')
    expect(JSON.parse(imported.out.trim().split('\n').at(-1)!)).toMatchObject({ new: 2, failed: 0 })
    type Releases = { items: { id: string; title: string; ready: number }[] }
    const mine = async () => (await api<Releases>('GET', '/me/releases')).items.find(one => one.title === name)
    await until(async () => (await mine())?.ready === 2, 'the music to be measured', 300_000)
    const release = (await mine())!.id
    await api('PATCH', `/releases/${release}`, { visibility: 'public' })
    const { tracks } = await api<{ tracks: Track[] }>('GET', `/releases/${release}`)
    const address = async (track: Track) => (await api<{ url: string }>('GET', `/tracks/${track.id}/stream`)).url
    await until(async () => (await Promise.all(tracks.map(address))).every(url => url.includes('/full/')), 'the renditions', 400_000)

    const { context, page, problems } = await person(browser, { url: running.url })
    await page.addInitScript(listenIn)
    await tapSound(page)
    const before = 20
    await page.addInitScript(kept(tracks, tracks[0]!.durationMs - before * 1000))
    await page.goto(`/releases/${release}`)
    const bar = page.getByRole('region', { name: t.player.region })
    await bar.getByText(tracks[0]!.title).first().waitFor()
    await bar.locator('[data-player-toggle]').first().click()
    const seconds = before + 25
    await until(() => page.evaluate<boolean>(`window.tap.blocks.length * 128 > ${seconds} * window.tap.rate`), 'the sound', 120_000)
    const recording = await heard(page)
    expect(problems).toEqual([])
    await context.close()

    // The stretch with most sound in it before the join, and the first one after it.
    const { rate } = recording
    const lengthOf = (sound: Stereo) => sound.channels[0].length / sound.rate
    const whole = decoded(sources[0]!, rate)
    const first = cut(whole, lengthOf(whole) - before, Infinity)
    const second = cut(decoded(sources[1]!, rate), 0, 24)
    const loud = (sound: Stereo, from: number, to: number): number => {
      const all = levels(sound, 1)
      let best = from
      for (let at = from; at < to && at + 2 < all.length; at++) if (all[at]! > all[best]! * 1.2) best = at
      return best
    }
    const a = loud(first, Math.max(2, Math.floor(lengthOf(first)) - 12), Math.floor(lengthOf(first)) - 2)
    const b = loud(second, 0, 12)
    const leaving = find(cut(first, a, a + 2), recording)
    const joinAt = leaving.at + lengthOf(first) - a
    const coming = find(cut(second, b, b + 2), recording, joinAt + b, 0.3)
    const gapMs = (coming.at - b - joinAt) * 1000
    const out = await engine.analyse(writeSound(join(planet.home, `${name}.wav`), recording, true))
    // What the album's gain makes of just this stretch of the sources.
    const wanted = Math.min(-14 - tracks[0]!.loudness.album, -1 - Math.max(...tracks.map(track => track.loudness.peak)))
    const stretch = cut(recording, joinAt - lengthOf(first) + 2, joinAt + 22)
    const source: Stereo = {
      rate,
      channels: [0, 1].map(c => Float32Array.from([...first.channels[c]!.slice(2 * rate), ...second.channels[c]!.slice(0, 22 * rate)])) as [
        Float32Array,
        Float32Array,
      ],
    }
    const [is, was] = [
      await engine.analyse(writeSound(join(planet.home, `${name}-is.wav`), stretch, true)),
      await engine.analyse(writeSound(join(planet.home, `${name}-was.wav`), source, true)),
    ]
    // oxlint-disable-next-line no-console -- figures for the report
    console.log(
      `${name}: gap ${gapMs.toFixed(3)} ms (alike ${leaving.like.toFixed(4)}, ${coming.like.toFixed(4)}); album ${tracks[0]!.loudness.album.toFixed(2)} LUFS, gain ${wanted.toFixed(2)} dB, heard ${is.loudnessLufs} from ${was.loudnessLufs} LUFS; true peak ${out.truePeakDbtp} dBTP`,
    )
    expect(Math.abs(gapMs)).toBeLessThan(1)
    expect(is.loudnessLufs! - was.loudnessLufs!).toBeCloseTo(wanted, 0)
    expect(out.truePeakDbtp!).toBeLessThanOrEqual(-1)
  })
})
