/** What happens by itself: the waiting list, lotteries, refunds of cancelled shows, the end of a show. All harmless at any time, and again. */
import { clock } from '../foundation/clock.ts'
import type { Db } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { enqueue, type Jobs } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import { closeOffers, putOffers } from '../shop/index.ts'
import { moveMoney, refundShow } from './back.ts'
import { drawLottery } from './lottery.ts'
import { dueShows, lockShow, readShow, setState, tiersOf } from './store.ts'
import { dueLotteries, tiersToServe } from './store-lists.ts'
import { showOfHall, unfinished } from './store-sale.ts'
import { firstAt } from './policy.ts'
import { serve } from './waiting.ts'

/** A show whose time has come: past it is over; put off and asked about long enough it is on sale again. */
export async function tick(db: Pick<Db, 'transaction'>, id: string): Promise<void> {
  await db.transaction(async tx => {
    await lockShow(tx, id)
    const show = await readShow(tx, id)
    const at = clock.now()
    if (show === undefined) return
    const living = show.state === 'announced' || show.state === 'on_sale' || show.state === 'postponed'
    const over = living && !show.dateOpen && show.endsAt <= at
    const again = show.state === 'postponed' && !show.dateOpen && show.askUntil !== null && show.askUntil <= at
    if (!over && !again) return
    const tiers = await tiersOf(tx, [id])
    if (over) {
      await setState(tx, id, { state: 'over', at })
      await closeOffers(
        tx,
        'ticket',
        tiers.map(tier => tier.id),
      )
    } else {
      await setState(tx, id, { state: show.hall === null ? 'announced' : 'on_sale', at })
      const by = show.closedBy ?? show.owner ?? ''
      if (show.hall !== null)
        await putOffers(
          tx,
          tiers
            .filter(tier => tier.offer !== null && tier.state === 'open')
            .map(tier => ({
              kind: 'ticket',
              subject: tier.id,
              page: show.page,
              title: show.title,
              detail: tier.name,
              picture: show.picture,
              pricing: tier.price === 0n ? ('free' as const) : ('fixed' as const),
              amount: tier.price,
              currency: show.currency,
              opensAt: firstAt(tier),
              closesAt: show.endsAt,
              mostEach: tier.mostEach,
              listed: false,
              by,
            })),
        )
    }
    await tell(tx, { type: 'show_changed', show: id })
    publish(tx, `show:${id}`, { kind: 'changed', id })
  })
}

export const jobs = {
  'shows.waiting': async ({ db }, { tier }: { tier: string }) => void (await serve(db, tier)),
  /** Seating says that places of a hall which had few can be had again. */
  'shows.returned': async ({ db }, { hall }: { hall: string }) => {
    const show = await showOfHall(db.read, hall)
    if (show !== undefined) for (const tier of await tiersOf(db.read, [show])) if (tier.waiting > 0) await serve(db, tier.id)
  },
  'shows.lottery': async ({ db, config }, { show }: { show: string }) => void (await drawLottery(db, config, show)),
  'shows.refund': async ({ db, log }, { show }: { show: string }) => {
    const open = await refundShow(db, show, (line, error) =>
      log.error({ err: error, line }, 'shows: a line of a cancelled show could not be refunded'),
    )
    if (open > 0)
      await db.transaction(tx =>
        enqueue(tx, 'shows.refund', { show }, { key: `shows.refund:${show}`, runAt: new Date(clock.now().getTime() + 3_600_000) }),
      )
  },
  'shows.money': async ({ db }, { show }: { show: string }) => moveMoney(db, show),
  'shows.tick': async ({ db }, { show }: { show: string }) => tick(db, show),
  /** What a restart or a lost job left: once a night, and harmless. */
  'shows.nightly': async ({ db, config, log }) => {
    const now = clock.now()
    for (const { id } of await dueShows(db.read, now)) await tick(db, id)
    for (const show of await dueLotteries(db.read, now))
      if (await drawLottery(db, config, show)) log.warn({ show }, 'shows: a lottery had waited for the night')
    for (const tier of await tiersToServe(db.read, now)) await serve(db, tier)
    for (const show of await unfinished(db.read))
      await refundShow(db, show, (line, error) => log.error({ err: error, line }, 'shows: a line could not be refunded'))
  },
} satisfies Jobs
