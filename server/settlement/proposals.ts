/** Changing what holds: one of finance proposes, another confirms. Nothing is edited and nothing holds from a moment that has passed. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { Change as ChangeSchema, type settlement } from '../../shared/settlement.ts'
import { clock, newId } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { partyNames } from '../people/index.ts'
import { sharesFor, weightsOf } from '../rights/index.ts'
import { checkChange, namedIn, partiesIn, subjectOf, tried, type Change } from './changes.ts'
import { can } from './policy.ts'
import { previewOf } from './preview.ts'
import { namesOf, readClaim, readSubject, releasesOf } from './store-claims.ts'
import {
  decideProposal,
  endClaimOf,
  insertClaim,
  insertProposal,
  insertVersion,
  listProposals,
  lockProposal,
  readProposal,
  type ProposalRow,
} from './store-proposals.ts'
import { termsFor } from './terms.ts'
import { workBpOf } from './waterfall.ts'

type Entries = typeof settlement.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Proposal = Ok<'POST /console/settlement/proposals'>

/** What is confirmed holds a minute later at the earliest: whoever settles at this moment has read what holds already. */
const soonMs = 60_000

const decode = (content: unknown): Change => z.decode(ChangeSchema, content as z.input<typeof ChangeSchema>)

async function shown(db: Read | Tx, viewer: Viewer, rows: readonly ProposalRow[]): Promise<Proposal[]> {
  const changes = rows.map(row => decode(row.content))
  const names = await namesOf(db, [...new Set(changes.flatMap(namedIn))])
  return rows.map((row, index) => {
    const change = changes[index]!
    const { id, from, reason, proposedAt, state, decidedAt, decision, holdsFrom } = row
    const decide = can.decide(row, viewer)
    return {
      id,
      change,
      names: Object.fromEntries(namedIn(change).flatMap(one => (names.has(one) ? [[one, names.get(one)!]] : []))),
      claim:
        row.claim === null
          ? null
          : {
              id: row.claim,
              parties: (row.parties ?? []).map(({ party, name, agreedAt }) => ({
                party,
                name: name ?? party,
                agreedAt: agreedAt === null ? null : new Date(agreedAt),
              })),
            },
      from,
      reason,
      proposedBy: { id: row.proposedBy, name: row.proposer ?? '' },
      proposedAt,
      state,
      decidedBy: row.decidedBy === null ? null : { id: row.decidedBy, name: row.decider ?? '' },
      decidedAt,
      decision,
      holdsFrom,
      can: { confirm: decide, decline: decide, withdraw: can.withdraw(row, viewer) },
    }
  })
}
const one = async (tx: Tx, viewer: Viewer, id: string): Promise<Proposal> => (await shown(tx, viewer, [(await readProposal(tx, id))!]))[0]!

/** Everyone who shares in what a claim is about, by the sheets in force at `at`. */
async function bearersOf(db: Read | Tx, subject: string, at: Date): Promise<string[]> {
  const releases = await releasesOf(db, subject)
  const shares = await sharesFor(db, releases)
  const { rules } = await termsFor(db)
  const workBp = workBpOf(rules(at))
  const found = releases.flatMap(release => {
    const share = shares(release, at)
    return share === undefined ? [] : weightsOf(share, workBp).map(weight => weight.receiver)
  })
  return [...new Set(found)].sort()
}

/** From when on it would hold; faults when that has passed, or when the change cannot be. Gives who would have to agree, too. */
async function check(db: Read | Tx, change: Change, wanted: Date | null, now: Date): Promise<{ from: Date; bearers: string[] }> {
  if (wanted !== null && wanted < now) throw fault('unprocessable', 'past_date', { fields: { from: now.toISOString() } })
  const soon = new Date(now.getTime() + soonMs)
  let from = wanted !== null && wanted > soon ? wanted : soon
  const { data } = await termsFor(db, change.kind === 'claim' ? [change.subject] : [])
  const bearers = change.kind === 'claim' ? await bearersOf(db, change.subject, now) : []
  if (change.kind === 'claim_end') {
    const claim = await readClaim(db, change.claim)
    if (claim === undefined || claim.state !== 'agreed') throw fault('not_found')
    // One that has not begun ends as it begins.
    if (claim.from >= from) from = new Date(claim.from.getTime() + 1)
  }
  checkChange(data, change, from, new Set((await partyNames(db, partiesIn(change))).keys()), bearers)
  return { from, bearers }
}

