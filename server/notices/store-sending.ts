/** SQL of what leaves the house: mails, digests, pushes, the browsers that take them. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

/** Something waits for these persons' next digest. */
export async function planDigests(tx: Tx, persons: readonly string[], now: Date): Promise<void> {
  await sql`
    insert into notices.person as p (person, digest_at)
    select x, notices.next_digest('weekly', 5, 18, 'Asia/Shanghai', ${now}) from unnest(${persons}::text[]) as x order by x
    on conflict (person) do update set digest_at = notices.next_digest(p.digest, p.digest_day, p.digest_hour, p.time_zone, ${now})
    where p.digest_at is null and p.digest <> 'never'`.execute(tx)
}

/** A mail for each of these notices at once; gives the ids of those that are new. */
export async function insertOnce(tx: Tx, rows: readonly { id: string; notice: string }[], now: Date): Promise<string[]> {
  const { rows: made } = await sql<{ id: string }>`
    with made as (
      insert into notices.mail (id, person, kind, key, made_at)
      select m.id, n.person, 'once', 'once:' || n.id, ${now}
      from unnest(${rows.map(row => row.id)}::text[], ${rows.map(row => row.notice)}::text[]) as m(id, notice) join notices.notice n on n.id = m.notice
      on conflict do nothing returning id, key)
    update notices.notice n set mail = made.id from made where made.key = 'once:' || n.id returning made.id`.execute(tx)
  return made.map(row => row.id)
}

