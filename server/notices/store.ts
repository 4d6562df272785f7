/** SQL of notices: writing them once, reading them. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import { jsonText } from '../foundation/jsonb.ts'

/** Something to tell one person; the usual of its kind stands beside it. */
export type Given = {
  id: string
  person: string
  kind: string
  what: string
  cause: string
  bundle: string | null
  facts: Record<string, string>
  link: string
  actor: string | null
  /** Who did it without being named: they are not told either. */
  by: string | null
  amount: bigint | null
  /** Groups, pages, posts it is about: muted ones are not told of. */
  about: readonly string[]
  at: Date
  app: boolean
  mail: boolean
  mailHow: 'digest' | 'once'
  push: boolean
  fixed: boolean
}
/** A new notice: what is still to be sent of it. */
export type Written = { id: string; person: string; shown: boolean; mailHow: 'no' | 'digest' | 'once'; push: boolean }

/**
 * What of it this person wants, as `wanted` rows. Left out: one's own doings, persons who are gone, what is muted, and what nobody would see anywhere.
 * Arrays inside arrays must be rectangular in SQL, so `about` and facts travel as JSON.
 */
const wanted = (rows: readonly Given[]) => sql`
  given as (
    select * from json_to_recordset(${JSON.stringify(
      rows.map(row => ({ ...row, amount: row.amount === null ? null : row.amount.toString(), mailHow: undefined, how: row.mailHow })),
    )}::json) as g(id text, person text, kind text, what text, cause text, bundle text, facts jsonb, link text, actor text, by text, amount bigint, about jsonb,
      at timestamptz, app boolean, mail boolean, how text, push boolean, fixed boolean)),
  wanted as (
    select g.*, g.fixed or coalesce(ca.wanted, g.app) as on_page,
      case when coalesce(cm.wanted, g.mail) and (g.fixed or not p.off) and not p.refused and r.email !~ '@([a-z0-9-]+\\.)*demo\\.example$' then g.how else 'no' end as on_mail,
      coalesce(cp.wanted, g.push) as on_push
    from given g
    join people.public_reachable r on r.person = g.person and not r.banned
    cross join lateral (
      select coalesce(bool_or(s.mail_off), false) as off, coalesce(bool_or(s.refused_email = r.email), false) as refused from notices.person s where s.person = g.person) p
    left join notices.choice ca on ca.person = g.person and ca.kind = g.kind and ca.channel = 'app'
    left join notices.choice cm on cm.person = g.person and cm.kind = g.kind and cm.channel = 'mail'
    left join notices.choice cp on cp.person = g.person and cp.kind = g.kind and cp.channel = 'push'
    where g.actor is distinct from g.person and g.by is distinct from g.person
      and (g.fixed or not exists (select 1 from notices.mute m where m.person = g.person and (g.about ? m.thing or m.thing = g.actor))))`

/** Notices that stand alone. What was told before (same person, same cause) is left out. */
export async function writeSingle(tx: Tx, rows: readonly Given[]): Promise<Written[]> {
  const { rows: made } = await sql<Written>`
    with ${wanted(rows)},
    made as (
    insert into notices.notice (id, person, kind, what, cause, facts, link, actors, people, amount, shown, mail_how, made_at, at)
    select id, person, kind, what, cause, facts, link, case when actor is null then '{}' else array[actor] end, (actor is not null)::int, amount, on_page, on_mail, at, at
    from wanted where on_page or on_mail <> 'no' or on_push order by person, cause
    on conflict do nothing
    returning id, person, shown, mail_how)
    select m.id, m.person, m.shown, m.mail_how as "mailHow", w.on_push as push from made m join wanted w on w.id = m.id`.execute(tx)
  return made
}

/**
 * Notices that gather while unread. Each cause joins once; the bundle counts distinct people and adds amounts up. Only a bundle that begins is sent anywhere:
 * nobody's pocket shakes at each of a hundred hearts.
 */
