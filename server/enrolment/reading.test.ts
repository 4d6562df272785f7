import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stringify } from 'csv-stringify/sync'
import { dayOf, markOf, masked, readMembers } from './reading.ts'

const today = '2026-11-20'
const outcomes = (text: string) => readMembers('grp_1', text, today).lines.map(line => line.outcome)

test('a list is read by its heads, in both languages and with any separator', () => {
  const zh = readMembers(
    'grp_1',
    '\ufeff姓名;邮箱;入会时间;积分;同意联系\n明明;MING@Example.org ;2019年5月20日;1,200;是\n小海;hai@example.org;2021/8/1;;否\n',
    today,
  )
  expect(zh.columns).toEqual({ name: '姓名', email: '邮箱', since: '入会时间', points: '积分', consent: '同意联系' })
  expect(zh.lines[0]).toEqual({
    n: 1,
    name: '明明',
    email: 'ming@example.org',
    mark: markOf('grp_1', 'ming@example.org'),
    since: '2019-05-20',
    points: 1200,
    outcome: 'invite',
  })
  expect(zh.lines[1]).toMatchObject({ since: '2021-08-01', points: 0, outcome: 'no_consent' })
  expect(outcomes('E-mail\tOpt-in\na@b.org\t2024-02-29\na@b.org\tyes\nnobody\tyes\nc@d.org\t2024-02-30\n')).toEqual([
    'invite',
    'double',
    'no_address',
    'no_consent',
  ])
})

test('what is no list is refused with the reason', () => {
  const code = (text: string): string => {
    try {
      readMembers('grp_1', text, today)
    } catch (error) {
      return (error as { code: string }).code
    }
    return 'taken'
  }
  expect(code('')).toBe('not_a_table')
  expect(code('email')).toBe('not_a_table')
  expect(code('name,phone\nA,1')).toBe('no_address_column')
  expect(code('email,name\n"a@b.org,x')).toBe('not_a_table')
  expect(code(`email\n${'a@b.org\n'.repeat(20_001)}`)).toBe('too_many_lines')
})

test('days: only real ones, none to come', () => {
  expect(dayOf('2024-02-29 10:00', today)).toBe('2024-02-29')
  expect(dayOf('2023-02-29', today)).toBeNull()
  expect(dayOf('2026-11-21', today)).toBeNull()
  expect(dayOf('20.05.2019', today)).toBeNull()
})

test('whoever did not agree is never invited, an address at most once, and every line is answered', () => {
  const cell = fc.record({
    email: fc.oneof(fc.constantFrom('a@b.org', 'c@d.org', 'A@B.org'), fc.emailAddress(), fc.string({ maxLength: 30 })),
    consent: fc.oneof(fc.constantFrom('yes', 'no', '', '是', '否', '2024-01-01', '1', '0'), fc.string({ maxLength: 6 })),
    name: fc.string({ maxLength: 120 }),
    points: fc.oneof(fc.integer().map(String), fc.string({ maxLength: 8 })),
  })
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), rows => {
      const { lines } = readMembers(
        'grp_1',
        stringify([{ email: 'email', consent: 'consent', name: 'name', points: 'points' }, ...rows], {
          columns: ['email', 'consent', 'name', 'points'],
          quoted: true,
        }),
        today,
      )
      expect(lines).toHaveLength(rows.length)
      const invited = lines.filter(line => line.outcome === 'invite')
      expect(new Set(invited.map(line => line.mark)).size).toBe(invited.length)
      for (const line of invited) {
        expect(/^(no|0||否)$/.test(rows[line.n - 1]!.consent.trim())).toBe(false)
        expect(line.email).toMatch(/^[^@\s]+@[^@\s]+$/)
      }
      for (const line of lines) expect(line.points >= 0 && Number.isInteger(line.points) && line.name.length <= 80).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('hosts see as much of an address as they need', () => {
  expect(masked('lin.shen@example.org')).toBe('li…@example.org')
  expect(masked('a@b.org')).toBe('a…@b.org')
  expect(masked(null)).toBe('')
})
