import { useQuery } from '@tanstack/react-query'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { FlowPicture } from './flow.tsx'

/** Where did this yuan go: the receipt's other half, from what was paid to everyone who got a part of it. `moving`: more is to come, so ask again. */
export function OrderFlow({ order, moving }: { order: string; moving: boolean }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['GET /orders/:id/money', { id: order }, moving],
    queryFn: ({ signal }) => api('GET /orders/:id/money', { id: order }, { signal }),
    refetchInterval: moving ? 5000 : false,
  })
  return (
    <Panel
      title={t.money.follow}
      note={data ? t.money.followOrder(format.money(data.total)) : ''}
      action={data && data.transfers > 0 ? <Tag>{t.money.transfers(format.number(data.transfers))}</Tag> : null}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : (
        <FlowPicture flow={data} of={{ order }} label={t.money.follow} />
      )}
    </Panel>
  )
}
