/**
 * Rules to SQL. What a rule names is looked up in the tables below and never becomes text of a statement (trap 41): fields and orders are keys of this file,
 * values are parameters. What belongs to a person (stars, favourites, plays) is gathered once per statement, and only if a rule or the order asks for it.
 */
import { sql, type RawBuilder } from 'kysely'
import { isGroup, mostSmart, type Rule, type RuleField, type RuleGroup, type Rules } from '../../shared/playlist-rules.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'

type Sql = RawBuilder<unknown>
/** What a rule needs beside the track `t`, its recording's and release's facts: joins, each added once. */
type Need = 'rating' | 'favourite' | 'heard' | 'owned'
type Field = { value: Sql; need?: Need }

const lower = (column: Sql): Sql => sql`lower(${column})`
/** Tracks of artists that are called so: few names are looked through, not all tracks. */
const byArtists = (test: Sql): Sql =>
  sql`t.id in (select x.track from catalogue.public_track_artist x join people.public_page y on y.id = x.page where ${test})`
const fields: Record<RuleField, Field> = {
  title: { value: lower(sql`t.title`) },
  artist: { value: sql`null` },
  album: { value: lower(sql`t.release_title`) },
  genre: { value: lower(sql`coalesce(t.genre, '')`) },
  language: { value: lower(sql`coalesce(t.language, '')`) },
  year: { value: sql`extract(year from t.released_on)` },
  bpm: { value: sql`t.bpm` },
  duration: { value: sql`t.duration_ms::float8 / 1000` },
  plays: { value: sql`coalesce(h.plays, 0)`, need: 'heard' },
  rating: { value: sql`coalesce(g.stars, 0)`, need: 'rating' },
  added: { value: sql`t.created_at` },
  played: { value: sql`h.last`, need: 'heard' },
  favourite: { value: sql`(v.thing is not null)`, need: 'favourite' },
  lyrics: { value: sql`t.has_lyrics` },
  instrumental: { value: sql`t.instrumental` },
  owned: { value: sql`(w.release is not null)`, need: 'owned' },
}
const orders: Record<Rules['order']['by'], Field> = {
  added: { value: sql`t.created_at` },
  title: { value: lower(sql`t.title`) },
  artist: { value: sql`lower(t.artists -> 0 ->> 'name')` },
  album: { value: sql`lower(t.release_title)` },
  year: { value: sql`t.released_on` },
  played: fields.played,
  plays: fields.plays,
  rating: fields.rating,
  duration: { value: sql`t.duration_ms` },
  bpm: { value: sql`t.bpm` },
  popular: { value: sql`t.heat` },
  random: { value: sql`null` },
}

const escaped = (value: string): string => value.toLowerCase().replace(/[\\%_]/g, '\\$&')

function condition(rule: Rule, now: Date): Sql {
  const { value } = fields[rule.field]
  const given = rule.value
  if (typeof given === 'boolean') return sql`${value} = ${given}`
  if (rule.field === 'artist') {
    const name = String(given)
    const is = byArtists(sql`lower(y.name) = ${name.toLowerCase()}`)
    const has = byArtists(sql`lower(y.name) like ${`%${escaped(name)}%`}`)
    return rule.op === 'is' ? is : rule.op === 'is_not' ? sql`not ${is}` : rule.op === 'has' ? has : sql`not ${has}`
  }
  switch (rule.op) {
    case 'is':
      return typeof given === 'string' ? sql`${value} = ${given.toLowerCase()}` : sql`${value} = ${given}::float8`
    case 'is_not':
      return sql`${value} <> ${String(given).toLowerCase()}`
    case 'has':
      return sql`${value} like ${`%${escaped(String(given))}%`}`
    case 'has_not':
      return sql`${value} not like ${`%${escaped(String(given))}%`}`
    case 'over':
      return sql`${value} > ${given}::float8`
    case 'under':
      return sql`${value} < ${given}::float8`
    case 'between':
      return sql`${value} between ${Math.min(rule.value, rule.to)}::float8 and ${Math.max(rule.value, rule.to)}::float8`
    // Never heard is not within any days, and before every day.
    case 'within':
      return sql`coalesce(${value} >= ${new Date(now.getTime() - Number(given) * 86_400_000)}::timestamptz, false)`
    case 'not_within':
      return sql`coalesce(${value} < ${new Date(now.getTime() - Number(given) * 86_400_000)}::timestamptz, true)`
    case 'after':
      return sql`coalesce(${value} >= ${String(given)}::date + 1, false)`
    case 'before':
      return sql`coalesce(${value} < ${String(given)}::date, true)`
  }
}

