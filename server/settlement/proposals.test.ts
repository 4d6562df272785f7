import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { decide, held, orderIs, place, sell } from '../shop/shop.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks, giveBack } from './index.ts'

type Proposal = {
  id: string
  state: string
  holdsFrom: string | null
  claim: { id: string; parties: { party: string; agreedAt: string | null }[] } | null
  can: { confirm: boolean; withdraw: boolean }
}
type Shown = {
  steps: { step: string; receiver: string; amount: { amount: string }; from: string | null; claim: { taken: { amount: string } } | null }[]
  plan: { id: string; commissionBp: number; own: boolean }
  coming: { at: string; step: string; beforeBp: number | null; afterBp: number | null }[]
}

let planet: TestPlanet
let seller: Person
let singer: Person
let funder: Person
let buyer: Person
let finance: Person
let second: Person
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  ;[seller, singer, funder, buyer] = (await Promise.all(['Seller', 'Singer', 'Funder', 'Buyer'].map(name => planet.signUp(name)))) as [
    Person,
    Person,
    Person,
    Person,
  ]
  finance = await planet.staff('finance')
  second = await planet.staff('finance')
})
afterAll(async () => {
  for (const check of checks) expect([check.name, await check.run(planet.db.read)]).toEqual([check.name, []])
  clock.shift(0)
  await planet.close()
})

const base = '/console/settlement/proposals'
const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'done',
    (error: { status: number; problem: { code: string } }) => `${error.status} ${error.problem.code}`,
  )
const propose = (change: object, more: object = {}, by = finance): Promise<Proposal> =>
  by.call<Proposal>('POST', base, { change, reason: 'A test of it', ...more })
const confirm = (id: string, by = second): Promise<Proposal> =>
  by.call<Proposal>('POST', `${base}/${id}/confirm`, { reason: 'Looked at it' })
let minutes = 0
/** What is confirmed holds a minute later. */
const wait = (): void => clock.shift((minutes += 2) * 60_000)
const preview = (release: string, amount = 10_000, more = ''): Promise<Shown> =>
  seller.call<Shown>('GET', `/waterfall?release=${release}&amount=${amount}${more}`)

