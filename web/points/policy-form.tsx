import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { packNameOf, packs } from './packs.ts'
import { Differences, type Values } from './policy-values.tsx'

const numbers = ['raffleMinAge', 'rewardMinAge', 'pointsMostPerDay', 'pointsByHandPerDay', 'lotDays', 'lotGraceDays'] as const
const least: Record<(typeof numbers)[number], readonly [number, number]> = {
  raffleMinAge: [0, 99],
  rewardMinAge: [0, 99],
  pointsMostPerDay: [1, 1_000_000],
  pointsByHandPerDay: [0, 1_000_000],
  lotDays: [30, 1830],
  lotGraceDays: [1, 90],
}

/** A pack, or value by value; another operator decides. */
export function ProposePolicy({ now, onClose }: { now: Values; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const p = t.budget.policy
  const [id] = useState(() => newClientId('prp'))
  const [values, setValues] = useState<Values>(now)
  const [typedRegions, setTypedRegions] = useState(now.regions.join(', '))
  const [reason, setReason] = useState('')
  const name = packNameOf(values)
  const set = (change: Partial<Values>): void => setValues({ ...values, ...change })
  const inRange = numbers.every(key => Number.isInteger(values[key]) && values[key] >= least[key][0] && values[key] <= least[key][1])
  const regions = typedRegions
    .split(/[\s,，、]+/)
    .filter(Boolean)
    .map(code => code.toUpperCase())
  const { realNameFrom } = values
  const namesFit = realNameFrom === null || (Number.isInteger(realNameFrom) && realNameFrom >= 1 && realNameFrom <= 1_000_000)
  const good = inRange && namesFit && regions.every(code => /^[A-Z]{2}$/.test(code)) && reason.trim().length >= 3
  const whole = { ...values, regions: [...new Set(regions)] }
  const send = useMutation({
    mutationFn: () => api('POST /console/policy/changes', { id, values: whole, reason: reason.trim() }),
    onSuccess: () => {
      toast(p.sent, { tone: 'good' })
      onClose()
      return client.invalidateQueries({ queryKey: ['GET /console/policy'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title={p.proposeTitle}
      description={p.packHint[name]}
      footer={
        <Button busy={send.isPending} disabled={!good} onClick={() => send.mutate()}>
          {p.send}
        </Button>
      }
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={p.pack}
          value={name}
          onChange={event => {
            const chosen = event.target.value
            if (chosen !== 'strict' && chosen !== 'standard') return
            setValues(packs[chosen])
            setTypedRegions(packs[chosen].regions.join(', '))
          }}
          options={[
            { value: 'strict', name: p.packs.strict },
            { value: 'standard', name: p.packs.standard },
            ...(name === 'own' ? [{ value: 'own', name: p.packs.own }] : []),
          ]}
        />
        <Select
          label={p.values.raffles}
          value={values.raffles}
          onChange={event => set({ raffles: event.target.value as Values['raffles'] })}
          options={(['never', 'free', 'points'] as const).map(value => ({ value, name: p.raffles[value] }))}
        />
        {numbers.map(key => (
          <Input
            key={key}
            type="number"
            min={least[key][0]}
            max={least[key][1]}
            label={p.values[key]}
            value={Number.isNaN(values[key]) ? '' : String(values[key])}
            onChange={event => set({ [key]: event.target.value === '' ? Number.NaN : Number(event.target.value) })}
          />
        ))}
        <Input
          type="number"
          min={0}
          max={10_000_000}
          label={p.values.rafflePrizeMost}
          suffix={p.prizeHint}
          value={String(values.rafflePrizeMost / 100)}
          onChange={event => set({ rafflePrizeMost: Math.round(Number(event.target.value || '0') * 100) })}
        />
        <Input
          type="number"
          min={1}
          max={1_000_000}
          label={p.values.realNameFrom}
          hint={p.realNameHint}
          value={realNameFrom === null ? '' : String(realNameFrom)}
          onChange={event => set({ realNameFrom: event.target.value === '' ? null : Number(event.target.value) })}
        />
        <Input label={p.values.regions} hint={p.regionsHint} value={typedRegions} onChange={event => setTypedRegions(event.target.value)} />
      </div>
      <Differences from={now} to={whole} />
      <div className="mt-4">
        <TextArea label={p.reason} rows={3} maxLength={1000} value={reason} onChange={event => setReason(event.target.value)} />
      </div>
    </Dialog>
  )
}
