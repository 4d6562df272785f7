import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Globe2, Pencil, Plus, Trash2, Truck } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { countries } from '../payouts/countries.ts'
import { placeLines } from '../shipping/queries.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshGoods, shippingQuery, type Rate, type Shipping, type Zone } from './queries.ts'
import { ZoneEditor } from './zone-editor.tsx'

type Settings = Shipping['settings']
type Place = NonNullable<Settings['returnAddress']>

/** Where a page sends to, for how much, and what it says of sending and taking back. */
export function ShippingPart({ page }: { page: string }) {
  const t = useWords()
  const w = t.dispatch
  const { data, error, isPending, refetch } = useQuery(shippingQuery(page))
  const [editing, setEditing] = useState<Zone | 'new' | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_360px]">
      <Panel
        title={w.zones}
        note={w.zonesBody}
        action={
          <Button size="sm" icon={Plus} onClick={() => setEditing('new')}>
            {w.addZone}
          </Button>
        }
      >
        {data.zones.length === 0 ? (
          <EmptyState icon={Truck} title={w.noZone} compact>
            {w.noZoneBody}
          </EmptyState>
        ) : (
          <ul className="flex flex-col divide-y divide-line">
            {data.zones.map(zone => (
              <ZoneRow key={zone.id} zone={zone} onEdit={() => setEditing(zone)} />
            ))}
          </ul>
        )}
      </Panel>
      <Promises page={page} settings={data.settings} />
      {editing ? <ZoneEditor page={page} zone={editing === 'new' ? null : editing} onClose={() => setEditing(null)} /> : null}
    </div>
  )
}

function useCountryNames(): (code: string) => string {
  const { locale } = useLanguage()
  const names = new Map(countries(locale).map(one => [one.value, one.name]))
  return code => names.get(code) ?? code
}

function RateText({ rate }: { rate: Rate }) {
  const t = useWords()
  const w = t.dispatch
  const format = useFormat()
  const money = (amount: string) => format.money({ amount, currency: rate.currency })
  const parts = [
    rate.base === '0' && rate.step === '0' ? w.free : money(rate.base),
    rate.way === 'pieces' && rate.step !== '0' ? w.perPiece(money(rate.step)) : null,
    rate.way === 'weight' && rate.stepOf !== null ? w.perGrams(money(rate.step), format.number(rate.stepOf)) : null,
    rate.freeFrom === null ? null : w.freeOver(money(rate.freeFrom)),
    rate.minDays !== null && rate.maxDays !== null ? w.days(String(rate.minDays), String(rate.maxDays)) : null,
  ]
  return (
    <li className="flex flex-wrap gap-x-3 text-sm">
      <span className="font-medium">{rate.name}</span>
      <span className="tabular text-muted">{parts.filter(Boolean).join(' · ')}</span>
    </li>
  )
}

