import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { Planet } from '../ui/planet.tsx'
import { Sankey, type FlowLink } from '../ui/sankey.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { codeName } from './codes.ts'

export type Flow = Ok<'GET /me/money'>
/** Whose flow it is: a release's, a show's, an order's, or one's own (or an organisation's, `as`) in a period. */
export type FlowOf = { release?: string; show?: string; order?: string; as?: string; from?: string; to?: string; asset?: string }

/** Words for codes that mean something of their own here. */
export type FlowNames = Readonly<Record<string, string>>
const nameOf = (t: Words, names: FlowNames | undefined, code: string): string => names?.[code] ?? codeName(t, code)

/** Follow the money: the picture, and under every band its postings where `of` says whose they are. */
export function FlowPicture({ flow, of, label, names }: { flow: Flow; of?: FlowOf; label: string; names?: FlowNames }) {
  const t = useWords()
  const [opened, setOpened] = useState<FlowLink | null>(null)
  if (flow.links.length === 0) {
    return (
      <EmptyState picture={<Planet id="no-money-yet" bare measure={0} className="size-20" />} title={t.money.noFlow} compact>
        {t.money.noFlowBody}
      </EmptyState>
    )
  }
  const nodes = flow.nodes.map(node => ({
    id: node.id,
    // What settles is a sale, seen from the thing that was sold.
    name:
      node.label && node.code !== 'provider'
        ? node.label
        : nameOf(t, names, node.kind === 'source' && node.code === 'settle' ? 'sales' : (node.label ?? node.code)),
    tone:
      node.code.startsWith('commission') || node.code.includes('fee')
        ? ('fee' as const)
        : node.kind === 'rest'
          ? ('held' as const)
          : node.kind === 'out'
            ? ('paid' as const)
            : undefined,
  }))
  const name = (id: string) => nodes.find(node => node.id === id)?.name ?? ''
  return (
    <>
      <Sankey label={label} currency={flow.asset} nodes={nodes} links={flow.links} {...(of ? { onOpen: setOpened } : {})} />
      <Sheet
        open={opened !== null}
        onOpenChange={open => !open && setOpened(null)}
        title={t.money.postings}
        description={opened ? `${name(opened.from)} → ${name(opened.to)}` : ''}
      >
        {opened && of ? <Postings link={opened} of={of} names={names} /> : null}
      </Sheet>
    </>
  )
}

function Postings({ link, of, names }: { link: FlowLink; of: FlowOf; names: FlowNames | undefined }) {
  const t = useWords()
  const format = useFormat()
  const input = { link: link.id, ...of }
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /money/postings', input],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /money/postings', { ...input, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={5} />
  return (
    <>
      <ul className="divide-y divide-line">
        {data.pages
          .flatMap(page => page.items)
          .map((posting, index) => (
            <li key={`${posting.transfer}-${index}`} className="flex items-start justify-between gap-4 py-3">
              <div className="min-w-0">
                <p className="truncate font-medium">{posting.note ?? codeName(t, posting.kind)}</p>
                <p className="text-xs text-muted">
                  <When at={posting.at} show="dateTime" />
                  {posting.step ? ` · ${nameOf(t, names, posting.step)}` : ''}
                  {posting.shareBp !== null ? ` · ${t.money.share(format.percent(posting.shareBp / 10_000))}` : ''}
                </p>
                <p className="tabular text-xs text-muted">
                  {nameOf(t, names, posting.receiver)} · #{posting.transfer}
                </p>
              </div>
              <Money value={posting.amount} className="font-semibold" />
            </li>
          ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4 w-full">
          {t.money.moreOf}
        </Button>
      ) : null}
    </>
  )
}
