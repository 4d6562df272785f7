/** SQL of rewards themselves. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type Kind = 'goods' | 'voucher' | 'ticket' | 'experience' | 'digital'
export type RewardState = 'draft' | 'open' | 'closed'
export type RewardRow = {
  id: string
  group: string
  kind: Kind
  title: string
  about: string
  how: string
  picture: string | null
  points: number
  cost: bigint
  provider: string | null
  stock: number | null
  taken: number
  kept: number
  perPerson: number | null
  opensAt: Date | null
  closesAt: Date | null
  minLevel: number
  minDays: number
  minAge: number
  regions: string[] | null
  codes: 'own' | 'made' | null
  validDays: number | null
  event: string | null
  release: string | null
  badge: string | null
  state: RewardState
  raffleOnly: boolean
  createdBy: string
  termsBy: string
  approvedBy: string | null
  /** Of a release: it is for sale, so its rights are clear. */
  offered: boolean
}
/** With what is told of it elsewhere. */
export type RewardShown = RewardRow & {
  groupName: string
  groupHandle: string
  providerName: string | null
  accent: string | null
  eventTitle: string | null
  eventStartsAt: Date | null
  eventEndsAt: Date | null
  releaseTitle: string | null
  releaseArtists: string | null
  codesFree: number
}

const own: RawBuilder<unknown> = sql`r.id, r.group_id as "group", r.kind, r.title, r.about, r.how, r.picture, r.points, r.cost, r.provider, r.stock, r.taken, r.kept,
  r.per_person as "perPerson", r.opens_at as "opensAt", r.closes_at as "closesAt", r.min_level as "minLevel", r.min_days as "minDays", r.min_age as "minAge", r.regions,
  r.codes, r.valid_days as "validDays", r.event, r.release, r.badge, r.state, r.raffle_only as "raffleOnly", r.created_by as "createdBy", r.terms_by as "termsBy",
  r.approved_by as "approvedBy",
  r.release is null or exists (select 1 from shop.public_offer o where o.release = r.release and o.state = 'open') as offered`
const shown: RawBuilder<unknown> = sql`${own}, g.name as "groupName", g.handle as "groupHandle", (select name from people.public_party where id = r.provider) as "providerName",
  (select accent from media.public_image where asset = r.picture) as accent, e.title as "eventTitle", e.starts_at as "eventStartsAt", e.ends_at as "eventEndsAt",
  l.title as "releaseTitle", (select string_agg(a ->> 'name', ', ') from jsonb_array_elements(l.artists) a) as "releaseArtists",
  case when r.codes = 'own' then (select count(*)::int from rewards.voucher v where v.reward = r.id and v.state = 'free') else 0 end as "codesFree"`
const tables: RawBuilder<unknown> = sql`rewards.reward r join groups.public_group g on g.id = r.group_id left join groups.public_event e on e.id = r.event
  left join catalogue.public_album l on l.id = r.release`