const joined = (match: 'all' | 'any', parts: readonly Sql[]): Sql =>
  parts.length === 0 ? sql`true` : sql`(${sql.join(parts, match === 'all' ? sql` and ` : sql` or `)})`
const groupSql = (one: Rule | RuleGroup, now: Date): Sql =>
  isGroup(one)
    ? joined(
        one.match,
        one.rules.map(rule => condition(rule, now)),
      )
    : condition(one, now)

const flat = (rules: Rules): Rule[] => rules.rules.flatMap(one => (isGroup(one) ? one.rules : [one]))

const joins: Record<Need, (person: string) => Sql> = {
  rating: person => sql`left join playlists.rating g on g.person = ${person} and g.track = t.id`,
  favourite: person => sql`left join playlists.favourite v on v.person = ${person} and v.track = t.id`,
  heard: () => sql`left join heard h on h.track = t.id`,
  owned: person => sql`left join (select distinct release from shop.public_ownership where person = ${person}) w on w.release = t.release`,
}

/** So many more are chosen than asked for, in case the sound of some is not ready. */
const spare = 300

/** Once per statement, not once per worker. What was taken out of one's history is not there for one's own rules either. */
const heard = (person: string): Sql => sql`with heard as materialized (
    select p.track, count(*) as plays, max(p.at) as last from listening.public_history p
    where p.person = ${person} and p.counted and p.at > coalesce((select at from playlists.forgotten_before where person = ${person}), '-infinity')
      and not exists (select 1 from playlists.forgotten x where x.person = ${person} and x.track = p.track and x.at = p.at)
    group by p.track)`

export type Found = { id: string; durationMs: number }
/** What the rules of this person give now: ids of tracks in order. One statement, in a transaction for the memory it may sort in. */
export async function evaluate(db: Read, person: string, rules: Rules): Promise<Found[]> {
  const statement = compile(person, rules)
  const run = async (tx: Read): Promise<Found[]> => {
    await sql`set local work_mem = '48MB'`.execute(tx)
    return (await statement.execute(tx)).rows
  }
  const rows = db.isTransaction ? await run(db) : await db.transaction().execute(run)
  return rows.map(({ id, durationMs }) => ({ id, durationMs }))
}

function compile(person: string, rules: Rules): RawBuilder<Found> {
  const now = clock.now()
  const { by, down } = rules.order
  const needs = new Set<Need>()
  for (const rule of flat(rules)) if (fields[rule.field].need !== undefined) needs.add(fields[rule.field].need!)
  if (orders[by].need !== undefined) needs.add(orders[by].need)
  const value = by === 'random' ? sql`md5(t.id || ${now.toISOString().slice(0, 10)})` : orders[by].value
  const order = down ? sql`value desc nulls last, id desc` : sql`value nulls last, id`
  const most = 'tracks' in rules.limit ? rules.limit.tracks : mostSmart
  const before = needs.has('heard') ? heard(person) : sql``
  // Whether a sound is ready is asked of the chosen ones only: what is known of sounds is long. So some more are chosen.
  const found = sql<Found>`
    select c.id, c."durationMs", c.value from (
      select t.id, t.asset, t.duration_ms as "durationMs", ${value} as value from catalogue.public_track_fact t
      ${sql.join(
        [...needs].map(need => joins[need](person)),
        sql` `,
      )}
      where t.visibility = 'public' and t.streaming <> 'none' and ${joined(
        rules.match,
        rules.rules.map(one => groupSql(one, now)),
      )}
      order by ${order} limit ${most + spare}) c
    where exists (select 1 from media.public_audio a where a.asset = c.asset and a.state = 'ready') order by ${order} limit ${most}`
  if ('tracks' in rules.limit) return sql<Found>`${before} ${found}`
  return sql<Found>`
    ${before} select id, "durationMs" from (select id, "durationMs", sum("durationMs") over (order by ${order} rows unbounded preceding) as total from (${found}) f) g
    where total <= ${rules.limit.minutes * 60_000}::int8 order by total`
}
