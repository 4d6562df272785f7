import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { languageTag, useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { addressesQuery, type Address } from './queries.ts'

/** Countries offered first; one that somebody has is offered too. */
const countries = 'CN HK MO TW JP KR SG MY TH VN ID PH IN AE AU NZ US CA MX BR GB IE FR DE ES IT NL BE AT CH SE NO DK FI PL PT'.split(' ')

/** An address as a form; what was typed stays when something is refused. */
export function AddressForm({ address, onDone }: { address: Address | null; onDone: (saved: Address) => void }) {
  const t = useWords()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [draft, setDraft] = useState<Address>(
    () =>
      address ?? { id: newClientId('adr'), name: '', phone: '', country: 'CN', region: '', city: '', line: '', postcode: '', usual: false },
  )
  const names = useMemo(() => new Intl.DisplayNames([languageTag(locale)], { type: 'region' }), [locale])
  const save = useMutation({
    mutationFn: () => api('POST /me/addresses', draft),
    onSuccess: async saved => {
      await client.invalidateQueries({ queryKey: addressesQuery.queryKey })
      onDone(saved)
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wired = (field: 'name' | 'phone' | 'region' | 'city' | 'line' | 'postcode') => ({
    label: t.shipping[field],
    value: draft[field],
    error: field in fields ? faultText(t, save.error) : undefined,
    onChange: (event: { target: { value: string } }) => {
      setDraft({ ...draft, [field]: event.target.value })
      save.reset()
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        event.stopPropagation()
        save.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Input {...wired('name')} required maxLength={80} autoComplete="shipping name" />
        <Input {...wired('phone')} required maxLength={25} type="tel" inputMode="tel" autoComplete="shipping tel" />
      </div>
      <Select
        label={t.shipping.country}
        value={draft.country}
        autoComplete="shipping country"
        onChange={event => setDraft({ ...draft, country: event.target.value })}
        options={[...new Set([...countries, draft.country])].map(value => ({ value, name: names.of(value) ?? value }))}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Input {...wired('region')} optional maxLength={80} autoComplete="shipping address-level1" />
        <Input {...wired('city')} required maxLength={80} autoComplete="shipping address-level2" />
      </div>
      <Input {...wired('line')} required maxLength={300} autoComplete="shipping street-address" />
      <Input {...wired('postcode')} optional maxLength={16} className="sm:w-1/2" autoComplete="shipping postal-code" />
      <Checkbox
        label={t.shipping.makeUsual}
        checked={draft.usual}
        disabled={address?.usual === true}
        onChange={event => setDraft({ ...draft, usual: event.target.checked })}
      />
      {save.error && Object.keys(fields).length === 0 ? (
        <p role="alert" className="font-medium text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <Button type="submit" size="lg" busy={save.isPending} className="w-full">
        {t.shipping.save}
      </Button>
    </form>
  )
}
