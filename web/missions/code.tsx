import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import type { Mission } from './queries.ts'

/** The member's code for a partner, large enough for a counter, with a picture that a scanner reads. */
export function CodeDialog({ mission, onClose }: { mission: Mission; onClose: () => void }) {
  const t = useWords()
  const { data, error, refetch } = useQuery({
    queryKey: ['POST /missions/:id/code', mission.id],
    queryFn: () => api('POST /missions/:id/code', { id: mission.id }),
    staleTime: Infinity,
  })
  const code = data?.code
  const picture = useQr(code)
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.missions.codeTitle}
      description={t.missions.codeBody(mission.partner?.name ?? '')}
    >
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : (
        <div className="flex flex-col items-center gap-4 pb-4">
          {/* Always dark on white: scanners want it so. */}
          {picture ? (
            <img src={picture} alt="" width="220" height="220" className="size-55 rounded-md" />
          ) : (
            <Skeleton className="size-55 rounded-md" />
          )}
          {code ? (
            <p className="tabular text-xl font-bold tracking-[0.12em] select-all">
              {code.slice(0, 5)}-{code.slice(5)}
            </p>
          ) : (
            <Skeleton className="h-8 w-48" />
          )}
        </div>
      )}
    </Dialog>
  )
}

function useQr(code: string | undefined): string | null {
  const [picture, setPicture] = useState<string | null>(null)
  useEffect(() => {
    if (code === undefined) return
    let gone = false
    void import('qrcode').then(async qr => {
      const made = await qr.toDataURL(code, { margin: 2, width: 440 })
      if (!gone) setPicture(made)
    })
    return () => {
      gone = true
    }
  }, [code])
  return picture
}
