/** Proposing, signing, declining: terms before a show, its settlement after it. The second signature under a settlement pays. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { deals } from '../../shared/deals.ts'
import { Terms } from '../../shared/deals.ts'
import { Fault, fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { actsFor, mayActFor, partyNames } from '../people/index.ts'
import { showOf, showsOf } from '../tickets/index.ts'
import { allowSide, sidesOf, type Side } from './access.ts'
import { payOut } from './paying.ts'
import { inForce, settlementOf, sheetOf, showShown, termsOf } from './sheet.ts'
import { closeDeals, dealsOfParties, dealsOfShow, insertAnswer, insertDeal, lockShow, ownerOf, readDeal, type DealRow } from './store.ts'
import { termsText, textHash } from './text.ts'

export type Entries = typeof deals.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Deal = Ok<'GET /deals/:id'>

const answered = (row: DealRow, party: string, answer: string): Date | null => {
  const found = row.answers.find(one => one.party === party && one.answer === answer)
  return found === undefined ? null : new Date(found.at)
}
export function shownDeal(row: DealRow, sides: readonly Side[], signs: readonly Side[]): Deal {
  const party = (side: Side): string => row[side]
  const open = row.state === 'open'
  const mine = signs.filter(side => answered(row, party(side), 'signed') === null)
  return {
    id: row.id,
    show: row.show,
    kind: row.kind,
    version: row.version,
    state: row.state,
    currency: row.currency as Currency,
    terms: termsOf(row),
    note: (row.body as { note?: string }).note ?? '',
    parties: (['organiser', 'artist'] as const).map(side => ({
      party: party(side),
      name: side === 'organiser' ? row.organiserName : row.artistName,
      side,
      signedAt: answered(row, party(side), 'signed'),
      declinedAt: answered(row, party(side), 'declined'),
    })),
    text: row.text,
    hash: row.hash,
    createdAt: row.createdAt,
    closedAt: row.closedAt,
    reason: row.reason,
    can: { sign: open && mine.length > 0, decline: open && mine.length > 0, withdraw: open && sides.includes('organiser') },
  }
}
/** Signing binds: an organisation’s owner does it. */
const signers = (db: Read | Tx, viewer: Viewer, row: DealRow): Promise<Side[]> => sidesOf(db, viewer, row, ['owner'])
export const shownFor = async (db: Read | Tx, viewer: Viewer, row: DealRow): Promise<Deal> =>
  shownDeal(row, await sidesOf(db, viewer, row), await signers(db, viewer, row))

async function load(db: Read | Tx, viewer: Viewer, id: string): Promise<{ row: DealRow; sides: Side[] }> {
  const row = await readDeal(db, id)
  const sides = row === undefined ? [] : await sidesOf(db, viewer, row)
  if (row === undefined || sides.length === 0) throw fault('not_found')
  return { row, sides }
}
export const getDeal = async (db: Read, viewer: Viewer, { id }: { id: string }): Promise<Deal> =>
  shownFor(db, viewer, (await load(db, viewer, id)).row)

export async function getDeals(db: Read, viewer: Viewer, input: Input<'GET /me/deals'>): Promise<Ok<'GET /me/deals'>> {
  const parties = await actsFor(db, viewer, ['owner', 'manager', 'finance'])
  const rows = await dealsOfParties(db, parties, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  const shows = await showsOf(
    db,
    rows.map(row => row.show),
  )
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.createdAt, row.id),
  )
  return {
    items: items.flatMap(row => {
      const show = shows.get(row.show)
      if (show === undefined) return []
      const side: Side = parties.includes(row.organiser) ? 'organiser' : 'artist'
      const waiting = row.state === 'open' && answered(row, row[side], 'signed') === null
      const { id, kind, version, state, createdAt: at } = row
      return [
        {
          id,
          show: showShown(show),
          kind,
          version,
          state,
          side,
          other: side === 'organiser' ? row.artistName : row.organiserName,
          waiting,
          at,
        },
      ]
    }),
    next,
  }
}

