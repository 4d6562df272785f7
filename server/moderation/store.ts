/** All SQL of rules, settings and pace; and who may look after a group. A scope is a group's id, or empty for the planet. */
import { sql } from 'kysely'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'

export type Settings = { holdFirst: number; slowSeconds: number; links: 'any' | 'listed' | 'none'; hideAt: number }
export const standard: Settings = { holdFirst: 0, slowSeconds: 0, links: 'any', hideAt: 3 }
export type RuleRow = {
  scope: string
  kind: 'word' | 'link'
  pattern: string
  form: string
  action: 'block' | 'hold' | 'allow'
  by: string
  at: Date
}

export async function readSettings(db: Read, scope: string): Promise<Settings> {
  const { rows } = await sql<Settings>`
    select hold_first as "holdFirst", slow_seconds as "slowSeconds", links, hide_at as "hideAt" from moderation.setting where scope = ${scope}`.execute(
    db,
  )
  return rows[0] ?? standard
}
/** Writes settings, or (without them) only says that the rules changed. */
export async function touchSettings(tx: Tx, scope: string, person: string, at: Date, given?: Settings): Promise<void> {
  const { holdFirst, slowSeconds, links, hideAt } = given ?? standard
  await sql`
    insert into moderation.setting as s (scope, hold_first, slow_seconds, links, hide_at, changed_by, changed_at)
    values (${scope}, ${holdFirst}, ${slowSeconds}, ${links}, ${hideAt}, ${person}, ${at})
    on conflict (scope) do update set version = s.version + 1, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
      hold_first = case when ${given !== undefined} then excluded.hold_first else s.hold_first end,
      slow_seconds = case when ${given !== undefined} then excluded.slow_seconds else s.slow_seconds end,
      links = case when ${given !== undefined} then excluded.links else s.links end,
      hide_at = case when ${given !== undefined} then excluded.hide_at else s.hide_at end`.execute(tx)
}
export async function readRules(db: Read, scopes: readonly string[]): Promise<RuleRow[]> {
  const { rows } = await sql<RuleRow>`
    select r.scope, r.kind, r.pattern, r.form, r.action, p.name as by, r.at from moderation.rule r join people.public_party p on p.id = r.person
    where r.scope = any(${scopes}::text[]) order by r.kind desc, r.at desc, r.form`.execute(db)
  return rows
}
export async function countRules(db: Read, scope: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from moderation.rule where scope = ${scope}`.execute(db)
  return rows[0]!.n
}
export async function putRules(
  tx: Tx,
  scope: string,
  rules: readonly { kind: 'word' | 'link'; pattern: string; form: string }[],
  action: string,
  person: string,
  at: Date,
): Promise<void> {
  await sql`
    insert into moderation.rule (scope, kind, pattern, form, action, person, at)
    select ${scope}, r.kind, r.pattern, r.form, ${action}, ${person}, ${at}
    from unnest(${rules.map(rule => rule.kind)}::text[], ${rules.map(rule => rule.pattern)}::text[], ${rules.map(rule => rule.form)}::text[]) as r(kind, pattern, form)
    on conflict (scope, kind, form) do update set pattern = excluded.pattern, action = excluded.action, person = excluded.person, at = excluded.at`.execute(
    tx,
  )
}
export async function dropRule(tx: Tx, scope: string, kind: string, form: string): Promise<void> {
  await sql`delete from moderation.rule where scope = ${scope} and kind = ${kind} and form = ${form}`.execute(tx)
}

export type Bucket = { tokens: number; lastHash: string | null; repeats: number; lastAt: Date }
/**
 * Takes one token of a person's bucket for the whole planet; undefined when there is none. Whoever is new here has fewer, which come slower. The row stays
 * locked until the transaction ends, so of what one person writes at the same time one follows the other.
 */
export async function takeToken(
  tx: Tx,
  person: string,
  now: Date,
  rates: { newMs: number; most: number; perSecond: number; newMost: number; newPerSecond: number },
): Promise<Bucket | undefined> {
  const { rows } = await sql<Bucket>`
    with who as (select ${now}::timestamptz - since < make_interval(secs => ${rates.newMs / 1000}) as is_new from people.public_since where person = ${person}),
    rate as (select case when is_new then ${rates.newMost}::real else ${rates.most}::real end as most,
      case when is_new then ${rates.newPerSecond}::real else ${rates.perSecond}::real end as per from who)
    insert into moderation.pace as p (person, scope, tokens, at) select ${person}, '', most - 1, ${now} from rate
    on conflict (person, scope) do update set at = greatest(p.at, excluded.at),
      tokens = least((select most from rate), p.tokens + greatest(0, extract(epoch from excluded.at - p.at)) * (select per from rate)) - 1
    where least((select most from rate), p.tokens + greatest(0, extract(epoch from excluded.at - p.at)) * (select per from rate)) >= 1
    returning p.tokens, p.last_hash as "lastHash", p.repeats, coalesce(old.at, new.at) as "lastAt"`.execute(tx)
  return rows[0]
}
export type Standing = {
  role: 'owner' | 'host' | 'member' | null
  artist: boolean
  passed: number
  lastAt: Date | null
  ban: boolean
  settings: { scope: string; holdFirst: number; slowSeconds: number; links: Settings['links']; key: string }[]
}
/** All that decides about what someone writes in a group (empty: anywhere else), in one statement. */
export async function readStanding(db: Read, person: string, scope: string, now: Date): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select (select role from groups.public_member where group_id = ${scope} and person = ${person}) as role,
      exists (select 1 from groups.public_artist where group_id = ${scope} and person = ${person}) as artist,
      coalesce(p.passed, 0) as passed, p.at as "lastAt",
      exists (select 1 from moderation.ban b where b.person = ${person} and b.scope in ('', ${scope}) and b.ended_at is null and b.from_at is not null
        and (b.until_at is null or b.until_at > ${now})) as ban,
      coalesce((select jsonb_agg(jsonb_build_object('scope', s.scope, 'holdFirst', s.hold_first, 'slowSeconds', s.slow_seconds, 'links', s.links,
        'key', s.scope || ' ' || s.version || ' ' || extract(epoch from s.changed_at))) from moderation.setting s where s.scope in ('', ${scope})), '[]') as settings
    from (select 1) x left join moderation.pace p on p.person = ${person} and p.scope = ${scope} and ${scope} <> ''`.execute(db)
  return rows[0]!
}
/** Notes what was let through (`passed`), and the print of the text. */
export async function noteWriting(
  tx: Tx,
  given: { person: string; scope: string; now: Date; passed: boolean; hash: string | null; repeats: number },
): Promise<void> {
  await sql`
    with planet as (update moderation.pace set last_hash = ${given.hash}, repeats = ${given.repeats} where person = ${given.person} and scope = '')
    insert into moderation.pace as p (person, scope, at, passed)
    select ${given.person}, ${given.scope}, ${given.now}, ${given.passed ? 1 : 0} where ${given.scope} <> ''
    on conflict (person, scope) do update set at = greatest(p.at, excluded.at), passed = p.passed + excluded.passed`.execute(tx)
}
/** What was held and is shown after all counts as let through. */
export async function notePassed(tx: Tx, person: string, scope: string, now: Date): Promise<void> {
  await sql`
    insert into moderation.pace as p (person, scope, at, passed) values (${person}, ${scope}, ${now}, 1)
    on conflict (person, scope) do update set passed = p.passed + 1`.execute(tx)
}

