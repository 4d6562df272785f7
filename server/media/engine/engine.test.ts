import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../../foundation/testing.ts'
import { noise, png, silence, sine, writeWav, type Sound } from '../sound.testing.ts'
import { openEngine, sweepScratch, type Engine } from './engine.ts'
import { MediaRefused } from './protocol.ts'

const folder = mkdtempSync(join(tmpdir(), 'planet-engine-'))
const at = (name: string): string => join(folder, name)
let engine: Engine
/** Two voices and a beat: something that all codecs have to work for. */
const music: Sound = (seconds, channel) =>
  0.25 * Math.sin(2 * Math.PI * (220 + 2 * channel) * seconds) +
  0.15 * Math.sin(2 * Math.PI * 554 * seconds) +
  0.2 * Math.exp(-((seconds % 0.5) * 18)) * Math.sin(2 * Math.PI * 90 * seconds)
const healthy = ['music.wav', 'music.flac', 'music.mp3', 'music.opus', 'music.m4a'] as const

beforeAll(async () => {
  engine = openEngine({ temp: at('scratch'), lanes: Math.min(2, availableParallelism()) })
  writeWav(at('music.wav'), 12, music)
  const tags = { title: '夜航', artist: 'Ada & Bo', album: 'Harbour', track: '3/9', date: '2024-05-01', genre: 'Folk', composer: 'Ada' }
  writeFileSync(at('front.png'), png(300, 300, [200, 40, 60]))
  await engine.convert(at('music.wav'), at('music.flac'), { format: 'flac', tags, cover: at('front.png') })
  await engine.convert(at('music.wav'), at('music.mp3'), { format: 'mp3', tags, cover: at('front.png') })
  await engine.convert(at('music.wav'), at('music.opus'), { format: 'opus', tags })
  await engine.render(at('music.wav'), at('made'), { previewStartMs: 0 })
  writeFileSync(at('music.m4a'), readFileSync(at('made/aac256.m4a')))
})
afterAll(async () => {
  await engine.close()
  rmSync(folder, { recursive: true, force: true })
})

const refusal = async (work: Promise<unknown>): Promise<{ code: string; message: string }> => {
  try {
    await work
  } catch (error) {
    if (error instanceof MediaRefused) return { code: error.code, message: error.message }
    throw error
  }
  return { code: 'accepted', message: '' }
}

describe('measuring', () => {
  test.each([-10, -20, -35])('a sine of %s dBFS on both sides has that loudness and peak', async level => {
    const { loudnessLufs, truePeakDbtp, durationMs, samples } = await engine.analyse(writeWav(at('sine.wav'), 8, sine(997, level)))
    expect(Math.abs(loudnessLufs! - level)).toBeLessThan(0.3)
    expect(Math.abs(truePeakDbtp! - level)).toBeLessThan(0.1)
    expect([durationMs, samples]).toEqual([8000, 352_800])
  })
  test('a peak between the samples is found', async () => {
    // A quarter of the rate, 45° off: no sample is higher than -3 dB of the wave that goes through them.
    const { truePeakDbtp } = await engine.analyse(writeWav(at('between.wav'), 2, sine(11_025, -1, Math.PI / 4)))
    expect(truePeakDbtp).toBeGreaterThan(-1.3)
    expect(truePeakDbtp).toBeLessThan(-0.7)
  })
  test('silence has no loudness, and a peak of nothing', async () => {
    expect(await engine.analyse(writeWav(at('silence.wav'), 3, silence))).toMatchObject({
      loudnessLufs: null,
      truePeakDbtp: null,
      durationMs: 3000,
    })
  })
  test('the waveform shows where it is loud, and the preview begins in the liveliest part', async () => {
    const loud: Sound = (seconds, channel) => (seconds > 60 && seconds < 95 ? 3 : 0.3) * music(seconds, channel)
    const { waveform, previewStartMs } = await engine.analyse(writeWav(at('long.wav'), 120, loud, { rate: 22_050, channels: 1 }))
    expect(waveform).toHaveLength(1800)
    expect(waveform[1200]!).toBeGreaterThan(3 * waveform[300]!)
    expect(previewStartMs).toBeGreaterThan(59_000)
    expect(previewStartMs).toBeLessThan(66_000)
  })
  test.each(healthy)('%s has its exact length and the same loudness', async name => {
    const made = await engine.analyse(at(name))
    // AAC keeps its encoder delay in an edit list; a few milliseconds of its padding may stay.
    expect(Math.abs(made.durationMs - 12_000)).toBeLessThan(name === 'music.m4a' ? 30 : 2)
    const reference = await engine.analyse(at('music.wav'))
    expect(Math.abs(made.loudnessLufs! - reference.loudnessLufs!)).toBeLessThan(0.3)
    expect(made.fingerprint!.length).toBeGreaterThan(40)
    expect(made.warnings).toEqual([])
  })
  test('odd shapes are measured: mono 8 kHz, six channels, 192 kHz, a tenth of a second', async () => {
    for (const [seconds, shape] of [
      [3, { rate: 8000, channels: 1 }],
      [2, { rate: 48_000, channels: 6 }],
      [1, { rate: 192_000, channels: 2 }],
      [0.1, { rate: 44_100, channels: 2 }],
    ] as const) {
      const made = await engine.processAudio(writeWav(at('odd.wav'), seconds, music, shape), at('odd'))
      expect([made.durationMs, made.sampleRate, made.channels]).toEqual([seconds * 1000, shape.rate, shape.channels])
      expect(made.renditions).toHaveLength(4)
    }
  })
})

