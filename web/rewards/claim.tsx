import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { ChooseAddress } from '../shipping/choose.tsx'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshRewards } from './queries.ts'

/** The winner of goods says where to. */
export function ClaimSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [address, setAddress] = useState<string | null>(null)
  const claim = useMutation({
    mutationFn: () => api('POST /exchanges/:id/claim', { id, address: address! }),
    onSuccess: async () => {
      toast(t.rewards.claimed, { tone: 'good' })
      await refreshRewards(client)
      onClose()
    },
  })
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.rewards.claim}
      footer={
        <Button size="lg" className="w-full" disabled={address === null} busy={claim.isPending} onClick={() => claim.mutate()}>
          {t.rewards.claim}
        </Button>
      }
    >
      <ChooseAddress value={address} onChange={setAddress} error={claim.error ? faultText(t, claim.error) : undefined} />
    </Sheet>
  )
}