export async function readReward(db: Read, id: string): Promise<RewardShown | undefined> {
  const { rows } = await sql<RewardShown>`select ${shown} from ${tables} where r.id = ${id}`.execute(db)
  return rows[0]
}
/** All of a group, or those that stand in its window: open ones and those sold out or over lately, cheapest first. */
export async function listRewards(db: Read, group: string, which: 'desk' | 'window'): Promise<RewardShown[]> {
  const { rows } = await sql<RewardShown>`
    select ${shown} from ${tables} where r.group_id = ${group} ${which === 'desk' ? sql`` : sql`and r.state = 'open' and not r.raffle_only`}
    order by case r.state when 'open' then 0 when 'draft' then 1 else 2 end, r.points, r.id limit 200`.execute(db)
  return rows
}
/** Locks rewards in the order of their ids. */
export async function lockRewards(tx: Tx, ids: readonly string[]): Promise<Map<string, RewardRow>> {
  const { rows } =
    await sql<RewardRow>`select ${own} from rewards.reward r where r.id = any(${[...ids]}::text[]) order by r.id for update`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

export type Moved = { reward: string; taken?: number; kept?: number }
/** Moves stock of rewards whose locks the caller holds; the database refuses more than there is. */
export async function moveStock(tx: Tx, moves: readonly Moved[]): Promise<void> {
  if (moves.length === 0) return
  await sql`
    update rewards.reward r set taken = r.taken + m.taken, kept = r.kept + m.kept
    from (select reward, sum(taken)::int as taken, sum(kept)::int as kept
      from unnest(${moves.map(m => m.reward)}::text[], ${moves.map(m => m.taken ?? 0)}::int[], ${moves.map(m => m.kept ?? 0)}::int[]) as x(reward, taken, kept) group by reward) m
    where r.id = m.reward`.execute(tx)
}

export type GivenReward = Omit<
  RewardRow,
  'taken' | 'kept' | 'state' | 'picture' | 'createdBy' | 'termsBy' | 'approvedBy' | 'group' | 'offered'
>
export async function insertReward(tx: Tx, row: GivenReward, group: string, by: string, at: Date): Promise<boolean> {
  const made = await sql`
    insert into rewards.reward (id, group_id, kind, title, about, how, points, cost, provider, stock, per_person, opens_at, closes_at, min_level, min_days, min_age, regions, codes,
      valid_days, event, release, badge, raffle_only, created_by, terms_by, created_at, changed_at)
    values (${row.id}, ${group}, ${row.kind}, ${row.title}, ${row.about}, ${row.how}, ${row.points}, ${row.cost}, ${row.provider}, ${row.stock}, ${row.perPerson}, ${row.opensAt},
      ${row.closesAt}, ${row.minLevel}, ${row.minDays}, ${row.minAge}, ${row.regions}, ${row.codes}, ${row.validDays}, ${row.event}, ${row.release}, ${row.badge},
      ${row.raffleOnly}, ${by}, ${by}, ${at}, ${at})
    on conflict (id) do nothing`.execute(tx)
  return made.numAffectedRows === 1n
}
/** `terms`: price, cost or provider are others than before; whoever set them needs somebody else's yes again. */
export async function updateReward(tx: Tx, row: GivenReward, terms: { by: string } | null, at: Date): Promise<void> {
  await sql`
    update rewards.reward set kind = ${row.kind}, title = ${row.title}, about = ${row.about}, how = ${row.how}, points = ${row.points}, cost = ${row.cost}, provider = ${row.provider},
      stock = ${row.stock}, per_person = ${row.perPerson}, opens_at = ${row.opensAt}, closes_at = ${row.closesAt}, min_level = ${row.minLevel}, min_days = ${row.minDays},
      min_age = ${row.minAge}, regions = ${row.regions}, codes = ${row.codes}, valid_days = ${row.validDays}, event = ${row.event}, release = ${row.release},
      badge = ${row.badge}, raffle_only = ${row.raffleOnly}, changed_at = ${at}
      ${terms === null ? sql`` : sql`, terms_by = ${terms.by}, approved_by = null, state = case when state = 'open' and ${row.provider !== null && row.cost > 0n} then 'closed' else state end`}
    where id = ${row.id}`.execute(tx)
}
export async function setPicture(tx: Tx, id: string, asset: string, at: Date): Promise<void> {
  await sql`update rewards.reward set picture = ${asset}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function setState(tx: Tx, id: string, state: RewardState, at: Date): Promise<void> {
  await sql`update rewards.reward set state = ${state}, changed_at = ${at} where id = ${id}`.execute(tx)
}
export async function approve(tx: Tx, id: string, by: string, at: Date): Promise<void> {
  await sql`update rewards.reward set approved_by = ${by}, changed_at = ${at} where id = ${id}`.execute(tx)
}

/** Own codes come with stock: so many more pieces. Gives the codes that were new. */
export async function insertCodes(tx: Tx, reward: RewardRow, codes: readonly { id: string; code: string }[], at: Date): Promise<number> {
  const made = await sql`
    insert into rewards.voucher (id, reward, group_id, code, at)
    select id, ${reward.id}, ${reward.group}, code, ${at} from unnest(${codes.map(c => c.id)}::text[], ${codes.map(c => c.code)}::text[]) as x(id, code)
    on conflict (reward, code) do nothing`.execute(tx)
  const added = Number(made.numAffectedRows ?? 0)
  await sql`update rewards.reward set stock = coalesce(stock, 0) + ${added}, changed_at = ${at} where id = ${reward.id}`.execute(tx)
  return added
}

/** What can be chosen in the editor: the schedule to come, releases of the group's page that are open, who can be paid. */
export type Choices = {
  perUnit: number | null
  currency: string | null
  events: { id: string; title: string; startsAt: Date }[]
  releases: { id: string; title: string }[]
  owners: { id: string; name: string }[]
}
export async function readChoices(db: Read, group: string, at: Date): Promise<Choices> {
  const [{ rows: budget }, { rows: events }, { rows: releases }, { rows: owners }] = await Promise.all([
    sql<{
      perUnit: number
      currency: string
    }>`select per_unit as "perUnit", currency from points.public_budget where group_id = ${group}`.execute(db),
    sql<{ id: string; title: string; startsAt: Date }>`
      select id, title, starts_at as "startsAt" from groups.public_event where group_id = ${group} and state = 'planned' and ends_at > ${at} order by starts_at, id limit 100`.execute(
      db,
    ),
    sql<{ id: string; title: string }>`
      select l.id, l.title from catalogue.public_album l join groups.public_group g on g.page = l.page and g.kind = 'official'
      where g.id = ${group} and l.visibility <> 'draft' and exists (select 1 from shop.public_offer o where o.release = l.id and o.state = 'open')
      order by l.released_on desc nulls last, l.id limit 100`.execute(db),
    sql<{ id: string; name: string }>`
      select distinct p.id, p.name from people.public_party p where p.id in (
        select g.agency from groups.public_group g where g.id = ${group} and g.agency_confirmed_at is not null
        union select n.owner from groups.public_group g join people.public_page n on n.id = g.page where g.id = ${group} and g.kind = 'official'
        union select m.person from groups.public_member m where m.group_id = ${group} and m.role in ('owner', 'host')) order by p.name, p.id`.execute(
      db,
    ),
  ])
  return { perUnit: budget[0]?.perUnit ?? null, currency: budget[0]?.currency ?? null, events, releases, owners }
}
export async function ownersOf(db: Read, pairs: readonly { person: string; release: string }[]): Promise<Set<string>> {
  if (pairs.length === 0) return new Set()
  const { rows } = await sql<{ key: string }>`
    select x.person || ' ' || x.release as key from unnest(${pairs.map(p => p.person)}::text[], ${pairs.map(p => p.release)}::text[]) as x(person, release)
    join shop.public_ownership o on o.person = x.person and o.release = x.release`.execute(db)
  return new Set(rows.map(row => row.key))
}
/** When events of the schedule end. */
export async function readEventEnds(db: Read, ids: readonly string[]): Promise<Map<string, Date>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{
    id: string
    ends: Date
  }>`select id, ends_at as ends from groups.public_event where id = any(${[...ids]}::text[])`.execute(db)
  return new Map(rows.map(row => [row.id, row.ends]))
}
