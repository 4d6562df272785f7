import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { WireMoney } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Money } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** One amount, now and after what is about to be done. */
export function Change({ label, before, after, bad }: { label: string; before: WireMoney; after: WireMoney; bad?: boolean }) {
  const t = useWords()
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 border-b border-line py-2 last:border-0">
      <span className="text-muted">{label}</span>
      <span className="tabular">
        <span className="sr-only">{t.payouts.before} </span>
        <Money value={before} className="text-muted" /> <span aria-hidden>→</span> <span className="sr-only">{t.payouts.after} </span>
        <Money value={after} className={bad ? 'font-semibold text-danger' : 'font-semibold'} />
      </span>
    </div>
  )
}

/** Everything that asks for payouts, so that all of it is read anew after something was done. */
export function usePayoutsChanged(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ predicate: query => /payout|period|balances|tax-profile/.test(String(query.queryKey[0])) })
}

type DecideProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  body?: string
  children?: ReactNode
  action: string
  danger?: boolean
  act: (reason: string) => Promise<unknown>
}

/** A decision of the desk: what it changes, and why. What was typed stays when it fails. */
export function Decide({ open, onOpenChange, title, body, children, action, danger, act }: DecideProps) {
  const t = useWords()
  const changed = usePayoutsChanged()
  const [reason, setReason] = useState('')
  const run = useMutation({
    mutationFn: () => act(reason.trim()),
    onSuccess: async () => {
      await changed()
      toast(t.payouts.done, { tone: 'good' })
      setReason('')
      onOpenChange(false)
    },
    onError: async () => changed(),
  })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      {...(body ? { description: body } : {})}
      footer={
        <>
          <Button look="quiet" onClick={() => onOpenChange(false)}>
            {t.common.cancel}
          </Button>
          <Button look={danger ? 'danger' : 'primary'} busy={run.isPending} disabled={reason.trim() === ''} onClick={() => run.mutate()}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        <TextArea
          label={t.payouts.reason}
          value={reason}
          rows={2}
          maxLength={500}
          required
          error={run.error ? faultText(t, run.error) : undefined}
          onChange={event => setReason(event.target.value.replaceAll('\n', ' '))}
        />
      </div>
    </Dialog>
  )
}
