/** The desk of who puts a show on: making it, its tiers, opening the sale, putting it off, cancelling it. */
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { screen } from '../moderation/index.ts'
import { mayEditPage } from '../people/index.ts'
import { planFor, usableVenue } from '../seating/index.ts'
import { closeOffers, putOffers } from '../shop/index.ts'
import { setHall } from './capacity.ts'
import { commitLottery } from './lottery.ts'
import { reportOf } from './report.ts'
import { ownShow, seeShow, shownLottery, showPage, type Input, type Ok } from './showing.ts'
import {
  groupsOfEditor,
  membershipOf,
  insertShow,
  lockShow,
  pagesThere,
  putOff,
  readShow,
  saveTiers,
  setOffers,
  setPicture as writePicture,
  setState as writeState,
  tiersOf,
  updateShow,
  versionOfMap,
  type GivenShow,
  type ShowRow,
  type TierRow,
} from './store.ts'
import { firstAt } from './policy.ts'
import { countAnswers, countToRefund, promosOf } from './store-sale.ts'
import { putLottery } from './store-lists.ts'
import { wordsOf } from './words.ts'

export type Desk = Ok<'GET /shows/:id/desk'>
const longestMs = 14 * 86_400_000

export async function deskOf(db: Read | Tx, viewer: Viewer, id: string): Promise<Desk> {
  const row = await ownShow(db, viewer, id)
  const tiers = await tiersOf(db, [id])
  const fixed = row.hall !== null
  return {
    show: await showPage(db, viewer, row),
    fields: {
      ...row,
      currency: row.currency as Currency,
      acts: row.acts.map(({ page, name }) => ({ page, name })),
    },
    tiers: tiers.map(tier => ({ ...tier, capacity: tier.places, fixed: fixed && tier.sold + tier.held > 0 })),
    promos: await promosOf(db, id, clock.now()),
    report: await reportOf(db, row, tiers),
    choices: { groups: await groupsOfEditor(db, row.page, viewer.id), membership: await membershipOf(db, row.page) },
    lottery: await shownLottery(db, id, viewer.id),
    refunding: row.state === 'cancelled' ? await countToRefund(db, id) : null,
    answers: row.askUntil === null ? null : await countAnswers(db, id, row.askUntil),
  }
}
export const getDesk = (db: Read, viewer: Viewer, { id }: Input<'GET /shows/:id/desk'>): Promise<Desk> => deskOf(db, viewer, id)

const wrong = (field: string): never => {
  throw fault('unprocessable', 'show_times', { fields: { [field]: 'show_times' } })
}
function inTime(row: Pick<GivenShow, 'doorsAt' | 'startsAt' | 'endsAt'>): void {
  if (row.endsAt <= row.startsAt || row.endsAt.getTime() - row.startsAt.getTime() > longestMs) wrong('endsAt')
  if (row.doorsAt !== null && (row.doorsAt > row.startsAt || row.startsAt.getTime() - row.doorsAt.getTime() > 86_400_000)) wrong('doorsAt')
}
function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
/** What was sold under certain terms keeps them: once on sale these stay. */
const sameTerms = (before: ShowRow, now: GivenShow): boolean =>
  before.currency === now.currency && before.sale === now.sale && before.realName === now.realName && before.map === now.map
/** The promise of refunds may only become better while tickets are out. */
const noWorse = (before: ShowRow['ladder'], now: ShowRow['ladder']): boolean =>
  [...before, ...now].every(({ days }) => {
    const at = (steps: ShowRow['ladder']): number => steps.find(step => days >= step.days)?.percent ?? 0
    return at(now) >= at(before)
  })

