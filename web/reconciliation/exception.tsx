import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { BeforeAfter } from '../console/hold-dialogs.tsx'
import { RowLink } from '../console/rows.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { stateTones } from './desk.tsx'
import { sourceName } from './proof.tsx'

type Full = Ok<'GET /console/reconciliation/exceptions/:id'>
type Side = NonNullable<Full['there']>
type Act = 'match' | 'explain' | 'write-off' | 'confirm' | 'decline'

/** One difference: both sides, what could belong to it, and deciding about it. */
export function ConsoleException({ id }: { id: string }) {
  const query = read('GET /console/reconciliation/exceptions/:id', { id })
  const { data, error, isPending, refetch } = useQuery(query)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown exception={data} />
}

function Shown({ exception }: { exception: Full }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const [asked, setAsked] = useState<{ act: Act; side?: Side } | null>(null)
  const open = exception.closedAt === null
  const proposed = exception.state === 'proposed'
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.reconciliation.kinds[exception.kind]}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
            <Tag tone={stateTones[exception.state]}>{t.reconciliation.states[exception.state]}</Tag>
            {sourceName(t, exception.source)} · <When at={exception.openedAt} show="dateTime" />
            {exception.rule ? ` · ${t.reconciliation.byRule(exception.rule)}` : ''}
          </p>
        </div>
        <p className="text-right">
          <Money value={exception.effect} signed className="text-lg font-semibold" />
          <span className="block max-w-[36ch] text-xs text-muted">{t.reconciliation.effectHint}</span>
        </p>
      </header>
      <div className="grid gap-5 md:grid-cols-2">
        <SideBox title={t.reconciliation.there} side={exception.there} missing={t.reconciliation.nothingThere} />
        <SideBox title={t.reconciliation.here} side={exception.here} missing={t.reconciliation.nothingHere} />
      </div>
      {open ? (
        <Panel>
          {proposed && exception.proposedBy ? (
            <p className="mb-4 font-medium">{t.reconciliation.waitsFor(exception.proposedBy.name)}</p>
          ) : null}
          {exception.reason ? <blockquote className="mb-4 rounded-md bg-raised px-4 py-3">{exception.reason}</blockquote> : null}
          <div className="flex flex-wrap gap-2">
            {proposed ? (
              <>
                <Button disabled={exception.proposedBy?.id === me?.id} onClick={() => setAsked({ act: 'confirm' })}>
                  {t.reconciliation.confirm}
                </Button>
                <Button look="quiet" onClick={() => setAsked({ act: 'decline' })}>
                  {t.reconciliation.decline}
                </Button>
              </>
            ) : (
              <>
                <Button onClick={() => setAsked({ act: 'explain' })}>{t.reconciliation.explain}</Button>
                <Button look="quiet" onClick={() => setAsked({ act: 'write-off' })}>
                  {t.reconciliation.writeOff}
                </Button>
              </>
            )}
          </div>
        </Panel>
      ) : null}
      {open && (exception.there === null || exception.here === null) ? (
        <Panel title={t.reconciliation.candidates}>
          {exception.candidates.length === 0 ? (
            <p className="text-muted">{t.reconciliation.noCandidates}</p>
          ) : (
            <Table<Side>
              label={t.reconciliation.candidates}
              dense
              rows={exception.candidates}
              rowKey={row => row.id}
              columns={[
                { key: 'at', name: t.reconciliation.at, wide: true, cell: row => <When at={row.at} show="dateTime" /> },
                { key: 'type', name: t.reconciliation.type, cell: row => typeName(t.reconciliation.types, row.type) },
                { key: 'reference', name: t.reconciliation.reference, wide: true, cell: row => row.reference ?? row.ref ?? '–' },
                { key: 'amount', name: t.money.amount, align: 'end', cell: row => <Money value={row.amount} className="font-semibold" /> },
                {
                  key: 'match',
                  name: t.reconciliation.match,
                  hideName: true,
                  align: 'end',
                  cell: row => (
                    <Button look="quiet" size="sm" data-jk onClick={() => setAsked({ act: 'match', side: row })}>
                      {t.reconciliation.match}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Panel>
      ) : null}
      {exception.decisions.length > 0 ? (
        <Panel title={t.reconciliation.history}>
          <ol className="flex flex-col gap-2">
            {exception.decisions.map((decision, index) => (
              <li key={index} className="flex flex-wrap gap-x-3 gap-y-0.5">
                <span className="tabular text-muted">{format.dateTime(decision.at)}</span>
                <span className="font-medium">
                  {decision.by ?? ''} {typeName(t.reconciliation.actions, decision.action)}
                </span>
                <span className="text-muted">{decision.reason}</span>
              </li>
            ))}
          </ol>
        </Panel>
      ) : null}
      {asked ? <Decide exception={exception} act={asked.act} side={asked.side ?? null} onClose={() => setAsked(null)} /> : null}
    </div>
  )
}

const typeName = (words: Record<string, string>, code: string): string => words[code] ?? code

function SideBox({ title, side, missing }: { title: string; side: Side | null; missing: string }) {
  const t = useWords()
  if (side === null)
    return (
      <Panel title={title} className="border-dashed">
        <p className="text-muted">{missing}</p>
      </Panel>
    )
  const facts: [string, React.ReactNode][] = [
    [t.reconciliation.type, typeName(t.reconciliation.types, side.type)],
    [t.money.amount, <Money key="amount" value={side.amount} className="font-semibold" />],
    [t.reconciliation.fee, side.fee ? <Money key="fee" value={side.fee} /> : '–'],
    [t.reconciliation.at, <When key="at" at={side.at} show="dateTime" />],
    [t.reconciliation.reference, side.reference ?? '–'],
    ...(side.report ? [[t.reconciliation.ref, side.ref ?? '–'] as [string, React.ReactNode]] : []),
  ]
  return (
    <Panel title={title}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 break-all">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3">
        {side.report ? (
          <Link to="/console/reconciliation/$id" params={{ id: side.report }} className="underline underline-offset-4">
            {t.reconciliation.reports}
          </Link>
        ) : side.transfer ? (
          <RowLink to={`/console/transfers/${side.transfer}`}>{t.money.postings}</RowLink>
        ) : null}
      </p>
    </Panel>
  )
}

/** Asks why, shows what it comes to, and does it. */
function Decide({ exception, act, side, onClose }: { exception: Full; act: Act; side: Side | null; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const { id } = exception
  const decide = useMutation({
    mutationFn: () => {
      if (act === 'match') return api('POST /console/reconciliation/exceptions/:id/match', { id, reason, counterpart: side!.id })
      if (act === 'explain') return api('POST /console/reconciliation/exceptions/:id/explain', { id, reason })
      if (act === 'write-off') return api('POST /console/reconciliation/exceptions/:id/write-off', { id, reason })
      if (act === 'confirm') return api('POST /console/reconciliation/exceptions/:id/confirm', { id, reason })
      return api('POST /console/reconciliation/exceptions/:id/decline', { id, reason })
    },
    onSuccess: () => {
      toast(t.reconciliation.decided, { tone: 'good' })
      onClose()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/') })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const titles: Record<Act, string> = {
    match: t.reconciliation.match,
    explain: t.reconciliation.explain,
    'write-off': t.reconciliation.writeOff,
    confirm: t.reconciliation.confirm,
    decline: t.reconciliation.decline,
  }
  const bodies: Partial<Record<Act, string>> = { explain: t.reconciliation.explainBody, 'write-off': t.reconciliation.writeOffBody }
  const body = bodies[act]
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={titles[act]} {...(body ? { description: body } : {})}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          if (reason.trim()) decide.mutate()
        }}
      >
        {act === 'write-off' || act === 'confirm' ? (
          <BeforeAfter label={t.reconciliation.own} before={exception.own} change={BigInt(exception.effect.amount)} />
        ) : null}
        {side ? (
          <p className="rounded-md bg-raised px-4 py-3">
            <Money value={(exception.there ?? exception.here)!.amount} /> ↔ <Money value={side.amount} />
          </p>
        ) : null}
        <TextArea
          label={t.reconciliation.why}
          hint={t.reconciliation.whyHint}
          required
          autoFocus
          rows={3}
          maxLength={300}
          value={reason}
          onChange={event => setReason(event.target.value.replaceAll('\n', ' '))}
        />
        <Button type="submit" busy={decide.isPending} disabled={!reason.trim()} className="self-end">
          {titles[act]}
        </Button>
      </form>
    </Dialog>
  )
}
