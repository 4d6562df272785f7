import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { parseAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshPoints, type Budget, type Desk } from './budget-data.ts'

/** Money into the budget: by a payment, or from a balance one acts for. */
export function PutIn({ id, desk, budget, onClose }: { id: string; desk: Desk; budget: Budget; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const d = t.budget.desk
  const { currency } = budget.money
  const [funding] = useState(() => newClientId('fnd'))
  const [typed, setTyped] = useState('')
  const [from, setFrom] = useState('')
  const [note, setNote] = useState('')
  const amount = parseAmount(typed, currency)
  const good = amount !== null && BigInt(amount) >= 100n && BigInt(amount) <= 100_000_000n
  const put = useMutation({
    mutationFn: () =>
      api('POST /groups/:id/points/fundings', {
        id,
        funding,
        amount: amount ?? '0',
        ...(from === '' ? {} : { as: from }),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      }),
    onSuccess: async ({ payPath }) => {
      if (payPath !== null) {
        window.location.assign(payPath)
        return
      }
      toast(d.putDone, { tone: 'good' })
      onClose()
      await refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={d.putTitle}
      description={d.putBody}
      footer={
        <Button busy={put.isPending} disabled={!good} onClick={() => put.mutate()}>
          {from === '' ? d.pay : d.putNow}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Input
          label={d.amount}
          inputMode="decimal"
          autoFocus
          value={typed}
          onChange={event => setTyped(event.target.value)}
          error={typed !== '' && !good ? d.amountBad : undefined}
          hint={good ? d.becomes(format.number(Math.floor((Number(amount) / 100) * budget.perUnit))) : undefined}
          suffix={currency}
        />
        <Select
          label={d.from}
          value={from}
          onChange={event => setFrom(event.target.value)}
          options={[
            { value: '', name: d.byPayment },
            ...desk.parties.map(party => ({
              value: party.id,
              name: d.balanceOf(party.name, format.money(party.available)),
              disabled: party.available.amount === '0' || party.available.amount.startsWith('-'),
            })),
          ]}
        />
        <Input label={d.note} optional maxLength={190} value={note} onChange={event => setNote(event.target.value)} />
      </div>
    </Dialog>
  )
}
