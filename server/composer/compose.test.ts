import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { demoArtists, demoReleases, demoTracks, lyricsOf, scoreOf } from './catalogue.ts'
import { coverSvg } from './cover.ts'
import { loudness } from './master.ts'
import { lrcOf, renderTrack, renderTrackFile, tagsOf } from './render.ts'
import { wav } from './render.child.ts'
import { RATE, randomOf, type Stereo } from './signal.ts'
import { voiceNames, voiceOf } from './voices.ts'

const tracks = demoTracks()
const rendered = new Map<string, ReturnType<typeof renderTrack>>()
const heard = (key: string) => {
  const known = rendered.get(key) ?? renderTrack(key)
  rendered.set(key, known)
  return known
}
const hash = (channels: Stereo) =>
  createHash('sha256').update(Buffer.from(channels[0].buffer)).update(Buffer.from(channels[1].buffer)).digest('hex')

describe('the world', () => {
  test('has twelve artists, twenty releases and sixty tracks that belong together', () => {
    expect([demoArtists.length, demoReleases.length, tracks.length]).toEqual([12, 20, 60])
    for (const list of [demoArtists, demoReleases, tracks]) expect(new Set(list.map(one => one.key)).size).toBe(list.length)
    const artists = new Set(demoArtists.map(a => a.key))
    for (const release of demoReleases) {
      expect(artists).toContain(release.artist)
      const of = tracks.filter(t => t.release === release.key)
      expect(of.map(t => t.number)).toEqual(of.map((_, i) => i + 1))
      expect(of.length).toBeGreaterThan(0)
      expect(release.date).toMatch(/^202[56]-\d\d-\d\d$/)
      expect([release.description.zh, release.description.en].every(Boolean)).toBe(true)
    }
    expect(demoReleases.filter(r => r.artist === 'linshen').length).toBeGreaterThanOrEqual(3)
    expect(tracks.filter(t => t.first).length).toBeGreaterThanOrEqual(3)
    expect(tracks.filter(t => !t.free).length).toBeLessThan(15)
  })

  test('credits everybody: composer, producer, arranger, performer, mixing, mastering, and a lyricist where there are words', () => {
    for (const track of tracks) {
      const roles = new Set(track.credits.map(c => c.role))
      for (const role of ['composer', 'producer', 'arranger', 'performer', 'mixing', 'mastering'] as const) expect(roles).toContain(role)
      expect(roles.has('lyricist')).toBe(!track.instrumental)
    }
  })

  test('every track lasts 40 to 90 seconds', () => {
    for (const track of tracks) {
      expect(track.durationMs, `${track.key}`).toBeGreaterThanOrEqual(40_000)
      expect(track.durationMs, `${track.key}`).toBeLessThanOrEqual(90_000)
    }
  })

  test('no two tracks are alike: tempo, key, instruments and tune together', () => {
    const tunes = tracks.map(({ key }) =>
      scoreOf(key)
        .parts.flatMap(p => [...p.notes, ...p.sung])
        .map(n => n.midi)
        .join(' '),
    )
    expect(new Set(tunes).size).toBe(60)
    const faces = tracks.map(
      ({ key, bpm, musicalKey }) => `${bpm} ${musicalKey} ${[...new Set(scoreOf(key).parts.map(p => p.voice))].join(',')}`,
    )
    expect(new Set(faces).size).toBe(60)
    // By the pitches they dwell on, their tempo, density and range, none is the near twin of another.
    const features = tracks.map(({ key, bpm }) => {
      const notes = scoreOf(key).parts.flatMap(p => [...p.notes, ...p.sung])
      const classes = Array.from({ length: 12 }, (_, pc) => notes.filter(n => n.midi % 12 === pc).reduce((a, n) => a + n.len, 0))
      const size = Math.hypot(...classes)
      return [
        ...classes.map(c => c / size),
        bpm / 60,
        notes.length / scoreOf(key).seconds / 10,
        notes.reduce((a, n) => a + n.midi, 0) / notes.length / 24,
      ]
    })
    features.forEach((a, i) => {
      for (let j = 0; j < i; j++)
        expect(Math.hypot(...a.map((x, k) => x - features[j]![k]!)), `${tracks[i]!.key} and ${tracks[j]!.key}`).toBeGreaterThan(0.1)
    })
    expect(new Set(tracks.map(t => t.genre)).size).toBeGreaterThanOrEqual(16)
  })
})

