/** Asking for partner terms: the seller asks, one of finance makes a proposal of it, another confirms it (settlement). */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { storefront } from '../../shared/storefront.ts'
import { z } from 'zod'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { propose } from '../settlement/index.ts'
import { deskOf, keeping, type Desk } from './desk.ts'
import {
  decideApplication,
  insertApplication,
  lastApplication,
  listApplications,
  readApplication,
  readRule,
  type ApplicationRow,
} from './store-partners.ts'
import { applicationOf, standing } from './standing.ts'

type Entries = typeof storefront.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Application = Ok<'POST /console/partners/:id/decline'>

export async function askPartner(tx: Tx, viewer: Viewer, input: Input<'POST /shops/:id/partner'>): Promise<Desk> {
  const store = await keeping(tx, viewer, input.id)
  const at = clock.now()
  if (input.application !== undefined) {
    const before = await readApplication(tx, input.application)
    if (before !== undefined) {
      if (before.page !== store.page || before.note !== input.note) throw fault('conflict', 'key_reused')
      return deskOf(tx, viewer, store.page)
    }
  }
  const { can, months, turnover, currency, application } = await standing(tx, store, at)
  if (application !== undefined && ['asked', 'proposed'].includes(application.state)) throw fault('conflict', 'partner_asked')
  const rule = await readRule(tx, at)
  if (!can || rule === undefined || store.owner === null) throw fault('unprocessable', 'partner_not_yet')
  const made = await insertApplication(tx, {
    id: input.application ?? newId('prp', at),
    page: store.page,
    seller: store.owner,
    plan: rule.plan,
    note: input.note,
    months,
    turnover,
    currency,
    askedBy: viewer.id,
    at,
  })
  if (!made) throw fault('conflict', 'partner_asked')
  return deskOf(tx, viewer, store.page)
}

export async function takeBackPartner(tx: Tx, viewer: Viewer, input: Input<'DELETE /shops/:id/partner'>): Promise<Desk> {
  const store = await keeping(tx, viewer, input.id)
  const last = await lastApplication(tx, store.page)
  const row = last === undefined ? undefined : await readApplication(tx, last.id, true)
  if (row === undefined) throw fault('not_found')
  if (row.state !== 'withdrawn') {
    if (row.state !== 'asked') throw fault('conflict', 'proposal_decided')
    await decideApplication(tx, row.id, { state: 'withdrawn', by: viewer.id, reason: null, at: clock.now() })
  }
  return deskOf(tx, viewer, store.page)
}

export async function getPartners(db: Read, _viewer: Viewer, input: Input<'GET /console/partners'>): Promise<Ok<'GET /console/partners'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listApplications(db, input.open === true, at === undefined ? null : { at, id: id! }, input.limit + 1)
  return pageOf(rows, input.limit, applicationOf, row => toCursor(row.at, row.id))
}

async function deciding(tx: Tx, id: string): Promise<ApplicationRow> {
  const row = await readApplication(tx, id, true)
  if (row === undefined) throw fault('not_found')
  return row
}

/** One of finance takes it up: a proposal of the same id, from the next moment on, for as long as the rule says. */
export async function proposePartner(tx: Tx, viewer: Viewer, input: Input<'POST /console/partners/:id/propose'>): Promise<Application> {
  const row = await deciding(tx, input.id)
  if (row.state === 'declined' || row.state === 'withdrawn' || row.state === 'confirmed') throw fault('conflict', 'proposal_decided')
  if (row.state === 'asked') {
    const at = clock.now()
    const rule = await readRule(tx, at)
    const until =
      rule?.termMonths == null ? null : new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + rule.termMonths, at.getUTCDate()))
    await propose(tx, viewer, {
      id: row.id,
      change: { kind: 'term', seller: row.seller, plan: row.plan, until },
      from: null,
      reason: input.reason,
    })
    await decideApplication(tx, row.id, { state: 'proposed', by: viewer.id, reason: null, at })
  }
  return applicationOf((await readApplication(tx, row.id))!)
}

export async function declinePartner(tx: Tx, viewer: Viewer, input: Input<'POST /console/partners/:id/decline'>): Promise<Application> {
  const row = await deciding(tx, input.id)
  if (row.state !== 'declined') {
    if (row.state !== 'asked') throw fault('conflict', 'proposal_decided')
    await decideApplication(tx, row.id, { state: 'declined', by: viewer.id, reason: input.reason, at: clock.now() })
  }
  return applicationOf((await readApplication(tx, row.id))!)
}
