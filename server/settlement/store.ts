/** SQL of what holds: rules, plans, terms, taxes and the claims in force. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Claim, Plan, StepRule, Tax } from './waterfall.ts'

type Db = Read | Tx

export type PlanRow = Plan & { category: string; everyone: boolean; validFrom: Date }
export type TermRow = { seller: string; plan: string; validFrom: Date; validUntil: Date | null }
export type RuleRow = StepRule & { version: number; validFrom: Date }
export type TaxRow = Tax & {
  country: string | null
  category: string | null
  seller: string | null
  validFrom: Date
  validUntil: Date | null
}
export type HomeRow = { seller: string; country: string; validFrom: Date }
/** `parties`: who agreed to bear it. */
export type ClaimRow = Omit<Claim, 'left'> & {
  subject: string
  currency: string
  cap: bigint | null
  taken: bigint
  validFrom: Date
  validUntil: Date | null
  parties: readonly string[]
}
/** All that can matter for some sellers and what they sell. A proposed change is tried by adding its rows. */
export type TermsData = {
  rules: readonly RuleRow[]
  plans: readonly PlanRow[]
  terms: readonly TermRow[]
  taxes: readonly TaxRow[]
  homes: readonly HomeRow[]
  claims: readonly ClaimRow[]
}
const list = (items: readonly string[]) => sql`${[...items]}::text[]`
type Raw<T> = { [K in keyof T]: K extends 'validFrom' ? string : K extends 'validUntil' ? string | null : T[K] }[] | null
type RawClaim = Omit<ClaimRow, 'cap' | 'taken' | 'holders'> & {
  cap: string | null
  taken: string
  holders: { party: string; units: string }[]
}

const dated = <T extends object>(rows: (T & { validFrom: string; validUntil?: string | null })[] | null) =>
  (rows ?? []).map(row => ({
    ...row,
    validFrom: new Date(row.validFrom),
    ...(row.validUntil === undefined ? {} : { validUntil: row.validUntil === null ? null : new Date(row.validUntil) }),
  }))

type Lasting = Omit<TermsData, 'claims'>
/** By stamp (migrations/0013): what holds changes a few times a year and is read with every batch. */
const kept = new Map<string, Lasting>()
const mostKept = 8

async function readLasting(db: Db): Promise<{ stamp: string; lasting: Lasting }> {
  const { rows } = await sql<{
    stamp: string
    rules: Raw<RuleRow>
    plans: Raw<PlanRow>
    terms: Raw<TermRow>
    taxes: Raw<TaxRow>
    homes: Raw<HomeRow>
  }>`select stamp,
    (select jsonb_agg(jsonb_build_object('version', version, 'step', step, 'rateBp', rate_bp, 'validFrom', valid_from) order by version, position) from settlement.waterfall_step) as rules,
    (select jsonb_agg(jsonb_build_object('id', id, 'version', version, 'name', name, 'category', category, 'everyone', everyone, 'commissionBp', commission_bp, 'validFrom', valid_from)
      order by id, version) from settlement.commission_plan) as plans,
    (select jsonb_agg(jsonb_build_object('seller', seller, 'plan', plan, 'validFrom', valid_from, 'validUntil', valid_until) order by seller, valid_from) from settlement.partner_term) as terms,
    (select jsonb_agg(jsonb_build_object('code', code, 'name', name, 'country', country, 'category', category, 'seller', seller, 'rateBp', rate_bp, 'validFrom', valid_from,
      'validUntil', valid_until) order by code, valid_from) from settlement.tax_rule) as taxes,
    (select jsonb_agg(jsonb_build_object('seller', seller, 'country', country, 'validFrom', valid_from) order by seller, valid_from) from settlement.tax_home) as homes
    from settlement.stamp`.execute(db)
  const { stamp, rules, plans, terms, taxes, homes } = rows[0]!
  return {
    stamp,
    lasting: {
      rules: dated(rules) as RuleRow[],
      plans: dated(plans) as PlanRow[],
      terms: dated(terms) as TermRow[],
      taxes: dated(taxes) as TaxRow[],
      homes: dated(homes) as HomeRow[],
    },
  }
}

/** What holds for anyone, ever, and the claims on these subjects. */
/** Who owns these pages: the party that gets what they sell. */
export async function ownersOf(db: Read | Tx, pages: readonly string[]): Promise<Map<string, string>> {
  if (pages.length === 0) return new Map()
  const rows = await sql<{
    id: string
    owner: string
  }>`select id, owner from people.public_page where id = any(${[...pages]}::text[]) and owner is not null`.execute(db)
  return new Map(rows.rows.map(row => [row.id, row.owner]))
}

