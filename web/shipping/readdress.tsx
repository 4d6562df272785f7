import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ChooseAddress } from './choose.tsx'
import { refreshParcels } from './queries.ts'

/** Sends a parcel elsewhere while it is not on its way. */
export function Readdress({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [address, setAddress] = useState<string | null>(null)
  const move = useMutation({
    mutationFn: () => api('PUT /parcels/:id/address', { id, address: address! }),
    onSuccess: async () => {
      toast(t.shipping.changed, { tone: 'good' })
      await refreshParcels(client)
      onClose()
    },
  })
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.shipping.change}
      footer={
        <Button size="lg" className="w-full" disabled={address === null} busy={move.isPending} onClick={() => move.mutate()}>
          {t.shipping.save}
        </Button>
      }
    >
      <ChooseAddress value={address} onChange={setAddress} error={move.error ? faultText(t, move.error) : undefined} />
    </Sheet>
  )
}
