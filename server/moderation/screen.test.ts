import { beforeEach, describe, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { join } from '../groups/groups.testing.ts'
import type { Person } from '../testing.ts'
import { screen } from './index.ts'
import { rates } from './screen.ts'
import {
  code,
  decide,
  flagOf,
  group,
  host,
  members,
  newGroup,
  notes,
  old,
  operator,
  owner,
  planet,
  reviewer,
  setUp,
  stranger,
  write,
} from './moderation.testing.ts'

setUp()
let [ana, ben]: Person[] = []
let place: string
beforeEach(async () => {
  ;[ana, ben] = members
  place = await newGroup()
  await planet.db.pool.query('delete from moderation.pace')
})
const rules = (who: Person, json: object, where: string | null = place): Promise<{ rules: { pattern: string }[] }> =>
  who.call('POST', '/moderation/rules', { ...(where === null ? {} : { group: where }), kind: 'word', action: 'block', ...json })
const set = (who: Person, json: object, where: string | null = place): Promise<unknown> =>
  who.call('PUT', '/moderation/rules', {
    ...(where === null ? {} : { group: where }),
    holdFirst: 0,
    slowSeconds: 0,
    links: 'any',
    hideAt: 3,
    ...json,
  })

describe('how fast one writes', () => {
  test('of a burst from one hand the bucket lets through what it holds, whatever group it is for', async () => {
    const at = clock.now()
    const said = await Promise.all(
      Array.from({ length: 30 }, (_, i) => code(write(ana!, `wave number ${i}`, { group: i % 2 === 0 ? place : group, now: at }))),
    )
    expect(said.filter(one => one === 'taken')).toHaveLength(rates.most)
    expect(said.filter(one => one === 'limited')).toHaveLength(30 - rates.most)
    // Nobody else waits for it, and it fills up again.
    expect(await code(write(ben!, 'hello', { now: at }))).toBe('taken')
    expect(await code(write(ana!, 'later', { now: new Date(at.getTime() + 3500) }))).toBe('taken')
    expect(await code(write(ana!, 'too soon', { now: new Date(at.getTime() + 3600) }))).toBe('limited')
    // A clock that goes back gives nothing.
    expect(await code(write(ana!, 'earlier', { now: new Date(at.getTime() - 86_400_000) }))).toBe('limited')
  })
  test('whoever is new here writes slower', async () => {
    const fresh = await planet.signUp('Fresh')
    await join(fresh, place)
    const said: string[] = []
    const now = clock.now()
    for (let i = 0; i < 8; i++) said.push(await code(write(fresh, `hi ${i}`, { group: place, now })))
    expect(said.filter(one => one === 'taken')).toHaveLength(rates.newMost)
  })
  test('slow mode: members wait, hosts do not; a change of what stands does not count', async () => {
    await set(owner, { slowSeconds: 60 })
    const now = clock.now()
    const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
    expect(await code(write(ana!, 'one', { group: place, now }))).toBe('taken')
    expect(await code(write(ana!, 'two', { group: place, now: later(30) }))).toBe('slow_mode')
    expect(await code(write(ana!, 'elsewhere', { group, now: later(30) }))).toBe('taken')
    expect(await code(write(ana!, 'one, changed', { group: place, now: later(30), edit: true }))).toBe('taken')
    expect(await code(write(ana!, 'three', { group: place, now: later(61) }))).toBe('taken')
    for (const text of ['a', 'b']) expect(await code(write(host, text, { group: place, now }))).toBe('taken')
    // Two at once are one after the other.
    const both = await Promise.all(['x', 'y'].map(text => code(write(ben!, text, { group: place, now }))))
    expect(both.sort()).toEqual(['slow_mode', 'taken'])
  })
  test('the same said three times in a row waits for a host, also disguised', async () => {
    const ad = 'Tickets for tonight, write to me at once'
    expect((await write(ana!, ad, { group: place })).hold).toBeNull()
    expect((await write(ana!, ad.toUpperCase(), { group })).hold).toBeNull()
    expect((await write(ana!, `${ad}!!!`, { group: place })).hold).toBe('repeat')
    expect((await write(ana!, 'Something else entirely, promised', { group: place })).hold).toBeNull()
    for (let i = 0; i < 4; i++) expect((await write(ben!, '加油', { group: place })).hold).toBeNull()
  })
})

describe('words and links', () => {
  test('words of a group: refused or held, for members and not for hosts', async () => {
    await rules(owner, { patterns: ['黃牛', 'resale*'] })
    await rules(host, { patterns: ['spoiler'], action: 'hold' })
    expect(await code(write(ana!, '找 黄*牛 买', { group: place }))).toBe('blocked_word')
    expect(await code(write(ana!, 'RESALES here', { group: place }))).toBe('blocked_word')
    expect(await code(write(ana!, '黄牛', { group }))).toBe('taken')
    const held = await write(ana!, 's p o i l e r ahead', { group: place })
    expect(held.hold).toBe('word')
    expect(notes.get(held.id)!.hidden).toBe(true)
    expect(await write(host, 'no 黄牛 please, no spoiler', { group: place })).toMatchObject({ hold: null })
    // What is changed is looked at as well.
    expect(await code(write(ana!, '黄牛', { group: place, edit: true }))).toBe('blocked_word')
  })
  test('words of the planet bind everyone, everywhere', async () => {
    await rules(operator, { patterns: ['planetwideword'] }, null)
    for (const [who, where] of [
      [ana!, place],
      [owner, place],
      [ana!, null],
    ] as const)
      expect(await code(write(who, 'a Planetwideword', { group: where }))).toBe('blocked_word')
    await operator.call('DELETE', `/moderation/rules?kind=word&pattern=PLANETWIDEWORD`)
    expect(await code(write(ana!, 'a planetwideword', { group: place }))).toBe('taken')
  })
  test('links: what is not listed waits or is refused; what a rule names goes its way', async () => {
    await rules(owner, { kind: 'link', patterns: ['music.example', 'https://t.example/band'], action: 'allow' })
    await rules(owner, { kind: 'link', patterns: ['bad.example'], action: 'block' })
    await rules(operator, { kind: 'link', patterns: ['evil.example'], action: 'block' }, null)
    await rules(owner, { kind: 'link', patterns: ['evil.example'], action: 'allow' })
    const say = (link: string) =>
      planet.db.transaction(async tx => {
        const { hold } = await screen(tx, {
          kind: 'note',
          group: place,
          person: ana!.id,
          text: `see ${link}`,
          links: [link],
          now: clock.now(),
          edit: true,
        })
        return hold
      })
    expect(await say('https://anything.example')).toBeNull()
    expect(await code(say('https://www.bad.example/x'))).toBe('blocked_link')
    expect(await code(say('https://evil.example'))).toBe('blocked_link')
    await set(owner, { links: 'listed' })
    expect(await say('https://anything.example')).toBe('link')
    expect(await say('https://a.music.example/song')).toBeNull()
    await set(owner, { links: 'none' })
    expect(await code(say('https://anything.example'))).toBe('blocked_link')
    expect(await say('https://t.example/band/1')).toBeNull()
    expect(await code(say('https://t.example/other'))).toBe('blocked_link')
    expect(await code(write(ana!, 'go to anything(dot)com', { group: place }))).toBe('blocked_link')
    await operator.call('DELETE', `/moderation/rules?kind=link&pattern=evil.example`)
  })
  test('trying a text says which rule would hold it, and keeps nothing', async () => {
    await rules(owner, { patterns: ['secret'], action: 'hold' })
    const tried = (who: Person, text: string) =>
      who.call<{ verdict: string; found: object[] }>('POST', '/moderation/try', { group: place, text })
    expect(await tried(host, 'a S-E-C-R-E-T')).toEqual({
      verdict: 'hold',
      found: [{ kind: 'word', pattern: 'secret', action: 'hold', planet: false }],
    })
    expect((await tried(host, 'nothing')).verdict).toBe('pass')
    expect(await code(tried(ana!, 'x'))).toBe('not_found')
  })
})

describe('newcomers', () => {
  test('the first ones wait; when a host let them through, the next go out; answers to a group’s questions are no contributions', async () => {
    await set(owner, { holdFirst: 2 })
    await write(ana!, 'an answer', { group: place, kind: 'join' })
    const [one, two] = [await write(ana!, 'first', { group: place }), await write(ana!, 'second', { group: place })]
    expect([one.hold, two.hold]).toEqual(['newcomer', 'newcomer'])
    expect((await write(host, 'from a host', { group: place })).hold).toBeNull()
    const flag = await flagOf(host, one.id, `group=${place}&held=true`)
    expect(flag).toMatchObject({ hold: 'newcomer', reports: 0, seen: { text: 'first', hidden: true } })
    await decide(host, flag.id, 'keep', { words: '' })
    expect(notes.get(one.id)!.hidden).toBe(false)
    expect((await write(ana!, 'third', { group: place })).hold).toBe('newcomer')
    await decide(host, (await flagOf(host, two.id, `group=${place}`)).id, 'keep')
    expect((await write(ana!, 'fourth', { group: place })).hold).toBeNull()
  })
})

describe('who sets rules', () => {
  test('hosts of the group; of the planet operators; everybody else finds nothing', async () => {
    for (const who of [ana!, stranger]) {
      expect(await code(rules(who, { patterns: ['x1'] }))).toBe('not_found')
      expect(await code(who.call('GET', `/moderation/rules?group=${place}`))).toBe('not_found')
      expect(await code(who.call('GET', `/moderation/rules`))).toBe('not_found')
    }
    // The planet's staff looks, and leaves a group's rules to the group.
    expect(await code(rules(operator, { patterns: ['x1'] }))).toBe('forbidden')
    await operator.call('GET', `/moderation/rules?group=${place}`)
    expect(await code(rules(reviewer, { patterns: ['x1'] }, null))).toBe('forbidden')
    expect(await code(host.call('GET', `/moderation/rules?group=${newId('grp')}`))).toBe('not_found')
  })
  test('a rule in any disguise is one rule; empty ones and no addresses are refused; there is an end', async () => {
    await rules(owner, { patterns: ['黃牛', 'ｓｃａｍ'] })
    const { rules: found } = await rules(owner, { patterns: ['黄 牛', 'SCAM'], action: 'hold' })
    expect(found.map(one => one.pattern).sort()).toEqual(['SCAM', '黄 牛'])
    expect(await code(rules(owner, { patterns: ['ok', '!!!'] }))).toBe('rule_empty')
    expect(await code(rules(owner, { kind: 'link', patterns: ['not an address'] }))).toBe('rule_link')
    expect(await code(rules(owner, { patterns: ['x'], action: 'allow' }))).toBe('invalid')
    for (let i = 0; i < 5; i++) {
      const patterns = Array.from({ length: 200 }, (_, n) => `word${i}x${n}`)
      expect(await code(rules(owner, { patterns }))).toBe(i < 4 ? 'taken' : 'too_many_rules')
    }
  })
})

test('whoever is banned writes nothing, nor changes anything', async () => {
  await old(stranger)
  await host.call('POST', '/moderation/bans', { ban: newId('ban'), group: place, person: ben!.id, reason: 'spam', words: 'Ads', days: 1 })
  expect(await code(write(ben!, 'hello', { group: place }))).toBe('banned')
  expect(await code(write(ben!, 'hello', { group: place, edit: true }))).toBe('banned')
  expect(await code(write(ben!, 'hello', { group }))).toBe('taken')
})