export async function putShow(tx: Tx, viewer: Viewer, input: Input<'PUT /shows/:id'>): Promise<Desk> {
  await lockShow(tx, input.id)
  const before = await readShow(tx, input.id, viewer.id)
  if (before !== undefined && !before.mayEdit) throw fault('conflict', 'key_reused')
  if (before !== undefined && before.page !== input.page) throw fault('conflict', 'show_fixed', { fields: { page: 'show_fixed' } })
  if (before === undefined && !(await mayEditPage(tx, viewer, input.page)))
    throw (await pagesThere(tx, [input.page])).has(input.page) ? fault('forbidden', 'own_page_only') : fault('not_found')
  if (before?.state === 'cancelled' || before?.state === 'over') throw fault('conflict', 'show_state')
  const acts = input.acts ?? []
  const pages = await pagesThere(
    tx,
    acts.flatMap(act => act.page ?? []),
  )
  const groups = new Set((await groupsOfEditor(tx, input.page, viewer.id)).map(group => group.id))
  const venue = input.venue ?? null
  if (venue !== null && venue !== before?.venue && !(await usableVenue(tx, viewer, venue))) throw fault('not_found')
  const map = venue === null ? null : (input.map ?? null)
  const mapVersion =
    map === null ? null : map === before?.map && before.hall !== null ? before.mapVersion : await versionOfMap(tx, map, venue!)
  if (map !== null && (mapVersion === null || (await planFor(tx, map, mapVersion)) === undefined)) throw fault('not_found')
  const row: GivenShow = {
    id: input.id,
    page: input.page,
    title: input.title,
    series: input.series ?? null,
    about: input.about ?? '',
    rules: input.rules ?? '',
    venue,
    map,
    mapVersion,
    place: input.place,
    address: input.address ?? '',
    city: input.city,
    country: input.country,
    latitude: input.longitude == null ? null : (input.latitude ?? null),
    longitude: input.latitude == null ? null : (input.longitude ?? null),
    zone: input.zone,
    doorsAt: input.doorsAt ?? null,
    startsAt: input.startsAt,
    endsAt: input.endsAt,
    minAge: input.minAge ?? 0,
    sale: input.sale ?? 'direct',
    currency: input.currency ?? 'CNY',
    mostEach: input.mostEach ?? 6,
    realName: input.realName ?? 'none',
    ladder: input.ladder ?? [],
    waitingList: input.waitingList ?? true,
    transfer: input.transfer ?? true,
    resale: input.resale ?? true,
    reentry: input.reentry ?? false,
    renameHours: input.renameHours ?? 24,
    groups: (input.groups ?? []).filter(group => groups.has(group) || before?.groups.includes(group)),
    acts: acts.map(act => ({
      page: act.page != null && pages.has(act.page) ? act.page : null,
      name: act.page == null ? act.name : (pages.get(act.page) ?? act.name),
    })),
    words: '',
  }
  if (!isZone(row.zone)) throw fault('unprocessable', 'zone_unknown', { fields: { zone: 'zone_unknown' } })
  inTime(row)
  row.words = wordsOf([row.title, row.series ?? '', ...row.acts.map(act => act.name), row.place, row.city])
  const at = clock.now()
  if (before?.hall != null) {
    if (!sameTerms(before, row) || !noWorse(before.ladder, row.ladder))
      throw fault('conflict', 'show_fixed', { fields: { ladder: 'show_fixed' } })
    // Another day is told and asked about: that is putting it off.
    if (Math.abs(before.startsAt.getTime() - row.startsAt.getTime()) > 6 * 3_600_000)
      throw fault('conflict', 'show_fixed', { fields: { startsAt: 'show_fixed' } })
  }
  await screen(tx, {
    kind: 'show',
    group: null,
    person: viewer.id,
    text: [row.title, row.series ?? '', row.about, row.rules].join('\n'),
    links: [],
    now: at,
    edit: true,
  })
  if (before === undefined) {
    if (!(await insertShow(tx, row, viewer.id, at))) throw fault('conflict', 'key_reused')
  } else {
    await lockShow(tx, row.id)
    await updateShow(tx, row, at)
    if (before.state !== 'draft') await changed(tx, row.id)
    if (before.hall !== null) {
      await offersFor(tx, (await readShow(tx, row.id))!, await tiersOf(tx, [row.id]), viewer.id)
      await enqueue(tx, 'shows.money', { show: row.id }, { key: `shows.money:${row.id}` })
    }
  }
  return deskOf(tx, viewer, row.id)
}
async function changed(tx: Tx, id: string): Promise<void> {
  await tell(tx, { type: 'show_changed', show: id })
  publish(tx, `show:${id}`, { kind: 'changed', id })
}

/** Each tier's offer is what it is now; nothing can be ordered of what is not on sale. */
async function offersFor(tx: Tx, show: ShowRow, tiers: readonly TierRow[], by: string): Promise<void> {
  const open = show.state === 'on_sale'
  const lists = tiers.filter(tier => tier.offer !== null || open)
  const ids = await putOffers(
    tx,
    lists.map(tier => ({
      kind: 'ticket',
      subject: tier.id,
      page: show.page,
      title: show.title,
      detail: tier.name,
      picture: show.picture,
      pricing: tier.price === 0n ? ('free' as const) : ('fixed' as const),
      amount: tier.price,
      currency: show.currency,
      // Earlier for some: the hold says who.
      opensAt: firstAt(tier),
      // Who has a hold by then may still order it.
      closesAt: show.endsAt,
      mostEach: tier.mostEach,
      listed: false,
      state: open && tier.state === 'open' ? ('open' as const) : ('closed' as const),
      by,
    })),
  )
  await setOffers(
    tx,
    lists.map((tier, n) => ({ tier: tier.id, offer: ids[n]! })),
  )
}

