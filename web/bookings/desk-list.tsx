import { useInfiniteQuery } from '@tanstack/react-query'
import { CalendarX2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { BookingDialog } from './desk-booking.tsx'
import { toneOf } from './mine.tsx'
import { listQuery, type BookingCard, type DeskResource } from './queries.ts'
import { spanText } from './times.ts'

const states = ['asked', 'accepted', 'pending', 'confirmed', 'arrived', 'done', 'no_show', 'declined', 'cancelled'] as const

/** Bookings of a place as a list, to be found by name or code. */
export function ListDesk({ page, resources }: { page: string; resources: readonly DeskResource[] }) {
  const t = useWords()
  const [l, b] = [t.letting, t.bookings]
  const format = useFormat()
  const { locale } = useLanguage()
  const [state, setState] = useState<BookingCard['state'] | ''>('')
  const [typed, setTyped] = useState('')
  const [q, setQ] = useState('')
  const [open, setOpen] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setQ(typed.trim()), 300)
    return () => clearTimeout(timer)
  }, [typed])
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(listQuery(page, state, q))
  const items = data?.pages.flatMap(one => one.items) ?? []
  return (
    <div className="flex flex-col gap-4">
      <div className="grid max-w-2xl grid-cols-2 gap-3">
        <Input label={l.find} hideLabel type="search" placeholder={l.find} value={typed} onChange={event => setTyped(event.target.value)} />
        <Select
          label={l.anyState}
          hideLabel
          value={state}
          onChange={event => setState(event.target.value as typeof state)}
          options={[{ value: '', name: l.anyState }, ...states.map(value => ({ value, name: b.states[value] }))]}
        />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={CalendarX2} title={l.listNone} />
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">
          {items.map(one => (
            <li key={one.id}>
              <button
                type="button"
                onClick={() => setOpen(one.id)}
                className="flex w-full min-w-0 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 text-left hover:bg-raised"
              >
                <span className="min-w-0 flex-1 basis-52">
                  <b className="block truncate font-semibold">{one.guest || l.guest}</b>
                  <span className="block truncate text-sm text-muted">{one.title}</span>
                </span>
                <span className="tabular text-sm">{spanText(one.localStart, one.localEnd, locale)}</span>
                <span className="tabular text-sm text-muted">{format.money(one.amount)}</span>
                <Tag tone={toneOf(one.state)}>{b.states[one.state]}</Tag>
              </button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
      {open ? <BookingDialog id={open} resources={resources} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}
