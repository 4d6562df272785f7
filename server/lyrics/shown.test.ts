/** Lyrics as they are shown, through the door: parts, files of every format, earlier texts, reports. */
import { describe, expect, it } from 'vitest'
import type { Person } from '../testing.ts'
import { lyricsOf } from './index.ts'
import {
  accept,
  ana,
  artist,
  baseOf,
  ben,
  lyrics,
  make,
  openLyrics,
  planet,
  propose,
  reviewer,
  sheet,
  status,
  timed,
  track,
  type Hand,
  type Lyrics,
  type Sheet,
} from './lyrics.testing.ts'

openLyrics()

describe('what is shown', () => {
  it('words of a file with what stands inside them, each by itself for other rooms', async () => {
    const shown = await lyrics(planet.stranger)
    expect(shown).toMatchObject({ language: 'zh', timing: 'line', translationLanguage: 'en', romanised: false })
    expect(shown.lines.map(line => [line.text, line.translation, line.startMs, line.endMs])).toEqual([
      ['月亮出来', 'The moon comes out', 1000, 5000],
      ['照着大海', 'It lights the sea', 5000, 9000],
    ])
    expect(shown.parts.map(part => [part.kind, part.language, part.source])).toEqual([
      ['main', 'zh', 'file'],
      ['translation', 'en', 'file'],
    ])
    const parts = await lyricsOf(planet.db.read, null, track)
    expect(parts.map(({ kind, language, timing, lines }) => [kind, language, timing, lines.map(line => line.text)])).toEqual([
      ['main', 'zh', 'line', ['月亮出来', '照着大海']],
      ['translation', 'en', 'line', ['The moon comes out', 'It lights the sea']],
    ])
    const draft = await make('draft')
    expect(await lyricsOf(planet.db.read, null, draft)).toEqual([])
    expect(await status(lyrics(ana, draft))).toBe('404 not_found')
    expect(await status(sheet(planet.stranger, draft))).toBe('404 not_found')
    expect((await planet.stranger.fetch(`/api/v1/tracks/${draft}/lyrics/file`)).status).toBe(404)
    expect((await lyrics(artist, draft)).lines).toHaveLength(2)
  })

  it('a translation stays with its lines when the words are timed anew or a line comes between', async () => {
    const put = (lines: unknown, base: string | null) =>
      artist.call<Sheet>('PUT', `/tracks/${track}/lyrics/parts`, { kind: 'main', language: 'zh', lines, base })
    await put(
      timed([
        ['开场', 500],
        ['月亮出来', 3000],
        ['照着大海', 8000],
      ]),
      await baseOf(),
    )
    expect((await lyrics(ana)).lines.map(line => [line.text, line.translation])).toEqual([
      ['开场', null],
      ['月亮出来', 'The moon comes out'],
      ['照着大海', 'It lights the sea'],
    ])
    // What stood inside the file has become a text of its own and can be taken away by itself.
    const texts = await sheet(artist)
    expect(texts.parts.find(part => part.kind === 'translation')!.base).not.toBeNull()
    await artist.call('PUT', `/tracks/${track}/lyrics/parts`, {
      kind: 'translation',
      language: 'en',
      lines: [],
      base: await baseOf('translation'),
    })
    expect((await lyrics(ana)).translationLanguage).toBeNull()
  })

  it('a translation of the file stays beside one into another language, and can be taken away by itself', async () => {
    const put = (language: string, texts: readonly string[], base: string | null) =>
      artist.call<Sheet>('PUT', `/tracks/${track}/lyrics/parts`, {
        kind: 'translation',
        language,
        lines: texts.map((text, n) => ({ startMs: 0, endMs: 0, text, of: ['月亮出来', '照着大海'][n]! })),
        base,
      })
    await put('fr', ['La lune sort', 'Elle éclaire la mer'], null)
    const languages = async (): Promise<string[]> =>
      (await lyrics(ana)).parts
        .filter(part => part.kind === 'translation')
        .map(part => part.language)
        .toSorted()
    expect(await languages()).toEqual(['en', 'fr'])
    expect((await ana.call<Lyrics>('GET', `/tracks/${track}/lyrics?translation=en`)).lines[0]!.translation).toBe('The moon comes out')
    await put('en', [], null)
    expect(await languages()).toEqual(['fr'])
    const left = await lyrics(ana)
    expect(left.lines.map(line => [line.startMs, line.text, line.translation])).toEqual([
      [1000, '月亮出来', 'La lune sort'],
      [5000, '照着大海', 'Elle éclaire la mer'],
    ])
    // Made anew and taken away again, it does not come back out of the file.
    await put('en', ['Moonrise', 'The sea shines'], null)
    await put('en', [], (await sheet(artist)).parts.find(part => part.language === 'en')!.base)
    expect(await languages()).toEqual(['fr'])
  })

  it('every format comes in by PUT and goes out as a file; what cannot be read is refused with its line', async () => {
    const put = (text: string, more: object = {}) => artist.call<Lyrics>('PUT', `/tracks/${track}/lyrics`, { text, ...more })
    const file = async (format: string, more = ''): Promise<string> =>
      (await planet.stranger.fetch(`/api/v1/tracks/${track}/lyrics/file?format=${format}${more}`)).text()
    const first = await put('[00:01.00]<300>月<300>亮 \n[00:01.00]Moon\n[00:01.00]yuè liang')
    expect(first).toMatchObject({ timing: 'word', language: 'zh', translationLanguage: 'en', romanised: true })
    const kept = (await lyrics(planet.stranger)).lines
    for (const format of ['elrc', 'trc', 'ttml']) {
      const text = await file(format)
      await put('')
      expect(await status(lyrics(ana))).toBe('404 not_found')
      await put(text)
      expect([format, (await lyrics(planet.stranger)).lines]).toEqual([format, kept])
    }
    expect(await file('lrc', '&bare=true')).toBe(
      '[ti:Moon]\n[ar:Lu Moon]\n[al:' + (await file('lrc')).split('[al:')[1]!.split('\n')[0]! + '\n[la:zh]\n[00:01.000]月亮\n[00:01.600]\n',
    )
    expect(await file('srt')).toContain('00:00:01,000 --> 00:00:01,600\n月亮\nMoon')
    expect(await file('vtt')).toContain('<00:00:01.000>月<00:00:01.300>亮')
    expect(await file('txt')).toBe('月亮\n')
    const answer = await planet.stranger.fetch(`/api/v1/tracks/${track}/lyrics/file?format=ttml`)
    expect(answer.headers.get('content-type')).toMatch(/^application\/ttml\+xml/)
    expect(answer.headers.get('content-disposition')).toContain('Lu Moon - Moon.ttml')
    for (const [text, field] of [
      ['[00:01.00]a\n[00:99.00]b', 'bad_time:2'],
      ['<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><tt>&b;</tt>', 'doctype:1'],
      ['<tt><body>', 'bad_xml:1'],
    ])
      expect(await put(text!).catch((error: { problem: unknown }) => error.problem)).toMatchObject({
        code: 'lyrics_unreadable',
        fields: { text: field },
      })
    expect(await status(ana.call('PUT', `/tracks/${track}/lyrics`, { text: 'mine' }))).toBe('403 forbidden')
    expect(await status(planet.stranger.call('PUT', `/tracks/${track}/lyrics`, { text: 'mine' }))).toBe('401 unauthenticated')
    expect(await status(put('late', { base: 'file-1' }))).toBe('409 lyrics_changed')
  })

  it('pinyin is suggested for Chinese lines', async () => {
    expect(await planet.stranger.call('POST', '/lyrics/pinyin', { lines: ['月亮代表我的心', 'la la', '你好，world'] })).toEqual({
      lines: ['yuè liàng dài biǎo wǒ de xīn', null, 'nǐ hǎo，world'],
    })
  })
})

