/**
 * Listening of many, time compressed: 2,000 listeners for 48 hours (`--quick`: 100 for six), with seekers, skippers, loops, two devices, bots, reports that get
 * lost, arrive twice or come days late, and workers that are killed while the pool's periods close. Then every play, every listener's part and every track's
 * income is held against books that were kept beside the planet, and the audit is run. What it costs is told too: reports a second, the time to close.
 */
import { audit, thoroughChecks } from '../server/console/checks.ts'
import { clock, newId } from '../server/foundation/clock.ts'
import { makePerson } from '../server/people/index.ts'
import { decidePool, proposePool } from '../server/royalties/index.ts'
import { addRelease, enrich } from '../server/royalties/closing.testing.ts'
import { closeWithCrashes, compare, listen } from '../server/royalties/simulate.testing.ts'
import type { World } from '../server/royalties/simulation.testing.ts'
import type { TestPlanet } from '../server/testing.ts'
import type { Bench } from './_bench.ts'

const hour = 3_600_000
const day = 24 * hour

export default {
  name: 'plays',
  about: 'plays counted exactly once and a pool paid to the last millionth: simulated listening against books of its own',
  async run({ quick, say, freshDatabase, flags }) {
    const asked = Number([...flags].find(flag => flag.startsWith('--listeners='))?.split('=')[1] ?? Number.NaN)
    const count = Number.isInteger(asked) && asked > 0 ? asked : quick ? 100 : 2000
    const hours = quick ? 6 : 48
    const { db, close } = await freshDatabase({ max: 12 })
    const real = clock.now().getTime()
    // All of it lies in the past: nothing is posted in the future.
    const start = Math.floor((real - 13 * day) / day) * day
    const shift = (to: number): void => clock.shift(to - Date.now())
    shift(start + hour)
    const planet = { db } as unknown as TestPlanet
    const [one, two, maker] = await db.transaction(async tx => [
      await makePerson(tx, { name: 'One', email: 'one@bench.example', password: { hash: 'x' }, roles: ['finance'], locale: 'en' }),
      await makePerson(tx, { name: 'Two', email: 'two@bench.example', password: { hash: 'x' }, roles: ['finance'], locale: 'en' }),
      await makePerson(tx, { name: 'Maker', email: 'maker@bench.example', password: { hash: 'x' }, roles: [], locale: 'en' }),
    ])
    const people: string[] = []
    for (let from = 0; from < count; from += 100)
      await db.transaction(async tx => {
        for (let n = from; n < Math.min(count, from + 100); n++)
          people.push(
            await makePerson(tx, { name: `L ${n}`, email: `l${n}@bench.example`, password: { hash: 'x' }, roles: [], locale: 'en' }),
          )
      })
    await enrich(planet, 100_000_00n)
    const lengths = Array.from({ length: 400 }, (_, n) => 60_000 + ((n * 7919) % 300) * 1000)
    const { tracks } = await addRelease(planet, maker!, lengths)
    const viewer = (id: string) => ({ id, name: '', email: '', locale: 'en' as const, roles: ['finance'], session: '' })
    const pool = await db.transaction(tx =>
      proposePool(tx, viewer(one!), {
        id: newId('pol'),
        name: 'Listening',
        monthly: { amount: 31_000_00n, currency: 'CNY' },
        every: 'day',
        starts: new Date(start).toISOString().slice(0, 10),
        graceHours: 168,
        reason: 'bench',
      }),
    )
    await db.transaction(tx => decidePool(tx, viewer(two!), { id: pool.id, change: pool.changes[0]!.id, confirm: true, reason: 'bench' }))
    const log = { error: (given: unknown) => say(JSON.stringify(given)) } as unknown as Parameters<typeof closeWithCrashes>[1]
    const world: World = {
      from: start + 2 * hour,
      until: start + 2 * hour + hours * hour,
      listeners: count,
      lengths,
      seed: 11,
      reportMs: quick ? [15_000, 15_000] : [240_000, 60_000],
      restMs: quick ? [30 * 60_000, 300 * 60_000] : [9 * hour, 14 * hour],
      most: 50,
    }
    say(`${count} listeners, ${hours} hours …`)
    const cpu = process.cpuUsage()
    const { books, reports, seconds } = await listen(db, world, people, tracks, shift)
    const used = process.cpuUsage(cpu)
    say(`${reports} reports in ${Math.round(seconds)} s; closing …`)
    shift(start + 12 * day)
    const { killed, seconds: closeSeconds } = await closeWithCrashes(db, log, 5)
    const found = await compare(db, pool.id, people, tracks, books)
    for (const finding of found.findings.slice(0, 10)) say(finding)
    clock.shift(0)
    const results = await audit(db, thoroughChecks)
    // The nightly run of the audit is the operator's; here is none.
    const broken = results.filter(result => !result.ok && result.name !== 'rooms.audited')
    for (const { name, findings } of broken) say(`${name}: ${findings.slice(0, 3).join('; ')}`)
    await close()
    if (found.findings.length > 0 || broken.length > 0) throw new Error('the books do not agree')
    return {
      figures: {
        listeners: count,
        hours,
        reports,
        plays: found.plays,
        counted: found.counted,
        heardHours: found.listened / hour,
        paidUnits: Number(found.paidMicro / 1_000_000n),
        findings: found.findings.length,
        auditFindings: broken.length,
        workersKilled: killed,
        reportsPerSecond: reports / seconds,
        cpuMsPerReport: (used.user + used.system) / 1000 / reports,
        closeSeconds,
      },
      ratios: {},
    }
  },
} satisfies Bench
