import { expect, test } from 'vitest'
import { jsonText } from './jsonb.ts'

test('what jsonb refuses is taken off, wherever it stands; everything else stays as it is', () => {
  const cut = 'long 🌊'.slice(0, -1)
  expect(JSON.parse(jsonText({ [cut]: cut, list: ['a\0b', { 'n\0': 1 }], at: new Date(0), none: null }))).toEqual({
    'long \ufffd': 'long \ufffd',
    list: ['ab', { n: 1 }],
    at: '1970-01-01T00:00:00.000Z',
    none: null,
  })
  // Eight signs that only look like one: they are a text like any other.
  const told = { text: String.raw`C:\u0000` + '"', whole: '🌊', kept: undefined }
  expect(jsonText(told)).toBe(JSON.stringify(told))
})
