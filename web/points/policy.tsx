import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Scale } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ProposePolicy } from './policy-form.tsx'
import { Differences, useValueText, type Values } from './policy-values.tsx'
import { packNameOf, policyKeys } from './packs.ts'

const deskQuery = read('GET /console/policy')
type Change = Ok<'GET /console/policy'>['changes'][number]

/** What is allowed on this planet: what holds, what was proposed, who decided. */
export function PolicyDesk() {
  const t = useWords()
  const format = useFormat()
  const text = useValueText()
  const { data, error, isPending, refetch } = useQuery(deskQuery)
  const [proposing, setProposing] = useState(false)
  const [deciding, setDeciding] = useState<Change | null>(null)
  const p = t.budget.policy
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const waits = data.changes.some(change => change.state === 'open')
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{p.title}</h1>
          <p className="mt-1 max-w-[70ch] text-muted">{p.lead}</p>
        </div>
        <Button disabled={waits} onClick={() => setProposing(true)}>
          {p.propose}
        </Button>
      </header>
      <Panel
        title={
          <span className="flex flex-wrap items-center gap-2">
            {p.holds}
            <Tag tone="accent">{p.packs[packNameOf(data.policy)]}</Tag>
          </span>
        }
        note={data.version > 0 ? p.version(format.number(data.version)) : p.packHint.strict}
      >
        <dl className="-my-2 divide-y divide-line">
          {policyKeys.map(key => (
            <div key={key} className="flex flex-wrap justify-between gap-x-6 gap-y-1 py-2.5">
              <dt className="text-muted">{p.values[key]}</dt>
              <dd className="tabular font-medium">{text(key, data.policy)}</dd>
            </div>
          ))}
        </dl>
        <p className="mt-5 text-xs text-muted">{p.neverNote}</p>
      </Panel>
      <Panel title={p.history}>
        {data.changes.length === 0 ? (
          <EmptyState compact icon={Scale} title={p.historyNone} />
        ) : (
          <ul className="flex flex-col gap-3">
            {data.changes.map(change => (
              <li key={change.id} className="rounded-md bg-raised px-4 py-3">
                <div className="flex flex-wrap items-start justify-between gap-3">
                  <p className="min-w-0 flex-1 basis-60">
                    <span className="font-medium">{p.packs[packNameOf(change.values)]}</span>
                    {change.version === null ? '' : ` · ${p.version(format.number(change.version))}`}
                    <span className="block">“{change.reason}”</span>
                    <span className="block text-xs text-muted">{p.proposedBy(change.proposedBy.name, format.day(change.proposedAt))}</span>
                    {change.decidedBy && change.decidedAt ? (
                      <span className="block text-xs text-muted">
                        {p.decidedBy(change.decidedBy.name, format.day(change.decidedAt))} · “{change.decision}”
                      </span>
                    ) : null}
                  </p>
                  {change.mayDecide ? (
                    <Button size="sm" onClick={() => setDeciding(change)}>
                      {p.decide}
                    </Button>
                  ) : (
                    <Tag tone={change.state === 'open' ? 'accent' : change.state === 'confirmed' ? 'good' : 'bad'}>
                      {p.states[change.state]}
                    </Tag>
                  )}
                </div>
                {change.state === 'open' ? <Differences from={data.policy} to={change.values} /> : null}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {proposing ? <ProposePolicy now={data.policy} onClose={() => setProposing(false)} /> : null}
      {deciding ? <Decide change={deciding} now={data.policy} onClose={() => setDeciding(null)} /> : null}
    </div>
  )
}

function Decide({ change, now, onClose }: { change: Change; now: Values; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const p = t.budget.policy
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: (decision: 'confirmed' | 'declined') =>
      api('POST /console/policy/changes/:id/decide', { id: change.id, decision, reason: reason.trim() }),
    onSuccess: ({ state }) => {
      toast(state === 'confirmed' ? p.confirmed : p.declined, { tone: 'good' })
      onClose()
      return client.invalidateQueries({ queryKey: deskQuery.queryKey })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const ready = reason.trim().length >= 3
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={p.decideTitle}
      description={`“${change.reason}”`}
      footer={
        <>
          <Button look="quiet" busy={decide.isPending} disabled={!ready} onClick={() => decide.mutate('declined')}>
            {p.decline}
          </Button>
          <Button busy={decide.isPending} disabled={!ready} onClick={() => decide.mutate('confirmed')}>
            {p.confirm}
          </Button>
        </>
      }
    >
      <Differences from={now} to={change.values} />
      <div className="mt-4">
        <TextArea label={p.reason} rows={3} maxLength={1000} value={reason} onChange={event => setReason(event.target.value)} />
      </div>
    </Dialog>
  )
}
