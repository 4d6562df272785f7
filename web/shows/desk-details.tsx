import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asApiError, read, type Api } from '../api.ts'
import { fromField, toField, zones } from '../groups/times.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { countries } from '../payouts/countries.ts'
import { PictureField } from '../rewards/picture-field.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Steps } from './desk-steps.tsx'
import { deskQuery, type Desk } from './queries.ts'

type Sent = Api['PUT /shows/:id']['input']
type Fields = Omit<Desk['fields'], 'acts'> & { acts: string }
const acts = (text: string): string[] => [...new Set(text.split(/[\n;；]+/).map(one => one.trim()))].filter(one => one !== '').slice(0, 60)

/** A new show two weeks from now at eight, in the reader's zone. */
function fresh(page: string): Fields {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const day = toField(new Date(Date.now() + 30 * 86_400_000), zone).slice(0, 10)
  const at = (time: string): string => (fromField(`${day}T${time}`, zone) ?? new Date()).toISOString()
  return {
    page,
    title: '',
    series: null,
    about: '',
    rules: '',
    venue: null,
    map: null,
    place: '',
    address: '',
    city: '',
    country: 'CN',
    latitude: null,
    longitude: null,
    zone,
    doorsAt: at('19:00'),
    startsAt: at('20:00'),
    endsAt: at('22:30'),
    minAge: 0,
    sale: 'direct',
    currency: 'CNY',
    mostEach: 6,
    realName: 'none',
    ladder: [
      { days: 30, percent: 100 },
      { days: 7, percent: 50 },
    ],
    waitingList: true,
    transfer: true,
    resale: true,
    reentry: false,
    renameHours: 24,
    groups: [],
    acts: '',
  }
}

