/** "What would ¥100 become?" By the function that settles; with what is announced to change. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { settlement } from '../../shared/settlement.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { feeOf } from '../payments/index.ts'
import { mayEditPage, partyNames } from '../people/index.ts'
import { sharesFor } from '../rights/index.ts'
import { aboutOf, claimsOn, ownedBy, type About } from './dividing.ts'
import { ownersOf, readRelease, type TermsData } from './store.ts'
import { inForce, termsFor, termsOf, type Sale } from './terms.ts'
import { waterfall, type Step } from './waterfall.ts'

type Entries = typeof settlement.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Shown = Ok<'GET /waterfall'>
type Asked = {
  /** Null: not a release, all of it is the page's owner's. */
  release: string | null
  page: string
  kind: string
  amount: bigint
  currency: Currency
  provider: string
  at: Date
}

const mostComing = 12

/** The rate of each step that rules, not sheets, decide: by step, with its name. */
function ratesOf({ rules, plan, taxes, claims }: About): Map<string, { label: string; bp: number }> {
  const rates = new Map<string, { label: string; bp: number }>()
  for (const { step, rateBp } of rules.steps) {
    if (step === 'commission') rates.set('commission', { label: plan.name, bp: plan.commissionBp })
    else if (step === 'split') rates.set('split:work', { label: '', bp: rateBp ?? 0 })
    else if (step === 'tax') for (const tax of taxes) rates.set(`tax:${tax.code}`, { label: tax.name, bp: tax.rateBp })
    else for (const claim of claims) if (claim.kind === step) rates.set(`${step}:${claim.id}`, { label: claim.name, bp: claim.shareBp })
  }
  return rates
}

/** All moments at which something may change, after `at`. */
function momentsOf(data: TermsData, seller: string, at: Date): Date[] {
  const own = (row: { seller: string | null }): boolean => row.seller === null || row.seller === seller
  const rows = [
    ...data.rules,
    ...data.plans,
    ...data.terms.filter(own),
    ...data.taxes.filter(own),
    ...data.homes.filter(own),
    ...data.claims,
  ] as {
    validFrom: Date
    validUntil?: Date | null
  }[]
  const times = rows.flatMap(({ validFrom, validUntil }) => [+validFrom, ...(validUntil ? [+validUntil] : [])])
  return [...new Set(times.filter(time => time > +at))].sort((a, b) => a - b).map(time => new Date(time))
}

function comingOf(data: TermsData, seller: string, at: Date, about: (at: Date) => About): Shown['coming'] {
  const coming: Shown['coming'] = []
  let before = ratesOf(about(at))
  for (const moment of momentsOf(data, seller, at)) {
    const after = ratesOf(about(moment))
    for (const step of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(step), after.get(step)]
      if (was?.bp !== is?.bp)
        coming.push({ at: moment, step, label: (is ?? was)!.label, beforeBp: was?.bp ?? null, afterBp: is?.bp ?? null })
    }
    before = after
    if (coming.length >= mostComing) break
  }
  return coming.slice(0, mostComing)
}

const idOf = (step: string): string => step.slice(step.indexOf(':') + 1)

/** When what decides this step began to hold. */
function sinceOf(step: Step, { rules, plan, taxes, claims }: About): Date | null {
  if (step.step === 'commission') return plan.term !== null && plan.term.validFrom > plan.validFrom ? plan.term.validFrom : plan.validFrom
  if (step.step.startsWith('tax:')) return taxes.find(tax => tax.code === idOf(step.step))?.validFrom ?? null
  if (/^(recoupment|backers):/.test(step.step)) return claims.find(claim => claim.id === idOf(step.step))?.validFrom ?? null
  return step.step === 'provider_fee' ? rules.validFrom : null
}

