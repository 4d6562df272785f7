/** The disk is full for a while: the planet says so in one sentence, loses nothing, and goes on when there is room again. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startPostgres } from '../../server/foundation/postgres.ts'
import { until } from '../../server/foundation/testing.ts'
import { faultWords } from '../../shared/words/faults.ts'
import { ownPlanet, type OwnPlanet, type Running } from '../planet.ts'
import { limitMs, makeCrowd, proveBooks, provePurchases, quiet, rowsNow, scale } from './crowd.ts'

// A small disk of its own needs the right to mount one.
const disk = mkdtempSync(join(tmpdir(), 'planet-disk-'))
const mounted = userInfo().uid === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${300 * scale}m`, 'tmpfs', disk]).status === 0

let planet: OwnPlanet
let running: Running
const home = join(disk, 'home')
beforeAll(async () => {
  if (!mounted) return
  mkdirSync(home)
  planet = await ownPlanet({ PLANET_DEMO: '0', PLANET_HOME: home })
  running = await planet.start()
})
afterAll(async () => {
  if (mounted) {
    await planet.remove()
    spawnSync('umount', [disk])
  }
  rmSync(disk, { recursive: true, force: true })
})

const ballast = join(disk, 'ballast')
/** Takes every block there is. */
function fill(): void {
  const block = Buffer.alloc(1 << 16)
  for (;;) {
    try {
      appendFileSync(ballast, block)
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
      return
    }
  }
}

/** How PostgreSQL refuses: nobody listens, or it is not ready yet. */
const away = { gone: 'ENOENT', starting: '57P03' }
const stateOf = (database: string): Promise<string> =>
  rowsNow(database, 'select 1').then(
    () => 'there',
    (error: unknown) => String((error as { code?: unknown }).code),
  )

test.skipIf(!mounted)(
  'the disk is full: first for tables, then for the log too',
  async () => {
    const database = (await startPostgres({ home })).url
    const purchases = 160 * scale
    const crowd = await makeCrowd([running.url], database, 16 * scale, 'disk')
    const buying = crowd.buy(purchases)
    for (const part of [0.2, 0.5]) {
      await until(() => crowd.seen.done >= purchases * part, `${part} of the purchases`, 60_000)
      const before = crowd.seen.answers.get(503) ?? 0
      fill()
      // The next piece of the write-ahead log cannot be made: PostgreSQL itself gives up, and starts again in vain before there is room.
      if (part === 0.5) {
        for (let n = 0; n < 3; n++) await rowsNow(database, 'select pg_switch_wal()').catch(() => undefined)
        for (const state of [away.gone, away.starting, away.gone]) await until(async () => (await stateOf(database)) === state, state)
      }
      await until(() => (crowd.seen.answers.get(503) ?? 0) > before + 40, 'answers that say "not now"', 60_000)
      rmSync(ballast)
    }
    await buying
    expect(running.ended()).toBeUndefined()
    expect(crowd.seen.away).toBe(faultWords.en.unavailable)
    await quiet(database)
    const tally = await provePurchases(crowd, database)
    expect(tally.settled).toBeGreaterThan(purchases / 2)
    expect(crowd.strange).toEqual([])
    await proveBooks(planet.run)
    expect(await running.stop()).toBe(0)
  },
  limitMs,
)