export async function readTerms(db: Db, subjects: readonly string[]): Promise<TermsData> {
  const { rows } = await sql<{ stamp: string; claims: Raw<RawClaim> }>`select stamp,
    (select jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'name', c.name, 'subject', c.subject, 'bearer', c.bearer, 'shareBp', c.share_bp, 'currency', c.currency,
      'cap', c.cap::text, 'taken', c.taken::text, 'validFrom', c.valid_from, 'validUntil', c.valid_until,
      'holders', (select jsonb_agg(jsonb_build_object('party', h.party, 'units', h.units::text) order by h.party) from settlement.claim_holder h where h.claim = c.id),
      'parties', (select coalesce(jsonb_agg(p.party order by p.party), '[]') from settlement.claim_party p where p.claim = c.id and p.agreed_at is not null)) order by c.id)
      from settlement.claim c where c.subject = any(${list(subjects)}) and c.state <> 'proposed') as claims
    from settlement.stamp`.execute(db)
  const { stamp, claims } = rows[0]!
  let lasting = kept.get(stamp)
  if (lasting === undefined) {
    const read = await readLasting(db)
    if (kept.size >= mostKept) kept.clear()
    kept.set(read.stamp, (lasting = read.lasting))
  }
  return {
    ...lasting,
    claims: (dated(claims) as (RawClaim & { validFrom: Date; validUntil: Date | null })[]).map(claim => ({
      ...claim,
      cap: claim.cap === null ? null : BigInt(claim.cap),
      taken: BigInt(claim.taken),
      holders: claim.holders.map(({ party, units }) => ({ party, units: BigInt(units) })),
    })),
  }
}

/** Gives a seller terms of their own from a date on; they stay as they are. */
export const setTerm = async (
  tx: Tx,
  seller: string,
  plan: string,
  from: Date,
  until: Date | null,
  proposal: string | null = null,
): Promise<void> => {
  await sql`insert into settlement.partner_term (seller, plan, valid_from, valid_until, proposal) values (${seller}, ${plan}, ${from}, ${until}, ${proposal})`.execute(
    tx,
  )
}

/** Locks claims in id order: what each has taken, now. */
export async function lockClaims(tx: Tx, ids: readonly string[]): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ id: string; taken: bigint }>`
    select id, taken from settlement.claim where id = any(${list(ids)}) order by id for no key update`.execute(tx)
  return new Map(rows.map(row => [row.id, row.taken]))
}

/** Adds to what (locked) claims have taken; the database refuses more than a cap. */
export async function addTaken(tx: Tx, taken: ReadonlyMap<string, bigint>): Promise<void> {
  await sql`update settlement.claim c set taken = c.taken + t.amount from unnest(${list([...taken.keys()])}, ${[...taken.values()]}::bigint[]) as t(id, amount)
    where c.id = t.id`.execute(tx)
}

export const insertReturns = async (
  tx: Tx,
  returns: readonly { claim: string; amount: bigint; cause: string }[],
  at: Date,
): Promise<void> => {
  await sql`insert into settlement.claim_return (claim, amount, cause, at)
    select r.claim, r.amount, r.cause, ${at} from unnest(${list(returns.map(r => r.claim))}, ${returns.map(r => r.amount)}::bigint[], ${list(returns.map(r => r.cause))})
      as r(claim, amount, cause)`.execute(tx)
}

export type ReleaseToSell = { id: string; page: string; owner: string | null; mayEdit: boolean; waiting: boolean }
/** A release as its would-be seller sees it. */
export async function readRelease(db: Db, release: string, person: string): Promise<ReleaseToSell | undefined> {
  const { rows } = await sql<ReleaseToSell>`
    select r.id, r.page, p.owner, exists (select from people.public_page_editor e where e.page = r.page and e.person = ${person}) as "mayEdit",
      exists (select from rights.public_waiting w where w.release = r.id) as waiting
    from catalogue.public_release r join people.public_page p on p.id = r.page where r.id = ${release}`.execute(db)
  return rows[0]
}

export type SettledRow = {
  line: string
  release: string
  page: string
  kind: string
  at: Date
  entries: { owner: string; purpose: string; asset: string; amount: string; step: string | null; share: number | null }[]
}
/** The newest settlements as the ledger has them, for proving. */
export async function recentSettlements(db: Db, limit: number): Promise<SettledRow[]> {
  const { rows } = await sql<SettledRow>`
    with recent as (
      select p.transfer, p.at, p.cause, p.subject, p.owner, p.purpose, p.asset, p.amount, p.step, p.share from ledger.public_posting p
      where p.kind = 'settle' and p.transfer in (select distinct q.transfer from (select transfer from ledger.public_posting where kind = 'settle' order by transfer desc limit ${limit * 6}) q
        order by q.transfer desc limit ${limit}))
    select l.id as line, l.release, l.page, l.kind, r.at,
      jsonb_agg(jsonb_build_object('owner', r.owner, 'purpose', r.purpose, 'asset', r.asset, 'amount', r.amount::text, 'step', r.step, 'share', r.share)) as entries
    from recent r join shop.public_line l on r.cause = 'line:' || l.id where l.release is not null group by r.transfer, r.at, l.id, l.release, l.page, l.kind order by r.transfer desc`.execute(
    db,
  )
  return rows
}
