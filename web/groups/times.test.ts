import { describe, expect, test } from 'vitest'
import type { GroupEvent } from './queries.ts'
import { fromField, span, there, tile, toField } from './times.ts'

const event = (more: Partial<GroupEvent>): GroupEvent =>
  ({
    startsAt: '2027-03-28T11:30:00.000Z',
    endsAt: '2027-03-28T13:00:00.000Z',
    allDay: false,
    timeZone: 'Asia/Shanghai',
    ...more,
  }) as GroupEvent

describe('times of events', () => {
  test('stand in the reader’s zone, and beside it in the place’s own', () => {
    expect(tile(event({}), 'en', 'Europe/Berlin')).toEqual({ day: '28', month: 'Mar', weekday: 'Sun' })
    expect(span(event({}), 'en', 'Europe/Berlin')).toMatch(/^13:30\s–\s15:00$/)
    expect(there(event({}), 'en', 'Europe/Berlin')).toBe('Sun 19:30 · Shanghai')
    expect(there(event({}), 'en', 'Asia/Shanghai')).toBeNull()
  })
  test('whole days are those of the place, wherever one reads', () => {
    const day = event({ allDay: true, startsAt: '2027-01-17T16:00:00.000Z', endsAt: '2027-01-17T16:00:00.000Z' })
    expect(tile(day, 'zh', 'America/New_York').day).toBe('18')
    expect(span(day, 'zh', 'America/New_York')).toBeNull()
  })
  test('a field in any zone says the same moment again, also around a change of the clocks', () => {
    for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC'])
      for (const iso of ['2027-03-28T00:30:00.000Z', '2027-03-28T03:10:00.000Z', '2027-10-31T05:00:00.000Z', '2027-07-01T12:00:00.000Z'])
        expect(fromField(toField(new Date(iso), zone), zone)?.toISOString(), `${zone} ${iso}`).toBe(iso)
    expect(fromField('', 'UTC')).toBeNull()
  })
})