describe('rendering', () => {
  test('four files whose segments follow each other to the end, with true sample counts', async () => {
    const seen: number[] = []
    writeWav(at('half.wav'), 40, music)
    const { renditions, previewStartMs } = await engine.processAudio(at('half.wav'), at('half'), { onProgress: done => seen.push(done) })
    expect(renditions.map(one => [one.name, one.codecs, one.durationMs])).toEqual([
      ['aac256', 'mp4a.40.2', 40_000],
      ['aac128', 'mp4a.40.2', 40_000],
      ['opus96', 'opus', 40_000],
      ['preview', 'mp4a.40.2', 30_000],
    ])
    expect(previewStartMs).toBeLessThanOrEqual(10_000)
    for (const { file, sizeBytes, segments, initBytes, validSamples, sampleRate, delaySamples } of renditions) {
      expect(statSync(at(`half/${file}`)).size).toBe(sizeBytes)
      expect(segments[0]!.offset).toBeGreaterThanOrEqual(initBytes)
      for (let i = 1; i < segments.length; i++) expect(segments[i]!.offset).toBe(segments[i - 1]!.offset + segments[i - 1]!.bytes)
      const end = segments.at(-1)!.offset + segments.at(-1)!.bytes
      expect(sizeBytes - end).toBeLessThan(4096)
      expect(readFileSync(at(`half/${file}`)).toString('latin1', segments[1]!.offset + 4, segments[1]!.offset + 8)).toBe('moof')
      expect(validSamples / sampleRate).toBeCloseTo(file === 'preview.m4a' ? 30 : 40, 4)
      expect(delaySamples).toBeGreaterThan(0)
    }
    expect(seen.at(-1)).toBe(1)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(readdirSync(at('half')).sort()).toEqual(['aac128.m4a', 'aac256.m4a', 'opus96.m4a', 'preview.m4a'])
  })
  test('the index inside a file says the length of the music to the sample: joins rely on it', async () => {
    writeWav(at('odd.wav'), 11.2347, music)
    const rendered = await engine.render(at('odd.wav'), at('odd'), { previewStartMs: 0, names: ['aac256', 'aac128'] })
    for (const { segments, sampleRate, validSamples } of rendered) {
      expect(validSamples).toBe(495_450)
      expect(Math.round((segments.reduce((sum, one) => sum + one.durationMs, 0) * sampleRate) / 1000)).toBe(495_450)
    }
  })
  test('files to keep carry tags and cover', async () => {
    for (const name of ['music.flac', 'music.mp3']) {
      const { tags, picture, durationMs } = await engine.inspect(at(name))
      expect(tags).toMatchObject({
        title: '夜航',
        artist: 'Ada & Bo',
        album: 'Harbour',
        trackNo: 3,
        genres: ['Folk'],
        credits: [{ role: 'composer', name: 'Ada', detail: null }],
      })
      expect(tags.date).toMatch(/^2024/)
      expect(Math.abs(durationMs! - 12_000)).toBeLessThan(60)
      expect(picture).toMatchObject({ mime: 'image/png', sizeBytes: statSync(at('front.png')).size })
      expect(Buffer.from((await engine.picture(at(name)))!.data)).toEqual(readFileSync(at('front.png')))
    }
    expect((await engine.inspect(at('music.opus'))).tags).toMatchObject({ title: '夜航', album: 'Harbour' })
  })
})

