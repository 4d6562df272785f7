/** Words that come with music: beside it in every format and encoding, inside it in every kind of tag; and out again inside of downloads. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorkshop, tracksOf, type Workshop } from '../catalogue/import.testing.ts'
import { importFolder } from '../catalogue/index.ts'
import { makeLog } from '../foundation/log.ts'
import { engine } from '../media/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'

let planet: TestPlanet
let operator: Person
let shop: Workshop
beforeAll(async () => {
  planet = await startPlanet()
  operator = await planet.staff('operator')
  shop = openWorkshop()
})
afterAll(async () => {
  await engine().close()
  await planet?.close()
  shop?.close()
})

type Lyrics = {
  timing: string
  language: string
  lines: { text: string; startMs: number; endMs: number; translation: string | null; words: { text: string }[] }[]
}
async function imported(folder: string): Promise<Map<string, Lyrics | number>> {
  const outcome = await importFolder({ db: planet.db, log: makeLog('fatal') }, { folder, person: operator.id, page: null })
  expect(outcome.failed).toBe(0)
  const found = new Map<string, Lyrics | number>()
  for (const { id, title } of await tracksOf(planet.db, folder)) {
    const answer = await operator.fetch(`/api/v1/tracks/${id}/lyrics`)
    found.set(title, answer.ok ? ((await answer.json()) as Lyrics) : answer.status)
  }
  return found
}
const shape = (lyrics: Lyrics | number | undefined): unknown =>
  typeof lyrics === 'object'
    ? [lyrics.timing, ...lyrics.lines.map(line => [line.startMs, line.text, ...(line.translation ? [line.translation] : [])])]
    : lyrics

const ttml = `<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xml:lang="zh"><body><div><p begin="0.1" end="0.9"><span begin="0.1" end="0.5">月</span><span begin="0.5" end="0.9">亮</span></p></div></body></tt>`

describe('words beside the music', () => {
  it('come in all formats and encodings; broken ones keep no music out', async () => {
    const folder = shop.newFolder()
    const beside: [string, string | Uint8Array][] = [
      // GB 18030, as players in China wrote it: 晴天
      ['gb.lrc', Uint8Array.from([...Buffer.from('[00:00.10]'), 0xc7, 0xe7, 0xcc, 0xec])],
      ['wide.lrc', Buffer.from('\uFEFF[00:00.10]<00:00.10>你<00:00.30>好<00:00.50>', 'utf16le')],
      ['counted.trc', '[00:00.10]<200>月<300>亮\n[00:00.10]Moon'],
      ['apple.ttml', ttml],
      ['film.srt', '1\n00:00:00,100 --> 00:00:00,900\nHello\n你好\n'],
      ['web.vtt', 'WEBVTT\n\n00:00.100 --> 00:00.900\nHello\n'],
      ['hostile.ttml', '<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]><tt>&x;</tt>'],
      ['binary.lrc', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 8, 8, 0, 1)],
      ['mixed.lrc', 'a note without time\n[00:00.10]a line\n[99:99:99:99]rubbish'],
    ]
    for (const [i, [name, text]] of beside.entries()) {
      const title = name.split('.')[0]!
      await shop.song(join(folder, `${title}.flac`), i % 6, { title, artist: 'A', album: 'Beside', track: String(i + 1) })
      writeFileSync(join(folder, name), text)
    }
    const found = await imported(folder)
    expect(Object.fromEntries([...found].map(([title, lyrics]) => [title, shape(lyrics)]))).toEqual({
      gb: ['line', [100, '晴天']],
      wide: ['word', [100, '你好']],
      counted: ['word', [100, '月亮', 'Moon']],
      apple: ['word', [100, '月亮']],
      film: ['line', [100, 'Hello', '你好']],
      web: ['line', [100, 'Hello']],
      hostile: 404,
      binary: 404,
      mixed: ['line', [100, 'a line']],
    })
  })
})

/** An MP3 with nothing but these frames in its tag. */
function retag(path: string, frames: [string, Buffer][]): void {
  const file = readFileSync(path)
  const size = (file[6]! << 21) | (file[7]! << 14) | (file[8]! << 7) | file[9]!
  const body = Buffer.concat(
    frames.map(([name, data]) => {
      const head = Buffer.alloc(10)
      head.write(name, 'latin1')
      head.writeUInt32BE(data.length, 4)
      return Buffer.concat([head, data])
    }),
  )
  const head = Buffer.from('ID3\u0003\0\0\0\0\0\0', 'latin1')
  for (let i = 0; i < 4; i++) head[6 + i] = (body.length >> (7 * (3 - i))) & 127
  writeFileSync(path, Buffer.concat([head, body, file.subarray(10 + size)]))
}
const text = (value: string): Buffer => Buffer.from(`\0${value}`, 'latin1')
/** Synchronised words: time in ms after each piece; a piece that begins a line begins with a line break. */
const sylt = (pieces: [string, number][]): Buffer =>
  Buffer.concat([
    Buffer.from('\0eng\u0002\u0001\0', 'latin1'),
    ...pieces.map(([piece, at]) => {
      const time = Buffer.alloc(4)
      time.writeUInt32BE(at)
      return Buffer.concat([Buffer.from(`${piece}\0`, 'latin1'), time])
    }),
  ])

