/** SQL of proposals and of the versions they become. */
import { sql } from 'kysely'
import type { Read, Tx } from '../foundation/db.ts'
import type { Change, ChangeOf } from './changes.ts'

type Db = Read | Tx
const list = (items: readonly string[]) => sql`${[...items]}::text[]`

export type ProposalState = 'open' | 'confirmed' | 'declined' | 'withdrawn'
export type ProposalRow = {
  id: string
  content: unknown
  request: string
  from: Date | null
  reason: string
  proposedBy: string
  proposer: string | null
  proposedAt: Date
  state: ProposalState
  decidedBy: string | null
  decider: string | null
  decidedAt: Date | null
  decision: string | null
  holdsFrom: Date | null
  /** The claim it made or ends, with who bears it. */
  claim: string | null
  parties: { party: string; name: string | null; agreedAt: string | null }[] | null
}
const columns = sql`
  p.id, p.content, p.request, p.wanted_from as "from", p.reason, p.proposed_by as "proposedBy", a.name as proposer, p.proposed_at as "proposedAt", p.state,
  p.decided_by as "decidedBy", b.name as decider, p.decided_at as "decidedAt", p.decision, p.holds_from as "holdsFrom", c.id as claim,
  (select jsonb_agg(jsonb_build_object('party', y.party, 'name', n.name, 'agreedAt', y.agreed_at) order by y.party) from settlement.claim_party y
    left join people.public_party n on n.id = y.party where y.claim = c.id) as parties`
const tables = sql`settlement.proposal p left join people.public_party a on a.id = p.proposed_by left join people.public_party b on b.id = p.decided_by
  left join settlement.claim c on case p.kind when 'claim' then c.proposal = p.id when 'claim_end' then c.id = p.subject else false end`

/** False when the id is taken. */
export async function insertProposal(
  tx: Tx,
  p: {
    id: string
    kind: string
    content: string
    request: string
    subject: string
    from: Date | null
    reason: string
    by: string
    at: Date
  },
): Promise<boolean> {
  const made =
    await sql`insert into settlement.proposal (id, kind, content, request, subject, wanted_from, reason, proposed_by, proposed_at)
    values (${p.id}, ${p.kind}, ${p.content}::jsonb, ${p.request}, ${p.subject}, ${p.from}, ${p.reason}, ${p.by}, ${p.at}) on conflict (id) do nothing`.execute(
      tx,
    )
  return made.numAffectedRows === 1n
}

export const readProposal = async (db: Db, id: string): Promise<ProposalRow | undefined> =>
  (await sql<ProposalRow>`select ${columns} from ${tables} where p.id = ${id}`.execute(db)).rows[0]

/** Whoever decides waits here for each other: versions are numbered one after the other. */
export async function lockProposal(tx: Tx, id: string): Promise<ProposalRow | undefined> {
  await sql`select 1 from settlement.stamp for update`.execute(tx)
  await sql`select 1 from settlement.proposal where id = ${id} for update`.execute(tx)
  return readProposal(tx, id)
}

export async function listProposals(
  db: Db,
  options: { state: ProposalState | null; after: { at: Date; id: string } | null; limit: number },
): Promise<ProposalRow[]> {
  const { state, after, limit } = options
  return (
    await sql<ProposalRow>`select ${columns} from ${tables}
      where true ${state === null ? sql`` : sql`and p.state = ${state}`} ${after === null ? sql`` : sql`and (p.proposed_at, p.id) < (${after.at}, ${after.id})`}
      order by p.proposed_at desc, p.id desc limit ${limit}`.execute(db)
  ).rows
}

export const decideProposal = async (
  tx: Tx,
  d: { id: string; state: ProposalState; by: string; at: Date; decision: string | null; holdsFrom: Date | null },
): Promise<void> => {
  await sql`update settlement.proposal set state = ${d.state}, decided_by = ${d.by}, decided_at = ${d.at}, decision = ${d.decision}, holds_from = ${d.holdsFrom}
    where id = ${d.id}`.execute(tx)
}

/** Writes the version that a change becomes. */
export async function insertVersion(tx: Tx, change: Change, from: Date, proposal: string): Promise<void> {
  switch (change.kind) {
    case 'plan':
      await sql`insert into settlement.commission_plan (id, version, name, category, commission_bp, valid_from, everyone, proposal)
        select ${change.plan}, coalesce(max(version), 0) + 1, ${change.name}, ${change.category}, ${change.commissionBp}, ${from}, ${change.everyone}, ${proposal}
        from settlement.commission_plan where id = ${change.plan}`.execute(tx)
      return
    case 'term':
      await sql`insert into settlement.partner_term (seller, plan, valid_from, valid_until, proposal)
        values (${change.seller}, ${change.plan}, ${from}, ${change.until}, ${proposal})`.execute(tx)
      return
    case 'rules':
      await sql`insert into settlement.waterfall_step (version, position, step, rate_bp, valid_from, proposal)
        select (select max(version) from settlement.waterfall_step) + 1, s.position, s.step, s.rate, ${from}, ${proposal}
        from unnest(${list(change.steps.map(one => one.step))}, ${change.steps.map(one => one.rateBp)}::int[]) with ordinality as s(step, rate, position)`.execute(
        tx,
      )
      return
    case 'tax':
      await sql`insert into settlement.tax_rule (code, name, country, category, seller, rate_bp, valid_from, valid_until, proposal)
        values (${change.code}, ${change.name}, ${change.country}, ${change.category}, ${change.seller}, ${change.rateBp}, ${from}, ${change.until}, ${proposal})`.execute(
        tx,
      )
      return
    case 'home':
      await sql`insert into settlement.tax_home (seller, country, valid_from, proposal) values (${change.seller}, ${change.country}, ${from}, ${proposal})`.execute(
        tx,
      )
      return
    case 'claim':
      await sql`update settlement.claim set state = 'agreed', valid_from = ${from} where proposal = ${proposal}`.execute(tx)
      return
    case 'claim_end':
      await sql`update settlement.claim set state = 'ended', valid_until = ${from} where id = ${change.claim}`.execute(tx)
  }
}

/** A claim waits for those who bear it. */
export async function insertClaim(
  tx: Tx,
  claim: ChangeOf<'claim'> & { id: string; from: Date; proposal: string },
  parties: readonly string[],
): Promise<void> {
  await sql`insert into settlement.claim (id, kind, subject, name, bearer, share_bp, currency, cap, valid_from, valid_until, proposal)
    values (${claim.id}, ${claim.claimKind}, ${claim.subject}, ${claim.name}, ${claim.bearer}, ${claim.shareBp}, ${claim.currency}, ${claim.cap}, ${claim.from}, ${claim.until}, ${claim.proposal})`.execute(
    tx,
  )
  await sql`insert into settlement.claim_holder (claim, party, units)
    select ${claim.id}, h.party, h.units from unnest(${list(claim.holders.map(one => one.party))}, ${claim.holders.map(one => one.units)}::bigint[]) as h(party, units)`.execute(
    tx,
  )
  await sql`insert into settlement.claim_party (claim, party) select ${claim.id}, party from unnest(${list(parties)}) as p(party)`.execute(
    tx,
  )
}

/** A claim whose proposal is gone ends before it began. */
export const endClaimOf = async (tx: Tx, proposal: string): Promise<void> => {
  await sql`update settlement.claim set state = 'ended' where proposal = ${proposal} and state = 'proposed'`.execute(tx)
}
