/** Claims on income: who bears and who holds them, and agreeing to them. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { settlement } from '../../shared/settlement.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { actsFor } from '../people/index.ts'
import { agree, listClaims, readClaim, type ClaimShownRow } from './store-claims.ts'

type Entries = typeof settlement.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Claim = Ok<'POST /claims/:id/agree'>

/** Who answers for an organisation where its income is given away: its owners, as with split sheets. */
const speaksFor = (db: Read | Tx, viewer: Viewer): Promise<string[]> => actsFor(db, viewer, ['owner'])

const shown = (row: ClaimShownRow, mine: readonly string[]): Claim => {
  const currency = row.currency as Currency
  const { id, kind, subject, name, shareBp, from, until, state } = row
  return {
    id,
    kind,
    subject,
    subjectName: row.subjectName ?? subject,
    name,
    bearer: row.bearer === null ? null : { id: row.bearer, name: row.bearerName ?? row.bearer },
    shareBp,
    cap: row.cap === null ? null : { amount: row.cap, currency },
    taken: { amount: row.taken, currency },
    holders: row.holders,
    parties: row.parties.map(({ party, name: called, agreedAt }) => ({
      party,
      name: called,
      agreedAt: agreedAt === null ? null : new Date(agreedAt),
    })),
    from,
    until,
    state,
    can: {
      agree: state === 'proposed' ? row.parties.filter(one => one.agreedAt === null && mine.includes(one.party)).map(one => one.party) : [],
    },
  }
}

async function claims(
  db: Read,
  parties: readonly string[] | null,
  mine: readonly string[],
  input: Input<'GET /me/claims'>,
): Promise<Ok<'GET /me/claims'>> {
  const [after] = fromCursor(input.cursor, [z.string()]) ?? []
  return pageOf(
    await listClaims(db, parties, after ?? null, input.limit + 1),
    input.limit,
    row => shown(row, mine),
    row => toCursor(row.id),
  )
}

export async function getMyClaims(db: Read, viewer: Viewer, input: Input<'GET /me/claims'>): Promise<Ok<'GET /me/claims'>> {
  const mine = await speaksFor(db, viewer)
  return claims(db, mine, mine, input)
}

export const getClaims = async (db: Read, viewer: Viewer, input: Input<'GET /console/claims'>): Promise<Ok<'GET /console/claims'>> =>
  claims(db, null, await speaksFor(db, viewer), input)

/** Says yes for a party; once said it stays. */
export async function agreeToClaim(tx: Tx, viewer: Viewer, input: Input<'POST /claims/:id/agree'>): Promise<Claim> {
  const mine = await speaksFor(tx, viewer)
  const row = await readClaim(tx, input.id, true)
  const seen = row !== undefined && [...row.parties, ...row.holders].some(({ party }) => mine.includes(party))
  if (!seen) throw fault('not_found')
  const party = input.as ?? viewer.id
  const asked = row.parties.find(one => one.party === party)
  if (asked === undefined || !mine.includes(party)) throw fault('forbidden', 'not_a_party')
  if (asked.agreedAt !== null) return shown(row, mine)
  if (row.state !== 'proposed') throw fault('conflict', 'claim_closed')
  await agree(tx, row.id, party, viewer.id, clock.now())
  return shown((await readClaim(tx, row.id))!, mine)
}