describe('earlier texts and reports', () => {
  it('an earlier text is shown again with those who made it', async () => {
    const made = await propose(ana)
    await accept(artist, made.id, await baseOf())
    await artist.call('PUT', `/tracks/${track}/lyrics`, { language: 'zh', text: 'all of it changed' })
    expect((await lyrics(ben)).parts[0]!.hands).toEqual([])
    const versions = await artist.call<{ items: { id: string; replacedAt: string | null; hands: Hand[]; kind: string }[] }>(
      'GET',
      `/tracks/${track}/lyrics/versions`,
    )
    const before = versions.items.find(one => one.hands.some(hand => hand.name === 'Ana'))!
    expect(await status(ana.call('GET', `/tracks/${track}/lyrics/versions`))).toBe('404 not_found')
    expect(await status(ana.call('POST', `/tracks/${track}/lyrics/restore`, { version: before.id }))).toBe('403 forbidden')
    await artist.call('POST', `/tracks/${track}/lyrics/restore`, { version: before.id })
    expect((await lyrics(ben)).parts[0]).toMatchObject({ source: 'community', hands: [{ name: 'Ana', role: 'timing' }] })
    const other = await make()
    expect(await status(artist.call('POST', `/tracks/${other}/lyrics/restore`, { version: before.id }))).toBe('404 not_found')
  })

  it('whoever hears a wrong line says so; the page answers', async () => {
    const say = { line: '月亮出来', startMs: 1000, reason: 'She sings 月儿' }
    expect(await status(planet.stranger.call('POST', `/tracks/${track}/lyrics/reports`, say))).toBe('401 unauthenticated')
    await ana.call('POST', `/tracks/${track}/lyrics/reports`, say)
    await ana.call('POST', `/tracks/${track}/lyrics/reports`, { ...say, reason: 'She sings 月儿, twice' })
    const list = async (who: Person) =>
      (await who.call<{ items: { id: string; reason: string; track: { id: string } }[] }>('GET', '/lyrics/reports')).items
    const mine = (await list(artist)).filter(one => one.track.id === track)
    expect(mine).toMatchObject([{ reason: 'She sings 月儿, twice', by: 'Ana', line: '月亮出来' }])
    expect(await list(ben)).toEqual([])
    expect(await status(ben.call('POST', `/lyrics/reports/${mine[0]!.id}/settle`, { answer: 'x' }))).toBe('404 not_found')
    await reviewer.call('POST', `/lyrics/reports/${mine[0]!.id}/settle`, { answer: 'Corrected' })
    expect(await status(artist.call('POST', `/lyrics/reports/${mine[0]!.id}/settle`, { answer: 'x' }))).toBe('409 contribution_closed')
  })
})
