import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { spacedCode } from '../../shared/ticket-code.ts'
import { IconButton } from '../ui/button.tsx'
import type { Ticket } from './queries.ts'
import { usePlaceTime } from './when.tsx'

/** A QR code: black on white whatever the theme, since scanners want it so. */
export const Code = ({ qr, label, className }: { qr: { size: number; path: string }; label: string; className?: string }) => (
  <svg
    viewBox={`-4 -4 ${qr.size + 8} ${qr.size + 8}`}
    role="img"
    aria-label={label}
    shapeRendering="crispEdges"
    className={`rounded-md bg-[white] ${className ?? ''}`}
  >
    <path d={qr.path} fill="black" />
  </svg>
)

type Lock = { release: () => Promise<void> }
/** The screen stays on as long as a code is shown. */
function useAwake(): void {
  useEffect(() => {
    let lock: Lock | undefined
    let over = false
    const hold = () =>
      void (navigator as { wakeLock?: { request: (kind: 'screen') => Promise<Lock> } }).wakeLock
        ?.request('screen')
        .then(got => (over ? void got.release() : (lock = got)))
        .catch(() => undefined)
    const again = () => {
      if (!document.hidden) hold()
    }
    hold()
    document.addEventListener('visibilitychange', again)
    return () => {
      over = true
      document.removeEventListener('visibilitychange', again)
      void lock?.release()
    }
  }, [])
}

/** The screen is white in both themes: what stands on it cannot take the theme's colours. */
const onWhite = 'text-[black]/65! hover:bg-[black]/5! hover:text-[black]!'

/** All the screen for one code, white and large; further tickets of the show a tap or an arrow key away. */
export function PassScreen({ tickets, first = 0, onClose }: { tickets: readonly Ticket[]; first?: number; onClose: () => void }) {
  const t = useWords()
  const at = usePlaceTime()
  const [n, setN] = useState(first)
  useAwake()
  const ticket = tickets[Math.min(n, tickets.length - 1)]
  if (ticket === undefined || ticket.qr === null) return null
  const go = (by: number) => setN(now => Math.max(0, Math.min(tickets.length - 1, now + by)))
  const { show } = ticket
  return (
    <Radix.Root open onOpenChange={open => (open ? undefined : onClose())}>
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          data-theme="light"
          onKeyDown={event => {
            if (event.key === 'ArrowRight') go(1)
            if (event.key === 'ArrowLeft') go(-1)
          }}
          className="fixed inset-0 z-50 flex flex-col items-center overflow-y-auto bg-[white] px-5 py-4 text-[black]"
        >
          <div className="flex w-full max-w-md items-start gap-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg leading-tight [overflow-wrap:anywhere]">{show.title}</Radix.Title>
              <p className="mt-1 text-sm text-[black]/65">
                {at(show.startsAt, show.zone)} · {show.venue}
              </p>
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label={t.common.close} tip={false} className={onWhite} />
            </Radix.Close>
          </div>
          <div className="my-auto flex w-full max-w-md flex-col items-center gap-3 py-4 text-center">
            {ticket.seat ? <p className="text-[black]/65">{ticket.tierName}</p> : null}
            <p className="text-[2rem] leading-tight font-bold [overflow-wrap:anywhere]">{ticket.seat ?? ticket.tierName}</p>
            <Code qr={ticket.qr} label={spacedCode(ticket.code)} className="w-full max-w-[min(100%,58dvh)]" />
            <p className="tabular text-xl font-bold tracking-wider">{spacedCode(ticket.code)}</p>
            {ticket.name ? (
              <p className="text-base font-semibold">
                {ticket.name}
                {ticket.idTail ? <span className="tabular font-normal text-[black]/65"> · {ticket.idTail}</span> : null}
              </p>
            ) : null}
            <p className="text-sm text-[black]/65">{t.tickets.codeHint}</p>
          </div>
          {tickets.length > 1 ? (
            <div className="flex w-full max-w-md items-center justify-between gap-3 pb-2">
              <IconButton
                icon={ChevronLeft}
                label={t.tickets.previous}
                size="lg"
                className={onWhite}
                disabled={n === 0}
                onClick={() => go(-1)}
              />
              <p className="tabular font-medium" aria-live="polite">
                {t.tickets.codeOf(n + 1, tickets.length)}
              </p>
              <IconButton
                icon={ChevronRight}
                label={t.tickets.next}
                size="lg"
                className={onWhite}
                disabled={n === tickets.length - 1}
                onClick={() => go(1)}
              />
            </div>
          ) : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
