import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Clock, FileDown, PenLine, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Confirm, Sheet } from '../ui/overlay.tsx'
import { faultText, Panel, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { dealTone } from './list.tsx'
import { refreshDeals, type Deal } from './queries.ts'

/** A paper: who signed it, its text word for word, and what one can do about it. */
export function Paper({ deal, title, children }: { deal: Deal; title: string; children?: React.ReactNode }) {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState<'sign' | 'decline' | null>(null)
  const [reason, setReason] = useState('')
  const settle = {
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  } as const
  const sign = useMutation({
    mutationFn: () => api('POST /deals/:id/sign', { id: deal.id, hash: deal.hash }),
    onSuccess: () => toast(d.signed, { tone: 'good' }),
    ...settle,
  })
  const decline = useMutation({
    mutationFn: () => api('POST /deals/:id/decline', { id: deal.id, reason }),
    onSuccess: () => {
      toast(d.declined)
      setAsking(null)
    },
    ...settle,
  })
  const withdraw = useMutation({
    mutationFn: () => api('POST /deals/:id/withdraw', { id: deal.id }),
    onSuccess: () => toast(d.withdrawn),
    ...settle,
  })
  return (
    <Panel title={title} note={d.version(deal.version)} action={<Tag tone={dealTone(deal.state)}>{d.states[deal.state]}</Tag>}>
      {children}
      <ul className="mt-4 flex flex-col gap-2">
        {deal.parties.map(({ side, name, signedAt, declinedAt }) => (
          <li key={side} className="flex items-center gap-2.5">
            {signedAt ? (
              <Check size={18} aria-hidden className="shrink-0 text-paid" />
            ) : declinedAt ? (
              <X size={18} aria-hidden className="shrink-0 text-danger" />
            ) : (
              <Clock size={18} aria-hidden className="shrink-0 text-held" />
            )}
            <span className="min-w-0">
              <span className="text-muted">{d.sides[side]}：</span>
              {signedAt
                ? d.signedBy(name, format.dateTime(signedAt))
                : declinedAt
                  ? d.declinedBy(name, format.dateTime(declinedAt))
                  : d.notSigned(name)}
            </span>
          </li>
        ))}
      </ul>
      {deal.reason ? <p className="mt-3 rounded-md bg-danger-soft p-3 text-danger">{deal.reason}</p> : null}
      <details className="mt-4">
        <summary className="cursor-pointer font-medium text-accent-ink">{d.text}</summary>
        <pre className="mt-2 overflow-x-auto rounded-md bg-sunken p-4 text-xs leading-relaxed whitespace-pre-wrap">{deal.text}</pre>
        <p className="mt-1 text-xs break-all text-muted">SHA-256 {deal.hash}</p>
      </details>
      <div className="mt-4 flex flex-wrap gap-2">
        {deal.can.sign ? (
          <Button icon={PenLine} busy={sign.isPending} onClick={() => setAsking('sign')}>
            {d.sign}
          </Button>
        ) : null}
        {deal.can.decline ? (
          <Button look="quiet" onClick={() => setAsking('decline')}>
            {d.decline}
          </Button>
        ) : null}
        {deal.can.withdraw ? (
          <Button look="quiet" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {d.withdraw}
          </Button>
        ) : null}
        <a href={`/api/v1/deals/${deal.id}/deal.pdf`} className={buttonClass('plain')}>
          <FileDown size={16} aria-hidden />
          {d.pdf}
        </a>
      </div>
      <Confirm
        open={asking === 'sign'}
        onOpenChange={open => setAsking(open ? 'sign' : null)}
        title={d.signTitle}
        body={deal.kind === 'terms' ? d.signTerms : d.signSettlement}
        action={d.sign}
        onConfirm={() =>
          sign.mutateAsync().then(
            () => undefined,
            () => undefined,
          )
        }
      />
      <Sheet open={asking === 'decline'} onOpenChange={open => setAsking(open ? 'decline' : null)} title={d.decline}>
        <form
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            decline.mutate()
          }}
        >
          <Input label={d.declineReason} value={reason} maxLength={500} required onChange={event => setReason(event.target.value)} />
          <Button type="submit" look="danger" busy={decline.isPending} disabled={reason.trim() === ''}>
            {d.decline}
          </Button>
        </form>
      </Sheet>
    </Panel>
  )
}