describe('files that are not what they seem', () => {
  const hostile: [string, () => Buffer | string, string, RegExp][] = [
    ['empty.mp3', () => '', 'empty', /^file is empty$/],
    ['text.mp3', () => 'This is not music.\n'.repeat(50), 'not_audio', /^not an audio file \(text\)$/],
    ['playlist.mp3', () => '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n', 'playlist', /playlist/],
    ['concat.ogg', () => 'ffconcat version 1.0\nfile /etc/passwd\n', 'playlist', /playlist/],
    ['page.flac', () => '<!doctype html><title>404</title>', 'not_audio', /web page/],
    ['vector.mp3', () => '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>', 'not_audio', /XML/],
    ['archive.wav', () => Buffer.from('PK\u0003\u0004rest of it that is binary\u0000\u0001', 'latin1'), 'not_audio', /zip/],
    ['picture.mp3', () => png(20, 20, [1, 2, 3]), 'not_audio', /PNG/],
    ['zeros.mp3', () => Buffer.alloc(50_000), 'not_audio', /zeros/],
    ['rubbish.mp3', () => Buffer.from(Array.from({ length: 20_000 }, (_, i) => (i * i * 31 + 7) & 0x7f)), 'not_audio', /not an audio file/],
    [
      'tags-only.mp3',
      () => Buffer.concat([Buffer.from('ID3\u0003\u0000\u0000\u0000\u0000\u0007\u0076', 'latin1'), Buffer.alloc(1014)]),
      'truncated',
      /only tags/,
    ],
    ['riff.wav', () => readFileSync(at('music.wav')).subarray(0, 30), 'truncated', /cut off/],
    ['flac-head.flac', () => readFileSync(at('music.flac')).subarray(0, 60), 'truncated', /cut off/],
    [
      'video.m4a',
      () => Buffer.from('\u0000\u0000\u0000\u0018ftypmp42\u0000\u0000\u0000\u0000mp42isom', 'latin1'),
      'truncated',
      /index is missing/,
    ],
  ]
  test.each(hostile)('%s is refused with its reason', async (name, make, code, message) => {
    writeFileSync(at(name), make())
    const said = await refusal(engine.inspect(at(name)))
    expect(said).toMatchObject({ code, message: expect.stringMatching(message) })
    expect((await refusal(engine.analyse(at(name)))).code).not.toBe('accepted')
  })
  test('what is not a file, or not there', async () => {
    mkdirSync(at('folder.mp3'), { recursive: true })
    execFileSync('mkfifo', [at('pipe.mp3')])
    for (const name of ['folder.mp3', 'pipe.mp3'])
      expect(await refusal(engine.inspect(at(name)))).toEqual({ code: 'not_audio', message: 'not a file' })
    expect((await refusal(engine.inspect(at('nowhere.mp3')))).code).toBe('missing')
  })
  test('longer than four hours', async () => {
    const path = writeWav(at('hours.wav'), 0.1, silence, { rate: 8000, channels: 1 })
    const bytes = readFileSync(path)
    const data = 4 * 3600 * 16_000 + 32_000
    bytes.writeUInt32LE(data, 40)
    writeFileSync(path, bytes)
    truncateSync(path, 44 + data)
    expect(await refusal(engine.inspect(path))).toEqual({ code: 'too_long', message: 'longer than 4 hours' })
  })
  test.each(healthy)('%s is reported wherever it is cut', async name => {
    const bytes = readFileSync(at(name))
    for (const share of [0.2, 0.5, 0.77, 0.93]) {
      const cut = at(`cut-${name}`)
      writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * share) + 1))
      let said = await refusal(engine.inspect(cut))
      if (said.code === 'accepted') said = await refusal(engine.analyse(cut))
      expect(said, `${name} at ${share}`).toMatchObject({ code: 'truncated', message: expect.stringMatching(/cut off/) })
    }
  })
  test('an MP3 that promises nothing is told by its last frame; tags and rubbish behind the sound are no damage', async () => {
    const bytes = readFileSync(at('music.mp3'))
    const info = bytes.indexOf('Info') < 0 ? bytes.indexOf('Xing') : bytes.indexOf('Info')
    expect(info).toBeGreaterThan(0)
    const bare = Buffer.from(bytes)
    bare.fill(0, info, info + 120)
    for (const [name, content, code] of [
      ['bare.mp3', bare, 'accepted'],
      ['bare-cut.mp3', bare.subarray(0, Math.floor(bare.length * 0.6)), 'truncated'],
      ['rubbish-behind.mp3', Buffer.concat([bytes, Buffer.alloc(3000)]), 'accepted'],
      ['tag-behind.flac', Buffer.concat([readFileSync(at('music.flac')), Buffer.from('TAG'.padEnd(128))]), 'accepted'],
      [
        'id3-before.flac',
        Buffer.concat([
          Buffer.from('ID3\u0003\u0000\u0000\u0000\u0000\u0000\u000a', 'latin1'),
          Buffer.alloc(10),
          readFileSync(at('music.flac')),
        ]),
        'accepted',
      ],
      ['rubbish-before.mp3', Buffer.concat([Buffer.alloc(2000), bare]), 'accepted'],
    ] as const) {
      writeFileSync(at(name), content)
      const said = await refusal(engine.inspect(at(name)).then(() => engine.analyse(at(name))))
      expect([name, said.code]).toEqual([name, code])
    }
  })
  test('any damage ends with an answer', async () => {
    const originals = healthy.map(name => readFileSync(at(name)))
    const damage = fc.record({
      file: fc.nat(originals.length - 1),
      cut: fc.double({ min: 0.001, max: 1, noNaN: true }),
      changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 40 }),
      head: fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, cut, changes, head }) => {
        const bytes = Buffer.from(originals[file]!.subarray(0, Math.ceil(originals[file]!.length * cut)))
        for (const [where, value] of changes) bytes[Math.floor(where * (bytes.length - 1))] = value
        for (const [where, value] of head) if (where < bytes.length) bytes[where] = value
        writeFileSync(at('damaged'), bytes)
        // Accepted or refused; never a bug, never beyond its time.
        await refusal(engine.inspect(at('damaged')))
        await refusal(engine.analyse(at('damaged')))
      }),
      { numRuns: 40 },
    )
  })
})