/** The preview for what is asked, with `data` in place of what holds if given (a change that is only proposed). */
export async function previewOf(db: Read | Tx, asked: Asked, change: (data: TermsData) => TermsData = data => data): Promise<Shown> {
  const { release, page, kind, amount, currency, provider, at } = asked
  const subjects = release === null ? [page] : [release, page]
  const shares = release === null ? ownedBy(page, (await ownersOf(db, [page])).get(page)) : (await sharesFor(db, [release]))(release, at)
  if (shares === undefined) throw fault('not_found')
  const loaded = await termsFor(db, subjects)
  const terms = termsOf(change(loaded.data))
  const sale: Omit<Sale, 'seller'> = { category: kind, subjects, currency }
  const about = aboutOf(terms, shares, sale, at)
  const { rules, plan, taxes, weights } = about
  const claims = claimsOn(about.claims, weights, claim => claim.taken)
  const fee = await feeOf(db, provider, amount, at)
  const steps = waterfall({ amount, fee, provider, rules, plan, taxes, claims, weights })
  const bearers = about.claims.flatMap(claim => claim.bearer ?? [])
  const names = await partyNames(db, [...steps.map(step => step.receiver), ...bearers])
  const claimOf = (step: Step): Shown['steps'][number]['claim'] => {
    const claim = about.claims.find(one => /^(recoupment|backers):/.test(step.step) && one.id === idOf(step.step))
    if (claim === undefined) return null
    const { id, bearer, cap, taken } = claim
    return {
      id,
      bearer: bearer === null ? null : (names.get(bearer) ?? bearer),
      bearerId: bearer,
      cap: cap === null ? null : { amount: cap, currency },
      taken: { amount: taken, currency },
    }
  }
  return {
    price: { amount, currency },
    at,
    steps: steps.map(step => ({
      step: step.step,
      label: step.label,
      receiver: names.get(step.receiver) ?? step.receiver,
      receiverId: step.receiver,
      shareBp: step.shareBp,
      amount: { amount: step.amount, currency },
      from: sinceOf(step, about),
      claim: claimOf(step),
    })),
    plan: {
      id: plan.id,
      name: plan.name,
      commissionBp: plan.commissionBp,
      from: plan.term !== null && plan.term.validFrom > plan.validFrom ? plan.term.validFrom : plan.validFrom,
      own: plan.term !== null,
      until: plan.term !== null && inForce(plan.term, at) ? plan.term.validUntil : null,
    },
    rules: { version: rules.version, from: rules.validFrom },
    coming: comingOf(terms.data, shares.owner, at, moment => aboutOf(terms, shares, sale, moment)),
  }
}

/** For a release of a page one may edit, or something else that page sells, by the terms and sheets of now or of `at`. */
export async function previewWaterfall(db: Read, viewer: Viewer, input: Input<'GET /waterfall'>): Promise<Shown> {
  const { amount, currency, provider, page, kind } = input
  const asked = { amount, currency, provider, at: input.at ?? clock.now() }
  if (input.release === undefined) {
    if (page === undefined || kind === undefined) throw fault('invalid', 'invalid', { fields: { release: 'release / page + kind' } })
    if (!(await mayEditPage(db, viewer, page))) throw fault('not_found')
    return previewOf(db, { ...asked, release: null, page, kind })
  }
  const release = await readRelease(db, input.release, viewer.id)
  if (release === undefined || !release.mayEdit) throw fault('not_found')
  if (release.waiting) throw fault('conflict', 'no_split')
  return previewOf(db, { ...asked, release: release.id, page: release.page, kind: kind ?? 'digital' })
}

/** The plans in force now. */
export async function getPlans(db: Read): Promise<Ok<'GET /commission-plans'>> {
  const now = clock.now()
  const { data } = await termsFor(db)
  const current = [...Map.groupBy(data.plans, plan => plan.id).values()].flatMap(
    versions => versions.filter(plan => plan.validFrom <= now).sort((a, b) => +b.validFrom - +a.validFrom)[0] ?? [],
  )
  return {
    items: current.map(({ id, name, category, commissionBp, validFrom }) => ({ id, name, category, commissionBp, from: validFrom })),
  }
}
