/** What people do with lyrics, through the door: members propose, others look at it and accept, and whoever made it is named. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addRelease } from '../catalogue/index.ts'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { lyricsOf } from './index.ts'

type Hand = { name: string; page: string | null; role: string }
type Line = { startMs: number; endMs: number; text: string; translation: string | null; romanisation: string | null; words: unknown[] }
type Lyrics = {
  language: string
  timing: string
  lines: Line[]
  translationLanguage: string | null
  romanised: boolean
  parts: { kind: string; language: string; base: string | null; source: string; hands: Hand[] }[]
}
type Sheet = {
  parts: (Lyrics['parts'][number] & { lines: Line[] })[]
  locked: boolean
  can: { edit: boolean; propose: boolean }
  mine: Contribution[]
  waiting: number
}
type Contribution = {
  id: string
  state: string
  stale: boolean
  reason: string | null
  reviewer: string | null
  can: { review: boolean; revise: boolean }
}
type Open = Contribution & { shownBase: string | null; shownLines: Line[]; lines: Line[]; baseLines: Line[] }

let planet: TestPlanet
let artist: Person
let ana: Person
let ben: Person
let reviewer: Person
let page: string
let track: string

const fileWords = '[00:01.00]月亮出来\n[00:01.00]The moon comes out\n[00:05.00]照着大海\n[00:05.00]It lights the sea\n[00:09.00]'
const make = async (visibility: 'public' | 'draft' = 'public', words: string | null = fileWords): Promise<string> =>
  (
    await planet.db.transaction(tx =>
      addRelease(tx, {
        page,
        title: `Songs ${newId('evt')}`,
        kind: 'single',
        artists: [page],
        visibility,
        tracks: [{ title: 'Moon', artists: [page], durationMs: 60_000, lyrics: words === null ? null : { text: words } }],
      }),
    )
  ).tracks[0]!

beforeAll(async () => {
  planet = await startPlanet()
  artist = await planet.signUp('Lu')
  ana = await planet.signUp('Ana')
  ben = await planet.signUp('Ben')
  reviewer = await planet.staff('reviewer')
  page = (await artist.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Lu Moon', handle: 'lu-moon' })).id
  await ana.call('POST', '/pages', { kind: 'artist', name: 'Ana Sings', handle: 'ana-sings' })
})
afterAll(() => planet.close())
beforeEach(async () => {
  track = await make()
})

const timed = (texts: readonly [string, number][]) =>
  texts.map(([text, startMs], i) => ({
    text,
    startMs,
    endMs: texts[i + 1]?.[1] ?? startMs + 2000,
    words: [...text].map((one, n) => ({ text: one, startMs: startMs + n * 100, endMs: startMs + n * 100 + 100 })),
  }))
const better = timed([
  ['月亮出来', 1200],
  ['照着大海', 5200],
])
const lyrics = (who: Person, id = track) => who.call<Lyrics>('GET', `/tracks/${id}/lyrics`)
const sheet = (who: Person, id = track) => who.call<Sheet>('GET', `/tracks/${id}/lyrics/sheet`)
const baseOf = async (kind = 'main', id = track): Promise<string | null> =>
  (await sheet(artist, id)).parts.find(part => part.kind === kind)?.base ?? null
const propose = async (who: Person, body: object = {}, id = track): Promise<Contribution> =>
  who.call<Contribution>('POST', `/tracks/${id}/lyrics/contributions`, {
    kind: 'main',
    language: 'zh',
    lines: better,
    base: await baseOf('main', id),
    note: 'timed by ear',
    ...body,
  })
const open = (who: Person, id: string) => who.call<Open>('GET', `/lyrics/contributions/${id}`)
const accept = (who: Person, id: string, base: string | null) =>
  who.call<Contribution>('POST', `/lyrics/contributions/${id}/accept`, { base })
const status = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )

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

describe('a proposal', () => {
  it('is made by a member, looked at by the page, and its maker is named on the lyrics and in every file', async () => {
    const made = await propose(ana)
    expect(made).toMatchObject({ state: 'open', stale: false, can: { review: false, revise: true } })
    expect((await sheet(ana)).mine.map(one => one.id)).toEqual([made.id])
    expect((await sheet(artist)).waiting).toBe(1)
    expect((await artist.call<{ items: Contribution[] }>('GET', `/lyrics/contributions?page=${page}`)).items.map(one => one.id)).toContain(
      made.id,
    )
    const seen = await open(artist, made.id)
    expect(seen).toMatchObject({ can: { review: true, revise: false } })
    expect(seen.lines.map(line => line.startMs)).toEqual([1200, 5200])
    expect(seen.shownLines.map(line => line.startMs)).toEqual([1000, 5000])
    const done = await accept(artist, made.id, seen.shownBase)
    expect(done).toMatchObject({ state: 'accepted', reviewer: 'Lu', can: { review: false, revise: false } })
    const shown = await lyrics(planet.stranger)
    expect(shown).toMatchObject({ timing: 'word', translationLanguage: 'en' })
    expect(shown.lines[0]).toMatchObject({ startMs: 1200, translation: 'The moon comes out' })
    const [main] = shown.parts
    expect(main).toMatchObject({ source: 'community', hands: [{ name: 'Ana', role: 'timing' }] })
    expect(main!.hands[0]!.page).toMatch(/^pag_/)
    const file = async (format: string): Promise<string> => (await ben.fetch(`/api/v1/tracks/${track}/lyrics/file?format=${format}`)).text()
    expect(await file('elrc')).toContain('[by:Ana]')
    expect(await file('ttml')).toContain('<ttm:item name="by">Ana</ttm:item>')
    // A second hand joins the first.
    const next = await propose(ben, {
      lines: timed([
        ['月亮出来了', 1200],
        ['照着大海', 5200],
      ]),
    })
    await accept(reviewer, next.id, await baseOf())
    expect((await lyrics(ana)).parts[0]!.hands.map(hand => [hand.name, hand.role])).toEqual([
      ['Ana', 'timing'],
      ['Ben', 'correction'],
    ])
    const { rows } = await planet.db.pool.query(
      `select body from house.event where type = 'lyrics_accepted' and body->>'contribution' = $1`,
      [made.id],
    )
    expect(rows).toEqual([{ body: { contribution: made.id, person: ana.id } }])
    expect(await ana.call('GET', `/tracks/${track}`)).toMatchObject({ hasLyrics: true })
  })

  it('of a translation and a romanisation has its own credit and language', async () => {
    const of = ['月亮出来', '照着大海']
    const lines = (texts: string[]) => texts.map((text, i) => ({ text, startMs: 0, endMs: 0, of: of[i] }))
    const french = await propose(ana, { kind: 'translation', language: 'fr', lines: lines(['La lune se lève', '']), base: null })
    await accept(artist, french.id, null)
    const roman = await propose(ben, { kind: 'romanisation', lines: lines(['yuè liang chū lái', 'zhào zhe dà hǎi']), base: null })
    await accept(artist, roman.id, null)
    const shown = await planet.stranger.call<Lyrics>('GET', `/tracks/${track}/lyrics?translation=fr`)
    expect(shown).toMatchObject({ translationLanguage: 'fr', romanised: true })
    expect(shown.lines.map(line => [line.translation, line.romanisation])).toEqual([
      ['La lune se lève', 'yuè liang chū lái'],
      [null, 'zhào zhe dà hǎi'],
    ])
    expect(shown.parts.flatMap(part => part.hands.map(hand => [part.kind, hand.name, hand.role]))).toEqual([
      ['romanisation', 'Ben', 'romanisation'],
      ['translation', 'Ana', 'translation'],
    ])
  })

  it('is seen and decided by nobody else, never by its maker, and only once', async () => {
    const made = await propose(ana)
    for (const who of [ben]) {
      expect(await status(open(who, made.id))).toBe('404 not_found')
      expect(await status(accept(who, made.id, null))).toBe('404 not_found')
      expect(await status(who.call('POST', `/lyrics/contributions/${made.id}/refuse`, { reason: 'no' }))).toBe('404 not_found')
      expect(await status(who.call('POST', `/lyrics/contributions/${made.id}/withdraw`))).toBe('404 not_found')
      expect(await status(who.call('PUT', `/lyrics/contributions/${made.id}`, { lines: better, base: null }))).toBe('404 not_found')
      expect((await who.call<{ items: unknown[] }>('GET', '/lyrics/contributions')).items).toEqual([])
    }
    expect(await status(planet.stranger.call('POST', `/tracks/${track}/lyrics/contributions`, {}))).toBe('401 unauthenticated')
    expect(await status(accept(ana, made.id, await baseOf()))).toBe('403 own_contribution')
    // Staff neither looks at their own.
    const own = await propose(reviewer)
    expect(await status(accept(reviewer, own.id, await baseOf()))).toBe('403 own_contribution')
    await expect(
      planet.db.pool.query(
        `update lyrics.contribution set reviewer = person, state = 'refused', reason = 'x', decided_at = now() where id = $1`,
        [own.id],
      ),
    ).rejects.toThrow(/violates check constraint/)
    const asked = await artist.call<Contribution>('POST', `/lyrics/contributions/${made.id}/ask`, { question: 'Which recording is it?' })
    expect(asked).toMatchObject({ state: 'asked', reason: 'Which recording is it?' })
    expect(
      await ana.call('PUT', `/lyrics/contributions/${made.id}`, { lines: better, base: await baseOf(), note: 'the single' }),
    ).toMatchObject({ state: 'open' })
    await artist.call('POST', `/lyrics/contributions/${made.id}/refuse`, { reason: 'The timing is late' })
    expect(await artist.call('POST', `/lyrics/contributions/${made.id}/refuse`, { reason: 'The timing is late' })).toMatchObject({
      state: 'refused',
    })
    expect(await status(accept(artist, made.id, await baseOf()))).toBe('409 contribution_closed')
    expect(await status(ana.call('POST', `/lyrics/contributions/${made.id}/withdraw`))).toBe('409 contribution_closed')
    expect((await ana.call<{ items: Contribution[] }>('GET', '/me/lyrics-contributions')).items[0]).toMatchObject({
      state: 'refused',
      reason: 'The timing is late',
    })
    const back = await propose(ana)
    await ana.call('POST', `/lyrics/contributions/${back.id}/withdraw`)
    expect(await ana.call('POST', `/lyrics/contributions/${back.id}/withdraw`)).toMatchObject({ state: 'withdrawn' })
  })

  it('sent twice is one; under an id of another it is refused', async () => {
    const contribution = newId('ctr')
    const [one, two] = await Promise.all([propose(ana, { contribution }), propose(ana, { contribution })])
    expect([one!.id, two!.id]).toEqual([contribution, contribution])
    expect(await status(propose(ben, { contribution }))).toBe('409 key_reused')
    expect((await sheet(artist)).waiting).toBe(1)
    // The same as what is shown, or nothing at all, is no proposal.
    const shown = (await sheet(ana)).parts[0]!.lines.map(({ text, startMs, endMs }) => ({ text, startMs, endMs }))
    expect(await status(propose(ana, { lines: shown }))).toBe('422 lyrics_same')
    expect(await status(propose(ana, { lines: timed([['late', 70_000]]) }))).toBe('400 lyrics_after_end')
  })

  it('of two accepted at once one is shown; the other is told, laid over the new state and accepted then', async () => {
    const one = await propose(ana)
    const two = await propose(ben, {
      lines: timed([
        ['月亮出来', 1100],
        ['照着大海', 5100],
      ]),
    })
    const base = await baseOf()
    const results = await Promise.all([status(accept(artist, one.id, base)), status(accept(reviewer, two.id, base))])
    expect(results.toSorted()).toEqual(['409 lyrics_changed', 'ok'])
    const late = results[0] === 'ok' ? { id: two.id, who: ben } : { id: one.id, who: ana }
    expect(await open(late.who, late.id)).toMatchObject({ stale: true, state: 'open' })
    // Nor by looking again: it was made for what is no longer shown.
    expect(await status(accept(artist, late.id, await baseOf()))).toBe('409 lyrics_changed')
    await late.who.call('PUT', `/lyrics/contributions/${late.id}`, {
      lines: timed([
        ['月亮出来', 1150],
        ['照着大海', 5150],
      ]),
      base: await baseOf(),
    })
    expect(await accept(artist, late.id, await baseOf())).toMatchObject({ state: 'accepted' })
    // And again, as when the answer was lost.
    expect(await accept(artist, late.id, base)).toMatchObject({ state: 'accepted' })
    expect((await lyrics(ana)).lines[0]!.startMs).toBe(1150)
    const { rows } = await planet.db.pool.query(
      `select count(*)::int as n from lyrics.version v join catalogue.track t on t.recording = v.recording where t.id = $1 and v.kind = 'main' and v.replaced_at is null`,
      [track],
    )
    expect(rows[0].n).toBe(1)
  })

  it('waits for a save of the page to be seen first', async () => {
    const made = await propose(ana)
    const base = await baseOf()
    await artist.call('PUT', `/tracks/${track}/lyrics`, { language: 'zh', text: '[00:02.00]新的词' })
    expect(await status(accept(artist, made.id, base))).toBe('409 lyrics_changed')
    // A save that began before another is refused as well.
    expect(await status(artist.call('PUT', `/tracks/${track}/lyrics/parts`, { kind: 'main', language: 'zh', lines: better, base }))).toBe(
      '409 lyrics_changed',
    )
  })

  it('is not taken where the page locked the words, nor without end', async () => {
    expect(await status(ana.call('PUT', `/tracks/${track}/lyrics/lock`, { locked: true }))).toBe('403 forbidden')
    expect(await artist.call('PUT', `/tracks/${track}/lyrics/lock`, { locked: true })).toMatchObject({ locked: true, can: { edit: true } })
    expect(await status(propose(ana))).toBe('403 lyrics_locked')
    expect((await sheet(ana)).can).toEqual({ edit: false, propose: false })
    await artist.call('PUT', `/tracks/${track}/lyrics/lock`, { locked: false })
    const many = await planet.signUp('Many')
    for (let i = 0; i < 30; i++) await propose(many, { lines: timed([['月亮', 1000 + i]]) })
    expect(await status(propose(many))).toBe('429 too_many_contributions')
  })

  it('comes from no draft of others', async () => {
    const draft = await make('draft')
    expect(await status(propose(ana, {}, draft))).toBe('404 not_found')
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
