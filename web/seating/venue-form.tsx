import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { venueQuery, venuesQuery, type Venue } from './queries.ts'

const countries = [
  'CN',
  'HK',
  'MO',
  'TW',
  'JP',
  'KR',
  'SG',
  'MY',
  'TH',
  'AU',
  'NZ',
  'US',
  'CA',
  'GB',
  'IE',
  'FR',
  'DE',
  'AT',
  'CH',
  'NL',
  'BE',
  'IT',
  'ES',
  'PT',
  'SE',
  'NO',
  'DK',
  'FI',
  'PL',
  'CZ',
]
const zones: Record<string, string> = {
  CN: 'Asia/Shanghai',
  HK: 'Asia/Hong_Kong',
  MO: 'Asia/Macau',
  TW: 'Asia/Taipei',
  JP: 'Asia/Tokyo',
  KR: 'Asia/Seoul',
  SG: 'Asia/Singapore',
  GB: 'Europe/London',
  FR: 'Europe/Paris',
  DE: 'Europe/Berlin',
}
/** The server and the reader's device know different lists and names: the first picture has only what is chosen. */
const allZones = (now: string, here: boolean): string[] =>
  here ? [...new Set([now, ...Intl.supportedValuesOf('timeZone')])].toSorted() : [now]

/** What is told of a venue; also where a new one begins. */
export function VenueForm({ page, id, venue, onDone }: { page: string; id: string; venue?: Venue; onDone: (venue: Venue) => void }) {
  const t = useWords()
  const own = t.selling.seating
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [form, setForm] = useState({
    name: venue?.name ?? '',
    country: venue?.country ?? 'CN',
    region: venue?.region ?? '',
    city: venue?.city ?? '',
    address: venue?.address ?? '',
    postcode: venue?.postcode ?? '',
    zone: venue?.zone ?? zones['CN']!,
    capacity: venue ? String(venue.capacity) : '',
    latitude: venue?.latitude == null ? '' : String(venue.latitude),
    longitude: venue?.longitude == null ? '' : String(venue.longitude),
    about: venue?.about ?? '',
    access: venue?.access ?? '',
    site: venue?.site ?? '',
  })
  const [shared, setShared] = useState(venue?.shared ?? false)
  const save = useMutation({
    mutationFn: () =>
      api('PUT /pages/:page/venues/:id', {
        page,
        id,
        ...form,
        capacity: Number(form.capacity),
        latitude: form.latitude.trim() === '' ? null : Number(form.latitude),
        longitude: form.longitude.trim() === '' ? null : Number(form.longitude),
        shared,
      }),
    onSuccess: async next => {
      client.setQueryData(venueQuery(id).queryKey, next)
      await client.invalidateQueries({ queryKey: venuesQuery(page).queryKey })
      onDone(next)
    },
  })
  const refusal = save.error ? asApiError(save.error) : null
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: refusal?.fields[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  })
  const here = useHydrated()
  const names = new Intl.DisplayNames(locale === 'zh' ? 'zh-CN' : 'en', { type: 'region' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Input label={own.venueName} required maxLength={120} {...field('name')} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={own.country}
          value={form.country}
          onChange={event => setForm({ ...form, country: event.target.value, zone: zones[event.target.value] ?? form.zone })}
          options={(here ? [...new Set([form.country, ...countries])] : [form.country]).map(value => ({
            value,
            name: here ? (names.of(value) ?? value) : value,
          }))}
        />
        <Input label={own.region} optional maxLength={80} {...field('region')} />
        <Input label={own.city} required maxLength={80} {...field('city')} />
        <Input label={own.postcode} optional maxLength={16} {...field('postcode')} />
      </div>
      <Input label={own.address} optional maxLength={300} {...field('address')} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={own.zone}
          hint={own.zoneHint}
          {...field('zone')}
          options={allZones(form.zone, here).map(value => ({ value, name: value.replaceAll('_', ' ') }))}
        />
        <Input label={own.capacityAll} required inputMode="numeric" pattern="\d{1,7}" {...field('capacity')} />
        <Input label={own.latitude} optional inputMode="decimal" pattern="-?\d{1,2}(\.\d+)?" {...field('latitude')} />
        <Input label={own.longitude} optional inputMode="decimal" pattern="-?\d{1,3}(\.\d+)?" {...field('longitude')} />
      </div>
      <TextArea label={own.about} optional maxLength={5000} {...field('about')} />
      <TextArea label={own.access} hint={own.accessHint} optional maxLength={2000} rows={3} {...field('access')} />
      <Input label={own.site} optional type="url" maxLength={300} placeholder="https://" {...field('site')} />
      <Checkbox label={own.shared} hint={own.sharedHint} checked={shared} onChange={event => setShared(event.target.checked)} />
      {refusal && Object.keys(refusal.fields).length === 0 ? <Refusal error={refusal} /> : null}
      <div>
        <Button type="submit" busy={save.isPending}>
          {t.common.save}
        </Button>
      </div>
    </form>
  )
}