/** What a show is: when, where, who, under which rules. Without `desk` it is a new one. */
export function Details({ page, desk, onMade }: { page: string; desk?: Desk; onMade?: (id: string) => void }) {
  const t = useWords()
  const own = t.selling.shows
  const me = useMe()
  const { locale } = useLanguage()
  const { number } = useFormat()
  const client = useQueryClient()
  const [id] = useState(() => desk?.show.id ?? newClientId('sho'))
  const [form, setForm] = useState<Fields>(() =>
    desk ? { ...desk.fields, acts: desk.fields.acts.map(act => act.name).join('\n') } : fresh(page),
  )
  const [upload, setUpload] = useState<string | null>(null)
  const set = (change: Partial<Fields>) => setForm({ ...form, ...change })
  // In another zone the clock stays as it was typed: eight in the evening there.
  const inZone = (zone: string): Partial<Fields> => {
    const moved = (moment: string): string => (fromField(toField(new Date(moment), form.zone), zone) ?? new Date(moment)).toISOString()
    return {
      zone,
      startsAt: moved(form.startsAt),
      endsAt: moved(form.endsAt),
      doorsAt: form.doorsAt === null ? null : moved(form.doorsAt),
    }
  }
  // Names of countries are the device's: the server may know others.
  const listed = useHydrated() ? countries(locale) : []
  const lands = listed.some(one => one.value === form.country) ? listed : [{ value: form.country, name: form.country }, ...listed]
  const { data: rules } = useQuery(read('GET /policy'))
  const namesFrom = rules?.policy.realNameFrom ?? null
  const { data: venues } = useQuery(read('GET /pages/:page/venues', { page: form.page, usable: 'true' } as never))
  const places =
    (
      venues as
        | {
            items: {
              id: string
              name: string
              city: string
              country: string
              zone: string
              maps: { id: string; name: string; version: number | null }[]
            }[]
          }
        | undefined
    )?.items ?? []
  const venue = places.find(one => one.id === form.venue)
  const known = new Map((desk?.fields.acts ?? []).map(act => [act.name, act.page]))
  const fixed = desk?.show.hall != null
  const save = useMutation({
    mutationFn: async () => {
      // A name that is a page's own name is linked to it.
      const names = acts(form.acts)
      const pages = await Promise.all(
        names.map(async name => {
          if (known.has(name)) return known.get(name) ?? null
          const mine = me?.pages.find(one => one.name === name)
          if (mine) return mine.id
          const found = await api('GET /search', { q: name } as never).catch(() => null)
          const hit = (found as { pages?: { id: string; name: string }[] } | null)?.pages?.find(one => one.name === name)
          return hit?.id ?? null
        }),
      )
      const made = await api('PUT /shows/:id', { ...form, id, acts: names.map((name, n) => ({ name, page: pages[n] ?? null })) } as Sent)
      if (upload) await api('PUT /shows/:id/picture', { id, upload })
      return made
    },
    onSuccess: async () => {
      toast(own.saved, { tone: 'good' })
      await client.invalidateQueries({ queryKey: deskQuery(id).queryKey })
      await client.invalidateQueries({ queryKey: ['GET /me/shows'] })
      onMade?.(id)
    },
  })
  const refusal = save.error ? asApiError(save.error) : null
  const wrong = (field: string): string | undefined => (refusal?.fields[field] ? faultText(t, refusal) : undefined)
  const moment = (field: 'startsAt' | 'endsAt' | 'doorsAt') => ({
    type: 'datetime-local',
    value: form[field] ? toField(new Date(form[field]), form.zone) : '',
    error: wrong(field),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const at = fromField(event.target.value, form.zone)
      if (at) set({ [field]: at.toISOString() })
      else if (field === 'doorsAt' && event.target.value === '') set({ doorsAt: null })
    },
  })
  const closed = desk?.show.state === 'cancelled' || desk?.show.state === 'over'
  return (
    <form
      className="flex flex-col gap-5"
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Panel>
        <div className="grid gap-4 sm:grid-cols-2">
          {desk === undefined && (me?.pages.length ?? 0) > 1 ? (
            <Select
              label={own.fields.page}
              value={form.page}
              onChange={event => set({ page: event.target.value, venue: null, map: null })}
              options={me!.pages.map(one => ({ value: one.id, name: one.name }))}
            />
          ) : null}
          <Input
            label={own.fields.name}
            required
            maxLength={160}
            value={form.title}
            onChange={event => set({ title: event.target.value })}
          />
          <Input
            label={own.fields.series}
            optional
            maxLength={120}
            value={form.series ?? ''}
            onChange={event => set({ series: event.target.value || null })}
          />
          <TextArea
            label={own.fields.acts}
            hint={own.fields.actsHint}
            rows={3}
            value={form.acts}
            onChange={event => set({ acts: event.target.value })}
            className="sm:col-span-2"
          />
        </div>
        <div className="mt-4">
          <PictureField id={id} picture={desk?.show.picture ?? null} onUpload={setUpload} />
        </div>
      </Panel>
      <Panel>
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={own.fields.venue}
            value={form.venue ?? ''}
            disabled={fixed}
            onChange={event => {
              const next = places.find(one => one.id === event.target.value)
              set(
                next
                  ? { venue: next.id, map: null, place: next.name, city: next.city, country: next.country, ...inZone(next.zone) }
                  : { venue: null, map: null },
              )
            }}
            options={[
              { value: '', name: own.fields.noVenue },
              ...places.map(one => ({ value: one.id, name: `${one.name} · ${one.city}` })),
            ]}
          />
          {venue ? (
            <Select
              label={own.fields.map}
              value={form.map ?? ''}
              disabled={fixed}
              onChange={event => set({ map: event.target.value || null })}
              options={[
                { value: '', name: own.fields.noMap },
                ...venue.maps.filter(one => one.version !== null).map(one => ({ value: one.id, name: one.name })),
              ]}
            />
          ) : (
            <span className="hidden sm:block" />
          )}
          <Input
            label={own.fields.place}
            required
            maxLength={160}
            value={form.place}
            onChange={event => set({ place: event.target.value })}
          />
          <Input
            label={own.fields.address}
            optional
            maxLength={300}
            value={form.address}
            onChange={event => set({ address: event.target.value })}
          />
          <Input label={own.fields.city} required maxLength={80} value={form.city} onChange={event => set({ city: event.target.value })} />
          <Select
            label={own.fields.country}
            value={form.country}
            onChange={event => set({ country: event.target.value })}
            options={lands}
          />
          <Input label={own.fields.doorsAt} optional {...moment('doorsAt')} />
          <Input label={own.fields.startsAt} required {...moment('startsAt')} />
          <Input label={own.fields.endsAt} required {...moment('endsAt')} />
          <Select
            label={own.fields.zone}
            value={form.zone}
            onChange={event => set(inZone(event.target.value))}
            options={zones(form.zone).map(name => ({ value: name, name: name.replaceAll('_', ' ') }))}
          />
        </div>
      </Panel>
      <Panel>
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={own.fields.sale}
            value={form.sale}
            disabled={fixed}
            onChange={event => set({ sale: event.target.value as Fields['sale'] })}
            options={(['direct', 'lottery'] as const).map(value => ({ value, name: own.fields.sales[value] }))}
          />
          <Select
            label={own.fields.realName}
            value={form.realName}
            disabled={fixed}
            onChange={event => set({ realName: event.target.value as Fields['realName'] })}
            options={(['none', 'name', 'id'] as const).map(value => ({ value, name: own.fields.realNames[value] }))}
            hint={namesFrom === null ? undefined : own.fields.realNameFrom(number(namesFrom))}
          />
          {form.realName === 'none' ? null : (
            <Input
              label={own.fields.renameHours}
              hint={own.fields.renameHoursHint}
              type="number"
              min={0}
              max={720}
              value={form.renameHours}
              onChange={event => set({ renameHours: Math.min(720, Math.max(0, Math.floor(Number(event.target.value) || 0))) })}
            />
          )}
          <Input
            label={own.fields.mostEach}
            type="number"
            min={1}
            max={100}
            value={form.mostEach}
            onChange={event => set({ mostEach: Number(event.target.value) || 1 })}
          />
          <Input
            label={own.fields.minAge}
            type="number"
            min={0}
            max={21}
            value={form.minAge}
            onChange={event => set({ minAge: Number(event.target.value) || 0 })}
          />
        </div>
        <Steps steps={form.ladder} onChange={ladder => set({ ladder })} />
        <div className="mt-4 grid gap-3 sm:grid-cols-2">
          {(['waitingList', 'transfer', 'resale', 'reentry'] as const).map(name => (
            <Checkbox key={name} label={own.fields[name]} checked={form[name]} onChange={event => set({ [name]: event.target.checked })} />
          ))}
        </div>
        {desk && desk.choices.groups.length > 0 ? (
          <fieldset className="mt-4">
            <legend className="mb-2 text-sm font-medium">{own.fields.groups}</legend>
            <div className="flex flex-col gap-2">
              {desk.choices.groups.map(group => (
                <Checkbox
                  key={group.id}
                  label={group.name}
                  checked={form.groups.includes(group.id)}
                  onChange={event =>
                    set({ groups: event.target.checked ? [...form.groups, group.id] : form.groups.filter(one => one !== group.id) })
                  }
                />
              ))}
            </div>
          </fieldset>
        ) : null}
      </Panel>
      <Panel>
        <div className="flex flex-col gap-4">
          <TextArea
            label={own.fields.about}
            optional
            rows={5}
            maxLength={8000}
            value={form.about}
            onChange={event => set({ about: event.target.value })}
          />
          <TextArea
            label={own.fields.rules}
            optional
            rows={3}
            maxLength={4000}
            value={form.rules}
            onChange={event => set({ rules: event.target.value })}
          />
        </div>
      </Panel>
      {refusal ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, refusal)}
        </p>
      ) : null}
      <Button type="submit" size="lg" className="self-start" busy={save.isPending} disabled={closed}>
        {own.save}
      </Button>
    </form>
  )
}
