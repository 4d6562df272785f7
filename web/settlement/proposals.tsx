import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { TryChange } from './change-form.tsx'
import { changeText, type Proposal } from './change-text.ts'

const tones: Record<Proposal['state'], Tone> = { open: 'accent', confirmed: 'good', declined: 'bad', withdrawn: 'plain' }

function useDecided(said: string, done: () => void) {
  const t = useWords()
  const client = useQueryClient()
  return {
    onSuccess: () => {
      toast(said, { tone: 'good' })
      done()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/') })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' as const }),
  }
}

/** What a proposal says, who proposed it and why. */
function Said({ proposal }: { proposal: Proposal }) {
  const t = useWords()
  const format = useFormat()
  const { change, names, claim } = proposal
  return (
    <div className="min-w-0">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Tag tone={tones[proposal.state]}>{t.settlement.states[proposal.state]}</Tag>
        <span className="text-muted">{t.settlement.kinds[change.kind]}</span>
        <span className="font-medium break-words">{changeText(t, format, change, names)}</span>
      </p>
      <p className="mt-1 text-xs text-muted">
        {t.settlement.comes(
          proposal.holdsFrom ? format.dateTime(proposal.holdsFrom) : proposal.from ? format.day(proposal.from) : t.settlement.asSoon,
        )}
        {' · '}
        {t.settlement.proposedBy(proposal.proposedBy.name, format.day(proposal.proposedAt))}
        {proposal.decidedBy ? ` · ${t.settlement.decidedBy(proposal.decidedBy.name, format.day(proposal.decidedAt!))}` : ''}
      </p>
      <p className="mt-1">“{proposal.reason}”</p>
      {proposal.decision ? <p className="mt-1 text-muted">“{proposal.decision}”</p> : null}
      {claim && proposal.state === 'open' && change.kind === 'claim' ? (
        <p className="mt-1 text-xs text-held">
          {t.settlement.agreed(String(claim.parties.filter(one => one.agreedAt !== null).length), String(claim.parties.length))}
          {': '}
          {claim.parties.map(one => one.name).join(', ')}
        </p>
      ) : null}
    </div>
  )
}

/** What waits for a second pair of eyes. */
export function Waiting() {
  const t = useWords()
  const [deciding, setDeciding] = useState<{ proposal: Proposal; yes: boolean } | null>(null)
  const [taking, setTaking] = useState<Proposal | null>(null)
  const { data, error, isPending, refetch } = useQuery(read('GET /console/settlement/proposals', { state: 'open', limit: 100 }))
  const withdraw = useMutation({
    mutationFn: (id: string) => api('POST /console/settlement/proposals/:id/withdraw', { id }),
    ...useDecided(t.settlement.withdrawn, () => setTaking(null)),
  })
  return (
    <Panel title={t.settlement.waiting}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={CircleCheck} title={t.settlement.nothingWaiting} compact />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(proposal => (
            <li key={proposal.id} className="flex flex-wrap items-start justify-between gap-3 py-3">
              <Said proposal={proposal} />
              <div className="flex gap-2">
                {proposal.can.confirm ? (
                  <>
                    <Button size="sm" onClick={() => setDeciding({ proposal, yes: true })}>
                      {t.settlement.confirm}
                    </Button>
                    <Button size="sm" look="quiet" onClick={() => setDeciding({ proposal, yes: false })}>
                      {t.settlement.decline}
                    </Button>
                  </>
                ) : proposal.can.withdraw ? (
                  <>
                    <span className="self-center text-xs text-muted">{t.settlement.fourEyes}</span>
                    <Button size="sm" look="quiet" onClick={() => setTaking(proposal)}>
                      {t.settlement.withdraw}
                    </Button>
                  </>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
      )}
      {deciding ? <Decide {...deciding} onClose={() => setDeciding(null)} /> : null}
      <Confirm
        open={taking !== null}
        onOpenChange={open => !open && setTaking(null)}
        title={t.settlement.withdraw}
        body={taking?.reason ?? ''}
        action={t.settlement.withdraw}
        onConfirm={async () => {
          if (taking) await withdraw.mutateAsync(taking.id).catch(() => undefined)
        }}
      />
    </Panel>
  )
}

/** Confirms or declines, with a reason; what it does to a price stands beside it. */
function Decide({ proposal, yes, onClose }: { proposal: Proposal; yes: boolean; onClose: () => void }) {
  const t = useWords()
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: () =>
      api(yes ? 'POST /console/settlement/proposals/:id/confirm' : 'POST /console/settlement/proposals/:id/decline', {
        id: proposal.id,
        reason,
      }),
    ...useDecided(yes ? t.settlement.confirmed : t.settlement.declined, onClose),
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={yes ? t.settlement.confirmTitle : t.settlement.declineTitle}
      wide
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button
            look={yes ? 'primary' : 'danger'}
            busy={decide.isPending}
            disabled={reason.trim().length < 3}
            onClick={() => decide.mutate()}
          >
            {yes ? t.settlement.confirm : t.settlement.decline}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Said proposal={proposal} />
        <TextArea
          label={t.settlement.decision}
          rows={2}
          maxLength={1000}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
        {yes ? <TryChange change={proposal.change} from={proposal.from} /> : null}
      </div>
    </Dialog>
  )
}

/** Every change ever proposed, newest first. */
export function Proposals() {
  const t = useWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /console/settlement/proposals', 'all'],
    queryFn: ({ pageParam }) =>
      api('GET /console/settlement/proposals', pageParam === '' ? { limit: 30 } : { limit: 30, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  const items = data.pages.flatMap(page => page.items)
  if (items.length === 0) return <EmptyState title={t.settlement.noHistory} compact />
  return (
    <>
      <ul className="divide-y divide-line">
        {items.map(proposal => (
          <li key={proposal.id} className="flex flex-wrap justify-between gap-3 py-3">
            <Said proposal={proposal} />
            <span className="text-xs text-muted">
              <When at={proposal.proposedAt} show="dateTime" />
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </>
  )
}