export async function putTiers(tx: Tx, viewer: Viewer, { id, tiers }: Input<'PUT /shows/:id/tiers'>): Promise<Desk> {
  await ownShow(tx, viewer, id)
  await lockShow(tx, id)
  const show = (await readShow(tx, id, viewer.id))!
  if (show.state === 'cancelled' || show.state === 'over') throw fault('conflict', 'show_state')
  const before = new Map((await tiersOf(tx, [id])).map(tier => [tier.id, tier]))
  if (new Set(tiers.map(tier => tier.id)).size < tiers.length) throw fault('conflict', 'key_reused')
  const groups = new Set((await groupsOfEditor(tx, show.page, viewer.id)).map(group => group.id))
  const rows = tiers.map(tier => {
    const old = before.get(tier.id)
    const { capacity = null, sections = null, opensAt = null, closesAt = null, earlyAt = null, memberHours = 0 } = tier
    if ((capacity === null) === (sections === null) || (sections !== null && show.map === null))
      throw fault('unprocessable', 'show_unready', { fields: { [tier.id]: 'capacity' } })
    if ((opensAt !== null && closesAt !== null && closesAt <= opensAt) || (earlyAt !== null && (opensAt === null || earlyAt >= opensAt)))
      wrong(tier.id)
    if (memberHours > 0 && opensAt === null) wrong(tier.id)
    const early = tier.earlyGroups?.filter(group => groups.has(group) || old?.earlyGroups.includes(group)) ?? []
    return {
      id: tier.id,
      name: tier.name,
      about: tier.about ?? '',
      price: tier.price,
      places: capacity,
      sections,
      colour: tier.colour ?? null,
      opensAt,
      closesAt,
      mostEach: tier.mostEach ?? null,
      secret: tier.secret ?? false,
      earlyAt: early.length === 0 ? null : earlyAt,
      earlyGroups: earlyAt === null ? [] : early,
      memberHours,
      state: tier.state ?? ('open' as const),
    }
  })
  if (rows.some(row => row.price < 0n || row.price > 100_000_000n))
    throw fault('invalid', 'invalid', { fields: { price: '0 … 100000000' } })
  if (show.hall !== null && [...before.keys()].some(old => !rows.some(row => row.id === old)))
    throw fault('conflict', 'show_fixed', { fields: { tiers: 'show_fixed' } })
  if (!(await saveTiers(tx, id, rows))) throw fault('conflict', 'key_reused')
  if (show.hall !== null) {
    const now = await tiersOf(tx, [id])
    await setHall(tx, show, now)
    await offersFor(tx, show, now, viewer.id)
    for (const tier of now) await enqueue(tx, 'shows.waiting', { tier: tier.id }, { key: `shows.waiting:${tier.id}` })
    publish(tx, `show:${id}`, { kind: 'changed', id })
  }
  return deskOf(tx, viewer, id)
}

