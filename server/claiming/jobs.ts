/** Background work: giving a page when its time is over, looking behind links, and each night what was missed and what is not needed any more. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { removeFiles } from './claims.ts'
import { grantAllDue, grantDue } from './deciding.ts'
import { lookBehind } from './looking.ts'
import { after, fileDays } from './policy.ts'
import { filesBefore, noteFilesGone } from './store.ts'

/** Pages whose time came while nobody worked, and files of claims that ended long ago. */
export async function sweep(db: Db): Promise<{ given: number; cleared: number }> {
  const given = await grantAllDue(db)
  const old = await filesBefore(db.read, after(clock.now(), -fileDays), 1000)
  for (const id of old) {
    // The files first: noted as gone, they are.
    await removeFiles(id)
    await db.transaction(tx => noteFilesGone(tx, id, clock.now()))
  }
  return { given, cleared: old.length }
}

export const jobs = {
  'claiming.grant': async ({ write }: JobContext, { claim }: { claim: string }) => {
    await write(tx => grantDue(tx, claim))
  },
  'claiming.look': lookBehind,
  'claiming.nightly': async ({ db, log }: JobContext) => {
    const { given, cleared } = await sweep(db)
    if (given + cleared > 0) log.info({ given, cleared }, 'claiming: pages were given by time, files taken away')
  },
} satisfies Jobs
