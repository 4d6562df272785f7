/**
 * What becomes of a claim: announced, contested, given, refused, withdrawn. Whoever changes anything takes the page first, then its open claims by id: so of two that
 * come at once the second sees what the first did, and none waits for the other in a circle.
 */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Db, Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { bannedFrom } from '../moderation/index.ts'
import { givePage, lockPage } from '../people/index.ts'
import { after, can, isPublic, isStaff, partyTo, periodDays } from './policy.ts'
import { showOne } from './showing.ts'
import {
  dueClaims,
  lockOpen,
  pageOfClaim,
  readClaim,
  setAnnounced,
  setClosed,
  setContested,
  stillSpeaks,
  type ClaimRow,
  type ContestedWhy,
} from './store.ts'
import type { Input, PageClaim } from './words.ts'

export type Held = { row: ClaimRow; owner: string | null; open: string[] }
/** A claim for writing: its page's lock, the locks of all open claims of that page, and the claim as it is now. */
export async function hold(tx: Tx, id: string, viewer: string | null): Promise<Held> {
  const page = await pageOfClaim(tx, id)
  const locked = page === undefined ? undefined : await lockPage(tx, page)
  if (page === undefined || locked === undefined) throw fault('not_found')
  const open = await lockOpen(tx, page)
  return { row: (await readClaim(tx, id, viewer))!, owner: locked.owner, open }
}
async function told(tx: Tx, row: Pick<ClaimRow, 'id' | 'page' | 'person'>, state: ClaimRow['state']): Promise<void> {
  if (state !== 'withdrawn') await tell(tx, { type: 'page_claim_changed', claim: row.id, state })
  publish(tx, topicOf(row.person), { kind: 'page_claim', id: row.id, page: row.page })
}

/** An announced claim waits for a second person from now on. */
export async function contest(tx: Tx, row: Pick<ClaimRow, 'id' | 'page' | 'person'>, why: ContestedWhy): Promise<void> {
  await setContested(tx, row.id, why, clock.now())
  await told(tx, row, 'contested')
}

export async function withdraw(tx: Tx, viewer: Viewer, { id }: Input<'POST /page-claims/:id/withdraw'>): Promise<PageClaim> {
  const { row } = await hold(tx, id, viewer.id)
  if (row.person !== viewer.id) throw fault('not_found')
  if (row.state !== 'withdrawn') {
    if (!can.withdraw(row, viewer)) throw fault('conflict', 'claim_state')
    await setClosed(tx, [id], { state: 'withdrawn' }, clock.now())
    await told(tx, row, 'withdrawn')
  }
  return showOne(tx, id, viewer)
}

/** A claim that this person of the staff may judge; nobody judges their own matter. */
async function toJudge(tx: Tx, viewer: Viewer, id: string): Promise<Held> {
  const held = await hold(tx, id, viewer.id)
  if (!isStaff(viewer)) throw fault('forbidden')
  if (partyTo(held.row, viewer) !== null) throw fault('forbidden', 'own_claim')
  return held
}

export async function announce(tx: Tx, viewer: Viewer, { id }: Input<'POST /console/page-claims/:id/announce'>): Promise<PageClaim> {
  const { row, owner, open } = await toJudge(tx, viewer, id)
  // Announced by the same person a moment ago: the answer was lost.
  if (isPublic(row.state) && row.announcedBy === viewer.id) return showOne(tx, id, viewer)
  if (row.state !== 'review') throw fault('conflict', 'claim_state')
  if (owner !== null) throw fault('conflict', 'page_owned')
  const others = await Promise.all(open.filter(one => one !== id).map(one => readClaim(tx, one, null)))
  if (others.some(other => other !== undefined && isPublic(other.state))) throw fault('conflict', 'claim_announced')
  const at = clock.now()
  const endsAt = after(at, periodDays)
  await setAnnounced(tx, id, viewer.id, at, endsAt)
  await told(tx, row, 'announced')
  await enqueue(tx, 'claiming.grant', { claim: id }, { runAt: endsAt, key: `claiming.grant:${id}` })
  // Somebody else asked for it too: time alone does not decide between two.
  if (others.length > 0) await contest(tx, row, 'rival')
  return showOne(tx, id, viewer)
}

