/** An app process for seating.test.ts: holds places one after the other and says how many it has, until it is killed. */
import { clock, newId } from '../foundation/clock.ts'
import { openDb } from '../foundation/db.ts'
import { hold } from './holding.ts'

const [url, hall, ms] = process.argv.slice(2) as [string, string, string]
const db = openDb({ url, max: 4 })
for (let held = 1; ; held++) {
  const until = new Date(clock.now().getTime() + Number(ms))
  await Promise.all(
    [1, 2, 3].map(() => hold(db, { id: newId('sth'), hall, person: `usr_${process.pid}`, wants: [{ tier: 'floor', count: 1 }], until })),
  ).catch(() => undefined)
  process.send!(held)
}
