import { expect, it } from 'vitest'
import { lengthenLastFrame, readHead } from './cmaf.ts'

const number = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
const box = (name: string, ...parts: readonly (readonly number[])[]): number[] => {
  const body = parts.flat()
  return [...number(body.length + 8), ...name.split('').map(letter => letter.charCodeAt(0)), ...body]
}
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0)

/** A file as the planet makes it: 1,024 samples of delay at 44.1 kHz, an index of three segments. */
const file = (codec = 'mp4a'): Uint8Array => {
  const mdhd = box('mdhd', number(0), number(0), number(0), number(44_100), number(0), number(0))
  const stsd = box('stsd', number(0), number(1), box(codec, zeros(20)))
  const moov = box(
    'moov',
    box(
      'trak',
      box('edts', box('elst', number(0), number(1), number(0), number(1024), number(0x10000))),
      box('mdia', mdhd, box('minf', box('stbl', stsd))),
    ),
    box('mvex', box('trex', zeros(24))),
  )
  const entries = [
    [100, 88_200],
    [200, 88_200],
    [50, 20_001],
  ].flatMap(([bytes, ticks]) => [...number(bytes!), ...number(ticks!), ...number(0)])
  const sidx = box('sidx', number(0), number(1), number(44_100), number(0), number(0), [0, 0, 0, 3], entries)
  return Uint8Array.from([...box('ftyp', zeros(8)), ...moov, ...sidx, ...zeros(350)])
}

it('reads what joining needs, exact to the sample', () => {
  const bytes = file()
  const head = readHead(bytes)
  if (head === null || typeof head === 'number') throw new Error('no head')
  expect(head.codec).toBe('mp4a.40.2')
  expect(head.delay * 44_100).toBeCloseTo(1024)
  expect(head.duration * 44_100).toBeCloseTo(196_401)
  const first = bytes.length - 350
  expect(head.segments.map(({ offset, bytes: size }) => [offset, size])).toEqual([
    [first, 100],
    [first + 100, 200],
    [first + 300, 50],
  ])
  expect(head.segments[0]!.start).toBeCloseTo(-1024 / 44_100)
  expect(head.segments.map(segment => segment.end)).toEqual([2, 4, 196_401 / 44_100])
})

it('takes the edit list out, so that every browser leaves the delay to us', () => {
  const head = readHead(file())
  if (head === null || typeof head === 'number') throw new Error('no head')
  const text = String.fromCharCode(...head.init)
  expect(text).toContain('moov')
  expect(text).not.toContain('edts')
})

it('says how much it needs of a file that came in part, and refuses what is none of ours', () => {
  const whole = file()
  for (let length = 1; length < whole.length - 350; length++) {
    const answer = readHead(whole.subarray(0, length))
    expect(typeof answer).toBe('number')
    expect(answer as number).toBeGreaterThan(length)
  }
  expect(readHead(Uint8Array.from([...box('ftyp', zeros(8)), ...box('mdat', zeros(90))]))).toBeNull()
  expect(readHead(new TextEncoder().encode('ID3 and then an MP3 of some length'))).toBeNull()
  expect(readHead(file('ec-3'))).toBeNull()
})

it('makes the last frame of a segment as long as the others and changes nothing else', () => {
  const trun = (durations: number[]) =>
    box(
      'trun',
      number(0x301),
      number(durations.length),
      number(9),
      durations.flatMap(length => [...number(length), ...number(7)]),
    )
  const moof = (durations: number[]) => box('moof', box('mfhd', zeros(8)), box('traf', box('tfhd', zeros(8)), trun(durations)))
  const make = (last: number) =>
    Uint8Array.from([...moof([1024, 1024, 1023]), ...box('mdat', zeros(30)), ...moof([1024, last]), ...box('mdat', zeros(9))])
  const bytes = make(166)
  lengthenLastFrame(bytes)
  expect(bytes).toEqual(make(1024))
  const strange = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9])
  lengthenLastFrame(strange)
  expect([...strange]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})
