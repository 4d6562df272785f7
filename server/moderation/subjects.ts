/** What can be reported and held: kinds are registered by the rooms they belong to. Moderation knows no room above it. */
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { readPages, readPersons } from './store.ts'

export type Seen = {
  /** Null: it is the planet's. */
  group: string | null
  /** `usr_…`; null: nobody's (a page without an owner). */
  author: string | null
  text: string
  pictures: readonly string[]
  /** Where it is shown, below this planet. */
  url: string
  hidden: boolean
}
export type Subject = {
  /** Those of these ids that there are, also hidden ones. */
  look: (read: Read, ids: readonly string[]) => Promise<Map<string, Seen>>
  /** Takes away or shows again; without it such a thing can only be spoken about (a page, a person). Harmless when it is so already. */
  hide?: (tx: Tx, ids: readonly string[], hidden: boolean) => Promise<void>
  /** Which of these ids the viewer may see, where the group's own visibility does not say it. */
  see?: (read: Read, viewer: Viewer, ids: readonly string[]) => Promise<ReadonlySet<string>>
  /** For the planet's staff alone, though it belongs to a group (letters). */
  planetOnly?: boolean
}

const kinds = new Map<string, Subject>()
/** Called once by the room a kind belongs to, when it is loaded. */
export const registerSubject = (kind: string, subject: Subject): void => {
  kinds.set(kind, subject)
}
export const subjectOf = (kind: string): Subject | undefined => kinds.get(kind)

/** One thing as it is now; undefined when it is gone or its kind is unknown. */
export const lookAt = async (read: Read, kind: string, id: string): Promise<Seen | undefined> =>
  (await kinds.get(kind)?.look(read, [id]))?.get(id)

// What stands below moderation: pages and people themselves. They are spoken about, never hidden.
const everybody = async (_read: Read, _viewer: Viewer, ids: readonly string[]): Promise<ReadonlySet<string>> => new Set(ids)
registerSubject('page', {
  look: async (read, ids) =>
    new Map(
      (await readPages(read, ids)).map(row => [
        row.id,
        {
          group: null,
          author: row.owner,
          text: [row.name, row.bioZh, row.bioEn].filter(part => part !== '').join('\n'),
          pictures: [],
          url: `/artists/${row.id}`,
          hidden: false,
        },
      ]),
    ),
  see: everybody,
})
registerSubject('person', {
  look: async (read, ids) =>
    new Map(
      (await readPersons(read, ids)).map(row => [
        row.id,
        { group: null, author: row.id, text: row.name, pictures: [], url: row.page === null ? '' : `/artists/${row.page}`, hidden: false },
      ]),
    ),
  see: everybody,
})
