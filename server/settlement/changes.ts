/** What a change of what holds may be, and what would hold with it. Pure: the same check before proposing, confirming and previewing. */
import type { Decoded } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Change as ChangeSchema } from '../../shared/settlement.ts'
import type { ClaimRow, TermsData } from './store.ts'
import type { StepName } from './waterfall.ts'

export type Change = Decoded<typeof ChangeSchema>
export type ChangeOf<K extends Change['kind']> = Extract<Change, { kind: K }>

/** What a change is about, as one word for lists and look-ups. */
export function subjectOf(change: Change): string {
  switch (change.kind) {
    case 'plan':
      return change.plan
    case 'term':
    case 'home':
      return change.seller
    case 'rules':
      return 'waterfall'
    case 'tax':
      return change.code
    case 'claim':
      return change.subject
    case 'claim_end':
      return change.claim
  }
}

/** Parties, releases and pages that a change names. */
export function namedIn(change: Change): string[] {
  switch (change.kind) {
    case 'term':
    case 'home':
      return [change.seller]
    case 'tax':
      return change.seller === null ? [] : [change.seller]
    case 'claim':
      return [change.subject, ...(change.bearer === null ? [] : [change.bearer]), ...change.holders.map(holder => holder.party)]
    default:
      return []
  }
}
export const partiesIn = (change: Change): string[] => namedIn(change).filter(id => /^(usr|org)_/.test(id))

const refuse = (code: string, field: string, value = ''): never => {
  throw fault(code === 'conflict' ? 'conflict' : 'unprocessable', code, { fields: { [`change.${field}`]: value } })
}

/** Steps once each, with the split and its part for works at the end, so that nothing is ever left over. */
function checkRules({ steps }: ChangeOf<'rules'>): void {
  const names = steps.map(({ step }) => step)
  const last = steps.at(-1)!
  if (new Set(names).size !== names.length || last.step !== 'split' || last.rateBp === null) refuse('bad_rules', 'steps')
  if (steps.some(({ step, rateBp }) => step !== 'split' && rateBp !== null) || !names.includes('provider_fee')) refuse('bad_rules', 'steps')
}

/** Refuses what cannot hold from `from` on. `known` are the parties that exist, `bearers` who shares in a claim's subject. */
export function checkChange(data: TermsData, change: Change, from: Date, known: ReadonlySet<string>, bearers: readonly string[]): void {
  if ('until' in change && change.until !== null && change.until <= from)
    throw fault('invalid', 'invalid', { fields: { 'change.until': '>' } })
  for (const party of partiesIn(change)) if (!known.has(party)) refuse('no_such_party', 'party', party)
  const taken = (rows: readonly { validFrom: Date }[]): void => {
    if (rows.some(row => +row.validFrom === +from)) refuse('conflict', 'from')
  }
  switch (change.kind) {
    case 'plan': {
      const versions = data.plans.filter(plan => plan.id === change.plan)
      if (versions.some(plan => plan.category !== change.category)) refuse('plan_category_fixed', 'category')
      return taken(versions)
    }
    case 'term':
      if (!data.plans.some(plan => plan.id === change.plan)) refuse('no_such_plan', 'plan', change.plan)
      return taken(data.terms.filter(term => term.seller === change.seller))
    case 'rules':
      checkRules(change)
      return taken(data.rules)
    case 'tax': {
      const { code, country, category, seller } = change
      return taken(
        data.taxes.filter(tax => tax.code === code && tax.country === country && tax.category === category && tax.seller === seller),
      )
    }
    case 'home':
      return taken(data.homes.filter(home => home.seller === change.seller))
    case 'claim':
      if (change.cap !== null && (change.cap < 1n || change.cap > 10n ** 15n))
        throw fault('invalid', 'invalid', { fields: { 'change.cap': '1 …' } })
      if (new Set(change.holders.map(holder => holder.party)).size !== change.holders.length)
        throw fault('invalid', 'invalid', { fields: { 'change.holders': 'twice' } })
      if (bearers.length === 0 || (change.bearer !== null && !bearers.includes(change.bearer))) refuse('claim_without_bearer', 'bearer')
  }
}

const claimRow = (change: ChangeOf<'claim'>, id: string, from: Date, parties: readonly string[]): ClaimRow => ({
  id,
  kind: change.claimKind,
  name: change.name,
  subject: change.subject,
  bearer: change.bearer,
  shareBp: change.shareBp,
  currency: change.currency,
  cap: change.cap,
  taken: 0n,
  holders: change.holders.map(({ party, units }) => ({ party, units: BigInt(units) })),
  validFrom: from,
  validUntil: change.until,
  parties,
})

/** What would hold with this change, if all who bear a claim agree. `id` names a claim that is not there yet. */
export function tried(data: TermsData, change: Change, from: Date, bearers: readonly string[], id = 'clm_new'): TermsData {
  switch (change.kind) {
    case 'plan': {
      const { plan, name, category, commissionBp, everyone } = change
      const version = Math.max(0, ...data.plans.filter(one => one.id === plan).map(one => one.version)) + 1
      return { ...data, plans: [...data.plans, { id: plan, version, name, category, commissionBp, everyone, validFrom: from }] }
    }
    case 'term':
      return { ...data, terms: [...data.terms, { seller: change.seller, plan: change.plan, validFrom: from, validUntil: change.until }] }
    case 'rules': {
      const version = Math.max(...data.rules.map(one => one.version)) + 1
      const steps = change.steps.map(({ step, rateBp }) => ({ step: step as StepName, rateBp, version, validFrom: from }))
      return { ...data, rules: [...data.rules, ...steps] }
    }
    case 'tax': {
      const { code, name, country, category, seller, rateBp, until } = change
      return { ...data, taxes: [...data.taxes, { code, name, country, category, seller, rateBp, validFrom: from, validUntil: until }] }
    }
    case 'home':
      return { ...data, homes: [...data.homes, { seller: change.seller, country: change.country, validFrom: from }] }
    case 'claim':
      return { ...data, claims: [...data.claims, claimRow(change, id, from, bearers)] }
    case 'claim_end':
      return { ...data, claims: data.claims.map(claim => (claim.id === change.claim ? { ...claim, validUntil: from } : claim)) }
  }
}
