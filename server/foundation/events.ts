/** Telling: an event and a job for each listener, written in the transaction of what happened. At least once; listeners are idempotent by event id. */
import { sql } from 'kysely'
import type { EventType, PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from './clock.ts'
import type { Tx } from './db.ts'
import { enqueue } from './jobs.ts'

export type Switchboard = { [T in EventType]?: readonly string[] }
let switchboard: Switchboard = {}

/** Called once by the roof with the list in server/switchboard.ts. */
export const connect = (board: Switchboard): void => {
  switchboard = board
}

/** Writes the event and one job for each of its listeners. The job's payload is the event with its id. */
export async function tell(tx: Tx, event: PlanetEvent): Promise<void> {
  const { type, ...rest } = event
  const id = newId('evt')
  await sql`insert into house.event (id, type, body, at) values (${id}, ${type}, ${JSON.stringify(rest)}::jsonb, ${clock.now()})`.execute(
    tx,
  )
  for (const task of switchboard[type] ?? []) await enqueue(tx, task, { event: id, type, ...rest })
}

/** Tells many at once, in one statement (and one more per listener): for actions that deal with many things together. */
export async function tellAll(tx: Tx, events: readonly PlanetEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(({ type, ...rest }) => ({ id: newId('evt'), type, rest }))
  await sql`insert into house.event (id, type, body, at)
    select e.id, e.type, e.body, ${clock.now()} from unnest(${rows.map(row => row.id)}::text[], ${rows.map(row => row.type)}::text[], ${rows.map(row => JSON.stringify(row.rest))}::jsonb[]) as e(id, type, body)`.execute(
    tx,
  )
  for (const { id, type, rest } of rows) for (const task of switchboard[type] ?? []) await enqueue(tx, task, { event: id, type, ...rest })
}
