import { expect, test } from 'vitest'
import { askedAt, putName, toDraft, toWire } from './mentions.ts'
import { inShort, reacted } from './post.ts'

test('names become ids when sent and names again when changed', () => {
  const named = { Lin: 'usr_1', 'Lin Shen': 'pag_2', '小雨(1)': 'usr_3' }
  expect(toWire('hi @Lin Shen and @Lin, @小雨(1)!', named)).toBe('hi @pag_2 and @usr_1, @usr_3!')
  expect(toWire('nobody @Lin', {})).toBe('nobody @Lin')
  const part = { url: null, id: null }
  const parts = [
    { ...part, kind: 'text' as const, text: 'hi ' },
    { ...part, kind: 'mention' as const, text: 'Lin Shen', id: 'pag_2' },
    { ...part, kind: 'text' as const, text: ' ' },
    { ...part, kind: 'tag' as const, text: 'tour' },
  ]
  expect(toDraft(parts)).toEqual({ text: 'hi @Lin Shen #tour', named: { 'Lin Shen': 'pag_2' } })
  expect(inShort({ parts, poll: null, music: null })).toBe('hi @Lin Shen #tour')
})

test('only an @ that begins a word asks for a name', () => {
  expect(askedAt('hello @li', 9)).toEqual({ from: 6, q: 'li' })
  expect(askedAt('你好@小', 4)).toEqual({ from: 2, q: '小' })
  expect(askedAt('@', 1)).toEqual({ from: 0, q: '' })
  expect(askedAt('mail me@example', 15)).toBeNull()
  expect(askedAt('@lin and more, yes', 18)).toBeNull()
  expect(askedAt('@lin\nnext', 9)).toBeNull()
  expect(putName('a @li b', 2, 5, 'Lin')).toEqual({ text: 'a @Lin b', cursor: 7 })
  expect(putName('a @li', 2, 5, 'Lin')).toEqual({ text: 'a @Lin ', cursor: 7 })
})

test('a reaction is counted once, whatever it stood in place of', () => {
  const none = { total: 0, kinds: [], mine: null }
  const one = reacted(none, 'fire')
  expect(one).toEqual({ total: 1, kinds: [{ kind: 'fire', count: 1 }], mine: 'fire' })
  expect(reacted(one, 'clap')).toEqual({ total: 1, kinds: [{ kind: 'clap', count: 1 }], mine: 'clap' })
  expect(reacted(one, null)).toEqual(none)
  expect(reacted(one, 'fire')).toBe(one)
})
