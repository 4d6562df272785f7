/** SQL of what happened elsewhere, through the doors of those rooms: whom it concerns and the names that tell it. */
import { sql, type RawBuilder } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

const all = async <T>(db: Read, query: RawBuilder<T>): Promise<T[]> => (await query.execute(db)).rows
const one = async <T>(db: Read, query: RawBuilder<T>): Promise<T | undefined> => (await query.execute(db)).rows[0]

export const releasesOut = (db: Read, ids: readonly string[], since: Date, today: string) =>
  all(
    db,
    sql<{ id: string; title: string; page: string; pageName: string }>`
      select r.id, r.title, p.id as page, p.name as "pageName" from catalogue.public_release r join people.public_page p on p.id = r.page
      join catalogue.public_release_since s on s.release = r.id
      where r.id = any(${ids}::text[]) and r.visibility = 'public' and not r.demo
        and (s.since >= ${since} or r.released_on >= ${since}::date) and (r.released_on is null or r.released_on between ${since}::date and ${today}::date)`,
  )

export type Where = {
  group: string | null
  groupName: string | null
  visibility: string | null
  page: string | null
  pageName: string | null
}
/** The group a thing stands in and the page that speaks there, or the page alone. */
const where = sql`l.group_id as "group", g.name as "groupName", g.visibility, coalesce(l.page, g.page) as page, (select name from people.public_page where id = coalesce(l.page, g.page)) as "pageName"`

export const postTold = (db: Read, id: string) =>
  one(
    db,
    sql<Where & { author: string; artist: boolean; at: Date }>`
      select l.author, l.artist, l.at, ${where} from feed.public_post l left join groups.public_group g on g.id = l.group_id where l.id = ${id} and l.hidden is null`,
  )
export const commentTold = (db: Read, id: string) =>
  one(
    db,
    sql<
      Where & {
        post: string
        parent: string | null
        author: string
        artist: boolean
        at: Date
        postAuthor: string
        parentAuthor: string | null
      }
    >`
      select l.post, l.parent, l.author, l.artist, l.at, p.author as "postAuthor", c.author as "parentAuthor", ${where}
      from feed.public_comment l join feed.public_post p on p.id = l.post left join feed.public_comment c on c.id = l.parent
      left join groups.public_group g on g.id = l.group_id where l.id = ${id} and l.hidden is null`,
  )
/** Authors of posts and comments that someone reacted to. */
export const reactedTo = (db: Read, ids: readonly string[]) =>
  all(
    db,
    sql<{ id: string; post: string; author: string; group: string | null; groupName: string | null }>`
      select l.id, l.id as post, l.author, l.group_id as "group", g.name as "groupName" from feed.public_post l left join groups.public_group g on g.id = l.group_id where l.id = any(${ids}::text[])
      union all
      select l.id, l.post, l.author, l.group_id, g.name from feed.public_comment l left join groups.public_group g on g.id = l.group_id where l.id = any(${ids}::text[])`,
  )

export const eventTold = (db: Read, id: string) =>
  one(
    db,
    sql<{
      group: string
      groupName: string
      title: string
      startsAt: Date
      zone: string
      state: string
      version: number
      page: string | null
    }>`
      select e.group_id as "group", g.name as "groupName", e.title, e.starts_at as "startsAt", e.time_zone as zone, e.state, v.version,
        case when g.kind = 'official' and g.visibility = 'public' and e.audience = 'group' and e.kind in ('show', 'broadcast', 'meet') then g.page end as page
      from groups.public_event e join groups.public_group g on g.id = e.group_id join groups.public_event_version v on v.event = e.id
      where e.id = ${id} and g.state = 'open'`,
  )
export const letterTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ group: string; groupName: string; person: string; pageName: string | null; answeredAt: Date | null }>`
      select l.group_id as "group", g.name as "groupName", l.person, p.name as "pageName", l.answered_at as "answeredAt"
      from groups.public_letter l join groups.public_group g on g.id = l.group_id left join people.public_page p on p.id = g.page where l.id = ${id}`,
  )
export const groupNames = async (db: Read, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map(
    (await all(db, sql<{ id: string; name: string }>`select id, name from groups.public_group where id = any(${ids}::text[])`)).map(row => [
      row.id,
      row.name,
    ]),
  )
export const hostsOf = (db: Read, groups: readonly string[]) =>
  all(
    db,
    sql<{ group: string; person: string }>`
      select group_id as "group", person from groups.public_member where group_id = any(${groups}::text[]) and role <> 'member'`,
  )
export const requestTold = (db: Read, id: string) =>
  one(db, sql<{ state: string; reason: string }>`select state, reason from groups.public_request where id = ${id}`)

export const lyricTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ person: string; track: string; title: string }>`
      select c.person, c.track, t.title from lyrics.public_contribution c join catalogue.public_track t on t.id = c.track where c.id = ${id}`,
  )

