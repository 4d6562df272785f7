/** Telling: an event and a job for each listener, written in the transaction of what happened. At least once; listeners are idempotent by event id. */
import { sql } from 'kysely'
import type { EventType, PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from './clock.ts'
import type { Tx } from './db.ts'
import { keepGathered, shardOf } from './gathered.ts'
import { enqueue } from './jobs.ts'

export type Switchboard = { [T in EventType]?: readonly string[] }
let switchboard: Switchboard = {}

/**
 * A listener that hears much and often takes what gathers (gathered.ts): one job for a second of events of a shard (persons stay in theirs), its payload a list.
 * Events that have nothing under `by` are not for it.
 */
export type Gathering = { by: string; shards: number }
let gatherings: Readonly<Record<string, Gathering>> = {}
/** Events that only pass by: their listeners hear of them, the log of events does not. */
let passing: ReadonlySet<EventType> = new Set()

/** Called once by the roof with the lists in server/switchboard.ts. */
export const connect = (
  board: Switchboard,
  gathered: Readonly<Record<string, Gathering>> = {},
  unlogged: readonly EventType[] = [],
): void => {
  switchboard = board
  gatherings = gathered
  passing = new Set(unlogged)
}

type Sent = { id: string; type: EventType; rest: object }
const sentOf = ({ type, ...rest }: PlanetEvent): Sent => ({ id: newId('evt'), type, rest })
const payloadOf = ({ id, type, rest }: Sent): object => ({ event: id, type, ...rest })
const gatheredOf = ({ by, shards }: Gathering, events: readonly Sent[]): { shard: number; payload: object }[] =>
  events.flatMap(sent => {
    const name = (sent.rest as Record<string, unknown>)[by]
    return typeof name === 'string' ? [{ shard: shardOf(name, shards), payload: payloadOf(sent) }] : []
  })

async function hand(tx: Tx, events: readonly Sent[]): Promise<void> {
  for (const [type, those] of Map.groupBy(events, event => event.type))
    for (const task of switchboard[type] ?? []) {
      const gathering = gatherings[task]
      if (gathering !== undefined) await keepGathered(tx, task, gatheredOf(gathering, those))
      else for (const one of those) await enqueue(tx, task, payloadOf(one))
    }
}

/** Writes the event and one job for each of its listeners. The job's payload is the event with its id. */
export async function tell(tx: Tx, event: PlanetEvent): Promise<void> {
  const sent = sentOf(event)
  if (!passing.has(sent.type))
    await sql`insert into house.event (id, type, body, at) values (${sent.id}, ${sent.type}, ${JSON.stringify(sent.rest)}::jsonb, ${clock.now()})`.execute(
      tx,
    )
  await hand(tx, [sent])
}

/** Tells many at once, in one statement (and one more per listener): for actions that deal with many things together. */
export async function tellAll(tx: Tx, events: readonly PlanetEvent[]): Promise<void> {
  if (events.length === 0) return
  const sent = events.map(sentOf)
  const rows = sent.filter(({ type }) => !passing.has(type))
  if (rows.length > 0)
    await sql`insert into house.event (id, type, body, at)
      select e.id, e.type, e.body, ${clock.now()} from unnest(${rows.map(row => row.id)}::text[], ${rows.map(row => row.type)}::text[], ${rows.map(row => JSON.stringify(row.rest))}::jsonb[]) as e(id, type, body)`.execute(
      tx,
    )
  await hand(tx, sent)
}
