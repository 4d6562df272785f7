import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { currencyScale } from '../../shared/currencies.ts'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { PickThings } from '../storefront/desk-pick.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { draftOf, givenOf, kinds, type Draft } from './draft.ts'
import { refreshCoupons, type Coupon } from './queries.ts'

/** Makes or changes a coupon; keeps what was typed when something is refused. */
export function Editor({
  page,
  usual,
  coupon,
  onClose,
}: {
  page: string
  /** The money the page sells in: of a new one. */
  usual: Coupon['currency']
  coupon: Coupon | null
  onClose: () => void
}) {
  const t = useWords()
  const d = t.offering.coupons
  const client = useQueryClient()
  const [id] = useState(() => coupon?.id ?? newClientId('cpn'))
  const [draft, setDraft] = useState(() => draftOf(coupon, usual))
  const [picking, setPicking] = useState(false)
  const fixed = coupon !== null && coupon.used > 0
  const save = useMutation({
    mutationFn: () => api('PUT /coupons/:id', { id, page, ...givenOf(draft) }),
    onSuccess: async () => {
      toast(d.saved, { tone: 'good' })
      await refreshCoupons(client)
      onClose()
    },
  })
  const set = (change: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wrong = (field: string): string | undefined => (field in fields ? faultText(t, save.error) : undefined)
  const text = (field: keyof Draft) => ({
    value: draft[field] as string,
    error: wrong(field),
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  })
  return (
    <Panel title={coupon === null ? d.add : d.edit} {...(fixed ? { note: d.fixed } : {})}>
      <form
        className="flex max-w-3xl flex-col gap-5"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Checkbox
          label={d.automatic}
          hint={d.automaticHint}
          checked={draft.how === 'automatic'}
          disabled={coupon !== null && (fixed || coupon.codes > 0)}
          // Once for each, unless a code: what applies by itself is for every order.
          onChange={event => set(event.target.checked ? { how: 'automatic', eachMost: '' } : { how: 'one', eachMost: '1' })}
        />
        <Input label={draft.how === 'automatic' ? d.shownName : d.name} required maxLength={120} {...text('name')} />
        {draft.how === 'automatic' ? null : (
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={d.how}
              disabled={coupon !== null && (fixed || coupon.codes > 0)}
              {...text('how')}
              options={[
                { value: 'one', name: d.oneCode },
                { value: 'series', name: d.series },
              ]}
            />
            {draft.how === 'one' ? (
              <Input
                label={d.code}
                required
                maxLength={40}
                hint={d.codeHint}
                autoCapitalize="characters"
                spellCheck={false}
                {...text('code')}
                onChange={event => set({ code: event.target.value.toUpperCase().replaceAll(/[^0-9A-Z-]/g, '') })}
              />
            ) : null}
          </div>
        )}
        <fieldset disabled={fixed} className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          <Select
            label={d.off}
            {...text('off')}
            options={[
              { value: 'percent', name: d.percent },
              { value: 'amount', name: d.amount },
            ]}
          />
          {draft.off === 'percent' ? (
            <>
              <Input
                label={d.percent}
                required
                type="number"
                min={0.01}
                max={100}
                step="0.01"
                {...text('percent')}
                error={wrong('percentBp')}
              />
              <Input label={d.mostOff} optional inputMode="decimal" suffix={draft.currency} {...text('mostOff')} />
            </>
          ) : (
            <Input label={d.amount} required inputMode="decimal" suffix={draft.currency} {...text('amount')} />
          )}
          <Select label={d.currency} {...text('currency')} options={Object.keys(currencyScale).map(value => ({ value, name: value }))} />
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-3">
          <Input label={d.least} optional inputMode="decimal" suffix={draft.currency} {...text('least')} />
          <Input label={d.usesMost} type="number" min={1} hint={d.any} {...text('usesMost')} />
          <Input label={d.eachMost} type="number" min={1} hint={d.any} {...text('eachMost')} />
        </div>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{d.on}</legend>
          <div className="flex flex-wrap gap-2">
            {(['all', 'kinds', 'offers'] as const).map(on => (
              <label
                key={on}
                className={cx(
                  'cursor-pointer rounded-full border px-3.5 py-1.5 text-sm focus-within:outline-2 focus-within:outline-focus',
                  draft.on === on ? 'border-accent-mark bg-accent-soft font-semibold' : 'border-line hover:bg-raised',
                )}
              >
                <input type="radio" name="on" checked={draft.on === on} onChange={() => set({ on })} className="sr-only" />
                {d[on]}
              </label>
            ))}
          </div>
          {draft.on === 'kinds' ? (
            <div className="mt-3 grid grid-cols-2 gap-2 sm:grid-cols-4">
              {kinds.map(kind => (
                <Checkbox
                  key={kind}
                  label={d.kind[kind]}
                  checked={draft.kinds.includes(kind)}
                  onChange={event =>
                    set({ kinds: event.target.checked ? [...draft.kinds, kind] : draft.kinds.filter(one => one !== kind) })
                  }
                />
              ))}
            </div>
          ) : null}
          {draft.on === 'offers' ? (
            <div className="mt-3 flex flex-wrap items-center gap-2">
              {draft.offers.map(one => (
                <span key={one.id} className="flex min-w-0 items-center gap-1 rounded-full bg-raised py-1 pr-1 pl-3 text-sm">
                  <span className="min-w-0 truncate">{one.title}</span>
                  <IconButton
                    icon={X}
                    size="sm"
                    label={`${t.common.remove} ${one.title}`}
                    onClick={() => set({ offers: draft.offers.filter(other => other.id !== one.id) })}
                  />
                </span>
              ))}
              <Button look="quiet" size="sm" icon={Plus} onClick={() => setPicking(true)}>
                {t.shopkeeping.shop.pick}
              </Button>
              <p className="w-full text-xs text-muted">{d.offersHint}</p>
            </div>
          ) : null}
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label={d.opensAt} optional type="datetime-local" {...text('opensAt')} />
          <Input label={d.closesAt} optional type="datetime-local" {...text('closesAt')} />
        </div>
        <div className="flex flex-col gap-2.5">
          <Checkbox label={d.firstOnly} checked={draft.firstOnly} onChange={event => set({ firstOnly: event.target.checked })} />
          <Checkbox label={d.membersOnly} checked={draft.membersOnly} onChange={event => set({ membersOnly: event.target.checked })} />
          <Checkbox label={d.stacks} checked={draft.stacks} onChange={event => set({ stacks: event.target.checked })} />
        </div>
        {save.error ? (
          <p role="alert" className="text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={save.isPending} disabled={draft.on !== 'all' && draft[draft.on].length === 0}>
            {t.common.save}
          </Button>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
        </div>
      </form>
      {picking ? (
        <PickThings
          page={page}
          chosen={draft.offers}
          onClose={() => setPicking(false)}
          onChoose={things => {
            set({ offers: things.map(({ id, title }) => ({ id, title })) })
            setPicking(false)
          }}
        />
      ) : null}
    </Panel>
  )
}
