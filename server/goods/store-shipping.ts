/** SQL of zones, rates, and what pages say of sending and taking back. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { RateRow, ZoneRow } from './policy.ts'

export type Place = { name: string; phone: string; country: string; region: string; city: string; line: string; postcode: string }
export type SettingsRow = {
  handlingDays: number
  returnDays: number
  returnPaidBy: 'buyer' | 'seller'
  returnAddress: Place | null
  lowAt: number
}
const usual: SettingsRow = { handlingDays: 3, returnDays: 14, returnPaidBy: 'buyer', returnAddress: null, lowAt: 3 }
export async function readSettings(db: Read | Tx, page: string): Promise<SettingsRow> {
  return (await readManySettings(db, [page])).get(page) ?? usual
}
export async function readManySettings(db: Read | Tx, pages: readonly string[]): Promise<Map<string, SettingsRow>> {
  const { rows } = await sql<SettingsRow & { page: string }>`
    select page, handling_days as "handlingDays", return_days as "returnDays", return_paid_by as "returnPaidBy", return_address as "returnAddress", low_at as "lowAt"
    from goods.setting where page = any(${[...pages]}::text[])`.execute(db)
  const found = new Map(rows.map(({ page, ...row }) => [page, row]))
  return new Map(pages.map(page => [page, found.get(page) ?? usual]))
}
export async function saveSettings(tx: Tx, page: string, row: SettingsRow, at: Date): Promise<void> {
  await sql`
    insert into goods.setting (page, handling_days, return_days, return_paid_by, return_address, low_at, changed_at)
    values (${page}, ${row.handlingDays}, ${row.returnDays}, ${row.returnPaidBy}, ${row.returnAddress === null ? null : JSON.stringify(row.returnAddress)}::jsonb, ${row.lowAt}, ${at})
    on conflict (page) do update set handling_days = excluded.handling_days, return_days = excluded.return_days, return_paid_by = excluded.return_paid_by,
      return_address = excluded.return_address, low_at = excluded.low_at, changed_at = excluded.changed_at`.execute(tx)
}

type RateJson = Omit<RateRow, 'base' | 'step' | 'freeFrom'> & { base: string; step: string; freeFrom: string | null }
const rateOf = (row: RateJson): RateRow => ({
  ...row,
  base: BigInt(row.base),
  step: BigInt(row.step),
  freeFrom: row.freeFrom === null ? null : BigInt(row.freeFrom),
})
/** Zones of pages with their open rates; or just those with these rates. */
export async function readZones(
  db: Read | Tx,
  by: { pages?: readonly string[]; ids?: readonly string[]; rates?: readonly string[] },
): Promise<ZoneRow[]> {
  const where = by.pages
    ? sql`z.page = any(${[...by.pages]}::text[])`
    : by.ids
      ? sql`z.id = any(${[...by.ids]}::text[])`
      : sql`z.id in (select zone from goods.rate where id = any(${[...(by.rates ?? [])]}::text[]))`
  const { rows } = await sql<Omit<ZoneRow, 'rates'> & { rates: RateJson[] }>`
    select z.id, z.page, z.name, z.countries, z.regions,
      (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'zone', r.zone, 'page', r.page, 'name', r.name, 'currency', r.currency, 'way', r.way, 'base', r.base::text, 'step', r.step::text,
        'stepOf', r.step_of, 'freeFrom', r.free_from::text, 'mostG', r.most_g, 'minDays', r.min_days, 'maxDays', r.max_days) order by r.place), '[]')
        from goods.rate r where r.zone = z.id and r.state = 'open') as rates
    from goods.zone z where ${where} order by z.created_at, z.id`.execute(db)
  return rows.map(row => ({ ...row, rates: row.rates.map(rateOf) })).filter(zone => by.ids !== undefined || zone.rates.length > 0)
}
/** Who has a zone. Locked. */
export async function lockZone(tx: Tx, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ page: string }>`select page from goods.zone where id = ${id} for update`.execute(tx)
  return rows[0]?.page
}
/** Rates with these ids that are of another zone. */
export async function ratesElsewhere(tx: Tx, zone: string, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`select from goods.rate where id = any(${[...ids]}::text[]) and zone <> ${zone} limit 1`.execute(tx)
  return rows.length > 0
}
/** Gives the rates that are gone. */
export async function saveZone(tx: Tx, zone: ZoneRow, at: Date): Promise<string[]> {
  await sql`
    insert into goods.zone (id, page, name, countries, regions, created_at) values (${zone.id}, ${zone.page}, ${zone.name}, ${zone.countries}::text[], ${zone.regions}::text[], ${at})
    on conflict (id) do update set name = excluded.name, countries = excluded.countries, regions = excluded.regions`.execute(tx)
  const gone = await sql<{ id: string }>`
    update goods.rate set state = 'gone' where zone = ${zone.id} and state = 'open' and id <> all(${zone.rates.map(r => r.id)}::text[]) returning id`.execute(
    tx,
  )
  const rows = zone.rates.map((rate, place) => ({
    ...rate,
    base: rate.base.toString(),
    step: rate.step.toString(),
    freeFrom: rate.freeFrom?.toString() ?? null,
    place,
  }))
  await sql`
    insert into goods.rate (id, zone, page, name, currency, way, base, step, step_of, free_from, most_g, min_days, max_days, place)
    select x.id, ${zone.id}, ${zone.page}, x.name, x.currency, x.way, x.base, x.step, x."stepOf", x."freeFrom", x."mostG", x."minDays", x."maxDays", x.place
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id text, name text, currency text, way text, base bigint, step bigint, "stepOf" int, "freeFrom" bigint, "mostG" int,
      "minDays" smallint, "maxDays" smallint, place smallint)
    on conflict (id) do update set name = excluded.name, currency = excluded.currency, way = excluded.way, base = excluded.base, step = excluded.step, step_of = excluded.step_of,
      free_from = excluded.free_from, most_g = excluded.most_g, min_days = excluded.min_days, max_days = excluded.max_days, place = excluded.place, state = 'open'`.execute(
    tx,
  )
  return gone.rows.map(row => row.id)
}
/** All its rates are gone; the zone stays, for what was ordered. Gives the rates. */
export async function closeZone(tx: Tx, id: string): Promise<string[]> {
  const { rows } = await sql<{
    id: string
  }>`update goods.rate set state = 'gone' where zone = ${id} and state = 'open' returning id`.execute(tx)
  return rows.map(row => row.id)
}
