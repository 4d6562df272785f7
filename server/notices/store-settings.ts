/** SQL of how people want to be told. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

type How = {
  digest: 'daily' | 'weekly' | 'never'
  digestDay: number
  digestHour: number
  timeZone: string
  quiet: { from: number; until: number } | null
  mailOff: boolean
  mailRefused: boolean
  email: string
}
export async function readHow(db: Read, person: string): Promise<How> {
  const { rows } = await sql<How>`
    select coalesce(p.digest, 'weekly') as digest, coalesce(p.digest_day, 5) as "digestDay", coalesce(p.digest_hour, 18) as "digestHour",
      coalesce(p.time_zone, 'Asia/Shanghai') as "timeZone", case when p.quiet_from is not null then json_build_object('from', p.quiet_from, 'until', p.quiet_until) end as quiet,
      coalesce(p.mail_off, false) as "mailOff", coalesce(p.refused_email = r.email, false) as "mailRefused", r.email
    from people.public_reachable r left join notices.person p on p.person = r.person where r.person = ${person}`.execute(db)
  return rows[0]!
}

/** What is undefined stays; a digest that waits is planned anew. */
export async function saveHow(
  tx: Tx,
  person: string,
  change: {
    digest?: string | undefined
    digestDay?: number | undefined
    digestHour?: number | undefined
    timeZone?: string | undefined
    quiet?: { from: number; until: number } | null | undefined
  },
  now: Date,
): Promise<void> {
  await sql`insert into notices.person (person) values (${person}) on conflict do nothing`.execute(tx)
  await sql`
    update notices.person set digest = coalesce(${change.digest ?? null}, digest), digest_day = coalesce(${change.digestDay ?? null}::int, digest_day),
      digest_hour = coalesce(${change.digestHour ?? null}::int, digest_hour), time_zone = coalesce(${change.timeZone ?? null}, time_zone),
      quiet_from = case when ${change.quiet !== undefined} then ${change.quiet?.from ?? null}::int else quiet_from end,
      quiet_until = case when ${change.quiet !== undefined} then ${change.quiet?.until ?? null}::int else quiet_until end, changed_at = ${now}
    where person = ${person}`.execute(tx)
  await sql`
    update notices.person p set digest_at = case when exists (
        select 1 from notices.notice n where n.person = p.person and n.mail_how = 'digest' and n.mail is null and n.read_at is null)
      then notices.next_digest(p.digest, p.digest_day, p.digest_hour, p.time_zone, ${now}) end
    where p.person = ${person}`.execute(tx)
}

/** Whether PostgreSQL can tell the time there. */
export async function knowsZone(db: Read, zone: string): Promise<boolean> {
  const { rows } = await sql`select 1 as one from pg_timezone_names where name = ${zone}`.execute(db)
  return rows.length > 0
}

export type Choice = { kind: string; channel: string; wanted: boolean }
export async function readChoices(db: Read, person: string): Promise<Choice[]> {
  const { rows } = await sql<Choice>`select kind, channel, wanted from notices.choice where person = ${person}`.execute(db)
  return rows
}
export async function saveChoices(tx: Tx, person: string, choices: readonly Choice[]): Promise<void> {
  // The last word on each counts.
  const last = [...new Map(choices.map(choice => [`${choice.kind} ${choice.channel}`, choice])).values()]
  await sql`
    insert into notices.choice (person, kind, channel, wanted)
    select ${person}, * from unnest(${last.map(one => one.kind)}::text[], ${last.map(one => one.channel)}::text[], ${last.map(one => one.wanted)}::boolean[])
    on conflict (person, kind, channel) do update set wanted = excluded.wanted`.execute(tx)
}

/** Names of things that may be muted, as anybody may see them: what is not there for everyone has none. */
const named = sql`(
  select 'grp' as sort, id, name from groups.public_group union all select 'pag', id, name from people.public_page union all select 'usr', id, name from people.public_party where id like 'usr\\_%')`

export async function listMuted(db: Read, person: string): Promise<{ thing: string; name: string }[]> {
  const { rows } = await sql<{ thing: string; name: string }>`
    select m.thing, coalesce(n.name, '') as name from notices.mute m left join ${named} n on n.id = m.thing where m.person = ${person} order by m.at desc, m.thing`.execute(
    db,
  )
  return rows
}
const known = (thing: string) => sql<boolean>`(${thing} like 'pst\\_%' or exists (select 1 from ${named} n where n.id = ${thing}))`

export async function insertMute(tx: Tx, person: string, thing: string, at: Date, most: number): Promise<'made' | 'unknown' | 'full'> {
  const { rows } = await sql<{ known: boolean; full: boolean }>`
    select ${known(thing)} as known, (select count(*) from notices.mute where person = ${person}) >= ${most} as full`.execute(tx)
  if (!rows[0]!.known) return 'unknown'
  if (rows[0]!.full) return 'full'
  await sql`insert into notices.mute (person, thing, at) values (${person}, ${thing}, ${at}) on conflict do nothing`.execute(tx)
  return 'made'
}
/** False when there is no such thing, muted or not. */
export async function deleteMute(tx: Tx, person: string, thing: string): Promise<boolean> {
  const gone = await sql`delete from notices.mute where person = ${person} and thing = ${thing} returning 1 as one`.execute(tx)
  if (gone.rows.length > 0) return true
  return (await sql<{ known: boolean }>`select ${known(thing)} as known`.execute(tx)).rows[0]!.known
}
