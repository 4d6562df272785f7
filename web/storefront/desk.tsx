import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheck, ExternalLink, IdCard, Plus, Store } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Figure, Money } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { OpenShop } from './desk-open.tsx'
import { LookPart } from './desk-look.tsx'
import type { Part } from './desk-parts.ts'
import { DeskReviews } from './desk-reviews.tsx'
import { ShelvesPart } from './desk-shelves.tsx'
import { TermsPart } from './desk-terms.tsx'
import { deskQuery, myShopsQuery, type Desk } from './queries.ts'
import { asApiError } from '../api-call.ts'

/** The pages one may edit, with their shops; a shop is opened from here. */
export function MyShops() {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(myShopsQuery())
  return (
    <>
      <header className="mb-6">
        <h1 className="text-xl">{w.mine}</h1>
        <p className="mt-1.5 max-w-[70ch] text-muted">{w.intro}</p>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState
          icon={IdCard}
          title={w.noPages}
          action={
            <Link to="/studio/pages" className={buttonClass()}>
              {w.newPage}
            </Link>
          }
        >
          {w.noPagesBody}
        </EmptyState>
      ) : (
        <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {data.items.map(({ page, name, picture, shop }) => (
            <li key={page} className="relative flex flex-col gap-4 rounded-lg border border-line bg-surface p-4 hover:border-line-strong">
              <div className="flex items-center gap-4">
                <Cover id={page} picture={picture} alt="" size={64} round className="size-16 shrink-0" />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-semibold">{shop?.name ?? name}</p>
                  {shop ? (
                    <p className="flex flex-wrap items-center gap-2 text-xs text-muted">
                      <Tag tone={shop.state === 'open' ? 'good' : 'held'}>{w.states[shop.state]}</Tag>
                      {w.things(format.number(shop.things))}
                    </p>
                  ) : (
                    <p className="text-xs text-muted">{w.notOpen}</p>
                  )}
                </div>
              </div>
              {shop && shop.unanswered > 0 ? (
                <p className="text-xs font-medium text-held">{w.toAnswer(format.number(shop.unanswered))}</p>
              ) : null}
              <Link
                to="/studio/shop/$page"
                params={{ page }}
                className={buttonClass(shop ? 'quiet' : 'primary', 'md', 'mt-auto self-start')}
              >
                {shop ? null : <Store size={16} aria-hidden />}
                {shop ? w.manage : w.open}
                <span className="sr-only">: {name}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** One shop for those who keep it; where there is none yet, opening it. */
export function ShopDesk({ page, part, onPart }: { page: string; part: Part; onPart: (part: Part) => void }) {
  const { data: desk, error, isPending, refetch } = useQuery({ ...deskQuery(page), retry: false })
  if (error && asApiError(error).code === 'not_found') return <OpenShop page={page} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Kept desk={desk} part={part} onPart={onPart} />
}

function Kept({ desk, part, onPart }: { desk: Desk; part: Part; onPart: (part: Part) => void }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const { shop } = desk
  const tab = (value: Part, content: React.ReactNode, more?: number) => ({
    value,
    name: more ? `${w.tabs[value]} · ${more}` : w.tabs[value],
    content,
  })
  return (
    <>
      <header className="mb-6 flex flex-wrap items-center gap-4">
        <Cover id={shop.id} picture={shop.picture} alt="" size={64} round className="size-16 shrink-0" />
        <div className="min-w-0 flex-1 basis-44">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{shop.name}</h1>
          <p className="flex items-center gap-2 text-muted">
            <Tag tone={shop.state === 'open' ? 'good' : 'held'}>{w.states[shop.state]}</Tag>
            <span className="truncate">@{shop.handle}</span>
          </p>
        </div>
        <Link to="/shops/$id" params={{ id: shop.handle }} className={buttonClass('quiet')}>
          <ExternalLink size={15} aria-hidden />
          {w.see}
        </Link>
      </header>
      <Tabs
        label={shop.name}
        value={part}
        onChange={value => onPart(value as Part)}
        tabs={[
          tab('overview', <Overview desk={desk} onPart={onPart} />),
          tab('look', <LookPart desk={desk} />),
          tab('shelves', <ShelvesPart key={desk.version} desk={desk} />),
          tab('reviews', <DeskReviews page={shop.id} />, desk.unanswered),
          tab('terms', <TermsPart desk={desk} />),
        ]}
      />
    </>
  )
}

function Overview({ desk, onPart }: { desk: Desk; onPart: (part: Part) => void }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const { shop, sales, todo } = desk
  const to: Record<Desk['todo'][number], Part | null> = {
    thing: null,
    banner: 'look',
    about: 'look',
    returns: 'look',
    shipping: 'look',
    section: 'shelves',
  }
  return (
    <div className="flex flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Figure label={w.lines30} value={format.number(sales.lines30d)} />
        <Figure label={w.amount30} value={<Money value={sales.amount30d} />} />
        <Figure label={w.amountAll} value={<Money value={sales.amount} />} />
        <Figure
          label={w.rating}
          value={shop.rating.average === null ? '—' : `${shop.rating.average.toFixed(1)} · ${format.number(shop.rating.count)}`}
        />
      </div>
      <Panel title={todo.length > 0 ? w.todoTitle : w.todoDone}>
        {todo.length === 0 ? (
          <p className="flex items-center gap-2 text-paid">
            <CircleCheck size={18} aria-hidden />
            {w.todoDone}
          </p>
        ) : (
          <ol className="flex flex-col divide-y divide-line">
            {todo.map(one => {
              const part = to[one]
              return (
                <li key={one} className="flex flex-wrap items-center gap-3 py-3 first:pt-0 last:pb-0">
                  <div className="min-w-0 flex-1">
                    <p className="font-medium">{w.todo[one].name}</p>
                    <p className="text-sm text-muted">{w.todo[one].body}</p>
                  </div>
                  {part ? (
                    <button type="button" className={buttonClass('quiet', 'sm')} onClick={() => onPart(part)}>
                      {w.tabs[part]}
                    </button>
                  ) : null}
                </li>
              )
            })}
          </ol>
        )}
      </Panel>
      <Panel title={w.add.title}>
        <div className="flex flex-wrap gap-2">
          {(
            [
              ['/studio/goods', w.add.product],
              ['/studio/releases', w.add.release],
              ['/studio/services', w.add.service],
              ['/studio/shows', w.add.show],
              ['/studio/bookings', w.add.booking],
              ['/studio/coupons', w.add.coupon],
            ] as const
          ).map(([to, name]) => (
            <Link key={to} to={to as '/'} className={buttonClass('quiet')}>
              <Plus size={15} aria-hidden />
              {name}
            </Link>
          ))}
        </div>
      </Panel>
    </div>
  )
}