/** A new version; an open one gives way. Who proposes signs at once where they may sign. */
async function write(
  tx: Tx,
  viewer: Viewer,
  given: {
    id: string
    show: string
    kind: DealRow['kind']
    organiser: string
    artist: string
    currency: string
    body: object
    version: number
    text: string
  },
): Promise<DealRow> {
  const at = clock.now()
  const hash = textHash(given.text)
  await closeDeals(tx, { show: given.show, kind: given.kind, from: ['open'] }, 'replaced', at)
  if (!(await insertDeal(tx, { ...given, body: JSON.stringify(given.body), hash, createdBy: viewer.id, createdAt: at })))
    throw fault('conflict', 'key_reused')
  if (await mayActFor(tx, viewer, given.organiser, ['owner']))
    await insertAnswer(tx, { deal: given.id, party: given.organiser, person: viewer.id, answer: 'signed', hash, at })
  await tell(tx, { type: 'deal_proposed', deal: given.id, party: given.artist })
  return (await readDeal(tx, given.id))!
}
const nextVersion = (rows: readonly DealRow[], kind: DealRow['kind']): number =>
  1 + Math.max(0, ...rows.filter(row => row.kind === kind).map(row => row.version))

export async function proposeTerms(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:show/deals'>): Promise<Deal> {
  const { show, organiser, currency } = await allowSide(tx, viewer, input.show, 'organiser')
  await lockShow(tx, show.id)
  const artist = await ownerOf(tx, input.artist)
  if (artist === null) throw fault('not_found')
  const { kind, guarantee, shareBp, costsMost, bonuses, note } = input
  if (kind !== 'guarantee' && shareBp === 0) throw fault('invalid', 'invalid', { fields: { shareBp: '1 … 10000' } })
  const terms = { kind, guarantee: kind === 'percentage' ? 0n : guarantee, shareBp: kind === 'guarantee' ? 0 : shareBp, costsMost, bonuses }
  const id = input.id ?? newId('dea')
  const before = input.id === undefined ? undefined : await readDeal(tx, id)
  const body = { terms: z.encode(Terms, terms), note, artist: input.artist }
  if (before !== undefined) {
    if (before.show !== show.id || JSON.stringify(sorted(before.body)) !== JSON.stringify(sorted(body)))
      throw fault('conflict', 'key_reused')
    return shownFor(tx, viewer, before)
  }
  if (artist === organiser) throw fault('unprocessable', 'deal_same_side')
  const rows = await dealsOfShow(tx, show.id)
  if (inForce(rows, 'settlement') !== undefined) throw fault('conflict', 'deal_paid')
  const names = await partyNames(tx, [organiser, artist])
  const version = nextVersion(rows, 'terms')
  const side = (party: string) => ({ party, name: names.get(party) ?? '' })
  const head = {
    show: show.id,
    title: show.title,
    startsAt: show.startsAt,
    version,
    currency,
    organiser: side(organiser),
    artist: side(artist),
    note,
  }
  return shownFor(
    tx,
    viewer,
    await write(tx, viewer, { id, show: show.id, kind: 'terms', organiser, artist, currency, body, version, text: termsText(head, terms) }),
  )
}
/** JSON in the database has no order of its own. */
const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, one]) => [key, sorted(one)]),
        )

export async function proposeSettlement(tx: Tx, viewer: Viewer, input: Input<'POST /shows/:show/settlement'>): Promise<Deal> {
  const { show, currency } = await allowSide(tx, viewer, input.show, 'organiser')
  await lockShow(tx, show.id)
  const id = input.id ?? newId('dea')
  const before = input.id === undefined ? undefined : await readDeal(tx, id)
  if (before !== undefined) {
    if (before.show !== show.id || before.kind !== 'settlement') throw fault('conflict', 'key_reused')
    return shownFor(tx, viewer, before)
  }
  const { sheet, missing, deals: rows } = await sheetOf(tx, show, currency)
  if (missing !== null) throw fault('conflict', 'deal_not_ready', { detail: missing })
  const terms = inForce(rows, 'terms')!
  const version = nextVersion(rows, 'settlement')
  const body = { terms: z.encode(Terms, sheet.terms!), pay: { artist: `${sheet.pay!.artist}`, organiser: `${sheet.pay!.organiser}` } }
  const { organiser, artist } = terms
  const text = settlementOf(show, terms, sheet, version)
  return shownFor(
    tx,
    viewer,
    await write(tx, viewer, { id, show: show.id, kind: 'settlement', organiser, artist, currency, body, version, text }),
  )
}

