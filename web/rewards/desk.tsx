import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Download, Gift, Pencil, Plus, ShieldCheck } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, refreshRewards, type Desk, type DeskReward } from './queries.ts'
import { parts, type Part } from './parts.ts'

const Editor = lazy(() => import('./editor.tsx').then(module => ({ default: module.Editor })))
const Todo = lazy(() => import('./todo.tsx').then(module => ({ default: module.Todo })))
const Counter = lazy(() => import('./counter.tsx').then(module => ({ default: module.Counter })))
const ParcelsDesk = lazy(() => import('../shipping/desk.tsx').then(module => ({ default: module.ParcelsDesk })))
const RafflesDesk = lazy(() => import('../raffles/desk.tsx').then(module => ({ default: module.RafflesDesk })))

/** The hosts' desk of rewards: the window, what waits, parcels, the counter, raffles. */
export function RewardsDesk({
  group,
  part,
  code,
  onPart,
}: {
  group: string
  part: Part
  code: string | undefined
  onPart: (part: Part) => void
}) {
  const t = useWords()
  const { data: desk, error, isPending, refetch } = useQuery(deskQuery(group))
  return (
    <Tabs
      label={t.rewards.desk.label}
      value={part}
      onChange={value => onPart(value as Part)}
      tabs={parts.map(value => ({
        value,
        name: t.rewards.desk[value],
        content:
          value !== part ? null : error ? (
            <ErrorState error={error} onRetry={() => void refetch()} />
          ) : isPending ? (
            <SkeletonRows />
          ) : (
            <Suspense fallback={<SkeletonRows />}>
              {part === 'window' ? <WindowDesk group={group} desk={desk} /> : null}
              {part === 'todo' ? <Todo group={group} /> : null}
              {part === 'parcels' ? <ParcelsDesk sender={desk.group} /> : null}
              {part === 'counter' ? <Counter group={group} code={code} /> : null}
              {part === 'raffles' ? <RafflesDesk group={group} rewards={desk.items} /> : null}
            </Suspense>
          ),
      }))}
    />
  )
}

function WindowDesk({ group, desk }: { group: string; desk: Desk }) {
  const t = useWords()
  const [editing, setEditing] = useState<DeskReward | 'new' | null>(null)
  if (editing)
    return (
      <Suspense fallback={<SkeletonRows />}>
        <Editor group={group} desk={desk} reward={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
      </Suspense>
    )
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <Button icon={Plus} onClick={() => setEditing('new')}>
          {t.rewards.desk.add}
        </Button>
        <a href={`/api/v1/groups/${desk.group}/desk/exchanges.csv`} download className={buttonClass('quiet')}>
          <Download size={15} aria-hidden />
          {t.rewards.desk.table}
        </a>
      </div>
      {desk.items.length === 0 ? (
        <EmptyState icon={Gift} title={t.rewards.desk.none}>
          {t.rewards.desk.noneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-3 lg:grid-cols-2">
          {desk.items.map(reward => (
            <Item key={reward.id} reward={reward} onEdit={() => setEditing(reward)} />
          ))}
        </ul>
      )}
    </div>
  )
}

function Item({ reward, onEdit }: { reward: DeskReward; onEdit: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const said = { onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }), onSettled: () => refreshRewards(client) }
  const open = reward.state === 'open'
  const turn = useMutation({
    mutationFn: () => api('PUT /rewards/:id/state', { id: reward.id, state: open ? 'closed' : 'open' }),
    onSuccess: () => toast(open ? t.rewards.desk.closed : t.rewards.desk.opened, { tone: 'good' }),
    ...said,
  })
  const approve = useMutation({
    mutationFn: () => api('POST /rewards/:id/approve', { id: reward.id }),
    onSuccess: () => toast(t.rewards.desk.approved, { tone: 'good' }),
    ...said,
  })
  const cost = format.money({ amount: reward.cost, currency: 'CNY' })
  return (
    <li className="flex min-w-0 gap-4 rounded-lg border border-line bg-surface p-4">
      <Cover id={reward.id} picture={reward.picture} alt="" size={96} className="w-22 shrink-0 self-start" />
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        <div>
          <p className="flex flex-wrap items-center gap-2">
            <Tag tone={open ? 'good' : reward.state === 'draft' ? 'held' : 'plain'}>{t.rewards.desk.states[reward.state]}</Tag>
            <Tag>{t.rewards.kinds[reward.kind]}</Tag>
            {reward.raffleOnly ? <Tag>{t.rewards.desk.raffleOnly}</Tag> : null}
          </p>
          <h2 className="mt-1.5 text-base leading-snug [overflow-wrap:anywhere]">{reward.title}</h2>
        </div>
        <dl className="tabular grid grid-cols-[auto_1fr] gap-x-3 text-sm text-muted">
          <dt>{t.rewards.desk.points}</dt>
          <dd className="text-ink">{format.number(reward.points)}</dd>
          <dt>{t.rewards.desk.stock}</dt>
          <dd className="text-ink">
            {t.rewards.desk.taken(format.number(reward.taken), reward.stock === null ? '∞' : format.number(reward.stock))}
            {reward.kept > 0 ? ` · ${t.rewards.desk.kept(format.number(reward.kept))}` : ''}
            {reward.codes === 'own' ? ` · ${t.rewards.desk.codesFree(format.number(reward.codesFree))}` : ''}
          </dd>
          {reward.provider && reward.cost !== '0' ? (
            <>
              <dt>{t.rewards.cost}</dt>
              <dd className="text-ink">
                {cost} → {reward.provider.name}
              </dd>
            </>
          ) : null}
        </dl>
        {reward.missing.length > 0 ? (
          <ul className="flex flex-col gap-0.5 text-xs text-held">
            {reward.missing.map(one => (
              <li key={one}>{t.rewards.desk.missing[one]}</li>
            ))}
          </ul>
        ) : null}
        <div className="mt-auto flex flex-wrap gap-2 pt-1">
          <Button look="quiet" size="sm" icon={Pencil} onClick={onEdit}>
            {t.rewards.desk.edit}
          </Button>
          {reward.can.approve ? (
            <Button size="sm" icon={ShieldCheck} onClick={() => setAsking(true)}>
              {t.rewards.desk.approve}
            </Button>
          ) : null}
          {reward.raffleOnly ? null : open || reward.can.open ? (
            <Button look={open ? 'quiet' : 'primary'} size="sm" busy={turn.isPending} onClick={() => turn.mutate()}>
              {open ? t.rewards.desk.close : t.rewards.desk.open}
            </Button>
          ) : null}
        </div>
      </div>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.rewards.desk.approve}
        body={t.rewards.desk.approveBody(cost, reward.provider?.name ?? '')}
        action={t.rewards.desk.approve}
        onConfirm={() =>
          approve.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </li>
  )
}