export const grantsTold = (db: Read, ids: readonly string[]) =>
  all(
    db,
    sql<{ id: string; person: string; group: string; groupName: string; points: string; day: string; at: Date }>`
      select t.id, t.person, t.group_id as "group", g.name as "groupName", t.points::text, t.day, t.at
      from points.public_grant t join groups.public_group g on g.id = t.group_id where t.id = any(${ids}::text[]) order by t.id`,
  )
export const completionsTold = (db: Read, keys: readonly string[]) =>
  all(
    db,
    sql<{ key: string; person: string; group: string; groupName: string; zh: string; en: string; granted: number; at: Date }>`
      select c.key, c.person, c.group_id as "group", g.name as "groupName", m.name_zh as zh, m.name_en as en, c.granted, c.at
      from missions.public_completion c join missions.public_mission m on m.id = c.mission join groups.public_group g on g.id = c.group_id
      where c.key = any(${keys}::text[]) and m.every <> 'daily' and c.taken_at is null order by c.key`,
  )
export const proofTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ person: string; state: string; reason: string | null; group: string; groupName: string; zh: string; en: string }>`
      select p.person, p.state, p.reason, p.group_id as "group", g.name as "groupName", m.name_zh as zh, m.name_en as en
      from missions.public_proof p join missions.public_mission m on m.id = p.mission join groups.public_group g on g.id = p.group_id where p.id = ${id}`,
  )

export const exchangeTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ person: string; state: string; cause: string; title: string; group: string; groupName: string }>`
      select x.person, x.state, x.cause, r.title, x.group_id as "group", g.name as "groupName"
      from rewards.public_exchange x join rewards.public_reward r on r.id = x.reward join groups.public_group g on g.id = x.group_id where x.id = ${id}`,
  )
export const parcelTold = (db: Read, id: string) =>
  one(
    db,
    sql<{
      person: string
      subject: string
      title: string
      tracking: string | null
      carrier: string | null
      sender: string
      senderName: string | null
      sentAt: Date | null
    }>`
      select p.person, p.subject, p.title, p.tracking, p.carrier, p.sender, coalesce(g.name, o.name) as "senderName", p.sent_at as "sentAt"
      from shipping.public_parcel p left join groups.public_group g on g.id = p.sender left join people.public_party o on o.id = p.sender where p.id = ${id}`,
  )
export const raffleTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ title: string; group: string; groupName: string; state: string }>`
      select r.title, r.group_id as "group", g.name as "groupName", r.state from raffles.public_raffle r join groups.public_group g on g.id = r.group_id where r.id = ${id}`,
  )
export const winnersOf = (db: Read, raffle: string) =>
  all(
    db,
    sql<{ person: string }>`select distinct person from raffles.public_win where raffle = ${raffle} and person is not null order by person`,
  )

export const decisionTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ group: string | null; groupName: string | null; author: string | null; action: string; reason: string; until: Date | null }>`
      select s.group_id as "group", g.name as "groupName", s.author, s.action, s.reason,
        case when s.action = 'ban' then (select b.until_at from moderation.public_ban b where b.person = s.author and b.group_id is not distinct from s.group_id order by b.from_at desc limit 1) end as until
      from moderation.public_statement s left join groups.public_group g on g.id = s.group_id where s.id = ${id}`,
  )
export const appealTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ person: string; decision: string; group: string | null; groupName: string | null }>`
      select a.person, a.decision, a.group_id as "group", g.name as "groupName" from moderation.public_appeal_end a left join groups.public_group g on g.id = a.group_id where a.id = ${id} and a.state <> 'open'`,
  )

export const orderTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ buyer: string; number: string; total: string; currency: string }>`
      select buyer, number::text, total::text, currency from shop.public_order where id = ${id}`,
  )
export const refundTold = (db: Read, id: string) =>
  one(
    db,
    sql<{ buyer: string; amount: string; currency: string; order: string; title: string }>`
      select r.buyer, r.amount::text, r.currency, r."order", l.title from refunds.public_refund r join shop.public_line l on l.id = r.line where r.id = ${id} and r.state = 'done'`,
  )
