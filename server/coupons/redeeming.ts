/** Codes that come with a record, and what anybody's code is good for. */
import type { Readable } from 'node:stream'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { coupons } from '../../shared/coupons.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { mayEditPage, pictureAddress } from '../people/index.ts'
import { giveReleases } from '../shop/index.ts'
import { asReleaseCode, hashOf, newReleaseCode, plainOf } from './codes.ts'
import { allowPage } from './coupons.ts'
import { giftByHash, keepGift, readGift, type GiftRow } from './store-gifts.ts'
import {
  codesOfSeries,
  findCode,
  insertReleaseCodes,
  insertSeries,
  listSeries,
  owns,
  readRelease,
  readSeries,
  stopSeries,
  updateSeries,
  takeReleaseCode,
  type CodeRow,
  type SeriesRow,
} from './store-releases.ts'

type Entries = typeof coupons.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Series = Ok<'PUT /release-codes/:id'>
type Redeemable = Ok<'POST /redeem'>

const brief = ({ release, title, artists, cover }: SeriesRow) => ({ id: release, title, artists, cover: pictureAddress(cover, 640) })
const shown = (row: SeriesRow): Series => ({
  id: row.id,
  name: row.name,
  release: brief(row),
  page: row.page,
  until: row.until,
  made: row.made,
  used: row.used,
  stopped: row.stopped,
  createdAt: row.createdAt,
})

async function load(db: Read | Tx, viewer: Viewer, id: string, lock = false): Promise<SeriesRow> {
  const row = await readSeries(db, id, lock)
  if (row === undefined) throw fault('not_found')
  await allowPage(db, viewer, row.page)
  return row
}
export async function getSeries(
  db: Read,
  viewer: Viewer,
  { page }: Input<'GET /pages/:page/release-codes'>,
): Promise<Ok<'GET /pages/:page/release-codes'>> {
  await allowPage(db, viewer, page)
  return { items: (await listSeries(db, page)).map(shown) }
}

export async function putSeries(
  tx: Tx,
  viewer: Viewer,
  { id, release: which, name, until = null, total }: Input<'PUT /release-codes/:id'>,
): Promise<Series> {
  const release = await readRelease(tx, which)
  if (release === undefined) throw fault('not_found')
  if (!(await mayEditPage(tx, viewer, release.page))) throw fault('forbidden', 'own_page_only')
  await makeSeries(tx, { id, release: release.id, page: release.page, name, until, total, by: viewer.id })
  return shown((await readSeries(tx, id))!)
}
/** Makes a series, or makes it larger; for the demo world too. */
export async function makeSeries(
  tx: Tx,
  given: { id: string; release: string; page: string; name: string; until: Date | null; total: number; by: string },
): Promise<void> {
  const at = clock.now()
  await insertSeries(tx, { ...given, at })
  const row = (await readSeries(tx, given.id, true))!
  if (row.release !== given.release) throw fault('conflict', 'key_reused')
  await updateSeries(tx, given.id, given.name, given.until)
  for (let missing = given.total - row.made; missing > 0;) {
    const codes = Array.from({ length: missing }, () => ({ id: newId('rdc', at), code: newReleaseCode() }))
    // oxlint-disable-next-line no-await-in-loop -- hardly ever twice
    missing -= await insertReleaseCodes(tx, given.id, codes)
  }
}
export async function stop(tx: Tx, viewer: Viewer, { id }: Input<'POST /release-codes/:id/stop'>): Promise<Series> {
  await load(tx, viewer, id, true)
  await stopSeries(tx, id, clock.now())
  return shown((await readSeries(tx, id))!)
}
export async function sendSeries(ctx: StreamContext, viewer: Viewer, { id }: Input<'GET /release-codes/:id/codes.csv'>): Promise<Readable> {
  const row = await load(ctx.read, viewer, id)
  const address = `${ctx.config.url}/redeem`
  async function* rows(): AsyncGenerator<Cell[]> {
    for (let after = ''; ;) {
      const some = await codesOfSeries(ctx.read, id, after, 1000)
      for (const one of some) yield [one.code, `${address}?code=${one.code}`, row.title, one.usedAt]
      if (some.length < 1000) return
      after = some.at(-1)!.id
    }
  }
  return ctx.reply
    .headers({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': attachment(`${row.name}.csv`),
      'cache-control': 'private, no-store',
    })
    .send(csv(['code', 'address', 'release', 'used at'], rows())) as unknown as Readable
}

