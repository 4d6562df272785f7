import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { CodeBox, FileList, LinkList, Objections, stateTones } from './parts.tsx'
import { claimQuery, refreshClaims, type PageClaim } from './queries.ts'
import { Timeline } from './timeline.tsx'

/** How far a claim is, and what its claimant can do; for who objected, what came of it. */
export function ClaimState({ id, free, onAgain }: { id: string; free: boolean; onAgain: () => void }) {
  const { data, error, isPending, refetch } = useQuery({
    ...claimQuery(id),
    refetchInterval: query => (query.state.data?.links.some(link => link.looking) ? 1200 : 30_000),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={6} />
  if (data.view === 'objector') return <Objected claim={data} free={free} onAgain={onAgain} />
  return <Own claim={data} free={free} onAgain={onAgain} />
}

function Own({ claim, free, onAgain }: { claim: PageClaim; free: boolean; onAgain: () => void }) {
  const t = useWords()
  const c = t.claiming
  const open = claim.can.withdraw
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)]">
      <Panel title={<Tag tone={stateTones[claim.state]}>{c.states[claim.state]}</Tag>}>
        <Timeline claim={claim} />
        <div className="mt-6 flex flex-wrap gap-2 empty:hidden">
          {claim.state === 'granted' ? (
            <Link to="/studio/pages/$id" params={{ id: claim.page.id }} className={buttonClass('primary')}>
              {c.toStudio}
            </Link>
          ) : null}
          {free && (claim.state === 'refused' || claim.state === 'withdrawn') ? (
            <Button look="quiet" onClick={onAgain}>
              {c.again}
            </Button>
          ) : null}
          {open ? <Withdraw claim={claim} /> : null}
        </div>
      </Panel>
      <div className="flex min-w-0 flex-col gap-6">
        {open && claim.code ? (
          <Panel title={c.code.title} note={claim.links.length > 0 ? c.code.body : c.code.none}>
            <CodeBox code={claim.code} />
            {claim.links.length > 0 ? (
              <div className="mt-4">
                <LinkList claim={claim} />
              </div>
            ) : null}
          </Panel>
        ) : null}
        {claim.objections.length > 0 ? (
          <Panel title={c.objections(claim.objections.length)}>
            <Objections claim={claim} />
          </Panel>
        ) : null}
        <Panel title={c.yours}>
          <p className="break-words whitespace-pre-wrap">{claim.words}</p>
          {claim.files.length > 0 || claim.filesGone ? (
            <>
              <h3 className="mt-5 mb-2 text-sm font-medium">{c.files}</h3>
              <FileList claim={claim} />
            </>
          ) : null}
        </Panel>
      </div>
    </div>
  )
}

function Withdraw({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const c = t.claiming
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const withdraw = useMutation({
    mutationFn: () => api('POST /page-claims/:id/withdraw', { id: claim.id }),
    onSuccess: () => toast(c.withdrawn, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshClaims(client),
  })
  return (
    <>
      <Button look="quiet" icon={Undo2} onClick={() => setAsking(true)}>
        {c.withdraw}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={c.withdrawTitle}
        body={c.withdrawBody}
        action={c.withdraw}
        onConfirm={async () => void (await withdraw.mutateAsync().catch(() => undefined))}
      />
    </>
  )
}

function Objected({ claim, free, onAgain }: { claim: PageClaim; free: boolean; onAgain: () => void }) {
  const t = useWords()
  const o = t.claiming.objection
  const over = claim.state === 'granted' || claim.state === 'refused' || claim.state === 'withdrawn' ? o.over[claim.state] : o.waiting
  return (
    <Panel title={o.mine} className="max-w-[720px]">
      <Objections claim={claim} />
      <p className="mt-5 font-medium">{over}</p>
      {claim.answer ? (
        <div className="mt-3">
          <h3 className="text-sm font-medium text-muted">{o.answer}</h3>
          <p className="mt-1 break-words whitespace-pre-wrap">{claim.answer}</p>
        </div>
      ) : null}
      <div className="mt-5 flex flex-wrap gap-2">
        <Link to="/artists/$id" params={{ id: claim.page.id }} className={buttonClass('quiet')}>
          {t.claiming.toPage}
        </Link>
        {free ? (
          <Button look="plain" onClick={onAgain}>
            {t.claiming.askLink}
          </Button>
        ) : null}
      </div>
    </Panel>
  )
}
