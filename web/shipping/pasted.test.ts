import { expect, test } from 'vitest'
import { readPasted } from './pasted.ts'

const [one, two] = ['pcl_01m7xe9xt3fd7vnjb1cnp6ew82', 'pcl_01m7xe9xt3fd7vnjb1cnp6ew83']

test('a pasted list fills in carriers and numbers, whatever stands between', () => {
  const whole = `parcel,what,carrier,tracking\r\n${one},"Record, ""signed""",顺丰,SF123\r\n${two},Poster,,\r\n`
  expect(readPasted(whole)).toEqual([{ id: one, carrier: '顺丰', tracking: 'SF123' }])
  expect(readPasted(`${one}\tRecord\tDHL\t42 1`)).toEqual([{ id: one, carrier: 'DHL', tracking: '42 1' }])
  expect(readPasted(`${two};EMS;E-9\n${two};EMS;E-10`)).toEqual([{ id: two, carrier: 'EMS', tracking: 'E-10' }])
  for (const text of ['', 'pcl_short,DHL,1', `${one},DHL`, `${one},DHL,<script>`]) expect(readPasted(text)).toEqual([])
})