describe('words inside the music', () => {
  it('come from USLT, SYLT, Vorbis comments and MP4, with their offset and the times of their words', async () => {
    const folder = shop.newFolder()
    const words = '[offset:-100]\n[00:00.10]<00:00.10>one <00:00.30>two<00:00.50>\n[00:00.60]three'
    const about = (title: string, more: Record<string, string> = {}) => ({ title, artist: 'B', album: 'Inside', ...more })
    await shop.song(join(folder, 'flac.flac'), 0, about('flac', { LYRICS: words }))
    await shop.song(join(folder, 'synced.flac'), 1, about('synced', { UNSYNCEDLYRICS: 'plain words', SYNCEDLYRICS: words }))
    await shop.song(join(folder, 'plain.flac'), 2, about('plain', { UNSYNCEDLYRICS: 'first\nsecond' }))
    await shop.song(join(folder, 'uslt.mp3'), 3, about('uslt', { lyrics: words }), 'mp3')
    await engine().convert(join(shop.work, 'clip4.wav'), join(folder, 'opus.opus'), {
      format: 'opus',
      tags: about('opus', { LYRICS: words }),
    })
    const base = [
      ['TIT2', text('sylt')],
      ['TPE1', text('B')],
      ['TALB', text('Inside')],
    ] as [string, Buffer][]
    await shop.song(join(folder, 'sylt.mp3'), 5, {}, 'mp3')
    retag(join(folder, 'sylt.mp3'), [
      ...base,
      [
        'SYLT',
        sylt([
          ['first line', 100],
          ['second line', 600],
        ]),
      ],
    ])
    await shop.song(join(folder, 'syllables.mp3'), 4, {}, 'mp3')
    retag(join(folder, 'syllables.mp3'), [
      ['TIT2', text('syllables')],
      ...base.slice(1),
      [
        'SYLT',
        sylt([
          ['\nla', 100],
          ['la', 300],
          ['\nlo', 600],
        ]),
      ],
    ])
    const ffmpeg = spawnSync('ffmpeg', ['-version']).status === 0
    if (ffmpeg)
      execFileSync('ffmpeg', [
        '-v',
        'error',
        '-i',
        join(shop.work, 'clip5.wav'),
        '-metadata',
        'title=mp4',
        '-metadata',
        'artist=B',
        '-metadata',
        'album=Inside',
        '-metadata',
        `lyrics=${words}`,
        join(folder, 'mp4.m4a'),
      ])
    else process.stderr.write('no ffmpeg here: words in MP4 are not tested\n')
    const found = await imported(folder)
    const timed = ['word', [200, 'one two'], [700, 'three']]
    for (const title of ['flac', 'synced', 'uslt', 'opus', ...(ffmpeg ? ['mp4'] : [])])
      expect([title, shape(found.get(title))]).toEqual([title, timed])
    expect(shape(found.get('plain'))).toEqual(['none', [0, 'first'], [0, 'second']])
    expect(shape(found.get('sylt'))).toEqual(['line', [100, 'first line'], [600, 'second line']])
    expect(shape(found.get('syllables'))).toEqual(['word', [100, 'lala'], [600, 'lo']])
    rmSync(folder, { recursive: true })
  })
})
