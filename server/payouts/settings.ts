/** What finance sets: the least that is paid out, how long a new account cools, what is withheld. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { basisPointsOf, type Currency } from '../../shared/money.ts'
import type { payouts } from '../../shared/payouts.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { usualCoolingDays, usualThresholds } from './policy.ts'
import { insertDecision, type Debtor } from './store.ts'
import { insertTaxRule, lockParty, taxRules, type TaxProfile, type TaxRuleRow } from './store-methods.ts'

type Entries = typeof payouts.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const name = 'payouts'
type Stored = { thresholds?: Partial<Record<Currency, string>>; coolingDays?: number }
export type Settings = { threshold: (currency: string) => bigint; coolingDays: number }

export async function settingsOf(db: Read | Tx): Promise<Settings> {
  const stored = (await readSetting<Stored>(db, name)) ?? {}
  return {
    threshold: code => BigInt(stored.thresholds?.[code as Currency] ?? usualThresholds[code as Currency] ?? 1n),
    coolingDays: stored.coolingDays ?? usualCoolingDays,
  }
}

/** What is withheld of an amount by these rules; nothing without a profile or a rule for it. */
export function withheldOf(
  amount: bigint,
  profile: TaxProfile | undefined,
  rules: readonly TaxRuleRow[],
): { withheld: bigint; taxCode: string | null } {
  const rule = profile && rules.find(one => one.country === profile.country && one.kind === profile.kind)
  const withheld = rule === undefined ? 0n : basisPointsOf(amount, rule.rateBp)
  return withheld === 0n || withheld >= amount ? { withheld: 0n, taxCode: null } : { withheld, taxCode: rule!.code }
}

/** Who pays, as the bank knows it. */
export const readDebtor = (db: Read | Tx): Promise<Debtor | undefined> => readSetting<Debtor>(db, 'payouts.debtor')

export async function getSettings(db: Read): Promise<Ok<'GET /console/payout-settings'>> {
  const settings = await settingsOf(db)
  return {
    thresholds: (Object.keys(usualThresholds) as Currency[]).map(currency => ({ amount: settings.threshold(currency), currency })),
    coolingDays: settings.coolingDays,
    debtor: (await readDebtor(db)) ?? null,
    taxRules: await taxRules(db, clock.now()),
  }
}

export async function changeSettings(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /console/payout-settings'>,
): Promise<Ok<'PUT /console/payout-settings'>> {
  const at = clock.now()
  const { threshold, coolingDays, debtor, taxRule, reason } = input
  if (threshold !== undefined && threshold.amount < 1n) throw fault('invalid', 'invalid', { fields: { threshold: 'threshold' } })
  await lockParty(tx, name)
  const stored = (await readSetting<Stored>(tx, name)) ?? {}
  await writeSetting(tx, name, {
    thresholds: { ...stored.thresholds, ...(threshold === undefined ? {} : { [threshold.currency]: String(threshold.amount) }) },
    coolingDays: coolingDays ?? stored.coolingDays ?? usualCoolingDays,
  })
  if (debtor !== undefined) await writeSetting(tx, 'payouts.debtor', debtor)
  if (taxRule !== undefined) await insertTaxRule(tx, { ...taxRule, from: at }, viewer.id)
  const parts = [
    threshold === undefined ? '' : `threshold:${threshold.currency}:${threshold.amount}`,
    coolingDays === undefined ? '' : `cooling:${coolingDays}`,
    debtor === undefined ? '' : 'debtor',
    taxRule === undefined ? '' : `tax:${taxRule.country}:${taxRule.kind}:${taxRule.rateBp}`,
  ]
  await insertDecision(tx, { subject: 'settings', act: parts.filter(part => part !== '').join(' ') || 'none', reason, by: viewer.id, at })
  return { ok: true }
}
