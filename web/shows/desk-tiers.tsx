import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowUp, ChevronDown, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError, read, type Api } from '../api.ts'
import { fromField, toField } from '../groups/times.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Swatch } from '../seating/side.tsx'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, type Desk, type DeskTier } from './queries.ts'

type Draft = Omit<DeskTier, 'price' | 'fixed'> & { price: string; fixed: boolean }

/** Tiers in their order: price, how many (or which part of the map), windows, limits, codes, early access. */
export function Tiers({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows
  const client = useQueryClient()
  const { show, fields } = desk
  const currency = fields.currency
  const { data: map } = useQuery({ ...read('GET /maps/:id', { id: fields.map ?? '' }), enabled: fields.map !== null })
  const parts = map?.draft.categories ?? []
  const { number, zone: zoneName } = useFormat()
  const { data: rules } = useQuery(read('GET /policy'))
  const namesFrom = rules?.policy.realNameFrom ?? null
  const [drafts, setDrafts] = useState<readonly Draft[]>(() =>
    desk.tiers.map(tier => ({ ...tier, price: typedAmount({ amount: tier.price, currency }) })),
  )
  const [tried, setTried] = useState(false)
  const bad = (draft: Draft): boolean => draft.name.trim() === '' || parseAmount(draft.price, currency) === null
  const save = useMutation({
    mutationFn: () =>
      api('PUT /shows/:id/tiers', {
        id: show.id,
        tiers: drafts.map(({ fixed: _fixed, ...draft }) => ({ ...draft, price: parseAmount(draft.price, currency)! })),
      } as Api['PUT /shows/:id/tiers']['input']),
    onSuccess: async next => {
      toast(own.saved, { tone: 'good' })
      client.setQueryData(deskQuery(show.id).queryKey, next)
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
    },
  })
  const put = (id: string, change: Partial<Draft>) => setDrafts(drafts.map(draft => (draft.id === id ? { ...draft, ...change } : draft)))
  const add = () =>
    setDrafts([
      ...drafts,
      {
        id: newClientId('tir'),
        name: '',
        about: '',
        price: '',
        capacity: fields.map ? null : 100,
        sections: fields.map ? parts.slice(0, 1).map(part => part.key) : null,
        colour: null,
        opensAt: null,
        closesAt: null,
        mostEach: null,
        secret: false,
        earlyAt: null,
        earlyGroups: [],
        memberHours: 0,
        state: 'open',
        fixed: false,
      },
    ])
  const up = (n: number) => setDrafts([...drafts.slice(0, n - 1), drafts[n]!, drafts[n - 1]!, ...drafts.slice(n + 1)])
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">
        {own.tiers.zoneNote(zoneName(fields.zone))} {show.hall ? own.tiers.fixed : ''}
      </p>
      {namesFrom !== null && fields.realName === 'none' && drafts.reduce((sum, draft) => sum + (draft.capacity ?? 0), 0) >= namesFrom ? (
        <p role="status" className="rounded-md bg-held-soft px-4 py-3 text-sm font-medium text-held">
          {own.fields.realNameFrom(number(namesFrom))}
        </p>
      ) : null}
      {drafts.map((draft, n) => (
        <TierForm
          key={draft.id}
          draft={draft}
          place={n}
          tried={tried}
          desk={desk}
          parts={parts}
          onChange={change => put(draft.id, change)}
          onUp={n > 0 ? () => up(n) : undefined}
          onRemove={
            show.hall && desk.tiers.some(tier => tier.id === draft.id)
              ? undefined
              : () => setDrafts(drafts.filter(one => one.id !== draft.id))
          }
        />
      ))}
      <Button look="quiet" icon={Plus} className="self-start" onClick={add}>
        {own.tiers.add}
      </Button>
      {save.error ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, asApiError(save.error))}
        </p>
      ) : null}
      <Button
        size="lg"
        className="self-start"
        busy={save.isPending}
        disabled={drafts.length === 0}
        onClick={() => {
          setTried(true)
          if (!drafts.some(bad)) save.mutate()
        }}
      >
        {own.save}
      </Button>
    </div>
  )
}

