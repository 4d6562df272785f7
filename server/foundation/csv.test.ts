import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { csv, Decimal, disarm } from './csv.ts'

test('what a spreadsheet would run is written as text; numbers stay numbers', async () => {
  const at = new Date('2026-11-20T08:00:00Z')
  const bytes = await buffer(
    csv(
      ['a', 'b'],
      [
        ['=1+1', new Decimal('-12.67')],
        ['"=cmd|x', 3n],
        ['plain, "quoted"\nline', null],
        [at, -1],
      ],
    ),
  )
  // The byte order mark, without which Excel misreads Chinese.
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
  expect(bytes.subarray(3).toString()).toBe(
    `a,b\r\n'=1+1,-12.67\r\n"'""=cmd|x",3\r\n"plain, ""quoted""\nline",\r\n2026-11-20T08:00:00.000Z,-1\r\n`,
  )
})

test.each(['=HYPERLINK("x")', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '＋1', '－1', '＠x', "'=1", '|calc', '−1'])(
  '%j is disarmed',
  value => {
    expect(disarm(value)).toBe(`'${value}`)
  },
)

test.each(['', 'Nachtschiff', '夜航船', '3 = 3', 'a@b.example', '1-2'])('%j stays', value => {
  expect(disarm(value)).toBe(value)
})

test('only numbers pass as numbers', () => {
  expect(() => new Decimal('=1')).toThrow(RangeError)
  expect(() => new Decimal('1,2')).toThrow(RangeError)
})
