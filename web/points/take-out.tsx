import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { parseAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshPoints, type Budget, type Desk } from './budget-data.ts'

/** Money out of the budget again, to a balance whose money it was; with what is there before and after. */
export function TakeOut({ id, desk, budget, onClose }: { id: string; desk: Desk; budget: Budget; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const d = t.budget.desk
  const { currency } = budget.money
  const [taking] = useState(() => newClientId('wdr'))
  const may = desk.parties.filter(party => BigInt(party.most.amount) > 0n)
  const [to, setTo] = useState(may[0]?.id ?? '')
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const most = may.find(party => party.id === to)?.most ?? { amount: '0', currency }
  const amount = parseAmount(typed, currency)
  const good = amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(most.amount)
  const take = useMutation({
    mutationFn: () => api('POST /groups/:id/points/taken-out', { id, taking, amount: amount ?? '0', as: to, reason: reason.trim() }),
    onSuccess: async () => {
      toast(d.takeDone, { tone: 'good' })
      onClose()
      await refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const after = good ? { amount: String(BigInt(budget.money.amount) - BigInt(amount)), currency } : null
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={d.takeTitle}
      description={d.takeBody}
      footer={
        <Button busy={take.isPending} disabled={!good || reason.trim().length < 3} onClick={() => take.mutate()}>
          {d.takeNow}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Select
          label={d.takeTo}
          value={to}
          onChange={event => setTo(event.target.value)}
          options={may.map(party => ({ value: party.id, name: d.mostOf(party.name, format.money(party.most)) }))}
        />
        <Input
          label={d.amount}
          inputMode="decimal"
          autoFocus
          value={typed}
          onChange={event => setTyped(event.target.value)}
          error={typed !== '' && !good ? d.takeAmountBad(format.money(most)) : undefined}
          hint={after === null ? undefined : d.beforeAfter(format.money(budget.money), format.money(after))}
          suffix={currency}
        />
        <Input label={d.takeWhy} required minLength={3} maxLength={190} value={reason} onChange={event => setReason(event.target.value)} />
      </div>
    </Dialog>
  )
}

/** What was taken out: to whom, by whom, why, and what was there before and after. */
export function TakenOut({ rows }: { rows: Desk['takenOut'] }) {
  const t = useWords()
  const format = useFormat()
  const d = t.budget.desk
  return (
    <Panel title={d.takenOut}>
      <ul className="-my-3 divide-y divide-line">
        {rows.map(row => (
          <li key={row.id} className="flex items-start justify-between gap-4 py-3">
            <span className="min-w-0">
              <span className="block font-medium [overflow-wrap:anywhere]">{row.reason}</span>
              <span className="block text-xs text-muted">
                <When at={row.at} show="dateTime" /> · {row.party.name}
                {row.by.id === row.party.id ? '' : ` · ${row.by.name}`}
              </span>
              <span className="tabular block text-xs text-muted">{d.beforeAfter(format.money(row.before), format.money(row.after))}</span>
            </span>
            <Money value={row.amount} className="shrink-0 font-medium" />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
