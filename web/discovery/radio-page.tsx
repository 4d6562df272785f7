import { useInfiniteQuery } from '@tanstack/react-query'
import { Play, RadioTower } from 'lucide-react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { Suggestions } from './mixes.tsx'
import { startRadio } from './radio.ts'

/** A radio to look at before one starts it: what comes, and why. */
export function RadioPage({ seed, salt }: { seed: string; salt: string }) {
  const t = useWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /radio', seed, salt],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api('GET /radio', { seed, salt, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const first = data.pages[0]!
  const items = data.pages.flatMap((page, index) => page.items.map(item => ({ ...item, key: index })))
  return (
    <>
      <header className="mb-8 flex flex-col gap-6 sm:flex-row sm:items-end sm:gap-8">
        <Planet id={seed} measure={1} alive className="block w-44 shrink-0 overflow-hidden rounded-lg max-sm:mx-auto" />
        <div className="min-w-0 flex-1">
          <h1 className="text-[1.9rem] leading-[1.1] font-[700] tracking-tight sm:text-2xl">{t.discover.radioFrom(first.name)}</h1>
          <p className="mt-2 max-w-[60ch] text-base text-muted">{t.discover.radioBody}</p>
          <div className="mt-5">
            <Button
              size="lg"
              filled
              icon={Play}
              disabled={first.items.length === 0}
              onClick={() => void startRadio(seed, { ...first, salt })}
            >
              {t.discover.play}
            </Button>
          </div>
        </div>
      </header>
      {items.length === 0 ? (
        <EmptyState icon={RadioTower} title={t.discover.radioEmpty} />
      ) : (
        <Suggestions items={items} label={t.discover.radioFrom(first.name)} source="radio" />
      )}
      {hasNextPage && items.length > 0 ? (
        <div className="mt-6 flex justify-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.discover.more}
          </Button>
        </div>
      ) : null}
    </>
  )
}
