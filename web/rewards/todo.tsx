import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { CheckCheck, Inbox, MessageSquare, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { toneOf } from './mine.tsx'
import { refreshRewards, todoQuery, type DeskExchange } from './queries.ts'

const states = ['waiting', 'ready', 'claim', 'done', 'cancelled', 'expired'] as const

/** What members exchanged: to do first; a host answers, finishes, or takes it back. */
export function Todo({ group }: { group: string }) {
  const t = useWords()
  const [state, setState] = useState<(typeof states)[number]>('waiting')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(todoQuery(group, state))
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <div className="flex flex-col gap-4">
      <Select
        label={t.rewards.desk.todo}
        hideLabel
        className="max-w-52"
        value={state}
        onChange={event => setState(event.target.value as typeof state)}
        options={states.map(value => ({ value, name: t.rewards.desk.which[value] }))}
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={Inbox} title={t.rewards.desk.todoNone}>
          {t.rewards.desk.todoNoneBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {items.map(item => (
            <Item key={item.id} item={item} />
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

function Item({ item }: { item: DeskExchange }) {
  const t = useWords()
  const format = useFormat()
  const [doing, setDoing] = useState<'answer' | 'finish' | 'refund' | null>(null)
  const open = item.state === 'waiting' || item.state === 'ready' || item.state === 'claim'
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 sm:flex-row">
      <Cover id={item.reward} picture={item.picture} alt="" size={64} className="w-16 shrink-0 self-start" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <b className="font-semibold [overflow-wrap:anywhere]">{item.title}</b>
          {item.quantity > 1 ? <span className="tabular text-muted">× {item.quantity}</span> : null}
          <Tag tone={toneOf(item)}>
            {item.parcel && item.state === 'waiting' ? t.shipping.states[item.parcel] : t.rewards.states[item.state]}
          </Tag>
        </p>
        <p className="tabular mt-1 text-sm text-muted">
          {item.person.name} · {t.rewards.number(item.number)} · {format.dateTime(item.at)}
        </p>
        {item.note ? <p className="mt-2 rounded-md bg-raised px-3 py-2 whitespace-pre-line">{item.note}</p> : null}
        {item.answer ? <p className="mt-2 rounded-md bg-accent-soft px-3 py-2 whitespace-pre-line">{item.answer}</p> : null}
        {item.reason ? <p className="mt-2 text-sm text-held">{item.reason}</p> : null}
        <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
          {item.can.finish ? (
            <Button size="sm" icon={CheckCheck} onClick={() => setDoing('finish')}>
              {t.rewards.desk.finish}
            </Button>
          ) : null}
          {open ? (
            <Button size="sm" look="quiet" icon={MessageSquare} onClick={() => setDoing('answer')}>
              {t.rewards.desk.reply}
            </Button>
          ) : null}
          {item.can.cancel ? (
            <Button size="sm" look="plain" icon={Undo2} onClick={() => setDoing('refund')}>
              {t.rewards.desk.refund}
            </Button>
          ) : null}
        </div>
      </div>
      {doing ? <Say item={item} what={doing} onClose={() => setDoing(null)} /> : null}
    </li>
  )
}

function Say({ item, what, onClose }: { item: DeskExchange; what: 'answer' | 'finish' | 'refund'; onClose: () => void }) {
  const t = useWords()
  const d = t.rewards.desk
  const client = useQueryClient()
  const [text, setText] = useState(what === 'refund' ? '' : item.answer)
  const send = useMutation<unknown>({
    mutationFn: () =>
      what === 'answer'
        ? api('POST /exchanges/:id/answer', { id: item.id, answer: text })
        : what === 'finish'
          ? api('POST /exchanges/:id/finish', { id: item.id, answer: text })
          : api('POST /exchanges/:id/refund', { id: item.id, reason: text }),
    onSuccess: async () => {
      toast(what === 'answer' ? d.replied : what === 'finish' ? d.finished : d.refunded, { tone: 'good' })
      await refreshRewards(client)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={what === 'answer' ? d.replyTo(item.person.name) : what === 'finish' ? d.finish : d.refund}
      footer={
        <Button
          className="w-full"
          look={what === 'refund' ? 'danger' : 'primary'}
          size="lg"
          busy={send.isPending}
          disabled={what !== 'finish' && text.trim() === ''}
          onClick={() => send.mutate()}
        >
          {what === 'answer' ? d.reply : what === 'finish' ? d.finish : d.refund}
        </Button>
      }
    >
      <TextArea
        label={what === 'refund' ? d.refundWhy : d.reply}
        optional={what === 'finish'}
        maxLength={what === 'refund' ? 500 : 1000}
        rows={4}
        value={text}
        error={send.error ? faultText(t, send.error) : undefined}
        onChange={event => setText(event.target.value)}
      />
    </Dialog>
  )
}
