/** Open calendars hear that something of a page changed; they read anew what they may see. */
import type { Tx } from '../foundation/db.ts'
import { publish, registerTopic } from '../foundation/live.ts'
import { mayEditPage } from '../people/index.ts'

registerTopic('place', (read, viewer, page) => mayEditPage(read, viewer, page))

export const livePages = (tx: Tx, pages: readonly string[]): void => {
  for (const page of new Set(pages)) publish(tx, `place:${page}`, { kind: 'bookings' })
}
