import { useInfiniteQuery, useMutation, useQueryClient, infiniteQueryOptions } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Handshake } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Pills } from './cards.tsx'
import { PartnerRule } from './partner-rule.tsx'

type Application = Ok<'GET /console/partners'>['items'][number]
const partnersQuery = (open: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /console/partners', open],
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/partners', { ...(open ? { open: 'true' as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** Shops that ask for partner terms: one of finance proposes them here, another confirms in plans. */
export function PartnersDesk() {
  const t = useWords()
  const w = t.shopkeeping.partners
  const [open, setOpen] = useState(true)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(partnersQuery(open))
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      <h1 className="text-xl">{w.title}</h1>
      <p className="mt-1.5 mb-5 max-w-[70ch] text-muted">{w.intro}</p>
      <PartnerRule />
      <div className="mb-5">
        <Pills
          label={w.title}
          value={open ? 'open' : 'all'}
          options={[
            { value: 'open', name: w.open },
            { value: 'all', name: w.all },
          ]}
          onChange={value => setOpen(value === 'open')}
        />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Handshake} title={w.none}>
          {w.noneBody}
        </EmptyState>
      ) : (
        <ul className="flex max-w-4xl flex-col gap-4">
          {items.map(item => (
            <li key={item.id} className="rounded-lg border border-line bg-surface p-4 sm:p-5">
              <One item={item} />
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="mt-6 text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </>
  )
}

function One({ item }: { item: Application }) {
  const t = useWords()
  const w = t.shopkeeping.partners
  const format = useFormat()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: (yes: boolean) =>
      yes
        ? api('POST /console/partners/:id/propose', { id: item.id, reason })
        : api('POST /console/partners/:id/decline', { id: item.id, reason }),
    onSuccess: async (_, yes) => {
      toast(yes ? w.proposed : w.declined, { tone: 'good' })
      await client.invalidateQueries({ predicate: ({ queryKey }) => /partners|settlement/.test(String(queryKey[0])) })
    },
  })
  return (
    <div className="flex flex-col gap-3">
      <header className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 font-semibold">
          <Link to="/shops/$id" params={{ id: item.page }} className="hover:underline">
            {item.shop}
          </Link>
          <span className="ml-2 font-normal text-muted">{item.seller.name}</span>
        </p>
        <Tag tone={item.state === 'confirmed' ? 'good' : item.state === 'declined' ? 'bad' : 'held'}>
          {t.shopkeeping.shop.application[item.state]}
        </Tag>
      </header>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
        <span>{w.months(format.number(item.months))}</span>
        <span>{w.turnover(format.money(item.turnover))}</span>
        <When at={item.at} />
      </p>
      {item.note ? <p className="whitespace-pre-line">{item.note}</p> : null}
      {item.reason ? <p className="text-muted">{item.reason}</p> : null}
      {item.state === 'asked' ? (
        <>
          <Input
            label={w.reason}
            value={reason}
            maxLength={1000}
            required
            error={decide.error ? faultText(t, decide.error) : undefined}
            onChange={event => setReason(event.target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <Button busy={decide.isPending} disabled={reason.trim().length < 3} onClick={() => decide.mutate(true)}>
              {w.propose}
            </Button>
            <Button look="danger" busy={decide.isPending} disabled={reason.trim().length < 3} onClick={() => decide.mutate(false)}>
              {w.decline}
            </Button>
          </div>
        </>
      ) : item.state === 'proposed' ? (
        <Link to="/console/plans" className={buttonClass('quiet', 'sm', 'self-start')}>
          {w.toPlans}
        </Link>
      ) : null}
    </div>
  )
}
