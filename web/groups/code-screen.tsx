import { useQuery } from '@tanstack/react-query'
import QRCode from 'qrcode'
import { useEffect, useMemo, useState } from 'react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, Skeleton } from '../ui/states.tsx'
import type { GroupEvent } from './queries.ts'

/** Cells of light that a scanner wants around a code. */
const quiet = 4

/** The picture of a code, dark on light whatever the theme: cameras want it so. */
function Picture({ text }: { text: string }) {
  const { size, path } = useMemo(() => {
    const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
    let drawn = ''
    for (let y = 0; y < modules.size; y++)
      for (let x = 0; x < modules.size; x++) if (modules.get(y, x)) drawn += `M${x + quiet} ${y + quiet}h1v1h-1z`
    return { size: modules.size + 2 * quiet, path: drawn }
  }, [text])
  return (
    <svg viewBox={`0 0 ${size} ${size}`} aria-hidden shapeRendering="crispEdges" className="w-full max-w-76 rounded-md">
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  )
}

/** The host's screen at an event: six digits and their picture, new every half minute, and how many have signed in. */
export function CodeScreen({ event, onClose }: { event: GroupEvent; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const [now, setNow] = useState(() => Date.now())
  const { data, error, refetch } = useQuery({
    ...read('GET /schedule/:id/code', { id: event.id }),
    staleTime: 0,
    refetchInterval: query => {
      const until = query.state.data?.until
      return until === undefined ? 5000 : Math.max(500, new Date(until).getTime() - Date.now() + 300)
    },
  })
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return (
    <Dialog open wide onOpenChange={open => !open && onClose()} title={event.title} description={t.groups.screenHint}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : data ? (
        <div className="flex flex-col items-center gap-5 py-2 sm:flex-row sm:justify-center sm:gap-10">
          <Picture text={`${location.origin}/groups/${event.group.handle}/schedule?event=${event.id}&code=${data.code}`} />
          <div className="text-center">
            <p role="status" className="tabular text-[3.4rem] leading-none font-bold tracking-widest">
              {data.code}
            </p>
            <p className="tabular mt-3 text-muted">
              {t.groups.screenLeft(Math.max(0, Math.ceil((new Date(data.until).getTime() - now) / 1000)))}
            </p>
            <p className="mt-1 font-semibold">{t.groups.attendedCount(format.number(data.attended))}</p>
          </div>
        </div>
      ) : (
        <Skeleton className="mx-auto size-72" />
      )}
    </Dialog>
  )
}
