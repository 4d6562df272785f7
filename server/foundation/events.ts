/** Telling: an event and a job for each listener, written in the transaction of what happened. At least once; listeners are idempotent by event id. */
import { sql } from 'kysely'
import type { EventType, PlanetEvent } from '../../shared/events.ts'
import { clock, newId } from './clock.ts'
import type { Tx } from './db.ts'
import { enqueue } from './jobs.ts'

export type Switchboard = { [T in EventType]?: readonly string[] }
let switchboard: Switchboard = {}

/**
 * A listener that hears much and often takes what gathers: one job for a second of events of a shard (persons stay in theirs), its payload a list of events.
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
/** Of a list longer than this, all go into a job of their own, so that nobody else waits for a long transaction. */
const fewAtOnce = 4
const mostInJob = 500

/** The same name, the same shard, always. */
function shardOf(name: string, shards: number): number {
  let hash = 5381
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 33) ^ name.charCodeAt(i)) >>> 0
  return hash % shards
}

/** One job with a list, merged into the one that waits of this second (`preserve_run_at` keeps its hour, lists are joined). The row stays locked until the commit, so no worker takes it half. */
async function gatherJobs(tx: Tx, task: string, { by, shards }: Gathering, events: readonly Sent[]): Promise<void> {
  const heard = events.filter(({ rest }) => typeof (rest as Record<string, unknown>)[by] === 'string')
  if (heard.length > fewAtOnce) {
    for (let from = 0; from < heard.length; from += mostInJob)
      await sql`select graphile_worker.add_job(${task}, payload => ${JSON.stringify(heard.slice(from, from + mostInJob).map(payloadOf))}::json, max_attempts => 12)`.execute(
        tx,
      )
    return
  }
  const byShard = Map.groupBy(heard, ({ rest }) => shardOf((rest as Record<string, string>)[by]!, shards))
  // In one order for everyone, so that two transactions cannot wait for each other.
  for (const [shard, those] of [...byShard].sort((a, b) => a[0] - b[0]))
    await sql`select graphile_worker.add_job(
      ${task}, payload => ${JSON.stringify(those.map(payloadOf))}::json, max_attempts => 12, run_at => clock_timestamp() + interval '1 second',
      job_key => ${`${task}:${shard}:`}::text || floor(extract(epoch from clock_timestamp()))::bigint::text, job_key_mode => 'preserve_run_at')`.execute(
      tx,
    )
}

async function hand(tx: Tx, events: readonly Sent[]): Promise<void> {
  for (const [type, those] of Map.groupBy(events, event => event.type))
    for (const task of switchboard[type] ?? []) {
      const gathering = gatherings[task]
      if (gathering !== undefined) await gatherJobs(tx, task, gathering, those)
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