/** An album whose master is the seller's and the singer's, 60 : 40, signed by both. */
async function album(price = 10_000n): Promise<{ page: string; release: string; offer: string }> {
  const made = await sell(planet, seller, { price: null })
  const parties = [
    { party: seller.id, role: 'label', shareBp: 6000 },
    { party: singer.id, role: 'vocals', shareBp: 4000 },
  ]
  const sheet = await seller.call<{ id: string; hash: string }>('POST', '/split-sheets', { subject: made.release, kind: 'master', parties })
  await singer.call('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash })
  const offer = await seller.call<{ id: string }>('POST', '/offers', {
    release: made.release,
    pricing: 'fixed',
    price: { amount: price.toString(), currency: 'CNY' },
  })
  return { ...made, offer: offer.id }
}
async function buy(offer: string): Promise<void> {
  const order = await place(buyer, [offer])
  await decide(buyer, order)
  await orderIs(buyer, order.id, 'settled')
}

test('a plan’s new version: proposed by one, confirmed by another, announced to sellers, in force from its day', async () => {
  const { release } = await album()
  const from = new Date(clock.now().getTime() + 30 * 24 * 3600_000)
  const change = { kind: 'plan', plan: 'standard', name: 'Standard', category: 'all', commissionBp: 600, everyone: true }
  expect(await refused(propose(change, {}, buyer))).toBe('403 forbidden')
  expect(await refused(propose(change, { from: new Date(clock.now().getTime() - 1000).toISOString() }))).toBe('422 past_date')
  const id = newId('prp')
  const [first, again] = await Promise.all([
    propose(change, { id, from: from.toISOString() }),
    propose(change, { id, from: from.toISOString() }),
  ])
  expect(first).toEqual(again)
  expect(await refused(propose({ ...change, commissionBp: 1 }, { id, from: from.toISOString() }))).toBe('409 key_reused')
  // Before it is confirmed nothing is announced, and the one who proposed cannot confirm.
  expect((await preview(release)).coming).toEqual([])
  expect(await refused(confirm(id, finance))).toBe('403 four_eyes')
  expect(await refused(confirm(id, seller))).toBe('403 forbidden')
  const third = await planet.staff('operator')
  const answers = await Promise.all([refused(confirm(id)), refused(confirm(id, third))])
  expect(answers.sort()).toEqual(['409 proposal_decided', 'done'])
  expect(await refused(second.call('POST', `${base}/${id}/withdraw`, {}))).toBe('403 forbidden')
  expect(await refused(finance.call('POST', `${base}/${id}/withdraw`, {}))).toBe('409 proposal_decided')
  const shown = await preview(release)
  expect(shown.plan.commissionBp).toBe(500)
  expect(shown.coming).toEqual([{ at: from.toISOString(), step: 'commission', label: 'Standard', beforeBp: 500, afterBp: 600 }])
  expect((await preview(release, 10_000, `&at=${from.toISOString()}`)).plan.commissionBp).toBe(600)
  // Versions stay as they are, whoever asks.
  await expect(planet.db.pool.query('update settlement.commission_plan set commission_bp = 1')).rejects.toThrow('versions stay')
  await expect(planet.db.pool.query('delete from settlement.waterfall_step')).rejects.toThrow('versions stay')
})

test('four eyes and the date are also the database’s', async () => {
  const { id } = await propose({ kind: 'term', seller: seller.id, plan: 'partner' })
  const decideBy = (by: string, holds: string) =>
    planet.db.pool.query(
      `update settlement.proposal set state = 'confirmed', decided_by = $2, decided_at = now(), holds_from = ${holds} where id = $1`,
      [id, by],
    )
  await expect(decideBy(finance.id, 'now()')).rejects.toThrow('proposal_four_eyes')
  await expect(decideBy(second.id, `now() - interval '1 hour'`)).rejects.toThrow('proposal_not_back')
  expect(await refused(finance.call('POST', `${base}/${id}/decline`, { reason: 'No, not so' }))).toBe('403 four_eyes')
  const declined = await second.call<Proposal>('POST', `${base}/${id}/decline`, { reason: 'Not agreed' })
  expect(declined.state).toBe('declined')
  expect((await second.call<Proposal>('POST', `${base}/${id}/decline`, { reason: 'Not agreed' })).state).toBe('declined')
  expect(await refused(confirm(id))).toBe('409 proposal_decided')
})

test('what cannot be is refused before anyone looks at it', async () => {
  const { release } = await album()
  const rules = (...steps: [string, number | null][]) => ({ kind: 'rules', steps: steps.map(([step, rateBp]) => ({ step, rateBp })) })
  expect(await refused(propose(rules(['provider_fee', null], ['commission', null])))).toBe('422 bad_rules')
  expect(await refused(propose(rules(['split', 1500], ['provider_fee', null])))).toBe('422 bad_rules')
  expect(await refused(propose({ kind: 'term', seller: seller.id, plan: 'nothing' }))).toBe('422 no_such_plan')
  expect(await refused(propose({ kind: 'term', seller: newId('org'), plan: 'partner' }))).toBe('422 no_such_party')
  expect(await refused(propose({ kind: 'plan', plan: 'standard', name: 'S', category: 'digital', commissionBp: 1 }))).toBe(
    '422 plan_category_fixed',
  )
  const claim = {
    kind: 'claim',
    claimKind: 'recoupment',
    subject: release,
    name: 'Advance',
    shareBp: 5000,
    currency: 'CNY',
    holders: [{ party: funder.id, units: 1 }],
  }
  expect(await refused(propose({ ...claim, bearer: buyer.id }))).toBe('422 claim_without_bearer')
})

test('taxes: by the seller’s country, out of the price; the preview says so before it is made', async () => {
  const { release, offer } = await album()
  const home = await propose({ kind: 'home', seller: seller.id, country: 'CN' })
  await confirm(home.id)
  const tax = { kind: 'tax', code: 'vat', name: 'VAT', country: 'CN', rateBp: 600 }
  wait()
  const tried = await finance.call<{ before: Shown; after: Shown }>('POST', '/console/settlement/preview', {
    change: tax,
    release,
    amount: '10000',
  })
  expect(tried.before.steps.map(step => step.step)).not.toContain('tax:vat')
  expect(tried.after.steps.find(step => step.step === 'tax:vat')).toMatchObject({ amount: { amount: '563' } })
  expect((await preview(release)).steps.map(step => step.step)).not.toContain('tax:vat')
  await confirm((await propose(tax)).id)
  wait()
  const shown = await preview(release)
  expect(shown.steps.find(step => step.step === 'tax:vat')).toMatchObject({ amount: { amount: '563' }, receiver: 'tax:vat' })
  await buy(offer)
  expect(await held(planet, 'tax:vat', 'payable')).toBe(563n)
  // A rate of 0 for one seller exempts them.
  await confirm((await propose({ ...tax, country: null, seller: seller.id, rateBp: 0 })).id)
  wait()
  expect((await preview(release)).steps.map(step => step.step)).not.toContain('tax:vat')
})

test('an advance is recouped out of the singer’s part alone, up to its cap; a refund gives back', async () => {
  const { release } = await album()
  const proposal = await propose({
    kind: 'claim',
    claimKind: 'recoupment',
    subject: release,
    name: 'Advance of spring',
    bearer: singer.id,
    shareBp: 5000,
    currency: 'CNY',
    cap: '2500',
    holders: [{ party: funder.id, units: 1 }],
  })
  const claim = proposal.claim!.id
  expect(proposal.claim!.parties).toEqual([{ party: singer.id, name: 'Singer', agreedAt: null }])
  expect(await refused(confirm(proposal.id))).toBe('409 claim_not_agreed')
  expect(await refused(buyer.call('POST', `/claims/${claim}/agree`, {}))).toBe('404 not_found')
  expect(await refused(funder.call('POST', `/claims/${claim}/agree`, {}))).toBe('403 not_a_party')
  expect((await singer.call<{ items: { id: string; can: { agree: string[] } }[] }>('GET', '/me/claims')).items).toMatchObject([
    { id: claim, can: { agree: [singer.id] } },
  ])
  await Promise.all([1, 2].map(() => singer.call('POST', `/claims/${claim}/agree`, {})))
  await confirm(proposal.id)
  expect((await preview(release)).coming).toMatchObject([
    { step: `recoupment:${claim}`, beforeBp: null, afterBp: 5000 },
    { step: 'commission' },
  ])
  wait()
  // 10,000 − 60 − 497 (5 %) = 9,443; the singer's 40 % = 3,777; half of it, half up.
  const step = (await preview(release)).steps.find(one => one.step === `recoupment:${claim}`)
  expect(step).toMatchObject({ amount: { amount: '1889' }, receiver: 'Funder' })
  const offer = (await seller.call<{ items: { id: string; release: { id: string } }[] }>('GET', '/me/offers')).items.find(
    one => one.release.id === release,
  )!.id
  const before = await held(planet, singer.id, 'available')
  await buy(offer)
  expect(await held(planet, funder.id, 'available')).toBe(1889n)
  expect((await held(planet, singer.id, 'available')) - before).toBe(1888n)
  const other = await planet.signUp('Second buyer')
  const order = await place(other, [offer])
  await decide(other, order)
  await orderIs(other, order.id, 'settled')
  // Only what is left of the cap.
  expect(await held(planet, funder.id, 'available')).toBe(2500n)
  expect((await held(planet, singer.id, 'available')) - before).toBe(1888n + 3777n - 611n)
  expect((await preview(release)).steps.map(one => one.step)).not.toContain(`recoupment:${claim}`)
  await expect(planet.db.pool.query('update settlement.claim set taken = taken + 1 where id = $1', [claim])).rejects.toThrow('claim_cap')
  await planet.db.transaction(tx => giveBack(tx, [{ claim, amount: 1000n, cause: 'refund:test' }]))
  expect((await preview(release)).steps.find(one => one.step === `recoupment:${claim}`)).toMatchObject({ amount: { amount: '1000' } })
  await expect(planet.db.transaction(tx => giveBack(tx, [{ claim, amount: 1501n }]))).rejects.toThrow('claim_cap')
  // Ended, it takes no more.
  await confirm((await propose({ kind: 'claim_end', claim })).id)
  wait()
  expect((await preview(release)).steps.map(one => one.step)).not.toContain(`recoupment:${claim}`)
})

test('backers out of the whole: only when everyone who shares agreed', async () => {
  const { release, page } = await album()
  const backers = [buyer, funder].map(({ id }, index) => ({ party: id, units: index + 1 }))
  const proposal = await propose({
    kind: 'claim',
    claimKind: 'backers',
    subject: page,
    name: 'Backers of the page',
    shareBp: 3000,
    currency: 'CNY',
    holders: backers,
  })
  const claim = proposal.claim!.id
  expect(proposal.claim!.parties.map(one => one.party)).toEqual([seller.id, singer.id].sort())
  await seller.call('POST', `/claims/${claim}/agree`, {})
  expect(await refused(confirm(proposal.id))).toBe('409 claim_not_agreed')
  await singer.call('POST', `/claims/${claim}/agree`, {})
  expect((await confirm(proposal.id)).state).toBe('confirmed')
  wait()
  // 9,443 × 30 % = 2,832.9: 944.3 and 1,888.7 by units 1 : 2.
  const parts = (await preview(release)).steps.filter(step => step.step === `backers:${claim}`)
  expect(parts.map(step => step.amount.amount).sort()).toEqual(['1889', '944'])
  // Someone new shares in a track: without their word nothing is taken of the whole.
  const sheet = await seller.call<{ id: string; hash: string }>('POST', '/split-sheets', {
    subject: release,
    kind: 'master',
    parties: [
      { party: seller.id, role: 'label', shareBp: 5000 },
      { party: buyer.id, role: 'bass', shareBp: 5000 },
    ],
  })
  await buyer.call('POST', `/split-sheets/${sheet.id}/sign`, { hash: sheet.hash })
  expect((await preview(release)).steps.map(step => step.step)).not.toContain(`backers:${claim}`)
})
