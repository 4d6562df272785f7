/** Background work: spreading to many, mails, pushes, what others tell. `startNoticesWork` begins the rounds that keep themselves going. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { pointsListeners } from './hearing-points.ts'
import { salesListeners } from './hearing-sales.ts'
import { listeners } from './hearing.ts'
import { makeDigests, sendOne } from './mailing.ts'
import { sendPushes } from './pushing.ts'
import { goOn } from './spreading.ts'
import { endUnsure, mailsLeft } from './store-sending.ts'
import { deleteOld, openSpreads } from './store.ts'

const minuteMs = 60_000
/** Graphile's own wait grows with each try: twelve take about a day and a half. */
const mostTries = 12
/** Nobody waits that long for an answer: whoever asked is dead. */
const deadMs = 10 * minuteMs

export const jobs = {
  ...listeners,
  ...pointsListeners,
  ...salesListeners,
  'notices.spread': ({ db, signal }: JobContext, { cause }: { cause: string }) => goOn(db, cause, signal),
  'notices.mail': (context: JobContext, { mail }: { mail: string }) => sendOne(context, mail, context.attempt >= mostTries),
  'notices.push': (context: JobContext) => sendPushes(context),
  /** Each minute: digests that are due, pushes whose quiet hours ended, what a crash left behind. */
  'notices.round': async (context: JobContext) => {
    const { db, write, log, signal } = context
    const now = clock.now()
    const round = new Date(now.getTime() + minuteMs)
    await write(tx => enqueue(tx, 'notices.round', {}, { key: 'notices.round', runAt: round }))
    const unsure = await write(tx => endUnsure(tx, new Date(now.getTime() - deadMs), now))
    if (unsure > 0) log.warn({ unsure }, 'mails or pushes whose answer never came; they are not sent again')
    await makeDigests(db, signal)
    await sendPushes(context)
  },
  'notices.nightly': async ({ write }: JobContext) => {
    const now = clock.now()
    await write(async tx => {
      await deleteOld(tx, now)
      for (const cause of await openSpreads(tx))
        await enqueue(tx, 'notices.spread', { cause }, { queue: 'notices.spread', key: `notices.spread:${cause}` })
      for (const mail of await mailsLeft(tx, new Date(now.getTime() - 2 * 86_400_000)))
        await enqueue(tx, 'notices.mail', { mail }, { key: `notices.mail:${mail}` })
      await enqueue(tx, 'notices.nightly', {}, { key: 'notices.nightly', runAt: new Date(now.getTime() + 86_400_000) })
    })
  },
} satisfies Jobs

export const startNoticesWork = (db: Db): Promise<void> =>
  db.transaction(async tx => {
    await enqueue(tx, 'notices.round', {}, { key: 'notices.round' })
    await enqueue(tx, 'notices.nightly', {}, { key: 'notices.nightly' })
  })
