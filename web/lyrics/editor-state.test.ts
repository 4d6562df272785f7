import { expect, it } from 'vitest'
import { parseTimed } from '../../shared/timedtext/index.ts'
import { setAllText, setBeside, setText, shiftAll, workFrom } from './edit.ts'
import { changedParts } from './use-editor.ts'

const { lines } = parseTimed('[00:01.00]one\n[00:02.00]two\n[00:03.00]one')
const initial = workFrom(lines, 'en', { 'translation:zh': ['uno', 'dos', 'uno'], romanisation: [null, 'tu', null] })

it('tells which texts have to be sent', () => {
  expect(changedParts(initial, initial)).toEqual([])
  expect(changedParts(shiftAll(initial, 100), initial)).toEqual(['main'])
  expect(changedParts({ ...initial, language: 'fr' }, initial)).toEqual(['main'])
  expect(changedParts(setBeside(initial, 1, 'romanisation', 'too'), initial)).toEqual(['romanisation'])
  expect(changedParts(setBeside(initial, 1, 'translation:zh', ''), initial)).toEqual(['translation:zh'])
  expect(changedParts(setBeside(initial, 0, 'translation:fr', 'un'), initial)).toEqual(['translation:fr'])
  // A line taken out takes what stood beside it along: that is no other translation.
  expect(changedParts(setAllText(initial, 'one\none'), initial)).toEqual(['main'])
  // A corrected line keeps its translation, which now belongs to another line.
  expect(changedParts(setText(initial, 1, 'two!'), initial)).toEqual(['main', 'romanisation', 'translation:zh'])
})
