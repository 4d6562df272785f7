import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type Rules = Ok<'GET /console/partner-rule'>
const rulesQuery = () => read('GET /console/partner-rule')

/** From when shops may ask for partner terms: what holds, another rule with who could ask by it, and what held before. */
export function PartnerRule() {
  const { data, error, isPending, refetch } = useQuery(rulesQuery())
  const [editing, setEditing] = useState(false)
  const t = useWords()
  const w = t.shopkeeping.rule
  const say = useRuleText()
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows />
  const { rule, past, plans } = data
  return (
    <Panel
      title={w.title}
      className="mb-6 max-w-4xl"
      action={
        editing ? null : (
          <Button size="sm" look="quiet" onClick={() => setEditing(true)}>
            {t.common.edit}
          </Button>
        )
      }
    >
      <p>{rule === null ? w.none : say(rule, plans)}</p>
      {editing ? <RuleForm key={rule?.since ?? ''} rules={data} onClose={() => setEditing(false)} /> : null}
      {past.length > 0 || rule?.by ? (
        <details className="mt-3 text-sm text-muted">
          <summary className="cursor-pointer font-medium hover:text-ink">{w.past}</summary>
          <ul className="mt-2 flex flex-col gap-1.5">
            {(rule === null ? past : [rule, ...past]).map(one => (
              <Version key={one.since} rule={one} plans={plans} />
            ))}
          </ul>
        </details>
      ) : null}
    </Panel>
  )
}

function useRuleText() {
  const t = useWords()
  const w = t.shopkeeping.rule
  const format = useFormat()
  return (rule: NonNullable<Rules['rule']>, plans: Rules['plans']): string => {
    const plan = plans.find(one => one.id === rule.plan)
    return w.says(
      format.number(rule.months),
      format.money(rule.turnover),
      plan ? `${plan.name} (${format.percent(plan.commissionBp / 10_000)})` : rule.plan,
      rule.termMonths === null ? w.open : w.term(format.number(rule.termMonths)),
    )
  }
}

function Version({ rule, plans }: { rule: NonNullable<Rules['rule']>; plans: Rules['plans'] }) {
  const format = useFormat()
  const say = useRuleText()
  return (
    <li className="[overflow-wrap:anywhere]">
      <span className="tabular">{format.date(rule.since)}</span> · {say(rule, plans)}
      {rule.by ? ` · ${rule.by}` : ''}
      {rule.reason ? ` · ${rule.reason}` : ''}
    </li>
  )
}

function RuleForm({ rules: { rule, plans }, onClose }: { rules: Rules; onClose: () => void }) {
  const t = useWords()
  const w = t.shopkeeping.rule
  const format = useFormat()
  const client = useQueryClient()
  const currency = rule?.turnover.currency ?? 'CNY'
  const [draft, setDraft] = useState(() => ({
    plan: rule?.plan ?? plans[0]?.id ?? '',
    months: String(rule?.months ?? 6),
    turnover: rule === null ? '' : typedAmount(rule.turnover),
    term: rule?.termMonths == null ? '' : String(rule.termMonths),
    reason: '',
  }))
  const set = (change: Partial<typeof draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const whole = (typed: string, least: number, most: number): number | null => {
    const value = Number(typed)
    return typed.trim() !== '' && Number.isInteger(value) && value >= least && value <= most ? value : null
  }
  const months = whole(draft.months, 0, 60)
  const turnover = parseAmount(draft.turnover.trim() === '' ? '0' : draft.turnover, currency)
  const term = draft.term.trim() === '' ? null : whole(draft.term, 1, 120)
  const fits = months !== null && turnover !== null && (draft.term.trim() === '' || term !== null)
  const look = useQuery({
    ...read('GET /console/partner-rule/preview', { months: months ?? 0, turnover: turnover ?? '0', currency }),
    enabled: fits,
    placeholderData: keepPreviousData,
  })
  // One id for what is said: pressed twice it is one version, said otherwise it is another.
  const said = JSON.stringify(draft)
  const [key, setKey] = useState({ said, id: newClientId('ptr') })
  const save = useMutation({
    mutationFn: () => {
      const id = key.said === said ? key.id : newClientId('ptr')
      setKey({ said, id })
      return api('PUT /console/partner-rule/:id', {
        id,
        since: rule?.since ?? null,
        plan: draft.plan,
        months: months!,
        turnover: turnover!,
        currency,
        termMonths: term,
        reason: draft.reason.trim(),
      })
    },
    onSuccess: async () => {
      toast(w.saved, { tone: 'good' })
      onClose()
      await client.invalidateQueries({ predicate: ({ queryKey }) => /partner-rule|selling-terms/.test(String(queryKey[0])) })
    },
    onError: () => void client.invalidateQueries({ queryKey: rulesQuery().queryKey }),
  })
  return (
    <form
      className="mt-4 flex flex-col gap-4 border-t border-line pt-4"
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Input
          label={w.months}
          type="number"
          min={0}
          max={60}
          required
          value={draft.months}
          onChange={event => set({ months: event.target.value })}
        />
        <Input
          label={w.turnover}
          inputMode="decimal"
          suffix={currency}
          value={draft.turnover}
          onChange={event => set({ turnover: event.target.value })}
        />
        <Select
          label={w.plan}
          value={draft.plan}
          onChange={event => set({ plan: event.target.value })}
          options={plans.map(plan => ({ value: plan.id, name: `${plan.name} · ${format.percent(plan.commissionBp / 10_000)}` }))}
        />
        <Input
          label={w.termMonths}
          optional
          type="number"
          min={1}
          max={120}
          hint={w.termHint}
          value={draft.term}
          onChange={event => set({ term: event.target.value })}
        />
      </div>
      {fits && look.data ? (
        <div role="status" className="rounded-md bg-raised px-4 py-3 text-sm">
          <p className="tabular font-semibold">
            {w.preview(format.number(look.data.would), format.number(look.data.shops), format.number(look.data.now))}
          </p>
          {look.data.new.length > 0 ? (
            <p className="mt-1 text-muted [overflow-wrap:anywhere]">{w.fresh(look.data.new.map(shop => shop.name).join('、'))}</p>
          ) : null}
          <p className="mt-1 text-muted">{w.four}</p>
        </div>
      ) : null}
      <Input
        label={w.reason}
        required
        minLength={3}
        maxLength={1000}
        value={draft.reason}
        onChange={event => set({ reason: event.target.value })}
      />
      {save.error ? (
        <p role="alert" className="text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={save.isPending} disabled={!fits || draft.plan === '' || draft.reason.trim().length < 3}>
          {w.set}
        </Button>
        <Button look="quiet" onClick={onClose}>
          {t.common.cancel}
        </Button>
      </div>
    </form>
  )
}