function TierForm({
  draft,
  place,
  tried,
  desk,
  parts,
  onChange,
  onUp,
  onRemove,
}: {
  draft: Draft
  place: number
  tried: boolean
  desk: Desk
  parts: readonly { key: string; name: string }[]
  onChange: (change: Partial<Draft>) => void
  onUp: (() => void) | undefined
  onRemove: (() => void) | undefined
}) {
  const t = useWords()
  const own = t.selling.shows.tiers
  const { zone, currency, map } = desk.fields
  const [more, setMore] = useState(false)
  const moment = (field: 'opensAt' | 'closesAt' | 'earlyAt') => ({
    type: 'datetime-local',
    value: draft[field] ? toField(new Date(draft[field]), zone) : '',
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange({ [field]: fromField(event.target.value, zone)?.toISOString() ?? null }),
  })
  return (
    <Panel>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_auto] sm:items-end">
        <Input
          label={own.name}
          maxLength={80}
          value={draft.name}
          error={tried && draft.name.trim() === '' ? t.faults.invalid : undefined}
          onChange={event => onChange({ name: event.target.value })}
        />
        <Input
          label={own.price}
          inputMode="decimal"
          value={draft.price}
          suffix={currency}
          error={tried && parseAmount(draft.price, currency) === null ? t.faults.invalid : undefined}
          onChange={event => onChange({ price: event.target.value })}
        />
        {draft.sections === null ? (
          <Input
            label={own.capacity}
            type="number"
            min={0}
            max={200_000}
            value={draft.capacity ?? 0}
            onChange={event => onChange({ capacity: Number(event.target.value) || 0 })}
          />
        ) : (
          <Select
            label={own.section}
            value={draft.sections[0] ?? ''}
            onChange={event => onChange({ sections: [event.target.value] })}
            options={[
              ...(draft.sections[0] !== undefined && !parts.some(part => part.key === draft.sections?.[0])
                ? [{ value: draft.sections[0], name: draft.sections[0] }]
                : []),
              ...parts.map(part => ({ value: part.key, name: part.name })),
            ]}
          />
        )}
        <span className="flex gap-1">
          <Swatch tone={place} className="m-3 size-4" />
          {onUp ? <IconButton icon={ArrowUp} label={own.up} onClick={onUp} /> : null}
          {onRemove ? <IconButton icon={Trash2} label={own.remove} onClick={onRemove} /> : null}
        </span>
      </div>
      <button
        type="button"
        aria-expanded={more}
        onClick={() => setMore(!more)}
        className="mt-3 inline-flex items-center gap-1 text-sm font-medium text-muted hover:text-ink"
      >
        {t.shows.more}
        <ChevronDown size={15} aria-hidden className={more ? 'rotate-180' : ''} />
      </button>
      {more ? (
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <Input
            label={own.about}
            optional
            maxLength={1000}
            value={draft.about}
            onChange={event => onChange({ about: event.target.value })}
          />
          <Input
            label={own.mostEach}
            optional
            type="number"
            min={1}
            max={100}
            value={draft.mostEach ?? ''}
            onChange={event => onChange({ mostEach: Number(event.target.value) || null })}
          />
          <Input label={own.opensAt} optional {...moment('opensAt')} />
          <Input label={own.closesAt} optional {...moment('closesAt')} />
          {desk.choices.membership || draft.memberHours > 0 ? (
            <Input
              label={own.memberHours}
              optional
              type="number"
              min={0}
              max={720}
              hint={own.memberHoursHint(desk.choices.membership?.title ?? '')}
              value={draft.memberHours || ''}
              onChange={event => onChange({ memberHours: Math.min(720, Math.max(0, Math.floor(Number(event.target.value) || 0))) })}
            />
          ) : null}
          {desk.choices.groups.length > 0 ? (
            <>
              <Input label={own.earlyAt} optional {...moment('earlyAt')} />
              <fieldset>
                <legend className="mb-2 text-sm font-medium">{own.earlyGroups}</legend>
                {desk.choices.groups.map(group => (
                  <Checkbox
                    key={group.id}
                    label={group.name}
                    checked={draft.earlyGroups.includes(group.id)}
                    onChange={event =>
                      onChange({
                        earlyGroups: event.target.checked
                          ? [...draft.earlyGroups, group.id]
                          : draft.earlyGroups.filter(one => one !== group.id),
                      })
                    }
                  />
                ))}
              </fieldset>
            </>
          ) : null}
          <div className="flex flex-col gap-3">
            <Checkbox label={own.secret} checked={draft.secret} onChange={event => onChange({ secret: event.target.checked })} />
            <Checkbox
              label={own.closed}
              checked={draft.state === 'closed'}
              onChange={event => onChange({ state: event.target.checked ? 'closed' : 'open' })}
            />
            {map && !draft.fixed ? (
              <Checkbox
                label={t.selling.shows.fields.noMap}
                checked={draft.sections === null}
                onChange={event =>
                  onChange(
                    event.target.checked
                      ? { sections: null, capacity: 100 }
                      : { sections: parts.slice(0, 1).map(part => part.key), capacity: null },
                  )
                }
              />
            ) : null}
          </div>
        </div>
      ) : null}
    </Panel>
  )
}
