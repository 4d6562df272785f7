import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileSpreadsheet, Plus, Search, Shirt } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { productsQuery, type Counts, type ProductCard } from './queries.ts'

export const stateTones: Record<ProductCard['state'], Tone> = { draft: 'held', open: 'good', archived: 'plain' }
const filters = ['all', 'open', 'draft', 'archived', 'low'] as const
type Filter = (typeof filters)[number]

/** The products of a page, changed last first, pictures large enough to know them by. */
export function Products({ page, counts, onTable }: { page: string; counts: Counts | undefined; onTable: () => void }) {
  const t = useWords()
  const format = useFormat()
  const [filter, setFilter] = useState<Filter>('all')
  const [typed, setTyped] = useState('')
  const q = useDeferredValue(typed.trim())
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    productsQuery(page, filter === 'low' || filter === 'all' ? 'all' : filter, q, filter === 'low'),
  )
  const items = data?.pages.flatMap(one => one.items) ?? []
  const many = (which: Filter): number | null =>
    counts === undefined ? null : which === 'all' ? counts.draft + counts.open + counts.archived : counts[which]
  const names: Record<Filter, string> = { all: t.wares.all, ...t.wares.states, low: t.wares.low }
  const isNew = counts !== undefined && counts.draft + counts.open + counts.archived === 0
  const add = (
    <Link to="/studio/goods/$id" params={{ id: 'new' }} search={{ page }} className={buttonClass()}>
      <Plus size={16} aria-hidden />
      {t.wares.add}
    </Link>
  )
  const fromTable = (
    <Button look="quiet" icon={FileSpreadsheet} onClick={onTable}>
      {t.wares.fromTable}
    </Button>
  )
  if (isNew)
    return (
      <EmptyState
        icon={Shirt}
        title={t.wares.none}
        action={
          <>
            {add}
            {fromTable}
          </>
        }
      >
        {t.wares.noneBody}
      </EmptyState>
    )
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-3">
        {add}
        {fromTable}
        <Input
          label={t.wares.find}
          hideLabel
          type="search"
          placeholder={t.wares.find}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          suffix={<Search size={16} aria-hidden />}
          className="min-w-48 flex-1 sm:max-w-80"
        />
      </div>
      <div className="no-bar -mx-1 flex gap-2 overflow-x-auto px-1 py-1" role="group" aria-label={t.wares.title}>
        {filters.map(which => (
          <button
            key={which}
            type="button"
            aria-pressed={filter === which}
            onClick={() => setFilter(which)}
            className={cx(
              'h-9 shrink-0 rounded-full border px-4 text-sm whitespace-nowrap transition-colors',
              filter === which ? 'border-accent-mark bg-raised font-semibold' : 'border-line text-muted hover:text-ink',
            )}
          >
            {names[which]}
            {many(which) === null ? null : <span className="tabular ml-1.5 text-muted">{format.number(many(which)!)}</span>}
          </button>
        ))}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Search} title={t.wares.noneFound} compact />
      ) : (
        <ul className="grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5">
          {items.map(item => (
            <Card key={item.id} item={item} />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

function Card({ item }: { item: ProductCard }) {
  const t = useWords()
  const format = useFormat()
  const few = item.low > 0
  return (
    <li className="group relative flex min-w-0 flex-col gap-2">
      <div className="relative">
        <Cover id={item.id} picture={item.picture} alt="" size={320} className="w-full transition-opacity group-hover:opacity-90" />
        <span className="absolute top-2 left-2">
          <Tag tone={stateTones[item.state]}>{t.wares.states[item.state]}</Tag>
        </span>
      </div>
      <div className="min-w-0">
        <Link
          to="/studio/goods/$id"
          params={{ id: item.id }}
          search={{ page: item.page }}
          className="card-link line-clamp-2 leading-snug font-semibold [overflow-wrap:anywhere]"
        >
          {item.title}
        </Link>
        <p className="tabular mt-1 text-sm">
          {format.money(item.from)}
          {item.to.amount === item.from.amount ? '' : ` – ${format.money(item.to)}`}
        </p>
        <p className={cx('text-xs', few ? 'font-medium text-held' : 'text-muted')}>
          {item.available === null ? t.goods.unlimited : t.wares.left(format.number(item.available))}
          {item.variants > 1 ? ` · ${t.wares.variants(format.number(item.variants))}` : ''}
          {item.preorderOn ? ` · ${t.wares.preorder}` : ''}
        </p>
      </div>
    </li>
  )
}