export async function propose(tx: Tx, viewer: Viewer, input: Input<'POST /console/settlement/proposals'>): Promise<Proposal> {
  const { change, reason } = input
  const wanted = input.from
  const content = JSON.stringify(z.encode(ChangeSchema, change))
  const request = createHash('sha256')
    .update(`${content}\n${wanted?.toISOString() ?? ''}\n${reason}`)
    .digest('hex')
  const before = input.id === undefined ? undefined : await readProposal(tx, input.id)
  if (before === undefined) {
    const now = clock.now()
    const { from, bearers } = await check(tx, change, wanted, now)
    const id = input.id ?? newId('prp', now)
    const { kind } = change
    if (
      await insertProposal(tx, { id, kind, content, request, subject: subjectOf(change), from: wanted, reason, by: viewer.id, at: now })
    ) {
      if (change.kind === 'claim')
        await insertClaim(tx, { ...change, id: newId('clm', now), from, proposal: id }, change.bearer === null ? bearers : [change.bearer])
      return one(tx, viewer, id)
    }
  }
  const again = before ?? (await readProposal(tx, input.id!))!
  if (again.request !== request || again.proposedBy !== viewer.id) throw fault('conflict', 'key_reused')
  return one(tx, viewer, again.id)
}

/** The proposal, locked, if this viewer may decide it; `undefined` when it has been decided so before by them: a repeat. */
async function deciding(tx: Tx, viewer: Viewer, id: string, state: 'confirmed' | 'declined'): Promise<ProposalRow | undefined> {
  const row = await lockProposal(tx, id)
  if (row === undefined) throw fault('not_found')
  if (row.proposedBy === viewer.id) throw fault('forbidden', 'four_eyes')
  if (row.state === state && row.decidedBy === viewer.id) return undefined
  if (row.state !== 'open') throw fault('conflict', 'proposal_decided')
  return row
}

export async function confirm(tx: Tx, viewer: Viewer, input: Input<'POST /console/settlement/proposals/:id/confirm'>): Promise<Proposal> {
  const row = await deciding(tx, viewer, input.id, 'confirmed')
  if (row === undefined) return one(tx, viewer, input.id)
  const change = decode(row.content)
  const at = clock.now()
  // Asked for from a moment that has passed meanwhile: it holds from now on.
  const { from, bearers } = await check(tx, change, row.from !== null && row.from < at ? null : row.from, at)
  if (change.kind === 'claim') {
    const agreed = (row.parties ?? []).filter(({ agreedAt }) => agreedAt !== null).map(({ party }) => party)
    if (!(change.bearer === null ? bearers : [change.bearer]).every(party => agreed.includes(party)))
      throw fault('conflict', 'claim_not_agreed')
    if (agreed.length !== row.parties?.length) throw fault('conflict', 'claim_not_agreed')
  }
  await insertVersion(tx, change, from, row.id)
  await decideProposal(tx, { id: row.id, state: 'confirmed', by: viewer.id, at, decision: input.reason, holdsFrom: from })
  return one(tx, viewer, row.id)
}

export async function decline(tx: Tx, viewer: Viewer, input: Input<'POST /console/settlement/proposals/:id/decline'>): Promise<Proposal> {
  const row = await deciding(tx, viewer, input.id, 'declined')
  if (row !== undefined) {
    await decideProposal(tx, { id: row.id, state: 'declined', by: viewer.id, at: clock.now(), decision: input.reason, holdsFrom: null })
    await endClaimOf(tx, row.id)
  }
  return one(tx, viewer, input.id)
}

export async function withdraw(tx: Tx, viewer: Viewer, input: Input<'POST /console/settlement/proposals/:id/withdraw'>): Promise<Proposal> {
  const row = await lockProposal(tx, input.id)
  if (row === undefined) throw fault('not_found')
  if (row.proposedBy !== viewer.id) throw fault('forbidden')
  if (row.state !== 'withdrawn') {
    if (row.state !== 'open') throw fault('conflict', 'proposal_decided')
    await decideProposal(tx, { id: row.id, state: 'withdrawn', by: viewer.id, at: clock.now(), decision: null, holdsFrom: null })
    await endClaimOf(tx, row.id)
  }
  return one(tx, viewer, input.id)
}

export async function getProposals(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /console/settlement/proposals'>,
): Promise<Ok<'GET /console/settlement/proposals'>> {
  const [at, id] = fromCursor(input.cursor, [cursorTime, z.string()]) ?? []
  const rows = await listProposals(db, {
    state: input.state ?? null,
    after: at === undefined ? null : { at, id: id! },
    limit: input.limit + 1,
  })
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.proposedAt, row.id),
  )
  return { items: await shown(db, viewer, items), next }
}

/** What a price becomes before and after, at the moment the change would hold. */
export async function previewChange(
  tx: Tx,
  _viewer: Viewer,
  input: Input<'POST /console/settlement/preview'>,
): Promise<Ok<'POST /console/settlement/preview'>> {
  const { change, amount, currency, provider } = input
  if (amount < 0n || amount > 10n ** 12n) throw fault('invalid', 'invalid', { fields: { amount: '0 … 1000000000000' } })
  const release = await readSubject(tx, input.release)
  if (release === undefined) throw fault('not_found')
  if (release.waiting) throw fault('conflict', 'no_split')
  const { from, bearers } = await check(tx, change, input.from, clock.now())
  const asked = { release: release.id, page: release.page, kind: 'digital', amount, currency, provider, at: from }
  return { at: from, before: await previewOf(tx, asked), after: await previewOf(tx, asked, data => tried(data, change, from, bearers)) }
}
