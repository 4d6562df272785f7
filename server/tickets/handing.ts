/** Names on tickets, and handing a ticket to another person by a link. */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import { newCode, tellHolders } from './issuing.ts'
import { can, named } from './policy.ts'
import { getTicket, mine, showShown, type Input, type Ok, type Shown } from './showing.ts'
import { readSigner } from './signing.ts'
import { showOf } from './source.ts'
import { changeTicket, namesOf, readTicket } from './store.ts'
import { closeTransfer, insertTransfer, readTransfer, transferByToken, type TransferRow } from './store-handing.ts'

/** A link that nobody takes ends by itself. */
const linkMs = 7 * 86_400_000
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

export async function putName(tx: Tx, viewer: Viewer, input: Input<'PUT /tickets/:id/name'>): Promise<Shown> {
  const row = await mine(tx, viewer, input.id, true)
  const show = await showOf(tx, row.show)
  const idTail = input.idTail ?? (input.name === row.name ? row.idTail : null)
  const same = row.name === input.name && row.idTail === idTail
  if (!same) {
    if (row.state !== 'issued') throw fault('conflict', 'ticket_state')
    if (!can.rename(row, show, clock.now())) throw fault('conflict', 'ticket_fixed')
    if (!named(show, { name: input.name, idTail })) throw fault('invalid', 'name_needed', { fields: { idTail: '4' } })
    await changeTicket(tx, row, { name: input.name, idTail }, 'named', viewer.id, clock.now())
  }
  return getTicket(tx, viewer, input)
}

export async function makeTransfer(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /tickets/:id/transfers'>,
): Promise<Ok<'POST /tickets/:id/transfers'>> {
  const row = await mine(tx, viewer, input.id, true)
  const id = input.transfer ?? newId('trf')
  const email = input.email ?? null
  const token = (await readSigner(tx)).secretOf(`transfer:${id}`)
  const path = `/tickets/take/${token}`
  const before = input.transfer === undefined ? undefined : await readTransfer(tx, id)
  if (before !== undefined) {
    if (before.ticket !== row.id || before.giver !== viewer.id || before.email !== email) throw fault('conflict', 'key_reused')
    return { ticket: await getTicket(tx, viewer, input), path }
  }
  const show = await showOf(tx, row.show)
  const at = clock.now()
  if (row.state !== 'issued') throw fault('conflict', 'ticket_state')
  if (!can.transfer(row, show, at)) throw fault('conflict', 'ticket_fixed')
  await closeTransfer(tx, row.id, 'withdrawn', null, at)
  const expiresAt = new Date(Math.min(at.getTime() + linkMs, show.transferUntil!.getTime()))
  if (!(await insertTransfer(tx, { id, ticket: row.id, giver: viewer.id, email, tokenHash: hashOf(token), at, expiresAt })))
    throw fault('conflict', 'key_reused')
  if (email !== null) await enqueue(tx, 'tickets.mail', { transfer: id, locale: viewer.locale }, { key: `tickets.mail:${id}` })
  return { ticket: await getTicket(tx, viewer, input), path }
}

export async function dropTransfer(tx: Tx, viewer: Viewer, input: Input<'DELETE /tickets/:id/transfers'>): Promise<Shown> {
  const row = await mine(tx, viewer, input.id, true)
  await closeTransfer(tx, row.id, 'withdrawn', null, clock.now())
  return getTicket(tx, viewer, input)
}

async function find(db: Read | Tx, token: string): Promise<TransferRow> {
  const found = await transferByToken(db, hashOf(token))
  if (found === undefined) throw fault('not_found')
  return found
}
const stateOf = (row: TransferRow): TransferRow['state'] => (row.state === 'open' && row.expiresAt <= clock.now() ? 'expired' : row.state)

export async function getTransfer(
  db: Read,
  viewer: Viewer | null,
  { token }: Input<'GET /ticket-transfers/:token'>,
): Promise<Ok<'GET /ticket-transfers/:token'>> {
  const row = await find(db, token)
  const ticket = (await readTicket(db, row.ticket))!
  const show = await showOf(db, ticket.show)
  return {
    show: showShown(show),
    tierName: ticket.tierName,
    seat: ticket.seatLabel,
    from: (await namesOf(db, [row.giver])).get(row.giver) ?? '',
    until: row.expiresAt,
    realName: show.realName,
    state: ticket.state === 'issued' || row.state !== 'open' ? stateOf(row) : 'withdrawn',
    mine: viewer !== null && row.giver === viewer.id,
    ticket: viewer !== null && row.taker === viewer.id && ticket.holder === viewer.id ? ticket.id : null,
  }
}

/** Once. A retry of who took it is the same; everyone else comes too late. */
export async function acceptTransfer(tx: Tx, viewer: Viewer, input: Input<'POST /ticket-transfers/:token/accept'>): Promise<Shown> {
  const { ticket: id } = await find(tx, input.token)
  const row = (await readTicket(tx, id, true))!
  const transfer = await find(tx, input.token)
  if (transfer.taker === viewer.id && row.holder === viewer.id) return getTicket(tx, viewer, { id })
  const at = clock.now()
  if (stateOf(transfer) !== 'open') throw fault('conflict', 'transfer_over')
  if (transfer.giver === viewer.id) throw fault('conflict', 'ticket_own')
  const show = await showOf(tx, row.show)
  if (row.state !== 'issued' || row.holder !== transfer.giver) throw fault('conflict', 'ticket_state')
  if (!can.transfer(row, show, at)) throw fault('conflict', 'ticket_fixed')
  const name = input.name ?? null
  const idTail = show.realName === 'id' ? (input.idTail ?? null) : null
  if (!named(show, { name, idTail }))
    throw fault('invalid', 'name_needed', { fields: { [name === null ? 'name' : 'idTail']: show.realName } })
  await closeTransfer(tx, id, 'accepted', viewer.id, at)
  await changeTicket(tx, row, { holder: viewer.id, name, idTail, turn: row.turn + 1, code: newCode() }, 'handed', viewer.id, at)
  await tell(tx, { type: 'ticket_handed', ticket: id, giver: transfer.giver, taker: viewer.id })
  tellHolders(tx, [{ holder: transfer.giver }, { holder: viewer.id }])
  return getTicket(tx, viewer, { id })
}