describe('words', () => {
  test('36 songs are sung, each with 8 to 14 translated lines', () => {
    const sung = tracks.filter(t => !t.instrumental)
    expect(sung.length).toBe(36)
    for (const { key, language } of sung) {
      const lyrics = lyricsOf(key)!
      expect(lyrics.language).toBe(language)
      expect(lyrics.lines.length, `${key}`).toBeGreaterThanOrEqual(8)
      expect(lyrics.lines.length, `${key}`).toBeLessThanOrEqual(14)
      for (const line of lyrics.lines)
        expect([line.text.length > 3, line.translation.length > 3], `${key}: ${line.text}`).toEqual([true, true])
    }
    expect(tracks.filter(t => t.instrumental && lyricsOf(t.key) !== null)).toEqual([])
  })

  test('word times go forward, lie inside the track and fall on the notes that are sung', () => {
    for (const { key, durationMs } of tracks) {
      let before = 0
      const sung = scoreOf(key).parts.find(p => p.layer.role === 'vocal')?.sung ?? []
      const starts = new Set(sung.map(n => Math.round(n.at * 1000)))
      for (const line of lyricsOf(key)?.lines ?? []) {
        expect(line.words.map(w => w.text).join('')).toBe(line.text)
        expect([line.startMs, line.endMs]).toEqual([line.words[0]!.startMs, line.words.at(-1)!.endMs])
        for (const word of line.words) {
          expect(word.startMs, `${key}: ${word.text}`).toBeGreaterThanOrEqual(before)
          expect(word.endMs).toBeGreaterThan(word.startMs)
          expect(starts.has(word.startMs)).toBe(true)
          before = word.endMs
        }
      }
      expect(before).toBeLessThan(durationMs)
    }
  })

  test('the file carries them as enhanced LRC', () => {
    expect(lrcOf('slow-star')).toMatch(/^\[\d\d:\d\d\.\d\d\]<\d\d:\d\d\.\d\d>雨<\d\d:\d\d\.\d\d>停/)
    expect(tagsOf('last-metro')['ARTIST']).toEqual(['夜航灯 Night Beacon', '林深 Lin Shen'])
    expect(tagsOf('level-one')['LYRICS']).toBeUndefined()
  })
})

