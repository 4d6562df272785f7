import type { Ok } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { policyKeys } from './packs.ts'

export type Values = Ok<'GET /policy'>['policy']
/** How a value reads. */
export function useValueText(): (key: keyof Values, values: Values) => string {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const p = t.budget.policy
  const regions = new Intl.DisplayNames([locale === 'zh' ? 'zh-CN' : 'en'], { type: 'region' })
  return (key, values) => {
    const value = values[key]
    if (value === 'never' && key !== 'raffles') return p.never
    if (key === 'raffles') return p.raffles[values.raffles]
    if (key === 'regions')
      return values.regions.length === 0 ? p.anywhere : format.list(values.regions.map(code => regions.of(code) ?? code))
    if (key === 'rafflePrizeMost') return format.money({ amount: String(value), currency: 'CNY' })
    if ((key === 'raffleMinAge' || key === 'rewardMinAge') && value === 0) return p.anyAge
    if (value === null) return p.notAsked
    return format.number(Number(value))
  }
}

/** What would be otherwise. */
export function Differences({ from, to }: { from: Values; to: Values }) {
  const t = useWords()
  const text = useValueText()
  const different = policyKeys.filter(key => JSON.stringify(from[key]) !== JSON.stringify(to[key]))
  if (different.length === 0) return null
  return (
    <ul className="mt-3 flex flex-col gap-1 border-t border-line pt-3 text-sm" aria-label={t.budget.policy.changes}>
      {different.map(key => (
        <li key={key} className="flex flex-wrap justify-between gap-x-4">
          <span className="text-muted">{t.budget.policy.values[key]}</span>
          <span className="tabular">
            <s className="text-muted">{text(key, from)}</s> → <strong className="font-semibold">{text(key, to)}</strong>
          </span>
        </li>
      ))}
    </ul>
  )
}
