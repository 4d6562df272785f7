/**
 * Listening that becomes points: 5,000 members of one group (`--quick`: 500) tell of what they hear, 200 times a second, while a worker counts missions and grants
 * points. Reports come doubled, late and in any order, plays grow, some are withdrawn. At the end every member's days, windows and points are held against books
 * kept beside the planet, and the audit is run. The same load on a tenth of the members says what members cost.
 */
import { jobs } from '../server/app.ts'
import { audit, thoroughChecks } from '../server/console/checks.ts'
import { clock } from '../server/foundation/clock.ts'
import { readConfig } from '../server/foundation/config.ts'
import { openDb, type Db } from '../server/foundation/db.ts'
import { startWorker, type Jobs } from '../server/foundation/jobs.ts'
import { makeLog } from '../server/foundation/log.ts'
import type { Bench } from './_bench.ts'
import { compare, makeActs, makeWorld, type Play, type World } from './_fans.ts'

const perSecond = 200
/** Requests that may be on their way at once; more is not sent, and the rate falls below what was asked. */
const mostAtOnce = 100
const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
const p95 = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0

async function run(world: World, workers: Db, seconds: number, say: (text: string) => void) {
  const { db } = world
  const books = new Map<string, Play>()
  const next = makeActs(world, books)
  /** When a play was told of last and not yet counted. */
  const told = new Map<string, number>()
  const lags: number[] = []
  const counted: Jobs = {
    ...jobs,
    'missions.heard': async (context, payload) => {
      await (jobs['missions.heard'] as Jobs[string])(context, payload)
      const now = clock.ticks()
      for (const { play } of payload as unknown as { play?: string }[]) {
        const at = play === undefined ? undefined : told.get(play)
        if (at === undefined || at > now) continue
        lags.push(now - at)
        told.delete(play!)
      }
    },
  }
  const config = readConfig({}, { home: '/nowhere', demo: false, secret: 'x'.repeat(40), logLevel: 'error' })
  const worker = await startWorker({ db: workers, log: makeLog('error'), config, jobs: counted, concurrency: 2 })
  const cpu = process.cpuUsage()
  const begun = clock.ticks()
  let acts = 0
  let running = 0
  let worst = 0
  const took: number[] = []
  const one = async (): Promise<void> => {
    running++
    const from = clock.ticks()
    try {
      const play = await next()()
      if (play !== null) told.set(play, clock.ticks())
      took.push(clock.ticks() - from)
    } finally {
      running--
    }
  }
  const failed: unknown[] = []
  while (clock.ticks() - begun < seconds * 1000) {
    // An open loop: what is due is sent, whether the planet has answered or not.
    const due = Math.floor(((clock.ticks() - begun) / 1000) * perSecond)
    for (; acts < due && running < mostAtOnce; acts++) void one().catch((error: unknown) => failed.push(error))
    worst = Math.max(worst, running)
    await pause(5)
  }
  while (running > 0) await pause(5)
  const elapsed = (clock.ticks() - begun) / 1000
  const waiting = async (): Promise<boolean> =>
    ((
      await db.pool.query(
        `select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'missions.heard' union all select 1 from house.gathered limit 1`,
      )
    ).rowCount ?? 0) > 0
  while (await waiting()) await pause(100)
  const used = process.cpuUsage(cpu)
  await worker.stop()
  if (failed.length > 0) throw failed[0]
  const found = await compare(world, books)
  for (const finding of found.findings.slice(0, 10)) say(finding)
  const grants = Number((await db.pool.query<{ n: bigint }>('select count(*) as n from points.granted')).rows[0]!.n)
  const taken = Number(
    (await db.pool.query<{ n: bigint }>('select count(*) as n from missions.completion where taken_at is not null')).rows[0]!.n,
  )
  return {
    ...found,
    acts,
    eventsPerSecond: acts / elapsed,
    lagP95Ms: p95(lags),
    reportP95Ms: p95(took),
    grants,
    taken,
    grantsPerSecond: grants / elapsed,
    cpuMsPerEvent: (used.user + used.system) / 1000 / acts,
    mostAtOnce: worst,
  }
}

export default {
  name: 'points',
  about: 'listening of 5,000 members, 200 events a second, becomes points: exact against books of its own',
  async run({ quick, say, freshDatabase }) {
    const members = quick ? 500 : 5000
    const seconds = quick ? 20 : 120
    const results = []
    for (const count of [members / 10, members]) {
      const { db, url, close } = await freshDatabase({ max: 12 })
      // Requests and workers do not take connections from each other, as in two processes.
      const workers = openDb({ url, max: 6 })
      say(`${count} members …`)
      const world = await makeWorld(db, count)
      await db.pool.query('vacuum analyze')
      say(`${perSecond} events a second for ${seconds} s …`)
      const result = await run(world, workers, seconds, say)
      const checks = await audit(db, thoroughChecks)
      const broken = checks.filter(check => !check.ok && check.name !== 'rooms.audited')
      for (const { name, findings } of broken) say(`${name}: ${findings.slice(0, 3).join('; ')}`)
      await workers.close()
      await close()
      if (result.findings.length > 0 || broken.length > 0) throw new Error('the books do not agree')
      results.push(result)
    }
    const [small, full] = results as [(typeof results)[0], (typeof results)[0]]
    return {
      figures: {
        members,
        seconds,
        events: full.acts,
        eventsPerSecond: full.eventsPerSecond,
        lagP95Ms: full.lagP95Ms,
        reportP95Ms: full.reportP95Ms,
        windowsReached: full.reached,
        grants: full.grants,
        grantsPerSecond: full.grantsPerSecond,
        takenBack: full.taken,
        points: full.points,
        cpuMsPerEvent: full.cpuMsPerEvent,
        mostAtOnce: full.mostAtOnce,
        findings: 0,
        auditFindings: 0,
        lagP95MsTenth: small.lagP95Ms,
        cpuMsPerEventTenth: small.cpuMsPerEvent,
        grantsTenth: small.grants,
      },
      ratios: { cpuTenfoldMembers: full.cpuMsPerEvent / small.cpuMsPerEvent, lagTenfoldMembers: full.lagP95Ms / small.lagP95Ms },
    }
  },
} satisfies Bench
