import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import type { Jobs } from '../foundation/jobs.ts'
import { after, dayMs, lateDays } from './policy.ts'
import { moveSales } from './store.ts'
import { overdueJobs, silentJobs } from './store-jobs.ts'
import { overMemberships, tellEnding } from './store-members.ts'
import { endingVouchers, overVoucherLines } from './store-vouchers.ts'
import { runOut, settleDone } from './vouchers.ts'
import { acceptSilent, endJob } from './work.ts'

const most = 1000

/** What time alone does; each thing in a transaction of its own, so that one that fails stops no other. Gives how many were done. */
export async function sweep(db: Db): Promise<{ accepted: number; late: number; over: number }> {
  const at = clock.now()
  const each = async (ids: readonly string[], act: (id: string) => Promise<void>): Promise<number> => {
    let done = 0
    for (const id of ids)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await act(id).then(
        () => done++,
        () => undefined,
      )
    return done
  }
  const accepted = await each(await silentJobs(db.read, at, most), line => db.transaction(tx => acceptSilent(tx, line)))
  const late = await each(await overdueJobs(db.read, after(at, -lateDays), most), line => db.transaction(tx => endJob(tx, line, null, '')))
  const over = await each(await overVoucherLines(db.read, at, most), line => db.transaction(tx => runOut(tx, line)))
  await db.transaction(async tx => moveSales(tx, await overMemberships(tx, at, most), ['handed'], 'ended'))
  await db.transaction(async tx => {
    for (const days of [1, 7]) {
      // oxlint-disable-next-line no-await-in-loop -- two
      const ending = await tellEnding(tx, at, days)
      // oxlint-disable-next-line no-await-in-loop -- two
      await tellAll(
        tx,
        ending.map(({ person, page, until }) => ({ type: 'membership_ending', person, page, until: until.toISOString(), stage: days })),
      )
    }
    // The nights are a day apart: each voucher ends in a week once.
    const soon = await endingVouchers(db.read, after(at, 6), new Date(at.getTime() + 7 * dayMs))
    await tellAll(
      tx,
      soon.map(({ id, person, until }) => ({ type: 'voucher_ending', voucher: id, person, until: until.toISOString() })),
    )
  })
  return { accepted, late, over }
}

export const jobs = {
  'services.accept': ({ write }, { line }: { line: string }) => write(tx => acceptSilent(tx, line)),
  'services.settle': ({ write }, { line }: { line: string }) => write(tx => settleDone(tx, line)),
  'services.nightly': async ({ db, log }) => {
    const { accepted, late, over } = await sweep(db)
    if (accepted + late + over > 0) log.info({ accepted, late, over }, 'services: some were accepted by time, ended, or ran out')
  },
} satisfies Jobs
