import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { AddressForm } from './address-form.tsx'
import { addressesQuery, placeLines } from './queries.ts'

/** Chooses one of one's addresses, or writes a new one. */
export function ChooseAddress({
  value,
  onChange,
  error,
}: {
  value: string | null
  onChange: (id: string) => void
  error?: string | undefined
}) {
  const t = useWords()
  const [adding, setAdding] = useState(false)
  const { data, error: failed, isPending, refetch } = useQuery(addressesQuery)
  const first = data?.items[0]?.id
  useEffect(() => {
    if (value === null && first !== undefined) onChange(first)
  }, [value, first, onChange])
  if (failed) return <ErrorState error={failed} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  if (adding || data.items.length === 0)
    return (
      <AddressForm
        address={null}
        onDone={({ id }) => {
          setAdding(false)
          onChange(id)
        }}
      />
    )
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-medium">{t.shipping.choose}</legend>
      {data.items.map(address => {
        const [who, ...where] = placeLines(address)
        return (
          <label
            key={address.id}
            className={cx(
              'flex cursor-pointer gap-3 rounded-md border p-3 focus-within:outline-2 focus-within:outline-focus',
              value === address.id ? 'border-accent-mark bg-accent-soft' : 'border-line hover:bg-raised',
            )}
          >
            <input
              type="radio"
              name="address"
              checked={value === address.id}
              onChange={() => onChange(address.id)}
              className="mt-1 size-4.5 shrink-0 accent-accent-mark"
            />
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-2 font-medium">
                {who}
                {address.usual ? <Tag>{t.shipping.usual}</Tag> : null}
              </span>
              <span className="block text-sm [overflow-wrap:anywhere] text-muted">{where.join(' · ')}</span>
            </span>
          </label>
        )
      })}
      {error ? (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      ) : null}
      <Button look="plain" icon={Plus} className="self-start" onClick={() => setAdding(true)}>
        {t.shipping.add}
      </Button>
    </fieldset>
  )
}
