/** What a page offers: services, memberships, vouchers; made, changed, shown. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { services } from '../../shared/services.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { mayEditPage, pictureAddress } from '../people/index.ts'
import { closeOffers, putOffer } from '../shop/index.ts'
import {
  insertProduct,
  listProducts,
  lockProducts,
  pageOwner,
  readProduct,
  setPicture,
  updateProduct,
  type GivenProduct,
  type ProductShown,
} from './store.ts'
import { memberOf } from './store-members.ts'

type Entries = typeof services.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Card = Ok<'GET /pages/:page/services'>['items'][number]
type Desk = Ok<'PUT /services/:id'>
type Given = Input<'PUT /services/:id'>

const mostProducts = 300

export const card = (row: ProductShown): Card => ({
  id: row.id,
  kind: row.kind,
  title: row.title,
  picture: pictureAddress(row.picture, 640),
  price: { amount: row.amount, currency: row.currency as Currency },
  page: { id: row.page, name: row.pageName, handle: row.handle, picture: pictureAddress(row.pagePicture) },
  offer: row.offer,
  state: row.state,
  left: row.most === null ? null : Math.max(0, row.most - row.taken),
  days: row.days,
  period: row.period,
  worth: row.worth,
  validDays: row.validDays,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  membersOnly: row.membersOnly,
})
const full = (row: ProductShown, edit: boolean, memberUntil: Date | null): Ok<'GET /services/:id'> => ({
  ...card(row),
  about: row.about,
  how: row.how,
  eachMost: row.eachMost,
  revisions: row.revisions,
  acceptDays: row.acceptDays,
  questions: row.questions ?? [],
  perks: row.perks ?? [],
  earlyHours: row.earlyHours,
  memberUntil,
  can: { edit },
})
const desk = (row: ProductShown): Desk => ({
  ...full(row, true, null),
  most: row.most,
  taken: row.taken,
  sold: row.sold,
  createdAt: row.createdAt,
})

async function untilOf(db: Read, viewer: Viewer | null, page: string): Promise<Date | null> {
  const member = viewer === null ? undefined : await memberOf(db, viewer.id, page)
  return member !== undefined && member.until > clock.now() ? member.until : null
}
export async function getOpen(
  db: Read,
  viewer: Viewer | null,
  { page }: Input<'GET /pages/:page/services'>,
): Promise<Ok<'GET /pages/:page/services'>> {
  if ((await pageOwner(db, page)) === null) throw fault('not_found')
  return { items: (await listProducts(db, page, true)).map(card), memberUntil: await untilOf(db, viewer, page) }
}
export async function getService(db: Read, viewer: Viewer | null, { id }: Input<'GET /services/:id'>): Promise<Ok<'GET /services/:id'>> {
  const row = await readProduct(db, id)
  const edit = row !== undefined && (await mayEditPage(db, viewer, row.page))
  if (row === undefined || (row.state === 'draft' && !edit)) throw fault('not_found')
  return full(row, edit, await untilOf(db, viewer, row.page))
}
export async function getDesk(
  db: Read,
  viewer: Viewer,
  { page }: Input<'GET /pages/:page/services/desk'>,
): Promise<Ok<'GET /pages/:page/services/desk'>> {
  if (!(await mayEditPage(db, viewer, page))) throw fault('not_found')
  return { items: (await listProducts(db, page, false)).map(desk) }
}

function checked(input: Given): GivenProduct {
  const wrong = (field: string): never => {
    throw fault('unprocessable', 'service_invalid', { fields: { [field]: 'service_invalid' } })
  }
  const kind = input.id.slice(0, 3)
  const { opensAt = null, closesAt = null, questions = [], worth = null } = input
  const { amount, currency } = input.price
  if (amount < 0n || amount > 10n ** 12n) wrong('price')
  if (opensAt !== null && closesAt !== null && closesAt <= opensAt) wrong('closesAt')
  if (new Set(questions.map(one => one.id)).size < questions.length) wrong('questions')
  if (questions.some(one => one.kind === 'choice' && (one.choices ?? []).length < 2)) wrong('questions')
  if (worth !== null && (worth < 1n || worth > 10n ** 12n)) wrong('worth')
  const of = <T>(which: string, value: T): T | null => (kind === which ? value : null)
  return {
    id: input.id,
    page: input.page,
    title: input.title,
    about: input.about ?? '',
    how: input.how ?? '',
    amount,
    currency,
    state: input.state ?? 'draft',
    most: input.most ?? null,
    eachMost: input.eachMost ?? null,
    opensAt,
    closesAt,
    membersOnly: kind !== 'mbs' && (input.membersOnly ?? false),
    days: of('svc', input.days ?? 7),
    revisions: of('svc', input.revisions ?? 2),
    acceptDays: of('svc', input.acceptDays ?? 7),
    questions: of(
      'svc',
      questions.map(one => ({ ...one, choices: one.kind === 'choice' ? (one.choices ?? []) : [] })),
    ),
    period: of('mbs', input.period ?? 'month'),
    perks: of('mbs', input.perks ?? []),
    earlyHours: of('mbs', input.earlyHours ?? 0),
    worth: of('vou', worth),
    validDays: of('vou', input.validDays ?? 365),
  }
}

/** Makes or changes one for whoever `by` is; the caller has checked that they may. */
export async function makeService(tx: Tx, input: Given & { by: string }): Promise<void> {
  const row = checked(input)
  const before = (await lockProducts(tx, [row.id])).get(row.id)
  if (before !== undefined && before.page !== row.page) throw fault('conflict', 'key_reused')
  const at = clock.now()
  if (before === undefined) {
    if ((await listProducts(tx, row.page, false)).length >= mostProducts) throw fault('limited', 'limited')
    if (!(await insertProduct(tx, row, input.by, at))) throw fault('conflict', 'key_reused')
  } else {
    if (row.most !== null && row.most < before.taken) throw fault('conflict', 'service_taken', { fields: { most: String(before.taken) } })
    // What was sold by parts stays so, and what was sold whole.
    if (before.taken > 0 && (before.worth === null) !== (row.worth === null))
      throw fault('conflict', 'service_taken', { fields: { worth: 'service_taken' } })
    await updateProduct(tx, row, at)
  }
  await offer(tx, row.id, input.by)
}
/** The offer in the shop follows the product. */
async function offer(tx: Tx, id: string, by: string): Promise<void> {
  const row = (await readProduct(tx, id))!
  if (row.state !== 'open') return closeOffers(tx, row.kind, [id])
  await putOffer(tx, {
    kind: row.kind,
    subject: id,
    page: row.page,
    title: row.title,
    picture: row.picture,
    pricing: row.amount === 0n ? 'free' : 'fixed',
    amount: row.amount,
    currency: row.currency,
    opensAt: row.opensAt,
    closesAt: row.closesAt,
    mostEach: row.eachMost,
    by,
  })
  return undefined
}
export async function putService(tx: Tx, viewer: Viewer, input: Given): Promise<Desk> {
  if (!(await mayEditPage(tx, viewer, input.page)))
    throw (await pageOwner(tx, input.page)) === null ? fault('not_found') : fault('forbidden', 'own_page_only')
  await makeService(tx, { ...input, by: viewer.id })
  return desk((await readProduct(tx, input.id))!)
}

async function own(db: Read | Tx, viewer: Viewer, id: string): Promise<ProductShown> {
  const row = await readProduct(db, id)
  const edit = row !== undefined && (await mayEditPage(db, viewer, row.page))
  if (row === undefined || (row.state === 'draft' && !edit)) throw fault('not_found')
  if (!edit) throw fault('forbidden', 'own_page_only')
  return row
}
/** An asset becomes its picture; for the demo world too. */
export async function dressService(tx: Tx, id: string, asset: string, by: string): Promise<void> {
  await setPicture(tx, id, asset, clock.now())
  await offer(tx, id, by)
}
export async function putPicture(context: StreamContext, viewer: Viewer, input: Input<'PUT /services/:id/picture'>): Promise<{ ok: true }> {
  const { write, config } = context
  await own(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(async tx => {
    await own(tx, viewer, input.id)
    await dressService(tx, input.id, made.asset, viewer.id)
  })
  await dropUpload(config, input.upload)
  return { ok: true }
}
