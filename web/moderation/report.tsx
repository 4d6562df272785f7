import { useMutation } from '@tanstack/react-query'
import { Flag } from 'lucide-react'
import { useState } from 'react'
import type { moderationReasons } from '../../shared/moderation-shapes.ts'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

export type Reason = (typeof moderationReasons)[number]
/** In this order in every list; the first are what is reported most. */
export const reasons = [
  'spam',
  'harassment',
  'hate',
  'rumour',
  'money',
  'fraud',
  'privacy',
  'impersonation',
  'sexual',
  'violence',
  'self_harm',
  'minors',
  'copyright',
  'off_topic',
  'illegal',
  'other',
] as const satisfies readonly Reason[]

type Props = {
  /** As registered with moderation: post, comment, letter, page, person. */
  kind: string
  subject: string
  open: boolean
  onOpenChange: (open: boolean) => void
  onDone?: () => void
}

/** Asks what is wrong with something, and sends it to those who look after it. Say words of fans around it (`lazyWithWords(…, 'fans')`). */
export function ReportDialog({ kind, subject, open, onOpenChange, onDone }: Props) {
  const t = useWords()
  const [reason, setReason] = useState<Reason | null>(null)
  const [words, setWords] = useState('')
  const [failed, setFailed] = useState<string | null>(null)
  const send = useMutation({
    mutationFn: (given: Reason) => api('POST /moderation/reports', { kind, subject, reason: given, words }),
    onSuccess: ({ again }) => {
      toast(again ? t.moderation.reportAgain : t.moderation.reportDone, { tone: 'good' })
      onOpenChange(false)
      onDone?.()
    },
    onError: error => setFailed(faultText(t, error)),
  })
  const needsWords = reason === 'other' && words.trim() === ''
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={t.moderation.reportTitle}
      description={t.moderation.reportBody}
      footer={
        <>
          <Button look="quiet" onClick={() => onOpenChange(false)}>
            {t.common.cancel}
          </Button>
          <Button
            icon={Flag}
            busy={send.isPending}
            disabled={reason === null || needsWords}
            onClick={() => {
              setFailed(null)
              if (reason !== null) send.mutate(reason)
            }}
          >
            {t.moderation.reportSend}
          </Button>
        </>
      }
    >
      <fieldset>
        <legend className="mb-2 text-sm font-medium">{t.moderation.reportWhy}</legend>
        <div className="grid gap-1.5 sm:grid-cols-2">
          {reasons.map(one => (
            <label
              key={one}
              className={cx(
                'flex min-h-11 cursor-pointer items-center gap-3 rounded-md border px-3 py-2 transition-colors focus-within:outline-2 focus-within:outline-focus',
                reason === one ? 'border-accent-mark bg-accent-soft' : 'border-line hover:bg-raised',
              )}
            >
              <input
                type="radio"
                name="reason"
                value={one}
                checked={reason === one}
                onChange={() => setReason(one)}
                className="size-4 shrink-0 accent-accent-mark"
              />
              <span>{t.moderation.reasons[one]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {reason === null ? null : <p className="mt-3 text-sm text-muted">{t.moderation.reasonHints[reason]}</p>}
      <TextArea
        label={t.moderation.reportWords}
        hint={t.moderation.reportWordsHint}
        optional={reason !== 'other'}
        className="mt-4"
        rows={3}
        maxLength={1000}
        value={words}
        onChange={event => setWords(event.target.value)}
      />
      {failed === null ? null : (
        <p role="alert" className="mt-3 text-sm font-medium text-danger">
          {failed}
        </p>
      )}
    </Dialog>
  )
}
