/** Background work of intake. */
import type { Db } from '../foundation/db.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { compareSound } from './alike.ts'
import { askForScan, scan, watchFolders } from './folders.ts'
import { readHeads } from './store.ts'

export const jobs = {
  'intake.scan': scan,
  /** The clock's way to the same: through the one queue, so that a folder is looked at once at a time. */
  'intake.again': ({ write }: JobContext, { folder }: { folder: string }) => write(tx => askForScan(tx, folder)),
  /** asset_processed */
  'intake.alike': ({ db }: JobContext, { asset }: { asset: string }) => compareSound(db, asset),
} satisfies Jobs

/** At the start of a worker: folders of the environment are watched, and all are looked at: what happened meanwhile nobody told. */
export async function startIntakeWork(db: Db, paths: readonly string[]): Promise<void> {
  await watchFolders(db, paths)
  const heads = await readHeads(db.write)
  await db.transaction(async tx => {
    for (const { id } of heads) await askForScan(tx, id)
  })
}
