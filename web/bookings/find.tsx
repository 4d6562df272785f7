import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarCheck, SearchX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { ResourceCard } from './card.tsx'
import { kinds, type Find } from './find-search.ts'
import { findQuery } from './queries.ts'

/** All that can be booked: by kind, city and number of people. */
export function FindPage({ find, onFind }: { find: Find; onFind: (find: Find) => void }) {
  const t = useWords()
  const b = t.bookings
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(findQuery(find))
  const [typed, setTyped] = useState(find.q ?? '')
  const cities = data?.pages[0]?.cities ?? (find.city ? [find.city] : [])
  const items = data?.pages.flatMap(page => page.items) ?? []
  useEffect(() => {
    const timer = setTimeout(() => {
      if (typed.trim() !== (find.q ?? '')) onFind({ ...find, q: typed.trim() || undefined })
    }, 300)
    return () => clearTimeout(timer)
  }, [typed, find, onFind])
  const pill = (on: boolean) =>
    cx(
      'h-9 shrink-0 coarse:h-10 rounded-full px-4 text-sm font-medium whitespace-nowrap',
      on ? 'bg-ink text-bg' : 'bg-raised text-ink hover:bg-sunken',
    )
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-6">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h1 className="text-xl">{b.find}</h1>
          <p className="mt-1 max-w-[60ch] text-muted">{b.findBody}</p>
        </div>
        <Link to="/bookings" className={buttonClass('quiet')}>
          <CalendarCheck size={16} aria-hidden />
          {b.mine}
        </Link>
      </header>
      <div className="flex flex-col gap-3">
        <div className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0" role="group" aria-label={b.find}>
          <button type="button" aria-pressed={!find.kind} className={pill(!find.kind)} onClick={() => onFind({ ...find, kind: undefined })}>
            {b.any}
          </button>
          {kinds.map(kind => (
            <button
              key={kind}
              type="button"
              aria-pressed={find.kind === kind}
              className={pill(find.kind === kind)}
              onClick={() => onFind({ ...find, kind: find.kind === kind ? undefined : kind })}
            >
              {b.kinds[kind]}
            </button>
          ))}
        </div>
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-[2fr_1fr_1fr]">
          <Input
            label={b.search}
            hideLabel
            placeholder={b.search}
            type="search"
            value={typed}
            className="max-sm:col-span-2"
            onChange={event => setTyped(event.target.value)}
          />
          <Select
            label={b.city}
            hideLabel
            value={find.city ?? ''}
            onChange={event => onFind({ ...find, city: event.target.value || undefined })}
            options={[
              { value: '', name: b.anyCity },
              ...[...new Set([...cities, ...(find.city ? [find.city] : [])])].map(city => ({ value: city, name: city })),
            ]}
          />
          <Select
            label={b.people}
            hideLabel
            value={String(find.people ?? '')}
            onChange={event => onFind({ ...find, people: Number(event.target.value) || undefined })}
            options={[
              { value: '', name: b.people },
              ...[2, 4, 6, 8, 10, 15, 20, 30, 50].map(n => ({ value: String(n), name: b.peopleOf(String(n)) })),
            ]}
          />
        </div>
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Loading className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3">
          {[1, 2, 3].map(n => (
            <Skeleton key={n} className="aspect-4/3 rounded-lg" />
          ))}
        </Loading>
      ) : items.length === 0 ? (
        <EmptyState icon={SearchX} title={b.none}>
          {b.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-x-6 gap-y-8 sm:grid-cols-2 lg:grid-cols-3">
          {items.map(card => (
            <li key={card.id} className="min-w-0">
              <ResourceCard card={card} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}
