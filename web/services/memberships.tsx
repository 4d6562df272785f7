import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, HeartHandshake } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { membershipsQuery, refreshServices } from './queries.ts'

/** Memberships one has: until when, what they bring, renewing and giving back. */
export function MembershipsPage() {
  const t = useWords()
  const m = t.services.member
  const format = useFormat()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(membershipsQuery())
  const [asking, setAsking] = useState<string | null>(null)
  const giveBack = useMutation({
    mutationFn: (line: string) => api('POST /memberships/:line/return', { line }),
    onSuccess: () => toast(m.gaveBack, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshServices(client),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5">
      <h1 className="text-xl">{m.title}</h1>
      {data.items.length === 0 ? (
        <EmptyState
          icon={HeartHandshake}
          title={m.none}
          action={
            <Link to="/shops" className={buttonClass('quiet')}>
              {t.storefront.allShops}
            </Link>
          }
        >
          {m.noneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-4">
          {data.items.map(one => (
            <li key={one.page.id} className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
              <div className="flex flex-wrap items-center gap-4">
                <Cover id={one.page.id} picture={one.page.picture} alt="" size={72} round className="size-16 shrink-0" />
                <div className="min-w-0 flex-1 basis-44">
                  <h2 className="text-lg leading-snug [overflow-wrap:anywhere]">
                    <Link to="/artists/$id" params={{ id: one.page.id }} className="hover:underline">
                      {one.page.name}
                    </Link>
                  </h2>
                  <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
                    <Tag tone={one.active ? 'good' : 'plain'}>
                      {one.active ? m.until(format.date(one.until)) : m.over(format.date(one.until))}
                    </Tag>
                    {m.since(format.date(one.since))}
                  </p>
                </div>
                {one.renew?.offer ? (
                  <Link to="/memberships/$id" params={{ id: one.renew.product }} className={buttonClass(one.active ? 'quiet' : 'primary')}>
                    {t.services.renew}
                  </Link>
                ) : null}
              </div>
              {one.active && one.perks.length > 0 ? (
                <ul className="grid gap-1.5 sm:grid-cols-2">
                  {one.perks.map(perk => (
                    <li key={perk} className="flex gap-2 text-sm">
                      <Check size={16} aria-hidden className="mt-0.5 shrink-0 text-paid" />
                      {perk}
                    </li>
                  ))}
                </ul>
              ) : null}
              <ul className="divide-y divide-line border-t border-line text-sm">
                {one.lines.map(line => (
                  <li key={line.line} className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-2.5 pb-1">
                    <span className="min-w-0 grow truncate max-sm:w-full">{line.title}</span>
                    <span className={cx('max-sm:grow', line.ended ? 'text-muted line-through' : 'text-muted')}>
                      {m.line(format.date(line.startsAt), format.date(line.endsAt))}
                    </span>
                    {line.canReturn ? (
                      <Button size="sm" look="quiet" onClick={() => setAsking(line.line)}>
                        {m.giveBack}
                      </Button>
                    ) : line.ended ? (
                      <Tag>{m.ended}</Tag>
                    ) : null}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
      <Confirm
        open={asking !== null}
        onOpenChange={open => (open ? undefined : setAsking(null))}
        title={m.giveBackTitle}
        body={m.giveBackBody}
        action={m.giveBack}
        onConfirm={async () => {
          await giveBack.mutateAsync(asking!).catch(() => undefined)
        }}
      />
    </div>
  )
}
