/** Pushes to browsers: each notice to each browser once, when it may ring. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { pushKeys, sendPush, type PushAnswer } from '../foundation/push.ts'
import { deleteDevice, endPush, takePushes, type PushRow } from './store-sending.ts'
import { readNotices } from './store.ts'
import { sayShort } from './wording.ts'

/** Taken at a time, and how many are on their way at once. */
const most = 50
const atOnce = 10
const mostTries = 6
const dayMs = 86_400_000

export const keyForBrowsers = async (db: Db): Promise<string> => (await pushKeys(db)).publicKey

/** Works off all that is due. A push is marked before it goes out: whoever dies in between leaves it unsure, and unsure is never sent again. */
export async function sendPushes({
  db,
  read,
  write,
  config,
  log,
  signal,
}: Pick<JobContext, 'db' | 'read' | 'write' | 'config' | 'log' | 'signal'>): Promise<void> {
  const keys = await pushKeys(db)
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- batch after batch
    const taken = await write(tx => takePushes(tx, clock.now(), most))
    if (taken.length === 0) return
    // oxlint-disable-next-line no-await-in-loop
    const notices = new Map((await readNotices(read, [...new Set(taken.map(push => push.notice))])).map(row => [row.id, row]))
    const left = [...taken]
    const one = async (): Promise<void> => {
      for (let push = left.shift(); push !== undefined; push = left.shift()) {
        const row = notices.get(push.notice)
        const { title, body } = row === undefined ? { title: 'Planet', body: '' } : sayShort(row, push.locale)
        // oxlint-disable-next-line no-await-in-loop -- several of these loops run side by side
        const answer = await sendPush(
          config,
          keys,
          push,
          { title, body, url: row?.link ?? '/notices', tag: push.notice },
          // The part of an id that differs, 26 characters: the service keeps one of it.
          { topic: push.notice.slice(4), ttlSeconds: 3 * 86_400 },
        )
        // oxlint-disable-next-line no-await-in-loop
        await write(tx => end(tx, push, answer))
        if (answer.kind === 'refused') log.warn({ device: push.device }, 'a push service refused a push')
      }
    }
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(Array.from({ length: atOnce }, one))
  }
}

async function end(tx: Parameters<typeof endPush>[0], push: PushRow, answer: PushAnswer): Promise<void> {
  const now = clock.now()
  if (answer.kind === 'gone') return void (await deleteDevice(tx, push.device, null))
  if (answer.kind === 'later' && push.tries < mostTries) {
    const ms = Math.min(answer.ms ?? 30_000 * 4 ** (push.tries - 1), dayMs)
    return endPush(tx, push, 'waiting', new Date(now.getTime() + ms), now)
  }
  return endPush(tx, push, answer.kind === 'sent' ? 'sent' : answer.kind === 'unsure' ? 'unsure' : 'failed', null, now)
}