export async function putPicture(context: StreamContext, viewer: Viewer, input: Input<'PUT /shows/:id/picture'>): Promise<{ ok: true }> {
  const { write, config } = context
  await ownShow(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    const row = await ownShow(tx, viewer, input.id)
    await writePicture(tx, input.id, made.asset, clock.now())
    if (row.state !== 'draft') await changed(tx, input.id)
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}

/** Sets a state that the desk may set, with all that hangs on it. */
export async function moveTo(
  tx: Tx,
  config: Pick<Config, 'secret'>,
  viewer: Viewer,
  id: string,
  to: 'draft' | 'announced' | 'on_sale',
): Promise<void> {
  let show = await ownShow(tx, viewer, id)
  await lockShow(tx, id)
  show = (await readShow(tx, id, viewer.id))!
  if (show.state === to) return
  const at = clock.now()
  if (show.state === 'cancelled' || show.state === 'over' || (show.state === 'postponed' && show.dateOpen))
    throw fault('conflict', 'show_state')
  if (to === 'draft' && (show.state !== 'announced' || show.hall !== null)) throw fault('conflict', 'show_state')
  if (to !== 'draft' && show.endsAt <= at) wrong('endsAt')
  if (to === 'on_sale') {
    const tiers = await tiersOf(tx, [id])
    if (tiers.every(tier => tier.state === 'closed')) throw fault('conflict', 'show_unready', { fields: { tiers: 'show_unready' } })
    const hall = await setHall(tx, show, tiers)
    await writeState(tx, id, { state: to, hall, at })
    const now = await tiersOf(tx, [id])
    show = (await readShow(tx, id, viewer.id))!
    await offersFor(tx, show, now, viewer.id)
    if (show.sale === 'lottery') await commitLottery(tx, config, show, now, at)
  } else {
    await writeState(tx, id, { state: to, at })
    if (show.hall !== null)
      await closeOffers(
        tx,
        'ticket',
        (await tiersOf(tx, [id])).map(tier => tier.id),
      )
  }
  await changed(tx, id)
}

export async function putLotteryTimes(tx: Tx, viewer: Viewer, input: Input<'PUT /shows/:id/lottery'>): Promise<Desk> {
  const show = await ownShow(tx, viewer, input.id)
  if (input.closesAt <= input.opensAt || input.closesAt >= show.startsAt) wrong('closesAt')
  if (!(await putLottery(tx, { show: show.id, opensAt: input.opensAt, closesAt: input.closesAt, hours: input.hours ?? 24 })))
    throw fault('conflict', 'show_fixed')
  return deskOf(tx, viewer, show.id)
}

export async function postpone(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:id/postpone'>): Promise<Desk> {
  let show = await ownShow(tx, viewer, input.id)
  await lockShow(tx, show.id)
  show = (await readShow(tx, show.id, viewer.id))!
  const at = clock.now()
  const { startsAt, endsAt } = input
  if (show.state !== 'on_sale' && show.state !== 'announced' && show.state !== 'postponed') throw fault('conflict', 'show_state')
  if ((startsAt === null) !== (endsAt === null) || (startsAt !== null && startsAt <= at)) wrong('startsAt')
  const doorsAt = startsAt === null ? null : (input.doorsAt ?? null)
  const times = { startsAt: startsAt ?? show.startsAt, endsAt: endsAt ?? show.endsAt, doorsAt }
  if (startsAt !== null) inTime(times)
  const askUntil = new Date(at.getTime() + (input.askDays ?? 14) * 86_400_000)
  await putOff(tx, show.id, { ...times, dateOpen: startsAt === null, askUntil, reason: input.reason, at })
  await closeOffers(
    tx,
    'ticket',
    (await tiersOf(tx, [show.id])).map(tier => tier.id),
  )
  await enqueue(tx, 'shows.money', { show: show.id }, { key: `shows.money:${show.id}` })
  await enqueue(tx, 'shows.tick', { show: show.id }, { key: `shows.tick:${show.id}`, runAt: askUntil })
  await tell(tx, { type: 'show_postponed', show: show.id })
  await changed(tx, show.id)
  return deskOf(tx, viewer, show.id)
}

export async function cancelShow(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:id/cancel'>): Promise<Desk> {
  const show = await ownShow(tx, viewer, input.id)
  await lockShow(tx, show.id)
  const now = (await readShow(tx, show.id, viewer.id))!
  if (now.state === 'cancelled') return deskOf(tx, viewer, show.id)
  if (now.state === 'draft' || now.state === 'over') throw fault('conflict', 'show_state')
  if (input.title.trim() !== now.title) throw fault('unprocessable', 'title_differs', { fields: { title: 'title_differs' } })
  const at = clock.now()
  await writeState(tx, show.id, { state: 'cancelled', reason: input.reason, by: viewer.id, at })
  await closeOffers(
    tx,
    'ticket',
    (await tiersOf(tx, [show.id])).map(tier => tier.id),
  )
  await enqueue(tx, 'shows.refund', { show: show.id }, { key: `shows.refund:${show.id}` })
  await tell(tx, { type: 'show_cancelled', show: show.id })
  await changed(tx, show.id)
  return deskOf(tx, viewer, show.id)
}

export async function setState(
  tx: Tx,
  config: Pick<Config, 'secret'>,
  viewer: Viewer,
  { id, state }: Input<'PUT /shows/:id/state'>,
): Promise<Desk> {
  await seeShow(tx, viewer, id)
  await moveTo(tx, config, viewer, id, state)
  return deskOf(tx, viewer, id)
}
