import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { MapPin, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Confirm, Sheet } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { AddressForm } from './address-form.tsx'
import { addressesQuery, placeLines, type Address } from './queries.ts'

/** One's address book. */
export function AddressBook() {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(addressesQuery)
  const [editing, setEditing] = useState<Address | 'new' | null>(null)
  const [leaving, setLeaving] = useState<Address | null>(null)
  const drop = useMutation({
    mutationFn: (id: string) => api('DELETE /me/addresses/:id', { id }),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: addressesQuery.queryKey }),
  })
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-5">
      <header>
        <h1 className="text-xl">{t.shipping.addresses}</h1>
        <p className="mt-1 text-muted">{t.shipping.addressesNote}</p>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={MapPin} title={t.shipping.none}>
          {t.shipping.noneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {data.items.map(address => {
            const [who, ...where] = placeLines(address)
            return (
              <li key={address.id} className="flex gap-3 rounded-lg border border-line bg-surface p-4">
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2 font-medium">
                    {who}
                    {address.usual ? <Tag tone="accent">{t.shipping.usual}</Tag> : null}
                  </p>
                  <p className="mt-1 text-sm [overflow-wrap:anywhere] text-muted">{where.join(' · ')}</p>
                </div>
                <IconButton icon={Pencil} label={`${t.shipping.edit}: ${who}`} onClick={() => setEditing(address)} />
                <IconButton icon={Trash2} label={`${t.shipping.remove}: ${who}`} onClick={() => setLeaving(address)} />
              </li>
            )
          })}
        </ul>
      )}
      <Button icon={Plus} size="lg" onClick={() => setEditing('new')}>
        {t.shipping.add}
      </Button>
      {editing ? (
        <Sheet open onOpenChange={open => !open && setEditing(null)} title={editing === 'new' ? t.shipping.add : t.shipping.edit}>
          <AddressForm
            address={editing === 'new' ? null : editing}
            onDone={() => {
              setEditing(null)
              toast(t.shipping.saved, { tone: 'good' })
            }}
          />
        </Sheet>
      ) : null}
      {leaving ? (
        <Confirm
          open
          onOpenChange={open => !open && setLeaving(null)}
          title={t.shipping.removeTitle}
          body={t.shipping.removeBody}
          action={t.shipping.remove}
          onConfirm={() =>
            drop.mutateAsync(leaving.id).then(
              () => undefined,
              () => undefined,
            )
          }
        />
      ) : null}
    </div>
  )
}
