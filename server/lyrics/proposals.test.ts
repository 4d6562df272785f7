/** What people do with lyrics, through the door: members propose, others look at it and accept, and whoever made it is named. */
import { describe, expect, it } from 'vitest'
import { newId } from '../foundation/clock.ts'
import {
  accept,
  ana,
  artist,
  baseOf,
  ben,
  better,
  lyrics,
  make,
  open,
  openLyrics,
  page,
  planet,
  propose,
  reviewer,
  sheet,
  status,
  timed,
  track,
  type Lyrics,
  type Contribution,
} from './lyrics.testing.ts'

openLyrics()

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

  it('of somebody the planet banned is refused, whatever else they may still do here', async () => {
    const eve = await planet.signUp('Eve')
    const [one, two] = [await planet.staff('operator'), await planet.staff('operator')]
    const ban = newId('ban')
    await one.call('POST', '/moderation/bans', { ban, person: eve.id, reason: 'spam', words: 'Ads in lyrics', days: 7 })
    await two.call('POST', `/moderation/bans/${ban}/confirm`, {})
    await expect(propose(eve)).rejects.toThrow('403')
    await two.call('POST', `/moderation/bans/${ban}/lift`, { words: 'It was settled' })
    expect((await propose(eve)).state).toBe('open')
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

  it('goes along, with who made it, when two recordings turn out to be one', async () => {
    const operator = await planet.staff('operator')
    const [older, newer] = [await make('public', null), await make('public', null)]
    const made = await propose(ana, {}, newer)
    await accept(artist, made.id, null)
    const waits = await propose(ben, { lines: timed([['月亮出来了', 1200]]) }, newer)
    const recordings = await Promise.all(
      [older, newer].map(
        async id =>
          (await planet.db.pool.query<{ recording: string }>('select recording from catalogue.track where id = $1', [id])).rows[0]!
            .recording,
      ),
    )
    await planet.db.pool.query(
      `insert into catalogue.credit (recording, position, role, name) values ($1, 0, 'vocals', 'Lu Moon'), ($2, 0, 'vocals', 'Lu Moon'), ($2, 1, 'guitar', 'Ben Strings')`,
      recordings,
    )
    await planet.db.pool.query(`insert into intake.alike (one, other, difference, found_at) values ($1, $2, 0.05, now())`, recordings)
    await operator.call('POST', '/alike', { one: recordings[0], other: recordings[1], same: true })
    const shown = await lyrics(planet.stranger, older)
    expect(shown.lines.map(line => line.text)).toEqual(['月亮出来', '照着大海'])
    expect(shown.parts[0]!.hands.map(hand => [hand.name, hand.role])).toEqual([
      ['Ana', 'words'],
      ['Ana', 'timing'],
    ])
    expect((await sheet(ben, older)).mine.map(one => [one.id, one.state])).toEqual([[waits.id, 'open']])
    expect(await ana.call('GET', `/tracks/${older}`)).toMatchObject({ hasLyrics: true })
    const { rows } = await planet.db.pool.query<{ name: string }>('select name from catalogue.credit where recording = $1 order by name', [
      recordings[0],
    ])
    expect(rows.map(row => row.name)).toEqual(['Ben Strings', 'Lu Moon'])
  })

  it('comes from no draft of others', async () => {
    const draft = await make('draft')
    expect(await status(propose(ana, {}, draft))).toBe('404 not_found')
  })

  it('cannot be made empty by a second thought', async () => {
    const made = await propose(ana, {
      kind: 'translation',
      language: 'fr',
      base: null,
      lines: [{ startMs: 0, endMs: 0, text: 'La lune', of: '月亮出来' }],
    })
    const blank = [{ startMs: 0, endMs: 0, text: '   ', of: '月亮出来' }]
    expect(await status(ana.call('PUT', `/lyrics/contributions/${made.id}`, { lines: blank, base: null }))).toBe('422 lyrics_same')
    expect((await open(artist, made.id)).lines[0]!.text).toBe('La lune')
  })
})
