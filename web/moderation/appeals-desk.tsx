import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { MadeLine, refreshModeration } from './flag.tsx'
import { actionTones, asked, PagedList, Quoted, rowLook, type OpenAppeal, type Where } from './parts.tsx'

/** Appeals that wait for somebody who had no part in the decision. */
export function Appeals({ where }: { where: Where }) {
  const t = useWords()
  const [open, setOpen] = useState<OpenAppeal | null>(null)
  const query = useInfiniteQuery({
    queryKey: ['GET /moderation/appeals', where],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api('GET /moderation/appeals', { ...asked(where), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  return (
    <>
      <PagedList
        query={query}
        empty={{ title: t.moderating.noAppeals, body: t.moderating.noAppealsBody }}
        itemKey={row => row.id}
        item={row => (
          <button type="button" data-jk onClick={() => setOpen(row)} className={rowLook}>
            <span className="min-w-0 flex-1 basis-64">
              <span className="block text-sm text-muted">{t.moderating.appealOf(row.by.name)}</span>
              <span className="line-clamp-2 break-words">{row.words}</span>
              <span className="mt-1.5 flex flex-wrap gap-1.5">
                <Tag tone={actionTones[row.decision.action]}>{t.moderation.actions[row.decision.action]}</Tag>
                <Tag>{t.moderation.reasons[row.decision.reason]}</Tag>
                {where === null && row.decision.group ? <Tag>{row.decision.group.name}</Tag> : null}
              </span>
            </span>
            <span className="text-sm text-muted">
              <When at={row.at} show="dateTime" />
            </span>
          </button>
        )}
      />
      {open ? <One key={open.id} appeal={open} onClose={() => setOpen(null)} /> : null}
    </>
  )
}

function One({ appeal, onClose }: { appeal: OpenAppeal; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [answer, setAnswer] = useState('')
  const decide = useMutation({
    mutationFn: (outcome: 'upheld' | 'reversed') => api('POST /moderation/appeals/:id/decide', { id: appeal.id, outcome, answer }),
    onSuccess: async (_, outcome) => {
      toast(outcome === 'upheld' ? t.moderating.upheldToast : t.moderating.reversedToast, { tone: 'good' })
      onClose()
      await refreshModeration(client)
    },
    onError: async error => {
      toast(faultText(t, error), { tone: 'bad' })
      await refreshModeration(client)
    },
  })
  return (
    <Sheet open onOpenChange={open => !open && onClose()} title={t.moderating.appealOf(appeal.by.name)}>
      <div className="flex flex-col gap-5">
        <p className="break-words whitespace-pre-wrap">{appeal.words}</p>
        <section>
          <h3 className="mb-2 text-sm font-semibold">{t.moderating.firstDecision}</h3>
          <MadeLine made={{ ...appeal.decision, text: '' }} />
          {appeal.decision.words ? <p className="mt-2 break-words whitespace-pre-wrap text-muted">{appeal.decision.words}</p> : null}
        </section>
        {appeal.facts.text || appeal.facts.pictures.length > 0 ? (
          <section>
            <h3 className="mb-2 text-sm font-semibold">{t.moderation.whatItWas}</h3>
            <Quoted text={appeal.facts.text} pictures={appeal.facts.pictures} />
          </section>
        ) : null}
        {appeal.can.decide ? (
          <form className="flex flex-col gap-3 border-t border-line pt-4" onSubmit={(event: FormEvent) => event.preventDefault()}>
            <TextArea
              label={t.moderating.answerLabel}
              hint={t.moderating.answerHint}
              required
              maxLength={2000}
              value={answer}
              onChange={event => setAnswer(event.target.value)}
            />
            <div className="flex flex-wrap gap-2">
              <Button
                look="quiet"
                disabled={answer.trim() === ''}
                busy={decide.isPending && decide.variables === 'upheld'}
                onClick={() => decide.mutate('upheld')}
              >
                {t.moderating.uphold}
              </Button>
              <Button
                disabled={answer.trim() === ''}
                busy={decide.isPending && decide.variables === 'reversed'}
                onClick={() => decide.mutate('reversed')}
              >
                {t.moderating.reverse}
              </Button>
            </div>
          </form>
        ) : (
          <p className="border-t border-line pt-4 text-muted">{t.moderating.mineFirst}</p>
        )}
      </div>
    </Sheet>
  )
}
