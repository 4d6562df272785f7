/** SQL of app keys. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'

export type AppKeyScope = 'listen' | 'library' | 'submit'
export type AppKeyRow = {
  id: string
  name: string
  scopes: AppKeyScope[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  lastClient: string | null
  lastNetwork: string | null
}
const columns = sql`k.id, k.name, k.scopes, k.created_at as "createdAt", k.expires_at as "expiresAt", k.last_used_at as "lastUsedAt",
  k.last_client as "lastClient", k.last_network as "lastNetwork"`

export async function listAppKeys(db: Read, person: string): Promise<AppKeyRow[]> {
  const { rows } = await sql<AppKeyRow>`
    select ${columns} from people.app_key k where k.person = ${person} order by k.created_at desc, k.id desc`.execute(db)
  return rows
}

export async function readAppKey(db: Read, id: string): Promise<(AppKeyRow & { person: string; sealed: Buffer }) | undefined> {
  const { rows } = await sql<AppKeyRow & { person: string; sealed: Buffer }>`
    select ${columns}, k.person, k.sealed from people.app_key k where k.id = ${id}`.execute(db)
  return rows[0]
}

/** Adds a key at the first free place. `full` when all 50 are taken. The person's row is locked, so of two at once each gets a place of its own. */
export async function insertAppKey(
  tx: Tx,
  key: {
    id: string
    person: string
    name: string
    scopes: readonly AppKeyScope[]
    hash: Buffer
    sealed: Buffer
    at: Date
    expiresAt: Date | null
  },
): Promise<'made' | 'full' | 'known'> {
  await sql`select 1 from people.person where id = ${key.person} for no key update`.execute(tx)
  const { rows: known } = await sql`select 1 from people.app_key where id = ${key.id}`.execute(tx)
  if (known.length > 0) return 'known'
  const { rows } = await sql`
    insert into people.app_key (id, person, name, scopes, hash, sealed, place, created_at, expires_at)
    select ${key.id}, ${key.person}, ${key.name}, ${[...key.scopes]}, ${key.hash}, ${key.sealed}, min(p), ${key.at}::timestamptz, ${key.expiresAt}::timestamptz
    from generate_series(1, 50) p where not exists (select 1 from people.app_key k where k.person = ${key.person} and k.place = p)
    having min(p) is not null on conflict (id) do nothing returning id`.execute(tx)
  return rows.length > 0 ? 'made' : 'full'
}

export async function deleteAppKey(tx: Tx, person: string, id: string): Promise<boolean> {
  const { rows } = await sql`delete from people.app_key where id = ${id} and person = ${person} returning id`.execute(tx)
  return rows.length > 0
}

export type KeyHolder = {
  person: { id: string; name: string; email: string; locale: 'en' | 'zh'; roles: string[] }
  key: string
  name: string
  scopes: AppKeyScope[]
  hash: Buffer
  sealed: Buffer
  lastUsedAt: Date | null
  lastClient: string | null
}
const holder = sql`json_build_object('id', p.id, 'name', p.name, 'email', p.email, 'locale', p.locale, 'roles', p.roles) as person,
  k.id as key, k.name, k.scopes, k.hash, k.sealed, k.last_used_at as "lastUsedAt", k.last_client as "lastClient"`
const holds = (now: Date) => sql`p.banned_at is null and (k.expires_at is null or k.expires_at > ${now})`

/** The key with this hash, while it holds and its person is not banned. */
export async function findAppKey(db: Read, hash: Buffer, now: Date): Promise<KeyHolder | undefined> {
  const { rows } = await sql<KeyHolder>`
    select ${holder} from people.app_key k join people.person p on p.id = k.person where k.hash = ${hash} and ${holds(now)}`.execute(db)
  return rows[0]
}

/** All keys that hold of whoever signs in under this name: an e-mail address, the handle of their own page, or their id. */
export async function appKeysOf(db: Read, name: string, now: Date): Promise<KeyHolder[]> {
  const plain = name.trim().toLowerCase()
  const { rows } = await sql<KeyHolder>`
    select ${holder} from people.person p join people.app_key k on k.person = p.id
    where p.id = (
      select id from (
        select id, 0 as turn from people.person where email = ${plain} or id = ${plain}
        union all select owner_person, 1 from people.page where handle = ${plain} and owner_person is not null) x order by turn limit 1)
      and ${holds(now)} order by k.place`.execute(db)
  return rows
}

/** Those of these keys that still hold. */
export async function keysThatHold(db: Read, ids: readonly string[], now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select k.id from people.app_key k join people.person p on p.id = k.person where k.id = any(${[...ids]}) and ${holds(now)}`.execute(db)
  return rows.map(row => row.id)
}

/** Notes the use of a key; of several requests at once the first does it. */
export async function touchAppKey(
  db: Read,
  id: string,
  use: { at: Date; client: string | null; network: string | null; unlessSince: Date },
): Promise<void> {
  await sql`update people.app_key set last_used_at = ${use.at}, last_client = ${use.client}, last_network = ${use.network}
    where id = ${id} and (last_used_at is null or last_used_at < ${use.unlessSince} or last_client is distinct from ${use.client})`.execute(
    db,
  )
}