describe('covers', () => {
  test('four sizes, never larger than the original, and its colour', async () => {
    writeFileSync(at('cover.png'), png(700, 500, [30, 90, 220]))
    const made = await engine.cover(at('cover.png'), at('cover'))
    expect(made.sizes.map(({ size, width, height }) => [size, width, height])).toEqual([
      [64, 64, 64],
      [300, 300, 300],
      [640, 500, 500],
      [1200, 500, 500],
    ])
    expect(made.accent).toMatch(/^#[0-9a-f]{6}$/)
    const [red, green, blue] = [1, 3, 5].map(index => parseInt(made.accent.slice(index, index + 2), 16)) as [number, number, number]
    expect(blue).toBeGreaterThan(red)
    expect(blue).toBeGreaterThan(green)
    expect(readFileSync(at('cover/300.webp')).toString('latin1', 8, 12)).toBe('WEBP')
  })
  test('bombs, programs and halves are refused', async () => {
    writeFileSync(at('bomb.png'), png(1, 1, [0, 0, 0], { width: 100_000, height: 100_000 }))
    writeFileSync(at('wide.png'), png(9000, 9000, [0, 0, 0]))
    writeFileSync(
      at('draw.svg'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd" width="10" height="10"/></svg>',
    )
    const whole = png(600, 600, [9, 9, 9])
    writeFileSync(at('half.png'), whole.subarray(0, whole.length - 300))
    writeFileSync(at('none.png'), '')
    expect((await refusal(engine.cover(at('bomb.png'), at('out')))).code).toBe('too_large')
    expect((await refusal(engine.cover(at('wide.png'), at('out')))).code).toBe('too_large')
    expect((await refusal(engine.cover(at('draw.svg'), at('out')))).code).toBe('not_image')
    expect((await refusal(engine.cover(at('half.png'), at('out')))).code).toBe('damaged')
    expect((await refusal(engine.cover(at('none.png'), at('out')))).code).toBe('empty')
    expect((await refusal(engine.cover(at('music.wav'), at('out')))).code).toBe('not_image')
  })
})

describe('the child', () => {
  test('killed in the middle, a quick question is asked again; a rendering is refused and leaves nothing', async () => {
    const own = openEngine({ temp: at('scratch-kill'), lanes: 1 })
    try {
      writeWav(at('kill.wav'), 150, noise(-12), { rate: 48_000 })
      const measured = own.analyse(at('kill.wav'))
      const [pid] = await until(() => (own.pids().length > 0 ? own.pids() : undefined), 'a child')
      process.kill(pid!, 'SIGKILL')
      expect((await measured).durationMs).toBe(150_000)
      let done = 0
      const rendered = refusal(own.render(at('kill.wav'), at('killed'), { previewStartMs: 0 }, { onProgress: share => (done = share) }))
      await until(() => done > 0, 'progress')
      process.kill(own.pids().at(-1)!, 'SIGKILL')
      expect(await rendered).toMatchObject({ code: 'crashed' })
      expect(() => readdirSync(at('killed'))).toThrow()
    } finally {
      await own.close()
    }
    expect(readdirSync(at('scratch-kill'))).toEqual([])
  })
  test('kept from computing by a busy machine, it has not overstayed', async () => {
    const own = openEngine({ temp: at('scratch-busy'), lanes: 1 })
    try {
      await own.inspect(at('music.wav'))
      const [pid] = own.pids()
      process.kill(pid!, 'SIGSTOP')
      const asked = own.inspect(at('music.wav'))
      const from = performance.now()
      // A question of two seconds.
      await until(() => performance.now() - from > 2500, 'the time to pass')
      process.kill(pid!, 'SIGCONT')
      expect((await asked).durationMs).toBe((await own.inspect(at('music.wav'))).durationMs)
      expect(own.pids()).toEqual([pid])
    } finally {
      await own.close()
    }
  })
  test('stopped on demand', async () => {
    const stop = new AbortController()
    let done = 0
    const work = refusal(
      engine.render(at('kill.wav'), at('stopped'), { previewStartMs: 0 }, { signal: stop.signal, onProgress: share => (done = share) }),
    )
    await until(() => done > 0, 'progress')
    stop.abort(new MediaRefused('stopped', 'was stopped'))
    expect((await work).code).toBe('stopped')
  })
  test('knows nothing of our environment, and its scratch is swept when its parent is dead', async () => {
    await engine.inspect(at('music.wav'))
    const pid = engine.pids()[0]!
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map(line => line.split('=')[0])
    expect(
      environment.filter(
        name =>
          name !== '' &&
          ![
            'PATH',
            'LANG',
            'HOME',
            'TMPDIR',
            'UV_THREADPOOL_SIZE',
            'VIPS_CONCURRENCY',
            'NODE_CHANNEL_FD',
            'NODE_CHANNEL_SERIALIZATION_MODE',
            'PWD',
            'OLDPWD',
            'SHLVL',
            '_',
          ].includes(name!),
      ),
    ).toEqual([])
    mkdirSync(at('swept/4194303-1'), { recursive: true })
    mkdirSync(at(`swept/${process.pid}-1`), { recursive: true })
    sweepScratch(at('swept'))
    expect(readdirSync(at('swept'))).toEqual([`${process.pid}-1`])
  })
})
