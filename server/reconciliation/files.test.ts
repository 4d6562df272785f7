import { expect, test } from 'vitest'
import { Fault } from '../../shared/faults.ts'
import { guess, minorUnits, momentOf, readFile } from './files.ts'

const wrongLines = (act: () => unknown): Record<string, string> | undefined => {
  try {
    act()
    return {}
  } catch (error) {
    return (error as Fault).code === 'bad_report' ? (error as Fault).fields : undefined
  }
}

test('amounts are read as people write them, or not at all', () => {
  expect(minorUnits('1,234.50', '.', 'CNY')).toBe(123450n)
  expect(minorUnits('¥ 38', '.', 'CNY')).toBe(3800n)
  expect(minorUnits('-0.01', '.', 'CNY')).toBe(-1n)
  expect(minorUnits('(12.30)', '.', 'USD')).toBe(-1230n)
  expect(minorUnits('1.234,5', ',', 'EUR')).toBe(123450n)
  expect(minorUnits('1200.00', '.', 'JPY')).toBe(1200n)
  expect(minorUnits('1.250', '.', 'KWD')).toBe(1250n)
  for (const [text, currency] of [
    ['1.005', 'CNY'],
    ['12.5', 'JPY'],
    ['', 'CNY'],
    ['=1+1', 'CNY'],
    ['1e5', 'CNY'],
    ['99999999999999', 'CNY'],
    ['10', 'XXX'],
  ] as const)
    expect([text, minorUnits(text, '.', currency)]).toEqual([text, undefined])
})

test('moments are read in the zone and order of the file', () => {
  const iso = (text: string, dates: 'ymd' | 'dmy' | 'mdy' = 'ymd', zone = '+08:00') => momentOf(text, dates, zone)?.toISOString()
  expect(iso('2026-11-20 00:30:15')).toBe('2026-11-19T16:30:15.000Z')
  expect(iso('20261120')).toBe('2026-11-19T16:00:00.000Z')
  expect(iso('2026年11月20日 08:00')).toBe('2026-11-20T00:00:00.000Z')
  expect(iso('20.11.2026', 'dmy', '+01:00')).toBe('2026-11-19T23:00:00.000Z')
  expect(iso('11/20/2026 09:05', 'mdy', '-05:00')).toBe('2026-11-20T14:05:00.000Z')
  expect(iso('2026-11-20T10:00:00Z')).toBe('2026-11-20T10:00:00.000Z')
  for (const text of ['2026-02-31', '2026-13-01', '2026-11-20 25:00', 'yesterday', '', '20.11.26'])
    expect([text, iso(text)]).toEqual([text, undefined])
})

test('a bill with a head of its own, comments, money in and out, and Chinese columns', () => {
  const text = [
    '#支付宝账务明细查询',
    '#账号：[20880001]',
    '账务流水号,商户订单号,入账时间,收入（+元）,支出（-元）,账户余额（元）,业务类型,备注',
    '9001,pay_01jd0000000000000000000000,2026-11-19 10:00:00,38.00,,38.00,在线支付,"a, b"',
    '9002,rfd_01jd0000000000000000000001,2026-11-19 11:00:00,,8.00,30.00,交易退款,',
    '9003,,2026-11-20 09:00:00,,0.18,29.82,收费,',
    '#合计',
  ].join('\r\n')
  const mapping = { ...guess(text), types: { 收费: 'fee' as const } }
  expect(mapping).toMatchObject({
    head: 3,
    comment: '#',
    at: '入账时间',
    in: '收入（+元）',
    out: '支出（-元）',
    balance: '账户余额（元）',
    ref: '账务流水号',
    reference: '商户订单号',
  })
  const { rows, closings } = readFile(text, mapping)
  expect(rows.map(({ type, ref, reference, amount }) => [type, ref, reference, amount])).toEqual([
    ['payment', '9001', 'pay_01jd0000000000000000000000', 3800n],
    ['refund', '9002', 'rfd_01jd0000000000000000000001', -800n],
    ['fee', '9003', null, -18n],
  ])
  expect(closings).toEqual([
    { day: '2026-11-19', currency: 'CNY', amount: 3000n },
    { day: '2026-11-20', currency: 'CNY', amount: 2982n },
  ])
})

test('each wrong line is named by its number and what is wrong with it; nothing is read', () => {
  const text =
    'date;amount;currency;balance\n2026-11-20;10,00;EUR;10,00\n2026-11-31;1,00;EUR;\n2026-11-20;ten;EUR;\n2026-11-20;1,00;XYZ;\n2026-11-20;;EUR;\n'
  expect(wrongLines(() => readFile(text, guess(text)))).toEqual({
    'line 3': 'date',
    'line 4': 'amount',
    'line 5': 'currency',
    'line 6': 'amount',
  })
  expect(wrongLines(() => readFile('a,b\n1,2\n', { ...guess('a,b\n1,2\n'), at: 'date', amount: 'sum' }))).toEqual({
    date: 'column',
    sum: 'column',
  })
  expect(wrongLines(() => readFile('date,amount\n', guess('date,amount\n')))).toEqual({ 'line 1': 'empty' })
  expect(wrongLines(() => readFile('date,amount\n"2026', guess('date,amount\n')))).toMatchObject({})
  const long = `date,amount\n${'2026-11-20,1.00\n'.repeat(50_001)}`
  expect(wrongLines(() => readFile(long, guess(long)))).toEqual({ 'line 50002': 'too_many' })
})

test('the newest may stand first: the balance of a day is still the last one', () => {
  const text = 'date,amount,balance\n2026-11-20 18:00,5.00,25.00\n2026-11-20 09:00,10.00,20.00\n2026-11-19 09:00,10.00,10.00\n'
  expect(readFile(text, guess(text)).closings).toEqual([
    { day: '2026-11-19', currency: 'CNY', amount: 1000n },
    { day: '2026-11-20', currency: 'CNY', amount: 2500n },
  ])
})