async function lockOpen(tx: Tx, viewer: Viewer, id: string): Promise<{ row: DealRow; sides: Side[] }> {
  const { row } = await load(tx, viewer, id)
  await lockShow(tx, row.show)
  return load(tx, viewer, id)
}

export async function sign(tx: Tx, viewer: Viewer, { id, hash }: Input<'POST /deals/:id/sign'>): Promise<Deal> {
  const { row } = await lockOpen(tx, viewer, id)
  const mine = await signers(tx, viewer, row)
  if (mine.length === 0) throw fault('forbidden', 'not_a_party')
  const side = mine.find(one => answered(row, row[one], 'signed') === null)
  // Signed before: the same again.
  if (side === undefined) return shownFor(tx, viewer, row)
  if (row.state !== 'open') throw fault('conflict', 'deal_closed')
  if (row.hash !== hash) throw fault('conflict', 'conflict')
  const at = clock.now()
  const show = await showOf(tx, row.show)
  const now = row.kind === 'settlement' ? await sheetOf(tx, show, row.currency) : undefined
  // Something came in, went back or was changed since: other sums.
  if (
    now !== undefined &&
    (now.missing !== null || textHash(settlementOf(show, inForce(now.deals, 'terms')!, now.sheet, row.version)) !== row.hash)
  )
    throw fault('conflict', 'deal_moved')
  await insertAnswer(tx, { deal: id, party: row[side], person: viewer.id, answer: 'signed', hash, at })
  const after = (await readDeal(tx, id))!
  if ((['organiser', 'artist'] as const).every(one => answered(after, after[one], 'signed') !== null)) {
    await closeDeals(tx, { show: row.show, kind: row.kind, from: ['signed', 'paid'] }, 'replaced', at)
    await closeDeals(tx, { id }, row.kind === 'terms' ? 'signed' : 'paid', at)
    if (now !== undefined)
      await payOut(tx, { show, deal: row, pay: now.sheet.pay!, at }).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'insufficient') throw fault('conflict', 'deal_short')
        throw error
      })
    await tell(tx, { type: 'deal_signed', deal: id })
  }
  return shownFor(tx, viewer, (await readDeal(tx, id))!)
}

export async function decline(tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /deals/:id/decline'>): Promise<Deal> {
  const { row } = await lockOpen(tx, viewer, id)
  const side = (await signers(tx, viewer, row)).find(one => answered(row, row[one], 'signed') === null)
  if (row.state === 'declined' && row.answers.some(one => one.person === viewer.id && one.answer === 'declined'))
    return shownFor(tx, viewer, row)
  if (side === undefined) throw fault('forbidden', 'not_a_party')
  if (row.state !== 'open') throw fault('conflict', 'deal_closed')
  const at = clock.now()
  await insertAnswer(tx, { deal: id, party: row[side], person: viewer.id, answer: 'declined', hash: row.hash, at })
  await closeDeals(tx, { id }, 'declined', at, reason)
  await tell(tx, { type: 'deal_declined', deal: id })
  return shownFor(tx, viewer, (await readDeal(tx, id))!)
}

export async function withdraw(tx: Tx, viewer: Viewer, { id }: Input<'POST /deals/:id/withdraw'>): Promise<Deal> {
  const { row, sides } = await lockOpen(tx, viewer, id)
  if (!sides.includes('organiser')) throw fault('forbidden', 'not_a_party')
  if (row.state === 'withdrawn') return shownFor(tx, viewer, row)
  if (row.state !== 'open') throw fault('conflict', 'deal_closed')
  await closeDeals(tx, { id }, 'withdrawn', clock.now())
  return shownFor(tx, viewer, (await readDeal(tx, id))!)
}
