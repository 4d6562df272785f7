import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { countries } from '../payouts/countries.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshGoods, type Rate, type Zone } from './queries.ts'

/** A rate as it is typed. */
type RateDraft = {
  id: string
  name: string
  currency: Rate['currency']
  way: Rate['way']
  base: string
  step: string
  stepOf: string
  freeFrom: string
  mostG: string
  minDays: string
  maxDays: string
}
const textOf = (value: number | null): string => (value === null ? '' : String(value))
const draftOf = (rate: Rate | null): RateDraft => ({
  id: rate?.id ?? newClientId('rat'),
  name: rate?.name ?? '',
  currency: rate?.currency ?? 'CNY',
  way: rate?.way ?? 'flat',
  base: rate ? typedAmount({ amount: rate.base, currency: rate.currency }) : '',
  step: rate && rate.step !== '0' ? typedAmount({ amount: rate.step, currency: rate.currency }) : '',
  stepOf: textOf(rate?.stepOf ?? null),
  freeFrom: rate?.freeFrom ? typedAmount({ amount: rate.freeFrom, currency: rate.currency }) : '',
  mostG: textOf(rate?.mostG ?? null),
  minDays: textOf(rate?.minDays ?? null),
  maxDays: textOf(rate?.maxDays ?? null),
})
const whole = (text: string): number | null => (/^\d{1,7}$/.test(text.trim()) ? Number(text.trim()) : null)
const currencies = ['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'TWD', 'SGD', 'KRW', 'JPY'] as const

/** A zone: its places, and the ways of sending there with what they cost. */
export function ZoneEditor({ page, zone, onClose }: { page: string; zone: Zone | null; onClose: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [id] = useState(() => zone?.id ?? newClientId('zon'))
  const [name, setName] = useState(zone?.name ?? '')
  const [world, setWorld] = useState(zone !== null && zone.countries.length === 0)
  const [chosen, setChosen] = useState<readonly string[]>(zone?.countries ?? ['CN'])
  const [regions, setRegions] = useState(zone?.regions.join(', ') ?? '')
  const [rates, setRates] = useState<readonly RateDraft[]>(() => zone?.rates.map(draftOf) ?? [draftOf(null)])
  const known = countries(locale)
  const nameOf = new Map(known.map(one => [one.value, one.name]))
  const save = useMutation({
    mutationFn: () =>
      api('PUT /zones/:id', {
        id,
        page,
        name,
        countries: world ? [] : [...chosen],
        regions:
          world || chosen.length !== 1
            ? []
            : regions
                .split(/[,，;；\n]+/)
                .map(one => one.trim())
                .filter(Boolean),
        rates: rates.map(rate => ({
          id: rate.id,
          name: rate.name,
          currency: rate.currency,
          way: rate.way,
          base: parseAmount(rate.base || '0', rate.currency) ?? '0',
          step: rate.way === 'flat' ? '0' : (parseAmount(rate.step || '0', rate.currency) ?? '0'),
          stepOf: rate.way === 'weight' ? whole(rate.stepOf) : null,
          freeFrom: rate.freeFrom.trim() === '' ? null : parseAmount(rate.freeFrom, rate.currency),
          mostG: whole(rate.mostG),
          minDays: whole(rate.minDays),
          maxDays: whole(rate.maxDays),
        })),
      }),
    onSuccess: async () => {
      toast(t.wares.saved, { tone: 'good' })
      await refreshGoods(client)
      onClose()
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const change = (index: number, to: Partial<RateDraft>) => setRates(rates.map((rate, n) => (n === index ? { ...rate, ...to } : rate)))
  return (
    <Dialog wide open onOpenChange={open => (open ? undefined : onClose())} title={zone?.name ?? w.addZone}>
      <form
        className="flex flex-col gap-5"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          save.mutate()
        }}
      >
        <Input label={w.zoneName} required maxLength={80} value={name} onChange={event => setName(event.target.value)} />
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-sm font-medium">{w.countries}</legend>
          <Checkbox
            label={w.everywhere}
            checked={world}
            onChange={event => setWorld(event.target.checked)}
            error={'countries' in fields ? faultText(t, save.error) : undefined}
          />
          {world ? null : (
            <>
              <ul className="flex flex-wrap gap-2">
                {chosen.map(code => (
                  <li key={code} className="flex items-center gap-1 rounded-full bg-raised py-0.5 pr-0.5 pl-3 text-sm">
                    {nameOf.get(code) ?? code}
                    <IconButton
                      size="sm"
                      icon={X}
                      label={`${t.wares.remove}: ${nameOf.get(code) ?? code}`}
                      onClick={() => setChosen(chosen.filter(one => one !== code))}
                    />
                  </li>
                ))}
              </ul>
              <Select
                label={w.addCountry}
                hideLabel
                value=""
                onChange={event => setChosen([...chosen, event.target.value])}
                options={[{ value: '', name: w.addCountry }, ...known.filter(one => !chosen.includes(one.value))]}
                className="w-60 max-w-full"
              />
              {chosen.length === 1 ? (
                <Input label={w.regions} hint={w.regionsHint} optional value={regions} onChange={event => setRegions(event.target.value)} />
              ) : null}
            </>
          )}
        </fieldset>
        <fieldset className="flex flex-col gap-4">
          <legend className="mb-2 text-sm font-medium">{w.rates}</legend>
          {rates.map((rate, index) => (
            <RateFields
              key={rate.id}
              rate={rate}
              only={rates.length === 1}
              error={Object.keys(fields).some(field => field.startsWith(`rates.${index}.`)) ? faultText(t, save.error) : undefined}
              onChange={to => change(index, to)}
              onRemove={() => setRates(rates.filter(one => one.id !== rate.id))}
            />
          ))}
          {rates.length < 10 ? (
            <Button look="quiet" size="sm" icon={Plus} className="self-start" onClick={() => setRates([...rates, draftOf(null)])}>
              {w.addRate}
            </Button>
          ) : null}
        </fieldset>
        {save.error && Object.keys(fields).length === 0 ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <Button type="submit" busy={save.isPending} disabled={!world && chosen.length === 0}>
          {t.wares.save}
        </Button>
      </form>
    </Dialog>
  )
}

type RateProps = {
  rate: RateDraft
  only: boolean
  error: string | undefined
  onChange: (to: Partial<RateDraft>) => void
  onRemove: () => void
}
function RateFields({ rate, only, error, onChange, onRemove }: RateProps) {
  const w = useWords().dispatch
  const money = (field: 'base' | 'step' | 'freeFrom', label: string, required = false) => (
    <Input
      label={label}
      required={required}
      optional={!required}
      inputMode="decimal"
      value={rate[field]}
      onChange={event => onChange({ [field]: event.target.value })}
      error={rate[field].trim() !== '' && parseAmount(rate[field], rate.currency) === null ? (error ?? ' ') : undefined}
    />
  )
  const number = (field: 'stepOf' | 'mostG' | 'minDays' | 'maxDays', label: string, required = false) => (
    <Input
      label={label}
      required={required}
      optional={!required}
      inputMode="numeric"
      pattern="\d{1,7}"
      value={rate[field]}
      onChange={event => onChange({ [field]: event.target.value })}
    />
  )
  return (
    <div className="flex flex-col gap-3 rounded-md border border-line p-4">
      <div className="flex items-end gap-3">
        <Input
          label={w.rateName}
          required
          maxLength={80}
          value={rate.name}
          onChange={event => onChange({ name: event.target.value })}
          className="min-w-0 flex-1"
        />
        {only ? null : <IconButton icon={X} label={`${w.delete}: ${rate.name}`} onClick={onRemove} />}
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        <Select
          label={w.way}
          value={rate.way}
          onChange={event => onChange({ way: event.target.value as Rate['way'] })}
          options={(['flat', 'pieces', 'weight'] as const).map(value => ({ value, name: w.ways[value] }))}
        />
        <Select
          label={rate.currency}
          hideLabel
          className="justify-end"
          value={rate.currency}
          onChange={event => onChange({ currency: event.target.value as Rate['currency'] })}
          options={currencies.map(value => ({ value, name: value }))}
        />
        {money('base', rate.way === 'flat' ? w.baseFlat : w.base, true)}
        {rate.way === 'flat' ? null : money('step', rate.way === 'weight' ? w.stepWeight : w.step)}
        {rate.way === 'weight' ? number('stepOf', w.stepOf, true) : null}
        {money('freeFrom', w.freeFrom)}
        {number('mostG', w.mostG)}
        {number('minDays', w.minDays)}
        {number('maxDays', w.maxDays)}
      </div>
      {error ? (
        <p role="alert" className="text-sm font-medium text-danger">
          {error}
        </p>
      ) : null}
    </div>
  )
}
