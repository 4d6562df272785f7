/** Background work: what is behind links, clips that become ready, what is popular. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { audioFacts } from '../media/index.ts'
import { waitForClip } from './attachments.ts'
import { tellPlace, tellPost } from './places.ts'
import { lookBehind } from './previews.ts'
import { readHead } from './store.ts'
import { renewHot } from './store-lists.ts'

const hotEveryMs = 5 * 60_000
const hotDays = 3
const mostHot = 300
const mostRounds = 200

export const jobs = {
  'feed.preview': lookBehind,
  'feed.clip': async ({ read, write }, { post: id, round }: { post: string; round: number }) => {
    const post = await readHead(read, id)
    if (post === undefined || post.deleted || post.clip === null) return
    const facts = (await audioFacts(read, [post.clip])).get(post.clip)
    const over = facts?.state === 'failed' || (facts?.state === 'ready' && facts.progress >= 1)
    if (!over && round >= mostRounds) return
    await write(async tx => {
      if (!over) return waitForClip(tx, id, round + 1)
      tellPlace(tx, post.place, { kind: 'post', id, change: 'changed' })
      tellPost(tx, id, { kind: 'post', id, change: 'changed' })
    })
  },
  'feed.popular': async ({ write }) => {
    const now = clock.now()
    await write(async tx => {
      await renewHot(tx, new Date(now.getTime() - hotDays * 86_400_000), now, mostHot)
      await enqueue(tx, 'feed.popular', {}, { key: 'feed.popular', runAt: new Date(now.getTime() + hotEveryMs) })
    })
  },
} satisfies Jobs

/** At the start of a worker: keeps what is popular fresh. */
export const startFeedWork = (db: Db): Promise<void> => db.transaction(tx => enqueue(tx, 'feed.popular', {}, { key: 'feed.popular' }))