export async function writeBundled(tx: Tx, rows: readonly Given[]): Promise<{ fresh: Written[]; touched: string[] }> {
  const { rows: found } = await sql<Written & { fresh: boolean; cause: string | null }>`
    with ${wanted(rows)},
    mine as (select * from wanted where on_page or on_mail <> 'no' or on_push),
    unknown as (
      select m.* from mine m where not exists (select 1 from notices.part x where x.person = m.person and x.cause = m.cause)),
    heads as (select distinct on (person, bundle) * from unknown order by person, bundle, at desc, id),
    whole as (
      insert into notices.notice as n (id, person, kind, what, cause, bundle, facts, link, shown, mail_how, made_at, at)
      select id, person, kind, what, bundle || '#' || id, bundle, facts, link, on_page, on_mail, at, at from heads order by person, bundle
      on conflict (person, bundle) where bundle is not null and read_at is null
      do update set at = greatest(n.at, excluded.at), facts = excluded.facts, link = excluded.link
      returning n.id, n.person, n.bundle, n.shown, n.mail_how),
    parts as (
      insert into notices.part (person, cause, notice, actor, at)
      select distinct on (u.person, u.cause) u.person, u.cause, w.id, u.actor, u.at from unknown u join whole w on w.person = u.person and w.bundle = u.bundle
      order by u.person, u.cause
      on conflict do nothing returning cause, notice)
    select w.id, w.person, w.shown, w.mail_how as "mailHow", p.cause, h.id is not null as fresh, coalesce(h.on_push, false) as push
    from whole w left join heads h on h.id = w.id left join parts p on p.notice = w.id`.execute(tx)
  // Told by another transaction meanwhile, and read before this one came: nothing is left to say.
  const empty = found.filter(row => row.fresh && row.cause === null).map(row => row.id)
  if (empty.length > 0) await sql`delete from notices.notice where id = any(${empty}::text[])`.execute(tx)
  const joined = found.filter(row => row.cause !== null)
  if (joined.length === 0) return { fresh: [], touched: [] }
  const amounts = new Map(rows.map(row => [`${row.person} ${row.cause}`, row.amount]))
  const sums = new Map<string, bigint | null>(joined.map(row => [row.id, null]))
  for (const { id, person, cause } of joined) {
    const amount = amounts.get(`${person} ${cause}`) ?? null
    if (amount !== null) sums.set(id, (sums.get(id) ?? 0n) + amount)
  }
  // In a statement of its own: it sees what another transaction put in while this one waited for the row.
  await sql`
    update notices.notice n set people = c.people, actors = c.actors, amount = case when s.sum is null then n.amount else coalesce(n.amount, 0) + s.sum end
    from unnest(${[...sums.keys()]}::text[], ${[...sums.values()].map(sum => sum?.toString() ?? null)}::int8[]) as s(id, sum)
    cross join lateral (
      select count(*)::int as people, coalesce((array_agg(actor order by last desc, actor))[1:3], '{}') as actors
      from (select actor, max(at) as last from notices.part x where x.notice = s.id and x.actor is not null group by actor) a) c
    where n.id = s.id`.execute(tx)
  const once = new Map(joined.map(row => [row.id, row]))
  return { fresh: [...once.values()].filter(row => row.fresh), touched: [...new Set(joined.map(row => row.person))] }
}

export type NoticeRow = {
  id: string
  kind: string
  what: string
  facts: Record<string, string>
  link: string
  actors: { id: string; name: string }[]
  people: number
  amount: bigint | null
  at: Date
  read: boolean
}
const columns = sql`n.id, n.kind, n.what, n.facts, n.link, n.people, n.amount, n.at, n.read_at is not null as read,
  coalesce((select json_agg(json_build_object('id', p.id, 'name', p.name) order by a.place) from unnest(n.actors) with ordinality as a(id, place)
    join people.public_party p on p.id = a.id), '[]') as actors`

