/** SQL of reactions and votes. Counts move with what they count, in one transaction under the lock of their row. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { countsOf, type Counts, type ReactionKind } from './store.ts'

export type On = { post: string } | { comment: string; post: string; top: boolean }
const names = (on: On): { tally: RawBuilder<unknown>; reaction: RawBuilder<unknown>; key: RawBuilder<unknown>; id: string } =>
  'comment' in on
    ? { tally: sql`feed.comment_tally`, reaction: sql`feed.comment_reaction`, key: sql`comment`, id: on.comment }
    : { tally: sql`feed.post_tally`, reaction: sql`feed.post_reaction`, key: sql`post`, id: on.post }

/** Gives, changes or takes back a reaction; tells whether it is this person's first there now. */
export async function putReaction(
  tx: Tx,
  on: On,
  person: string,
  kind: ReactionKind | null,
  at: Date,
): Promise<{ first: boolean; changed: boolean }> {
  const { tally, reaction, key, id } = names(on)
  if ('comment' in on)
    await sql`insert into feed.comment_tally (comment, post) values (${id}, ${on.top ? on.post : null}) on conflict (comment) do update
      set post = coalesce(feed.comment_tally.post, excluded.post)`.execute(tx)
  else
    await sql`insert into feed.post_tally (post) values (${id}) on conflict (post) do update set heart = feed.post_tally.heart`.execute(tx)
  const { rows } = await sql<{ kind: ReactionKind }>`select kind from ${reaction} where ${key} = ${id} and person = ${person}`.execute(tx)
  const before = rows[0]?.kind ?? null
  if (before === kind) return { first: false, changed: false }
  if (kind === null) await sql`delete from ${reaction} where ${key} = ${id} and person = ${person}`.execute(tx)
  else
    await sql`insert into ${reaction} (${key}, person, kind, at) values (${id}, ${person}, ${kind}, ${at})
      on conflict (${key}, person) do update set kind = excluded.kind, at = excluded.at`.execute(tx)
  const set = [
    ...(before === null ? [] : [sql`${sql.ref(before)} = ${sql.ref(before)} - 1`]),
    ...(kind === null ? [] : [sql`${sql.ref(kind)} = ${sql.ref(kind)} + 1`]),
  ]
  await sql`update ${tally} set ${sql.join(set)} where ${key} = ${id}`.execute(tx)
  return { first: before === null, changed: true }
}
export async function readReactions(db: Read, on: On, person: string): Promise<{ counts: Counts; mine: ReactionKind | null }> {
  const { tally, reaction, key, id } = names(on)
  const { rows } = await sql<{ counts: Counts; mine: ReactionKind | null }>`
    select ${countsOf('t')} as counts, (select r.kind from ${reaction} r where r.${key} = w.id and r.person = ${person}) as mine
    from (select ${id}::text as id) w left join ${tally} t on t.${key} = w.id`.execute(db)
  return rows[0]!
}
export type Reacted = { person: string; name: string; kind: ReactionKind; at: Date }
export async function listReactions(
  db: Read,
  post: string,
  kind: ReactionKind | null,
  after: readonly [at: Date, person: string] | undefined,
  limit: number,
): Promise<Reacted[]> {
  const { rows } = await sql<Reacted>`
    select r.person, n.name, r.kind, r.at from (
      select r.person, r.kind, r.at from feed.post_reaction r where r.post = ${post} and ${kind === null ? sql`true` : sql`r.kind = ${kind}`}
        and ${after === undefined ? sql`true` : sql`(r.at, r.person) < (${after[0]}::timestamptz, ${after[1]})`}
      order by r.at desc, r.person desc limit ${limit}) r
    join people.public_party n on n.id = r.person order by r.at desc, r.person desc`.execute(db)
  return rows
}

export type PollHead = { id: string; choices: number; endsAt: Date; options: number }
export async function lockPoll(tx: Tx, post: string): Promise<PollHead | undefined> {
  const { rows } = await sql<PollHead>`
    select q.id, q.choices, q.ends_at as "endsAt", (select count(*)::int from feed.poll_option o where o.poll = q.id) as options
    from feed.poll q where q.post = ${post} for update of q`.execute(tx)
  return rows[0]
}
/** What a person chose, in place of what they chose before; under the poll's lock. */
export async function putVote(tx: Tx, poll: string, person: string, options: readonly number[], at: Date): Promise<void> {
  const { rows } = await sql<{
    number: number
  }>`delete from feed.poll_vote where poll = ${poll} and person = ${person} returning number`.execute(tx)
  const before = rows.map(row => row.number)
  if (options.length > 0)
    await sql`insert into feed.poll_vote (poll, person, number, at) select ${poll}, ${person}, n, ${at} from unnest(${[...options]}::int[]) n`.execute(
      tx,
    )
  await sql`
    update feed.poll_option o set votes = o.votes + (o.number = any(${[...options]}::int[]))::int - (o.number = any(${before}::int[]))::int
    where o.poll = ${poll} and (o.number = any(${[...options]}::int[])) <> (o.number = any(${before}::int[]))`.execute(tx)
  const more = Number(options.length > 0) - Number(before.length > 0)
  if (more !== 0) await sql`update feed.poll set voters = voters + ${more} where id = ${poll}`.execute(tx)
}
