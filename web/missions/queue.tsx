import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, ImageOff, X } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { nameOf, refreshMissions, type Proof } from './queries.ts'

type Which = 'waiting' | 'decided'

/** Proofs one after the other, the oldest first: the picture large, two answers, A and R on the keyboard. */
export function ProofQueue({ group }: { group: string }) {
  const t = useWords()
  const [which, setWhich] = useState<Which>('waiting')
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /groups/:id/proofs', { id: group, state: which }],
    queryFn: ({ pageParam, signal }) =>
      api('GET /groups/:id/proofs', { id: group, state: which, limit: 24, ...(pageParam === '' ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div role="group" aria-label={t.missions.proofs} className="flex gap-1.5">
          {(['waiting', 'decided'] as const).map(one => (
            <Button
              key={one}
              size="sm"
              look={which === one ? 'primary' : 'quiet'}
              aria-pressed={which === one}
              onClick={() => setWhich(one)}
            >
              {one === 'waiting' ? t.missions.proofStates.waiting : t.missions.decided}
            </Button>
          ))}
        </div>
        {which === 'waiting' && items.length > 0 ? <p className="text-xs text-muted max-sm:hidden">{t.missions.keys}</p> : null}
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : items.length === 0 ? (
        <EmptyState icon={ImageOff} title={t.missions.proofsNone}>
          {t.missions.proofsNoneBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {items.map((proof, index) => (
            <Card key={proof.id} proof={proof} first={which === 'waiting' && index === 0} />
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </div>
  )
}

function Card({ proof, first }: { proof: Proof; first: boolean }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [refusing, setRefusing] = useState(false)
  const open = proof.state === 'waiting' && !proof.mine
  const accept = useMutation({
    mutationFn: () => api('POST /proofs/:id/accept', { id: proof.id }),
    onSuccess: async () => {
      toast(t.missions.accepted, { tone: 'good' })
      await refreshMissions(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [role="dialog"]')
    if (typing || event.metaKey || event.ctrlKey || event.altKey || !open || accept.isPending) return
    if (event.key === 'a') accept.mutate()
    else if (event.key === 'r') {
      event.preventDefault()
      setRefusing(true)
    }
  })
  useEffect(() => {
    if (!first) return
    const listen = (event: KeyboardEvent) => pressed(event)
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [first])
  return (
    <li className={cx('flex min-w-0 flex-col overflow-hidden rounded-lg border bg-surface', first ? 'border-accent-mark' : 'border-line')}>
      <a href={proof.picture} target="_blank" rel="noreferrer" className="block bg-sunken">
        <img src={proof.picture} alt={t.missions.proofOf(proof.person.name)} loading="lazy" className="h-72 w-full object-contain" />
      </a>
      <div className="flex flex-1 flex-col gap-1 p-4">
        <p className="font-semibold">{proof.person.name}</p>
        <p className="text-xs text-muted">
          {nameOf({ nameZh: proof.missionZh, nameEn: proof.missionEn }, locale)} · {format.dateTime(proof.at)}
        </p>
        {proof.note ? <p className="mt-1 whitespace-pre-line">{proof.note}</p> : null}
        {open ? (
          <div className="mt-auto flex gap-2 pt-3">
            <Button size="sm" icon={Check} busy={accept.isPending} onClick={() => accept.mutate()} className="flex-1">
              {t.missions.accept}
            </Button>
            <Button size="sm" look="danger" icon={X} disabled={accept.isPending} onClick={() => setRefusing(true)} className="flex-1">
              {t.missions.refuse}
            </Button>
          </div>
        ) : proof.mine && proof.state === 'waiting' ? (
          <p className="mt-2 text-xs text-muted">{t.missions.ownProof}</p>
        ) : (
          <p className="mt-2 flex flex-wrap items-center gap-2 text-xs">
            <Tag tone={proof.state === 'accepted' ? 'good' : 'bad'}>{t.missions.proofStates[proof.state]}</Tag>
            {proof.reason ? <span className="text-muted">{proof.reason}</span> : null}
          </p>
        )}
      </div>
      {refusing ? <Refuse proof={proof} onClose={() => setRefusing(false)} /> : null}
    </li>
  )
}

function Refuse({ proof, onClose }: { proof: Proof; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const refuse = useMutation({
    mutationFn: () => api('POST /proofs/:id/refuse', { id: proof.id, reason: reason.trim() }),
    onSuccess: async () => {
      toast(t.missions.refused)
      onClose()
      await refreshMissions(client)
    },
  })
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.missions.refuseTitle}>
      <form
        className="flex flex-col gap-4 pb-2"
        onSubmit={event => {
          event.preventDefault()
          if (reason.trim() !== '') refuse.mutate()
        }}
      >
        <div className="flex flex-wrap gap-2">
          {t.missions.reasons.map(one => (
            <Button key={one} size="sm" look="quiet" onClick={() => setReason(one)}>
              {one}
            </Button>
          ))}
        </div>
        <Input
          label={t.missions.refuseReason}
          autoFocus
          required
          maxLength={500}
          value={reason}
          hint={t.missions.refuseHint}
          error={refuse.error ? faultText(t, refuse.error) : undefined}
          onChange={event => setReason(event.target.value)}
        />
        <Button type="submit" look="danger" busy={refuse.isPending} disabled={reason.trim() === ''} className="self-end">
          {t.missions.refuse}
        </Button>
      </form>
    </Dialog>
  )
}