export async function listNotices(
  db: Read,
  person: string,
  given: { after: readonly [Date, string] | undefined; limit: number; unread: boolean; kind: string | undefined },
): Promise<NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    select ${columns} from notices.notice n where n.person = ${person} and n.shown
      ${given.unread ? sql`and n.read_at is null` : sql``} ${given.kind === undefined ? sql`` : sql`and n.kind = ${given.kind}`}
      ${given.after === undefined ? sql`` : sql`and (n.at, n.id) < (${given.after[0]}, ${given.after[1]})`}
    order by n.at desc, n.id desc limit ${given.limit}`.execute(db)
  return rows
}

/** Notices by id with the person they are for, for sending. */
export async function readNotices(db: Read, ids: readonly string[]): Promise<(NoticeRow & { person: string })[]> {
  const { rows } = await sql<NoticeRow & { person: string }>`
    select n.person, ${columns} from notices.notice n where n.id = any(${ids}::text[]) order by n.at desc, n.id desc`.execute(db)
  return rows
}

/** Up to 100: more is not worth counting. */
export async function countUnread(db: Read, person: string): Promise<number> {
  const { rows } = await sql<{ unread: number }>`
    select count(*)::int as unread from (select 1 from notices.notice where person = ${person} and shown and read_at is null limit 100) n`.execute(
    db,
  )
  return rows[0]!.unread
}

export async function markRead(tx: Tx, person: string, which: { ids: readonly string[] } | { until: Date }, now: Date): Promise<number> {
  const { rows } = await sql`
    update notices.notice set read_at = ${now} where person = ${person} and read_at is null
      and ${'ids' in which ? sql`id = any(${which.ids}::text[])` : sql`at <= ${which.until}`} returning id`.execute(tx)
  return rows.length
}

/** Read ones go after half a year, others after a year; what was sent is forgotten after 60 days, so long as it ended. */
export async function deleteOld(tx: Tx, now: Date): Promise<void> {
  const days = (count: number): Date => new Date(now.getTime() - count * 86_400_000)
  await sql`delete from notices.notice where at < ${days(365)} or (at < ${days(180)} and read_at is not null)`.execute(tx)
  await sql`delete from notices.mail where ended_at < ${days(60)}`.execute(tx)
  await sql`delete from notices.push where state <> 'waiting' and state <> 'sending' and at < ${days(30)}`.execute(tx)
  await sql`delete from notices.spread where done_at < ${days(60)}`.execute(tx)
}

export type Spread = { cause: string; audience: string; body: object; after: string; told: number }

/** False when it was begun before. */
export async function insertSpread(tx: Tx, given: { cause: string; audience: string; body: object; at: Date }): Promise<boolean> {
  const { rows } = await sql`
    insert into notices.spread (cause, audience, body, made_at) values (${given.cause}, ${given.audience}, ${jsonText(given.body)}::jsonb, ${given.at})
    on conflict do nothing returning cause`.execute(tx)
  return rows.length > 0
}
/** Locks it: of two workers the second finds it further on. */
export async function lockSpread(tx: Tx, cause: string): Promise<Spread | undefined> {
  const { rows } = await sql<Spread>`
    select cause, audience, body, after, told from notices.spread where cause = ${cause} and done_at is null for update`.execute(tx)
  return rows[0]
}
export async function openSpreads(db: Read): Promise<string[]> {
  const { rows } = await sql<{ cause: string }>`select cause from notices.spread where done_at is null order by made_at limit 100`.execute(
    db,
  )
  return rows.map(row => row.cause)
}
export async function moveSpread(tx: Tx, cause: string, after: string, told: number, doneAt: Date | null): Promise<void> {
  await sql`update notices.spread set after = ${after}, told = told + ${told}, done_at = ${doneAt} where cause = ${cause}`.execute(tx)
}

/** The next persons of an audience, in the order of their ids; of a group's members nobody who is banned. */
export async function nextOf(db: Read, audience: string, after: string, most: number, now: Date): Promise<string[]> {
  const at = audience.indexOf(':')
  const [kind, thing] = [audience.slice(0, at), audience.slice(at + 1)]
  const { rows } =
    kind === 'page'
      ? await sql<{ person: string }>`
          select person from people.public_follow where page = ${thing} and person > ${after} order by person limit ${most}`.execute(db)
      : kind === 'raffle'
        ? await sql<{ person: string }>`
          select person from raffles.public_entrant where raffle = ${thing} and person > ${after} order by person limit ${most}`.execute(db)
        : kind === 'lottery'
          ? await sql<{ person: string }>`
          select person from shows.public_entrant where show = ${thing} and not withdrawn and not won and person > ${after} order by person limit ${most}`.execute(
              db,
            )
          : await sql<{ person: string }>`
          select m.person from groups.public_member m where m.group_id = ${thing} and m.person > ${after} and not exists (
              select from moderation.public_ban b where b.person = m.person and (b.group_id = m.group_id or b.group_id is null) and (b.until_at is null or b.until_at > ${now}))
            order by m.person limit ${most}`.execute(db)
  return rows.map(row => row.person)
}