export type DigestDue = { person: string; slot: Date }
/** Persons whose digest is due, locked; of two workers each gets others. */
export async function takeDue(tx: Tx, now: Date, most: number): Promise<DigestDue[]> {
  const { rows } = await sql<DigestDue>`
    with due as (select person, digest_at from notices.person where digest_at <= ${now} order by digest_at limit ${most} for update skip locked)
    update notices.person p set digest_at = null from due where due.person = p.person returning p.person, due.digest_at as slot`.execute(tx)
  return rows
}
/** One mail per person and slot with all that waits unread; gives the ids of mails made. */
export async function insertDigests(tx: Tx, due: readonly (DigestDue & { id: string })[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with due as (
      select d.* from unnest(${due.map(row => row.id)}::text[], ${due.map(row => row.person)}::text[], ${due.map(row => row.slot.toISOString())}::text[]) as d(id, person, slot)
      where exists (select 1 from notices.notice n where n.person = d.person and n.mail_how = 'digest' and n.mail is null and n.read_at is null)),
    made as (
      insert into notices.mail (id, person, kind, key, made_at) select id, person, 'digest', 'digest:' || person || ':' || slot, ${now} from due
      on conflict do nothing returning id, person),
    taken as (
      update notices.notice n set mail = made.id from made where n.person = made.person and n.mail_how = 'digest' and n.mail is null and n.read_at is null)
    select id from made`.execute(tx)
  return rows.map(row => row.id)
}

export type MailRow = {
  id: string
  person: string
  kind: 'digest' | 'once'
  name: string
  email: string
  locale: 'en' | 'zh'
  gone: boolean
  /** Buys without an account: links of mails open by themselves. */
  guest: boolean
  madeAt: Date
  timeZone: string
}
/** Takes a mail for sending, or undefined: it was sent, is being sent, or its person is gone. */
export async function takeMail(tx: Tx, id: string, now: Date): Promise<MailRow | undefined> {
  const { rows } = await sql<MailRow>`
    with taken as (update notices.mail set state = 'sending', tried_at = ${now} where id = ${id} and state = 'waiting' returning id, person, kind, made_at)
    select t.id, t.person, t.kind, r.name, r.email, r.locale, r.guest, t.made_at as "madeAt", r.banned or coalesce(p.refused_email = r.email, false) as gone,
      coalesce(p.time_zone, 'Asia/Shanghai') as "timeZone"
    from taken t join people.public_reachable r on r.person = t.person left join notices.person p on p.person = t.person`.execute(tx)
  return rows[0]
}
export async function noticesOfMail(db: Read, mail: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from notices.notice where mail = ${mail}`.execute(db)
  return rows.map(row => row.id)
}
export type MailEnd = 'sent' | 'dropped' | 'failed' | 'unsure'
export async function endMail(tx: Tx, id: string, state: MailEnd | 'waiting', problem: string | null, now: Date): Promise<void> {
  await sql`
    update notices.mail set state = ${state}, problem = ${problem?.slice(0, 500) ?? null}, ended_at = ${state === 'waiting' ? null : now}
    where id = ${id} and state = 'sending'`.execute(tx)
}
/** Whoever was sending these died: the server may have taken them, so they are not sent again. */
export async function endUnsure(tx: Tx, before: Date, now: Date): Promise<number> {
  const { rows } = await sql`
    update notices.mail set state = 'unsure', ended_at = ${now}, problem = 'the answer did not come' where state = 'sending' and tried_at < ${before} returning id`.execute(
    tx,
  )
  const pushes =
    await sql`update notices.push set state = 'unsure', at = ${now} where state = 'sending' and at < ${before} returning 1 as one`.execute(
      tx,
    )
  return rows.length + pushes.rows.length
}
/** Mails that wait although their job is gone. */
export async function mailsLeft(db: Read, before: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from notices.mail where ended_at is null and state = 'waiting' and made_at < ${before} order by made_at limit 500`.execute(db)
  return rows.map(row => row.id)
}
export async function refuseAddress(tx: Tx, person: string, email: string): Promise<void> {
  await sql`
    insert into notices.person (person, refused_email) values (${person}, ${email}) on conflict (person) do update set refused_email = excluded.refused_email`.execute(
    tx,
  )
}

/** The token that stands in this person's mails. */
export async function tokenOf(tx: Tx, person: string, fresh: string): Promise<string> {
  const { rows } = await sql<{ token: string }>`
    insert into notices.person as p (person, token) values (${person}, ${fresh})
    on conflict (person) do update set token = coalesce(p.token, excluded.token) returning token`.execute(tx)
  return rows[0]!.token
}
export async function personOfToken(db: Read, token: string): Promise<{ person: string; email: string; off: boolean } | undefined> {
  const { rows } = await sql<{ person: string; email: string; off: boolean }>`
    select p.person, r.email, p.mail_off as off from notices.person p join people.public_reachable r on r.person = p.person where p.token = ${token}`.execute(
    db,
  )
  return rows[0]
}
export async function setMailOff(tx: Tx, person: string, off: boolean): Promise<void> {
  await sql`update notices.person set mail_off = ${off}, digest_at = case when ${off} then null else digest_at end where person = ${person}`.execute(
    tx,
  )
  // What waited for the next digest stays on the page only.
  if (off)
    await sql`update notices.notice set mail_how = 'no' where person = ${person} and mail_how = 'digest' and mail is null and read_at is null`.execute(
      tx,
    )
}

export type DeviceRow = { id: string; agent: string; session: string; madeAt: Date; usedAt: Date | null }
export async function listDevices(db: Read, person: string): Promise<DeviceRow[]> {
  const { rows } = await sql<DeviceRow>`
    select id, agent, session, made_at as "madeAt", used_at as "usedAt" from notices.device where person = ${person} order by made_at desc, id`.execute(
    db,
  )
  return rows
}
/** How many browsers a person has besides the one of this address. */
export async function countOthers(db: Read, person: string, endpoint: string): Promise<number> {
  const { rows } = await sql<{ many: number }>`
    select count(*)::int as many from notices.device where person = ${person} and endpoint <> ${endpoint}`.execute(db)
  return rows[0]!.many
}
/** A browser has one address; asked for by someone else now, it is theirs. */
export async function saveDevice(
  tx: Tx,
  given: { id: string; person: string; session: string; endpoint: string; p256dh: string; auth: string; agent: string; at: Date },
): Promise<DeviceRow> {
  await sql`delete from notices.device where endpoint = ${given.endpoint} and person <> ${given.person}`.execute(tx)
  const { rows } = await sql<DeviceRow>`
    insert into notices.device as d (id, person, session, endpoint, p256dh, auth, agent, made_at)
    values (${given.id}, ${given.person}, ${given.session}, ${given.endpoint}, ${given.p256dh}, ${given.auth}, ${given.agent}, ${given.at})
    on conflict (endpoint) do update set session = excluded.session, p256dh = excluded.p256dh, auth = excluded.auth, agent = excluded.agent, failures = 0
    returning id, agent, session, made_at as "madeAt", used_at as "usedAt"`.execute(tx)
  return rows[0]!
}
export async function deleteDevice(tx: Tx, id: string, person: string | null): Promise<boolean> {
  const { rows } =
    await sql`delete from notices.device where id = ${id} and (person = ${person} or ${person}::text is null) returning 1 as one`.execute(
      tx,
    )
  return rows.length > 0
}

/** A push of each of these notices to each browser of its person, due when it may ring. Gives how many. */
export async function insertPushes(tx: Tx, notices: readonly string[], now: Date): Promise<number> {
  const { rows } = await sql`
    insert into notices.push (notice, device, due_at, at)
    select n.id, d.id, coalesce(notices.may_ring(p.quiet_from, p.quiet_until, p.time_zone, ${now}), ${now}), ${now}
    from notices.notice n join notices.device d on d.person = n.person left join notices.person p on p.person = n.person
    where n.id = any(${notices}::text[]) on conflict do nothing returning 1 as one`.execute(tx)
  return rows.length
}
export type PushRow = { notice: string; device: string; endpoint: string; p256dh: string; auth: string; locale: 'en' | 'zh'; tries: number }
/** Takes pushes that are due. What was read meanwhile is dropped: nobody needs to be told again. */
export async function takePushes(tx: Tx, now: Date, most: number): Promise<PushRow[]> {
  const { rows } = await sql<PushRow & { read: boolean }>`
    with due as (select notice, device from notices.push where state = 'waiting' and due_at <= ${now} order by due_at limit ${most} for update skip locked)
    update notices.push p set state = case when n.read_at is null then 'sending' else 'dropped' end, at = ${now}, tries = p.tries + 1
    from due join notices.notice n on n.id = due.notice join notices.device d on d.id = due.device join people.public_reachable r on r.person = d.person
    where p.notice = due.notice and p.device = due.device
    returning p.notice, p.device, d.endpoint, d.p256dh, d.auth, r.locale, p.tries, n.read_at is not null as read`.execute(tx)
  return rows.filter(row => !row.read)
}
export async function endPush(
  tx: Tx,
  push: { notice: string; device: string },
  state: 'sent' | 'failed' | 'unsure' | 'waiting',
  dueAt: Date | null,
  now: Date,
): Promise<void> {
  await sql`
    update notices.push set state = ${state}, due_at = coalesce(${dueAt}, due_at), at = ${now}
    where notice = ${push.notice} and device = ${push.device} and state = 'sending'`.execute(tx)
  if (state === 'sent') await sql`update notices.device set used_at = ${now}, failures = 0 where id = ${push.device}`.execute(tx)
  if (state !== 'failed') return
  await sql`update notices.device set failures = failures + 1 where id = ${push.device}`.execute(tx)
  // Ten failures in a row: nobody listens there.
  await sql`delete from notices.device where id = ${push.device} and failures >= 10`.execute(tx)
}