export type Place = {
  name: string
  handle: string
  visibility: string
  role: 'owner' | 'host' | 'member' | null
  artist: boolean
  banned: boolean
}
/** A group and what someone is in it; undefined when there is no such group. */
export async function readPlace(db: Read, group: string, person: string): Promise<Place | undefined> {
  const { rows } = await sql<Place>`
    select g.name, g.handle, g.visibility, m.role, exists (select 1 from groups.public_artist a where a.group_id = g.id and a.person = ${person}) as artist,
      exists (select 1 from moderation.public_ban b where b.person = ${person} and (b.group_id = g.id or b.group_id is null) and (b.until_at is null or b.until_at > ${clock.now()})) as banned
    from groups.public_group g left join groups.public_member m on m.group_id = g.id and m.person = ${person} where g.id = ${group}`.execute(
    db,
  )
  return rows[0]
}
export async function readPersonFor(db: Read, person: string): Promise<{ name: string; staff: boolean } | undefined> {
  const { rows } = await sql<{ name: string; staff: boolean }>`
    select p.name, exists (select 1 from people.public_staff s where s.person = p.id) as staff
    from people.public_party p join people.public_since n on n.person = p.id where p.id = ${person}`.execute(db)
  return rows[0]
}

type PageRow = { id: string; name: string; owner: string | null; bioZh: string; bioEn: string }
/** Pages and what they say of themselves; the owner where it is a person. */
export async function readPages(db: Read, ids: readonly string[]): Promise<PageRow[]> {
  const { rows } = await sql<PageRow>`
    select p.id, p.name, case when p.owner like 'usr\\_%' then p.owner end as owner, w.bio_zh as "bioZh", w.bio_en as "bioEn"
    from people.public_page p join people.public_page_words w on w.page = p.id where p.id = any(${ids}::text[])`.execute(db)
  return rows
}
export async function readPersons(db: Read, ids: readonly string[]): Promise<{ id: string; name: string; page: string | null }[]> {
  const { rows } = await sql<{ id: string; name: string; page: string | null }>`
    select p.id, p.name, (select g.id from people.public_page g where g.owner = p.id order by g.id limit 1) as page
    from people.public_party p where p.id = any(${ids}::text[]) and p.id like 'usr\\_%'`.execute(db)
  return rows
}
