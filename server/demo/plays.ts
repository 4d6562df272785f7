/** The demo world's pool for plays: begun by two people, its first month closed, the next one open; so that minutes and statements show something true. */
import { newId } from '../foundation/clock.ts'
import { openPeriods, step } from '../royalties/index.ts'
import { isoDay } from './acting.ts'
import type { MoneyEvent } from './money.ts'
import { poolsOf } from './store.ts'

const day = 86_400_000
const graceHours = 192
const [finance, operator] = ['finance@demo.example', 'operator@demo.example'] as const
const monthOf = (at: number, plus = 0): number => Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + plus, 1)
const nameOf = (month: number): string => new Date(month).toISOString().slice(0, 7)

/** The newest month that is over for so long that it is closed. */
export function closedMonth(now: number): number {
  const last = monthOf(now, -1)
  return monthOf(now) + graceHours * 3_600_000 + 3_600_000 < now ? last : monthOf(now, -2)
}

export function playEvents(now: number): MoneyEvent[] {
  const first = closedMonth(now)
  const pool = newId('pol', new Date(first - 3 * day))
  const open: MoneyEvent = {
    name: 'plays.open',
    at: new Date(first - 3 * day + 10 * 3_600_000),
    run: async ({ act, at }) => {
      const made = await act<{ id: string; changes: { id: string }[] }>(finance, 'POST /console/pools', {
        id: pool,
        name: '星球听歌基金',
        monthly: { amount: '3000', currency: 'CNY' },
        every: 'month',
        starts: isoDay(new Date(first)),
        graceHours,
        reason: '每月拿出佣金的一部分，按每位听众自己的收听分给音乐人',
      })
      await act(operator, 'POST /console/pools/:id/decide', {
        id: made.id,
        change: made.changes[0]!.id,
        confirm: true,
        reason: `同意，从 ${isoDay(at).slice(0, 4)} 年起试行`,
      })
    },
  }
  const begin = (month: number): MoneyEvent => ({
    name: `plays.begin.${nameOf(month)}`,
    at: new Date(month + 600_000),
    run: async ({ tx, at }) => {
      await openPeriods(tx, at)
      for (const one of await poolsOf(tx)) await step(tx, one, nameOf(month), at)
    },
  })
  const close: MoneyEvent = {
    name: 'plays.close',
    at: new Date(monthOf(first, 1) + graceHours * 3_600_000 + 600_000),
    run: async ({ tx, at }) => {
      for (const one of await poolsOf(tx)) for (;;) if ((await step(tx, one, nameOf(first), at)) === 'done') break
    },
  }
  const months: number[] = []
  for (let month = first; month <= now; month = monthOf(month, 1)) months.push(month)
  return [open, ...months.map(begin), close].filter(event => event.at.getTime() <= now)
}
