import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { percentOf } from './change-text.ts'

type Claim = Ok<'GET /me/claims'>['items'][number]
const tones: Record<Claim['state'], Tone> = { proposed: 'held', agreed: 'good', ended: 'plain' }

/** A claim with how far it has come. */
function ClaimRow({ claim, onAgree }: { claim: Claim; onAgree?: ((claim: Claim) => void) | undefined }) {
  const t = useWords()
  const format = useFormat()
  const percent = percentOf(format, claim.shareBp)
  const done = claim.cap === null ? null : Number((BigInt(claim.taken.amount) * 1000n) / BigInt(claim.cap.amount)) / 10
  return (
    <li className="flex flex-wrap items-start justify-between gap-3 py-3">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Tag tone={tones[claim.state]}>{t.settlement.claimStates[claim.state]}</Tag>
          <span className="text-muted">{t.settlement.claimKinds[claim.kind]}</span>
          <span className="font-medium break-words">
            {claim.name} · {claim.subjectName}
          </span>
        </p>
        <p className="mt-1 text-xs text-muted">
          {claim.bearer ? t.settlement.ofPart(percent, claim.bearer.name) : t.settlement.ofWhole(percent)} ·{' '}
          {t.settlement.since(format.day(claim.from))}
          {claim.until ? ` · ${t.settlement.untilDay(format.day(claim.until))}` : ''}
        </p>
        <p className="mt-1 text-xs text-muted">
          {t.settlement.held}:{' '}
          {claim.holders.length > 3
            ? t.settlement.holders(format.number(claim.holders.length))
            : claim.holders.map(one => one.name).join(', ')}
          {claim.state === 'proposed'
            ? ` · ${t.settlement.agreed(String(claim.parties.filter(one => one.agreedAt !== null).length), String(claim.parties.length))}`
            : ''}
        </p>
      </div>
      <div className="basis-44 text-right">
        <p className="tabular font-semibold">
          {claim.cap ? t.settlement.takenOf(format.money(claim.taken), format.money(claim.cap)) : format.money(claim.taken)}
        </p>
        {done === null ? null : (
          <div aria-hidden className="mt-1.5 h-1.5 overflow-hidden rounded-full bg-sunken">
            <div className="h-full rounded-full bg-held" style={{ width: `${done}%` }} />
          </div>
        )}
        {onAgree && claim.can.agree.length > 0 ? (
          <Button size="sm" className="mt-2" onClick={() => onAgree(claim)}>
            {t.settlement.agree}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

/** All claims, for staff. */
export function AllClaims() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/claims', { limit: 100 }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={3} />
  if (data.items.length === 0) return <EmptyState title={t.settlement.noClaims} compact />
  return (
    <ul className="divide-y divide-line">
      {data.items.map(claim => (
        <ClaimRow key={claim.id} claim={claim} />
      ))}
    </ul>
  )
}

/** Claims that one bears, holds or is asked about; nothing where there are none. */
export function MyClaims() {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /me/claims', { limit: 100 })
  const { data } = useQuery(query)
  const [asked, setAsked] = useState<Claim | null>(null)
  const agree = useMutation({
    mutationFn: async (claim: Claim) => {
      for (const party of claim.can.agree) await api('POST /claims/:id/agree', { id: claim.id, as: party })
    },
    onSuccess: () => toast(t.settlement.didAgree, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  if (!data || data.items.length === 0) return null
  return (
    <div className="mt-6">
      <Panel title={t.settlement.yourClaims}>
        <ul className="divide-y divide-line">
          {data.items.map(claim => (
            <ClaimRow key={claim.id} claim={claim} onAgree={setAsked} />
          ))}
        </ul>
      </Panel>
      <Confirm
        open={asked !== null}
        onOpenChange={open => !open && setAsked(null)}
        title={t.settlement.agreeTitle}
        body={t.settlement.agreeBody(asked ? `${asked.name} · ${asked.subjectName}` : '')}
        action={t.settlement.agree}
        onConfirm={async () => {
          if (asked) await agree.mutateAsync(asked).catch(() => undefined)
        }}
      />
    </div>
  )
}