/** Those who look after the money of whoever is paid: the person, or an organisation's owners and finance. */
export const payoutTold = (db: Read, id: string) =>
  all(
    db,
    sql<{ person: string; net: string; currency: string; state: string }>`
      select coalesce(m.person, p.party) as person, p.net::text, p.currency, p.state from payouts.public_payout p
      left join people.public_member m on m.organisation = p.party and m.role in ('owner', 'finance')
      where p.id = ${id} and (p.party like 'usr\\_%' or m.person is not null)`,
  )

export type WorkTold = { title: string; page: string; buyer: string; sellers: string[]; dueAt: Date; acceptAt: Date | null }
export async function workTold(tx: Tx, line: string): Promise<WorkTold | undefined> {
  const { rows } = await sql<WorkTold>`
    select j.title, j.page, j.buyer, j.due_at as "dueAt", j.accept_at as "acceptAt",
      array(select person from people.public_page_editor where page = j.page order by person) as sellers from services.public_job j where j.line = ${line}`.execute(
    tx,
  )
  return rows[0]
}
export async function placesTold(
  tx: Tx,
  waiting: string,
): Promise<{ person: string; title: string; until: Date | null; page: string; zone: string; won: boolean } | undefined> {
  const { rows } = await sql<{ person: string; title: string; until: Date | null; page: string; zone: string; won: boolean }>`
    select w.person, s.title, w.until, s.page, s.zone, w.won from shows.public_waiting w join shows.public_show s on s.id = w.show where w.id = ${waiting} and w.state = 'offered'`.execute(
    tx,
  )
  return rows[0]
}
/** A show, and who has tickets of it. */
export async function holdersTold(tx: Tx, show: string): Promise<{ title: string; page: string; holders: string[] } | undefined> {
  const { rows } = await sql<{ title: string; page: string; holders: string[] }>`
    select s.title, s.page, array(select distinct t.holder from tickets.public_ticket t where t.show = s.id and t.state in ('issued', 'offered', 'void') and t.holder is not null order by 1) as holders
    from shows.public_show s where s.id = ${show}`.execute(tx)
  return rows[0]
}
/** A ticket: whose it is now, and of which show. */
export async function ticketTold(tx: Tx, ticket: string): Promise<{ title: string; page: string; holder: string | null } | undefined> {
  const { rows } = await sql<{ title: string; page: string; holder: string | null }>`
    select s.title, s.page, t.holder from tickets.public_ticket t join shows.public_show s on s.id = t.show where t.id = ${ticket}`.execute(
    tx,
  )
  return rows[0]
}
type BookingTold = { title: string; page: string; person: string | null; state: string; startsAt: Date; staff: string[] }
export async function bookingTold(tx: Tx, booking: string): Promise<BookingTold | undefined> {
  const { rows } = await sql<BookingTold>`
    select r.title, b.page, b.person, b.state, b.starts_at as "startsAt", array(select person from people.public_page_editor where page = b.page order by person) as staff
    from bookings.public_booking b join bookings.public_resource r on r.id = b.resource where b.id = ${booking}`.execute(tx)
  return rows[0]
}
export async function pageTold(tx: Tx, page: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`select name from people.public_page where id = ${page}`.execute(tx)
  return rows[0]?.name
}
export async function voucherTold(tx: Tx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ title: string }>`
    select p.title from services.public_voucher v join services.public_product p on p.id = v.product where v.id = ${id}`.execute(tx)
  return rows[0]?.title
}
export async function giftTold(tx: Tx, card: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select coalesce(nullif(to_name, ''), to_mail, '') as name from coupons.public_gift_card where id = ${card}`.execute(tx)
  return rows[0]?.name
}

export async function lotteryTold(tx: Tx, show: string): Promise<{ title: string; page: string; void: boolean } | undefined> {
  const { rows } = await sql<{ title: string; page: string; void: boolean }>`
    select s.title, s.page, exists (select from shows.public_entrant e where e.show = s.id and e.state = 'void') as void
    from shows.public_show s where s.id = ${show}`.execute(tx)
  return rows[0]
}
type ReturnTold = {
  state: string
  title: string
  page: string
  buyer: string
  by: string | null
  answer: string
  tracking: string | null
  amount: string | null
  staff: string[]
}
/** Something on its way back, and who looks after the page that sold it. */
export async function returnTold(tx: Tx, id: string): Promise<ReturnTold | undefined> {
  const { rows } = await sql<ReturnTold>`
    select r.state, l.title, r.page, r.buyer, r."by", r.answer, r.tracking, r.amount::text,
      array(select person from people.public_page_editor where page = r.page order by person) as staff
    from goods.public_return r join shop.public_line l on l.id = r.line where r.id = ${id}`.execute(tx)
  return rows[0]
}
export async function sendingTold(tx: Tx, id: string): Promise<{ order: string; page: string } | undefined> {
  const { rows } = await sql<{ order: string; page: string }>`select "order", page from goods.public_sending where id = ${id}`.execute(tx)
  return rows[0]
}
type ReviewTold = { subject: string; title: string; page: string; pageName: string; person: string; staff: string[] }
/** A review that is seen. */
export async function reviewTold(tx: Tx, id: string): Promise<ReviewTold | undefined> {
  const { rows } = await sql<ReviewTold>`
    select r.subject, l.title, r.page, p.name as "pageName", r.person,
      array(select person from people.public_page_editor where page = r.page order by person) as staff
    from storefront.public_review r join shop.public_line l on l.id = r.line join people.public_page p on p.id = r.page
    where r.id = ${id} and not r.hidden`.execute(tx)
  return rows[0]
}

/** Those who act for a party in matters of money, or sign for it: the person, or these roles of an organisation. */
const actors = (party: ReturnType<typeof sql>, roles: readonly string[]) => sql`(
  select ${party} as person where ${party} like 'usr\\_%' union
  select m.person from people.public_member m where m.organisation = ${party} and m.role = any(${[...roles]}::text[]))`
const looksAfter = ['owner', 'manager', 'finance']
type DealTold = {
  show: string
  title: string
  page: string
  kind: string
  by: string
  reason: string
  /** Whoever answered last. */
  last: { person: string; answer: string; side: 'organiser' | 'artist' } | null
  organiser: string[]
  artist: string[]
  /** Who could sign for the organiser, where it has not. */
  missing: string[]
}
export async function dealTold(tx: Tx, id: string): Promise<DealTold | undefined> {
  const { rows } = await sql<DealTold>`
    select d.show, s.title, s.page, d.kind, n."by", n.reason,
      (select json_build_object('person', a.person, 'answer', a.answer, 'side', case when a.party = d.artist then 'artist' else 'organiser' end)
        from deals.public_answer a where a.deal = d.id order by a.at desc, a.party limit 1) as last,
      array(select person from ${actors(sql`d.organiser`, looksAfter)} o order by 1) as organiser,
      array(select person from ${actors(sql`d.artist`, looksAfter)} o order by 1) as artist,
      array(select person from ${actors(sql`d.organiser`, ['owner'])} o
        where not exists (select from deals.public_answer a where a.deal = d.id and a.party = d.organiser) order by 1) as missing
    from deals.public_deal d join deals.public_deal_note n on n.deal = d.id join shows.public_show s on s.id = d.show where d.id = ${id}`.execute(
    tx,
  )
  return rows[0]
}
type ShowPaid = { show: string; title: string; page: string; currency: string; amount: string; persons: string[] }
/** What each party got of a show's takings, and who looks after its money. */
export async function showPaidTold(tx: Tx, payment: string): Promise<ShowPaid[]> {
  const { rows } = await sql<ShowPaid>`
    select p.show, s.title, s.page, p.currency, x.amount::text, array(select person from ${actors(sql`x.party`, ['owner', 'finance'])} o order by 1) as persons
    from deals.public_payment p join deals.public_payment_part x on x.payment = p.id join shows.public_show s on s.id = p.show
    where p.id = ${payment} order by x.party`.execute(tx)
  return rows
}
type PageClaimTold = {
  page: string
  pageName: string
  person: string
  endsAt: Date | null
  refusedWhy: string | null
  reason: string | null
  answer: string | null
  objectors: string[]
}
/** A claim of a page, whose it is, and who objected. */
export async function pageClaimTold(tx: Tx, claim: string): Promise<PageClaimTold | undefined> {
  const { rows } = await sql<PageClaimTold>`
    select c.page, p.name as "pageName", c.person, c.ends_at as "endsAt", c.refused_why as "refusedWhy", c.reason, c.answer,
      array(select o.person from claiming.public_objection o where o.claim = c.id order by o.at, o.id) as objectors
    from claiming.public_claim c join people.public_page p on p.id = c.page where c.id = ${claim}`.execute(tx)
  return rows[0]
}
