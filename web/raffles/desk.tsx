import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink, Pencil, Plus, Ticket } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { refreshRewards, type DeskReward } from '../rewards/queries.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { RaffleEditor } from './editor.tsx'
import { raffleQuery, rafflesQuery, type RaffleCard } from './queries.ts'
import { raffleTone } from './strip.tsx'

/** The hosts' raffles: drafts, what runs, what was drawn. */
export function RafflesDesk({ group, rewards }: { group: string; rewards: readonly DeskReward[] }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(rafflesQuery(group))
  const [editing, setEditing] = useState<RaffleCard | 'new' | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  if (data.allowed === 'never') return <EmptyState icon={Ticket} title={t.raffles.desk.never} />
  if (editing)
    return (
      <RaffleEditor
        group={group}
        rewards={rewards}
        allowed={data.allowed}
        id={editing === 'new' ? null : editing.id}
        onClose={() => setEditing(null)}
      />
    )
  return (
    <div className="flex flex-col gap-4">
      <Button icon={Plus} className="self-start" onClick={() => setEditing('new')}>
        {t.raffles.desk.add}
      </Button>
      {data.items.length === 0 ? (
        <EmptyState icon={Ticket} title={t.raffles.desk.none}>
          {t.raffles.desk.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {data.items.map(raffle => (
            <Item key={raffle.id} raffle={raffle} onEdit={() => setEditing(raffle)} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Item({ raffle, onEdit }: { raffle: RaffleCard; onEdit: () => void }) {
  const t = useWords()
  const d = t.raffles.desk
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState<'publish' | 'call' | 'outside' | null>(null)
  const { data } = useQuery({ ...raffleQuery(raffle.id), enabled: raffle.state !== 'drawn' && raffle.state !== 'void' })
  const said = { onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }), onSettled: () => refreshRewards(client) }
  const publish = useMutation({
    mutationFn: () => api('POST /raffles/:id/publish', { id: raffle.id }),
    onSuccess: () => toast(d.published, { tone: 'good' }),
    ...said,
  })
  const draw = useMutation({ mutationFn: () => api('POST /raffles/:id/draw', { id: raffle.id }), ...said })
  const drop = useMutation({ mutationFn: () => api('POST /raffles/:id/void', { id: raffle.id, reason: '-' }), ...said })
  const can = data?.can
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-lg border border-line bg-surface p-4">
      <p className="flex flex-wrap items-center gap-2">
        <Tag tone={raffleTone(raffle.state)}>{t.raffles.states[raffle.state]}</Tag>
        <span className="tabular text-sm text-muted">
          {t.raffles.ticketsOf(format.number(raffle.tickets), format.number(raffle.people))}
        </span>
      </p>
      <h2 className="text-base [overflow-wrap:anywhere]">{raffle.title}</h2>
      <p className="text-sm text-muted">
        {raffle.prizes.map(prize => `${prize.title} ${t.raffles.times(format.number(prize.quantity))}`).join(' · ')}
      </p>
      <p className="tabular text-sm text-muted">
        {t.raffles.endsAt(format.dateTime(raffle.closesAt))} ·{' '}
        {raffle.points === 0 ? t.raffles.free : t.raffles.perTicket(format.number(raffle.points))}
      </p>
      <div className="mt-auto flex flex-wrap gap-2 pt-1">
        {raffle.state === 'draft' ? (
          <>
            <Button size="sm" onClick={() => setAsking('publish')}>
              {d.publish}
            </Button>
            <Button size="sm" look="quiet" icon={Pencil} onClick={onEdit}>
              {d.edit}
            </Button>
            <Button size="sm" look="plain" busy={drop.isPending} onClick={() => drop.mutate()}>
              {d.drop}
            </Button>
          </>
        ) : (
          <Link to="/raffles/$id" params={{ id: raffle.id }} className={buttonClass('quiet', 'sm')}>
            <ExternalLink size={14} aria-hidden />
            {t.rewards.see}
          </Link>
        )}
        {can?.outside ? (
          <Button size="sm" onClick={() => setAsking('outside')}>
            {d.writeOutside}
          </Button>
        ) : null}
        {can?.draw ? (
          <Button size="sm" busy={draw.isPending} onClick={() => draw.mutate()}>
            {d.draw}
          </Button>
        ) : null}
        {raffle.state === 'open' || raffle.state === 'closed' ? (
          <Button size="sm" look="plain" onClick={() => setAsking('call')}>
            {d.call}
          </Button>
        ) : null}
      </div>
      <Confirm
        open={asking === 'publish'}
        onOpenChange={open => !open && setAsking(null)}
        title={d.publishTitle}
        body={d.publishBody}
        action={d.publish}
        onConfirm={() =>
          publish.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
      {asking === 'call' || asking === 'outside' ? (
        <Say raffle={raffle} what={asking} outside={data?.outside?.what ?? ''} onClose={() => setAsking(null)} />
      ) : null}
    </li>
  )
}

function Say({ raffle, what, outside, onClose }: { raffle: RaffleCard; what: 'call' | 'outside'; outside: string; onClose: () => void }) {
  const t = useWords()
  const d = t.raffles.desk
  const client = useQueryClient()
  const [text, setText] = useState('')
  const send = useMutation<unknown>({
    mutationFn: () =>
      what === 'call'
        ? api('POST /raffles/:id/void', { id: raffle.id, reason: text })
        : api('POST /raffles/:id/outside', { id: raffle.id, value: text }),
    onSuccess: async () => {
      toast(what === 'call' ? d.called : d.outsideTaken, { tone: 'good' })
      await refreshRewards(client)
      onClose()
    },
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={what === 'call' ? d.callTitle : d.writeOutside}
      description={what === 'call' ? d.callBody : outside}
      footer={
        <Button
          look={what === 'call' ? 'danger' : 'primary'}
          size="lg"
          className="w-full"
          disabled={text.trim() === ''}
          busy={send.isPending}
          onClick={() => send.mutate()}
        >
          {what === 'call' ? d.call : d.writeOutside}
        </Button>
      }
    >
      <Input
        label={what === 'call' ? d.why : d.writeOutside}
        maxLength={what === 'call' ? 500 : 200}
        value={text}
        error={send.error ? faultText(t, send.error) : undefined}
        onChange={event => setText(event.target.value)}
      />
    </Dialog>
  )
}
