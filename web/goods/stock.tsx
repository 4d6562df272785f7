import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Boxes, Search } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { movementsQuery, refreshGoods, stockQuery, type StockRow } from './queries.ts'

/** What is on the shelf of a page, with what is spoken for. */
export function Stock({ page }: { page: string }) {
  const t = useWords()
  const w = t.wares
  const format = useFormat()
  const [typed, setTyped] = useState('')
  const [low, setLow] = useState(false)
  const [moving, setMoving] = useState<StockRow | null>(null)
  const q = useDeferredValue(typed.trim())
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(stockQuery(page, q, low))
  const items = data?.pages.flatMap(one => one.items) ?? []
  const figure = (name: string, value: string, strong = false) => (
    <div className="text-right">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={cx('tabular', strong && 'font-semibold')}>{value}</dd>
    </div>
  )
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-4">
        <Input
          label={w.find}
          hideLabel
          type="search"
          placeholder={w.find}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          suffix={<Search size={16} aria-hidden />}
          className="min-w-48 flex-1 sm:max-w-80"
        />
        <Checkbox label={w.low} checked={low} onChange={event => setLow(event.target.checked)} />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Boxes} title={q || low ? w.noneFound : w.noStock}>
          {q || low ? null : w.noStockBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line bg-surface">
          {items.map(row => (
            <li key={row.variant} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
              <Cover id={row.product} picture={row.picture} alt="" size={48} className="size-12 shrink-0" />
              <div className="min-w-0 flex-1 basis-40">
                <p className="leading-snug font-medium [overflow-wrap:anywhere]">
                  {row.title}
                  {row.detail ? <span className="text-muted"> · {row.detail}</span> : null}
                </p>
                <p className="flex flex-wrap items-center gap-2 text-xs text-muted">
                  {row.sku}
                  {row.low ? <Tag tone="held">{w.low}</Tag> : null}
                </p>
              </div>
              <dl className="flex gap-5">
                {figure(w.onShelf, row.stock === null ? '∞' : format.number(row.stock))}
                {figure(w.reserved, format.number(row.reserved))}
                {figure(w.available, row.available === null ? '∞' : format.number(row.available), true)}
              </dl>
              <Button look="quiet" size="sm" onClick={() => setMoving(row)} aria-label={w.changeTitle(row.title)}>
                {w.change}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="self-center">
          {t.common.more}
        </Button>
      ) : null}
      {moving ? <StockDialog row={moving} onClose={() => setMoving(null)} /> : null}
    </div>
  )
}

const causes = ['received', 'counted', 'lost', 'damaged', 'given', 'back'] as const
type Row = Pick<StockRow, 'variant' | 'title' | 'detail' | 'stock' | 'reserved'>

/** Changes the stock of one variant, and shows all that changed it before. */
export function StockDialog({ row, onClose }: { row: Row; onClose: () => void }) {
  const t = useWords()
  const w = t.wares
  const name = row.detail === null ? row.title : `${row.title} · ${row.detail}`
  const [tab, setTab] = useState('change')
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={name}>
      <Tabs
        label={name}
        value={tab}
        onChange={setTab}
        tabs={[
          { value: 'change', name: w.change, content: tab === 'change' ? <Change row={row} onClose={onClose} /> : null },
          { value: 'history', name: w.history, content: tab === 'history' ? <History variant={row.variant} /> : null },
        ]}
      />
    </Dialog>
  )
}

function Change({ row, onClose }: { row: Row; onClose: () => void }) {
  const t = useWords()
  const w = t.wares
  const format = useFormat()
  const client = useQueryClient()
  const [id] = useState(() => newClientId('stk'))
  const [cause, setCause] = useState<(typeof causes)[number]>('received')
  const [value, setValue] = useState('')
  const [note, setNote] = useState('')
  const counted = cause === 'counted'
  const number = /^-?\d{1,7}$/.test(value.trim()) ? Number(value.trim()) : null
  // Lost things are fewer: nobody types the minus.
  const change = number === null ? 0 : cause === 'lost' || cause === 'damaged' || cause === 'given' ? -Math.abs(number) : number
  const after = number === null ? null : counted ? number : (row.stock ?? 0) + change
  const bad = after === null || after < row.reserved || (!counted && change === 0)
  const save = useMutation({
    mutationFn: (unlimited: boolean) =>
      api('POST /variants/:variant/movements', {
        variant: row.variant,
        id,
        cause: unlimited ? 'counted' : cause,
        note,
        ...(unlimited ? { count: null } : counted ? { count: number } : { change }),
      }),
    onSuccess: async () => {
      toast(w.saved, { tone: 'good' })
      await refreshGoods(client)
      onClose()
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        event.stopPropagation()
        save.mutate(false)
      }}
    >
      <Select
        label={w.cause}
        value={cause}
        onChange={event => setCause(event.target.value as typeof cause)}
        options={causes.map(one => ({ value: one, name: w.causes[one] }))}
      />
      <Input
        label={counted ? w.byCount : w.byChange}
        required
        inputMode="numeric"
        value={value}
        onChange={event => setValue(event.target.value)}
        hint={
          after !== null
            ? w.after(format.number(after))
            : `${w.onShelf} ${row.stock === null ? '∞' : format.number(row.stock)} · ${w.reserved} ${format.number(row.reserved)}`
        }
        error={after !== null && after < row.reserved ? t.denials.stock_spoken_for : undefined}
      />
      <Input label={w.note} optional maxLength={300} value={note} onChange={event => setNote(event.target.value)} />
      {save.error ? (
        <p role="alert" className="font-medium text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-3">
        <Button type="submit" busy={save.isPending} disabled={bad}>
          {w.save}
        </Button>
        {row.stock === null ? null : (
          <Button look="quiet" busy={save.isPending} onClick={() => save.mutate(true)}>
            {w.makeUnlimited}
          </Button>
        )}
      </div>
    </form>
  )
}

function History({ variant }: { variant: string }) {
  const t = useWords()
  const w = t.wares
  const format = useFormat()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(movementsQuery(variant))
  const items = data?.pages.flatMap(one => one.items) ?? []
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  if (items.length === 0) return <EmptyState title={w.noHistory} compact />
  return (
    <>
      <ol className="flex flex-col divide-y divide-line">
        {items.map(one => (
          <li key={one.id} className="flex items-baseline gap-3 py-2.5 text-sm">
            <span className={cx('tabular w-12 shrink-0 text-right font-semibold', one.change > 0 ? 'text-paid' : 'text-ink')}>
              {one.change > 0 ? '+' : '−'}
              {format.number(Math.abs(one.change))}
            </span>
            <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {w.causes[one.cause]}
              {one.order ? ` · ${w.order(one.order)}` : ''}
              {one.note ? ` · ${one.note}` : ''}
              <span className="block text-xs text-muted">
                <When at={one.at} show="dateTime" />
                {one.by ? ` · ${one.by}` : ''}
              </span>
            </span>
            <span className="tabular text-muted">{format.number(one.after)}</span>
          </li>
        ))}
      </ol>
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-3">
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
}