function ZoneRow({ zone, onEdit }: { zone: Zone; onEdit: () => void }) {
  const t = useWords()
  const w = t.dispatch
  const client = useQueryClient()
  const country = useCountryNames()
  const [asking, setAsking] = useState(false)
  const drop = useMutation({
    mutationFn: () => api('DELETE /zones/:id', { id: zone.id }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshGoods(client),
  })
  const where = zone.countries.length === 0 ? w.everywhere : zone.countries.map(country).join(', ')
  return (
    <li className="flex items-start gap-3 py-4 first:pt-0 last:pb-0">
      <Globe2 size={20} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{zone.name}</p>
        <p className="text-sm text-muted [overflow-wrap:anywhere]">
          {where}
          {zone.regions.length > 0 ? `: ${zone.regions.join(', ')}` : ''}
        </p>
        <ul className="mt-2 flex flex-col gap-1">
          {zone.rates.map(rate => (
            <RateText key={rate.id} rate={rate} />
          ))}
        </ul>
      </div>
      <IconButton icon={Pencil} size="sm" label={`${w.edit}: ${zone.name}`} onClick={onEdit} />
      <IconButton icon={Trash2} size="sm" label={`${w.delete}: ${zone.name}`} onClick={() => setAsking(true)} />
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={w.deleteZone(zone.name)}
        body={w.deleteZoneBody}
        action={w.delete}
        onConfirm={() =>
          drop.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </li>
  )
}

/** What a page promises: until when it sends, until when and where to one sends back. */
function Promises({ page, settings }: { page: string; settings: Settings }) {
  const t = useWords()
  const w = t.dispatch
  const client = useQueryClient()
  const [draft, setDraft] = useState(settings)
  const [placing, setPlacing] = useState(false)
  const save = useMutation({
    mutationFn: (given: Settings) => api('PUT /pages/:page/shipping', { page, ...given }),
    onSuccess: async saved => {
      toast(t.wares.saved, { tone: 'good' })
      setDraft(saved)
      await refreshGoods(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const number = (field: 'handlingDays' | 'returnDays' | 'lowAt', most: number, hint?: string) => (
    <Input
      label={w[field]}
      hint={hint}
      type="number"
      min={0}
      max={most}
      required
      value={draft[field]}
      onChange={event => setDraft({ ...draft, [field]: Math.min(most, Math.max(0, Math.floor(Number(event.target.value) || 0))) })}
    />
  )
  return (
    <Panel title={w.promise}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          save.mutate(draft)
        }}
      >
        {number('handlingDays', 60)}
        {number('returnDays', 365, w.returnDaysHint)}
        <Select
          label={w.returnPaidBy}
          value={draft.returnPaidBy}
          onChange={event => setDraft({ ...draft, returnPaidBy: event.target.value as Settings['returnPaidBy'] })}
          options={(['buyer', 'seller'] as const).map(value => ({ value, name: w.payers[value] }))}
        />
        <div className="flex flex-col gap-2">
          <p className="text-sm font-medium">{w.returnAddress}</p>
          {draft.returnAddress ? (
            <p className="rounded-md bg-raised px-4 py-3 text-sm">
              {placeLines(draft.returnAddress).map(line => (
                <span key={line} className="block [overflow-wrap:anywhere]">
                  {line}
                </span>
              ))}
            </p>
          ) : (
            <p className="text-sm text-muted">{w.noReturnAddress}</p>
          )}
          <Button look="quiet" size="sm" className="self-start" onClick={() => setPlacing(true)}>
            {draft.returnAddress ? w.edit : w.setReturnAddress}
          </Button>
        </div>
        {number('lowAt', 1000)}
        <Button type="submit" busy={save.isPending} className="self-start">
          {t.wares.save}
        </Button>
      </form>
      {placing ? (
        <PlaceDialog
          place={draft.returnAddress}
          onClose={() => setPlacing(false)}
          onDone={returnAddress => {
            setPlacing(false)
            setDraft({ ...draft, returnAddress })
            save.mutate({ ...draft, returnAddress })
          }}
        />
      ) : null}
    </Panel>
  )
}

const empty: Place = { name: '', phone: '', country: 'CN', region: '', city: '', line: '', postcode: '' }
function PlaceDialog({ place, onClose, onDone }: { place: Place | null; onClose: () => void; onDone: (place: Place) => void }) {
  const t = useWords()
  const s = t.shipping
  const { locale } = useLanguage()
  const [draft, setDraft] = useState(place ?? empty)
  const wired = (field: Exclude<keyof Place, 'country'>) => ({
    label: s[field],
    value: draft[field],
    onChange: (event: { target: { value: string } }) => setDraft({ ...draft, [field]: event.target.value }),
  })
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={t.dispatch.returnAddress}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          event.stopPropagation()
          onDone(draft)
        }}
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <Input {...wired('name')} required maxLength={80} />
          <Input {...wired('phone')} required maxLength={25} type="tel" pattern="\+?[0-9][0-9 \-]{4,24}" />
        </div>
        <Select
          label={s.country}
          value={draft.country}
          onChange={event => setDraft({ ...draft, country: event.target.value })}
          options={countries(locale)}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Input {...wired('region')} optional maxLength={80} />
          <Input {...wired('city')} required maxLength={80} />
        </div>
        <Input {...wired('line')} required maxLength={300} />
        <Input {...wired('postcode')} optional maxLength={16} className="sm:w-1/2" />
        <Button type="submit">{t.wares.save}</Button>
      </form>
    </Dialog>
  )
}
