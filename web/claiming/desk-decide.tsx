import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Check, Megaphone, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshClaims, type PageClaim } from './queries.ts'

type What = 'announce' | 'refuse' | 'grant' | 'keep'

/** What can be done about a claim; nobody of the staff finds a button here for what concerns themselves. */
export function DecideClaim({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const d = t.claiming.desk
  const client = useQueryClient()
  const [refusing, setRefusing] = useState(false)
  const [reason, setReason] = useState('')
  const [answer, setAnswer] = useState('')
  const act = useMutation({
    mutationFn: (what: What): Promise<PageClaim> =>
      what === 'announce'
        ? api('POST /console/page-claims/:id/announce', { id: claim.id })
        : what === 'refuse'
          ? api('POST /console/page-claims/:id/refuse', { id: claim.id, reason: reason.trim() })
          : api('POST /console/page-claims/:id/decide', {
              id: claim.id,
              grant: what === 'grant',
              reason: reason.trim(),
              answer: answer.trim(),
            }),
    onSuccess: (_, what) => {
      setRefusing(false)
      toast({ announce: d.announced, refuse: d.refused, grant: d.decided, keep: d.decided }[what], { tone: 'good' })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshClaims(client),
  })
  const busy = (what: What): boolean => act.isPending && act.variables === what
  if (claim.barred) return <p className="rounded-lg bg-held-soft px-4 py-3 text-held">{d.barred[claim.barred]}</p>
  if (claim.can.decide)
    return (
      <Panel title={d.decideTitle}>
        <form className="flex flex-col gap-4" onSubmit={(event: FormEvent) => event.preventDefault()}>
          <div className="grid gap-4 lg:grid-cols-2">
            <TextArea
              label={d.reasonTo}
              required
              maxLength={2000}
              rows={5}
              value={reason}
              onChange={event => setReason(event.target.value)}
            />
            <TextArea
              label={d.answerTo}
              required
              maxLength={2000}
              rows={5}
              value={answer}
              onChange={event => setAnswer(event.target.value)}
            />
          </div>
          <div className="flex flex-wrap gap-2">
            <Button icon={Check} busy={busy('grant')} disabled={!said(reason) || !said(answer)} onClick={() => act.mutate('grant')}>
              {d.grant}
            </Button>
            <Button look="danger" icon={X} busy={busy('keep')} disabled={!said(reason) || !said(answer)} onClick={() => act.mutate('keep')}>
              {d.keep}
            </Button>
          </div>
        </form>
      </Panel>
    )
  if (!claim.can.announce && !claim.can.refuse) return null
  return (
    <Panel>
      {claim.can.announce ? <p className="mb-4 text-muted">{claim.rivals.length > 0 ? d.announceRivals : d.announceBody}</p> : null}
      {refusing ? (
        <form
          className="flex flex-col gap-3"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            act.mutate('refuse')
          }}
        >
          <TextArea
            label={d.refuseReason}
            required
            autoFocus
            minLength={3}
            maxLength={2000}
            rows={4}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="danger" icon={X} busy={busy('refuse')} disabled={!said(reason)}>
              {d.refuse}
            </Button>
            <Button look="plain" onClick={() => setRefusing(false)}>
              {t.common.cancel}
            </Button>
          </div>
        </form>
      ) : (
        <div className="flex flex-wrap gap-2">
          {claim.can.announce ? (
            <Button icon={Megaphone} busy={busy('announce')} onClick={() => act.mutate('announce')}>
              {d.announce}
            </Button>
          ) : null}
          <Button look="danger" icon={X} onClick={() => setRefusing(true)}>
            {d.refuse}
          </Button>
        </div>
      )}
    </Panel>
  )
}
const said = (words: string): boolean => words.trim().length >= 3