describe('sound', () => {
  test('every voice is in tune and stops', () => {
    for (const name of voiceNames) {
      const out: Stereo = [new Float32Array(RATE * 3), new Float32Array(RATE * 3)]
      voiceOf(name)(out, { at: 0.1, len: 0.6, midi: 60, vel: 0.8 }, randomOf('test'), 0)
      const power = (from: number, to: number) => out[0].subarray(from * RATE, to * RATE).reduce((a, x) => a + x * x, 0)
      expect(power(0, 0.09), `voice ${name}`).toBe(0)
      expect(power(0.1, 0.7), `voice ${name}`).toBeGreaterThan(1)
      expect(power(2.95, 3), `voice ${name}`).toBeLessThan(power(0.3, 0.35) / 100)
      // The period of middle C, by autocorrelation over ten periods: within 8 cents (a spread ensemble within 20).
      const x = out[0].subarray(RATE * 0.3, RATE * 0.3 + 8192)
      const period = (RATE / 261.6256) * 10
      const at = (lag: number) => {
        const whole = Math.floor(lag)
        let sum = 0
        for (let i = 0; i < 4096; i++) sum += x[i]! * (x[i + whole]! + (x[i + whole + 1]! - x[i + whole]!) * (lag - whole))
        return sum
      }
      let best = 0
      for (let cents = -60; cents <= 60; cents += 4) if (at(period * 2 ** (-cents / 1200)) > at(period * 2 ** (-best / 1200))) best = cents
      expect(Math.abs(best), `voice ${name}`).toBeLessThanOrEqual(24)
    }
  })

  test.each(['level-one', 'banyan'])('%s: within the limits, neither silent nor clipped nor offset', key => {
    const { sampleRate, channels } = heard(key)
    expect(sampleRate).toBe(44_100)
    expect(channels[0].length).toBe(channels[1].length)
    expect(Math.abs(channels[0].length / RATE - scoreOf(key).seconds)).toBeLessThan(0.001)
    let [peak, sum, wrong] = [0, 0, 0]
    for (const data of channels) {
      for (const x of data) {
        if (Number.isNaN(x)) wrong++
        if (Math.abs(x) > peak) peak = Math.abs(x)
        sum += x
      }
      expect(Math.abs(data[0]!)).toBeLessThan(0.001)
      expect(Math.abs(data.at(-1)!)).toBeLessThan(0.001)
    }
    expect(wrong).toBe(0)
    expect(peak).toBeLessThanOrEqual(0.9)
    expect(peak).toBeGreaterThan(0.2)
    expect(Math.abs(sum / channels[0].length)).toBeLessThan(0.002)
    const level = loudness(channels)
    expect(level).toBeGreaterThan(-20.5)
    expect(level).toBeLessThan(-11)
    // Sound all along: no hole of more than two seconds before the end.
    for (let s = 1; s < channels[0].length / RATE - 4; s += 2) {
      const part = channels[0].subarray(s * RATE, (s + 2) * RATE)
      expect(Math.sqrt(part.reduce((a, x) => a + x * x, 0) / part.length), `${key} at ${s} s`).toBeGreaterThan(0.003)
    }
  })

  test('the same samples every time, as a WAV too', () => {
    const [one, two] = [heard('level-one').channels, renderTrack('level-one').channels]
    expect(hash(two)).toBe(hash(one))
    const file = wav(one)
    expect(file.length).toBe(44 + one[0].length * 4)
    expect(wav(two).equals(file)).toBe(true)
  })

  test('a child writes a FLAC with tags and cover; an unknown key and an abort are refused', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'composer-'))
    try {
      const path = await renderTrackFile('level-one', dir)
      expect(path).toBe(join(dir, 'KILOBIT 千比特', 'Continue_ 再来一局', '01 第一关_阳台.flac'))
      const file = readFileSync(path)
      expect(file.subarray(0, 4).toString()).toBe('fLaC')
      for (const text of ['TITLE=第一关:阳台', 'ALBUMARTIST=KILOBIT 千比特', "COPYRIGHT=made by Planet's demo composer, CC0"])
        expect(file.includes(text)).toBe(true)
      expect(statSync(join(path, '..', 'cover.jpg')).size).toBeGreaterThan(20_000)
      await expect(renderTrackFile('nothing', dir)).rejects.toThrow('no demo track')
      const stop = new AbortController()
      const running = renderTrackFile('slow-star', dir, { signal: stop.signal })
      stop.abort()
      await expect(running).rejects.toThrow('abort')
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})

test('every release has its own cover, drawable, the same each time', async () => {
  const faces = new Set<string>()
  for (const { key } of demoReleases) {
    const svg = coverSvg(key)
    expect(coverSvg(key)).toBe(svg)
    expect(svg).not.toMatch(/NaN|undefined|<text/)
    faces.add(svg)
  }
  expect(faces.size).toBe(20)
  const { data, info } = await sharp(Buffer.from(coverSvg('slow-star')))
    .resize(32)
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect([info.width, info.height]).toEqual([32, 32])
  expect(new Set(data).size).toBeGreaterThan(40)
})
