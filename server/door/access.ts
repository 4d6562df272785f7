/** Who may do what at a door: people by their part in the page’s organisation, devices by a token that ends when it is revoked. */
import { createHash } from 'node:crypto'
import { fault } from '../../shared/faults.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { showOf, type ShowFacts } from '../tickets/index.ts'
import { findDevice, rightsAt, type DeviceRow } from './store.ts'

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
const dayMs = 86_400_000

/** For people of the page. Nobody else can tell whether there is such a door. */
export async function allowStaff(
  db: Read | Tx,
  viewer: Viewer,
  show: string,
  manage = false,
): Promise<{ show: ShowFacts; manage: boolean }> {
  const found = await showOf(db, show)
  const rights = await rightsAt(db, found.page, viewer.id)
  if (!rights.keep) throw fault('not_found')
  if (manage && !rights.manage) throw fault('forbidden')
  return { show: found, manage: rights.manage }
}

/** A device that still is one: not revoked, of someone who still works there, until two days after the show. */
export async function allowDevice(db: Read | Tx, token: string, now: Date): Promise<{ device: DeviceRow; show: ShowFacts }> {
  const device = await findDevice(db, { token: hashOf(token) })
  if (device === undefined || device.revokedAt !== null || device.enteredAt === null) throw fault('forbidden', 'device_over')
  const show = await showOf(db, device.show)
  if (now.getTime() > show.endsAt.getTime() + 2 * dayMs) throw fault('forbidden', 'device_over')
  if (device.person !== null && !(await rightsAt(db, show.page, device.person)).keep) throw fault('forbidden', 'device_over')
  return { device, show }
}
