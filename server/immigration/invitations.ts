/** Followers from elsewhere: asked when they are here, by the keyed hash of their address. Nobody follows unasked, and the page learns of nobody who declines. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { immigration } from '../../shared/immigration.ts'
import { clock } from '../foundation/clock.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { followAs, pictureAddress } from '../people/index.ts'
import { addressHash } from './reading.ts'
import { readInvitations, settleInvitation } from './store.ts'

type Entries = typeof immigration.entries

export async function getInvitations(
  { read, config }: StreamContext,
  viewer: Viewer,
): Promise<Decoded<Entries['GET /me/invitations']['ok']>> {
  // Whoever buys without an account may have typed anybody's address.
  if (viewer.guest === true) return { items: [] }
  const rows = await readInvitations(read, addressHash(config.secret, viewer.email), viewer.id)
  return { items: rows.map(row => ({ ...row, picture: pictureAddress(row.picture) })) }
}

export async function answerInvitation(
  { write, config }: StreamContext,
  viewer: Viewer,
  input: InputOf<Entries['POST /me/invitations/:page']['input']>,
): Promise<{ ok: true }> {
  await write(async tx => {
    if (!(await settleInvitation(tx, addressHash(config.secret, viewer.email), input.page, clock.now()))) throw fault('not_found')
    if (input.accept) await followAs(tx, viewer.id, input.page)
  })
  return { ok: true }
}
