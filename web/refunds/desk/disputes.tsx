import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Gavel } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../../api.ts'
import { useWords, type Words } from '../../i18n/use.tsx'
import { codeName } from '../../insight/codes.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import { Money, When } from '../../ui/money.tsx'
import { Sheet } from '../../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useRefundsChanged } from './refund-sale.tsx'

type Dispute = Ok<'GET /console/disputes'>['items'][number]
const tones: Record<Dispute['state'], Tone> = { open: 'held', won: 'good', lost: 'bad' }
const states = ['open', 'won', 'lost'] as const
export type DisputesSearch = { state?: Dispute['state'] }

/** Why the payer's bank took it back; what we do not know is told as the bank says it. */
const whyName = (t: Words, reason: string): string => (t.disputes.bankSays as Record<string, string>)[reason] ?? codeName(t, reason)

/** Chargebacks: what is contested, what is on hold for it, and until when to answer. */
export function ConsoleDisputes({ search }: { search: DisputesSearch }) {
  const t = useWords()
  const navigate = useNavigate()
  const [shown, setShown] = useState<string | null>(null)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/disputes', search.state ?? ''],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /console/disputes', { ...search, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const rows = data?.pages.flatMap(page => page.items) ?? []
  const open = rows.find(row => row.id === shown)
  return (
    <>
      <header className="mb-5 flex flex-wrap items-end justify-between gap-4">
        <h1 className="text-xl">{t.disputes.disputes}</h1>
        <Select
          label={t.disputes.state}
          className="w-40"
          value={search.state ?? ''}
          onChange={event => {
            const state = event.target.value as Dispute['state'] | ''
            void navigate({ to: '/console/disputes', search: state ? { state } : {}, replace: true })
          }}
          options={[{ value: '', name: t.disputes.allStates }, ...states.map(value => ({ value, name: t.disputes.disputeStates[value] }))]}
        />
      </header>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : rows.length === 0 ? (
          <EmptyState icon={Gavel} title={t.disputes.noDisputes} compact>
            {t.disputes.noDisputesBody}
          </EmptyState>
        ) : (
          <Table<Dispute>
            label={t.disputes.disputes}
            dense
            rows={rows}
            rowKey={row => row.id}
            columns={[
              {
                key: 'order',
                name: t.disputes.order,
                cell: row => (
                  <>
                    <Link
                      to="/console/orders/$id"
                      params={{ id: row.order.id }}
                      data-jk
                      className="whitespace-nowrap underline decoration-line-strong underline-offset-4"
                    >
                      {row.order.number}
                    </Link>
                    <span className="block text-xs text-muted">
                      {row.buyer.name} · {codeName(t, row.provider)} · {whyName(t, row.reason)}
                    </span>
                    {row.state === 'open' && row.respondBy ? (
                      <span className="block text-xs md:hidden">
                        {t.disputes.answerBefore} <When at={row.respondBy} show="dateTime" />
                      </span>
                    ) : null}
                  </>
                ),
              },
              {
                key: 'at',
                name: t.disputes.at,
                wide: true,
                cell: row => <When at={row.openedAt} show="dateTime" />,
                sort: row => row.openedAt,
              },
              {
                key: 'by',
                name: t.disputes.answerBefore,
                wide: true,
                cell: row => (row.state === 'open' && row.respondBy ? <When at={row.respondBy} show="dateTime" /> : ''),
                sort: row => row.respondBy ?? '',
              },
              {
                key: 'state',
                name: t.disputes.state,
                cell: row => <Tag tone={tones[row.state]}>{t.disputes.disputeStates[row.state]}</Tag>,
                sort: row => row.state,
              },
              {
                key: 'amount',
                name: t.disputes.contested,
                align: 'end',
                sort: row => BigInt(row.amount.amount),
                cell: row => (
                  <>
                    <Money value={row.amount} className="font-semibold" />
                    <span className="block text-xs text-muted">
                      {t.disputes.fee} <Money value={row.fee} />
                    </span>
                  </>
                ),
              },
              {
                key: 'act',
                name: t.disputes.details,
                hideName: true,
                align: 'end',
                cell: row => (
                  <Button look="quiet" size="sm" onClick={() => setShown(row.id)}>
                    {t.disputes.details}
                  </Button>
                ),
              },
            ]}
          />
        )}
        {hasNextPage ? (
          <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
            {t.common.showMore}
          </Button>
        ) : null}
      </Panel>
      {open ? <Details dispute={open} onClose={() => setShown(null)} /> : null}
    </>
  )
}

function Details({ dispute, onClose }: { dispute: Dispute; onClose: () => void }) {
  const t = useWords()
  const changed = useRefundsChanged()
  const [text, setText] = useState('')
  const add = useMutation({
    mutationFn: () => api('POST /console/disputes/:id/evidence', { id: dispute.id, text }),
    onSuccess: () => {
      toast(t.disputes.noted, { tone: 'good' })
      setText('')
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Sheet
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={`${t.disputes.order} ${dispute.order.number}`}
      description={`${dispute.buyer.name} · ${whyName(t, dispute.reason)}`}
    >
      <ul className="flex flex-col gap-4">
        {dispute.lines.map(line => (
          <li key={line.line}>
            <p className="flex justify-between gap-3 font-semibold">
              {line.title} <Money value={line.amount} />
            </p>
            {line.mode === 'escrow' ? <p className="text-muted">{t.disputes.inEscrow}</p> : null}
            <ul className="mt-1 text-xs">
              {line.holds.map(hold => (
                <li key={hold.receiver.id} className="flex justify-between gap-3 py-1">
                  <span>{hold.receiver.name}</span>
                  <span className="text-right text-muted">
                    {t.disputes.onHold} <Money value={hold.held} className="font-semibold text-ink" /> · {t.disputes.wanted}{' '}
                    <Money value={hold.wanted} />
                  </span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      <h3 className="mt-6 mb-2 font-semibold">{t.disputes.evidence}</h3>
      {dispute.evidence.length === 0 ? <p className="text-muted">{t.disputes.noEvidence}</p> : null}
      <ul className="flex flex-col gap-2">
        {dispute.evidence.map(note => (
          <li key={`${note.at} ${note.text}`} className="rounded-md bg-raised px-4 py-3">
            <p className="whitespace-pre-wrap">{note.text}</p>
            <p className="mt-1 text-xs text-muted">
              {note.by} · <When at={note.at} show="dateTime" />
            </p>
          </li>
        ))}
      </ul>
      {dispute.state === 'open' ? (
        <form
          className="mt-4 flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault()
            if (text.trim()) add.mutate()
          }}
        >
          <TextArea
            label={t.disputes.evidenceText}
            rows={4}
            maxLength={4000}
            value={text}
            onChange={event => setText(event.target.value)}
          />
          <Button type="submit" busy={add.isPending} disabled={!text.trim()}>
            {t.disputes.addEvidence}
          </Button>
        </form>
      ) : null}
    </Sheet>
  )
}
