import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Bell as Sign } from 'lucide-react'
import { Popover } from 'radix-ui'
import { Suspense, useRef, useState } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { SkeletonRows } from '../ui/states.tsx'
import { bellClass } from './bell-look.ts'
import { readAnew, unreadQuery } from './queries.ts'

const waiting = (
  <div className="p-4">
    <SkeletonRows rows={4} />
  </div>
)
const Latest = lazyWithWords<{ close: () => void }>(() => import('./latest.tsx').then(module => module.Latest), waiting, 'fans')

/** The bell with its count, live; on wide screens the latest notices open below it, on phones it leads to the page. */
export function BellLive() {
  const t = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const { data } = useQuery(unreadQuery)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  // Many at once are one look, and not everybody looks in the same moment.
  const soon = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void readAnew(client), 200 + Math.random() * 800)
  }
  useLive(
    ['me'],
    message => {
      if (message.kind === 'notice') soon()
      // Another device of theirs changed the cart.
      else if (message.kind === 'cart') void import('../shop/cart-sync.ts').then(sync => sync.pull())
    },
    soon,
  )
  const unread = data?.unread ?? 0
  const count = unread > 99 ? '99+' : String(unread)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Anchor asChild>
        <Link
          to={'/notices' as '/'}
          aria-label={unread > 0 ? t.shell.noticesUnread(count) : t.shell.notices}
          aria-haspopup="dialog"
          aria-expanded={open}
          className={bellClass}
          onClick={event => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || !matchMedia('(min-width: 1024px)').matches) return
            event.preventDefault()
            setOpen(!open)
          }}
        >
          <Sign size={19} strokeWidth={1.9} aria-hidden />
          {unread > 0 ? (
            <span
              aria-hidden
              className="tabular absolute top-0.5 right-0 grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-[10px] font-bold text-on-accent"
            >
              {count}
            </span>
          ) : null}
        </Link>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={8}
          aria-label={t.shell.notices}
          onInteractOutside={event => {
            // The bell itself closes it.
            if ((event.target as Element | null)?.closest('a[aria-haspopup="dialog"]')) event.preventDefault()
          }}
          className="animate-rise z-40 flex max-h-[70dvh] w-[400px] flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-pop"
        >
          <Suspense fallback={waiting}>
            <Latest close={() => setOpen(false)} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
