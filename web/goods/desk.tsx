import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { IdCard, Truck } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { EmptyState, SkeletonRows } from '../ui/states.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Tabs } from '../ui/tabs.tsx'
import { parts, type Part } from './parts.ts'
import { countsQuery, type Counts } from './queries.ts'

const Products = lazy(() => import('./products.tsx').then(module => ({ default: module.Products })))
const Sendings = lazy(() => import('./sendings.tsx').then(module => ({ default: module.Sendings })))
const Returns = lazy(() => import('./returns-desk.tsx').then(module => ({ default: module.ReturnsDesk })))
const Stock = lazy(() => import('./stock.tsx').then(module => ({ default: module.Stock })))
const Shipping = lazy(() => import('./shipping.tsx').then(module => ({ default: module.ShippingPart })))
const TablePart = lazy(() => import('./table.tsx').then(module => ({ default: module.TablePart })))

const waiting = (part: Part, counts: Counts | undefined): number =>
  counts === undefined ? 0 : part === 'sendings' ? counts.toPack : part === 'returns' ? counts.returns : part === 'stock' ? counts.low : 0

/** All about goods of a page: products, orders to send, returns, stock, where to, tables. */
export function GoodsDesk({ page: asked, part, onGo }: { page: string | undefined; part: Part; onGo: (page: string, part: Part) => void }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const hydrated = useHydrated()
  const page = me?.pages.find(one => one.id === asked)?.id ?? me?.pages[0]?.id
  const { data } = useQuery({ ...countsQuery(page ?? ''), enabled: page !== undefined })
  if (!me) return null
  if (page === undefined)
    return (
      <EmptyState
        icon={IdCard}
        main
        title={t.wares.noPages}
        action={
          <Link to="/studio/pages" className={buttonClass()}>
            {t.wares.newPage}
          </Link>
        }
      >
        {t.wares.noPagesBody}
      </EmptyState>
    )
  const counts = data?.counts
  return (
    <>
      <header className="mb-6 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.wares.title}</h1>
        {me.pages.length > 1 ? (
          <Select
            label={t.wares.page}
            hideLabel
            value={page}
            onChange={event => onGo(event.target.value, part)}
            options={me.pages.map(one => ({ value: one.id, name: one.name }))}
            className="w-56 max-w-full"
          />
        ) : null}
      </header>
      {counts?.noZones && part !== 'shipping' && counts.draft + counts.open > 0 ? (
        <div className="mb-6 flex flex-wrap items-center gap-4 rounded-lg border border-line bg-held-soft px-5 py-4">
          <Truck size={22} aria-hidden className="shrink-0 text-held" />
          <div className="min-w-0 flex-1 basis-60">
            <p className="font-semibold">{t.wares.noZones}</p>
            <p className="text-sm text-muted">{t.wares.noZonesBody}</p>
          </div>
          <Button size="sm" onClick={() => onGo(page, 'shipping')}>
            {t.wares.setZones}
          </Button>
        </div>
      ) : null}
      <Tabs
        label={t.wares.title}
        value={part}
        onChange={value => onGo(page, value as Part)}
        tabs={parts.map(value => {
          const many = waiting(value, counts)
          return {
            value,
            name: many > 0 ? `${t.wares.parts[value]} · ${format.number(many)}` : t.wares.parts[value],
            content:
              value !== part ? null : !hydrated ? (
                <SkeletonRows />
              ) : (
                <Suspense key={page} fallback={<SkeletonRows />}>
                  {part === 'products' ? <Products page={page} counts={counts} onTable={() => onGo(page, 'table')} /> : null}
                  {part === 'sendings' ? <Sendings page={page} /> : null}
                  {part === 'returns' ? <Returns page={page} /> : null}
                  {part === 'stock' ? <Stock page={page} /> : null}
                  {part === 'shipping' ? <Shipping page={page} /> : null}
                  {part === 'table' ? <TablePart page={page} onDone={() => onGo(page, 'products')} /> : null}
                </Suspense>
              ),
          }
        })}
      />
    </>
  )
}