export async function refuse(tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /console/page-claims/:id/refuse'>): Promise<PageClaim> {
  const { row } = await toJudge(tx, viewer, id)
  if (row.state === 'refused' && row.decidedBy === viewer.id && row.reason === reason) return showOne(tx, id, viewer)
  if (!can.refuse(row, viewer)) throw fault('conflict', 'claim_state')
  await setClosed(tx, [id], { state: 'refused', by: viewer.id, why: 'staff', reason }, clock.now())
  await told(tx, row, 'refused')
  return showOne(tx, id, viewer)
}

export async function decide(
  tx: Tx,
  viewer: Viewer,
  { id, grant, reason, answer }: Input<'POST /console/page-claims/:id/decide'>,
): Promise<PageClaim> {
  const held = await toJudge(tx, viewer, id)
  const { row } = held
  const state = grant ? 'granted' : 'refused'
  if (row.state === state && row.decidedBy === viewer.id && row.reason === reason && row.answer === answer) return showOne(tx, id, viewer)
  if (row.state !== 'contested') throw fault('conflict', 'claim_state')
  if (row.announcedBy === viewer.id) throw fault('forbidden', 'second_person')
  if (grant) {
    if (held.owner !== null) throw fault('conflict', 'page_owned')
    if (!(await mayHave(tx, row))) throw fault('conflict', 'claimant_gone')
    await give(tx, held, { by: viewer.id, reason, answer })
  } else {
    await setClosed(tx, [id], { state, by: viewer.id, why: 'staff', reason, answer }, clock.now())
    await told(tx, row, state)
  }
  return showOne(tx, id, viewer)
}

/** Not while the planet bans whoever asked, nor for an organisation they do not speak for any more. */
const mayHave = async (db: Read | Tx, row: ClaimRow): Promise<boolean> =>
  (await bannedFrom(db, row.person, null)) === null && (await stillSpeaks(db, row.person, row.organisation))

/** The page gets its owner, the claim its end, and so does every other claim of that page: all of it or nothing. */
async function give(tx: Tx, { row, open }: Held, said: { by: string | null; reason: string | null; answer: string | null }): Promise<void> {
  const at = clock.now()
  if (!(await givePage(tx, row.page, row.beneficiary))) throw new Error(`${row.page} has an owner, though it is locked and had none`)
  await setClosed(tx, [row.id], { state: 'granted', ...said }, at)
  await told(tx, row, 'granted')
  for (const id of open.filter(one => one !== row.id)) {
    const other = (await readClaim(tx, id, null))!
    await setClosed(tx, [id], { state: 'refused', by: said.by, why: 'given', reason: said.answer }, at)
    await told(tx, other, 'refused')
  }
}

/** The period is over and nobody said anything: the page is given. Does nothing when it is too early, or something else became of the claim. */
export async function grantDue(tx: Tx, id: string): Promise<boolean> {
  if ((await pageOfClaim(tx, id)) === undefined) return false
  const held = await hold(tx, id, null)
  if (held.row.state !== 'announced' || held.row.endsAt! > clock.now()) return false
  if (held.owner !== null) {
    await setClosed(tx, [id], { state: 'refused', why: 'given' }, clock.now())
    await told(tx, held.row, 'refused')
    return false
  }
  if (!(await mayHave(tx, held.row))) {
    await contest(tx, held.row, 'standing')
    return false
  }
  await give(tx, held, { by: null, reason: null, answer: null })
  return true
}

/** Each by itself, so that one that fails stops no other. Gives how many pages were given. */
export async function grantAllDue(db: Db): Promise<number> {
  let given = 0
  for (const id of await dueClaims(db.read, clock.now(), 1000))
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    if (await db.transaction(tx => grantDue(tx, id)).catch(() => false)) given++
  return given
}
