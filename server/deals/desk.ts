/** What both sides see of a show’s money, and its costs. */
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { partyNames, pictureAddress } from '../people/index.ts'
import { allowSide } from './access.ts'
import { shownFor, type Input, type Ok } from './papers.ts'
import { inForce, sheetOf, showShown } from './sheet.ts'
import { closeDeals, costsOf, dealsOfShow, lockShow, putCostRow, readCost, removeCost, setReceipt, type CostRow } from './store.ts'

const costShown = ({ id, name, amount, payee, receipt, note, by, at }: CostRow) => ({
  id,
  name,
  amount,
  payee,
  receipt: pictureAddress(receipt, 640),
  note,
  by,
  at,
})

export async function getShow(db: Read, viewer: Viewer, input: Input<'GET /shows/:show/deal'>): Promise<Ok<'GET /shows/:show/deal'>> {
  const { show, side, currency } = await allowSide(db, viewer, input.show)
  const { sheet, missing, balance, deals, payments, costs } = await sheetOf(db, show, currency)
  const open = (kind: 'terms' | 'settlement') => deals.find(row => row.kind === kind && row.state === 'open')
  const shown = [open('terms') ?? inForce(deals, 'terms'), open('settlement') ?? inForce(deals, 'settlement')]
  const [terms, settlement] = await Promise.all(shown.map(async row => (row === undefined ? null : shownFor(db, viewer, row))))
  const names = await partyNames(
    db,
    payments.flatMap(({ parts }) => parts.map(part => part.party)),
  )
  const organiser = side === 'organiser'
  const paid = inForce(deals, 'settlement') !== undefined
  return {
    show: showShown(show),
    currency: currency as Currency,
    side,
    terms: terms ?? null,
    settlement: settlement ?? null,
    former: deals
      .filter(row => !shown.includes(row))
      .map(({ id, kind, version, state, createdAt }) => ({ id, kind, version, state, at: createdAt })),
    costs: costs.map(costShown),
    worksheet: sheet,
    pot: { amount: balance, currency: currency as Currency },
    payments: payments.map(({ at, kind, amount, parts }) => ({
      at,
      kind,
      amount,
      parts: parts.map(part => ({ name: names.get(part.party) ?? '', side: part.side, amount: BigInt(part.amount) })),
    })),
    can: {
      propose: organiser && !paid,
      cost: organiser && !paid,
      settle: organiser && missing === null && open('settlement') === undefined,
    },
    missing,
  }
}

/** Sums that wait for a signature are others now: they are to be written down anew. */
async function moved(tx: Tx, show: string, at: Date): Promise<void> {
  const rows = await dealsOfShow(tx, show)
  if (inForce(rows, 'settlement') !== undefined) throw fault('conflict', 'deal_paid')
  await closeDeals(tx, { show, kind: 'settlement', from: ['open'] }, 'replaced', at)
}

export async function putCost(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /shows/:show/costs/:id'>,
): Promise<Ok<'PUT /shows/:show/costs/:id'>> {
  const { show, currency } = await allowSide(tx, viewer, input.show, 'organiser')
  await lockShow(tx, show.id)
  const before = await readCost(tx, input.id)
  if (before !== undefined && (before.show !== show.id || before.removed)) throw fault('conflict', 'key_reused')
  const { id, name, amount, payee, note } = input
  const same = before !== undefined && before.name === name && before.amount === amount && before.payee === payee && before.note === note
  if (!same) {
    await moved(tx, show.id, clock.now())
    await putCostRow(tx, { id, show: show.id, name, amount, currency, payee, note, by: viewer.id, at: clock.now() })
  }
  return costShown((await readCost(tx, id))!)
}
export async function dropCost(tx: Tx, viewer: Viewer, input: Input<'DELETE /shows/:show/costs/:id'>): Promise<{ ok: true }> {
  const { show } = await allowSide(tx, viewer, input.show, 'organiser')
  await lockShow(tx, show.id)
  const before = await readCost(tx, input.id)
  if (before === undefined || before.show !== show.id) throw fault('not_found')
  if (!before.removed) {
    await moved(tx, show.id, clock.now())
    await removeCost(tx, input.id, clock.now())
  }
  return { ok: true }
}
export async function putReceipt(
  { read, write, config }: StreamContext,
  viewer: Viewer,
  input: Input<'PUT /shows/:show/costs/:id/receipt'>,
): Promise<{ ok: true }> {
  const { show } = await allowSide(read, viewer, input.show, 'organiser')
  if (!(await costsOf(read, show.id)).some(cost => cost.id === input.id)) throw fault('not_found')
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  await write(tx => setReceipt(tx, input.id, made.asset, clock.now()))
  await dropUpload(config, input.upload)
  return { ok: true }
}