async function lookRelease(db: Read | Tx, person: string | null, row: CodeRow): Promise<Redeemable> {
  const yours = person !== null && (row.person === person || (row.person === null && (await owns(db, person, row.release))))
  const over = row.stopped || (row.until !== null && row.until <= clock.now())
  return {
    kind: 'release',
    state: yours ? 'yours' : row.person !== null ? 'used' : over ? 'over' : 'good',
    release: brief(row),
    until: row.until,
  }
}
const lookGift = (person: string | null, row: GiftRow): Redeemable => ({
  kind: 'gift_card',
  state: row.state === 'void' ? 'over' : row.owner === null ? 'good' : row.owner === person ? 'yours' : 'kept',
  id: row.id,
  design: row.design,
  amount: { amount: row.amount, currency: row.currency as Currency },
  // What is left on somebody's card is theirs to know.
  left: { amount: row.owner === null || row.owner === person ? row.left : 0n, currency: row.currency as Currency },
  toName: row.toName,
  fromName: row.fromName,
  message: row.owner === null || row.owner === person ? row.message : '',
})

type Found = { release: CodeRow } | { gift: GiftRow }
async function find(db: Read | Tx, typed: string): Promise<Found> {
  const code = asReleaseCode(typed)
  const release = code === undefined ? undefined : await findCode(db, code)
  if (release !== undefined) return { release }
  const gift = plainOf(typed).length === 16 ? await giftByHash(db, hashOf(typed)) : undefined
  if (gift === undefined || gift.state === 'waiting') throw fault('not_found', 'code_unknown')
  return { gift }
}
export async function look(tx: Tx, viewer: Viewer | null, { code }: Input<'POST /redeem/look'>): Promise<Redeemable> {
  const found = await find(tx, code)
  return 'gift' in found ? lookGift(viewer?.id ?? null, found.gift) : lookRelease(tx, viewer?.id ?? null, found.release)
}

export async function redeem(tx: Tx, viewer: Viewer, { code }: Input<'POST /redeem'>): Promise<Redeemable> {
  const found = await find(tx, code)
  if ('gift' in found) {
    const row = (await readGift(tx, found.gift.id, true))!
    if (row.state === 'void') throw fault('conflict', 'code_over')
    // A new code was made while this one was on its way.
    if ((await giftByHash(tx, hashOf(code)))?.id !== row.id) throw fault('not_found', 'code_unknown')
    if (row.owner !== viewer.id && !(await keepGift(tx, row.id, viewer.id, clock.now()))) throw fault('conflict', 'gift_kept')
    return lookGift(viewer.id, (await readGift(tx, row.id))!)
  }
  const { release: row } = found
  const at = clock.now()
  await readSeries(tx, row.id, true)
  const now = (await findCode(tx, row.code))!
  if (now.person === viewer.id) return lookRelease(tx, viewer.id, now)
  if (now.person !== null) throw fault('conflict', 'code_used')
  if (now.stopped || (now.until !== null && now.until <= at)) throw fault('conflict', 'code_over')
  // Who has it already keeps the code for somebody else.
  if (await owns(tx, viewer.id, row.release)) throw fault('conflict', 'already_owned')
  if (!(await takeReleaseCode(tx, now.codeId, now.id, viewer.id, at))) throw fault('conflict', 'code_used')
  const got = await giveReleases(tx, [{ person: viewer.id, release: now.release, cause: now.codeId }], at)
  if (!got.has(now.codeId)) throw fault('conflict', 'already_owned')
  return lookRelease(tx, viewer.id, (await findCode(tx, row.code))!)
}
