/** Open pages of a hall learn what changed: gathered for a moment, so that a rush costs a page a few messages a second and not one a buyer. */
import { afterCommit, type Db, type Tx } from '../foundation/db.ts'
import { publish } from '../foundation/live.ts'

export type Changed = { hall: string; tier: string; seats: readonly string[] }
const gatherMs = 250
/** Above that a page reads all states anew anyhow. */
const mostNamed = 200

type Waiting = { halls: Map<string, Set<string>>; timer: ReturnType<typeof setTimeout> | undefined }
const waiting = new WeakMap<Db, Waiting>()

/** After the commit. Messages name seats, never who has them: `{ seats: […] }`, empty when too many or none. */
export function tellSeats(tx: Tx, changed: readonly Changed[]): void {
  if (changed.length === 0) return
  afterCommit(tx, db => {
    let own = waiting.get(db)
    if (own === undefined) waiting.set(db, (own = { halls: new Map(), timer: undefined }))
    for (const { hall, seats } of changed) {
      const named = own.halls.get(hall) ?? new Set()
      for (const seat of seats) named.add(seat)
      own.halls.set(hall, named)
    }
    own.timer ??= setTimeout(() => {
      const halls = [...own.halls]
      own.halls.clear()
      own.timer = undefined
      void db
        .transaction(async empty => {
          for (const [hall, seats] of halls)
            publish(empty, `hall:${hall}`, { kind: 'seats', seats: seats.size > mostNamed ? [] : [...seats] })
        })
        // The database is closing: whoever has the page open reads anew when it comes back.
        .catch(() => undefined)
    }, gatherMs).unref()
  })
}
