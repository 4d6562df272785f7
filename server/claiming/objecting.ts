/** What everybody sees of an announced claim, and saying that the page should not be given. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bannedFrom } from '../moderation/index.ts'
import { contest, hold } from './deciding.ts'
import { can, isPublic } from './policy.ts'
import { showOne } from './showing.ts'
import { readClaim } from './store.ts'
import { insertObjection, readObjection, readOnPage } from './store-objections.ts'
import type { Input, Ok, PageClaim } from './words.ts'

export async function getOnPage(
  db: Read,
  viewer: Viewer | null,
  { page }: Input<'GET /pages/:page/claim'>,
): Promise<Ok<'GET /pages/:page/claim'>> {
  const found = await readOnPage(db, page, viewer?.id ?? null)
  if (found === undefined) throw fault('not_found')
  const row = found.announced === null ? undefined : await readClaim(db, found.announced, viewer?.id ?? null)
  const claim =
    row === undefined
      ? null
      : {
          id: row.id,
          beneficiary: { id: row.beneficiary, name: row.beneficiaryName },
          state: row.state as 'announced' | 'contested',
          announcedAt: row.announcedAt!,
          endsAt: row.endsAt!,
          // Whoever is not signed in is asked to; nobody who buys as a guest objects.
          can: { object: viewer === null ? clock.now() < row.endsAt! : viewer.guest !== true && can.object(row, viewer, clock.now()) },
        }
  return { free: found.free, claim, mine: found.mine, objected: found.objected }
}

export async function object(tx: Tx, viewer: Viewer, input: Input<'POST /page-claims/:id/objections'>): Promise<PageClaim> {
  const { id, objection, words, links = [] } = input
  const { row } = await hold(tx, id, viewer.id)
  const before = await readObjection(tx, objection)
  if (before !== undefined) {
    if (before.claim !== id || before.person !== viewer.id || before.words !== words || before.links.join('\n') !== links.join('\n'))
      throw fault('conflict', 'key_reused')
    return showOne(tx, id, viewer)
  }
  // What was never announced is nobody's business.
  if (row.announcedAt === null && row.person !== viewer.id) throw fault('not_found')
  if ((await bannedFrom(tx, viewer.id, null)) !== null) throw fault('forbidden', 'banned')
  if (row.person === viewer.id || row.viewerMember) throw fault('forbidden', 'own_claim')
  if (row.viewerObjected) throw fault('conflict', 'objection_once')
  const at = clock.now()
  if (!isPublic(row.state) || !can.object(row, viewer, at)) throw fault('conflict', 'objection_over')
  if (!(await insertObjection(tx, { id: objection, claim: id, person: viewer.id, words, links, at }))) throw fault('conflict', 'key_reused')
  if (row.state === 'announced') await contest(tx, row, 'objection')
  return showOne(tx, id, viewer)
}
